"""What follows from a check-in: Tasks by its color, and the next check-in by the tier of care.

Days and numbers are in PlanDefinition check-in-cadence, not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from carefhir.chart.chart import Chart
from carefhir.content import cadence, check_in
from carefhir.content.check_in import PRESSING, Triage
from carefhir.content.rules import Facts
from carefhir.fhir.changes import Create
from carefhir.fhir.codec import Json
from carefhir.mappers.risk_assessment import newest_tier_code
from carefhir.mappers.task import Work
from carefhir.workflows.pen import Pen
from carefhir.workflows.safety import ROLES, urgent_owners


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
        return cadence.numbers(self.pen.content)

    @property
    def canonical(self) -> str:
        return self.pen.content.canonical("PlanDefinition", cadence.CADENCE)

    @property
    def manager(self) -> str:
        return self.chart.care_manager or self.pen.author

    @property
    def reasons(self) -> str:
        """The reasons for the color, in one line."""
        return "; ".join(self.result.reasons)

    @property
    def on_call(self) -> str:
        """Who is on call; "" where nobody is on record."""
        return self.pen.occasion.on_call(self.chart.team.on_call)

    def _in_office(self, day: date, hour: int | None = None) -> bool:
        """Whether the care manager is at work on that day, at that hour if one is given."""
        calendar, numbers = self.pen.occasion.calendar, self.numbers
        open_now = hour is None or numbers["office-opens-hour"] <= hour < numbers["office-closes-hour"]
        return open_now and calendar.is_business_day(day) and day not in calendar.closed

    @property
    def caller(self) -> str:
        """Who calls today: the care manager; whoever is on call, where the office is closed now (rule 32)."""
        now = self.pen.occasion.now.astimezone(self.pen.occasion.zone)
        return self.manager if self._in_office(now.date(), now.hour) else self.on_call or self.manager

    @property
    def _closed(self) -> tuple[str, ...]:
        """Warns where a call is due while the office is closed and nobody is on call."""
        now = self.pen.occasion.now.astimezone(self.pen.occasion.zone)
        if self._in_office(now.date(), now.hour) or self.on_call:
            return ()
        nobody = self.pen.occasion.nobody_on_call
        return (f"the office is closed and {nobody}: the call is due today all the same",)

    def tasks(self) -> tuple[tuple[Create, ...], tuple[str, ...]]:
        """Writes the Tasks that the color asks for, and gives warnings about who got them."""
        if self.result.color in PRESSING:
            return self._escalations()
        calls = {"yellow": self._nurse_call, "cannot-say": self._ask_again}
        tasks = calls[self.result.color]() if self.result.color in calls else ()
        return tasks, self._closed if tasks else ()

    def _escalations(self) -> tuple[tuple[Create, ...], tuple[str, ...]]:
        owners, warnings = urgent_owners(self.chart.team, self.pen.occasion, "escalation")
        what = self.result.color.replace("-", ", ").upper()
        words = f"{what}: {self.reasons}. " + " ".join(self.result.orders)
        escalations = tuple(
            self.pen.task(f"escalation/{role}", self._escalation(words, owner), f"{what}: due now, for {ROLES[role]}")
            for role, owner in owners
            if not self._asked_already("escalation", owner, words)
        )
        return escalations, warnings if escalations else ()

    def _nurse_call(self) -> tuple[Create, ...]:
        """Writes a call for the same day, and a reminder to tell the provider if the call does not settle it."""
        due = self.pen.today + timedelta(days=self.numbers["nurse-call-days"])
        words = (
            f"Yellow: {self.reasons}. Call the person today, find out more, and settle it or tell the supervising "
            "provider." + (f" Ask again ({'; '.join(self.result.missing)})." if self.result.missing else "")
        )
        if self._asked_already("nurse-call", self.caller):
            return ()
        work = self._for_caller("nurse-call", words, due, owner=self.caller)
        call = self.pen.task("nurse-call", work, f"yellow: a nurse calls by {due}")
        return call, self._reminder(call)

    def _reminder(self, call: Create) -> Create:
        """Writes the reminder to tell the provider, if the call does not settle it."""
        days = self.numbers["inform-provider-business-days"]
        later = self.pen.occasion.calendar.add_business_days(self.pen.today, days)
        words = f"Yellow, {self.reasons}: if the nurse call has not settled it by then, tell the supervising provider."
        part_of = self.pen.refer(call)
        work = self._for_caller("inform-provider", words, later, owner=self.manager, part_of=part_of)
        return self.pen.task("inform-provider", work, f"if not settled by {later}, the supervising provider is told")

    def _ask_again(self) -> tuple[Create, ...]:
        """Writes a call to ask again, where the answers do not say how the person is."""
        due = self.pen.today + timedelta(days=self.numbers["ask-again-days"])
        missing = "; ".join(self.result.missing) or "no check-in rules hold for this person"
        words = f"The check-in cannot say how the person is. Call and ask again ({missing})."
        if self._asked_already("nurse-call", self.caller):
            return ()
        work = self._for_caller("nurse-call", words, due, owner=self.caller)
        return (self.pen.task("nurse-call", work, f"cannot say: a nurse asks again by {due}"),)

    def next(self, color: str, done_before: int) -> tuple[Create, ...]:
        """Writes the next check-in, unless the program is paused or they have left every one.

        `done_before` counts those since enrollment or discharge, without this one.
        """
        if self.chart.paused or self.chart.left:
            return ()
        due, why = self._next_day(color, done_before + 1)
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
            owner=self.manager if self._in_office(due) else self.on_call or self.manager,
            inputs=inputs,
        )
        return (self.pen.task("next-check-in", work, f"next check-in by {due}: {why}"),)

    def _next_day(self, color: str, number: int) -> tuple[date, str]:
        """The day of the next check-in, and why then: soon after a color that is not green (rule 32), else by tier."""
        numbers, calendar = self.numbers, self.pen.occasion.calendar
        named = color.replace("-", " ")
        if color in PRESSING:
            return self.pen.today + timedelta(days=numbers["next-after-pressing-days"]), f"the day after {named}"
        if color != "green":
            days = numbers["next-after-call-business-days"]
            return calendar.add_business_days(self.pen.today, days), f"the business day after {named}"
        days, why = self._interval(number)
        return cadence.day_in_office(self.pen.today + timedelta(days=days), self.pen.today, calendar), why

    def _interval(self, number: int) -> tuple[int, str]:
        """How many days until the next one, and why."""
        numbers, tier = self.numbers, newest_tier_code(self.chart.risks)
        if number < numbers["weekly-first"]:
            return numbers["days-weekly"], f"weekly for the first {numbers['weekly-first']} check-ins"
        if tier and f"days-{tier}" in numbers:
            return cadence.days_between(self.pen.content, tier), f"tier {tier}"
        return numbers["days-weekly"], "weekly, because no tier is on record"

    def _for_caller(self, code: str, words: str, due: date, *, owner: str, part_of: Json | None = None) -> Work:
        """What a Task for a nurse says."""
        return Work(
            code=code,
            words=words,
            start=self.pen.today,
            end=due,
            owner=owner,
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

    def _asked_already(self, code: str, owner: str, words: str = "") -> bool:
        """Whether earlier answers of this response already raised the same Task for this owner, and it is open; in the
        same words, if any are given: an emergency is not told by the Task of a lesser one."""
        about = (self.response or {}).get("reference", "")
        return bool(about) and any(
            task.open
            and code in task.codes
            and task.focus == about
            and task.owner == owner
            and words in ("", task.description)
            for task in self.chart.tasks
        )
