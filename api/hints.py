"""Wake-up hints for the workers, sent from a thread of their own: a dead Redis never holds up a visitor."""

import queue
import threading
from typing import Final

from celery import Celery

from shared import log
from shared.broker import JOBS_PER_MESSAGE, publish
from shared.errors import BrokerUnavailable
from shared.jobs import AnswerTurn

MOST_WAITING: Final = 10_000


class HintSender:
    """Sends hints as soon as it can; one that fails is counted and forgotten, since the turn's row is the promise."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
        self.lost = 0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def send(self, session_id: str) -> None:
        """Hint that the session has an open turn; never blocks."""
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put(session_id)
        else:
            self.lost += 1

    def stop(self) -> None:
        """Send what waits, for two seconds at most."""
        self._waiting.put(None)
        self._thread.join(2)

    def _run(self) -> None:
        while (session_id := self._waiting.get()) is not None:
            session_ids = [session_id, *self._next(JOBS_PER_MESSAGE - 1)]
            try:
                publish(self._app, *map(AnswerTurn, session_ids))
            except BrokerUnavailable:
                # Each of those that wait would wait for the same dead Redis, and the sweep finds their turns.
                self._forget(session_ids + self._next(MOST_WAITING))

    def _next(self, most: int) -> list[str]:
        """Return what waits by now; hints that have to wait travel together, which costs both ends far less."""
        session_ids = list[str]()
        while len(session_ids) < most and not self._waiting.empty():
            session_id = self._waiting.get()
            if session_id is None:
                self._waiting.put(None)
                break
            session_ids.append(session_id)
        return session_ids

    def _forget(self, session_ids: list[str]) -> None:
        self.lost += len(session_ids)
        log.get().warning("hints_lost", hints=len(session_ids), session_id=session_ids[0])
