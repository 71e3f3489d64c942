"""`show-plan` (read only): one care plan as people talk it over, sign it, and read it.

Grouped by concern: each goal with what serves it, who does that, by when, and what it still needs before it takes
effect (rule 12). Conflicting advice stands side by side with who decides it; nothing is decided here. What has changed
since it was returned comes with it, and the copy for the patient, without anything restricted (rule 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import CONTRADICTION
from carefhir.content.loading import Content
from carefhir.engine.step import CarePlanRef, PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.search import Follow
from carefhir.mappers import patient, pinned
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.goal import GoalView
from carefhir.mappers.request import ItemView
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.agreed_items import OUTSIDE
from carefhir.workflows.care_planning.chart_for_plan import by_time, ours
from carefhir.workflows.care_planning.conflicting_advice import code_of, deciders, title_of
from carefhir.workflows.care_planning.linked_plan import UNANSWERED, LinkedPlan, linked_plan
from carefhir.workflows.looking import person
from carefhir.workflows.looking.due import name_of
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.whole_picture.patient_copy import PatientCopy, patient_copy
from carefhir.workflows.whole_picture.plan_changes import ChangedPlan, changed_plan, versions_before


class ShowPlan(PatientCommand):
    """Shows one care plan."""

    plan: CarePlanRef = Field(
        default="", description="the plan: CarePlan/ID; if left out, one that waits for a signature, else the newest"
    )


PEOPLE = {
    "care_teams": Follow("participant.member", "Practitioner"),
    "tasks": Follow("owner", "Practitioner"),
}
"""By the name of a need: where its records name people, so that they can be called by name."""

NEEDS = tuple(
    replace(need, follow=(*need.follow, PEOPLE[need.name])) if need.name in PEOPLE else need
    for need in charts.with_organizations(
        (
            *charts.needs("patient", "care_plans", "goals", "tasks", "issues", "conditions", "care_teams", "episodes"),
            *charts.needs("service_requests", "device_requests", "communication_requests", "appointments"),
            *charts.needs("medication_requests", "medication_statements", "flags", "encounters"),
        )
    )
)

PARTS = ("care_plans", "goals", "tasks", "issues", "conditions", "service_requests", "device_requests")
"""What a plan is made of: where one could not be seen, nobody can say that the plan is whole."""


@dataclass(frozen=True, slots=True)
class PlanGoal:
    """One goal of a plan."""

    reference: str
    """`Goal/ID`."""
    words: str
    status: str
    """Its status, as FHIR has it."""
    answer: str
    """What the patient said, in words; "" where they have not been asked."""
    answerable: bool
    """Whether the patient can be asked about it now."""
    own: bool
    """Whether the patient has named it themselves."""
    due: str
    notes: tuple[str, ...]
    """In the patient's words, and what gets in the way."""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One thing to be done."""

    reference: str
    """`Type/ID`."""
    words: str
    kind: str
    """now, plan or order."""
    needs: str
    """What it needs before it takes effect, or that it has, in words."""
    reasons: tuple[str, ...]
    """What it is for, in words."""
    owner: str
    """Who does it, by name."""
    due: str
    over: bool
    in_effect: bool
    referral: bool
    """Whether somebody outside provides it, so that it needs the patient's own yes."""
    answerable: bool
    """Whether the patient can be asked about it now."""


@dataclass(frozen=True, slots=True)
class PlanConcern:
    """What a part of the plan is for."""

    words: str
    goals: tuple[PlanGoal, ...]
    items: tuple[PlanItem, ...]


@dataclass(frozen=True, slots=True)
class PlanConflict:
    """Two pieces of advice that conflict."""

    reference: str
    """`DetectedIssue/ID`."""
    title: str
    words: str
    sides: tuple[str, ...]
    """What may be chosen, in words; () where content has no words for the sides."""
    touches: tuple[str, ...]
    """What of the plan and of the medicines it is about, by name."""
    decider: str
    """Who decides, in words."""
    with_signature: bool
    """Whether it has to be decided with the signature."""
    open: bool
    decision: str
    """What was decided; "" while it is open."""


