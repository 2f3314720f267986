"""Files are short, functions shorter, and every name says what the thing is."""

import ast
import re
from typing import Final

import pytest

from tests.architecture.sources import ROOT, sources

LONGEST_FILE: Final = 300
LONGEST_FUNCTION: Final = 40
EMPTY_FILE_NAMES: Final = re.compile(r"(^|_)(utils?|helpers?|common|misc|manager|service)(_|$)|^base$")
EMPTY_CLASS_NAMES: Final = re.compile(r"(Manager|Service|Helper|Utils?)$|^Base")


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    scripts = {path: len(path.read_text().splitlines()) for path in (ROOT / "api").rglob("*.js")}
    lengths = {str(path.relative_to(ROOT)): lines for path, lines in scripts.items()}
    lengths |= {source.path: source.lines for source in sources()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert [
        f"{source.at(function)} {function.name}"
        for source in sources()
        for function in source.functions()
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ] == []


def test_a_sentence_opens_every_module() -> None:
    assert [
        source.path
        for source in sources()
        if source.text.strip() and not (ast.get_docstring(source.tree) or "").partition("\n\n")[0].endswith((".", "!"))
    ] == []


def test_no_module_is_named_for_nothing() -> None:
    stems = {source.path: source.path.removesuffix(".py").split("/") for source in sources()}
    assert [path for path, parts in stems.items() if any(map(EMPTY_FILE_NAMES.search, parts))] == []


def test_no_class_is_named_for_nothing() -> None:
    assert [
        f"{source.at(one)} {one.name}"
        for source in sources()
        for one in source.classes()
        if EMPTY_CLASS_NAMES.search(one.name)
    ] == []


@pytest.mark.parametrize("name", ["chat_utils", "helpers", "base", "lead_service"])
def test_an_empty_module_name_would_be_noticed(name: str) -> None:
    assert EMPTY_FILE_NAMES.search(name)


@pytest.mark.parametrize("name", ["database", "knowledge_base", "services_offered", "commonly_asked"])
def test_a_full_module_name_is_left_alone(name: str) -> None:
    assert not EMPTY_FILE_NAMES.search(name)
