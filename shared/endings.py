"""The last events of a turn, told alike by the worker that ended it and by a gateway that looks it up."""

from collections.abc import Sequence
from typing import Any, Final

from shared.ids import hash_of
from shared.vocabulary import EventName

SORRY: Final = "Something went wrong with this answer. Please ask again."

Ending = list[tuple[EventName, object]]
"""Events by name with their data, in order."""


def done(turn_id: str, answer: str, citations: Sequence[dict[str, Any]], finish_reason: str | None) -> Ending:
    """Return the end of a turn that was answered."""
    data = {"turn_id": turn_id, "answer": answer, "sha256": hash_of(answer), "finish_reason": finish_reason}
    return [(EventName.CITATIONS, [*citations]), (EventName.DONE, data)]


def failed(turn_id: str, code: str | None) -> Ending:
    """Return the end of a turn that could not be answered."""
    return [(EventName.FAILED, {"turn_id": turn_id, "code": code, "message": SORRY})]


def cancelled(turn_id: str) -> Ending:
    """Return the end of a turn that its visitor did not want any more."""
    return [(EventName.CANCELLED, {"turn_id": turn_id})]
