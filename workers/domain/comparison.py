"""One look at the sheet: what was read is compared with the leads, and with what was sent before."""

from collections.abc import Mapping

from workers.domain.moved_rows import Sent, headers_again, strays_of, with_writes
from workers.domain.sheet_cells import Entry
from workers.domain.sheet_plan import HEADERS, Plan, Write, plan_for
from workers.domain.tab import EMPTY, Flaw, Rows, Tab, layout_of


def compare(rows: Rows, entries: Mapping[int, Entry], sent: Sent | None = None) -> Plan | Flaw:
    """Return what has to change for the tab to show every lead once, as it is; a Flaw when columns of ours are gone.

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
        return plan
    plan = _compared(Tab(rows, layout), entries, sent)
    plan.writes += headers
    return plan


def _compared(tab: Tab, entries: Mapping[int, Entry], sent: Sent | None) -> Plan:
    if sent is None:
        return plan_for(tab, entries, {})
    strays = strays_of(sent, tab, entries.keys())
    plan = plan_for(Tab(with_writes(tab.rows, strays.writes), tab.layout), entries, strays.keepsakes)
    plan.writes += strays.writes
    plan.deletions += strays.deletions
    plan.additions += strays.additions
    return plan
