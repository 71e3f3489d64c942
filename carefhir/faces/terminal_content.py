"""What a person at a terminal sees of a checked form, and of the content in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from carefhir.content.asked_items import FormFinding
from carefhir.content.content_list import MARKS, ListedArtefact
from carefhir.content.form_check import FormReport
from carefhir.content.layers import PACKAGE, PassedOver
from carefhir.faces.terminal import new_table, plain, say, show, tell

STYLES = {"fault": "bold red", "doubt": "yellow", "note": "dim"}
PLACES = 3
"""So many places of one finding are named one by one."""
MEANINGS = {"V": "read in the source", "S": "seen once", "D": "our default", "K": "to be confirmed"}


def form_page(report: FormReport) -> None:
    """A checked form: the verdict, what was found and what to do, then what was checked and what was not."""
    taken_for = f", taken for {report.instrument}" if report.instrument else ", none of the instruments in our table"
    say(f"{report.title}{taken_for}", "bold")
    faults = sum(finding.level == "fault" for finding in report.findings)
    if faults:
        say(f"do not use it as it is: {faults} fault{'s' if faults > 1 else ''}", "bold red")
    else:
        say("no fault among what was checked", "bold green")
    for together in _alike(report.findings):
        finding = together[0]
        tell(f"{finding.level}: {finding.what}", STYLES[finding.level], indent=2)
        places = [each.where for each in together if each.where]
        if places:
            rest = f" and {len(places) - PLACES} more" if len(places) > PLACES else ""
            tell(f"at {', '.join(places[:PLACES])}{rest}", indent=4)
        tell(f"to do: {finding.remedy}", indent=4)
    table = new_table()
    for line in report.checked:
        table.add_row("checked", plain(line))
    for line in report.unchecked:
        table.add_row("not checked", plain(line))
    show(table)


def _alike(findings: tuple[FormFinding, ...]) -> list[list[FormFinding]]:
    """Findings that say the same of several places, together; in their order."""
    groups: dict[tuple[str, str], list[FormFinding]] = {}
    for finding in findings:
        what = finding.code if finding.code in ("not-required", "answers-not-read") else finding.what
        groups.setdefault((finding.code, what), []).append(finding)
    return list(groups.values())


def content_page(artefacts: Sequence[ListedArtefact], over: Sequence[PassedOver], refused: Sequence[str]) -> None:
    """What is in force, by type; then what of the site is not, and why."""
    counts = Counter(each.origin for each in artefacts)
    whence = ", ".join(f"{count} of {_origin(origin)}" for origin, count in counts.items())
    say(f"{len(artefacts)} artefacts in force: {whence}", "bold")
    marks = Counter({mark: sum(each.marks.get(mark, 0) for each in artefacts) for mark in MARKS})
    say("  " + ", ".join(f"{marks[mark]} {mark} ({MEANINGS[mark]})" for mark in MARKS), "dim")
    for type_ in dict.fromkeys(each.type for each in artefacts):
        say(type_, "bold")
        table = new_table()
        for each in artefacts:
            if each.type == type_:
                style = "" if each.origin == PACKAGE else "cyan"
                notice = "©" if each.copyright else ""
                cells = (each.id, each.version, each.origin, _marks(each), notice)
                table.add_row(*(plain(cell) for cell in cells), style=style)
        show(table)
    if over:
        say("not in force", "bold")
        for given in over:
            tell(f"{given.name} {given.version} ({_origin(given.origin)}): {given.why}", indent=2)
    if refused:
        say("cannot be used: carefhir decides nothing until it is mended or taken away", "bold red")
        for reason in refused:
            tell(reason, "red", indent=2)


def artefact_page(artefact: ListedArtefact) -> None:
    """One artefact with its sources."""
    say(f"{artefact.type}/{artefact.id}: {artefact.title}", "bold")
    table = new_table()
    for name, text in (
        ("url", artefact.url),
        ("version", artefact.version),
        ("status", artefact.status),
        ("from", _origin(artefact.origin)),
        ("marks", _marks(artefact)),
        ("notice", artefact.copyright),
    ):
        if text:
            table.add_row(name, plain(text))
    for code, display in artefact.codes.items():
        table.add_row(plain(code), plain(display))
    show(table)
    for source in artefact.sources:
        tell(f"{source.mark} {source.where or 'all of it'}: {source.text}", indent=2)


def _origin(origin: str) -> str:
    return f"the {origin}" if origin in (PACKAGE, "server") else origin


def _marks(artefact: ListedArtefact) -> str:
    return " ".join(f"{mark}{count}" for mark, count in artefact.marks.items())
