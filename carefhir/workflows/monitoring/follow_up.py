"""What a check-in sets going: Tasks by its colour, and the next one by tier. Who and by when is content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import METHOD, TIER
from carefhir.content import check_in
from carefhir.content.check_in import PRESSING, Triage
from carefhir.content.loading import parameters
from carefhir.fhir.changes import Act, Create, carries_key, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, first_text, has_code
from carefhir.mappers import task
from carefhir.occasion import Occasion
from carefhir.workflows.safety import urgent_owners

CADENCE = "check-in-cadence"
NEXT = "next-check-in"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One check-in's colour on the desk, and whoever there is to act on it."""

    chart: Chart
    patient: str
    occasion: Occasion
    act: Act
    result: Triage
    response: Json | None
    """How others refer to the response; None where it could not be kept."""

    @property
    def numbers(self) -> dict[str, int]:
        return parameters(self.occasion.content.get("PlanDefinition", CADENCE))

    @property
    def canonical(self) -> str:
        return self.occasion.content.canonical("PlanDefinition", CADENCE)

    @property
    def manager(self) -> str:
        return self.chart.care_manager or self.occasion.actor.reference

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
        owners, warnings = urgent_owners(self.chart.team, self.occasion, "escalation")
        what = self.result.color.replace("-", ", ").upper()
        said = f"{what}: {self.reasons}. " + " ".join(self.result.orders)
        made = [
            Create(part, self._task("escalation", said, owner, self.occasion.today, "stat"), f"{what}: due now, {role}")
            for role, owner in owners
            for part in (f"escalation/{role}",)
            if not self._asked_already("escalation", owner, part)
        ]
        return tuple(made), warnings if made else ()

    def _nurse_call(self) -> tuple[Create, ...]:
        """A call the same day; and the provider told when it has not been settled by then."""
        part = "nurse-call"
        if self._asked_already("nurse-call", self.manager, part):
            return ()
        due = self.occasion.today + timedelta(days=self.numbers["nurse-call-days"])
        words = f"Yellow: {self.reasons}. Call the person today, find out more, and settle it or pass it on."
        call = Create(part, self._task("nurse-call", words, self.manager, due, "urgent"), f"yellow: call by {due}")
        later = self.occasion.calendar.add_business_days(
            self.occasion.today, self.numbers["inform-provider-business-days"]
        )
        words = f"Yellow, {self.reasons}: if the nurse call has not settled it by then, tell the supervising provider."
        told = self._task("inform-provider", words, self.manager, later, "urgent", part_of=refer(call, self.act))
        return call, Create("inform-provider", told, f"not settled by {later}: the provider is told")

    def _ask_again(self) -> tuple[Create, ...]:
        part = "nurse-call"
        if self._asked_already("nurse-call", self.manager, part):
            return ()
        due = self.occasion.today + timedelta(days=self.numbers["ask-again-days"])
        missing = "; ".join(self.result.missing) or "no rules for what this person has"
        words = f"Cannot say how they are. Ask again: {missing}."
        made = self._task("nurse-call", words, self.manager, due, "urgent")
        return (Create(part, made, f"cannot say: ask again by {due}"),)

    def next(self, done_before: int) -> tuple[Create, ...]:
        """The next check-in; `done_before` is how many there were since enrolment or discharge, this one aside."""
        days, why = self._interval(done_before + 1)
        due = self._business_day(self.occasion.today + timedelta(days=days))
        form = check_in.form_for(self.occasion.content, facts_of(self.chart, self.occasion))
        inputs: tuple[Json, ...] = ()
        if form is not None:
            canonical = f"{form['url']}|{form.get('version', '')}"
            inputs = ({"type": {"text": "form"}, "valueCanonical": canonical},)
        words = f"Check in by {due} ({why})."
        made = self._task("check-in", words, self.manager, due, "routine", inputs=inputs, about=False)
        return (Create(NEXT, made, f"next check-in by {due}: {why}"),)

    def _interval(self, number: int) -> tuple[int, str]:
        """How many days until the next one, and why."""
        numbers, tier = self.numbers, newest_tier(self.chart)
        if number < numbers["weekly-first"]:
            return numbers["days-weekly"], f"weekly for the first {numbers['weekly-first']}"
        if tier and f"days-{tier}" in numbers:
            return numbers[f"days-{tier}"], f"tier {tier}"
        return numbers["days-weekly"], "weekly, no tier is on record"

    def _business_day(self, day: date) -> date:
        """That day, or the last business day before it: an office that is shut calls nobody."""
        while not self.occasion.calendar.is_business_day(day) and day > self.occasion.today:
            day -= timedelta(days=1)
        return day

    def _task(
        self,
        code: str,
        words: str,
        owner: str,
        due: date,
        priority: str,
        *,
        part_of: Json | None = None,
        inputs: tuple[Json, ...] = (),
        about: bool = True,
    ) -> Json:
        work = task.Work(
            code,
            words,
            self.occasion.today,
            due,
            owner,
            priority=priority,
            focus=self.response if about else None,
            part_of=part_of,
            inputs=inputs,
        )
        actor, stamp = self.occasion.actor.reference, self.occasion.stamp
        return task.write(self.occasion.content, self.patient, actor, stamp, work)

    def _asked_already(self, code: str, owner: str, part: str) -> bool:
        """Whether the draft of this very response set the same going with this owner, and it is still open."""
        about = (self.response or {}).get("reference", "")
        own = self.act.part_key(part)
        return bool(about) and any(
            one.open
            and code in one.codes
            and one.focus == about
            and one.owner == owner
            and not carries_key(one.record, own)
            for one in self.chart.tasks
        )


def newest_tier(chart: Chart) -> str:
    """The tier on record; "" where there is none."""
    counted = [
        one
        for one in chart.risks
        if has_code(one.json, "method", METHOD, "care-tier")
        and first_text(one.json, "status") in ("final", "amended", "corrected")
    ]
    newest = max(counted, key=lambda one: first_text(one.json, "occurrenceDateTime") or "", default=None)
    if newest is None:
        return ""
    return next((code for system, code in codings(newest.json, "prediction.outcome") if system == TIER), "")
