"""What a biller or an auditor follows: contact, attempts, visit, reconciliation and teaching, each with its day and
whether in time; and, in words, what can be said of billing. It never bills: a biller decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.codes import BILLING_STATEMENT, CLOCK_DATE, TEACH_TOPIC, TRANSITION_EVIDENCE, TRANSITION_OUTCOME
from carefhir.fhir.codec import Json
from carefhir.fhir.record import first_text, moment, refers_to
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.encounter import BEGUN
from carefhir.occasion import Occasion
from carefhir.workflows.transitions.attempts import Attempts
from carefhir.workflows.transitions.record_teach_back import understood
from carefhir.workflows.transitions.transition import Context, Transition, day_of, spoken

KEPT = ("fulfilled", "arrived", "checked-in")
"""Appointments that took place."""


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of evidence: its kind (CodeSystem transition-evidence), the words, what they rest on, and its day."""

    kind: str
    words: str
    reference: str = ""
    day: date | None = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything on record for one transition when it is closed."""

    contact: Found
    attempts: tuple[Found, ...]
    visit: Found
    visit_within: str
    """`visit-7-day` or `visit-14-day`; "" where no visit is known to have been kept in time."""
    reconciliation: Found
    teaching: Found

    @property
    def all(self) -> tuple[Found, ...]:
        return (self.contact, *self.attempts, self.visit, self.reconciliation, self.teaching)

    @property
    def missing(self) -> tuple[str, ...]:
        """What a claim would lack."""
        done, visit = self.reconciliation.day, self.visit.day
        late = done is not None and visit is not None and done > visit
        lacks = {
            "contact or documented attempts in time": not self.contact.counts,
            "a visit kept in time": not self.visit_within,
            "medicines reconciled by the day of the visit": not self.reconciliation.counts or late,
        }
        return tuple(what for what, lacking in lacks.items() if lacking)


def gather(context: Context, transition: Transition, tried: Attempts, occasion: Occasion) -> Evidence:
    """The evidence, from what is on record."""
    visit, within = _visit(context, transition, occasion)
    return Evidence(
        _contact(transition, tried),
        tuple(Found("attempt", str(one), one.reference, one.day) for one in tried.made if one is not tried.met),
        visit,
        within,
        _reconciliation(context, transition, occasion),
        _teaching(transition, occasion),
    )


def _contact(transition: Transition, tried: Attempts) -> Found:
    by = transition.dates["contact-by"]
    if tried.met is not None:
        when = "in time" if tried.met.day <= by else "late"
        words = f"contact met on {spoken(tried.met.day)}, {when} (by {spoken(by)})"
        if tried.met.day > by and tried.evidence:
            words += f"; {len(tried.in_window)} documented attempts in time"
        return Found("contact", words, tried.met.reference, tried.met.day, tried.evidence)
    if tried.evidence:
        words = f"not reached; {len(tried.in_window)} documented attempts in time (by {spoken(by)})"
        return Found("contact", words, counts=True)
    return Found("contact", f"no contact; {len(tried.in_window)} documented attempts in time (by {spoken(by)})")


def _visit(context: Context, transition: Transition, occasion: Occasion) -> tuple[Found, str]:
    """The first visit known to have been kept, else what is booked."""
    visits = [one for one in transition.visits(context.chart.appointments) if one.start is not None]
    kept = next((one for one in visits if _took_place(one, context)), None)
    chosen = kept or next((one for one in reversed(visits) if not one.over), None)
    if chosen is None or chosen.start is None:
        return Found("visit", "no visit on record"), ""
    day = day_of(chosen.start, occasion)
    limit = next((code for code in ("visit-7-day", "visit-14-day") if day <= transition.dates[code]), "")
    words = occasion.content.concept(CLOCK_DATE, limit).display if limit else "later than any visit that counts"
    if kept is None:
        words += "; whether it was kept is not on record"
    found = Found("visit", f"visit on {spoken(day)}: {words}", chosen.reference, day, bool(kept and limit))
    return found, limit if kept else ""


def _took_place(visit: AppointmentView, context: Context) -> bool:
    """By the Appointment itself, or by an Encounter that says it was for it."""
    return visit.status in KEPT or any(
        one.status in BEGUN and refers_to(one.record.json, "appointment", visit.reference)
        for one in context.chart.encounters
    )


def _reconciliation(context: Context, transition: Transition, occasion: Occasion) -> Found:
    """By the day of the talk, which the reconciled list says; by when its Task was done where there is no list."""
    by = transition.dates["reconciliation-by"]
    child = transition.child("reconcile-medications")
    if child is None or child.status != "completed":
        return Found("reconciliation", f"medicines not reconciled (by {spoken(by)})")
    made = next((one for one in context.lists if one.reference in child.outputs), None)
    text = first_text(made.json, "date") if made else None
    at = moment(text or first_text(child.record.json, "lastModified"), occasion.zone)
    reference = made.reference if made else child.record.reference
    if at is None:
        return Found("reconciliation", "medicines reconciled, on a day that is not on record", reference)
    day = day_of(at, occasion)
    when = "in time" if day <= by else "late"
    words = f"medicines reconciled on {spoken(day)}, {when} (by {spoken(by)})"
    return Found("reconciliation", words, reference, day, day <= by)


def _teaching(transition: Transition, occasion: Occasion) -> Found:
    child = transition.child("teach-back")
    learned = understood(child) if child else {}
    names = [one.display for code, one in occasion.content.concepts(TEACH_TOPIC).items() if code in learned]
    left = [one.display for code, one in occasion.content.concepts(TEACH_TOPIC).items() if code not in learned]
    words = f"understood: {', '.join(names) or 'nothing on record'}"
    words += f"; not: {', '.join(left)}" if left else ""
    return Found("teach-back", words, child.record.reference if child else "", counts=not left)


def billing(evidence: Evidence, outcome: str, occasion: Occasion) -> str:
    """What can be said of billing, in the words of CodeSystem billing-statement."""
    content = occasion.content
    code = str(content.concept(TRANSITION_OUTCOME, outcome).properties["billing"])
    if code != "by-evidence":
        return content.concept(BILLING_STATEMENT, code).definition
    if evidence.missing:
        return f"{content.concept(BILLING_STATEMENT, 'incomplete').definition}: {'; '.join(evidence.missing)}."
    return content.concept(BILLING_STATEMENT, evidence.visit_within).definition


def output(found: Found, occasion: Occasion) -> Json:
    """A piece of evidence as an output of the transition's Task."""
    made: Json = {"type": {"coding": [occasion.content.concept(TRANSITION_EVIDENCE, found.kind).coding]}}
    if found.reference:
        made["valueReference"] = {"reference": found.reference, "display": found.words}
    else:
        made["valueString"] = found.words
    return made
