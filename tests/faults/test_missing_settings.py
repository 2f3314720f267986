"""Settings that are missing or wrong: the process says which, a line for each, shows no value, and ends."""

import asyncio
import subprocess
import sys
from typing import Final

from tests.stack import Stack
from workers.local.programs import BEAT, WORKER

COMMANDS: Final = {
    "gateway": ("-m", "uvicorn", "api.main:app", "--port", "1"),
    "worker": ("-c", WORKER, "worker", "--pool", "threads"),
    "beat": ("-c", BEAT, "beat"),
}
WRONG: Final = {
    "DATABASE_URL": "mysql://desk:s3cret@localhost/desk",
    "REDIS_URL": "http://s3cret@localhost",
    "SESSION_TTL_MINUTES": "nan",
    "SESSION_MAX_WAITING_TURNS": "s3cret",
    "LOG_LEVEL": "s3cret",
}


async def test_a_process_without_a_setting_names_it_and_ends(local_stack: Stack) -> None:
    for told in await _told_by_each(local_stack.environment(redis_url="")):
        assert told.startswith("frontdesk: REDIS_URL is not set.")
        assert len(told.splitlines()) == 1


async def test_a_process_with_wrong_settings_names_each_and_shows_no_value(local_stack: Stack) -> None:
    for told in await _told_by_each(local_stack.environment() | WRONG):
        lines = told.removeprefix("frontdesk: ").splitlines()
        assert sorted(line.partition(":")[0] for line in lines) == sorted(WRONG)
        assert "s3cret" not in told


async def _told_by_each(environment: dict[str, str]) -> list[str]:
    """Return what each program says before it ends."""
    return await asyncio.gather(*(asyncio.to_thread(_told_by, command, environment) for command in COMMANDS.values()))


def _told_by(command: tuple[str, ...], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done
    return done.stdout + done.stderr
