"""What a test runs on: a database, a Redis and a knowledge base of its own, in both of the product's guises."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from shared.db import migrations
from shared.db.unit_of_work import Database
from shared.settings import Settings, load_settings
from tests.nursery import TOLD
from tests.own_loop import run_apart
from tests.sample_kb import build_sample_kb
from tests.servers import MariaDB, Redis, RedisServer, Valkey, sql_server

StackName = Literal["local", "production"]

BRISK: Final = {"turn_lease_seconds": 1.5, "turn_heartbeat_seconds": 0.4, "sweep_interval_seconds": 0.3}
"""Settings for tests in which a worker dies: its turn is taken over within two seconds."""

UNLIMITED: Final = {
    "sessions_per_minute_per_address": 0,
    "turns_per_minute_per_session": 0,
    "turns_per_minute_per_address": 0,
    "writes_per_minute_per_address": 0,
    "streams_per_address": 0,
}
"""Settings for crowds of visitors who all come from this machine."""


class Parts:
    """The servers and files of a whole run, each made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = ExitStack()

    @cached_property
    def mariadb(self) -> MariaDB:
        """The run's MariaDB, or MySQL."""
        return self._running.enter_context(sql_server())

    @cached_property
    def redis(self) -> Redis:
        """The run's Redis."""
        return self._running.enter_context(Redis())

    @cached_property
    def valkey(self) -> Valkey:
        """The run's Valkey."""
        return self._running.enter_context(Valkey())

    @cached_property
    def kb_dir(self) -> Path:
        """A few documents with a published release; copy the folder to change them."""
        return build_sample_kb(self._folder / "kb")

    @cached_property
    def sqlite_file(self) -> Path:
        """A migrated database to copy."""
        file = self._folder / "migrated.db"
        run_apart(migrations.upgrade(f"sqlite+aiosqlite:///{file}"))
        return file

    def close(self) -> None:
        """Stop what was started."""
        self._running.close()


@dataclass(frozen=True)
class Stack:
    """One test's own: an empty migrated database, an empty Redis, a folder for data."""

    name: StackName
    redis: RedisServer
    database_url: str
    data_dir: Path
    parts: Parts

    @property
    def mariadb(self) -> MariaDB:
        """The server behind a production stack, to stop, kill or freeze."""
        assert self.name == "production", "a local stack has no database server"
        return self.parts.mariadb

    @property
    def kb_dir(self) -> Path:
        """The sample knowledge base with its release; copy the folder to change it."""
        return self.parts.kb_dir

    @cached_property
    def database(self) -> Database:
        """The database, for the test's own event loop."""
        return Database.at(self.database_url)

    def settings(self, **overrides: Any) -> Settings:
        """Return the product's settings for this stack, changed by name; nothing comes from the environment."""
        return load_settings(_env_file=None, **(self._settings() | overrides))

    def environment(self, **overrides: Any) -> dict[str, str]:
        """Return the same as environment variables, for a child process."""
        settings = self._settings() | overrides
        return TOLD | {name.upper(): _text(value) for name, value in settings.items()}

    def _settings(self) -> dict[str, Any]:
        return {
            "database_url": self.database_url,
            "redis_url": self.redis.url,
            "data_dir": self.data_dir,
            "kb_dir": self.kb_dir,
            "log_format": "text",
            **UNLIMITED,
            "model_rest_seconds": 0,  # tests that make a model fail expect it to be asked again
            "lead_capture": False,  # tests of answers expect the model's words and no more; tests of leads say yes
        }


@contextmanager
def stack_of(parts: Parts, name: StackName, data_dir: Path, redis: RedisServer | None = None) -> Iterator[Stack]:
    """Make a stack, on servers brought back from whatever the test before did to them; `redis` replaces the run's."""
    redis = redis or (parts.valkey if name == "local" else parts.redis)
    redis.ensure()
    redis.empty()
    if name == "local":
        file = data_dir / "frontdesk.db"
        shutil.copyfile(parts.sqlite_file, file)
        yield Stack(name, redis, f"sqlite+aiosqlite:///{file}", data_dir, parts)
        return
    parts.mariadb.ensure()
    url = parts.mariadb.fresh_database()
    yield Stack(name, redis, url, data_dir, parts)
    parts.mariadb.ensure()
    parts.mariadb.drop(url)


@asynccontextmanager
async def one_tests_stack(parts: Parts, name: StackName, data_dir: Path) -> AsyncIterator[Stack]:
    """Make a stack for a test with an event loop, and close its connections there, whatever became of the server."""
    with stack_of(parts, name, data_dir) as stack:
        yield stack
        if name == "production":
            stack.mariadb.ensure()
        await stack.database.close()


def _text(value: object) -> str:
    return " | ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
