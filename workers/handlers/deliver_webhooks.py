"""Announce captured and changed leads to the operator's own server, until it has taken each."""

import asyncio
import random
from typing import Final

import msgspec

from shared import log
from shared.db.announcements import Announcement
from shared.db.lead_pages import LeadRecord
from shared.db.unit_of_work import UnitOfWork
from shared.jobs import DeliverWebhooks
from shared.vocabulary import Target
from workers.dependencies import Dependencies
from workers.ports import Delivery, Webhook, WebhookFailed

AT_ONCE: Final = 16
HELD_SECONDS: Final = 30  # longer than a post takes: a worker that died or froze meanwhile is done waiting for
FIRST_PAUSE_SECONDS: Final = 5.0
LONGEST_PAUSE_SECONDS: Final = 900.0
MOST_ATTEMPTS: Final = 580  # about three days of pauses, which are half of the longest on average
TOLD: Final = (
    "id", "status", "name", "email", "phone", "message", "intent_summary", "consent_at", "consent_text", "session_id",
    "version", "created_at", "updated_at",
)  # fmt: skip


async def deliver_webhooks(_: DeliverWebhooks, use: Dependencies) -> None:
    """Deliver what is due; after a failure, leave the rest to the next job of this kind, which is sent every while."""
    if use.webhook is None:
        return
    while due := await use.database.stepwise(lambda uow: uow.announcements.claim(AT_ONCE, HELD_SECONDS)):
        if not all(await asyncio.gather(*(_deliver(one, use.webhook, use) for one in due))):
            return


async def _deliver(due: Announcement, webhook: Webhook, use: Dependencies) -> bool:
    delivery = await use.database.read(lambda uow: _delivery_of(due, uow))
    try:
        if delivery:
            await webhook.post(delivery)
    except WebhookFailed as error:
        await _later(due, str(error), use)
        return False
    await use.database.write(lambda uow: uow.outbox.settle(Target.WEBHOOK, [(due.object_key, due.version)]))
    log.get().info("webhook_delivered", lead_id=due.lead_id, delivery=due.id, attempt=due.attempt)
    return True


async def _later(due: Announcement, error: str, use: Dependencies) -> None:
    """Try again after a pause of any length up to a limit that doubles; after days, leave it to the operator."""
    about = {"lead_id": due.lead_id, "delivery": due.id, "attempt": due.attempt, "error": error}
    if due.attempt >= MOST_ATTEMPTS:
        await use.database.write(lambda uow: uow.announcements.give_up(due, error))
        log.get().error("webhook_given_up", **about)
        return
    limit = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(due.attempt - 1, 10))
    pause = random.uniform(0, limit)  # noqa: S311  (spreads the load)
    await use.database.write(lambda uow: uow.announcements.postpone(due, pause, error))
    log.get().warning("webhook_failed", **about, pause_seconds=round(pause))


async def _delivery_of(due: Announcement, uow: UnitOfWork) -> Delivery | None:
    """Return what is to be told, of the lead as it is now; None when it was erased."""
    lead = await uow.lead_pages.find(due.lead_id)
    if lead is None:
        return None
    told = {"id": due.id, "event": due.event, "created_at": due.created_at}
    body = told | {"lead": _told(lead) | {"merged_ids": await uow.lead_pages.merged(lead.id)}}
    return Delivery(due.id, due.event, msgspec.json.encode(body))


def _told(lead: LeadRecord) -> dict[str, object]:
    return {name: getattr(lead, name) for name in TOLD}
