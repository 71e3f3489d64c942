"""`plan-summary` (read only): one page for the supervising provider before they sign.

Who it is, why they are in the program, what changed since the version that was signed or asked for, what is to be
decided, what is urgent, how far the goals are, what is taken and what is open about it. It is made to be printed, so
nothing restricted is on it (rule 4): that something stays out is said to whoever makes it, and never on the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.shareable import Shareable, shareable
from carefhir.engine.step import CarePlanRef, PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, first_text, moment
from carefhir.mappers import communication, labels, medication_list, patient
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.linked_plan import LinkedPlan
from carefhir.workflows.looking import background, due, medicine_list, overview, person
from carefhir.workflows.looking.days import day_of
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.goal_trends import goal_trends
from carefhir.workflows.looking.last_check_in import LastCheckIn, last_check_in
from carefhir.workflows.looking.medicine_list import ListedMedicine
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.whole_picture import picture, plan_sheet
from carefhir.workflows.whole_picture.plan_changes import ChangedPlan, changed_plan, versions_before
from carefhir.workflows.whole_picture.plan_sheet import AskedSignature, PlanConflict, SheetOfPlan

NEEDS = (
    *picture.NEEDS,
    *(need for need in plan_sheet.NEEDS if need.name in ("device_requests", "communication_requests")),
)

UNSEEN = {
    "conditions": "conditions",
    "care_plans": "care plans",
    "goals": "goals",
    "tasks": "Tasks",
    "issues": "conflicting advice",
    "readings": "vitals and labs",
    "medication_requests": "orders of medicines",
    "medication_statements": "what is stated to be taken",
    "observations": "check-ins",
}
"""What the summary rests on, in words."""


class SummarizePlan(PatientCommand):
    """Sums one plan up for whoever signs it."""

    plan: CarePlanRef = Field(
        default="", description="the plan: CarePlan/ID; if left out, one that waits for a signature, else the newest"
    )


@dataclass(frozen=True, slots=True)
class GoalSoFar:
    """One goal, and how far it is."""

    words: str
    answer: str
    """What the patient said of it."""
    newest: str
    """The newest reading with its day and target; "" where nothing of it is measured."""
    off_target: bool


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """The signature that the plan has, and what was changed in it since."""

    day: str
    by: str
    """Who signed it, by name."""
    changes: tuple[str, ...]
    """What was changed since, each as the plan keeps it."""
    withheld: bool
    """Whether something was changed that this paper does not say."""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """What a provider reads before signing. Never read `not_visible` as "none"."""

    identity: Identity
    on_record: bool
    """Whether the person is on this server and visible."""
    why_not: str = ""
    """Why there is no summary; "" where there is one."""
    title: str = ""
    status: str = ""
    version: str = ""
    signature: AskedSignature | None = None
    provider: str = ""
    programs: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    take_note: tuple[str, ...] = ()
    check_in: LastCheckIn | None = None
    last_contact: str = ""
    changed: ChangedPlan | None = None
    signed: SignedVersion | None = None
    revisions: tuple[str, ...] = ()
    """Changes that wait for a signature, in words."""
    conflicts: tuple[PlanConflict, ...] = ()
    urgent: tuple[Due, ...] = ()
    """What is due now, the most urgent first."""
    goals: tuple[GoalSoFar, ...] = ()
    to_sign: tuple[str, ...] = ()
    """The items that need the provider's signature, or are orders to be placed."""
    medicines: tuple[ListedMedicine, ...] = ()
    reconciled: str = ""
    allergies: tuple[str, ...] = ()
    withheld: bool = False
    """For whoever makes it: whether something restricted stayed out."""
    unseen: tuple[str, ...] = ()
    """What it rests on and could not be seen, in words."""
    unseen_parts: frozenset[str] = frozenset()
    """The same, by the names of the needs."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""


def earlier(records: Records, command: SummarizePlan, occasion: Occasion) -> tuple[str, ...]:
    """The earlier versions that what has changed is told from."""
    chosen, _ = plan_sheet.plan_of(charts.read(records, occasion), command.plan)
    return versions_before(chosen) if chosen else ()


def read(records: Records, command: SummarizePlan, occasion: Occasion) -> PlanSummary:
    """The summary of one plan."""
    chart = charts.read(records, occasion)
    empty = PlanSummary(
        identity=person.identity(chart, command.patient, occasion.today),
        on_record=chart.person is not None,
        unseen=tuple(words for name, words in UNSEEN.items() if not records.visible(name)),
        unseen_parts=frozenset(gap.need for gap in records.gaps),
        not_visible=records.not_visible,
    )
    if against := patient.standing(chart.person):
        return replace(empty, why_not=against)
    if "conditions" in chart.unseen:
        why = "the conditions on record could not be seen, so nobody knows what must stay off a paper"
        return replace(empty, why_not=why)
    open_part = shareable(chart, occasion.content)
    chosen, _ = plan_sheet.plan_of(open_part.chart, command.plan)
    if chosen is None:
        return replace(empty, why_not=_no_plan(chart, command))
    return _SummedUp(records, chart, open_part, chosen, occasion).onto(empty, command.patient)


def _no_plan(chart: Chart, command: SummarizePlan) -> str:
    """Why there is none: a plan that is restricted itself is on no paper."""
    if plan_sheet.plan_of(chart, command.plan)[0]:
        return "this plan is restricted: read it in the chart"
    if "care_plans" in chart.unseen:
        return "care plans could not be seen: there may be one"
    return "no plan of ours is under way; propose one first"


@dataclass(frozen=True, slots=True)
class _SummedUp:
    """One plan, being summed up from what may stand on a paper."""

    records: Records
    chart: Chart
    open_part: Shareable
    plan: LinkedPlan
    occasion: Occasion

    @property
    def shown(self) -> Chart:
        return self.open_part.chart

    @property
    def withheld(self) -> frozenset[str]:
        return frozenset(record.reference for record in self.open_part.withheld)

    def onto(self, summary: PlanSummary, whose: str) -> PlanSummary:
        """Everything that is said of it."""
        records, shown, occasion = self.records, self.shown, self.occasion
        names = {
            **overview.names_of(records, occasion.today),
            **plan_sheet.names_around(records, shown, occasion),
        }
        sheet = SheetOfPlan(self.plan, occasion.content, names, whose)
        talks = [communication.read(record, occasion.zone) for record in records["communications"]]
        people = background.people(shown, dict(names), occasion)
        lists = [record for record in records["medication_lists"] if not labels.restricted(record)]
        return replace(
            summary,
            title=self.plan.view.title,
            status=self.plan.status,
            version=self.plan.record.version,
            signature=sheet.signature(),
            provider=names.get(shown.team.supervising_provider, ""),
            programs=tuple(f"{row.what}: {row.detail}" for row in people if row.what not in ("team", "cover")),
            tier=tuple(f"{row.what}: {row.detail} ({row.day})" for row in self._risks()),
            concerns=tuple(
                f"{row.what}{f' ({row.detail})' if row.detail else ''}"
                for row in background.concerns(shown, occasion.content, restricted=False)
            ),
            take_note=tuple(self._take_note()),
            check_in=next(iter(self._check_ins()), None),
            last_contact=person.last_contact(talks, occasion).words,
            changed=changed_plan(self.plan, records.histories, names, without=self.withheld),
            signed=self._signed(names),
            revisions=tuple(revision.words for revision in sheet.revisions()),
            conflicts=tuple(sheet.conflict(issue) for issue in self.plan.issues if issue.open),
            urgent=tuple(self._urgent(names)),
            goals=tuple(self._goals(sheet)),
            to_sign=tuple(
                item.words
                for concern in sheet.concerns()
                for item in concern.items
                if item.kind in ("plan", "order") and not item.over and not item.in_effect
            ),
            medicines=medicine_list.medicine_list(shown, occasion),
            reconciled=medicine_list.reconciled_in_words(lists, occasion)
            if records.visible(medication_list.find().name)
            else "whether they were reconciled could not be seen",
            allergies=self._allergies(),
            withheld=bool(self.withheld) or self._flagged(),
        )

    def _risks(self) -> tuple[background.ChartEntry, ...]:
        risks = tuple(record for record in self.shown.risks if not labels.restricted(record))
        return background.risks(replace(self.shown, risks=risks), self.occasion)

    def _check_ins(self) -> tuple[LastCheckIn, ...]:
        observations = [record for record in self.records["observations"] if not labels.restricted(record)]
        return last_check_in(observations, self.records["responses"], self.occasion)

    def _take_note(self) -> Iterator[str]:
        yield from person.whereabouts_of(self.shown, self.occasion)
        for flag in self.shown.flags:
            if flag.in_force(self.occasion.today) and not labels.restricted(flag.record) and flag.words:
                yield flag.words

    def _flagged(self) -> bool:
        return any(flag.active and labels.restricted(flag.record) for flag in self.shown.flags)

    def _allergies(self) -> tuple[str, ...]:
        if not self.records.visible("allergies"):
            return ("allergies could not be seen",)
        open_ones = [record for record in self.records["allergies"] if not labels.restricted(record)]
        return tuple(f"{row.what} ({row.detail})" for row in background.allergies(open_ones))

    def _urgent(self, names: dict[str, str]) -> Iterator[Due]:
        """What is due now: reds, reviews and whatever is late. The signature itself is what the paper is for."""
        tasks = [task for task in self.shown.tasks if task.to_do and not self._is_request(task)]
        dues = (due.due_of(task, self.occasion, names.get(task.owner, task.owner_words)) for task in tasks)
        yield from due.all_due(each for each in dues if each.group == "now")

    def _is_request(self, task: TaskView) -> bool:
        asked = self.plan.open_request
        return asked is not None and task.record.reference == asked.record.reference

    def _goals(self, sheet: SheetOfPlan) -> Iterator[GoalSoFar]:
        readings = tuple(each for each in self.shown.readings if not labels.restricted(each.record))
        measured = replace(self.shown, readings=readings)
        trends = {trend.goal: trend for trend in goal_trends(measured, self.occasion)}
        goals = [goal for concern in sheet.concerns() for goal in concern.goals]
        for goal in sorted(
            goals, key=lambda goal: not (goal.reference in trends and trends[goal.reference].off_target)
        ):
            if goal.status not in ("rejected", "cancelled", "entered-in-error"):
                trend = trends.get(goal.reference)
                yield GoalSoFar(
                    goal.words,
                    goal.answer or "not asked yet",
                    trend.sentence if trend else "",
                    off_target=bool(trend and trend.off_target),
                )

    def _signed(self, names: dict[str, str]) -> SignedVersion | None:
        """The newest signature, and the notes of revisions that the plan keeps since."""
        task = self.plan.newest_request("completed")
        if task is None:
            return None
        at = moment(task.changed, self.occasion.zone)
        later = [
            str(note.get("text", ""))
            for note in dig(self.plan.record.json, "note")
            if isinstance(note, dict)
            and at is not None
            and (written := moment(first_text(note, "time"), self.occasion.zone)) is not None
            and written > at
        ]
        # A note names goals and items in words: where some of them must stay out, no note can be printed.
        hidden = bool(later) and any(_part_of_plan(record) for record in self.open_part.withheld)
        return SignedVersion(
            day=day_of(task.changed, self.occasion),
            by=names.get(task.owner, task.owner_words),
            changes=() if hidden else tuple(later),
            withheld=hidden,
        )


def _part_of_plan(record: Record) -> bool:
    return record.type in ("Goal", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Task", "Appointment")


PLAN_SUMMARY = Reading(
    "plan-summary", "The plan in one page, for whoever signs it", SummarizePlan, NEEDS, read, earlier
)
