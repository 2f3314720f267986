"""An S3 server that keeps its objects in memory, in a process of its own."""

import sys
from pathlib import Path
from typing import Any, Final

import boto3
import botocore.config
import botocore.exceptions

from tests.servers.server import LOOPBACK, Server, free_port

BUCKET: Final = "desks"
KEY: Final = "made-up"


class ObjectServer(Server):
    """It starts with one empty bucket, and forgets everything when it ends."""

    def __init__(self) -> None:
        super().__init__("objects")
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://{LOOPBACK}:{self.port}"

    def command(self) -> list[str | Path]:
        """Return what starts it."""
        return [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(self.port)]

    def prepare(self) -> None:
        """Start from nothing."""

    def answers(self) -> bool:
        """Tell whether it serves, with its bucket."""
        try:
            self.client().create_bucket(Bucket=BUCKET)
        except botocore.exceptions.BotoCoreError:
            return False
        return True

    def client(self) -> Any:
        """Return a client of its own kind, which is not the one that is tested."""
        settings = botocore.config.Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1})
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=KEY,
            config=settings,
        )

    def names(self, prefix: str) -> list[str]:
        """Return the names of the objects that begin so, without that beginning."""
        listed = self.client().list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [found["Key"].removeprefix(prefix) for found in listed.get("Contents", [])]

    def read(self, name: str) -> bytes:
        """Return what is in an object."""
        content: bytes = self.client().get_object(Bucket=BUCKET, Key=name)["Body"].read()
        return content

    def write(self, name: str, content: bytes) -> None:
        """Give an object its content."""
        self.client().put_object(Bucket=BUCKET, Key=name, Body=content)


def environment_for(url: str) -> dict[str, str]:
    """Return what a process needs in its environment to use the server at this URL."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
