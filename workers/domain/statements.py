"""What a passage states, one by one: its sentences, list items and table rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from workers.domain.quoted import plain

# A sentence may end at these marks, with the quotes and brackets that close behind them.
END: Final = re.compile(
    r"(?<![.!?\u2026])[.!?\u2026]+[\"'\u201d\u2019\u00bb)\]*_]*\s+(?=[\"'\u201c\u00ab(\[*_\u00bf\u00a1]*[^\W_])"
    r"|[\u3002\uff01\uff1f]+"
)
LAST_WORD: Final = re.compile(r"(?:[^\s(\[]*)$")
ABBREVIATIONS: Final = frozenset(
    """
    mr mrs ms dr prof st jr sr vs dept approx ca incl excl e.g i.e cf
    sra sres dra pág núm ej p.ej aprox avda ud uds
    str bzw z.b d.h u.a evtl ggf inkl zzgl hr fr tgl
    mme mlle env av bd réf p.ex
    """.split()  # noqa: SIM905 - a table of words reads better as text
)
BEFORE_FIGURES: Final = frozenset(("no", "nos", "nr", "n°", "art", "abs", "fig", "vol", "max", "min", "tel", "ext"))
INITIAL: Final = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")  # J. Smith, and the z. of "z. B."
HALF_DAY: Final = re.compile(r"[ap]\.m", re.IGNORECASE)
DATE_WORD: Final = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|mär",
    re.IGNORECASE,
)
ORDINAL: Final = re.compile(r"\d{1,2}")  # am 3. Mai

ITEM: Final = re.compile(r"\s*(?:[-*+\u2022]|\d{1,3}[.)])\s+(?=\S)")
HEADING: Final = re.compile(r"\s{0,3}#{1,6}\s")
RULE: Final = re.compile(r"\s{0,3}(?:[-*_]\s*){3,}$|\s*(?:```|~~~)")
SEPARATOR_ROW: Final = re.compile(r"[\s|:-]*-[\s|:-]*$")


class Kind(Enum):
    """What a statement is in its document."""

    SENTENCE = auto()
    ITEM = auto()
    ROW = auto()


@dataclass(frozen=True, slots=True)
class Statement:
    """Something a passage says that can be quoted by itself."""

    text: str
    """In Markdown, on one line."""
    kind: Kind
    block: int
    """The paragraph, list or table it stands in, counted from 0."""
    lead: str = ""
    """What introduces the list it is in: "Bring along:"."""


def statements(text: str) -> list[Statement]:
    """Return what a Markdown or plain text states, in order; headings and rules state nothing."""
    found: list[Statement] = []
    for block, lines in enumerate(_blocks(text)):
        if lines[0].lstrip().startswith("|"):
            found += [Statement(row, Kind.ROW, block) for row in _rows(lines)]
        elif ITEM.match(lines[0]):
            # What introduces a list is said together with its items, never alone.
            lead = found.pop().text if found and _introduces(found[-1], block) else ""
            found += [Statement(item, Kind.ITEM, block, lead) for item in _items(lines)]
        else:
            found += [Statement(sentence, Kind.SENTENCE, block) for sentence in split_sentences(_line(lines))]
    return found


def _introduces(statement: Statement, block: int) -> bool:
    return statement.kind is Kind.SENTENCE and statement.block == block - 1 and statement.text.endswith(":")


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph; abbreviations, initials, times, dates, prices and addresses stay whole."""
    sentences = []
    start = 0
    for end in END.finditer(text):
        if _ends_sentence(text, end):
            sentences.append(text[start : end.end()].strip())
            start = end.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _ends_sentence(text: str, end: re.Match[str]) -> bool:
    following = text[end.end() : end.end() + 12].lstrip("\"'([*_\u201c\u00ab\u00bf\u00a1")
    if following[:1].islower() and not end[0].startswith(("!", "?")):
        return False
    if not end[0].startswith(".") or end[0].startswith(".."):
        return True
    found = LAST_WORD.search(text, max(0, end.start() - 24), end.start())
    return not _keeps_its_dot(found[0] if found else "", following)


def _keeps_its_dot(word: str, following: str) -> bool:
    """Whether the dot after a word belongs to the word and not to the sentence."""
    if HALF_DAY.fullmatch(word) or ORDINAL.fullmatch(word):
        return bool(DATE_WORD.match(following))
    if word.casefold() in BEFORE_FIGURES:
        return following[:1].isdigit()
    return word.casefold() in ABBREVIATIONS or (bool(INITIAL.fullmatch(word)) and word != "I")


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the paragraphs, lists and tables, each as its lines."""
    block: list[str] = []
    for line in text.split("\n"):
        quoted = line.lstrip("> ") if line.lstrip().startswith(">") else line
        divides = not quoted.strip() or bool(HEADING.match(quoted) or RULE.match(quoted))
        if block and (divides or _opens(quoted, block[0])):
            yield block
            block = []
        if not divides:
            block.append(quoted)
    if block:
        yield block


def _opens(line: str, first: str) -> bool:
    """Whether a line starts a list or a table where none is, or follows a table without being of it."""
    if line.lstrip().startswith("|") != first.lstrip().startswith("|"):
        return True
    return bool(ITEM.match(line)) and not ITEM.match(first)


def _items(lines: list[str]) -> list[str]:
    items: list[list[str]] = []
    for line in lines:
        if mark := ITEM.match(line):
            items.append([line[mark.end() :]])
        else:
            items[-1].append(line)
    return [_line(item) for item in items]


def _rows(lines: list[str]) -> list[str]:
    """Return the rows in words, each cell with its column's name, since a row alone does not tell what it is about."""
    header = _cells(lines[0]) if len(lines) > 1 and SEPARATOR_ROW.match(lines[1]) else []
    rows = [_cells(line) for line in (lines[2:] if header else lines)]
    return [_row(header, cells) for cells in rows if any(cells)]


def _row(header: list[str], cells: list[str]) -> str:
    names = header + [""] * (len(cells) - len(header))
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell)


def _cells(line: str) -> list[str]:
    return [_line([cell]) for cell in line.strip().strip("|").split("|")]


def _line(lines: list[str]) -> str:
    """Return lines as one, in plain words: nothing in a quote links, and none of its numbers is a citation."""
    return " ".join(plain(" ".join(lines)).split())
