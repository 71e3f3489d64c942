"""The steps of the journey in their order, each command made of what the steps before it have written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from carefhir.codes import CHECK_IN_ANSWER, VERSION_KEY
from carefhir.content import composing
from carefhir.content.loading import extensions, load, value_of
from carefhir.engine.results import Done, Line
from carefhir.engine.step import Command
from carefhir.fhir.record import dig
from carefhir.workflows.assessment.conclude_assessment import ConcludeAssessment
from carefhir.workflows.assessment.confirm_concern import ConfirmConcern
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.care_planning.propose_plan import ProposePlan
from carefhir.workflows.care_planning.record_agreement import RecordAgreement
from carefhir.workflows.care_planning.request_sign_off import RequestSignOff
from carefhir.workflows.care_planning.sign_off import SignOff
from carefhir.workflows.monitoring.evaluate_goals import EvaluateGoals
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from carefhir.workflows.supervision.enroll import Enroll
from carefhir.workflows.transitions.open_transition import OpenTransition
from carefhir.workflows.transitions.reconcile_medications import ReconcileMedications
from carefhir.workflows.transitions.record_contact import RecordContact
from tests.patients.journey import Act, Person, carried_out
from tests.support.backends import Backend

Json = dict[str, Any]

LOINC = "http://loinc.org"
OFTEN = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
"""PHQ-9: not at all, several days, more than half the days, nearly every day (0 to 3)."""
PHQ_9 = "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8".split()
LOW, WELL = (2, 2, 2, 2, 1, 1, 2, 2, 0), (0, 1, 1, 1, 0, 0, 0, 0, 0)
"""Answers to it: 14, and 3."""
HUNGER = ("88122-7", "88123-5")
SOMETIMES, NEVER = "LA6729-3", "LA28398-8"
"""Hunger Vital Sign: sometimes true, never true."""
CONCLUSIONS = {
    "behavioural": "answers to the PHQ-9 talked through, no thoughts of death",
    "social": "asked about food, housing and transport",
    "supports": "lives with family",
}
OWN = "to sleep through the night at home"
STEPS = (
    "enroll",
    "phq-9",
    "hunger",
    "confirm food",
    "transition",
    "contact",
    "medicines",
    "conclude",
    "plan",
    "agreement",
    "request",
    "sign-off",
    "check-in",
    "goals",
)


@dataclass
class _Told:
    """A journey as far as it is told: what the next command may name."""

    backend: Backend
    who: Person
    wrote: dict[str, list[Line]] = field(default_factory=dict)

    def does(self, name: str, command: Command, *, by_provider: bool = False) -> Act:
        """Carries a step out, and keeps what it wrote."""
        actor = self.who.provider if by_provider else self.who.care_manager
        act = carried_out(self.backend, self.who, name, actor, command)
        self.wrote[name] = list(act.result.written) if isinstance(act.result, Done) else []
        return act

    def made(self, name: str, part: str) -> dict[str, str]:
        """What a step created, by its part: all parts that begin so."""
        return {
            one.part: one.reference for one in self.wrote[name] if one.part.startswith(part) and one.how == "created"
        }

    def one(self, name: str, part: str) -> str:
        """The first of that."""
        return next(iter(self.made(name, part).values()), "")


def journey(backend: Backend, who: Person) -> Iterator[Act]:
    """Step after step, as far as the data go: what a refused step would have written, no later one names."""
    told = _Told(backend, who)
    patient, now = who.reference, who.now
    yield told.does("enroll", _enroll(who))
    yield told.does("phq-9", RecordAssessment(patient=patient, response=phq_9(who)))
    yield told.does("hunger", RecordAssessment(patient=patient, response=hunger(who)))
    if concern := told.one("hunger", "concern/"):
        reason = "skips supper in the last week of the month"
        yield told.does("confirm food", ConfirmConcern(patient=patient, concern=concern, reason=reason))
    yield told.does("transition", OpenTransition(patient=patient, encounter=who.named.reference))
    if transition := told.one("transition", "transition"):
        topics = ("how she is", "medicines")
        contact = {"transition": transition, "started": now, "outcome": "reached", "topics": topics}
        yield told.does("contact", RecordContact(patient=patient, **contact))
        yield told.does("medicines", ReconcileMedications(patient=patient, transition=transition, started=now))
    conclusions = tuple({"domain": domain, "words": words} for domain, words in CONCLUSIONS.items())
    yield told.does("conclude", ConcludeAssessment(patient=patient, concluded=now, conclusions=conclusions))
    yield from _planned(told)
    if watched := _watched(told):
        yield told.does("check-in", RecordCheckIn(patient=patient, response=check_in(who, watched)))
    yield told.does("goals", EvaluateGoals(patient=patient))


def _planned(told: _Told) -> Iterator[Act]:
    """From the proposal to the signature: all goals agreed to but the pathways' last."""
    patient, now = told.who.reference, told.who.now
    yield told.does("plan", ProposePlan(patient=patient, own_goal=OWN))
    plan = told.one("plan", "plan")
    if not plan:
        return
    goals = told.made("plan", "goal/")
    answers = dict.fromkeys(goals.values(), "agree")
    answers |= dict.fromkeys([one for part, one in goals.items() if part != "goal/own"][-1:], "disagree")
    talk = {
        "talked": now,
        "answers": tuple({"goal": goal, "answer": answer} for goal, answer in answers.items()),
        "items": tuple({"item": one, "answer": "agree"} for one in _referrals(told)),
        "copy_given": True,
    }
    yield told.does("agreement", RecordAgreement(patient=patient, plan=plan, **talk))
    yield told.does("request", RequestSignOff(patient=patient, plan=plan))
    if request := told.one("request", "sign-off"):
        issues = tuple(told.made("plan", "issue/").values())
        decided = tuple({"issue": one, "decision": "read; decided at the next visit"} for one in issues)
        signed = SignOff(patient=patient, plan=plan, version=_version(told, request, plan), decisions=decided)
        yield told.does("sign-off", signed, by_provider=True)


