"""Desks that tests may break as they like: made whole before the next test, held to their word after each."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from shared.db.unit_of_work import Database
from tests.invariants import check_invariants, observe
from tests.own_loop import run_apart
from tests.processes import Desk, desk_on
from tests.servers import Redis, Valkey
from tests.stack import BRISK, Parts, Stack, StackName, stack_of
from tests.stubs.llm import Behaviour, StubLLM

MakeDesk = Callable[[Stack, StubLLM], Desk]

AS_TOLD: Final = Behaviour(tokens_per_second=100.0)


def two_brisk_workers(stack: Stack, llm: StubLLM) -> Desk:
    """Return a desk on which a dead worker's turns are taken over within two seconds, without any beat."""
    settings: dict[str, Any] = {**BRISK}
    return desk_on(stack, workers=2, llm=llm, **settings)


def two_gateways_and_little_patience(stack: Stack, llm: StubLLM) -> Desk:
    """Return a desk with a second gateway, whose only worker waits a second for a model and at most three in all."""
    patience = {"model_first_token_seconds": 1, "model_next_token_seconds": 1, "model_total_seconds": 3}
    settings: dict[str, Any] = {**BRISK, **patience, "turn_deadline_seconds": 8}
    return desk_on(stack, gateways=2, llm=llm, **settings)


@contextmanager
def fragile(parts: Parts, name: StackName, folder: Path, make: MakeDesk = two_brisk_workers) -> Iterator[Desk]:
    """Give a desk, not started yet, on a Redis and a database of its own that writes down every move of a turn."""
    with ExitStack() as opened:
        redis = opened.enter_context(Valkey() if name == "local" else Redis())
        stack = opened.enter_context(stack_of(parts, name, folder, redis))
        desk = make(stack, opened.enter_context(StubLLM()))
        opened.callback(desk.stop)
        run_apart(_with_database(stack, observe))
        yield desk


@contextmanager
def lent(desk: Desk) -> Iterator[Desk]:
    """Give a fragile desk to one test, whole again, and check afterwards that it kept its word."""
    desk.stack.redis.ensure()
    if desk.stack.name == "production":
        desk.stack.mariadb.ensure()
    for part in desk.parts:
        part.resume()
    run_apart(desk.start())
    model = model_of(desk)
    model.requests.clear()
    for field, value in asdict(AS_TOLD).items():
        setattr(model.behaviour, field, value)
    yield desk
    run_apart(_with_database(desk.stack, check_invariants))


def model_of(desk: Desk) -> StubLLM:
    """Return the desk's model, to have it answer otherwise."""
    assert desk.llm, "a fragile desk has a model"
    return desk.llm


async def _with_database(stack: Stack, work: Callable[[Database], Awaitable[None]]) -> None:
    database = Database.at(stack.database_url)
    try:
        await work(database)
    finally:
        await database.close()
