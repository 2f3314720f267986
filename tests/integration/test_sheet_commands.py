"""`frontdesk sheets`: does its work without a worker, says what it found, and what is wrong with the settings."""

import json
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.commands import frontdesk
from tests.sheet_desk import SheetDesk, sheet_settings


def run(desk: SheetDesk, *arguments: str, **settings: Any) -> CompletedProcess[str]:
    """Run the command as an operator would."""
    environment = desk.stack.environment(**(sheet_settings(desk.stub) | settings))
    return frontdesk("sheets", *arguments, cwd=desk.stack.data_dir, env=environment)


async def test_what_waits_is_sent_and_compared_on_demand(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    await sheet_desk.capture("Ben")
    done = run(sheet_desk, "sync")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "checked 2, added 2, repaired 0, duplicates 0, unknown rows 0, pending 0\n",
        "",
    )
    await sheet_desk.is_mirrored()

    sheet_desk.stub.human.edit("E2", "Nobody")
    sheet_desk.stub.human.insert_row(2, "total")
    done = run(sheet_desk, "reconcile")
    assert (done.returncode, done.stdout) == (
        0,
        "checked 2, added 0, repaired 1, duplicates 0, unknown rows 1\n",
    )
    await sheet_desk.is_mirrored()


async def test_reports_come_as_json_too(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    counts = {"checked": 1, "added": 1, "repaired": 0, "duplicates": 0, "unknown_rows": 0}
    status = json.loads(run(sheet_desk, "status", "--json").stdout)
    assert (status["configured"], status["pending"], status["last_reconciliation"]) == (True, 1, None)
    assert status["oldest_pending_seconds"] >= 0
    assert json.loads(run(sheet_desk, "reconcile", "--json").stdout) == counts
    assert json.loads(run(sheet_desk, "sync", "--json").stdout) == dict.fromkeys(counts, 0) | {"pending": 0}
    status = json.loads(run(sheet_desk, "status", "--json").stdout)
    assert status["last_reconciliation"].items() >= (counts | {"error": None}).items()
    assert status["breaker"] == {"state": "closed", "error": None, "retry_in_seconds": 0.0}


async def test_a_refusal_is_a_sentence_and_seen_in_the_status(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    sheet_desk.stub.mode = "403"
    done = run(sheet_desk, "sync")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "frontdesk: Google Sheets answered 403. Share the spreadsheet with the service account, as an editor, "
        "and enable the Sheets API.\n"
    )
    told = run(sheet_desk, "status").stdout
    assert "1 leads, the oldest for" in told
    assert "let alone after sheet_refused" in told
    sheet_desk.stub.mode = "ok"
    assert run(sheet_desk, "sync").returncode == 0


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"google_service_account_json": "{s3cret"}, "GOOGLE_SERVICE_ACCOUNT_JSON is not JSON"),
        ({"google_service_account_json": '["s3cret"]'}, "it lacks client_email, private_key, token_uri"),
        (
            {
                "google_service_account_json": json.dumps(
                    {"client_email": "a@b", "private_key": "s3cret", "token_uri": "x"}
                )
            },
            "its private_key is not a key",
        ),
        ({"google_service_account_file": "nowhere.json"}, "nowhere.json can't be read (No such file or directory)"),
        ({"google_sheet_id": ""}, "No sheet is set up: set GOOGLE_SHEET_ID"),
    ],
)
async def test_a_wrong_key_is_told_without_a_word_of_it(
    sheet_desk: SheetDesk, settings: dict[str, Any], complaint: str
) -> None:
    await sheet_desk.capture("Anna")
    done = run(sheet_desk, "sync", **settings)
    assert done.returncode == 1
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "s3cret" not in done.stderr
    assert (await sheet_desk.waiting()).pending == 1


async def test_the_key_may_be_a_file_and_the_id_an_address(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    (sheet_desk.stack.data_dir / "key.json").write_text(json.dumps(sheet_desk.stub.service_account()))
    done = run(
        sheet_desk,
        "sync",
        google_service_account_json="",
        google_service_account_file="key.json",
        google_sheet_id=f"https://docs.google.com/spreadsheets/d/{sheet_desk.stub.spreadsheet_id}/edit#gid=0",
        google_sheets_base_url=f"{sheet_desk.stub.base_url}/v4/spreadsheets",
    )
    assert done.returncode == 0, done.stderr
    await sheet_desk.is_mirrored()


async def test_an_unknown_option_is_wrong_usage(sheet_desk: SheetDesk) -> None:
    assert run(sheet_desk, "sync", "--fast").returncode == 2
