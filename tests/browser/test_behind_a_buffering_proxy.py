"""The demo page behind a proxy that keeps every stream to itself."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.conftest import Visit
from tests.processes import Desk
from tests.shared_desks import SharedDesks
from tests.stubs.holding_back import holding_back
from tests.stubs.llm import Behaviour

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS: Final = 120
WORDS_A_SECOND: Final = 8


@pytest.fixture
def slow_desk(shared_desks: SharedDesks) -> Iterator[Desk]:
    """Give a desk whose model takes longer to say an answer than the page waits for a stream."""
    desk = shared_desks.of("local")
    assert desk.llm
    usual = replace(desk.llm.behaviour)
    desk.llm.behaviour.tokens, desk.llm.behaviour.tokens_per_second = WORDS, WORDS_A_SECOND
    yield desk
    for field in Behaviour.__dataclass_fields__:
        setattr(desk.llm.behaviour, field, getattr(usual, field))


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, slow_desk: Desk) -> AsyncIterator[Visit]:
    """Give a fresh browser profile behind a proxy that passes a stream on when it has ended."""
    async with holding_back(slow_desk.url) as url:
        context = await browser.new_context()
        visit = Visit(url, context)
        yield visit
        await context.close()
    assert visit.offences == []


async def test_the_page_reads_the_answer_by_polling_while_it_is_made(visit: Visit) -> None:
    """Fault 36: the stream brings nothing for five seconds, and the visitor reads on all the same."""
    page = await visit.open()
    await page.get_by_label("Your question").fill("how do refunds work?")
    await page.keyboard.press("Enter")
    answer = page.locator(".turn .answer .prose")
    await expect(answer).not_to_be_empty(timeout=WORDS / WORDS_A_SECOND * 700)
    begun = len((await answer.text_content() or "").split())
    assert 0 < begun < WORDS
    await expect(page.locator(".chat-status")).to_have_text("Reconnecting…")
