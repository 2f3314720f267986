"""What is known of a lead, without a database: all that was ever given of it, and what of that holds."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from shared.contact_details import email_identity
from shared.db.models import LONGEST_EMAIL, LONGEST_NAME, LONGEST_PHONE
from shared.ids import hash_of
from shared.vocabulary import Detail, LeadSource, LeadStatus

IDENTIFYING: Final = {Detail.EMAIL: LONGEST_EMAIL, Detail.PHONE: LONGEST_PHONE}
"""What tells people apart, and how long it can be."""


class Given(NamedTuple):
    """A detail as somebody gave it."""

    kind: Detail
    value: str
    turn_id: str | None = None
    source: LeadSource = LeadSource.TURN
    wrong: bool = False
    """Whether it was taken back before it was stored."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What is known of somebody who is interested."""

    session_id: str | None
    given: Sequence[Given]
    """Oldest first: the last of a kind is what holds."""
    status: LeadStatus
    consent_text: str | None = None
    corrected: Collection[Detail] = ()
    """Kinds of which this session gave a wrong value before."""
    known: int | None = None
    """The lead that this session has made before."""
    announce: bool = False
    """Whether a webhook is to hear of it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A detail as it is kept: what somebody gave, and whether it holds."""

    given: Given
    session_id: str | None
    superseded: bool = False
    """Whether something else of its kind holds."""
    retracted: bool = False
    """Whether the session that gave it said that it had been wrong."""
    id: int | None = None
    lead_id: int | None = None
    created_at: datetime | None = None
    """This and the two above are None until it is stored."""


def key_of(kind: Detail, value: str) -> str:
    """Return the key of a detail: the same for every way to write an address, whatever its case; josé@ is not jose@.

    A hash, so that no length, collation or padding of a database's own tells people apart or makes them one.
    """
    return hash_of(f"{kind}:{email_identity(value)}")


def keys_of(values: Iterable[Value]) -> set[str]:
    """Return the keys that whoever gave these goes by."""
    return {_key(value) for value in values if value.given.kind in IDENTIFYING and not value.retracted}


def held(values: Iterable[Value]) -> dict[Detail, Value]:
    """Return what holds of values, oldest first: the newest of each kind, but of consents the first."""
    holding: dict[Detail, Value] = {}
    for value in values:
        if value.retracted or (value.given.kind is Detail.CONSENT and Detail.CONSENT in holding):
            continue
        holding[value.given.kind] = value
    return holding


def settled(values: Iterable[Value]) -> list[Value]:
    """Return the values with what holds, and no other, told from what was superseded."""
    values = list(values)
    holding = {id(value) for value in held(values).values()}
    return [replace(value, superseded=id(value) not in holding) for value in values]


def heard(values: Iterable[Value], capture: Capture) -> list[Value]:
    """Return the values with what a capture adds to them and takes back of them, oldest first."""
    known = list(values)
    given = [fitted for one in (*capture.given, *_consent(capture)) if (fitted := _fitted(one)).value]
    last = {one.kind: one for one in given}
    for one in given:
        if not _is_repeated(one, known, capture, is_last=one is last[one.kind]):
            known.append(Value(one, capture.session_id, retracted=one.wrong))
    right = {key_of(one.kind, one.value) for one in last.values()}
    return settled(replace(value, retracted=True) if _is_wrong(value, capture, right) else value for value in known)


def news(before: Iterable[Value], after: Iterable[Value]) -> dict[Detail, Value | None]:
    """Return what holds now, by its kind, where that is not what held before."""
    was, now = held(before), held(after)
    return {kind: now.get(kind) for kind in Detail if _told(was.get(kind)) != _told(now.get(kind))}


def is_left(before: Sequence[Value], after: Sequence[Value]) -> bool:
    """Tell whether anybody's lead is left when some of what was given is not.

    What operators put right of somebody's is not theirs to keep, but a lead that they have begun is.
    """
    begun_by_them = bool(before) and before[0].given.source is LeadSource.OPERATOR
    return any(begun_by_them or value.given.source is not LeadSource.OPERATOR for value in after)


def storable(text: str) -> str:
    """Return the text without halves of surrogate pairs, which no database takes."""
    return text.encode(errors="replace").decode()


def _told(value: Value | None) -> tuple[str, int | None] | None:
    """Return what the lead's row shows of a value: of a consent, its time, too."""
    return (value.given.value, value.id if value.given.kind is Detail.CONSENT else None) if value else None


def _consent(capture: Capture) -> Iterable[Given]:
    if not capture.consent_text:
        return
    last = capture.given[-1] if capture.given else Given(Detail.CONSENT, "")
    yield Given(Detail.CONSENT, capture.consent_text, last.turn_id, last.source)


def _fitted(given: Given) -> Given:
    """Return it as the database can store it; what is too long to be an address is kept as a message."""
    value = storable(given.value).strip()
    if given.kind is Detail.NAME:
        return given._replace(value=value[:LONGEST_NAME].strip())
    too_long = len(value) > IDENTIFYING.get(given.kind, len(value))
    return given._replace(value=value, kind=Detail.MESSAGE if too_long else given.kind)


def _is_repeated(given: Given, known: Sequence[Value], capture: Capture, *, is_last: bool) -> bool:
    """Tell whether the session has said so before and, if that is its last word, it still holds."""
    kind, said = given.kind, (capture.session_id, given.kind, given.value)
    mine = [value for value in known if (value.session_id, value.given.kind, value.given.value) == said]
    if is_last and kind is not Detail.CONSENT:
        return any(not value.retracted for value in mine) and held(known)[kind].given.value == given.value
    return any(not value.retracted or kind in capture.corrected for value in mine)


def _is_wrong(value: Value, capture: Capture, right: Collection[str]) -> bool:
    """Tell whether a value is taken back by whoever gave it, now or earlier."""
    if value.retracted or value.given.kind not in capture.corrected or value.session_id != capture.session_id:
        return value.retracted
    return _key(value) not in right


def _key(value: Value) -> str:
    return key_of(value.given.kind, value.given.value)
