"""The fixtures that tests share, and the logs of child processes under a test that fails."""

import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Final

import pytest

from shared.settings import Settings
from tests import children
from tests.processes import Desk
from tests.servers import MariaDB, Redis, Valkey
from tests.shared_desks import SharedDesks
from tests.sheet_desk import SheetDesk, sheet_desk_on
from tests.stack import Parts, Stack, one_tests_stack
from tests.stubs.llm import StubLLM
from tests.stubs.sheets import StubSheets

LOG_LINES: Final = 80


def pytest_configure() -> None:
    """Forget what the developer's own desk is set to, and start the desks of tests fast."""
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    children.nursery.is_open = True


def pytest_runtest_setup() -> None:
    """Remember what was written before this test."""
    children.forget_the_dead()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under a failing test, show the newest lines that child processes wrote meanwhile."""
    try:
        report = yield
    except SystemError:  # CPython 3.11 may fail to parse the source that pytest means to show, which would end the run
        item.config.option.tbstyle = "native"
        report = pytest.TestReport.from_item_and_call(item, call)
    if report.failed:
        for child in children.started:
            if lines := child.news.splitlines()[-LOG_LINES:]:
                report.sections.append((f"{child.name} (pid {child.pid})", "\n".join(lines)))
    return report


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Give the servers of the run, each started when first asked for."""
    parts = Parts(tmp_path_factory.mktemp("parts"))
    yield parts
    parts.close()


@pytest.fixture
def mariadb(parts: Parts) -> MariaDB:
    """Give the run's MariaDB."""
    parts.mariadb.ensure()
    return parts.mariadb


@pytest.fixture
def redis_server(parts: Parts) -> Redis:
    """Give the run's Redis, empty."""
    parts.redis.ensure()
    parts.redis.empty()
    return parts.redis


@pytest.fixture
def valkey(parts: Parts) -> Valkey:
    """Give the run's Valkey, empty."""
    parts.valkey.ensure()
    parts.valkey.empty()
    return parts.valkey


@pytest.fixture(params=["local", "production"])
async def stack(request: pytest.FixtureRequest, parts: Parts, tmp_path: Path) -> AsyncIterator[Stack]:
    """Run the test twice: on SQLite and Valkey, and on MariaDB and Redis."""
    async with one_tests_stack(parts, request.param, tmp_path) as stack:
        yield stack


@pytest.fixture
async def local_stack(parts: Parts, tmp_path: Path) -> AsyncIterator[Stack]:
    """Give SQLite and Valkey only."""
    async with one_tests_stack(parts, "local", tmp_path) as stack:
        yield stack


@pytest.fixture
async def production_stack(parts: Parts, tmp_path: Path) -> AsyncIterator[Stack]:
    """Give MariaDB and Redis only."""
    async with one_tests_stack(parts, "production", tmp_path) as stack:
        yield stack


@pytest.fixture(scope="session")
def shared_desks(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedDesks]:
    """Give the desks that live as long as the run, each started when first asked for."""
    desks = SharedDesks(parts, tmp_path_factory.mktemp("desks"))
    yield desks
    desks.close()


@pytest.fixture(params=["local", "production"])
def desk(request: pytest.FixtureRequest, shared_desks: SharedDesks) -> Desk:
    """Give a running desk, with beat and a stub model, that many tests share: talk to it, break nothing."""
    return shared_desks.of(request.param)


@pytest.fixture(scope="session")
def reckless_desks(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedDesks]:
    """Give desks for made-up operators, who may switch the model off, or build and publish."""
    desks = SharedDesks(parts, tmp_path_factory.mktemp("reckless"))
    yield desks
    desks.close()


@pytest.fixture
def llm() -> Iterator[StubLLM]:
    """Give a stub model on a real socket."""
    with StubLLM() as stub:
        yield stub


@pytest.fixture
def google() -> Iterator[StubSheets]:
    """Give a stub of Google Sheets on a real socket."""
    with StubSheets() as stub:
        yield stub


@pytest.fixture
def sheet_desk(local_stack: Stack, google: StubSheets) -> Iterator[SheetDesk]:
    """Give leads in a SQLite database, and an empty sheet."""
    with sheet_desk_on(local_stack, google) as desk:
        yield desk
