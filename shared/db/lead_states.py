"""Where each session's lead capture stands, between two turns of it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.lead_details import Given
from shared.db.models import lead_states
from shared.db.upsert import upsert
from shared.vocabulary import Detail, LeadStep

REST_SECONDS = 20  # a talk that was silent for so long is summed up


@dataclass(frozen=True, slots=True)
class LeadState:
    """Where lead capture stands in a session."""

    step: LeadStep = LeadStep.IDLE
    pending: dict[str, Any] = field(default_factory=dict)
    """What was given so far and is no lead yet, and what the next turn must know."""
    asked_count: int = 0
    lead_id: int | None = None
    """The lead that this session made; it may have been merged into another since."""

    @property
    def given(self) -> list[Given]:
        """What was given so far and is no lead yet, oldest first."""
        said = self.pending.get("said", ())
        return [Given(Detail(kind), value, turn_id, wrong=wrong) for kind, value, turn_id, wrong in said]


# Statements are made once: building one costs more than running it.
_kept = {
    name: bindparam(f"new_{name}", type_=lead_states.c[name].type)
    for name in ("current_step", "pending", "asked_count", "lead_id")
}
BEGIN = insert(lead_states).values(session_id=bindparam("session"), updated_at=utc_now(), **_kept)
MOVE = (
    update(lead_states)
    .where(lead_states.c.session_id == bindparam("session"), lead_states.c.current_step == bindparam("step_before"))
    .values(updated_at=utc_now(), summary_due_at=None, **_kept)
)
MOVE_OF_A_LEAD = MOVE.values(summary_due_at=utc_now(REST_SECONDS))


class LeadStates:
    """The `lead_states` table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, session_ids: Collection[str]) -> dict[str, LeadState]:
        """Return where capture stands, by session; sessions without a state are not in it."""
        query = select(lead_states).where(lead_states.c.session_id.in_(session_ids))
        return {
            row.session_id: LeadState(LeadStep(row.current_step), row.pending or {}, row.asked_count, row.lead_id)
            for row in await self._connection.execute(query)
        }

    async def hold(self, session_id: str) -> LeadState:
        """Return where capture stands, and let nobody else change it before this transaction ends."""
        await upsert(self._connection, lead_states, {"session_id": session_id}, ())
        return (await self.of([session_id]))[session_id]

    async def put(self, session_id: str, state: LeadState) -> None:
        """Store where capture stands."""
        columns = _columns(state)
        await upsert(self._connection, lead_states, {"session_id": session_id, **columns}, columns)

    async def move(self, session_id: str, before: LeadState, after: LeadState) -> bool:
        """Store where capture stands if it still stands at the step before; return whether it did, in one trip."""
        about = {
            "session": session_id,
            "new_current_step": after.step.value,
            "new_pending": after.pending or None,
            "new_asked_count": after.asked_count,
            "new_lead_id": after.lead_id,
        }
        if before == LeadState():
            try:
                await self._connection.execute(BEGIN, about)
            except IntegrityError:
                return False
            return True
        move = MOVE_OF_A_LEAD if after.lead_id else MOVE
        return (await self._connection.execute(move, about | {"step_before": before.step})).rowcount == 1

    async def forget(self, lead_ids: Collection[int]) -> None:
        """Forget what sessions have told of these leads, but not where capture stands."""
        told = update(lead_states).where(lead_states.c.lead_id.in_(lead_ids))
        await self._connection.execute(told.values(lead_id=None, pending=None))


def _columns(state: LeadState) -> dict[str, Any]:
    return {
        "current_step": state.step.value,
        "pending": state.pending or None,
        "asked_count": state.asked_count,
        "lead_id": state.lead_id,
        "summary_due_at": utc_now(REST_SECONDS) if state.lead_id else None,
        "updated_at": utc_now(),
    }
