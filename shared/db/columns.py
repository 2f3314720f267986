"""Column types and the database clock, alike on MySQL, MariaDB and SQLite."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, Text, TypeDecorator
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import TypeEngine

MYSQL = "mysql"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with microseconds; the database keeps it naive in UTC, we hand it out aware."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """MySQL drops fractions of a second unless asked for them."""
        return mysql.DATETIME(fsp=6) if dialect.name == MYSQL else DateTime()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store an aware moment in UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read a moment as aware."""
        return value.replace(tzinfo=UTC) if value else None


def key(length: int) -> TypeEngine[str]:
    """Return the type of ids and hashes: ASCII, compared byte by byte."""
    return String(length).with_variant(mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), MYSQL)


def identity(length: int) -> TypeEngine[str]:
    """Return the type of what tells people apart: a case-insensitive collation would merge jose@ and josé@."""
    return String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), MYSQL)


def words() -> TypeEngine[str]:
    """Return the type of free text of any language and up to 16 MB."""
    return Text().with_variant(mysql.MEDIUMTEXT(charset="utf8mb4"), MYSQL)


def document() -> TypeEngine[Any]:
    """Return the type of a small JSON document."""
    return JSON(none_as_null=True)


class utc_now(ColumnElement[datetime]):  # noqa: N801  (it reads as the SQL function it is)
    """The database's clock, shifted by some seconds: leases never compare two machines' clocks."""

    inherit_cache = True
    type = UtcDateTime()
    _traverse_internals: list[tuple[str, Any]] = []  # noqa: RUF012  (SQLAlchemy reads a plain list)

    def __init__(self, seconds: float = 0) -> None:
        self.microseconds = round(seconds * 1_000_000)

    def _gen_cache_key(self, anon_map: Any, bindparams: Any) -> tuple[Any, ...]:  # noqa: ARG002
        return (utc_now, self.microseconds)


@compiles(utc_now, MYSQL)
@compiles(utc_now, "mariadb")
def _mysql_now(element: utc_now, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ARG001
    if not element.microseconds:
        return "UTC_TIMESTAMP(6)"
    return f"TIMESTAMPADD(MICROSECOND, {element.microseconds}, UTC_TIMESTAMP(6))"


@compiles(utc_now, "sqlite")
def _sqlite_now(element: utc_now, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ARG001
    # SQLite's clock has milliseconds; the zeros keep the text comparable with what SQLAlchemy writes.
    shift = f", '{element.microseconds / 1_000_000:+.3f} seconds'"
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now'{shift}) || '000')"
