"""What a check finds, and what it is given to look with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from shared.db.unit_of_work import Database
from shared.event_log import EventLog
from shared.settings import Settings
from workers.doctor.google_asking import Asking


class Result(StrEnum):
    """How something stands."""

    OK = "ok"
    WARNING = "warning"
    """It works, and may not for long or not as wanted."""
    PROBLEM = "problem"
    SKIPPED = "skipped"
    """It is not used, or could not be looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; none of it is a secret's value or anybody's words."""

    result: Result
    detail: str
    advice: str = ""
    """What to do, empty where nothing is."""


def ok(detail: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(Result.OK, detail)


def warning(detail: str, advice: str) -> Finding:
    """Say what may go wrong."""
    return Finding(Result.WARNING, detail, advice)


def problem(detail: str, advice: str) -> Finding:
    """Say what is wrong."""
    return Finding(Result.PROBLEM, detail, advice)


def skipped(detail: str) -> Finding:
    """Say why nothing was looked at."""
    return Finding(Result.SKIPPED, detail)


@dataclass
class Visit:
    """One look at a desk: its settings, its connections, and what earlier checks have found for later ones."""

    settings: Settings
    deep: bool = False
    """Whether to ask what costs money: a question of the model, an embedding."""
    google: Asking | None = None
    book: dict[str, Any] = field(default_factory=dict)
    """What Google says of the spreadsheet."""

    @cached_property
    def database(self) -> Database:
        """The database; nothing connects before it is used."""
        return Database.at(self.settings.database, pool_size=1)

    @cached_property
    def event_log(self) -> EventLog:
        """Redis, as gateways and workers reach it."""
        return EventLog(self.settings.redis, ttl_seconds=60)

    async def close(self) -> None:
        """Close what was opened."""
        if "database" in self.__dict__:
            await self.database.close()
        if "event_log" in self.__dict__:
            await self.event_log.close()


Look = Callable[[Visit], Awaitable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """A row of the table."""

    name: str
    look: Look
    needs: tuple[str, ...] = ()
    """The checks without whose success there is nothing to look at."""
