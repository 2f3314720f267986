"""Who asks for a price is offered a person, and takes up no offer by asking for another price."""

from typing import Final

from tests.unit.leads.readings import ANNA, CALL_ME, EMAIL, NO, RULES, SKIP, YES, Talk
from workers.domain.leads.reading import Reading

PRICE: Final = Reading(wants_price=True, asks=True)


def test_who_asks_for_a_price_is_offered_a_person_and_has_not_taken_that_up_by_asking_for_another() -> None:
    talk = Talk()
    assert talk.says(PRICE, PRICE) == ["offered", "offered"]
    assert talk.last.prompt
    assert talk.says(CALL_ME) == ["asking_name"]


def test_after_a_no_a_price_is_told_without_another_offer_for_a_while() -> None:
    talk = Talk()
    assert talk.says(PRICE, NO, PRICE) == ["offered", "declined", "declined"]
    assert not talk.last.says
    talk.seq += RULES.quiet_turns
    assert talk.says(PRICE) == ["offered"]


def test_who_is_a_lead_is_told_a_price_and_no_more() -> None:
    talk = Talk()
    assert talk.says(CALL_ME, YES, ANNA, EMAIL, SKIP, YES, PRICE)[-1] == "captured"
    assert not talk.last.says
