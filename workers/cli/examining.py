"""What `frontdesk doctor` does: tells each finding as it comes, and what they come to."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Final

import msgspec
import typer

from shared import log
from shared.errors import SettingsInvalid
from shared.settings import load_settings
from workers.doctor.checks import SETTINGS, examine
from workers.doctor.finding import Finding, Result, Visit, ok, problem

COLOURS: Final = {Result.OK: "green", Result.WARNING: "yellow", Result.PROBLEM: "red", Result.SKIPPED: "bright_black"}
WIDTH: Final = 20


def examination(*, as_json: bool, deep: bool) -> None:
    """Print what is found; exit code 1 when something is wrong."""
    log.configure("CRITICAL", json=False)  # what is wrong is said once, as a finding
    found = asyncio.run(_found(deep=deep, tell=not as_json))
    if as_json:
        rows = [{"name": name, **msgspec.to_builtins(finding)} for name, finding in found]
        typer.echo(msgspec.json.format(msgspec.json.encode(rows)).decode())
    else:
        typer.echo(_summary([finding for _, finding in found]))
    if any(finding.result is Result.PROBLEM for _, finding in found):
        raise typer.Exit(1)


async def _found(*, deep: bool, tell: bool) -> list[tuple[str, Finding]]:
    found = []
    async for name, finding in _everything(deep=deep):
        found.append((name, finding))
        if tell:
            _tell(name, finding)
    return found


async def _everything(*, deep: bool) -> AsyncIterator[tuple[str, Finding]]:
    try:
        settings = load_settings()
    except SettingsInvalid as error:
        yield SETTINGS, problem(str(error), "Put each of these right: .env.example says what it is for.")
        return
    yield SETTINGS, ok("Every setting is one that can be used.")
    visit = Visit(settings, deep=deep)
    try:
        async for name, finding in examine(visit):
            yield name, finding
    finally:
        await visit.close()


def _tell(name: str, finding: Finding) -> None:
    """Print a finding as soon as there is one; colours go where there is a terminal."""
    mark = typer.style(f"{finding.result:<8}", fg=COLOURS[finding.result])
    first, *rest = finding.detail.splitlines()
    typer.echo(f"{mark} {name:<{WIDTH}} {first}")
    indent = " " * (WIDTH + 10)
    for line in rest:
        typer.echo(f"{indent}{line}")
    if finding.advice:
        typer.echo(f"{indent}→ {finding.advice}")
    sys.stdout.flush()


def _summary(findings: list[Finding]) -> str:
    problems = sum(finding.result is Result.PROBLEM for finding in findings)
    warnings = sum(finding.result is Result.WARNING for finding in findings)
    if not problems and not warnings:
        return "All is well."
    return f"{problems} problems, {warnings} warnings. Begin with the first."
