"""People who sort, insert, delete and move while leads are written: every lead ends where it belongs, notes intact."""

from typing import Any, Final

import pytest

from tests.sheet_desk import NOTES, SheetDesk

NAMES: Final = ("Dora", "Anna", "Carl", "Ben", "Eve", "Finn")
BY_HAND: Final = ("", "", "", "", "Zoe", "zoe@example.com", "030 123")
TOTAL: Final = ("total", "", "", "", "six of them")
REQUESTS: Final = 7  # find, read, delete, read, write, append, read

MOVES: Final[dict[str, tuple[Any, ...]]] = {
    "sort": ("sort", "name"),
    "insert an empty row": ("insert_row", 3),
    "insert a row": ("insert_row", 2, *BY_HAND[:4], "Yuri"),
    "insert a row above all": ("insert_row", 1),
    "insert a title": ("insert_row", 1, "Our leads"),
    "drag a row": ("move_row", 8, 2),
    "drag the headers": ("move_row", 1, 4),
    "copy a row": ("duplicate_row", 3),
    "insert a column": ("insert_column", 2),
    "insert a first column": ("insert_column", 1, "Rank"),
    "move the notes": ("move_column", NOTES, 1),
    "move the names": ("move_column", "name", 9),
    "swap the notes": ("swap_columns", NOTES, "email"),
    "swap our columns": ("swap_columns", "name", "lead_id"),
    "rename the tab": ("rename_tab", "Customers"),
    "overwrite a cell": ("edit", "E2", "Nobody"),
}


async def notes_beside_six_leads(desk: SheetDesk) -> dict[str, str]:
    """Mirror six leads, write beside them, change some of them; return the notes that must be there in the end."""
    ids = [await desk.capture(name) for name in NAMES]
    await desk.flush()
    desk.note({lead_id: f"note of {name}" for lead_id, name in zip(ids, NAMES, strict=True) if name != "Ben"})
    desk.stub.human.insert_row(4, *BY_HAND)
    desk.stub.human.insert_row(6, *TOTAL)
    await desk.rename(ids[0], "Adele")
    await desk.rename(ids[2], "Xaver")
    await desk.erase(ids[3])
    await desk.erase(ids[5])
    await desk.capture("Gita")
    return {str(ids[at]): f"note of {NAMES[at]}" for at in (0, 1, 2, 4)}


def by_hand(desk: SheetDesk) -> list[tuple[str, ...]]:
    """Return people's own rows, by our headers."""
    rows = [row for row in desk.stub.rows() if not str(row["lead_id"]).isdigit()]
    return sorted(tuple(str(row[name]) for name in ("lead_id", "status", "name", "email", "phone")) for row in rows)


def at_the_top_again(desk: SheetDesk) -> None:
    """Have the human put the headers back to where the stub looks for them."""
    at = next(number for number, row in enumerate(desk.stub.grid, 1) if "lead_id" in row)
    if at > 1:
        desk.stub.human.move_row(at, 1)


@pytest.mark.parametrize("number", range(1, REQUESTS + 1))
@pytest.mark.parametrize("move", MOVES)
async def test_whatever_people_move_between_two_requests_every_lead_and_note_ends_in_its_place(
    sheet_desk: SheetDesk, move: str, number: int
) -> None:
    """Fault 56: rows and columns move after our reading and before our writing."""
    notes = await notes_beside_six_leads(sheet_desk)
    edit, *args = MOVES[move]
    sheet_desk.stub.human.after(sheet_desk.stub.requests[-1].number + number, edit, *args)
    await sheet_desk.flush()
    await sheet_desk.reconcile()
    at_the_top_again(sheet_desk)
    await sheet_desk.is_mirrored()
    assert sheet_desk.beside() == notes
    ours = [row for row in by_hand(sheet_desk) if row[2] in {"Zoe", "six of them"}]
    assert ours == [("", "", "Zoe", "zoe@example.com", "030 123"), ("total", "", "six of them", "", "")]
