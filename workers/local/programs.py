"""What a local desk runs: gateway, worker and beat, as in production, in one process each."""

import sys
from pathlib import Path
from typing import Final

from shared.settings import Settings
from shared.vocabulary import Queue
from workers.local.children import Program

# `celery -A` looks for the application in the current folder first, and an operator's may well have an `api` or a
# `shared` of its own.
CELERY: Final = "import sys; from {} import app; sys.exit(app.start(sys.argv[1:]))"
WORKER: Final = CELERY.format("workers.main")
BEAT: Final = CELERY.format("workers.app")
PACKAGES: Final = Path(__file__).parents[2]


def programs(settings: Settings, redis_url: str, host: str, port: int) -> list[Program]:
    """Return the desk's programs."""
    environment = environment_of(settings) | {"REDIS_URL": redis_url, "FRONTDESK_READY_FILE": str(ready_file(settings))}
    queues = ",".join(Queue)
    schedule = settings.data_dir.absolute() / "beat" / "schedule"
    schedule.parent.mkdir(exist_ok=True)
    commands = {
        "gateway": (
            *("-m", "uvicorn", "api.main:app", "--app-dir", str(PACKAGES), "--host", host, "--port", str(port)),
            *("--loop", "uvloop", "--http", "api.connections:Connection", "--no-access-log"),
        ),
        "worker": (
            *("-c", WORKER, "worker", "--pool", "threads", "-Q", queues),
            *("--without-gossip", "--without-mingle", "--loglevel", settings.log_level),
        ),
        "beat": ("-c", BEAT, "beat", "--schedule", str(schedule), "--loglevel", settings.log_level),
    }
    return [
        Program(name, (sys.executable, *command), log_of(settings, name), environment)
        for name, command in commands.items()
    ]


def ready_file(settings: Settings) -> Path:
    """Return the file that the worker touches once it takes turns."""
    return settings.data_dir.absolute() / "worker.ready"


def environment_of(settings: Settings) -> dict[str, str]:
    """Return what we chose for the programs, which read the same `.env` as we do for all the rest."""
    return {
        "DATABASE_URL": settings.database,
        "DATA_DIR": str(settings.data_dir.absolute()),
        "KB_DIR": str(settings.kb_dir.absolute()),
        "LOG_FORMAT": "text",
        "OMP_NUM_THREADS": "1",
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
    }


def log_of(settings: Settings, name: str) -> Path:
    """Return the file that takes a program's output."""
    return settings.data_dir.absolute() / "logs" / f"{name}.log"
