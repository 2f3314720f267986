"""What `frontdesk keys` changes, each time with its note in the audit."""

from collections.abc import Iterable

from shared.db.audit import Action
from shared.db.unit_of_work import Database, UnitOfWork
from shared.vocabulary import Scope


async def added(database: Database, name: str, key: str, scopes: Iterable[Scope]) -> None:
    """Let a new key in to what its scopes open."""

    async def add(uow: UnitOfWork) -> None:
        number = await uow.admin_keys.add(name, key, scopes)
        await uow.audit.note(Action("cli", "create_key", str(number)))

    await database.write(add)


async def revoked(database: Database, number: int) -> bool:
    """Let a key in no more; False when there is none with this number that was let in."""

    async def revoke(uow: UnitOfWork) -> bool:
        await uow.audit.note(Action("cli", "revoke_key", str(number)))
        return await uow.admin_keys.revoke(number)

    return await database.write(revoke)
