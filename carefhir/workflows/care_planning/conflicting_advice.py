"""Advice against other advice: named with what it rests on, and given to whoever decides. Nothing here decides it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.chart.chart import Chart
from carefhir.chart.facts import groups_of
from carefhir.codes import CONTRADICTION
from carefhir.content import supervision
from carefhir.content.loading import Content
from carefhir.content.pathways import Contradiction
from carefhir.content.protocols import contradictions_of
from carefhir.fhir.changes import Act, Create, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import first_text
from carefhir.mappers import plan_draft, task
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.plan_draft import Writing
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.people import People

_literal = re.compile(r"'([^'\\]+)'")


def deciders(content: Content) -> dict[str, str]:
    """Who decides each contradiction: a role of the care team, by code."""
    return {one.rule.code: one.done_by for one in contradictions_of(content)}


def code_of(issue: IssueView) -> str:
    """Which contradiction an issue is; "" for an issue of another kind."""
    return next((code for system, code in issue.codes if system == CONTRADICTION), "")


def title_of(issue: IssueView) -> str:
    """What is against what, in a few words."""
    return first_text(issue.record.json, "code.text") or issue.words


def due_on(due: tuple[int, str] | None, otherwise: int, occasion: Occasion) -> date:
    """The day a term of content falls on."""
    count, unit = due or (otherwise, "day")
    if unit == "business-day":
        return occasion.calendar.add_business_days(occasion.today, count)
    return occasion.today + timedelta(days=count)


DECIDES = {"care-manager": "weigh-advice"}
"""The kind of Task by who decides: what the care manager may decide she may also close; all else is a prescriber's."""


@dataclass(frozen=True, slots=True)
class Against:
    """Everything needed to write contradictions down."""

    chart: Chart
    occasion: Occasion
    act: Act
    writing: Writing
    people: People
    plan: Json
    parts: dict[str, Json]
    """The plan's goals and items by code."""
    otherwise: int
    """Days until a decision, where content gives none."""

    def named(self, found: Contradiction) -> list[Create]:
        """The issue and the Task of whoever decides; where it cannot wait for that, a nurse's call today and word to
        whoever must know."""
        issue = Create(
            f"issue/{found.code}",
            plan_draft.write_contradiction(self.writing, found, (self.plan, *self._implicated(found))),
            f"{found.title}: against each other, and not ours to decide",
        )
        due = due_on(found.due, self.otherwise, self.occasion)
        decide = DECIDES.get(found.decided_by, "settle-contradiction")
        made = [issue, self._task(decide, found, found.decided_by, due, "Decide", issue)]
        today = self.occasion.today
        if due == today:
            made.append(self._task("nurse-call", found, "care-manager", today, "Call the person today", issue))
        if due == today or found.told:
            for role in found.told or ("supervising-provider",):
                made.append(self._task("inform-provider", found, role, today, "To be known today", issue))
        return made

    def says(self, found: Contradiction) -> str:
        """One line for whoever proposed the plan."""
        due = due_on(found.due, self.otherwise, self.occasion)
        line = f"AGAINST EACH OTHER: {found.title}: {self.people.word(found.decided_by)} decides by {due}"
        return line + ("; a nurse calls today and the provider is told" if due == self.occasion.today else "")

    def warnings(self, found: Contradiction) -> tuple[str, ...]:
        """A call today falls to somebody who may judge symptoms."""
        manager = self.people.of("care-manager")
        discipline = self.chart.team.disciplines.get(manager, "")
        today = due_on(found.due, self.otherwise, self.occasion) == self.occasion.today
        if today and not supervision.may(self.occasion.content, "triage", discipline):
            return (f"{found.title}: the care manager is no nurse on record; have a nurse make today's call",)
        return ()

    def _task(self, code: str, found: Contradiction, role: str, due: date, lead: str, issue: Create) -> Create:
        work = task.Work(
            code,
            f"{lead}: {found.title}. {found.words}",
            self.occasion.today,
            due,
            self.people.of(role),
            priority=found.priority or "routine",
            focus=refer(issue, self.act),
            based_on=self.plan,
        )
        writing = self.writing
        made = task.write(writing.content, writing.patient, writing.author, writing.stamp, work)
        suffix = f"/{role}" if code == "inform-provider" else ""
        return Create(f"task/{code}/{found.code}{suffix}", made, f"{found.title}: {self.people.word(role)}, due {due}")

    def _implicated(self, found: Contradiction) -> list[Json]:
        """What of this person the rule names: findings, medicines, goals and items, by the codes in its expression."""
        content = self.occasion.content
        rules = (one.rule.expression for one in contradictions_of(content) if one.rule.code == found.code)
        named = {code for expression in rules for code in _literal.findall(expression)}
        records = [
            one.record
            for one in self.chart.conditions
            if one.holds and one.current and named & set(groups_of(content, one))
        ]
        records += [
            one.record for one in self.chart.medicines if one.active and named & (one.classes | {*one.ingredients})
        ]
        parts = [reference for code, reference in self.parts.items() if code in named]
        return [*(refer(one) for one in records), *parts]
