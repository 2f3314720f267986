"""A stub of an OpenAI-compatible API: a real HTTP server that answers as told, and fails as told.

In a test, `with StubLLM(Behaviour(tokens=5)) as stub` runs it in a thread of its own; `python -m tests.stubs.llm`
runs it as a process that prints `{"port": N}`. `stub.mode` bends every answer; `[[stub:MODE]]` or `[[stub:MODE:arg]]`
in the last user message bends one. `llm_modes.KNOWN` holds the modes. Another process sets any field of `Behaviour`
by `POST /_control` and reads what was asked at `GET /_requests`.
"""

import argparse
import asyncio
import gc
import json
import signal
import threading
from types import TracebackType
from typing import Self

import uvloop

from tests.stubs.llm_clock import Clock
from tests.stubs.llm_server import Behaviour, Brain, Connection, Received

__all__ = ["Behaviour", "Received", "StubLLM"]

BACKLOG = 4096
START_SECONDS = 10.0


async def serve(brain: Brain, port: int) -> asyncio.Server:
    """Listen on the port of the loopback address; 0 takes a free one."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(brain), "127.0.0.1", port, backlog=BACKLOG)


def port_of(server: asyncio.Server) -> int:
    """Return the port a server listens on."""
    return int(server.sockets[0].getsockname()[1])


class StubLLM:
    """The stub in a thread; usable from synchronous and asynchronous tests alike."""

    def __init__(self, behaviour: Behaviour | None = None, *, port: int = 0) -> None:
        self._loop = uvloop.new_event_loop()
        self._brain = Brain(behaviour or Behaviour(), Clock(self._loop))
        self._thread = threading.Thread(target=self._run, name="stub-llm", daemon=True)
        self._started = threading.Event()
        self._stopping = asyncio.Event()
        self._failure: OSError | None = None
        self.port = port

    @property
    def base_url(self) -> str:
        """What to give a client as its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def behaviour(self) -> Behaviour:
        """The settings in force; change its fields at any time."""
        return self._brain.behaviour

    @property
    def requests(self) -> list[Received]:
        """Every request to the API so far, oldest first."""
        return self._brain.requests

    @property
    def open_responses(self) -> int:
        """How many responses are on their way and still wanted."""
        return self._brain.open_responses

    @property
    def mode(self) -> str:
        """The mode of every request without a marker."""
        return self._brain.behaviour.mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self._brain.set_mode(mode)

    def start(self) -> None:
        """Listen; raise OSError when the port is taken."""
        self._thread.start()
        if not self._started.wait(START_SECONDS):
            message = "the stub model did not start"
            raise TimeoutError(message)
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        """Hang up on everyone and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        try:
            server = await serve(self._brain, self.port)
        except OSError as error:
            self._failure = error
            self._started.set()
            return
        self.port = port_of(server)
        self._started.set()
        await self._stopping.wait()
        server.close()
        for connection in list(self._brain.connections):
            connection.abort()
        await server.wait_closed()


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.stubs.llm", description="A stub of an OpenAI-compatible API."
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--mode", default="ok")
    parser.add_argument("--first-token-seconds", type=float, default=Behaviour.first_token_seconds)
    parser.add_argument("--tokens-per-second", type=float, default=Behaviour.tokens_per_second)
    parser.add_argument("--tokens", type=int, default=Behaviour.tokens)
    parser.add_argument("--text", help="what is said, instead of that many words")
    parser.add_argument("--forgetful", action="store_true", help="keep no requests")
    return parser.parse_args()


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    behaviour = Behaviour(
        first_token_seconds=options.first_token_seconds,
        tokens_per_second=options.tokens_per_second,
        tokens=options.tokens,
        text=options.text,
        record=not options.forgetful,
    )
    brain = Brain(behaviour, Clock(loop))
    brain.set_mode(options.mode)
    server = await serve(brain, options.port)
    print(json.dumps({"port": port_of(server)}), flush=True)  # noqa: T201 - the caller reads it
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    gc.freeze()  # what start-up made is never garbage; a collection that walks it would delay tokens
    await over.wait()


if __name__ == "__main__":
    uvloop.run(run(arguments()))
