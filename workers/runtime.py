"""One worker process: its loop, its parts, and what runs beside the jobs."""

import asyncio
import os
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from prometheus_client import start_http_server

from shared import log, presence, tracing
from shared.db.unit_of_work import Database
from shared.errors import BrokerUnavailable, FrontdeskError
from shared.interpreter import set_up_for_streaming
from shared.jobs import AnswerTurn, Job, arguments_of
from shared.settings import Settings
from shared.vocabulary import Queue
from workers import metrics
from workers.adapters.waiting_jobs import jobs_wait
from workers.alive import ALIVE_FILE, TOUCH_SECONDS
from workers.bootstrap import Parts, assemble
from workers.handlers.publish_release import tell_releases
from workers.kb.publish import pointer_state
from workers.loop import LoopThread, guarded
from workers.ports import Retired
from workers.slots import Slots
from workers.tasks import TASKS, Task
from workers.watchdog import InHand, Watchdog

START_SECONDS: Final = 60
STOP_SECONDS: Final = 75  # longer than any turn may take
PATROL_SWEEPS: Final = 2.5  # the patrol comes after beat's sweeps, which spread the work over all workers
PATROL_TURNS: Final = 16
LOOK_SECONDS: Final = 1.0


class Duty(Protocol):
    """What a process does beside its jobs, for as long as it lives."""

    __name__: str

    def __call__(self) -> Coroutine[Any, Any, None]:
        """Do it until cancelled."""
        ...


class Runtime:
    """Starts, runs jobs, stops. Made in Celery's main thread; everything in it lives on the loop's."""

    def __init__(self, settings: Settings, queues: frozenset[Queue]) -> None:
        self._settings = settings
        self._queues = queues
        self._loop = LoopThread()
        self._parts: Parts | None = None
        self._background: list[asyncio.Task[None]] = []
        self._slots = Slots(self._loop, settings.worker_slots)
        self._in_hand = InHand()
        self._watchdog = Watchdog(self._loop, self._in_hand, self._jobs_wait, settings.watchdog_seconds)

    def start(self) -> None:
        """Start the loop and what runs on it."""
        tracing.configure(self._settings, "worker")
        self._loop.start()
        self._loop.run(self._open(), START_SECONDS)
        set_up_for_streaming()
        if self._settings.watchdog_seconds:
            self._watchdog.start()
        if port := self._settings.metrics_port:
            self._serve_metrics(port)

    def run(self, task: Task, job: Job) -> None:
        """Run a job to its end, in the calling thread's eyes, or begin it in a slot. Raises what the handler raises."""
        with self._in_hand.one():
            self._run(task, job)

    def _run(self, task: Task, job: Job) -> None:
        assert self._parts is not None, "the runtime has not started"  # noqa: S101
        if not task.takes_slot:
            self._loop.run(_awaited(task, job, self._parts), task.budget)
            return
        try:
            self._slots.begin(partial(_in_slot, task, job, self._parts), task.budget)
        except Retired:
            self._parts.use.publish(job)  # it came too late for us: another worker takes it now, not after a sweep

    def retire(self) -> None:
        """Begin no more turns."""
        self._watchdog.stop()
        self._slots.close()
        if self._parts:
            self._parts.claims.close()

    def stop(self) -> None:
        """Finish the turns that were begun, then let everything go."""
        self.retire()
        self._loop.run(self._close(), STOP_SECONDS)
        self._loop.stop()
        tracing.shut_down()

    async def _open(self) -> None:
        self._parts = parts = await assemble(self._settings)
        duties: list[Duty] = [
            parts.events.run,
            parts.claims.run,
            parts.leases.run,
            parts.knowledge.watch,
            parts.switch.run,
        ]
        if parts.follower:
            duties.append(parts.follower.watch)
        if Queue.CHAT in self._queues:
            duties += [self._announce, self._patrol, parts.breaker_hints.run]
        if Queue.KB in self._queues:
            duties.append(self._tell_releases)
        if file := os.environ.get(ALIVE_FILE):
            duties.append(_sign_of_life(Path(file)))
        self._background = [asyncio.create_task(_kept_up(duty), name=duty.__name__) for duty in duties]

    def _serve_metrics(self, port: int) -> None:
        assert self._parts is not None, "the runtime has not started"  # noqa: S101
        database = self._parts.use.database
        metrics.SLOTS_BUSY.set_function(lambda: self._slots.busy)
        metrics.CONNECTIONS.set_function(lambda: database.connections_in_use)
        try:
            start_http_server(port, self._settings.metrics_host)
        except OSError as error:  # visitors are answered all the same
            log.get().error("metrics_port_unusable", port=port, error=error.strerror)

    async def _close(self) -> None:
        assert self._parts is not None, "the runtime has not started"  # noqa: S101
        await self._slots.finished(STOP_SECONDS - 5)
        for task in self._background:
            task.cancel()
        await self._parts.close()

    async def _jobs_wait(self) -> bool:
        assert self._parts is not None, "the runtime has not started"  # noqa: S101
        return await jobs_wait(self._queues, self._parts.use.event_log)

    async def _announce(self) -> None:
        assert self._parts is not None, "the runtime has not started"  # noqa: S101
        knowledge = self._parts.knowledge
        while True:
            knowledge.swapped.clear()
            await presence.announce(self._parts.use.event_log, self._parts.name, knowledge.release)
            with suppress(TimeoutError):
                await asyncio.wait_for(knowledge.swapped.wait(), presence.FRESH_SECONDS / 5)

    async def _tell_releases(self) -> None:
        """Tell operators of the releases at the start, and whenever the pointer moved, whoever moved it."""
        assert self._parts is not None, "the runtime has not started"  # noqa: S101
        told, seen = False, None
        while True:
            now = await asyncio.to_thread(pointer_state, self._settings.release_dir)
            if not told or now != seen:
                await tell_releases(self._parts.use)
                told, seen = True, now
            await asyncio.sleep(LOOK_SECONDS)

    async def _patrol(self) -> None:
        """Look for turns that nobody works on and answer them here: neither Redis nor beat is needed for it."""
        assert self._parts is not None, "the runtime has not started"  # noqa: S101
        parts, task = self._parts, next(task for task in TASKS if task.job is AnswerTurn)
        while True:
            await asyncio.sleep(self._settings.sweep_interval_seconds * PATROL_SWEEPS)
            if not (room := min(PATROL_TURNS, self._slots.room)):
                continue
            for session_id in await stranded_sessions(parts.use.database, room):
                self._slots.try_begin(partial(_in_slot, task, AnswerTurn(session_id), parts), task.budget)


