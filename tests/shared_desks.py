"""Running desks that many tests share, since starting one takes longer than most tests."""

from contextlib import ExitStack
from pathlib import Path

from tests.own_loop import run_apart
from tests.processes import Desk, desk_on
from tests.servers import Redis, Valkey
from tests.stack import Parts, StackName, stack_of
from tests.stubs.llm import StubLLM


class SharedDesks:
    """One desk of each kind, with a Redis of its own, so that a test that empties the run's disturbs nobody."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        self._parts = parts
        self._folder = folder
        self._desks: dict[StackName, Desk] = {}
        self._running = ExitStack()

    def of(self, name: StackName) -> Desk:
        """Return the desk of a kind, whole again if it was broken."""
        if name not in self._desks:
            self._desks[name] = self._make(name)
        if name == "production":
            self._parts.mariadb.ensure()
        run_apart(self._desks[name].start())
        return self._desks[name]

    def close(self) -> None:
        """Stop them."""
        self._running.close()

    def _make(self, name: StackName) -> Desk:
        folder = self._folder / name
        folder.mkdir()
        redis = self._running.enter_context(Valkey() if name == "local" else Redis())
        stack = self._running.enter_context(stack_of(self._parts, name, folder, redis))
        # A model that one test has fail is not let alone in the next.
        desk = desk_on(stack, beats=1, llm=self._running.enter_context(StubLLM()), model_rest_seconds=0)
        self._running.callback(desk.stop)
        return desk
