"""`reconcile-medications`: the lists around a stay side by side, every difference decided or passed on, once.

Run without decisions it refuses, and the refusal is the worksheet: each difference with both sides in words. With a
decision for each it writes the reconciled list, a statement per medicine, and for what stays open a DetectedIssue with
a Task for the prescriber. It counts by a registered nurse, a pharmacist or a prescriber (rule 11). The act's cause is
the transition and the moment the talk began: another talk is another reconciliation, which replaces the first one's
list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import stays
from carefhir.chart.chart import Chart
from carefhir.chart.stays import Stay
from carefhir.codes import CLOCK_DATE, DISCIPLINE
from carefhir.content import supervision
from carefhir.content.clocks import read_clock
from carefhir.engine.adapter import FromCommand, adapted
from carefhir.engine.step import Moment, PatientCommand, TaskRef, instant
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, first_text, has_code, moments
from carefhir.mappers import medication, medication_list, patient
from carefhir.mappers.medication import MedicineView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.discharge import CLOCK
from carefhir.workflows.transitions.discrepancies import Found, Taken, compare
from carefhir.workflows.transitions.medication_lists import Around, Lists
from carefhir.workflows.transitions.own_marks import is_marked
from carefhir.workflows.transitions.reconciled_medicines import CONTENT, Reconciliation
from carefhir.workflows.transitions.reconciliation_decisions import Decision, Judged, Told, judge

CLOSED = ("cancelled", "rejected", "failed", "entered-in-error")


class ReconcileMedications(PatientCommand):
    """Reconciles the medicines after a stay: what was, what is ordered, what is taken."""

    transition: TaskRef = Field(description="the transition: the Task that open-transition wrote")
    started: Moment = Field(description="when the talk about the medicines began, with its offset")
    taking: tuple[Told, ...] = Field(
        default=(), description="what is really taken, a list of: medicine, taking (yes, no, differently), how, why"
    )
    decisions: tuple[Decision, ...] = Field(
        default=(),
        description="a list of: medicine, what, why (match, intended, unintended, unknown), action; without any, the "
        "refusal lists the differences there are",
    )


@dataclass(frozen=True, slots=True)
class Context:
    """What a reconciliation is decided from."""

    chart: Chart
    lists: tuple[Record, ...]
    """Lists of medicines on record."""


NEEDS = (
    *charts.needs("patient", "tasks", "encounters", optional=False),
    # Orders are what is reconciled; statements many servers do not have.
    *charts.needs("medication_requests", optional=False),
    *charts.needs("medication_statements", "care_teams", "episodes", "issues", "appointments"),
    medication_list.find(),
)


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    return Context(charts.read(records, occasion), records["medication_lists"])


def cause(command: ReconcileMedications, occasion: Occasion) -> tuple[str, ...]:
    """The transition, and when the talk began."""
    return (command.transition, instant(command.started))


def particulars(context: Context, command: ReconcileMedications, occasion: Occasion) -> object:
    """The same moment in another zone is the same; so are decisions in another order."""
    parts = {"taking": command.taking, "decisions": command.decisions}
    said = {name: sorted(one.model_dump_json() for one in some) for name, some in parts.items()}
    return [command.patient, command.transition, instant(command.started), said]


def decide(context: Context, command: ReconcileMedications, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The reconciled list and what follows from it; the worksheet while differences are undecided; or why not."""
    content, chart = occasion.content, context.chart
    why = list(patient.in_the_way(chart.patient, command.patient))
    parent = chart.task(command.transition)
    stay = _stay(chart, parent, occasion)
    why += _about_the_transition(command, parent, stay, occasion)
    who, may_collect = _about_who(occasion)
    if why or parent is None or stay is None or (who and not may_collect):
        return Refusal((*who, *why))
    clock = read_clock(content, CONTENT, occasion.today)
    lists = Around(stay, clock, occasion.zone, occasion.now).sort(_as_it_was(one, act) for one in chart.medicines)
    taken, twice = _taken(command, lists, occasion)
    found = compare(content, lists, taken)
    prescriber = supervision.may(content, "change-medicine", occasion.actor.discipline)
    judged = judge(content, found.discrepancies, command.decisions, prescriber)
    nothing = _nothing_to_hold_against(lists, taken)
    against = (*who, *twice, *judged.why, *nothing)
    if against or judged.undecided:
        return Refusal((*against, *worksheet(judged, found)))
    desk = Reconciliation(
        chart, context.lists, command.patient, command.started, parent, stay, clock, lists, taken, found,
        judged.verdicts, occasion, act, _deadline(parent, stay, occasion),
    )  # fmt: skip
    return desk.plan()


def worksheet(judged: Judged, found: Found) -> tuple[str, ...]:
    """Each difference that nobody has decided yet, with both sides, and what else to know when asking."""
    count = len(judged.undecided)
    title = f"{count} difference{'' if count == 1 else 's'} to decide (decisions: medicine, what, why, action)"
    title = title if count else "nothing differs in what is on record"
    lines = [f"{one.medicine} ({one.what}): {one.words}" for one in judged.undecided]
    same = [f"the same on both lists, nothing to decide: {', '.join(found.matched)}"] if found.matched else []
    return (title, *lines, *same, *found.says, *found.warnings)


