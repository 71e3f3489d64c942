"""The readings at a terminal: one person's page, and the day's list."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.faces import terminal
from carefhir.faces.terminal import plain, say, tell
from carefhir.workflows.care_planning.plan_choices import ChoicesForPlan
from carefhir.workflows.case_management.authorization_request import Submission
from carefhir.workflows.looking.check_in_questions import Questions
from carefhir.workflows.looking.compare_assessments import ComparedAssessments
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.list_rows import List, PatientRow
from carefhir.workflows.looking.overview import Picture
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.looking.plan_progress import ShownProgress
from carefhir.workflows.looking.pre_fill import Prefilled
from carefhir.workflows.looking.section import EMPTY, Section
from carefhir.workflows.whole_picture.plan_sheet import PlanSheet

LATER = 3
"""So many names of what is due later are listed; the rest is counted."""


def picture(overview: Picture) -> None:
    """The whole picture of one person."""
    say(f"{overview.heading} ({overview.patient})", "bold")
    if overview.found:
        calls = (overview.identity.language, overview.identity.phone or "no phone number on record")
        tell(", ".join(filter(None, (*calls, overview.last_contact.words))))
    bare = [section for section in overview.sections if not section.rows and section.empty == EMPTY]
    for section in overview.sections:
        if section not in bare:
            _section(section)
    if bare:
        say(EMPTY.capitalize(), "bold")
        tell("; ".join(section.title for section in bare), "dim", indent=2)
    _gaps(overview.not_visible, overview.odd)


def questions(asked: Questions) -> None:
    """What to ask one person, and how to record the answers."""
    identity = asked.identity
    say(f"{asked.heading} ({asked.patient})", "bold")
    tell(", ".join((identity.phone or "no phone number on record", identity.language)))
    for section in asked.sections:
        if section.rows or section.empty != EMPTY:
            _section(section)
    tell(
        "To record the answers: carefhir questions --patient … --json prints them as a form to fill in (to_fill_in), "
        "and carefhir run record-check-in --input FILE takes it.",
        "dim",
    )
    _gaps(asked.not_visible)


def progress(shown: ShownProgress) -> None:
    """How a care plan is getting on."""
    say(f"{_who(shown.identity)} ({shown.patient})", "bold")
    tell(f"{shown.plan}, {shown.status}, in force since {shown.began} ({shown.began_by}); {shown.days} days each way")
    for sentence in shown.where:
        tell(sentence, "bold yellow")
    _sections(shown.sections)
    tell("What a person concludes from it is recorded with evaluate-plan.", "dim")
    _gaps(shown.not_visible)


def plan(sheet: PlanSheet) -> None:
    """One care plan."""
    say(f"{_who(sheet.identity)} ({sheet.patient})", "bold")
    if not sheet.reference and any(gap.startswith("CarePlan: ") for gap in sheet.not_visible):
        tell("care plans are not visible: whether there is one is not known", "bold yellow")
    elif not sheet.reference:
        tell("no care plan of ours that is not over: propose-plan drafts one")
    else:
        tell(f"{sheet.title} ({sheet.reference}, version {sheet.version}), {sheet.status}")
    if sheet.signature:
        tell(f"{sheet.signature.name} is asked to sign version {sheet.signature.version} by {sheet.signature.due}")
    for concern in sheet.concerns:
        say(concern.words, "bold")
        table = terminal.new_table()
        for goal in concern.goals:
            table.add_row(*map(plain, ("goal", goal.words, goal.answer or "not asked yet", goal.due, "")))
        for item in concern.items:
            table.add_row(*map(plain, ("item", item.words, item.needs, item.due, item.owner)))
        terminal.show(table)
    for conflict in sheet.conflicts:
        tell(f"Conflicting advice: {conflict.title} ({conflict.decision or f'{conflict.decider} decides'})", "yellow")
    for change in sheet.changed.changes if sheet.changed else ():
        tell(f"Changed: {change.what}, {change.part}: was {change.was}, is {change.now}")
    _gaps(sheet.not_visible)


def comparison(compared: ComparedAssessments) -> None:
    """Instruments answered again, beside the time before."""
    say(f"{_who(compared.identity)} ({compared.patient})", "bold")
    _sections(compared.sections)
    _gaps(compared.not_visible)


def prefilled(form: Prefilled) -> None:
    """A form with what the record has."""
    say(f"{_who(form.identity)} ({form.patient})", "bold")
    tell(form.form)
    _sections(form.sections)
    tell("With --json, to_fill_in has the response: a proposal, in which nobody has confirmed anything.", "dim")
    _gaps(form.not_visible)


def plan_choices(shown: ChoicesForPlan) -> None:
    """What a new plan could begin with."""
    say(f"{_who(shown.identity)} ({shown.patient})", "bold")
    _sections(shown.sections)
    _gaps(shown.not_visible)


def _who(identity: Identity) -> str:
    return ", ".join(filter(None, (identity.name, identity.born, identity.number)))


def _sections(sections: Iterable[Section]) -> None:
    for section in sections:
        _section(section)


def submission(request: Submission) -> None:
    """A request to a payer: what is in it, and what it lacks."""
    say(f"Request for authorization ({request.claim})", "bold")
    table = terminal.new_table()
    for entry in request.bundle["entry"]:
        resource = entry["resource"]
        table.add_row(*map(plain, (resource["resourceType"], str(resource.get("id", "")))))
    terminal.show(table)
    for sentence in request.lacks:
        tell(sentence, "yellow")
    tell("With --json the Bundle is printed, to be submitted in the payer's way: nothing is sent from here.", "dim")
    _gaps(request.not_visible)


def _section(section: Section) -> None:
    if not section.rows:
        tell(f"{section.title}: {section.empty}", "dim")
        return
    say(section.title, "bold")
    if section.note:
        tell(section.note, "dim", indent=2)
    dues = [row for row in section.rows if isinstance(row, Due)]
    later = [task for task in dues if task.group == "later"]
    table = terminal.new_table()
    for row in section.rows:
        if row not in later:
            table.add_row(*map(plain, row.cells), style="bold red" if isinstance(row, Due) and row.pressing else "")
    if table.rows:
        terminal.show(table)
    if later:
        tell(f"later: {_later(later)}", indent=2)
    if section.not_visible:
        tell(section.not_visible, "yellow", indent=2)


def _gaps(not_visible: Iterable[str], odd: Iterable[str] = ()) -> None:
    for gap in not_visible:
        tell(f"not visible: {gap}", "yellow")
    for unreadable in odd:
        tell(f"could not be read: {unreadable}", "yellow")


def worklist(todo_list: List) -> None:
    """The day's list, a paragraph for each person: what is due, whom to call, and what one call covers."""
    owner = f"{todo_list.name} ({todo_list.owner})" if todo_list.name else todo_list.owner
    people = "1 person" if len(todo_list.rows) == 1 else f"{len(todo_list.rows)} people"
    say(f"{owner}: {people}, {todo_list.to_do} to do on {todo_list.today:%A} {todo_list.today}", "bold")
    for row in todo_list.rows:
        _person(row)
    _gaps(todo_list.not_visible)


