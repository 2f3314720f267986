"""The report of an evaluation as one HTML page that needs nothing from elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from workers.kb.evaluation import Outcome, Totals, by_kind, totals, worst

NONE: Final = "\u2013"
MISSES: Final = 20  # told of one by one; the table of all has the others
FOUND: Final = 3  # documents that are named of what was found
MEASURES: Final = {
    "hit_at_1": "right document first",
    "hit_at_3": "right document among three",
    "mrr": "mean reciprocal rank",
    "abstain_precision": "refusals that were right",
    "abstain_recall": "unanswerable refused",
}
LEGEND: Final = (
    "A question is answered as it should be when one of its documents is among the first three and the desk answers, "
    "or when no document answers it and the desk says that it does not know: refuses. The mean reciprocal rank is 1 "
    "when the right document always comes first, and 0.5 when it always comes second."
)
KIND_HEADINGS: Final = (
    "kind",
    "questions",
    "as they should be",
    "right document first",
    "among three",
    "mean reciprocal rank",
    "refused",
    "ms each (median)",
)
QUESTION_HEADINGS: Final = ("question", "as it should be", "kind", "desk", "expected", "at place", "found")
STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2430; --dim: #5a6675; --paper: #fff; --line: #d5dbe3; --bar: #2f6fb5;
  --bad: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ee; --dim: #9aa6b5; --paper: #14181e; --line: #36404c; --bar: #6aa7e8; --bad: #ff9b8f }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 66rem;
  margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word }
h1, h2 { line-height: 1.2 } h2 { margin-top: 2.5rem }
.all td:nth-child(5), .all td:nth-child(7), dd, li { overflow-wrap: anywhere }
.dim { color: var(--dim) } .bad { color: var(--bad); font-weight: 600 }
.bars { display: grid; grid-template-columns: minmax(0, 15rem) 1fr 3rem; gap: .4rem .8rem; align-items: center;
  max-width: 44rem; margin: 1.2rem 0 1.8rem }
.bars span:nth-child(3n) { text-align: right; font-variant-numeric: tabular-nums }
.bar { background: var(--line); border-radius: .3rem; height: .8rem; overflow: hidden }
.bar i { display: block; background: var(--bar); height: 100% }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem .35rem 0; text-align: left; vertical-align: top }
.figures th:not(:first-child), .figures td:not(:first-child) { text-align: right; font-variant-numeric: tabular-nums }
.figures tr:last-child td { font-weight: 600 }
.misses { padding: 0; list-style: none } .misses > li { border-top: 1px solid var(--line); padding: .8rem 0 }
.misses p, .misses ol { margin: 0 } .misses ol { padding-left: 1.2rem }
.misses dl { display: grid; grid-template-columns: 8rem minmax(0, 1fr); margin: .3rem 0 0; gap: .1rem .8rem }
dt { color: var(--dim) } dd { margin: 0 }
summary { cursor: pointer; padding: .6rem 0 }
@media (max-width: 44rem) {
  .bars { grid-template-columns: minmax(0, 9.5rem) 1fr 3rem }
  thead { display: none }
  tr { display: block; border-bottom: 1px solid var(--line); padding: .6rem 0 }
  td, .figures td:not(:first-child) { display: grid; grid-template-columns: 10rem minmax(0, 1fr); gap: .8rem; border: 0;
    padding: 0; text-align: left }
  td:first-child, .figures td:first-child { display: block; font-weight: 600 }
  td:first-child::before { display: none }
  td::before { content: attr(data-name); color: var(--dim); font-weight: 400 }
  .misses dl { grid-template-columns: minmax(0, 1fr) }
}
"""


