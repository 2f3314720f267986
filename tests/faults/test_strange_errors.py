"""What a worker does beside its jobs goes on after an error that nobody foresaw."""

import pytest

from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import model_of
from tests.faults.record import Record
from tests.processes import Desk


@pytest.mark.parametrize("fragile_desk", ["production"], indirect=True)
async def test_a_patrol_that_failed_goes_on(fragile_desk: Desk, record: Record) -> None:
    """Faults 9 and 19: a worker that lives and no longer looks for lost turns would be seen by nobody."""
    mariadb, database = fragile_desk.stack.mariadb, fragile_desk.stack.database_url.rpartition("/")[2]
    mariadb.sql("RENAME TABLE turns TO turns_away", database=database)
    await eventually(lambda: all("duty=_patrol" in worker.news for worker in fragile_desk.workers))
    mariadb.sql("RENAME TABLE turns_away TO turns", database=database)
    model_of(fragile_desk).behaviour.first_token_seconds = 1
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post("How do refunds work?")
        (await record.holder(posted, fragile_desk)).kill9()
        [row] = await record.ended([posted], within=10)
    assert (row.status, row.attempt) == (TurnStatus.DONE, 2)
