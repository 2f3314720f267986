"""Of a company's real policies, the right document is found for questions that visitors could ask."""

import json
from pathlib import Path

import pytest

from tests.unit.kb.conftest import CountingEmbeddings
from workers.domain.followup import search_query
from workers.domain.prompt import PastTurn
from workers.kb.build import build_release, index_folder
from workers.kb.publish import current_release
from workers.kb.release import Release, load_release

DATA = Path(__file__).parents[4] / "shared" / "eval"
DOCUMENTS, QUESTIONS = DATA / "site-policy", DATA / "site-policy.questions.jsonl"


@pytest.fixture
async def policies(tmp_path: Path, embeddings: CountingEmbeddings) -> Release:
    """Give a release of a platform's 57 policies, or skip where they are not at hand."""
    if not QUESTIONS.is_file():
        pytest.skip(f"needs {QUESTIONS}")
    for document in DOCUMENTS.iterdir():
        (tmp_path / document.name).write_bytes(document.read_bytes())
    await build_release(tmp_path, embeddings)
    folder = current_release(index_folder(tmp_path))
    assert folder
    return load_release(folder, embeddings)


async def files_found(
    release: Release, row: dict[str, list[dict[str, str]]], embeddings: CountingEmbeddings
) -> list[str]:
    said = [message["content"] for message in row["history"]]
    history = [PastTurn(asked, told) for asked, told in zip(said[::2], said[1::2], strict=True)]
    question = release.in_its_words(search_query(history, str(row["question"])))
    found = release.search(question, (await embeddings.embed([question]))[0], 30)
    return list(dict.fromkeys(passage.source for passage in found))


async def test_the_right_policy_comes_first_or_among_three(policies: Release, embeddings: CountingEmbeddings) -> None:
    rows = [json.loads(line) for line in QUESTIONS.read_text().splitlines()]
    answerable = [row for row in rows if row["expected"]]
    first = among_three = 0
    for row in answerable:
        files = await files_found(policies, row, embeddings)
        first += files[0] in row["expected"]
        among_three += bool(set(files[:3]) & set(row["expected"]))
    assert first / len(answerable) >= 0.70
    assert among_three / len(answerable) >= 0.78