@dataclass(frozen=True, slots=True)
class AskedSignature:
    """A request for a signature that is open."""

    task: str
    """`Task/ID`."""
    version: str
    """The version of the plan that it names."""
    owner: str
    """Who is asked, as a reference."""
    name: str
    """Who is asked, by name."""
    by: str
    """Who asks, by name."""
    due: str
    overtaken: bool
    """Whether something of it has changed since, so that it must be asked for again."""


@dataclass(frozen=True, slots=True)
class AskedRevision:
    """A change of a signed plan that waits for a signature."""

    task: str
    """`Task/ID`."""
    words: str
    due: str


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """One plan. Never read `not_visible` as "none"."""

    patient: str
    """`Patient/ID`."""
    identity: Identity
    on_record: bool
    """Whether the person is on this server and visible."""
    reference: str = ""
    """`CarePlan/ID`; "" where there is no plan."""
    title: str = ""
    status: str = ""
    """Its status, as FHIR has it."""
    version: str = ""
    since: str = ""
    concerns: tuple[PlanConcern, ...] = ()
    order: tuple[str, ...] = ()
    """The items, as references, in the order of the plan: what starts first comes first."""
    conflicts: tuple[PlanConflict, ...] = ()
    provider: str = ""
    """The supervising provider, by name; "" where nobody is."""
    signature: AskedSignature | None = None
    changed: ChangedPlan | None = None
    revisions: tuple[AskedRevision, ...] = ()
    """The changes of it that wait for a signature."""
    others: tuple[tuple[str, str], ...] = ()
    """The other plans that are not over: reference, and title with status."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What each record and each person of it is called."""
    copy: PatientCopy | None = None
    """What the patient reads."""
    incomplete: tuple[str, ...] = ()
    """What the plan rests on and could not be seen, by name."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""

    @property
    def goals(self) -> tuple[PlanGoal, ...]:
        """All goals, concern by concern."""
        return tuple(goal for concern in self.concerns for goal in concern.goals)

    @property
    def items(self) -> tuple[PlanItem, ...]:
        """All items, concern by concern."""
        return tuple(item for concern in self.concerns for item in concern.items)

    @property
    def items_in_order(self) -> tuple[PlanItem, ...]:
        """All items, in the order of the plan."""
        return tuple(sorted(self.items, key=lambda item: self.order.index(item.reference)))

    @property
    def unanswered(self) -> tuple[PlanGoal, ...]:
        """The goals that the patient has not been asked about, or has put off."""
        return tuple(goal for goal in self.goals if goal.status in UNANSWERED)


def plan_of(chart: Chart, reference: str) -> tuple[LinkedPlan | None, list[CarePlanView]]:
    """The plan that is shown, and the others that are not over, the newest first."""
    mine = [plan for plan in chart.care_plans if ours(plan.record) and not plan.over]
    mine.sort(key=lambda plan: by_time(plan.created, plan.record), reverse=True)
    linked = [each for plan in mine if (each := linked_plan(chart, plan.reference))]
    named = linked_plan(chart, reference) if reference else None
    waiting = next((each for each in linked if each.open_request), None)
    chosen = named or (None if reference else waiting or next(iter(linked), None))
    return chosen, [plan for plan in mine if chosen is None or plan.reference != chosen.reference]


def earlier(records: Records, command: ShowPlan, occasion: Occasion) -> tuple[str, ...]:
    """The earlier versions that what has changed is told from."""
    chosen, _ = plan_of(charts.read(records, occasion), command.plan)
    return versions_before(chosen) if chosen else ()


def read(records: Records, command: ShowPlan, occasion: Occasion) -> PlanSheet:
    """The plan."""
    chart = charts.read(records, occasion)
    chosen, others = plan_of(chart, command.plan)
    incomplete = tuple(need.replace("_", " ") for need in PARTS if not records.visible(need))
    sheet = PlanSheet(
        patient=command.patient,
        identity=person.identity(chart, command.patient, occasion.today),
        on_record=chart.person is not None,
        others=tuple((plan.reference, f"{plan.title}, {plan.status}") for plan in others),
        incomplete=incomplete,
        not_visible=records.not_visible,
    )
    if chosen is None:
        return sheet
    names = names_around(records, chart, occasion)
    page = SheetOfPlan(chosen, occasion.content, names, command.patient)
    return replace(
        sheet,
        reference=chosen.reference,
        title=chosen.view.title,
        status=chosen.status,
        version=chosen.record.version,
        since=chosen.view.since,
        concerns=page.concerns(),
        order=tuple(item.reference for item in chosen.items),
        conflicts=tuple(map(page.conflict, chosen.issues)),
        provider=names.get(chart.team.supervising_provider, ""),
        signature=page.signature(),
        changed=changed_plan(chosen, records.histories, names),
        revisions=tuple(page.revisions()),
        names=names,
        copy=patient_copy(records, chart, chosen.view, occasion),
    )


def names_around(records: Records, chart: Chart, occasion: Occasion) -> dict[str, str]:
    """What people, goals, items and conflicting advice are called, by reference."""
    people = {
        record.reference: patient.display(record, occasion.today)
        for follow in PEOPLE.values()
        for record in records[follow.name]
    }
    parts = {view.reference: view.words for some in (chart.goals, chart.items) for view in some if view.words}
    parts |= {task.record.reference: name_of(task, occasion) for task in chart.tasks}
    advice = {issue.reference: title_of(issue) for issue in chart.issues}
    plans = {plan.reference: plan.title or "the care plan" for plan in chart.care_plans}
    return {**parts, **advice, **plans, **chart.team.names, **people}


_ANSWERS = {
    "accepted": "agreed",
    "active": "agreed",
    "on-hold": "agreed, on hold",
    "rejected": "does not want this",
    "completed": "reached",
    "cancelled": "ended",
}
"""What the patient said, by the status of a goal."""

_CLASS = {
    "now": "starts when the patient agrees",
    "plan": "needs the supervising provider's signature",
    "order": "an order: only the prescriber can place it",
}
"""What an item of each class needs (rule 12)."""

_DONE = {"completed": "done", "fulfilled": "done"}
MATTERS, WHOLE = "What matters to the patient", "The whole plan"
"""The concern that comes first, and the one that comes last."""


@dataclass(frozen=True, slots=True)
class SheetOfPlan:
    """One plan, being laid out."""

    plan: LinkedPlan
    content: Content
    names: Mapping[str, str]
    """What each record and each person is called."""
    patient: str
    """`Patient/ID`."""

    def concerns(self) -> tuple[PlanConcern, ...]:
        """Goals and items by what they are for, in the order of the plan."""
        goals: dict[str, list[PlanGoal]] = {}
        items: dict[str, list[PlanItem]] = {}
        of_goal = {goal.reference: self._concern(goal) for goal in self.plan.goals}
        for goal in self.plan.goals:
            goals.setdefault(of_goal[goal.reference], []).append(self._goal(goal))
        for item in self.plan.items:
            concern = next((of_goal[name] for name in item.goals if name in of_goal), WHOLE)
            items.setdefault(concern, []).append(self._item(item))
        order = dict.fromkeys((*goals, *items))
        return tuple(
            PlanConcern(concern, tuple(goals.get(concern, ())), tuple(items.get(concern, ())))
            for concern in sorted(order, key=_place)
        )

    def _concern(self, goal: GoalView) -> str:
        if goal.is_own(self.patient):
            return MATTERS
        conditions = {condition.record.reference: condition.text for condition in self.plan.chart.conditions}
        named = (conditions.get(reference, "") for reference in goal.addresses)
        return next(filter(None, named), WHOLE)

    def _goal(self, goal: GoalView) -> PlanGoal:
        put_off = "later" if goal.acceptance == "pending" and goal.status in UNANSWERED else ""
        return PlanGoal(
            reference=goal.reference,
            words=goal.words or "(no words)",
            status=goal.status,
            answer=put_off or _ANSWERS.get(goal.status, ""),
            answerable=self.plan.status == "draft" and not goal.over,
            own=goal.is_own(self.patient),
            due=goal.due,
            notes=tuple(dict.fromkeys(filter(None, (*goal.notes, goal.refused_because)))),
        )

    def _item(self, item: ItemView) -> PlanItem:
        referral = item.kind == "now" and item.record.type in OUTSIDE
        waits = self.plan.status == "active" and referral and item.status == "draft"
        return PlanItem(
            reference=item.reference,
            words=self.names.get(item.reference) or "(no words)",
            kind=item.kind,
            needs=self._needs(item, referral=referral),
            reasons=tuple(words for name in item.goals if (words := self.names.get(name, ""))),
            owner=self._called(item.doer),
            due=item.until.isoformat() if item.until else "",
            over=item.over,
            in_effect=_in_effect(item),
            referral=referral,
            answerable=waits or (self.plan.status == "draft" and not item.over),
        )

    def _needs(self, item: ItemView, *, referral: bool) -> str:
        if item.over:
            return _DONE.get(item.status, "stopped")
        if _in_effect(item):
            return "in effect"
        return "needs the patient's own yes" if referral else _CLASS.get(item.kind, item.status)

    def _called(self, reference: str) -> str:
        """Somebody by name."""
        return self.names.get(reference, "somebody whose name could not be read" if reference else "nobody named")

    def conflict(self, issue: IssueView) -> PlanConflict:
        """One piece of conflicting advice, and who decides it."""
        code = code_of(issue)
        concept = self.content.concepts(CONTRADICTION).get(code)
        sides = (concept.properties.get(name) for name in ("oneSide", "otherSide")) if concept else ()
        nurse = deciders(self.content).get(code) == "care-manager"
        medicines = {medicine.reference: medicine.name for medicine in self.plan.chart.medicines}
        about = (medicines.get(name) or self.names.get(name, "") for name in issue.implicated if self._is_part(name))
        return PlanConflict(
            reference=issue.reference,
            title=title_of(issue),
            words=issue.words,
            sides=tuple(str(side) for side in sides if side),
            touches=tuple(dict.fromkeys(filter(None, about))),
            decider="the care manager" if nurse else "the supervising provider",
            with_signature=not nurse,
            open=issue.open,
            decision="" if issue.open else issue.decision,
        )

    def _is_part(self, reference: str) -> bool:
        return reference != self.plan.reference

    def signature(self) -> AskedSignature | None:
        """The open request for a signature."""
        task = self.plan.open_request
        if task is None:
            return None
        return AskedSignature(
            task=task.record.reference,
            version=pinned.read(task.record).get(self.plan.reference, ""),
            owner=task.owner,
            name=self._called(task.owner),
            by=self._called(task.requester),
            due=task.due.isoformat() if task.due else "",
            overtaken=bool(self.plan.moved),
        )

    def revisions(self) -> Iterator[AskedRevision]:
        """The changes that wait for a signature."""
        for task in self.plan.tasks_on("sign-revision", self.plan.reference):
            if task.open:
                due = task.due.isoformat() if task.due else ""
                yield AskedRevision(task.record.reference, task.description, due)


def _place(concern: str) -> int:
    return {MATTERS: 0, WHOLE: 2}.get(concern, 1)


def _in_effect(item: ItemView) -> bool:
    return not item.over and item.status not in ("draft", "proposed")


SHOW_PLAN = Reading("show-plan", "The care plan: agreed, waiting, changed", ShowPlan, NEEDS, read, earlier)
