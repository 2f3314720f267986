"""Processes with folders of their own share releases through an S3 server."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from tests.children import ROOT, Child
from tests.eventually import eventually_sync
from tests.servers.objects import BUCKET, ObjectServer, environment_for
from tests.stubs.proxy import Proxy
from tests.unit.kb.test_commands import MAIN

PREFIX: Final = "desk"


class Machine:
    """A machine with a folder of its own."""

    def __init__(self, kb_dir: Path, url: str) -> None:
        self.kb_dir = kb_dir
        self.environment = environment_for(url) | {"KB_DIR": str(kb_dir), "KB_STORAGE": f"s3://{BUCKET}/{PREFIX}"}
        kb_dir.mkdir(exist_ok=True)

    def start(self, name: str, *command: str) -> Child:
        """Start a Python program and return it."""
        child = Child(name, self.kb_dir / f"{name}.log")
        child.spawn([sys.executable, *command], cwd=ROOT, env=self.environment)
        return child

    def frontdesk(self, *words: str) -> str:
        """Run a command to its end and return what it says."""
        child = self.start("-".join(words[:2]), "-c", MAIN, *words)
        child.wait(60)
        return child.log

    def build(self) -> str:
        """Build and publish, and return the release's id."""
        told = self.frontdesk("kb", "build", "--force").splitlines()[-1]
        assert told.startswith("Published release"), told
        return told.split()[2].rstrip(":")


def told_by(child: Child, event: str) -> list[dict[str, Any]]:
    """Return what a process logged of this kind."""
    lines = [json.loads(line) for line in child.log.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectServer]:
    """Give a server for all tests here."""
    with ObjectServer() as server:
        yield server


@pytest.fixture
def objects(server: ObjectServer) -> ObjectServer:
    """Give the server with nothing in it."""
    server.ensure()
    for name in server.names(""):
        server.client().delete_object(Bucket=BUCKET, Key=name)
    return server


@pytest.fixture
def proxy(objects: ObjectServer) -> Iterator[Proxy]:
    """Give a way to the server that can be cut."""
    with Proxy(objects.url) as proxy:
        yield proxy


@pytest.fixture
def watcher(proxy: Proxy, tmp_path: Path) -> Iterator[tuple[Machine, ExitStack]]:
    """Give a machine without documents, and what ends its processes."""
    with ExitStack() as ending:
        yield Machine(tmp_path / "other", proxy.url), ending


def watching(watcher: tuple[Machine, ExitStack]) -> Child:
    machine, ending = watcher
    child = machine.start("watching", "-m", "tests.unit.kb.watching")
    ending.callback(child.kill9)
    eventually_sync(lambda: told_by(child, "watching"), within=60)
    return child


def shared(objects: ObjectServer, kb_dir: Path, watcher: tuple[Machine, ExitStack]) -> tuple[Machine, str, Child]:
    """Return a machine that has built, the release it built, and a process on another machine that watches."""
    builder = Machine(kb_dir, objects.url)
    return builder, builder.build(), watching(watcher)


def test_a_process_on_another_machine_takes_up_what_is_published_and_rolled_back(
    objects: ObjectServer, watcher: tuple[Machine, ExitStack], kb_dir: Path
) -> None:
    builder, first, child = shared(objects, kb_dir, watcher)
    assert told_by(child, "watching")[0]["release"] == first
    second = builder.build()
    eventually_sync(lambda: told_by(child, "kb_release_loaded")[-1]["release"] == second)
    assert f"Went back to release {first}" in watcher[0].frontdesk("kb", "rollback")
    eventually_sync(lambda: told_by(child, "kb_release_loaded")[-1]["release"] == first)
    assert f"*  {first}" in builder.frontdesk("kb", "status")
    assert "Do you ship to Canada?" in watcher[0].frontdesk("kb", "search", "do you ship to Canada", "-k", "1")
    assert objects.read(f"{PREFIX}/current") == f"{first}\n".encode()


def test_an_upload_that_is_killed_is_seen_by_nobody(
    objects: ObjectServer, proxy: Proxy, kb_dir: Path, tmp_path: Path
) -> None:
    first = Machine(kb_dir, objects.url).build()
    proxy.delay(0.05)
    upload = Machine(kb_dir, proxy.url).start("upload", "-c", MAIN, "kb", "build", "--force")

    def sent() -> list[str]:
        return [name for name in objects.names(f"{PREFIX}/releases/") if not name.startswith(first)]

    eventually_sync(lambda: len(sent()) > 1, within=60)
    proxy.blackhole()
    upload.kill9()
    assert not any(name.endswith("manifest.json") for name in sent())
    assert objects.read(f"{PREFIX}/current") == f"{first}\n".encode()
    other = Machine(tmp_path / "other", objects.url)
    assert "Do you ship to Canada?" in other.frontdesk("kb", "search", "do you ship to Canada", "-k", "1")
    second = Machine(kb_dir, objects.url).build()
    assert f"*  {second}" in other.frontdesk("kb", "status")


def test_a_broken_object_is_refused_by_name_and_the_old_release_serves(
    objects: ObjectServer, watcher: tuple[Machine, ExitStack], kb_dir: Path
) -> None:
    builder, first, child = shared(objects, kb_dir, watcher)
    builder.frontdesk("kb", "build", "--force", "--no-publish")
    beside = next(name.split("/")[0] for name in objects.names(f"{PREFIX}/releases/") if not name.startswith(first))
    objects.write(f"{PREFIX}/releases/{beside}/passages.jsonl", b"junk")
    objects.write(f"{PREFIX}/current", f"{beside}\n{first}\n".encode())
    [refusal] = eventually_sync(lambda: told_by(child, "kb_release_not_fetched"))
    assert f"Release {beside} can't be used: passages.jsonl has 4 bytes" in refusal["reason"]
    assert refusal["serving"] == first
    builder.frontdesk("kb", "publish", beside)
    other = watcher[0].frontdesk("kb", "status")
    assert f"*  {beside}" in other


def test_a_process_outlives_a_storage_that_goes_and_comes_back(
    objects: ObjectServer, proxy: Proxy, watcher: tuple[Machine, ExitStack], kb_dir: Path
) -> None:
    builder, first, child = shared(objects, kb_dir, watcher)
    proxy.refuse()
    [away] = eventually_sync(lambda: told_by(child, "kb_storage_unavailable"), within=30)
    assert away["serving"] == first
    second = builder.build()
    assert "This is what is kept here alone" in (told := watcher[0].frontdesk("kb", "status"))
    assert f"*  {first}" in told
    proxy.heal()
    eventually_sync(lambda: told_by(child, "kb_release_loaded")[-1]["release"] == second, within=30)


@pytest.mark.parametrize("frozen", [False, True])
def test_a_process_starts_without_its_storage(
    objects: ObjectServer, proxy: Proxy, watcher: tuple[Machine, ExitStack], frozen: bool
) -> None:
    assert objects.names("") == []
    if frozen:
        proxy.blackhole()
    else:
        proxy.refuse()
    child = watching(watcher)
    assert told_by(child, "watching")[0]["release"] is None
    assert told_by(child, "kb_release_missing")
    [away] = eventually_sync(lambda: told_by(child, "kb_storage_unavailable"), within=60)
    assert f"s3://{BUCKET}/{PREFIX}" in away["reason"]
