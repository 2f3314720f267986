"""Questions without an answer as operators see them, from the turn that files one to its settlement and erasure."""

from typing import Any, Final

import pytest

from shared.broker import publish, publisher_app
from shared.jobs import GroupUnanswered
from tests.eventually import eventually
from tests.integration.test_admin_keys import frontdesk
from tests.processes import Desk, running
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.visitor import Json, Visitor

ROUTE: Final = "/v1/admin/unanswered"
BITCOIN: Final = "Can I pay with bitcoin or dogecoin?"


async def unanswered(operator: Visitor, **query: Any) -> Json:
    reply = await operator.call("GET", ROUTE, params=query)
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store"), reply
    return reply.json  # type: ignore[no-any-return]


async def grouped(desk: Desk, questions: int) -> list[Json]:
    """Have the worker group what was asked, and return the groups once they hold so many questions."""
    publish(publisher_app(desk.stack.settings()), GroupUnanswered())
    async with desk.operator() as operator:

        async def found() -> list[Json]:
            groups: list[Json] = (await unanswered(operator))["unanswered"]
            return groups if sum(group["count"] for group in groups) >= questions else []

        return await eventually(found)


async def test_what_the_documents_do_not_tell_is_listed_settled_and_erased(stack: Stack) -> None:
    async with running(stack) as desk, desk.visitor() as visitor, desk.visitor() as other, desk.operator() as operator:
        answered = await visitor.ask("How do refunds work?")
        assert answered["citations"]
        await visitor.ask("Hello, thanks!")
        card = await visitor.ask("Quasar zebra 4111 1111 1111 1111 xylophone?")
        for one in (visitor, other):
            await one.ask(BITCOIN)
        groups = await grouped(desk, 3)
        assert [(group["count"], group["status"]) for group in groups] == [(2, "open"), (1, "open")]
        assert groups[0].keys() == {
            "id", "question", "count", "first_asked_at", "last_asked_at", "examples", "status",
        }  # fmt: skip
        assert groups[0]["question"] == BITCOIN
        assert [one["session_id"] for one in groups[0]["examples"]] == [other.session_id, visitor.session_id]
        assert groups[1]["examples"][0]["turn_id"] == card["turn_id"]
        assert "4111 1111" not in str(groups)
        assert "1111" in groups[1]["question"]

        first = await unanswered(operator, limit=1)
        second = await unanswered(operator, limit=1, cursor=first["next_cursor"])
        assert [first["unanswered"], second["unanswered"]] == [groups[:1], groups[1:]]
        assert second["next_cursor"] is None

        settled = await operator.call("PATCH", f"{ROUTE}/{groups[0]['id']}", json={"status": "dismissed"})
        assert (settled.status, settled.json) == (200, groups[0] | {"status": "dismissed"})
        assert (await unanswered(operator, status="dismissed"))["unanswered"] == [settled.json]
        assert (await unanswered(operator, status="open"))["unanswered"] == groups[1:]
        shown = frontdesk(stack, "kb", "unanswered").stdout
        assert groups[1]["question"] in shown
        assert BITCOIN not in shown

        assert (await other.call("DELETE", "/v1/session")).status == 202
        assert (await unanswered(operator))["unanswered"][0]["count"] == 1
        assert (await visitor.call("DELETE", "/v1/session")).status == 202
        assert (await unanswered(operator))["unanswered"] == []
        for group in groups:
            gone = await operator.call("PATCH", f"{ROUTE}/{group['id']}", json={"status": "open"})
            assert (gone.status, gone.json["code"]) == (404, "not_found")
        assert "dogecoin" not in "".join(part.log for part in desk.parts)


async def test_what_a_model_says_without_the_documents_is_filed_but_not_a_greeting(
    local_stack: Stack, llm: StubLLM
) -> None:
    llm.behaviour.text = "The documents do not tell."
    async with running(local_stack, llm=llm) as desk, desk.visitor() as visitor:
        for message in ("Hello, thanks!", "How do refunds work?", "[[stub:content_filter]] What do you think of it?"):
            await visitor.ask(message)
    waiting = await local_stack.database.read(lambda uow: uow.unanswered.waiting(10))
    assert [asked.question for asked in waiting] == ["How do refunds work?"]


@pytest.mark.parametrize(
    ("method", "path", "how", "refusal"),
    [
        ("GET", ROUTE, {"params": {"cursor": "djE6MQ"}}, (422, "invalid_cursor")),  # of a list of leads
        ("GET", ROUTE, {"params": {"cursor": "djE6MTo6Mg"}}, (422, "invalid_cursor")),
        ("GET", ROUTE, {"params": {"cursor": "====", "status": "open"}}, (422, "invalid_cursor")),
        ("GET", ROUTE, {"params": {"status": "lost"}}, (422, "invalid_request")),
        ("GET", ROUTE, {"params": {"limit": "0"}}, (422, "invalid_request")),
        ("PATCH", f"{ROUTE}/2000000000", {"json": {"status": "open"}}, (404, "not_found")),
        ("PATCH", f"{ROUTE}/0", {"json": {"status": "open"}}, (422, "invalid_request")),
        ("PATCH", f"{ROUTE}/x", {"json": {"status": "open"}}, (422, "invalid_request")),
        ("PATCH", f"{ROUTE}/1", {"json": {"status": "lost"}}, (422, "invalid_request")),
        ("PATCH", f"{ROUTE}/1", {"json": {}}, (422, "invalid_request")),
        ("PATCH", f"{ROUTE}/1", {"json": {"status": "open", "count": 1}}, (422, "invalid_request")),
    ],
)
async def test_what_makes_no_sense_is_refused(
    desk: Desk, method: str, path: str, how: dict[str, Any], refusal: tuple[int, str]
) -> None:
    async with desk.operator() as operator:
        refused = await operator.call(method, path, **how)
    assert (refused.status, refused.json["code"]) == refusal


async def test_without_a_key_nothing_is_told(desk: Desk) -> None:
    async with desk.visitor() as nobody:
        for method, path in (("GET", ROUTE), ("PATCH", f"{ROUTE}/1")):
            refused = await nobody.call(method, path, json={"status": "open"} if method == "PATCH" else None)
            assert (refused.status, refused.json["code"]) == (401, "admin_key_required")
