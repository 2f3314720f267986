"""The project's Python files as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PRODUCT: Final = ("api", "workers", "shared")
EVERYTHING: Final = (*PRODUCT, "tests")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One file."""

    path: str
    """Its path below the project's folder."""
    text: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    """Every node of the tree."""

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.text.splitlines())

    def functions(self) -> Iterator[Function]:
        """Yield every function, methods and inner ones too."""
        return (node for node in self.nodes if isinstance(node, Function))

    def classes(self) -> Iterator[ast.ClassDef]:
        """Yield every class."""
        return (node for node in self.nodes if isinstance(node, ast.ClassDef))

    def at(self, node: ast.AST) -> str:
        """Return where a node stands, as `path:line`."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@cache
def sources(*packages: str) -> tuple[Source, ...]:
    """Return the Python files of these packages, of all of them by default."""
    files = sorted(path for name in packages or EVERYTHING for path in (ROOT / name).rglob("*.py"))
    return tuple(_source(path) for path in files)


def _source(path: Path) -> Source:
    text = path.read_text()
    tree = ast.parse(text)
    return Source(str(path.relative_to(ROOT)), text, tree, tuple(ast.walk(tree)))


def dotted(node: ast.AST | None) -> str:
    """Return the name that an expression spells, `time.sleep`; nothing for other expressions."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".removeprefix(".")
    return node.id if isinstance(node, ast.Name) else ""
