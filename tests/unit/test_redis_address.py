"""The addresses of a Redis that Sentinels watch over, as an operator writes them and as the libraries want them."""

import pytest

from shared.errors import SettingsInvalid
from shared.redis_address import Sentinels
from shared.settings import load_settings

ADDRESS = "sentinel://desk:p%40ss@one:26380,two/3?master=main&sentinel_password=theirs"


def test_an_address_names_the_sentinels_and_what_they_watch() -> None:
    assert Sentinels.named_by(ADDRESS) == Sentinels(
        hosts=(("one", 26380), ("two", 26379)),
        master="main",
        database=3,
        username="desk",
        password="p@ss",
        credentials={"password": "theirs"},
    )


def test_kombu_is_told_the_same_of_every_sentinel() -> None:
    sentinels = Sentinels.named_by(ADDRESS)
    assert sentinels
    assert sentinels.for_kombu == "sentinel://desk:p%40ss@one:26380/3;sentinel://desk:p%40ss@two:26379/3"


@pytest.mark.parametrize("url", ["redis://one:6379/0", "rediss://one:6379/0", "unix:///redis.sock"])
def test_a_single_server_has_no_sentinels(url: str) -> None:
    assert Sentinels.named_by(url) is None


@pytest.mark.parametrize(
    "url", ["sentinel://one:1/0", "sentinel://one:1/0?master=main&other=1", "sentinel:///0?master=main"]
)
def test_an_unclear_address_is_refused_before_anything_starts(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="REDIS_URL"):
        load_settings(_env_file=None, redis_url=url)
