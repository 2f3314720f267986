"""What was found in the sheet over all the looks of one mirroring."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workers.domain.sheet_cells import Entry, Fate
from workers.domain.sheet_plan import Plan


@dataclass
class Findings:
    """Leads count once, however often they had to be written."""

    checked: int = 0
    added: set[int] = field(default_factory=set)
    repaired: set[int] = field(default_factory=set)
    duplicates: int = 0
    unknown_rows: int = 0

    def add(self, plan: Plan, entries: Mapping[int, Entry]) -> None:
        """Take in what one look has shown."""
        present = {lead_id for lead_id, entry in entries.items() if entry.fate is Fate.PRESENT}
        self.checked = len(present)
        self.added |= {one.lead_id for one in plan.additions if one.lead_id is not None}
        self.repaired |= {one.lead_id for one in plan.writes if one.lead_id is not None}
        self.repaired |= {one.lead_id for one in plan.deletions if one.lead_id is not None} - present
        self.repaired -= self.added
        self.duplicates = max(self.duplicates, plan.duplicates)
        self.unknown_rows = plan.unknown_rows
