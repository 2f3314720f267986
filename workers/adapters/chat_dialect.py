"""The parameters that OpenAI-compatible servers do not agree on, and what to do when one is refused."""

from dataclasses import dataclass, replace
from typing import Final

NEW_LIMIT: Final = "max_completion_tokens"  # what OpenAI's newer models insist on
OLD_LIMIT: Final = "max_tokens"  # what everyone else understands
USAGE: Final = "stream_options"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server is asked."""

    limit: str
    """What the most tokens of an answer are called."""
    asks_usage: bool = True

    def parameters(self, max_output_tokens: int) -> dict[str, object]:
        """Return the part of the request's body that differs between servers."""
        usage: dict[str, object] = {USAGE: {"include_usage": True}} if self.asks_usage else {}
        return {self.limit: max_output_tokens, **usage}

    def after(self, refusal: str) -> "Dialect | None":
        """Return how to ask instead when a server refused a parameter, None when the refusal names none of these."""
        if self.asks_usage and USAGE in refusal:
            return replace(self, asks_usage=False)
        if self.limit in refusal:
            return replace(self, limit=OLD_LIMIT if self.limit == NEW_LIMIT else NEW_LIMIT)
        return None
