"""What has to change: rows that come, go or are corrected, without a touch to what is people's."""

from workers.domain.comparison import Look
from workers.domain.sheet_cells import COLUMNS, Entry, Fate
from workers.domain.sheet_plan import HEADERS, Block, Deletion, Plan, Write, blocks_of
from workers.domain.tab import Flaw, Rows

TOP = [*COLUMNS]


def entry(lead_id: int, name: str = "Anna", fate: Fate = Fate.PRESENT) -> Entry:
    return Entry((str(lead_id), "c", "u", "captured", name, f"{name}@x", "", "", "", f"s{lead_id}"), fate)


def row(lead_id: int, name: str = "Anna", *own: str) -> list[str]:
    return [*entry(lead_id, name).cells, *own]


def planned(rows: Rows, *entries: Entry) -> Plan:
    look = Look.at(rows, {int(one.cells[0]): one for one in entries})
    assert isinstance(look, Look)
    return look.plan


def test_an_empty_tab_gets_headers_and_rows() -> None:
    plan = planned([], entry(1))
    assert [one.line for one in plan.additions] == [HEADERS.line, [*entry(1).cells]]


def test_a_tab_that_shows_every_lead_needs_nothing() -> None:
    plan = planned([TOP, row(2), row(1)], entry(1), entry(2))
    assert (bool(plan), plan.unknown_rows, plan.duplicates) == (False, 0, 0)


def test_only_our_cells_are_corrected_and_never_whose_row_it_is() -> None:
    plan = planned([["Notes", *TOP], ["vip", *row(1, "Old")]], entry(1))
    assert plan.writes == [Write(1, {column + 1: entry(1).cells[column] for column in range(1, 10)}, 1)]


def test_a_missing_lead_comes_below() -> None:
    plan = planned([[*TOP, "Notes"], row(1)], entry(1), entry(2, "Ben"))
    assert [(one.line, one.lead_id) for one in plan.additions] == [([*entry(2, "Ben").cells], 2)]


def test_an_erased_lead_goes_with_everything_beside_it() -> None:
    plan = planned([[*TOP, "Notes"], row(1, "Anna", "secret"), row(2)], entry(1, fate=Fate.ERASED), entry(2))
    assert (plan.deletions, plan.touched) == ([Deletion(1, 1)], {1})


def test_a_merged_lead_goes_unless_people_have_written_beside_it() -> None:
    merged = Entry(("1", "", "", "merged into 2", *[""] * 6), Fate.MERGED)
    assert planned([TOP, row(1), row(2)], merged, entry(2)).deletions == [Deletion(1, 1)]
    plan = planned([[*TOP, "Notes"], row(1, "Anna", "call her"), row(2)], merged, entry(2))
    assert (plan.deletions, [write.cells[3] for write in plan.writes]) == ([], ["merged into 2"])


def test_of_two_rows_of_a_lead_the_one_with_notes_stays() -> None:
    plan = planned([[*TOP, "Notes"], row(1), row(1, "Anna", "vip"), row(1, "Anna", "vip")], entry(1))
    assert (plan.deletions, plan.duplicates) == ([Deletion(1, 1), Deletion(3, 1)], 2)


def test_two_rows_with_other_notes_both_stay_and_are_both_right() -> None:
    plan = planned([[*TOP, "Notes"], row(1, "Anna", "vip"), row(1, "Old", "call")], entry(1))
    assert (plan.deletions, plan.duplicates, [write.row for write in plan.writes]) == ([], 1, [2])


def test_rows_of_nobody_are_counted_and_left_alone() -> None:
    plan = planned([TOP, row(9, "Eve"), ["", "", "", "", "by hand"], [], row(1)], entry(1))
    assert (bool(plan), plan.unknown_rows) == (False, 2)


def test_a_row_that_lost_only_its_number_gets_it_back() -> None:
    plan = planned([[*TOP, "Notes"], ["", *row(1, "Anna", "vip")[1:]]], entry(1))
    assert (plan.additions, plan.unknown_rows) == ([], 0)
    assert [write.cells[0] for write in plan.writes] == ["1"]


def test_a_row_that_lost_its_number_is_nobody_s_when_it_could_be_two_leads() -> None:
    twins = [one._replace(cells=("1", *entry(1).cells[1:])) for one in (entry(1),)]
    twins.append(Entry(("2", *entry(1).cells[1:])))
    plan = planned([TOP, ["", *row(1)[1:]]], *twins)
    assert (plan.unknown_rows, len(plan.additions)) == (1, 2)


def test_without_our_columns_nothing_is_planned() -> None:
    assert Look.at([["lead_id", "name"]], {1: entry(1)}) == Flaw(
        tuple(name for name in COLUMNS if name not in {"lead_id", "name"}), ()
    )


def test_neighbouring_cells_are_written_together() -> None:
    writes = [Write(4, {1: "a", 2: "b"}), Write(3, {1: "c", 2: "d"}), Write(5, {1: "e", 3: "f"}), Write(9, {1: "g"})]
    assert blocks_of(writes) == [
        Block(3, 1, [["c", "d"], ["a", "b"]]),
        Block(5, 1, [["e"]]),
        Block(5, 3, [["f"]]),
        Block(9, 1, [["g"]]),
    ]
