"""Writes a proposed plan: its goals, its items, the plan that links them, its conflicting advice, and what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from carefhir.chart.chart import Chart
from carefhir.chart.facts import number as decimal
from carefhir.chart.screened import screened
from carefhir.codes import CONDITION_GROUP, FINDING
from carefhir.content import pathways
from carefhir.content.loading import Concept
from carefhir.content.pathways import Contradiction, GoalDraft, ItemDraft, Proposal
from carefhir.content.rules import Facts
from carefhir.fhir.changes import Change, Create, Plan
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, moment
from carefhir.mappers import plan_draft, reading
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.plan_draft import Item, PlanDraft, Writing
from carefhir.workflows.care_planning.care_roles import CareRoles, care_roles
from carefhir.workflows.care_planning.chart_for_plan import ChartForPlan, current_goals, current_items
from carefhir.workflows.care_planning.conflicting_advice import ConflictingAdvice
from carefhir.workflows.care_planning.first_things import ItemTime, is_urgent, item_times, never_waits
from carefhir.workflows.care_planning.for_whom import ForWhom
from carefhir.workflows.care_planning.planning_terms import PARAMETERS, counted, days_from_today, number
from carefhir.workflows.care_planning.under_way import UnderWay
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class PlanBasis:
    """Everything a plan is drafted from."""

    usable: ChartForPlan
    for_whom: ForWhom
    episode: EpisodeView
    facts: Facts
    proposal: Proposal
    covered: tuple[UnderWay, ...]
    """What pathways ask for and something sees to already."""
    first_things: tuple[str, ...]
    """What the patient and the care manager start with, as codes of items; () where they have not chosen."""
    needs: tuple[str, ...]
    """The confirmed social needs, as condition groups."""
    tier: Record | None
    """The newest tier of care on record."""
    own_goal: str
    """In the patient's own words; "" where they did not want to name one."""


