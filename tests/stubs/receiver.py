"""An operator's server that hears of leads: keeps every post, checks its signature, and answers as it is told."""

import asyncio
import hashlib
import hmac
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from aiohttp import web

from tests.servers.server import LOOPBACK, free_port

SECRET: Final = "whs_of-every-test-receiver"
CLOCK_SECONDS: Final = 5 * 60


@dataclass(frozen=True, slots=True)
class Heard:
    """A post as it came in."""

    delivery: str
    event: str
    lead: dict[str, Any]
    body: dict[str, Any]
    text: str


@dataclass
class Receiver:
    """What it was told, and what it answers: by default 204."""

    port: int
    statuses: list[int] = field(default_factory=list)
    """The next answers, first one first."""
    default: int = 204
    seconds: float = 0
    """How long it takes to answer."""
    heard: list[Heard] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    """Paths that were asked for and are none of its own."""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}/leads"

    def times(self) -> Counter[str]:
        """Return how often each delivery was heard."""
        return Counter(one.delivery for one in self.heard)

    async def hear(self, request: web.Request) -> web.Response:
        """Take a post."""
        body = await request.read()
        headers = request.headers
        if not is_ours(headers["Frontdesk-Timestamp"], headers["Frontdesk-Signature"], body):
            self.forged.append(body.decode())
        told = msgspec.json.decode(body)
        self.heard.append(
            Heard(headers["Frontdesk-Delivery"], headers["Frontdesk-Event"], told["lead"], told, body.decode())
        )
        await asyncio.sleep(self.seconds)
        status = self.statuses.pop(0) if self.statuses else self.default
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    async def refuse(self, request: web.Request) -> web.Response:
        """Note who was sent on to somewhere else."""
        self.elsewhere.append(request.path)
        return web.Response(status=200)


def is_ours(timestamp: str, signature: str, body: bytes) -> bool:
    """Tell whether a post was signed with the secret, and lately: what a receiver has to check."""
    signed = timestamp.encode() + b"." + body
    right = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right, signature) and abs(time.time() - int(timestamp)) < CLOCK_SECONDS


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Run a receiver on a real socket."""
    receiver = Receiver(free_port())
    app = web.Application()
    app.router.add_post("/leads", receiver.hear)
    app.router.add_route("*", "/{path:.*}", receiver.refuse)
    runner = web.AppRunner(app, handler_cancellation=True)  # whoever hangs up is waited for no longer
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, receiver.port).start()
        yield receiver
    finally:
        await runner.cleanup()
