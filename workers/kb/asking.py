"""Searches for all that a message asks."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import zip_longest

from workers.domain.followup import search_query
from workers.domain.passage import Found, Part, Passage
from workers.domain.prompt import PastTurn
from workers.domain.questions import questions_in

Search = Callable[[str], Awaitable[Found]]


async def found_for(message: str, history: Sequence[PastTurn], search: Search) -> Found:
    """Return what is found for a message: for each of its questions, where it asks several.

    `history` is oldest first. A message of one question is one search. So is, after these, a message of which no
    question can be answered by itself: what it asks may take all of its words. Raises what `search` raises.
    """
    questions = questions_in(message)
    if len(questions) > 1:
        queries = _queries(questions, history)
        founds = await asyncio.gather(*map(search, queries))
        if any(found.answerable for found in founds):
            return _together(questions, queries, founds)
    return await search(search_query(history, message))


def _queries(questions: Sequence[str], history: Sequence[PastTurn]) -> list[str]:
    """Return what to search for: one that leans on the question before it borrows from it as from an earlier turn."""
    asked = [PastTurn(question, "") for question in questions]
    return [search_query([*history, *asked[:number]], question) for number, question in enumerate(questions)]


def _together(questions: Sequence[str], queries: Sequence[str], founds: Sequence[Found]) -> Found:
    """Return what was found for each question in one list: the best for each first, and nothing twice."""
    each: dict[str, Passage] = {}
    for row in zip_longest(*(found.passages for found in founds)):
        for passage in filter(None, row):
            each.setdefault(passage.id, passage)
    numbers = {passage_id: number for number, passage_id in enumerate(each, start=1)}
    numbered = [{numbers[passage.id]: passage for passage in found.passages} for found in founds]
    answerable = [found.answerable for found in founds]
    parts = list(map(Part, questions, queries, numbered, answerable, [found.worded for found in founds]))
    return Found(list(each.values()), any(answerable), parts=parts)
