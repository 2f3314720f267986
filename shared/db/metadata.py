"""What all tables have in common."""

from typing import Any

from sqlalchemy import Column, MetaData

from shared.db.columns import UtcDateTime, utc_now

HASH_LENGTH = 64

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    },
)
MYSQL_TABLE: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def moment(name: str, *, nullable: bool = True) -> Column[object]:
    """Return a column for a moment; one that may not be empty is now unless something else is said."""
    return Column(name, UtcDateTime(), nullable=nullable, default=None if nullable else utc_now())
