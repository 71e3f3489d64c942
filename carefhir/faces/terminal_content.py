"""What a person at a terminal sees of a checked form, and of the content in force."""

from __future__ import annotations

from carefhir.content.asked_items import FormFinding
from carefhir.content.form_check import FormReport
from carefhir.faces.terminal import new_table, plain, say, show, tell

STYLES = {"fault": "bold red", "doubt": "yellow", "note": "dim"}
PLACES = 3
"""So many places of one finding are named one by one."""


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
