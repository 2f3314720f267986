"""Whether the database is one that a desk can work on."""

import re
from datetime import UTC, datetime
from typing import Final

from shared.db import migrations
from shared.db.examination import ServerFacts
from shared.db.unit_of_work import UnitOfWork
from shared.errors import DatabaseUnavailable, SettingsInvalid
from workers.doctor.finding import Finding, Visit, ok, problem, skipped, warning

OLDEST: Final = {"MariaDB": (10, 6), "MySQL": (8, 0), "SQLite": (3, 35)}  # those with SKIP LOCKED, and with upserts
WANTED: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "INDEX", "DROP", "REFERENCES")
SKEW_SECONDS: Final = 5


async def reached(visit: Visit) -> Finding:
    """Connect, in the words that `frontdesk migrate` has for what may go wrong."""
    try:
        await migrations.current(visit.settings.database)
    except (DatabaseUnavailable, SettingsInvalid, migrations.SchemaUnknown) as error:
        return problem(str(error), "Set DATABASE_URL to a database that runs, and that this machine may reach.")
    return ok("The database answers.")


async def version(visit: Visit) -> Finding:
    """See that it knows the statements that we use."""
    examination = await visit.database.read(_facts)
    kind = "SQLite"
    if visit.database.engine.dialect.name != "sqlite":
        kind = "MariaDB" if "mariadb" in examination.version.lower() else "MySQL"
    number = tuple(map(int, re.findall(r"\d+", examination.version)[:2]))
    oldest = OLDEST[kind]
    if number < oldest:
        return problem(f"{kind} {examination.version} is too old.", f"Upgrade it to {kind} {oldest[0]}.{oldest[1]}.")
    return ok(f"{kind} {examination.version}")


async def modes(visit: Visit) -> Finding:
    """See that words, times and transactions are kept as the desk keeps them."""
    facts = await visit.database.read(_facts)
    if facts.misspelling:
        return problem(
            f"The tables {', '.join(facts.misspelling)} can't hold every language's words.",
            "Run ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin for each.",
        )
    if facts.offset_seconds:
        return problem(
            "Connections are not in UTC: something between us and the database drops what we set on connecting.",
            "Let the proxy pass on init_command, SET time_zone.",
        )
    return ok(f"utf8mb4, UTC, {facts.isolation.lower()}")


async def clock(visit: Visit) -> Finding:
    """Compare the database's clock, which leases go by, with this machine's."""
    theirs = await visit.database.read(_clock)
    skew = (datetime.now(UTC) - theirs).total_seconds()
    if abs(skew) > SKEW_SECONDS:
        return warning(
            f"This machine's clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the database's.",
            "Start NTP on both. Turns go by the database's clock; Google refuses keys by this machine's.",
        )
    return ok(f"{abs(skew):.1f} s apart")


async def migrated(visit: Visit) -> Finding:
    """See that the tables are of this version."""
    found = await migrations.current(visit.settings.database)
    if found == migrations.newest():
        return ok(f"at {found}")
    if not visit.settings.database_url.get_secret_value():
        return skipped("The desk makes its tables when it starts.")
    state = f"The tables are at {found}, not {migrations.newest()}." if found else "There are no tables yet."
    return problem(state, "Run `frontdesk migrate`.")


async def privileges(visit: Visit) -> Finding:
    """See that we may do what the desk does, and what its next migration will do."""
    missing = await visit.database.read(lambda uow: uow.examination.missing_privileges(WANTED))
    if missing:
        return problem(
            f"The database's user lacks {', '.join(missing)}.",
            f"Run GRANT {', '.join(WANTED)} ON the database TO the user.",
        )
    return ok("The user may do all that is needed.")


async def _facts(uow: UnitOfWork) -> ServerFacts:
    return await uow.examination.facts()


async def _clock(uow: UnitOfWork) -> datetime:
    return await uow.examination.clock()
