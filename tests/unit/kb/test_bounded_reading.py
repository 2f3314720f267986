"""No document can hang, bring down or outgrow the build: it is named, and the others are read."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.kb.conftest import CountingEmbeddings
from tests.unit.kb.documents import docx_file, pdf, rezipped, workbook
from workers.kb.build import BuildFailed, build_release
from workers.kb.readers.bounded import BoundedReader
from workers.kb.readers.cache import ReadingCache
from workers.kb.readers.child import Limits
from workers.kb.readers.reading import Unreadable
from workers.kb.sources import read_document, read_sources

LAUGHS = b"<!DOCTYPE x [<!ENTITY a0 'ha'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 201_000_000)
    return file.getvalue()


def laughing() -> bytes:
    return rezipped(docx_file(), "word/document.xml", b"<w:document ", LAUGHS + b"]><w:document ")


@pytest.fixture
def reader() -> Iterator[BoundedReader]:
    with BoundedReader() as reader:
        yield reader


def read(reader: BoundedReader, path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return reader.read(path, hashlib.sha256(content).hexdigest()).text


FAULTS = {
    "bomb.xlsx": (bomb(), "unpacks to"),
    "broken.docx": (b"PK\x03\x04 no more", "broken"),
    "broken.pdf": (b"%PDF-1.7 no more", "PDF"),
    "cut.xlsx": (workbook(("a", "b"))[:-200], "broken"),
    "deep.html": (b"<div>" * 3_000 + b"x", "nested"),
    "empty.csv": (b" \n", "empty"),
    "locked.pdf": (pdf("Secret.", password="x"), "encrypted"),
    "picture.pdf": (pdf(""), "OCR"),
    "not-a-book.xlsx": (docx_file(), "broken"),
}


def test_each_bad_document_is_named_with_what_to_do_and_the_others_are_read(tmp_path: Path) -> None:
    for name, (content, _) in FAULTS.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "good.docx").write_bytes(docx_file())
    (tmp_path / "zz.csv").write_text("Question,Answer\nOpen?,Always.")
    sources = read_sources(tmp_path)
    assert [document.source for document in sources.documents] == ["good.docx", "zz.csv"]
    said = {problem.source: problem.message for problem in sources.problems}
    assert said.keys() == FAULTS.keys()
    assert {name: message for name, message in said.items() if FAULTS[name][1] not in message} == {}


async def test_a_strict_build_stops_at_a_bad_document(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    (kb_dir / "broken.docx").write_bytes(b"PK")
    with pytest.raises(BuildFailed, match=r"broken\.docx"):
        await build_release(kb_dir, embeddings, strict=True)
    assert (await build_release(kb_dir, embeddings)).built


def test_entities_that_explode_are_not_expanded(tmp_path: Path, reader: BoundedReader) -> None:
    try:
        text = read(reader, tmp_path / "a.docx", laughing())
    except Unreadable:
        return
    assert len(text) < 1_000


def test_one_process_reads_many_documents(tmp_path: Path, reader: BoundedReader) -> None:
    for n in range(5):
        assert read(reader, tmp_path / f"{n}.html", b"<p>Text.</p>") == "Text."
    assert reader.started == 1


def test_a_process_that_died_is_replaced(tmp_path: Path, reader: BoundedReader) -> None:
    with pytest.raises(Unreadable, match="broken"):
        read(reader, tmp_path / "a.xlsx", docx_file())
    assert read(reader, tmp_path / "a.html", b"<p>Text.</p>") == "Text."
    assert reader.started == 2


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(seconds=0.0), "longer than 0 seconds"),
        (Limits(memory_bytes=100_000_000), "MB to read|takes too much"),
        (Limits(characters=1_000), "more than 1,000 characters"),
        (Limits(cpu_seconds=0), "takes too much"),
    ],
)
def test_a_document_that_takes_too_much_is_given_up(tmp_path: Path, limits: Limits, said: str) -> None:
    large = b"<p>" + b"<b>word</b> " * (30_000 if limits.characters == 1_000 else 300_000)
    with BoundedReader(limits) as reader, pytest.raises(Unreadable, match=said):
        read(reader, tmp_path / "a.html", large)


def test_the_process_gets_no_secrets(tmp_path: Path, reader: BoundedReader) -> None:
    read(reader, tmp_path / "a.html", b"<p>Text.</p>")
    process = reader._process  # noqa: SLF001 - what it was started with can't be seen otherwise
    assert process
    environment = Path(f"/proc/{process.pid}/environ").read_bytes()
    names = {line.partition(b"=")[0] for line in environment.split(b"\0") if line}
    assert names <= {
        b"PATH",
        b"PYTHONPATH",
        b"LANG",
        b"LC_ALL",
        b"LC_CTYPE",
        b"OMP_NUM_THREADS",
        b"OPENBLAS_NUM_THREADS",
    }


def test_an_unchanged_document_is_not_parsed_again(tmp_path: Path) -> None:
    cache = ReadingCache(tmp_path / ".index" / "readings.db")
    path = tmp_path / "a.html"
    path.write_text("<p>Text.</p>")
    with BoundedReader() as first:
        fresh = read_document(tmp_path, path, first, cache)
    with BoundedReader() as second:
        assert read_document(tmp_path, path, second, cache) == fresh
        assert second.started == 0
        path.write_text("<p>Other text.</p>")
        assert read_document(tmp_path, path, second, cache) != fresh
        assert second.started == 1


def test_a_broken_cache_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "readings.db").write_bytes(b"no database" * 1_000)
    (tmp_path / "a.html").write_text("<p>Text.</p>")
    cache = ReadingCache(tmp_path / "readings.db")
    assert [document.text for document in read_sources(tmp_path, cache).documents] == ["Text."]
