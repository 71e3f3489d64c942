"""What a person at a terminal sees: tables and plain words, color on a terminal only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from carefhir.engine.results import Briefing, Conflict, Done, Line, Partial, Preview, Refused
from carefhir.engine.step import AnyStep
from carefhir.faces.fields import Listed
from carefhir.workflows.assessment.overview import Picture
from carefhir.workflows.monitoring.worklist import List, Row

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


_unprintable = dict.fromkeys((*range(32), *range(127, 160), *range(8234, 8239), *range(8294, 8298)), "�")
"""Control characters and bidi overrides: a name on a server must not be able to steer a terminal."""
del _unprintable[ord("\n")]


def plain(text: str, style: str = "") -> Text:
    """Text as it may reach a terminal."""
    return Text(text.translate(_unprintable), style=style)


def say(text: str, style: str = "") -> None:
    """One line to standard output, at once; a long one is left to the terminal, so that it can be copied whole."""
    out.print(plain(text, style), soft_wrap=True)


def tell(text: str, style: str = "", indent: int = 0) -> None:
    """Prose to standard output, wrapped between words, every line as far in as the first."""
    out.print(Padding(plain(text, style), (0, 0, 0, indent), expand=False))


def error(message: str, instructions: tuple[str, ...] = ()) -> None:
    """Prints one sentence to standard error; before it, to standard output, what must be done now."""
    _do_now(Briefing(instructions=instructions))
    err.print(plain(f"carefhir: {message}", "red"), soft_wrap=True)


def waiting(text: str) -> AbstractContextManager[Any]:
    """Shows on a terminal that something is running."""
    return err.status(Text(f"{text} …"))


def steps(catalog: Iterable[tuple[AnyStep, tuple[Listed, ...]]]) -> None:
    """The catalog: what each step does, writes and takes."""
    for step, fields in catalog:
        say(step.name, "bold")
        tell(f"{step.title}. Writes {', '.join(step.writes)} and a receipt (Provenance).", indent=2)
        table = _table()
        for one in fields:
            words = [one.meaning]
            if one.choices:
                words.append(f"one of: {', '.join(one.choices)}")
            if not one.required:
                words.append("may be left out" + (f"; default {one.default}" if one.default else ""))
            table.add_row(plain(one.option), plain("\n".join(words)))
        _show(table)
    tell("Fields can also be given as one JSON object: --input FILE, or --input - for standard input.", "dim")


BRIEF = 7
"""So many resources are listed one by one where an account is to be brief."""


def result(found: Done | Refused | Conflict | Partial | Preview, *, brief: bool = False) -> None:
    """The result of a step, in words; what to do now comes first. `brief` counts a long list of resources by type."""
    match found:
        case Preview():
            _preview(found)
        case Done():
            _done(found, brief=brief)
        case Refused():
            _refused(found, brief=brief)
        case Conflict():
            _conflict(found)
        case Partial():
            _partial(found)


def _preview(found: Preview) -> None:
    _do_now(found.told)
    say(f"{found.step}: would write this, as {found.way}", "bold")
    for reason in found.incomplete:
        tell(f"- not in order: {reason}", "yellow", indent=2)
    _told(found.told)
    _lines(found.lines)
    say(f"  sha-256 {found.sha256}", "dim")
    say(f"  to write exactly this: run with --now {found.now.isoformat()} --expect {found.sha256}", "dim")


def _done(found: Done, *, brief: bool) -> None:
    _do_now(found.told)
    words = {"us": "done", "an earlier run": "done already", "another run": "done by another run meanwhile"}
    way = f", {found.way}" if found.way else ""
    say(f"{found.step}: {words[found.by]} (receipt {found.receipt}{way})", "bold green")
    _told(found.told)
    _lines(found.written, brief=brief)
    for note in found.notes:
        tell(note, "dim", indent=2)


def _refused(found: Refused, *, brief: bool) -> None:
    _do_now(found.told if found.kept is None else found.kept.told)
    say(f"{found.step}: refused", "bold yellow")
    for reason in found.why:
        tell(f"- {reason}", indent=2)
    if found.kept is None:
        say("  nothing was written")
        return
    before = "written anyway:" if found.kept.written else f"written before (receipt {found.kept.receipt})"
    say(f"  what protects the patient was {before}", "bold")
    _told(found.kept.told)
    _lines(found.kept.written, brief=brief)


def _conflict(found: Conflict) -> None:
    _do_now(found.told)
    tell(f"{found.step}: conflict. {found.why}", "bold yellow")
    for one in found.moved:
        tell(f"{one.reference}: decided from version {one.had}, now {one.now or 'gone'}", indent=2)
    for part, names in found.duplicates.items():
        tell(f"{part}: {', '.join(names)}", indent=2)
    _lines(found.written)
    if not found.written:
        say("  nothing of this was written")


def _partial(found: Partial) -> None:
    _do_now(found.told)
    how_far = "not known whether it was written" if found.uncertain else "partly written"
    tell(f"{found.step}: {how_far}. {found.why}", "bold red")
    _lines((*found.written, *found.unwritten))
    say("  run the same again: it writes the rest, and nothing twice")


def _do_now(told: Briefing) -> None:
    for one in told.instructions:
        say("DO NOW", "bold white on red")
        tell(one, "bold", indent=2)


def _told(told: Briefing) -> None:
    for one in told.warnings:
        tell(f"! {one}", "yellow", indent=2)
    for one in told.says:
        tell(one, indent=2)


def _lines(lines: tuple[Line, ...], *, brief: bool = False) -> None:
    if not lines:
        return
    if brief and len(lines) > BRIEF:
        counted = Counter((one.how, one.type) for one in lines)
        for how in dict.fromkeys(one.how for one in lines):
            types = ", ".join(f"{number} {type_}" for (of, type_), number in counted.items() if of == how)
            tell(f"{how}: {types}", "dim", indent=2)
        return
    table = _table()
    for one in lines:
        style = "red" if one.how.startswith("not ") else ""
        table.add_row(one.how, plain(one.reference or one.type), plain(one.because), style=style)
    _show(table)


def picture(found: Picture) -> None:
    """The whole picture."""
    say(f"{found.heading} ({found.patient})", "bold")
    for section in found.sections:
        if not section.rows:
            tell(f"{section.title}: {section.empty}", "dim")
            continue
        say(section.title, "bold")
        table = _table()
        for row in section.rows:
            table.add_row(*(plain(one) for one in row))
        _show(table)
    for one in found.not_visible:
        tell(f"not visible: {one}", "yellow")
    for one in found.odd:
        tell(f"could not be read: {one}", "yellow")


def worklist(found: List) -> None:
    """The day's list: when, what and why, and whom to call."""
    owner = f"{found.name} ({found.owner})" if found.name else found.owner
    say(f"{owner}: {len(found.rows)} to do on {found.today}", "bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("when", "what", "why", "who", "task"):
        table.add_column(name, overflow="fold", no_wrap=name == "task", width=13 if name == "when" else None)
    before = ""
    for row in found.rows:
        said = (row.when, row.what, row.why_in_short, _who(row, again=row.patient == before), row.task)
        table.add_row(*(plain(one) for one in said), style="bold red" if row.pressing else "")
        before = row.patient
    if found.rows:
        out.print(table)
    for one in found.not_visible:
        tell(f"not visible: {one}", "yellow")


def _who(row: Row, *, again: bool) -> str:
    """Whom to call and how; the name alone where the row above was about the same person."""
    if row.standing:
        return f"{row.who}\nDO NOT CALL: {row.standing}"
    return "\n".join(filter(None, (row.who, *(() if again else (row.language, row.phone)))))


def _table() -> Table:
    """A table without frame, its cells two blanks apart."""
    return Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))


def _show(table: Table) -> None:
    """Two blanks in, wrapped lines too."""
    for column in table.columns:
        column.overflow = "fold"
    out.print(Padding(table, (0, 0, 0, 2), expand=False))
