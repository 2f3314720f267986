"""A build makes a release of what is there, and no release of what did not change."""

import asyncio
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.kb.conftest import CountingEmbeddings
from workers.kb.build import BuildFailed, BuildReport, build_release, index_folder, read_content, sources_changed
from workers.kb.publish import KEPT_RELEASES, BuildRunning, current_release, drop_old_releases, only_build_in
from workers.kb.release import Release, load_release
from workers.ports import Vectors

TEXTS = 18  # five passages, their headings and their sentences, two of which are questions


def loaded(kb_dir: Path, embeddings: CountingEmbeddings) -> Release:
    folder = current_release(index_folder(kb_dir))
    assert folder
    return load_release(folder, embeddings)


async def test_what_was_built_is_found(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    report = await build_release(kb_dir, embeddings)
    assert (report.built, report.documents, report.passages, report.embedded) == (True, 3, 5, TEXTS)
    release = loaded(kb_dir, embeddings)
    assert release.id == report.release
    question = "do you ship to Canada"
    found = release.search(question, (await embeddings.embed([question]))[0], 2)
    assert len(found) == 2
    assert found[0].heading == "Do you ship to Canada?"
    assert found[0].text == "We ship to Canada for 40 dollars. Parcels take a week."
    assert 0 <= found[1].score < found[0].score <= 1
    assert release.search("refund", None, 1)[0].url == "https://shop.example/refunds"


async def test_unchanged_documents_make_no_release_and_no_embedding_call(
    kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    first = await build_release(kb_dir, embeddings)
    asked = embeddings.texts
    again = await build_release(kb_dir, embeddings)
    assert (again.built, again.release, again.embedded) == (False, first.release, 0)
    forced = await build_release(kb_dir, embeddings, force=True)
    assert forced.built
    assert forced.release != first.release
    assert embeddings.texts == asked


async def test_unchanged_documents_are_not_understood_again(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    sections = "\n".join(f"# Part {number}\n\nKayak {number} is rented by the day.\n" for number in range(4_000))
    (kb_dir / "long.md").write_text(sections)
    await build_release(kb_dir, embeddings)
    started = time.process_time()
    read_content(kb_dir)
    understood = time.process_time()
    assert not (await build_release(kb_dir, embeddings)).built
    assert time.process_time() - understood < (understood - started) / 2


async def test_what_was_skipped_is_named_by_an_unchanged_build_too(
    kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    (kb_dir / "empty.txt").write_text("")
    await build_release(kb_dir, embeddings)
    again = await build_release(kb_dir, embeddings)
    assert not again.built
    assert [problem.source for problem in again.problems] == ["empty.txt"]
    with pytest.raises(BuildFailed):
        await build_release(kb_dir, embeddings, strict=True)


async def test_the_current_release_is_read_once_at_most_to_see_whether_it_is_whole(
    kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    (kb_dir / "empty.txt").write_text("")
    await build_release(kb_dir, embeddings)
    assert reads_of_the_current_release_in_a_build_of(kb_dir) == 1
    (kb_dir / "docs" / "opening-hours.txt").write_text("We are open on Sundays too.")
    assert reads_of_the_current_release_in_a_build_of(kb_dir) == 0


def reads_of_the_current_release_in_a_build_of(kb_dir: Path) -> int:
    """Build in another process, and return how often it opened a file that every release has."""
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom tests.unit.kb.conftest import CountingEmbeddings\n"
        "from workers.kb.build import build_release, index_folder\nfrom workers.kb.publish import current_release\n"
        "kb_dir, reads = Path(sys.argv[1]), []\nfile = str(current_release(index_folder(kb_dir)) / 'passages.jsonl')\n"
        "sys.addaudithook(lambda event, words: event == 'open' and str(words[0]) == file and reads.append(event))\n"
        "asyncio.run(build_release(kb_dir, CountingEmbeddings()))\nprint(len(reads))"
    )
    return int(
        subprocess.run(
            [sys.executable, "-c", script, str(kb_dir)], check=True, stdout=subprocess.PIPE, text=True
        ).stdout
    )


async def test_a_changed_document_costs_only_its_own_texts(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    await build_release(kb_dir, embeddings)
    assert not sources_changed(kb_dir, embeddings)
    (kb_dir / "docs" / "opening-hours.txt").write_text("We are open on Sundays too.")
    assert sources_changed(kb_dir, embeddings)
    report = await build_release(kb_dir, embeddings)
    assert (report.built, report.embedded) == (True, 2)  # the passage and its sentence
    assert not sources_changed(kb_dir, embeddings)
    (kb_dir / "docs" / "opening-hours.txt").unlink()
    assert sources_changed(kb_dir, embeddings)


async def test_progress_counts_up_to_all_texts(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    seen = list[tuple[int, int]]()
    await build_release(kb_dir, embeddings, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, TEXTS), (TEXTS, TEXTS)]


async def test_documents_that_can_not_be_used_are_skipped_by_name(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    (kb_dir / "broken.md").write_bytes(b"\xff\xfe")
    (kb_dir / "empty.txt").write_text("")
    (kb_dir / "bare.md").write_text("# Only\n\n## Headings\n")
    report = await build_release(kb_dir, embeddings)
    assert {problem.source for problem in report.problems} == {"broken.md", "empty.txt", "bare.md"}
    assert report.documents == 3
    assert not sources_changed(kb_dir, embeddings)
    assert (await build_release(kb_dir, embeddings)).problems == report.problems
    (kb_dir / "broken.md").write_text("Mended.")
    assert sources_changed(kb_dir, embeddings)


async def test_a_strict_build_stops_at_them_and_leaves_the_release(
    kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    before = await build_release(kb_dir, embeddings)
    (kb_dir / "broken.md").write_bytes(b"\xff\xfe")
    with pytest.raises(BuildFailed, match=r"broken\.md: is not UTF-8"):
        await build_release(kb_dir, embeddings, strict=True)
    assert loaded(kb_dir, embeddings).id == before.release


async def test_nothing_to_answer_from_is_a_clear_error(tmp_path: Path, embeddings: CountingEmbeddings) -> None:
    with pytest.raises(BuildFailed, match="There is no document to answer from"):
        await build_release(tmp_path, embeddings)
    with pytest.raises(BuildFailed, match="There is no folder"):
        await build_release(tmp_path / "missing", embeddings)
    assert not (tmp_path / "missing").exists()


async def test_a_folder_that_can_not_be_written_is_a_clear_error(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    (kb_dir / ".index").write_text("in the way")
    with pytest.raises(BuildFailed, match="can't be written"):
        await build_release(kb_dir, embeddings)


async def test_two_builds_at_once_do_not_collide(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    first, second = await asyncio.gather(
        build_release(kb_dir, embeddings), build_release(kb_dir, embeddings), return_exceptions=True
    )
    assert isinstance(first, BuildReport)
    assert isinstance(second, BuildRunning)
    assert loaded(kb_dir, embeddings).id == first.release


async def test_a_build_while_another_runs_says_who_is_building(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    with only_build_in(index_folder(kb_dir)), pytest.raises(BuildRunning, match=f"process {os.getpid()}"):
        await build_release(kb_dir, embeddings)
    assert (await build_release(kb_dir, embeddings)).built


async def test_a_build_that_was_killed_leaves_the_release_and_the_way_free(
    kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    before = await build_release(kb_dir, embeddings)
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom workers.kb.publish import only_build_in, open_unfinished\n"
        "root = Path(sys.argv[1])\nlock = only_build_in(root)\nlock.__enter__()\n"
        "(open_unfinished(root) / 'passages.jsonl').write_bytes(b'half')\nos.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(index_folder(kb_dir))], check=False)  # noqa: ASYNC221
    assert killed.returncode == -9
    assert loaded(kb_dir, embeddings).id == before.release
    assert (await build_release(kb_dir, embeddings, force=True)).built


class NeverReady(CountingEmbeddings):
    """Embeddings that hold a build up for ever."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Wait."""
        await asyncio.Event().wait()
        return await super().embed(texts)


async def test_a_cancelled_build_lets_the_next_one_in(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await build_release(kb_dir, NeverReady())
    assert (await build_release(kb_dir, embeddings)).built


async def test_only_the_newest_releases_are_kept(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    made = [(await build_release(kb_dir, embeddings, force=True)).release for _ in range(KEPT_RELEASES + 2)]
    drop_old_releases(index_folder(kb_dir))
    kept = sorted(path.name for path in (index_folder(kb_dir) / "releases").iterdir())
    assert kept == made[-KEPT_RELEASES:]


async def test_a_broken_cache_is_begun_anew(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    await build_release(kb_dir, embeddings)
    (kb_dir / ".index" / "cache" / "vectors.db").write_bytes(b"junk" * 1000)
    report = await build_release(kb_dir, embeddings, force=True)
    assert (report.built, report.embedded) == (True, TEXTS)


def test_the_lock_is_the_systems_own(kb_dir: Path) -> None:
    root = index_folder(kb_dir)
    with only_build_in(root), (root / "build.lock").open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
