"""`reconcile-medications` compares the medication lists from before and after a stay; a person decides each difference.

Run without decisions, it refuses, and the refusal is the worksheet: every difference with both sides in words, and
every medicine that nobody was asked about. Run with a decision for each difference, it writes the reconciled list and a
statement for each medicine. For every difference that a prescriber must decide, it writes a DetectedIssue and a Task
for the prescriber. The reconciliation counts only if a registered nurse, a pharmacist or a prescriber does it (rule
11), and somebody was asked about every medicine.

A difference of a high-alert class, medicines that are dangerous together, and an allergy go to the prescriber the same
day; a nurse can only say what they are (rules 28, 29, 38). The act's cause is the transition and the start of the talk:
another talk is another reconciliation, whose list replaces the first one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import Field

from carefhir.chart import allergies, person_states, stays
from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.stays import Stay
from carefhir.codes import DISCIPLINE
from carefhir.content import supervision
from carefhir.content.clocks import read_clock
from carefhir.engine.step import AtMoment, Case, Moment, PatientCommand, Step, TaskRef, instant
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import moments
from carefhir.mappers import allergy_intolerance, medication, medication_list, patient
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions.asked import NotAsked, asked
from carefhir.workflows.transitions.decided_before import carried, decided_before
from carefhir.workflows.transitions.discharge import stay_gap_hours, transition_clock
from carefhir.workflows.transitions.discrepancies import TakenMedicine
from carefhir.workflows.transitions.list_comparison import compare
from carefhir.workflows.transitions.medication_lists import ListSorter, MedicationLists
from carefhir.workflows.transitions.medicine_outcomes import outcomes
from carefhir.workflows.transitions.person_dangers import Person
from carefhir.workflows.transitions.reconciled_medicines import Reconciling
from carefhir.workflows.transitions.reconciliation import Reconciliation
from carefhir.workflows.transitions.reconciliation_decisions import (
    CommandPart,
    JudgedDecisions,
    ReconcileMedicationsDecision,
    TakingAnswer,
    judge,
)
from carefhir.workflows.transitions.transition import NoTransition

CONTENT = "medication-reconciliation"
"""The PlanDefinition with this step's numbers."""
CLOSED = ("cancelled", "rejected", "failed", "entered-in-error")


class ReconcileMedications(PatientCommand):
    """Reconciles the medicines after a stay: taken before, ordered now, really taken."""

    transition: TaskRef = Field(description="the transition: Task/ID of the parent Task")
    started: Moment = Field(description="when the talk about the medicines began, with its UTC offset")
    taking: tuple[TakingAnswer, ...] = Field(
        default=(),
        description="what the person really takes, a list of: medicine, taking (yes, no, differently), how, why",
    )
    not_asked: tuple[NotAsked, ...] = Field(
        default=(),
        description="medicines that nobody was asked about, a list of: medicine (or all), why; the reconciliation "
        "is then written down, but does not count",
    )
    decisions: tuple[ReconcileMedicationsDecision, ...] = Field(
        default=(),
        description="a list of: medicine, what, why (match, intended, unintended, unknown), action; leave it out to "
        "get the list of differences",
    )


NEEDS = (
    *charts.needs("patient", "tasks", "encounters", optional=False),
    # Orders are required: they are what is reconciled. Many servers have no statements.
    *charts.needs("medication_requests", optional=False),
    *charts.needs("medication_statements", "care_teams", "episodes", "issues", "appointments"),
    *charts.needs("conditions"),
    replace(allergy_intolerance.find(), optional=True),
    *charts.needs("pregnancy_statuses"),
    medication_list.find(),
)


def cause_of(command: ReconcileMedications, occasion: Occasion) -> AtMoment:
    """The transition and the start of the talk."""
    return AtMoment(command.transition, command.started)


def details(command: ReconcileMedications) -> Any:
    """What makes a repeat the same request: another time zone, or another order of decisions, does not change it."""
    parts: dict[str, tuple[CommandPart, ...]] = {"taking": command.taking, "decisions": command.decisions}
    # Only where it is given, so that requests of before this field stay the same.
    parts |= {"not_asked": command.not_asked} if command.not_asked else {}
    sentences = {name: sorted(part.model_dump_json() for part in some) for name, some in parts.items()}
    return [command.patient, command.transition, instant(command.started), sentences]


