"""The Celery application as both processes configure it: Redis carries hints, the database is the record."""

from typing import Any, Final

import redis
from celery import Celery
from kombu.entity import Queue as KombuQueue
from kombu.exceptions import OperationalError

from shared.errors import BrokerUnavailable, BrokerUnsafe
from shared.jobs import Job, arguments_of
from shared.redis_address import Sentinels
from shared.redis_client import asking_sentinels, redis_client
from shared.settings import Settings
from shared.vocabulary import UNACKNOWLEDGED, Queue

TRANSPORT: Final[dict[str, Any]] = {"priority_steps": [0]}  # Kombu would look into four lists for each queue
JOBS_PER_MESSAGE: Final = 16  # more would keep one worker busy while others are free
ENOUGH_MESSAGES: Final = 2_000  # in a queue: where so many wait, being hinted at again brings nobody on
JOB_THREADS: Final = 16  # turns are begun by them and run elsewhere; they wait for other jobs
UNPICTURED: Final = {"argsrepr": "", "kwargsrepr": ""}  # Celery's pictures of arguments cost a sixth of a message

AWAY: Final = (OSError, redis.RedisError, OperationalError)

JSON_ONLY: Final[dict[str, Any]] = {
    "accept_content": ["json"],
    "task_serializer": "json",
    "result_serializer": "json",
    "event_serializer": "json",
}


def consumer_app(settings: Settings) -> Celery:
    """Return the app that workers and beat run: it reconnects for ever and keeps no results."""
    app = _app(settings)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=False,  # a lost job is found again by its row, not by the broker
        worker_pool="threads",  # prefork children would each hold an index, and never hear of worker_init
        worker_concurrency=JOB_THREADS,
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_channel_error_retry=True,  # a Redis that may not write, for want of room or as a replica, ends no worker
        broker_transport_options={
            **app.conf.broker_transport_options,
            "visibility_timeout": settings.broker_visibility_timeout_seconds,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,  # Kombu multiplies the interval by this; its default makes it 100 s
            "health_check_interval": 5,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
        },
    )
    return app


def publisher_app(settings: Settings) -> Celery:
    """Return an app that only sends jobs, and gives up within a second or so."""
    app = _app(settings)
    app.conf.update(
        broker_transport_options={
            **app.conf.broker_transport_options,
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
            "max_retries": 1,
            "interval_start": 0.1,  # Kombu would wait for two seconds
            "retry_on_timeout": False,
        },
    )
    return app


def publish(app: Celery, *jobs: Job) -> None:
    """Send jobs of one kind in one message, blocking for a second at most.

    Raises BrokerUnavailable; the callers' rows make sure that nothing is lost by it.
    """
    kind = type(jobs[0])
    arguments = {"jobs": [arguments_of(job) for job in jobs]}
    try:
        app.send_task(kind.name, kwargs=arguments, queue=kind.queue, retry=False, ignore_result=True, **UNPICTURED)
    except AWAY as error:
        raise BrokerUnavailable from error


def has_enough(app: Celery, queue: Queue) -> bool:
    """Tell whether so many messages wait in a queue that hints should not be repeated.

    Blocks for a second at most. Raises BrokerUnavailable.
    """
    try:
        with app.pool.acquire(block=True) as connection:
            return int(connection.default_channel.client.llen(queue.value)) >= ENOUGH_MESSAGES
    except AWAY as error:
        raise BrokerUnavailable from error


def check_broker(settings: Settings) -> None:
    """Refuse a Redis that may evict what it was given.

    Raises BrokerUnsafe for a `maxmemory-policy` other than `noeviction`, BrokerUnavailable when Redis is away.
    """
    try:
        with redis_client(settings.redis, socket_timeout=2) as client:
            policy = client.info("memory").get("maxmemory_policy")
    except redis.RedisError as error:
        raise BrokerUnavailable from error
    if policy != "noeviction":
        raise BrokerUnsafe(
            f"Redis has maxmemory-policy {policy}, which may drop jobs and answers. "
            "Set it to noeviction and start again.",
        )


def _app(settings: Settings) -> Celery:
    broker, transport = _in_kombus_words(settings.redis)
    app = Celery("frontdesk", broker=broker, set_as_current=False)
    app.conf.update(
        **JSON_ONLY,
        broker_transport_options=TRANSPORT | transport,
        task_ignore_result=True,
        task_publish_retry=False,  # a row stands behind every job: better late by a sweep than blocked
        task_create_missing_queues=False,
        task_queues=[
            KombuQueue(queue.value, routing_key=queue.value, no_ack=queue in UNACKNOWLEDGED)  # type: ignore[no-untyped-call]
            for queue in Queue
        ],
        task_default_queue=Queue.MAINTENANCE.value,
        broker_pool_limit=4,
        enable_utc=True,
        timezone="UTC",
    )
    return app


def _in_kombus_words(url: str) -> tuple[str, dict[str, Any]]:
    """Return the broker's URL and its options as Kombu wants them, which differ from redis-py's."""
    if sentinels := Sentinels.named_by(url):
        return sentinels.for_kombu, {"master_name": sentinels.master, "sentinel_kwargs": asking_sentinels(sentinels)}
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url, {}
