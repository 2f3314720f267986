"""What makes a worker live on and do nothing, by name."""

from dataclasses import dataclass
from typing import Final

from shared.jobs import Job
from shared.vocabulary import Queue

LEAK: Final = "tests.leak"


@dataclass(frozen=True, slots=True)
class Stand(Job):
    """Stand still on the loop."""

    name = "tests.stand"
    queue = Queue.MAINTENANCE
