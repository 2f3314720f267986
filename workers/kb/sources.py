"""The documents below the knowledge base's folder, and what is wrong with those that can't be read."""

import errno
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workers.kb.readers.bounded import BoundedReader
from workers.kb.readers.cache import ReadingCache
from workers.kb.readers.front_matter import part_front_matter
from workers.kb.readers.kinds import KINDS, PARSED
from workers.kb.readers.reading import Reading, Unreadable

MAX_BYTES: Final = 20_000_000  # a larger one is a data dump, not something to answer from

COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
TOP_HEADING: Final = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A source as read: its text is without front matter and comments."""

    source: str
    """Its path below the knowledge base's folder, with forward slashes."""
    title: str
    text: str
    sha256: str
    """Of the file's bytes, in hexadecimal."""
    url: str | None = None

    @property
    def is_markdown(self) -> bool:
        """Whether `#` opens a heading in it."""
        return not self.source.lower().endswith(".txt")


@dataclass(frozen=True, slots=True)
class Problem:
    """A document that was skipped, and why."""

    source: str
    message: str
    sha256: str
    """Of the file's bytes; empty when they can't be read at all."""

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


@dataclass(frozen=True, slots=True)
class Sources:
    """What a folder holds, in the order of the documents' paths."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of every file seen, of those with a problem too: when none moved, a build would change nothing."""
        read = {document.source: document.sha256 for document in self.documents}
        return dict(sorted((read | {problem.source: problem.sha256 for problem in self.problems}).items()))


def read_sources(folder: Path, cache: ReadingCache | None = None) -> Sources:
    """Read every document below the folder; those that can't be used come back as problems.

    The cache spares the parsing of what did not change. Raises OSError when it can't be written.
    """
    with BoundedReader() as reader:
        read = [read_document(folder, path, reader, cache) for path in source_paths(folder)]
    return Sources(
        documents=tuple(document for document in read if isinstance(document, Document)),
        problems=tuple(problem for problem in read if isinstance(problem, Problem)),
    )


def hash_sources(folder: Path) -> dict[str, str]:
    """Return the hash of every document below the folder without understanding any: the cheap look for changes."""
    return {source_name(folder, path): digest(_bytes_of(folder, path)) for path in source_paths(folder)}


def source_paths(folder: Path) -> Iterator[Path]:
    """Yield the files that are documents, sorted; what starts with a dot is not looked at."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in KINDS or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.is_file() or path.is_symlink():  # a link that leads nowhere is a document that can't be read
            yield path


def source_name(folder: Path, path: Path) -> str:
    """Return what the document is called in releases and citations."""
    return path.relative_to(folder).as_posix()


def read_document(
    folder: Path, path: Path, reader: BoundedReader, cache: ReadingCache | None = None
) -> Document | Problem:
    """Read one document. Raises OSError when the cache can't be written."""
    source = source_name(folder, path)
    content = _bytes_of(folder, path)
    if isinstance(content, OSError):
        return Problem(source, f"can't be read ({content.strerror or content}).", digest(content))
    sha256 = digest(content)
    if len(content) > MAX_BYTES:
        return Problem(source, f"is larger than {MAX_BYTES // 1_000_000} MB. Split it.", sha256)
    if not content.strip():
        return Problem(source, "is empty.", sha256)
    try:
        reading = _parsed(path, sha256, reader, cache) if path.suffix.lower() in PARSED else _plain(source, content)
    except Unreadable as error:
        return Problem(source, str(error), sha256)
    if not reading.text.strip():
        return Problem(source, "is empty.", sha256)
    url = reading.url if reading.url.startswith("https://") else None
    return Document(source, reading.title or name_to_title(source), reading.text.strip(), sha256, url)


def _parsed(path: Path, sha256: str, reader: BoundedReader, cache: ReadingCache | None) -> Reading:
    suffix = path.suffix.lower()
    if cache and (known := cache.recall(suffix, sha256)):
        return known
    reading = reader.read(path, sha256)
    if cache:
        cache.remember(suffix, sha256, reading)
    return reading


def _plain(source: str, content: bytes) -> Reading:
    """Part a text from its front matter and find its title. Raises Unreadable."""
    if b"\0" in content:
        raise Unreadable("holds NUL bytes, so it is not a text file.")
    try:
        meta, body = part_front_matter(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"is not UTF-8 (line {line}). Save it as UTF-8.") from error
    body = COMMENT.sub("", body).strip()
    top = None if source.lower().endswith(".txt") else TOP_HEADING.search(body)
    return Reading(text=body, title=meta.get("title") or (top[1].strip() if top else ""), url=meta.get("url") or "")


def name_to_title(source: str) -> str:
    """Return a title for a document that states none: `docs/gift-cards.txt` is "Gift cards"."""
    words = re.sub(r"[-_\s]+", " ", Path(source).stem).strip()
    return words[:1].upper() + words[1:]


def digest(content: bytes | OSError) -> str:
    """Return the content's SHA-256 in hexadecimal, nothing for a file that could not be read."""
    return "" if isinstance(content, OSError) else hashlib.sha256(content).hexdigest()


def _bytes_of(folder: Path, path: Path) -> bytes | OSError:
    """Return a document's content; a link that leads out of the folder might make any file of this machine one."""
    try:
        if path.is_symlink() and not Path(os.path.realpath(path, strict=True)).is_relative_to(folder.resolve()):
            return OSError(errno.EXDEV, "a link that leads out of the folder; copy the document into it")
        return path.read_bytes()
    except OSError as error:
        return error