WATCHED = {
    "copd": "item/inhaler-teach-back",
    "depression": "item/alcohol-screen",
    "diabetes-type-2": "goal/yearly-checks",
    "falls": "goal/no-falls",
    "heart-failure": "goal/dry-weight",
    "hypertension": "item/home-cuff",
    "kidney-disease": "item/kidney-safe-teaching",
}
"""What only the pathway of this name asks for, of those that have a check-in of their own."""


def _watched(told: _Told) -> tuple[str, ...]:
    """The pathways of the plan that have a check-in of their own."""
    parts = {*told.made("plan", "goal/"), *told.made("plan", "item/")}
    return tuple(name for name, part in WATCHED.items() if part in parts)


def _referrals(told: _Told) -> list[str]:
    """Referrals that take the patient's own yes: those of class *now*."""
    named = [one for one in told.made("plan", "item/").values() if one.startswith("ServiceRequest/")]
    return [one for one in named if [*map(value_of, extensions(told.backend.get(one), "item-class"))] == ["now"]]


def _version(told: _Told, request: str, plan: str) -> str:
    """The version of the plan that the request for the signature names."""
    named = dig(told.backend.get(request), "input.valueReference.identifier")
    pins = [str(one["value"]).split("/") for one in named if one.get("system") == VERSION_KEY]
    return next(parts[-1] for parts in pins if "/".join(parts).startswith(plan + "/"))


def _enroll(who: Person) -> Enroll:
    return Enroll(
        patient=who.reference,
        program="care-management",
        care_manager=who.care_manager,
        supervising_provider=who.provider,
        consent="verbal",
        told=("what-it-is", "care-team", "right-to-stop"),
        reason="home after a stay",
        care_manager_discipline="RN",
    )


def is_low(key: str) -> bool:
    """Whether this patient answers as somebody in low mood. Half of them do, not all: else everybody is in need."""
    return int(key, 16) % 2 == 1


def is_hungry(key: str) -> bool:
    """Whether this patient says that food runs out. Half of them do, of either mood."""
    return int(key, 16) // 2 % 2 == 1


def phq_9(who: Person) -> Json:
    points = LOW if is_low(who.key) else WELL
    return _response(who, "phq-9", [_item(one, LOINC, OFTEN[n]) for one, n in zip(PHQ_9, points, strict=True)])


def hunger(who: Person) -> Json:
    first = SOMETIMES if is_hungry(who.key) else NEVER
    answers = zip(HUNGER, (first, NEVER), strict=True)
    return _response(who, "hunger-vital-sign", [_item(one, LOINC, code) for one, code in answers])


def check_in(who: Person, pathways: tuple[str, ...]) -> Json:
    """No to every question of the form for these pathways, merged for several; nothing was measured."""
    form = composing.id_of(f"check-in-{pathway}" for pathway in pathways)
    asked = [one["linkId"] for one in load().get("Questionnaire", form)["item"] if one.get("required")]
    return _response(who, form, [_item(one, CHECK_IN_ANSWER, "no") for one in asked])


def _item(item: str, system: str, code: str) -> Json:
    return {"linkId": item, "answer": [{"valueCoding": {"system": system, "code": code}}]}


def _response(who: Person, name: str, items: list[Json]) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": "https://example.org/fhir/sid/response", "value": f"{who.key}-{name}"},
        "questionnaire": load().canonical("Questionnaire", name),
        "status": "completed",
        "subject": {"reference": who.reference},
        "authored": who.now.isoformat(),
        "source": {"reference": who.reference},
        "item": items,
    }
