"""A migration only adds, so that the version before it runs on beside the new one; what takes away says so."""

import ast
from typing import Final

import pytest

from tests.architecture.sources import Source, dotted, sources

VERSIONS: Final = "shared/db/migrations/versions/"
MARK: Final = "contracts"
TAKING_AWAY: Final = frozenset(
    {"drop_column", "drop_table", "drop_index", "drop_constraint", "rename_table", "alter_column", "execute"}
)


def migrations() -> list[Source]:
    return [source for source in sources("shared") if source.path.startswith(VERSIONS)]


def takes_away(tree: ast.AST) -> list[str]:
    """Return what a migration does, but for its way back, that a process of the version before might stumble over."""
    calls = [node for function in forward(tree) for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = [dotted(call.func).rpartition(".")[2] for call in calls]
    added = [call.args[-1] for call, name in zip(calls, names, strict=True) if name == "add_column" and call.args]
    return [name for name in names if name in TAKING_AWAY] + [
        "add_column without a default" for column in added if isinstance(column, ast.Call) and is_demanded(column)
    ]


def forward(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name != "downgrade"]


def is_demanded(column: ast.Call) -> bool:
    """Tell whether rows of the version before, which does not know the column, would be refused."""
    options = {keyword.arg: keyword.value for keyword in column.keywords}
    nullable = options.get("nullable")
    is_not_null = isinstance(nullable, ast.Constant) and nullable.value is False
    return is_not_null and "server_default" not in options


def says_so(source: Source) -> bool:
    """Tell whether a migration says what it takes away, and why nobody misses it."""
    assigned = [node.target for node in source.tree.body if isinstance(node, ast.AnnAssign)]
    return any(isinstance(target, ast.Name) and target.id == MARK for target in assigned)


def test_what_a_migration_takes_away_it_says() -> None:
    """Fault 51: old and new processes share the database while a deploy lasts, and when it is rolled back."""
    assert {source.path: takes_away(source.tree) for source in migrations() if takes_away(source.tree)}.keys() == {
        source.path for source in migrations() if says_so(source)
    }


@pytest.mark.parametrize(
    "statement",
    [
        'op.drop_column("turns", "answer")',
        'op.alter_column("turns", "answer", new_column_name="reply")',
        'op.add_column("turns", sa.Column("cost", sa.Integer(), nullable=False))',
        'turns.add_column(sa.Column("cost", sa.Integer(), nullable=False))',
        'op.execute("DELETE FROM turns")',
    ],
)
def test_a_step_that_takes_away_would_be_noticed(statement: str) -> None:
    assert takes_away(ast.parse(f"def upgrade() -> None:\n    {statement}\n"))


@pytest.mark.parametrize(
    "statement",
    [
        'op.add_column("turns", sa.Column("cost", sa.Integer()))',
        'op.add_column("turns", sa.Column("cost", sa.Integer(), nullable=False, server_default="0"))',
        'op.create_table("costs", sa.Column("id", sa.Integer(), nullable=False))',
    ],
)
def test_a_step_that_adds_is_let_through(statement: str) -> None:
    assert takes_away(ast.parse(f"def upgrade() -> None:\n    {statement}\n")) == []
