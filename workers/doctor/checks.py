"""The table of all checks, in the order in which what is wrong is best put right."""

from collections.abc import AsyncIterator
from typing import Final

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from shared.errors import FrontdeskError
from workers.doctor import answering, broker, database, desk, google, knowledge
from workers.doctor.finding import Check, Finding, Result, Visit, problem, skipped

SETTINGS: Final = "settings"

CHECKS: Final = (
    Check("data folder", desk.folder),
    Check("times", desk.times),
    Check("websites", desk.origins),
    Check("database", database.reached),
    Check("database version", database.version, ("database",)),
    Check("database modes", database.modes, ("database",)),
    Check("database privileges", database.privileges, ("database",)),
    Check("database clock", database.clock, ("database",)),
    Check("database tables", database.migrated, ("database",)),
    Check("operators", desk.operators, ("database tables",)),
    Check("redis", broker.reached),
    Check("redis version", broker.version, ("redis",)),
    Check("redis keeps all", broker.keeping, ("redis",)),
    Check("redis memory", broker.memory, ("redis",)),
    Check("documents", knowledge.documents),
    Check("storage", knowledge.storage),
    Check("embeddings", knowledge.embeddings),
    Check("release", knowledge.release),
    Check("golden questions", knowledge.golden, ("release",)),
    Check("chat model", answering.listed),
    Check("chat model answers", answering.speaks),
    Check("fallback model", answering.fallback),
    Check("budgets", answering.budgets, ("database tables",)),
    Check("google account", google.account),
    Check("google key", google.signing_in, ("google account",)),
    Check("google sheet", google.spreadsheet, ("google key",)),
    Check("google tab", google.tab, ("google sheet",)),
    Check("google editing", google.editing, ("google tab",)),
    Check("google columns", google.headers, ("google tab",)),
    Check("webhook", answering.webhook),
    Check("queues", broker.queues, ("redis",)),
    Check("workers", broker.workers, ("redis",)),
    Check("waiting turns", broker.waiting, ("database tables",)),
    Check("beat", broker.beat, ("database tables",)),
)

GOOD: Final = (Result.OK, Result.WARNING)


async def examine(visit: Visit) -> AsyncIterator[tuple[str, Finding]]:
    """Yield what each check finds, as it finds it; one that needs what is not there is skipped."""
    good = set[str]()
    for check in CHECKS:
        missing = [name for name in check.needs if name not in good]
        finding = skipped(f"Not looked at without: {', '.join(missing)}.") if missing else await _looked(check, visit)
        if finding.result in GOOD:
            good.add(check.name)
        yield check.name, finding


async def _looked(check: Check, visit: Visit) -> Finding:
    try:
        return await check.look(visit)
    except (FrontdeskError, RedisError, DBAPIError, OSError) as error:  # it went away while it was looked at
        return problem(f"{type(error).__name__} while looking.", "Run `frontdesk doctor` again.")
