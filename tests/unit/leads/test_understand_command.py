"""`frontdesk leads understand` on the terminal: what it prints, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

MAIN = "from workers.cli import main\nmain()"
ROWS = (
    {"text": "I'm Anna Smith, anna@x.com, (212) 555-0123", "asked": None},
    {"text": "nein danke", "asked": "offer", "prompt": "Shall we call you?"},
    {"text": "王小明", "asked": "name", "name": "not looked at"},
)
UNDERSTOOD = [
    {"name": "Anna Smith", "email": "anna@x.com", "phone": "+12125550123", "decision": None},
    {"name": None, "email": None, "phone": None, "decision": "decline"},
    {"name": "王小明", "email": None, "phone": None, "decision": None},
]


def understand(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", MAIN, "leads", "understand", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, input=typed, encoding="utf-8")


def lines(rows: object) -> str:
    return "\n".join(map(json.dumps, rows)) if isinstance(rows, tuple) else json.dumps(rows)


def test_each_row_is_answered_by_a_line(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(lines(ROWS) + "\n\n", encoding="utf-8-sig")
    for done in (understand(str(tmp_path / "rows.jsonl")), understand("-", typed=lines(ROWS))):
        assert [json.loads(line) for line in done.stdout.splitlines()] == UNDERSTOOD
        assert (done.returncode, done.stderr) == (0, "")


def test_a_bad_row_is_named_by_its_line_after_those_before_it() -> None:
    for bad in ('{"asked": null}', "{", '{"text": "x", "asked": "age"}', '{"text": 1}', "[]"):
        done = understand("-", typed=f"{lines(ROWS[0])}\n{bad}\n{lines(ROWS[1])}")
        assert [json.loads(line) for line in done.stdout.splitlines()] == UNDERSTOOD[:1]
        assert done.returncode == 1
        assert done.stderr.startswith("frontdesk: line 2: ")
        assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    done = understand(str(tmp_path / "none.jsonl"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "none.jsonl" in done.stderr
