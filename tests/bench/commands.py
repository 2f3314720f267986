"""The commands that make up each system under test: as in production, one gateway process and one worker process."""

import getpass
import sys
from collections.abc import Mapping
from pathlib import Path

PYTHON = sys.executable
MODEL = "stub"
WORKER_SLOTS = 640
CELERY = (PYTHON, "-m", "celery", "-A")
UVICORN = ("--loop", "uvloop", "--http", "api.connections:Connection", "--no-access-log", "--log-level", "warning")


def model_env(stub_port: int) -> dict[str, str]:
    """Return where the model is, for both systems."""
    return {"OPENAI_BASE_URL": f"http://127.0.0.1:{stub_port}/v1", "OPENAI_API_KEY": "bench", "CHAT_MODEL": MODEL}


def naive(port: int) -> tuple[str, ...]:
    """Return what starts the naive alternative."""
    return (PYTHON, "-m", "uvicorn", "tests.bench.naive:app", "--port", str(port), *UVICORN)


def frontdesk_env(stub_port: int, folder: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """Return Frontdesk's settings; `ports` are those of mariadb and redis."""
    return model_env(stub_port) | {
        "DATABASE_URL": f"mysql+aiomysql://root@127.0.0.1:{ports['mariadb']}/frontdesk",
        "REDIS_URL": f"redis://127.0.0.1:{ports['redis']}/0",
        "DATA_DIR": str(folder / "data"),
        "KB_DIR": str(folder / "kb"),
        "WORKER_SLOTS": str(WORKER_SLOTS),
        "LOG_LEVEL": "WARNING",
        "OMP_NUM_THREADS": "1",
    }


def frontdesk_first(folder: Path) -> tuple[tuple[str, ...], ...]:
    """Return what is run once, before Frontdesk starts."""
    command = (PYTHON, "-m", "workers.cli")
    return ((*command, "migrate"), (*command, "kb", "build", "--kb", str(folder / "kb")))


def frontdesk(port: int, folder: Path) -> dict[str, tuple[str, ...]]:
    """Return what starts Frontdesk, by name of process."""
    return {
        "gateway": (PYTHON, "-m", "uvicorn", "api.main:app", "--port", str(port), *UVICORN),
        "worker": worker("chat,leads,kb,maintenance"),
        "beat": (*CELERY, "workers.app", "beat", "--schedule", str(folder / "beat-schedule"), "--loglevel", "WARNING"),
    }


def worker(queues: str) -> tuple[str, ...]:
    """Return what starts a worker of these queues, which are parted by commas."""
    options = ("--pool", "threads", "--without-gossip", "--without-mingle", "--loglevel", "WARNING")
    return (*CELERY, "workers.main", "worker", *options, "-Q", queues)


def mariadb_install(mariadb_install_db: str, folder: Path) -> tuple[str, ...]:
    """Return what makes a data directory."""
    options = ("--auth-root-authentication-method=normal", "--skip-test-db", f"--user={getpass.getuser()}")
    return (mariadb_install_db, "--no-defaults", f"--datadir={folder / 'mariadb'}", *options)


def mariadb(mariadbd: str, port: int, folder: Path) -> tuple[str, ...]:
    """Return what starts MariaDB as it comes: every commit is on disk before it is acknowledged."""
    return (
        mariadbd,
        "--no-defaults",
        f"--datadir={folder / 'mariadb'}",
        "--socket=mariadb.sock",  # in the data directory: longer paths than 107 bytes don't work
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--user={getpass.getuser()}",
        f"--init-file={folder / 'init.sql'}",
        "--innodb-flush-log-at-trx-commit=1",
    )


def redis(redis_server: str, port: int, folder: Path) -> tuple[str, ...]:
    """Return what starts Redis as Frontdesk wants it."""
    settings = {
        "port": str(port),
        "bind": "127.0.0.1",
        "dir": str(folder / "redis"),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    return (redis_server, *(part for name, value in settings.items() for part in (f"--{name}", value)))