def _nothing_to_hold_against(lists: Lists, taken: tuple[Taken, ...]) -> tuple[str, ...]:
    """Orders that are only compared with themselves are not reconciled."""
    if lists.discharge_on_record or taken:
        return ()
    return ("no discharge list is on record and nobody has said what is taken: get the list, or ask and give taking",)


def _about_who(occasion: Occasion) -> tuple[tuple[str, ...], bool]:
    """Why this person cannot close a reconciliation, and whether they may at least collect what it takes."""
    content, discipline = occasion.content, occasion.actor.discipline
    if not supervision.refusals(content, "reconcile-list", discipline):
        return (), False
    names = content.concepts(DISCIPLINE)
    able = [names[one].display for one in names if supervision.may(content, "reconcile-list", one)]
    who = f"a {names[discipline].display}" if discipline in names else "somebody whose discipline is not on record"
    collects = supervision.degree(content, "reconcile-list", discipline) == "collect"
    also = "; they may collect what is taken, and hand over what follows" if collects else ""
    why = f"{who} cannot close a reconciliation: it counts when one of these did it: {', '.join(able)}{also}"
    return (why,), collects


def _about_the_transition(
    command: ReconcileMedications, parent: TaskView | None, stay: Stay | None, occasion: Occasion
) -> list[str]:
    if parent is None:
        return [f"{command.transition} is not on this server, not visible to us, or not {command.patient}'s"]
    if "transition" not in parent.codes:
        return [f"{command.transition} is no transition: name the Task that open-transition wrote"]
    why = []
    if parent.status == "on-hold":
        why.append(f"{command.transition} is on hold: the person is back in hospital; reconcile after that stay")
    if parent.status in CLOSED:
        why.append(f"{command.transition} is {parent.status}: there is nothing to reconcile for it")
    if stay is None:
        return [*why, f"the stay that {command.transition} points to cannot be found: have its focus checked"]
    if command.started > occasion.now:
        why.append("started lies in the future: give the moment the talk began")
    elif occasion.local_date(command.started) < stay.end_day:
        why.append(f"started lies before the discharge of {stay.end_day}: medicines are reconciled after it")
    return why


def _stay(chart: Chart, parent: TaskView | None, occasion: Occasion) -> Stay | None:
    """The stay that the transition follows, whole."""
    named = next((one for one in chart.encounters if parent and one.reference == parent.focus), None)
    if named is None:
        return None
    clock = read_clock(occasion.content, CLOCK, named.end_day or occasion.today)
    stay = stays.stay_of(occasion.content, named, chart.encounters, clock.number("stay-gap-hours"))
    return stay if stay and any(one.end for one in stay.encounters) else None


def _deadline(parent: TaskView, stay: Stay, occasion: Occasion) -> date:
    """The last day it counts, as the transition says; by the clock where it does not."""
    for one in dig(parent.record.json, "input"):
        span = moments(first_text(one, "valueDate")) if has_code(one, "type", CLOCK_DATE, "reconciliation-by") else None
        if span is not None:
            return span[0].date()
    clock = read_clock(occasion.content, CLOCK, stay.end_day)
    return clock.dates(stay.end_day, occasion.calendar)["reconciliation-by"]


def _as_it_was(view: MedicineView, act: Act) -> MedicineView:
    """A statement of ours that this very act has replaced in an earlier, interrupted run still counts as it stood."""
    replaced = is_marked(act, "superseded", view.record)
    return replace(view, status="active") if replaced else view


def _taken(
    command: ReconcileMedications, lists: Lists, occasion: Occasion
) -> tuple[tuple[Taken, ...], tuple[str, ...]]:
    """What is taken: as told, else as stated on record since the discharge; and what was told twice."""
    found: dict[str, Taken] = {}
    why = []
    for number, one in enumerate(command.taking, 1):
        named = medication.named(occasion.content, one.medicine)
        if named.key in found:
            # What was typed is not said back: a word in the wrong place may be anything.
            name = named.key if named.known else f"number {number}"
            why.append(f"{name} is told twice in taking: say it once")
        found[named.key] = Taken(named, one.taking, one.how, one.why)
    for view in lists.stated:
        named = replace(medication.named(occasion.content, view.key), name=view.name)
        reason = first_text(view.record.json, "statusReason.text") or ""
        taking = "yes" if view.status in ("active", "unknown", "") else "no"
        how = view.dose if taking == "yes" else ""
        found.setdefault(view.key, Taken(named, taking, how, reason, view.record))
    return tuple(found.values()), tuple(why)


RECONCILE_MEDICATIONS = adapted(
    name="reconcile-medications",
    title="Reconcile the medicines after a stay",
    command=ReconcileMedications,
    needs=NEEDS,
    cause=FromCommand(cause),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("MedicationStatement", "List", "DetectedIssue", "Task"),
    amends=("MedicationStatement", "List", "DetectedIssue", "Task"),
    particulars=particulars,
    supervised="reconcile-list",
)
