"""What the design forbids is nowhere in the code: lost retries, swallowed errors, tests that sleep or pretend."""

import ast
from collections.abc import Iterator
from typing import Final

from tests.architecture.sources import PRODUCT, Source, dotted, sources

BROKER: Final = "shared/broker.py"
EXECUTION: Final = "workers/execution.py"
WAITING: Final = "tests/eventually.py"
BY_THE_BROKER: Final = {"countdown", "eta", "autoretry_for"}  # a job that Celery holds back is a job it may lose
CATCH_ALL: Final = {"", "Exception", "BaseException"}
PRETENDING: Final = {"monkeypatch", "mocker"}


def calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in source.nodes if isinstance(node, ast.Call))


def lets_time_pass(node: ast.AST) -> bool:
    """Tell whether it sleeps; `asyncio.sleep(0)` only lets others run."""
    if not isinstance(node, ast.Call) or dotted(node.func) != "asyncio.sleep":
        return False
    return not (node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0)


def test_no_job_is_held_back_or_retried_by_the_broker() -> None:
    assert [
        source.at(call)
        for source in sources(*PRODUCT)
        if source.path != BROKER
        for call in calls(source)
        if BY_THE_BROKER & {keyword.arg for keyword in call.keywords} or dotted(call.func).endswith("apply_async")
    ] == []


def caught(handler: ast.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {dotted(kind) if kind else "" for kind in kinds}


def test_every_error_is_caught_by_its_name_but_in_one_place() -> None:
    assert [
        source.at(handler)
        for source in sources(*PRODUCT)
        if source.path != EXECUTION
        for handler in source.nodes
        if isinstance(handler, ast.ExceptHandler) and CATCH_ALL & caught(handler)
    ] == []


def test_no_error_is_suppressed_without_its_name() -> None:
    assert [
        source.at(call)
        for source in sources(*PRODUCT)
        for call in calls(source)
        if dotted(call.func).endswith("suppress") and CATCH_ALL & set(map(dotted, call.args))
    ] == []


def test_no_test_blocks_to_wait() -> None:
    assert [
        source.at(call)
        for source in sources("tests")
        if source.path != WAITING
        for call in calls(source)
        if dotted(call.func) == "time.sleep"
    ] == []


def test_no_test_sleeps_to_wait() -> None:
    assert [
        f"{source.at(call)} {function.name}"
        for source in sources("tests")
        for function in source.functions()
        if function.name.startswith("test_")
        for call in ast.walk(function)
        if lets_time_pass(call)
    ] == []


def pretends(node: ast.AST) -> bool:
    if isinstance(node, ast.arg):
        return node.arg in PRETENDING
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith("unittest.mock") or any(alias.name == "mock" for alias in node.names)
    return isinstance(node, ast.Import) and any("mock" in alias.name for alias in node.names)


def test_no_test_pretends() -> None:
    assert [source.at(node) for source in sources("tests") for node in source.nodes if pretends(node)] == []
