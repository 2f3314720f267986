"""A passage is found by its heading and by any single sentence of it, however much else it says."""

from pathlib import Path

import numpy as np
import pytest

from tests.unit.kb.conftest import CountingEmbeddings
from workers.domain.passage import Passage
from workers.kb.build import embedded_texts
from workers.kb.phrases import FEW, PhraseIndex, Phrases, phrases_of
from workers.kb.release import Release, load_release, write_release

PASSAGES = [
    Passage("1", "Parcels leave on the same day. They take a week.\nInsurance is included.", "Shipping", "Canada", "a"),
    Passage("2", "Kayaks float.", "Shipping", "Canada", "a"),
    Passage("3", "42", "Rentals", "", "b"),
]


def test_phrases_are_headings_and_sentences_each_once() -> None:
    phrases = phrases_of(PASSAGES)
    whose = [
        [phrases.texts[n] for n in phrases.sentences[start:end]]
        for start, end in zip(phrases.starts, phrases.starts[1:], strict=False)
    ]
    assert [phrases.texts[n] for n in phrases.headings] == ["Shipping > Canada", "Shipping > Canada", "Rentals"]
    assert whose == [
        ["Parcels leave on the same day.", "They take a week.", "Insurance is included."],
        ["Kayaks float."],
        ["42"],
    ]
    assert len(set(phrases.texts)) == len(phrases.texts)


def test_the_question_that_an_entry_answers_is_one_of_its_sentences() -> None:
    entry = Passage("4", "Within thirty days.", "Help", "Returns > Until when can I return a boat?", "c")
    phrases = phrases_of([entry])
    assert [phrases.texts[n] for n in phrases.sentences] == ["Until when can I return a boat?", "Within thirty days."]
    assert [phrases.texts[n] for n in phrases.headings] == ["Help > Returns > Until when can I return a boat?"]


async def test_likeness_is_that_of_the_heading_and_of_the_nearest_sentence(
    tmp_path: Path, embeddings: CountingEmbeddings
) -> None:
    phrases = phrases_of(PASSAGES)
    vectors = await embeddings.embed(phrases.texts)
    PhraseIndex.of(phrases, vectors).save(tmp_path / "phrases")
    index = PhraseIndex.load(tmp_path / "phrases")
    question = (await embeddings.embed(["is there an insurance"]))[0]
    exact = vectors @ question
    near = index.likeness_of(np.array([2, 0]), question)
    assert near.headings == pytest.approx([exact[phrases.headings[2]], exact[phrases.headings[0]]], abs=0.01)
    assert near.sentences == pytest.approx(
        [exact[phrases.texts.index("42")], exact[phrases.texts.index("Insurance is included.")]], abs=0.01
    )
    assert len(index.likeness_of(np.empty(0, np.int64), question).sentences) == 0
    every, chosen = index.likeness(question), index.likeness_of(np.arange(len(PASSAGES)), question)
    assert every.headings == pytest.approx(chosen.headings, abs=1e-5)
    assert every.sentences == pytest.approx(chosen.sentences, abs=1e-5)


def test_too_many_phrases_are_never_all_compared() -> None:
    vectors = np.eye(2, FEW // 2, dtype=np.float32)
    numbers = np.arange(4, dtype=np.int32)
    few, many = (
        PhraseIndex.of(
            Phrases([""] * count, numbers[:count], numbers[: count + 1], numbers[:count], numbers[:count]), of
        )
        for count, of in ((2, vectors), (3, vectors[[0, 1, 0]]))
    )
    assert few.are_few
    assert not many.are_few
    with pytest.raises(ValueError, match="too many"):
        many.likeness(vectors[0])


async def released(folder: Path, passages: list[Passage], embeddings: CountingEmbeddings) -> Release:
    (folder / "made").mkdir()
    vectors = await embeddings.embed(embedded_texts(passages))
    manifest = write_release(folder / "made", passages, vectors, embeddings, {})
    return load_release((folder / "made").rename(folder / manifest.release), embeddings)


async def test_a_sentence_among_many_is_found(tmp_path: Path, embeddings: CountingEmbeddings) -> None:
    said = (
        "Our founders met at sea. The boats are painted in winter. {} Tea is served at four. Paddles are of ash wood."
    )
    dull, telling = (
        Passage(name, said.format(sentence), "The club", "", f"{name}.md")
        for name, sentence in (("dull", "Sails dry on the lawn."), ("telling", "Dogs may come along."))
    )
    question = "is my puppy welcome"
    vector = (await embeddings.embed([question]))[0]
    found = (await released(tmp_path, [dull, telling], embeddings)).search(question, vector, 2)
    assert found[0].source == "telling.md"
    assert found[0].score > found[1].score + 0.02  # the passages as a whole differ less
