"""Leads arrive in the sheet once, change there, and go; what people do in the sheet stays theirs."""

import pytest

from shared.db.reconciliations import Found
from shared.vocabulary import Breaker
from tests.sheet_desk import SheetDesk, sheet_desk_on
from tests.stack import Stack
from tests.stubs.sheets import StubSheets
from workers.domain.sheet_cells import COLUMNS
from workers.ports import SheetMisshapen

PHONE = "+49301234567"


async def test_leads_that_wait_arrive_and_leave_the_outbox_once_they_were_seen(
    stack: Stack, google: StubSheets
) -> None:
    with sheet_desk_on(stack, google) as desk:
        await desk.capture("Anna", phone=PHONE)
        await desk.capture("Ben")
        assert await desk.flush() == Found(checked=2, added=2)
        await desk.is_mirrored()
        assert google.grid[0] == [*COLUMNS]
        assert [request.method for request in google.requests] == ["get", "values.get", "values.append", "values.get"]
        assert await desk.flush() == Found()


async def test_a_change_a_merge_and_an_erasure_follow(stack: Stack, google: StubSheets) -> None:
    with sheet_desk_on(stack, google) as desk:
        anna = await desk.capture("Anna")
        await desk.capture("A. Smith", phone=PHONE)
        gone = await desk.capture("Carl")
        await desk.flush()
        assert await desk.capture("Anna Smith", "anna@example.com", PHONE) == anna
        await desk.erase(gone)
        assert await desk.flush() == Found(checked=1, repaired=3)
        await desk.is_mirrored()
        assert [(row["name"], row["phone"]) for row in desk.shown] == [("Anna Smith", PHONE)]


