"""Leads are announced to the operator's server: signed, as often as it takes, and no more than that."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select, update

from shared.db.leads import Capture, Given
from shared.db.models import outbox
from shared.errors import SettingsInvalid
from shared.jobs import DeliverWebhooks
from shared.settings import load_settings
from shared.vocabulary import Detail, LeadStatus, OutboxState, Target
from tests.eventually import eventually
from tests.integration.test_lead_form import address, post_form
from tests.processes import Desk, running
from tests.stack import Stack
from tests.stubs.receiver import SECRET, Receiver, receiving
from workers.bootstrap import assemble
from workers.dependencies import Dependencies
from workers.handlers.deliver_webhooks import MOST_ATTEMPTS, deliver_webhooks


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Give a receiver that listens."""
    async with receiving() as receiver:
        yield receiver


@asynccontextmanager
async def telling(stack: Stack, receiver: Receiver, **wanted: Any) -> AsyncIterator[Desk]:
    """Run a desk that announces leads."""
    async with running(stack, webhook_url=receiver.url, webhook_secret=SECRET, **wanted) as desk:
        yield desk


@asynccontextmanager
async def worker_of(stack: Stack, receiver: Receiver) -> AsyncIterator[Dependencies]:
    """Give what a worker's handlers use, without the worker."""
    parts = await assemble(stack.settings(webhook_url=receiver.url, webhook_secret=SECRET))
    try:
        yield parts.use
    finally:
        await parts.close()


async def capture(stack: Stack, **details: str) -> int:
    given = [Given(Detail(kind), value) for kind, value in details.items()]
    what = Capture(None, given, LeadStatus.CAPTURED, announce=True)
    return await stack.database.write(lambda uow: uow.leads.capture(what))


async def change(stack: Stack, **values: Any) -> None:
    """Change every row of the outbox that is for the webhook."""
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(outbox).where(outbox.c.target == Target.WEBHOOK).values(**values))


async def rows(stack: Stack) -> list[Any]:
    query = select(outbox).where(outbox.c.target == Target.WEBHOOK).order_by(outbox.c.object_key)
    async with stack.database.engine.connect() as connection:
        return [*(await connection.execute(query))]


async def make_due(stack: Stack) -> None:
    """Let the pause after a failure be over."""
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(outbox).values(next_attempt_at=outbox.c.created_at))


async def deliver(use: Dependencies) -> None:
    await deliver_webhooks(DeliverWebhooks(), use)


async def test_a_captured_lead_is_told_at_once_and_a_change_of_it_too(stack: Stack, receiver: Receiver) -> None:
    """There is no beat here: a hint is enough."""
    email = address()
    async with telling(stack, receiver) as desk, desk.visitor() as visitor, desk.operator() as operator:
        await visitor.open()
        await post_form(visitor, name="Anna", email=email, message="Please call")
        await eventually(lambda: len(receiver.heard) == 1)
        lead_id = receiver.heard[0].lead["id"]
        amended = await operator.call("PATCH", f"/v1/admin/leads/{lead_id}", json={"name": "Anna Smith"})
        assert amended.status == 200
        await eventually(lambda: len(receiver.heard) == 2)
        await eventually(lambda: _is_empty(stack))
    captured, updated = receiver.heard
    assert (captured.event, updated.event) == ("lead.captured", "lead.updated")
    assert captured.body.keys() == {"id", "event", "created_at", "lead"}
    assert captured.body["id"] == captured.delivery != updated.delivery
    assert (captured.lead["email"], captured.lead["message"], captured.lead["status"]) == (
        email,
        "Please call",
        "captured",
    )
    assert (updated.lead["id"], updated.lead["name"], updated.lead["merged_ids"]) == (lead_id, "Anna Smith", [])
    assert not receiver.forged


async def test_beat_finds_what_nobody_hinted_at(local_stack: Stack, receiver: Receiver) -> None:
    lead_id = await capture(local_stack, email=address())
    async with telling(local_stack, receiver, beats=1):
        await eventually(lambda: len(receiver.heard) == 1, within=15)
    assert receiver.heard[0].lead["id"] == lead_id


@pytest.mark.parametrize("status", [500, 503, 429, 404, 301, 302, 307, 308])
async def test_what_was_not_taken_is_told_again_under_the_same_id(
    local_stack: Stack, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status, status]
    await capture(local_stack, email=address())
    async with worker_of(local_stack, receiver) as use:
        for attempt in (1, 2):
            await deliver(use)
            [row] = await rows(local_stack)
            assert (row.attempt, row.last_error) == (attempt, f"http_{status}")
            await make_due(local_stack)
        await deliver(use)
    assert [*receiver.times().values()] == [3]
    assert await rows(local_stack) == []
    assert not receiver.elsewhere


async def test_a_receiver_that_is_away_or_says_nothing_is_tried_later(local_stack: Stack, receiver: Receiver) -> None:
    stack = local_stack
    await capture(stack, email=address())
    nowhere = Receiver(receiver.port + 1)
    async with worker_of(stack, nowhere) as use:
        await deliver(use)
    [row] = await rows(stack)
    assert (row.attempt, row.last_error) == (1, "unreachable")
    receiver.seconds = 60
    await make_due(stack)
    async with worker_of(stack, receiver) as use:
        await deliver(use)
    [row] = await rows(stack)
    assert (row.attempt, row.last_error) == (2, "timeout")


