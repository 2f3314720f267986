"""Whether the events that someone has been told since an answer began leave no hole."""

from shared.event_log import Event, EventId
from shared.vocabulary import EventName


class Continuity:
    """Follows one reader's place in a session's log; the ids of a run are dense, so a hole shows."""

    def __init__(self, place: EventId, *, whole: bool) -> None:
        self.place = place
        self.whole = whole
        """Whether everything from the last reset up to here was told."""

    def follows(self, event: Event) -> bool:
        """Move on to the event, and tell whether everything before it in its answer was told."""
        before, self.place = self.place, event.id
        expected = before.n + 1 if event.id.major == before.major else 1
        self.whole = event.name == EventName.RESET or (self.whole and event.id.n == expected)
        return self.whole
