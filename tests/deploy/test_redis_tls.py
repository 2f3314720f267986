"""Redis behind TLS: the URL says where the authority's certificate is, and a stranger's server is not talked to."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.broker import check_broker
from shared.errors import BrokerUnavailable
from shared.vocabulary import TurnStatus
from tests.processes import running
from tests.servers import Redis
from tests.servers.server import LOOPBACK
from tests.stack import Parts, stack_of


class TlsRedis(Redis):
    """A Redis that speaks TLS alone, with a certificate of its own authority."""

    def __init__(self) -> None:
        super().__init__()
        self.authority = self.folder / "authority.pem"
        key = self.folder / "key.pem"
        made = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test")
        named = ("-addext", f"subjectAltName=IP:{LOOPBACK}", "-keyout", key, "-out", self.authority)
        subprocess.run(["openssl", "req", *made, *named], check=True, capture_output=True)
        self._options |= {
            "port": "0",
            "tls-port": str(self.port),
            "tls-cert-file": str(self.authority),
            "tls-key-file": str(key),
            "tls-auth-clients": "no",
        }

    @property
    def url(self) -> str:
        """Where clients find it, and whom they believe."""
        return f"rediss://{LOOPBACK}:{self.port}/0?ssl_ca_certs={self.authority}"


@pytest.fixture
def tls_redis() -> Iterator[TlsRedis]:
    """Give a Redis behind TLS."""
    with TlsRedis() as server:
        yield server


async def test_a_desk_talks_to_redis_through_tls(parts: Parts, tls_redis: TlsRedis, tmp_path: Path) -> None:
    with stack_of(parts, "production", tmp_path, tls_redis) as stack:
        async with running(stack, beats=1) as desk, desk.visitor() as visitor:
            await visitor.open()
            told = await visitor.follow(await visitor.post("How do refunds work?"))
            assert told[-1].event == TurnStatus.DONE
            assert (await visitor.call("GET", "/readyz")).status == 200


def test_a_server_that_nobody_vouches_for_is_not_talked_to(parts: Parts, tls_redis: TlsRedis, tmp_path: Path) -> None:
    with stack_of(parts, "production", tmp_path, tls_redis) as stack:
        stranger = stack.settings(redis_url=f"rediss://{LOOPBACK}:{tls_redis.port}/0")
        with pytest.raises(BrokerUnavailable):
            check_broker(stranger)
