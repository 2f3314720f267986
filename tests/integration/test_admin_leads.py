"""Leads as operators work with them: paged, searched, exported, put right, merged, erased."""

import csv
import io
from typing import Any, Final

import pytest

from shared.ids import new_id
from tests.integration.test_lead_form import address, lead_with, post_form
from tests.processes import Desk
from tests.visitor import Json, Visitor

ROUTE: Final = "/v1/admin/leads"


async def leads(operator: Visitor, **query: Any) -> Json:
    reply = await operator.call("GET", ROUTE, params=query)
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store"), reply
    return reply.json  # type: ignore[no-any-return]


async def made(desk: Desk, **form: Any) -> Json:
    """Return a new lead from a form of a new visitor's."""
    form = {"email": address()} | form
    async with desk.visitor() as visitor:
        await visitor.open()
        await post_form(visitor, **form)
    lead = await lead_with(desk, form["email"])
    assert lead
    return lead


async def test_pages_follow_one_another_newest_first_without_a_gap(desk: Desk) -> None:
    mark = new_id()
    ids = [(await made(desk, name=f"{mark} {n}"))["id"] for n in range(5)]
    async with desk.operator() as operator:
        first = await leads(operator, q=mark, limit=2)
        late = await made(desk, name=f"{mark} late")
        second = await leads(operator, q=mark, limit=2, cursor=first["next_cursor"])
        third = await leads(operator, q=mark, limit=2, cursor=second["next_cursor"])
        found = [lead["id"] for page in (first, second, third) for lead in page["leads"]]
        assert found == ids[::-1]
        assert third["next_cursor"] is None
        assert (await leads(operator, q=mark, limit=6))["leads"][0]["id"] == late["id"]
        assert (await leads(operator, q=mark, limit=6))["next_cursor"] is None


@pytest.mark.parametrize(
    "cursor", ["1", "MQ", "djE6", "djE6eA", "====", "ü", "djI6MQ", "djE6LTE", "djE6OTk5OTk5OTk5OTk5"]
)
async def test_a_cursor_that_is_none_of_ours_is_refused(desk: Desk, cursor: str) -> None:
    async with desk.operator() as operator:
        refused = await operator.call("GET", ROUTE, params={"cursor": cursor})
    assert (refused.status, refused.json["code"]) == (422, "invalid_cursor")


async def test_a_search_finds_parts_in_any_case_and_takes_no_sign_for_a_wildcard(desk: Desk) -> None:
    mark = new_id()[-12:]
    lead = await made(desk, name=f"{mark} Änne 100% O'Neil_", email=f"{mark}@example.com", phone="+12015550142")
    async with desk.operator() as operator:
        for text in (
            mark,
            mark.upper(),
            f"{mark}@EXAMPLE",
            "100% o'neil_",
            "555014",
            " (201) 555-0142 ",
        ):
            assert [one["id"] for one in (await leads(operator, q=text))["leads"]] == [lead["id"]], text
        for text in (f"{mark}%neil", f"{mark}_", "5550%42", "\\", "/", f"%{mark}", "'"):
            found = [one["id"] for one in (await leads(operator, q=text))["leads"]]
            assert (lead["id"] in found) == (text == "'"), text


async def test_leads_are_shown_by_their_status_and_no_erased_or_merged_one(desk: Desk) -> None:
    mark = new_id()[-12:]
    kept, erased = await made(desk, name=mark), await made(desk, name=mark)
    async with desk.operator() as operator:
        assert (await operator.call("DELETE", f"{ROUTE}/{erased['id']}")).status == 202
        for query, ids in (({}, [kept["id"]]), ({"status": "captured"}, [kept["id"]]), ({"status": "partial"}, [])):
            assert [one["id"] for one in (await leads(operator, q=mark, **query))["leads"]] == ids
        assert (await operator.call("GET", ROUTE, params={"status": "erased", "q": mark})).json["leads"] == []
        assert (await operator.call("GET", ROUTE, params={"status": "lost"})).status == 422
        for path in (f"{ROUTE}/{erased['id']}", f"{ROUTE}/2000000000"):
            for method in ("GET", "DELETE", "PATCH"):
                gone = await operator.call(method, path, json={} if method == "PATCH" else None)
                assert (gone.status, gone.json["code"]) == (404, "not_found"), (method, path)
        for number in ("0", "-1", "2147483648", "9" * 30, "x", "1.5"):
            assert (await operator.call("GET", f"{ROUTE}/{number}")).status == 422


