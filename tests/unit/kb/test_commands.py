"""`frontdesk kb` on the terminal: what it prints, and how it ends."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests import commands
from tests.children import ROOT

MAIN = "from shared.errors import FrontdeskError\nfrom workers.cli import main\nmain()"


def frontdesk(*words: str) -> CompletedProcess[str]:
    return commands.frontdesk(*words, cwd=ROOT, env={"COLUMNS": "200"})


@pytest.fixture
def built(kb_dir: Path) -> Path:
    """Give documents of which a release was built."""
    done = frontdesk("kb", "build", "--kb", str(kb_dir))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Published release" in done.stdout
    assert "5 passages from 3 documents, 18 texts embedded" in done.stdout
    return kb_dir


def test_building_again_says_that_nothing_changed(built: Path) -> None:
    assert frontdesk("kb", "build", "--kb", str(built)).stdout.startswith("Unchanged: release")


def test_a_search_shows_score_source_heading_and_text(built: Path) -> None:
    done = frontdesk("kb", "search", "do you ship to Canada", "-k", "1", "--kb", str(built))
    first, text, *_ = done.stdout.splitlines()
    assert float(first.split()[0]) > 0.5
    assert first.endswith("faqs/questions.md  Questions > Do you ship to Canada?")
    assert text == "We ship to Canada for 40 dollars. Parcels take a week."
    assert "does not know" in frontdesk("kb", "search", "boiling an egg", "--kb", str(built)).stdout


def test_a_search_as_json_is_a_list_of_passages(built: Path) -> None:
    done = frontdesk("kb", "search", "how long do refunds take", "-k", "2", "--json", "--kb", str(built))
    found = json.loads(done.stdout)
    assert len(found) == 2
    assert (found[0]["source"], found[0]["title"]) == ("policies/refunds.md", "Refunds")
    assert 0 < found[0]["score"] <= 1


def test_the_status_tells_whether_the_documents_changed(built: Path) -> None:
    before = frontdesk("kb", "status", "--kb", str(built)).stdout
    assert "wordllama-l2-supercat-lowercase, 256 dimensions" in before
    assert "up to date  yes" in before
    (built / "docs" / "opening-hours.txt").write_text("Closed.")
    assert "up to date  no" in frontdesk("kb", "status", "--kb", str(built)).stdout


def test_a_broken_document_is_named_and_stops_a_strict_build(kb_dir: Path) -> None:
    (kb_dir / "broken.md").write_bytes(b"\xff")
    lenient = frontdesk("kb", "build", "--kb", str(kb_dir))
    assert (lenient.returncode, lenient.stderr) == (0, "Skipped broken.md: is not UTF-8 (line 1). Save it as UTF-8.\n")
    strict = frontdesk("kb", "build", "--strict", "--kb", str(kb_dir))
    assert strict.returncode == 1
    assert "broken.md: is not UTF-8" in strict.stderr


@pytest.mark.parametrize("words", [("build",), ("search", "refunds"), ("status",)])
def test_an_empty_folder_is_a_sentence_and_not_a_traceback(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = frontdesk("kb", *words, "--kb", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("frontdesk: There is no")
    assert done.stderr.count("\n") == 1


def test_wrong_usage_ends_with_two(tmp_path: Path) -> None:
    assert frontdesk("kb", "build", "--kb", str(tmp_path / "missing")).returncode == 2
    assert frontdesk("kb", "search", "--kb", str(tmp_path)).returncode == 2


def test_the_newest_release_is_published_unless_another_is_named(built: Path) -> None:
    where = ("--kb", str(built))
    frontdesk("kb", "build", "--force", "--no-publish", *where)
    assert frontdesk("kb", "publish", *where).returncode == 0
    kept = json.loads(frontdesk("kb", "status", "--json", *where).stdout)
    newest, oldest = sorted((one["release"] for one in kept["releases"]), reverse=True)
    assert kept["current"] == newest
    frontdesk("kb", "publish", oldest, *where)
    assert json.loads(frontdesk("kb", "status", "--json", *where).stdout)["current"] == oldest
