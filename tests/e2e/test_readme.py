"""The README's commands, run as they stand, and the places that our documents name."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from io import StringIO
from itertools import count, groupby
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from dotenv import dotenv_values

from shared.settings import Settings
from tests.children import ROOT, Child
from tests.deploy.composed import services
from tests.eventually import eventually
from tests.servers.binaries import program
from tests.servers.server import LOOPBACK, free_port
from tests.stack import Stack
from tests.visitor import Visitor

DOCUMENTS: Final = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")
TRIED: Final = {"Try it", "Your documents", "Leads", "Your website", "In production", "Without Docker", "Develop"}
PORT: Final = "8000"
INSTALLED: Final = ".venv/.ready-to-run"
START_SECONDS: Final = 60.0  # some five alone; the run may have the machine busy

HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONTINUED: Final = re.compile(r"\s*\\\n\s*")
MAKE: Final = re.compile(r"\bmake (?=\w)")
CLONE: Final = re.compile(r"git clone ")
STAYS: Final = re.compile(r"\bmake run\b|/uvicorn |/celery ")  # runs until it is stopped
LINK: Final = re.compile(r"\]\((?!https?:)([^)#]+)\)")
MADE: Final = "deploy/secrets/"  # by deploy/prepare.sh
PLACE: Final = re.compile(r"`((?:api|workers|shared|kb_data|deploy|tests)/[\w./-]*)`")


def sections() -> dict[str, str]:
    """Return what stands under each heading of the README."""
    _, *parts = HEADING.split((ROOT / "README.md").read_text())
    return dict(zip(parts[::2], parts[1::2], strict=True))


def blocks(section: str, language: str) -> list[str]:
    """Return the code blocks in a section of the README."""
    return [text for kind, text in BLOCK.findall(sections()[section]) if kind == language]


def commands(section: str) -> list[str]:
    """Return the commands in a section, each in one line."""
    return [line for block in blocks(section, "sh") for line in CONTINUED.sub(" ", block).splitlines()]


class Checkout:
    """A copy of the project, in which a reader types what the README says."""

    def __init__(self, place: Path) -> None:
        self._port = free_port()
        self._terminals = place
        self._numbers = count(1)
        self.folder = place / "frontdesk"
        self.url = f"http://{LOOPBACK}:{self._port}"
        self.running: list[Child] = []

    def clone(self) -> None:
        """Do what `git clone` and `make setup` do, without a network."""
        shutil.copytree(ROOT, self.folder, ignore=shutil.ignore_patterns(".[!e]*", ".env", "__pycache__"))
        (self.folder / ".venv").symlink_to(sys.prefix)

    def follow(self, section: str) -> str:
        """Type the commands of a section, in their order, and return what they printed; none may fail."""
        said = ""
        for kind, lines in groupby(commands(section), key=kind_of):
            if kind is CLONE:
                self.clone()
            elif kind is STAYS:
                self.running += [self._start(line) for line in lines]
            else:
                said += self.type("\n".join(lines))
        return said

    async def answers(self) -> None:
        """Wait until what was started answers visitors."""

        async def ready() -> bool:
            assert all(child.alive for child in self.running), "a command ended that should go on"
            with suppress(aiohttp.ClientError):
                return (await visitor.call("GET", "/readyz")).status == HTTPStatus.OK
            return False

        async with Visitor(self.url) as visitor:
            await eventually(ready, within=START_SECONDS)

    def here(self, text: str) -> str:
        """Return a text of the README as it reads here: with our port, and with nothing to install."""
        return MAKE.sub(f"make -o {INSTALLED} PORT={PORT} ", text).replace(PORT, str(self._port))

    def _start(self, command: str) -> Child:
        child = Child(command, self._terminals / f"terminal-{next(self._numbers)}.log")
        child.spawn(["bash", "-c", f"exec {self.here(command)}"], cwd=self.folder)
        return child

    def type(self, script: str) -> str:
        """Type commands that end by themselves, and return what they printed; none may fail."""
        shell = ["bash", "-euo", "pipefail", "-c", self.here(script)]
        done = subprocess.run(shell, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """Give a place to type in, and stop what still runs there."""
    for command in ("make", "curl"):
        program(command, package=command)
    checkout = Checkout(tmp_path)
    yield checkout
    for child in checkout.running:
        child.kill9()


async def test_a_reader_with_five_minutes_gets_an_answer(checkout: Checkout) -> None:
    checkout.follow("Try it")
    await checkout.answers()
    [promise] = blocks("Try it", "text")
    [desk] = checkout.running
    await eventually(lambda: checkout.here(promise) in desk.news)

    said = checkout.follow("Your documents")
    assert "Unchanged" in said
    assert "policies/refunds.md" in said
    assert re.search(r"up to date +yes", said)

    said = checkout.follow("Leads")
    assert "id,status,name,email" in said
    assert "No sheet is set up" in said
    assert '"configured":false' in said

    said = checkout.follow("Your website")
    assert "event: done" in said
    assert "policies/refunds.md" in said


async def test_an_operator_runs_each_process_by_itself(checkout: Checkout, production_stack: Stack) -> None:
    checkout.clone()
    [named] = blocks("Without Docker", "ini")
    ours = {"DATABASE_URL": production_stack.database_url, "REDIS_URL": production_stack.redis.url}
    assert dotenv_values(stream=StringIO(named)).keys() == ours.keys()
    (checkout.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in ours.items()))

    assert "Published release" in checkout.follow("Without Docker")
    await checkout.answers()
    async with Visitor(checkout.url) as visitor:
        turn = await visitor.ask("How do refunds work?")
    assert "within 30 days" in turn["answer"]

    for child in checkout.running:
        child.sigterm()
    assert {child.wait() for child in checkout.running} <= {0, -signal.SIGTERM}


def test_what_is_typed_for_containers_prepares_them_and_is_known_to_compose(checkout: Checkout) -> None:
    """Without an engine: what compose would start is started as processes by the tests in tests/deploy."""
    checkout.clone()
    script, *composed = commands("In production")
    assert "docker compose up" in checkout.type(script)
    known = subprocess.run(
        [program("docker-compose", package="docker-compose"), "up", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for command in composed:
        _, *options = command.removeprefix("docker ").replace("--profile metrics ", "").split()
        verb = options.pop(0)
        assert verb == "up"
        assert all(option in known for option in options if option.startswith("--"))
        assert {one.partition("=")[0] for one in options if "=" in one} <= services().keys()


def test_a_developers_commands_are_known_to_make() -> None:
    for command in commands("Develop"):
        subprocess.run([*command.split(), "--dry-run"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)


def test_no_command_of_the_readme_goes_untried() -> None:
    assert {section for section in sections() if commands(section)} == TRIED
    kinds = {kind for text in sections().values() for kind, _ in BLOCK.findall(text)}
    assert kinds == {"sh", "ini", "text"}


def test_every_setting_of_the_readme_is_one() -> None:
    for section in sections():
        for block in blocks(section, "ini"):
            assert {name.lower() for name in dotenv_values(stream=StringIO(block))} <= set(Settings.model_fields)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_that_a_document_names_is_there(document: str) -> None:
    text = (ROOT / document).read_text()
    named = {place for place in (*LINK.findall(text), *PLACE.findall(text)) if not place.startswith(MADE)}
    assert [place for place in sorted(named) if not (ROOT / place).exists()] == []


def test_the_picture_loads_in_no_time() -> None:
    [picture] = re.findall(r"!\[.+?\]\((.+?)\)", (ROOT / "README.md").read_text())
    assert (ROOT / picture).stat().st_size < 150_000


def kind_of(command: str) -> re.Pattern[str] | None:
    """Return which kind of command it is, None for one that ends by itself."""
    return next((kind for kind in (CLONE, STAYS) if kind.search(command)), None)
