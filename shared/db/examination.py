"""What a database says about itself: whether it is one that a desk can work on, and whether its clock agrees."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import MYSQL, utc_now
from shared.db.models import has_open_turn, sessions
from shared.vocabulary import SessionStatus

GRANT: Final = re.compile(r"GRANT (?P<what>.+?) ON (?P<where>\S+) TO ", re.IGNORECASE)
GRANTED_ROLE: Final = re.compile(r"GRANT (?!.* ON ).+ TO ", re.IGNORECASE)
EVERYTHING: Final = "ALL PRIVILEGES"
ALEMBICS: Final = "alembic_version"  # it holds a revision, in whatever character set the database has
MISSPELLING: Final = (
    "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
    "AND table_collation NOT LIKE 'utf8mb4%' AND table_name <> :own ORDER BY table_name"
)


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a server says."""

    version: str
    misspelling: list[str]
    """Tables that can't hold every language's words."""
    isolation: str
    offset_seconds: float
    """Of the connection's time zone from UTC."""


class Examination:
    """Looks at the server behind a connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @property
    def is_server(self) -> bool:
        """Whether it is MySQL or MariaDB, not a file."""
        return self._connection.dialect.name == MYSQL

    async def facts(self) -> ServerFacts:
        """Return what the server says; of SQLite, the version alone is worth asking."""
        if not self.is_server:
            version = (await self._connection.execute(text("SELECT sqlite_version()"))).scalar_one()
            return ServerFacts(version, [], "SERIALIZABLE", 0)
        query = "SELECT VERSION(), TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW())"
        version, offset = (await self._connection.execute(text(query))).one()
        names = (await self._connection.execute(text(MISSPELLING), {"own": ALEMBICS})).scalars().all()
        return ServerFacts(version, list(names), await self._connection.get_isolation_level(), float(offset))

    async def clock(self) -> datetime:
        """Return the database's time."""
        moment: datetime = (await self._connection.execute(select(utc_now()))).scalar_one()
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    async def missing_privileges(self, wanted: Iterable[str]) -> list[str]:
        """Return which of the privileges we lack on our tables; none where a role may give them: that can't be told."""
        if not self.is_server:
            return []
        database = (await self._connection.execute(text("SELECT DATABASE()"))).scalar_one()
        grants = [line for (line,) in await self._connection.execute(text("SHOW GRANTS"))]
        if any(map(GRANTED_ROLE.match, grants)):
            return []
        found = [match for line in grants if (match := GRANT.match(line)) and _covers(match["where"], database)]
        held = {name.strip().upper() for match in found for name in match["what"].split(",")}
        return [] if EVERYTHING in held else [name for name in wanted if name not in held]

    async def overdue_sessions(self, seconds: float) -> int:
        """Return how many sessions should have ended so long ago, which beat has done every minute, and have not."""
        over = (sessions.c.status == SessionStatus.ACTIVE, sessions.c.expires_at <= utc_now(-seconds), ~has_open_turn)
        return int(
            (await self._connection.execute(select(func.count()).select_from(sessions).where(*over))).scalar_one()
        )


def _covers(where: str, database: str) -> bool:
    """Tell whether a grant on `*.*`, or on a pattern of names, is one on all tables of the database."""
    if where == "*.*":
        return True
    parts = re.findall(r"\\.|.", where.removesuffix(".*").strip("`"))
    pattern = "".join({"%": ".*", "_": "."}.get(part, re.escape(part.removeprefix("\\"))) for part in parts)
    return where.endswith(".*") and re.fullmatch(pattern, database) is not None
