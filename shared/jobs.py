"""The jobs that travel through Celery: a task's name, its queue and ids, never content."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from shared.settings import Settings
from shared.vocabulary import Queue


class Job:
    """A wake-up hint for a handler; a message carries the fields of one or more of a kind."""

    name: ClassVar[str]
    queue: ClassVar[Queue]


@dataclass(frozen=True, slots=True)
class AnswerTurn(Job):
    """Answer the session's open turns, oldest first."""

    name = "chat.answer_turn"
    queue = Queue.CHAT
    session_id: str
    turn_id: str | None = None
    """The turn that somebody has just posted, where the hint is about one."""
    request_id: str | None = None
    """The id of that post, for the log lines about the turn."""
    traceparent: str | None = None
    """What names that post's span, where it is traced."""


@dataclass(frozen=True, slots=True)
class SweepTurns(Job):
    """Hint again for turns that nobody is working on."""

    name = "maintenance.sweep_turns"
    queue = Queue.MAINTENANCE


@dataclass(frozen=True, slots=True)
class ExpireSessions(Job):
    """End sessions whose time is over."""

    name = "maintenance.expire_sessions"
    queue = Queue.MAINTENANCE


@dataclass(frozen=True, slots=True)
class PurgeSessions(Job):
    """Delete sessions older than the retention period."""

    name = "maintenance.purge_sessions"
    queue = Queue.MAINTENANCE


@dataclass(frozen=True, slots=True)
class GroupUnanswered(Job):
    """Group the questions that the documents did not answer, and see which a new release answers."""

    name = "maintenance.group_unanswered"
    queue = Queue.MAINTENANCE


@dataclass(frozen=True, slots=True)
class SummariseLeads(Job):
    """Say of leads what their visitors want, where the talk has gone on."""

    name = "leads.summarise_leads"
    queue = Queue.LEADS


@dataclass(frozen=True, slots=True)
class DeliverWebhooks(Job):
    """Announce leads to the operator's own server."""

    name = "leads.deliver_webhooks"
    queue = Queue.LEADS


@dataclass(frozen=True, slots=True)
class FlushOutbox(Job):
    """Bring the sheet up to date with the leads that have changed."""

    name = "leads.flush_outbox"
    queue = Queue.LEADS
    force: bool = False
    """Whether to try even while the sheet is let alone after a failure."""


@dataclass(frozen=True, slots=True)
class ReconcileSheet(Job):
    """Compare the sheet with every lead, put right what differs, and report it."""

    name = "leads.reconcile_sheet"
    queue = Queue.LEADS


@dataclass(frozen=True, slots=True)
class BuildRelease(Job):
    """Build the release that was ordered first and is not begun yet, as its row says."""

    name = "kb.build_release"
    queue = Queue.KB


@dataclass(frozen=True, slots=True)
class PublishRelease(Job):
    """Make a kept release the current one."""

    name = "kb.publish_release"
    queue = Queue.KB
    release: str


def jobs_for_leads(settings: Settings) -> list[Job]:
    """Return the jobs that take leads out of the outbox; beat's clock sends them, too."""
    wanted = {FlushOutbox(): settings.has_sheet, DeliverWebhooks(): settings.has_webhook}
    return [job for job, is_wanted in wanted.items() if is_wanted]


def arguments_of(job: Job) -> dict[str, Any]:
    """Return the job's fields by name."""
    return asdict(job)  # type: ignore[call-overload,no-any-return]  # every job is a dataclass
