"""Puts together what mirrors leads."""

from shared.db.unit_of_work import Database
from shared.settings import Settings
from workers.dependencies import LeadMirror


def lead_mirror_for(settings: Settings, database: Database, owner: str) -> LeadMirror | None:
    """Return what mirrors leads in the sheet of the settings; None when they name none."""
    if not settings.has_sheet:
        return None
    from workers.adapters.google_sheet import GoogleSheet  # noqa: PLC0415  (a third of a second, for nothing)

    return LeadMirror(database, GoogleSheet(settings), owner, settings.sheets_requests_per_minute)
