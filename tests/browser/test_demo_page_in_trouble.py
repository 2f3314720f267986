"""The demo page when calls fail, streams break and sessions end: nothing lost, nothing doubled."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.desk_state import StubTurn
from tests.browser.stub_desk import Cut, Problem, StubDesk
from tests.browser.test_demo_page import answers, ask, questions
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

POST_TURN = "POST /v1/turns"
STREAM = "GET /v1/session/events"
SILENCE_MS = 20_000  # after which a page gives a stream up


async def stop_the_clock(visit: Visit) -> None:
    """Let time pass for the pages to come only where the test says so, however slow the machine is."""
    await visit.context.clock.install(time=0)
    await visit.context.clock.pause_at(1)


async def pass_time_until(page: Page, text: str, step_ms: int) -> None:
    """Let time pass until the page shows an answer, step by step: what comes over the network needs time of its own."""

    async def is_shown() -> bool:
        await page.clock.run_for(step_ms)
        return await answers(page).all_inner_texts() == [text]

    await eventually(is_shown)


async def now(page: Page) -> int:
    """Return what the page takes for the time, in milliseconds."""
    return int(await page.evaluate("Date.now()"))


async def pass_time_to(page: Page, moment_ms: int) -> None:
    """Let time pass up to a moment, if it has not come yet."""
    while (left := moment_ms - await now(page)) > 0:
        await page.clock.run_for(min(left, 3_000))


async def answered(turn: StubTurn, text: str) -> None:
    turn.start()
    turn.say(text)
    turn.finish()


@pytest.mark.parametrize("fault", [Cut(), Cut(after_work=True), Problem(503, "unavailable", retry_after=0)])
async def test_a_message_sent_through_trouble_is_one_turn(page: Page, desk: StubDesk, fault: Problem | Cut) -> None:
    desk.fail_next(POST_TURN, fault, fault)
    await ask(page, "once?")
    session = await desk.session()
    await answered(await session.turn(1), "Once.")
    await expect(answers(page)).to_have_text(["Once."])
    await expect(questions(page)).to_have_text(["once?"])
    await expect(page.get_by_text("Sending…")).to_have_count(0)
    posts = desk.calls_of("POST", "/v1/turns")
    assert len(posts) >= 2
    assert len({post["client_message_id"] for post in posts}) == 1
    assert len(session.turns) == 1


async def test_a_message_that_never_arrives_waits_for_its_visitor(page: Page, desk: StubDesk) -> None:
    await page.clock.install()
    desk.fail_next(POST_TURN, *[Cut()] * 5)
    await ask(page, "anyone?")
    retry = page.get_by_role("button", name="Try again")
    for _ in range(20):
        await page.clock.run_for(2_000)
        if await retry.is_visible():
            break
    await retry.click()
    await page.clock.run_for(100)
    assert (await (await desk.session()).turn(1)).message == "anyone?"
    assert len({post["client_message_id"] for post in desk.calls_of("POST", "/v1/turns")}) == 1


async def test_a_fourth_open_question_is_given_back_with_a_note(page: Page, desk: StubDesk) -> None:
    desk.fail_next(POST_TURN, Problem(429, "too_many_open_turns", retry_after=2))
    await ask(page, "too much?")
    await expect(page.locator(".note")).to_contain_text("Your message is kept")
    await expect(page.get_by_label("Your question")).to_have_value("too much?")
    await expect(questions(page)).to_have_count(0)
    await page.keyboard.press("Enter")
    assert (await (await desk.session()).turn(1)).message == "too much?"
    await expect(page.locator(".note")).to_be_hidden()


async def test_a_refused_message_is_given_back_with_the_reason(page: Page, desk: StubDesk) -> None:
    desk.fail_next(POST_TURN, Problem(422, "invalid", "The message is too long."))
    await ask(page, "long")
    await expect(page.locator(".note")).to_have_text("The message is too long.")
    await expect(page.get_by_label("Your question")).to_have_value("long")


@pytest.mark.parametrize("status", [401, 404, 410])
async def test_a_session_that_ended_before_a_reload_is_replaced_quietly(
    page: Page, desk: StubDesk, status: int
) -> None:
    await ask(page, "old?")
    await answered(await (await desk.session()).turn(1), "Old.")
    await expect(answers(page)).to_have_text("Old.")
    desk.fail_next("GET /v1/session", Problem(status, "gone"))
    await page.reload()
    await expect(page.locator(".chip")).to_have_count(2)
    await expect(questions(page)).to_have_count(0)
    await ask(page, "new?")
    await answered(await (await desk.session(2)).turn(1), "New.")
    await expect(answers(page)).to_have_text("New.")


async def test_a_session_that_ends_under_the_visitor_goes_on_in_a_new_one(page: Page, desk: StubDesk) -> None:
    await ask(page, "old?")
    session = await desk.session()
    await answered(await session.turn(1), "Old.")
    await expect(answers(page)).to_have_text("Old.")
    session.over = True
    desk.cut_streams()
    await expect(page.locator(".note")).to_contain_text("has ended")
    await expect(answers(page)).to_have_text("Old.")
    await ask(page, "new?")
    await answered(await (await desk.session(2)).turn(1), "New.")
    await expect(questions(page)).to_have_text(["new?"])
    await expect(answers(page)).to_have_text(["New."])
    await expect(page.locator(".note")).to_be_hidden()


async def test_the_message_that_finds_the_session_over_is_not_lost(page: Page, desk: StubDesk) -> None:
    session = await desk.session()
    await expect(page.locator(".chip")).to_have_count(2)
    session.over = True
    await ask(page, "still there?")
    await answered(await (await desk.session(2)).turn(1), "Yes.")
    await expect(questions(page)).to_have_text(["still there?"])
    await expect(answers(page)).to_have_text(["Yes."])


async def test_a_desk_that_is_not_up_yet_is_waited_for(visit: Visit, desk: StubDesk) -> None:
    desk.fail_next("POST /v1/sessions", Cut(), Problem(503, "starting", retry_after=0))
    page = await visit.open()
    await ask(page, "early?")
    await expect(questions(page)).to_have_text(["early?"])
    turn = await (await desk.session()).turn(1)
    await expect(page.get_by_text("Sending…")).to_have_count(0)
    await expect(questions(page)).to_have_text(["early?"])
    await answered(turn, "Just in time.")
    await expect(answers(page)).to_have_text("Just in time.")


async def test_a_foreign_page_is_told_that_it_may_not_use_the_desk(visit: Visit, desk: StubDesk) -> None:
    desk.fail_next("POST /v1/sessions", Problem(403, "origin_not_allowed"))
    page = await visit.open()
    await expect(page.locator(".note")).to_contain_text("may not use the desk")


async def test_a_conversation_that_cannot_be_read_now_is_brought_later(page: Page, desk: StubDesk) -> None:
    await ask(page, "kept?")
    await answered(await (await desk.session()).turn(1), "Kept.")
    await expect(answers(page)).to_have_text("Kept.")
    desk.fail_next("GET /v1/session", *[Problem(503, "unavailable", retry_after=0)] * 2)
    await page.reload()
    await expect(answers(page)).to_have_text("Kept.")
    assert len(desk.sessions) == 1


async def test_a_broken_stream_resumes_where_it_broke(page: Page, desk: StubDesk) -> None:
    await ask(page, "broken?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    turn.say("One, ")
    await expect(answers(page)).to_have_text("One,")
    seen = turn.session.log[-1][0]
    desk.cut_streams()
    turn.say("two, ")
    await expect(answers(page)).to_have_text("One, two,")
    assert desk.resumed_after[-1] == seen
    await desk.ask_to_reconnect()
    turn.say("three.")
    turn.finish()
    await expect(answers(page)).to_have_text("One, two, three.")
    assert len(desk.resumed_after) == 3


async def test_a_stream_without_a_first_byte_is_replaced_by_polling(visit: Visit, desk: StubDesk) -> None:
    desk.stream_mode = "mute"
    await stop_the_clock(visit)
    page = await visit.open()
    await ask(page, "silence?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    turn.say("Not ")
    await eventually(lambda: bool(desk.calls_of("GET", "/v1/session/events")))  # from when on the page waits
    await page.clock.run_for(4_000)
    assert desk.calls_of("GET", f"/v1/turns/{turn.turn_id}") == []
    await page.clock.run_for(2_000)
    await expect(page.locator(".chat-status")).to_have_text("Reconnecting…")
    turn.say("silent.")
    turn.finish()
    await pass_time_until(page, "Not silent.", step_ms=500)


async def test_a_stream_that_falls_silent_is_replaced_by_polling(visit: Visit, desk: StubDesk) -> None:
    await stop_the_clock(visit)
    page = await visit.open()
    await ask(page, "silence?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    said_at = await now(page)
    turn.say("Not ")
    await pass_time_until(page, "Not", step_ms=1)
    desk.stream_mode, shown_at = "mute", await now(page)
    await pass_time_to(page, said_at + SILENCE_MS - 500)  # it was heard between the two
    called = [(method, path) for method, path, _ in desk.calls]
    assert ("GET", f"/v1/turns/{turn.turn_id}") not in called, (called, said_at, shown_at)
    await pass_time_to(page, shown_at + SILENCE_MS + 500)
    await eventually(lambda: bool(desk.calls_of("GET", f"/v1/turns/{turn.turn_id}")))
    turn.say("silent.")
    turn.finish()
    await pass_time_until(page, "Not silent.", step_ms=500)


async def test_a_stream_that_fails_twice_is_replaced_by_polling_until_it_works(visit: Visit, desk: StubDesk) -> None:
    desk.fail_next(STREAM, *[Problem(503, "unavailable", retry_after=0)] * 3)
    page = await visit.open()
    await ask(page, "twice?")
    session = await desk.session()
    turn = await session.turn(1)
    turn.start()
    turn.say("By poll")
    await expect(answers(page)).to_have_text("By poll")
    assert desk.resumed_after == []
    turn.say(" or stream.")
    turn.finish()
    await expect(answers(page)).to_have_text("By poll or stream.")
    await expect(page.locator(".chat-status")).to_have_text("Answers from your documents", timeout=15_000)
    await ask(page, "again?")
    await answered(await session.turn(2), "By stream.")
    await expect(answers(page)).to_have_text(["By poll or stream.", "By stream."])


async def test_a_stream_that_is_one_too_many_is_replaced_by_polling_at_once(visit: Visit, desk: StubDesk) -> None:
    desk.fail_next(STREAM, *[Problem(429, "too_many_streams", retry_after=30)] * 2)
    page = await visit.open()
    await ask(page, "one too many?")
    await answered(await (await desk.session()).turn(1), "By poll.")
    await expect(answers(page)).to_have_text("By poll.")
    assert desk.resumed_after == []


async def test_an_answer_that_was_not_a_stream_counts_as_a_failure(page: Page, desk: StubDesk) -> None:
    desk.fail_next(STREAM, *[Problem(200, "a proxy's page")] * 2)
    desk.cut_streams()
    await ask(page, "proxy?")
    await answered(await (await desk.session()).turn(1), "Still answered.")
    await expect(answers(page)).to_have_text("Still answered.")


async def test_a_rating_that_cannot_be_saved_is_taken_back(page: Page, desk: StubDesk) -> None:
    await ask(page, "rate?")
    turn = await (await desk.session()).turn(1)
    await answered(turn, "Fine.")
    desk.fail_next(f"PUT /v1/turns/{turn.turn_id}/rating", Problem(404, "not_found"))
    await page.get_by_role("button", name="Good answer").click()
    await expect(page.locator(".note")).to_contain_text("could not be saved")
    await expect(page.locator("[aria-pressed=true]")).to_have_count(0)
