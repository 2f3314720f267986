"""Sends the pieces of many responses on time with few timers: one per millisecond in use, however many responses."""

import asyncio
import socket
import struct
import time
from collections import Counter
from heapq import heappop, heappush
from typing import Protocol

from tests.stubs.llm_modes import Ending, Plan

TICK_SECONDS = 0.001  # libuv's timers have no finer grain


class Sent(Protocol):
    """Whoever wants to know that a response is whole."""

    def sent(self) -> None:
        """Take the next request."""


class Playing:
    """One response on its way out."""

    __slots__ = ("_index", "_owner", "_plan", "_start", "_transport", "stopped")

    def __init__(self, plan: Plan, transport: asyncio.Transport, owner: Sent) -> None:
        self._plan, self._transport, self._owner = plan, transport, owner
        self._start, self._index = time.monotonic(), 0
        self.stopped = False

    def begin(self) -> float | None:
        """Send what is sent at once; return when the first piece is due, None when there is no piece."""
        if self._plan.head:
            self._transport.write(self._plan.head)
        if self._plan.pieces:
            return self._start + self._plan.first_seconds
        self._end()
        return None

    def step(self) -> float | None:
        """Send the next piece; return when the one after it is due, None when nothing is left to do."""
        plan = self._plan
        if self._index == len(plan.pieces):
            self._end()
            return None
        self._transport.write(plan.pieces[self._index])
        self._index += 1
        if self._index == len(plan.pieces):
            if plan.ending is Ending.KEEP:
                self._end()
                return None
            if plan.ending is Ending.REPEAT:
                self._index, self._start = 0, self._start + len(plan.pieces) * plan.period_seconds
        return self._start + plan.first_seconds + self._index * plan.period_seconds

    def _end(self) -> None:
        match self._plan.ending:
            case Ending.KEEP:
                self._owner.sent()
            case Ending.CLOSE:
                self._transport.close()
            case Ending.RESET:
                # Closing with no linger time sends RST instead of FIN.
                peer: socket.socket = self._transport.get_extra_info("socket")
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._transport.abort()


class Clock:
    """A timer wheel of one-millisecond slots."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._slots: dict[int, list[Playing]] = {}
        self._order: list[int] = []
        self._timer: asyncio.TimerHandle | None = None
        self._timer_slot = 0
        self.lateness = Counter[int]()  # of each tick's last piece, in whole milliseconds

    def start(self, playing: Playing) -> None:
        """Send a response, until it ends or is `stopped`."""
        self._put(playing, playing.begin())
        self._arm()

    def lateness_ms(self, share: float) -> int:
        """Return within how many milliseconds of its time that share of the ticks was served."""
        left = share * self.lateness.total()
        for late in sorted(self.lateness):
            left -= self.lateness[late]
            if left <= 0:
                return max(0, late)
        return 0

    def _put(self, playing: Playing, due: float | None) -> None:
        if due is None:
            return
        slot = int(due / TICK_SECONDS) + 1
        if slot not in self._slots:
            self._slots[slot] = []
            heappush(self._order, slot)
        self._slots[slot].append(playing)

    def _arm(self) -> None:
        if not self._order or (self._timer and self._timer_slot <= self._order[0]):
            return
        if self._timer:
            self._timer.cancel()
        self._timer_slot = self._order[0]
        self._timer = self._loop.call_at(self._timer_slot * TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        slot, self._timer = self._timer_slot, None
        until = max(slot, int(time.monotonic() / TICK_SECONDS))
        while self._order and self._order[0] <= until:
            for playing in self._slots.pop(heappop(self._order)):
                if not playing.stopped:
                    self._put(playing, playing.step())
        self.lateness[int((time.monotonic() - slot * TICK_SECONDS) * 1000)] += 1
        self._arm()
