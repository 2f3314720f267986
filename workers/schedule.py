"""What beat sends, and how often; every job of it may be late, doubled or lost without harm."""

from datetime import timedelta
from typing import Any

from shared.jobs import (
    BuildRelease,
    DeliverWebhooks,
    ExpireSessions,
    FlushOutbox,
    GroupUnanswered,
    Job,
    PurgeSessions,
    ReconcileSheet,
    SummariseLeads,
    SweepTurns,
)
from shared.settings import Settings

SKEW_SECONDS = 900  # a worker's clock may be ahead of beat's: it would throw away every tick that expires earlier
EXPIRE_SECONDS = 60
PURGE_SECONDS = 3600
SUMMARISE_SECONDS = 10
GROUP_SECONDS = 30
BUILD_SECONDS = 5  # a build that is ordered begins at once, by a hint; this finds one whose hint was lost
WEBHOOK_SECONDS = 5  # leads are announced at once, by a hint; this finds what failed or was not hinted at


def schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return Celery beat's schedule."""
    every: dict[type[Job], float] = {
        SweepTurns: settings.sweep_interval_seconds,
        ExpireSessions: min(EXPIRE_SECONDS, settings.session_ttl_minutes * 60),
        PurgeSessions: PURGE_SECONDS,
        SummariseLeads: SUMMARISE_SECONDS,
        GroupUnanswered: GROUP_SECONDS,
        BuildRelease: BUILD_SECONDS,
    }
    if settings.has_webhook:
        every[DeliverWebhooks] = WEBHOOK_SECONDS
    if settings.has_sheet:
        every[FlushOutbox] = settings.flush_interval_seconds
        every[ReconcileSheet] = settings.reconcile_interval_minutes * 60
    return {
        job.name: {
            "task": job.name,
            "schedule": timedelta(seconds=seconds),
            # A backlog of ticks is worth one tick.
            "options": {"queue": job.queue.value, "expires": SKEW_SECONDS + 2 * seconds},
        }
        for job, seconds in every.items()
    }
