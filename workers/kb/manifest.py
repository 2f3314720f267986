"""A release's manifest: what it was made of, and the proof that its files are the ones that were written."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from workers.domain.evidence import Judge
from workers.ports import Embeddings, ReleaseUnusable

FORMAT: Final = 1
# Raised whenever splitting, embedding, indexing or judging changes, so that unchanged sources are built again.
RECIPE: Final = 6
MANIFEST: Final = "manifest.json"
DIGEST_LENGTH: Final = 12


class EmbeddingModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which embeddings the vectors came from."""

    name: str
    dimension: int


class FileProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file's size in bytes and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


class GoldenScores(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How well a release answered the golden questions, in shares between 0 and 1."""

    questions: int
    hit_at_1: float | None
    hit_at_3: float | None
    abstain_precision: float | None
    """None, as all of them, when there was nothing to be measured."""
    abstain_recall: float | None
    """None when no question had to be left unanswered."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is in a release; its id ends in the digest of all the rest."""

    format: Literal[1] = FORMAT
    release: str
    created_at: str
    recipe: int
    embedding: EmbeddingModel
    passages: int
    documents: int
    sources: dict[str, str]
    """The SHA-256 of every document seen, of those that were skipped too."""
    files: dict[str, FileProof]
    judge: Judge | None = None
    """What tells whether a question is answered here; without it, a score that suits most documents does."""
    golden: GoldenScores | None = None
    """How the release answered the golden questions when it was built."""


def seal(manifest: Manifest) -> Manifest:
    """Return the manifest with its time and its id, `20260131-093015250-4f2a9c01bd77`."""
    now = datetime.now(UTC)
    dated = msgspec.structs.replace(manifest, release="", created_at=now.isoformat(timespec="milliseconds"))
    return msgspec.structs.replace(dated, release=f"{now:%Y%m%d-%H%M%S}{now.microsecond // 1000:03}-{_digest(dated)}")


def encode(manifest: Manifest) -> bytes:
    """Return the manifest as it is written."""
    return msgspec.json.format(msgspec.json.encode(_stated(manifest)), indent=2) + b"\n"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of the release in the folder. Raises ReleaseUnusable."""
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise unusable(folder, MANIFEST, f"can't be read ({error.strerror})") from error
    return parsed_manifest(folder, content)


def parsed_manifest(folder: Path, content: bytes) -> Manifest:
    """Return the manifest of the release of the folder's name. Raises ReleaseUnusable."""
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except ValueError as error:
        raise unusable(folder, MANIFEST, f"is not a manifest of format {FORMAT} ({error})") from error
    if manifest.release != folder.name or not manifest.release.endswith(_digest(manifest)):
        raise unusable(folder, MANIFEST, "was changed after it was written")
    return manifest


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Raise ReleaseUnusable unless every file is there in full: the cheap look."""
    for name, proof in manifest.files.items():
        try:
            size = (folder / name).stat().st_size
        except OSError as error:
            raise unusable(folder, name, f"can't be read ({error.strerror})") from error
        if size != proof.bytes:
            raise unusable(folder, name, f"has {size} bytes instead of {proof.bytes}")


def check_contents(folder: Path, manifest: Manifest) -> None:
    """Raise ReleaseUnusable unless every file holds what was written."""
    check_sizes(folder, manifest)
    for name, proof in manifest.files.items():
        try:
            found = proof_of(folder / name)
        except OSError as error:
            raise unusable(folder, name, f"can't be read ({error.strerror})") from error
        if found != proof:
            raise unusable(folder, name, "was changed after it was written")


def check_embedding(manifest: Manifest, embeddings: Embeddings) -> None:
    """Raise ReleaseUnusable unless questions would be embedded as the passages were."""
    made, asked = manifest.embedding, EmbeddingModel(name=embeddings.name, dimension=embeddings.dimension)
    if made != asked:
        raise ReleaseUnusable(
            f"Release {manifest.release} was made with {made.name} ({made.dimension} dimensions), but the settings ask "
            f"for {asked.name} ({asked.dimension}). Run `frontdesk kb build`, or set the embeddings back."
        )


def proof_of(path: Path) -> FileProof:
    """Return the proof of a file as it is now. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileProof(bytes=file.tell(), sha256=digest)


def unusable(folder: Path, name: str, fact: str) -> ReleaseUnusable:
    """Return the error for a release with something wrong about one of its files."""
    return ReleaseUnusable(f"Release {folder.name} can't be used: {name} {fact}. Run `frontdesk kb build`.")


def _digest(manifest: Manifest) -> str:
    anonymous = msgspec.json.encode(_stated(msgspec.structs.replace(manifest, release="")))
    return hashlib.sha256(anonymous).hexdigest()[:DIGEST_LENGTH]


def _stated(manifest: Manifest) -> dict[str, Any]:
    """Return the fields that state something: one that came later leaves the digests of older releases as they are."""
    return {name: value for name, value in msgspec.to_builtins(manifest).items() if value is not None}
