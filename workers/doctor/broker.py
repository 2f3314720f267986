"""Whether Redis keeps what it is given, and whether anybody takes it out again."""

import re
from typing import Any, Final

from redis.exceptions import RedisError

from shared import presence
from shared.errors import BrokerUnavailable
from shared.vocabulary import Queue
from workers.doctor.finding import Finding, Visit, ok, problem, skipped, warning

OLDEST: Final = (6, 2)  # XADD … NOMKSTREAM
NEARLY_FULL: Final = 0.8
LONG_QUEUE: Final = 1000
LONGEST_WAIT_SECONDS: Final = 30
OVERDUE_SECONDS: Final = 600
START_WORKER: Final = (
    "Start one: celery -A workers.main worker --pool threads --without-gossip --without-mingle -Q chat"
)
START_BEAT: Final = "Start beat, and a worker with -Q leads,kb,maintenance."


async def reached(visit: Visit) -> Finding:
    """Connect."""
    if not visit.settings.redis_url.get_secret_value():
        return skipped("REDIS_URL is not set: `frontdesk up` brings its own Redis.")
    try:
        await visit.event_log.redis.ping()
    except (RedisError, OSError, ValueError) as error:
        return problem(
            f"Redis can't be used ({type(error).__name__}).",
            "Set REDIS_URL to a Redis that runs, and that this machine may reach, with its password.",
        )
    return ok("Redis answers.")


async def version(visit: Visit) -> Finding:
    """See that it knows the commands that we use."""
    found = str((await _info(visit, "server")).get("redis_version", "0.0"))
    if tuple(map(int, re.findall(r"\d+", found)[:2])) < OLDEST:
        return problem(f"Redis {found} is too old.", f"Upgrade it to {OLDEST[0]}.{OLDEST[1]}.")
    return ok(f"Redis {found}")


async def keeping(visit: Visit) -> Finding:
    """See that it drops nothing."""
    policy = (await _info(visit, "memory")).get("maxmemory_policy")
    if policy != "noeviction":
        return problem(f"maxmemory-policy is {policy}: jobs and answers may be dropped.", "Set it to noeviction.")
    if not (await _info(visit, "persistence")).get("aof_enabled"):
        return warning(
            "There is no append-only file: after a restart, answers under way begin anew.", "Set appendonly yes."
        )
    return ok("noeviction, append-only file")


async def memory(visit: Visit) -> Finding:
    """See that there is room."""
    found = await _info(visit, "memory")
    used, most = int(found.get("used_memory", 0)), int(found.get("maxmemory", 0))
    if most and used > NEARLY_FULL * most:
        return warning(f"{used / most:.0%} of maxmemory is used.", "Raise maxmemory, or lower SESSION_TTL_MINUTES.")
    return ok(f"{used / 2**20:.0f} MB used{f' of {most / 2**20:.0f} MB' if most else ''}")


async def queues(visit: Visit) -> Finding:
    """See that no queue grows."""
    lengths = {queue.value: int(await visit.event_log.redis.llen(queue.value)) for queue in Queue}
    long = [name for name, length in lengths.items() if length > LONG_QUEUE]
    if long:
        return problem(
            f"Jobs pile up in {', '.join(long)}.", f"Start a worker that consumes it, or more of them: -Q {long[0]}."
        )
    return ok(", ".join(f"{name} {length}" for name, length in lengths.items()))


async def workers(visit: Visit) -> Finding:
    """See who takes turns."""
    try:
        found = await presence.announced(visit.event_log)
    except BrokerUnavailable:
        return problem("Redis does not tell which workers live.", "Look at its log.")
    if not found:
        return problem("No worker takes turns.", START_WORKER)
    if not any(found.values()):
        return problem("No worker has a release of the knowledge base loaded.", "Run `frontdesk kb build`.")
    return ok(f"{len(found)} take turns")


async def waiting(visit: Visit) -> Finding:
    """See how long visitors wait for an answer to begin."""
    seconds = await visit.database.read(lambda uow: uow.claims.oldest_due_seconds())
    if seconds > LONGEST_WAIT_SECONDS:
        return problem(f"A turn has waited for {seconds:.0f} s.", f"Start more workers. {START_WORKER}")
    return ok("Nobody waits." if not seconds else f"The oldest turn that waits has done so for {seconds:.1f} s.")


async def beat(visit: Visit) -> Finding:
    """See that what is done by the clock is done: ending sessions is, every minute."""
    overdue = await visit.database.read(lambda uow: uow.examination.overdue_sessions(OVERDUE_SECONDS))
    if overdue:
        return problem(f"{overdue} sessions should have ended {OVERDUE_SECONDS // 60} minutes ago.", START_BEAT)
    return ok("Sessions end when they should.")


async def _info(visit: Visit, section: str) -> dict[str, Any]:
    found: dict[str, Any] = await visit.event_log.redis.info(section)
    return found
