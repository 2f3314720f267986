"""The table of everything the workers do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from shared.jobs import (
    AnswerTurn,
    BuildRelease,
    DeliverWebhooks,
    ExpireSessions,
    FlushOutbox,
    GroupUnanswered,
    Job,
    PublishRelease,
    PurgeSessions,
    ReconcileSheet,
    SummariseLeads,
    SweepTurns,
)
from workers.dependencies import Dependencies
from workers.handlers.answer_turn import answer_turn
from workers.handlers.build_release import build_release
from workers.handlers.deliver_webhooks import deliver_webhooks
from workers.handlers.expire_sessions import expire_sessions
from workers.handlers.flush_outbox import flush_outbox
from workers.handlers.group_unanswered import group_unanswered
from workers.handlers.publish_release import publish_release
from workers.handlers.purge_sessions import purge_sessions
from workers.handlers.reconcile_sheet import reconcile_sheet
from workers.handlers.summarise_leads import summarise_leads
from workers.handlers.sweep_turns import sweep_turns


@dataclass(frozen=True, slots=True)
class Task:
    """A job, who handles it, and how many seconds that may take."""

    job: type[Job]
    handler: Callable[[Any, Dependencies], Awaitable[None]]
    budget: float
    takes_slot: bool = False
    """Whether it is begun in one of the process's slots, which is all that Celery waits for."""


TASKS: Final = (
    Task(AnswerTurn, answer_turn, budget=600, takes_slot=True),  # every waiting turn, each with its own deadline
    Task(SweepTurns, sweep_turns, budget=30),
    Task(ExpireSessions, expire_sessions, budget=60),
    Task(PurgeSessions, purge_sessions, budget=300),
    Task(GroupUnanswered, group_unanswered, budget=300),
    Task(SummariseLeads, summarise_leads, budget=120),
    Task(DeliverWebhooks, deliver_webhooks, budget=300),
    Task(FlushOutbox, flush_outbox, budget=600),
    Task(ReconcileSheet, reconcile_sheet, budget=600),
    Task(BuildRelease, build_release, budget=1800),
    Task(PublishRelease, publish_release, budget=120),
)
