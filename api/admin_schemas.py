"""What operators send and get."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from api.schemas import LeadView, Sayable, Sent, Words, or_nothing
from shared.db.models import LONGEST_NAME
from shared.settings import LONGEST_MESSAGE
from shared.vocabulary import (
    Breaker,
    Detail,
    LeadSource,
    LeadStatus,
    Provider,
    Rating,
    SessionStatus,
    SpendingScope,
    Target,
    TurnStatus,
    UnansweredStatus,
)

BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
END: Final = datetime(2200, 1, 1, tzinfo=UTC)


def spelled_out(value: object) -> object:
    """Return a moment as it was sent. Raises ValueError for a number, which pydantic would take for seconds."""
    if isinstance(value, str) and "-" in value.strip(" -"):
        return value
    raise ValueError("a date and a time with its zone are needed, such as 2026-11-28T09:30:00Z")


Moment = Annotated[AwareDatetime, BeforeValidator(spelled_out), Field(ge=BEGINNING, le=END)]


class Shown(BaseModel):
    """Something of the database, as it is."""

    model_config = ConfigDict(from_attributes=True)


class LeadEntry(Shown):
    """A lead in a list."""

    id: int
    status: LeadStatus
    name: str | None
    email: str | None
    phone: str | None
    message: str | None
    intent_summary: str | None
    session_id: str | None
    consent_at: datetime | None
    consent_text: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class LeadPage(BaseModel):
    """Some leads, newest first; the cursor leads to the next, and is null when there are no more."""

    leads: list[LeadEntry]
    next_cursor: str | None


class LeadValueView(Shown):
    """A detail as it was given once: by whom, in which turn, and when it was replaced, or told to be wrong."""

    kind: Detail
    value: str
    source: LeadSource
    session_id: str | None
    turn_id: str | None
    created_at: datetime
    superseded_at: datetime | None
    retracted_at: datetime | None


class LeadDetail(LeadEntry):
    """A lead with its history, oldest value first, and the leads that turned out to be the same person."""

    merged_ids: list[int]
    values: list[LeadValueView]


class LeadAmend(Sent):
    """What an operator puts right; what is absent or null stays."""

    name: Annotated[Annotated[Words, Field(max_length=LONGEST_NAME)] | None, BeforeValidator(or_nothing)] = None
    email: Annotated[Sayable | None, BeforeValidator(or_nothing)] = None
    phone: Annotated[Sayable | None, BeforeValidator(or_nothing)] = None
    intent_summary: Annotated[
        Annotated[Words, Field(max_length=LONGEST_MESSAGE)] | None, BeforeValidator(or_nothing)
    ] = None


class TranscriptTurn(Shown):
    """A turn with what operators may know of it."""

    turn_id: str
    seq: int
    message: str
    answer: str | None
    status: TurnStatus
    citations: list[dict[str, Any]]
    kb_release: str | None
    model: str | None
    provider: Provider | None
    """Who answered."""
    degraded: str | None
    """Why it was not the chat model."""
    finish_reason: str | None
    error_code: str | None
    rating: Rating | None
    rating_comment: str | None
    attempt: int
    created_at: datetime
    finished_at: datetime | None


class TranscriptLead(LeadView):
    """Where lead capture stands, and the lead that it made."""

    lead_id: int | None


class TranscriptView(BaseModel):
    """A whole session, oldest turn first."""

    session_id: str
    status: SessionStatus
    origin: str | None
    locale: str | None
    created_at: datetime
    last_activity_at: datetime
    expires_at: datetime
    turns: list[TranscriptTurn]
    lead: TranscriptLead


class Backlog(BaseModel):
    """Leads that a target has not got yet, and those that were given up."""

    pending: int
    failed: int


class Stats(BaseModel):
    """How much there is, by status."""

    sessions: dict[SessionStatus, int]
    turns: dict[TurnStatus, int]
    leads: dict[LeadStatus, int]
    outbox: dict[Target, Backlog]


class ModelView(BaseModel):
    """Whether the chat model may be asked."""

    is_on: StrictBool


class SpentView(BaseModel):
    """What answers have cost in a period; money is in the currency of the prices that are set."""

    period: str
    tokens: int
    money: float


class ModelStatus(ModelView):
    """Whether the chat model may be asked, and what it has cost since there are budgets."""

    spent: dict[SpendingScope, SpentView]


class ReconciliationView(BaseModel):
    """A comparison of the sheet with every lead; without `finished_at` it runs, or its worker died."""

    started_at: datetime
    finished_at: datetime | None
    checked: int
    added: int
    repaired: int
    duplicates: int
    unknown_rows: int
    error: str | None


class BreakerView(BaseModel):
    """Whether the sheet gets requests, and after which failure for how long it does not."""

    state: Breaker
    error: str | None
    retry_in_seconds: float


class SheetStatus(BaseModel):
    """How the mirror of the leads is doing."""

    configured: bool
    pending: int
    oldest_pending_seconds: float
    last_reconciliation: ReconciliationView | None
    breaker: BreakerView


class SheetSync(Sent):
    """Which leads to send to the sheet again: those that changed since then, or all."""

    since: Moment | None = None


class Done(BaseModel):
    """What became of an order."""

    status: Literal["erased", "ordered"]


class Queued(BaseModel):
    """How many leads are sent again."""

    queued: int


class Example(BaseModel):
    """A question as a visitor asked it; its session's transcript tells the rest."""

    turn_id: str
    session_id: str
    question: str
    asked_at: datetime


class UnansweredEntry(BaseModel):
    """Questions that are alike and that the documents did not answer, with the newest few of them, newest first."""

    id: int
    question: str
    count: int
    first_asked_at: datetime
    last_asked_at: datetime
    examples: list[Example]
    status: UnansweredStatus


class UnansweredPage(BaseModel):
    """Some of them, most often asked first; the cursor leads to the next, and is null when there are no more."""

    unanswered: list[UnansweredEntry]
    next_cursor: str | None


class UnansweredAmend(Sent):
    """What has become of a question."""

    status: UnansweredStatus


class AuditEntry(Shown):
    """Something that an operator set out to do, and to what; `actor` is `key:3`, `setting` or `cli`."""

    at: datetime
    actor: str
    action: str
    object_id: str | None
    request_id: str | None


class AuditPage(BaseModel):
    """Some entries, newest first; the cursor leads to the next, and is null when there are no more."""

    entries: list[AuditEntry]
    next_cursor: str | None
