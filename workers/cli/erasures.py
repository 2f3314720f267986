"""Who was erased since a backup, read from the gateways' logs: a restored backup would bring them back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

SESSION: Final = "session_erased"
LEAD: Final = "lead_erased"


@dataclass(frozen=True, slots=True)
class Erasures:
    """The sessions and leads that are to be no more."""

    sessions: tuple[str, ...] = ()
    leads: tuple[int, ...] = ()


def erasures_in(logs: Iterable[Path]) -> Erasures:
    """Return what JSON logs tell of erasures; lines that are something else are passed over."""
    events = [event for log in logs for event in _events(log)]
    return Erasures(
        sessions=tuple(event["session_id"] for event in events if event.get("event") == SESSION),
        leads=tuple(event["lead_id"] for event in events if event.get("event") == LEAD),
    )


def _events(log: Path) -> Iterator[dict[str, Any]]:
    decoder = msgspec.json.Decoder(dict[str, Any])
    with log.open("rb") as lines:
        for line in lines:
            if b"_erased" in line:
                try:
                    yield decoder.decode(
                        line[max(line.find(b"{"), 0) :]
                    )  # what runs containers puts names before lines
                except msgspec.DecodeError:
                    continue
