"""What a person at a terminal sees: tables and plain words, colour on a terminal only."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from carefhir.occasion import Occasion
from carefhir.results import Conflict, Done, Line, Partial, Preview, Refused, Told
from carefhir.settings import Settings
from carefhir.steps import AnyStep
from carefhir.workflows.assessment.overview import Picture
from carefhir.workflows.monitoring.worklist import List

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


_unprintable = dict.fromkeys((*range(32), *range(127, 160), *range(8234, 8239), *range(8294, 8298)), "�")
"""Control characters and bidi overrides: a name on a server must not be able to steer a terminal."""
del _unprintable[ord("\n")]


def plain(text: str, style: str = "") -> Text:
    """Text as it may reach a terminal."""
    return Text(text.translate(_unprintable), style=style)


def say(text: str, style: str = "") -> None:
    """One line to standard output, at once."""
    out.print(plain(text, style), soft_wrap=True)


def error(message: str, instructions: tuple[str, ...] = ()) -> None:
    """One sentence to standard error; what must be done now before it, to standard output."""
    _do_now(Told(instructions=instructions))
    err.print(plain(f"carefhir: {message}", "red"), soft_wrap=True)


def waiting(text: str) -> AbstractContextManager[Any]:
    """Shows on a terminal that something is under way."""
    return err.status(Text(f"{text} …"))


def steps(all_steps: Iterable[AnyStep]) -> None:
    """The catalogue."""
    for one in all_steps:
        say(f"{one.name}", "bold")
        say(f"  {one.title}; writes {', '.join(one.writes)} and a receipt (Provenance)")
        table = _table()
        for name, field in one.command.model_fields.items():
            needed = "" if field.is_required() else f"default {field.default}"
            table.add_row(f"  {name}", field.description or "", needed)
        out.print(table)


def result(found: Done | Refused | Conflict | Partial | Preview, step: AnyStep, when: Occasion, site: Settings) -> None:
    """What became of a step, in words; what to do now comes first."""
    match found:
        case Preview():
            _preview(found, when)
        case Done():
            _do_now(found.told)
            words = {"us": "done", "an earlier run": "done already", "another run": "done by another run meanwhile"}
            way = f", {found.way}" if found.way else ""
            say(f"{found.step}: {words[found.by]} (receipt {found.receipt}{way})", "bold green")
            _told(found.told)
            _lines(found.written)
            for note in found.notes:
                say(f"  {note}", "dim")
        case Refused():
            _do_now(found.told if found.kept is None else found.kept.told)
            say(f"{found.step}: refused", "bold yellow")
            for reason in found.why:
                say(f"  - {reason}")
            if found.kept is not None:
                before = (
                    f"written before (receipt {found.kept.receipt})"
                    if not found.kept.written
                    else "written all the same:"
                )
                say(f"  what protects the patient was {before}", "bold")
                _told(found.kept.told)
                _lines(found.kept.written)
            else:
                say("  nothing was written")
        case Conflict():
            _do_now(found.told)
            say(f"{found.step}: conflict. {found.why}", "bold yellow")
            for one in found.moved:
                say(f"  {one.reference}: decided from version {one.had}, now {one.now or 'gone'}")
            for part, names in found.duplicates.items():
                say(f"  {part}: {', '.join(names)}")
            _lines(found.written)
            if not found.written:
                say("  nothing of this was written")
        case Partial():
            _do_now(found.told)
            how_far = "not known whether it was written" if found.uncertain else "partly written"
            say(f"{found.step}: {how_far}. {found.why}", "bold red")
            _lines((*found.written, *found.unwritten))
            say("  run the same again: it writes the rest, and nothing twice")


def _preview(found: Preview, when: Occasion) -> None:
    _do_now(found.told)
    say(f"{found.step}: would write this, as {found.way}", "bold")
    for reason in found.incomplete:
        say(f"  - refused for its form: {reason}", "yellow")
    _told(found.told)
    _lines(found.lines)
    say(f"  sha-256 {found.sha256}", "dim")
    say(f"  to write exactly this: run with --now {when.stamp} --expect {found.sha256}", "dim")


def _do_now(told: Told) -> None:
    for one in told.instructions:
        say("DO NOW", "bold white on red")
        out.print(Padding(plain(one, "bold"), (0, 2)))


def _told(told: Told) -> None:
    for one in told.warnings:
        say(f"  ! {one}", "yellow")
    for one in told.says:
        out.print(Padding(plain(one), (0, 2)))


def _lines(lines: tuple[Line, ...]) -> None:
    if not lines:
        return
    table = _table()
    for one in lines:
        style = "red" if one.how.startswith("not ") else ""
        table.add_row(f"  {one.how}", one.reference or one.type, plain(one.because), style=style)
    out.print(table)


def picture(found: Picture) -> None:
    """The whole picture."""
    say(f"{found.heading} ({found.patient})", "bold")
    for section in found.sections:
        say(section.title, "bold")
        table = _table()
        for row in section.rows:
            table.add_row(*(plain(one) for one in (f"  {row[0]}", *row[1:])))
        if section.rows:
            out.print(table)
        else:
            say(f"  {section.empty}", "dim")
    for one in found.not_visible:
        say(f"not visible: {one}", "yellow")
    for one in found.odd:
        say(f"could not be read: {one}", "yellow")


def worklist(found: List) -> None:
    """The day's list."""
    say(f"{found.owner}: {len(found.rows)} to do on {found.today}", "bold")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("when", "what", "who", "language", "phone", "task"):
        table.add_column(name, overflow="fold")
    for row in found.rows:
        style = "bold red" if row.pressing else ""
        cells = (row.when, row.what, row.who, row.language, row.phone, row.task)
        table.add_row(*(plain(one) for one in cells), style=style)
    if found.rows:
        out.print(table)
    for one in found.not_visible:
        say(f"not visible: {one}", "yellow")


def _table() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for _ in range(4):
        table.add_column(overflow="fold")
    return table
