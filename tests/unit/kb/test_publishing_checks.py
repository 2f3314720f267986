"""A release that answers worse is built and not published, and the commands that measure it."""

import json
from pathlib import Path

import pytest

from tests.unit.kb.conftest import CountingEmbeddings
from tests.unit.kb.test_commands import frontdesk
from workers.kb.build import build_release, index_folder
from workers.kb.checking import AnswersWorse
from workers.kb.golden import GOLDEN, RowsUnusable
from workers.kb.manifest import read_manifest
from workers.kb.publish import RELEASES, current_release

QUESTIONS = {
    "do you ship to Canada": ["questions.md"],
    "can I rent a kayak": ["faqs/questions.md"],
    "how long do refunds take": ["refunds.md"],
    "when are you open": ["docs/opening-hours.txt"],
    "boiling an egg": [],
}


@pytest.fixture
def golden(kb_dir: Path) -> Path:
    """Give the documents' golden questions."""
    rows = [json.dumps({"question": question, "expected": files}) for question, files in QUESTIONS.items()]
    path = kb_dir / GOLDEN
    path.write_text("\n".join(rows))
    return path


@pytest.mark.usefixtures("golden")
async def test_the_scores_are_kept_with_the_release(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    await build_release(kb_dir, embeddings)
    folder = current_release(index_folder(kb_dir))
    assert folder
    scores = read_manifest(folder).golden
    assert scores
    assert (scores.questions, scores.hit_at_3) == (5, 1.0)
    status = frontdesk("kb", "status", "--kb", str(kb_dir)).stdout
    assert "5 questions" in status
    assert "100% among three" in status


@pytest.mark.usefixtures("golden")
async def test_a_release_that_breaks_questions_is_built_and_not_published(
    kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    first = await build_release(kb_dir, embeddings)
    (kb_dir / "faqs" / "questions.md").write_text("# Questions\n\n## Do you like tea?\n\nWe do.\n")
    (kb_dir / "policies" / "refunds.md").write_text("# Refunds\n\nSee elsewhere.\n")
    (kb_dir / "policies" / "opening.md").write_text("# When are you open\n\nRefunds take long. Ship to Canada.\n")
    for name in ("a", "b", "c", "d"):
        text = f"# {name}\n\nHow long do refunds take? We ship to Canada. Rent a kayak. Version {name}{name}.\n"
        (kb_dir / f"{name}.md").write_text(text)
    with pytest.raises(AnswersWorse, match="was built and not published") as raised:
        await build_release(kb_dir, embeddings)
    assert "do you ship to Canada" in str(raised.value)
    root = index_folder(kb_dir)
    current = current_release(root)
    assert current
    assert current.name == first.release
    kept = [path.name for path in (root / RELEASES).iterdir() if path.name != first.release]
    assert len(kept) == 1
    assert kept[0] in str(raised.value)
    assert read_manifest(root / RELEASES / kept[0]).golden
    refused = frontdesk("kb", "check", "--kb", str(kb_dir), "--release", kept[0])
    assert refused.returncode == 1
    assert "does not pass" in refused.stderr
    assert frontdesk("kb", "check", "--kb", str(kb_dir), "--release", first.release).returncode == 0


@pytest.mark.usefixtures("golden")
async def test_a_first_release_serves_however_it_answers(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    for path in [*kb_dir.glob("*/*.md"), *kb_dir.glob("*/*.txt")]:  # noqa: ASYNC240
        path.write_text("# Other matters\n\nNothing of what was asked.\n")
    report = await build_release(kb_dir, embeddings)
    assert current_release(index_folder(kb_dir))
    assert {problem.source for problem in report.problems} == {GOLDEN}
    assert any(problem.message.startswith("Of the questions that the documents answer") for problem in report.problems)


@pytest.mark.usefixtures("golden")
async def test_golden_rows_without_their_document_are_reported(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    (kb_dir / GOLDEN).write_text((kb_dir / GOLDEN).read_text() + '\n{"question": "old?", "expected": ["old.md"]}')
    report = await build_release(kb_dir, embeddings)
    assert [str(problem) for problem in report.problems] == ["golden.jsonl: line 6 expects old.md, which is not there."]


@pytest.mark.usefixtures("golden")
async def test_a_golden_row_that_is_no_row_stops_the_build(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    (kb_dir / GOLDEN).write_text("nonsense")
    with pytest.raises(RowsUnusable, match=r"golden\.jsonl, line 1"):
        await build_release(kb_dir, embeddings)
    assert current_release(index_folder(kb_dir)) is None


async def test_eval_prints_the_measures_as_json(kb_dir: Path, golden: Path, embeddings: CountingEmbeddings) -> None:
    await build_release(kb_dir, embeddings)
    done = frontdesk("kb", "eval", str(golden), "--kb", str(kb_dir), "--json", "--html", str(kb_dir / "page.html"))
    assert (done.returncode, done.stderr) == (0, "")
    measured = json.loads(done.stdout)
    assert list(measured) == [
        "questions", "hit_at_1", "hit_at_3", "mrr", "abstain_precision", "abstain_recall", "ms_p50"
    ]  # fmt: skip
    assert (measured["questions"], measured["hit_at_3"], measured["abstain_recall"]) == (5, 1.0, 1.0)
    assert (kb_dir / "page.html").read_text().startswith("<!doctype html>")
    shown = frontdesk("kb", "eval", str(golden), "--kb", str(kb_dir))
    assert "hit at 1" in shown.stdout


async def test_eval_names_the_line_of_a_bad_row(kb_dir: Path, golden: Path, embeddings: CountingEmbeddings) -> None:
    await build_release(kb_dir, embeddings)
    (kb_dir / GOLDEN).write_text('{"question": "a?", "expected": []}\n{"question": "b?"}\n')
    done = frontdesk("kb", "eval", str(golden), "--kb", str(kb_dir), "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "line 2" in done.stderr
    assert frontdesk("kb", "eval", "--kb", str(kb_dir)).returncode == 2
    assert frontdesk("kb", "eval", str(kb_dir / "missing.jsonl"), "--kb", str(kb_dir)).returncode == 2


async def test_golden_questions_are_begun_by_command(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    await build_release(kb_dir, embeddings)
    missing = frontdesk("kb", "check", "--kb", str(kb_dir))
    assert missing.returncode == 1
    assert "frontdesk kb golden" in missing.stderr
    assert "Added 5 questions" in frontdesk("kb", "golden", "--kb", str(kb_dir)).stdout
    assert frontdesk("kb", "check", "--kb", str(kb_dir), "--create").returncode == 0
