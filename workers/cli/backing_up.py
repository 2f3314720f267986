"""What `frontdesk backup` and `frontdesk restore` do: copy, compare, erase again, and check the rules."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from shared.db import copying, migrations
from shared.db.selfcheck import broken_rules
from shared.db.unit_of_work import Database, UnitOfWork
from shared.errors import PermanentError
from shared.settings import Settings
from workers.cli import archive
from workers.cli.archive import Backup, BackupUnusable, Manifest
from workers.cli.erasures import Erasures, erasures_in
from workers.cli.opened import SchemaOutdated
from workers.kb.publish import current_release
from workers.ports import ReleaseUnusable

NOBODY = Erasures()


class DatabaseNotEmpty(PermanentError):
    """The database holds something: restore into one that was just created."""

    code = "database_not_empty"


class RestoredBroken(PermanentError):
    """What was restored breaks rules; `frontdesk selfcheck` names them."""

    code = "restored_broken"


def backup(settings: Settings, file: Path, *, verify: bool) -> None:
    """Write the backup, and print what is in it.

    Raises SchemaOutdated, DatabaseUnavailable and BackupUnusable, and with `verify` as `restore` does.
    """
    manifest = asyncio.run(_backup(settings, file))
    _say(f"Wrote {file}: {manifest.rows} rows of {len(manifest.tables)} tables, at {manifest.revision}.")
    if verify:
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            asyncio.run(_restore(f"sqlite+aiosqlite:///{Path(folder).absolute()}/restored.db", file, NOBODY))
        _say("Restored it beside: every row is there, every rule holds.")


def restore(settings: Settings, file: Path, logs: Sequence[Path]) -> None:
    """Fill the database, and print what is in it.

    Raises DatabaseNotEmpty, BackupUnusable, DatabaseUnavailable and RestoredBroken.
    """
    erasures = erasures_in(logs)
    manifest = asyncio.run(_restore(settings.database, file, erasures))
    _say(f"Restored {manifest.rows} rows, as they were at {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC.")
    if logs:
        _say(f"Erased again: {len(erasures.sessions)} sessions and {len(erasures.leads)} leads.")
    _say("Every row is there, every rule holds.")
    if manifest.release:
        _say(f"Release {manifest.release} of the knowledge base answered then: see `frontdesk kb status`.")


async def _backup(settings: Settings, file: Path) -> Manifest:
    revision = await migrations.current(settings.database)
    if revision is None or revision != migrations.newest():
        raise SchemaOutdated
    try:
        with archive.written(file) as writing:
            async with copying.snapshot(settings.database) as snapshot:
                for name, shape in snapshot.shapes.items():
                    await writing.add(name, shape, snapshot.rows(name))
            return writing.seal(revision, _release(settings))
    except OSError as error:
        raise BackupUnusable(f"{file} can't be written: {error.strerror or error}.") from error


async def _restore(url: str, file: Path, erasures: Erasures) -> Manifest:
    with archive.read(file) as backup:
        await _fill(url, backup)
        manifest = backup.manifest
    database = Database.at(url, pool_size=1)
    try:
        await database.write(lambda uow: copying.leave_leads_free(uow.connection))
        await database.write(lambda uow: _erase(erasures, uow))
        if broken := await broken_rules(database):
            raise RestoredBroken(f"What was restored breaks {len(broken)} rules. The first: {broken[0]}.")
    finally:
        await database.close()
    return manifest


async def _fill(url: str, backup: Backup) -> None:
    """Make the tables as they were, fill them, see that all is there, and only then bring them up to date."""
    manifest = backup.manifest
    if not await copying.is_empty(url, manifest.revision, manifest.tables):
        raise DatabaseNotEmpty
    try:
        await migrations.upgrade(url, manifest.revision)
    except migrations.SchemaUnknown:
        raise BackupUnusable("The backup is of a newer version of Frontdesk: restore it with that one.") from None
    shapes = {name: content.columns for name, content in manifest.tables.items()}
    await copying.fill(url, shapes, {name: backup.rows(name) for name in shapes})
    wanted = {name: content.rows for name, content in manifest.tables.items()}
    if (found := await copying.counts(url, wanted)) != wanted:
        short = next(name for name, rows in wanted.items() if found[name] != rows)
        raise BackupUnusable(f"Of {wanted[short]} rows of {short}, {found[short]} arrived.")
    await migrations.upgrade(url)


async def _erase(erasures: Erasures, uow: UnitOfWork) -> None:
    """Erase as the gateway did: the turns go first, then what was given in them."""
    sessions = dict.fromkeys(erasures.sessions)
    for lead_id in erasures.leads:
        sessions |= dict.fromkeys(await uow.leads.erase(lead_id))
    for session_id in sessions:
        await uow.sessions.erase(session_id)
        await uow.leads.withdraw(session_id)


def _release(settings: Settings) -> str | None:
    try:
        folder = current_release(settings.release_dir)
    except ReleaseUnusable:
        return None
    return folder.name if folder else None


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201  (a command speaks on the terminal)
