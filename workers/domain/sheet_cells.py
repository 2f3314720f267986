"""What the sheet shows of a lead: a row of text that no spreadsheet takes for a formula."""

import re
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Final, NamedTuple

from shared.db.mirrored_leads import MirroredLead
from shared.formulas import quoted
from shared.vocabulary import LeadStatus

COLUMNS: Final = (
    "lead_id", "created_at", "updated_at", "status", "name", "email", "phone", "intent_summary", "consent_at",
    "session_id",
)  # fmt: skip
LONGEST_CELL: Final = 10_000  # Google takes 50,000 characters, nobody reads as many in a cell

UNSEEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Fate(Enum):
    """What became of a lead."""

    PRESENT = auto()
    MERGED = auto()
    """It is a part of another lead by now."""
    ERASED = auto()


class Entry(NamedTuple):
    """What the sheet is to show of a lead."""

    cells: tuple[str, ...]
    """By COLUMNS."""
    fate: Fate = Fate.PRESENT


def entry_of(lead: MirroredLead) -> Entry:
    """Return what the sheet is to show of a lead.

    Of a merged one that is where it went, for the sake of what people have written beside it.
    """
    if lead.status is LeadStatus.ERASED:
        return Entry((str(lead.id), *[""] * (len(COLUMNS) - 1)), Fate.ERASED)
    if lead.merged_into:
        shown = (str(lead.id), "", "", f"merged into {lead.merged_into}")
        return Entry((*shown, *[""] * (len(COLUMNS) - len(shown))), Fate.MERGED)
    texts = (lead.name, lead.email, lead.phone, lead.intent_summary)
    cells = (
        str(lead.id), _moment(lead.created_at), _moment(lead.updated_at), lead.status.value, *map(plain, texts),
        _moment(lead.consent_at), lead.session_id or "",
    )  # fmt: skip
    return Entry(cells)


def plain(text: str | None) -> str:
    """Return a text as a cell holds it, with an apostrophe before what could be taken for a formula.

    Google stores what we send as it is (RAW), so nothing is ever worked out there; the apostrophe is for the day when
    somebody opens an export of the sheet with another program. Phone numbers are left as they are: the worst that
    becomes of a plus and digits is a number.
    """
    kept = UNSEEN.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    if len(kept) > LONGEST_CELL:
        kept = f"{kept[: LONGEST_CELL - 1]}…"
    return quoted(kept)


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
