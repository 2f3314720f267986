"""Requests that Schemathesis makes up from the OpenAPI document, one by one and in chains: every answer is in it."""

import os
from collections import Counter
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import BaseSchema, Case, GenerationMode, Response
from schemathesis.config import SchemathesisConfig

from tests.faults.raw_http import send
from tests.processes import ADMIN_KEY, Desk
from tests.shared_desks import SharedDesks

CASES: Final = int(os.environ.get("SCHEMATHESIS_CASES", "600"))
STEPS: Final = 10
PATIENCE_SECONDS: Final = 30
ENDLESS: Final = "/v1/session/events"  # it ends with its session; test_contract.py tries it without waiting
CONFIG: Final = {
    "checks": {
        # Each wrong key counts against the address that sends it; soon the right one would not be listened to either.
        "ignored_auth": {"enabled": False},
        # 413 is a refusal like the others that Schemathesis expects: much of what it makes up is very long.
        "negative_data_rejection": {"expected-statuses": [400, 401, 404, 405, 409, 413, 415, 422, 429]},
        # No schema can say what makes an address, a cursor or a form's fields together right.
        "positive_data_acceptance": {"enabled": False},
    },
    "generation": {"with-security-parameters": False},
}
MADE_UP: Final[dict[str, Any]] = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


class Sender:
    """Sends cases as a visitor or an operator, whichever they need; an erased visitor comes back as a new one."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.answers: Counter[int] = Counter()
        self.come()

    def come(self) -> None:
        """Open a session."""
        self._token = send(self._url, "POST", "/v1/sessions").json["token"]

    def options(self, case: Case[Any]) -> dict[str, Any]:
        """Return what a case is sent with."""
        token = ADMIN_KEY if "/admin/" in case.path else self._token
        return {"headers": {"Authorization": f"Bearer {token}"}, "timeout": PATIENCE_SECONDS, "base_url": self._url}

    def note(self, case: Case[Any], response: Response) -> None:
        """Count an answer, and come back if it said good-bye."""
        self.answers[response.status_code] += 1
        if case.method == "DELETE" and case.path == "/v1/session" and response.status_code == 202:
            self.come()


@pytest.fixture
def production_desk(reckless_desks: SharedDesks) -> Desk:
    """Give a running desk with MariaDB and Redis."""
    return reckless_desks.of("production")


@pytest.fixture
def schema(production_desk: Desk) -> BaseSchema:
    """Give the desk's own document."""
    config = SchemathesisConfig.from_dict(CONFIG)
    return schemathesis.openapi.from_url(f"{production_desk.url}/openapi.json", config=config).exclude(path=ENDLESS)


@pytest.mark.timeout(3600)
def test_whatever_is_made_up_is_answered_as_the_document_says(production_desk: Desk, schema: BaseSchema) -> None:
    """Fault 77: no 5xx, no undocumented status, body, header or media type, and nothing wrong is taken."""
    sender = Sender(production_desk.url)

    @settings(max_examples=CASES * 2 // 3, **MADE_UP)
    @given(case=st.one_of(*map(schema.as_strategy, GenerationMode)))
    def check(case: Case[Any]) -> None:
        response = case.call(**sender.options(case))
        sender.note(case, response)
        case.validate_response(response)

    check()
    print(f"{sender.answers.total()} single requests: {dict(sender.answers)}")  # noqa: T201
    assert sender.answers.total() >= CASES // 2


@pytest.mark.timeout(3600)
def test_chains_of_requests_that_lead_to_each_other_are_answered_as_well(
    production_desk: Desk, schema: BaseSchema
) -> None:
    """Fault 77: sessions, their turns and leads, used as one answer after the other links to them."""
    sender = Sender(production_desk.url)

    class Chain(schema.as_state_machine()):  # type: ignore[misc]  # made when it is asked for
        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
            return sender.options(case)

        def after_call(self, response: Response, case: Case[Any]) -> None:
            super().after_call(response, case)
            sender.note(case, response)

    Chain.run(settings=settings(max_examples=max(1, CASES * 2 // 5 // STEPS), stateful_step_count=STEPS, **MADE_UP))
    print(f"{sender.answers.total()} chained requests: {dict(sender.answers)}")  # noqa: T201
    assert sender.answers.total() >= CASES // 4
