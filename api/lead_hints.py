"""Hints at leads that have changed, to whoever mirrors or announces them."""

from api.hints import HintSender
from shared.jobs import jobs_for_leads
from shared.settings import Settings


def hint_at_leads(hints: HintSender, settings: Settings) -> None:
    """Hint that something is in the outbox; beat's clock finds it, too."""
    for job in jobs_for_leads(settings):
        hints.send(job)
