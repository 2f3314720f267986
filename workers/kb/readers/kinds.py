"""Which reader understands which suffix."""

from typing import Final

PLAIN: Final = frozenset({".md", ".txt"})
"""Text that is read as it is."""
PARSED: Final = {
    ".html": "workers.kb.readers.web_page",
    ".htm": "workers.kb.readers.web_page",
    ".pdf": "workers.kb.readers.pdf",
    ".docx": "workers.kb.readers.docx",
    ".csv": "workers.kb.readers.csv_table",
    ".xlsx": "workers.kb.readers.xlsx",
}
"""The module whose `read(content: bytes) -> Reading` parses the kind, in a process of its own."""
KINDS: Final = PLAIN | PARSED.keys()
