"""Releases are swapped, and builds killed, while visitors ask: nobody notices but by the answers' stamps."""

import asyncio
import shutil
import signal
import sys
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
KILLED_AT = (
    ("open", "build.lock"),
    ("open", "passages.jsonl"),
    ("open", "manifest.json"),
    ("os.rename", ".building"),
    ("open", "published"),
    ("os.rename", ".current.new"),
)
KILLED_BUILD = """import asyncio, os, sys
from pathlib import Path
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.kb.build import build_release
_, event, place, folder = sys.argv
def kill(happens, words):
    if happens == event and Path(str(words[0])).name == place:
        os.kill(os.getpid(), 9)
sys.addaudithook(kill)
asyncio.run(build_release(Path(folder), BundledEmbeddings(), force=True))
"""


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

    # Workers look once a second: which of the swaps they saw is a matter of time, a third stamp or none is not.
    assert await stack.database.read(stamps) <= {first.name, second}


@pytest.mark.parametrize(("event", "place"), KILLED_AT)
async def test_a_build_killed_anywhere_leaves_the_old_release_and_the_way_free(
    kb_dir: Path, event: str, place: str
) -> None:
    root = index_folder(kb_dir)
    before = current_release(root)
    command = (sys.executable, "-c", KILLED_BUILD, event, place, str(kb_dir))
    child = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL)
    assert await child.wait() == -signal.SIGKILL
    assert current_release(root) == before
    assert (await build_release(kb_dir, BundledEmbeddings(), force=True)).built
    assert current_release(root) != before
