"""Wake-up hints for the workers, sent from a thread of their own: a dead Redis never holds up a visitor."""

import asyncio
import queue
import threading
import time
from typing import Final

from celery import Celery

from api import metrics
from shared import log
from shared.broker import JOBS_PER_MESSAGE, publish
from shared.errors import BrokerUnavailable
from shared.jobs import Job, arguments_of

MOST_WAITING: Final = 10_000
GATHER_SECONDS: Final = 0.01  # between two messages: busy, the hints in between travel together


class HintSender:
    """Sends hints as soon as it can; one that fails is counted and forgotten, since a row is the promise behind it."""

    def __init__(self, app: Celery, *, gather_seconds: float = GATHER_SECONDS) -> None:
        self._app, self._gather_seconds = app, gather_seconds
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
        self.lost = 0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def send(self, job: Job) -> None:
        """Hint that there is something to do; never blocks."""
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put(job)
        else:
            self._count(1)

    async def order(self, job: Job) -> None:
        """Send a job that no row stands behind, and wait until it is sent. Raises BrokerUnavailable."""
        await asyncio.to_thread(publish, self._app, job)

    def stop(self) -> None:
        """Send what waits, for two seconds at most."""
        self._waiting.put(None)
        self._thread.join(2)

    def _run(self) -> None:
        sent_at = 0.0
        while (job := self._waiting.get()) is not None:
            time.sleep(max(0.0, sent_at + self._gather_seconds - time.monotonic()))
            sent_at = time.monotonic()
            jobs = [job, *self._next(JOBS_PER_MESSAGE - 1)]
            try:
                for kind in dict.fromkeys(map(type, jobs)):
                    publish(self._app, *(one for one in jobs if type(one) is kind))
            except BrokerUnavailable:
                # Each of those that wait would wait for the same dead Redis, and what they are about is found anyway.
                self._forget(jobs + self._next(MOST_WAITING))

    def _next(self, most: int) -> list[Job]:
        """Return what waits by now; hints that have to wait travel together, which costs both ends far less."""
        jobs = list[Job]()
        while len(jobs) < most and not self._waiting.empty():
            job = self._waiting.get()
            if job is None:
                self._waiting.put(None)
                break
            jobs.append(job)
        return jobs

    def _forget(self, jobs: list[Job]) -> None:
        self._count(len(jobs))
        log.get().warning("hints_lost", hints=len(jobs), job=jobs[0].name, **arguments_of(jobs[0]))

    def _count(self, lost: int) -> None:
        self.lost += lost
        metrics.HINTS_LOST.inc(lost)
