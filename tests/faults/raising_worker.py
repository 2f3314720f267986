"""The worker's application with one task more: it raises."""

from tests.faults.raising import Raise, handle
from workers import main
from workers.execution import body_of
from workers.tasks import Task

app = main.app
app.task(body_of(Task(Raise, handle, budget=5), main.runtime), name=Raise.name, ignore_result=True)
