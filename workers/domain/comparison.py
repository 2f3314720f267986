"""One look at the sheet: what was read is compared with the leads, and with what was sent before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from workers.domain.moved_rows import Sent, Strays, headers_again, strays_of, with_writes
from workers.domain.sheet_cells import Entry
from workers.domain.sheet_plan import HEADERS, Plan, Write, plan_for
from workers.domain.tab import EMPTY, Flaw, Rows, Tab, layout_of


@dataclass
class Look:
    """What a look at the sheet has shown."""

    plan: Plan
    """What has to change."""
    owed: Strays
    """The part of it that is people's, and comes first."""

    @classmethod
    def at(cls, rows: Rows, entries: Mapping[int, Entry], sent: Sent | None = None) -> Self | Flaw:
        """Compare; return a Flaw when columns of ours are gone.

        `sent` is what was sent since the reading before; None when nothing is known of one.
        """
        layout, headers = layout_of(rows), list[Write]()
        if isinstance(layout, Flaw) and sent and (again := headers_again(sent, rows)):
            headers = [again]
            rows = with_writes(rows, headers)
            layout = layout_of(rows)
        if isinstance(layout, Flaw):
            return layout
        if layout is None:
            plan = plan_for(EMPTY, entries, {})
            plan.additions.insert(0, HEADERS)
            return cls(plan, Strays())
        tab = Tab(rows, layout)
        owed = strays_of(sent, tab, entries.keys()) if sent else Strays()
        plan = plan_for(Tab(with_writes(rows, owed.writes), layout), entries, owed.keepsakes)
        plan.writes = headers + owed.writes + plan.writes
        plan.deletions += owed.deletions
        plan.additions += owed.additions
        return cls(plan, owed)

    def sending(self, before: Sent | None) -> Sent:
        """Return what is sent after this look: nothing yet."""
        return Sent(self.plan.tab, self.owed, additions=[*before.additions] if before else [])
