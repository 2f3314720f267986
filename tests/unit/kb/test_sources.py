"""Documents are read whatever they hold, and what can't be used is named."""

from pathlib import Path

import pytest

from workers.kb.sources import Document, hash_sources, read_sources


def only_problem(folder: Path) -> str:
    (problem,) = read_sources(folder).problems
    return str(problem)


def documents(folder: Path) -> dict[str, Document]:
    return {document.source: document for document in read_sources(folder).documents}


def test_documents_are_found_in_every_folder_but_hidden_ones(kb_dir: Path) -> None:
    (kb_dir / "manuals" / "deep").mkdir(parents=True)
    (kb_dir / "manuals" / "deep" / "kayak.md").write_text("Paddle on both sides.")
    (kb_dir / ".index").mkdir()
    (kb_dir / ".index" / "note.md").write_text("not a document")
    (kb_dir / "docs" / ".draft.md").write_text("not a document")
    (kb_dir / "golden.jsonl").write_text("{}")
    assert set(documents(kb_dir)) == {
        "docs/opening-hours.txt",
        "faqs/questions.md",
        "manuals/deep/kayak.md",
        "policies/refunds.md",
    }


def test_front_matter_gives_title_and_address_and_is_no_text(kb_dir: Path) -> None:
    refunds = documents(kb_dir)["policies/refunds.md"]
    assert (refunds.title, refunds.url) == ("Refunds", "https://shop.example/refunds")
    assert refunds.text.startswith("# Refunds")


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("gift-cards_and more.txt", "No heading here.", "Gift cards and more"),
        ("a.md", "Intro.\n\n# The real title #\n\nText.", "The real title"),
        ("b.md", "---\ntitle: Named\nlist:\n  - title: not this\n---\n# Other\n\nText.", "Named"),
        ("c.md", "---\r\ntitle: 'Windows'\r\n---\r\nText.\r\n", "Windows"),
        ("d.md", "--- not front matter\n\nText.", "D"),
    ],
)
def test_every_document_has_a_title(tmp_path: Path, name: str, text: str, title: str) -> None:
    (tmp_path / name).write_bytes(text.encode())
    assert documents(tmp_path)[name].title == title


def test_a_byte_order_mark_and_comments_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbfSeen.<!-- to do:\nhidden -->")
    assert documents(tmp_path)["a.md"].text == "Seen."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"line one\nna\xefve", "a.md: is not UTF-8 (line 2)"),
        (b"PK\x03\x04\x00\x00", "a.md: holds NUL bytes"),
        (b"", "a.md: is empty"),
        (b"  \n\n", "a.md: is empty"),
        (b"---\ntitle: All there is\n---\n", "a.md: is empty"),
        (b"x" * 20_000_001, "a.md: is larger than 20 MB"),
    ],
)
def test_a_document_that_can_not_be_used_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.md").write_bytes(content)
    assert only_problem(tmp_path).startswith(words)


def test_a_link_that_leads_nowhere_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "gone.md")
    assert only_problem(tmp_path) == "a.md: can't be read (No such file or directory)."


def test_a_file_that_the_system_will_not_open_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "a.md")
    assert only_problem(tmp_path).startswith("a.md: can't be read (Too many levels")


def test_a_link_that_leads_out_of_the_folder_is_a_problem(tmp_path: Path) -> None:
    """Fault 83: documents that come from many hands must not make the desk quote whatever else is on its machine."""
    (tmp_path / "secret").write_text("The key is fdk_canary.")
    folder = tmp_path / "kb"
    folder.mkdir()
    for name, target in {"a.md": "../secret", "b.md": "/dev/zero", "c.html": str(tmp_path / "secret")}.items():
        (folder / name).symlink_to(target)
    (folder / "real.md").write_text("Open at nine.")
    (folder / "within.md").symlink_to("real.md")
    sources = read_sources(folder)
    assert [document.source for document in sources.documents] == ["real.md", "within.md"]
    assert {problem.source for problem in sources.problems} == {"a.md", "b.md", "c.html"}
    assert all("leads out of the folder" in problem.message for problem in sources.problems)
    assert hash_sources(folder) == sources.hashes


def test_the_quick_look_sees_what_a_full_reading_sees(kb_dir: Path) -> None:
    (kb_dir / "broken.md").write_bytes(b"\xff")
    (kb_dir / "gone.md").symlink_to(kb_dir / "nowhere")
    assert hash_sources(kb_dir) == read_sources(kb_dir).hashes
