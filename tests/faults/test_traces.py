"""What visitors write is in the database and nowhere else, and after an erasure not even there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from tests.eventually import eventually
from tests.faults.traces import in_database, in_logs, in_redis
from tests.integration.test_admin_sheets import sheet_settings
from tests.processes import Desk, running
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.stubs.receiver import SECRET, receiving
from tests.stubs.sheets import StubSheets
from tests.visitor import Json, Visitor

CANARY: Final = "canary7qx"
EMAIL: Final = f"{CANARY}@example.com"
PHONE: Final = "+12015550117"
FORM: Final = {
    "name": f"Anna {CANARY}",
    "email": EMAIL,
    "phone": PHONE,
    "message": f"Call me, {CANARY} {PHONE}",
    "consent": True,
}
TRACES: Final = (CANARY.encode(), PHONE.encode(), b"2015550117")


@asynccontextmanager
async def talkative(stack: Stack, llm: StubLLM, **settings: Any) -> AsyncIterator[Desk]:
    """Run a desk that logs all that it can."""
    async with running(stack, beats=1, llm=llm, log_level="DEBUG", **settings) as desk:
        yield desk


async def test_what_a_visitor_gives_is_in_no_log_and_not_in_redis(stack: Stack, llm: StubLLM) -> None:
    """Fault 80: through the form and a turn, through refusals, an operator's hands and a webhook that fails."""
    async with (
        receiving() as receiver,
        talkative(stack, llm, webhook_url=receiver.url, webhook_secret=SECRET) as desk,
        desk.visitor() as visitor,
        desk.operator() as operator,
    ):
        receiver.statuses = [500]
        await visitor.open()
        await visitor.ask(f"I am {CANARY}, {EMAIL}, {PHONE}")
        await _post(visitor, FORM)
        for wrong in ({"email": CANARY}, {"consent": False}, {"phone": f"{CANARY} {PHONE}"}, {CANARY: EMAIL}):
            refused = await visitor.call("POST", "/v1/leads", json=FORM | wrong)
            assert refused.status == 422
            assert EMAIL not in refused.text
        lead = await _found(operator)
        await operator.call("PATCH", f"/v1/admin/leads/{lead['id']}", json={"name": f"Ann {CANARY}", "phone": "x"})
        await operator.call("PATCH", f"/v1/admin/leads/{lead['id']}", json={"name": f"Ann {CANARY}"})
        assert (await operator.call("GET", f"/v1/admin/leads.csv?q={CANARY}")).text.count(CANARY) > 1
        await eventually(lambda: any(one.event == "lead.updated" for one in receiver.heard), within=20)
        logs, redis = in_logs(desk), in_redis(stack)
    assert b"webhook_failed" in logs
    assert b"chat.answer_turn" in redis
    assert not [trace for trace in TRACES if trace in logs or trace in redis]
    assert all(trace in in_database(stack) for trace in TRACES)


async def test_an_erased_lead_leaves_no_trace(stack: Stack, llm: StubLLM) -> None:
    """Fault 84: two sessions gave it; the operator erases it. Neither a dump nor an export has a word of it."""
    async with talkative(stack, llm) as desk, desk.operator() as operator, desk.visitor() as other:
        await other.open()
        await _post(other, {"email": "other@example.com", "consent": True})
        async with desk.visitor() as first, desk.visitor() as second:
            for visitor in (first, second):
                await visitor.open()
                turn = await visitor.ask(f"I am {CANARY}, {EMAIL}, {PHONE}")
                await visitor.rate(turn["turn_id"], "up", f"Thanks, says {CANARY}")
                await _post(visitor, FORM)
        lead = await _found(operator)
        assert (await operator.call("DELETE", f"/v1/admin/leads/{lead['id']}")).status == 202
        everything = await _everything(desk, operator)
    assert b"other@example.com" in everything
    assert not [trace for trace in TRACES if trace in everything]
    assert not [trace for trace in TRACES if trace in in_database(stack)]


async def test_a_visitor_who_erases_a_session_leaves_no_trace(stack: Stack, llm: StubLLM) -> None:
    """Fault 84: as above, at the visitor's own word."""
    async with talkative(stack, llm) as desk, desk.operator() as operator, desk.visitor() as visitor:
        await visitor.open()
        await visitor.ask(f"I am {CANARY}, {EMAIL}, {PHONE}")
        await _post(visitor, FORM)
        assert (await visitor.call("DELETE", "/v1/session")).status == 202
        everything = await _everything(desk, operator)
    assert not [trace for trace in TRACES if trace in everything]
    assert not [trace for trace in TRACES if trace in in_database(stack)]


async def test_an_erased_lead_leaves_the_sheet_and_no_comparison_brings_it_back(stack: Stack) -> None:
    """Fault 84: in the sheet, too, for good."""
    with StubSheets() as google:
        async with running(stack, **sheet_settings(google)) as desk, desk.operator() as operator:
            async with desk.visitor() as visitor:
                await visitor.open()
                await _post(visitor, FORM)
            await eventually(lambda: CANARY in str(google.rows()))
            lead = await _found(operator)
            assert (await operator.call("DELETE", f"/v1/admin/leads/{lead['id']}")).status == 202
            await eventually(lambda: CANARY not in str(google.rows()))
            assert (await operator.call("POST", "/v1/admin/sheets/sync")).status == 202
            assert (await operator.call("POST", "/v1/admin/sheets/reconcile")).status == 202
            await eventually(lambda: _is_compared(operator))
            assert not [trace for trace in (CANARY, PHONE) if trace in str(google.grid)]
            logs = in_logs(desk)
    assert not [trace for trace in TRACES if trace in logs]


async def _is_compared(operator: Visitor) -> bool:
    told = (await operator.call("GET", "/v1/admin/sheets")).json
    last = told["last_reconciliation"]
    return bool(last and last["finished_at"] and not told["pending"])


async def _post(visitor: Visitor, form: Json) -> None:
    reply = await visitor.call("POST", "/v1/leads", json=form)
    assert reply.status == 202, reply


async def _found(operator: Visitor) -> Json:
    [lead] = (await operator.call("GET", "/v1/admin/leads", params={"q": CANARY})).json["leads"]
    return lead  # type: ignore[no-any-return]


async def _everything(desk: Desk, operator: Visitor) -> bytes:
    """Return all that can be found while the desk runs."""
    exported = await operator.call("GET", "/v1/admin/leads.csv")
    stored = await asyncio.to_thread(in_database, desk.stack)
    return exported.text.encode() + in_logs(desk) + in_redis(desk.stack) + stored
