"""The stub desk's sessions, turns and event logs, moved on by the test one event at a time."""

import asyncio
import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
SETTLED = {"done", "failed", "cancelled"}
PATIENCE_SECONDS = 10


@dataclass
class StubTurn:
    """One turn; its methods publish what a worker would."""

    session: "StubSession"
    turn_id: str
    seq: int
    message: str
    client_message_id: str
    status: str = "queued"
    answer: str = ""
    fence: int = 0
    citations: list[Json] = field(default_factory=list)
    rating: str | None = None
    error: Json | None = None

    def start(self) -> None:
        """Publish the reset that opens an attempt."""
        self.fence += 1
        self.status, self.answer = "running", ""
        self._publish("reset", {"turn_id": self.turn_id, "seq": self.seq, "attempt": self.fence})

    def say(self, *pieces: str) -> None:
        """Publish one delta for each piece."""
        for piece in pieces:
            self.answer += piece
            self._publish("delta", {"text": piece})

    def cite(self, *citations: Json) -> None:
        """Publish the sources of the answer."""
        self.citations = list(citations)
        self._publish("citations", {"citations": self.citations})

    def ask(self, step: str, prompt: str, *quick_replies: str) -> None:
        """Publish the lead step's question."""
        self._publish("lead", {"step": step, "prompt": prompt, "quick_replies": list(quick_replies)})

    def finish(self) -> None:
        """Commit the answer and publish the end."""
        self.status = "done"
        digest = hashlib.sha256(self.answer.encode()).hexdigest()
        facts = {"answer": self.answer, "sha256": digest, "finish_reason": "stop"}
        self._publish("done", {"turn_id": self.turn_id, **facts})

    def fail(self, message: str) -> None:
        """End the turn with an apology."""
        self.status = "failed"
        self.error = {"code": "model_unavailable", "message": message}
        self._publish("failed", {"turn_id": self.turn_id, **self.error})

    def cancel(self) -> None:
        """End the turn at the visitor's wish."""
        self.status = "cancelled"
        self._publish("cancelled", {"turn_id": self.turn_id})

    def record(self) -> Json:
        """Give the turn as GET /v1/session shows it: only a settled turn has its answer there."""
        settled = self.status in SETTLED
        return {
            "turn_id": self.turn_id,
            "seq": self.seq,
            "message": self.message,
            "answer": self.answer if settled else None,
            "status": self.status,
            "citations": self.citations if settled else [],
            "rating": self.rating,
            "created_at": "2026-01-01T00:00:00Z",
        }

    def _publish(self, event: str, data: Json) -> None:
        self.session.publish(self, event, data)


@dataclass
class StubSession:
    """One session: its turns, its event log, and a bell that rings at every change."""

    session_id: str
    token: str
    turns: list[StubTurn] = field(default_factory=list)
    log: list[tuple[str, str, str, Json]] = field(default_factory=list)
    over: bool = False
    bell: asyncio.Condition = field(default_factory=asyncio.Condition)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def publish(self, turn: StubTurn, event: str, data: Json) -> None:
        """Append to the log and wake whoever waits."""
        event_id = f"{turn.seq * 1000 + turn.fence}-{next(self._numbers)}"
        self.log.append((event_id, turn.turn_id, event, data))
        self.ring()

    def ring(self) -> None:
        """Wake streams, long polls and the test."""
        _tasks.add(task := asyncio.ensure_future(self._ring()))
        task.add_done_callback(_tasks.discard)

    async def _ring(self) -> None:
        async with self.bell:
            self.bell.notify_all()

    def add_turn(self, message: str, client_message_id: str) -> StubTurn:
        """Take a message; the same client_message_id gives the same turn."""
        for turn in self.turns:
            if turn.client_message_id == client_message_id:
                return turn
        number = len(self.turns) + 1
        turn = StubTurn(self, f"{self.session_id}-turn-{number}", number, message, client_message_id)
        self.turns.append(turn)
        self.ring()
        return turn

    async def wait_for(self, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the condition holds after some change; TimeoutError when it does not in time."""
        async with asyncio.timeout(seconds), self.bell:
            await self.bell.wait_for(condition)

    async def turn(self, number: int) -> StubTurn:
        """Give the n-th turn (from 1), waiting for the visitor to post it."""
        await self.wait_for(lambda: len(self.turns) >= number)
        return self.turns[number - 1]


_tasks: set["asyncio.Future[None]"] = set()
