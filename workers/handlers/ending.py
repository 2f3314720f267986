"""The end of a turn in the database: its answer, what it changes of lead capture, and what it has cost."""

from shared.db.claims import Claim, Finished
from shared.db.unit_of_work import Database, UnitOfWork
from workers.dependencies import Purse
from workers.domain.budget import Spent
from workers.handlers.composing import Composed


async def end_turn(claim: Claim, composed: Composed, spent: Spent, database: Database, purse: Purse) -> Finished:
    """Store it all, once, whatever is tried again; nothing of it where the turn is somebody else's by now.

    Raises DatabaseUnavailable.
    """
    change, pays = composed.lead, purse.counts and spent != Spent()
    if change is None and not pays:  # most turns: a single statement needs no transaction
        return await database.stepwise(lambda uow: uow.claims.finish(claim, composed.outcome))

    async def all_of_it(uow: UnitOfWork) -> Finished:
        finished = await uow.claims.finish(claim, composed.outcome)
        if finished is Finished.NOW and change:
            await change.store(claim.session_id, uow)
        if finished is Finished.NOW and pays:
            await purse.pay(claim.session_id, spent, uow)
        return finished

    return await database.write(all_of_it)
