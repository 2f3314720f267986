"""The contact form needs the database and nothing else: no Redis, no worker, no model."""

import time

from tests.integration.test_lead_form import CAPTURED, address, lead_with, post_form
from tests.processes import desk_on
from tests.stack import Stack


async def test_with_redis_workers_and_model_away_a_form_is_a_lead_all_the_same(stack: Stack) -> None:
    """Fault 64: the gateway was even started without them. A hint that can't be sent holds nobody up."""
    nobody = "http://127.0.0.1:1"
    desk = desk_on(
        stack, workers=0, openai_base_url=f"{nobody}/v1", webhook_url=f"{nobody}/leads", webhook_secret="whs_x"
    )
    stack.redis.kill9()
    try:
        await desk.start()
        for _ in range(3):
            email = address()
            async with desk.visitor() as visitor:
                await visitor.open()
                since = time.monotonic()
                assert await post_form(visitor, name="Anna", email=email) == CAPTURED
                assert time.monotonic() - since < 5
                assert (await visitor.session())["lead"] == {"step": "captured"}
            lead = await lead_with(desk, email)
            assert lead
            assert lead["status"] == "captured"
            async with desk.operator() as operator:
                assert (await operator.call("DELETE", f"/v1/admin/leads/{lead['id']}")).status == 202
                stats = (await operator.call("GET", "/v1/admin/stats")).json
            assert stats["outbox"]["webhook"] == {"pending": 0, "failed": 0}
    finally:
        desk.stop()
