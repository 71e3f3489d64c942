"""`confirm-concern`: a person judges what a screen found. A screen is not a diagnosis (rule 5).

A social need with a leaf Z code is confirmed by a nurse, a social worker or a provider; a community health worker
proposes it to the care manager. A positive screen without diagnosis is confirmed by a provider alone, who gives the
diagnosis: it becomes a problem of its own, with the concern as its evidence. A nurse or social worker proposes that to
the supervising provider, and the concern stays as it is.

The act's cause is the concern; to propose and to confirm are two acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import Field

from carefhir.chart import chart
from carefhir.chart.chart import Chart
from carefhir.codes import CONDITION_VERIFICATION, ICD10CM, RESTRICTED, STEP_KEY, TASK_STATE, concept
from carefhir.content import supervision
from carefhir.content.clocks import read_clock
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import ConditionRef, PatientCommand
from carefhir.fhir.changes import Act, Amend, Change, Create, Edit, Plan, Refusal, add, amend, carries_key, put, refer
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import codings
from carefhir.mappers import condition, patient, task
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.assessment import diagnoses

Kind: TypeAlias = Literal["confirmed", "proposed"]
UNSETTLED = frozenset({"unconfirmed", "provisional", "differential"})


class ConfirmConcern(PatientCommand):
    """Confirms a concern, or proposes that somebody who may does."""

    concern: ConditionRef = Field(description="the concern: Condition/ID")
    reason: str = Field(min_length=1, description="what it is judged by, in plain words")
    diagnosis: str = Field(default="", description="the code confirmed, as system|code (snomed|…, icd-10-cm|…)")
    diagnosis_words: str = Field(default="", description="the diagnosis in words")


NEEDS = (
    *chart.needs("patient", "care_teams", "episodes", "tasks"),
    condition.find(),
)


def read(records: Records, occasion: Occasion) -> Chart:
    """The chart."""
    return chart.read(records, occasion)


def causes(found: Chart, command: ConfirmConcern, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The concern, and what this person may do about it."""
    concern = _concern(found, command)
    return ((command.concern, _kind(concern, occasion)),) if concern else ()


def _concern(found: Chart, command: ConfirmConcern) -> ConditionView | None:
    return next((one for one in found.conditions if one.record.reference == command.concern), None)


def _action(concern: ConditionView) -> str:
    """The line of the supervision table that confirming it takes."""
    return "confirm-need" if diagnoses.is_need(concern) else "confirm-diagnosis"


def _kind(concern: ConditionView, occasion: Occasion) -> Kind:
    degree = supervision.degree(occasion.content, _action(concern), occasion.actor.discipline)
    return "proposed" if degree == "propose" else "confirmed"


