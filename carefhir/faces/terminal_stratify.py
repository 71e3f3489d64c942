"""Tiers at a terminal: a table, the highest first, each with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Group
from rich.text import Text

from carefhir.faces.terminal import new_table, plain, say, show, tell
from carefhir.workflows.looking.stratify import Stratified
from carefhir.workflows.looking.stratify_list import StratifiedList
from carefhir.workflows.panel.keep_group import KeptList


def page(people: StratifiedList) -> None:
    """A row for each person: the tier; who, by two identifiers, and why; and what a person may decide about it."""
    shown = [row for row in people.rows if row.there]
    whose = f"Panel of {people.whose}: " if people.whose else ""
    say(f"{whose}{_counted(shown)}", "bold")
    for gap in people.not_visible:
        tell(f"not visible: {gap}: every tier may be higher for it", "yellow")
    table = new_table()
    for row in shown:
        style = "bold red" if row.tier == "high" else "bold"
        table.add_row(plain(row.words.upper(), style), Group(*_lines(row)))
    show(table)
    for row in people.rows:
        if not row.there:
            say(f"{row.patient}: not on this server, or not visible to us", "yellow")


def _counted(rows: list[Stratified]) -> str:
    """How many people, and how many of each tier: a tier that is not sure is counted by itself."""
    people = "1 person" if len(rows) == 1 else f"{len(rows)} people"
    tiers = Counter(row.words for row in rows)
    return ": ".join(filter(None, (people, ", ".join(f"{count} {tier}" for tier, count in tiers.items()))))


def _lines(row: Stratified) -> Iterator[Text]:
    identity = row.identity
    who = ", ".join(filter(None, (identity.name, identity.born, identity.number)))
    yield plain(f"{who or 'name not visible'} ({row.patient})", "bold")
    if identity.do_not_call:
        yield plain(f"{identity.do_not_call}: not sorted, and a candidate for nothing", "bold yellow")
    if row.namesake:
        yield plain(row.namesake, "bold yellow")
    for reason in row.reasons:
        yield plain(reason)
    if row.on_record:
        yield plain(f"on record: {row.on_record}", "dim")
    yield plain(f"in: {', '.join(row.programs) or 'no program of ours'}", "dim")
    for candidate in row.candidate_for:
        yield plain(f"candidate for {candidate}", "bold")
    for program in row.may_leave:
        yield plain(f"may leave {program}; a person decides")
    if row.not_assessed:
        yield plain(f"not known, and may call for more: {'; '.join(row.not_assessed)}", "yellow")
    yield plain("")


def kept(lists: Iterable[KeptList]) -> None:
    """What became of the lists that were to be kept."""
    for each in lists:
        tell(each.words, "" if each.kept else "yellow")
