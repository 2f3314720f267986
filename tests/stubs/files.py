"""A web server that hands out a folder's files, in a thread of its own."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.servers.server import LOOPBACK


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the library's name)
        """Say nothing."""


class FileServer:
    """`with FileServer(folder) as server` gives one that runs."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._server = ThreadingHTTPServer((LOOPBACK, port), partial(Quiet, directory=str(folder)))
        self._thread = threading.Thread(target=self._server.serve_forever, name="files", daemon=True)

    @property
    def url(self) -> str:
        """Where the folder is."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
