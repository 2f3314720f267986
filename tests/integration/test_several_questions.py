"""A desk that is asked two things at once, from the message to the answer that is stored."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from shared.vocabulary import LeadStep
from tests.processes import running
from tests.sse import check_told
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.kb.build import build_release

DOCUMENTS: Final = {
    "parking.md": "# Parking\n\nTwelve parking spaces are behind the shop.\n",
    "warranty.md": "# Warranty\n\nThe warranty lasts five years.\n",
    "refunds.md": "# Refunds\n\nRefunds reach your card within five working days.\n",
}
BOTH: Final = "Do you have parking and how long is the warranty?"
HALF: Final = "Do you have parking and do you sell birthday cakes?"


@pytest.fixture
def kb_dir(tmp_path: Path) -> Path:
    """Give a folder of documents with a release."""
    for name, text in DOCUMENTS.items():
        (tmp_path / name).write_text(text)
    asyncio.run(build_release(tmp_path, BundledEmbeddings()))
    return tmp_path


async def test_both_questions_are_answered_from_the_documents(stack: Stack, kb_dir: Path) -> None:
    async with running(stack, kb_dir=kb_dir) as desk, desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(BOTH)
        told = await visitor.follow(posted)
        turn = await visitor.turn(posted)
    assert check_told(told) == {1: turn["answer"]}
    assert turn["answer"].index("Twelve parking spaces") < turn["answer"].index("five years")
    assert [citation["source"] for citation in turn["citations"]] == ["parking.md", "warranty.md"]


async def test_half_an_answer_is_told_as_such_and_operators_hear_of_the_other_half(stack: Stack, kb_dir: Path) -> None:
    async with running(stack, kb_dir=kb_dir, lead_capture=True) as desk, desk.visitor() as visitor:
        turn = await visitor.ask(HALF)
        lead = (await visitor.session())["lead"]
        await visitor.ask(BOTH)
    assert "Twelve parking spaces" in turn["answer"]
    assert "couldn't find an answer" in turn["answer"]
    assert lead["step"] == LeadStep.OFFERED
    waiting = await stack.database.read(lambda uow: uow.unanswered.waiting(10))
    assert [asked.question for asked in waiting] == [HALF]


async def test_a_model_is_given_passages_for_both(stack: Stack, kb_dir: Path) -> None:
    with StubLLM() as llm:
        async with running(stack, llm=llm, kb_dir=kb_dir, passages_per_answer=1) as desk, desk.visitor() as visitor:
            await visitor.ask(BOTH)
        [request] = llm.requests
    asked = request.body["messages"][-1]["content"]
    assert "Twelve parking spaces" in asked
    assert "five years" in asked
    assert "Refunds" not in asked


async def test_who_asks_to_be_called_is_not_told_that_no_document_tells(stack: Stack, kb_dir: Path) -> None:
    async with running(stack, kb_dir=kb_dir, lead_capture=True) as desk, desk.visitor() as visitor:
        turn = await visitor.ask("Can someone call me about a workshop? And how long is the warranty?")
    assert "couldn't find" not in turn["answer"]
