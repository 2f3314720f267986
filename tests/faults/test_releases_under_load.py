"""Releases are swapped, and builds killed, while visitors ask: nobody notices but by the answers' stamps."""

import asyncio
import shutil
import signal
import sys
import time
from asyncio.subprocess import DEVNULL
from pathlib import Path

import pytest
from sqlalchemy import select

from shared.db.models import turns
from shared.db.unit_of_work import UnitOfWork
from tests.eventually import eventually
from tests.processes import Desk, running
from tests.stack import Stack
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.kb.build import build_release, index_folder
from workers.kb.publish import current_release, publish_checked, roll_back

SWAPS = 20
VISITORS = 10
TURNS_EACH = 20
QUESTION = "How do refunds work?"
KILLED_WHEN = ("build.lock", "cache/vectors.db", "releases/.building", "releases/.building/vectors.faiss")


@pytest.fixture
def kb_dir(stack: Stack, tmp_path: Path) -> Path:
    """Give documents with a release that may be changed."""
    return Path(shutil.copytree(stack.kb_dir, tmp_path / "kb"))


async def ask(desk: Desk, answers: list[str]) -> None:
    async with desk.visitor() as visitor:
        for _ in range(TURNS_EACH):
            turn = await visitor.ask(QUESTION, within=30)
            answers.append(turn["status"])


async def test_turns_during_twenty_swaps_are_all_answered_and_stamped(stack: Stack, kb_dir: Path) -> None:
    root, embeddings = index_folder(kb_dir), BundledEmbeddings()
    first = current_release(root)
    assert first is not None
    second = (await build_release(kb_dir, embeddings, force=True)).release
    statuses: list[str] = []
    async with running(stack, kb_dir=kb_dir) as desk:
        asking = [asyncio.create_task(ask(desk, statuses)) for _ in range(VISITORS)]
        for swap in range(SWAPS):
            due = (swap + 1) * VISITORS * TURNS_EACH // (SWAPS + 1)
            await eventually(lambda due=due: len(statuses) >= due, within=50)  # type: ignore[misc]
            if swap % 2:
                await asyncio.to_thread(publish_checked, root, second, embeddings)
            else:
                await asyncio.to_thread(roll_back, root, embeddings)
        await asyncio.gather(*asking)
    assert statuses == ["done"] * (VISITORS * TURNS_EACH)

    async def stamps(uow: UnitOfWork) -> set[str | None]:
        return set((await uow.connection.execute(select(turns.c.kb_release))).scalars())

    assert await stack.database.read(stamps) == {first.name, second}


@pytest.mark.parametrize("place", KILLED_WHEN)
async def test_a_build_killed_anywhere_leaves_the_old_release_and_the_way_free(kb_dir: Path, place: str) -> None:
    root = index_folder(kb_dir)
    before = current_release(root)
    (root / "build.lock").unlink(missing_ok=True)
    shutil.rmtree(root / "cache", ignore_errors=True)
    command = (sys.executable, "-m", "workers.cli", "kb", "build", "--force", "--kb", str(kb_dir))
    child = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    deadline = time.monotonic() + 30
    while not (root / place).exists() and child.returncode is None and time.monotonic() < deadline:
        await asyncio.sleep(0)
    child.send_signal(signal.SIGKILL)
    assert await child.wait() == -signal.SIGKILL
    assert current_release(root) == before
    assert (await build_release(kb_dir, BundledEmbeddings(), force=True)).built
    assert current_release(root) != before
