"""nginx in front of gateways, with the configuration that a test gives it."""

import socket
from pathlib import Path
from typing import Final

from tests.servers.binaries import program
from tests.servers.server import LOOPBACK, Server, free_port

FRAME: Final = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/errors.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {servers}
}}
"""


class Nginx(Server):
    """An nginx; `servers` is what stands in its `http`, and {port} in it becomes its port."""

    def __init__(self, servers: str) -> None:
        super().__init__("nginx")
        self.port = free_port()
        self._servers = servers.replace("{port}", f"{LOOPBACK}:{self.port}")
        self._binary = program("nginx", package="nginx-light")

    @property
    def url(self) -> str:
        """Where visitors find it."""
        return f"http://{LOOPBACK}:{self.port}"

    def command(self) -> list[str | Path]:
        """Return what starts it."""
        return [self._binary, "-c", self.folder / "nginx.conf", "-p", self.folder]

    def prepare(self) -> None:
        """Write its configuration."""
        text = FRAME.format(folder=self.folder, servers=self._servers)
        (self.folder / "nginx.conf").write_text(text)

    def answers(self) -> bool:
        """Tell whether it listens."""
        with socket.socket() as probe:
            return probe.connect_ex((LOOPBACK, self.port)) == 0
