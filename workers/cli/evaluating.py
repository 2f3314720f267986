"""What `frontdesk kb eval`, `check` and `golden` do: measure a release's answers, and tell how it did."""

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.settings import Settings
from workers.adapters.embeddings import embeddings_for
from workers.cli.caught_up import caught_up
from workers.cli.evaluation_page import page
from workers.kb.build import read_content
from workers.kb.checking import AnswersWorse, judge
from workers.kb.evaluation import Outcome, Totals, by_kind, evaluate, totals, worst
from workers.kb.golden import GOLDEN, Golden, RowsUnusable, add_generated, read_golden, read_rows
from workers.kb.publish import RELEASE_ID, RELEASES, current_release, no_release_in
from workers.kb.release import Release, load_release
from workers.ports import Embeddings, ReleaseUnusable

SHOWN = 15  # of what went wrong


def evaluation(settings: Settings, questions: Path, *, as_json: bool, html: Path | None) -> None:
    """Measure the current release on a file of questions. Raises RowsUnusable and ReleaseUnusable."""
    rows = read_rows(questions)
    embeddings = embeddings_for(settings)
    release = release_of(settings, embeddings, None)
    outcomes = asyncio.run(evaluate(release, embeddings, rows))
    if html:
        _write(html, page(release.id, outcomes))
    if as_json:
        print(msgspec.json.encode(asdict(totals(outcomes))).decode())  # noqa: T201  (a command speaks on the terminal)
    else:
        report(outcomes)


def check(settings: Settings, release_id: str | None, *, create: bool) -> None:
    """Measure a release on the golden questions. Raises AnswersWorse, RowsUnusable and ReleaseUnusable."""
    if create:
        make_golden(settings)
    embeddings = embeddings_for(settings)
    release = release_of(settings, embeddings, release_id)
    golden = golden_of(settings, release)
    outcomes = asyncio.run(evaluate(release, embeddings, golden.rows))
    report(outcomes)
    verdict = judge(outcomes)
    if not verdict.passed:
        raise AnswersWorse("\n".join([f"Release {release.id} does not pass.", *verdict.failings]))
    print(f"Release {release.id} passes.")  # noqa: T201  (as above)


def make_golden(settings: Settings) -> None:
    """Add a golden question for each entry and heading of the documents. Raises RowsUnusable."""
    added = add_generated(settings.kb_dir, read_content(settings.kb_dir).passages)
    path = settings.kb_dir / GOLDEN
    print(f"Added {added} questions to {path}. Put them into visitors' words, and add some that have no answer.")  # noqa: T201  (as above)


def golden_of(settings: Settings, release: Release) -> Golden:
    """Return the golden questions, naming on standard error those whose documents are gone. Raises RowsUnusable."""
    golden = read_golden(settings.kb_dir, {passage.source for passage in release.passages})
    if golden is None:
        raise RowsUnusable(f"There is no {settings.kb_dir / GOLDEN}. Begin one with `frontdesk kb golden`.")
    for sentence in golden.gone:
        print(f"{GOLDEN}: {sentence}", file=sys.stderr)  # noqa: T201  (as above)
    return golden


def release_of(settings: Settings, embeddings: Embeddings, release_id: str | None) -> Release:
    """Load a release, the current one unless it is named. Raises ReleaseUnusable."""
    caught_up(settings)
    if release_id is None:
        folder = current_release(settings.release_dir)
        if folder is None:
            raise no_release_in(settings.release_dir)
        return load_release(folder, embeddings)
    if not RELEASE_ID.fullmatch(release_id):
        raise ReleaseUnusable(f"{release_id} is not the id of a release. See `frontdesk kb status`.")
    return load_release(settings.release_dir / RELEASES / release_id, embeddings)


def report(outcomes: list[Outcome]) -> None:
    """Print the measures, those of each kind of question, and what went wrong most."""
    console = Console()
    table = Table("kind", *(_heading(name) for name in Totals.__slots__))
    for kind, measured in (("all", totals(outcomes)), *by_kind(outcomes).items()):
        table.add_row(Text(kind), *(shown(value) for value in asdict(measured).values()))
    console.print(table)
    known = [outcome.tells for outcome in outcomes if outcome.tells is not None]
    if known:
        console.print(
            f"What must be said stands in the first five passages for {sum(known)} of {len(known)} questions."
        )
    wrong = worst(outcomes, SHOWN)
    if wrong:
        console.print(Text("What went wrong, the worst first:", "bold"))
    for outcome in wrong:
        console.print(
            Text.assemble(("  ", ""), (outcome.row.question, "bold"), f"\n    {told(outcome)}"), soft_wrap=True
        )


def told(outcome: Outcome) -> str:
    """Return what became of a question that went wrong, in a sentence."""
    found = ", ".join(outcome.found[:3]) or "nothing"
    if not outcome.is_answerable:
        return f"answered from {found}, should be refused"
    refused = "refused; " if outcome.abstained else ""
    at = f"at place {outcome.place}" if outcome.place else "not found"
    return f"{refused}{' or '.join(outcome.row.expected)} {at}; found {found}"


def shown(value: float | None) -> str:
    """Return a measure as it is shown."""
    if value is None:
        return "\u2013"
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def _heading(name: str) -> str:
    return name.replace("_", " ")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RowsUnusable(f"{path} can't be written ({error.strerror}).") from error
