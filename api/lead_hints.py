"""Hints at leads that have changed, to whoever mirrors or announces them."""

from api.hints import HintSender
from shared.jobs import DeliverWebhooks, FlushOutbox
from shared.settings import Settings


def hint_at_leads(hints: HintSender, settings: Settings) -> None:
    """Hint that something is in the outbox; beat's clock finds it, too."""
    if settings.has_sheet:
        hints.send(FlushOutbox())
    if settings.has_webhook:
        hints.send(DeliverWebhooks())
