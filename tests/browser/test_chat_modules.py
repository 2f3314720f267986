"""The chat's pure parts in a real browser: event parser, reducer, Markdown subset, the small client rules."""

import json
import random
import re
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import INSECURE_HOST, Visit, call

pytestmark = pytest.mark.asyncio(loop_scope="module")

TURN = {"turn_id": "t1", "seq": 5, "attempt": 1}


def event(number: int, name: str, data: object) -> dict[str, Any]:
    """Give an event of the log, numbered within turn 5's first attempt."""
    return {"id": f"5001-{number}", "event": name, "data": data}


def reply(events: list[dict[str, Any]], **facts: object) -> dict[str, Any]:
    """Give a polled turn."""
    last = events[-1]["id"] if events else ""
    data = {"turn_id": "t1", "status": "running", "answer": None, "events": events, "last_event_id": last, **facts}
    return {"event": "polled", "data": data}


def record(status: str, **facts: object) -> dict[str, Any]:
    """Give turn t1 as GET /v1/session shows it."""
    return {"turn_id": "t1", "seq": 5, "message": "why?", "status": status, "answer": None, "citations": [], **facts}


async def reduced(page: Page, *events: dict[str, Any]) -> dict[str, Any]:
    """Give the conversation after these events."""
    state: dict[str, Any] = await call(
        page, "conversation.js", "return argument.reduce(module.reduce, module.EMPTY);", list(events)
    )
    return state


async def html(page: Page, source: str) -> str:
    """Give the markup that an answer becomes, where citation 1 is the only one."""
    body = """
        const marker = (n) => (n === 1 ? Object.assign(document.createElement("sup"), { textContent: n }) : null);
        const box = document.createElement("div");
        box.append(module.renderMarkdown(argument, marker));
        document.body.append(box);
        return box.innerHTML;
    """
    return str(await call(page, "markdown.js", body, source))


# -- the event stream


async def parsed(page: Page, pieces: list[str]) -> list[dict[str, str]]:
    body = "const push = module.createEventParser(); return argument.flatMap((piece) => push(piece));"
    events: list[dict[str, str]] = await call(page, "event_stream.js", body, pieces)
    return events


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_a_stream_cut_at_any_place_gives_the_same_events(workbench: Page, end: str) -> None:
    lines = [
        ": hello",
        "id: 1-1",
        "event: delta",
        'data: {"text":"é"}',
        "",
        "data:two",
        "data: lines",
        "",
        "id: 1-2",
        "",
    ]
    text = end.join([*lines, "event: done", "data", "", ""])
    expected = [
        {"id": "1-1", "event": "delta", "data": '{"text":"é"}'},
        {"id": "1-1", "event": "message", "data": "two\nlines"},
        {"id": "1-2", "event": "done", "data": ""},
    ]
    for place in range(len(text) + 1):
        assert await parsed(workbench, [text[:place], text[place:]]) == expected, place
    assert await parsed(workbench, list(text)) == expected


async def test_an_unfinished_event_is_not_told(workbench: Page) -> None:
    assert await parsed(workbench, ["id: 1\nevent: delta\ndata: {}\n"]) == []


async def test_an_id_with_a_nul_is_ignored(workbench: Page) -> None:
    assert (await parsed(workbench, ["id: 4\n\nid: 5\0\ndata: x\n\n"]))[0]["id"] == "4"


# -- the conversation

WHOLE = [
    event(1, "reset", TURN),
    event(2, "delta", {"text": "Within "}),
    event(3, "delta", {"text": "30 days"}),
    event(4, "citations", [{"n": 1, "title": "Refunds", "source": "policies/refunds.md"}]),
    event(5, "lead", {"step": "offered", "prompt": "Call you?", "quick_replies": ["Yes", "No"]}),
    event(6, "done", {"turn_id": "t1", "answer": "Within 30 days", "sha256": "", "finish_reason": "stop"}),
]


async def test_deltas_add_up_to_the_answer(workbench: Page) -> None:
    before = (await reduced(workbench, *WHOLE[:-1]))["turns"][0]
    after = (await reduced(workbench, *WHOLE))["turns"][0]
    assert (before["status"], before["text"]) == ("running", "Within 30 days")
    assert (after["status"], after["text"]) == ("done", "Within 30 days")
    assert after["citations"] == [{"n": 1, "title": "Refunds", "source": "policies/refunds.md", "url": ""}]
    assert after["lead"] == {"step": "offered", "prompt": "Call you?", "quickReplies": ["Yes", "No"]}


