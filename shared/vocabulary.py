"""The closed sets of words that the database, the queue and the contract are written in."""

from enum import StrEnum


class SessionStatus(StrEnum):
    """Where a session stands; only an active one takes turns."""

    ACTIVE = "active"
    EXPIRED = "expired"


class TurnStatus(StrEnum):
    """Where a turn stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATUSES = (TurnStatus.QUEUED, TurnStatus.RUNNING)


class EventName(StrEnum):
    """The events of a session's log, as visitors receive them."""

    RESET = "reset"
    DELTA = "delta"
    CITATIONS = "citations"
    LEAD = "lead"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SNAPSHOT = "snapshot"
    RECONNECT = "reconnect"


TERMINAL_EVENTS = frozenset({EventName.DONE, EventName.FAILED, EventName.CANCELLED})


class FinishReason(StrEnum):
    """Why an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"


class Rating(StrEnum):
    """What a visitor thought of an answer."""

    UP = "up"
    DOWN = "down"


class Queue(StrEnum):
    """The Celery queues; each can be consumed by a process of its own."""

    CHAT = "chat"
    LEADS = "leads"
    KB = "kb"
    MAINTENANCE = "maintenance"


UNACKNOWLEDGED = frozenset({Queue.CHAT})
"""Queues whose jobs are gone once they are taken: a row stands behind each, and is looked for every few seconds."""


class LeadStep(StrEnum):
    """Where a session's lead capture stands."""

    IDLE = "idle"
    OFFERED = "offered"
    ASKING_NAME = "asking_name"
    ASKING_EMAIL = "asking_email"
    ASKING_PHONE = "asking_phone"
    CONFIRMING = "confirming"
    CAPTURED = "captured"
    DECLINED = "declined"
    EXPIRED = "expired"


class LeadStatus(StrEnum):
    """How complete a stored lead is."""

    PARTIAL = "partial"
    CAPTURED = "captured"
    ERASED = "erased"
    """Nothing is left but the row, so that no sheet brings the lead back."""


class Detail(StrEnum):
    """What a lead is made of; an email address and a phone number tell people apart."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    MESSAGE = "message"
    CONSENT = "consent"
    """What somebody agreed to, in the words that they were shown."""


class LeadSource(StrEnum):
    """Where a detail came from."""

    TURN = "turn"
    FORM = "form"
    OPERATOR = "operator"


class UnansweredStatus(StrEnum):
    """What has become of questions that the documents did not answer."""

    OPEN = "open"
    ANSWERED = "answered"
    """A later release answers them, or somebody says so."""
    DISMISSED = "dismissed"


class Target(StrEnum):
    """Where leads are sent to."""

    SHEET = "sheet"
    WEBHOOK = "webhook"


class OutboxState(StrEnum):
    """How far a lead has got on its way to a target."""

    PENDING = "pending"
    WRITTEN = "written"
    """Sent, and not yet seen there."""
    FAILED = "failed"
    """Given up, and kept until somebody says to try again."""


class BuildStatus(StrEnum):
    """Where a build of the knowledge base stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Scope(StrEnum):
    """What an admin key opens."""

    ALL = "all"
    LEADS_READ = "leads:read"
    LEADS_WRITE = "leads:write"
    SESSIONS_READ = "sessions:read"
    KB = "kb"
    """Documents, releases and builds, and the questions that the documents left without an answer."""


class Breaker(StrEnum):
    """Whether a target gets requests."""

    CLOSED = "closed"
    OPEN = "open"
    """It failed, and is let alone for a while."""
    HALF_OPEN = "half_open"
    """It failed, and the next attempt is due."""


class Provider(StrEnum):
    """Who gave an answer."""

    PRIMARY = "primary"
    """The chat model."""
    FALLBACK = "fallback"
    """The other one, which is asked when the first does not answer."""
    QUOTING = "quoting"
    """The documents themselves."""


class SpendingScope(StrEnum):
    """What spending is limited in."""

    DAY = "day"
    MONTH = "month"
    SESSION = "session"
