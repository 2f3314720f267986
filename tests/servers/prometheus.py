"""A Prometheus that reads a test's processes with our own configuration and rules."""

import http.client
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import yaml

from tests.children import ROOT
from tests.servers.binaries import program
from tests.servers.server import LOOPBACK, Server, free_port

FOLDER: Final = ROOT / "deploy" / "prometheus"


class Prometheus(Server):
    """A Prometheus; each of the configuration's jobs reads one port of this machine, every second."""

    def __init__(self, jobs: Mapping[str, int]) -> None:
        super().__init__("prometheus")
        self.port = free_port()
        self._jobs = jobs
        self._binary = program("prometheus", package="prometheus")

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://{LOOPBACK}:{self.port}"

    def command(self) -> list[str | Path]:
        """Return what starts it."""
        config, listen = self.folder / "prometheus.yml", f"{LOOPBACK}:{self.port}"
        where = (f"--web.listen-address={listen}", f"--storage.tsdb.path={self.data}")
        return [self._binary, f"--config.file={config}", *where, "--log.level=warn"]

    def prepare(self) -> None:
        """Write its configuration: ours, with other addresses."""
        config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
        config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        config["rule_files"] = [str(FOLDER / name) for name in config["rule_files"]]
        for job in config["scrape_configs"]:
            del job["dns_sd_configs"]
            job["static_configs"] = [{"targets": [f"{LOOPBACK}:{self._jobs[job['job_name']]}"]}]
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(config))

    def answers(self) -> bool:
        """Tell whether it listens."""
        with socket.socket() as probe:
            return probe.connect_ex((LOOPBACK, self.port)) == 0

    def ask(self, expression: str) -> list[dict[str, Any]]:
        """Return what an expression gives now: for each series its labels and its value. Fails for one that is none."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=5)
        try:
            connection.request("GET", "/api/v1/query?" + urlencode({"query": expression}))
            told = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        assert told["status"] == "success", f"{expression}: {told}"
        return told["data"]["result"]  # type: ignore[no-any-return]
