"""The doctor's page about a companion and an EHR beside it: on one screen, or everything (`--all`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.padding import Padding
from rich.table import Table

from carefhir.doctor.judge import StepReport
from carefhir.doctor.judge_site import BesideReport, SiteReport
from carefhir.faces import terminal_doctor
from carefhir.faces.terminal import out, plain, say, tell
from carefhir.faces.terminal_doctor import COLORS, COLORS_UNTRIED

MOST = 6
"""So many of a list on the short page; the rest is counted."""


def page(report: SiteReport, *, everything: bool = False) -> None:
    """The report as a person reads it."""
    colors = COLORS if "writes" in report.tried else COLORS_UNTRIED
    tell(report.verdict, colors[report.state])
    say(f"Companion {report.server} ({report.software or 'no answer'}): written, and read")
    for ehr in report.beside:
        say(f"{ehr.name:<9} {ehr.server} ({ehr.software or 'no answer'}): read; nothing was written there")
    if report.at:
        asked = report.requests + sum(ehr.requests for ehr in report.beside)
        say(f"Tried     {report.at}, {asked} requests")
    for ehr in report.beside:
        if not ehr.away and report.workflows:
            _ehr(ehr, everything=everything)
    if report.workflows:
        _steps(report, everything=everything)
    if report.settings and report.state != "unfit":
        _heading("To paste")
        for line in report.settings:
            say(f"  {line}")
    if everything:
        out.print()
        say("The companion by itself", "bold")
        terminal_doctor.findings_of(report)
    else:
        say("--all shows everything; --page FILE writes a page to forward; --json for a program", "dim")


def _heading(words: str) -> None:
    out.print()
    say(words, "bold")


def _ehr(ehr: BesideReport, *, everything: bool) -> None:
    _heading(f"What lives where, with {ehr.name}")
    read = [route.type for route in ehr.routes if route.read != "companion"]
    silent = [route for route in ehr.routes if "does not answer" in route.why]
    ours = [route.type for route in ehr.routes if route.read == "companion"]
    tell(f"read in {ehr.name}: {', '.join(read)}", indent=2)
    tell(f"on the companion alone: {', '.join(ours)}", indent=2)
    for route in silent:
        tell(f"{route.type}: {route.why}", indent=2)
    if everything:
        _routes(ehr)
    for title, lines in (
        (f"What {ehr.name} keeps, and what it means", ehr.says),
        ("What to ask its administrators for", ehr.asks),
        ("Not proven", ehr.not_proven),
    ):
        if everything or title.startswith("What "):
            _heading(title)
            _listed(lines, everything=everything)


def _listed(lines: Iterable[str], *, everything: bool) -> None:
    for line in lines:
        tell(f"- {line if everything else _first(line)}", indent=2)


def _first(line: str) -> str:
    """What fits on a line or two."""
    return line if len(line) <= 180 else line[:170].rpartition(" ")[0] + " … (--all)"


def _routes(ehr: BesideReport) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("type", "read in", "written to", "why", "seen"):
        table.add_column(title, overflow="fold", no_wrap=title == "type")
    for route in ehr.routes:
        where = ehr.name if route.read == "ehr" else f"{ehr.name}, companion" if route.read == "both" else route.read
        table.add_row(*map(plain, (route.type, where, route.written or "nothing", route.why, route.witnessed)))
    out.print(Padding(table, (0, 0, 0, 2), expand=False))


def _steps(report: SiteReport, *, everything: bool) -> None:
    _heading("Steps")
    alone = {ehr.name: {step.name: step for step in ehr.alone} for ehr in report.beside}
    every = [step for flow in report.workflows for step in flow.steps]
    _counted("with both", every)
    for name, steps in alone.items():
        _counted(f"{name} alone, without the companion", list(steps.values()))
    if not everything:
        for step in [one for one in every if one.state == "refused"][:MOST]:
            tell(f"{step.name} does not work: {step.why[0]}", indent=2)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("step", "with both", "how, or why", *(f"{name} alone" for name in alone)):
        table.add_column(title, overflow="fold", no_wrap=title in ("step", "with both"))
    for step in every:
        words = "\n".join(step.why or step.how) or step.writes
        others = [_alone(steps[step.name]) for steps in alone.values()]
        table.add_row(plain(step.name), plain(step.state, COLORS[step.state]), plain(words), *map(plain, others))
    out.print(Padding(table, (0, 0, 0, 2), expand=False))


def _alone(step: StepReport) -> str:
    words = (step.why or step.how or ("",))[0]
    return f"{step.state}: {words}" if words else step.state


def _counted(whose: str, steps: list[StepReport]) -> None:
    count = Counter(step.state for step in steps)
    words = ", ".join(f"{count[state]} {state}" for state in ("works", "degraded", "refused") if count[state])
    tell(f"{whose}: {words or 'nothing'}", indent=2)
