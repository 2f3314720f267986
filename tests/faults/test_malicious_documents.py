"""Documents made to hurt whoever reads them, in a real build: they are named and skipped, and no visitor notices."""

import asyncio
import io
import shutil
import time
import zlib
from pathlib import Path
from typing import Final

import pytest
from pypdf import PdfWriter
from pypdf.generic import NameObject, NumberObject, StreamObject

from tests.processes import running
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.unit.kb.documents import docx_file, pdf
from tests.unit.kb.test_bounded_reading import FAULTS, laughing
from tests.visitor import Visitor

KB: Final = "/v1/admin/kb"
BOMB_BYTES: Final = 300_000_000
QUESTION: Final = "How do refunds work?"
HARMLESS: Final = {"laughs.docx", "many\nlines.md", "..hidden.md", "claims.pdf"}
"""Read for what little they say, or not looked at; what matters is that nothing else comes of them."""


def inflating_pdf() -> bytes:
    """Return a small PDF whose page is a third of a gigabyte of blanks."""
    page = StreamObject()
    page._data = zlib.compress(b" " * BOMB_BYTES, 1)  # noqa: SLF001 - the library would compress it itself, slowly
    page[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer = PdfWriter(clone_from=io.BytesIO(pdf("A page.")))
    writer.pages[0][NameObject("/Contents")] = writer._add_object(page)  # noqa: SLF001 - no public way
    return _written(writer)


def claiming_pdf() -> bytes:
    """Return a PDF whose page says that it is a hundred kilometres wide."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf("A very wide page.")))
    writer.pages[0].mediabox.upper_right = (300_000_000, 300_000_000)
    writer.pages[0][NameObject("/UserUnit")] = NumberObject(75_000)
    return _written(writer)


def put_into(folder: Path) -> set[str]:
    """Write every malicious document; return the names of those that can't be used."""
    hostile = {name: content for name, (content, _) in FAULTS.items()} | {
        "inflating.pdf": inflating_pdf(),
        "claims.pdf": claiming_pdf(),
        "laughs.docx": laughing(),
        "cell.csv": b'Question,Answer\nWhat?,"' + b"x" * 11_000_000 + b'"\n',
        "unclosed.csv": b'Question,Answer\nWhat?,"' + b'""\n' * 3_000_000,
        "nested.xlsx": FAULTS["bomb.xlsx"][0][:-9],
        "deep.md.html": b"<b>" * 200_000,
        "many\nlines.md": b"# Lines\n\nA name of two lines.",
        "..hidden.md": b"# Hidden\n\nNot looked at.",
        "nul.md": b"# N\0",
        "twisted.pdf": pdf("x").replace(b"/Pages", b"/Twist"),
    }
    for name, content in hostile.items():
        (folder / name).write_bytes(content)
    (folder / "outside.md").symlink_to("/etc/hostname")
    (folder / "good.docx").write_bytes(docx_file())
    return hostile.keys() - HARMLESS | {"outside.md"}


@pytest.mark.timeout(400)
async def test_a_build_of_malicious_documents_names_them_while_visitors_are_answered(
    stack: Stack, llm: StubLLM, tmp_path: Path
) -> None:
    """Fault 83: bombs, broken and twisted files, in the worker that answers a visitor all the while."""
    kb_dir = Path(shutil.copytree(stack.kb_dir, tmp_path / "kb"))
    async with running(stack, llm=llm, kb_dir=kb_dir) as desk, desk.operator() as operator, desk.visitor() as visitor:
        await visitor.open()
        quiet = max([await _seconds_of_an_answer(visitor) for _ in range(3)])
        expected = put_into(kb_dir / "docs")
        assert (await operator.call("POST", f"{KB}/builds", json={})).status == 202
        answering = asyncio.create_task(_answers_until_built(operator, visitor))
        waited = await asyncio.wait_for(answering, timeout=200)
        build = (await operator.call("GET", KB)).json["build"]
    assert (build["status"], build["error"]) == ("done", None)
    told = "\n".join(build["problems"])
    assert {name for name in expected if f"docs/{name}: " not in told} == set()
    assert "good.docx" not in told
    assert len(told) < 20_000, "a problem quotes what is wrong"
    assert max(waited) < 10 * quiet + 5, (quiet, waited)


async def _answers_until_built(operator: Visitor, visitor: Visitor) -> list[float]:
    """Ask one question after the other until the build is over; return how long each took."""
    waited = [await _seconds_of_an_answer(visitor)]
    while (await operator.call("GET", KB)).json["build"]["status"] in {"queued", "running"}:
        waited.append(await _seconds_of_an_answer(visitor))
    return waited


async def _seconds_of_an_answer(visitor: Visitor) -> float:
    begun = time.monotonic()
    assert (await visitor.ask(QUESTION))["status"] == "done"
    return time.monotonic() - begun


def _written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
