"""Whatever the gateway answers, browsers are told not to frame it, sniff in it or load anything for it."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from tests.faults.raw_http import send
from tests.processes import ADMIN_KEY, Desk, running
from tests.stack import Stack

SITE: Final = "https://shop.example"
NEVER: Final = ("unsafe-eval", "*", "http:", "data:", "blob:")
ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "a health check": {"method": "GET", "path": "/healthz"},
    "a session": {"method": "POST", "path": "/v1/sessions"},
    "a session for a website": {"method": "POST", "path": "/v1/sessions", "headers": {"Origin": SITE}},
    "a preflight": {
        "method": "OPTIONS",
        "path": "/v1/turns",
        "headers": {"Origin": SITE, "Access-Control-Request-Method": "POST"},
    },
    "no token": {"method": "GET", "path": "/v1/session"},
    "no key": {"method": "GET", "path": "/v1/admin/leads"},
    "leads": {"method": "GET", "path": "/v1/admin/leads.csv", "headers": {"Authorization": f"Bearer {ADMIN_KEY}"}},
    "no such page": {"method": "GET", "path": "/<script>"},
    "another method": {"method": "PATCH", "path": "/v1/turns"},
    "a body that is too large": {"method": "POST", "path": "/v1/turns", "body": b" " * 20_000},
    "a script": {"method": "GET", "path": "/static/chat.js"},
    "no such script": {"method": "GET", "path": "/static/no.js"},
    "the description": {"method": "GET", "path": "/openapi.json"},
    "the page": {"method": "GET", "path": "/"},
    "the reference": {"method": "GET", "path": "/docs"},
    "the page as a file": {"method": "GET", "path": "/static/index.html"},
}
PAGES: Final = ("the page", "the reference")


@pytest.fixture
async def embedded_desk(local_stack: Stack) -> AsyncIterator[Desk]:
    """Give a desk that one website may embed."""
    async with running(local_stack, workers=0, allowed_origins=[SITE]) as desk:
        yield desk


async def test_every_answer_tells_browsers_what_it_is_good_for(embedded_desk: Desk) -> None:
    """Fault 73, 79: whatever comes back, refusals and files included, nobody else's page draws it."""
    for name, call in ANSWERS.items():
        answer = send(embedded_desk.url, **call)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; "), name
        assert not [word for word in NEVER if word in policy.replace("img-src 'self' data:", "")], name
        assert name in PAGES or policy == "default-src 'none'; frame-ancestors 'none'", name
        assert answer.headers["x-content-type-options"] == "nosniff", name
        assert answer.headers["referrer-policy"] == "no-referrer", name
        assert answer.headers["cross-origin-opener-policy"] == "same-origin", name
        assert call["path"][:4] != "/v1/" or name == "a preflight" or answer.headers["cache-control"] == "no-store", (
            name
        )
        assert "camera=()" in answer.headers["permissions-policy"], name
        shared = call["path"].startswith("/static/")
        assert answer.headers["cross-origin-resource-policy"] == ("cross-origin" if shared else "same-origin"), name


async def test_a_stream_and_an_erased_session_have_them_too(desk: Desk) -> None:
    async with desk.visitor() as visitor:
        await visitor.open()
        headers = {"Authorization": f"Bearer {visitor.token}"}
        for method, path in (("GET", "/v1/session/events"), ("GET", "/v1/session"), ("DELETE", "/v1/session")):
            answer = send(desk.url, method, path, headers=headers)
            assert answer.status in {200, 202}
            assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert answer.headers["cache-control"] == ("no-cache" if "events" in path else "no-store")


@pytest.mark.parametrize(
    ("sites", "ancestors"), [([], "'none'"), ([SITE, "http://[::1]:3000"], f"'self' {SITE} http://[::1]:3000")]
)
async def test_the_page_is_framed_by_the_websites_that_may_embed_the_desk(
    local_stack: Stack, sites: list[str], ancestors: str
) -> None:
    """Fault 73: the list that says who may open sessions says who may frame the page; the reference stays alone."""
    async with running(local_stack, workers=0, allowed_origins=sites) as desk:
        policies = {path: send(desk.url, "GET", path).headers["content-security-policy"] for path in ("/", "/docs")}
    assert policies["/"].endswith(f"; frame-ancestors {ancestors}")
    assert policies["/docs"].endswith("frame-ancestors 'none'")
    assert "unsafe" not in policies["/"]
