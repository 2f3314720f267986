"""What has to change for a tab to show every lead once, as it is."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from workers.domain.sheet_cells import COLUMNS, Entry, Fate
from workers.domain.tab import KEY, Tab


class Write(NamedTuple):
    """Cells of one row that get other texts."""

    row: int
    cells: dict[int, str]
    """By their column."""
    lead_id: int | None = None
    """Whose row it is; None for what is people's."""


class Deletion(NamedTuple):
    """A row that goes."""

    row: int
    lead_id: int | None = None
    """Whose row it is; None for one of nobody's that we made."""


class Addition(NamedTuple):
    """A row that comes, below the others."""

    line: list[str | None]
    """From the table's first column on; None leaves a cell as it is."""
    lead_id: int | None = None
    """Whose row it is; None for one of people's."""
    ours: Mapping[int, str] = MappingProxyType({})
    """Our cells of it, by their column."""


class Block(NamedTuple):
    """Cells that are written together."""

    row: int
    column: int
    values: list[list[str]]


@dataclass
class Plan:
    """What has to change, and what was found on the way."""

    tab: Tab
    writes: list[Write] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    duplicates: int = 0
    unknown_rows: int = 0

    @property
    def touched(self) -> set[int]:
        """The leads that are not shown as they are."""
        changed = [change.lead_id for change in self.writes]
        changed += [change.lead_id for change in self.deletions]
        changed += [change.lead_id for change in self.additions]
        return {lead_id for lead_id in changed if lead_id is not None}

    def without(self, leads: Collection[int | None]) -> "Plan":
        """Return what has to change for other leads than these, None standing for what is nobody's."""
        return replace(
            self,
            writes=[one for one in self.writes if one.lead_id not in leads],
            deletions=[one for one in self.deletions if one.lead_id not in leads],
            additions=[one for one in self.additions if one.lead_id not in leads],
        )

    def __bool__(self) -> bool:
        return bool(self.writes or self.deletions or self.additions)


def plan_for(tab: Tab, entries: Mapping[int, Entry], keepsakes: Mapping[int, dict[int, str]]) -> Plan:
    """Compare a tab with what it is to show of each lead, by lead_id.

    Our cells of a row are written, all but its lead_id: rows that people move while we write would otherwise become
    other leads' rows, with the wrong notes beside them. So a lead's cells may come to stand in a wrong row, and the
    next comparison puts them right; which row is whose stays as it was. `keepsakes` are people's cells for rows that
    come, by lead and column.
    """
    plan = Plan(tab)
    rows_of = _rows_by_lead(tab, entries, plan)
    for lead_id, entry in entries.items():
        rows = rows_of.get(lead_id, [])
        if entry.fate is Fate.ERASED:
            plan.deletions += [Deletion(row, lead_id) for row in rows]
        elif entry.fate is Fate.MERGED:
            _show_where_it_went(plan, lead_id, entry, rows)
        elif rows:
            _show_once(plan, lead_id, entry, rows)
        else:
            ours = dict(zip(tab.layout.columns, entry.cells, strict=True))
            plan.additions.append(Addition(tab.line(keepsakes.get(lead_id, {}) | ours), lead_id, ours))
    return plan


def blocks_of(writes: Sequence[Write]) -> list[Block]:
    """Return the cells of some rows as blocks of neighbours, which are far fewer than cells."""
    blocks: list[Block] = []
    for write in sorted(writes, key=lambda write: write.row):
        for column in sorted(write.cells):
            text = write.cells[column]
            last = blocks[-1] if blocks else None
            if last and last.row == write.row and last.column + len(last.values[0]) == column:
                last.values[0].append(text)
            else:
                blocks.append(Block(write.row, column, [[text]]))
    return _stacked(blocks)


def _rows_by_lead(tab: Tab, entries: Mapping[int, Entry], plan: Plan) -> dict[int, list[int]]:
    rows_of: dict[int, list[int]] = defaultdict(list)
    nameless = []
    for row in tab.filled():
        lead_id = tab.lead_id(row)
        if lead_id is None or lead_id not in entries:
            nameless.append(row)
        else:
            rows_of[lead_id].append(row)
    by_cells = _leads_by_cells(entries) if nameless else {}
    for row in nameless:
        lead_id = by_cells.get(_without_key(tab.managed(row)))
        if lead_id is None:
            plan.unknown_rows += 1
        else:
            rows_of[lead_id].append(row)  # somebody has cleared the number of it, and nothing else
    return rows_of


def _leads_by_cells(entries: Mapping[int, Entry]) -> dict[tuple[str, ...], int | None]:
    found: dict[tuple[str, ...], int | None] = {}
    for lead_id, entry in entries.items():
        if entry.fate is Fate.PRESENT:
            cells = _without_key(entry.cells)
            found[cells] = None if cells in found else lead_id
    return found


def _show_once(plan: Plan, lead_id: int, entry: Entry, rows: list[int]) -> None:
    """Keep the row beside which people have written, or else the first; drop what is beside no other words."""
    tab = plan.tab
    keep = next((row for row in rows if tab.own(row)), rows[0])
    plan.duplicates += len(rows) - 1
    for row in rows:
        if row != keep and tab.own(row) in ({}, tab.own(keep)):
            plan.deletions.append(Deletion(row, lead_id))
        else:
            _correct(plan, lead_id, entry, row)


def _show_where_it_went(plan: Plan, lead_id: int, entry: Entry, rows: list[int]) -> None:
    """Drop a merged lead's row, unless people have written beside it: that is for them to move."""
    for row in rows:
        if plan.tab.own(row):
            _correct(plan, lead_id, entry, row)
        else:
            plan.deletions.append(Deletion(row, lead_id))


def _correct(plan: Plan, lead_id: int, entry: Entry, row: int) -> None:
    tab = plan.tab
    cells = dict(zip(tab.layout.columns, entry.cells, strict=True))
    if tab.lead_id(row) == lead_id:
        del cells[tab.layout.columns[KEY]]
    if not all(_shows(tab.cell(row, column), text) for column, text in cells.items()):
        plan.writes.append(Write(row, cells, lead_id))


def _shows(cell: str, text: str) -> bool:
    """Whether a cell shows a text; programs that know the apostrophe before what is no formula may hide it."""
    return cell == text or (text[:1] == "'" and cell == text[1:])


def _without_key(cells: tuple[str, ...]) -> tuple[str, ...]:
    return cells[:KEY] + cells[KEY + 1 :]


def _stacked(blocks: list[Block]) -> list[Block]:
    stacked: list[Block] = []
    above: dict[tuple[int, int], Block] = {}
    for block in blocks:
        shape = (block.column, len(block.values[0]))
        last = above.get(shape)
        if last and last.row + len(last.values) == block.row:
            last.values.extend(block.values)
        else:
            above[shape] = block
            stacked.append(block)
    return stacked


HEADERS = Addition([*COLUMNS])
