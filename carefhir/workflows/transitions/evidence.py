"""Gathers the evidence for one transition: contact, attempts, visit, reconciliation and teaching.

Each piece says on which day it was and whether that was in time, so that a biller or an auditor can follow it back to
the record it rests on. What can be said about billing is said in words; nothing is billed here, a biller decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.codes import BILLING_STATEMENT, CLOCK_DATE, TEACH_TOPIC, TRANSITION_EVIDENCE, TRANSITION_OUTCOME
from carefhir.fhir.codec import Json
from carefhir.fhir.record import moment
from carefhir.occasion import Occasion
from carefhir.workflows.transitions import kept_visit
from carefhir.workflows.transitions.attempts import Attempts
from carefhir.workflows.transitions.kept_visit import Providers
from carefhir.workflows.transitions.record_teach_back import understood
from carefhir.workflows.transitions.transition import Transition, TransitionChart, late_day_of, spoken


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One piece of evidence: its kind (CodeSystem transition-evidence), words, source and day."""

    kind: str
    words: str
    reference: str = ""
    day: date | None = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence on record for one transition when it is closed."""

    contact: EvidenceItem
    attempts: tuple[EvidenceItem, ...]
    visit: EvidenceItem
    visit_within: str
    """`visit-7-day` or `visit-14-day`; "" if no visit is known to have been kept in time."""
    reconciliation: EvidenceItem
    teaching: EvidenceItem

    @property
    def all(self) -> tuple[EvidenceItem, ...]:
        return (self.contact, *self.attempts, self.visit, self.reconciliation, self.teaching)

    @property
    def missing(self) -> tuple[str, ...]:
        """What a claim would be missing."""
        done, visit = self.reconciliation.day, self.visit.day
        late = done is not None and visit is not None and done > visit
        lacks = {
            "contact or documented attempts in time": not self.contact.counts,
            "a visit kept in time": not self.visit_within,
            "medicines reconciled by the day of the visit": not self.reconciliation.counts or late,
        }
        return tuple(what for what, lacking in lacks.items() if lacking)


def gather(followed: TransitionChart, tried: Attempts, some: Providers, *, occasion: Occasion) -> Evidence:
    """Gathers the evidence from what is on record."""
    visit, within = _visit(followed, some, occasion)
    return Evidence(
        contact=_contact(followed.transition, tried),
        attempts=tuple(
            EvidenceItem("attempt", str(attempt), attempt.reference, attempt.day)
            for attempt in tried.all
            if attempt is not tried.met
        ),
        visit=visit,
        visit_within=within,
        reconciliation=_reconciliation(followed, occasion),
        teaching=_teaching(followed.transition, occasion),
    )


def _contact(transition: Transition, tried: Attempts) -> EvidenceItem:
    by = transition.dates["contact-by"]
    if tried.met is not None:
        when = "in time" if tried.met.day <= by else "late"
        words = f"contact made on {spoken(tried.met.day)}, {when} (due by {spoken(by)})"
        if tried.met.day > by and tried.evidence:
            words += f"; {_documented(tried)} in time"
        return EvidenceItem("contact", words, tried.met.reference, tried.met.day, counts=tried.evidence)
    if tried.evidence:
        words = f"not reached; {_documented(tried)} in time (by {spoken(by)})"
        return EvidenceItem("contact", words, counts=True)
    words = f"no contact; {_documented(tried)} in time (by {spoken(by)})"
    return EvidenceItem("contact", words)


def _documented(tried: Attempts) -> str:
    count = len(tried.in_window)
    return f"{count} documented attempt{'' if count == 1 else 's'}"


def _visit(followed: TransitionChart, some: Providers, occasion: Occasion) -> tuple[EvidenceItem, str]:
    """The first visit kept, else the one booked; and the limit within which it was kept (rule 35)."""
    attended, why = kept_visit.kept(followed.chart, followed.transition, some, occasion)
    visits = [visit for visit in followed.visits if visit.start is not None]
    booked = next((visit for visit in reversed(visits) if not visit.over or visit.status == "fulfilled"), None)
    none = f"; no visit: {'; '.join(why)}" if why else ""
    if attended is None and (booked is None or booked.start is None):
        return EvidenceItem("visit", f"no visit on record{none}"), ""
    start = attended.start if attended else booked.start if booked else None
    day = late_day_of(start or occasion.now, occasion)
    dates = followed.transition.dates
    limit = next((code for code in ("visit-7-day", "visit-14-day") if day <= dates[code]), "")
    words = occasion.content.concept(CLOCK_DATE, limit).display if limit else "later than any visit that counts"
    if attended is None:
        words += "; whether it was kept is not on record: no attended Encounter with a provider who may count" + none
    reference = attended.reference if attended else booked.reference if booked else ""
    item = EvidenceItem("visit", f"visit on {spoken(day)}: {words}", reference, day, counts=bool(attended and limit))
    return item, limit if attended else ""


def _reconciliation(followed: TransitionChart, occasion: Occasion) -> EvidenceItem:
    """Dates the reconciliation by its list, which holds the day of the talk; without a list, by its Task."""
    by = followed.transition.dates["reconciliation-by"]
    task = followed.transition.child("reconcile-medications")
    if task is None or task.status != "completed":
        return EvidenceItem("reconciliation", f"medicines not reconciled (by {spoken(by)})")
    reconciled = next((list_ for list_ in followed.lists if list_.reference in task.outputs), None)
    at = moment((reconciled.date if reconciled else "") or task.changed, occasion.zone)
    reference = reconciled.reference if reconciled else task.record.reference
    if at is None:
        return EvidenceItem("reconciliation", "medicines reconciled, on a day that is not on record", reference)
    day = late_day_of(at, occasion)
    when = "in time" if day <= by else "late"
    words = f"medicines reconciled on {spoken(day)}, {when} (by {spoken(by)})"
    return EvidenceItem("reconciliation", words, reference, day, counts=day <= by)


def _teaching(transition: Transition, occasion: Occasion) -> EvidenceItem:
    task = transition.child("teach-back")
    learned = understood(task) if task else {}
    topics = occasion.content.concepts(TEACH_TOPIC)
    names = [topic.display for code, topic in topics.items() if code in learned]
    left = [topic.display for code, topic in topics.items() if code not in learned]
    words = f"understood: {', '.join(names) or 'nothing on record'}"
    words += f"; not understood yet: {', '.join(left)}" if left else ""
    return EvidenceItem("teach-back", words, task.record.reference if task else "", counts=not left)


def billing(evidence: Evidence, outcome: str, occasion: Occasion) -> str:
    """What can be said about billing, in the words of CodeSystem billing-statement."""
    content = occasion.content
    code = str(content.concept(TRANSITION_OUTCOME, outcome).properties["billing"])
    if code != "by-evidence":
        return content.concept(BILLING_STATEMENT, code).definition
    if evidence.missing:
        return f"{content.concept(BILLING_STATEMENT, 'incomplete').definition}: {'; '.join(evidence.missing)}."
    return content.concept(BILLING_STATEMENT, evidence.visit_within).definition


def output(item: EvidenceItem, occasion: Occasion) -> Json:
    """Writes a piece of evidence as an output of the transition's parent Task."""
    kind: Json = {"coding": [occasion.content.concept(TRANSITION_EVIDENCE, item.kind).coding]}
    if item.reference:
        return {"type": kind, "valueReference": {"reference": item.reference, "display": item.words}}
    return {"type": kind, "valueString": item.words}
