"""The demo page at a real desk: what a visitor sees has come all the way from the documents."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import Visit
from tests.processes import Desk
from tests.shared_desks import SharedDesks
from tests.stubs.llm import Behaviour, StubLLM

pytestmark = pytest.mark.asyncio(loop_scope="module")
ON_ONE = pytest.mark.parametrize("real_desk", ["local"], indirect=True)  # of the two desks, since a page can't tell

QUESTION: Final = "how do refunds work?"
ANSWER: Final = "Send the goods back within 30 days and the full price goes back to the card that paid [1]."
AS_SHOWN: Final = ANSWER.replace("[1]", "1")
SOURCE: Final = "1Refundspolicies/refunds.md"

WATCH: Final = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const text = document.querySelector(".turn .answer .prose")?.textContent.trim();
    if (text && text !== window.seen.at(-1)) window.seen.push(text);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture(params=["local", "production"])
def real_desk(request: pytest.FixtureRequest, shared_desks: SharedDesks) -> Desk:
    """Give a running desk, on SQLite and Valkey, then on MariaDB and Redis."""
    return shared_desks.of(request.param)


@pytest.fixture
def model(real_desk: Desk) -> Iterator[StubLLM]:
    """Give the desk's model, which writes the answer slowly enough to be watched."""
    assert real_desk.llm
    behaviour = real_desk.llm.behaviour
    usual = replace(behaviour)
    behaviour.text, behaviour.tokens_per_second = ANSWER, 20
    yield real_desk.llm
    for field in Behaviour.__dataclass_fields__:
        setattr(behaviour, field, getattr(usual, field))


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, real_desk: Desk) -> AsyncIterator[Visit]:
    """Give a fresh browser profile at the desk; the test fails when a page misbehaves."""
    context = await browser.new_context()
    visit = Visit(real_desk.url, context)
    yield visit
    await context.close()
    assert visit.offences == []


def answer(page: Page) -> Locator:
    return page.locator(".turn .answer .prose")


async def ask(page: Page) -> None:
    await page.get_by_label("Your question").fill(QUESTION)
    await page.keyboard.press("Enter")


async def expect_the_conversation(page: Page) -> None:
    await expect(page.locator(".turn .words")).to_have_text([QUESTION])
    await expect(answer(page)).to_have_text([AS_SHOWN])
    await expect(page.locator(".sources li")).to_have_text([SOURCE])


@pytest.mark.usefixtures("model")
async def test_an_answer_grows_with_its_sources_and_is_still_there_after_a_reload(visit: Visit) -> None:
    page = await visit.open()
    await page.evaluate(WATCH)
    await ask(page)
    await expect_the_conversation(page)
    seen = await page.evaluate("window.seen")
    assert len(seen) > 5
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))
    await page.reload()
    await expect_the_conversation(page)


@ON_ONE
@pytest.mark.usefixtures("model")
async def test_a_second_tab_shows_the_answer_that_the_first_one_asked_for(visit: Visit) -> None:
    first = await visit.open()
    await ask(first)
    await expect(answer(first)).to_contain_text("Send")
    second = await visit.open()
    await expect(second.locator(".turn .words")).to_have_text([QUESTION])
    for page in (second, first):
        await expect_the_conversation(page)


@ON_ONE
async def test_while_the_model_is_away_the_documents_themselves_are_quoted(visit: Visit, model: StubLLM) -> None:
    model.mode = "status_503"
    page = await visit.open()
    await ask(page)
    await expect(answer(page)).to_contain_text("From our documents:")
    await expect(answer(page)).to_contain_text("Send goods back within 30 days")
    await expect(page.locator(".sources li").first).to_have_text(SOURCE)
