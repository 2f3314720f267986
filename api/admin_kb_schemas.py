"""What operators send and receive about the knowledge base."""

from datetime import datetime

from pydantic import BaseModel, StrictBool

from api.schemas import Sent
from shared.vocabulary import BuildStatus


class BuildOrder(Sent):
    """How to build: whether to stop at a document that can't be used, and whether to publish the release."""

    strict: StrictBool = False
    publish: StrictBool = True


class ReleaseView(BaseModel):
    """A kept release; `problem` is why it can't be published if it can't.

    `publish_error` is why the last order to publish it came to nothing: the storage was away, say. Order it again.
    """

    release: str
    is_current: bool
    built_at: str
    passages: int
    documents: int
    embedding: str
    problem: str | None
    publish_error: str | None


class BuildView(BaseModel):
    """The newest build; `problems` name the documents that were skipped, `done` and `total` count passages."""

    id: int
    status: BuildStatus
    strict: bool
    publish: bool
    done: int
    total: int
    release: str | None
    error: str | None
    problems: list[str]
    ordered_at: datetime
    finished_at: datetime | None


class WorkerView(BaseModel):
    """A process that answers turns and was heard of in the last 15 seconds, and the release it answers from."""

    worker: str
    release: str | None


class KnowledgeStatus(BaseModel):
    """The knowledge base as the workers told of it: once `loaded` equals `current`, a swap has reached all of them."""

    current: str | None
    loaded: str | None
    """The release that all workers answer from; null while they differ, have none, or nothing is known of them."""
    workers: list[WorkerView] | None
    """Null while Redis, through which they are heard, is away; a worker that ended is gone after 15 seconds."""
    releases: list[ReleaseView]
    build: BuildView | None


class Ordered(BaseModel):
    """What was ordered: a build by its number, or a publishing by its release."""

    build_id: int | None = None
    release: str | None = None
