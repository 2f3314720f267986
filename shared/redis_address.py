"""Where Redis is: one server, or whichever of several its Sentinels say is the master."""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

SENTINEL: Final = "sentinel://"
SENTINEL_PORT: Final = 26379
OPTIONS: Final = frozenset({"master", "sentinel_username", "sentinel_password"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentinels:
    """A Redis that Sentinels watch over: `sentinel://user:password@host:26379,host2:26379/0?master=mymaster`.

    The user and password are Redis's own. Sentinels that ask for others have them as `sentinel_username` and
    `sentinel_password` behind the master.
    """

    hosts: tuple[tuple[str, int], ...]
    master: str
    database: int
    username: str | None
    password: str | None
    credentials: dict[str, str]
    """What the Sentinels themselves ask for, in redis-py's words."""

    @classmethod
    def named_by(cls, url: str) -> Self | None:
        """Return what a URL names, None for one that names a single server. Raises ValueError for an unclear one."""
        if not url.startswith(SENTINEL):
            return None
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
        if "master" not in options or not options.keys() <= OPTIONS:
            raise ValueError(f"must look like {SENTINEL}host:{SENTINEL_PORT},host2:{SENTINEL_PORT}/0?master=mymaster")
        who, _, hosts = parts.netloc.rpartition("@")
        username, _, password = who.partition(":")
        return cls(
            hosts=tuple(map(_host, hosts.split(","))),
            master=options["master"],
            database=int(parts.path.strip("/") or 0),
            username=unquote(username) or None,
            password=unquote(password) or None,
            credentials={name.removeprefix("sentinel_"): text for name, text in options.items() if name != "master"},
        )

    @property
    def for_kombu(self) -> str:
        """The same in Kombu's words, which name no master."""
        who = f"{quote(self.username or '', safe='')}:{quote(self.password or '', safe='')}@" if self.password else ""
        return ";".join(f"{SENTINEL}{who}{host}:{port}/{self.database}" for host, port in self.hosts)


def _host(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError("names a Sentinel without a host")
    return parts.hostname, parts.port or SENTINEL_PORT
