"""What trees of processes cost: CPU time, that of children which have ended included, and memory."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

LOOK_SECONDS = 0.5
KIB = 1024


def tree(root: int) -> list[psutil.Process]:
    """Return a process and its descendants that are still there."""
    with suppress(psutil.NoSuchProcess):
        top = psutil.Process(root)
        return [top, *top.children(recursive=True)]
    return []


def cpu_seconds(root: int) -> float:
    """Return the CPU time of a tree so far: each process's own, and what its children had used when they ended."""
    total = 0.0
    for process in tree(root):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def memory_bytes(root: int) -> int:
    """Return the memory of a tree; what processes share is split between them (PSS) where the system tells."""
    total = 0
    for process in tree(root):
        with suppress(psutil.NoSuchProcess):
            total += _proportional(process.pid) or process.memory_info().rss
    return total


def _proportional(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * KIB
    return 0


def machine_seconds() -> float:
    """Return the CPU time all processes of the machine have used so far."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def cpu_of(processes: Mapping[str, int]) -> dict[str, float]:
    """Return the CPU seconds so far of each named tree."""
    return {name: cpu_seconds(root) for name, root in processes.items()}


@dataclass
class Peak:
    """The most memory seen, of all trees together and of each then."""

    total: int = 0
    each: dict[str, int] = field(default_factory=dict)

    def look(self, processes: Mapping[str, int]) -> None:
        """Keep the most."""
        each = {name: memory_bytes(root) for name, root in processes.items()}
        if sum(each.values()) > self.total:
            self.total, self.each = sum(each.values()), each


@contextmanager
def peak_memory(processes: Mapping[str, int]) -> Iterator[Peak]:
    """Watch the memory of named trees."""
    peak, over = Peak(), threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_SECONDS):
            peak.look(processes)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()
        peak.look(processes)
