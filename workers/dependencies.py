"""What handlers may use."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from shared.db.claims import Claim, Outcome
from shared.db.unit_of_work import Database, UnitOfWork
from shared.event_log import EventLog
from shared.jobs import Job
from shared.settings import Settings
from shared.vocabulary import Provider, Queue, SpendingScope
from workers.domain.breaker import CircuitBreaker
from workers.domain.budget import Price, Spent
from workers.ports import ChatModel, Embeddings, KnowledgeBase, Sheet, Summariser, Webhook


class TurnEvents(Protocol):
    """What a visitor sees of a turn while it runs; nothing here waits for Redis but `end`."""

    def reset(self) -> None:
        """Begin the answer, or begin it again."""
        ...

    def say(self, text: str) -> None:
        """Add to the answer."""
        ...

    async def end(self, outcome: Outcome) -> None:
        """Tell how the turn ended; with Redis away, visitors learn it from the database."""
        ...


class Lease(Protocol):
    """The hold on a claimed turn."""

    def lose(self) -> None:
        """Abort the work: the turn is somebody else's now."""
        ...

    def ending(self) -> AbstractContextManager[None]:
        """Store the turn's end in the block: it can't be lost meanwhile, and the hold is over after it."""
        ...


class TurnClaims(Protocol):
    """Takes turns for this process."""

    async def claim(self, session_id: str, *, urgent: bool = True) -> Claim | None:
        """Claim the session's lowest open turn; None when there is none or somebody is at it.

        What is not urgent waits a little for company on its way. Raises DatabaseUnavailable, and Retired when this
        process is about to end. Say when it is `over`.
        """
        ...

    def over(self, claim: Claim) -> None:
        """Note that the turn is not worked on any more."""
        ...


class TurnLeases(Protocol):
    """The holds on every turn that this process works on."""

    def hold(self, claim: Claim) -> AbstractAsyncContextManager[Lease]:
        """Keep the turn while the block runs. Raises LeaseLost in it when the turn has become somebody else's."""
        ...


class Publish(Protocol):
    """Sends jobs."""

    def __call__(self, *jobs: Job) -> None:
        """Send jobs of one kind; blocks for a second at most. Raises BrokerUnavailable."""
        ...


class HasEnough(Protocol):
    """Looks into the broker's queues."""

    def __call__(self, queue: Queue, /) -> bool:
        """Tell whether so many messages wait that hints should not be repeated. Raises BrokerUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Chatting:
    """A model that may be asked, and what goes with it."""

    provider: Provider
    model: ChatModel
    breaker: CircuitBreaker
    price: Price
    prompt_budget_tokens: int


class Switch(Protocol):
    """What an operator may turn off."""

    is_on: bool


class Purse(Protocol):
    """The budgets of answers."""

    counts: bool
    """Whether there are any."""

    async def used_up(self, session_id: str | None) -> SpendingScope | None:
        """Return the scope whose limit is reached, None when the model may be asked. Raises DatabaseUnavailable."""
        ...

    async def pay(self, session_id: str | None, spent: Spent, uow: UnitOfWork) -> None:
        """Add what a turn has cost, in the transaction that ends it; None for what is no turn's."""
        ...


@dataclass(frozen=True, slots=True)
class LeadMirror:
    """What it takes to mirror leads in a sheet; a command needs nothing else."""

    database: Database
    sheet: Sheet
    owner: str
    """Tells this process from all others."""
    requests_per_minute: int


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything a handler is given."""

    settings: Settings
    database: Database
    event_log: EventLog
    claims: TurnClaims
    leases: TurnLeases
    publish: Publish
    has_enough: HasEnough
    knowledge: KnowledgeBase
    embeddings: Embeddings
    providers: Sequence[Chatting]
    """Who is asked for an answer, in this order; nobody where the documents are quoted anyway."""
    quoting: ChatModel
    """Answers by quoting the documents when no model does."""
    switch: Switch
    purse: Purse
    summariser: Summariser | None
    """None where no model answers."""
    webhook: Webhook | None
    """None where nobody wants to hear of leads."""
    lead_mirror: LeadMirror | None
    """None while no sheet is set up: leads wait for one."""
    events_of: Callable[[Claim, Callable[[], None]], AbstractContextManager[TurnEvents]]
    """Opens a claimed turn's events; the second argument is called when somebody else has taken the turn."""
