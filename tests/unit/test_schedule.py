"""What beat sends depends on what is set up."""

from typing import Any

import pytest

from shared.jobs import FlushOutbox, ReconcileSheet
from shared.settings import load_settings
from workers.schedule import schedule

SHEET: dict[str, Any] = {"google_sheet_id": "x", "google_service_account_json": "{}"}


def seconds_between(name: str, **settings: Any) -> float | None:
    entry = schedule(load_settings(_env_file=None, **settings)).get(name)
    return entry["schedule"].total_seconds() if entry else None


def test_a_sheet_is_flushed_every_few_seconds_and_compared_every_hour() -> None:
    assert seconds_between(FlushOutbox.name, **SHEET) == 5
    assert seconds_between(ReconcileSheet.name, **SHEET) == 3600
    assert seconds_between(ReconcileSheet.name, reconcile_interval_minutes=0.5, **SHEET) == 30


@pytest.mark.parametrize("missing", SHEET)
def test_without_a_sheet_leads_just_wait(missing: str) -> None:
    settings = {name: value for name, value in SHEET.items() if name != missing}
    assert not load_settings(_env_file=None, **settings).has_sheet
    assert seconds_between(FlushOutbox.name, **settings) is None
    assert seconds_between(ReconcileSheet.name, **settings) is None


def test_a_sheet_s_address_is_as_good_as_its_id() -> None:
    for address in ("1AbC-d_e", "https://docs.google.com/spreadsheets/d/1AbC-d_e/edit?gid=5#gid=5"):
        assert load_settings(_env_file=None, google_sheet_id=address).google_sheet_id == "1AbC-d_e"
