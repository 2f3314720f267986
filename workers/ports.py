"""What handlers ask of the world: the interfaces that adapters fulfil."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from shared.errors import PermanentError, TransientError
from shared.vocabulary import FinishReason
from workers.domain.budget import Tab
from workers.domain.passage import Found
from workers.domain.prompt import PastTurn, Prompt
from workers.domain.sheet_plan import Block
from workers.domain.tab import Place, Rows

Leave = Callable[[], Awaitable[None]]
"""Returns once a request may be made, and counts it."""
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


class PromptRefused(ModelMisconfigured):
    """The chat model does not take this request; it may well take others."""

    code = "prompt_refused"


class EmbeddingsUnavailable(TransientError):
    """The embeddings can't be reached or loaded, are overloaded or talk nonsense."""

    code = "embeddings_unavailable"


class EmbeddingsMisconfigured(PermanentError):
    """The embeddings refuse our key, the model's name or our request, or are not installed."""

    code = "embeddings_misconfigured"


class LeaseLost(TransientError):
    """Another worker, the visitor or an erasure has taken this turn."""

    code = "lease_lost"


class Retired(TransientError):
    """This process is about to end, and begins nothing more."""

    code = "retired"


class ReleaseUnusable(PermanentError):
    """There is no release of the knowledge base, or it can't be loaded."""

    code = "release_unusable"


class WebhookFailed(TransientError):
    """The operator's server did not take an announcement; the message is a code, such as `http_503`."""

    code = "webhook_failed"


class SheetUnavailable(TransientError):
    """Google Sheets can't be reached, is overloaded, or broke off: what was sent may have arrived or not."""

    code = "sheet_unavailable"


class SheetRefused(PermanentError):
    """Google refuses our account, or this account the spreadsheet."""

    code = "sheet_refused"


class SheetMisshapen(PermanentError):
    """The tab or a column that leads are written in is not there."""

    code = "sheet_misshapen"


class SheetFull(PermanentError):
    """The spreadsheet holds as many cells as Google allows."""

    code = "sheet_full"


class SheetBusy(TransientError):
    """Another process is writing to the sheet."""

    code = "sheet_busy"


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of an answer: why it ended, who gave it, and what it cost in tokens."""

    reason: FinishReason
    model: str
    usage: dict[str, int] | None = None


class ChatModel(Protocol):
    """Something that answers a prompt."""

    name: str
    """The model's, in traces."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[str | Finish]:
        """Yield the answer's text in pieces as they come, and a Finish last.

        Raises ModelUnavailable, ModelTimeout, ModelMisconfigured or PromptRefused; an answer without its Finish is not
        an answer.
        """
        ...

    async def aclose(self) -> None:
        """Let go of every connection; answers on their way break off."""
        ...


class Summariser(Protocol):
    """Something that says what a visitor wants."""

    async def summarise(self, talk: Sequence[PastTurn], tab: Tab) -> str:
        """Return one sentence without a visitor's name or address, and put on the tab what it cost.

        Raises ModelUnavailable or ModelMisconfigured.
        """
        ...


class Embeddings(Protocol):
    """Something that turns texts into unit vectors."""

    name: str
    dimension: int

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), dimension). Raises TransientError or PermanentError."""
        ...


class SearchedRelease(Protocol):
    """A release that stays the same, whatever is published meanwhile."""

    @property
    def release(self) -> str | None:
        """Its id, None when none was loaded."""
        ...

    async def search(self, query: str, limit: int) -> Found:
        """Return at most `limit` passages, the best first; nothing when none was loaded."""
        ...


class KnowledgeBase(Protocol):
    """The release that is current now."""

    def current(self) -> SearchedRelease:
        """Return the loaded release, to search and to name as one."""
        ...

    @property
    def release(self) -> str | None:
        """The id of the loaded release, None while there is none."""
        ...

    async def search(self, query: str, limit: int) -> Found:
        """Return at most `limit` passages, and whether they answer the query; none while no release is loaded."""
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

    async def aclose(self) -> None:
        """Let go of every connection."""
        ...


class OpenTab(Protocol):
    """The tab that leads are mirrored in; rows and columns are counted from 0.

    Every method raises SheetUnavailable, SheetRefused, SheetMisshapen, SheetFull, and SettingsInvalid for an account
    that is none. Each asks for leave before every request that it makes, which is one as a rule, and makes none twice.
    """

    async def read(self) -> Rows:
        """Return every cell as people see it."""
        ...

    async def write(self, blocks: Sequence[Block]) -> None:
        """Write cells as they are given, all of them or none."""
        ...

    async def append(self, below: Place, lines: Sequence[list[str | None]]) -> None:
        """Insert rows below the table that a cell belongs to, from its first column on; None leaves a cell empty."""
        ...

    async def delete(self, rows: Sequence[int]) -> None:
        """Delete rows, all of them or none."""
        ...


class Sheet(Protocol):
    """A spreadsheet that leads are mirrored in."""

    def open(self, leave: Leave) -> OpenTab:
        """Return its tab, which is looked for when it is first read: it may have another name by then."""
        ...

    def close(self) -> None:
        """Let go of its threads."""
        ...
