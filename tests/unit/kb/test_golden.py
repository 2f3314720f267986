"""Golden questions are read, begun from the documents, and stay a person's own."""

import json
from pathlib import Path

import pytest

from workers.kb.build import read_content
from workers.kb.golden import GOLDEN, Row, RowsUnusable, Said, add_generated, is_called, read_golden, read_rows


def written(folder: Path, *lines: str) -> Path:
    path = folder / GOLDEN
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "is_it"),
    [
        ("policies/refunds.md", True),
        ("refunds.md", True),
        ("./policies/refunds.md", True),
        ("funds.md", False),
        ("faqs/refunds.md", False),
    ],
)
def test_a_document_goes_by_its_name_with_or_without_folders(name: str, is_it: bool) -> None:
    assert is_called("policies/refunds.md", name) is is_it


def test_a_row_may_hold_more_than_we_know(tmp_path: Path) -> None:
    path = written(tmp_path, "", '{"question": "a?", "expected": [], "author": "Ada", "kind": "odd"}')
    (row,) = read_rows(path)
    assert (row.question, row.kind, row.line) == ("a?", "odd", 2)


@pytest.mark.parametrize(
    "line", ["{", '{"question": "a?"}', '{"question": 1, "expected": []}', '{"question": " ", "expected": []}', "[]"]
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, '{"question": "a?", "expected": []}', line)
    with pytest.raises(RowsUnusable, match="line 2"):
        read_rows(path)


def test_a_file_without_questions_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(RowsUnusable, match="no questions"):
        read_rows(written(tmp_path, " "))
    with pytest.raises(RowsUnusable, match="can't be read"):
        read_rows(tmp_path)


def test_earlier_turns_are_what_a_follow_up_leans_on() -> None:
    talk: list[Said | str] = [Said("user", "what is the range of the Heron?"), Said("assistant", "Ninety miles.")]
    assert Row("and why?", ["bikes.md"], talk).query == "and why? range heron ninety miles"
    assert Row("and why?", ["bikes.md"], ["what is the range of the Heron?"]).query == "and why? range heron"


def test_rows_whose_documents_are_gone_are_told(tmp_path: Path) -> None:
    written(
        tmp_path,
        '{"question": "a?", "expected": ["gone.md"]}',
        '{"question": "b?", "expected": ["here.md", "lost.md"]}',
        '{"question": "c?", "expected": []}',
    )
    golden = read_golden(tmp_path, {"docs/here.md"})
    assert golden
    assert [row.question for row in golden.rows] == ["b?", "c?"]
    assert [sentence.partition(",")[0] for sentence in golden.gone] == [
        "line 1 expects gone.md",
        "line 2 expects lost.md",
    ]


def test_questions_are_made_from_entries_and_headings_and_added_once(kb_dir: Path) -> None:
    passages = read_content(kb_dir).passages
    mine = '{"question": "do you ship to canada?",   "expected": ["questions.md"]}'
    path = kb_dir / GOLDEN
    path.write_text(mine)  # without a line's end
    added = add_generated(kb_dir, passages)
    first, *others = path.read_text().splitlines()
    assert first == mine
    assert len(others) == added == 4
    rows = {row["question"]: row for row in map(json.loads, others)}
    assert rows["Can I rent a kayak?"] == {
        "question": "Can I rent a kayak?",
        "expected": ["faqs/questions.md"],
        "kind": "generated",
    }
    assert "Refunds: How long refunds take?" in rows
    before = path.read_bytes()
    assert add_generated(kb_dir, passages) == 0
    assert path.read_bytes() == before