@dataclass(frozen=True, slots=True)
class ReconciliationCase(Case):
    """One talk about the medicines after a stay, with each difference and what was decided about it."""

    command: ReconcileMedications
    occasion: Occasion
    reconciliation: Reconciliation
    judged: JudgedDecisions
    told_twice: tuple[str, ...]
    """Sentences about medicines that were given twice in `taking`."""

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        return details(self.command)

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the reconciliation; while differences are undecided, gives the worksheet; or says why not."""
        chart, stay = self.reconciliation.chart, self.reconciliation.stay
        why = (
            *patient.in_the_way(chart.patient, self.command.patient),
            *_about_the_transition(self.command, self.reconciliation.parent, stay, occasion=self.occasion),
        )
        who, may_collect = about_who(self.occasion)
        if why or (who and not may_collect):
            return Refusal((*who, *why))
        asked = self.reconciliation.asked
        against = (*who, *self.told_twice, *self.judged.why, *asked.why, *self._nothing_to_hold_against())
        if against or self.judged.undecided or asked.silent:
            blanks = {} if against else self._blanks()
            return Refusal((*against, *worksheet(self.judged, self.reconciliation)), to_fill_in=blanks)
        return Reconciling(self.reconciliation, Pen(self.occasion, act, self.command.patient)).plan()

    def _blanks(self) -> dict[str, Any]:
        """The answers given, and a blank for each that is missing."""
        taking = [part.model_dump(exclude_defaults=True) for part in self.command.taking]
        taking += [{"medicine": medicine, "taking": "", "how": ""} for medicine in self.reconciliation.asked.silent]
        decisions = [part.model_dump(exclude_defaults=True) for part in self.command.decisions]
        decisions += [
            {"medicine": each.medicine, "what": each.what, "why": "", "action": ""} for each in self.judged.undecided
        ]
        return {"taking": taking, "decisions": decisions}

    def _nothing_to_hold_against(self) -> tuple[str, ...]:
        """Refuses to compare orders only with themselves: that would reconcile nothing."""
        if self.reconciliation.lists.discharge_on_record or self.reconciliation.taken:
            return ()
        return (
            "no discharge list is on record and nobody has said what is taken: get the list, or ask and fill in taking",
        )


def open_cases(records: Records, command: ReconcileMedications, occasion: Occasion) -> tuple[Case]:
    """Opens the case of one talk: compares the lists and judges the decisions."""
    chart = charts.read(records, occasion)
    parent = chart.task(command.transition)
    stay = stay_followed(chart, parent, occasion)
    if parent is None or stay is None:
        who, _ = about_who(occasion)
        why = (
            *patient.in_the_way(chart.patient, command.patient),
            *_about_the_transition(command, parent, stay, occasion=occasion),
        )
        return (NoTransition(cause_of(command, occasion), details(command), (*who, *why)),)
    content = occasion.content
    clock = read_clock(content, CONTENT, occasion.today)
    lists = ListSorter(stay, clock, occasion.zone, now=occasion.now).sort(chart.medicines)
    taken, told_twice = taken_of(command.taking, lists, occasion)
    before = decided_before(chart, stay, occasion)
    named = {(each.what, medication.named(content, each.medicine).key) for each in command.decisions}
    compared = compare(content, lists, taken, person_of(records, chart, occasion))
    comparison = carried(compared, before, taken, named)
    prescriber = supervision.may(content, "change-medicine", occasion.actor.discipline)
    judged = judge(content, comparison.discrepancies, command.decisions, prescriber=prescriber)
    reconciliation = Reconciliation(
        chart=chart,
        lists_on_record=tuple(medication_list.read(record) for record in records["medication_lists"]),
        started=command.started,
        day=occasion.local_date(command.started),
        parent=parent,
        stay=stay,
        clock=clock,
        deadline=deadline_of(parent, stay, occasion),
        lists=lists,
        taken=taken,
        comparison=comparison,
        verdicts=judged.verdicts,
        outcomes=tuple(outcomes(lists, taken, judged.verdicts, {key: each.status for key, each in before.items()})),
        asked=asked(content, comparison.silent, command.not_asked),
    )
    return (ReconciliationCase(command, occasion, reconciliation, judged=judged, told_twice=told_twice),)


def person_of(records: Records, chart: Chart, occasion: Occasion) -> Person:
    """What makes medicines dangerous for this person."""
    views = [allergy_intolerance.read(record) for record in records["allergies"]]
    visible = records.visible("allergies")
    return Person(
        allergens=tuple(allergies.read(occasion.content, view) for view in views),
        allergies_read=visible,
        allergies_hidden=not visible,
        diagnoses=tuple(allergies.of_conditions(occasion.content, chart.conditions)),
        pregnant=person_states.pregnant(chart, occasion),
    )


def worksheet(judged: JudgedDecisions, reconciliation: Reconciliation) -> tuple[str, ...]:
    """Lists every undecided difference with both sides, what nobody was asked, and what else to know beforehand."""
    comparison, count = reconciliation.comparison, len(judged.undecided)
    title = f"{count} difference{'' if count == 1 else 's'} to decide (decisions: medicine, what, why, action)"
    none = "every difference is decided" if judged.verdicts else "no differences on record"
    lines = [f"{_head(each.medicine, each.what)}{each.words}" for each in judged.undecided]
    matched = ", ".join(comparison.matched)
    same = [f"the same on both lists, nothing to decide: {matched}"] if matched else []
    asks = reconciliation.asked.to_ask
    return (title if count else none, *lines, *same, *asks, *comparison.says, *comparison.warnings)


def _head(medicine: str, what: str) -> str:
    return f"{medicine} ({what}): "


def sides_of(lines: Iterable[str], medicine: str, what: str) -> str:
    """Both sides of one difference, out of the lines of a worksheet; "" where it is none of them."""
    head = _head(medicine, what)
    return next((line.removeprefix(head) for line in lines if line.startswith(head)), "")


def about_who(occasion: Occasion) -> tuple[tuple[str, ...], bool]:
    """Why this person cannot close a reconciliation, and whether they may collect the information for it."""
    content, discipline = occasion.content, occasion.actor.discipline
    if not supervision.refusals(content, "reconcile-list", discipline):
        return (), False
    names = content.concepts(DISCIPLINE)
    able = [names[code].display for code in names if supervision.may(content, "reconcile-list", code)]
    who = f"a {names[discipline].display}" if discipline in names else "somebody whose discipline is not on record"
    collects = supervision.degree(content, "reconcile-list", discipline) == "collect"
    also = "; they may ask what is taken, and hand over the list below" if collects else ""
    why = f"{who} cannot close a reconciliation; it counts when done by: {', '.join(able)}{also}"
    return (why,), collects


def _about_the_transition(
    command: ReconcileMedications, parent: TaskView | None, stay: Stay | None, *, occasion: Occasion
) -> tuple[str, ...]:
    """Why the transition that was named cannot be reconciled, or not at that moment."""
    if parent is None:
        return (
            f"{command.transition} is not on this server, not visible to us, or does not belong to {command.patient}",
        )
    if "transition" not in parent.codes:
        return (f"{command.transition} is not a transition: give the parent Task that open-transition wrote",)
    why = []
    if parent.status == "on-hold":
        why.append(
            f"{command.transition} is on hold because the person is back in a facility: reconcile after that stay"
        )
    if parent.status in CLOSED:
        why.append(f"{command.transition} is {parent.status}: nothing more can be reconciled for it")
    if stay is None:
        return (*why, f"the stay that {command.transition} follows cannot be found: check the Encounter in its focus")
    if command.started > occasion.now:
        why.append("started is in the future: give the time the talk began")
    elif occasion.local_date(command.started) < stay.end_day:
        why.append(f"started is before the discharge on {stay.end_day}: medicines are reconciled after the discharge")
    return tuple(why)


def stay_followed(chart: Chart, parent: TaskView | None, occasion: Occasion) -> Stay | None:
    """The whole stay that the transition follows."""
    named = next((one for one in chart.encounters if parent and one.reference == parent.focus), None)
    if named is None:
        return None
    gap = stay_gap_hours(occasion.content, named.end_day or occasion.today)
    stay = stays.stay_of(occasion.content, named, chart.encounters, gap)
    return stay if stay and any(encounter.end for encounter in stay.encounters) else None


def deadline_of(parent: TaskView, stay: Stay, occasion: Occasion) -> date:
    """The last day on which it counts, as the parent Task says; or else by the clock."""
    for code, text in parent.clock_days:
        span = moments(text) if code == "reconciliation-by" else None
        if span is not None:
            return span[0].date()
    clock = transition_clock(occasion.content, stay.end_day)
    return clock.dates(stay.end_day, occasion.calendar)["reconciliation-by"]


def taken_of(
    told: Iterable[TakingAnswer], lists: MedicationLists, occasion: Occasion
) -> tuple[tuple[TakenMedicine, ...], tuple[str, ...]]:
    """What is taken: as told, or else as stated on record since the discharge; and what was given twice."""
    answers: dict[str, TakenMedicine] = {}
    why = []
    for number, answer in enumerate(told, 1):
        named = medication.named(occasion.content, answer.medicine)
        if named.key in answers:
            # What was typed is not repeated: a word in the wrong field may be a name.
            name = named.key if named.in_code_system else f"number {number}"
            why.append(f"{name} is given twice in taking: give it once")
        answers[named.key] = TakenMedicine(named=named, taking=answer.taking, how=answer.how, why=answer.why)
    for view in lists.stated:
        named = replace(medication.named(occasion.content, view.key), name=view.name)
        taking = "yes" if view.status == "active" else "no"
        how = view.dose if taking == "yes" else ""
        stated = TakenMedicine(named=named, taking=taking, how=how, why=view.why_not, record=view.record)
        answers.setdefault(view.key, stated)
    return tuple(answers.values()), tuple(why)


RECONCILE_MEDICATIONS = Step(
    name="reconcile-medications",
    title="Reconcile the medicines after a stay",
    command=ReconcileMedications,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("MedicationStatement", "List", "DetectedIssue", "Task"),
    amends=("MedicationStatement", "List", "DetectedIssue", "Task"),
    supervised="reconcile-list",
)