async def test_nothing_is_written_while_the_sheet_shows_every_lead(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    sheet_desk.stub.forget()
    assert await sheet_desk.reconcile() == Found(checked=1)
    assert [request.method for request in sheet_desk.stub.requests] == ["get", "values.get"]


async def test_a_comparison_adds_repairs_and_reports(sheet_desk: SheetDesk) -> None:
    for name in ("Anna", "Ben", "Carl"):
        await sheet_desk.capture(name)
    await sheet_desk.flush()
    human = sheet_desk.stub.human
    human.edit("E2", "Nobody")
    human.edit("F3", "ben@elsewhere.example")
    human.delete_row(4)
    human.duplicate_row(2)
    human.insert_row(2, "total", "", "", "", "3 of them")
    found = Found(checked=3, added=1, repaired=2, duplicates=1, unknown_rows=1)
    assert await sheet_desk.reconcile() == found
    await sheet_desk.is_mirrored()
    last = await sheet_desk.last_reconciliation()
    assert last
    assert (last.found, last.error, last.finished_at is not None) == (found, None, True)


async def test_people_s_columns_stay_theirs_wherever_they_put_them(sheet_desk: SheetDesk) -> None:
    anna, ben = await sheet_desk.capture("Anna"), await sheet_desk.capture("Ben")
    await sheet_desk.flush()
    sheet_desk.note({anna: "vip", ben: "call"})
    human = sheet_desk.stub.human
    human.move_column("Notes", 3)
    human.insert_column(1, "Rank")
    human.edit("A2", "1")
    human.filter("name", "Anna")
    await sheet_desk.rename(ben, "Benjamin")
    await sheet_desk.capture("Carl")
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()
    assert sheet_desk.beside() == {str(anna): "vip", str(ben): "call"}
    assert sheet_desk.beside("Rank") == {str(anna): "1"}


async def test_a_merged_lead_s_row_stays_blank_for_the_notes_beside_it(sheet_desk: SheetDesk) -> None:
    anna = await sheet_desk.capture("Anna")
    other = await sheet_desk.capture("A. Smith", phone=PHONE)
    await sheet_desk.flush()
    sheet_desk.note({other: "wants a tandem"})
    await sheet_desk.capture("Anna", "anna@example.com", PHONE)
    await sheet_desk.flush()
    [left] = [row for row in sheet_desk.shown if row["lead_id"] == str(other)]
    assert {name: text for name, text in left.items() if text} == {
        "lead_id": str(other),
        "status": f"merged into {anna}",
    }
    assert sheet_desk.beside() == {str(other): "wants a tandem"}
    assert (await sheet_desk.waiting()).pending == 0


async def test_a_row_whose_number_was_cleared_gets_it_back_with_its_notes(sheet_desk: SheetDesk) -> None:
    anna = await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    sheet_desk.note({anna: "vip"})
    sheet_desk.stub.human.edit("A2", "")
    assert await sheet_desk.reconcile() == Found(checked=1, repaired=1)
    await sheet_desk.is_mirrored()
    assert sheet_desk.beside() == {str(anna): "vip"}


async def test_rows_below_an_empty_one_are_neither_overwritten_nor_lost(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    sheet_desk.stub.human.edit("A4", "sum")
    sheet_desk.stub.human.edit("C4", "1")
    for name in ("Ben", "Carl", "Dora"):
        await sheet_desk.capture(name)
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()
    assert ["sum", "", 1] in sheet_desk.stub.grid


async def test_headers_below_a_title_and_right_of_an_empty_column_are_found(sheet_desk: SheetDesk) -> None:
    anna = await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    human = sheet_desk.stub.human
    human.insert_column(1)
    human.insert_row(1, "", "Leads of our website")
    human.insert_row(2)
    await sheet_desk.rename(anna, "Hannah")
    await sheet_desk.capture("Ben")
    await sheet_desk.flush()
    assert (await sheet_desk.waiting()).pending == 0
    names = [row[5] for row in sheet_desk.stub.grid if len(row) > 5]
    assert names == ["name", "Hannah", "Ben"]


async def test_the_tab_is_known_by_its_id_whatever_its_name_and_place(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    human = sheet_desk.stub.human
    human.rename_tab("Leads of '26")
    human.add_tab("Sheet1", at=1)
    await sheet_desk.capture("Ben")
    await sheet_desk.flush()
    assert [row["name"] for row in sheet_desk.stub.rows("Leads of '26")] == ["Anna", "Ben"]
    assert sheet_desk.stub.grid_of("Sheet1") == []


async def test_a_tab_that_the_settings_name_is_the_one_or_none(sheet_desk: SheetDesk) -> None:
    sheet_desk.stub.human.add_tab("Leads", at=2)
    await sheet_desk.capture("Anna")
    with pytest.raises(SheetMisshapen, match="gid=77"):
        await sheet_desk.reconcile_as(google_sheet_tab_id=77)
    await sheet_desk.reconcile_as(google_sheet_tab_id=104_729)
    assert [row["name"] for row in sheet_desk.stub.rows("Leads")] == ["Anna"]
    assert sheet_desk.stub.grid == []


async def test_a_deleted_tab_is_filled_anew(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    sheet_desk.stub.human.delete_tab()
    assert await sheet_desk.reconcile() == Found(checked=1, added=1)
    await sheet_desk.is_mirrored()


async def test_the_last_rows_of_a_tab_that_is_cut_to_size_can_go(sheet_desk: SheetDesk) -> None:
    anna = await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    sheet_desk.crop_to(2)
    await sheet_desk.erase(anna)
    await sheet_desk.flush()
    assert sheet_desk.stub.rows() == []
    assert (await sheet_desk.waiting()).pending == 0


async def test_what_the_sheet_does_not_keep_as_written_holds_up_nobody(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    await sheet_desk.capture("Ben")
    await sheet_desk.flush()
    await sheet_desk.rename(1, "Hannah")
    await sheet_desk.rename(2, "Benjamin")
    for number in range(1, 30):
        sheet_desk.stub.human.after(number, "edit", "E2", "Nobody")
    await sheet_desk.flush()
    assert (await sheet_desk.waiting()).pending == 1
    assert (await sheet_desk.state()).breaker is Breaker.CLOSED
    assert [row["name"] for row in sheet_desk.shown] == ["Nobody", "Benjamin"]
