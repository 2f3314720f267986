"""A whole desk on one computer, from the first check to the last process that ends."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final

from shared.settings import Settings
from workers.local import knowledge, terminal
from workers.local.children import Launcher
from workers.local.lock import only_desk_in
from workers.local.ports import check_port
from workers.local.programs import programs, ready_file
from workers.local.readiness import desk_answers, url_of
from workers.local.stores import migrate, redis_for

IMPATIENCE_SECONDS: Final = 0.5  # a second signal sooner than this is the first one, told twice


@dataclass(frozen=True, slots=True)
class Desk:
    """What to run, and where it listens."""

    settings: Settings
    host: str
    port: int


def run(settings: Settings, host: str, port: int) -> None:
    """Run the desk until a signal asks it to stop.

    Raises FrontdeskError for whatever keeps it from running; nothing is left running then either.
    """
    with only_desk_in(settings.data_dir):
        check_port(host, port)
        try:
            asyncio.run(_until_told_to_stop(Desk(settings, host, port)))
        except ExceptionGroup as group:
            raise _first(group) from group


async def _until_told_to_stop(desk: Desk) -> None:
    launcher = Launcher()
    serving = asyncio.create_task(_serve(desk, launcher))
    told_at: list[float] = []

    def stop() -> None:
        if not told_at:
            terminal.say("\nStopping. Press Ctrl-C again to hurry.")
            serving.cancel()
        elif monotonic() - told_at[0] > IMPATIENCE_SECONDS:
            launcher.hurry.set()
        told_at.append(monotonic())

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await serving


async def _serve(desk: Desk, launcher: Launcher) -> None:
    terminal.say("Frontdesk is starting.")
    # The groups end in the reverse order: what needs Valkey stops before it does.
    async with asyncio.TaskGroup() as servers, asyncio.TaskGroup() as parts:
        redis_url = await redis_for(desk.settings, launcher, servers)
        async with asyncio.TaskGroup() as preparations:
            preparations.create_task(migrate(desk.settings))
            documents = preparations.create_task(knowledge.prepare(desk.settings, launcher))
        ready_file(desk.settings).unlink(missing_ok=True)
        started = programs(desk.settings, redis_url, desk.host, desk.port)
        for program in started:
            parts.create_task(launcher.keep(program))
        await desk_answers(desk.host, desk.port, ready_file(desk.settings))
        _introduce(desk, documents.result())
        await terminal.tell_troubles([program.log for program in started])


def _introduce(desk: Desk, documents: str) -> None:
    settings = desk.settings
    where = f" at {settings.openai_base_url}" if settings.openai_base_url else ""
    quoting = "quoted from your documents (for a chat model set OPENAI_API_KEY or OPENAI_BASE_URL)"
    terminal.say(f"\nFrontdesk is ready: {url_of(desk.host, desk.port)}\n")
    terminal.say_fields(
        {
            "Answers": f"by {settings.chat_model}{where}" if settings.has_chat_model else quoting,
            "Knowledge": f"{documents} in {settings.kb_dir}",
            "Data": f"{settings.data_dir}, with the logs in {settings.data_dir / 'logs'}",
            "Stop": "Ctrl-C",
        },
    )
    terminal.say()


def _first(group: ExceptionGroup[Exception]) -> Exception:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, ExceptionGroup) else found
