"""A gateway for visitors and one for operators, each on a port of its own: neither has the other's routes."""

from tests.faults.raw_http import check_decent, send
from tests.processes import ADMIN_KEY, Desk, Gateway
from tests.stack import Stack

KEY = {"Authorization": f"Bearer {ADMIN_KEY}"}


async def test_operators_may_have_a_port_of_their_own(stack: Stack) -> None:
    """Fault 78: where visitors get to, there is nothing to try keys on."""
    settings = {"admin_api_key": ADMIN_KEY}
    for_visitors = Gateway(stack, 1, settings | {"serve": "visitors"})
    for_operators = Gateway(stack, 2, settings | {"serve": "operators"})
    desk = Desk(stack, None, [for_visitors, for_operators])
    try:
        await desk.start()
        assert send(for_visitors.url, "POST", "/v1/sessions").status == 201
        assert send(for_visitors.url, "GET", "/").status == 200
        assert send(for_operators.url, "GET", "/v1/admin/stats", headers=KEY).status == 200
        for url, method, path in (
            (for_visitors.url, "GET", "/v1/admin/stats"),
            (for_visitors.url, "GET", "/v1/admin/leads.csv"),
            (for_operators.url, "POST", "/v1/sessions"),
            (for_operators.url, "POST", "/v1/leads"),
            (for_operators.url, "GET", "/"),
        ):
            answer = send(url, method, path, headers=KEY)
            check_decent(answer)
            assert answer.status == 404, path
        paths = send(for_visitors.url, "GET", "/openapi.json").json["paths"]
        assert not [path for path in paths if "/admin/" in path]
    finally:
        desk.stop()
