"""The sources shown under an answer."""

import pytest

from workers.domain.citations import cited
from workers.domain.passage import Passage

PASSAGES = [
    Passage("a", "Refunds are paid within five working days.", "Refunds", "", "refunds.md", "https://s.example/r"),
    Passage("b", "Rentals need a photo ID and a credit card.", "Rentals", "", "rentals.md", "http://s.example/x"),
    Passage("c", "The shop opens at nine.", "Shops", "", "shops.md", "javascript:alert(1)"),
    Passage("d", "Batteries charge in four hours.", "Batteries", "", "batteries.md"),
]


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [
        ("Within five days [1].", [1]),
        ("Yes [2][1], and [2] again.", [1, 2]),
        ("Yes [1, 3] or [ 4 ].", [1, 3, 4]),
        ("Yes [1;2] and [3-4].", [1, 2, 3, 4]),
        ("Yes \u30101\u3011 and \u30102\u2020source\u3011.", [1, 2]),
        ("See [9] and [0], really [2].", [2]),
        ("Since [2014] we [4] care.", [4]),
    ],
)
def test_only_passages_that_the_answer_names_are_cited(answer: str, numbers: list[int]) -> None:
    assert [citation["n"] for citation in cited(answer, PASSAGES)] == numbers


@pytest.mark.parametrize(
    ("answer", "numbers"),
    [
        ("Refunds are paid within five working days [3].", [1]),
        ("Rentals need a photo ID and a credit card [1]. Batteries charge in four hours [4].", [2, 4]),
        ("Rentals need a photo ID [2]. The shop opens at nine [2].", [2, 3]),
        ("- Rentals need a photo ID and a card [2]\n- Our director lives in Norway [3]", [2]),
        ("Refunds are paid within five working days. Nice! [1]", [1]),
        ("Refunds are paid within five working days [9].", [1]),
        ("Batteries charge in about four hours, as the maker says [4].", [4]),
        ("Die Rückzahlung erfolgt binnen weniger Tage [1]. Der Laden hat vormittags offen [3].", [1, 3]),
    ],
)
def test_a_citation_points_to_the_passage_that_carries_the_words(answer: str, numbers: list[int]) -> None:
    assert [citation["n"] for citation in cited(answer, PASSAGES)] == numbers


def test_a_citation_links_only_to_https() -> None:
    first, second, third, fourth = cited("[1][2][3][4]", PASSAGES)
    assert first == {"n": 1, "title": "Refunds", "source": "refunds.md", "url": "https://s.example/r"}
    assert not any("url" in citation for citation in (second, third, fourth))


def test_an_answer_that_names_nothing_is_traced_by_its_words() -> None:
    found = cited("A refund is paid to you within five working days.", PASSAGES)
    assert [citation["n"] for citation in found] == [1]


def test_at_most_three_passages_are_guessed() -> None:
    assert len(cited("Refunds are paid within five working days.", [PASSAGES[0]] * 5)) == 3


@pytest.mark.parametrize(
    "answer",
    [
        "I could not find anything about refunds in the documents.",
        "Hello! How can I help you today?",
        "Refunds!",
        "",
    ],
)
def test_what_is_no_answer_cites_nothing(answer: str) -> None:
    assert cited(answer, PASSAGES) == []


def test_nothing_is_cited_from_no_passages() -> None:
    assert cited("Yes [1].", []) == []
