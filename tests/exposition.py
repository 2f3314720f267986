"""What Prometheus would read: the samples of a page of metrics, by name and labels."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from tests.visitor import Visitor


@dataclass(frozen=True)
class Exposition:
    """A page of metrics."""

    text: str

    def value(self, name: str, **labels: str) -> float:
        """Return the sum of a metric's samples that have these labels."""
        return sum(value for its, value in self.samples(name) if labels.items() <= its.items())

    def samples(self, name: str) -> Iterator[tuple[dict[str, str], float]]:
        """Yield the labels and the value of each sample of this name."""
        for family in text_string_to_metric_families(self.text):
            yield from ((one.labels, one.value) for one in family.samples if one.name == name)

    @property
    def names(self) -> dict[str, set[str]]:
        """The labels of every sample's name that is told."""
        found: dict[str, set[str]] = {}
        for family in text_string_to_metric_families(self.text):
            for one in family.samples:
                found.setdefault(one.name, set()).update(one.labels)
        return found


async def exposition(url: str, token: str = "") -> Exposition:
    """Read the metrics of a process."""
    async with Visitor(url, token=token) as reader:
        reply = await reader.call("GET", "/metrics")
    assert reply.status == 200, reply
    return Exposition(reply.text)
