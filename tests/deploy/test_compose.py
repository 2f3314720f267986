"""docker-compose.yml says what the code needs, and what keeps a broken container from harming others."""

import re
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from shared.settings import Settings
from shared.vocabulary import Queue
from tests.children import ROOT
from tests.deploy.composed import compose, ours, secrets_of, services
from tests.deploy.prepared import prepare
from tests.deploy.proxied import SAMPLE
from tests.servers.binaries import program
from workers.runtime import STOP_SECONDS

UVICORNS = {"FORWARDED_ALLOW_IPS"}
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def test_compose_itself_takes_the_file(tmp_path: Path) -> None:
    """Validated by Debian's docker-compose, which needs no engine for it."""
    prepare(tmp_path)
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    command = [program("docker-compose", package="docker-compose"), "config", "--quiet"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_queue_has_a_consumer() -> None:
    consumed = chain(*(one["command"][-1].split(",") for one in ours().values() if "-Q" in one["command"]))
    assert sorted(consumed) == sorted(Queue)


def test_every_secret_is_a_setting_and_made_by_the_script(tmp_path: Path) -> None:
    made = {file.name for file in prepare(tmp_path).iterdir()}
    assert set(compose()["secrets"]) == made
    for service in ours().values():
        assert set(secrets_of(service)) <= set(Settings.model_fields)


def test_the_gateway_has_no_key_but_its_own_and_operators() -> None:
    """A gateway that was broken into can neither ask the model nor write to the sheet."""
    assert set(secrets_of(services()["api"])) == {"database_url", "redis_url", "admin_api_key"}


def test_every_variable_that_is_set_is_a_setting() -> None:
    for service in ours().values():
        names = set(service["environment"]) - UVICORNS
        assert {name.lower() for name in names} <= set(Settings.model_fields)


def test_the_proxy_alone_says_where_visitors_come_from() -> None:
    """Whoever is believed must be the only one who gets to a gateway, and must name one address, not pass one on."""
    assert services()["api"]["environment"]["FORWARDED_ALLOW_IPS"] == "*"
    assert "ports" not in services()["api"]
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in SAMPLE.read_text()


@pytest.mark.parametrize("name", services())
def test_a_container_can_write_nothing_but_its_volumes_and_do_nothing_special(name: str) -> None:
    """Fault 86: MySQL alone writes where it likes in its own container, and may make its folder its own."""
    service = services()[name]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]
    if name != "mysql":
        assert service["read_only"] is True
        assert "cap_add" not in service


@pytest.mark.parametrize("name", services())
def test_a_folder_of_memory_hides_no_volume(name: str) -> None:
    """Podman refuses it; where the memory won, Redis would forget all when its container is made anew."""
    service = services()[name]
    mounted = [volume.split(":")[1] for volume in service.get("volumes", ())]
    assert not set(service.get("tmpfs", ())) & set(mounted)


def test_folders_of_memory_are_such_as_anybody_may_write_to() -> None:
    """A fresh one belongs to root, with the rights of the folder that it covers: only /tmp's are everybody's."""
    assert {folder for one in services().values() for folder in one.get("tmpfs", ())} == {"/tmp"}  # noqa: S108


def test_our_images_run_as_nobody_in_particular() -> None:
    """Fault 86: the last USER before each target is a number that is not root's."""
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


@pytest.mark.parametrize("image", [one["image"] for one in services().values()])
def test_images_of_others_have_an_exact_version(image: str) -> None:
    """Fault 85: what is tried today is what is run tomorrow."""
    assert image.startswith("frontdesk-") or re.search(r":v?\d+\.\d+\.\d+", image)


def test_the_base_image_has_an_exact_version() -> None:
    """Fault 85: the same for what ours are made of."""
    assert re.search(r"^ARG PYTHON_IMAGE=python:\d+\.\d+\.\d+-slim-\w+$", DOCKERFILE, re.MULTILINE)


def test_workers_are_given_the_time_that_their_answers_take() -> None:
    for name, service in ours().items():
        if name.startswith("worker-"):
            assert int(service["stop_grace_period"].removesuffix("s")) > STOP_SECONDS


def test_what_is_scaled_has_no_name_and_no_port_of_the_machine() -> None:
    for name, service in ours().items():
        assert not {"container_name", "ports"} & set(service), name


def test_images_hold_the_folders_that_they_need_and_no_other() -> None:
    """The gateway's image has no workers; nothing of the tests or the documents is in either."""
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == {"shared", "api", "workers"}
    gateway = DOCKERFILE.split(" AS api\n")[1].split("\nFROM ")[0]
    assert "workers" not in gateway


def test_the_gateways_image_has_no_library_of_the_workers() -> None:
    """What its Dockerfile installs, as uv resolves it from the lock."""
    installed = _installed_by("build-api")
    assert {"fastapi", "gunicorn", "uvicorn-worker"} <= installed
    assert "cryptography" in installed  # without it, MySQL's own way of signing in is closed
    assert not installed & {"faiss-cpu", "openai", "gspread", "numpy", "fsspec", "wordllama", "google-auth"}


def test_the_workers_image_has_all_that_a_worker_imports() -> None:
    assert {"faiss-cpu", "openai", "gspread", "s3fs", "wordllama"} <= _installed_by("build-worker")


def test_the_workers_image_has_the_command_that_runbooks_name(tmp_path: Path) -> None:
    """Its two lines, run with this test's Python in place of the image's."""
    [lines] = re.findall(r"printf '(.*)' > /opt/frontdesk/bin/frontdesk", DOCKERFILE)
    command = tmp_path / "frontdesk"
    command.write_text(lines.replace("\\n", "\n").replace("/opt/frontdesk/bin/python", sys.executable))
    command.chmod(0o755)
    env = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    done = subprocess.run([command, "--help"], env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "doctor" in done.stdout


def _installed_by(stage: str) -> set[str]:
    """Return the packages that a stage of the Dockerfile installs."""
    [options] = re.findall(rf" AS {stage}\nRUN uv sync (.*)", DOCKERFILE)
    installed = ROOT / ".venv" / "bin" / "uv"  # where there was one before, make puts none there
    uv = str(installed) if installed.exists() else program("uv", package="uv")
    command = [uv, "export", "--no-header", "--no-emit-project", *_exportable(options)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--hash=sha256:" in done.stdout
    return set(re.findall(r"^([\w-]+)==", done.stdout, re.MULTILINE))


def _exportable(options: str) -> list[str]:
    return [option for option in options.split() if option != "--no-install-project"]
