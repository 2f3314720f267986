"""Prints what the searches of large releases took, beside those of other stores."""

from collections.abc import Sequence
from typing import Any, Final

from tests.bench.searching import AS_GOOD

MIB: Final = 1024 * 1024
COLUMNS: Final = (
    "passages",
    "system",
    "p50",
    "p99",
    "64 at once: p50",
    "p99",
    "with the wait: p50",
    "p99",
    "searches/s",
    "threads",
    "dense recall@10",
)
NOTE: Final = """
Every system has the same vectors, answers with five passages, and has one thread for each search; of one and two
threads that ask, what serves it better is shown. 64 searches at once run or wait for one of these threads.
Frontdesk's search is the whole one: words and vectors, fused. langchain's FAISS store (a flat index) and chromadb
(a graph) do the part of the vectors only: they look at no words, fuse nothing, and give no score that means the same
for every question.""".strip()


def row(result: dict[str, Any]) -> list[str]:
    """Return a result as the cells of a line."""
    times = [result[name] for name in ("alone_ms", "crowd_search_ms", "crowd_ms")]
    return [
        str(result["passages"]),
        result["system"],
        *(f"{time[quantile]:.2f} ms" for time in times for quantile in ("p50", "p99")),
        f"{result['searches_per_second']:.0f}",
        str(result["threads"]),
        f"{result['recall']:.3f}",
    ]


def story(result: dict[str, Any]) -> str:
    """Return what our release took to build, to load and to keep in memory."""
    builds = result["builds"]
    full, unchanged, changed = (builds[name] for name in ("full", "unchanged", "changed"))
    first, second = result["first_worker_bytes"], result["second_worker_bytes"]
    return (
        f"  built in {full['seconds']:.1f} s; again, unchanged, in {unchanged['seconds']:.2f} s "
        f"({unchanged['seconds'] / full['seconds']:.1%}); with one document in a hundred changed in "
        f"{changed['seconds']:.1f} s and {changed['embedded']} of {full['embedded']} embeddings\n"
        f"  loaded and checked in {result['load_seconds']:.2f} s; a first worker takes {first / MIB:.0f} MiB for it, "
        f"a second {second / MIB:.1f} MiB more ({second / first:.0%})\n"
        f"  two workers that share it make {result['two_workers_per_second']:.0f} searches a second together"
    )


def comparison(results: Sequence[dict[str, Any]]) -> str:
    """Return how many times the faster peer's searches Frontdesk makes in a second, by size and by what they find."""
    lines = []
    for passages in sorted({result["passages"] for result in results}):
        here = [result for result in results if result["passages"] == passages]
        ours, peers = here[0], here[1:]
        for wanted, words in ((0.0, "as they come"), (AS_GOOD, f"of those that find {AS_GOOD:.0%}")):
            able = [peer for peer in peers if peer["recall"] >= wanted]
            if able:
                faster = max(able, key=lambda peer: float(peer["searches_per_second"]))
                times = ours["searches_per_second"] / faster["searches_per_second"]
                lines.append(f"{passages} passages: {times:.1f} times the searches of {faster['system']}, {words}")
    return "\n".join(lines)


def text(results: Sequence[dict[str, Any]]) -> str:
    """Return everything there is to read."""
    lines = [list(COLUMNS), *map(row, results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    table = "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    stories = [f"{result['passages']} passages\n{story(result)}" for result in results if "builds" in result]
    return "\n\n".join(filter(None, (table, comparison(results), *stories, NOTE)))
