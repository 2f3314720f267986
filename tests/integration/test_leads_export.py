"""`frontdesk leads export` writes the same file as the route, to a terminal's pipe or to a file."""

from subprocess import CompletedProcess

from shared.db.leads import Capture, Given
from shared.lead_csv import PAGE
from shared.vocabulary import Detail, LeadStatus
from tests import commands
from tests.processes import running
from tests.stack import Stack


def frontdesk(stack: Stack, *words: str) -> CompletedProcess[str]:
    return commands.frontdesk(*words, cwd=stack.data_dir, env=stack.environment())


async def test_the_command_and_the_route_write_the_same_file(stack: Stack) -> None:
    for name in ("Anna", "=1+1", "Jörg 🚲"):
        given = [Given(Detail.NAME, name), Given(Detail.EMAIL, f"{len(name)}@example.com")]
        capture = Capture(None, given, LeadStatus.CAPTURED)
        await stack.database.write(lambda uow, capture=capture: uow.leads.capture(capture))  # type: ignore[misc]
    done = frontdesk(stack, "leads", "export")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Jörg 🚲" in done.stdout
    assert "'=1+1" in done.stdout
    assert frontdesk(stack, "leads", "export", "--output", "leads.csv").stdout == ""
    assert (stack.data_dir / "leads.csv").read_bytes() == done.stdout.encode()
    async with running(stack, workers=0) as desk, desk.operator() as operator:
        assert (await operator.call("GET", "/v1/admin/leads.csv")).text == done.stdout


async def test_an_export_of_many_pages_has_every_lead_once(local_stack: Stack) -> None:
    many = 2 * PAGE + 1
    for n in range(many):
        capture = Capture(None, [Given(Detail.EMAIL, f"visitor-{n}@example.com")], LeadStatus.PARTIAL)
        await local_stack.database.write(lambda uow, capture=capture: uow.leads.capture(capture))  # type: ignore[misc]
    lines = frontdesk(local_stack, "leads", "export").stdout.splitlines()
    assert len(lines) == many + 1
    assert [int(line.partition(",")[0]) for line in lines[1:]] == list(range(many, 0, -1))


def test_a_folder_or_a_database_that_is_not_there_is_a_sentence(local_stack: Stack) -> None:
    for words in (("--output", "nowhere/leads.csv"), ("--output", ".")):
        done = frontdesk(local_stack, "leads", "export", *words)
        assert done.returncode in {1, 2}
        assert "Traceback" not in done.stderr
