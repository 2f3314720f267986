"""What the desk keeps its conversations in: the operator's database and Redis, or those that come with it."""

import asyncio

from shared.errors import BrokerUnavailable, SettingsInvalid
from shared.settings import Settings
from workers.local import valkey
from workers.local.children import Launcher, Program
from workers.local.programs import log_of


async def redis_for(settings: Settings, launcher: Launcher, servers: asyncio.TaskGroup) -> str:
    """Return the URL of a Redis that answers; our own Valkey runs as one of the `servers`.

    Raises BrokerUnavailable, BrokerUnsafe, SettingsInvalid and ValkeyMissing.
    """
    if settings.redis_url.get_secret_value():
        await asyncio.to_thread(_check_redis, settings)
        return settings.redis
    folder = settings.data_dir.absolute() / "valkey"
    folder.mkdir(exist_ok=True)
    socket = valkey.socket_in(folder)
    await valkey.end_orphan(socket)
    servers.create_task(launcher.keep(Program("valkey", valkey.command(folder, socket), log_of(settings, "valkey"))))
    await valkey.answers(socket)
    return f"unix://{socket}"


async def migrate(settings: Settings) -> None:
    """Bring the database up to date. Raises as `migrations.upgrade` does."""

    def upgrade() -> None:
        from shared.db import migrations  # noqa: PLC0415  (slow to import: not on the loop's thread)

        asyncio.run(migrations.upgrade(settings.database))

    await asyncio.to_thread(upgrade)


def _check_redis(settings: Settings) -> None:
    from shared.broker import check_broker  # noqa: PLC0415  (brings all of Celery)

    try:
        check_broker(settings)
    except ValueError as error:
        raise SettingsInvalid("REDIS_URL must look like redis://host:6379/0 or unix:///folder/redis.sock") from error
    except BrokerUnavailable as error:
        raise BrokerUnavailable(
            f"The Redis that REDIS_URL names can't be used ({error.__cause__}). "
            "Start it, or leave REDIS_URL unset to use the one that comes with Frontdesk.",
        ) from error
