"""Asks a payer for authorization: what is asked for, for whom, on whose behalf, and by when an answer is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carefhir.chart.chart import Chart
from carefhir.chart.condition_groups import groups_of_codes
from carefhir.codes import CONDITION_GROUP, RESTRICTED
from carefhir.content.clocks import Clock
from carefhir.content.loading import Content
from carefhir.engine.step import AtMoment, Case, instant
from carefhir.fhir.changes import Act, Create, Plan, Refusal
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, first_text, references, relative, words_of
from carefhir.mappers import authorization, claim, labels, patient, practitioner
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.claim import ClaimItem, ClaimView, PayerRequest
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.coverage import CoverageView
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.case_management import authorizations
from carefhir.workflows.case_management.authorization_command import RequestAuthorization
from carefhir.workflows.case_management.authorizations import in_words
from carefhir.workflows.case_management.cases import case_of, cases_around, event_of, plans_of
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class AskingCase(Case):
    """One thing a payer is asked to authorize."""

    command: RequestAuthorization
    occasion: Occasion
    chart: Chart
    claims: tuple[ClaimView, ...]
    """The requests for authorization on record."""
    coverages: tuple[CoverageView, ...]
    forms: tuple[Record, ...]
    """All answered forms of the person."""
    provider: Record | None
    """Who asks, where the command names them."""
    devices: tuple[Record, ...]

    @property
    def cause(self) -> AtMoment:
        return AtMoment(self.command.about, self.command.at)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same."""
        return [instant(self.command.at), self.command.model_dump(mode="json", exclude={"at"})]

    @property
    def about(self) -> Record | None:
        """What is asked for."""
        event = event_of(self.chart, (), self.command.about, self.occasion.content)
        return (
            event.record if event else next((one for one in self.devices if one.reference == self.command.about), None)
        )

    @property
    def in_force(self) -> tuple[CoverageView, ...]:
        """The coverages that hold today; the one that is named, where one is."""
        named = self.command.coverage
        return tuple(
            one for one in self.coverages if one.in_force(self.occasion.today) and (not named or one.reference == named)
        )

    @property
    def case(self) -> EpisodeView | None:
        """The case it belongs to: the one that is named, else the open one around what is asked for."""
        if self.command.case:
            return case_of(self.chart, self.command.case)
        around = cases_around(self.chart, self.command.about, self.occasion)
        return next((one for one in around if not one.over), None)

    @property
    def diagnoses(self) -> tuple[ConditionView, ...]:
        """What it is for: as named, else the reasons of the order or the stay that are not restricted (rule 4)."""
        conditions = {one.record.reference: one for one in self.chart.conditions}
        if self.command.diagnoses:
            return tuple(conditions[one] for one in self.command.diagnoses if one in conditions)
        return tuple(one for one in self._reasons() if not restricted(self.occasion.content, one))

    def _reasons(self) -> tuple[ConditionView, ...]:
        paths = ("reasonReference", "diagnosis.condition")
        named = [relative(r) for path in paths for r in references(self.about.json if self.about else {}, path)]
        return tuple(one for one in self.chart.conditions if one.record.reference in named and one.holds)

    @property
    def held_back(self) -> int:
        """How many reasons are not sent, because they are restricted and nobody named them."""
        return 0 if self.command.diagnoses else len(self._reasons()) - len(self.diagnoses)

    @property
    def asks(self) -> str:
        """Who asks, by reference; "" if nobody is known."""
        if self.command.provider:
            return self.command.provider
        about = self.about.json if self.about else {}
        ordering = (relative(one) or "" for one in references(about, "requester"))
        return next((one for one in ordering if one.startswith(("Practitioner/", "PractitionerRole/"))), "")

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes the request and the Task that follows it; or says why not."""
        why = (
            *patient.in_the_way(self.chart.patient, self.command.patient),
            *self._unfit_about(act),
            *self._unfit_people(),
            *self._unfit_support(),
        )
        if self.command.at > self.occasion.now:
            why = (*why, "at is in the future: record it when the payer was asked")
        if self.command.answer or self.command.response:
            why = (*why, "an answer belongs to a request that stands: name it in claim, and leave out about")
        if why or self.about is None:
            return Refusal(why, warnings=self.chart.not_visible)
        return Asking(self, self.about, Pen(self.occasion, act, self.command.patient)).plan()

    def _unfit_about(self, act: Act) -> tuple[str, ...]:
        """Why it cannot be asked for: it is not there, does not take place, or was asked for already."""
        named = self.command.about
        if self.about is None:
            return (f"{named} is not on this server, is not visible to us, or is another patient's: check the ID",)
        stated = first_text(self.about.json, "status") or ""
        if stated in ("revoked", "entered-in-error", "cancelled"):
            return (f"{named} is {stated}: name what is still to be done",)
        return tuple(
            f"authorization was asked for already ({asked.reference}), and that is not settled: record the answer "
            "(request-authorization with claim)"
            for asked in self.claims
            if named in asked.about and asked.status == "active" and not act.did(asked.record) and self._open(asked)
        )

    def _open(self, asked: ClaimView) -> bool:
        return any(task.open for task in authorizations.following(self.chart.tasks, asked.reference))

    def _unfit_people(self) -> tuple[str, ...]:
        """Why nobody can ask, or which coverage is not clear."""
        why: list[str] = []
        if self.command.provider:
            why += practitioner.missing(self.provider, "provider", self.command.provider)
        elif not self.asks:
            why.append("nobody is on record as having ordered it: name who asks in provider (Practitioner/ID)")
        if self.command.coverage and not self.in_force:
            why.append(f"{self.command.coverage} is not a coverage of this patient that is in force today: check it")
        if len(self.in_force) > 1:
            names = "; ".join(f"{one.words} ({one.reference})" for one in self.in_force)
            why.append(f"several coverages are in force: name the one that is asked in coverage: {names}")
        if self.command.case and (self.case is None or self.case.over):
            why.append(
                f"{self.command.case} is no open case of this patient: open one first (open-case), or leave it out"
            )
        return tuple(why)

    def _unfit_support(self) -> tuple[str, ...]:
        """Why what is to support it cannot."""
        conditions = {one.record.reference: one for one in self.chart.conditions}
        why = [
            f"{diagnosis} is not a condition of this patient that holds: check the ID"
            for diagnosis in self.command.diagnoses
            if diagnosis not in conditions or not conditions[diagnosis].holds
        ]
        forms = {one.reference: one for one in self.forms}
        for form in self.command.forms:
            if form not in forms:
                why.append(f"{form} is not on this server, is not visible to us, or is another patient's: check the ID")
            elif not qr.read(forms[form]).complete:
                why.append(f"{form} is not complete: have it answered before it is sent")
        return tuple(why)


def restricted(content: Content, condition: ConditionView) -> bool:
    """Whether a diagnosis is told to a payer only where somebody names it (rule 4; 42 CFR Part 2)."""
    groups = content.concepts(CONDITION_GROUP)
    kinds = groups_of_codes(content, condition.codes)
    return labels.restricted(condition.record) or any(groups[kind].properties.get("restricted") for kind in kinds)


@dataclass(frozen=True, slots=True)
class Asking:
    """Writing down one request to a payer."""

    case: AskingCase
    about: Record
    pen: Pen

    @property
    def command(self) -> RequestAuthorization:
        return self.case.command

    @property
    def clock(self) -> Clock:
        return authorizations.clock_of(self.pen.occasion)

    @property
    def answer_by(self) -> datetime:
        """The moment by which the payer must have decided."""
        return authorizations.answered_by(self.clock, self.command.at, expedited=self.command.urgency == "expedited")

    @property
    def items(self) -> tuple[ClaimItem, ...]:
        """What is to be authorized: as the command lists it, else what is asked for as a whole."""
        return tuple(map(_item, self.command.items)) or (self._whole(),)

    def _whole(self) -> ClaimItem:
        json = self.about.json
        event = event_of(self.case.chart, (), self.about.reference, self.pen.content)
        code = json.get("code") if self.about.type == "ServiceRequest" else json.get("codeCodeableConcept")
        words = words_of(code) or (event.words if event else "") or "as ordered"
        return ClaimItem(words, tuple(one for one in dig(code, "coding") if isinstance(one, dict)))

    @property
    def words(self) -> str:
        return "; ".join(item.words for item in self.items)

    def plan(self) -> Plan:
        """Plans the Claim and the Task that follows it until it is answered."""
        case, command = self.case, self.command
        request = Create("claim", self._claim(), f"authorization is asked for: {self.words}")
        looked_at = (
            case.chart.person,
            self.about,
            *(one.record for one in case.in_force),
            *(one.record for one in case.diagnoses),
        )
        return Plan(
            changes=(request, self._task(request)),
            says=(
                f"authorization is asked for, {command.urgency}: {self.words}",
                f"the payer must answer by {in_words(self.answer_by, self.pen.occasion)}; until it does, nothing is "
                "approved",
                "this is recorded here and sent to nobody: submit it in the payer's way",
            ),
            warnings=(*self._warnings(), *case.chart.not_visible),
            decided_from=tuple(dict.fromkeys(record for record in looked_at if record)),
            artefacts=(self.clock.canonical,),
            reason=command.reason,
            acting_as=self.pen.occasion.actor.discipline,
            labels=(RESTRICTED,) if self._restricted else (),
        )

    @property
    def _restricted(self) -> bool:
        """Whether the request tells something that others must not read."""
        named = {one.reference: one for one in self.case.forms if one.reference in self.command.forms}
        told = any(restricted(self.pen.content, one) for one in self.case.diagnoses)
        return told or labels.restricted(self.about) or any(map(labels.restricted, named.values()))

    def _warnings(self) -> Iterable[str]:
        case, unseen = self.case, self.case.chart.unseen
        if not case.in_force:
            where = "the coverage could not be seen" if "coverages" in unseen else "no coverage in force is on record"
            yield f"{where}: find out who pays before you submit it"
        if not case.diagnoses:
            yield "no diagnosis is named: payers ask for one"
        if case.held_back:
            yield f"restricted and not sent: {case.held_back} of its reasons; name it in diagnoses if it must be told"
        if not self.command.forms:
            yield "no answered form supports it: payers may ask for one"
        if not self.clock.in_force:
            yield f"{self.clock.canonical} was not in force on {self.pen.today}; its times are used anyway"
        yield "the time to answer is that of CMS-0057-F: a payer it does not hold for may take longer"

    def _claim(self) -> Json:
        case, pen = self.case, self.pen
        coverage = next(iter(case.in_force), None)
        insurer = coverage.payer if coverage and coverage.payer.startswith("Organization/") else ""
        stay = self.about.type == "Encounter"
        codes = (one.record.json.get("code") for one in case.diagnoses)
        asked = PayerRequest(
            about=pen.refer(self.about),
            stay=stay,
            items=self.items,
            diagnoses=tuple(one for one in codes if isinstance(one, dict)),
            provider=case.asks,
            expedited=self.command.urgency == "expedited",
            institutional=stay,
            coverage=pen.refer(coverage.record) if coverage else {"display": "no coverage on record"},
            insurer={"reference": insurer} if insurer else None,
            supporting=tuple({"reference": form} for form in self.command.forms),
            words=self.command.tell,
        )
        return claim.write(pen.patient, authorizations.stamp(self.command.at, pen.occasion), asked)

    def _task(self, request: Create) -> Create:
        case, pen = self.case, self.pen
        by = authorizations.on_the_wall(self.answer_by, pen.occasion)
        plans = [plan for plan in plans_of(case.chart, case.case) if not plan.over] if case.case else []
        work = Work(
            code="authorization",
            words=f"Follow the request for authorization: {self.words}. The payer must answer by "
            f"{in_words(by, pen.occasion)}. Record its answer, or that there is none (request-authorization).",
            start=pen.today,
            end=max(by.date(), pen.today),
            owner=(case.case.care_manager if case.case else "") or case.chart.care_manager or pen.author,
            priority="urgent" if self.command.urgency == "expedited" else "routine",
            focus=pen.refer(request),
            based_on=pen.refer(plans[-1].record if plans else self.about),
            inputs=(authorization.detail(pen.content, "answer-by", "valueDateTime", by.isoformat(timespec="seconds")),),
        )
        return pen.task("authorization", work, f"the payer must answer by {in_words(by, pen.occasion)}")


def _item(asked: Any) -> ClaimItem:
    system, _, code = asked.code.rpartition("|")
    coding = ({"system": system, "code": code} if system else {"code": code},) if code else ()
    return ClaimItem(asked.words, coding, asked.quantity, asked.unit, asked.first_day, asked.last_day)
