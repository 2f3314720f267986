"""Our columns are found by their headers, wherever people have put them, or not at all."""

import pytest

from workers.domain.sheet_cells import COLUMNS
from workers.domain.tab import EMPTY, Flaw, Layout, Place, Rows, Tab, layout_of

HEADERS = [*COLUMNS]


def tab_of(*rows: list[str]) -> Tab:
    layout = layout_of([*rows])
    assert isinstance(layout, Layout)
    return Tab([*rows], layout)


@pytest.mark.parametrize("rows", [[], [[]], [["", ""], []]])
def test_a_tab_without_a_cell_is_empty(rows: Rows) -> None:
    assert layout_of(rows) is None


def test_headers_are_known_in_any_order_case_and_spelling() -> None:
    row = ["Notes", *reversed(HEADERS)]
    row[row.index("lead_id")], row[row.index("email")] = " Lead ID ", "E-Mail"
    layout = layout_of([["A title"], [], row])
    assert layout == Layout(2, tuple(range(10, 0, -1)))


def test_a_missing_and_a_doubled_header_are_named() -> None:
    row = [*HEADERS, "Name"]
    row[row.index("phone")] = "Telephone"
    assert layout_of([["1", "x"], row]) == Flaw(("phone",), ("name",))


def test_rows_that_are_no_headers_lack_everything() -> None:
    assert layout_of([["Shopping list"], ["Milk"]]) == Flaw(COLUMNS, ())


def test_a_row_is_told_apart_into_ours_and_people_s() -> None:
    tab = tab_of(["Notes", *HEADERS], ["call", " 12 ", "c"], [], ["", "x"], ["", "\uff11\uff12"])
    assert tab.managed(1)[:3] == (" 12 ", "c", "")
    assert tab.own(1) == {0: "call"}
    assert [tab.lead_id(row) for row in range(5)] == [None, 12, None, None, None]
    assert [*tab.filled()] == [1, 3, 4]


def test_a_new_row_begins_where_google_sees_the_table_begin() -> None:
    assert tab_of(HEADERS).line({0: "1", 2: "x"}) == ["1", None, "x"]
    shifted = tab_of(["", *HEADERS], ["", "1"])
    assert (shifted.below, shifted.left) == (Place(0, 1), 1)
    beside = tab_of(["", *HEADERS], ["", "1"], ["note", "2"])
    assert (beside.below, beside.left) == (Place(0, 1), 0)
    apart = tab_of(["", *HEADERS], ["", "1"], [], ["note"])
    assert apart.left == 1


def test_an_empty_tab_gets_our_columns_from_the_first_on() -> None:
    assert (EMPTY.below, EMPTY.line({0: "1", 9: "s"})) == (Place(0, 0), ["1", *[None] * 8, "s"])
