"""Canaries through everything, failures too: where a secret or a visitor's word may be, and where none of them is."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from tests.eventually import eventually
from tests.exposition import exposition
from tests.faults.traces import in_logs
from tests.integration.test_admin_sheets import sheet_settings
from tests.processes import Desk, running
from tests.servers.server import LOOPBACK, free_port
from tests.stack import Stack
from tests.stubs.collector import Collector, collecting
from tests.stubs.llm import StubLLM
from tests.stubs.receiver import receiving
from tests.stubs.sheets import StubSheets
from tests.visitor import Visitor

NAME: Final = "canaryname7qx"
EMAIL: Final = "canarymail7qx@example.com"
PHONE: Final = "+12015550117"
WORDS: Final = "canarywords7qx"
OF_VISITORS: Final = (NAME, EMAIL, PHONE, "2015550117", WORDS)
KEYS: Final = {
    "openai_api_key": "sk-canary-of-the-model",
    "admin_api_key": "fdk_canary-of-the-operator",
    "webhook_secret": "whs_canary-of-the-webhook",
    "metrics_token": "canary-of-the-metrics",
    "otel_exporter_otlp_headers": "api-key=canary-of-the-traces",
}
PASSWORD: Final = "canary-of-the-stores"
FORM: Final = {"name": NAME, "email": EMAIL, "phone": PHONE, "message": WORDS, "consent": True}
WRONG: Final = ({"email": WORDS}, {"phone": f"{NAME} {PHONE}"}, {"consent": EMAIL}, {NAME: EMAIL})
MESSAGE: Final = f"I am {NAME}, {EMAIL}, {PHONE}: how do refunds work, {WORDS}?"


@pytest.fixture
def guarded(production_stack: Stack) -> Iterator[dict[str, str]]:
    """Give the addresses of a database and a Redis that ask for a password."""
    who = f"canary:{PASSWORD}@"
    production_stack.mariadb.sql(
        "DROP USER IF EXISTS canary", f"CREATE USER canary IDENTIFIED BY '{PASSWORD}'", "GRANT ALL ON *.* TO canary"
    )
    production_stack.redis.call("ACL", "SETUSER", "canary", "on", f">{PASSWORD}", "~*", "&*", "+@all")
    yield {
        "database_url": production_stack.database_url.replace("root@", who),
        "redis_url": production_stack.redis.url.replace("://", f"://{who}"),
    }
    production_stack.redis.call("ACL", "DELUSER", "canary")
    production_stack.mariadb.ensure()
    production_stack.mariadb.sql("DROP USER canary")


@asynccontextmanager
async def talkative(
    stack: Stack, llm: StubLLM, google: StubSheets, stores: dict[str, str]
) -> AsyncIterator[tuple[Desk, int, Collector]]:
    """Run a desk whose every secret is a canary and that tells all that it can.

    Give its worker's metrics' port, too, and what its traces are sent to.
    """
    port = free_port()
    said: dict[str, Any] = {"log_level": "DEBUG", "log_format": "json", "metrics_port": port, "lead_capture": True}
    async with receiving() as receiver, collecting() as collector:
        receiver.default = 500
        to = {"webhook_url": receiver.url, "otel_exporter_otlp_endpoint": collector.url, "otel_bsp_schedule_delay": 200}
        async with running(stack, llm=llm, beats=1, **said, **stores, **sheet_settings(google), **KEYS, **to) as desk:
            yield desk, port, collector


async def test_no_canary_is_anywhere_but_where_it_belongs(
    production_stack: Stack, llm: StubLLM, google: StubSheets, guarded: dict[str, str]
) -> None:
    """Fault 80: a model, a sheet, a webhook and a database that fail; what is left of it in every place there is.

    A session's own event log, which lives as long as the session, is the one place of Redis that may hold words.
    """
    async with talkative(production_stack, llm, google, guarded) as (desk, port, collector):
        told = await _everything_fails(desk, llm, google)
        worker = await exposition(f"http://{LOOPBACK}:{port}")
        await eventually(lambda: {"answer turn", "POST /v1/leads"} <= {span.name for span in collector.spans})
        await _job_waits(desk)
        kept = _in_redis(production_stack)
        places = {
            "error bodies": told,
            "logs": in_logs(desk).decode(),
            "metrics of the gateway": (await exposition(desk.url, KEYS["metrics_token"])).text,
            "metrics of the worker": worker.text,
            "jobs and keys of Redis": kept,
            "traces": b"".join(collector.bodies).decode(errors="replace"),
        }
    secrets = [*KEYS.values(), PASSWORD, *_lines_of_private_key(google)]
    assert "chat.answer_turn" in kept
    assert all(event in places["logs"] for event in ("model_failed", "sheet_refused", "webhook_failed", "Traceback"))
    leaks = [(place, one) for place, text in places.items() for one in (*OF_VISITORS, *secrets) if one in text]
    assert leaks == []


async def _everything_fails(desk: Desk, llm: StubLLM, google: StubSheets) -> str:
    """Return whatever refusals told meanwhile."""
    told: list[str] = []
    google.mode = "403"
    async with desk.visitor() as visitor, Visitor(desk.url, token=KEYS["admin_api_key"]) as operator:
        await visitor.open()
        llm.mode = "status_500"
        await visitor.ask(MESSAGE)
        assert (await visitor.call("POST", "/v1/leads", json=FORM)).status == 202
        told += [(await visitor.call("POST", "/v1/leads", json=FORM | wrong)).text for wrong in WRONG]
        told.append((await operator.call("GET", f"/v1/admin/leads/{NAME}?q={EMAIL}")).text)
        await eventually(lambda: "sheet_refused" in desk.worker.log and "webhook_failed" in desk.worker.log, within=60)
        desk.stack.mariadb.kill9()
        for path in ("/v1/turns", "/v1/leads"):
            body = FORM if path == "/v1/leads" else {"message": MESSAGE, "client_message_id": "canary"}
            told.append((await visitor.call("POST", path, json=body)).text)
        await eventually(lambda: "Traceback" in in_logs(desk).decode(), within=60)
        desk.stack.mariadb.start()
    return "\n".join(told)


async def _job_waits(desk: Desk) -> None:
    """Have a job for a turn wait in Redis."""
    desk.worker.kill9()
    async with desk.visitor() as visitor:
        await visitor.open()
        await visitor.post(MESSAGE)
        await eventually(lambda: desk.stack.redis.call("LLEN", "chat"))


def _in_redis(stack: Stack) -> str:
    """Return everything that Redis holds but sessions' event logs; each of those ends by itself."""
    held: list[str] = []
    with stack.redis.client() as client:
        for key in client.scan_iter():
            if key.startswith("session:") and key.endswith(":events"):
                assert client.ttl(key) > 0
                held.append(key)
            else:
                held.append(f"{key} {_content(client, key)}")
    return "\n".join(held)


def _content(client: Any, key: str) -> object:
    """Return what a key holds, whatever its kind."""
    read = {
        "string": lambda: client.get(key),
        "list": lambda: client.lrange(key, 0, -1),
        "set": lambda: client.smembers(key),
        "zset": lambda: client.zrange(key, 0, -1),
        "hash": lambda: client.hgetall(key),
        "stream": lambda: client.xrange(key),
    }
    return read[client.type(key)]()


def _lines_of_private_key(google: StubSheets) -> list[str]:
    key: str = json.loads(json.dumps(google.service_account()))["private_key"]
    return [line for line in key.splitlines() if line and not line.startswith("-----")]
