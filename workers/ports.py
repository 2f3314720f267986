"""What handlers ask of the world: the interfaces that adapters fulfil."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from shared.errors import PermanentError, TransientError
from shared.vocabulary import FinishReason
from workers.domain.passage import Passage
from workers.domain.prompt import Prompt

Vectors = npt.NDArray[np.float32]


class ModelUnavailable(TransientError):
    """The chat model can't be reached, is overloaded or broke off."""

    code = "model_unavailable"


class ModelTimeout(ModelUnavailable):
    """The chat model kept us waiting for too long."""

    code = "model_timeout"


class ModelMisconfigured(PermanentError):
    """The chat model refuses our key, its own name or our request."""

    code = "model_misconfigured"


class LeaseLost(TransientError):
    """Another worker, the visitor or an erasure has taken this turn."""

    code = "lease_lost"


class ReleaseUnusable(PermanentError):
    """There is no release of the knowledge base, or it can't be loaded."""

    code = "release_unusable"


class WebhookFailed(TransientError):
    """The operator's server did not take an announcement; the message is a code, such as `http_503`."""

    code = "webhook_failed"


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of an answer: why it ended, who gave it, and what it cost in tokens."""

    reason: FinishReason
    model: str
    usage: dict[str, int] | None = None


class ChatModel(Protocol):
    """Something that answers a prompt."""

    name: str

    def stream(self, prompt: Prompt) -> AsyncGenerator[str | Finish]:
        """Yield the answer's text in pieces as they come, and a Finish last.

        Raises ModelUnavailable, ModelTimeout or ModelMisconfigured; an answer without its Finish is not an answer.
        """
        ...


class Embeddings(Protocol):
    """Something that turns texts into unit vectors."""

    name: str
    dimension: int

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), dimension). Raises TransientError or PermanentError."""
        ...


class KnowledgeBase(Protocol):
    """The release that is current now."""

    @property
    def release(self) -> str | None:
        """The id of the loaded release, None while there is none."""
        ...

    async def search(self, query: str, limit: int) -> list[Passage]:
        """Return at most `limit` passages, the best first. Returns nothing while no release is loaded."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """An announcement on its way; whoever gets it twice knows it by its id."""

    id: str
    event: str
    body: bytes
    """JSON."""


class Webhook(Protocol):
    """The operator's own server, which hears of leads."""

    async def post(self, delivery: Delivery) -> None:
        """Return once it was taken; within 10 s. Raises WebhookFailed."""
        ...
