"""The report of an evaluation as one HTML page that needs nothing from elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from typing import Final

from workers.kb.evaluation import Outcome, Totals, by_kind, totals

BAR_WIDTH: Final = 320
BAR_HEIGHT: Final = 22
LABEL_WIDTH: Final = 170
MEASURES: Final = {
    "hit_at_1": "document found first",
    "hit_at_3": "document among three",
    "mrr": "mean reciprocal rank",
    "abstain_precision": "refused rightly",
    "abstain_recall": "unanswerable refused",
}
STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --line: #d5dbe3; --bar: #2f6fb5; --bad: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ee; --paper: #14181e; --line: #36404c; --bar: #6aa7e8; --bad: #ff9b8f }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 70rem;
  margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
.bad { color: var(--bad) }
svg { max-width: 100%; height: auto }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif }
.bar { fill: var(--bar) } .rest { fill: var(--line) }
.scroll { overflow-x: auto }
"""


def page(release: str, outcomes: Sequence[Outcome]) -> str:
    """Return the page; whatever comes from documents and questions is escaped."""
    measured, kinds = totals(outcomes), by_kind(outcomes)
    wrong = sum(not outcome.is_right for outcome in outcomes)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>How the desk answers</title>
<style>{STYLE}</style>
</head>
<body>
<h1>How the desk answers</h1>
<p>Release {escape(release)}, {len(outcomes)} questions, {wrong} of them not answered as they should be.</p>
{_chart({name: getattr(measured, key) for key, name in MEASURES.items()}, "The measures over all questions")}
<h2>By kind of question</h2>
{_chart({kind: _right(kind, outcomes) for kind in kinds}, "The share of questions answered as they should be")}
{_kinds(kinds | {"all": measured})}
<h2>Every question</h2>
{_questions(outcomes)}
</body>
</html>
"""


def _right(kind: str, outcomes: Sequence[Outcome]) -> float:
    of_kind = [outcome for outcome in outcomes if outcome.row.kind == kind]
    return sum(outcome.is_right for outcome in of_kind) / len(of_kind)


def _chart(shares: Mapping[str, float | None], title: str) -> str:
    bars = "".join(_bar(place, name, share) for place, (name, share) in enumerate(shares.items()))
    width, height = LABEL_WIDTH + BAR_WIDTH + 60, len(shares) * BAR_HEIGHT
    label = escape(title, quote=True)
    return (
        f'<svg role="img" aria-label="{label}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"<title>{label}</title>{bars}</svg>"
    )


def _bar(place: int, name: str, share: float | None) -> str:
    top, length = place * BAR_HEIGHT, round((share or 0) * BAR_WIDTH)
    figure = "\u2013" if share is None else f"{share:.0%}"
    return (
        f'<text x="0" y="{top + 15}">{escape(name)}</text>'
        f'<rect class="rest" x="{LABEL_WIDTH}" y="{top + 4}" width="{BAR_WIDTH}" height="14" rx="3"/>'
        f'<rect class="bar" x="{LABEL_WIDTH}" y="{top + 4}" width="{length}" height="14" rx="3"/>'
        f'<text x="{LABEL_WIDTH + BAR_WIDTH + 8}" y="{top + 15}">{figure}</text>'
    )


def _kinds(kinds: Mapping[str, Totals]) -> str:
    names = "".join(f'<th class="n">{escape(name.replace("_", " "))}</th>' for name in Totals.__slots__)
    rows = "".join(
        f"<tr><td>{escape(kind)}</td>{''.join(_figure(value) for value in asdict(measured).values())}</tr>"
        for kind, measured in kinds.items()
    )
    return f'<div class="scroll"><table><thead><tr><th>kind</th>{names}</tr></thead><tbody>{rows}</tbody></table></div>'


def _figure(value: float | None) -> str:
    if value is None:
        return '<td class="n">\u2013</td>'
    return f'<td class="n">{value if isinstance(value, int) else f"{value:.2f}"}</td>'


def _questions(outcomes: Sequence[Outcome]) -> str:
    rows = "".join(
        _question(outcome) for outcome in sorted(outcomes, key=lambda outcome: (outcome.is_right, outcome.row.line))
    )
    names = "".join(f"<th>{name}</th>" for name in ("question", "kind", "expected", "place", "found", "desk"))
    return f'<div class="scroll"><table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table></div>'


def _question(outcome: Outcome) -> str:
    cells = (
        outcome.row.question,
        outcome.row.kind,
        ", ".join(outcome.row.expected) or "no answer",
        str(outcome.place or "\u2013"),
        ", ".join(outcome.found[:3]),
        "does not know" if outcome.abstained else "answers",
    )
    mark = "" if outcome.is_right else ' class="bad"'
    return f"<tr{mark}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
