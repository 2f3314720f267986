"""Whether the desk answers, asked as a visitor would: over HTTP."""

import asyncio
import http.client
import json
from pathlib import Path
from time import monotonic
from typing import Final

from shared.errors import PermanentError

START_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.1
ANSWER_SECONDS: Final = 3.0
WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (compared with, never listened at)


class DeskNotReady(PermanentError):
    """The desk did not become ready in time."""

    code = "desk_not_ready"


def url_of(host: str, port: int) -> str:
    """Return the address to open in a browser on this computer."""
    name = WILDCARDS.get(host, host)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


async def desk_answers(host: str, port: int, worker: Path) -> None:
    """Wait until the file `worker` is there and `/readyz` agrees. Raises DeskNotReady with what was missing last.

    Without the file, `/readyz` could speak of the worker that ended just before.
    """
    deadline = monotonic() + START_SECONDS
    while obstacle := await asyncio.to_thread(_obstacle, WILDCARDS.get(host, host), port, worker):
        if monotonic() > deadline:
            raise DeskNotReady(f"The desk did not become ready in {START_SECONDS:.0f} seconds: {obstacle}.")
        await asyncio.sleep(LOOK_SECONDS)


def _obstacle(host: str, port: int, worker: Path) -> str:
    """Return nothing when the desk is ready, otherwise why it is not."""
    if not worker.exists():
        return "no worker takes turns"
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return "" if answer.status == http.HTTPStatus.OK else _detail(answer.read())
    except (OSError, http.client.HTTPException):
        return "the gateway does not answer"
    finally:
        connection.close()


def _detail(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return "a part of it is not ready"
