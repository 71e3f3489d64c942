"""What a revision of a plan in force asks for: goals and items added, changed and stopped, each with a reason.

And which of it needs a signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from carefhir.content.loading import Content
from carefhir.content.pathways import ItemDraft
from carefhir.content.protocols import protocols_of
from carefhir.engine.step import GoalRef
from carefhir.fhir.changes import Act
from carefhir.fhir.record import dig
from carefhir.mappers.goal import GoalView
from carefhir.workflows.care_planning.linked_plan import LinkedPlan

_ITEM = r"^(?:[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,96})?$"


class GoalRevision(BaseModel):
    """One goal added, changed or stopped."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    does: Literal["add", "change", "stop"] = Field(description="what becomes of it")
    reason: str = Field(min_length=1, description="why, in plain words")
    goal: GoalRef | None = Field(default=None, description="the goal that is changed or stopped: Goal/ID")
    words: str = Field(default="", description="what is to be reached, in plain words; the old words if left out")
    measure: str = Field(default="", description="what measures a new goal: a LOINC code")
    at_most: Decimal | None = Field(default=None, description="the highest value that reaches it")
    at_least: Decimal | None = Field(default=None, description="the lowest value that reaches it")
    unit: str = Field(default="", description="the unit of these values, as UCUM writes it; the old one if left out")
    due: date | None = Field(default=None, description="the day by which it is to be reached")


class ItemRevision(BaseModel):
    """One item added, changed or stopped."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    does: Literal["add", "change", "stop"] = Field(description="what becomes of it")
    reason: str = Field(min_length=1, description="why, in plain words")
    item: str = Field(default="", pattern=_ITEM, description="the item that is changed or stopped: Type/ID")
    code: str = Field(default="", description="what is added: a code of CodeSystem care-item that a pathway has")
    serves: tuple[GoalRef, ...] = Field(default=(), description="the goals of the plan that a new item serves: Goal/ID")
    until: date | None = Field(default=None, description="the day by which it is to be done")


class Proposed(BaseModel):
    """What waits for a signature, as the Task that asks for it holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    goals: tuple[GoalRevision, ...] = ()
    items: tuple[ItemRevision, ...] = ()


def draft_of(content: Content, code: str, today: date) -> ItemDraft | None:
    """The item of that code, as the first pathway that has it asks for it; None if none has."""
    for protocol in protocols_of(content, today):
        for act in protocol.acts:
            if act.rule.code == code and act.makes:
                return ItemDraft(
                    code=code,
                    title=act.rule.title,
                    words=act.rule.words,
                    kind=act.kind,
                    makes=act.makes,
                    done_by=act.done_by,
                    due=None,
                    priority=act.priority,
                    goals=(),
                    addresses=(),
                    pathways=(protocol.canonical,),
                )
    return None


@dataclass(frozen=True, slots=True)
class AskedOfPlan:
    """What one revision asks of a plan, held against the plan and the supervision table."""

    plan: LinkedPlan
    content: Content
    today: date

    def action_on_goal(self, revision: GoalRevision) -> str:
        """What somebody must be allowed to do. Only a goal of the patient's own, without a code and a number, needs no
        signature: everything else of a signed plan is what the provider signed."""
        old = self.plan.goal(revision.goal) if revision.goal else None
        if old is not None:
            return "clinical-target" if clinical(old) else "own-goals"
        numbers = (revision.at_most, revision.at_least)
        return "clinical-target" if revision.measure or any(each is not None for each in numbers) else "own-goals"

    def action_on_item(self, revision: ItemRevision) -> str:
        """What somebody must be allowed to do, by the item's class (rule 12)."""
        kind = self.kind(revision)
        return {"now": "own-goals", "order": "order"}.get(kind, "activate-plan")

    def kind(self, revision: ItemRevision) -> str:
        """The item's class: now, plan or order; "" where nobody knows."""
        if revision.does == "add":
            draft = draft_of(self.content, revision.code, self.today)
            return draft.kind if draft else ""
        item = self.plan.item(revision.item)
        return item.kind if item else ""

    # ---- what cannot be done

    def unfit(self, revisions: Proposed, act: Act) -> Iterator[str]:
        """Says why something cannot be done to this plan; what the act itself has done already is no reason."""
        named = [each.goal for each in revisions.goals if each.goal] + [each.item for each in revisions.items]
        for name in dict.fromkeys(each for each in named if each and named.count(each) > 1):
            yield f"{name} is revised twice: say it once"
        done = {record.reference for record in self.plan.records if act.did(record)}
        for goal in revisions.goals:
            if goal.goal not in done:
                yield from self._unfit_goal(goal)
        for item in revisions.items:
            if item.item not in done:
                yield from self._unfit_item(item)

    def _unfit_goal(self, revision: GoalRevision) -> Iterator[str]:
        low, high = revision.at_least, revision.at_most
        numbers = low is not None or high is not None
        if low is not None and high is not None and low > high:
            yield f"{revision.words or revision.goal}: at_least is above at_most"
        if revision.does == "add":
            if revision.goal or not revision.words:
                yield "a goal that is added needs words, and no goal: give what is to be reached"
            if numbers and not (revision.measure and revision.unit):
                yield f"{revision.words!r}: give what measures it (a LOINC code) and the unit, beside the number"
            return
        old = self.plan.goal(revision.goal or "")
        if old is None:
            yield f"{revision.goal or 'a goal'} is not a goal of {self.plan.reference}, or is not visible to us"
        elif old.over:
            yield f"{old.reference} is already {old.status}: add a new goal instead"
        elif revision.does == "change":
            if not (revision.words or numbers or revision.due):
                yield f"{old.reference}: say what changes (words, at_most, at_least or due), or stop it"
            if numbers and not (revision.unit or unit_of(old)):
                yield f"{old.reference} has no unit so far: give unit beside the number"
            if numbers and not (revision.measure or _measured(old)):
                yield f"{old.reference} has nothing that measures it: give measure (a LOINC code) beside the number"

    def _unfit_item(self, revision: ItemRevision) -> Iterator[str]:
        if revision.does == "add":
            if draft_of(self.content, revision.code, self.today) is None:
                codes = {act.rule.code for each in protocols_of(self.content, self.today) for act in each.acts}
                yield f"no pathway has the item {revision.code!r}; choose among: {', '.join(sorted(codes))}"
            for goal in revision.serves:
                if self.plan.goal(goal) is None:
                    yield f"{goal} is not a goal of {self.plan.reference}, or is not visible to us"
            return
        item = self.plan.item(revision.item)
        if item is None:
            yield f"{revision.item or 'an item'} is not an item of {self.plan.reference}, or is not visible to us"
        elif item.over:
            yield f"{item.reference} is already {item.status}: nothing of it can be changed"
        elif revision.does == "change" and revision.until is None:
            yield f"{item.reference}: give until, the new day; to have it done in another way, stop it and add another"
        elif revision.does == "change" and item.record.type == "Appointment" and item.status != "proposed":
            yield f"{item.reference} is {item.status}: another hour is made where visits are booked"


def clinical(goal: GoalView) -> bool:
    """Whether a goal is what a provider signed: it has a number, or comes from a pathway."""
    return bool(goal.codes) or _measured(goal)


def _measured(goal: GoalView) -> bool:
    return any(True for _ in dig(goal.record.json, "target.measure"))


def unit_of(goal: GoalView) -> str:
    """The UCUM unit of a goal's number; "" where it has none."""
    paths = ("target.detailQuantity.code", "target.detailRange.high.code", "target.detailRange.low.code")
    return next((str(one) for path in paths for one in dig(goal.record.json, path)), "")
