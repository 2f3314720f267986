"""A lead's row is text: no formula, no surprises, phone numbers as they are."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.db.mirrored_leads import MirroredLead
from shared.vocabulary import LeadStatus
from workers.domain.sheet_cells import COLUMNS, LONGEST_CELL, Fate, entry_of, plain

NOON = datetime(2026, 3, 1, 13, 0, 5, 999_999, tzinfo=timezone(timedelta(hours=1)))


def lead(**changes: Any) -> MirroredLead:
    return MirroredLead(
        id=7,
        created_at=NOON,
        updated_at=NOON,
        status=LeadStatus.CAPTURED,
        name="Anna",
        email="anna@example.com",
        phone="+49301234567",
        intent_summary=None,
        consent_at=None,
        session_id="s1",
        merged_into=None,
    )._replace(**changes)


def test_a_row_has_a_text_for_every_column() -> None:
    moment = "2026-03-01T12:00:05Z"
    cells = ("7", moment, moment, "captured", "Anna", "anna@example.com", "+49301234567", "", "", "s1")
    assert entry_of(lead()).cells == cells
    assert len(cells) == len(COLUMNS)
    assert COLUMNS == (
        "lead_id", "created_at", "updated_at", "status", "name", "email", "phone", "intent_summary", "consent_at",
        "session_id",
    )  # fmt: skip


def test_of_an_erased_lead_nothing_is_shown() -> None:
    entry = entry_of(lead(status=LeadStatus.ERASED, merged_into=3))
    assert (entry.fate, [cell for cell in entry.cells if cell]) == (Fate.ERASED, ["7"])


def test_of_a_merged_lead_only_where_it_went_is_shown() -> None:
    entry = entry_of(lead(merged_into=3))
    assert (entry.fate, [cell for cell in entry.cells if cell]) == (Fate.MERGED, ["7", "merged into 3"])


@pytest.mark.parametrize(
    "text",
    [
        "=IMPORTDATA(1)",
        "\t=1+1",
        "\r=1+1",
        "+1234",
        "-1+1",
        "@SUM(A1)",
        " =1",
        "\n=1",
        "\u200b=1",
        "\ufeff=1",
        "\u00a0=1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        "\tx",
        "+49 30 123",
    ],
)
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert plain(text) == "'" + text.replace("\r", "\n")


@pytest.mark.parametrize("text", ["+4915112345678", "Anna", "O'Neil", "1+1=2", "a@b.c", "", " two words", "日本"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_what_a_cell_can_t_hold_is_left_out() -> None:
    assert plain("a\x00b\x1bc\r\nd\te") == "abc\nd\te"
    assert len(plain("x" * 60_000)) == LONGEST_CELL
    assert plain(None) == ""


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    cell = plain(text)
    assert not cell.lstrip().startswith(("=", "@", "-"))
    assert not cell.lstrip().startswith("+") or cell[1:].isdigit()
    assert plain(text) == plain(plain(text).removeprefix("'")) or "'" in text


def test_times_are_in_utc() -> None:
    assert entry_of(lead(consent_at=datetime(2026, 1, 1, tzinfo=UTC))).cells[8] == "2026-01-01T00:00:00Z"
