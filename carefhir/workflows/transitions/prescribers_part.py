"""What goes to the prescriber: an issue and a Task for each difference that stays open; and the end of both, once a
prescriber decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from carefhir.chart.chart import Chart
from carefhir.codes import DISCREPANCY_WHAT, HIGH_ALERT, TASK_STATE
from carefhir.content import supervision
from carefhir.content.clocks import Clock
from carefhir.fhir.changes import Act, Amend, Create, Edit, add, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.mappers import detected_issue, task
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.discrepancies import Discrepancy
from carefhir.workflows.transitions.own_marks import is_marked, marked
from carefhir.workflows.transitions.reconciliation_decisions import Verdict


@dataclass(frozen=True, slots=True)
class PrescribersPart:
    """The differences of one reconciliation, as far as a prescriber has to do with them."""

    chart: Chart
    patient: str
    parent: TaskView
    clock: Clock
    verdicts: tuple[Verdict, ...]
    occasion: Occasion
    act: Act

    def passed_on(self, statements: dict[str, Create]) -> tuple[list[Create], tuple[str, ...]]:
        """An issue and a Task for each open difference; a settled issue for what a prescriber decided here."""
        made: list[Create] = []
        sent: list[str] = []
        for one in self.verdicts:
            what = one.discrepancy
            known = self.known(what)
            if one.open:
                due = self._due(what)
                sent.append(f"{what.medicine} ({what.what.replace('-', ' ')}), due {due}")
            if known is None and (one.open or one.why in ("unintended", "unknown")):
                issue = self._issue(one, statements)
                made += [issue, self._task(one, issue)] if one.open else [issue]
        return made, tuple(sent)

    def _issue(self, verdict: Verdict, statements: dict[str, Create]) -> Create:
        one, occasion = verdict.discrepancy, self.occasion
        implicated = [refer(record) for record in one.records] or [
            refer(statements[key], self.act) for key in sorted(one.keys) if key in statements
        ]
        words = f"{one.medicine}: {one.told}. Why: {verdict.why}."
        words += f" Suggested: {verdict.action}." if verdict.action and verdict.open else ""
        actor, at = occasion.actor.reference, occasion.stamp
        resource = detected_issue.write_discrepancy(
            occasion.content, self.patient, one.what, at, actor, tuple(implicated), words
        )
        resource["extension"] = [verdict.extension]
        resource["severity"] = "high" if self._high_alert(one) else "moderate"
        if not verdict.open:
            resource["status"] = "final"
            resource["mitigation"] = [self._mitigation(verdict)]
        return Create(f"issue/{one.part}", resource, f"{one.medicine} ({one.what}): {verdict.why}")

    def _task(self, verdict: Verdict, issue: Create) -> Create:
        one, occasion = verdict.discrepancy, self.occasion
        due = self._due(one)
        words = f"Decide: {one.medicine}, {one.what.replace('-', ' ')} ({verdict.why}). {one.told}."
        words += f" Suggested: {verdict.action}." if verdict.action else ""
        work = task.Work(
            "resolve-discrepancy",
            words,
            min(occasion.today, due),
            due,
            self.prescriber or occasion.actor.reference,
            priority="urgent",
            focus=refer(issue, self.act),
            part_of=refer(self.parent.record),
        )
        resource = task.write(occasion.content, self.patient, occasion.actor.reference, occasion.stamp, work)
        return Create(f"task/{one.part}", resource, f"{one.medicine} ({one.what}): the prescriber decides by {due}")

    @property
    def prescriber(self) -> str:
        """Who decides what stays open; "" where nobody is on record."""
        team = self.chart.team
        return team.supervising_provider or team.on_call or self.occasion.site.on_call

    def _due(self, one: Discrepancy) -> date:
        """The same day for what harms soonest, else the next business day (content)."""
        risk = "high" if self._high_alert(one) else "not-high"
        item = next(each for each in self.clock.tasks(risk) if each.code == "resolve-discrepancy" and each.risk == risk)
        return item.on(self.occasion.today, self.occasion.calendar)

    def _high_alert(self, one: Discrepancy) -> bool:
        return bool(one.classes & self.occasion.content.concepts(HIGH_ALERT).keys())

    def _mitigation(self, verdict: Verdict) -> Json:
        said = verdict.action or verdict.why
        actor = {"reference": self.occasion.actor.reference}
        return {"action": {"text": said}, "date": self.occasion.stamp, "author": actor}

    def known(self, one: Discrepancy) -> IssueView | None:
        """The same difference as an earlier reconciliation passed it on, still open, or settled by this very act."""
        for issue in self.chart.issues:
            same = issue.codes == ((DISCREPANCY_WHAT, one.what),) and issue.words.startswith(f"{one.medicine}: ")
            own = carries_key(issue.record, self.act.part_key(f"issue/{one.part}"))
            if same and not own and (issue.open or is_marked(self.act, "settled", issue.record)):
                return issue
        return None

    def settled(self) -> Iterator[Amend]:
        """What an earlier reconciliation passed on and a prescriber now decides: its issue and its Task are over."""
        if not supervision.may(self.occasion.content, "change-medicine", self.occasion.actor.discipline):
            return
        for verdict in self.verdicts:
            issue = self.known(verdict.discrepancy)
            if issue is None:
                continue
            edits = (put("status", "final"), add("mitigation", self._mitigation(verdict)))
            why = f"{verdict.discrepancy.medicine}: decided by a prescriber"
            yield marked(self.act, "settled", issue.record, why, *edits)
            for one in self.chart.tasks:
                asked = "resolve-discrepancy" in one.codes and one.focus == issue.reference
                if asked and (one.open or is_marked(self.act, "settled", one.record)):
                    yield marked(self.act, "settled", one.record, why, *done(self.occasion))


def done(occasion: Occasion) -> tuple[Edit, ...]:
    """What completes a Task."""
    state = {"coding": [occasion.content.concept(TASK_STATE, "done").coding]}
    return (put("status", "completed"), put("businessStatus", state), put("lastModified", occasion.stamp))
