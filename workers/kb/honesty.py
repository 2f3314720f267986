"""When a release says that it does not know: a judge fitted to it while it is built."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from workers.domain.evidence import Evidence, Judge
from workers.kb.made_questions import off_topic_questions, questions_from
from workers.kb.release import Release
from workers.kb.vector_cache import VectorCache
from workers.ports import Vectors

REFUSED_ELSEWHERE: Final = 0.65  # of the questions about something else, at least this share is refused, but …
REFUSED_HERE: Final = 0.05  # … of those that the documents answer at most this one
FEWEST_KNOWN: Final = 20  # fewer questions of people set no bound of their own
SEEMS_ANSWERED: Final = 0.8  # of whose words a passage carries so much, that question may be on topic here


async def embed_elsewhere(cache: VectorCache) -> Vectors:
    """Return the bundled questions about something else as unit vectors. Raises what the embeddings raise."""
    return await cache.embed(off_topic_questions(), no_progress)


def no_progress(_done: int, _total: int) -> None:
    """Show no progress: this is quickly done."""


async def fit_judge(
    release: Release, cache: VectorCache, answered: Sequence[str] = (), unanswered: Sequence[str] = ()
) -> Judge | None:
    """Return a judge fitted to the release, None when there is nothing to tell by.

    It learns where to draw the line from questions made of the documents and from bundled ones about something else;
    `answered` and `unanswered` are questions of people of which it is known. Raises what the embeddings raise, and
    OSError.
    """
    elsewhere = release.elsewhere
    made = [one.question for one in questions_from(release.passages)]
    if not made or elsewhere is None:
        return None
    groups = [made, unanswered, answered]
    vectors = await cache.embed([release.in_its_words(question) for group in groups for question in group], no_progress)
    following = iter(vectors)
    here, refused, people = ([release.evidence(question, next(following)) for question in group] for group in groups)
    bundled = [
        release.evidence(question, vector, itself=number)
        for number, (question, vector) in enumerate(zip(off_topic_questions(), elsewhere, strict=True))
    ]
    off_topic = [*(evidence for evidence in bundled if evidence.carried < SEEMS_ANSWERED), *refused]
    bounds = [_bound(here, REFUSED_HERE)]
    if off_topic:
        bounds.append(_bound(off_topic, REFUSED_ELSEWHERE))
    if len(people) >= FEWEST_KNOWN:
        bounds.append(_bound(people, REFUSED_HERE))
    return Judge(bias=round(-min(bounds), 4))


def _bound(evidence: Sequence[Evidence], share: float) -> float:
    """Return the sum of signs that a share of the evidence stays below."""
    unfitted = Judge(bias=0.0)
    return float(np.quantile([unfitted.total(one) for one in evidence], share))
