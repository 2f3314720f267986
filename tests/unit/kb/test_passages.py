"""Documents are split where their authors would."""

from hypothesis import given
from hypothesis import strategies as st

from workers.kb.passages import CAPACITY, ENTRY_CAPACITY, heading_text, plain, split
from workers.kb.sources import Document

SENTENCE = "The deposit is given back when the kayak is dry. "


def markdown(text: str, source: str = "docs/a.md") -> Document:
    return Document(source, "Rentals", text, sha256="")


def headings(text: str) -> list[str]:
    return [passage.heading for passage in split(markdown(text))]


def test_each_section_is_a_passage_that_knows_where_it_stands() -> None:
    text = "# Rentals\n\nAbove.\n\n## Kayaks\n\nOn water.\n\n### Deposits ###\n\nCash.\n\n## Tents\n\nOn land."
    passages = split(markdown(text))
    assert [(passage.heading, passage.text) for passage in passages] == [
        ("", "Above."),
        ("Kayaks", "On water."),
        ("Kayaks > Deposits", "Cash."),
        ("Tents", "On land."),
    ]
    assert heading_text(passages[2]) == "Rentals > Kayaks > Deposits"


def test_a_top_heading_that_is_not_the_title_stays_in_the_path() -> None:
    assert headings("# Summer\n\n## Kayaks\n\nOn water.") == ["Summer > Kayaks"]


def test_underlined_headings_are_headings_and_rules_are_not() -> None:
    assert headings("Kayaks\n------\n\nOn water.\n\n---\n\nStill kayaks.\n\nTents\n=====\n\nOn land.") == [
        "Kayaks",
        "Tents",
    ]


def test_a_table_is_not_taken_for_a_heading() -> None:
    assert headings("## Prices\n\n| Kayak | Day |\n|---|---|\n| one | 20 |\n") == ["Prices"]


def test_what_looks_like_a_heading_in_code_is_code() -> None:
    passages = split(markdown("## Setup\n\n```sh\n# not a heading\nrun\n```\n\nDone.\n\n~~~~\n```\n# nor this\n~~~~"))
    assert [passage.heading for passage in passages] == ["Setup"]
    assert "# not a heading" in passages[0].text


def test_an_answer_to_a_question_stays_whole_where_prose_is_split() -> None:
    long = SENTENCE * 30
    assert CAPACITY[1] < len(long) <= ENTRY_CAPACITY
    assert len(split(markdown(f"## Do I pay a deposit?\n\n{long}"))) == 1
    parts = split(markdown(f"## Deposits\n\n{long}"))
    assert len(parts) > 1
    assert all(len(part.text) <= CAPACITY[1] and part.heading == "Deposits" for part in parts)


def test_a_long_text_without_headings_is_split_at_its_paragraphs() -> None:
    text = "\n\n".join(f"{number}. {SENTENCE * 8}".strip() for number in range(4))
    parts = split(Document("docs/a.txt", "Rentals", text, sha256=""))
    assert len(parts) > 1
    assert all(part.text[0].isdigit() and part.text.endswith("dry.") for part in parts)
    assert "# no heading" in split(Document("docs/a.txt", "Rentals", "# no heading\n\nText.", sha256=""))[0].text


def test_ids_are_the_same_for_the_same_words_in_the_same_place() -> None:
    text = "## Kayaks\n\nOn water.\n\n## Tents\n\nOn land."
    before = {passage.heading: passage.id for passage in split(markdown(text))}
    after = {
        passage.heading: passage.id
        for passage in split(markdown("## New\n\nFirst.\n\n" + text.replace("land", "grass")))
    }
    assert after["Kayaks"] == before["Kayaks"]
    assert after["Tents"] != before["Tents"]
    assert split(markdown(text, source="docs/b.md"))[0].id != before["Kayaks"]


def test_the_same_section_said_twice_is_one_passage() -> None:
    assert headings("## Kayaks\n\nOn water.\n\n## Kayaks\n\nOn water.") == ["Kayaks"]


def test_headings_and_rules_alone_make_no_passage() -> None:
    assert split(markdown("# Rentals\n\n## Kayaks\n\n***\n\n## Tents")) == []


def test_the_words_of_a_text_are_without_marks_and_addresses() -> None:
    said = plain('**Write** to [our desk](https://shop.example/desk "Desk"), see ![a map](map.png).\n\n- `one`')
    assert " ".join(said.split()) == "Write to our desk, see a map. one"


@given(st.text())
def test_any_text_is_split_without_losing_its_words(text: str) -> None:
    for passage in split(markdown(text)):
        assert passage.text.strip() == passage.text != ""
        assert all(line in text for line in passage.text.split("\n"))


def test_a_table_is_whole_and_a_long_one_repeats_its_header() -> None:
    rows = [f"| boat {n} | {n} dollars a day, with a paddle and a vest |" for n in range(60)]
    header = "| Boat | Price |\n| --- | --- |"
    short = "\n".join([header, *rows[:25]])
    assert CAPACITY[1] < len(short) < ENTRY_CAPACITY
    assert [passage.text for passage in split(markdown(f"## Prices\n\n{short}"))] == [short]
    parts = [passage.text for passage in split(markdown("\n".join(["## Prices\n\nBefore.\n", header, *rows])))]
    assert parts[0] == "Before."
    assert len(parts) > 2
    assert all(part.startswith(header) and len(part) <= CAPACITY[1] for part in parts[1:])
    assert [row for part in parts[1:] for row in part.split("\n")[2:]] == rows


def test_a_heading_above_nothing_is_text() -> None:
    assert [(one.heading, one.text) for one in split(markdown("## Call 555\n\n## Tents\n\nOn land."))] == [
        ("", "Call 555"),
        ("Tents", "On land."),
    ]
