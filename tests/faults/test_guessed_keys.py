"""Admin keys that somebody guesses: not told by the time that a refusal takes, nor more often by asking elsewhere."""

import asyncio
import time
from collections import Counter
from itertools import product
from typing import Final

from shared.ids import new_token
from tests.faults.raw_http import send
from tests.processes import ADMIN_KEY, Desk, running
from tests.stack import Stack
from tests.visitor import Visitor

GUESSES: Final = 200
STATS: Final = "/v1/admin/stats"
EITHER_WAY: Final = (0.35, 0.65)  # more than four standard deviations from the half, for so many guesses


async def test_a_refusal_takes_as_long_whatever_is_wrong_with_a_key(desk: Desk) -> None:
    """Fault 78: a key of which all but the end is right, and one of another length of which nothing is.

    Of pairs of the two, as many have to be faster one way as the other; by how much does not matter, since a busy
    machine now and then takes long for either.
    """
    nearly, by_far = [], []
    for n in range(GUESSES):
        nearly.append(_refused_in(desk, ADMIN_KEY[:-1] + "~", f"127.2.{n}.1"))
        by_far.append(_refused_in(desk, new_token()[:8], f"127.2.{n}.2"))
    faster = sum(near < far for near, far in product(nearly, by_far)) / GUESSES**2
    assert EITHER_WAY[0] < faster < EITHER_WAY[1]


async def test_wrong_keys_count_at_all_gateways_together(production_stack: Stack) -> None:
    """Fault 78: whoever is not listened to at one gateway is not at the other."""
    async with running(production_stack, gateways=2, workers=0) as desk:
        async with Visitor(desk.gateways[0].url, token="fdk_wrong") as one, one.tab(desk.gateways[1].url) as other:
            flood = await asyncio.gather(*(gateway.call("GET", STATS) for gateway in [one, other] * 10))
            assert Counter(reply.json["code"] for reply in flood) == {"invalid_admin_key": 5, "too_many_attempts": 15}
        async with Visitor(desk.gateways[1].url, token=ADMIN_KEY) as right:
            assert (await right.call("GET", STATS)).status == 429


async def test_a_visitors_token_is_no_guess(production_stack: Stack) -> None:
    async with running(production_stack, workers=0) as desk:
        async with desk.visitor() as visitor:
            await visitor.open()
            refused = [await visitor.call("GET", STATS) for _ in range(8)]
        assert {reply.json["code"] for reply in refused} == {"invalid_admin_key"}
        async with Visitor(desk.gateways[0].url, token=ADMIN_KEY) as right:
            assert (await right.call("GET", STATS)).status == 200


def _refused_in(desk: Desk, key: str, address: str) -> float:
    began = time.perf_counter()
    refused = send(desk.url, "GET", STATS, headers={"Authorization": f"Bearer {key}"}, source=address)
    took = time.perf_counter() - began
    assert refused.json["code"] == "invalid_admin_key"
    return took
