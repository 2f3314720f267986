"""The steps of Google's set-up, as the doctor names the one that is missing."""

import json
import re
from typing import Any

import pytest

from tests.children import ROOT
from tests.integration.test_doctor import SECRET, findings
from tests.sheet_desk import sheet_settings
from tests.stack import Stack
from tests.stubs.sheets import StubSheets
from workers.doctor.finding import Finding, Result

GUIDE = ROOT / "deploy/runbooks/google-sheet.md"
ACCOUNT, SHEET = "google_service_account_json", "google_sheet_id"
WRONG: dict[str, tuple[dict[str, Any], str, int]] = {
    "no account": ({ACCOUNT: ""}, "google account", 3),
    "no sheet": ({SHEET: ""}, "google account", 6),
    "not JSON": ({ACCOUNT: "{" + SECRET}, "google account", 4),
    "another JSON": ({ACCOUNT: json.dumps({"installed": SECRET})}, "google account", 4),
    "no file": ({ACCOUNT: "", "google_service_account_file": "nowhere.json"}, "google account", 6),
    "another sheet": ({SHEET: "1another"}, "google sheet", 6),
    "no such tab": ({"google_sheet_tab_id": 99}, "google tab", 6),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_step_of_googles_set_up_that_is_missing_is_named(
    local_stack: Stack, google: StubSheets, wrong: str
) -> None:
    changed, check, step = WRONG[wrong]
    found = await findings(local_stack, **(sheet_settings(google) | changed))
    assert names(found[check], step), found[check]


async def test_a_refusal_of_googles_is_told_as_the_step_that_is_missing(local_stack: Stack, google: StubSheets) -> None:
    settings = sheet_settings(google)
    google.revoke()
    assert names((await findings(local_stack, **settings))["google key"], 4)
    google.revoke(revoked=False)
    google.mode = "403_disabled"
    found = (await findings(local_stack, **settings))["google sheet"]
    assert names(found, 2)
    assert "https://console.cloud.google.com/apis/library/sheets.googleapis.com?project=stub-project" in found.advice
    google.mode = "403"
    found = (await findings(local_stack, **settings))["google sheet"]
    assert names(found, 5)
    assert "frontdesk@stub-project.iam.gserviceaccount.com" in found.advice
    google.mode = "ok"
    google.rules.read_only = True
    found = (await findings(local_stack, **settings))["google editing"]
    assert names(found, 5)
    assert "Viewer" in found.advice
    google.rules.read_only = False
    google.human.edit("A1", "Something else")
    found = (await findings(local_stack, **settings))["google columns"]
    assert names(found, 8)
    assert "lead_id" in found.detail


async def test_looking_changes_nothing_in_the_sheet(local_stack: Stack, google: StubSheets) -> None:
    found = await findings(local_stack, **sheet_settings(google))
    assert {found[name].result for name in found if name.startswith("google")} == {Result.OK}
    assert google.grid == []


def names(finding: Finding, step: int) -> bool:
    """Tell whether a problem names a step that the guide has."""
    there = re.search(rf"^## {step}\. ", GUIDE.read_text(), re.MULTILINE)
    return finding.result is Result.PROBLEM and f"google-sheet.md, step {step})" in finding.advice and bool(there)