async def test_several_workers_tell_each_thing_once(stack: Stack, receiver: Receiver) -> None:
    receiver.seconds = 0.05
    leads = [await capture(stack, email=address()) for _ in range(40)]
    async with telling(stack, receiver, workers=3, beats=2):
        await eventually(lambda: _is_empty(stack), within=30)
    assert sorted(one.lead["id"] for one in receiver.heard) == leads
    assert set(receiver.times().values()) == {1}


async def test_what_a_killed_worker_was_telling_is_told_by_another_under_the_same_id(
    stack: Stack, receiver: Receiver
) -> None:
    receiver.seconds = 60
    async with telling(stack, receiver, workers=1) as desk, desk.visitor() as visitor:
        await visitor.open()
        await post_form(visitor, email=address())
        await eventually(lambda: len(receiver.heard) == 1)
        desk.worker.kill9()
    receiver.seconds = 0
    async with worker_of(stack, receiver) as use:
        await deliver(use)
        assert len(receiver.heard) == 1  # the dead worker's half minute is not over
        await make_due(stack)
        await deliver(use)
    assert [*receiver.times().values()] == [2]
    assert await rows(stack) == []


async def test_a_change_while_it_is_told_is_told_afterwards(stack: Stack, receiver: Receiver) -> None:
    lead_id = await capture(stack, email=address(), name="Ana")
    await change(stack, object_key=f"{lead_id}:updated")
    async with worker_of(stack, receiver) as use:
        [seen] = await stack.database.stepwise(lambda uow: uow.announcements.claim(9, 30))
        given = [Given(Detail.NAME, "Anna")]
        await stack.database.write(lambda uow: uow.leads.amend(lead_id, given, announce=True))
        for late in (
            stack.database.write(lambda uow: uow.announcements.postpone(seen, 600, "timeout")),
            stack.database.write(lambda uow: uow.announcements.give_up(seen, "timeout")),
            stack.database.write(lambda uow: uow.outbox.settle(Target.WEBHOOK, [(seen.object_key, seen.version)])),
        ):
            await late
        await deliver(use)
    [heard] = receiver.heard
    assert heard.lead["name"] == "Anna"
    assert heard.delivery != seen.id
    assert await rows(stack) == []


async def test_an_erased_lead_is_told_to_nobody(stack: Stack, receiver: Receiver) -> None:
    lead_id = await capture(stack, email=address())
    await stack.database.write(lambda uow: uow.leads.erase(lead_id))
    assert await rows(stack) == []
    await stack.database.write(lambda uow: uow.outbox.add(Target.WEBHOOK, f"{lead_id}:updated", 7))
    async with worker_of(stack, receiver) as use:
        await deliver(use)
    assert receiver.heard == []
    assert await rows(stack) == []


async def test_what_a_merged_lead_became_is_told_in_its_place(stack: Stack, receiver: Receiver) -> None:
    email = address()
    older, newer = await capture(stack, email=email, name="Anna"), await capture(stack, phone="+12015550123")
    await capture(stack, email=email, phone="+12015550123")
    async with worker_of(stack, receiver) as use:
        await deliver(use)
    assert {one.lead["id"] for one in receiver.heard} == {older}
    assert all(one.lead["merged_ids"] == [newer] for one in receiver.heard)
    assert await rows(stack) == []


async def test_after_days_it_is_given_up_kept_and_told_again_when_somebody_says_so(
    stack: Stack, receiver: Receiver
) -> None:
    receiver.default = 500
    await capture(stack, email=address())
    await change(stack, attempt=MOST_ATTEMPTS - 1)
    async with worker_of(stack, receiver) as use:
        await deliver(use)
        [row] = await rows(stack)
        assert (row.state, row.last_error) == (OutboxState.FAILED, "http_500")
        await make_due(stack)
        await deliver(use)
        assert len(receiver.heard) == 1
        receiver.default = 200
        async with telling(stack, receiver, workers=0) as desk, desk.operator() as operator:
            stats = (await operator.call("GET", "/v1/admin/stats")).json
            assert stats["outbox"]["webhook"] == {"pending": 0, "failed": 1}
            again = await operator.call("POST", "/v1/admin/webhook/retry")
            assert (again.status, again.json) == (202, {"queued": 1})
        await deliver(use)
    assert await rows(stack) == []


async def test_without_a_webhook_nothing_waits_for_one(desk: Desk) -> None:
    async with desk.visitor() as visitor, desk.operator() as operator:
        await visitor.open()
        await post_form(visitor, email=address())
        stats = (await operator.call("GET", "/v1/admin/stats")).json
    assert stats["outbox"]["webhook"] == {"pending": 0, "failed": 0}


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"webhook_url": "https://example.com/hook"}, "WEBHOOK_SECRET: .*must be set when WEBHOOK_URL is"),
        ({"webhook_url": "ftp://example.com", "webhook_secret": "s"}, "WEBHOOK_URL: .*must begin with https://"),
    ],
)
def test_leads_are_sent_nowhere_unsigned_or_strange(settings: dict[str, str], complaint: str) -> None:
    with pytest.raises(SettingsInvalid, match=complaint):
        load_settings(_env_file=None, **settings)


async def _is_empty(stack: Stack) -> bool:
    return not await rows(stack)
