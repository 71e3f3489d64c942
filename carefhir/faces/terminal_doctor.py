"""The doctor's page: one screen with the verdict first, or everything (`--all`): each step, each finding, what was
left."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

from rich.padding import Padding
from rich.table import Table

from carefhir.doctor.findings import Finding
from carefhir.doctor.judge import Report, State, StepReport
from carefhir.faces.terminal import err, out, plain, say, tell

COLORS = {"works": "bold green", "degraded": "bold yellow", "refused": "bold red", "unfit": "bold red"}
SCREEN = 29
"""Lines of the short page, at 100 columns."""
WIDEST = 100
COLORS_UNTRIED = {**COLORS, "works": "bold yellow"}
"""Where nobody has tried to write, nothing is green."""
HEADINGS = {
    "refused": "What prevents steps",
    "degraded": "What works in another way",
    "to know": "Good to know",
    "not tried": "Stated, not tried",
    "not told": "Could not be told",
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


def page(report: Report, *, everything: bool = False) -> None:
    """The report as a person reads it: on one screen, or all of it."""
    if everything:
        _everything(report)
    else:
        for text, style in screen(report, min(out.width, WIDEST)):
            say(text, style)


# -- one screen --------------------------------------------------------------------------------------------------------

Lines: TypeAlias = list[tuple[str, str]]
"""Lines with their style, wrapped."""
BLANK = ("", "")


def screen(report: Report, width: int) -> Lines:
    """The verdict, what matters most with what to do about it, and where the rest is. What has no room is named."""
    style = COLORS[report.state] if "writes" in report.tried else COLORS_UNTRIED[report.state]
    head = _wrapped(report.verdict, width, most=2, style=style) + _asked(report, width)
    tail = _tail(report, width)
    implied = {each for name, others in IMPLIES.items() if name in _heavy_names(report) for each in others}
    heavy = [one for one in report.findings if one.weight in ("refused", "degraded") and one.name not in implied]
    middle = _heavy(heavy, width, SCREEN - len(head) - len(tail) - 2)
    return [*head, BLANK, *middle, *([BLANK] if middle else []), *tail]


IMPLIES = {
    "conditional create": ("race", "receipt once"),
    "receipts refused": ("receipt",),
    "receipts wants more": ("receipt",),
    "receipts never finds": ("receipt",),
}
"""What is not said again on one screen where a finding says it already."""


def _heavy_names(report: Report) -> set[str]:
    return {one.name for one in report.findings if one.weight in ("refused", "degraded")}


def _asked(report: Report, width: int) -> Lines:
    """Whom was asked, how much was tried, and how carefhir reads and writes there."""
    software = f" ({report.software}, FHIR {report.fhir_version})" if report.software else ""
    rows = [f"Server    {report.server}{software}"]
    if report.state != "unfit":
        tried = "reading and writing" if "writes" in report.tried else "reading only; nothing was written"
        rows += [f"Tried     {report.at}, {report.requests} requests, {tried}"]
        rows += [f"Reading   {report.reads}", f"Writing   {report.writes}"]
    return [line for row in rows for line in _wrapped(row, width, indent=10, most=2)]


def _heavy(findings: Sequence[Finding], width: int, room: int) -> Lines:
    """The findings, heaviest first: all in short, and in full as far as there is room; the last ones by their titles
    where there is none."""
    blocks = [_block(one, width, most=1) for one in findings]
    count = len(blocks)
    while _size(blocks[:count]) + len(_named("Also", findings[count:], width)) > room and count:
        count -= 1
    rest = _named("Also", findings[count:], width)
    blocks = blocks[:count]
    for number in range(count):
        full = [*blocks[:number], _block(findings[number], width, most=3), *blocks[number + 1 :]]
        if _size(full) + len(rest) <= room:
            blocks = full
    return [line for block in blocks for line in block] + rest


def _size(blocks: Sequence[Lines]) -> int:
    return sum(map(len, blocks))


def _block(finding: Finding, width: int, *, most: int) -> Lines:
    """One finding: what it is, what to ask for; and what follows, where there is more than one line for each."""
    answered = finding.answered.removeprefix("the server answered ")
    if finding.name.startswith("searches"):
        answered = f"{finding.asked.removeprefix('search of ')}: {answered}"
    style = "red" if finding.weight == "refused" else "yellow"
    lines = _wrapped(f"- {finding.title}: {answered}", width, indent=2, most=most, style=style)
    consequence = [("so", finding.follows)] if most > 1 or not finding.vendor else []
    for label, text in (*consequence, ("ask vendor", finding.vendor)):
        if text:
            lines += _wrapped(f"  {label}: {text}", width, indent=4, most=most)
    return lines


def _named(label: str, findings: Sequence[Finding], width: int, *, most: int = 2) -> Lines:
    """Findings by their titles."""
    titles = "; ".join(dict.fromkeys(one.title for one in findings))
    return _wrapped(f"{label}: {titles}", width, indent=2, most=most) if titles else []


def _tail(report: Report, width: int) -> Lines:
    """How many steps work, what was not tried, what was left, the settings, and where there is more."""
    lines: Lines = []
    if report.state != "unfit":
        lines += [line for text in _steps_in_short(report) for line in _wrapped(text, width, indent=2, most=1)]
        for finding in _of(report, "not tried"):
            lines += _wrapped(f"{finding.title}: {finding.answered}", width, indent=2, most=2)
        lines += _named("Good to know", _of(report, "to know"), width, most=1)
        untold = [one for one in _of(report, "not told") if one.name != "without a token"]
        lines += _named("Could not be told", untold, width, most=1)
        lines += _wrapped(f"Tried and working: {len(_of(report, 'in order'))} checks", width)
    if "writes" in report.tried:
        lines += _wrapped(f"Left on the server: {_left_in_short(report)}", width, indent=2)
    if len(report.settings) > 1:
        lines += [("Settings for this server:", ""), *((f"  {line}", "") for line in report.settings)]
    return [*lines, *_wrapped(_more(report), width, style="dim")]


def _more(report: Report) -> str:
    """The options that tell more."""
    fit = report.state != "unfit"
    more = ["--probe-writes tries writing"] if fit and "writes" not in report.tried else []
    more += ["--patient more searches"] if fit and "a patient's records" not in report.tried else []
    return "; ".join((*more, "--all shows everything", "--json for a program"))


def _of(report: Report, weight: str) -> list[Finding]:
    return [one for one in report.findings if one.weight == weight]


def _steps_in_short(report: Report) -> Iterator[str]:
    """How many steps work, and which do not."""
    steps = [one for flow in report.workflows for one in flow.steps]
    count = Counter(one.state for one in steps)
    ways: tuple[tuple[State, str], ...] = (
        ("works", "work"),
        ("degraded", "work with limits"),
        ("refused", "do not work"),
    )
    parts = [f"{count[state]} {how}" for state, how in ways if count[state]]
    if_writing = "" if "writes" in report.tried else ", if writing works as stated"
    yield f"Steps: {'all ' if len(parts) == 1 else ''}{', '.join(parts)}{if_writing}"
    refused = [one.name for one in steps if one.state == "refused"]
    if 0 < len(refused) < len(steps):
        yield f"  not: {', '.join(refused)}"


def _left_in_short(report: Report) -> str:
    marked, standing = report.left.marked, report.left.standing
    parts = [f"{_by_type(marked)}, marked entered-in-error"] if marked else []
    parts += [f"{_by_type(standing)}, as made"] if standing else []
    return "; ".join(parts) or "nothing"


def _by_type(references: Iterable[str]) -> str:
    """`57 Task, 1 Flag`; of many types, the most frequent one and how many others."""
    (first, number), *rest = Counter(one.partition("/")[0] for one in references).most_common()
    others = sum(count for _, count in rest)
    if len(rest) > 2:
        return f"{number} {first}, {others} of other types"
    return ", ".join(f"{count} {type_}" for type_, count in ((first, number), *rest))


def _wrapped(text: str, width: int, *, indent: int = 0, most: int = 3, style: str = "") -> Lines:
    """A paragraph of so many lines at most; what is cut is in `--all`."""
    wrapper = textwrap.TextWrapper(
        width,
        subsequent_indent=" " * indent,
        max_lines=most,
        placeholder=" … (--all)",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [(line, style) for line in wrapper.wrap(text)]


# -- everything --------------------------------------------------------------------------------------------------------


def _everything(report: Report) -> None:
    tell(report.verdict, COLORS[report.state])
    _about(report)
    for workflow in report.workflows if report.state != "unfit" else ():
        out.print()
        say(workflow.title, "bold")
        _steps(workflow.steps)
    findings_of(report)
    if report.settings:
        out.print()
        say("Settings for this server", "bold")
        for line in report.settings:
            say(f"  {line}")


def findings_of(report: Report) -> None:
    """Every finding, every search, and what was left."""
    for weight, heading in HEADINGS.items():
        findings = [one for one in report.findings if one.weight == weight]
        if findings and (report.state != "unfit" or weight == "refused"):
            out.print()
            say(heading, "bold")
            _short(findings) if weight in ("in order", "not told") else _long(findings)
    _searches(report)
    _left(report)


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


def _searches(report: Report) -> None:
    """Each search that steps use, by what came of it."""
    if report.searches and report.state != "unfit":
        out.print()
        say("Searches", "bold")
        for result in sorted({one.result for one in report.searches}):
            tell(f"{result}: {', '.join(one.search for one in report.searches if one.result == result)}", indent=2)


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
