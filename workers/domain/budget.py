"""What answers cost, what they may cost, and which limit is used up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.db.spending import MILLION
from shared.vocabulary import SpendingScope

PROMPT, COMPLETION = "prompt_tokens", "completion_tokens"


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens, and money in millionths of the currency that prices are in."""

    tokens: int = 0
    micros: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.tokens + other.tokens, self.micros + other.micros)


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost; 0 where nobody has said."""

    per_million_in: float = 0
    per_million_out: float = 0

    def of(self, usage: Mapping[str, int]) -> Spent:
        """Return what an answer cost."""
        come, gone = usage.get(PROMPT, 0), usage.get(COMPLETION, 0)
        micros = come * self.per_million_in + gone * self.per_million_out  # a token costs a millionth of the price
        return Spent(come + gone, round(micros))


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that may be spent in a period; 0 is no limit."""

    scope: SpendingScope
    tokens: int = 0
    money: float = 0

    def is_reached(self, spent: Spent) -> bool:
        """Tell whether there is nothing left."""
        return bool(
            (self.tokens and spent.tokens >= self.tokens)
            or (self.money and spent.micros >= round(self.money * MILLION))
        )


class Tab:
    """What one turn's answer has cost so far, whatever becomes of it."""

    def __init__(self) -> None:
        self.spent = Spent()

    def charge(self, spent: Spent) -> None:
        """Add to it."""
        self.spent += spent


def used_up(limits: Sequence[Limit], spent: Mapping[SpendingScope, Spent]) -> SpendingScope | None:
    """Return the scope of the first limit that is reached."""
    return next((limit.scope for limit in limits if limit.is_reached(spent.get(limit.scope, Spent()))), None)
