"""What operators look at: transcripts, and how much there is of everything."""

from shared.ids import new_id
from tests.integration.test_lead_form import address, post_form
from tests.processes import Desk
from tests.visitor import Json, Visitor


async def stats(operator: Visitor) -> Json:
    return (await operator.call("GET", "/v1/admin/stats")).json  # type: ignore[no-any-return]


async def test_a_transcript_is_the_whole_session_with_its_lead(desk: Desk) -> None:
    async with desk.visitor(headers={"Origin": desk.url}) as visitor, desk.operator() as operator:
        await visitor.open(locale="de")
        turn = await visitor.ask("How do refunds work?")
        await visitor.rate(turn["turn_id"], "down", "Too long 🙄")
        await post_form(visitor, email=address())
        told = (await operator.call("GET", f"/v1/admin/sessions/{visitor.session_id}")).json
    assert (told["session_id"], told["locale"], told["origin"]) == (visitor.session_id, "de", desk.url)
    assert told["lead"]["step"] == "captured"
    assert told["lead"]["lead_id"]
    [said] = told["turns"]
    assert (said["message"], said["answer"], said["status"]) == ("How do refunds work?", turn["answer"], "done")
    assert (said["rating"], said["rating_comment"]) == ("down", "Too long 🙄")
    assert said["kb_release"]
    assert visitor.token not in str(told)
    assert "hash" not in str(told)


async def test_a_session_that_is_not_there_is_not_found(desk: Desk) -> None:
    async with desk.operator() as operator:
        for session_id in (new_id(), "x", "0" * 31 + "é", "%00" * 32, "' OR 1=1"):
            missing = await operator.call("GET", f"/v1/admin/sessions/{session_id}")
            assert (missing.status, missing.json["code"]) == (404, "not_found")


async def test_the_numbers_add_up(desk: Desk) -> None:
    async with desk.visitor() as visitor, desk.operator() as operator:
        before = await stats(operator)
        await visitor.ask("How do refunds work?")
        await post_form(visitor, email=address())
        after = await stats(operator)
    assert after.keys() == {"sessions", "turns", "leads", "outbox"}
    assert after["sessions"]["active"] == before["sessions"]["active"] + 1
    assert after["turns"]["done"] == before["turns"]["done"] + 1
    assert after["leads"]["captured"] == before["leads"]["captured"] + 1
    assert after["outbox"]["sheet"]["pending"] == before["outbox"]["sheet"]["pending"] + 1
    assert after["outbox"]["webhook"] == {"pending": 0, "failed": 0}
