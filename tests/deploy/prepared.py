"""The secrets that deploy/prepare.sh makes, in a folder of the test's own, and a Redis that knows its users."""

import shutil
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.children import ROOT
from tests.servers import Redis
from tests.servers.server import LOOPBACK

NEEDED: Final = ("deploy/prepare.sh", "deploy/redis/users.acl", ".env.example")
TESTS_OWN: Final = "user tests on nopass allkeys allchannels +@all\n"


def prepare(folder: Path) -> Path:
    """Run deploy/prepare.sh in a copy of what it needs; return the folder with the secrets."""
    for name in NEEDED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    subprocess.run([folder / "deploy" / "prepare.sh"], check=True, stdout=subprocess.DEVNULL)
    return folder / "deploy" / "secrets"


class GuardedRedis(Redis):
    """A Redis with the users of deploy/redis/users.acl, and one more for the test's own questions."""

    def __init__(self, secrets: Path) -> None:
        super().__init__()
        self._secrets = secrets
        users = self.folder / "users.acl"
        users.write_text((secrets / "redis_users").read_text() + TESTS_OWN)
        self._options["aclfile"] = str(users)

    @property
    def url(self) -> str:
        """Where the test itself finds it."""
        return f"redis://tests:any@{LOOPBACK}:{self.port}/0"

    def url_of(self, user: str) -> str:
        """Return where a user of the desk finds it, with the password that was made."""
        url = urlsplit((self._secrets / f"redis_url_{user}").read_text())
        return url._replace(netloc=f"{url.username}:{url.password}@{LOOPBACK}:{self.port}").geturl()
