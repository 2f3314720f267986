"""A mistyped word is read as the word that was meant, and every other word as it is."""

from pathlib import Path

import pytest

from workers.kb.spelling import Spelling

COUNTS = {"account": 9, "accounts": 2, "delete": 4, "warranty": 3, "contact": 5, "staff": 2, "change": 7, "refunds": 1}


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling.of(COUNTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pls delet my acount", "pls delete my account"),
        ("is there waranty?", "is there warranty?"),
        ("chnage it", "change it"),
        ("shoud I", "should I"),
    ],
)
def test_a_mistyped_word_is_read_as_the_word_of_the_documents(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.corrected(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Who can charge my contract?",  # one letter from "change" and "contact", and words themselves
        "this stuff",
        "the Kündigung of a devolución",
        "acct 4711 AB-1234567 adelete",
        "Zebra!",
        "",
    ],
)
def test_what_is_a_word_already_or_resembles_none_is_left(spelling: Spelling, text: str) -> None:
    assert spelling.corrected(text) == text


def test_of_words_equally_near_the_most_frequent_is_meant() -> None:
    assert Spelling.of({"parcels": 1, "parcel": 8}).corrected("parcell") == "parcel"


def test_a_saved_spelling_reads_the_same(spelling: Spelling, tmp_path: Path) -> None:
    spelling.save(tmp_path)
    assert Spelling.load(tmp_path).corrected("my acount") == "my account"
