"""The doctor's page: the verdict, a table per workflow, what was found, what was left, the settings to paste."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.padding import Padding
from rich.table import Table

from carefhir.doctor.findings import Finding
from carefhir.doctor.judge import Report, StepReport
from carefhir.faces.terminal import err, out, plain, say, tell

COLORS = {"works": "bold green", "degraded": "bold yellow", "refused": "bold red", "unfit": "bold red"}
HEADINGS = {
    "refused": "What prevents steps",
    "degraded": "What works in another way",
    "to know": "Good to know",
    "not told": "Not told",
    "in order": "Tested and working",
}


def about_to_write(lines: tuple[str, ...]) -> None:
    """Before a trial of writing: what it will leave. To standard error, for standard output may be one document."""
    text = ["carefhir doctor is about to write. What it will leave:", *(f"- {one}" for one in lines)]
    if not lines:
        text = ["carefhir doctor writes nothing: the server has no type that could be tested without a patient"]
    for line in text:
        err.print(plain(line), soft_wrap=True)


def document(report: Report) -> dict[str, Any]:
    """The report as JSON-ready data (docs/doctor.md)."""
    return {"outcome": report.state, **{name: value for name, value in asdict(report).items() if name != "state"}}


def page(report: Report) -> None:
    """The report as a person reads it."""
    tell(report.verdict, COLORS[report.state])
    _about(report)
    for workflow in report.workflows if report.state != "unfit" else ():
        out.print()
        say(workflow.title, "bold")
        _steps(workflow.steps)
    for weight, heading in HEADINGS.items():
        findings = [one for one in report.findings if one.weight == weight]
        if findings and (report.state != "unfit" or weight == "refused"):
            out.print()
            say(heading, "bold")
            _short(findings) if weight in ("in order", "not told") else _long(findings)
    _left(report)
    if report.settings:
        out.print()
        say("Settings for this server", "bold")
        for line in report.settings:
            say(f"  {line}")


def _about(report: Report) -> None:
    say(f"Server    {report.server}")
    if report.software:
        stated = f"FHIR {report.fhir_version}, {report.types} types stated, /metadata in {report.metadata_seconds} s"
        say(f"          {report.software}, {stated}")
        how = (
            "test resources were written and marked as entered in error"
            if "writes" in report.tried
            else "nothing was written"
        )
        say(f"Tried     {report.at}, {report.requests} requests ({', '.join(report.tried)}); {how}")
        say(f"Reading   {report.reads}")
        say(f"Writing   {report.writes}")


def _steps(steps: tuple[StepReport, ...]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(width=max(22, *(len(one.name) for one in steps)), no_wrap=True)
    table.add_column(width=9, no_wrap=True)
    table.add_column(overflow="fold")
    for step in steps:
        words = "\n".join(step.why or step.how) or step.writes
        table.add_row(plain(step.name), plain(step.state, COLORS[step.state]), plain(words))
    out.print(Padding(table, (0, 0, 0, 2), expand=False))


def _long(findings: list[Finding]) -> None:
    for finding in findings:
        say(f"  {finding.title}", "yellow" if finding.weight != "refused" else "red")
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(width=11, no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        rows = (
            ("asked", finding.asked),
            ("answered", finding.answered),
            ("follows", finding.follows),
            ("ask vendor", finding.vendor),
        )
        for name, value in rows:
            if value:
                table.add_row(name, plain(value.removeprefix("the server answered ")))
        out.print(Padding(table, (0, 0, 0, 4), expand=False))


def _short(findings: list[Finding]) -> None:
    for finding in findings:
        tell(f"{finding.title}: {finding.answered.removeprefix('the server answered ')}", indent=2)


def _left(report: Report) -> None:
    if "writes" not in report.tried:
        return
    out.print()
    say("What is left on the server", "bold")
    marked, standing = report.left.marked, report.left.standing
    for words, names in (("marked entered-in-error", marked), ("stays as it was made", standing)):
        if names:
            tell(f"{words}: {', '.join(names)}", indent=2)
    if not marked and not standing:
        say("  nothing")
