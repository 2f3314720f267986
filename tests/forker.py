"""Forks children on demand, and is run by the nursery: `python forker.py`, with the line to it as standard input.

A message asks for a child (`fork`: its command after the interpreter; `cwd`, `env`, and the open files that take its
output and its errors), answered with its process id once it has a session of its own; or for its exit code (`reap`).
"""

import ctypes
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import types
from typing import Any, Final

# What a gateway, a worker and a beat import of others, and what takes long; not wordllama, which changes the logging of
# the whole process.
LIBRARIES: Final = (
    *("aiomysql", "aiosqlite", "alembic.command", "celery.apps.beat", "celery.apps.worker", "celery.bin.celery"),
    *("celery.concurrency.thread", "celery.events.state", "email_validator", "faiss", "fastapi.sse", "gspread"),
    *("kombu.transport.redis", "numpy", "openai", "phonenumbers", "prometheus_client", "pydantic_settings"),
    *("redis.asyncio", "sqlalchemy.dialects.mysql.aiomysql", "sqlalchemy.dialects.sqlite.aiosqlite"),
    *("sqlalchemy.ext.asyncio", "Stemmer", "structlog", "uvicorn.main", "uvicorn.protocols.http.httptools_impl"),
    *("uvloop", "yaml"),
)
PR_SET_PDEATHSIG: Final = 1
LONGEST_MESSAGE: Final = 1 << 20
LINE: Final = 0


def serve(line: socket.socket) -> list[str]:
    """Answer until the nursery hangs up, and return nothing; in a child, return its command."""
    while True:
        message, files, *_ = socket.recv_fds(line, LONGEST_MESSAGE, 2)
        if not message:
            return []
        asked = json.loads(message)
        if "reap" in asked:
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["reap"], 0)[1])
        elif not (answer := fork(asked, files, line)):
            return list(asked["fork"])
        line.sendall(str(answer).encode())


def fork(asked: dict[str, Any], files: list[int], line: socket.socket) -> int:
    """Return the child's process id, and in the child 0."""
    hears, tells = os.pipe()
    if child := os.fork():
        for file in (*files, tells):
            os.close(file)
        os.read(hears, 1)  # its end is closed once it stands on its own
        os.close(hears)
        return child
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((nothing, *files)):
        os.dup2(file, number)
    line.detach()  # the number is soon another file's, which this object must not close
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    return 0


def run(command: list[str]) -> None:
    """Run what Python was to run: `-m module …` or `-c code …`."""
    kind, program, *arguments = command
    sys.argv = [kind, *arguments]
    if kind == "-m":
        runpy.run_module(program, run_name="__main__", alter_sys=True)
        return
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    exec(compile(program, "<string>", "exec"), vars(main))  # noqa: S102  (the code of the command itself)


if __name__ == "__main__":
    for name in LIBRARIES:
        importlib.import_module(name)
    if mine := serve(socket.socket(fileno=os.dup(LINE))):
        run(mine)
