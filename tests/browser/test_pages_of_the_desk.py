"""The gateway's own pages in a browser, which enforces what their headers say."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import EXPECTED_CONSOLE, Visit
from tests.processes import Desk, running
from tests.stack import Parts, stack_of
from tests.stubs.files import FileServer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Give two websites whose page frames what its address asks for."""
    (tmp_path / "index.html").write_text(
        "<script>document.write(`<iframe src='${location.search.slice(1)}'></iframe>`)</script>"
    )
    with FileServer(tmp_path) as one, FileServer(tmp_path) as another:
        yield one.url, another.url


@pytest_asyncio.fixture(loop_scope="module")
async def embedded_desk(parts: Parts, tmp_path: Path, sites: tuple[str, str]) -> AsyncIterator[Desk]:
    """Give a desk that the first of the websites may embed."""
    with stack_of(parts, "local", tmp_path) as stack:
        async with running(stack, allowed_origins=[sites[0]]) as desk:
            yield desk


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, embedded_desk: Desk) -> AsyncIterator[Visit]:
    """Give a fresh browser profile at the desk."""
    context = await browser.new_context()
    yield Visit(embedded_desk.url, context)
    await context.close()


async def framed(visit: Visit, site: str, path: str) -> Page:
    """Open a website's page that frames one of the desk's."""

    def note(text: str) -> None:
        if not EXPECTED_CONSOLE.search(text):
            visit.offences.append(text)

    page = await visit.context.new_page()
    page.on("console", lambda message: note(message.text))
    await page.goto(f"{site}/?{visit.url}{path}")
    return page


async def test_the_page_answers_without_a_breach_of_its_policy(visit: Visit) -> None:
    """Fault 79: scripts, styles, requests and trusted types, all as the gateway's headers want them."""
    page = await visit.open()
    await page.get_by_label("Your question").fill("How do refunds work?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".turn .answer .prose")).to_contain_text("30 days")
    assert visit.offences == []
    await page.evaluate("document.body.append(Object.assign(document.createElement('img'), {src: '//evil.example/x'}))")
    with pytest.raises(Exception, match="TrustedHTML"):
        await page.evaluate("document.body.innerHTML = '<b>x</b>'")


async def test_the_reference_is_drawn_from_the_desk_alone(visit: Visit) -> None:
    """Fault 79, 85: no script of anybody else's runs where visitors' tokens are kept."""
    visit.url += "/docs"
    page = await visit.open()
    await expect(page.locator(".opblock-summary-path").first).to_be_visible()
    await expect(page.get_by_text("Open Session").first).to_be_visible()
    assert [line for line in visit.offences if not line.startswith(f"foreign request: {visit.url[:-5]}/")] == []


async def test_only_a_website_that_is_named_can_frame_the_page(visit: Visit, sites: tuple[str, str]) -> None:
    """Fault 73: in the other one's frame the browser draws nothing of the desk."""
    named, foreign = sites
    page = await framed(visit, named, "/")
    await expect(page.frame_locator("iframe").get_by_label("Your question")).to_be_visible()
    assert visit.offences == []
    for site, path in ((foreign, "/"), (named, "/docs"), (foreign, "/docs"), (named, "/static/index.html")):
        page = await framed(visit, site, path)
        await expect(page.frame_locator("iframe").locator("main, .swagger-ui")).to_have_count(0)
        assert "frame-ancestors" in visit.offences.pop(), (site, path)
