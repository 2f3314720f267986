"""An admin key opens what its scopes name, and what is done with it is noted before it is done, by ids alone."""

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest

from shared.db.audit import Action
from shared.ids import new_admin_key
from shared.jobs import PurgeSessions
from shared.vocabulary import Scope
from tests.faults.raw_http import send
from tests.processes import Desk, running
from tests.stack import Stack
from workers.bootstrap import assemble
from workers.handlers.purge_sessions import purge_sessions

ANY: Final = None
OPENED_BY: Final[dict[str, Scope | None]] = {
    "GET /v1/admin/leads": Scope.LEADS_READ,
    "GET /v1/admin/leads.csv": Scope.LEADS_READ,
    "GET /v1/admin/leads/{lead_id}": Scope.LEADS_READ,
    "PATCH /v1/admin/leads/{lead_id}": Scope.LEADS_WRITE,
    "DELETE /v1/admin/leads/{lead_id}": Scope.LEADS_WRITE,
    "GET /v1/admin/sessions/{session_id}": Scope.SESSIONS_READ,
    "GET /v1/admin/stats": ANY,
    "GET /v1/admin/sheets": Scope.LEADS_READ,
    "POST /v1/admin/sheets/sync": Scope.LEADS_WRITE,
    "POST /v1/admin/sheets/reconcile": Scope.LEADS_WRITE,
    "POST /v1/admin/webhook/retry": Scope.LEADS_WRITE,
    "GET /v1/admin/kb": Scope.KB,
    "POST /v1/admin/kb/builds": Scope.KB,
    "POST /v1/admin/kb/releases/{release}/publish": Scope.KB,
    "GET /v1/admin/unanswered": Scope.KB,
    "PATCH /v1/admin/unanswered/{group_id}": Scope.KB,
    "GET /v1/admin/model": Scope.ALL,
    "PUT /v1/admin/model": Scope.ALL,
    "GET /v1/admin/audit": Scope.ALL,
}


@pytest.fixture
async def quiet_desk(stack: Stack) -> AsyncIterator[Desk]:
    """Give a gateway alone, whose database the test has to itself."""
    async with running(stack, workers=0) as desk:
        yield desk


@pytest.mark.parametrize("scope", Scope)
async def test_a_key_opens_what_its_scope_names_and_nothing_else(quiet_desk: Desk, scope: Scope) -> None:
    paths = send(quiet_desk.url, "GET", "/openapi.json").json["paths"].items()
    documented = {f"{method.upper()} {path}" for path, its in paths if "/admin/" in path for method in its}
    assert documented == OPENED_BY.keys()
    async with quiet_desk.operator(token=await _key(quiet_desk.stack, scope)) as operator:
        for call, needed in OPENED_BY.items():
            method, path = re.sub(r"{\w+}", "1", call).split(" ")
            reply = await operator.call(method, path)
            refused = reply.status == 403 and reply.json["code"] == "scope_missing"
            assert refused == (scope is not Scope.ALL and needed not in {scope, ANY}), (call, reply)
    assert not [call for call in await _actions(quiet_desk) if scope is Scope.KB and "lead" in call]


async def test_several_scopes_open_what_each_of_them_does(quiet_desk: Desk) -> None:
    key = await _key(quiet_desk.stack, Scope.LEADS_READ, Scope.KB)
    async with quiet_desk.operator(token=key) as operator:
        for path, status in (("leads", 200), ("kb", 200), ("leads/1", 404), ("sessions/1", 403), ("audit", 403)):
            assert (await operator.call("GET", f"/v1/admin/{path}")).status == status, path


async def test_what_operators_set_out_to_do_is_noted_by_ids_alone(quiet_desk: Desk) -> None:
    async with quiet_desk.visitor() as visitor:
        session_id = (await visitor.open())["session_id"]
        lead = {"name": "Canary Finch", "email": "canary@example.com", "consent": True}
        await visitor.call("POST", "/v1/leads", json=lead)
    key = await _key(quiet_desk.stack, Scope.LEADS_READ, Scope.LEADS_WRITE)
    async with quiet_desk.operator(token=key, headers={"X-Request-ID": "fromthetest"}) as clerk:
        await clerk.call("GET", "/v1/admin/leads?q=Canary")
        await clerk.call("GET", "/v1/admin/leads.csv")
        await clerk.call("PATCH", "/v1/admin/leads/1", json={"name": "Canary Sparrow"})
        await clerk.call("GET", "/v1/admin/leads/canary%40example.com")
        await clerk.call("DELETE", "/v1/admin/leads/1")
        await clerk.call("GET", "/v1/admin/stats")
    async with quiet_desk.operator() as operator:
        await operator.call("GET", f"/v1/admin/sessions/{session_id}")
        audit = await operator.call("GET", "/v1/admin/audit")
    told = [(one["actor"], one["action"], one["object_id"]) for one in reversed(audit.json["entries"])]
    assert told == [
        ("key:1", "list_leads", None),
        ("key:1", "export_leads", None),
        ("key:1", "amend_lead", "1"),
        ("key:1", "read_lead", None),
        ("key:1", "erase_lead", "1"),
        ("setting", "read_transcript", session_id),
    ]
    assert audit.json["entries"][-1]["request_id"] == "fromthetest"
    assert "anary" not in audit.text


async def test_the_audit_is_read_page_by_page(quiet_desk: Desk) -> None:
    for number in range(5):
        await _note(quiet_desk.stack, Action("cli", "revoke_key", str(number)))
    seen: list[str] = []
    cursor: str | None = ""
    async with quiet_desk.operator() as operator:
        while cursor is not None:
            page = (await operator.call("GET", f"/v1/admin/audit?limit=2&cursor={cursor}")).json
            seen += [one["object_id"] for one in page["entries"]]
            cursor = page["next_cursor"]
    assert seen == ["4", "3", "2", "1", "0"]


async def test_old_notes_are_forgotten(stack: Stack) -> None:
    parts = await assemble(stack.settings(audit_retention_days=1e-9))
    try:
        await _note(stack, Action("cli", "export_leads"))
        await purge_sessions(PurgeSessions(), parts.use)
        assert await stack.database.read(lambda uow: uow.audit.page(None, 10)) == []
    finally:
        await parts.close()


async def _key(stack: Stack, *scopes: Scope) -> str:
    key = new_admin_key()
    await stack.database.write(lambda uow: uow.admin_keys.add("", key, scopes))
    return key


async def _note(stack: Stack, action: Action) -> None:
    await stack.database.write(lambda uow: uow.audit.note(action))


async def _actions(desk: Desk) -> list[str]:
    return [one.action for one in await desk.stack.database.read(lambda uow: uow.audit.page(None, 200))]
