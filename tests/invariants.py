"""What must hold in the database after any chaos, checked from the record itself and from a trace kept by triggers.

`await observe(database)` before the turmoil makes the database write down every move of a turn, whoever makes it;
`await check_invariants(database)` after it raises with every rule that was broken.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, inspect, select, text

from shared.db.models import turns
from shared.db.selfcheck import broken_rules
from shared.db.unit_of_work import Database
from shared.vocabulary import OPEN_STATUSES, TurnStatus

TRACE: Final = "observed_turns"
NUMBER: Final = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "mysql": "INTEGER PRIMARY KEY AUTO_INCREMENT"}
NOTE: Final = f"INSERT INTO {TRACE} (session_id, turn_id, seq, was, became, fence) "
MOVED: Final = "OLD.status <> NEW.status OR OLD.fence <> NEW.fence"
VALUES: Final = "NEW.session_id, NEW.id, NEW.seq, OLD.status, NEW.status, NEW.fence"
TRIGGERS: Final = {
    "sqlite": f"CREATE TRIGGER observe AFTER UPDATE ON turns WHEN {MOVED} BEGIN {NOTE} VALUES ({VALUES}); END",
    "mysql": f"CREATE TRIGGER observe AFTER UPDATE ON turns FOR EACH ROW {NOTE} SELECT {VALUES} WHERE {MOVED}",
}


class Move(NamedTuple):
    """A turn that changed hands or status."""

    session_id: str
    turn_id: str
    seq: int
    was: str
    became: str
    fence: int


async def observe(database: Database) -> None:
    """Have the database keep a trace of every move from now on."""
    dialect = database.engine.dialect.name
    table = (
        f"CREATE TABLE {TRACE} (n {NUMBER[dialect]}, session_id VARCHAR(32), turn_id VARCHAR(32), seq INTEGER,"
        " was VARCHAR(16), became VARCHAR(16), fence INTEGER)"
    )
    async with database.engine.begin() as connection:
        await connection.execute(text(table))
        await connection.execute(text(TRIGGERS[dialect]))


async def check_invariants(database: Database) -> None:
    """Raise AssertionError with every broken rule: of turns and leads always, of moves where they were observed."""
    async with database.engine.connect() as connection:
        rows = (await connection.execute(select(turns).order_by(turns.c.session_id, turns.c.seq))).all()
        moves = await connection.run_sync(_moves)
    broken = [*_broken_in_record(rows), *_broken_in_moves(moves), *await broken_rules(database)]
    assert not broken, "\n".join(["The database broke its word:", *broken])


def _moves(connection: Connection) -> list[Move]:
    if not inspect(connection).has_table(TRACE):
        return []
    query = text(f"SELECT session_id, turn_id, seq, was, became, fence FROM {TRACE} ORDER BY n")  # noqa: S608 - our own
    return [Move(*row) for row in connection.execute(query)]


def _broken_in_record(rows: Sequence[Row[Any]]) -> Iterable[str]:
    for row in rows:
        yield from _broken_in_turn(row)
    by_session = defaultdict[str, list[Row[Any]]](list)
    for row in rows:
        by_session[row.session_id].append(row)
    for session_id, its_turns in by_session.items():
        seqs = [row.seq for row in its_turns]
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"session {session_id}: seqs {seqs} are not dense"
        answered = [row for row in its_turns if row.status != TurnStatus.CANCELLED]  # a visitor may cancel any
        for earlier, later in pairwise(answered):
            if later.finished_at and earlier.finished_at and later.finished_at < earlier.finished_at:
                yield f"session {session_id}: turn {later.seq} ended before turn {earlier.seq}"


def _broken_in_turn(row: Row[Any]) -> Iterable[str]:
    name = f"turn {row.seq} of session {row.session_id} ({row.id})"
    if row.status in OPEN_STATUSES:
        yield f"{name} is still {row.status}"
    elif row.finished_at is None or row.answer is None:
        yield f"{name} is {row.status} without an answer or an end"
    if row.status == TurnStatus.FAILED and not row.error_code:
        yield f"{name} failed without saying why"
    if row.attempt > row.fence:
        yield f"{name} was tried {row.attempt} times behind fence {row.fence}"


def _broken_in_moves(moves: Sequence[Move]) -> Iterable[str]:
    by_session = defaultdict[str, list[Move]](list)
    for move in moves:
        by_session[move.session_id].append(move)
    for session_id, its_moves in by_session.items():
        running: dict[int, str] = {}
        ended: set[int] = set()
        for move in its_moves:
            where = f"session {session_id}: turn {move.seq}, fence {move.fence},"
            if move.was not in OPEN_STATUSES:
                yield f"{where} moved from {move.was} to {move.became} after its end"
            if move.became == TurnStatus.RUNNING:
                running[move.seq] = move.turn_id
                yield from (f"{where} was begun while turn {seq} ran" for seq in running if seq != move.seq)
                yield from (f"{where} was begun before turn {n} ended" for n in range(1, move.seq) if n not in ended)
            else:
                running.pop(move.seq, None)
            if move.became not in OPEN_STATUSES:
                ended.add(move.seq)
