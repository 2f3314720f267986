"""What is put back when rows or columns moved under a request: people's cells, and nothing else."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from workers.domain.comparison import Look
from workers.domain.moved_rows import Sent, strays_of
from workers.domain.sheet_cells import COLUMNS, Entry, Fate
from workers.domain.sheet_plan import Deletion, Write
from workers.domain.tab import Flaw, Layout, Rows, Tab, layout_of

TOP = [*COLUMNS, "Notes"]
LEADS = {1, 2, 3}
ZOE = ["", "", "", "", "Zoe", "zoe@x"]


def row(lead_id: int, name: str = "Anna", note: str = "") -> list[str]:
    return [str(lead_id), "c", "u", "captured", name, f"{name}@x", "", "", "", f"s{lead_id}", *([note] if note else [])]


def new_cells(lead_id: int, name: str) -> dict[int, str]:
    return dict(enumerate(row(lead_id, name)[1:10], 1))


def tab_of(rows: Rows) -> Tab:
    layout = layout_of(rows)
    assert isinstance(layout, Layout)
    return Tab(rows, layout)


def written(rows: Rows, write: Write) -> Rows:
    """Return what Google makes of a write, whatever is in its place by now."""
    cells = dict(enumerate(rows[write.row])) | write.cells
    line = [cells.get(column, "") for column in range(max(cells) + 1)]
    return [line if number == write.row else cells_of for number, cells_of in enumerate(rows)]


def test_a_write_that_hit_another_lead_is_left_to_the_next_comparison() -> None:
    before = [TOP, row(1, "Old"), row(2, "Ben")]
    write = Write(1, new_cells(1, "Anna"), 1)
    after = written([TOP, row(2, "Ben"), row(1, "Old")], write)
    assert not strays_of(Sent(tab_of(before), writes=[write]), tab_of(after), LEADS)


def test_a_row_by_hand_that_was_hit_gets_back_what_it_held() -> None:
    before = [TOP, row(1, "Old", "vip"), ZOE]
    write = Write(1, new_cells(1, "Anna"), 1)
    after = written([TOP, ZOE, row(1, "Old", "vip")], write)
    strays = strays_of(Sent(tab_of(before), writes=[write]), tab_of(after), LEADS)
    assert [(one.row, one.cells[4], one.cells[5], one.cells[9]) for one in strays.writes] == [(1, "Zoe", "zoe@x", "")]


def test_an_empty_row_that_was_hit_is_emptied() -> None:
    before = [TOP, row(1, "Old")]
    write = Write(1, new_cells(1, "Anna"), 1)
    after = written([TOP, [], row(1, "Old")], write)
    strays = strays_of(Sent(tab_of(before), writes=[write]), tab_of(after), LEADS)
    assert [(one.row, set(one.cells.values())) for one in strays.writes] == [(1, {""})]


def test_notes_that_a_moved_column_brought_under_a_write_come_back() -> None:
    before = [TOP, row(1, "Old", "vip")]
    write = Write(1, new_cells(1, "Anna"), 1)
    moved = [[*COLUMNS[:1], "Notes", *COLUMNS[1:]], ["1", "vip", *row(1, "Old")[1:]]]
    strays = strays_of(Sent(tab_of(before), writes=[write]), tab_of(written(moved, write)), LEADS)
    assert strays.writes == [Write(1, {1: "vip"})]


def test_rows_that_were_deleted_by_mistake_come_back_with_their_notes() -> None:
    before = [TOP, row(1, "Anna"), row(2, "Ben", "call"), ZOE, row(3, "Carl")]
    sent = Sent(tab_of(before), deletions=[Deletion(1, 1), Deletion(4, 3)])
    after = [TOP, row(1, "Anna"), row(3, "Carl")]
    strays = strays_of(sent, tab_of(after), LEADS)
    assert strays.keepsakes == {2: {10: "call"}}
    assert [one.line for one in strays.additions] == [ZOE]


def test_rows_that_people_deleted_meanwhile_stay_deleted() -> None:
    before = [TOP, row(1, "Anna"), row(2, "Ben", "call"), ZOE]
    sent = Sent(tab_of(before), deletions=[Deletion(1, 1)])
    assert not strays_of(sent, tab_of([TOP, row(2, "Ben", "call")]), LEADS)


def test_what_did_not_arrive_is_still_owed() -> None:
    before = [TOP, row(1, "Old"), ZOE]
    write = Write(1, new_cells(1, "Anna"), 1)
    hit = tab_of(written([TOP, ZOE, row(1, "Old")], write))
    owed = strays_of(Sent(tab_of(before), writes=[write]), hit, LEADS)
    again = strays_of(Sent(hit, owed), hit, LEADS)
    assert again.writes == owed.writes
    assert not strays_of(Sent(hit, owed), tab_of([TOP, ZOE, row(1, "Anna")]), LEADS)


def test_headers_that_were_hit_come_back() -> None:
    sent = Sent(tab_of([TOP, row(1, "Old")]), writes=[Write(1, new_cells(1, "Anna"), 1)])
    after = written([[], TOP, row(1, "Old")], sent.writes[0])
    look = Look.at(after, {1: Entry(tuple(row(1, "Anna")))}, sent)
    assert isinstance(look, Look)
    assert [cells for number, cells, _ in look.plan.writes if number == 1] == [dict(enumerate(COLUMNS[1:], 1))]


def test_headers_that_people_took_away_are_a_flaw() -> None:
    sent = Sent(tab_of([TOP, row(1)]), writes=[Write(1, new_cells(1, "Anna"), 1)])
    assert isinstance(Look.at([row(1)], {}, sent), Flaw)


@given(st.permutations(range(6)), st.sets(st.integers(1, 3)))
def test_however_rows_are_sorted_under_a_request_two_more_looks_put_everything_right(
    order: Sequence[int], changed: set[int]
) -> None:
    rows = [row(1, "Anna", "a"), row(2, "Ben"), ZOE, row(3, "Carl", "c"), ["sum", "", "", "", "3"], []]
    entries = {
        n: Entry(tuple(row(n, f"New{n}" if n in changed else ["Anna", "Ben", "Carl"][n - 1])[:10])) for n in LEADS
    }
    look = Look.at([TOP, *rows], entries)
    assert isinstance(look, Look)
    sent = look.sending(None)
    sent.writes = look.plan.writes
    after = [TOP, *(rows[at] for at in order)]
    for _ in range(3):
        for write in sent.writes:
            after = written(after, write)
        look = Look.at(after, entries, sent)
        assert isinstance(look, Look)
        sent = look.sending(sent)
        sent.writes = look.plan.writes
    assert not look.plan
    own = [line[4:] for line in after if line and line[0] not in {"1", "2", "3", "lead_id"} and any(line)]
    assert sorted(map(str, [[cell for cell in cells if cell] for cells in own])) == ["['3']", "['Zoe', 'zoe@x']"]
    notes = {line[0]: line[10] for line in after[1:] if len(line) > 10}
    assert {"1": notes.get("1"), "3": notes.get("3")} == {"1": "a", "3": "c"}


def test_an_erased_lead_is_deleted_and_never_owed() -> None:
    entries = {1: Entry(("1", *[""] * 9), Fate.ERASED)}
    look = Look.at([TOP, row(1, "Anna", "vip")], entries)
    assert isinstance(look, Look)
    sent = look.sending(None)
    sent.deletions = look.plan.deletions
    after = Look.at([TOP], entries, sent)
    assert isinstance(after, Look)
    assert not after.plan
    assert not after.owed
