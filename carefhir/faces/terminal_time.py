"""A month's minutes at a terminal: by program, what counts and what does not, and what is asked for."""

from __future__ import annotations

from carefhir.faces.terminal import say, tell
from carefhir.workflows.looking.time_statement import NOT_DECIDED, MonthOfTime, ProgramMonth


def page(statement: MonthOfTime) -> None:
    """The month of one person."""
    identity = statement.identity
    who = ", ".join(filter(None, (identity.name, identity.born, identity.number)))
    say(f"{statement.month}  {who} ({statement.patient})", "bold")
    if not statement.minutes_visible:
        say("The minutes could not be seen: there may be any number of them.", "bold red")
    for program in statement.programs:
        _program(program, visible=statement.minutes_visible)
    if statement.minutes_visible and not statement.programs:
        tell("in no program of ours this month, and no minutes are logged")
    for record in statement.unreadable:
        tell(f"in no sum, because nobody can read it or it was a mistake: {record}", "yellow")
    for words in statement.not_visible:
        tell(words, "yellow")
    tell(NOT_DECIDED, "dim")


def _program(program: ProgramMonth, *, visible: bool) -> None:
    name = f"{program.program}, {program.payers_name}" if program.payers_name else program.program
    say(f"{name}: {program.minutes} minutes" if visible else name, "bold")
    for what, sums in (("by", program.by_discipline), ("on", program.by_activity)):
        if sums:
            tell(f"{what} {', '.join(f'{name} {minutes}' for name, minutes in sums)}", indent=2)
    if visible:
        tell(f"of the kind that payers count: {program.counted}", indent=2)
    for left_out in program.not_counted:
        tell(f"not counted: {left_out.minutes}, {left_out.why}", "yellow", indent=2)
    for sentence in program.asks:
        tell(sentence, indent=2)
    for other in program.excluded:
        tell(f"also in {other} this month: the two exclude each other", "bold yellow", indent=2)