async def test_a_second_attempt_starts_the_answer_again(workbench: Page) -> None:
    again = [{"id": "5002-1", "event": "reset", "data": {**TURN, "attempt": 2}}]
    again.append({"id": "5002-2", "event": "delta", "data": {"text": "Yes"}})
    turn = (await reduced(workbench, *WHOLE[:4], *again))["turns"][0]
    assert (turn["text"], turn["citations"]) == ("Yes", [])


@pytest.mark.parametrize("seed", range(12))
async def test_any_mix_of_stream_and_polls_gives_the_same_answer(workbench: Page, seed: int) -> None:
    chance = random.Random(seed)
    events, position = [], 0
    told = WHOLE[:-1]  # the end repeats the whole answer, and would hide a word told twice
    while position < len(told):
        start, end = chance.randint(0, position), min(len(told), position + chance.randint(1, 3))
        part = told[start:end]  # overlaps what was seen already
        events.extend([reply(part)] if chance.random() < 0.5 else part)
        position = end
    assert await reduced(workbench, told[0], *events) == await reduced(workbench, *told)


@pytest.mark.parametrize("polled", range(1, 4))
async def test_an_answer_joined_in_the_middle_is_completed_from_its_beginning(workbench: Page, polled: int) -> None:
    restored = {"event": "session", "data": {"turns": [record("running")]}}
    live = WHOLE[2]  # arrives before the reply that brings the beginning
    joined = (await reduced(workbench, restored, live))["turns"][0]
    assert (joined["text"], joined["anchored"]) == ("", False)
    turn = (await reduced(workbench, restored, live, reply(WHOLE[:polled])))["turns"][0]
    assert (turn["text"], turn["anchored"]) == ("Within 30 days" if polled > 1 else "30 days", True)


async def test_a_hole_in_the_log_is_closed_by_the_snapshot_and_the_final_answer(workbench: Page) -> None:
    snapshot = {"id": "5001-5", "event": "snapshot", "data": {"turns": [record("running")]}}
    state = await reduced(workbench, *WHOLE[:2], snapshot)
    assert (state["turns"][0]["anchored"], state["lastEventId"]) == (False, "5001-5")
    turn = (await reduced(workbench, *WHOLE[:2], snapshot, WHOLE[5]))["turns"][0]
    assert (turn["status"], turn["text"]) == ("done", "Within 30 days")


@pytest.mark.parametrize("status", ["queued", "running"])
async def test_an_older_record_never_reopens_a_settled_turn(workbench: Page, status: str) -> None:
    for name in ("session", "snapshot"):
        turn = (await reduced(workbench, *WHOLE, {"event": name, "data": {"turns": [record(status)]}}))["turns"][0]
        assert (turn["status"], turn["text"], turn["message"]) == ("done", "Within 30 days", "why?")


@pytest.mark.parametrize("stream_first", [True, False])
async def test_our_message_is_one_turn_whichever_comes_first(workbench: Page, stream_first: bool) -> None:
    sending = {"event": "sending", "data": {"clientMessageId": "m1", "message": "why?"}}
    accepted = {"event": "accepted", "data": {"clientMessageId": "m1", "turn_id": "t1", "seq": 5, "status": "queued"}}
    order = [WHOLE[0], WHOLE[1], accepted] if stream_first else [accepted, WHOLE[0], WHOLE[1]]
    turns = (await reduced(workbench, sending, *order))["turns"]
    assert [(turn["message"], turn["status"], turn["text"]) for turn in turns] == [("why?", "running", "Within ")]


async def test_a_message_written_before_the_session_opened_waits_for_it(workbench: Page) -> None:
    sending = {"event": "sending", "data": {"clientMessageId": "m1", "message": "why?"}}
    for is_first, kept in ((True, ["why?"]), (False, [])):
        state = await reduced(workbench, sending, {"event": "opened", "data": {"isFirst": is_first}})
        assert [turn["message"] for turn in state["turns"]] == kept


