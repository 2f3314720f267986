"""The parts of the local mode, each against real processes, files and sockets."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.eventually import eventually, eventually_sync
from workers.local import children, leash, terminal, valkey
from workers.local.children import Launcher, Program, ProgramKeepsFailing
from workers.local.lock import DirectoryInUse, DirectoryUnusable, only_desk_in
from workers.local.ports import AddressUnusable, PortTaken, check_port


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder whose path is short enough for a unix socket's."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def python(code: str, log: Path) -> Program:
    return Program("part", (sys.executable, "-c", code), log)


# ---- the lock


def test_a_data_directory_has_one_desk_and_the_second_is_told_whose_it_is(tmp_path: Path) -> None:
    new = tmp_path / "new"
    told = pytest.raises(DirectoryInUse, match=rf"process {os.getpid()}\)")
    with only_desk_in(new), told, only_desk_in(new):
        pass
    with only_desk_in(new):
        assert (new / "lock").read_text() == str(os.getpid())


def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DirectoryUnusable, match="file"), only_desk_in(tmp_path / "file"):
        pass


# ---- the port


def test_a_taken_port_is_answered_with_one_that_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port} is taken .* --port (\d+)") as caught:
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", int(str(caught.value).rstrip(".").rpartition(" ")[2]))


def test_an_address_of_another_computer_is_refused() -> None:
    with pytest.raises(AddressUnusable, match=r"192\.0\.2\.1"):
        check_port("192.0.2.1", 8000)


# ---- the programs


async def test_a_program_that_ends_by_itself_is_started_again(tmp_path: Path) -> None:
    launcher, log = Launcher(), tmp_path / "part.log"
    keeping = asyncio.create_task(launcher.keep(python("print('up', flush=True)", log)))
    await eventually(lambda: log.exists() and log.read_text().count("up") >= 2)
    keeping.cancel()
    await asyncio.wait([keeping])
    assert keeping.cancelled()


async def test_a_program_that_keeps_failing_is_given_up_and_its_log_named(tmp_path: Path) -> None:
    launcher, log = Launcher(), tmp_path / "part.log"
    with pytest.raises(ProgramKeepsFailing, match=r"part keeps failing \(exit code 3\).*part\.log"):
        await launcher.keep(python("import sys; sys.exit(3)", log))


async def test_a_program_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    launcher, log = Launcher(), tmp_path / "part.log"
    code = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); import time; time.sleep(60)"
    running = asyncio.create_task(launcher.run(python(code, log)))
    grandchild = int(await eventually(lambda: log.exists() and log.read_text().strip()))
    running.cancel()
    await asyncio.wait([running])
    await eventually(lambda: _gone(grandchild))


async def test_a_program_that_will_not_stop_is_killed_at_once_when_we_hurry(tmp_path: Path) -> None:
    launcher, log = Launcher(), tmp_path / "part.log"
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    running = asyncio.create_task(launcher.run(python(code, log)))
    await eventually(lambda: log.exists() and log.read_text())
    running.cancel()
    launcher.hurry.set()
    _, waiting = await asyncio.wait([running], timeout=children.GRACE_SECONDS / 2)
    assert not waiting


def test_where_the_kernel_can_not_help_a_closed_pipe_ends_the_program() -> None:
    reading, writing = os.pipe()
    code = f"import sys, runpy; sys.exit(runpy.run_path({leash.__file__!r})['watch']({reading}, ['sleep', '60']))"
    watcher = subprocess.Popen([sys.executable, "-c", code], pass_fds=(reading,))
    os.close(reading)
    [program] = eventually_sync(lambda: psutil.Process(watcher.pid).children())
    os.close(writing)
    watcher.wait(timeout=10)
    assert _gone(program.pid)


def test_a_leash_whose_parent_is_another_runs_nothing() -> None:
    reading, writing = os.pipe()
    command = [sys.executable, leash.__file__, "1", str(reading), "echo", "ran"]
    done = subprocess.run(command, pass_fds=(reading,), capture_output=True, check=False)
    os.close(reading)
    os.close(writing)
    assert (done.returncode, done.stdout) == (1, b"")


# ---- Valkey


async def test_our_valkey_listens_at_its_socket_alone_and_drops_nothing(folder: Path) -> None:
    launcher, where = Launcher(), valkey.socket_in(folder)
    keeping = asyncio.create_task(launcher.keep(Program("valkey", valkey.command(folder, where), folder / "log")))
    await valkey.answers(where)
    reader, writer = await asyncio.open_unix_connection(where)
    writer.write(b"CONFIG GET port\r\nCONFIG GET maxmemory-policy\r\nCONFIG GET appendonly\r\nQUIT\r\n")
    said = (await reader.read()).split()
    writer.close()
    assert {b"0", b"noeviction", b"yes"} < set(said)
    keeping.cancel()
    await asyncio.wait([keeping])
    assert not where.exists()


async def test_a_valkey_that_outlived_its_desk_is_shut_down_first(folder: Path) -> None:
    launcher, where = Launcher(), valkey.socket_in(folder)
    orphan = asyncio.create_task(launcher.run(Program("valkey", valkey.command(folder, where), folder / "log")))
    await valkey.answers(where)
    await valkey.end_orphan(where)
    assert await asyncio.wait_for(orphan, timeout=10) == 0


async def test_no_orphan_is_no_trouble(folder: Path) -> None:
    await valkey.end_orphan(folder / "valkey.sock")


def test_a_data_directory_with_a_long_path_gets_its_socket_elsewhere(folder: Path) -> None:
    deep = folder / ("a" * 120)
    where = valkey.socket_in(deep)
    try:
        assert len(os.fsencode(where)) <= valkey.LONGEST_SOCKET_PATH
        assert where == valkey.socket_in(deep)
        assert where.parent.stat().st_mode & 0o777 == 0o700
    finally:
        where.parent.rmdir()


# ---- the terminal


async def test_warnings_in_a_log_are_repeated_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "worker.log"
    log.write_text("2026-01-31T09:30:15Z [error    ] before_we_looked\n")
    telling = asyncio.create_task(terminal.tell_troubles([log, tmp_path / "not-there-yet.log"]))
    await asyncio.sleep(0)
    with log.open("a") as file:
        file.write("2026-01-31T09:30:16Z [info     ] turn_answered\n")
        file.write("2026-01-31T09:30:17Z [\x1b[33mwarning\x1b[0m  ] model_away   attempt=2\n")
    said = await eventually(lambda: capsys.readouterr().out)
    telling.cancel()
    assert said == "worker: warning: model_away attempt=2\n"


def _gone(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True
