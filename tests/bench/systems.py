"""Starts and stops the two systems under test and the stub model that both of them ask."""

import http.client
import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import commands
from tests.children import ROOT, Child
from tests.eventually import eventually_sync
from tests.servers.binaries import find

READY_SECONDS = 60.0
SETUP_SECONDS = 120.0
STOP_SECONDS = 15.0
INIT_SQL = "CREATE DATABASE IF NOT EXISTS frontdesk CHARACTER SET utf8mb4;\n"


class NotStarted(RuntimeError):
    """A process did not start; the end of its log says why."""


@dataclass(frozen=True)
class System:
    """A system that runs: where to reach it, and the process id of each of its parts."""

    name: str
    port: int
    processes: Mapping[str, int]


@dataclass(frozen=True)
class Stub:
    """The stub model, in a process of its own."""

    port: int
    pid: int

    def lateness_ms(self) -> dict[str, int]:
        """Return by how much its tokens were late since it was last asked: the 99th percentile and the most."""
        seen: dict[str, int] = self._call("GET", "/_requests")["lateness_ms"]
        self._call("POST", "/_control", {"forget": True})
        return seen

    def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, json.dumps(body or {}))
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(child: Child, command: Sequence[str], env: Mapping[str, str], cwd: Path = ROOT) -> Iterator[Child]:
    """Run a process, and end it."""
    child.spawn(command, cwd=cwd, env=dict(env))
    try:
        yield child
    finally:
        child.sigterm()
        try:
            child.wait(STOP_SECONDS)
        finally:
            child.kill9()


def wait_for(child: Child, ready: Callable[[], bool]) -> None:
    """Wait until a process is ready. Raises NotStarted."""
    eventually_sync(lambda: ready() or not child.alive, within=READY_SECONDS)
    if not child.alive:
        message = f"{child.name} ended:\n{child.log[-3000:]}"
        raise NotStarted(message)


def status_of(port: int, path: str) -> int:
    """Return the status a server answers with, 0 when it doesn't."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def greets(port: int, say: bytes = b"") -> bool:
    """Tell whether a server that is no HTTP server says something."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as one:
            one.sendall(say)
            return bool(one.recv(1))
    except OSError:
        return False


def logged(name: str, folder: Path) -> Child:
    """Return a process that is not started yet, and has its log in a folder."""
    return Child(name, folder / f"{name}.log")


def once(command: Sequence[str], logs: Path, env: Mapping[str, str]) -> None:
    """Run a command to its end. Raises NotStarted."""
    child = logged("setup", logs)
    child.spawn(command, cwd=ROOT, env=dict(env))
    try:
        code = child.wait(SETUP_SECONDS)
    finally:
        child.kill9()
    if code:
        message = f"{' '.join(command)} failed:\n{child.log[-3000:]}"
        raise NotStarted(message)


@contextmanager
def stub_model(folder: Path, first_token_seconds: float, tokens_per_second: float, tokens: int) -> Iterator[Stub]:
    """Run the stub model."""
    port = free_port()
    pace = ("--first-token-seconds", str(first_token_seconds), "--tokens-per-second", str(tokens_per_second))
    command = (commands.PYTHON, "-m", "tests.stubs.llm", "--port", str(port), *pace, "--tokens", str(tokens))
    with running(logged("stub", folder), (*command, "--forgetful"), {}) as child:
        wait_for(child, lambda: status_of(port, "/v1/models") != 0)
        yield Stub(port, child.pid)


@contextmanager
def naive(stub_port: int, folder: Path) -> Iterator[System]:
    """Run the naive alternative."""
    port = free_port()
    with running(logged("naive", folder), commands.naive(port), commands.model_env(stub_port)) as child:
        wait_for(child, lambda: status_of(port, "/openapi.json") != 0)
        yield System("naive", port, {"app": child.pid})


@contextmanager
def frontdesk(stub_port: int, folder: Path) -> Iterator[System]:
    """Run Frontdesk whole: MariaDB, Redis, gateway, worker and beat, with a release of the sample documents."""
    with ExitStack() as stack:
        children, env = stack.enter_context(prepared(stub_port, folder))
        port = free_port()
        for name, command in commands.frontdesk(port, folder).items():
            children[name] = stack.enter_context(running(logged(name, folder), command, env))
        wait_for(children["gateway"], lambda: status_of(port, "/readyz") == http.client.OK)
        yield System("frontdesk", port, {name: child.pid for name, child in children.items()})


@contextmanager
def prepared(stub_port: int, folder: Path) -> Iterator[tuple[dict[str, Child], dict[str, str]]]:
    """Run MariaDB and Redis, migrate, and build a release of the sample documents; give them, and the settings."""
    with ExitStack() as stack:
        ports = {"mariadb": free_port(), "redis": free_port()}
        _prepare(folder)
        children = {
            "mariadb": stack.enter_context(
                running(logged("mariadb", folder), commands.mariadb(program("mariadbd"), ports["mariadb"], folder), {})
            ),
            "redis": stack.enter_context(
                running(logged("redis", folder), commands.redis(program("redis-server"), ports["redis"], folder), {})
            ),
        }
        wait_for(children["mariadb"], lambda: greets(ports["mariadb"]))
        wait_for(children["redis"], lambda: greets(ports["redis"], b"PING\r\n"))
        env = commands.frontdesk_env(stub_port, folder, ports)
        for command in commands.frontdesk_first(folder):
            once(command, folder, env)
        yield children, env


def program(name: str) -> str:
    """Return the path of a server's program. Raises NotStarted."""
    if found := find(name):
        return found
    message = f"{name} is missing: install Debian's packages mariadb-server-core, redis-server and nginx"
    raise NotStarted(message)


def _prepare(folder: Path) -> None:
    for name in ("mariadb", "redis", "data", "kb"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("redis", "data"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(ROOT / "kb_data", folder / "kb", ignore=shutil.ignore_patterns(".index"))
    (folder / "init.sql").write_text(INIT_SQL)
    install = commands.mariadb_install(program("mariadb-install-db"), folder)
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotStarted(done.stdout + done.stderr)


SYSTEMS = {"naive": naive, "frontdesk": frontdesk}
