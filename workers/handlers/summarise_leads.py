"""Say of each lead what its visitor wants, once the talk has come to rest, and again when it went on."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from shared import log
from shared.db.talks import Talk
from shared.db.unit_of_work import UnitOfWork
from shared.jobs import SummariseLeads
from workers.dependencies import Dependencies
from workers.domain.budget import Spent, Tab
from workers.domain.leads.summary import extract_of
from workers.domain.prompt import PastTurn
from workers.ports import ModelMisconfigured, ModelUnavailable

BATCH: Final = 20


async def summarise_leads(_: SummariseLeads, use: Dependencies) -> None:
    """Summarise the talks that are due, oldest first; whoever does the same at the same time does no harm."""
    for talk in await use.database.read(lambda uow: uow.talks.due(BATCH)):
        turns = [PastTurn(question, answer) for question, answer in talk.turns]
        tab = Tab()
        summary = await _summary_of(talk, turns, tab, use)
        await use.database.write(partial(_stored, talk, summary, tab, use))
        log.get().info("lead_summarised", lead_id=talk.lead_id, turns=len(turns))


async def _stored(talk: Talk, summary: str, tab: Tab, use: Dependencies, uow: UnitOfWork) -> None:
    await uow.talks.summarised(talk, summary, announce=use.settings.has_webhook)
    if use.purse.counts and tab.spent != Spent():
        await use.purse.pay(None, tab.spent, uow)


async def _summary_of(talk: Talk, turns: Sequence[PastTurn], tab: Tab, use: Dependencies) -> str:
    if use.summariser and turns and use.switch.is_on and not await use.purse.used_up(None):
        try:
            return await use.summariser.summarise(turns, tab)
        except (ModelUnavailable, ModelMisconfigured) as error:
            log.get().warning("summary_extracted", lead_id=talk.lead_id, error=error.code)
    return extract_of(turns)
