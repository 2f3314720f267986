"""Models that break off, drip, fail, or say no: the visitor is answered all the same, and in time."""

import asyncio
from typing import Any, Final

import pytest

from shared.vocabulary import FinishReason, TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import model_of
from tests.faults.record import Record, record_of
from tests.processes import Desk
from tests.sse import SseEvent, check_told, said
from tests.stubs.llm_shapes import lorem
from tests.visitor import Visitor
from workers.domain.texts import filtered

QUESTION: Final = "How do refunds work?"
QUOTED: Final = "Send goods back within 30 days"
TOTAL_SECONDS: Final = 3.0  # the desk's patience with a model
WORDS: Final = 20
BROKEN_OFF: Final = ("cut_clean", "cut_hard", "no_finish", "junk_json", "error_in_stream", "stall_mid")
OUTAGES: Final = ("status_429", "status_500", "status_503", "html_502", "refuse", "stall", "status_401")


@pytest.mark.parametrize("mode", BROKEN_OFF)
async def test_half_an_answer_is_never_kept_as_one(impatient_desk: Desk, mode: str) -> None:
    """Fault 62: the model's stream ends without the model having finished. What it said is taken back."""
    turn, told = await _asked(impatient_desk, mode)
    assert QUOTED in turn["answer"]
    assert lorem(2) not in turn["answer"]
    assert lorem(1) in "".join(event.data["text"] for event in told if event.event == "delta")
    tries = 1 if mode == "stall_mid" else 2  # who has waited in vain is not asked to wait again
    assert len(model_of(impatient_desk).requests) == tries


async def test_an_answer_that_broke_off_is_asked_for_once_more(impatient_desk: Desk) -> None:
    """Fault 62: the second try succeeds, and nothing of the first is left."""
    model = model_of(impatient_desk)
    model.mode = "cut_clean"
    async with impatient_desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        await eventually(lambda: model.open_responses == 1)
        model.mode = "ok"
        told = await visitor.follow(posted)
    assert check_told(told) == {1: lorem(WORDS)}
    assert len(model.requests) == 2


async def test_a_model_that_drips_for_ever_is_left_at_the_deadline(impatient_desk: Desk) -> None:
    """Fault 63: a token now and then, without an end. Whoever waits is told something, and the model is let go."""
    loop, model = asyncio.get_running_loop(), model_of(impatient_desk)
    began = loop.time()
    turn, told = await _asked(impatient_desk, "drip")
    assert loop.time() - began < TOTAL_SECONDS + 5
    assert QUOTED in turn["answer"]
    assert sum(event.event == "delta" for event in told) > TOTAL_SECONDS  # it was heard dripping
    await eventually(lambda: model.open_responses == 0)


async def test_in_an_outage_every_turn_ends_in_time_and_with_words(impatient_desk: Desk) -> None:
    """Fault 64: the model refuses, fails, or keeps silent. The documents answer, and the session goes on."""
    async with record_of(impatient_desk.stack) as record:
        ended = await asyncio.gather(*(_lives_through(impatient_desk, mode, record) for mode in OUTAGES))
    assert [dict(zip(("said", "in_time", "next"), one, strict=True)) for one in ended] == [
        {"said": True, "in_time": True, "next": lorem(WORDS)}
    ] * len(OUTAGES)


async def test_one_failure_is_healed_by_asking_again(impatient_desk: Desk) -> None:
    """Fault 64: the first request fails, the second does not."""
    model_of(impatient_desk).mode = "fail_first:1"
    turn, _ = await _asked(impatient_desk, "")
    assert turn["answer"] == lorem(WORDS)
    assert len(model_of(impatient_desk).requests) == 2


async def test_what_the_provider_holds_back_is_replaced_by_a_safe_text(impatient_desk: Desk) -> None:
    """Fault 65: a content filter cuts the answer off."""
    turn, told = await _asked(impatient_desk, "content_filter")
    assert turn["answer"] == filtered("en")
    assert told[-1].data["finish_reason"] == FinishReason.CONTENT_FILTER
    assert any(event.event == "delta" and event.data["text"] in lorem(WORDS) for event in told)


async def test_an_answer_cut_at_its_longest_is_kept_and_says_so(impatient_desk: Desk) -> None:
    """Fault 65: the model has used up its tokens."""
    turn, told = await _asked(impatient_desk, "length")
    assert turn["answer"] == lorem(WORDS)
    assert told[-1].data["finish_reason"] == FinishReason.LENGTH


async def _asked(desk: Desk, mode: str) -> tuple[dict[str, Any], list[SseEvent]]:
    """Ask a model in a mode; return the turn, which is done, and what was told, which adds up."""
    async with desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(_question(mode))
        told = await visitor.follow(posted)
        turn = await visitor.turn(posted)
    assert turn["status"] == TurnStatus.DONE
    assert check_told(told) == {1: turn["answer"]}
    assert said(told) == turn["answer"]
    return turn, told


async def _lives_through(desk: Desk, mode: str, record: Record) -> tuple[bool, bool, str]:
    """Return whether the documents were quoted, whether the deadline was kept, and what the model says after it."""
    async with Visitor(desk.url) as visitor:
        await visitor.open()
        posted = await visitor.post(_question(mode))
        turn = await visitor.answer_of(posted)
        [row] = await record.turns([posted])
        following = await visitor.ask("What can't be refunded?")
    return QUOTED in turn["answer"], row.finished_at < row.deadline_at, following["answer"]


def _question(mode: str) -> str:
    return f"{QUESTION} [[stub:{mode}]]" if mode else QUESTION
