"""HTML elements as Markdown: headings, paragraphs, lists, tables, links, questions with their answers."""

from typing import Final

from selectolax.lexbor import LexborNode

from workers.kb.readers.pipes import pipe_table
from workers.kb.readers.reading import literal, one_line

HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
DEEPEST_HEADING: Final = 6
INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd"}
    | {"label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var"}
    | {"wbr"}
)
BLOCKS: Final = "p, div, section, ul, ol, dl, table, details, h1, h2, h3, h4, h5, h6, pre, blockquote"


def markdown_of(root: LexborNode) -> str:
    """Return the text below an element. Raises RecursionError when it is nested absurdly deep."""
    writer = Writer()
    writer.write(root)
    return "\n\n".join(writer.finished())


class Writer:
    """Markdown in the making: whole blocks, and the line that is being filled."""

    def __init__(self, level: int = 0) -> None:
        self._blocks: list[str] = []
        self._line: list[str] = []
        self._level = level
        """Of the last heading."""

    def finished(self) -> list[str]:
        """Return the blocks written so far."""
        self._end_line()
        return self._blocks

    def write(self, node: LexborNode) -> None:
        """Write what is below a node."""
        for child in node.iter(include_text=True):
            if child.is_text_node:
                self._line.append(child.text_content or "")
            elif child.tag == "br":
                self._end_line()
            elif child.tag in INLINE and not child.css_first(BLOCKS):
                self._line.append(inline(child))
            elif child.is_element_node:
                self._end_line()
                self._block(child)
                self._end_line()

    def _end_line(self) -> None:
        if text := literal(one_line("".join(self._line))):
            self._blocks.append(text)
        self._line = []

    def _block(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in HEADINGS:
            self._level = HEADINGS[tag]
            self._heading(self._level, inline(node))
        elif tag == "details":
            self._question(node, node.css_first("summary"))
        elif "schema.org/Question" in (node.attributes.get("itemtype") or ""):
            self._question(node, node.css_first("[itemprop=name]"))
        elif tag in {"ul", "ol"}:
            self._list(node)
        elif tag == "dl":
            self._definitions(node)
        elif tag == "table":
            self._table(node)
        elif tag == "pre":
            self._blocks.append(f"~~~~\n{node.text().strip()}\n~~~~")
        else:
            self.write(node)

    def _heading(self, level: int, words: str) -> None:
        if words := one_line(words):
            self._blocks.append(f"{'#' * level} {words}")

    def _question(self, node: LexborNode, asked: LexborNode | None) -> None:
        """Write the words of `asked` as a heading, and all else below the node as its answer."""
        if asked:
            self._heading(min(self._level + 1, DEEPEST_HEADING), inline(asked))
            asked.decompose()
        answer = Writer(min(self._level + 1, DEEPEST_HEADING))
        answer.write(node)
        self._blocks += answer.finished()

    def _list(self, node: LexborNode) -> None:
        items = []
        for item in node.iter():
            inner = Writer(self._level)
            inner.write(item)
            if blocks := inner.finished():
                items.append("- " + "\n".join(blocks).replace("\n", "\n  "))
        if items:
            self._blocks.append("\n".join(items))

    def _definitions(self, node: LexborNode) -> None:
        for part in node.css("dt, dd"):
            if part.tag == "dt" and (words := one_line(inline(part))).endswith("?"):
                self._heading(min(self._level + 1, DEEPEST_HEADING), words)
            else:
                self.write(part)
                self._end_line()

    def _table(self, node: LexborNode) -> None:
        if caption := node.css_first("caption"):
            self.write(caption)
            self._end_line()
        if table := pipe_table([[inline(cell) for cell in row.css("th, td")] for row in node.css("tr")]):
            self._blocks.append(table)


def inline(node: LexborNode) -> str:
    """Return an element's words in a row, with its links that lead to https."""
    if node.tag == "br":
        return " "
    words = "".join(
        (child.text_content or "") if child.is_text_node else inline(child) for child in node.iter(include_text=True)
    )
    href = (node.attributes.get("href") or "") if node.tag == "a" else ""
    if href.startswith("https://") and words.strip():
        return f"[{one_line(words)}]({href})"
    return words if node.tag in INLINE else f" {words} "
