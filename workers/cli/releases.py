"""What `frontdesk kb publish`, `rollback` and `status` do on the terminal."""

import sys

import msgspec
from rich.console import Console
from rich.table import Table

from shared.settings import Settings
from workers.adapters.embeddings import embeddings_for
from workers.cli.caught_up import caught_up
from workers.kb.build import sources_changed
from workers.kb.keeping import KeptRelease, kept_releases_told
from workers.kb.manifest import GoldenScores, check_contents, check_embedding, read_manifest
from workers.kb.publish import current_release, no_release_in
from workers.kb.sharing import Releases, releases_of


def publish(settings: Settings, release: str | None) -> None:
    """Make a kept release the current one, the newest unless another is named.

    Raises ReleaseUnknown and ReleaseUnusable.
    """
    releases = releases_of(settings)
    release = release or _newest(settings, releases)
    releases.publish(release, embeddings_for(settings))
    print(f"Published release {release}.")  # noqa: T201  (a command speaks on the terminal)


def _newest(settings: Settings, releases: Releases) -> str:
    kept = kept_releases_told(settings.release_dir, releases.elsewhere())
    if not kept:
        raise no_release_in(settings.release_dir)
    return kept[0].release


def rollback(settings: Settings) -> None:
    """Go back to the release published before. Raises NothingToRollBackTo and ReleaseUnusable."""
    print(f"Went back to release {releases_of(settings).roll_back(embeddings_for(settings))}.")  # noqa: T201  (as above)


def status(settings: Settings, *, as_json: bool) -> None:
    """Print what the current release holds, and the kept ones. Raises ReleaseUnusable."""
    releases = caught_up(settings)
    current = current_release(settings.release_dir)
    if current is None:
        raise no_release_in(settings.release_dir)
    embeddings = embeddings_for(settings)
    changed = sources_changed(settings.kb_dir, embeddings)
    kept = kept_releases_told(settings.release_dir, releases.elsewhere())
    if as_json:
        told = msgspec.json.encode({"current": current.name, "up_to_date": not changed, "releases": kept})
        sys.stdout.write(msgspec.json.format(told).decode() + "\n")
        return
    manifest = read_manifest(current)
    check_embedding(manifest, embeddings)
    check_contents(current, manifest)
    facts = Table.grid(padding=(0, 2))
    facts.add_row("release", manifest.release)
    facts.add_row("built", manifest.created_at)
    facts.add_row("documents", str(manifest.documents))
    facts.add_row("passages", str(manifest.passages))
    facts.add_row("embedding", f"{manifest.embedding.name}, {manifest.embedding.dimension} dimensions")
    facts.add_row(
        "golden", _told(manifest.golden) if manifest.golden else "no questions yet: run `frontdesk kb golden`"
    )
    facts.add_row("up to date", "no: run `frontdesk kb build`" if changed else "yes")
    Console().print(facts, _table(kept))


def _told(golden: GoldenScores) -> str:
    """Return the scores in words."""
    shares = [
        ("first", golden.hit_at_1),
        ("among three", golden.hit_at_3),
        ("of the unanswerable refused", golden.abstain_recall),
    ]
    told = ", ".join(f"{share:.0%} {name}" for name, share in shares if share is not None)
    return f"{golden.questions} questions: {told}"


def _table(kept: list[KeptRelease]) -> Table:
    table = Table("", box=None)
    table.add_column(
        "kept release", no_wrap=True, min_width=len("20260131-093015250-4f2a9c01bd77")
    )  # to be copied whole
    for name in ("built", "passages", "documents", "embedding"):
        table.add_column(name)
    for one in kept:
        mark = "*" if one.current else ""
        words = (one.created_at, str(one.passages), str(one.documents), one.embedding)
        table.add_row(mark, one.release, *words if one.problem is None else (one.problem,))
    return table
