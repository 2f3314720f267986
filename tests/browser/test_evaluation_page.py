"""The report of an evaluation is read on any screen, by day and by night, and draws words as words."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_demo_page_is_safe import HOSTILE as CORPUS
from workers.cli.evaluation_page import page as report_of
from workers.kb.evaluation import Outcome
from workers.kb.golden import Row, Said

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE, DESKTOP = 360, 1280
LONG = "policies/" + "a-document-with-a-very-long-name-" * 4 + ".md"
LISTENERS = "nodes => nodes.flatMap(n => n.getAttributeNames()).filter(name => /^on|^src|^href/.test(name))"
HOSTILE = "<img src=https://evil.example/x onerror=alert(1)>"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLOURS = "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"


def outcome(row: Row, place: int | None, *found: str, abstained: bool = False) -> Outcome:
    return Outcome(row, place, found, abstained, milliseconds=1.5)


OUTCOMES = [
    outcome(Row("How do refunds work?", ["refunds.md"], kind="plain"), 1, "refunds.md"),
    outcome(Row("Can I swap it?", ["refunds.md"], kind="plain"), 4, "a.md", "b.md", "c.md", "refunds.md"),
    outcome(Row(HOSTILE, [LONG], [Said("user", "Do you rent bikes?")], kind=HOSTILE), None, HOSTILE, LONG),
    outcome(Row("Erase my data", ["privacy.md"], kind="plain"), 2, "a.md", "privacy.md", abstained=True),
    outcome(Row("Do you sell shares?", [], kind="off-topic"), None),
]


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, tmp_path: Path) -> AsyncIterator[Visit]:
    """Give a browser at a report; the test fails when the page logs an error or asks for anything else."""
    file = tmp_path / "report.html"
    file.write_text(report_of("20260101-000000000-abcdefabcdef", OUTCOMES))
    context = await browser.new_context()
    visit = Visit(file.as_uri(), context)
    yield visit
    await context.close()
    assert visit.offences == []


@pytest_asyncio.fixture(loop_scope="module")
async def report(visit: Visit) -> Page:
    """Give the report, opened."""
    return await visit.open()


async def test_the_worst_misses_come_first_with_what_was_found_instead(report: Page) -> None:
    misses = report.locator(".misses > li")
    assert [await misses.nth(n).locator(".bad").inner_text() for n in range(await misses.count())] == [
        "Answered from other documents; its own was not found.",
        "Answered from other documents; its own was found at place 4.",
        "Refused; its document was found at place 2.",
        "Answered, though no document has the answer.",
    ]
    await expect(misses.nth(0).locator("strong")).to_have_text(HOSTILE)
    await expect(misses.nth(1).locator("ol li")).to_have_text(["a.md", "b.md", "c.md"])


async def test_hostile_words_of_questions_and_documents_are_only_words(visit: Visit, tmp_path: Path) -> None:
    """Fault 79: whatever a question, its kind or a document's name is, it draws no element and asks for nothing."""
    outcomes = [outcome(Row(words, [words], [Said("user", words)], kind=words), None, words) for words in CORPUS]
    file = tmp_path / "hostile.html"
    file.write_text(report_of(CORPUS[0], outcomes))
    visit.url = file.as_uri()
    page = await visit.open()
    assert await page.locator("script, img, iframe, svg, link, base, form, a, object, embed").count() == 0
    assert await page.locator("body *").evaluate_all(LISTENERS) == []
    shown = await page.locator("body").text_content() or ""
    assert [words for words in CORPUS if words.replace("\0", "") not in shown] == []


async def test_every_kind_has_a_bar_and_a_row_and_so_have_all_together(report: Page) -> None:
    bars = report.locator(".bars").nth(1).locator("> span:not(.bar)")
    await expect(bars).to_have_text(["plain", "33%", HOSTILE, "0%", "off-topic", "0%"])
    kinds = report.locator(".figures tbody tr td:first-child")
    await expect(kinds).to_have_text(["plain", HOSTILE, "off-topic", "all"])


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_nothing_is_wider_than_the_screen(report: Page, width: int) -> None:
    await report.set_viewport_size({"width": width, "height": 800})
    await report.locator("summary").click()
    await expect(report.locator(".all tbody tr")).to_have_count(5)
    assert await report.evaluate(TOO_WIDE) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_as_light_or_dark_as_its_reader_s_screen(
    report: Page, scheme: Literal["light", "dark"]
) -> None:
    await report.emulate_media(color_scheme=scheme)
    drawn = await report.evaluate(COLOURS)
    is_dark_ink, is_dark_paper = (all(int(part) < 128 for part in colour[4:-1].split(",")) for colour in drawn)
    assert (is_dark_ink, is_dark_paper) == (scheme == "light", scheme == "dark")
