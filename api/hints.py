"""Wake-up hints for the workers, sent from a thread of their own: a dead Redis never holds up a visitor."""

import asyncio
import math
import queue
import threading
import time
from collections import OrderedDict
from typing import Final

from celery import Celery

from api import metrics
from shared import log
from shared.broker import JOBS_PER_MESSAGE, has_enough, publish
from shared.errors import BrokerUnavailable
from shared.jobs import AnswerTurn, Job, arguments_of
from shared.vocabulary import Queue

MOST_WAITING: Final = 10_000
GATHER_SECONDS: Final = 0.01  # between two messages: busy, the hints in between travel together
REPEAT_SECONDS: Final = 5.0  # between two hints at the same stranded session


class HintSender:
    """Sends hints as soon as it can; one that fails is counted and forgotten, since a row is the promise behind it."""

    def __init__(
        self, app: Celery, *, gather_seconds: float = GATHER_SECONDS, repeat_seconds: float = REPEAT_SECONDS
    ) -> None:
        self._app, self._gather_seconds, self._repeat_seconds = app, gather_seconds, repeat_seconds
        self._repeated = OrderedDict[str, float]()  # sessions hinted at again, with the time, oldest first
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.lost = 0

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
        self._thread.start()

    def send(self, job: Job) -> None:
        """Hint that there is something to do; never blocks."""
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put(job)
        else:
            self._count(1)
        if self._thread and not self._thread.is_alive():  # by a mistake of ours or of a library, which it has told
            self.start()

    def repeat(self, session_id: str) -> None:
        """Hint at a session that nobody seems to work on, unless that was done just now; never blocks.

        Everyone who waits for its answer finds it like this again and again, for as long as there are no workers.
        """
        now = time.monotonic()
        while self._repeated and next(iter(self._repeated.values())) <= now - self._repeat_seconds:
            self._repeated.popitem(last=False)
        if session_id not in self._repeated and len(self._repeated) < MOST_WAITING:
            self._repeated[session_id] = now
            self.send(AnswerTurn(session_id))

    async def order(self, job: Job) -> None:
        """Send a job that no row stands behind, and wait until it is sent. Raises BrokerUnavailable."""
        await asyncio.to_thread(publish, self._app, job)

    def stop(self) -> None:
        """Send what waits, for two seconds at most."""
        thread, self._thread = self._thread, None
        if thread:
            self._waiting.put(None)
            thread.join(2)

    def _run(self) -> None:
        sent_at = -math.inf  # this clock may have begun a moment ago, with the machine
        while (job := self._waiting.get()) is not None:
            time.sleep(max(0.0, sent_at + self._gather_seconds - time.monotonic()))
            sent_at = time.monotonic()
            jobs = [job, *self._next(JOBS_PER_MESSAGE - 1)]
            try:
                self._publish(jobs)
            except BrokerUnavailable:
                # Each of those that wait would wait for the same dead Redis, and what they are about is found anyway.
                self._forget(jobs + self._next(MOST_WAITING))

    def _publish(self, jobs: list[Job]) -> None:
        if any(map(_repeats, jobs)) and has_enough(self._app, Queue.CHAT):
            jobs = [job for job in jobs if not _repeats(job)]
        for kind in dict.fromkeys(map(type, jobs)):
            publish(self._app, *(one for one in jobs if type(one) is kind))

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


def _repeats(job: Job) -> bool:
    """Tell whether the job is about no new post, so that the sweep comes to the same."""
    return isinstance(job, AnswerTurn) and job.turn_id is None
