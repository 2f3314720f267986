"""The stub's HTTP server: a thread for each connection, and answers that come whole, late, torn or never."""

import contextlib
import socket
import struct
import sys
import threading
import traceback
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, cast

from tests.servers.server import LOOPBACK
from tests.stubs.sheets_brain import Brain, Raw
from tests.stubs.sheets_control import answer
from tests.stubs.sheets_errors import REASONS
from tests.stubs.sheets_faults import Ending, Reply

BACKLOG: Final = 128
RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    """Listens on the loopback address."""

    daemon_threads = True
    request_queue_size = BACKLOG

    def __init__(self, brain: Brain, port: int) -> None:
        self.brain = brain
        self.open_requests = 0
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((LOOPBACK, port), Connection)

    def count(self, change: int) -> None:
        """Count the requests that are being answered."""
        with self._lock:
            self.open_requests += change

    def hang_up(self) -> None:
        """Close every connection."""
        with self._lock:
            for one in self._sockets:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Keep the socket, to be able to hang up."""
        one, address = super().get_request()
        with self._lock:
            self._sockets.add(one)
        return one, address

    def shutdown_request(self, request: Any) -> None:
        """Forget the socket."""
        with self._lock:
            self._sockets.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - whose request it was is no help
        """Keep what went wrong for the test to see; clients that went away are no error."""
        error = sys.exception()
        if error and not isinstance(error, OSError):
            traceback.print_exception(error)
            self.brain.errors.append(error)


class Connection(BaseHTTPRequestHandler):
    """One client's connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        server = cast("Server", self.server)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        server.count(1)
        try:
            self._send(answer(server.brain, Raw(self.command, self.path, headers, body)))
        finally:
            server.count(-1)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - so it is called
        """Say nothing."""

    def _send(self, reply: Reply) -> None:
        data = _bytes_of(reply)
        match reply.ending:
            case Ending.WHOLE:
                self.wfile.write(data)
            case Ending.TORN:
                self.wfile.write(data[: len(data) - len(reply.body) // 2])
            case Ending.DRIP:
                self._drip(data, len(data) - len(reply.body))
            case Ending.NEVER:
                self.connection.recv(1)  # returns when the client hangs up, or the stub does
            case Ending.RESET:
                self._reset()
        self.close_connection = self.close_connection or reply.ending is not Ending.WHOLE

    def _drip(self, data: bytes, head: int) -> None:
        self.wfile.write(data[:head])
        self.connection.settimeout(cast("Server", self.server).brain.rules.drip_seconds)
        for at in range(head, len(data)):
            with contextlib.suppress(TimeoutError):
                self.connection.recv(1)
                return  # the client hung up
            self.wfile.write(data[at : at + 1])

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        for one in (self.rfile, self.wfile, self.connection):
            one.close()
        raise ConnectionAbortedError  # so that nobody writes to it any more


def _bytes_of(reply: Reply) -> bytes:
    headers = {
        "Content-Type": reply.content_type,
        "Content-Length": str(len(reply.body)),
        "Date": formatdate(usegmt=True),
        **reply.headers,
    }
    lines = [f"HTTP/1.1 {reply.status} {REASONS[reply.status]}", *(f"{name}: {text}" for name, text in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + reply.body
