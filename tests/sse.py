"""Server-sent events as they come over the wire, and the rule that what was told adds up to the answer."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from shared.event_log import EventId
from shared.vocabulary import TERMINAL_EVENTS, EventName


class SseEvent(NamedTuple):
    """An event with its data decoded."""

    id: str
    event: str
    data: dict[str, Any]

    @property
    def is_terminal(self) -> bool:
        """Whether the turn ends with it."""
        return self.event in TERMINAL_EVENTS


class SseParser:
    """Turns bytes into events, however they are cut into pieces; comments and what was cut short are dropped."""

    def __init__(self) -> None:
        self._rest = b""
        self._fields: dict[str, str] = {}
        self.comments = 0

    def feed(self, piece: bytes) -> list[SseEvent]:
        """Take the next bytes and return the events that they complete."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        return [event for line in lines if (event := self._line(line.rstrip(b"\r").decode()))]

    def _line(self, line: str) -> SseEvent | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            self.comments += 1
        elif name == "data" and "data" in self._fields:
            self._fields["data"] += "\n" + value
        else:
            self._fields[name] = value
        return None

    def _dispatch(self) -> SseEvent | None:
        fields, self._fields = self._fields, {}
        if "data" not in fields:
            return None
        return SseEvent(fields.get("id", ""), fields.get("event", "message"), json.loads(fields["data"]))


def said(events: Iterable[SseEvent]) -> str:
    """Return what a visitor has before their eyes: the deltas after the last reset."""
    text = ""
    for event in events:
        if event.event == EventName.RESET:
            text = ""
        elif event.event == EventName.DELTA:
            text += event.data["text"]
    return text


def check_told(events: Iterable[SseEvent]) -> dict[int, str]:
    """Hold the events of a session to the contract, and return `{seq: answer}` of the turns that are done.

    Ids grow, nothing follows a turn's end, and the deltas after the last reset are the answer. A snapshot moves the
    place from which ids grow, also back: an answer that is open is told anew after it. One that was told as a snapshot
    has no deltas to add up.
    """
    answers: dict[int, str] = {}
    ended: set[int] = set()
    last = EventId(0, 0)
    for seq, event, before in _by_turn(events):
        if event.event == EventName.RECONNECT:
            continue
        event_id = EventId.parse(event.id)
        assert event_id, f"{event} has an id that is none"
        if event.event == EventName.SNAPSHOT:
            last = event_id
            continue
        assert event_id > last, f"{event.id} came after {last}"
        assert seq not in ended, f"{event} came after the end of turn {seq}"
        last = event_id
        if event.is_terminal:
            ended.add(seq)
        if event.event == EventName.DONE:
            answers[seq] = _check_answer(event, before)
    return answers


def _by_turn(events: Iterable[SseEvent]) -> Iterable[tuple[int, SseEvent, list[SseEvent] | None]]:
    """Yield each event with its turn's seq and that turn's events before it, None where a snapshot stands for some."""
    known: dict[int, list[SseEvent]] = {}
    broken = False
    for event in events:
        event_id = EventId.parse(event.id)
        seq = event_id.seq if event_id else 0
        if event.event == EventName.SNAPSHOT:
            known, broken = {}, True
        elif event.event == EventName.RESET:
            known[seq] = []
        yield seq, event, known.get(seq, None if broken else [])
        if seq in known:
            known[seq].append(event)


def _check_answer(done: SseEvent, before: list[SseEvent] | None) -> str:
    answer: str = done.data["answer"]
    if before is not None:
        assert said(before) == answer, f"what was said is not the answer of {done.data['turn_id']}"
    if digest := done.data.get("sha256"):
        assert digest == hashlib.sha256(answer.encode()).hexdigest()
    return answer
