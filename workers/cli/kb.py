"""`frontdesk kb`: everything an operator does with the knowledge base."""

from pathlib import Path
from typing import Annotated

import typer

from shared.settings import Settings, load_settings
from shared.vocabulary import UnansweredStatus

Documents = Annotated[
    Path | None,
    typer.Option("--kb", exists=True, file_okay=False, help="Your documents. [default: KB_DIR]"),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Stop at a document that can't be used, instead of skipping it.")
]
Force = Annotated[bool, typer.Option("--force", help="Build even when nothing changed.")]
Publish = Annotated[bool, typer.Option(help="Make it the current release, or only build it beside the others.")]
ReleaseId = Annotated[str | None, typer.Argument(help="Its id, as `frontdesk kb status` shows it.")]
Question = Annotated[str, typer.Argument(help="What a visitor might ask.")]
Limit = Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages to show.")]
Status = Annotated[UnansweredStatus, typer.Option(help="Which of the questions to show.")]
Most = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many questions to show.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
Questions = Annotated[
    Path,
    typer.Argument(
        metavar="QUESTIONS.jsonl",
        exists=True,
        dir_okay=False,
        help='Rows of {"question", "expected": [file], "history"?}; without an expected file, the desk must not know.',
    ),
]
AsJsonScores = Annotated[bool, typer.Option("--json", help="Print the measures as JSON.")]
Html = Annotated[Path | None, typer.Option("--html", dir_okay=False, help="Write the report as a page, too.")]
Checked = Annotated[str | None, typer.Option("--release", help="The release to check. [default: the current one]")]
Create = Annotated[bool, typer.Option("--create", help="Make the questions from the documents first.")]

app = typer.Typer(help="Build the knowledge base, publish its releases, search them.", no_args_is_help=True)


@app.command()
def build(kb: Documents = None, strict: Strict = False, force: Force = False, publish: Publish = True) -> None:
    """Build a release from the documents and publish it; running workers load it within seconds."""
    from workers.cli import knowledge  # noqa: PLC0415  (slow to import, and `--help` should be quick)

    knowledge.build(_settings(kb), strict=strict, force=force, publish=publish)


@app.command()
def publish(release: ReleaseId = None, kb: Documents = None) -> None:
    """Make a kept release the current one, the newest unless another is named, after proving that it is whole."""
    from workers.cli import releases  # noqa: PLC0415  (as above)

    releases.publish(_settings(kb), release)


@app.command()
def rollback(kb: Documents = None) -> None:
    """Go back to the release that was published before the current one; again, and it goes further back."""
    from workers.cli import releases  # noqa: PLC0415  (as above)

    releases.rollback(_settings(kb))


@app.command()
def search(question: Question, kb: Documents = None, limit: Limit = 5, as_json: AsJson = False) -> None:
    """Show what the desk would answer a question from."""
    from workers.cli import knowledge  # noqa: PLC0415  (as above)

    knowledge.search(_settings(kb), question, limit, as_json=as_json)


@app.command("eval")
def evaluate(questions: Questions, kb: Documents = None, as_json: AsJsonScores = False, html: Html = None) -> None:
    """Measure how well the current release answers questions of which the answers are known."""
    from workers.cli import evaluating  # noqa: PLC0415  (as above)

    evaluating.evaluation(_settings(kb), questions, as_json=as_json, html=html)


@app.command()
def check(kb: Documents = None, release: Checked = None, create: Create = False) -> None:
    """Measure a release on golden.jsonl beside the documents; exit code 1 when it answers too badly."""
    from workers.cli import evaluating  # noqa: PLC0415  (as above)

    evaluating.check(_settings(kb), release, create=create)


@app.command()
def golden(kb: Documents = None) -> None:
    """Begin golden.jsonl with a question for each entry and heading; rows that are there stay as they are."""
    from workers.cli import evaluating  # noqa: PLC0415  (as above)

    evaluating.make_golden(_settings(kb))


@app.command()
def status(kb: Documents = None, as_json: AsJson = False) -> None:
    """Show the current release, whether the documents changed since, and every release that is kept."""
    from workers.cli import releases  # noqa: PLC0415  (as above)

    releases.status(_settings(kb), as_json=as_json)


@app.command()
def unanswered(status: Status = UnansweredStatus.OPEN, limit: Most = 20) -> None:
    """Show what visitors asked and the documents did not tell: how often, when last, in whose words first."""
    from workers.cli import unanswered as questions  # noqa: PLC0415  (as above)

    questions.show(load_settings(), status, limit)


def _settings(kb: Path | None) -> Settings:
    return load_settings(kb_dir=kb) if kb else load_settings()
