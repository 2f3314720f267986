"""The very commands of docker-compose.yml, run as processes behind nginx: they make a desk, and end in peace."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.vocabulary import LeadStep, TurnStatus
from tests.children import ROOT
from tests.deploy.composed import ours
from tests.deploy.containers import Container, documents
from tests.deploy.prepared import GuardedRedis, prepare
from tests.deploy.proxied import sample_proxy
from tests.eventually import eventually
from tests.servers.nginx import Nginx
from tests.servers.server import free_port
from tests.stack import Parts
from tests.visitor import Visitor

ONCE = ("migrate", "build")
READY_SECONDS = 90.0
ERROR = re.compile(r"\[ERROR\]|\"level\": \"(error|critical)\"")


@dataclass(frozen=True)
class Composed:
    """Every service of ours as a process that is not started, and the proxy."""

    containers: Mapping[str, Container]
    proxy: Nginx

    @property
    def lasting(self) -> list[Container]:
        """Those that run until they are told to end."""
        return [one for name, one in self.containers.items() if name not in ONCE]


@pytest.fixture
def composed(parts: Parts, tmp_path: Path) -> Iterator[Composed]:
    """Give the services; MariaDB stands in for MySQL."""
    secrets = prepare(tmp_path / "prepared")
    documents(tmp_path, parts.kb_dir)
    parts.mariadb.ensure()
    database = _empty_database(parts)
    with GuardedRedis(secrets) as redis, ExitStack() as running:
        known = {file.name: file.read_text() for file in secrets.iterdir()} | {
            "database_url": database,
            "redis_url_gateway": redis.url_of("gateway"),
            "redis_url_worker": redis.url_of("worker"),
        }
        port = free_port()
        made = {
            name: Container(name, tmp_path, known, GATEWAY_PORT=str(port), METRICS_PORT=str(free_port()))
            for name in ours()
        }
        for container in made.values():
            running.callback(container.kill9)
        proxy = running.enter_context(sample_proxy([port]))
        yield Composed(made, proxy)
    parts.mariadb.drop(database)


@pytest.mark.timeout(300)
async def test_the_commands_of_compose_make_a_desk(composed: Composed) -> None:
    """Fault 86: without a capability, and with nothing to write to but their volumes and /tmp."""
    for name in ONCE:
        composed.containers[name].start()
        assert composed.containers[name].wait(READY_SECONDS) == 0, composed.containers[name].log
    for container in composed.lasting:
        container.start()
    async with Visitor(composed.proxy.url) as visitor:
        await eventually(lambda: _is_ready(visitor), within=READY_SECONDS)
        turn = await visitor.ask("How do refunds work?")
        assert (turn["status"], bool(turn["citations"])) == (TurnStatus.DONE, True)
        await visitor.ask("Can someone call me?")
        assert (await visitor.session())["lead"]["step"] == LeadStep.OFFERED
        assert (await visitor.call("GET", "/metrics")).status == 404
    assert [rights for container in composed.lasting for rights in _rights_of(container.pid)] == []
    for container in composed.lasting:
        container.sigterm()
    codes = {container.name: container.wait(READY_SECONDS) for container in composed.lasting}
    assert codes == dict.fromkeys(codes, 0)
    assert [line for one in composed.lasting for line in one.log.splitlines() if ERROR.search(line)] == []


async def _is_ready(visitor: Visitor) -> bool:
    return (await visitor.call("GET", "/readyz")).status == 200


def _rights_of(pid: int) -> list[str]:
    """Return what a process may do that others may not, and which of our folders it may write to but its own."""
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    held = [f"{name} {status[name]}" for name in ("CapEff", "CapPrm", "CapBnd", "CapInh") if int(status[name], 16)]
    mounts = [line.split() for line in Path(f"/proc/{pid}/mounts").read_text().splitlines()]
    options = {place: how.split(",") for _, place, _, how, *_ in mounts}
    return held + [place for place in ("/", str(ROOT)) if "ro" not in options[place]]


def _empty_database(parts: Parts) -> str:
    """Return a database without tables: `migrate` has to make them."""
    url = parts.mariadb.fresh_database()
    name = url.rsplit("/", 1)[1]
    parts.mariadb.sql(f"DROP DATABASE {name}", f"CREATE DATABASE {name}")
    return url
