"""Which websites may embed the desk: those that are named, to the letter, and none that only look like them."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from shared.errors import SettingsInvalid
from shared.settings import load_settings
from tests.faults.raw_http import send
from tests.processes import Desk, running
from tests.stack import Stack

NAMED: Final = (
    "https://shop.example",
    "https://www.shop.example:8443",
    "https://xn--bcher-kva.example",
    "http://[::1]:3000",
)
FOREIGN: Final = (
    "null",
    "",
    "*",
    "https://evil.example",
    "http://shop.example",  # not the scheme that was named
    "https://shop.example:444",
    "https://shop.example:443",  # browsers leave the usual port out
    "https://shop.example.",
    "https://www.shop.example",  # below it
    "https://example",  # above it
    "https://evilshop.example",
    "https://shop.example.evil.example",
    "https://shop.example@evil.example",
    "https://evil.example/https://shop.example",
    "https://evil.example#https://shop.example",
    "https://shop.example, https://evil.example",
    "https://shop.example https://evil.example",
    "https://shop.example/",
    "https://shop.example\t",
    "https://www.shop.example",
    "https://www.shop.example:8444",
    "https://bücher.example",  # as no browser spells it
    "https://xn--bcher-kvb.example",
    "https://bucher.example",
    "https://[::1]:3000",
    "file://",
    "chrome-extension://shop.example",
    "shop.example",
    "x" * 255,
)
NO_ORIGINS: Final = (
    "*",
    "shop.example",
    "https://*.shop.example",
    "https://bücher.example",
    "https://shop.example/path",
    "https://shop.example; script-src *",
    "https://user@shop.example",
    "https://",
    "ftp://shop.example",
    "null",
)


@pytest.fixture
async def embedded_desk(local_stack: Stack) -> AsyncIterator[Desk]:
    """Give a desk that a few websites may embed."""
    async with running(local_stack, workers=0, allowed_origins=NAMED) as desk:
        yield desk


async def test_only_the_websites_that_are_named_may_open_sessions(embedded_desk: Desk) -> None:
    """Fault 73: the matrix of origins. What is refused is not told to the website's scripts either."""
    for origin in (*NAMED, NAMED[0].upper(), embedded_desk.url):
        opened = send(embedded_desk.url, "POST", "/v1/sessions", headers={"Origin": origin})
        assert opened.status == 201, origin
        own = origin in {embedded_desk.url, NAMED[0].upper()}  # no browser sends the one, nor asks about the other
        assert opened.headers.get("access-control-allow-origin") == (None if own else origin)
        assert "access-control-allow-credentials" not in opened.headers
    for origin in FOREIGN:
        refused = send(embedded_desk.url, "POST", "/v1/sessions", headers={"Origin": origin.encode()})
        assert (refused.status, refused.json["code"]) == (403, "origin_not_allowed"), origin
        assert "access-control-allow-origin" not in refused.headers, origin
        preflight: dict[str, bytes | str] = {"Origin": origin.encode(), "Access-Control-Request-Method": "POST"}
        asked = send(embedded_desk.url, "OPTIONS", "/v1/sessions", headers=preflight)
        assert "access-control-allow-origin" not in asked.headers, origin
    assert send(embedded_desk.url, "POST", "/v1/sessions").status == 201


def test_origins_are_taken_as_browsers_will_send_them() -> None:
    named = load_settings(_env_file=None, allowed_origins="https://Shop.Example/, http://localhost:3000")
    assert named.allowed_origins == ("https://shop.example", "http://localhost:3000")


@pytest.mark.parametrize("wrong", NO_ORIGINS)
def test_what_no_browser_sends_as_its_origin_is_a_wrong_setting(wrong: str) -> None:
    with pytest.raises(SettingsInvalid, match="ALLOWED_ORIGINS"):
        load_settings(_env_file=None, allowed_origins=wrong)