def page(release: str, outcomes: Sequence[Outcome]) -> str:
    """Return the page; whatever comes from documents and questions is escaped."""
    measured, kinds = totals(outcomes), by_kind(outcomes)
    of_kinds = {kind: [outcome for outcome in outcomes if outcome.row.kind == kind] for kind in kinds}
    figures = [_kind(kind, kinds[kind], theirs) for kind, theirs in of_kinds.items()]
    figures.append(_kind("all", measured, outcomes))
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
<p>{_right(outcomes)} of {len(outcomes)} questions are answered as they should be.
<span class="dim">Release {escape(release)}</span></p>
{_chart({name: getattr(measured, key) for key, name in MEASURES.items()})}
<p class="dim">{LEGEND}</p>
<h2>By kind of question</h2>
<p>The share of each kind that is answered as it should be:</p>
{_chart({kind: _right(theirs) / len(theirs) for kind, theirs in of_kinds.items()})}
{_table("figures", KIND_HEADINGS, figures)}
{_misses(worst(outcomes, MISSES), len(outcomes) - _right(outcomes))}
<h2>Every question</h2>
<details><summary>All {len(outcomes)}, in the order of their file</summary>
{_table("all", QUESTION_HEADINGS, map(_question, outcomes))}
</details>
</body>
</html>
"""


def _right(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.is_right for outcome in outcomes)


def _chart(shares: Mapping[str, float | None]) -> str:
    return f'<div class="bars">{"".join(_bar(name, share) for name, share in shares.items())}</div>'


def _bar(name: str, share: float | None) -> str:
    figure = NONE if share is None else f"{share:.0%}"
    return (
        f'<span>{escape(name)}</span><span class="bar" aria-hidden="true">'
        f'<i style="width: {(share or 0):.1%}"></i></span><span>{figure}</span>'
    )


def _table(kind: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are HTML already; on a narrow screen each cell has its heading beside it."""
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(map(_cell, headings, row))}</tr>" for row in rows)
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(heading: str, cell: str) -> str:
    return f'<td data-name="{heading}">{cell}</td>'


def _kind(kind: str, measured: Totals, outcomes: Sequence[Outcome]) -> list[str]:
    refused = sum(outcome.abstained for outcome in outcomes)
    shares = (measured.hit_at_1, measured.hit_at_3, measured.mrr)
    return [
        escape(kind),
        str(measured.questions),
        str(_right(outcomes)),
        *(NONE if share is None else f"{share:.2f}" for share in shares),
        str(refused),
        NONE if measured.ms_p50 is None else f"{measured.ms_p50:.1f}",
    ]


def _misses(misses: Sequence[Outcome], wrong: int) -> str:
    if not misses:
        return "<h2>What went wrong</h2><p>Nothing.</p>"
    title = "What went wrong, the worst first" if len(misses) == wrong else f"The worst {len(misses)} of {wrong} misses"
    return f'<h2>{title}</h2><ul class="misses">{"".join(map(_miss, misses))}</ul>'


def _miss(outcome: Outcome) -> str:
    row = outcome.row
    searched = f"<dt>searched as</dt><dd>{escape(row.query)}</dd>" if row.query != row.question else ""
    wanted = f"<dt>expected</dt><dd>{escape(' or '.join(row.expected))}</dd>" if row.expected else ""
    found = "".join(f"<li>{escape(source)}</li>" for source in outcome.found[:FOUND]) or "<li>nothing</li>"
    instead = "found" if outcome.place and outcome.place <= FOUND else "found instead"
    return (
        f'<li><p><strong>{escape(row.question)}</strong> <span class="dim">{escape(row.kind)}</span></p>'
        f'<p class="bad">{_fault(outcome)}</p>'
        f"<dl>{searched}{wanted}<dt>{instead}</dt><dd><ol>{found}</ol></dd></dl></li>"
    )


def _fault(outcome: Outcome) -> str:
    if not outcome.is_answerable:
        return "Answered, though no document has the answer."
    place = f"at place {outcome.place}" if outcome.place else "not found"
    if outcome.abstained:
        return f"Refused; its document was {'found ' if outcome.place else ''}{place}."
    return f"Answered from other documents; its own was {'found ' if outcome.place else ''}{place}."


def _question(outcome: Outcome) -> list[str]:
    return [
        escape(outcome.row.question),
        "yes" if outcome.is_right else '<span class="bad">no</span>',
        escape(outcome.row.kind),
        "refuses" if outcome.abstained else "answers",
        escape(" or ".join(outcome.row.expected)) or "no answer",
        str(outcome.place or NONE),
        escape(", ".join(outcome.found[:FOUND])) or NONE,
    ]
