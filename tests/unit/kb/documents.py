"""Small files of every kind a company has."""

import io
import zipfile

import docx
import openpyxl
from fpdf import FPDF


def pdf(*pages: str, password: str = "") -> bytes:
    """Return a PDF with these texts as its pages."""
    document = FPDF()
    document.set_font("helvetica", size=12)
    if password:
        document.set_encryption(owner_password=password, user_password=password)
    for page in pages:
        document.add_page()
        document.multi_cell(0, 8, page)
    return bytes(document.output())


def docx_file() -> bytes:
    """Return what a word processor wrote: headings, a list, a table."""
    document = docx.Document()
    document.core_properties.title = "Rentals"
    document.add_heading("Kayaks", level=1)
    document.add_paragraph("On water.")
    document.add_paragraph("a paddle", style="List Bullet")
    document.add_paragraph("a vest", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip((*table.rows[0].cells, *table.rows[1].cells), ("Boat", "Price", "one", "20"), strict=True):
        cell.text = words
    document.add_paragraph("# not a heading")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def workbook(*rows: tuple[str | float | None, ...]) -> bytes:
    """Return a workbook with these rows in its sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rezipped(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return the office document with a change in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.namelist():
            words = before.read(part)
            after.writestr(part, words.replace(old, new) if part == name else words)
    return file.getvalue()
