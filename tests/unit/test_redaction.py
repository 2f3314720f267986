"""What must not be in a log is masked there, wherever in an event it stands; what operators need is left alone."""

import json
import re
import subprocess
import sys
import time
from typing import Any, Final

import pytest

from shared.ids import new_admin_key, new_id, new_token
from shared.redaction import masked, redact

SECRET: Final = (
    "ann.smith+desk@mail.example.co.uk",
    "josé@exämple.com",
    "+1 (201) 555-0117",
    "+12015550117",
    "2015550117",
    "(201) 555-0117",
    "0171 234 5678",
    "201.555.0117",
    new_token(),
    new_admin_key(),
    "whs_of-a-test",
    "sk-of-a-test",
    "Bearer abc.def-ghi",
    "mysql+aiomysql://desk:p4ss/w%20rd@10.0.0.7/frontdesk",
    "redis://:hunter2@redis:6379/0",
)
PLAIN: Final = (
    "release 20261128-025419918-641650027186 is current",
    new_id(),
    f"turn {new_id()} of session {new_id()}",
    "2026-11-27T22:27:02.123456Z",
    "Can't connect to MySQL server on '192.168.100.200:3306'",
    "frontdesk-worker-7f9c-12345",
    "redis://redis:6379/0",
    "http://127.0.0.1:15000/v1/turns",
    "20261127224744-ed19cd119029",
    'File "/app/shared/db/engine.py", line 123, in connect',
    "waited 12.345678901 s of 600",
)
CRASHING: Final = """
import logging.config
import uvicorn.config
from shared import log
logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG)
log.configure("DEBUG", json={json})
text = "Ann of ann@example.com, +1 201 555 0117, {token}"
for logger in (logging.getLogger("uvicorn.error"), logging.getLogger("celery.worker"), log.get()):
    try:
        raise ValueError(text)
    except ValueError:
        logger.exception("crashed with ann@example.com")
log.get().info("told", some=[{{"deep": text}}], error=ValueError(text))
logging.getLogger("asyncio").error("lost %s", text)
logging.getLogger("uvicorn.access").info("GET /?q=Ann")
"""


@pytest.mark.parametrize("text", SECRET, ids=map(str, range(len(SECRET))))
def test_addresses_numbers_and_secrets_are_masked(text: str) -> None:
    assert re.search(r"\[\w+\]", left := masked(f"it was {text}, they said"))
    assert text not in left


def test_an_address_is_told_without_its_password() -> None:
    told = masked("no answer from mysql+aiomysql://desk:p4ss/w%20rd@10.0.0.7/frontdesk")
    assert told == "no answer from mysql+aiomysql://[credentials]@10.0.0.7/frontdesk"


@pytest.mark.parametrize("text", PLAIN, ids=map(str, range(len(PLAIN))))
def test_what_operators_need_is_left_alone(text: str) -> None:
    assert masked(text) == text


def test_a_private_key_is_masked_whole() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\nabc\n-----END PRIVATE KEY-----\n"
    assert "MIIEvQ" not in masked(f"{{'private_key': '{key}'}}")


def test_numbers_stay_numbers() -> None:
    event: dict[str, Any] = {"event": "told", "lead_id": 12015550117, "ms": 1.5, "whole": True, "none": None}
    assert redact(None, "", dict(event)) == event


@pytest.mark.parametrize("as_json", [True, False])
def test_no_logger_and_no_traceback_tells_it(as_json: bool) -> None:
    """Fault 80: ours, the servers' and the libraries', each with an error that holds it."""
    token = new_token()
    code = CRASHING.format(json=as_json, token=token)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.count("ValueError") >= 3
    assert not [text for text in ("ann@", "201 555", "?q=Ann", token) if text in ran.stderr]
    if as_json:
        assert len([json.loads(line) for line in ran.stderr.splitlines()]) == 5


@pytest.mark.parametrize("part", ["a", "://", "a@", "12 ", "+1 ", "12-", "bearer ", "-----BEGIN ", "("])
def test_endless_words_hold_nobody_up(part: str) -> None:
    """A second at most, where looking through the rest from each letter would take half a minute."""
    began = time.process_time()
    masked(part * (60_000 // len(part)))
    assert time.process_time() - began < 5
