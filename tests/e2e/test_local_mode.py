"""`frontdesk up`, as a person runs it: one command, a whole desk, and nothing left behind."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil
import pytest

from tests.children import Child
from tests.eventually import eventually, eventually_sync
from tests.sample_kb import FOLDERS, SOURCES
from tests.servers.server import LOOPBACK, free_port
from tests.visitor import Visitor

FRONTDESK: Final = Path(sys.executable).with_name("frontdesk")
QUESTION: Final = "How do refunds work?"
PARTS: Final = {"valkey-server", "uvicorn", "worker", "beat"}
START_SECONDS: Final = 60.0  # some five alone; the run may have the machine busy


class LocalDesk(Child):
    """A desk started in a folder of its own, where a stranger's packages have the names of ours."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.documents = folder, folder / "data", folder / "documents"
        self.port = free_port()
        for name in ("api", "shared", "workers"):
            (folder / name).mkdir()
            (folder / name / "__init__.py").write_text("raise RuntimeError('not ours')")
        for name in FOLDERS:
            shutil.copytree(SOURCES / name, self.documents / name)
        super().__init__("frontdesk up", folder / "terminal.log")

    @property
    def command(self) -> list[str | Path]:
        """What a person types."""
        return [FRONTDESK, "up", "--port", str(self.port), "--data-dir", self.data, "--kb", self.documents]

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start it and wait for the sentence that says so."""
        self.known = len(self.log)
        self.spawn(self.command, cwd=self.folder)
        eventually_sync(lambda: "Frontdesk is ready" in self.news or not self.alive, within=START_SECONDS)
        assert self.alive, self.log

    def processes(self) -> dict[str, psutil.Process]:
        """Return what it started, by the part that it plays."""
        return {_part_of(child): child for child in psutil.Process(self.pid).children(recursive=True)}

    def start_another(self, *changes: str | Path) -> subprocess.CompletedProcess[str]:
        """Try to start one more desk at the same place, but for the changes: of two options, the later one counts."""
        command = [*self.command, *changes]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=30, check=False)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LocalDesk]:
    desk = LocalDesk(tmp_path)
    yield desk
    desk.kill9()


async def test_a_desk_answers_and_ctrl_c_leaves_nothing_but_the_conversation(
    desk: LocalDesk,
) -> None:
    desk.start()
    started = desk.processes()
    assert set(started) == PARTS
    async with Visitor(desk.url) as visitor:
        turn = await visitor.ask(QUESTION)
        assert turn["status"] == "done"
        assert "refunds.md" in turn["citations"][0]["source"]

        desk.send(signal.SIGINT)
        assert desk.wait() == 0
        _, alive = psutil.wait_procs(started.values(), timeout=0)
        assert alive == []

        desk.start()
        [restored] = (await visitor.session())["turns"]
        assert restored["answer"] == turn["answer"]
        assert "Built the knowledge base" not in desk.news  # nothing changed


def test_a_desk_that_is_killed_leaves_no_process_and_starts_again(desk: LocalDesk) -> None:
    desk.start()
    started = desk.processes()
    assert set(started) == PARTS
    desk.send(signal.SIGKILL)
    desk.wait()
    _, alive = psutil.wait_procs(started.values(), timeout=10)
    assert alive == []
    desk.start()


def test_a_second_desk_is_told_who_holds_the_directory_or_the_port(desk: LocalDesk, tmp_path: Path) -> None:
    desk.start()
    second = desk.start_another()
    assert second.returncode == 1
    assert f"process {desk.pid})" in second.stderr
    third = desk.start_another("--data-dir", tmp_path / "other data")
    assert third.returncode == 1
    assert re.search(rf"Port {desk.port} is taken .* --port \d+", third.stderr)
    assert len(second.stderr.splitlines()) == len(third.stderr.splitlines()) == 1
    assert desk.alive


async def test_a_part_that_dies_is_replaced_while_the_others_go_on(desk: LocalDesk) -> None:
    desk.start()
    before = desk.processes()
    for part in ("worker", "valkey-server"):
        before[part].kill()
    async with Visitor(desk.url) as visitor:
        assert (await visitor.ask(QUESTION))["status"] == "done"
    await eventually(lambda: set(desk.processes()) == PARTS)
    after = desk.processes()
    assert before["worker"].pid != after["worker"].pid
    assert before["uvicorn"].pid == after["uvicorn"].pid


def test_a_document_that_can_not_be_read_is_named_and_the_desk_starts_without_it(desk: LocalDesk) -> None:
    (desk.documents / "docs" / "scan.md").write_bytes(b"\xff\xfe\x00broken")
    desk.start()
    assert "Left out: docs/scan.md" in desk.news


def test_a_desk_without_a_document_says_where_it_looked(desk: LocalDesk, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    tried = desk.start_another("--kb", tmp_path / "nothing")
    assert tried.returncode == 1
    assert "There is no document to answer from" in tried.stderr
    assert "nothing" in tried.stderr


def _part_of(process: psutil.Process) -> str:
    try:
        return next((word for word in (process.name(), *process.cmdline()) if word in PARTS), "")
    except psutil.NoSuchProcess:
        return ""
