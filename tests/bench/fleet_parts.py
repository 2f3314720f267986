"""A fleet as on several machines: gateways behind nginx, workers by queue, beat; each may be restarted by itself."""

import http.client
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import commands
from tests.bench.systems import free_port, logged, prepared, program, running, status_of, wait_for
from tests.children import ROOT, Child

GATEWAYS: Final = 3
QUEUES: Final = ("chat", "chat", "chat", "leads,kb,maintenance")
DRAIN_SECONDS: Final = 90.0
NGINX: Final = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-errors.log;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/nginx-body;
  proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi;
  uwsgi_temp_path {folder}/nginx-uwsgi;
  scgi_temp_path {folder}/nginx-scgi;
  upstream gateways {{
    {servers}
    keepalive 64;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://gateways;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_buffering off;
      proxy_read_timeout 1h;
      proxy_next_upstream error timeout http_502 non_idempotent;
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Restartable:
    """A process of the fleet: how it starts, and how one sees that it works."""

    child: Child
    command: Sequence[str]
    env: Mapping[str, str]
    ready: Callable[[], bool]

    def restart(self) -> None:
        """Ask it to end, wait until it has, and start it again. Raises NotStarted."""
        self.child.sigterm()
        self.child.wait(DRAIN_SECONDS)
        self.child.spawn(self.command, cwd=ROOT, env=dict(self.env))
        wait_for(self.child, self.ready)


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet that runs."""

    port: int  # nginx's
    restartable: Sequence[Restartable]
    processes: Mapping[str, int]
    env: Mapping[str, str]


@contextmanager
def fleet(stub_port: int, folder: Path) -> Iterator[Fleet]:
    """Run a fleet on MariaDB and Redis."""
    with ExitStack() as stack:
        stores, env = stack.enter_context(prepared(stub_port, folder))
        parts = [*_gateways(env, folder), *_workers(env, folder), _beat(env, folder)]
        for part in parts:
            stack.enter_context(running(part.child, part.command, part.env))
        for part in parts:
            wait_for(part.child, part.ready)
        port = free_port()
        ports = [part.command[part.command.index("--port") + 1] for part in parts if "--port" in part.command]
        nginx = stack.enter_context(_nginx(port, ports, folder))
        wait_for(nginx, lambda: status_of(port, "/readyz") == http.client.OK)
        children = [*stores.values(), *(part.child for part in parts), nginx]
        yield Fleet(port, parts, {child.name: child.pid for child in children}, env)


def _gateways(env: Mapping[str, str], folder: Path) -> Iterator[Restartable]:
    for number in range(1, GATEWAYS + 1):
        port = free_port()
        command = commands.frontdesk(port, folder)["gateway"]
        child = logged(f"gateway-{number}", folder)
        yield Restartable(child, command, env, _answers(port))


def _answers(port: int) -> Callable[[], bool]:
    return lambda: status_of(port, "/healthz") == http.client.OK


def _workers(env: Mapping[str, str], folder: Path) -> Iterator[Restartable]:
    for number, queues in enumerate(QUEUES, 1):
        name, marker = f"worker-{number}", folder / f"worker-{number}.ready"
        command = commands.worker(queues)
        child = logged(name, folder)
        yield Restartable(child, command, {**env, "FRONTDESK_READY_FILE": str(marker)}, _touched(marker))


def _touched(marker: Path) -> Callable[[], bool]:
    def ready() -> bool:
        if there := marker.exists():
            marker.unlink()  # so that the next start is seen, too
        return there

    return ready


def _beat(env: Mapping[str, str], folder: Path) -> Restartable:
    command = commands.frontdesk(0, folder)["beat"]
    return Restartable(logged("beat", folder), command, env, lambda: True)


@contextmanager
def _nginx(port: int, upstreams: Sequence[str], folder: Path) -> Iterator[Child]:
    servers = "\n    ".join(f"server 127.0.0.1:{one} max_fails=0;" for one in upstreams)
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, servers=servers, port=port))
    child = logged("nginx", folder)
    with running(child, (program("nginx"), "-c", str(configuration), "-p", str(folder)), {}):
        yield child
