"""What a storage is asked for, on every kind that needs no other machine."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import SettingsInvalid
from shared.settings import load_settings
from tests.servers.server import LOOPBACK, free_port
from tests.stubs.files import FileServer
from workers.kb.storage import Storage, StorageUnavailable


@pytest.fixture(params=["file", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Give an empty storage of each kind."""
    return Storage(f"{(tmp_path / 'far').as_uri()}/" if request.param == "file" else f"memory://{tmp_path}")


def test_objects_are_written_read_named_and_removed(storage: Storage, tmp_path: Path) -> None:
    assert storage.read("current") is None
    assert storage.names("releases") == []
    (tmp_path / "file").write_bytes(b"\0one")
    storage.send(tmp_path / "file", "releases/a/deep/one")
    storage.write("releases/b/two", b"")
    storage.write("current", b"1")
    storage.write("current", b"22")
    assert storage.read("current") == b"22"
    assert storage.names("releases") == ["a/deep/one", "b/two"]
    assert storage.fetch("releases/a/deep/one", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"\0one"
    assert not storage.fetch("releases/a/deep/three", tmp_path / "none")
    storage.remove("releases/a", "deep/one")
    storage.remove("releases/a", "deep/one")
    assert storage.names("releases") == ["b/two"]


def test_a_reader_of_a_shared_folder_never_sees_half_an_object(tmp_path: Path) -> None:
    """A new object takes the old one's place: who has that open reads it to its end."""
    storage = Storage(tmp_path.as_uri())
    storage.write("current", b"old" * 1000)
    with (tmp_path / "current").open("rb") as reading:
        storage.write("current", b"n")
        assert reading.read() == b"old" * 1000


def test_a_closed_storage_is_asked_for_nothing(storage: Storage) -> None:
    storage.close()
    with pytest.raises(StorageUnavailable, match="ends"):
        storage.read("current")


@pytest.fixture
def web(tmp_path: Path) -> Iterator[FileServer]:
    """Give a web server over a folder."""
    with FileServer(tmp_path) as server:
        yield server


def test_releases_may_be_read_from_a_web_server(web: FileServer, tmp_path: Path) -> None:
    storage = Storage(web.url)
    (tmp_path / "current").write_bytes(b"one")
    assert (storage.read("current"), storage.read("missing")) == (b"one", None)
    assert storage.fetch("current", tmp_path / "copy")
    with pytest.raises(StorageUnavailable):
        storage.write("current", b"two")


def test_a_storage_that_is_away_is_told_of_without_its_secrets() -> None:
    storage = Storage(f"http://me:hidden@{LOOPBACK}:{free_port()}/kb?token=hidden")
    with pytest.raises(StorageUnavailable, match=f"The storage http://{LOOPBACK}") as raised:
        storage.read("current")
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "told"), [("gs://bucket/kb", "gs:// needs a package"), ("nowhere://x", "can't be used")]
)
def test_a_storage_that_nothing_here_understands_is_refused(url: str, told: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"KB_STORAGE: .*{told}"):
        Storage(url)


def test_a_bare_path_is_no_storage() -> None:
    with pytest.raises(SettingsInvalid, match=r"KB_STORAGE: .*must be a URL"):
        load_settings(kb_storage="/srv/releases")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_missing_extra_is_named() -> None:
    told = run(
        "import sys; sys.modules['s3fs'] = None\n"  # as Python finds it where the extra is not installed
        "from shared.errors import SettingsInvalid\n"
        "from workers.kb.storage import Storage\n"
        "try: Storage('s3://bucket/kb')\n"
        "except SettingsInvalid as error: print(error)"
    )
    assert "install Frontdesk with its extra `s3`" in told


def test_a_desk_without_a_storage_loads_nothing_for_one() -> None:
    told = run(
        "import sys, workers.bootstrap\n"
        "from shared.settings import load_settings\n"
        "from workers.kb.sharing import releases_of\n"
        "assert releases_of(load_settings()).storage is None\n"
        "print(sorted({'fsspec', 's3fs', 'botocore'} & set(sys.modules)))"
    )
    assert told == "[]\n"
