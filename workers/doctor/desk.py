"""Whether the desk itself is set up: its folder, its times, its websites, its operators."""

import os
import shutil
from typing import Final
from urllib.parse import urlsplit

from shared.errors import DatabaseUnavailable
from shared.settings import Settings
from workers.doctor.finding import Finding, Visit, ok, problem, skipped, warning

LITTLE_BYTES: Final = 1 << 30
SHORTEST_KEY: Final = 32
AT_HOME: Final = ("localhost", "127.0.0.1", "::1")


async def folder(visit: Visit) -> Finding:
    """See that DATA_DIR can be written to, and that the disk is not full, where anything is kept there."""
    if visit.database.engine.dialect.name != "sqlite" and visit.settings.redis_url.get_secret_value():
        return skipped("Nothing is kept there: DATABASE_URL and REDIS_URL name servers.")
    place = visit.settings.data_dir.absolute()
    there = next(path for path in (place, *place.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return problem(f"{there} can't be written to.", "Let the desk's user write there, or set DATA_DIR.")
    free = shutil.disk_usage(there).free
    if free < LITTLE_BYTES:
        return warning(f"{free / 2**20:.0f} MB are free on the disk of {place}.", "Make room, or set DATA_DIR.")
    return ok(f"{free / 2**30:.0f} GB are free")


async def times(visit: Visit) -> Finding:
    """See that the times that are set fit together."""
    settings = visit.settings
    if wrong := _contradiction(settings):
        return warning(*wrong)
    return ok("They fit together.")


def _contradiction(settings: Settings) -> tuple[str, str] | None:
    if settings.turn_heartbeat_seconds * 2 > settings.turn_lease_seconds:
        return (
            "A lease ends before two heartbeats: turns are taken from workers that live.",
            "Set TURN_LEASE_SECONDS to three times TURN_HEARTBEAT_SECONDS.",
        )
    if settings.model_total_seconds >= settings.turn_deadline_seconds:
        return "A turn is given up before its model may be.", "Set TURN_DEADLINE_SECONDS above MODEL_TOTAL_SECONDS."
    if settings.session_ttl_minutes * 60 <= settings.turn_deadline_seconds:
        return "A session may end before an answer.", "Set SESSION_TTL_MINUTES above TURN_DEADLINE_SECONDS."
    return None


async def origins(visit: Visit) -> Finding:
    """See that nobody on the way can change the websites that ALLOWED_ORIGINS names."""
    named = visit.settings.allowed_origins
    if not named:
        return ok("Only the desk's own pages may open sessions.")
    if insecure := [origin for origin in named if not _is_secure(origin)]:
        return problem(
            f"{', '.join(insecure)}: not encrypted.", "Write https:// and let the website have a certificate."
        )
    return ok(", ".join(named))


def _is_secure(origin: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == "https" or parts.hostname in AT_HOME


async def operators(visit: Visit) -> Finding:
    """See that operators can get in, and others can't guess their way."""
    key = visit.settings.admin_api_key.get_secret_value()
    if key and len(key) < SHORTEST_KEY:
        return problem(
            "ADMIN_API_KEY is short enough to be guessed.", "Unset it, and run `frontdesk keys create --name me`."
        )
    try:
        keys = await visit.database.read(lambda uow: uow.admin_keys.all())
    except DatabaseUnavailable:
        keys = []
    number = sum(one.revoked_at is None for one in keys) + bool(key)
    if not number:
        return warning(
            "There is no admin key here: nobody gets in, unless gateways have an ADMIN_API_KEY of their own.",
            "Run `frontdesk keys create --name me`.",
        )
    return ok(f"{number} admin keys")
