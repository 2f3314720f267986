"""A cell of the export is text, whatever was typed; a phone number stays one."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.lead_csv import cell, rendered


@pytest.mark.parametrize(
    "text",
    [
        "=IMPORTDATA(1)",
        "+1+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1+1",
        "+49 30 1234567",
        "+12345",
        "++4930123456",
        " =1+1",
        "\u200b=1",
    ],
)
def test_what_could_be_a_formula_is_quoted(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+49301234567", "Anna", "", "a=b", "'=1", "-", "日本", "1+1", " Anna"])
def test_a_phone_number_and_plain_text_stay_as_they_are(text: str) -> None:
    assert cell(text) == ("'-" if text == "-" else text)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_every_cell_comes_back_and_begins_no_formula(texts: list[str]) -> None:
    file = rendered([[cell(text) for text in texts]]).decode()
    [row] = [*csv.reader(io.StringIO(file, newline=""))] or [[]]
    assert [one.removeprefix("'") for one in row] == [text.removeprefix("'") for text in texts]
    assert not [one for one in row if one.lstrip().startswith(("=", "+", "-", "@")) and not one[1:].isdigit()]


def test_nothing_is_an_empty_cell() -> None:
    assert cell(None) == ""
