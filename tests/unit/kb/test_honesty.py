"""A release knows what it does not know: its line is drawn while it is built."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.unit.kb.conftest import CountingEmbeddings
from workers.domain.evidence import Evidence, Judge, asks_for_now, lacks_figure, thing_asked, weigh
from workers.domain.passage import Passage
from workers.domain.vectors import unit
from workers.kb.build import build_release, index_folder
from workers.kb.evaluation import evaluate, find, totals
from workers.kb.golden import read_rows
from workers.kb.made_questions import off_topic_questions, questions_from
from workers.kb.manifest import MANIFEST, Manifest, encode, read_manifest
from workers.kb.publish import current_release
from workers.kb.release import Release, load_release
from workers.ports import Embeddings, Vectors

SAMPLE = Path(__file__).parents[3] / "kb_data"
POLICIES = Path(__file__).parents[4] / "shared" / "eval"


async def built_from(
    documents: Path, folder: Path, *, golden: bool = True, embeddings: Embeddings | None = None
) -> Release:
    embeddings = embeddings or CountingEmbeddings()
    ignored = shutil.ignore_patterns(".index", *([] if golden else ["golden.jsonl"]))
    shutil.copytree(documents, folder, ignore=ignored)
    await build_release(folder, embeddings)
    current = current_release(index_folder(folder))
    assert current
    return load_release(current, embeddings)


async def test_what_is_not_sold_is_not_known_and_what_is_written_is(
    tmp_path: Path, embeddings: CountingEmbeddings
) -> None:
    release = await built_from(SAMPLE, tmp_path / "kb")
    assert release.manifest.judge
    for question, answerable in {
        "Do you sell spaceships?": False,
        "What is the capital of Australia?": False,
        "do you have unicycles": False,
        "how do refunds work?": True,
        "Can you ship a bike to Canada?": True,
        "hours?": True,
    }.items():
        assert (await find(release, embeddings, question)).answerable is answerable, question


async def test_the_sample_companys_golden_questions_are_answered_or_refused(
    tmp_path: Path, embeddings: CountingEmbeddings
) -> None:
    release = await built_from(SAMPLE, tmp_path / "kb", golden=False)
    rows = read_rows(SAMPLE / "golden.jsonl")
    assert len(rows) >= 60
    assert sum(not row.expected for row in rows) >= 12
    measured = totals(await evaluate(release, embeddings, rows))
    assert (measured.abstain_precision or 0) >= 0.8
    assert (measured.abstain_recall or 0) >= 0.75
    assert (measured.hit_at_3 or 0) >= 0.85


class NarrowEmbeddings(CountingEmbeddings):
    """Embeddings of which all texts are near each other, as those of many models are: cosines from 0.7 to 1."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors that share most of their direction."""
        apart = await super().embed(texts)
        common = np.full(apart.shape[1], apart.shape[1] ** -0.5, np.float32)
        return unit(apart * np.float32(0.2**0.5) + common * np.float32(0.8**0.5))


async def test_the_line_is_drawn_for_embeddings_of_which_everything_is_alike(tmp_path: Path) -> None:
    narrow = NarrowEmbeddings()
    two = await narrow.embed(["What is the capital of Australia?", "how do refunds work?"])
    assert two[0] @ two[1] > 0.7
    release = await built_from(SAMPLE, tmp_path / "kb", golden=False, embeddings=narrow)
    measured = totals(await evaluate(release, narrow, read_rows(SAMPLE / "golden.jsonl")))
    assert (measured.abstain_precision or 0) >= 0.6
    assert (measured.abstain_recall or 0) >= 0.7


@pytest.mark.skipif(not POLICIES.is_dir(), reason="the evaluation data is not beside this repository")
async def test_a_platforms_policies_are_known_from_what_is_not_in_them(
    tmp_path: Path, embeddings: CountingEmbeddings
) -> None:
    release = await built_from(POLICIES / "site-policy", tmp_path / "kb")
    rows = read_rows(POLICIES / "site-policy.questions.jsonl")
    measured = totals(await evaluate(release, embeddings, rows))
    assert (measured.abstain_precision or 0) >= 0.8
    assert (measured.abstain_recall or 0) >= 0.7


