"""Messages as they are read, and a conversation of them with lead capture alone."""

from typing import Final

from shared.vocabulary import Detail
from workers.domain.leads.flow import Rules, Situation, Step, Turn, advance
from workers.domain.leads.hearing import hear
from workers.domain.leads.progress import Progress
from workers.domain.leads.reading import Decision, Reading
from workers.domain.leads.wording import ENGLISH

RULES: Final = Rules("Larkfield Bikes", offer_after_turns=3, quiet_turns=10)
YES: Final = Reading(decision=Decision.ACCEPT)
NO: Final = Reading(decision=Decision.DECLINE)
SKIP: Final = Reading(withholds=True)
QUESTION: Final = Reading(asks=True)
CALL_ME: Final = Reading(wants_contact=True)
ANNA: Final = Reading(name="Anna")
EMAIL: Final = Reading(email="anna@example.com")
PHONE: Final = Reading(phone="+49301234567")
BAD_EMAIL: Final = Reading(bad_email=True)


class Talk:
    """A conversation with lead capture alone."""

    def __init__(self) -> None:
        self.progress, self.seq = Progress(), 0
        self.last = Step(self.progress)
        self.stored: list[tuple[Detail, str, bool]] = []

    def say(self, reading: Reading, *, unanswered: bool = False) -> Step:
        """Send a message; the progress goes through JSON, as between two turns."""
        self.seq += 1
        before = Progress.of(self.progress.step, self.progress.asked, self.progress.memory())
        assert before == self.progress
        heard = hear(before, reading, f"turn-{self.seq}")
        self.last = advance(Situation(heard, Turn(self.seq, unanswered), ENGLISH, RULES))
        assert heard.wants_answer or self.last.says, "every turn ends with something said"
        self.progress = self.last.progress
        self.stored += [(said.kind, said.value, said.wrong) for said in self.last.stores]
        return self.last

    def says(self, *readings: Reading) -> list[str]:
        return [self.say(reading).progress.step.value for reading in readings]
