"""What visitors send and get."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, StrictBool

from shared.card_numbers import masked
from shared.db.models import LONGEST_NAME
from shared.settings import LONGEST_MESSAGE
from shared.vocabulary import LeadStep, Rating, SessionStatus, TurnStatus


def _sayable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON can spell half of a surrogate pair, and nothing can store it
        raise ValueError("must be valid Unicode") from None
    if "\0" in text:
        raise ValueError("must not contain NUL")
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def or_nothing(value: Any) -> Any:
    """Take a form's empty field for none."""
    return None if isinstance(value, str) and not value.strip() else value


Sayable = Annotated[str, AfterValidator(_sayable)]
Words = Annotated[Sayable, AfterValidator(masked)]
"""What people write: it never holds a card's number, since nothing else of it is passed on."""
Locale = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$", max_length=35)]


class Sent(BaseModel):
    """A request's body: what is not known is refused, so that a typo does not pass for consent."""

    model_config = ConfigDict(extra="forbid")


class SessionCreate(Sent):
    """What a page may tell about itself when it opens a session."""

    locale: Annotated[Locale | None, BeforeValidator(or_nothing)] = None
    page_url: Annotated[Annotated[HttpUrl, Field(max_length=2000)] | None, BeforeValidator(or_nothing)] = None


class SessionCreated(BaseModel):
    """A new session and the token that opens it; the token is told only here."""

    session_id: str
    token: str
    expires_at: datetime
    greeting: str
    suggestions: list[str]


class TurnCreate(Sent):
    """A message; the id makes a repeated post find the first one's turn."""

    message: Annotated[Words, Field(min_length=1, max_length=LONGEST_MESSAGE)]
    client_message_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:~-]{1,64}$")]


class TurnAccepted(BaseModel):
    """A turn that will be answered, and where."""

    turn_id: str
    seq: int
    status: TurnStatus
    url: str
    events_url: str


class SessionTurn(BaseModel):
    """A turn in its session."""

    turn_id: str
    seq: int
    message: str
    answer: str | None
    status: TurnStatus
    citations: list[dict[str, Any]]
    lead: dict[str, Any] | None
    """What the turn's `lead` event told, None when it had none."""
    rating: Rating | None
    created_at: datetime


class LeadView(BaseModel):
    """Where lead capture stands."""

    step: LeadStep


class SessionView(BaseModel):
    """A whole session, oldest turn first."""

    session_id: str
    status: SessionStatus
    expires_at: datetime
    turns: list[SessionTurn]
    lead: LeadView


class EventView(BaseModel):
    """An event, as a poll returns it."""

    id: str | None
    event: str
    data: Any


class TurnFault(BaseModel):
    """Why a turn failed."""

    code: str
    message: str


class TurnView(BaseModel):
    """A turn, and what happened in it after the event asked for."""

    turn_id: str
    seq: int
    status: TurnStatus
    answer: str | None
    citations: list[dict[str, Any]]
    error: TurnFault | None
    last_event_id: str | None
    events: list[EventView]


class RatingPut(Sent):
    """What the visitor thought of the answer."""

    rating: Rating
    comment: Annotated[Annotated[Words, Field(max_length=2000)] | None, BeforeValidator(or_nothing)] = None


class LeadCreate(Sent):
    """A contact form; an email address or a phone number has to be in it, and consent."""

    name: Annotated[Annotated[Words, Field(max_length=LONGEST_NAME)] | None, BeforeValidator(or_nothing)] = None
    email: Annotated[Sayable | None, BeforeValidator(or_nothing)] = None
    phone: Annotated[Sayable | None, BeforeValidator(or_nothing)] = None
    message: Annotated[Annotated[Words, Field(max_length=LONGEST_MESSAGE)] | None, BeforeValidator(or_nothing)] = None
    consent: StrictBool = False


class LeadCreated(BaseModel):
    """Where lead capture stands after it; what is stored is told to nobody."""

    lead: LeadView


class Problem(BaseModel):
    """RFC 9457: what went wrong; `code` is stable."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
