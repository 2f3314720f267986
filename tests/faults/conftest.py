"""A desk with two brisk workers and no beat, which the tests of faults break one after the other."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Protocol

import pytest

from tests.faults.fragile_desks import fragile, lent, two_gateways_and_little_patience
from tests.faults.record import Record, record_of
from tests.processes import Desk
from tests.stack import Parts, StackName


class FragileDesks(Protocol):
    """Returns the desk of a kind, the same one each time."""

    def __call__(self, name: StackName, /) -> Desk: ...


@pytest.fixture(scope="package")
def fragile_desks(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileDesks]:
    """Give the desks that these tests share, each made when first asked for."""
    with ExitStack() as running:

        @cache
        def of(name: StackName, /) -> Desk:
            return running.enter_context(fragile(parts, name, tmp_path_factory.mktemp(f"fragile-{name}")))

        yield of


@pytest.fixture(params=["local", "production"])
def fragile_desk(request: pytest.FixtureRequest, fragile_desks: FragileDesks) -> Iterator[Desk]:
    """Give a desk to break; it is whole again for the next test."""
    with lent(fragile_desks(request.param)) as desk:
        yield desk


@pytest.fixture(scope="package")
def impatient(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give the impatient desk that these tests share."""
    folder = tmp_path_factory.mktemp("impatient")
    with fragile(parts, "production", folder, two_gateways_and_little_patience) as desk:
        yield desk


@pytest.fixture
def impatient_desk(impatient: Desk) -> Iterator[Desk]:
    """Give a desk with two gateways that waits for no model; it is whole again for the next test."""
    with lent(impatient) as desk:
        yield desk


@pytest.fixture
async def record(fragile_desk: Desk) -> AsyncIterator[Record]:
    """Give the fragile desk's database."""
    async with record_of(fragile_desk.stack) as record:
        yield record
