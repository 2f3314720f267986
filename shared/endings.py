"""The last events of a turn, told alike by the worker that ended it and by a gateway that looks it up."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from shared.ids import hash_of
from shared.vocabulary import EventName

SORRY: Final = "Something went wrong with this answer. Please ask again."


class Said(Protocol):
    """What an answered turn has to tell in the end."""

    @property
    def answer(self) -> str | None:
        """The answer, whole."""
        ...

    @property
    def citations(self) -> Sequence[dict[str, Any]]:
        """What the answer names as its sources."""
        ...

    @property
    def lead(self) -> dict[str, Any] | None:
        """Where lead capture stands, when the turn moved it on."""
        ...

    @property
    def finish_reason(self) -> str | None:
        """Why the answer ended."""
        ...


Ending = list[tuple[EventName, object]]
"""Events by name with their data, in order."""


def done(turn_id: str, said: Said) -> Ending:
    """Return the end of a turn that was answered."""
    answer = said.answer or ""
    data = {"turn_id": turn_id, "answer": answer, "sha256": hash_of(answer), "finish_reason": said.finish_reason}
    lead: Ending = [(EventName.LEAD, said.lead)] if said.lead else []
    return [*lead, (EventName.CITATIONS, [*said.citations]), (EventName.DONE, data)]


def failed(turn_id: str, code: str | None) -> Ending:
    """Return the end of a turn that could not be answered."""
    return [(EventName.FAILED, {"turn_id": turn_id, "code": code, "message": SORRY})]


def cancelled(turn_id: str) -> Ending:
    """Return the end of a turn that its visitor did not want any more."""
    return [(EventName.CANCELLED, {"turn_id": turn_id})]
