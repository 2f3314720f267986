"""When a release says that it does not know: a judge fitted to it while it is built."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from workers.domain.evidence import Judge
from workers.kb.made_questions import off_topic_questions, questions_from
from workers.kb.release import Release
from workers.kb.vector_cache import VectorCache

REFUSED_ELSEWHERE: Final = 0.55  # of the questions about something else, at least this share is refused, but …
REFUSED_HERE: Final = 0.04  # … of those that the documents answer at most this one
FEWEST_KNOWN: Final = 20  # fewer questions of people set no bound of their own
SEEMS_ANSWERED: Final = 0.8  # of whose words a passage carries so much, that question may be on topic here


async def fit_judge(
    release: Release, cache: VectorCache, answered: Sequence[str] = (), unanswered: Sequence[str] = ()
) -> Judge | None:
    """Return a judge fitted to the release, None when its documents are too few to tell.

    It learns where to draw the line from questions made of the documents and from bundled ones about something else;
    `answered` and `unanswered` are questions of people of which it is known. Raises what the embeddings raise, and
    OSError.
    """
    made = [one.question for one in questions_from(release.passages)]
    if not made:
        return None
    unfitted = Judge(bias=0.0)

    async def sums(questions: Sequence[str], most_carried: float = 1.0) -> list[float]:
        if not questions:
            return []
        vectors = await cache.embed(questions, lambda _done, _total: None)
        found = [release.evidence(question, vector) for question, vector in zip(questions, vectors, strict=True)]
        return [unfitted.total(evidence) for evidence in found if evidence.carried <= most_carried]

    elsewhere = await sums(off_topic_questions(), SEEMS_ANSWERED) + await sums(unanswered)
    here = await sums(made)
    people = await sums(answered)
    bounds = [quantile(here, REFUSED_HERE)]
    if elsewhere:
        bounds.append(quantile(elsewhere, REFUSED_ELSEWHERE))
    if len(people) >= FEWEST_KNOWN:
        bounds.append(quantile(people, REFUSED_HERE))
    return Judge(bias=round(-min(bounds), 4))


def quantile(sums: Sequence[float], share: float) -> float:
    """Return the sum that a share of the sums lies below."""
    return float(np.quantile(np.array(sums), share))
