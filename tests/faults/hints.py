"""Hints as Redis sees them."""

from tests.servers import RedisServer


def waiting_for_hints(redis: RedisServer) -> int:
    """Return how many workers Redis would hand a hint to at once; one that is frozen counts for a second more."""
    with redis.client() as client:
        return sum("b" in one["flags"] and one["cmd"] == "brpop" for one in client.client_list())