async def test_an_operator_puts_a_lead_right_and_its_history_tells(desk: Desk) -> None:
    lead = await made(desk, name="Ana", phone="+12015550188")
    right = address()
    async with desk.operator() as operator:
        form = {"name": " Anna  Smith", "email": right.upper(), "phone": None, "intent_summary": "Wants a bike."}
        amended = (await operator.call("PATCH", f"{ROUTE}/{lead['id']}", json=form)).json
        assert (amended["id"], amended["name"], amended["phone"]) == (lead["id"], "Anna Smith", "+12015550188")
        assert amended["email"].lower() == right
        assert amended["intent_summary"] == "Wants a bike."
        assert amended["version"] > lead["version"]
        assert (await operator.call("GET", f"{ROUTE}/{lead['id']}")).json == amended
        names = [one for one in amended["values"] if one["kind"] == "name"]
        assert [(one["value"], one["source"]) for one in names] == [("Ana", "form"), ("Anna Smith", "operator")]
        assert names[0]["superseded_at"]
        assert not names[1]["superseded_at"]
        assert names[0]["session_id"] == lead["session_id"]
        for body, code in (
            ({"email": "ann@"}, "email_invalid"),
            ({"phone": "12"}, "phone_invalid"),
            ({"status": "captured"}, "invalid_request"),
            ({"name": 1}, "invalid_request"),
            ({"name": "x" * 201}, "invalid_request"),
        ):
            refused = await operator.call("PATCH", f"{ROUTE}/{lead['id']}", json=body)
            assert (refused.status, refused.json["code"]) == (422, code)
        unchanged = await operator.call("PATCH", f"{ROUTE}/{lead['id']}", json={})
        assert unchanged.json == amended


async def test_an_address_of_another_lead_makes_the_two_one_under_either_number(desk: Desk) -> None:
    older, newer = await made(desk, name="Anna"), await made(desk, phone="+12015550177")
    async with desk.operator() as operator:
        merged = (await operator.call("PATCH", f"{ROUTE}/{newer['id']}", json={"email": older["email"]})).json
        assert (merged["id"], merged["merged_ids"]) == (older["id"], [newer["id"]])
        assert (merged["name"], merged["phone"]) == ("Anna", "+12015550177")
        for lead in (older, newer):
            assert (await operator.call("GET", f"{ROUTE}/{lead['id']}")).json == merged
        assert [one["id"] for one in (await leads(operator, q=older["email"]))["leads"]] == [older["id"]]
        assert (await operator.call("DELETE", f"{ROUTE}/{newer['id']}")).status == 202
        assert (await operator.call("GET", f"{ROUTE}/{older['id']}")).status == 404


async def test_erasing_a_lead_erases_the_sessions_that_gave_it(desk: Desk) -> None:
    email = address()
    async with desk.visitor() as first, desk.visitor() as second, desk.operator() as operator:
        for visitor in (first, second):
            await visitor.open()
            await visitor.ask("How do refunds work?")
            await post_form(visitor, email=email)
        lead = await lead_with(desk, email)
        assert lead
        assert (await operator.call("DELETE", f"{ROUTE}/{lead['id']}")).status == 202
        for visitor in (first, second):
            assert (await visitor.call("GET", "/v1/session")).status == 401
            assert (await operator.call("GET", f"/v1/admin/sessions/{visitor.session_id}")).status == 404
            log = desk.stack.redis.call("XRANGE", f"session:{visitor.session_id}:events", "-", "+")
            assert len(log) == 1  # what keeps a late worker from beginning it anew


async def test_the_export_is_a_file_of_text_that_excel_reads(desk: Desk) -> None:
    """Fault 58: what a visitor typed is a formula in no spreadsheet, and a phone number is still one."""
    mark = new_id()[-12:]
    names = [f'=IMPORTDATA("https://example.com/{mark}")', f"\t=1+1 {mark}", f"+1234 {mark}", f"Jörg\u2028🚲 {mark}"]
    made_leads = [await made(desk, name=name, phone=f"+1201555016{n}") for n, name in enumerate(names)]
    async with desk.operator() as operator:
        reply = await operator.call("GET", f"{ROUTE}.csv", params={"q": mark})
        everything = await operator.call("GET", f"{ROUTE}.csv")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert "leads.csv" in reply.headers["Content-Disposition"]
    assert reply.text.startswith("\ufeffid,")
    rows = [*csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"), newline=""))]
    assert [int(row["id"]) for row in rows] == [lead["id"] for lead in reversed(made_leads)]
    assert [row["name"] for row in reversed(rows)] == [
        f"'{names[0]}",
        f"'=1+1 {mark}",  # blanks around a name are dropped
        f"'{names[2]}",
        f"Jörg 🚲 {mark}",
    ]
    assert [row["phone"] for row in reversed(rows)] == [f"+1201555016{n}" for n in range(4)]
    assert mark in everything.text
