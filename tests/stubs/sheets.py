"""A stub of Google Sheets: a real HTTP server that `gspread` takes for Google, and that fails as told.

In a test, `with StubSheets(Rules(quota=60)) as stub` runs it in threads of its own; `python -m tests.stubs.sheets` runs
it as a process that prints `{"port": N}`. `stub.service_account()` is the key file to give to a client,
`stub.base_url` stands for https://sheets.googleapis.com, and `stub.spreadsheet_id` is the one spreadsheet there is.

`stub.mode` befalls every request, `stub.fail(3, "503_after")` the third, `stub.fail_share(0.2, ["503", "cut_after"])`
every fifth by chance; `sheets_faults.KNOWN` holds the modes. `stub.human` edits the spreadsheet meanwhile.
Another process does all this by `POST /_control` and looks at `GET /_requests` and `GET /_rows`.
"""

import argparse
import json
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Self

from tests.servers.server import LOOPBACK
from tests.stubs.sheets_accounts import EMAIL
from tests.stubs.sheets_brain import Brain, Received, Rules
from tests.stubs.sheets_clock import StubClock, busiest_minute
from tests.stubs.sheets_control import Value, grid_of, rows_of
from tests.stubs.sheets_faults import Fault
from tests.stubs.sheets_human import Human
from tests.stubs.sheets_server import Server

__all__ = ["Received", "Rules", "StubSheets", "busiest_minute"]

POLL_SECONDS = 0.02  # how long a stop takes at most


class StubSheets:
    """The stub in threads; every method may be called from any thread."""

    def __init__(self, rules: Rules | None = None, *, seconds_per_second: float = 1.0, port: int = 0) -> None:
        self.clock = StubClock(seconds_per_second)
        self._brain = Brain(rules or Rules(), self.clock)
        self._wanted_port = port
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port if self._server else self._wanted_port

    @property
    def base_url(self) -> str:
        """What stands for https://sheets.googleapis.com."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def spreadsheet_id(self) -> str:
        """The id of the spreadsheet."""
        return self._brain.book.spreadsheet_id

    def service_account(self, email: str = EMAIL) -> dict[str, str]:
        """Return what the file of a service account's key holds; each address is a user of its own."""
        return self._brain.accounts.info(self.base_url, email)

    @property
    def rules(self) -> Rules:
        """The rules in force; change its fields at any time."""
        return self._brain.rules

    @property
    def human(self) -> Human:
        """Somebody who works in the spreadsheet at the same time."""
        return self._brain.human

    @property
    def mode(self) -> str:
        """What befalls every request that nothing else befalls."""
        return self._brain.faults.always.mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self._brain.faults.always = Fault.named(mode)

    def fail(self, number: int, mode: str) -> None:
        """Let a mode befall the request of that number, counted from 1 since the start or the last reset."""
        self._brain.faults.at(number, mode)

    def fail_share(self, share: float, modes: Sequence[str], seed: int = 0) -> None:
        """Let one of the modes, by chance, befall such a share of all requests."""
        self._brain.faults.share(share, modes, seed)

    def revoke(self, *, revoked: bool = True) -> None:
        """Revoke the accounts' keys: new tokens are refused with `invalid_grant`, old ones are over."""
        self._brain.accounts.revoked = revoked
        self._brain.accounts.forget_tokens()

    def forget_tokens(self) -> None:
        """Let every token given so far be over."""
        self._brain.accounts.forget_tokens()

    def at(self, number: int, hook: Callable[[], object], *, after: bool = False) -> None:
        """Call something when the request of that number has arrived, or after it is done and before it is answered.

        A client that is killed before has sent its request: it is done all the same, unless it is to fail by `cut`.
        """
        hooks = self._brain.hooks
        (hooks.after if after else hooks.before)[number].append(hook)

    @property
    def requests(self) -> list[Received]:
        """The requests to the API so far, oldest first."""
        with self._brain.lock:
            return [replace(one) for one in self._brain.requests]

    @property
    def token_requests(self) -> int:
        """How often a token was asked for."""
        return self._brain.token_requests

    @property
    def open_requests(self) -> int:
        """How many requests are being answered now."""
        return self._server.open_requests if self._server else 0

    @property
    def titles(self) -> list[str]:
        """The tabs' titles."""
        with self._brain.lock:
            return [tab.title for tab in self._brain.book.tabs]

    @property
    def grid(self) -> list[list[Value]]:
        """The first tab's cells, without what is empty at the ends of rows and at the end."""
        return self.grid_of()

    def grid_of(self, title: str | None = None) -> list[list[Value]]:
        """Return a tab's cells."""
        with self._brain.lock:
            book = self._brain.book
            tab = book.tabs[0] if title is None else book.named(title)
            assert tab, f"there is no tab {title!r}"
            return grid_of(tab)

    def rows(self, title: str | None = None) -> list[dict[str, Value]]:
        """Return a tab's rows by their headers, the first tab's by default; empty rows are left out."""
        with self._brain.lock:
            book = self._brain.book
            tab = book.tabs[0] if title is None else book.named(title)
            assert tab, f"there is no tab {title!r}"
            return rows_of(tab)

    def now(self) -> float:
        """Return the stub's time in seconds since 1970."""
        return self.clock.now()

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self.clock.advance(seconds)

    def reset(self) -> None:
        """Begin again: an empty spreadsheet, no requests, no faults, no plans; accounts, rules and the time stay."""
        self._brain.reset()

    def forget(self) -> None:
        """Forget the requests so far; their numbers go on."""
        self._brain.forget()

    def start(self) -> None:
        """Listen; raise OSError when the port is taken."""
        self._server = Server(self._brain, self._wanted_port)
        self._wanted_port = self._server.server_port
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, args=(POLL_SECONDS,), name="stub-sheets", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up on everyone and stop listening; a later start takes the same port, and all is as it was."""
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._server.hang_up()
            self._thread.join()
            self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.stop()
        if self._brain.errors and error is None:
            raise self._brain.errors[0]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stubs.sheets", description="A stub of Google Sheets.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--mode", default="ok")
    parser.add_argument("--quota", type=int, help="reads, and as many writes, of each user in a minute")
    parser.add_argument("--tab", default=Rules.tab)
    parser.add_argument("--seconds-per-second", type=float, default=1.0, help="how fast the stub's time passes")
    return parser.parse_args()


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    options, over = arguments(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    rules = Rules(quota=options.quota, tab=options.tab)
    with StubSheets(rules, seconds_per_second=options.seconds_per_second, port=options.port) as stub:
        stub.mode = options.mode
        print(json.dumps({"port": stub.port}), flush=True)  # noqa: T201 - the caller reads it
        over.wait()


if __name__ == "__main__":
    main()
