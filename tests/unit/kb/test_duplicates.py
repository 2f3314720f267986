"""What several documents say is one passage, and what only looks alike is not."""

import re
from pathlib import Path

import pytest

from workers.domain.passage import Passage
from workers.kb.build import read_content
from workers.kb.duplicates import fold, words_of
from workers.kb.sources import read_sources

WORDS = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(120)]
LONG = " ".join(WORDS)


def passage(text: str, title: str = "A", heading: str = "Terms") -> Passage:
    return Passage(id=f"{title}{heading}{text}", text=text, title=title, heading=heading, source=f"{title}.md")


def kept(*passages: Passage) -> list[str]:
    return [one.title for one in fold(passages)]


def test_the_same_words_up_to_punctuation_case_and_space_are_one_passage() -> None:
    assert kept(passage(LONG), passage(LONG.title().replace(" ", ",\n"), title="B")) == ["A"]


def test_nearly_the_same_words_are_one_passage() -> None:
    assert kept(passage(LONG), passage(f"So {LONG}", title="B"), passage(" ".join(WORDS[:-1]), title="C")) == ["A"]


@pytest.mark.parametrize("other", ["7", "not", "nicht"])
def test_a_number_or_a_no_makes_another_passage(other: str) -> None:
    assert kept(passage(LONG), passage(f"{LONG} {other}", title="B")) == ["A", "B"]


def test_other_words_make_another_passage() -> None:
    assert kept(passage(LONG), passage(" ".join(WORDS[:90]), title="B")) == ["A", "B"]


def test_a_short_text_is_of_the_thing_its_title_names() -> None:
    short = "It costs 20 dollars a day."
    assert kept(passage(short, "Kayak"), passage(short, "Tent"), passage(f"{short}!", "Tent")) == ["Kayak", "Tent"]


def test_the_same_answer_to_another_question_is_kept() -> None:
    assert kept(passage(LONG, heading="How do I pay?"), passage(LONG, "B", heading="How do I get it back?")) == [
        "A",
        "B",
    ]


def test_no_word_of_the_documents_is_lost(tmp_path: Path) -> None:
    table = "\n".join(f"| boat{n} | {'long ' * 20}{n} |" for n in range(60))
    faq = "Question,Answer\n" + "\n".join(f"Is it {n}?,It is {n}." for n in range(30))
    (tmp_path / "a.md").write_text(
        f"# Boats\n\n## Alone 555\n\n## Prices\n\nBefore.\n\n| B | P |\n|---|---|\n{table}\n\nAfter."
    )
    (tmp_path / "b.html").write_text(f"<h1>Page</h1><p>{LONG}</p><h2>Again</h2><p>{LONG}</p><h3>Last words</h3>")
    (tmp_path / "c.html").write_text(f"<h1>Page</h1><h2>Again</h2><p>{LONG.upper()}</p><h2>Third</h2><p>Yes.</p>")
    (tmp_path / "faq.csv").write_text(faq)
    content = read_content(tmp_path)
    said = {word for one in content.passages for word in words_of(f"{one.title} {one.heading} {one.text}")}
    written = {word for one in read_sources(tmp_path).documents for word in words_of(one.text)}
    assert written - said == set()
    assert content.folded == 1
    assert re.search("boat59", " ".join(one.text for one in content.passages))
