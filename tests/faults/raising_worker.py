"""The worker's application with one task more: it raises."""

from tests.faults.raising import Raise, handle
from workers import app as application
from workers import main
from workers.tasks import Task

app = application.app
main.register(Task(Raise, handle, budget=5))
