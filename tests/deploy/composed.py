"""docker-compose.yml as data: YAML with its anchors merged."""

from functools import cache
from typing import Any, Final

import yaml

from tests.children import ROOT

COMPOSE: Final = ROOT / "docker-compose.yml"
SECRETS: Final = "/run/secrets"


@cache
def compose() -> dict[str, Any]:
    """Return the whole file."""
    return yaml.safe_load(COMPOSE.read_text())  # type: ignore[no-any-return]


def services() -> dict[str, dict[str, Any]]:
    """Return the services by name."""
    return compose()["services"]  # type: ignore[no-any-return]


def ours() -> dict[str, dict[str, Any]]:
    """Return the services that run our code."""
    return {name: one for name, one in services().items() if one["image"].startswith("frontdesk-")}


def secrets_of(service: dict[str, Any]) -> dict[str, str]:
    """Return the secret behind each file that a service finds in /run/secrets."""
    entries = [one if isinstance(one, dict) else {"source": one, "target": one} for one in service.get("secrets", [])]
    return {one["target"]: one["source"] for one in entries}