@dataclass(frozen=True, slots=True)
class Drafting:
    """Writing down one proposed plan."""

    basis: PlanBasis
    pen: Pen
    times: Mapping[str, ItemTime]
    """When each new item starts and is due, by its code."""

    @property
    def chart(self) -> Chart:
        return self.basis.usable.chart

    @property
    def proposal(self) -> Proposal:
        return self.basis.proposal

    @property
    def groups(self) -> Mapping[str, Concept]:
        """The condition groups, by code."""
        return self.pen.content.concepts(CONDITION_GROUP)

    @property
    def writing(self) -> Writing:
        pen = self.pen
        return Writing(content=pen.content, patient=pen.patient, author=pen.author, today=pen.today, stamp=pen.stamp)

    @property
    def roles(self) -> CareRoles:
        return care_roles(self.chart, self.pen)

    @property
    def review_by(self) -> date:
        """The day by which the plan is reviewed."""
        return days_from_today(self.pen.occasion, "review-days")

    def plan(self) -> Plan:
        """Plans the goals, the items, the CarePlan that links them, and its conflicting advice."""
        goals, goal_of, goal_lines = self._goals()
        items, item_of, item_lines = self._items(goal_of)
        conflicts = self._conflicts(goal_of, item_of)
        own = self._own_goal()
        linked = (*goal_of.values(), *map(self.pen.refer, own))
        covering = [self.pen.refer(each.record) for each in self.basis.covered if each.record.type == "Task"]
        care_plan = self._care_plan(linked, (*item_of.values(), *covering), conflicts)
        advice = self._advice(care_plan, {**goal_of, **item_of})
        named = [create for conflict in conflicts for create in advice.named(conflict)]
        says = [self._headline(), self._own_goal_line(), *map(advice.says, conflicts), *item_lines]
        says += [*(each.words for each in self.basis.covered), *goal_lines]
        calls = [warning for conflict in conflicts for warning in advice.warnings(conflict)]
        return self._plan((*goals, *own, *items, care_plan, *named), says, [*self._warnings(conflicts), *calls])

    def _advice(self, care_plan: Create, parts: dict[str, Json]) -> ConflictingAdvice:
        return ConflictingAdvice(
            chart=self.chart,
            pen=self.pen,
            writing=self.writing,
            roles=self.roles,
            plan=self.pen.refer(care_plan),
            parts=parts,
        )

    def _goals(self) -> tuple[list[Create], dict[str, Json], list[str]]:
        """Gives the goals to be created, references to all goals by code, and a line for each."""
        creates: list[Create] = []
        by_code: dict[str, Json] = {}
        lines = []
        current = current_goals(self.chart)
        for draft in self.proposal.goals:
            if draft.code in current:
                by_code[draft.code] = self.pen.refer(current[draft.code].record)
                lines.append(f"already agreed, and linked: {draft.words} ({current[draft.code].reference})")
                continue
            goal = self._goal(draft)
            by_code[draft.code] = self.pen.refer(goal)
            creates.append(goal)
            lines.append(f"proposed goal: {draft.words}")
        return creates, by_code, lines

    def _goal(self, draft: GoalDraft) -> Create:
        reasons = self.basis.usable.behind(draft.addresses)
        return Create(f"goal/{draft.code}", plan_draft.write_goal(self.writing, draft, reasons), self._why(draft))

    def _why(self, draft: GoalDraft) -> str:
        """Names the pathways that ask for a goal."""
        ids = {pathway.canonical: pathway.id for pathway in self.proposal.pathways}
        return f"{draft.words} ({', '.join(ids[pathway] for pathway in draft.pathways)})"

    def _own_goal(self) -> list[Create]:
        if not self.basis.own_goal:
            return []
        goal = plan_draft.write_own_goal(self.writing, self.basis.own_goal)
        return [Create("goal/own", goal, "the patient's own goal, in their own words")]

    def _own_goal_line(self) -> str:
        if not self.basis.own_goal:
            return "the patient did not want to name a goal of their own"
        return f"the patient's own goal: {self.basis.own_goal}"

    def _items(self, goals: dict[str, Json]) -> tuple[list[Create], dict[str, Json], list[str]]:
        """Gives the items to be created, references to all items by code, and a line for each, in the order in which
        they start."""
        creates: list[Create] = []
        by_code: dict[str, Json] = {}
        lines: list[str] = []
        current = current_items(self.chart)
        wait = -1
        for draft in self._by_start():
            if draft.code in current:
                by_code[draft.code] = self.pen.refer(current[draft.code].record)
                lines.append(f"already in effect, and linked: {draft.title} ({current[draft.code].reference})")
                continue
            item = self._item(draft, goals)
            by_code[draft.code] = self.pen.refer(item)
            creates.append(item)
            who, time = self.roles.word(draft.done_by), self.times[draft.code]
            lines += [self._start_line(time)] if time.wait != wait else []
            wait = time.wait
            lines.append(f"by {time.until}: {draft.title} ({_needs(draft, who)})")
        return creates, by_code, lines

    def _by_start(self) -> list[ItemDraft]:
        """The items in effect already, then the new ones as they start."""
        times = self.times
        return sorted(self.proposal.items, key=lambda draft: times[draft.code].wait if draft.code in times else -1)

    def _start_line(self, time: ItemTime) -> str:
        """The heading of the items that start together."""
        new = [draft for draft in self.proposal.items if draft.code in self.times]
        together = [draft for draft in new if self.times[draft.code].wait == time.wait]
        if time.wait:
            return f"from {time.start}: {counted(len(together), 'item')}"
        urgent, started = sum(map(is_urgent, together)), sum(map(never_waits, together))
        first = counted(len(together) - started, "item")
        words = f"first two weeks: {first}" + (f", and {urgent} that cannot wait" if urgent else "")
        prescribers = started - urgent
        return words + (f"; {prescribers} for the prescriber, who is not held back" if prescribers else "")

    def _item(self, draft: ItemDraft, goals: dict[str, Json]) -> Create:
        words = self._words(draft)
        item = Item(
            draft=draft,
            words=words,
            doer=self.roles.of(draft.done_by),
            start=self.times[draft.code].start,
            until=self.times[draft.code].until,
            goals=tuple(goals[code] for code in draft.goals if code in goals),
            reasons=self.basis.usable.behind(draft.addresses),
        )
        return Create(f"item/{draft.code}", plan_draft.write_item(self.writing, item), f"{draft.title}: {words}")

    def _words(self, draft: ItemDraft) -> str:
        """Says what to do, for which finding, who does it, and when it takes effect."""
        answers = ", ".join(self.groups[group].display for group in draft.addresses) or "the patient's care as a whole"
        who = self.roles.word(draft.done_by)
        return f"{draft.title}. {draft.words} For: {answers}. By: {who}. Takes effect: {_effect(draft)}."

    def _conflicts(self, goals: dict[str, Json], items: dict[str, Json]) -> tuple[Contradiction, ...]:
        """Finds conflicting advice. Unconfirmed needs count: somebody who may lack food is called before anybody has
        confirmed it."""
        facts = self.basis.facts
        proposed = (target for goal in self.proposal.goals for target in _a1c_targets(goal))
        more = {
            "goals": sorted({*facts["goals"], *goals}),
            "items": sorted({*facts["items"], *items}),
            "a1c_targets": sorted({*facts["a1c_targets"], *proposed}),
        }
        return pathways.contradictions(self.pen.content, {**facts, **more})

    def _care_plan(
        self, goals: tuple[Json, ...], items: tuple[Json, ...], conflicts: tuple[Contradiction, ...]
    ) -> Create:
        supporting = [self.basis.episode.record, *([self.basis.tier] if self.basis.tier else [])]
        draft = PlanDraft(
            title=self._title(),
            addresses=self._addressed(),
            goals=goals,
            activities=items,
            supporting=tuple(map(self.pen.refer, supporting)),
            teams=self.chart.team.records,
            notes=self._notes(conflicts),
        )
        because = f"{self._title()}; review by {self.review_by}"
        return Create("plan", plan_draft.write_plan(self.writing, draft), because)

    def _notes(self, conflicts: tuple[Contradiction, ...]) -> tuple[str, ...]:
        """Says in words what is expected, when the plan is reviewed, and what a person has to decide."""
        held = self.proposal.pathways
        notes = [f"Expected outcome ({pathway.title}): {pathway.expected}" for pathway in held if pathway.expected]
        notes.append(f"Review by {self.review_by}.")
        if conflicts:
            titles = "; ".join(conflict.title for conflict in conflicts)
            notes.append(f"Conflicting advice, for a person to decide: {titles}.")
        return tuple(notes)

    def _title(self) -> str:
        names = [pathway.title for pathway in self.proposal.pathways]
        names = names or [self.groups[need].display for need in self.basis.needs]
        return f"Care plan: {', '.join(names)}"

    def _addressed(self) -> tuple[Record, ...]:
        drafts: tuple[GoalDraft | ItemDraft, ...] = (*self.proposal.goals, *self.proposal.items)
        groups = {group for draft in drafts for group in draft.addresses}
        groups |= {group for pathway in self.proposal.pathways for group in pathway.groups}
        return self.basis.usable.behind(groups | set(self.basis.needs))

    def _headline(self) -> str:
        goals, items = counted(len(self.proposal.goals), "goal"), counted(len(self.proposal.items), "item")
        agreed = "nothing takes effect before the patient agrees"
        return f"{self._title()} (draft): {goals}, {items}; {agreed}; review by {self.review_by}"

    def _warnings(self, conflicts: tuple[Contradiction, ...]) -> list[str]:
        answered = {group for item in self.proposal.items for group in item.addresses}
        needs = self.basis.needs
        whom = self.basis.for_whom
        warnings = [*whom.says(self.proposal), *whom.warnings()]
        warnings += [*self.chart.not_visible, *self.basis.usable.stays_out()]
        warnings += [
            f"{self.groups[need].display} is confirmed and no pathway is for it: "
            "decide with the patient what would help"
            for need in needs
            if need not in answered
        ]
        warnings += [self._asked_again(need) for need in needs if need in answered and self._is_old(need)]
        warnings += self._screened()
        roles = {item.done_by for item in self.proposal.items} | {conflict.decided_by for conflict in conflicts}
        return [*warnings, *self.roles.vacant(roles | {"care-manager", "supervising-provider"})]

    def _screened(self) -> list[str]:
        """Says which screens on record found a need that nobody has judged: a plan is made of what is confirmed."""
        occasion = self.pen.occasion
        return [
            f"a screen of {screen.at.astimezone(occasion.zone).date()} found "
            f"{occasion.content.concept(FINDING, screen.finding).display} ({screen.record.reference}), and nobody has "
            "judged it: ask the person, and record the answers; the plan covers only what is confirmed"
            for screen in screened(self.chart, occasion)
        ]

    def _is_old(self, need: str) -> bool:
        """Whether a need was recorded so long ago that it may be over."""
        since = moment(self.basis.usable.since(need), self.pen.occasion.zone)
        days = number(self.pen.content, "need-asked-days")
        return since is None or (self.pen.today - since.date()).days > days

    def _asked_again(self, need: str) -> str:
        since = self.basis.usable.since(need)[:10]
        recorded = f"has been on record since {since}" if since else "is on record without a date"
        return f"{self.groups[need].display} {recorded}: ask whether it is still so before you arrange anything"

    def _plan(self, changes: tuple[Change, ...], says: list[str], warnings: list[str]) -> Plan:
        looked_at = (self.chart.person, self.basis.episode.record, self.basis.tier)
        sources = [record for record in looked_at if record is not None]
        sources += [*self.chart.team.records, *self._addressed()]
        content = self.pen.content
        held = self.proposal.pathways
        rules = [content.canonical("PlanDefinition", plan) for plan in ("contradictions", PARAMETERS)]
        titles = ", ".join(pathway.title for pathway in held)
        return Plan(
            changes=changes,
            says=tuple(says),
            warnings=tuple(warnings),
            decided_from=tuple(dict.fromkeys(sources)),
            artefacts=(*(pathway.canonical for pathway in held), *rules),
            reason=f"pathways that apply: {titles}" if held else "social needs are confirmed",
            acting_as=self.pen.occasion.actor.discipline,
        )


def _a1c_targets(draft: GoalDraft) -> list[Decimal]:
    """Reads the highest A1c a proposed goal allows."""
    if draft.measure != reading.A1C:
        return []
    paths = ("detailQuantity.value", "detailRange.high.value")
    return [decimal(value) for path in paths for value in dig(draft.detail, path)]


def _effect(draft: ItemDraft) -> str:
    """Says when an item takes effect (rule 12)."""
    words = {"now": "when the patient agrees", "plan": "when the supervising provider signs"}
    return words.get(draft.kind, "when a prescriber orders it")


def _needs(draft: ItemDraft, who: str) -> str:
    """Says who does an item, and what it needs beside the patient's agreement (rule 12)."""
    words = {"now": who, "plan": f"{who}; needs the signature"}
    return words.get(draft.kind, "needs a prescriber's order")


def drafted(basis: PlanBasis, pen: Pen) -> Plan:
    """Plans everything that a proposal writes."""
    current = current_items(basis.usable.chart)
    new = [draft for draft in basis.proposal.items if draft.code not in current]
    return Drafting(basis, pen, item_times(new, basis.first_things, pen.occasion)).plan()