async def stranded_sessions(database: Database, limit: int) -> list[str]:
    """Return sessions whose head turn nobody works on."""
    return await database.write(lambda uow: uow.claims.stranded_sessions(limit))


async def _awaited(task: Task, job: Job, parts: Parts) -> None:
    await task.handler(job, parts.use)


async def _in_slot(task: Task, job: Job, parts: Parts) -> None:
    """Run a job that nobody waits for, and say so when it fails; pass it on when it is not to go on here."""
    try:
        await _awaited(task, job, parts)
    except Retired:
        with suppress(BrokerUnavailable):  # then a sweep finds what is left of it
            await asyncio.to_thread(parts.use.publish, job)
    except FrontdeskError as error:
        metrics.JOBS_FAILED.labels(job.name, error.code).inc()
        log.get().warning("job_failed", job=job.name, error=error.code, **arguments_of(job))


def _sign_of_life(file: Path) -> Duty:
    async def sign_of_life() -> None:
        while True:
            await asyncio.to_thread(file.touch)
            await asyncio.sleep(TOUCH_SECONDS)

    return sign_of_life


async def _kept_up(duty: Duty) -> None:
    """Run a duty for as long as the process lives, whatever happens to it."""
    while True:
        work = asyncio.create_task(guarded(duty()))
        try:
            await asyncio.wait({work})
        finally:
            work.cancel()
        error = None if work.cancelled() else work.exception()
        log.get().error("duty_interrupted", duty=duty.__name__, error=repr(error), exc_info=error)
        await asyncio.sleep(1)
