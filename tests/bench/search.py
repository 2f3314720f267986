"""Measures the search of large releases against other vector stores in one run: `python -m tests.bench.search`."""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np

from tests.bench import search_report
from tests.bench.alone import FOLDER, alone, say
from tests.bench.corpus import questions, write_corpus, write_document
from tests.bench.measure import memory_bytes
from tests.bench.searching import RECALL_AT
from tests.children import ROOT
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.kb.build import BuildReport, build_release, index_folder
from workers.kb.publish import current_release
from workers.kb.release import load_release

QUESTIONS: Final = 1_000
COMPARED: Final = 300  # questions whose nearest passages are worked out exactly
CHANGED: Final = 0.01
ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
PEERS: Final = ("langchain", "chromadb")
PACKAGES: Final = ("langchain-community==0.4.2", "faiss-cpu==1.15.1", "chromadb==1.5.9")


def measure(passages: int, folder: Path, peers: tuple[str, ...]) -> list[dict[str, Any]]:
    """Build a release of so many passages, search it, and let the peers search the same."""
    kb_dir = folder / "kb"
    say(f"{passages} passages: writing the documents")
    write_corpus(kb_dir, passages)
    say("building: all, nothing new, one in a hundred new")
    builds = asyncio.run(_builds(kb_dir, passages))
    asyncio.run(_prepare(kb_dir, folder, passages))
    results = [_ours(index_folder(kb_dir), folder) | builds]
    say(search_report.story(results[0]))
    for peer in peers:
        say(f"filling and asking {peer}")
        results += _peer(peer, folder)
    return [{"passages": passages} | result for result in results]


async def _builds(kb_dir: Path, passages: int) -> dict[str, Any]:
    embeddings = BundledEmbeddings()
    reports = {"full": await build_release(kb_dir, embeddings), "unchanged": await build_release(kb_dir, embeddings)}
    for number in range(0, reports["full"].documents, round(1 / CHANGED)):
        write_document(kb_dir, number, edition=1)
    reports["changed"] = await build_release(kb_dir, embeddings)
    return {"builds": {name: _build(report) for name, report in reports.items()}, "asked_for": passages}


def _build(report: BuildReport) -> dict[str, Any]:
    return {"built": report.built, "embedded": report.embedded, "seconds": round(report.seconds, 2)}


async def _prepare(kb_dir: Path, folder: Path, passages: int) -> None:
    """Write what everyone is asked, what the peers are filled with, and the exact answers."""
    embeddings = BundledEmbeddings()
    root = current_release(index_folder(kb_dir))
    if root is None:
        raise FileNotFoundError(kb_dir)
    release = load_release(root, embeddings)
    vectors = np.load(root / "vectors" / "full.npy")
    asked = questions(QUESTIONS, passages)
    asked_vectors = await embeddings.embed(asked)
    _, exact = faiss.knn(asked_vectors[:COMPARED], vectors, RECALL_AT, faiss.METRIC_INNER_PRODUCT)
    for name, array in {"vectors": vectors, "questions": asked_vectors, "exact": exact}.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "questions.json").write_text(json.dumps(asked))
    (folder / "texts.json").write_text(json.dumps([passage.text for passage in release.passages]))


def _ours(root: Path, folder: Path) -> dict[str, Any]:
    """Search with one process, and see what a second one adds to the memory of the first."""
    with _worker(root, folder) as first, _worker(root, folder) as second:
        _heard(first)
        bare = memory_bytes(first.pid)
        loaded = _go_on(first)
        alone_bytes = memory_bytes(first.pid) - bare
        _heard(second)
        before = memory_bytes(first.pid) + memory_bytes(second.pid)
        _go_on(second)
        second_bytes = memory_bytes(first.pid) + memory_bytes(second.pid) - before
        shared = _together(first, second)
        second.kill()
        measured = _go_on(first)
        first.kill()
    memory = {"first_worker_bytes": alone_bytes, "second_worker_bytes": second_bytes}
    return {"system": "frontdesk", "two_workers_per_second": shared} | loaded | measured | memory


def _worker(root: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.bench.search_worker", str(root), str(folder)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=search_env()
    )


def _go_on(worker: subprocess.Popen[str]) -> dict[str, Any]:
    _tell(worker)
    return _heard(worker)


def _together(*workers: subprocess.Popen[str]) -> float:
    """Return how many searches the workers make in a second when all of them search at once."""
    for worker in workers:
        _tell(worker)
    return sum(float(_heard(worker)["searches_per_second"]) for worker in workers)


def _tell(worker: subprocess.Popen[str]) -> None:
    if worker.stdin:
        worker.stdin.write("\n")
        worker.stdin.flush()


def _heard(worker: subprocess.Popen[str]) -> dict[str, Any]:
    line = worker.stdout.readline() if worker.stdout else ""
    if not line:
        raise RuntimeError("the worker ended; its error stands above")
    found: dict[str, Any] = json.loads(line)
    found.pop("phase")
    return found


def search_env() -> dict[str, str]:
    """Return the environment of every process that searches: one thread for each search."""
    return os.environ | ONE_THREAD


def _peer(name: str, folder: Path) -> list[dict[str, Any]]:
    command = [str(FOLDER / "peers" / "bin" / "python"), "-m", "tests.bench.peers", name, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=search_env(), check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def install_peers() -> None:
    """Put the other stores into an environment of their own, unless they are there."""
    ready = FOLDER / "peers" / "ready"
    if ready.exists() and ready.read_text().split() == list(PACKAGES):
        return
    say(f"installing {', '.join(PACKAGES)} into {ready.parent}, once")
    shutil.rmtree(ready.parent, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(ready.parent)], check=True)
    pip = [str(ready.parent / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *PACKAGES], check=True)
    ready.write_text("\n".join(PACKAGES))


def run(sizes: list[int], peers: tuple[str, ...], folder: Path) -> list[dict[str, Any]]:
    """Measure each size, and keep and print the results."""
    if peers:
        install_peers()
    results = []
    for passages in sizes:
        (folder / str(passages)).mkdir(parents=True)
        results += measure(passages, folder / str(passages), peers)
        shutil.rmtree(folder / str(passages))
    (FOLDER / "search.json").write_text(json.dumps(results, indent=2) + "\n")
    say(f"\n{search_report.text(results)}\n\nkept in {FOLDER / 'search.json'}")
    return results


def main(words: list[str]) -> int:
    """Read the words of a command line, measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--passages", default="10000,100000", help="sizes, one measurement each")
    parser.add_argument("--without-peers", action="store_true", help="measure Frontdesk alone")
    options = parser.parse_args(words)
    with alone() as folder:
        run([int(size) for size in options.passages.split(",")], () if options.without_peers else PEERS, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
