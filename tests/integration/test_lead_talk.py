"""Lead capture in a running desk: offered, asked, confirmed and stored, each with its turn's answer."""

from typing import Any, Final

import pytest
from sqlalchemy import select, update

from shared.db.columns import utc_now
from shared.db.models import lead_states, leads
from shared.db.unit_of_work import Database
from shared.jobs import SummariseLeads
from shared.vocabulary import LeadStatus, LeadStep, Target
from tests.processes import running
from tests.sse import check_told
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.visitor import Json, Visitor
from workers.bootstrap import assemble
from workers.domain.leads.wording import ENGLISH
from workers.handlers.expire_sessions import expire_some
from workers.handlers.summarise_leads import summarise_leads

CALL_ME: Final = "Can someone call me about a workshop for twelve people?"


async def all_leads(database: Database) -> list[Any]:
    async with database.engine.connect() as connection:
        return [*(await connection.execute(select(leads).order_by(leads.c.id)))]


async def told(visitor: Visitor, message: str) -> tuple[Json, Json]:
    """Ask, and return the turn and the data of its `lead` event."""
    posted = await visitor.post(message)
    events = await visitor.follow(posted)
    turn = await visitor.turn(posted)
    assert check_told(events)[posted.seq] == turn["answer"]
    return turn, next((event.data for event in events if event.event == "lead"), {})


async def steps(visitor: Visitor, *messages: str) -> list[str]:
    return [(await told(visitor, message))[1].get("step", "") for message in messages]


