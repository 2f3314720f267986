"""What is installed is what was locked: each file by its hash, from one registry, in images as anywhere."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from tests.architecture.sources import ROOT

REGISTRY: Final = {"registry": "https://pypi.org/simple"}
SHA256: Final = re.compile(r"sha256:[0-9a-f]{64}")
EXACT_IMAGE: Final = re.compile(r"[\w./-]+:\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?")
NAME: Final = re.compile(r"[\w.-]+")
ELSEWHERE: Final = re.compile(r"git\+|https?://| @ |file:|\.\./")
"""How a requirement is spelled that no registry and no lock answers for."""

Package = dict[str, Any]


@pytest.fixture(scope="module")
def locked() -> list[Package]:
    """Give the packages of the lock."""
    packages: list[Package] = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    return packages


def test_every_package_is_locked_by_the_hash_of_every_file(locked: list[Package]) -> None:
    """Fault 85: a file that was exchanged in the registry, or on the way, is not installed."""
    for package in locked:
        if package["name"] == "frontdesk":
            assert package["source"] == {"editable": "."}
            continue
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert package["source"] == REGISTRY, package["name"]
        assert files, package["name"]
        assert all(SHA256.fullmatch(file.get("hash", "")) for file in files), package["name"]


def test_what_the_project_asks_for_is_in_the_lock_and_comes_from_nowhere_else(locked: list[Package]) -> None:
    """Fault 85: no requirement by address, and none that was added without locking it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for named in (*project["project"]["optional-dependencies"].values(), *project["dependency-groups"].values()):
        asked += named
    assert not [one for one in asked if ELSEWHERE.search(one)]
    assert "sources" not in project["tool"]["uv"]
    names = {package["name"] for package in locked}
    assert {_name(one) for one in asked} - {"hatchling"} <= names  # uv brings what builds


def test_images_install_by_hash_and_are_made_from_exact_ones() -> None:
    """Fault 85: neither pip nor uv decides anything when an image is built, and no base is `latest`."""
    text = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
    steps = [line.removeprefix("RUN ") for line in text.splitlines() if line.startswith("RUN ")]
    assert all("--require-hashes" in step for step in steps if "pip install" in step)
    assert all("--frozen" in step for step in steps if "uv sync" in step)
    assert not [step for step in steps if re.search(r"apt-get|curl|wget|git clone", step)]
    arguments = dict(re.findall(r"^ARG (\w+)=(\S+)", text, re.MULTILINE))
    stages = set(re.findall(r"^FROM \S+ AS (\w+(?:-\w+)*)", text, re.MULTILINE))
    bases = {_filled(base, arguments) for base in re.findall(r"^FROM (\S+)", text, re.MULTILINE)} - stages
    assert bases
    assert all(map(EXACT_IMAGE.fullmatch, bases)), bases
    assert all(map(EXACT_IMAGE.fullmatch, re.findall(r"COPY --from=(\S+:\S+)", text)))


@pytest.mark.parametrize("file", [*sorted((ROOT / "deploy").glob("*requirements*.txt"))], ids=lambda file: file.name)
def test_every_requirement_of_a_file_is_pinned_with_hashes(file: Path) -> None:
    """Fault 85: as pip reads it."""
    requirements = [
        line for line in file.read_text().replace("\\\n", " ").splitlines() if line and not line.startswith("#")
    ]
    assert requirements
    for one in requirements:
        requirement, *options = one.split()
        assert re.fullmatch(r"[\w.-]+==[\w.]+", requirement), one
        assert options
        assert all(SHA256.fullmatch(option.removeprefix("--hash=")) for option in options), one


def test_the_bill_of_materials_names_what_is_shipped(tmp_path: Path, locked: list[Package]) -> None:
    """Fault 85: `make sbom`, each part with its version and address, and none that is for development alone."""
    file = tmp_path / "sbom.json"
    subprocess.run(["make", "sbom", f"SBOM={file}"], cwd=ROOT, check=True, capture_output=True)
    bill = json.loads(file.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    listed = {part["name"]: part["version"] for part in bill["components"]}
    versions = {package["name"]: package["version"] for package in locked}
    assert listed.keys() > {"fastapi", "celery", "faiss-cpu", "s3fs", "sqlalchemy"}
    assert not listed.keys() & {"pytest", "schemathesis", "pip-audit", "mypy"}
    assert listed.items() <= versions.items()
    assert all(part["purl"].startswith("pkg:pypi/") for part in bill["components"])


def _name(requirement: str) -> str:
    found = NAME.match(requirement)
    assert found
    return found[0].lower().replace("_", "-").replace(".", "-")


def _filled(text: str, arguments: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda found: arguments[found[1]], text)
