"""What a person at a terminal sees: tables and plain words, color on a terminal only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from carefhir.engine.results import NOT_FOUND, UNWRITTEN, Briefing, Conflict, Done, Line, Partial, Preview, Refused
from carefhir.engine.step import AnyStep
from carefhir.faces.fields import Listed
from carefhir.fhir.codec import encode
from carefhir.fhir.three_versions import BothSides

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
        table = new_table()
        for field in fields:
            words = [field.meaning]
            if field.choices:
                words.append(f"one of: {', '.join(field.choices)}")
            if not field.required:
                words.append("may be left out" + (f"; default {field.default}" if field.default else ""))
            table.add_row(plain(field.option), plain("\n".join(words)))
        show(table)
    tell("Fields can also be given as one JSON object: --input FILE, or --input - for standard input.", "dim")


BRIEF = 7
"""So many resources are listed one by one where an account is to be brief."""


def result(outcome: Done | Refused | Conflict | Partial | Preview, *, brief: bool = False) -> None:
    """The result of a step, in words; what to do now comes first. `brief` counts a long list of resources by type."""
    match outcome:
        case Preview():
            _preview(outcome)
        case Done():
            _done(outcome, brief=brief)
        case Refused():
            _refused(outcome, brief=brief)
        case Conflict():
            _conflict(outcome)
        case Partial():
            _partial(outcome)


MOST = 3
"""So many sentences of a result are told where a story is to be short; warnings and what to do now always are."""


def account(outcome: Done | Refused | Conflict | Partial, *, most: int = MOST) -> None:
    """The result of a step as a story tells it: the first things it says, and how much was written. With `most` 0 it
    is one line, besides warnings."""
    if not isinstance(outcome, Done):
        result(outcome, brief=True)
        return
    if most == 0 and len(outcome.told.says) == 1 and not (outcome.told.warnings or outcome.told.instructions):
        tell(outcome.told.says[0], indent=2)
        return
    _do_now(outcome.told)
    count = len(outcome.written)
    how = "done" if outcome.by == "us" else "done already, nothing is written twice"
    rest = len(outcome.told.says) - most
    left_out = f" ({rest} lines not told)" if rest > 1 and most == 0 else ""
    say(f"{outcome.step}: {how}" + (f", {count} resources written" if count else "") + left_out, "bold green")
    _told(outcome.told if rest <= 1 else replace(outcome.told, says=outcome.told.says[:most]))
    if rest > 1 and most:
        tell(f"… and {rest} lines more", "dim", indent=2)


def _preview(preview: Preview) -> None:
    _do_now(preview.told)
    say(f"{preview.step}: would write this, as {preview.way}", "bold")
    for reason in preview.incomplete:
        tell(f"- not in order: {reason}", "yellow", indent=2)
    _told(preview.told)
    _lines(preview.lines)
    say(f"  sha-256 {preview.sha256}", "dim")
    say(f"  to write exactly this: run with --now {preview.now.isoformat()} --expect {preview.sha256}", "dim")


def _done(done: Done, *, brief: bool) -> None:
    _do_now(done.told)
    words = {"us": "done", "an earlier run": "done already", "another run": "done by another run meanwhile"}
    way = f", {done.way}" if done.way else ""
    say(f"{done.step}: {words[done.by]} (receipt {done.receipt}{way})", "bold green")
    _told(done.told)
    _lines(done.written, brief=brief)
    for note in done.notes:
        tell(note, "dim", indent=2)


def _refused(refused: Refused, *, brief: bool) -> None:
    _do_now(refused.told if refused.kept is None else refused.kept.told)
    if refused.to_fill_in:
        _worksheet(refused, brief=brief)
        return
    say(f"{refused.step}: refused", "bold yellow")
    for reason in refused.why:
        tell(f"- {reason}", indent=2)
    if refused.kept is None:
        say("  nothing was written")
        return
    before = "written anyway:" if refused.kept.written else f"written before (receipt {refused.kept.receipt})"
    say(f"  what protects the patient was {before}", "bold")
    _told(refused.kept.told)
    _lines(refused.kept.written, brief=brief)


def _worksheet(asking: Refused, *, brief: bool) -> None:
    """What only a person can say: the question, and the fields to fill in."""
    say(f"{asking.step}: to be answered first (nothing was written)", "bold yellow")
    for line in asking.why:
        tell(f"- {line}", indent=2)
    if not brief:
        say("  fill this in, and give it with --input FILE:", "bold")
        say(json.dumps(asking.to_fill_in, indent=2, ensure_ascii=False))


def _conflict(conflict: Conflict) -> None:
    _do_now(conflict.told)
    tell(f"{conflict.step}: conflict. {conflict.why}", "bold yellow")
    for change in conflict.moved:
        tell(f"{change.reference}: decided from version {change.had}, now {change.now or 'gone'}", indent=2)
    for part, names in conflict.duplicates.items():
        tell(f"{part}: {', '.join(names)}", indent=2)
    for sides in conflict.sides:
        _both(sides)
    _lines(conflict.written)
    if not conflict.written and not any(words in conflict.why for words in (UNWRITTEN, NOT_FOUND)):
        say(f"  {NOT_FOUND}")


def _both(sides: BothSides) -> None:
    """One place that could not be merged: what it was, and what each side made of it."""
    tell(f"{sides.path}: {sides.why}", "bold", indent=2)
    table = new_table()
    versions = (("you started from", sides.started_from), ("you", sides.mine), ("on the server", sides.theirs))
    for name, value in versions:
        table.add_row(name, plain("not there, or not known" if value is None else encode(value).decode()))
    show(table)


def _partial(partial: Partial) -> None:
    _do_now(partial.told)
    how_far = "not known whether it was written" if partial.uncertain else "partly written"
    tell(f"{partial.step}: {how_far}. {partial.why}", "bold red")
    _lines((*partial.written, *partial.unwritten))
    say("  run the same again: it writes the rest, and nothing twice")


def _do_now(told: Briefing) -> None:
    for instruction in told.instructions:
        say("DO NOW", "bold white on red")
        tell(instruction, "bold", indent=2)


def _told(told: Briefing) -> None:
    for warning in told.warnings:
        tell(f"! {warning}", "yellow", indent=2)
    for sentence in told.says:
        tell(sentence, indent=2)


def _lines(lines: tuple[Line, ...], *, brief: bool = False) -> None:
    if not lines:
        return
    if brief and len(lines) > BRIEF:
        counted = Counter((one.how, one.type) for one in lines)
        for how in dict.fromkeys(one.how for one in lines):
            types = ", ".join(f"{number} {type_}" for (of, type_), number in counted.items() if of == how)
            tell(f"{how}: {types}", "dim", indent=2)
        return
    table = new_table()
    for line in lines:
        style = "red" if line.how.startswith("not ") else ""
        table.add_row(line.how, plain(line.reference or line.type), plain(line.because), style=style)
    show(table)


def new_table() -> Table:
    """A table without frame, its cells two blanks apart."""
    return Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))


NARROW = 16
"""A column whose cells are all this short is never broken: days, names of resources."""


def show(table: Table) -> None:
    """Two blanks in, wrapped lines too."""
    for column in table.columns:
        column.overflow = "fold"
        column.no_wrap = all(len(str(cell)) <= NARROW for cell in column.cells)
    out.print(Padding(table, (0, 0, 0, 2), expand=False))
