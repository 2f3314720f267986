"""The dashboard and the alerts against a real Prometheus that reads a real desk: each shows what it is about."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.children import ROOT
from tests.deploy.composed import services
from tests.eventually import eventually
from tests.exposition import exposition
from tests.integration.test_admin_sheets import sheet_settings
from tests.integration.test_lead_form import post_form
from tests.processes import Desk, running
from tests.servers.binaries import program
from tests.servers.prometheus import FOLDER, Prometheus
from tests.servers.server import LOOPBACK, free_port
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.stubs.sheets import StubSheets

DASHBOARD: Final = ROOT / "deploy" / "grafana" / "dashboards" / "frontdesk.json"
THRESHOLD: Final = re.compile(r" (?:>|==) [\d.]+(?: and on .*)?$")
PLACEHOLDER: Final = re.compile(r"{{(\w+)}}")
WITHIN: Final = 60.0


def panels() -> Iterator[tuple[str, str, str]]:
    """Yield title, expression and legend of each line that the dashboard draws."""
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"].replace("$__rate_interval", "30s"), target["legendFormat"]


def alerts() -> Iterator[tuple[str, str]]:
    """Yield the name of each alert, and what it compares with its threshold."""
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], THRESHOLD.sub("", rule["expr"])


@pytest.mark.parametrize(
    "arguments",
    [("check", "config", "prometheus.yml"), ("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")],
)
def test_prometheus_itself_takes_the_files(arguments: tuple[str, ...]) -> None:
    """With what the alerts make of a desk that is well, and of one that is not."""
    command = [program("promtool", package="prometheus"), *arguments]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tried() -> None:
    tried = yaml.safe_load((FOLDER / "alerts_test.yml").read_text())["tests"]
    names = [name for name, _ in alerts()]
    assert [one["alertname"] for one in tried[0]["alert_rule_test"]] == names
    [firing] = tried[1]["promql_expr_test"]
    assert firing["exp_samples"][0]["value"] == len(names)


@pytest.mark.timeout(300)
async def test_every_panel_and_every_alert_finds_its_figures(
    local_stack: Stack, llm: StubLLM, google: StubSheets, tmp_path: Path
) -> None:
    kb_dir = tmp_path / "kb"
    shutil.copytree(local_stack.kb_dir, kb_dir)
    port = free_port()
    settings: dict[str, Any] = {"lead_capture": True, "kb_dir": kb_dir, "metrics_port": port, **sheet_settings(google)}
    settings["budget_day_tokens"] = 1_000_000
    async with running(local_stack, llm=llm, **settings) as desk:
        with Prometheus({"gateway": desk.gateway.port, "worker": port}) as prometheus:
            await _everything_happens(desk, google, f"http://{LOOPBACK}:{port}")
            for name, expression in alerts():
                assert await eventually(partial(prometheus.ask, expression), within=WITHIN), name
            for title, expression, legend in panels():
                found = await eventually(partial(prometheus.ask, expression), within=WITHIN)
                labels = set(PLACEHOLDER.findall(legend))
                assert all(labels <= one["metric"].keys() for one in found), title


async def _everything_happens(desk: Desk, google: StubSheets, worker: str) -> None:
    """Have every metric that only appears when something happens appear."""
    assert desk.llm
    async with desk.visitor() as visitor, desk.operator() as operator:
        await visitor.ask("How do refunds work?")
        desk.llm.mode = "status_500"
        await visitor.ask("How do refunds work?")
        await post_form(visitor, email="figures@example.com")
        await operator.call("POST", "/v1/admin/kb/builds", json={})
        await operator.call("POST", "/v1/admin/sheets/reconcile")
        await eventually(lambda: _told(desk.url, "frontdesk_reconciliation_rows"), within=WITHIN)
        google.mode = "403"
        await operator.call("POST", "/v1/admin/sheets/reconcile")
    for name in ("frontdesk_jobs_failed_total", "frontdesk_build_seconds_count"):
        await eventually(partial(_told, worker, name), within=WITHIN)


async def _told(url: str, name: str) -> bool:
    return name in (await exposition(url)).names


def test_prometheus_looks_where_compose_offers_metrics() -> None:
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    asked = {
        (name, one["port"])
        for job in config["scrape_configs"]
        for one in job["dns_sd_configs"]
        for name in one["names"]
    }
    workers = {name: one for name, one in services().items() if name.startswith("worker-")}
    assert asked == {("api", 8000)} | {(name, one["environment"]["METRICS_PORT"]) for name, one in workers.items()}
    assert {one["environment"]["METRICS_HOST"] for one in workers.values()} == {"0.0.0.0"}  # noqa: S104  (in a container, everyone)
