"""The processes stay apart, and every job has someone to do it."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from shared.jobs import Job
from shared.vocabulary import Queue
from tests.architecture.sources import ROOT
from tests.stack import Stack
from workers.local.programs import programs

NOT_FOR_THE_GATEWAY: Final = ("faiss", "openai", "gspread", "numpy", "bm25s", "wordllama", "fsspec", "workers")


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_gateway_loads_nothing_that_works(local_stack: Stack) -> None:
    code = f"import sys, api.main; print(*set(sys.modules) & set({NOT_FOR_THE_GATEWAY!r}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        cwd=local_stack.data_dir,
        env=local_stack.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (loaded.returncode, loaded.stdout.split()) == (0, []), loaded.stderr


def test_every_job_has_a_task() -> None:
    from workers.tasks import TASKS  # noqa: PLC0415 - the workers' libraries are slow to load

    every_job = {job.name for job in Job.__subclasses__() if job.__module__ == Job.__module__}
    assert {task.job.name for task in TASKS} == every_job


def test_every_queue_has_a_consumer_in_the_local_desk(local_stack: Stack) -> None:
    settings = local_stack.settings()
    consumed = {
        queue
        for program in programs(settings, settings.redis, "127.0.0.1", 8000)
        for option, value in zip(program.command, program.command[1:], strict=False)
        if option in {"-Q", "--queues"}
        for queue in value.split(",")
    }
    assert consumed == set(Queue)
