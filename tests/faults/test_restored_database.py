"""A database that was lost comes back out of its dump, and says of itself that it is whole."""

import subprocess
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select

from shared.db.models import lead_keys, leads, turns
from shared.db.unit_of_work import Database
from tests.children import ROOT
from tests.commands import frontdesk
from tests.faults.traces import in_database
from tests.processes import running
from tests.servers.binaries import program
from tests.servers.server import LOOPBACK
from tests.stack import Stack

NAME = "restored"


@pytest.fixture
def empty_database(production_stack: Stack) -> Iterator[str]:
    """Give the URL of a database without any table."""
    production_stack.mariadb.sql(f"CREATE DATABASE {NAME}")
    yield f"{production_stack.mariadb.url}/{NAME}"
    production_stack.mariadb.sql(f"DROP DATABASE {NAME}")


async def test_a_restored_dump_passes_the_self_check(production_stack: Stack, empty_database: str) -> None:
    """Fault 51: the database is gone, and its dump is all there is."""
    async with running(production_stack, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        for message in ("How do refunds work?", "Mail me at zoë@example.com", "Zoë 😀 Ødegård", "skip", "yes"):
            await visitor.ask(message)
    restore(production_stack, in_database(production_stack))

    restored = Database.at(empty_database)
    for table in (turns, leads):
        query = select(table).order_by(table.c.id)
        async with restored.engine.connect() as new, production_stack.database.engine.connect() as old:
            assert (await new.execute(query)).all() == (await old.execute(query)).all() != []
    assert selfcheck(empty_database) == (0, "Every rule holds.\n")

    async with restored.engine.begin() as connection:
        await connection.execute(delete(lead_keys))
    await restored.close()
    assert selfcheck(empty_database) == (1, "lead 1 does not go by the keys of what was given\n")


def restore(stack: Stack, dump: bytes) -> None:
    """Do what a dump says, in the empty database."""
    client = [program("mariadb", package="mariadb-client"), "--no-defaults", f"--host={LOOPBACK}", "--user=root"]
    subprocess.run([*client, f"--port={stack.mariadb.port}", NAME], input=dump, check=True)


def selfcheck(url: str) -> tuple[int, str]:
    """Return how `frontdesk selfcheck` ended, and what it said."""
    done = frontdesk("selfcheck", cwd=ROOT, env={"DATABASE_URL": url})
    return done.returncode, done.stdout
