"""Releases are swapped, and builds killed, while visitors ask: nobody notices but by the answers' stamps."""

import asyncio
import re
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Row, select

from shared.db.models import turns
from shared.db.unit_of_work import UnitOfWork
from tests.eventually import eventually
from tests.processes import Desk, Worker, running
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.kb.build import build_release, index_folder
from workers.kb.publish import current_release, publish_checked, roll_back

SWAPS = 20
VISITORS = 10
TURNS_EACH = 20
QUESTION = "How do refunds work?"
TOKENS_PER_SECOND = 40.0  # half a second for an answer: turns are under way whenever a release is loaded
LAG_SECONDS = 5.0  # a worker looks at the pointer once a second, and a busy machine needs a while to load a release
ROUNDED = timedelta(milliseconds=2)  # SQLite's clock counts milliseconds, and a release is logged just after it is set
LOADED = re.compile(r"(\S+Z) .*kb_release_loaded .*release=(\S+)")
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


class Period(NamedTuple):
    """For how long a worker answered from a release."""

    release: str
    since: datetime
    until: datetime

    def meets(self, turn: Row[*tuple[Any, ...]]) -> bool:
        """Whether the release was loaded at some moment of the turn; a turn is claimed as soon as it is posted."""
        return bool(turn.created_at - ROUNDED <= self.until and self.since - ROUNDED <= turn.finished_at)


def periods_of(worker: Worker) -> list[Period]:
    """Return what a worker has loaded, the first one first, as its log tells with the time of each."""
    loaded = [(release, datetime.fromisoformat(at)) for at, release in LOADED.findall(worker.log)]
    ends = [since for _, since in loaded[1:]] + [datetime.max.replace(tzinfo=UTC)]
    return [Period(release, since, until) for (release, since), until in zip(loaded, ends, strict=True)]


async def ask(desk: Desk, swapped: asyncio.Event) -> list[str]:
    """Ask again and again until all is swapped, and return what became of the turns."""
    statuses: list[str] = []
    async with desk.visitor() as visitor:
        while len(statuses) < TURNS_EACH or not swapped.is_set():
            statuses.append((await visitor.ask(QUESTION, within=30))["status"])
    return statuses


async def test_turns_during_twenty_swaps_are_all_answered_and_stamped(stack: Stack, kb_dir: Path, llm: StubLLM) -> None:
    """A worker may lag behind the pointer; its turns are stamped with what it had loaded while they ran."""
    llm.behaviour.tokens_per_second = TOKENS_PER_SECOND
    root, embeddings = index_folder(kb_dir), BundledEmbeddings()
    first = current_release(root)
    assert first is not None
    second = (await build_release(kb_dir, embeddings, force=True)).release
    moves = [first.name, second] * (SWAPS // 2)
    swapped = asyncio.Event()
    async with running(stack, kb_dir=kb_dir, workers=2, llm=llm) as desk:
        asking = [asyncio.create_task(ask(desk, swapped)) for _ in range(VISITORS)]
        for number, release in enumerate(moves, start=2):
            if release == second:
                await asyncio.to_thread(publish_checked, root, second, embeddings)
            else:
                await asyncio.to_thread(roll_back, root, embeddings)
            loaded = partial(all_have_loaded, desk, number)
            await eventually(loaded, within=LAG_SECONDS)
        swapped.set()
        statuses = [status for theirs in await asyncio.gather(*asking) for status in theirs]
        periods = {str(worker.pid): periods_of(worker) for worker in desk.workers}
    assert statuses == ["done"] * len(statuses)
    assert [[period.release for period in theirs] for theirs in periods.values()] == [[second, *moves]] * 2
    answered = await stack.database.read(stamped)
    assert len(answered) == len(statuses) >= VISITORS * TURNS_EACH
    assert not [
        turn
        for turn in answered
        if not any(turn.kb_release == one.release and one.meets(turn) for one in periods[turn.owner.split(":")[1]])
    ]


def all_have_loaded(desk: Desk, releases: int) -> bool:
    return all(len(periods_of(worker)) == releases for worker in desk.workers)


async def stamped(uow: UnitOfWork) -> Sequence[Row[*tuple[Any, ...]]]:
    columns = (turns.c.kb_release, turns.c.owner, turns.c.created_at, turns.c.finished_at)
    return (await uow.connection.execute(select(*columns))).all()


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
