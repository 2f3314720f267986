"""A short turmoil; `make chaos` makes longer ones."""

from pathlib import Path
from typing import Final

import pytest

from tests.chaos.__main__ import table
from tests.chaos.turmoil import turmoil

SECONDS: Final = 20.0
SEED: Final = 1


@pytest.mark.timeout(400)
async def test_a_desk_that_is_wrecked_keeps_its_word(tmp_path: Path) -> None:
    """Faults 1 to 23 and 25 to 43, a few at a time: every turn that was taken is answered once, in its order."""
    report = await turmoil(SEED, SECONDS, tmp_path)
    assert not report.broken, "\n".join(table(report))
    assert report.notes.told
    assert report.moves
