"""How often the words of running answers are handled, so that new questions are never kept waiting by them."""

from typing import Final

SHORTEST_SECONDS: Final = 0.05  # smooth to the eye; handling words more often costs more than they do
LONGEST_SECONDS: Final = 0.25  # still reads as typing
HANDLED_PER_SECOND: Final = 1000  # answers whose new words a process handles each second, however many are running


def pace(answers: int) -> float:
    """Return the seconds between two handlings of this many answers: busy, a process takes more words at once."""
    return min(max(SHORTEST_SECONDS, answers / HANDLED_PER_SECOND), LONGEST_SECONDS)
