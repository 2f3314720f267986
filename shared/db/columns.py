"""Column types and the database clock, alike on MySQL, MariaDB and SQLite."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, String, Text, TypeDecorator, bindparam, literal
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
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


class Microseconds(TypeDecorator[float]):
    """Seconds on their way into the database, as whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Round to what every database understands."""
        return None if value is None else round(value * 1_000_000)


class utc_now(FunctionElement[datetime]):  # noqa: N801  (it reads as the SQL function it is)
    """The database's clock, so that leases never compare two machines' clocks.

    It may be shifted by a number of seconds, or by those of a parameter: `utc_now("lease_seconds")`.
    """

    inherit_cache = True
    type = UtcDateTime()

    def __init__(self, shift: float | str = 0) -> None:
        if isinstance(shift, str):
            super().__init__(bindparam(shift, type_=Microseconds()))
        elif shift:
            super().__init__(literal(shift, Microseconds()))
        else:
            super().__init__()


@compiles(utc_now, MYSQL)
@compiles(utc_now, "mariadb")
def _mysql_now(element: utc_now, compiler: SQLCompiler, **options: Any) -> str:
    now = "UTC_TIMESTAMP(6)"
    return f"({now} + INTERVAL {_shift(element, compiler, options)} MICROSECOND)" if len(element.clauses) else now


@compiles(utc_now, "sqlite")
def _sqlite_now(element: utc_now, compiler: SQLCompiler, **options: Any) -> str:
    # SQLite's clock has milliseconds; the zeros keep the text comparable with what SQLAlchemy writes.
    shift = f", ({_shift(element, compiler, options)} / 1000000.0) || ' seconds'" if len(element.clauses) else ""
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now'{shift}) || '000')"


def _shift(element: utc_now, compiler: SQLCompiler, options: dict[str, Any]) -> str:
    shift: str = compiler.process(next(iter(element.clauses)), **options)
    return shift