def _person(row: PatientRow) -> None:
    identity = row.identity
    who = ", ".join(filter(None, (identity.name, identity.born, identity.number, row.namesake.upper())))
    say("")
    say(f"{who} ({identity.reference})", "bold red" if row.pressing else "bold")
    for note in row.notes:
        tell(note, "bold yellow", indent=2)
    if not identity.do_not_call:
        phone = identity.phone or "no phone number on record"
        visit = f"next visit {row.next_visit}" if row.next_visit else "no visit booked"
        tell(", ".join(filter(None, (phone, identity.language, row.last_contact.words, visit))), indent=2)
    for helper in row.helpers:
        tell(f"helper: {helper}", indent=2)
    covered = row.one_call_covers if len(row.one_call_covers) > 1 else ()
    table = terminal.new_table()
    for task in (*row.now, *row.this_week):
        why = task.why_in_short if task.group == "now" and not task.titled else ""
        mark = "*" if task in covered else ""
        what = f"{task.what}: {why}" if why else task.what
        cells = (mark, task.when, f"{what} ({task.owner})" if task.owner else what, task.task)
        table.add_row(*map(plain, cells), style="bold red" if task.pressing else "")
    if table.rows:
        terminal.show(table)
    if covered:
        tell(f"* one call covers these {len(covered)}", indent=2)
    if row.later:
        tell(f"later: {_later(row.later)}", "dim", indent=2)
    if row.on_hold:
        held = ", ".join(
            f"{task.what} ({task.why_in_short})" if task.why_in_short else task.what for task in row.on_hold
        )
        tell(f"on hold: {held}", "dim", indent=2)


def _held(task: Due) -> str:
    return f"{task.what} ({task.why_in_short})" if task.why_in_short else task.what


def _later(tasks: Iterable[Due]) -> str:
    """How much is due later, and what of it comes first."""
    ordered = list(tasks)
    shown = ", ".join(f"{task.what} {task.when}" for task in ordered[:LATER])
    more = len(ordered) - LATER
    return f"{shown}, and {more} more" if more > 0 else shown
