"""deploy/kubernetes says what Kubernetes understands, what the code needs, and no privilege more."""

import re
from itertools import chain
from typing import Any, Final

import kubernetes_validate
import pytest
import yaml

from shared.settings import Settings
from shared.vocabulary import Queue
from tests.children import ROOT
from tests.deploy.composed import secrets_of, services
from tests.stack import Stack
from workers.runtime import STOP_SECONDS

FOLDER: Final = ROOT / "deploy" / "kubernetes"
VERSION: Final = "1.35"
OF_KEDA: Final = {"ScaledObject", "TriggerAuthentication"}  # which Kubernetes itself knows nothing of


def objects() -> list[dict[str, Any]]:
    """Return every object of every file."""
    return [one for file in sorted(FOLDER.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text())]


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    """Return the objects of some kinds."""
    return [one for one in objects() if one["kind"] in kinds]


def pods() -> dict[str, dict[str, Any]]:
    """Return what each pod is made of, by the name of what makes it."""
    return {one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in of_kind("Deployment", "Job")}


def container(pod: dict[str, Any]) -> dict[str, Any]:
    """Return a pod's one container."""
    [only] = pod["containers"]
    return only  # type: ignore[no-any-return]


@pytest.mark.parametrize("one", objects(), ids=lambda one: f"{one['kind']}-{one.get('metadata', {}).get('name', '')}")
def test_kubernetes_understands_it(one: dict[str, Any]) -> None:
    if one["kind"] not in {*OF_KEDA, "Kustomization"}:
        kubernetes_validate.validate(one, VERSION, strict=True)


def test_the_kustomization_names_every_file_and_both_images() -> None:
    [kustomization] = of_kind("Kustomization")
    files = {file.name for file in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == files
    assert {image["name"] for image in kustomization["images"]} == {container(pod)["image"] for pod in pods().values()}


def test_every_pod_runs_what_compose_runs() -> None:
    """Whose commands are tried as processes."""
    composed = {"gateway": "api"}
    for name, pod in pods().items():
        service = services()[composed.get(name, name)]
        assert container(pod)["command"] == service["command"], name
        assert container(pod)["image"] == service["image"], name


def test_every_queue_has_a_consumer() -> None:
    commands = [container(pod)["command"] for pod in pods().values()]
    assert sorted(chain(*(command[-1].split(",") for command in commands if "-Q" in command))) == sorted(Queue)


@pytest.mark.parametrize("name", pods())
def test_a_pod_is_nobody_and_can_do_nothing_special(name: str) -> None:
    """Fault 86: what Kubernetes itself calls restricted, and a root that nobody writes to."""
    pod = pods()[name]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container(pod)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_only_those_who_ask_services_get_out_and_nobody_to_what_tells_clouds_keys() -> None:
    """Fault 83: whatever a document or a visitor makes a process ask, a gateway reaches the stores alone."""
    stores, traces, names, services_of_others = {3306, 6379, 26379}, {4318}, {53}, {443}
    for name, labels in _labels().items():
        asks = services_of_others if name.startswith("worker-") else set()
        assert {port for rule in _ways_out(labels) for port in _ports(rule)} == stores | traces | names | asks, name
        for rule in _ways_out(labels):
            if _ports(rule) == services_of_others:
                assert "169.254.0.0/16" in rule["to"][0]["ipBlock"]["except"]


def _labels() -> dict[str, dict[str, str]]:
    made = of_kind("Deployment", "Job")
    return {one["metadata"]["name"]: one["spec"]["template"]["metadata"]["labels"] for one in made}


def _ways_out(labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return every rule that lets a pod with these labels out."""
    policies = [one["spec"] for one in of_kind("NetworkPolicy") if "Egress" in one["spec"]["policyTypes"]]
    return [rule for policy in policies if _selects(policy["podSelector"], labels) for rule in policy["egress"]]


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    wanted = selector.get("matchLabels", {})
    within = {one["key"]: one["values"] for one in selector.get("matchExpressions", ()) if one["operator"] == "In"}
    return wanted.items() <= labels.items() and all(labels.get(key) in values for key, values in within.items())


def _ports(rule: dict[str, Any]) -> set[int]:
    return {one["port"] for one in rule["ports"]}


def test_the_namespace_holds_everybody_to_it() -> None:
    [namespace] = of_kind("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_workers_are_given_the_time_that_their_answers_take() -> None:
    for name, pod in pods().items():
        if name.startswith("worker-"):
            assert pod["terminationGracePeriodSeconds"] > STOP_SECONDS


def test_every_variable_is_a_setting() -> None:
    [settings] = of_kind("ConfigMap")
    assert {name.lower() for name in settings["data"]} <= set(Settings.model_fields)


def test_the_readme_makes_the_secrets_that_compose_has() -> None:
    """Under the names that the program looks for."""
    readme = (FOLDER / "README.md").read_text()
    made = {
        name: {part.split("=")[0] for part in re.findall(r"--from-file=(\S+)", line)}
        for name, line in re.findall(r"create secret generic (gateway|worker) (.*)", readme)
    }
    wanted = {"gateway": services()["api"], "worker": services()["worker-chat"]}
    assert made == {name: set(secrets_of(service)) for name, service in wanted.items()}


async def test_workers_are_scaled_by_how_long_the_oldest_turn_waits(production_stack: Stack) -> None:
    """The very query that KEDA is given, run on the tables."""
    [scaled] = of_kind("ScaledObject")
    [trigger] = scaled["spec"]["triggers"]
    query, name = trigger["metadata"]["query"], production_stack.database_url.rpartition("/")[2]
    mariadb = production_stack.mariadb
    assert mariadb.sql(query, database=name) == [(0,)]
    mariadb.sql(
        "INSERT INTO sessions (id, token_hash, status, created_at, last_activity_at, expires_at)"
        " VALUES ('s', 'h', 'active', UTC_TIMESTAMP(), UTC_TIMESTAMP(), UTC_TIMESTAMP())",
        "INSERT INTO turns (id, session_id, seq, client_message_id, body_hash, question, status, attempt, fence,"
        " deadline_at, created_at, next_attempt_at) VALUES ('t', 's', 1, 'c', 'h', 'q', 'queued', 0, 0,"
        " UTC_TIMESTAMP(), UTC_TIMESTAMP() - INTERVAL 60 SECOND, UTC_TIMESTAMP() - INTERVAL 58 SECOND)",
        database=name,
    )
    [(waited,)] = mariadb.sql(query, database=name)
    assert waited >= int(trigger["metadata"]["queryValue"])


def test_what_the_readme_links_to_is_there() -> None:
    linked = re.findall(r"\]\((\.\./[^)]+)\)", (FOLDER / "README.md").read_text())
    assert [one for one in linked if not (FOLDER / one).exists()] == []