def decide(found: Chart, command: ConfirmConcern, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The concern confirmed, or a Task for who may; or why not."""
    why = list(patient.in_the_way(found.patient, command.patient))
    concern = _concern(found, command)
    if concern is None:
        return Refusal((*why, f"{command.concern} is not among this patient's conditions, or not visible to us"))
    desk = _Desk(found, concern, command, occasion, act)
    why += desk.settled_already()
    if _kind(concern, occasion) == "proposed":
        return Refusal(tuple(why)) if why else desk.proposed()
    why += supervision.refusals(occasion.content, _action(concern), occasion.actor.discipline)
    why += desk.cannot_be_confirmed()
    return Refusal(tuple(why)) if why else desk.confirmed()


@dataclass(frozen=True, slots=True)
class _Desk:
    """One concern on the desk."""

    found: Chart
    concern: ConditionView
    command: ConfirmConcern
    occasion: Occasion
    act: Act

    @property
    def need(self) -> bool:
        return diagnoses.is_need(self.concern)

    @property
    def given(self) -> tuple[str, str] | None:
        """The code that was given."""
        return diagnoses.spelled(self.command.diagnosis)

    # ---- what stands in the way

    def settled_already(self) -> tuple[str, ...]:
        """Somebody else has judged it."""
        json, name = self.concern.record.json, self.concern.record.reference
        status = {code for _, code in codings(json, "verificationStatus")}
        if carries_key(self.concern.record, self.act.part_key("concern")):
            return ()
        for word in ("confirmed", "refuted", "entered-in-error"):
            if word in status:
                return (f"{name} is {word} already: nothing is left to confirm",)
        if not self.concern.current:
            return (f"{name} is over (its clinical status says so): reopen it first, if it is back",)
        return () if status & UNSETTLED or not status else (f"{name} has a verification status that is not known",)

    def cannot_be_confirmed(self) -> tuple[str, ...]:
        """What the concern, or the code given, lacks."""
        content, name = self.occasion.content, self.concern.record.reference
        if self.command.diagnosis and self.given is None:
            return ("diagnosis is given as system|code: snomed|… or icd-10-cm|…, or the systems' full names",)
        if self.need:
            codes = [self.given[1]] if self.given else diagnoses.need_codes(self.concern)
            wrong = self.given is not None and self.given[0] != ICD10CM
            if not codes or wrong:
                return (f"{name} is a social need: give its ICD-10-CM leaf code (Z55-Z65) as diagnosis",)
            return tuple(
                f"{one} is no leaf code of Z55-Z65: give the most exact code"
                for one in codes
                if not diagnoses.leaf(content, one)
            )
        if self.given is None:
            return (f"{name} is a positive screen, not a diagnosis: give the diagnosis (system|code) and its words",)
        why = [] if self.command.diagnosis_words else ["diagnosis_words: say the diagnosis in words, too"]
        return (*why, *diagnoses.not_medical(*self.given))

    # ---- confirmed

    def confirmed(self) -> Plan:
        """The concern confirmed; with a diagnosis, the problem it is."""
        problem = None if self.need else self._problem()
        because = f"confirmed: {self.command.reason}"
        edits: list[Edit] = [
            put("verificationStatus", concept(CONDITION_VERIFICATION, "confirmed")),
            self._marked("concern"),
        ]
        if self.need and self.given and self.given not in self.concern.codes:
            edits.append(self._coded)
        changes: list[Change] = [problem] if problem else []
        changes.append(amend("concern", self.concern.record, because, *edits))
        result = refer(problem, self.act) if problem else refer(self.concern.record)
        changes += [done for one in self._proposals() for done in self._closed(one, result)]
        what = self.command.diagnosis_words or self.concern.text or "the concern"
        says = [f"confirmed: {what}"]
        if not self.need and problem is None:
            says.append("this diagnosis is on record already; no second one was written")
        return self._plan(changes, says)

    def _coded(self, resource: Json) -> None:
        """Puts the leaf code given beside the codes the concern has."""
        system, code = self.given or ("", "")
        resource.setdefault("code", {}).setdefault("coding", []).append({"system": system, "code": code})

    def _problem(self) -> Create | None:
        """The diagnosis as a problem, unless it is on record confirmed, or the concern itself."""
        assert self.given is not None
        own = self.act.part_key("diagnosis")
        if self.given in self.concern.codes:
            return None
        for one in self.found.conditions:
            status = {code for _, code in codings(one.record.json, "verificationStatus")}
            known = self.given in one.codes and one.current and one.holds and not status & UNSETTLED
            if known and not carries_key(one.record, own):
                return None
        resource = condition.write_problem(
            self.command.patient,
            self.given,
            self.command.diagnosis_words,
            self.occasion.stamp,
            self.occasion.actor.reference,
            refer(self.concern.record),
        )
        return Create("diagnosis", resource, f"diagnosis confirmed: {self.command.diagnosis_words}")

    def _proposals(self) -> tuple[TaskView, ...]:
        """The Tasks that asked somebody to judge this concern."""
        kinds = {"confirm-need", "confirm-diagnosis"}
        return tuple(
            one for one in self.found.tasks if one.focus == self.concern.record.reference and kinds & set(one.codes)
        )

    def _closed(self, one: TaskView, result: Json) -> list[Amend]:
        part = f"proposal/{one.record.id}"
        if not one.open:
            return [amend(part, one.record, "judged")] if carries_key(one.record, self.act.part_key(part)) else []
        state = {"coding": [self.occasion.content.concept(TASK_STATE, "done").coding]}
        edits = (
            put("status", "completed"),
            put("businessStatus", state),
            put("lastModified", self.occasion.stamp),
            add("output", {"type": {"text": "confirmed"}, "valueReference": result}),
            self._marked(part),
        )
        return [amend(part, one.record, "what was proposed is confirmed", *edits)]

    def _marked(self, part: str) -> Edit:
        """Our own key, by which a repeated run knows what it has done."""
        return add("identifier", {"system": STEP_KEY, "value": self.act.part_key(part)})

    # ---- proposed

    def proposed(self) -> Plan:
        """A Task for who may confirm it; the concern stays as it is."""
        code, role = ("confirm-need", "care manager") if self.need else ("confirm-diagnosis", "supervising provider")
        team = self.found.team
        asked = self.found.care_manager if self.need else team.supervising_provider
        others = (team.supervising_provider, self.found.care_manager)
        owner = asked or next((one for one in others if one), "") or self.occasion.actor.reference
        clock = read_clock(self.occasion.content, "assessment-work", self.occasion.today)
        item = next(one for one in clock.tasks() if one.code == code)
        due = item.on(self.occasion.today, self.occasion.calendar)
        more = f" Proposed: {self.command.diagnosis_words}." if self.command.diagnosis_words else ""
        words = f"{item.title}: {self.concern.text}. {self.command.reason}.{more} {item.words}"
        work = task.Work(code, words, self.occasion.today, due, owner, focus=refer(self.concern.record))
        actor, stamp = self.occasion.actor.reference, self.occasion.stamp
        resource = task.write(self.occasion.content, self.command.patient, actor, stamp, work)
        made = Create("proposal", resource, f"proposed to the {role}: due {due}")
        warnings = [] if asked else [f"no {role} is on record: the Task goes to {owner}"]
        return self._plan(
            [made], [f"proposed to the {role}, due {due}; the concern stays unconfirmed"], warnings, clock.canonical
        )

    def _plan(
        self, changes: list[Change], says: list[str], warnings: list[str] | None = None, artefact: str = ""
    ) -> Plan:
        person = (self.found.person,) if self.found.person else ()
        used = artefact or self.occasion.content.canonical(*diagnoses.LEAVES)
        return Plan(
            tuple(changes),
            tuple(says),
            warnings=(*(warnings or ()), *self.found.not_visible),
            decided_from=(*person, self.concern.record),
            artefacts=(used,),
            reason=self.command.reason,
            acting_as=self.occasion.actor.discipline,
            labels=self._labels(),
        )

    def _labels(self) -> tuple[Json, ...]:
        """The concern's own labels; and what is restricted by what it is, though nobody labelled it (rule 4)."""
        codes = (*self.concern.codes, *((self.given,) if self.given else ()))
        found = qr.security(self.concern.record.json)
        more = [RESTRICTED] if diagnoses.restricted(self.occasion.content, codes) and RESTRICTED not in found else []
        return (*found, *more)


CONFIRM_CONCERN = adapted(
    name="confirm-concern",
    title="Confirm what a screen found",
    command=ConfirmConcern,
    needs=NEEDS,
    cause=FromContext(causes),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("Condition", "Task"),
    amends=("Condition", "Task"),
    supervised=("confirm-need", "confirm-diagnosis"),
)
