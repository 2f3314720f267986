"""`frontdesk leads export` writes the same file as the route, to a terminal's pipe or to a file."""

import subprocess
import sys
from typing import Final

from shared.db.leads import Capture, Given
from shared.lead_csv import PAGE
from shared.vocabulary import Detail, LeadStatus
from tests.processes import running
from tests.stack import Stack

FRONTDESK: Final = "import sys; from workers.cli import main; main()"


def frontdesk(stack: Stack, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", FRONTDESK, *words],
        env=stack.environment(),
        cwd=stack.data_dir,
        capture_output=True,
        check=False,
    )


async def test_the_command_and_the_route_write_the_same_file(stack: Stack) -> None:
    for name in ("Anna", "=1+1", "Jörg 🚲"):
        given = [Given(Detail.NAME, name), Given(Detail.EMAIL, f"{len(name)}@example.com")]
        capture = Capture(None, given, LeadStatus.CAPTURED)
        await stack.database.write(lambda uow, capture=capture: uow.leads.capture(capture))  # type: ignore[misc]
    done = frontdesk(stack, "leads", "export")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Jörg 🚲" in done.stdout.decode()
    assert "'=1+1" in done.stdout.decode()
    assert frontdesk(stack, "leads", "export", "--output", "leads.csv").stdout == b""
    assert (stack.data_dir / "leads.csv").read_bytes() == done.stdout
    async with running(stack, workers=0) as desk, desk.operator() as operator:
        assert (await operator.call("GET", "/v1/admin/leads.csv")).text.encode() == done.stdout


async def test_an_export_of_many_pages_has_every_lead_once(local_stack: Stack) -> None:
    many = 2 * PAGE + 1
    for n in range(many):
        capture = Capture(None, [Given(Detail.EMAIL, f"visitor-{n}@example.com")], LeadStatus.PARTIAL)
        await local_stack.database.write(lambda uow, capture=capture: uow.leads.capture(capture))  # type: ignore[misc]
    lines = frontdesk(local_stack, "leads", "export").stdout.decode().splitlines()
    assert len(lines) == many + 1
    assert [int(line.partition(",")[0]) for line in lines[1:]] == list(range(many, 0, -1))


def test_a_folder_or_a_database_that_is_not_there_is_a_sentence(local_stack: Stack) -> None:
    for words in (("--output", "nowhere/leads.csv"), ("--output", ".")):
        done = frontdesk(local_stack, "leads", "export", *words)
        assert done.returncode in {1, 2}
        assert b"Traceback" not in done.stderr
