"""A proposal written down: goals, items, the plan that links them, what is against what, and what to tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of, number
from carefhir.codes import CONDITION_GROUP, METHOD
from carefhir.content import pathways
from carefhir.content.pathways import Contradiction, GoalDraft, ItemDraft, Proposal
from carefhir.fhir.changes import Act, Change, Create, Plan, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, first_text, has_code, moment
from carefhir.mappers import plan_draft, reading
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.plan_draft import Item, PlanDraft, Writing
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning import plan_on_desk as desks
from carefhir.workflows.care_planning.against import Against, due_on
from carefhir.workflows.care_planning.chart_for_plan import Seen, standing_goals, standing_items
from carefhir.workflows.care_planning.people import People, people_of


@dataclass(frozen=True, slots=True)
class Proposing:
    """One proposal on the desk, with everything needed to write it down."""

    picture: Seen
    patient: str
    own_goal: str
    """In the patient's words; "" where they did not want to name one."""
    occasion: Occasion
    act: Act
    episode: EpisodeView
    proposal: Proposal
    needs: tuple[str, ...]

    @property
    def chart(self) -> Chart:
        return self.picture.chart

    @property
    def writing(self) -> Writing:
        occasion = self.occasion
        return Writing(occasion.content, self.patient, occasion.actor.reference, occasion.today, occasion.stamp)

    @property
    def people(self) -> People:
        return people_of(self.chart, self.occasion.content, self.patient, self.occasion.actor.reference)

    def plan(self) -> Plan:
        """Goals, items, the plan that links them, and what is against what."""
        goals, goal_of, said_of_goals = self._goals()
        items, item_of, said_of_items = self._items(goal_of)
        against = self._against(goal_of, item_of)
        own = self._own_goal()
        linked = (*goal_of.values(), *(refer(one, self.act) for one in own))
        plan = self._care_plan(linked, tuple(item_of.values()), against)
        desk = Against(
            self.chart,
            self.occasion,
            self.act,
            self.writing,
            self.people,
            refer(plan, self.act),
            {**goal_of, **item_of},
            desks.number(self.occasion.content, "decision-days"),
        )
        named = [one for found in against for one in desk.named(found)]
        changes: tuple[Change, ...] = (*goals, *own, *items, plan, *named)
        says = [self._headline(), *said_of_goals, *self._said_of_own(), *said_of_items, *map(desk.says, against)]
        calls = [one for found in against for one in desk.warnings(found)]
        return self._told(changes, says, [*self._warnings(against), *calls])

    def _goals(self) -> tuple[list[Create], dict[str, Json], list[str]]:
        """Goals to be created, all goals by code, and a line for each."""
        made, known, says = [], {}, []
        standing = standing_goals(self.chart)
        for draft in self.proposal.goals:
            if draft.code in standing:
                known[draft.code] = refer(standing[draft.code].record)
                says.append(f"stands already: {draft.words} ({standing[draft.code].reference})")
                continue
            reasons = self.picture.behind(self.occasion.content, draft.addresses)
            goal = Create(f"goal/{draft.code}", plan_draft.write_goal(self.writing, draft, reasons), _why(draft))
            known[draft.code] = refer(goal, self.act)
            made.append(goal)
            says.append(f"goal: {draft.words}")
        return made, known, says

    def _own_goal(self) -> list[Create]:
        if not self.own_goal:
            return []
        goal = plan_draft.write_own_goal(self.writing, self.own_goal)
        return [Create("goal/own", goal, "the patient's own goal, in their own words")]

    def _said_of_own(self) -> list[str]:
        if not self.own_goal:
            return ["the patient did not want to name a goal of their own"]
        return [f"the patient's own goal: {self.own_goal}"]

    def _items(self, goals: dict[str, Json]) -> tuple[list[Create], dict[str, Json], list[str]]:
        """Items to be created, all items by code, and a line for each."""
        made, known, says = [], {}, []
        standing = standing_items(self.chart)
        for draft in self.proposal.items:
            if draft.code in standing:
                known[draft.code] = refer(standing[draft.code].record)
                says.append(f"stands already: {draft.title} ({standing[draft.code].reference})")
                continue
            until = due_on(draft.due, desks.number(self.occasion.content, "item-days"), self.occasion)
            reasons = self.picture.behind(self.occasion.content, draft.addresses)
            serves = tuple(goals[code] for code in draft.goals if code in goals)
            words = self._words(draft)
            item = Item(draft, words, self.people.of(draft.done_by), until, serves, reasons)
            change = Create(f"item/{draft.code}", plan_draft.write_item(self.writing, item), f"{draft.title}: {words}")
            known[draft.code] = refer(change, self.act)
            made.append(change)
            says.append(f"{_effect(draft)}: {draft.title} ({self.people.word(draft.done_by)}, by {until})")
        return made, known, says

    def _words(self, draft: ItemDraft) -> str:
        """What to do, which finding it answers, who does it, and when it takes effect."""
        groups = self.occasion.content.concepts(CONDITION_GROUP)
        answers = ", ".join(groups[one].display for one in draft.addresses) or "the person as a whole"
        who = self.people.word(draft.done_by)
        return f"{draft.title}. {draft.words} For: {answers}. By: {who}. Takes effect: {_effect(draft)}."

    def _against(self, goals: dict[str, Json], items: dict[str, Json]) -> tuple[Contradiction, ...]:
        """Contradictions, unconfirmed needs counted: who may lack food is called before anybody confirms it."""
        facts = facts_of(self.chart, self.occasion)
        targets = {*facts["a1c_targets"], *(value for one in self.proposal.goals for value in _a1c_targets(one))}
        more = {
            "goals": sorted({*facts["goals"], *goals}),
            "items": sorted({*facts["items"], *items}),
            "a1c_targets": sorted(targets),
        }
        return pathways.contradictions(self.occasion.content, {**facts, **more})

    def _care_plan(
        self, goals: tuple[Json, ...], items: tuple[Json, ...], against: tuple[Contradiction, ...]
    ) -> Create:
        tier = self._tier()
        review = self.occasion.today + timedelta(days=desks.number(self.occasion.content, "review-days"))
        notes = [f"Expected: {one.title}: {one.expected}" for one in self.proposal.pathways if one.expected]
        notes.append(f"Review by {review}.")
        if against:
            notes.append("Against each other, for a person to decide: " + "; ".join(one.title for one in against) + ".")
        draft = PlanDraft(
            self._title(),
            self._addressed(),
            goals,
            items,
            (refer(self.episode.record), *([refer(tier)] if tier else [])),
            self.chart.team.records,
            tuple(notes),
        )
        return Create("plan", plan_draft.write_plan(self.writing, draft), f"{self._title()}; review by {review}")

    def _title(self) -> str:
        groups = self.occasion.content.concepts(CONDITION_GROUP)
        names = [one.title for one in self.proposal.pathways] or [groups[one].display for one in self.needs]
        return f"Care plan: {', '.join(names)}"

    def _addressed(self) -> tuple[Record, ...]:
        groups = {group for one in self.proposal.goals for group in one.addresses}
        groups |= {group for one in self.proposal.items for group in one.addresses}
        groups |= {group for one in self.proposal.pathways for group in one.groups}
        return self.picture.behind(self.occasion.content, groups | set(self.needs))

    def _tier(self) -> Record | None:
        """The newest tier on record."""
        found = [one for one in self.chart.risks if has_code(one.json, "method", METHOD, "care-tier")]
        return max(found, key=lambda one: (first_text(one.json, "occurrenceDateTime") or "", one.id), default=None)

    def _headline(self) -> str:
        review = self.occasion.today + timedelta(days=desks.number(self.occasion.content, "review-days"))
        return (
            f"{self._title()}, a draft: {desks.counted(len(self.proposal.goals), 'goal')}, "
            f"{desks.counted(len(self.proposal.items), 'item')}; review by {review}"
        )

    def _warnings(self, against: tuple[Contradiction, ...]) -> list[str]:
        groups = self.occasion.content.concepts(CONDITION_GROUP)
        answered = {group for one in self.proposal.items for group in one.addresses}
        found = [*self.chart.not_visible, *self.picture.stays_out(self.occasion.content)]
        found += [
            f"{groups[one].display} is confirmed and no pathway answers it: decide with the person what would help"
            for one in self.needs
            if one not in answered
        ]
        found += [self._asked_again(one) for one in self.needs if one in answered and self._is_old(one)]
        roles = {one.done_by for one in self.proposal.items} | {one.decided_by for one in against}
        return [*found, *self.people.vacant(roles | {"care-manager", "supervising-provider"})]

    def _is_old(self, need: str) -> bool:
        """Whether nobody has recorded a need for so long that it may be over."""
        since = moment(self.picture.since(self.occasion.content, need), self.occasion.zone)
        days = desks.number(self.occasion.content, "need-asked-days")
        return since is None or (self.occasion.today - since.date()).days > days

    def _asked_again(self, need: str) -> str:
        since = self.picture.since(self.occasion.content, need)[:10]
        name = self.occasion.content.concepts(CONDITION_GROUP)[need].display
        known = f"is on record since {since}" if since else "is on record, nobody says since when"
        return f"{name} {known}: ask whether it still holds before anything is arranged"

    def _told(self, changes: tuple[Change, ...], says: list[str], warnings: list[str]) -> Plan:
        sources = [one for one in (self.chart.person, self.episode.record, self._tier()) if one is not None]
        sources += [*self.chart.team.records, *self._addressed()]
        content = self.occasion.content
        used = [one.canonical for one in self.proposal.pathways]
        used += [content.canonical("PlanDefinition", one) for one in ("contradictions", desks.PARAMETERS)]
        titles = ", ".join(one.title for one in self.proposal.pathways) or "needs confirmed"
        return Plan(
            changes,
            tuple(says),
            warnings=tuple(warnings),
            decided_from=tuple(dict.fromkeys(sources)),
            artefacts=tuple(used),
            reason=f"pathways that hold: {titles}",
            acting_as=self.occasion.actor.discipline,
        )


def _a1c_targets(draft: GoalDraft) -> list[Decimal]:
    """The highest A1c a proposed goal allows."""
    if draft.measure != reading.A1C:
        return []
    paths = ("detailQuantity.value", "detailRange.high.value")
    return [number(value) for path in paths for value in dig(draft.detail, path)]


def _why(draft: GoalDraft) -> str:
    return f"{draft.words} ({', '.join(one.rpartition('/')[2].partition('|')[0] for one in draft.pathways)})"


def _effect(draft: ItemDraft) -> str:
    """When an item takes effect, in words (rule 12)."""
    return {"now": "with the patient's agreement", "plan": "with the signature"}.get(draft.kind, "as an order")
