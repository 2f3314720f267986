"""The leases of the turns that this process runs, renewed together, and the end of work whose lease is lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

from shared import log
from shared.db.claims import Claim
from shared.db.unit_of_work import Database
from shared.errors import DatabaseUnavailable
from workers.adapters.claiming import give_back
from workers.ports import LeaseLost


class TurnLease:
    """One turn's lease and the task that works under it."""

    def __init__(self, claim: Claim, task: asyncio.Task[object]) -> None:
        self.claim = claim
        self.lost = False
        self.may_be_lost = True
        self.over = False
        self._task = task

    def lose(self) -> None:
        """Abort the work: the turn is somebody else's now."""
        if self.may_be_lost:
            self.may_be_lost = False
            self.lost = True
            self._task.cancel()

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Store the turn's end in the block, after which the lease is over.

        It can't be lost meanwhile: a heartbeat finds no turn to renew once the end is stored, and whether the turn was
        somebody else's by then, its fence has told the one who stored it.
        """
        self.may_be_lost = False
        try:
            yield
        finally:
            self.end()

    def end(self) -> None:
        """Be neither renewed nor lost from now on: the task may be at the next turn."""
        self.may_be_lost = False
        self.over = True

    def absorb(self) -> bool:
        """Tell whether a cancellation was only ours, and take it back."""
        return self.lost and self._task.uncancel() == 0


class Leases:
    """Keeps the leases of this process's turns from running out."""

    def __init__(self, database: Database, owner: str, *, lease_seconds: float, heartbeat_seconds: float) -> None:
        self._database, self._owner = database, owner
        self._lease_seconds, self._heartbeat_seconds = lease_seconds, heartbeat_seconds
        self._held: dict[str, TurnLease] = {}

    @asynccontextmanager
    async def hold(self, claim: Claim) -> AsyncIterator[TurnLease]:
        """Keep the claimed turn while the block runs; when the block fails, give it back for another worker to take.

        Raises LeaseLost in the block when the turn has become somebody else's.
        """
        task = asyncio.current_task()
        assert task is not None, "leases are held by tasks"  # noqa: S101
        lease = TurnLease(claim, task)
        self._held[claim.turn_id] = lease
        finished = False
        try:
            yield lease
            finished = True
        except asyncio.CancelledError:
            if lease.absorb():
                raise LeaseLost from None
            raise
        finally:
            lease.end()
            if self._held.get(claim.turn_id) is lease:
                del self._held[claim.turn_id]
            if not finished and not lease.lost:
                await give_back(claim, self._database)

    async def run(self) -> None:
        """Renew until cancelled."""
        while True:
            await asyncio.sleep(self._heartbeat_seconds)
            if holding := {turn_id: lease for turn_id, lease in self._held.items() if not lease.over}:
                await self._renew(holding)

    async def _renew(self, holding: Mapping[str, TurnLease]) -> None:
        try:
            fences = await self._database.write(
                lambda uow: uow.claims.renew(self._owner, [*holding], self._lease_seconds),
            )
        except DatabaseUnavailable:
            log.get().warning("leases_unrenewed", turns=len(holding))
            return
        for turn_id, lease in holding.items():
            if fences.get(turn_id) != lease.claim.fence and lease.may_be_lost:
                log.get().info("lease_lost", turn_id=turn_id)
                lease.lose()
