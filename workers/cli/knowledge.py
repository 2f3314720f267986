"""What `frontdesk kb build` and `search` do on the terminal."""

import asyncio
import sys

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from shared.settings import Settings
from workers.adapters.embeddings import embeddings_for
from workers.cli.caught_up import caught_up
from workers.domain.passage import Found
from workers.kb.build import BuildReport
from workers.kb.golden import GOLDEN
from workers.kb.publish import current_release, no_release_in
from workers.kb.release import Release, load_release
from workers.kb.settling import Order, build_and_settle
from workers.ports import Embeddings


def build(settings: Settings, *, strict: bool, force: bool, publish: bool = True) -> None:
    """Build a release and publish it, naming on standard error what was skipped. Raises BuildFailed, BuildRunning."""
    columns = (TextColumn("Embedding"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=None)
        report = build_and_settle(
            settings,
            embeddings_for(settings),
            Order(strict, force, publish),
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
            on_built=_tell_problems,
        )
    print(_sentence(report, "Published" if publish else "Built"))  # noqa: T201  (a command speaks on the terminal)


def _tell_problems(report: BuildReport) -> None:
    for problem in report.problems:
        about = "" if problem.source == GOLDEN else "Skipped "
        print(f"{about}{problem}", file=sys.stderr)  # noqa: T201  (as above)


def search(settings: Settings, question: str, limit: int, *, as_json: bool) -> None:
    """Print the passages found for a question, the best first. Raises ReleaseUnusable."""
    caught_up(settings)
    embeddings = embeddings_for(settings)
    release = _current(settings, embeddings)
    found = asyncio.run(_search(release, embeddings, question, limit))
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(found.passages), indent=2).decode())  # noqa: T201  (as above)
    else:
        _show(found)


async def _search(release: Release, embeddings: Embeddings, question: str, limit: int) -> Found:
    if not question.strip():
        return Found([], answerable=False)
    vectors = await embeddings.embed([release.in_its_words(question)])
    return release.find(question, vectors[0], limit)


def _current(settings: Settings, embeddings: Embeddings) -> Release:
    folder = current_release(settings.release_dir)
    if folder is None:
        raise no_release_in(settings.release_dir)
    return load_release(folder, embeddings)


def _sentence(report: BuildReport, done: str) -> str:
    content = f"{report.passages} passages from {report.documents} documents"
    if not report.built:
        return f"Unchanged: release {report.release} already holds {content}."
    return f"{done} release {report.release}: {content}, {report.embedded} texts embedded, in {report.seconds:.1f} s."


def _show(found: Found) -> None:
    console = Console()
    for passage in found.passages:
        place = " > ".join(part for part in (passage.title, passage.heading) if part)
        console.print(
            Text.assemble((f"{passage.score:.2f}", "bold"), "  ", (passage.source, "cyan"), "  ", place), soft_wrap=True
        )
        console.print(Text(passage.text), "", sep="\n", soft_wrap=True)
    if not found.answerable:
        console.print("None of this answers the question: the desk would say that it does not know.")
