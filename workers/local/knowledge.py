"""The local desk's knowledge base: brought up to date at the start, in a process of its own.

Building takes memory that the desk has no use for afterwards, and reads files that may bring their reader down.
"""

import sys
from typing import Final

import msgspec

from shared.errors import FrontdeskError, PermanentError
from shared.settings import Settings, load_settings
from workers.local import terminal
from workers.local.children import Launcher, Program
from workers.local.programs import environment_of, log_of

NAME: Final = "knowledge"


class NothingToAnswerFrom(PermanentError):
    """There is no knowledge base, and none could be built."""

    code = "nothing_to_answer_from"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the builder tells the launcher, as one line of JSON."""

    documents: int = 0
    passages: int = 0
    built_in_seconds: float | None = None
    """None when the release that was there is still what the documents say."""
    problems: list[str] = []
    error: str | None = None
    """Why there is no new release; the numbers then tell about the one that was there, if there was one."""


async def prepare(settings: Settings, launcher: Launcher) -> str:
    """Bring the release up to date and return what is in it, in words.

    A document that can't be read is named and left out; a failed build leaves the earlier release in place.
    Raises NothingToAnswerFrom when there is no release at all.
    """
    log = log_of(settings, NAME)
    command = (sys.executable, "-m", "workers.local.knowledge")
    said = await launcher.output_of(Program(NAME, command, log, environment_of(settings)))
    try:
        outcome = msgspec.json.decode(said.splitlines()[-1], type=Outcome)
    except (IndexError, msgspec.DecodeError):
        outcome = Outcome(error=f"The documents in {settings.kb_dir} could not be read. See {log}.")
    _tell(outcome)
    if not outcome.passages:
        raise NothingToAnswerFrom(outcome.error or "")
    return f"{outcome.passages} passages from {outcome.documents} documents"


def _tell(outcome: Outcome) -> None:
    for problem in outcome.problems:
        terminal.say(f"Left out: {problem}")
    if outcome.built_in_seconds is not None:
        terminal.say(f"Built the knowledge base in {outcome.built_in_seconds:.1f} s.")
    if outcome.error and outcome.passages:
        terminal.say(f"Answers come from the earlier release: {outcome.error}")


def build(settings: Settings) -> Outcome:
    """Build where it is needed, and say what there is to answer from."""
    # Slow to import, and the launcher imports this file for the other half.
    from workers.adapters.embeddings import embeddings_for  # noqa: PLC0415
    from workers.kb.settling import Order, build_and_settle  # noqa: PLC0415

    try:
        report = build_and_settle(settings, embeddings_for(settings), Order())
    except FrontdeskError as error:
        return _earlier(settings, str(error))
    return Outcome(
        documents=report.documents,
        passages=report.passages,
        built_in_seconds=report.seconds if report.built else None,
        problems=[str(problem) for problem in report.problems],
    )


def _earlier(settings: Settings, error: str) -> Outcome:
    from workers.kb.manifest import check_contents, read_manifest  # noqa: PLC0415
    from workers.kb.publish import current_release  # noqa: PLC0415

    try:
        folder = current_release(settings.release_dir)
        if folder is None:
            return Outcome(error=error)
        manifest = read_manifest(folder)
        check_contents(folder, manifest)
    except FrontdeskError:
        return Outcome(error=error)
    return Outcome(error=error, documents=manifest.documents, passages=manifest.passages)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(build(load_settings())) + b"\n")
