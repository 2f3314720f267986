"""What each worker process counts of the turns and the other jobs that it does; never a word of anybody's."""

from collections.abc import Sequence
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from shared.db.claims import Claim, Outcome
from shared.db.reconciliations import Found as Drift
from shared.vocabulary import LeadStep, Provider, TurnStatus

SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300)
ANSWERED_BY: Final = {
    None: "nobody",
    Provider.PRIMARY: "model",
    Provider.FALLBACK: "fallback",
    Provider.QUOTING: "documents",
}
DRIFT: Final = ("added", "repaired", "duplicates")

WAITED: Final = Histogram(
    "frontdesk_turn_wait_seconds", "From a turn's post until a worker first took it.", buckets=SECONDS
)
FIRST_WORDS: Final = Histogram(
    "frontdesk_turn_first_words_seconds", "From a turn's post to the first words of its answer.", buckets=SECONDS
)
TURN_SECONDS: Final = Histogram("frontdesk_turn_seconds", "From a turn's post to its end.", buckets=SECONDS)
ENDED: Final = Counter(
    "frontdesk_turns_ended",
    "Turns that ended here: done or failed, by whom they were answered, and why the answer ended.",
    ("status", "answered_by", "reason"),
)
DEGRADED: Final = Counter(
    "frontdesk_turns_degraded",
    "Turns that the chat model did not answer, though there is one, by why not.",
    ("reason",),
)
SUPERSEDED: Final = Counter("frontdesk_turns_superseded", "Turns that somebody else took while they were answered.")
SWEPT: Final = Counter("frontdesk_turns_swept", "Turns that nobody worked on until a sweep found them.")
TOKENS: Final = Counter("frontdesk_model_tokens", "Tokens that answers cost.", ("model", "kind"))
MODEL_FAILURES: Final = Counter(
    "frontdesk_model_failures", "Answers that a model failed to give, by which and how.", ("provider", "error")
)
SCORE: Final = Histogram(
    "frontdesk_retrieval_score",
    "How well the best passage fits its question, from 0 to 1.",
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1),
)
SEARCHES: Final = Counter(
    "frontdesk_searches", "Searches of the documents, by whether they answer the question.", ("answerable",)
)
LEAD_STEPS: Final = Counter("frontdesk_lead_steps", "Steps of lead capture that talks came to.", ("step",))
EVENTS_UNWRITTEN: Final = Counter(
    "frontdesk_event_writes_failed", "Turns whose events Redis did not take; they are written again."
)
SHEET_CHANGES: Final = Counter(
    "frontdesk_sheet_changes", "Rows that the sheet lacked, showed otherwise, or had twice.", ("kind",)
)
BUILD_SECONDS: Final = Histogram(
    "frontdesk_build_seconds",
    "How long builds of the knowledge base took.",
    ("result",),
    buckets=(1, 5, 15, 60, 300, 900, 1800),
)
JOBS_FAILED: Final = Counter("frontdesk_jobs_failed", "Jobs that ended with an error.", ("job", "error"))
SLOTS_BUSY: Final = Gauge("frontdesk_worker_slots_busy", "Turns that are being answered now.")
CONNECTIONS: Final = Gauge(
    "frontdesk_worker_database_connections", "Connections to the database that the worker uses now."
)

for _step in LeadStep:
    LEAD_STEPS.labels(_step)
for _kind in DRIFT:
    SHEET_CHANGES.labels(_kind)
for _answerable in ("true", "false"):
    SEARCHES.labels(_answerable)


def expect_failures(*codes: str) -> None:
    """Tell of failures from the start, so that the first of them is seen to come."""
    for code in codes:
        ENDED.labels(TurnStatus.FAILED, "nobody", code)


def claimed(claim: Claim) -> None:
    """Count a turn's first claim."""
    if claim.attempt == 1:
        WAITED.observe(claim.waited)


def searched(scores: Sequence[float], *, answerable: bool) -> None:
    """Count a search of the documents, and how well its best passage fits."""
    SEARCHES.labels(str(answerable).lower()).inc()
    if scores:
        SCORE.observe(max(scores))


def ended(outcome: Outcome, seconds: float) -> None:
    """Count the end of a turn, so many seconds after its post."""
    TURN_SECONDS.observe(seconds)
    why = outcome.finish_reason if outcome.status is TurnStatus.DONE else outcome.error_code
    ENDED.labels(outcome.status, ANSWERED_BY[outcome.provider], why or "none").inc()
    if outcome.degraded:
        DEGRADED.labels(outcome.degraded).inc()
    for kind in ("prompt", "completion"):
        if spent := (outcome.usage or {}).get(f"{kind}_tokens"):
            TOKENS.labels(outcome.model or "none", kind).inc(spent)


def mirrored(drift: Drift) -> None:
    """Count what a comparison with the sheet put right."""
    for kind in DRIFT:
        SHEET_CHANGES.labels(kind).inc(getattr(drift, kind))
