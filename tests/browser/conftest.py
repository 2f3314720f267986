"""Fixtures of the browser tests: Debian's chromium, a stub desk, and pages that must not misbehave."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from tests.browser.stub_desk import StubDesk

CHROMIUM = "/usr/bin/chromium"
INSECURE_HOST = "frontdesk.test"  # a name of this machine that browsers give no secure context, unlike 127.0.0.1
# Quiet and local: nothing of the browser's own goes out while a page is watched.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1",
]
# The browser reports every answer that is not a 2xx; the tests provoke those.
EXPECTED_CONSOLE = re.compile(r"Failed to load resource")


@dataclass
class Visit:
    """One browser profile at a desk, and everything wrong that its pages did."""

    url: str
    context: BrowserContext
    offences: list[str] = field(default_factory=list)

    async def open(self, host: str | None = None) -> Page:
        """Open the demo page in a new tab, under another name of the server if given."""
        page = await self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self._note_console(message.type, message.text))
        page.on("pageerror", lambda error: self.offences.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.offences.append(f"dialog: {dialog.message}"))
        page.on("request", self._note_request)
        await page.goto(self.url.replace("127.0.0.1", host) if host else self.url)
        return page

    def _note_console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not EXPECTED_CONSOLE.search(text):
            self.offences.append(f"{kind}: {text}")

    def _note_request(self, request: Request) -> None:
        if not request.url.replace(INSECURE_HOST, "127.0.0.1").startswith(self.url):
            self.offences.append(f"foreign request: {request.url}")
        if "token" in request.url:
            self.offences.append(f"token in an address: {request.url}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Give one chromium for the tests of a file."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip("chromium is not installed")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk() -> AsyncIterator[StubDesk]:
    """Give a stub desk of the test's own."""
    async with StubDesk() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, desk: StubDesk) -> AsyncIterator[Visit]:
    """Give a fresh browser profile; the test fails when a page logs an error, calls elsewhere or opens a dialog."""
    context = await browser.new_context()
    visit = Visit(desk.url, context)
    yield visit
    await context.close()
    assert visit.offences == []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workbench(browser: Browser) -> AsyncIterator[Page]:
    """Give one page for all tests of a file that only call modules in it."""
    async with StubDesk() as running:
        context = await browser.new_context()
        visit = Visit(running.url, context)
        yield await visit.open()
        await context.close()
        assert visit.offences == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(visit: Visit) -> Page:
    """Give the demo page, opened."""
    return await visit.open()


async def call(page: Page, module: str, body: str, argument: Any = None) -> Any:
    """Run `body`, a JavaScript function body with `module` and `argument` in scope, in the page."""
    script = f"async (argument) => {{ const module = await import('/static/{module}'); {body} }}"
    return await page.evaluate(script, argument)
