"""Reading documents asks for nothing: whatever they refer to, no connection is made."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from tests.servers.server import LOOPBACK
from tests.unit.kb.conftest import CountingEmbeddings
from tests.unit.kb.documents import docx_file, pdf, rezipped, workbook
from workers.kb.build import build_release

WEB_PAGE = """<!DOCTYPE html [<!ENTITY out SYSTEM "{url}/entity">]>
<html xmlns:xi="http://www.w3.org/2001/XInclude"><head><base href="{url}/"><link rel=stylesheet href="{url}/a.css">
<meta http-equiv=refresh content="0; url={url}/moved"><script src="{url}/a.js"></script>
<style>@import "{url}/b.css"; body {{ background: url({url}/c.png) }}</style></head>
<body onload="fetch('{url}/d')"><p>We open at nine. &out;</p><img src="{url}/e.png" srcset="{url}/f.png 2x">
<iframe src="{url}/g"></iframe><object data="{url}/h"></object><embed src="{url}/i"><video src="{url}/j"></video>
<xi:include href="{url}/k"/><svg><image href="{url}/l"/></svg>
<form action="{url}/m"><input type=image src="{url}/n"></form>
"""
ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % far SYSTEM "{url}/dtd"> %far; <!ENTITY out SYSTEM "{url}/x">]>'
RELATION = (
    '<Relationship Id="rId99" TargetMode="External" Target="{url}/r" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Give a socket that listens, and that nobody is to connect to."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        listening.settimeout(0)
        yield listening


def acting_pdf(url: str) -> bytes:
    """Return a PDF that wants to go somewhere when it is opened, and to show parts of another file."""
    action = DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject(f"{url}/a")})
    far = DictionaryObject({NameObject("/FS"): NameObject("/URL"), NameObject("/F"): TextStringObject(f"{url}/f")})
    form = StreamObject()
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/Ref")] = DictionaryObject({NameObject("/F"): far, NameObject("/Page"): NumberObject(0)})
    writer = PdfWriter(clone_from=io.BytesIO(pdf("We open at nine, every day of the week.")))
    writer.root_object[NameObject("/OpenAction")] = action
    resources = writer.pages[0]["/Resources"].get_object()
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Out"): writer._add_object(form)})  # type: ignore[index]  # noqa: SLF001 - no public way
    writer.add_annotation(0, Link(rect=(0, 0, 99, 99), url=f"{url}/l"))
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def documents(url: str) -> dict[str, bytes]:
    """Return a document of each kind that refers to a server in every way its kind knows."""
    page, entities = WEB_PAGE.format(url=url).encode(), ENTITIES.format(url=url).encode()
    word = rezipped(
        docx_file(), "word/document.xml", b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>", entities
    )
    word = rezipped(word, "word/document.xml", b"On water.", b"On water. &out;")
    linked = rezipped(
        docx_file(),
        "word/_rels/document.xml.rels",
        b"</Relationships>",
        RELATION.format(url=url, kind="attachedTemplate").encode(),
    )
    book = workbook(
        ("Question", "Answer"),
        ("Open?", "From nine."),
        ("When?", f'=WEBSERVICE("{url}/w")'),
        ("Where?", f'=HYPERLINK("{url}/h")'),
    )
    sheet = "xl/worksheets/sheet1.xml"
    return {
        "a.html": page,
        "a.md": f"# Hours\n\nWe open at nine. ![x]({url}/i.png) [x]({url}/l)\n\n<img src={url}/j>".encode(),
        "a.csv": f'Question,Answer\nWhen?,"=IMPORTXML(""{url}/x"", ""//a"")"'.encode(),
        "a.pdf": acting_pdf(url),
        "entities.docx": word,
        "linked.docx": linked,
        "a.xlsx": book,
        "entities.xlsx": rezipped(book, sheet, b"<worksheet ", entities + b"<worksheet "),
        "linked.xlsx": rezipped(
            book,
            "xl/_rels/workbook.xml.rels",
            b"</Relationships>",
            RELATION.format(url=url, kind="externalLink").encode(),
        ),
    }


async def test_whatever_documents_refer_to_nothing_is_asked_for(
    tmp_path: Path, listener: socket.socket, embeddings: CountingEmbeddings
) -> None:
    """Fault 82: images, frames, entities of XML, templates and actions of PDFs; the build reads and fetches nothing."""
    written = documents(f"http://{LOOPBACK}:{listener.getsockname()[1]}")
    for name, content in written.items():
        (tmp_path / name).write_bytes(content)
    built = await build_release(tmp_path, embeddings)
    assert built.built
    unread = {problem.source for problem in built.problems}
    assert unread <= {"entities.docx", "entities.xlsx"}, built.problems
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_the_listener_hears_whoever_comes(listener: socket.socket) -> None:
    with socket.create_connection(listener.getsockname()):
        listener.settimeout(10)
        listener.accept()[0].close()
