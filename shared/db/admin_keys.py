"""Keys for operators: of each, only its hash is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.operator_models import admin_keys
from shared.ids import hash_of
from shared.vocabulary import Scope

NOTED_SECONDS = 60  # how exactly it is known when a key was used last: a write for each use would be too dear


@dataclass(frozen=True, slots=True)
class AdminKey:
    """A key as operators see it; the key itself is told once, when it is made."""

    id: int
    name: str
    scopes: str
    """Separated by blanks."""
    created_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class UsedKey:
    """A key that somebody came with, and what it opens."""

    id: int
    scopes: frozenset[str]


COLUMNS = [admin_keys.c[name] for name in AdminKey.__slots__]


class AdminKeys:
    """The `admin_keys` table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, name: str, key: str, scopes: Iterable[Scope]) -> int:
        """Let a new key in to what its scopes open, and return its number."""
        row = {"name": name, "key_hash": hash_of(key), "scopes": " ".join(sorted(set(scopes)))}
        made = await self._connection.execute(insert(admin_keys).values(row))
        (key_id,) = made.inserted_primary_key or (0,)
        return int(key_id)

    async def all(self) -> Sequence[AdminKey]:
        """Return every key, oldest first."""
        rows = await self._connection.execute(select(*COLUMNS).order_by(admin_keys.c.id))
        return [AdminKey(*row) for row in rows]

    async def revoke(self, key_id: int) -> bool:
        """Let a key in no more; False when there is none with this number that was let in."""
        mine = (admin_keys.c.id == key_id, admin_keys.c.revoked_at.is_(None))
        return (
            await self._connection.execute(update(admin_keys).where(*mine).values(revoked_at=utc_now()))
        ).rowcount == 1

    async def use(self, key: str) -> UsedKey | None:
        """Return a key that lets in, None for any other, and note its use.

        It is looked up by its hash, which nobody can choose, so the time that this takes tells nothing of other keys.
        """
        mine = (admin_keys.c.key_hash == hash_of(key), admin_keys.c.revoked_at.is_(None))
        query = select(admin_keys.c.id, admin_keys.c.scopes).where(*mine)
        found = (await self._connection.execute(query)).one_or_none()
        if found is None:
            return None
        unnoted = or_(admin_keys.c.last_used_at.is_(None), admin_keys.c.last_used_at <= utc_now(-NOTED_SECONDS))
        await self._connection.execute(
            update(admin_keys).where(admin_keys.c.id == found.id, unnoted).values(last_used_at=utc_now())
        )
        return UsedKey(found.id, frozenset(found.scopes.split()))
