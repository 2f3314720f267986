"""The Celery application and its schedule, which is all that beat needs: `celery -A workers.app beat`."""

import sys
from typing import Any

from celery.signals import setup_logging

from shared import log
from shared.broker import consumer_app
from shared.errors import FrontdeskError
from shared.settings import load_settings
from workers.schedule import schedule

try:
    settings = load_settings()
    app = consumer_app(settings)
except FrontdeskError as error:
    sys.exit(f"frontdesk: {error}")

app.conf.beat_schedule = schedule(settings)
app.conf.beat_max_loop_interval = 1


@setup_logging.connect
def _configure_logging(**_: Any) -> None:
    log.configure(settings.log_level, json=settings.log_format == "json")
