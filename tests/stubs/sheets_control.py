"""What tests in another process see of the stub and change about it, over HTTP."""

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any, Final

import msgspec

from tests.stubs.sheets_accounts import EMAIL
from tests.stubs.sheets_brain import Brain, Raw, Rules
from tests.stubs.sheets_cells import Cell, shown
from tests.stubs.sheets_clock import busiest_minute
from tests.stubs.sheets_faults import Fault, Reply, html, json_reply
from tests.stubs.sheets_grid import Tab

Value = str | int | float | bool


def grid_of(tab: Tab) -> list[list[Value]]:
    """Return a tab's cells, without what is empty at the ends of rows and at the end."""
    return [[shown(cell, "UNFORMATTED_VALUE") for cell in line] for line in tab.lines()]


def rows_of(tab: Tab) -> list[dict[str, Value]]:
    """Return a tab's rows by their headers, empty rows left out; of two columns with one header the first counts."""
    lines = tab.lines()
    headers = [str(shown(cell)) for cell in lines[0]] if lines else []
    return [_row(headers, line) for line in lines[1:] if any(cell is not None for cell in line)]


def _row(headers: list[str], line: list[Cell]) -> dict[str, Value]:
    row: dict[str, Value] = {}
    for at, header in enumerate(headers):
        if header:
            row.setdefault(header, shown(line[at], "UNFORMATTED_VALUE") if at < len(line) else "")
    return row


def now(brain: Brain, _: Raw) -> Any:
    """Return the stub's time."""
    return {"now": brain.clock.now()}


def requests(brain: Brain, _: Raw) -> Any:
    """Return what was asked for so far."""
    return {
        "count": len(brain.requests),
        "token_requests": brain.token_requests,
        "busiest_minute": busiest_minute([one.at for one in brain.requests]),
        "requests": brain.requests,
    }


def rows(brain: Brain, _: Raw) -> Any:
    """Return what is in every tab."""
    tabs = brain.book.tabs
    return {
        "rows": rows_of(tabs[0]),
        "tabs": [{"title": tab.title, "rows": rows_of(tab), "grid": grid_of(tab)} for tab in tabs],
    }


def service_account(brain: Brain, raw: Raw) -> Any:
    """Return a service account's key file."""
    email = raw.query.get("email", [EMAIL])[0]
    return brain.accounts.info(f"http://{raw.headers['host']}", email)


def settings(brain: Brain, _: Raw) -> Any:
    """Return the rules in force, and the mode."""
    return asdict(brain.rules) | {"mode": brain.faults.always.mode, "revoked": brain.accounts.revoked}


def change(brain: Brain, raw: Raw) -> Any:
    """Change any of the rules, and do what CHANGES names."""
    wishes: dict[str, Any] = msgspec.json.decode(raw.body or b"{}", type=dict[str, Any])
    names = {one.name for one in fields(Rules)}
    if unknown := wishes.keys() - names - CHANGES.keys():
        message = f"unknown: {sorted(unknown)}; there are: {sorted(names | CHANGES.keys())}"
        raise ValueError(message)
    for name, value in wishes.items():
        if name in names:
            setattr(brain.rules, name, value)
    for name, apply in CHANGES.items():
        if name in wishes:
            apply(brain, wishes[name])
    return settings(brain, raw)


def _fail_numbered(brain: Brain, modes: dict[str, str]) -> None:
    for number, mode in modes.items():
        brain.faults.at(int(number), mode)


def _edit_later(brain: Brain, plans: dict[str, list[list[Any]]]) -> None:
    for number, edits in plans.items():
        for edit in edits:
            brain.human.after(int(number), *edit)


def _edit(brain: Brain, edits: list[list[Any]]) -> None:
    for edit in edits:
        brain.human.do(*edit)


def _set_mode(brain: Brain, mode: str) -> None:
    brain.faults.always = Fault.named(mode)


def _revoke(brain: Brain, revoked: bool) -> None:
    brain.accounts.revoked = revoked


CHANGES: Final[dict[str, Callable[[Brain, Any], object]]] = {
    "reset": lambda brain, _: brain.reset(),
    "forget": lambda brain, _: brain.forget(),
    "forget_tokens": lambda brain, _: brain.accounts.forget_tokens(),
    "revoked": _revoke,
    "mode": _set_mode,
    "fail": _fail_numbered,  # {"3": "503_after"}
    "fail_share": lambda brain, wishes: brain.faults.share(**wishes),  # {"share": 0.2, "modes": ["503"], "seed": 1}
    "human": _edit,  # [["sort", "Name"]]
    "human_after": _edit_later,  # {"3": [["sort", "Name"]]}
    "advance": lambda brain, seconds: brain.clock.advance(seconds),
}
"""What a POST to /_control may hold beside rules, in the order in which it is done."""

ROUTES: Final[dict[tuple[str, str], Callable[[Brain, Raw], Any]]] = {
    ("GET", "/_control"): settings,
    ("POST", "/_control"): change,
    ("GET", "/_control/now"): now,
    ("GET", "/_requests"): requests,
    ("GET", "/_rows"): rows,
    ("GET", "/_service_account"): service_account,
}


def answer(brain: Brain, raw: Raw) -> Reply:
    """Answer any request."""
    if (raw.http, raw.path) == ("POST", "/token"):
        return brain.grant(raw)
    if not raw.path.startswith("/_"):
        return brain.serve(raw)
    route = ROUTES.get((raw.http, raw.path))
    if route is None:
        return html(404)
    try:
        with brain.lock:
            return json_reply(200, route(brain, raw))
    except (ValueError, TypeError, AssertionError) as error:
        return json_reply(400, {"error": str(error)})
