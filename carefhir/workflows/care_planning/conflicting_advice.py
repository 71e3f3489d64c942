"""Conflicting advice in one plan: named with what it is based on, and given to a person to decide.

Nothing here decides it. An example: a goal of less salt, and a food pantry that hands out canned food.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of
from carefhir.chart.facts import groups_of_finding
from carefhir.chart.screened import screened
from carefhir.codes import CONTRADICTION
from carefhir.content import supervision
from carefhir.content.loading import Content
from carefhir.content.pathways import Contradiction
from carefhir.content.protocols import contradictions_of
from carefhir.fhir.changes import Create
from carefhir.fhir.codec import Json
from carefhir.mappers import plan_draft
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.plan_draft import Writing
from carefhir.mappers.task import Work
from carefhir.workflows.care_planning.care_roles import CareRoles
from carefhir.workflows.care_planning.planning_terms import due_on, number
from carefhir.workflows.pen import Pen


def deciders(content: Content) -> dict[str, str]:
    """Reads which role of the care team decides each conflict, by code."""
    return {clash.rule.code: clash.done_by for clash in contradictions_of(content)}


def code_of(issue: IssueView) -> str:
    """The code of the conflict an issue is about; "" for an issue of another kind."""
    return next((code for system, code in issue.codes if system == CONTRADICTION), "")


def title_of(issue: IssueView) -> str:
    """Names the conflict in a few words."""
    return issue.title or issue.words


DECIDES = {"care-manager": "weigh-advice"}
"""The kind of Task by who decides. The care manager may close hers (weigh-advice); a prescriber decides the rest."""


@dataclass(frozen=True, slots=True)
class ConflictingAdvice:
    """Writing down the conflicting advice in one plan."""

    chart: Chart
    pen: Pen
    writing: Writing
    roles: CareRoles
    plan: Json
    """The plan, as a reference."""
    parts: dict[str, Json]
    """The plan's goals and items by code, as references."""

    def named(self, conflict: Contradiction) -> list[Create]:
        """Writes the issue and a Task to decide it; where that cannot wait, a nurse's call today and a Task for those
        who must know today."""
        issue = Create(
            f"issue/{conflict.code}",
            plan_draft.write_contradiction(self.writing, conflict, (self.plan, *self._implicated(conflict))),
            f"{conflict.title}: conflicting advice, for a person to decide",
        )
        decide = DECIDES.get(conflict.decided_by, "settle-contradiction")
        creates = [issue, self._task(decide, conflict, issue, role=conflict.decided_by, lead="Decide")]
        if self._urgent(conflict):
            creates.append(
                self._task("nurse-call", conflict, issue, role="care-manager", lead="Call the patient today")
            )
        if self._urgent(conflict) or conflict.told:
            for role in conflict.told or ("supervising-provider",):
                creates.append(self._task("inform-provider", conflict, issue, role=role, lead="Know this today"))
        return creates

    def says(self, conflict: Contradiction) -> str:
        """Says who decides by when, to the person who proposed the plan."""
        who, due = self.roles.word(conflict.decided_by), self._due(conflict)
        what = f"the {who} decides by {due}"
        what += ", a nurse calls the patient today, and the provider is told" if self._urgent(conflict) else ""
        return f"conflicting advice: {conflict.title} ({what})"

    def warnings(self, conflict: Contradiction) -> tuple[str, ...]:
        """Warns where a call today would fall to somebody who may not judge symptoms."""
        manager = self.roles.of("care-manager")
        discipline = self.chart.team.disciplines.get(manager, "")
        if self._urgent(conflict) and not supervision.may(self.pen.content, "triage", discipline):
            return (f"{conflict.title}: the care manager is not on record as a nurse; have a nurse make today's call",)
        return ()

    def _due(self, conflict: Contradiction) -> date:
        """The day by which it has to be decided."""
        return due_on(conflict.due, number(self.pen.content, "decision-days"), self.pen.occasion)

    def _urgent(self, conflict: Contradiction) -> bool:
        return self._due(conflict) == self.pen.today

    def _task(self, code: str, conflict: Contradiction, issue: Create, *, role: str, lead: str) -> Create:
        """Writes a Task about an issue: the decision is due on its own day, everything else today."""
        deciding = code not in ("nurse-call", "inform-provider")
        due = self._due(conflict) if deciding else self.pen.today
        work = Work(
            code=code,
            words=f"{lead}: {conflict.title}. {conflict.words}",
            start=self.pen.today,
            end=due,
            owner=self.roles.of(role),
            priority=conflict.priority or "routine",
            focus=self.pen.refer(issue),
            based_on=self.plan,
        )
        suffix = f"/{role}" if code == "inform-provider" else ""
        because = f"{conflict.title}: {self.roles.word(role)}, due {due}"
        return self.pen.task(f"task/{code}/{conflict.code}{suffix}", work, because)

    def _implicated(self, conflict: Contradiction) -> list[Json]:
        """Finds what the rule names in this chart: conditions, medicines, screens, goals and items with the codes in
        its condition."""
        content = self.pen.content
        rules = (clash.rule for clash in contradictions_of(content) if clash.rule.code == conflict.code)
        codes = {code for rule in rules for code in rule.names}
        conditions = [
            condition.record
            for condition in self.chart.conditions
            if condition.holds and condition.current and codes & set(groups_of(content, condition))
        ]
        medicines = [
            medicine.record
            for medicine in self.chart.medicines
            if medicine.active and codes & {*medicine.classes, *medicine.ingredients}
        ]
        screens = [
            screen.record
            for screen in screened(self.chart, self.pen.occasion)
            if codes & set(groups_of_finding(content, screen.finding))
        ]
        parts = [reference for code, reference in self.parts.items() if code in codes]
        records = dict.fromkeys((*conditions, *medicines, *screens))
        return [*map(self.pen.refer, records), *parts]