async def test_a_release_without_a_judge_goes_by_its_score(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    await build_release(kb_dir, embeddings)
    folder = current_release(index_folder(kb_dir))
    assert folder
    release = load_release(folder, embeddings)
    assert release.manifest.judge
    plain = replace(release, manifest=_with_judge(release.manifest, None))
    foreign = replace(release, manifest=_with_judge(release.manifest, Judge(0.0, (1.0,))))
    stubborn = replace(release, manifest=_with_judge(release.manifest, Judge(-1_000.0)))
    question = "do you ship to Canada?"
    vector = (await embeddings.embed([question]))[0]
    assert plain.find(question, vector, 3).answerable
    assert foreign.find(question, vector, 3).answerable
    assert not stubborn.find(question, vector, 3).answerable
    assert stubborn.find(question, None, 3).answerable  # without meanings, words alone decide


async def test_a_manifest_of_before_there_were_judges_is_still_whole(
    kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    await build_release(kb_dir, embeddings)
    folder = current_release(index_folder(kb_dir))
    assert folder
    written = json.loads((folder / MANIFEST).read_bytes())
    assert {"judge"} == written.keys() & {"judge", "golden"}
    old = json.loads(encode(_with_judge(read_manifest(folder), None)))
    assert not old.keys() & {"judge", "golden"}


def _with_judge(manifest: Manifest, judge: Judge | None) -> Manifest:
    import msgspec  # noqa: PLC0415

    return msgspec.structs.replace(manifest, judge=judge)


async def test_the_same_documents_are_judged_the_same(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    judges = set()
    for _ in range(2):
        await build_release(kb_dir, embeddings, force=True)
        folder = current_release(index_folder(kb_dir))
        assert folder
        release = load_release(folder, embeddings)
        judges.add(release.manifest.judge)
        assert questions_from(release.passages) == questions_from(release.passages)
    assert len(judges) == 1


async def test_what_is_like_questions_about_something_else_counts_against(
    kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    await build_release(kb_dir, embeddings)
    folder = current_release(index_folder(kb_dir))
    assert folder
    release = load_release(folder, embeddings)
    question = off_topic_questions()[0]
    vector = (await embeddings.embed([question]))[0]
    assert release.evidence(question, vector).elsewhere > 0.99
    assert release.evidence(question, vector, itself=0).elsewhere < 0.99
    assert replace(release, elsewhere=None).evidence(question, vector).elsewhere == 0


def test_there_are_many_questions_about_something_else() -> None:
    assert len(off_topic_questions()) >= 150
    assert len(set(off_topic_questions())) == len(off_topic_questions())


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("How much does the plan cost?", "Plans are for teams of any size.", True),
        ("How much does the plan cost?", "It is 12 € a month.", False),
        ("how many requests per hour can I send", "Requests are limited to 50 a day.", True),
        ("how many requests per hour can I send", "You may send 50 an hour.", False),
        ("What percentage of uptime do you promise?", "We promise a lot.", True),
        ("how old must I be", "You must be at least thirteen; at 13 it is fine.", False),
        ("Can I come by?", "Yes.", False),
    ],
)
def test_a_figure_that_is_asked_for_has_to_be_there(question: str, text: str, lacks: bool) -> None:
    assert lacks_figure(question, [text]) is lacks


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Do you sell spaceships?", "spaceships?"),
        ("hi, do you have red vans", "red vans"),
        ("do you do tours of the old depot for schools?", "tours"),
        ("can i buy a gift voucher for a service for my sister", "a gift voucher"),
        ("do i get anything for bringing a friend along", ""),
        ("Is there a person in Mumbai whom I can ask about something that should be removed?", ""),
        ("My bike broke. Do you have a spare part?", ""),
        ("where is the shop", ""),
    ],
)
def test_a_thing_is_asked_for_by_short_questions_alone_before_their_details(question: str, thing: str) -> None:
    assert thing_asked(question) == thing


def test_the_word_that_tells_most_of_those_missing_counts_against_an_answer() -> None:
    passage = Passage("1", "We repair zips.", "Repairs", "", "repairs.md")
    weights = {"repair": 1.0, "unicycl": 2.0, "zip": 1.0}
    lacking = weigh("Do you repair unicycle zips?", weights, set(), [(passage, {"repair", "zip"})], (0.5, 0.1))
    assert lacking.lacks_word == pytest.approx(0.5)
    having = weigh("Do you repair unicycle zips?", weights, set(), [(passage, weights.keys())], (0.5, 0.1))
    assert having.lacks_word == 0
    alike = replace(having, lacks_word=lacking.lacks_word)
    assert Judge(0.0).total(alike) < Judge(0.0).total(having)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("is the website down? i can't log in", 1.0),
        ("Are all your payment terminals offline?", 1.0),
        ("How many people are waiting right now?", 1.0),
        ("are you hiring at the moment?", 1.0),
        ("have you got any helmets left for tomorrow", 1.0),
        ("we have to cancel our booking tomorrow, what does it cost?", 0.5),
        ("Will my parcel come today?", 0.5),
        ("Are you open today?", 0.0),
        ("it's thursday half 8, is anybody on the phone right now?", 0.0),
        ("its 10pm and we come tomorrow, can i still change it?", 0.0),
        ("What happens to my data if the service is down?", 0.0),
        ("When is the site down for maintenance?", 0.0),
        ("How do I turn a notification down?", 0.0),
    ],
)
def test_asking_how_things_are_tells_more_against_an_answer_than_naming_a_day(question: str, asks: float) -> None:
    assert asks_for_now(question) == asks


def test_what_fits_badly_is_answered_by_nobody() -> None:
    nothing = Evidence(
        likeness=0.0,
        carried=0.0,
        together=0.0,
        elsewhere=0.0,
        lacks_word=0.0,
        lacks_figure=0.0,
        lacks_thing=0.0,
        asks_for_now=0.0,
    )
    everything = Evidence(1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert not Judge(bias=-2.0).is_answerable(nothing)
    assert Judge(bias=-2.0).is_answerable(everything)


@pytest.mark.parametrize(("likeness", "together", "answers"), [(0.3, 0.0, False), (0.5, 0.0, True), (0.3, 0.2, True)])
def test_words_that_no_document_has_are_answered_only_for_their_meaning(
    likeness: float, together: float, answers: bool
) -> None:
    evidence = Evidence(likeness, together, together, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert Judge(bias=1.0).is_answerable(evidence) is answers