async def test_a_visitor_becomes_a_lead_in_the_turns_that_they_answer(stack: Stack) -> None:
    async with running(stack, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        offer, event = await told(visitor, CALL_ME)
        assert offer["answer"].endswith(event["prompt"])
        assert (event["step"], event["quick_replies"]) == ("offered", ["Yes", "No"])
        asked, event = await told(visitor, "Yes")
        assert asked["answer"] == "Happy to arrange that. What is your name?"
        assert event == {"step": "asking_name", "prompt": "What is your name?"}
        assert await steps(visitor, "Anna Smith", "anna@example.com", "skip", "yes please") == [
            "asking_email", "asking_phone", "confirming", "captured",
        ]  # fmt: skip
        assert (await visitor.session())["lead"] == {"step": "captured"}
    [lead] = await all_leads(stack.database)
    assert (lead.name, lead.email, lead.phone) == ("Anna Smith", "anna@example.com", None)
    assert (lead.status, lead.session_id) == (LeadStatus.CAPTURED, visitor.session_id)
    assert lead.consent_text == "May Larkfield Bikes contact you at anna@example.com?"
    [parcel] = await stack.database.read(lambda uow: uow.outbox.due(Target.SHEET, 10))
    assert (parcel.object_key, parcel.version) == (str(lead.id), lead.version)


async def test_a_question_in_between_is_answered_from_the_documents(stack: Stack) -> None:
    async with running(stack, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        await steps(visitor, CALL_ME, "yes")
        turn, event = await told(visitor, "How do refunds work?")
    assert "within 30 days" in turn["answer"]
    assert turn["answer"].endswith("What is your name?")
    assert turn["citations"]
    assert event["step"] == "asking_name"


async def test_a_price_beside_another_question_is_told_with_it_and_takes_up_no_offer(local_stack: Stack) -> None:
    async with running(local_stack, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        for _ in range(2):
            turn, event = await told(visitor, "How much is the beginners' course, and how do refunds work?")
            assert "180 euros" in turn["answer"]
            assert "within 30 days" in turn["answer"]
            assert event["step"] == "offered"
        asked, event = await told(visitor, "How much is a flight to the moon?")
    assert asked["answer"].startswith("I couldn't find an answer to that"), "it is not passed over"
    assert event["step"] == "offered"
    assert len(await local_stack.database.read(lambda uow: uow.unanswered.waiting(10))) == 1


@pytest.mark.parametrize("lead_capture", [False, True])
async def test_small_talk_is_met_in_kind_and_is_no_question_without_an_answer(
    local_stack: Stack, *, lead_capture: bool
) -> None:
    async with running(local_stack, lead_capture=lead_capture) as desk, desk.visitor() as visitor:
        await visitor.open()
        said = [(await told(visitor, message))[0]["answer"] for message in ("hello, how are you?", "thx bye", "😀")]
        robot, _ = await told(visitor, "are you a robot?")
    assert said == [ENGLISH.greeting, ENGLISH.farewell, ENGLISH.reaction]
    assert robot["answer"].startswith("I am an automatic desk, not a person")
    assert await local_stack.database.read(lambda uow: uow.unanswered.waiting(10)) == []


async def test_leads_are_captured_while_the_model_is_down(local_stack: Stack, llm: StubLLM) -> None:
    llm.mode = "status_500"
    async with running(local_stack, llm=llm, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        assert (await steps(visitor, CALL_ME, "yes", "Anna", "anna@example.com", "no phone", "yes"))[-1] == "captured"
    assert len(await all_leads(local_stack.database)) == 1


@pytest.mark.parametrize("more", [(), ("bye",), ("Anna", "skip", "bye")])
async def test_an_abandoned_flow_with_an_address_is_a_partial_lead_when_its_session_ends(
    stack: Stack, more: tuple[str, ...]
) -> None:
    async with running(stack, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        assert await steps(visitor, "You can reach me at anna@example.com") == ["asking_name"]
        assert (await steps(visitor, *more))[-1:] == (["declined"] if more else [])
    await _end_sessions(stack)
    [lead] = await all_leads(stack.database)
    assert (lead.email, lead.status, lead.consent_at) == ("anna@example.com", LeadStatus.PARTIAL, None)
    assert await _step(stack) is LeadStep.EXPIRED


async def test_who_refused_is_no_lead_when_the_session_ends(stack: Stack) -> None:
    async with running(stack, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        said = ("You can reach me at anna@example.com", "Anna", "skip", "No, don't pass that on")
        assert (await steps(visitor, *said))[-1] == "declined"
    await _end_sessions(stack)
    assert await all_leads(stack.database) == []


async def test_who_takes_back_an_address_in_mid_flow_is_no_lead_when_the_session_ends(stack: Stack) -> None:
    async with running(stack, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        said = ("You can reach me at anna@example.com", "Anna", "please delete my data and forget about me")
        assert (await steps(visitor, *said))[-1] == "declined"
    await _end_sessions(stack)
    assert await all_leads(stack.database) == []


async def test_who_takes_back_a_lead_leaves_nothing_of_it_and_may_come_again(stack: Stack) -> None:
    async with running(stack, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        await steps(visitor, "I'm Anna Smith, anna@example.com", "skip", "yes")
        turn, event = await told(visitor, "I changed my mind, please don't contact me")
        assert (turn["answer"], event["step"]) == ("All right, your details are being deleted.", "declined")
        [lead] = await all_leads(stack.database)
        assert (lead.name, lead.email, lead.status) == (None, None, LeadStatus.ERASED)
        [parcel] = await stack.database.read(lambda uow: uow.outbox.due(Target.SHEET, 10))
        assert (parcel.object_key, parcel.version) == (str(lead.id), lead.version)
        assert (await steps(visitor, "Write to me at anna@example.com", "Anna", "skip", "yes"))[-1] == "captured"
    _, again = await all_leads(stack.database)
    assert (again.email, again.status) == ("anna@example.com", LeadStatus.CAPTURED)


async def test_in_a_new_session_the_same_person_is_the_same_lead_and_sees_nothing_of_it(stack: Stack) -> None:
    async with running(stack, lead_capture=True) as desk:
        for said in (("anna@example.com", "Anna Smith", "skip", "yes"), ("ANNA@example.com", "skip", "skip", "yes")):
            async with desk.visitor() as visitor:
                await visitor.open()
                turns = [(await told(visitor, message))[0] for message in (f"Write to me at {said[0]}", *said[1:])]
    assert not any("Smith" in turn["answer"] for turn in turns)
    [lead] = await all_leads(stack.database)
    assert (lead.name, lead.email) == ("Anna Smith", "ANNA@example.com")


async def _end_sessions(stack: Stack) -> None:
    async with stack.database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE sessions SET expires_at = '2001-01-01 00:00:00'")
    assert await stack.database.write(expire_some)


async def _step(stack: Stack) -> LeadStep:
    async with stack.database.engine.connect() as connection:
        return LeadStep((await connection.execute(select(lead_states.c.current_step))).scalar_one())


async def test_what_a_visitor_wants_is_summed_up_and_again_when_the_talk_goes_on(stack: Stack, llm: StubLLM) -> None:
    async with running(stack, llm=llm, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        await steps(visitor, CALL_ME, "yes", "Anna Smith", "anna@example.com", "skip", "yes please")
        llm.behaviour.text = "Wants a workshop for twelve people."
        assert await _summed_up(stack, llm) == "Wants a workshop for twelve people."
        [talk] = [request.body["messages"][-1]["content"] for request in llm.requests[-1:]]
        assert CALL_ME in talk
        assert "anna@example.com" not in talk  # what only answered the desk is nobody's wish
        await told(visitor, "What does a kiln cost to rent?")
        llm.mode = "status_500"
        assert await _summed_up(stack, llm) == f"{CALL_ME} / What does a kiln cost to rent?"
        llm.requests.clear()
        await _summed_up(stack, llm, rest=False)
        assert llm.requests == []


async def _summed_up(stack: Stack, llm: StubLLM, *, rest: bool = True) -> str | None:
    """Have the talk come to rest, and sum up what is due; return the lead's summary."""
    async with stack.database.engine.begin() as connection:
        if rest:
            await connection.execute(update(lead_states).values(summary_due_at=utc_now(-1)))
    parts = await assemble(stack.settings(openai_base_url=llm.base_url))
    await summarise_leads(SummariseLeads(), parts.use)
    await parts.close()
    [lead] = await all_leads(stack.database)
    summary: str | None = lead.intent_summary
    return summary
