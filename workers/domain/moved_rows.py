"""What to put back when people have moved rows or columns between our reading and our writing.

Google finds cells by their place alone, so whatever we write or delete may hit something that it was not meant for.
Leads' own cells are nothing to worry about: every comparison puts them right. What is people's is known from before.
Only evidence counts: a row that shows what we wrote and is not the one that was meant, a row that we deleted and that
is still there, a row that came and has its cells in the wrong columns.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from workers.domain.sheet_plan import Addition, Deletion, Write
from workers.domain.tab import KEY, Rows, Tab

NEW: Final = -1
"""The place of a row that came, which is only known to Google."""


class Mending(NamedTuple):
    """Cells of people's that are put back."""

    write: Write
    wrong: Write
    """What stands there until then."""


@dataclass
class Strays:
    """What has to be put back."""

    mendings: list[Mending] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    keepsakes: dict[int, dict[int, str]] = field(default_factory=dict)
    """People's cells of leads' rows that were deleted by mistake, by lead and column."""
    deletions: list[Deletion] = field(default_factory=list)
    """Rows of ours whose cells came to stand in the wrong columns."""

    @property
    def writes(self) -> list[Write]:
        """The cells that are put back."""
        return [mending.write for mending in self.mendings]

    def __bool__(self) -> bool:
        return bool(self.mendings or self.additions or self.keepsakes)


@dataclass
class Sent:
    """What was sent after a reading, whether it arrived or not."""

    tab: Tab
    """As it was read before, with what was to be put back then."""
    owed: Strays = field(default_factory=Strays)
    """What was to be put back then."""
    writes: list[Write] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)


def strays_of(sent: Sent, tab: Tab, leads: Collection[int]) -> Strays:
    """Compare a reading with the one before it and with what was sent between them."""
    found = _still_owed(sent, tab, leads)
    found.deletions = _misplaced(sent, tab)
    lost = _lost(sent, tab, leads)
    found.mendings += _mendings(_Hits(sent, tab, leads, lost), tab)
    if sent.tab.names == tab.names and _missed(sent, tab, leads):
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
    for row, write in _showing(_for_leads(sent.writes), rows):
        again = Write(row, {column: dict(enumerate(headers)).get(column, "") for column in write.cells})
        if _line(with_writes(rows, [again])[row]) == headers:
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


class _Hits:
    """Rows that show what was meant for others, or for other columns, with what they held before."""

    def __init__(self, sent: Sent, tab: Tab, leads: Collection[int], lost: Iterable[int]) -> None:
        self._before, self._after, self._leads, self._lost = sent.tab, tab, leads, [*lost]
        self._moved = sent.tab.names != tab.names
        self._shown = {tab.lead_id(row) for row in tab.filled()}
        self._by_lead = {sent.tab.lead_id(row): row for row in reversed([*sent.tab.filled()])}
        self._came_at = {name: column for column, name in enumerate(sent.tab.names)}
        self._writes = _for_leads(sent.writes)
        self._additions = [Write(NEW, {**one.ours}, one.lead_id) for one in sent.additions]

    def __iter__(self) -> Iterator[Write]:
        for row, write in _showing([*self._additions, *self._writes], self._after.rows):
            cells = self._beside_a_lead(row, write) if self._is_a_lead_s(row, write) else self._of_people(row, write)
            if cells:
                yield Write(row, cells)

    def _is_a_lead_s(self, row: int, write: Write) -> bool:
        lead_id = self._after.lead_id(row)
        if write.row == NEW:
            return lead_id == write.lead_id
        return lead_id in self._leads and self._key not in write.cells

    @property
    def _key(self) -> int:
        return self._after.layout.columns[KEY]

    def _beside_a_lead(self, row: int, write: Write) -> dict[int, str]:
        """Return people's cells of a lead's row, which columns that moved have brought under our writing."""
        was = self._by_lead.get(self._after.lead_id(row))
        theirs = write.cells.keys() - set(self._after.layout.columns)
        return {column: self._held(was, column) for column in theirs}

    def _of_people(self, row: int, write: Write) -> dict[int, str]:
        """Return what a row held that is no lead's, or was another's; one that is new is emptied."""
        if write.row == NEW or row == self._after.layout.header:
            return {}
        beside = self._beside(self._after, row, write)
        was = next((one for one in self._lost if self._beside(self._before, one, write) == beside), None)
        if was is None:
            # A row without its lead's number, and no other has it: its number was cleared, and will be given back.
            stays = self._moved or self._key in write.cells or write.lead_id not in self._shown
            return {} if stays else dict.fromkeys(write.cells, "")
        self._lost.remove(was)
        if was == write.row and not self._moved:
            return {}
        return {column: self._held(was, column) for column in write.cells}

    def _held(self, was: int | None, column: int) -> str:
        names = self._after.names
        came_at = self._came_at.get(names[column]) if column < len(names) else None
        return "" if was is None or came_at is None else self._before.cell(was, came_at)

    def _beside(self, tab: Tab, row: int, write: Write) -> dict[tuple[str, int], str]:
        """Return the cells that we did not write, by the names of their columns: they tell which row it is."""
        ours = {self._after.names[column] for column in write.cells if column < len(self._after.names)}
        return {name: tab.cell(row, at) for at, name in enumerate(tab.names) if name not in ours and tab.cell(row, at)}


def _for_leads(writes: Iterable[Write]) -> list[Write]:
    return [write for write in writes if write.lead_id is not None]


def _showing(writes: Iterable[Write], rows: Rows) -> Iterator[tuple[int, Write]]:
    """Yield the rows that show what was written, wherever they are by now."""
    known: dict[tuple[int, ...], dict[tuple[str, ...], Write]] = defaultdict(dict)
    for write in writes:
        if any(write.cells.values()):
            known[tuple(write.cells)][tuple(write.cells.values())] = write
    for number, row in enumerate(rows):
        for columns, by_texts in known.items():
            texts = tuple(row[column] if column < len(row) else "" for column in columns)
            if texts in by_texts:
                yield number, by_texts[texts]


def _still_owed(sent: Sent, tab: Tab, leads: Collection[int]) -> Strays:
    """Return what was to be put back and has not arrived."""
    there = {_texts(tab.rows[row]) for row in tab.filled()}
    shown = {tab.lead_id(row) for row in tab.filled()}
    return Strays(
        [one for one in sent.owed.mendings if (one.wrong.row, one.wrong) in _showing([one.wrong], tab.rows)],
        [one for one in sent.owed.additions if _texts(one.line) not in there],
        {lead_id: own for lead_id, own in sent.owed.keepsakes.items() if lead_id in leads and lead_id not in shown},
    )


def _mendings(writes: Iterable[Write], tab: Tab) -> list[Mending]:
    found = []
    for write in writes:
        wrong = Write(write.row, {column: tab.cell(write.row, column) for column in write.cells})
        if wrong.cells != write.cells:
            found.append(Mending(write, wrong))
    return found


def _misplaced(sent: Sent, tab: Tab) -> list[Deletion]:
    """Return rows that we added while columns moved: they are nobody's, and their leads will be added again."""
    added = {_texts(addition.line) for addition in sent.additions if addition.lead_id is not None}
    rows = (row for row in tab.filled() if added and tab.lead_id(row) is None)
    return [Deletion(row) for row in rows if _texts(tab.rows[row]) in added]


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
