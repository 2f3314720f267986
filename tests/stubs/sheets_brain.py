"""What the stub remembers and decides: who asks, how often, for what, and what comes of it."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from tests.stubs import sheets_updates, sheets_values
from tests.stubs.sheets_accounts import Accounts, BadGrant
from tests.stubs.sheets_checking import cleaned, cleaned_query, method_of, misshapen
from tests.stubs.sheets_clock import Quota, StubClock
from tests.stubs.sheets_errors import Refused, forbidden, invalid, not_found, too_many
from tests.stubs.sheets_faults import Ending, Fault, Faults, Reply, html, json_reply, refusal
from tests.stubs.sheets_grid import Book, Tab
from tests.stubs.sheets_human import Human
from tests.stubs.sheets_masks import only
from tests.stubs.sheets_masks import parse as mask_of
from tests.stubs.sheets_shapes import Method
from tests.stubs.sheets_values import Call

SPREADSHEET_ID = "1StubSpreadsheet0000000000000000000000000000"
LONGEST_TARGET = 16_000  # bytes of path and query; Google's front end takes about as many
SERVED = sheets_values.SERVED | {"get": sheets_updates.get, "batchUpdate": sheets_updates.batch_update}


@dataclass
class Rules:
    """How the stub behaves; may be changed while it runs, and what the tab is like takes effect with the next reset."""

    quota: int | None = None  # reads, and as many writes, of each user in a minute
    retry_after: bool = False  # tell when there is room again, which Google does not
    cell_limit: int = 10_000_000
    read_only: bool = False  # whether the spreadsheet is shared with the accounts as viewers
    token_seconds: int = 3599
    token_mode: str = "ok"  # how the token's endpoint fails, by the names of `sheets_faults.MODES`
    drip_seconds: float = 0.05  # from byte to byte
    tab: str = "Sheet1"
    rows: int = 1000
    columns: int = 26


@dataclass(frozen=True, slots=True)
class Raw:
    """A request as it came in; header names are in lower case."""

    http: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path as it was sent, its escapes unread."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's parameters."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)


@dataclass(slots=True)
class Received:
    """A request to the API, and what became of it."""

    number: int
    """Counted from 1 since the start, or since the last reset."""
    http: str
    path: str
    query: dict[str, list[str]]
    body: Any
    at: float
    """In the stub's time."""
    method: str = ""
    """The API's name for it, such as values.append."""
    user: str = ""
    mode: str = "ok"
    status: int = 0
    """0 as long as there is no answer, and when there never was one."""
    applied: bool = False
    """Whether it was done, whatever was answered."""


@dataclass
class Hooks:
    """What tests want to happen at a request."""

    before: dict[int, list[Callable[[], object]]] = field(default_factory=lambda: defaultdict(list))
    after: dict[int, list[Callable[[], object]]] = field(default_factory=lambda: defaultdict(list))


class Brain:
    """The stub without its sockets."""

    def __init__(self, rules: Rules, clock: StubClock) -> None:
        self.rules, self.clock = rules, clock
        self.lock = threading.RLock()
        self.accounts = Accounts(clock, lambda: rules.token_seconds)
        self.errors: list[BaseException] = []
        self.requests: list[Received] = []
        self.token_requests = 0
        self.reset()

    def reset(self) -> None:
        """Begin again with an empty spreadsheet; accounts, tokens, rules and the time stay."""
        with self.lock:
            rules = self.rules
            tab = Tab(0, rules.tab, rules.rows, rules.columns)
            self.book = Book(SPREADSHEET_ID, "Stub", [tab], rules.cell_limit)
            self.human = Human(lambda: self.book, self.lock)
            self.faults, self.hooks, self._quota = Faults(), Hooks(), Quota(self.clock)
            self.requests.clear()
            self._count = self.token_requests = 0

    def forget(self) -> None:
        """Forget the requests so far; their numbers go on."""
        with self.lock:
            self.requests.clear()

    def serve(self, raw: Raw) -> Reply:
        """Answer a request to the API."""
        with self.lock:
            received = self._remember(raw)
        self._call(self.hooks.before, received.number)
        with self.lock:
            reply = self._decide(raw, received, self.faults.of(received.number))
            received.status = reply.status if reply.ending in (Ending.WHOLE, Ending.DRIP) else 0
            self.human.act(received.number)
        self._call(self.hooks.after, received.number)
        return reply

    def grant(self, raw: Raw) -> Reply:
        """Answer a request for a token."""
        with self.lock:
            self.token_requests += 1
            if failing := Fault.named(self.rules.token_mode).before("write"):
                return failing
            form = {name: values[0] for name, values in parse_qs(raw.body.decode(errors="replace")).items()}
            try:
                return json_reply(200, self.accounts.grant(form))
            except BadGrant as error:
                name, _, description = str(error).partition(": ")
                return json_reply(400, {"error": name, "error_description": description})

    def _remember(self, raw: Raw) -> Received:
        self._count += 1
        try:
            body = msgspec.json.decode(raw.body) if raw.body else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            body = raw.body.decode(errors="replace")
        received = Received(self._count, raw.http, unquote(raw.path), raw.query, body, self.clock.now())
        self.requests.append(received)
        return received

    def _call(self, hooks: dict[int, list[Callable[[], object]]], number: int) -> None:
        for hook in hooks.pop(number, ()):
            hook()

    def _decide(self, raw: Raw, received: Received, fault: Fault) -> Reply:
        if len(raw.target) > LONGEST_TARGET:
            return html(414)
        found = method_of(raw.http, raw.path)
        if found is None:
            return html(404)
        method, path = found
        received.method, received.mode = method.name, fault.mode
        try:
            self._let_in(raw, received, method)
            if failing := fault.before(method.kind):
                return failing
            answer = self._apply(raw, method, {name: unquote(part) for name, part in path.items()})
            received.applied = True
            reply = json_reply(200, answer)
        except Refused as refused:
            reply = refusal(refused)
        return fault.after(method.kind, reply)

    def _let_in(self, raw: Raw, received: Received, method: Method) -> None:
        limit = self.rules.quota
        received.user = self.accounts.user(raw.headers, method.scopes)
        wait = self._quota.take(received.user, method.kind, limit)
        if wait is not None:
            raise too_many(method.kind, limit or 0, wait if self.rules.retry_after else None)
        if self.rules.read_only and method.kind == "write":
            raise forbidden()

    def _apply(self, raw: Raw, method: Method, path: dict[str, str]) -> Any:
        query = cleaned_query(method, raw.query)
        mask = mask_of(query["fields"], method.response) if "fields" in query else {}
        body = cleaned(_decoded(raw.body), method.request) if method.request else {}
        if path["spreadsheetId"] != self.book.spreadsheet_id:
            raise not_found()
        self.book.cell_limit = self.rules.cell_limit
        answer = SERVED[method.name](self.book, Call(path, query, body))
        if wrong := misshapen(answer, method.response):
            raise AssertionError(wrong)
        return only(answer, mask)


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid(f"Invalid JSON payload received. {error}") from error
