"""What to put back when people have moved rows or columns between our reading and our writing.

Google finds cells by their place alone, so whatever we write or delete may hit something that it was not meant for.
Leads' own cells are nothing to worry about: every comparison puts them right. What is people's is known from before.
Only evidence counts: cells of people's that show what we wrote, a row that we deleted and that is still there, a row
that came and has its cells in the wrong columns.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field

from workers.domain.sheet_plan import Addition, Deletion, Write
from workers.domain.tab import KEY, Rows, Tab


@dataclass
class Sent:
    """What was sent after a reading, whether it arrived or not."""

    tab: Tab
    """As it was read before, with what was put back since."""
    writes: list[Write] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)


@dataclass
class Strays:
    """What has to be put back."""

    writes: list[Write] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    keepsakes: dict[int, dict[int, str]] = field(default_factory=dict)
    """People's cells of leads' rows that were deleted by mistake, by lead and column."""


def strays_of(sent: Sent, tab: Tab, leads: Collection[int]) -> Strays:
    """Compare a reading with the one before it and with what was sent between them."""
    found = Strays(deletions=_misplaced(sent, tab))
    if sent.tab.names != tab.names:
        found.writes = _hit_beside_leads(sent, tab, leads)
        return found
    lost = _lost(sent, tab, leads)
    found.writes = _hit_rows(sent, tab, leads, lost)
    if _missed(sent, tab, leads):
        for row in lost:
            lead_id = sent.tab.lead_id(row)
            if lead_id is None or lead_id not in leads:
                found.additions.append(Addition(tab.line(dict(enumerate(sent.tab.rows[row])))))
            elif own := sent.tab.own(row):
                found.keepsakes.setdefault(lead_id, own)
    return found


def headers_again(sent: Sent, rows: Rows) -> Write | None:
    """Return the headers that we wrote over or deleted: for where they were, or for an empty row."""
    if not sent.tab.rows:
        return None
    headers = _line(sent.tab.rows[sent.tab.layout.header])
    for write in sent.writes:
        again = Write(write.row, {column: dict(enumerate(headers)).get(column, "") for column in write.cells})
        if write.row < len(rows) and _shows(write, rows) and _line(with_writes(rows, [again])[write.row]) == headers:
            return again
    if sent.deletions and headers not in map(_line, rows):
        return Write(len(rows) if any(rows[0]) else 0, dict(enumerate(headers)))
    return None


def with_writes(rows: Rows, writes: Iterable[Write]) -> Rows:
    """Return the rows as they are once these cells are written; one of them may be the row below the last."""
    written = [*rows]
    for write in writes:
        if write.row == len(written):
            written.append([])
        width = max(len(written[write.row]), *(column + 1 for column in write.cells))
        cells = dict(enumerate(written[write.row])) | write.cells
        written[write.row] = [cells.get(column, "") for column in range(width)]
    return written


def _misplaced(sent: Sent, tab: Tab) -> list[Deletion]:
    """Return rows that we added while columns moved: they are nobody's, and their leads will be added again."""
    added = {_texts(addition.line) for addition in sent.additions if addition.lead_id is not None}
    rows = (row for row in tab.filled() if added and tab.lead_id(row) is None)
    return [Deletion(row) for row in rows if _texts(tab.rows[row]) in added]


def _hit_beside_leads(sent: Sent, tab: Tab, leads: Collection[int]) -> list[Write]:
    """Return what people had written beside leads, where columns that moved brought it under our writing."""
    before = {sent.tab.lead_id(row): row for row in reversed([*sent.tab.filled()])}
    at = {name: column for column, name in enumerate(sent.tab.names)}
    restored = []
    for write in _arrived(sent, tab):
        lead_id = tab.lead_id(write.row)
        if lead_id not in leads or lead_id not in before:
            continue
        cells = {}
        for column in write.cells.keys() - set(tab.layout.columns):
            was = at.get(tab.names[column]) if column < len(tab.names) else None
            cells[column] = "" if was is None else sent.tab.cell(before[lead_id], was)
        restored.append(Write(write.row, cells))
    return [write for write in restored if not _shows(write, tab.rows)]


def _hit_rows(sent: Sent, tab: Tab, leads: Collection[int], lost: Iterable[int]) -> list[Write]:
    """Return what rows of people's own held that moved under our writing; a row that was empty is emptied.

    Which row it was is told by the cells that we did not write.
    """
    left = [*lost]
    restored = []
    for write in _arrived(sent, tab):
        renamed = tab.layout.columns[KEY] in write.cells  # only then may a lead have lost its row to another
        if not renamed and tab.lead_id(write.row) in leads:
            continue
        beside = _beside(write, tab, write.row)
        if renamed and beside == _beside(write, sent.tab, write.row):
            continue
        was = next((row for row in left if _beside(write, sent.tab, row) == beside), None)
        if was is not None:
            left.remove(was)
        elif renamed:
            continue
        cells = {column: "" if was is None else sent.tab.cell(was, column) for column in write.cells}
        restored.append(Write(write.row, cells))
    return [write for write in restored if not _shows(write, tab.rows)]


def _arrived(sent: Sent, tab: Tab) -> list[Write]:
    """Return the writes that show where they were sent to."""
    return [write for write in sent.writes if write.row < len(tab.rows) and _shows(write, tab.rows)]


def _shows(write: Write, rows: Rows) -> bool:
    row = dict(enumerate(rows[write.row]))
    return all(row.get(column, "") == text for column, text in write.cells.items())


def _beside(write: Write, tab: Tab, row: int) -> tuple[str, ...]:
    return _line("" if column in write.cells else text for column, text in enumerate(tab.rows[row]))


def _missed(sent: Sent, tab: Tab, leads: Collection[int]) -> bool:
    """Tell whether a row that we deleted is still there."""
    if not sent.deletions:
        return False
    deleted = {deletion.row for deletion in sent.deletions}
    expected = Counter(_identity(sent.tab, row, leads) for row in sent.tab.filled() if row not in deleted)
    there = Counter(_identity(tab, row, leads) for row in tab.filled())
    return any(there[one] > expected[one] for one in {_identity(sent.tab, row, leads) for row in deleted})


def _lost(sent: Sent, tab: Tab, leads: Collection[int]) -> list[int]:
    """Return rows that were to stay and are there no more, by their number before."""
    there = Counter(_identity(tab, row, leads) for row in tab.filled())
    deleted = {deletion.row for deletion in sent.deletions}
    lost = []
    for row in sent.tab.filled():
        if row not in deleted:
            identity = _identity(sent.tab, row, leads)
            there[identity] -= 1
            if there[identity] < 0:
                lost.append(row)
    return lost


def _identity(tab: Tab, row: int, leads: Collection[int]) -> Hashable:
    lead_id = tab.lead_id(row)
    return lead_id if lead_id in leads else _line(tab.rows[row])


def _line(cells: Iterable[str]) -> tuple[str, ...]:
    line = [*cells]
    while line and not line[-1]:
        line.pop()
    return tuple(line)


def _texts(line: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(text for text in line if text)
