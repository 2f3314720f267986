"""The composition root: real adapters behind the ports."""

from dataclasses import dataclass
from functools import partial

from shared.broker import consumer_app, has_enough, publish
from shared.db.unit_of_work import Database
from shared.event_log import EventLog
from shared.settings import Settings
from workers.adapters.breaker_hints import BreakerHints
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.adapters.chat_providers import chat_providers
from workers.adapters.claiming import Terms, TurnClaims
from workers.adapters.embeddings import embeddings_for
from workers.adapters.faiss_index import FaissKnowledgeBase
from workers.adapters.following import StorageFollower
from workers.adapters.lead_mirror import lead_mirror_for
from workers.adapters.leases import Leases
from workers.adapters.model_switch import ModelSwitch
from workers.adapters.offline_chat import OfflineChat
from workers.adapters.owner import owner
from workers.adapters.purse import Purse, limits_of
from workers.adapters.turn_events import EventWriter
from workers.dependencies import Dependencies
from workers.kb.sharing import releases_of
from workers.ports import Webhook


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker process is made of: what handlers use, and what runs and closes beside them."""

    name: str
    """Tells this process from all others."""
    use: Dependencies
    events: EventWriter
    claims: TurnClaims
    leases: Leases
    knowledge: FaissKnowledgeBase
    switch: ModelSwitch
    breaker_hints: BreakerHints
    follower: StorageFollower | None
    """None where releases are kept in the local folder alone."""

    async def close(self) -> None:
        """Let go of every connection."""
        for chatting in self.use.providers:
            await chatting.model.aclose()
        if self.use.webhook:
            await self.use.webhook.aclose()
        if self.use.lead_mirror:
            self.use.lead_mirror.sheet.close()
        if self.follower:
            self.follower.close()
        self.knowledge.close()
        await self.use.event_log.close()
        await self.use.database.close()


async def assemble(settings: Settings) -> Parts:
    """Make the parts, on the event loop that they will live on, and load the current release."""
    me, database = owner(), Database.at(settings.database, pool_size=settings.database_pool_size)
    event_log = EventLog(settings.redis, ttl_seconds=round(settings.session_ttl_minutes * 60))
    events = EventWriter(event_log)
    embeddings = embeddings_for(settings)
    knowledge = FaissKnowledgeBase(settings.release_dir, embeddings)
    follower = StorageFollower(releases_of(settings), settings.kb_kept_releases) if settings.has_storage else None
    if follower:
        await follower.open()
    await knowledge.open()
    lease, late = settings.turn_lease_seconds, settings.quote_after_waiting_seconds
    claims = TurnClaims(database, me, Terms(lease, late, settings.turn_max_attempts))
    leases = Leases(database, me, lease_seconds=lease, heartbeat_seconds=settings.turn_heartbeat_seconds)
    chattings, summariser = chat_providers(settings)
    switch = ModelSwitch(database)
    await switch.look()
    app = consumer_app(settings)
    use = Dependencies(
        settings=settings,
        database=database,
        event_log=event_log,
        claims=claims,
        leases=leases,
        publish=partial(publish, app),
        has_enough=partial(has_enough, app),
        knowledge=knowledge,
        embeddings=embeddings,
        providers=chattings,
        quoting=OfflineChat(BundledEmbeddings()),
        switch=switch,
        purse=Purse(database, limits_of(settings)),
        summariser=summariser,
        webhook=_webhook(settings),
        lead_mirror=lead_mirror_for(settings, database, me),
        events_of=events.of,
    )
    hints = BreakerHints(event_log, [one.breaker for one in chattings])
    return Parts(me, use, events, claims, leases, knowledge, switch, hints, follower)


def _webhook(settings: Settings) -> Webhook | None:
    if not settings.has_webhook:
        return None
    from workers.adapters.webhook import HttpWebhook  # noqa: PLC0415 - slow to import, and seldom needed

    return HttpWebhook(settings.webhook_url, settings.webhook_secret)
