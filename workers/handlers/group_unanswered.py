"""Group the questions that the documents did not answer by likeness, and see which of them a new release answers."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from shared import log
from shared.db.unanswered import Asked, Group, Grouping
from shared.db.unit_of_work import Database, UnitOfWork
from shared.jobs import GroupUnanswered
from workers.dependencies import Dependencies
from workers.domain.answered_since import answered_since
from workers.domain.likeness import grouped
from workers.kb.asking import found_for
from workers.ports import Embeddings, KnowledgeBase

BATCH: Final = 100
MOST_GROUPS: Final = 1_000  # which new questions are compared with; those that were asked last


async def group_unanswered(_: GroupUnanswered, use: Dependencies) -> None:
    """Group what waits, batch by batch; whoever does the same at the same time does no harm."""
    while await group_some(use.database, use.embeddings):
        pass
    await check_some(use.database, use.knowledge)
    gone = await use.database.write(lambda uow: uow.unanswered.sweep(BATCH))
    if gone:
        log.get().info("unanswered_swept", groups=gone)


async def group_some(database: Database, embeddings: Embeddings) -> bool:
    """Group the questions that have waited longest; return whether others may wait."""
    # In this order: what another process groups in between is missed at storing, and done again.
    waiting = await database.read(lambda uow: uow.unanswered.waiting(BATCH))
    if not waiting:
        return False
    groups = await database.read(lambda uow: uow.unanswered.candidates(MOST_GROUPS))
    grouping = await _grouping(waiting, groups, embeddings)
    stored = await database.write(lambda uow: uow.unanswered.store(grouping))
    log.get().info("unanswered_grouped", turns=len(waiting), new_groups=len(grouping.founded), stored=stored)
    return not stored or len(waiting) == BATCH


async def check_some(database: Database, knowledge: KnowledgeBase) -> None:
    """Search the release for the open groups that were not searched for in it; what it answers well is settled."""
    searched = knowledge.current()
    if (release := searched.release) is None:
        return
    for group in await database.read(lambda uow: uow.unanswered.unchecked(release, BATCH)):
        found = await found_for(group.question, (), partial(searched.search, limit=1))
        is_later = group.asked_release is None or release > group.asked_release  # the ids begin with the time
        answered = is_later and answered_since(group.score, found.score, answerable=not found.wanting)
        await database.write(partial(_checked, group, release, found.score, answered))
        if answered:
            log.get().info("unanswered_answered", group=group.id, release=release)


async def _checked(group: Group, release: str, score: float, answered: bool, uow: UnitOfWork) -> None:
    await uow.unanswered.checked(group, release, score, answered=answered)


async def _grouping(waiting: Sequence[Asked], groups: Sequence[Group], embeddings: Embeddings) -> Grouping:
    vectors = await embeddings.embed([*(group.question for group in groups), *(asked.question for asked in waiting)])
    likeness = grouped(vectors[: len(groups)], vectors[len(groups) :])
    return Grouping(
        {waiting[position].turn_id: groups[known].id for position, known in likeness.joined.items()},
        [[waiting[position].turn_id for position in positions] for positions in likeness.founded],
    )
