"""How long searches take, one after the other and many at once; the same for every system that is measured."""

import itertools
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import Any, Final

import numpy as np
import numpy.typing as npt

ALONE_SECONDS, CROWD_SECONDS = 4.0, 4.0
WARM_UP: Final = 50  # searches
AT_ONCE: Final = 64
THREADS: Final = (1, 2)  # more threads are not always faster: of the two, what serves a system better counts
RESULTS: Final = 5
RECALL_AT: Final = 10
AS_GOOD: Final = 0.98  # of the nearest: what a store has to find to be compared

Search = Callable[[int], Any]


def measure(search: Search, questions: int) -> dict[str, Any]:
    """Return milliseconds and searches per second of `search`, which takes the number of a question."""
    for number in range(WARM_UP):
        search(number % questions)
    alone = _quantiles(_alone(search, questions))
    crowds = [crowd(search, questions, threads) for threads in THREADS]
    return {"alone_ms": alone} | max(crowds, key=lambda each: each["searches_per_second"])


def recall(found: Sequence[Sequence[int]], exact: npt.NDArray[np.int64]) -> float:
    """Return which share of the nearest was found, of `exact` of shape (questions, RECALL_AT)."""
    shared = sum(len(set(some) & set(nearest.tolist())) for some, nearest in zip(found, exact, strict=True))
    return round(shared / exact.size, 4)


def _alone(search: Search, questions: int) -> list[float]:
    took, over = list[float](), time.perf_counter() + ALONE_SECONDS
    for number in itertools.cycle(range(questions)):
        started = time.perf_counter()
        if started > over:
            break
        search(number)
        took.append(time.perf_counter() - started)
    return took


def crowd(search: Search, questions: int, count: int, at_once: int = AT_ONCE) -> dict[str, Any]:
    """Keep so many searches waiting or running; measure each with its wait for one of `count` threads, and without."""
    took, searched, room = list[float](), list[float](), Semaphore(at_once)

    def one(number: int, asked: float) -> None:
        began = time.perf_counter()
        search(number)
        ended = time.perf_counter()
        took.append(ended - asked)
        searched.append(ended - began)
        room.release()

    with ThreadPoolExecutor(count) as threads:
        started = time.perf_counter()
        for number in itertools.cycle(range(questions)):
            room.acquire()
            asked = time.perf_counter()
            if asked > started + CROWD_SECONDS:
                break
            threads.submit(one, number, asked)
    seconds = time.perf_counter() - started
    return {
        "threads": count,
        "crowd_ms": _quantiles(took),
        "crowd_search_ms": _quantiles(searched),
        "searches_per_second": round(len(took) / seconds, 1),
    }


def _quantiles(seconds: Sequence[float]) -> dict[str, float]:
    p50, p99 = np.quantile(seconds, [0.5, 0.99]) * 1_000
    return {"p50": round(float(p50), 3), "p99": round(float(p99), 3)}
