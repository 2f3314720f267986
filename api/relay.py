"""Two reads of Redis for all sessions that someone watches in this process, fanned out in memory.

One waits for what begins, and hands it on at once. Sessions whose answers are streaming are left to the other, which
looks every few hundredths of a second: a visitor who reads does not notice, and one who waits does not wait for them.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from api.duties import Duty
from shared import log
from shared.errors import BrokerUnavailable
from shared.event_log import Event, EventId, EventLog, stream_key
from shared.ids import new_id
from shared.vocabulary import TERMINAL_EVENTS, EventName

BLOCK_MS: Final = 2_000  # below the socket timeout of the event log's client
PAUSE_SECONDS: Final = 0.001  # between two reads of what begins: events of many sessions come in one reply
FLOW_SECONDS: Final = 0.02  # between two reads of what streams
ENDED_SECONDS: Final = 0.05  # how long what has ended is left there; in a busy gateway, no bell need be rung for it
SESSION_SECONDS: Final = 0.00002  # on top for each session in a read, since it makes the read cost as much more
STREAM_SECONDS: Final = 0.0001  # the same of what streams, where a moment more is not seen
AWAY_SECONDS: Final = 0.5  # between two tries while Redis is away
POSTED_SECONDS: Final = 2.0  # how long a reader may go on waiting after a post
MOST_WAITING: Final = 2_000  # events that a slow reader may leave lying here


class Subscription:
    """One reader's part of the relay: of the whole session, or of the turn at one place in it."""

    def __init__(self, seq: int | None = None) -> None:
        self.seq = seq
        self.behind = False
        """Whether the reader must read the log itself before it takes anything here, since it was too slow."""
        self.posted = 0
        """The place of the newest turn that was posted in this process meanwhile."""
        self._events: list[Event] = []
        self._until = 0.0
        self._wake = asyncio.Event()

    def push(self, events: list[Event]) -> None:
        """Hand over events that have just come."""
        if len(self._events) > MOST_WAITING:
            self._events.clear()
            self.behind = True
            self.wake()
        elif mine := events if self.seq is None else [event for event in events if event.id.seq == self.seq]:
            self._events.extend(mine)
            self._wake.set()

    def wake(self) -> None:
        """End the reader's wait."""
        self._end_by(0.0)

    def expect(self, seq: int) -> None:
        """Have the reader wait less patiently, since a turn was posted whose events may fail to come."""
        self.posted = max(self.posted, seq)
        self._end_by(time.monotonic() + POSTED_SECONDS)

    async def take(self, patience: float) -> list[Event]:
        """Return what has come, waiting for it at most `patience` seconds."""
        self._until = time.monotonic() + patience
        while not self._events and (left := self._until - time.monotonic()) > 0:
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._wake.wait()
        events, self._events = self._events, []
        return events

    def _end_by(self, until: float) -> None:
        self._until = min(self._until, until)
        self._wake.set()


class EventRelay:
    """Reads the logs of all watched sessions, with one command at a time for those that stream and one for the rest."""

    def __init__(self, event_log: EventLog) -> None:
        self._log = event_log
        self._readers: dict[str, list[Subscription]] = {}
        self._places: dict[str, EventId] = {}
        self._streaming: set[str] = set()
        self._ended: set[str] = set()  # among those that stream
        self._streams = asyncio.Event()
        self._bell = f"gateway:{new_id()}:bell"  # a stream of our own, to end a read whose sessions have changed
        self._bell_place = EventId(0, 0)
        self._ring = asyncio.Event()
        self.away = False
        """Whether Redis is away, so that readers had better look into the database."""

    @contextmanager
    def subscribe(self, session_id: str, after: EventId, seq: int | None = None) -> Iterator[Subscription]:
        """Watch a session's events after an id while the block runs, with a `seq` those of one turn.

        Some may come twice, or be from before the id.
        """
        key = stream_key(session_id)
        subscription = Subscription(seq)
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
                self._streaming.discard(key)

    def expect(self, session_id: str, seq: int) -> None:
        """Tell those who watch the session that a turn was posted in it."""
        for reader in self._readers.get(stream_key(session_id), ()):
            reader.expect(seq)

    def wake(self, session_id: str, seq: int) -> None:
        """End the wait of those who watch one turn, since it ended without an event."""
        for reader in self._readers.get(stream_key(session_id), ()):
            if reader.seq == seq:
                reader.wake()

    @property
    def duties(self) -> dict[str, Duty]:
        """What has to go on for as long as anyone watches, by name."""
        return {
            "relay_beginnings": self._read_what_begins,
            "relay_streams": self._read_what_streams,
            "relay_bell": self._ring_the_bell,
        }

    async def _read_what_begins(self) -> None:
        while True:
            self._streaming -= self._ended
            self._ended.clear()
            asked = {key: place for key, place in self._places.items() if key not in self._streaming}
            await self._read({self._bell: self._bell_place, **asked}, None if self.away else BLOCK_MS)
            await asyncio.sleep(AWAY_SECONDS if self.away else PAUSE_SECONDS + SESSION_SECONDS * len(asked))

    async def _read_what_streams(self) -> None:
        while True:
            await self._streams.wait()
            pause = FLOW_SECONDS + STREAM_SECONDS * len(self._streaming)
            await asyncio.sleep(AWAY_SECONDS if self.away else pause)
            if self._streaming:
                await self._read({key: self._places[key] for key in self._streaming}, None)
            else:
                self._streams.clear()

    async def _read(self, asked: Mapping[str, EventId], block_ms: int | None) -> None:
        try:
            replies = await self._log.read_many(asked, block_ms)
        except BrokerUnavailable:
            if not self.away:
                log.get().warning("relay_interrupted", sessions=len(self._places))
            self.away = True
            return
        self.away = False
        for key, events in replies.items():
            if key == self._bell:
                self._bell_place = events[-1].id
            elif self._places.get(key) == asked[key]:  # else a new reader wants to know what came before this, too
                self._hand_on(key, events)

    def _hand_on(self, key: str, events: list[Event]) -> None:
        self._places[key] = events[-1].id
        for reader in self._readers[key]:
            reader.push(events)
        if events[-1].name == EventName.DELTA:
            self._streaming.add(key)
            self._ended.discard(key)
            self._streams.set()
        elif events[-1].name in TERMINAL_EVENTS and key in self._streaming:
            self._ended.add(key)
            asyncio.get_running_loop().call_later(ENDED_SECONDS, self._take_back)

    def _take_back(self) -> None:
        """Have the blocking read begin anew, unless it has: it knows nothing yet of those that have ended."""
        if self._ended:
            self._ring.set()

    async def _ring_the_bell(self) -> None:
        """Begin the read anew when a session has been added to it; several at once cost one ring."""
        while True:
            await self._ring.wait()
            self._ring.clear()
            try:
                await self._log.ring(self._bell)
            except BrokerUnavailable:
                await asyncio.sleep(AWAY_SECONDS)
