"""What follows from a check-in: Tasks by its color, and the next check-in by the tier of care.

Days and numbers are in PlanDefinition check-in-cadence, not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.chart.chart import Chart
from carefhir.content import check_in
from carefhir.content.check_in import PRESSING, Triage
from carefhir.content.loading import parameters
from carefhir.content.rules import Facts
from carefhir.fhir.changes import Create
from carefhir.fhir.codec import Json
from carefhir.mappers.risk_assessment import newest_tier_code
from carefhir.mappers.task import Work
from carefhir.workflows.pen import Pen
from carefhir.workflows.safety import ROLES, urgent_owners

CADENCE = "check-in-cadence"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Writes the Tasks that follow from one check-in."""

    pen: Pen
    chart: Chart
    facts: Facts
    result: Triage
    response: Json | None
    """A reference to the response; None where it cannot be kept."""

    @property
    def numbers(self) -> dict[str, int]:
        return parameters(self.pen.content.get("PlanDefinition", CADENCE))

    @property
    def canonical(self) -> str:
        return self.pen.content.canonical("PlanDefinition", CADENCE)

    @property
    def manager(self) -> str:
        return self.chart.care_manager or self.pen.author

    @property
    def reasons(self) -> str:
        """The reasons for the color, in one line."""
        return "; ".join(self.result.reasons)

    def tasks(self) -> tuple[tuple[Create, ...], tuple[str, ...]]:
        """Writes the Tasks that the color asks for, and gives warnings about who got them."""
        if self.result.color in PRESSING:
            return self._escalations()
        if self.result.color == "yellow":
            return self._nurse_call(), ()
        return (self._ask_again() if self.result.color == "cannot-say" else ()), ()

    def _escalations(self) -> tuple[tuple[Create, ...], tuple[str, ...]]:
        owners, warnings = urgent_owners(self.chart.team, self.pen.occasion, "escalation")
        what = self.result.color.replace("-", ", ").upper()
        words = f"{what}: {self.reasons}. " + " ".join(self.result.orders)
        escalations = tuple(
            self.pen.task(f"escalation/{role}", self._escalation(words, owner), f"{what}: due now, for {ROLES[role]}")
            for role, owner in owners
            if not self._asked_already("escalation", owner)
        )
        return escalations, warnings if escalations else ()

    def _nurse_call(self) -> tuple[Create, ...]:
        """Writes a call for the same day, and a reminder to tell the provider if the call does not settle it."""
        if self._asked_already("nurse-call", self.manager):
            return ()
        due = self.pen.today + timedelta(days=self.numbers["nurse-call-days"])
        words = (
            f"Yellow: {self.reasons}. Call the person today, find out more, and settle it or tell the supervising "
            "provider."
        )
        work = self._for_manager("nurse-call", words, due)
        call = self.pen.task("nurse-call", work, f"yellow: a nurse calls by {due}")
        return call, self._reminder(call)

    def _reminder(self, call: Create) -> Create:
        """Writes the reminder to tell the provider, if the call does not settle it."""
        days = self.numbers["inform-provider-business-days"]
        later = self.pen.occasion.calendar.add_business_days(self.pen.today, days)
        words = f"Yellow, {self.reasons}: if the nurse call has not settled it by then, tell the supervising provider."
        work = self._for_manager("inform-provider", words, later, part_of=self.pen.refer(call))
        return self.pen.task("inform-provider", work, f"if not settled by {later}, the supervising provider is told")

    def _ask_again(self) -> tuple[Create, ...]:
        """Writes a call to ask again, where the answers do not say how the person is."""
        if self._asked_already("nurse-call", self.manager):
            return ()
        due = self.pen.today + timedelta(days=self.numbers["ask-again-days"])
        missing = "; ".join(self.result.missing) or "no check-in rules hold for this person"
        words = f"The check-in cannot say how the person is. Call and ask again ({missing})."
        work = self._for_manager("nurse-call", words, due)
        return (self.pen.task("nurse-call", work, f"cannot say: a nurse asks again by {due}"),)

    def next(self, done_before: int) -> tuple[Create, ...]:
        """Writes the next check-in, unless the program is paused; `done_before` counts those since enrollment or
        discharge, without this one."""
        if self.chart.paused:
            return ()
        days, why = self._interval(done_before + 1)
        due = self._business_day(self.pen.today + timedelta(days=days))
        form = check_in.form_for(self.pen.content, self.facts)
        inputs: tuple[Json, ...] = ()
        if form is not None:
            canonical = f"{form['url']}|{form.get('version', '')}"
            inputs = ({"type": {"text": "form"}, "valueCanonical": canonical},)
        work = Work(
            code="check-in",
            words=f"Check in by {due} ({why}).",
            start=self.pen.today,
            end=due,
            owner=self.manager,
            inputs=inputs,
        )
        return (self.pen.task("next-check-in", work, f"next check-in by {due}: {why}"),)

    def _interval(self, number: int) -> tuple[int, str]:
        """How many days until the next one, and why."""
        numbers, tier = self.numbers, newest_tier_code(self.chart.risks)
        if number < numbers["weekly-first"]:
            return numbers["days-weekly"], f"weekly for the first {numbers['weekly-first']} check-ins"
        if tier and f"days-{tier}" in numbers:
            return numbers[f"days-{tier}"], f"tier {tier}"
        return numbers["days-weekly"], "weekly, because no tier is on record"

    def _business_day(self, day: date) -> date:
        """That day, or the last business day before it: nobody calls from a closed office."""
        while not self.pen.occasion.calendar.is_business_day(day) and day > self.pen.today:
            day -= timedelta(days=1)
        return day

    def _for_manager(self, code: str, words: str, due: date, *, part_of: Json | None = None) -> Work:
        """What a Task for the care manager says."""
        return Work(
            code=code,
            words=words,
            start=self.pen.today,
            end=due,
            owner=self.manager,
            priority="urgent",
            focus=self.response,
            part_of=part_of,
        )

    def _escalation(self, words: str, owner: str) -> Work:
        """What an escalation says: it is due now."""
        return Work(
            code="escalation",
            words=words,
            start=self.pen.today,
            end=self.pen.today,
            owner=owner,
            priority="stat",
            focus=self.response,
        )

    def _asked_already(self, code: str, owner: str) -> bool:
        """Whether an earlier draft of this response already raised the same Task for this owner, and it is open."""
        about = (self.response or {}).get("reference", "")
        return bool(about) and any(
            task.open and code in task.codes and task.focus == about and task.owner == owner
            for task in self.chart.tasks
        )