async def test_a_message_repeated_after_its_answer_reads_the_answer(workbench: Page) -> None:
    sending = {"event": "sending", "data": {"clientMessageId": "m1", "message": "why?"}}
    accepted = {"event": "accepted", "data": {"clientMessageId": "m1", "turn_id": "t1", "seq": 5, "status": "done"}}
    assert (await reduced(workbench, sending, accepted))["turns"][0]["anchored"] is False
    turn = (await reduced(workbench, sending, accepted, reply(WHOLE, status="done", answer="Within 30 days")))["turns"][
        0
    ]
    assert (turn["status"], turn["text"]) == ("done", "Within 30 days")


@pytest.mark.parametrize("name", ["reset", "delta", "citations", "lead", "done", "snapshot", "constructor", "news"])
async def test_an_event_nobody_can_read_changes_nothing_that_is_shown(workbench: Page, name: str) -> None:
    unreadable: list[Any] = [None, [], "text", 7, {"turns": 1}, {"text": {}}, {"turn_id": 9}, {"turns": [None, {}]}]
    for data in unreadable:
        opened = {"event": "opened", "data": {"greeting": "Hi"}}
        state = await reduced(workbench, opened, {"event": name, "data": data})
        assert (state["greeting"], state["turns"]) == ("Hi", []), data


# -- Markdown


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One\ntwo\n\nthree", "<p>One<br>two</p><p>three</p>"),
        ("- a\n- b\n\nend", "<ul><li>a</li><li>b</li></ul><p>end</p>"),
        ("2. a\n\n3. b", '<ol start="2"><li>a</li><li>b</li></ol>'),
        ("## Title", "<p><strong>Title</strong></p>"),
        ("**a `b`** `**c**`", "<p><strong>a <code>b</code></strong> <code>**c**</code></p>"),
        ("it is [1], not [2]", "<p>it is <sup>1</sup>, not [2]</p>"),
        ("so [1, 2] and 【1†source】", "<p>so <sup>1</sup> and <sup>1</sup></p>"),
        ("[0-3] [2-3] [3-1]", "<p><sup>1</sup> [2-3] [3-1]</p>"),
        ("2 * 3 ** 4 [x] <b>", "<p>2 * 3 ** 4 [x] &lt;b&gt;</p>"),
        ("![alt](https://evil.example/?d=1)", "<p>alt</p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("[a](javascript:void)", "<p><span>a</span></p>"),
        ("[a](http://plain.example)", "<p><span>a</span></p>"),
        ("[a](https://bank.example@evil.example)", "<p><span>a</span></p>"),
    ],
)
async def test_an_answer_becomes_only_the_markup_we_allow(workbench: Page, source: str, expected: str) -> None:
    assert await html(workbench, source) == expected


@pytest.mark.parametrize("source", ["[shop](https://shop.example/a)", "see https://shop.example/a."])
async def test_links_lead_out_safely(workbench: Page, source: str) -> None:
    link = await html(workbench, source)
    assert 'href="https://shop.example/a"' in link
    assert 'rel="noopener noreferrer nofollow"' in link
    assert 'target="_blank"' in link


@pytest.mark.parametrize("unit", ["[", "![", "**", "`", "**a", "[a](", "https://", "1. ", "*" * 50 + " "])
async def test_no_answer_is_slow_to_draw(workbench: Page, unit: str) -> None:
    body = "const began = performance.now(); module.renderMarkdown(argument); return performance.now() - began;"
    assert await call(workbench, "markdown.js", body, unit * (16_000 // len(unit))) < 1_000


# -- the client's small rules


@pytest.mark.parametrize("secure", [True, False])
async def test_message_ids_are_random_uuids_also_without_a_secure_context(visit: Visit, secure: bool) -> None:
    page = await visit.open(None if secure else INSECURE_HOST)
    assert await page.evaluate("'randomUUID' in crypto") is secure
    first, second = await call(page, "client.js", "return [module.newMessageId(), module.newMessageId()];")
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first)


async def test_event_ids_are_ordered_as_numbers(workbench: Page) -> None:
    ids = ["", "999-1", "1001-2", "1001-10", "2001-1"]
    body = "return argument.map((a) => argument.filter((b) => module.isAfter(a, b)).length);"
    assert json.dumps((await call(workbench, "conversation.js", body, ids))[1:]) == "[1, 2, 3, 4]"
