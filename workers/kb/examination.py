"""A release's last step before it is published: its judge fitted, its answers to the golden questions measured."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from workers.kb.checking import Verdict, judge
from workers.kb.disk import sync
from workers.kb.evaluation import Outcome, evaluate, golden_scores
from workers.kb.golden import Golden, Row, read_golden
from workers.kb.honesty import embed_elsewhere, fit_judge
from workers.kb.manifest import Manifest, proof_of, seal
from workers.kb.publish import current_release
from workers.kb.release import ELSEWHERE, Release, load_release, write_manifest
from workers.kb.vector_cache import VectorCache
from workers.ports import Embeddings, ReleaseUnusable


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out about a release."""

    manifest: Manifest
    verdict: Verdict | None
    """None without golden questions."""
    gone: tuple[str, ...] = ()
    """What is wrong with golden rows, as sentences."""


@dataclass(frozen=True, slots=True)
class Examiner:
    """Examines releases of one folder of documents."""

    kb_dir: Path
    root: Path
    embeddings: Embeddings
    cache: VectorCache

    async def examine(self, release: Release, folder: Path) -> Examined:
        """Fit the release's judge, ask it the golden questions, and write both into its manifest in `folder`.

        Raises RowsUnusable, OSError and what the embeddings raise.
        """
        golden = read_golden(self.kb_dir, {passage.source for passage in release.passages})
        rows = golden.rows if golden else ()
        release = replace(release, elsewhere=await embed_elsewhere(self.cache))
        fitted = await fit_judge(
            release,
            self.cache,
            [row.query for row in rows if row.expected],
            [row.query for row in rows if not row.expected],
        )
        judged = replace(release, manifest=msgspec.structs.replace(_with_elsewhere(folder, release), judge=fitted))
        if golden is None:
            return Examined(_sealed(folder, judged.manifest), None)
        outcomes = await evaluate(judged, self.embeddings, rows)
        manifest = msgspec.structs.replace(judged.manifest, golden=golden_scores(outcomes))
        before = await self._before(golden)
        return Examined(_sealed(folder, manifest), judge(outcomes, before), golden.gone)

    async def _before(self, golden: Golden) -> Sequence[Outcome]:
        """Return what the current release makes of the questions, nothing when there is none to compare with."""
        try:
            folder = current_release(self.root)
            release = load_release(folder, self.embeddings) if folder else None
        except ReleaseUnusable:
            return []
        return await evaluate(release, self.embeddings, _asked_of(release, golden)) if release else []


def _with_elsewhere(folder: Path, release: Release) -> Manifest:
    """Write the questions about something else, and return the manifest with the proof of that file."""
    path = folder / ELSEWHERE
    np.save(path, release.elsewhere if release.elsewhere is not None else [])
    sync(path)
    files = release.manifest.files | {ELSEWHERE: proof_of(path)}
    return msgspec.structs.replace(release.manifest, files=dict(sorted(files.items())))


def _asked_of(release: Release, golden: Golden) -> list[Row]:
    """Return the rows that the release could answer: a document that is new is no loss of the old release."""
    sources = {passage.source for passage in release.passages}
    return [row for row in golden.rows if not row.expected or any(map(row.expects, sources))]


def _sealed(folder: Path, manifest: Manifest) -> Manifest:
    sealed = seal(manifest)
    write_manifest(folder, sealed)
    return sealed
