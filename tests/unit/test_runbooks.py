"""What runbooks, README and doctor tell people to do can be done: each command, option, setting and link is real."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typer.main import get_command

from shared.settings import Settings
from tests.children import ROOT
from workers.cli import app

RUNBOOKS: Final = ROOT / "deploy" / "runbooks"
PAGES: Final = sorted(RUNBOOKS.glob("*.md"))
TOLD: Final = [*PAGES, ROOT / "README.md", *sorted((ROOT / "workers" / "doctor").glob("*.py"))]
COMMAND: Final = re.compile(r"(?<![\w/.-])(?:\.venv/bin/)?frontdesk (?P<rest>[a-z][^`\n|)\"]*)")
SETTING: Final = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
OURS_NOT: Final = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "HTTPS_PROXY"}
LINK: Final = re.compile(r"\]\((?P<page>[\w./-]*)(?:#(?P<part>[\w-]+))?\)")
FENCED: Final = re.compile(r"```\w+\n(.*?)```", re.DOTALL)
SPAN: Final = re.compile(r"`([^`]+)`")


def commands(page: Path) -> Iterator[list[str]]:
    """Yield what is told to be typed after `frontdesk`: in code, on a page; anywhere, in the doctor's advice."""
    text = page.read_text()
    code = text if page.suffix == ".py" else "\n".join([*FENCED.findall(text), *SPAN.findall(FENCED.sub("", text))])
    for found in COMMAND.finditer(code.replace("\n/backups", " /backups")):
        yield shlex.split(found["rest"].partition("#")[0])


def wrong_in(words: list[str]) -> str:
    """Return what is wrong with a command, nothing where it is real."""
    command: Any = get_command(app)
    for at, word in enumerate(words):
        if not hasattr(command, "commands"):
            options = {option for parameter in command.params for option in parameter.opts}
            given = [one.partition("=")[0] for one in words[at:] if one.startswith("-")]
            return next((f"no option {one}" for one in given if one not in options), "")
        if word not in command.commands:
            return f"no command {word}"
        command = command.commands[word]
    return ""


@pytest.mark.parametrize("page", TOLD, ids=lambda page: page.stem)
def test_every_command_is_one_of_ours_with_options_that_it_has(page: Path) -> None:
    assert {" ".join(words): wrong for words in commands(page) if (wrong := wrong_in(words))} == {}


def test_the_commands_are_found() -> None:
    found = [" ".join(words) for page in PAGES for words in commands(page)]
    assert {"migrate", "doctor --deep", "sheets reconcile", "backup desk.backup --verify"} <= set(found)


@pytest.mark.parametrize("words", [["sheet", "sync"], ["backup", "x", "--check"], ["kb", "make"]])
def test_a_command_that_is_none_would_be_noticed(words: list[str]) -> None:
    assert wrong_in(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_setting_on_a_page_is_one(page: Path) -> None:
    ours = {name.upper() for name in Settings.model_fields}
    assert set(SETTING.findall(page.read_text())) - ours - OURS_NOT == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_to_a_page_and_a_part_of_it(page: Path) -> None:
    for link in LINK.finditer(page.read_text()):
        there = page.parent / link["page"] if link["page"] else page
        assert there.exists(), link[0]
        assert not link["part"] or link["part"] in {anchor(line) for line in there.read_text().splitlines()}, link[0]


def anchor(line: str) -> str:
    """Return the name that a heading is linked to by."""
    return re.sub(r"[^\w -]", "", line.lstrip("# ")).strip().lower().replace(" ", "-") if line.startswith("#") else ""


def test_the_folder_s_page_leads_to_every_other() -> None:
    index = (RUNBOOKS / "README.md").read_text()
    assert [page.name for page in PAGES if page.name != "README.md" and f"]({page.name})" not in index] == []
