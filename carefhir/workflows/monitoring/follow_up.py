"""What a check-in sets going: Tasks by its colour, and the next one by tier. Who and by when is content."""

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
from carefhir.workflows.safety import urgent_owners

CADENCE = "check-in-cadence"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Writing the Tasks that one check-in asks for, by its colour."""

    pen: Pen
    chart: Chart
    facts: Facts
    result: Triage
    response: Json | None
    """How others refer to the response; None where it could not be kept."""

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
        """The reasons of the colour, in one line."""
        return "; ".join(self.result.reasons)

    def tasks(self) -> tuple[tuple[Create, ...], tuple[str, ...]]:
        """The Tasks of this colour, and what to know about who got them."""
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
            self.pen.task(f"escalation/{role}", self._escalation(words, owner), f"{what}: due now, {role}")
            for role, owner in owners
            if not self._asked_already("escalation", owner)
        )
        return escalations, warnings if escalations else ()

    def _nurse_call(self) -> tuple[Create, ...]:
        """A call the same day; and the provider told when it has not been settled by then."""
        if self._asked_already("nurse-call", self.manager):
            return ()
        due = self.pen.today + timedelta(days=self.numbers["nurse-call-days"])
        words = f"Yellow: {self.reasons}. Call the person today, find out more, and settle it or pass it on."
        call = self.pen.task("nurse-call", self._for_manager("nurse-call", words, due), f"yellow: call by {due}")
        days = self.numbers["inform-provider-business-days"]
        later = self.pen.occasion.calendar.add_business_days(self.pen.today, days)
        words = f"Yellow, {self.reasons}: if the nurse call has not settled it by then, tell the supervising provider."
        work = self._for_manager("inform-provider", words, later, part_of=self.pen.refer(call))
        return call, self.pen.task("inform-provider", work, f"not settled by {later}: the provider is told")

    def _ask_again(self) -> tuple[Create, ...]:
        if self._asked_already("nurse-call", self.manager):
            return ()
        due = self.pen.today + timedelta(days=self.numbers["ask-again-days"])
        missing = "; ".join(self.result.missing) or "no rules for what this person has"
        words = f"Cannot say how they are. Ask again: {missing}."
        work = self._for_manager("nurse-call", words, due)
        return (self.pen.task("nurse-call", work, f"cannot say: ask again by {due}"),)

    def next(self, done_before: int) -> Create:
        """The next check-in; `done_before` is how many there were since enrolment or discharge, this one aside."""
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
        return self.pen.task("next-check-in", work, f"next check-in by {due}: {why}")

    def _interval(self, number: int) -> tuple[int, str]:
        """How many days until the next one, and why."""
        numbers, tier = self.numbers, newest_tier_code(self.chart.risks)
        if number < numbers["weekly-first"]:
            return numbers["days-weekly"], f"weekly for the first {numbers['weekly-first']}"
        if tier and f"days-{tier}" in numbers:
            return numbers[f"days-{tier}"], f"tier {tier}"
        return numbers["days-weekly"], "weekly, no tier is on record"

    def _business_day(self, day: date) -> date:
        """That day, or the last business day before it: an office that is shut calls nobody."""
        while not self.pen.occasion.calendar.is_business_day(day) and day > self.pen.today:
            day -= timedelta(days=1)
        return day

    def _for_manager(self, code: str, words: str, due: date, *, part_of: Json | None = None) -> Work:
        """Work for the care manager."""
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
        """Work for a provider, due now."""
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
        """Whether the draft of this very response set the same going with this owner, and it is still open."""
        about = (self.response or {}).get("reference", "")
        return bool(about) and any(
            task.open and code in task.codes and task.focus == about and task.owner == owner
            for task in self.chart.tasks
        )
