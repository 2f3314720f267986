"""How gunicorn runs the gateway: `gunicorn --config deploy/gunicorn.py api.main:app`."""

import os
import shutil
import tempfile
from typing import Any

# Where its processes count together; known to each before it loads what it counts with.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="frontdesk-metrics-")

from uvicorn_worker import UvicornWorker


class GatewayWorker(UvicornWorker):
    """A process that keeps connections as `frontdesk up` does."""

    CONFIG_KWARGS = UvicornWorker.CONFIG_KWARGS | {"loop": "uvloop", "http": "api.connections:Connection"}


bind = f"{os.environ.get('GATEWAY_HOST', '0.0.0.0')}:{os.environ.get('GATEWAY_PORT', '8000')}"  # noqa: S104  (in a container, everyone)
workers = int(os.environ.get("GATEWAY_PROCESSES", "2"))
worker_class = GatewayWorker
worker_tmp_dir = "/dev/shm"  # noqa: S108  (its heartbeat must not wait for a disk)
keepalive = 75  # seconds; longer than the proxy keeps an idle connection, so that it is the proxy who closes
timeout = 30  # seconds in which a process must show that its loop turns
control_socket_disable = True  # it would be made in a home folder, and nobody has one
graceful_timeout = 30  # streams end at once; this is for a request under way
accesslog = None
errorlog = "-"
loglevel = "warning"


def child_exit(_: Any, worker: Any) -> None:
    """Count no longer what a process that has ended held open."""
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415  (it must find the folder set)

    mark_process_dead(worker.pid)


def on_exit(_: Any) -> None:
    """Forget what was counted."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
