"""The demo page as a visitor meets it: asking, reading, stopping, rating, coming back."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.conftest import INSECURE_HOST, Visit
from tests.browser.stub_desk import GREETING, StubDesk

pytestmark = pytest.mark.asyncio(loop_scope="module")

REFUNDS = {"n": 1, "title": "Refunds", "source": "policies/refunds.md", "url": "https://shop.example/refunds"}
RETURNS = {"n": 2, "title": "Returning a parcel", "source": "docs/returns.md"}


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Conversation")


def answers(page: Page) -> Locator:
    return page.locator(".turn .answer .prose")


def questions(page: Page) -> Locator:
    return page.locator(".turn .words")


async def ask(page: Page, words: str) -> None:
    await page.get_by_label("Your question").fill(words)
    await page.keyboard.press("Enter")


async def test_a_visitor_asks_and_watches_the_answer_arrive_with_its_sources(page: Page, desk: StubDesk) -> None:
    await ask(page, "how do refunds work?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    await expect(page.get_by_text("Writing an answer")).to_be_attached()
    turn.say("Within **30", " days** [1].")
    await expect(answers(page)).to_have_text("Within 30 days [1].")
    turn.cite(REFUNDS, RETURNS)
    turn.finish()
    await expect(answers(page)).to_have_text("Within 30 days 1.")
    await expect(page.locator(".sources li")).to_have_text(
        ["1Refundspolicies/refunds.md", "2Returning a parceldocs/returns.md"]
    )
    await page.get_by_role("button", name="Source 1: Refunds").click()
    await expect(page.locator(".sources li").first).to_be_focused()
    await expect(page.get_by_role("link", name="Refunds")).to_have_attribute("href", str(REFUNDS["url"]))


async def test_a_suggestion_is_asked_with_one_click(page: Page, desk: StubDesk) -> None:
    await expect(log(page)).to_contain_text(GREETING.replace("**", ""))
    await page.get_by_role("button", name="How do refunds work?").click()
    assert (await (await desk.session()).turn(1)).message == "How do refunds work?"
    await expect(page.locator(".chip")).to_have_count(0)
    await expect(page.get_by_label("Your question")).to_be_focused()


async def test_enter_sends_and_shift_enter_starts_a_line(page: Page, desk: StubDesk) -> None:
    field = page.get_by_label("Your question")
    await field.press("Enter")
    await field.fill("  ")
    await field.press("Enter")
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()
    await field.fill("one")
    await field.press("Shift+Enter")
    await field.press_sequentially("two")
    await field.press("Enter")
    assert (await (await desk.session()).turn(1)).message == "one\ntwo"
    await expect(field).to_have_value("")
    assert len(desk.calls_of("POST", "/v1/turns")) == 1


async def test_enter_that_ends_a_composed_character_does_not_send(page: Page, desk: StubDesk) -> None:
    field = page.get_by_label("Your question")
    await field.fill("にほん")
    await field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True})
    await expect(field).to_have_value("にほん")
    assert desk.calls_of("POST", "/v1/turns") == []


async def test_a_reloaded_page_shows_the_conversation_again(page: Page, desk: StubDesk) -> None:
    await ask(page, "first?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    turn.say("First answer.")
    turn.cite(RETURNS)
    turn.finish()
    await page.get_by_role("button", name="Good answer").click()
    await turn.session.wait_for(lambda: turn.rating == "up")
    await page.reload()
    await expect(questions(page)).to_have_text(["first?"])
    await expect(answers(page)).to_have_text(["First answer."])
    await expect(page.locator(".sources li")).to_have_count(1)
    await expect(page.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    await expect(log(page)).to_contain_text(GREETING.replace("**", ""))
    assert len(desk.sessions) == 1


async def test_a_page_reloaded_in_the_middle_of_an_answer_goes_on_from_its_beginning(
    page: Page, desk: StubDesk
) -> None:
    await ask(page, "long?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    turn.say("One, ")
    await expect(answers(page)).to_have_text("One,")
    await page.reload()
    await expect(answers(page)).to_have_text("One,")
    turn.say("two, ")
    await expect(answers(page)).to_have_text("One, two,")
    turn.say("three.")
    turn.finish()
    await expect(answers(page)).to_have_text("One, two, three.")


async def test_two_tabs_show_every_turn(visit: Visit, desk: StubDesk) -> None:
    left = await visit.open()
    session = await desk.session()
    await expect(left.locator(".chip")).to_have_count(2)
    right = await visit.open()
    await expect(right.locator(".chip")).to_have_count(2)
    await ask(left, "from the left?")
    turn = await session.turn(1)
    turn.start()
    turn.say("Left.")
    for page in (left, right):
        await expect(questions(page)).to_have_text(["from the left?"])
        await expect(answers(page)).to_have_text(["Left."])
    turn.finish()
    await ask(right, "from the right?")
    turn = await session.turn(2)
    turn.start()
    turn.say("Right.")
    turn.finish()
    for page in (left, right):
        await expect(questions(page)).to_have_text(["from the left?", "from the right?"])
        await expect(answers(page)).to_have_text(["Left.", "Right."])
    assert len(desk.sessions) == 1


async def test_tabs_opened_together_share_one_session(visit: Visit, desk: StubDesk) -> None:
    await asyncio.gather(*[visit.open() for _ in range(3)])
    for page in visit.context.pages:
        await expect(page.locator(".chip")).to_have_count(2)
    assert len(desk.sessions) == 1


async def test_a_tab_whose_storage_lags_behind_shares_the_session_all_the_same(visit: Visit, desk: StubDesk) -> None:
    await visit.open()
    await desk.session()
    await visit.context.add_init_script("Storage.prototype.getItem = () => null")
    late = await visit.open()
    await expect(late.locator(".chip")).to_have_count(2)
    assert len(desk.sessions) == 1


async def test_a_new_conversation_starts_empty_in_every_tab(visit: Visit, desk: StubDesk) -> None:
    left, right = await visit.open(), await visit.open()
    await ask(left, "old?")
    (await (await desk.session()).turn(1)).start()
    await expect(questions(right)).to_have_text(["old?"])
    await left.get_by_role("button", name="New conversation").click()
    for page in (left, right):
        await expect(questions(page)).to_have_count(0)
        await expect(page.locator(".chip")).to_have_count(2)
    await expect(left.get_by_label("Your question")).to_be_focused()
    await ask(right, "new?")
    assert (await (await desk.session(2)).turn(1)).message == "new?"
    await expect(questions(left)).to_have_count(0)


async def test_stop_keeps_what_was_said(page: Page, desk: StubDesk) -> None:
    await ask(page, "long?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    turn.say("So far")
    await expect(answers(page)).to_have_text("So far")
    may_stop = asyncio.Event()
    await page.route("**/cancel", lambda route: _let_through(route, may_stop))
    stop = page.get_by_role("button", name="Stop answering")
    await stop.focus()
    await stop.press("Enter")
    await expect(stop).to_be_disabled()
    await expect(page.get_by_label("Your question")).to_be_focused()  # however long the desk takes
    may_stop.set()
    await expect(page.locator(".footnote")).to_have_text("Stopped.")
    await expect(answers(page)).to_have_text("So far")
    await expect(stop).to_be_hidden()
    await expect(page.get_by_label("Your question")).to_be_focused()


async def _let_through(route: Route, when: asyncio.Event) -> None:
    await when.wait()
    await route.continue_()


async def test_a_visitor_rates_an_answer_and_may_think_again(page: Page, desk: StubDesk) -> None:
    await ask(page, "rate me?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    await expect(page.get_by_role("button", name="Good answer")).to_have_count(0)
    turn.say("Yes.")
    turn.finish()
    for name, rating in (("Good answer", "up"), ("Bad answer", "down")):
        await page.get_by_role("button", name=name).click()
        await expect(page.locator("[aria-pressed=true]")).to_have_accessible_name(name)
        await turn.session.wait_for(lambda rating=rating: turn.rating == rating)  # type: ignore[misc]


async def test_a_failed_answer_says_why_and_can_be_asked_again(page: Page, desk: StubDesk) -> None:
    await ask(page, "fragile?")
    session = await desk.session()
    turn = await session.turn(1)
    turn.start()
    turn.fail("The desk is overworked.")
    await expect(page.locator(".footnote")).to_contain_text("The desk is overworked.")
    await page.get_by_role("button", name="Ask again").click()
    assert (await session.turn(2)).message == "fragile?"


async def test_the_lead_question_is_shown_once_with_its_quick_replies(page: Page, desk: StubDesk) -> None:
    session = await desk.session()
    for number, said in ((1, "Sure. Shall we call you?"), (2, "Sure.")):
        await ask(page, f"price {number}?")
        turn = await session.turn(number)
        turn.start()
        turn.say(said)
        turn.ask("offered", "Shall we call you?", "Yes, please", "No, thank you")
        turn.finish()
        await expect(page.locator(".chip")).to_have_text(["Yes, please", "No, thank you"])
        await expect(page.get_by_text("Shall we call you?")).to_have_count(number)
    await page.get_by_role("button", name="Yes, please").click()
    assert (await session.turn(3)).message == "Yes, please"
    await expect(page.locator(".chip")).to_have_count(0)


async def test_what_only_asks_the_visitor_something_is_not_rated(page: Page, desk: StubDesk) -> None:
    session = await desk.session()
    for number, said in ((1, "We do. Shall we call you?"), (2, "Shall we call you?")):
        await ask(page, f"price {number}?")
        turn = await session.turn(number)
        turn.start()
        turn.say(said)
        turn.ask("offered", "Shall we call you?", "Yes", "No")
        turn.finish()
        await expect(answers(page)).to_have_count(number)
        await expect(page.locator(".chip")).to_have_count(2)
    await expect(page.get_by_role("button", name="Good answer")).to_have_count(1)


async def test_three_questions_in_a_row_are_answered_in_their_order(page: Page, desk: StubDesk) -> None:
    session = await desk.session()
    for number in (1, 2, 3):
        await ask(page, f"question {number}")
    for number in (1, 2, 3):
        turn = await session.turn(number)
        assert turn.message == f"question {number}"
        turn.start()
        turn.say(f"answer {number}")
        turn.finish()
    await expect(answers(page)).to_have_text(["answer 1", "answer 2", "answer 3"])


async def test_the_page_works_without_a_secure_context(visit: Visit, desk: StubDesk) -> None:
    page = await visit.open(INSECURE_HOST)
    await ask(page, "plain http?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    turn.say("Works.")
    turn.finish()
    await expect(answers(page)).to_have_text("Works.")


async def test_a_growing_answer_is_announced_once_and_a_restored_one_is_not(page: Page, desk: StubDesk) -> None:
    await expect(log(page)).to_have_attribute("aria-live", "polite")
    await ask(page, "quiet?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    turn.say("Growing")
    await expect(answers(page)).to_have_attribute("aria-live", "off")
    turn.finish()
    await expect(answers(page)).not_to_have_attribute("aria-live", re.compile(".*"))
    await page.reload()
    await expect(answers(page)).to_have_text("Growing")
    await expect(log(page)).to_have_attribute("aria-live", "polite")
