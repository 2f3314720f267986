"""One blocking read of Redis for every session that someone watches in this process, fanned out in memory."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from shared import log
from shared.errors import BrokerUnavailable
from shared.event_log import Event, EventId, EventLog, stream_key
from shared.ids import new_id

BLOCK_MS: Final = 2_000  # below the socket timeout of the event log's client
PAUSE_SECONDS: Final = 0.01  # between two reads: events of many sessions come in one reply
AWAY_SECONDS: Final = 0.5  # between two tries while Redis is away
MOST_WAITING: Final = 2_000  # events that a slow reader may leave lying here


class Subscription:
    """One reader's part of the relay."""

    def __init__(self) -> None:
        self.behind = False
        """Whether the reader must read the log itself before it takes anything here, since it was too slow."""
        self._events: list[Event] = []
        self._wake = asyncio.Event()

    def push(self, events: list[Event]) -> None:
        """Hand over events that have just come."""
        if len(self._events) > MOST_WAITING:
            self._events.clear()
            self.behind = True
        else:
            self._events.extend(events)
        self._wake.set()

    def wake(self) -> None:
        """End the reader's wait."""
        self._wake.set()

    async def take(self, patience: float) -> list[Event]:
        """Return what has come, waiting for it at most `patience` seconds."""
        if not self._events:
            self._wake.clear()
            try:
                async with asyncio.timeout(patience):
                    await self._wake.wait()
            except TimeoutError:
                return []
        events, self._events = self._events, []
        return events


class EventRelay:
    """Reads the logs of all watched sessions with one command at a time."""

    def __init__(self, event_log: EventLog) -> None:
        self._log = event_log
        self._readers: dict[str, list[Subscription]] = {}
        self._places: dict[str, EventId] = {}
        self._bell = f"gateway:{new_id()}:bell"  # a stream of our own, to end a read whose sessions have changed
        self._bell_place = EventId(0, 0)
        self._ring = asyncio.Event()
        self.away = False
        """Whether Redis is away, so that readers had better look into the database."""

    @contextmanager
    def subscribe(self, session_id: str, after: EventId) -> Iterator[Subscription]:
        """Watch a session's events after an id while the block runs; some may come twice, or be from before it."""
        key = stream_key(session_id)
        subscription = Subscription()
        self._readers.setdefault(key, []).append(subscription)
        if key not in self._places or after < self._places[key]:
            self._places[key] = after  # those who are further on know what they have by its id
            self._ring.set()
        try:
            yield subscription
        finally:
            self._readers[key].remove(subscription)
            if not self._readers[key]:
                del self._readers[key], self._places[key]

    async def run(self) -> None:
        """Read until cancelled."""
        ringing = asyncio.create_task(self._ring_the_bell())
        try:
            while True:
                await self._read()
                await asyncio.sleep(AWAY_SECONDS if self.away else PAUSE_SECONDS)
        finally:
            ringing.cancel()

    async def _read(self) -> None:
        asked = {self._bell: self._bell_place, **self._places}
        try:
            replies = await self._log.read_many(asked, BLOCK_MS)
        except BrokerUnavailable:
            if not self.away:
                log.get().warning("relay_interrupted", sessions=len(self._places))
            self.away = True
            return
        self.away = False
        for key, events in replies.items():
            if not events:
                continue
            if key == self._bell:
                self._bell_place = events[-1].id
            elif self._places.get(key) == asked[key]:  # else a new reader wants to know what came before this, too
                self._places[key] = events[-1].id
                for reader in self._readers[key]:
                    reader.push(events)

    async def _ring_the_bell(self) -> None:
        """Begin the read anew when a session has been added to it; several at once cost one ring."""
        while True:
            await self._ring.wait()
            self._ring.clear()
            try:
                await self._log.ring(self._bell)
            except BrokerUnavailable:
                await asyncio.sleep(AWAY_SECONDS)
