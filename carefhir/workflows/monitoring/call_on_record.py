"""`record-call` records one contact outside transitions, or one attempt: a call, a visit, a message, a letter.

Each is a Communication, as after a discharge (`record-contact`), with the means. It says whom it was with, what about,
in which language and who interpreted. Where the person was not reached, the protocol for that begins or goes on
(PlanDefinition reach-person-protocol): a Task stays open until they are reached, decline, or nothing is left to try;
then the supervising provider decides. Once the person is reached, what the protocol had opened is settled. A caregiver
stands for the person only where a Consent on record lets them know; without one the talk is recorded, and the person
was not reached.

The person may decline this contact or the program, and may opt out of means of contact: from then on no step asks for
a call (`opted_out`). What they say of danger is heard whatever becomes of the record. The act's cause is the start of
the contact; what protects the person where the contact itself is refused is an act of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import whereabouts, wording
from carefhir.chart.chart import Chart
from carefhir.chart.support import MayKnow, may_know
from carefhir.chart.whereabouts import CurrentStay
from carefhir.codes import CONTACT_MEANS, CONTACT_OUTCOME
from carefhir.content.check_in import Triage
from carefhir.content.loading import Concept
from carefhir.content.scoring import Danger
from carefhir.engine.step import AgainAfter, Moment, PatientCommand, RelatedPersonRef
from carefhir.fhir.changes import Act
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import communication, consent, related_person
from carefhir.mappers.communication import TalkView
from carefhir.mappers.contact_preference import OptOut, opt_outs
from carefhir.occasion import Occasion
from carefhir.workflows import safety
from carefhir.workflows.monitoring import call_words
from carefhir.workflows.monitoring.reach_protocol import AttemptCount, Reaching, Try, reaching, tries_for
from carefhir.workflows.opted_out import unwanted_by
from carefhir.workflows.talking import Callee

Means: TypeAlias = Literal["phone", "video", "visit", "text", "portal", "letter"]
"""By which means a person is reached (CodeSystem contact-means)."""


class RecordCall(PatientCommand):
    """Records one contact outside transitions, or one attempt."""

    started: Moment = Field(description="when it began, with its UTC offset: 2026-03-09T09:00:00-05:00")
    outcome: Literal["reached", "voicemail", "no-answer", "wrong-number", "refused", "sent", "somebody-else"] = Field(
        description="the outcome; sent is for what was written and nobody has answered yet"
    )
    by: Means = Field(default="phone", description="by which means")
    with_whom: Literal["patient", "proxy", "caregiver"] = Field(
        default="patient",
        description="who was called: the patient, a proxy who decides for them, or a caregiver",
    )
    caregiver: RelatedPersonRef = Field(default="", description="the caregiver or proxy: RelatedPerson/ID")
    topics: tuple[str, ...] = Field(default=(), description="what you talked about, for example medicines")
    words: str = Field(default="", description="what was said, in plain words")
    words_read: Literal["", "nothing-urgent", "call-today", "provider-today", "emergency", "thoughts-of-death"] = Field(
        default="",
        description="how urgent what was said is, as you judge it; where you leave it out, words that alarm count as "
        "what they may mean",
    )
    language: str = Field(default="", description="the language of the talk, for example Spanish")
    interpreter: Literal["", "professional", "staff", "family", "none"] = Field(
        default="", description="who interpreted"
    )
    declines: Literal["", "this-contact", "the-program"] = Field(
        default="", description="what the person does not want: this contact, or the program"
    )
    opts_out: tuple[Means, ...] = Field(
        default=(), description="by which means the person does not want to be contacted any more"
    )
    opts_in: tuple[Means, ...] = Field(
        default=(), description="by which means they want to be contacted again, after they had opted out"
    )
    again_after: AgainAfter = ""


NEEDS = (
    *charts.with_organizations(
        charts.needs(
            "patient", "episodes", "care_teams", "conditions", "encounters", "flags", "service_requests", optional=True
        )
    ),
    *charts.needs("tasks", optional=False),
    communication.find(),
    replace(consent.find(), optional=True),
    related_person.find("caregiver"),
)


@dataclass(frozen=True, slots=True)
class ToldContact:
    """One contact outside transitions, and the attempts before it."""

    command: RecordCall
    occasion: Occasion
    chart: Chart
    callee: Callee
    knows: MayKnow
    """What whoever was called may know, by the Consents that name them."""
    speaks: bool
    """Whether whoever was called is the person, or may stand for them."""
    away: CurrentStay | None
    """The stay the person was in then."""
    urgency: Triage | None
    """How urgent what was said is; None where nothing in it is."""
    dangers: tuple[Danger, ...]
    consents: tuple[Record, ...]
    opted_out: tuple[OptOut, ...]
    """The means the person has opted out of before."""
    reaching: Reaching
    talks: tuple[TalkView, ...]
    """The attempts and conversations on the server."""

    def for_act(self, act: Act) -> ToldContact:
        """The same, with what this very act has ended already, where no history shows it as it was."""
        opted_out = opt_outs(self.consents, lambda record: act.did(record, "amended"))
        return replace(self, opted_out=opted_out, reaching=replace(self.reaching, act=act))

    @property
    def tries(self) -> tuple[Try, ...]:
        """The attempts on the server for the Task to reach them."""
        task = self.reaching.task
        return tries_for(task, self.talks, self.chart, self.occasion) if task else ()

    @property
    def outcome(self) -> Concept:
        """The outcome to record: a talk with somebody who may not stand for the person did not reach them."""
        code = self.command.outcome
        return self.occasion.content.concept(
            CONTACT_OUTCOME, "somebody-else" if code == "reached" and not self.speaks else code
        )

    @property
    def reached(self) -> bool:
        return bool(self.outcome.properties.get("reached"))

    @property
    def declined(self) -> str:
        """What the person declines: this contact, or the program; "" if nothing."""
        if not self.speaks:
            return ""
        return self.command.declines or ("this-contact" if self.command.outcome == "refused" else "")

    @property
    def means(self) -> Concept:
        return self.occasion.content.concept(CONTACT_MEANS, self.command.by)

    @property
    def tried(self) -> AttemptCount:
        """All attempts with this one."""
        new = Try(at=self.command.started, outcome=self.outcome, means=self.means.code, away=self.away is not None)
        return self.reaching.tried(self.tries, new)

    @property
    def urgent(self) -> bool:
        """Whether what was said calls for something now."""
        return self.urgency is not None or bool(self.dangers)

    @property
    def instructions(self) -> tuple[str, ...]:
        """What must be done now."""
        by_words = self.urgency.instructions if self.urgency else ()
        return (*by_words, *safety.instructions(self.occasion, self.dangers))

    @property
    def why(self) -> tuple[str, ...]:
        """Why the contact cannot be recorded as it was told."""
        return (*self.callee.unfit(), *self._not_so())

    def _not_so(self) -> Iterator[str]:
        """What in the command cannot be so."""
        command, written = self.command, bool(self.means.properties.get("written"))
        if command.started > self.occasion.now:
            yield "a contact cannot start in the future: record it after it has taken place"
        if command.with_whom == "proxy" and not command.caregiver:
            yield "name the proxy in caregiver (RelatedPerson/ID): only somebody on record decides for the person"
        if written and command.outcome in ("voicemail", "no-answer"):
            yield f"a {self.means.display} is sent, and answered or not: give outcome sent, or reached once they answer"
        if not written and command.outcome == "sent":
            yield f"a {self.means.display} is not sent: say whether it reached them, or by which written means it was"
        yield from self._not_said_by_them()
        for code in command.opts_in:
            if code in command.opts_out:
                yield f"{code} stands in opts_out and in opts_in: say which of the two they want"

    def _not_said_by_them(self) -> Iterator[str]:
        """Says that only the person, or who decides for them, declines and opts out, in a talk."""
        command = self.command
        if not (command.declines or command.opts_out or command.opts_in):
            return
        if command.outcome not in ("reached", "refused"):
            yield "nobody was reached, so nobody declined or opted out: leave declines, opts_out and opts_in out"
        elif not self.speaks or command.with_whom == "caregiver":
            yield (
                "only the person, or a proxy on record, declines or opts out: leave declines, opts_out and opts_in "
                "out, and ask the person themselves"
            )


def at_once(command: RecordCall, occasion: Occasion) -> tuple[str, ...]:
    """Says what must be done now by the words alone, even if no server can be reached."""
    chart = Chart(unseen=frozenset({"encounters"}))
    urgency = call_words.urgency(command.words, command.words_read, chart, occasion)
    dangers = call_words.dangers(occasion.content, command.words, command.words_read)
    return (*(urgency.instructions if urgency else ()), *safety.instructions(occasion, dangers))


def read(records: Records, command: RecordCall, occasion: Occasion) -> ToldContact:
    """What a contact is, with what is on record about the person."""
    chart = charts.read(records, occasion)
    callee = Callee(command.patient, command.with_whom, command.caregiver, records.one("caregiver"))
    knows = may_know(
        records["consents"] if command.caregiver else (),
        command.caregiver,
        occasion.today,
        visible=records.visible("consents"),
    )
    opted_out = opt_outs(records["consents"])
    protocol = reaching(chart, occasion, unwanted_by(occasion.content, opted_out))
    talks = tuple(communication.read(record, occasion.zone) for record in records["communications"])
    return ToldContact(
        command=command,
        occasion=occasion,
        chart=chart,
        callee=callee,
        knows=knows,
        speaks=_speaks(callee, knows, occasion),
        away=whereabouts.in_hospital(chart, occasion, command.started),
        urgency=call_words.urgency(command.words, command.words_read, chart, occasion),
        dangers=call_words.dangers(occasion.content, command.words, command.words_read),
        consents=records["consents"],
        opted_out=opted_out,
        reaching=protocol,
        talks=talks,
    )


ABOUT_THEM = frozenset({"condition", "plan"})
"""What somebody must be allowed to know, one of it at least, for a talk with them to count (CodeSystem may-know)."""


def _speaks(callee: Callee, knows: MayKnow, occasion: Occasion) -> bool:
    """Whether whoever was called is the person, or may stand for them by what is on record."""
    if callee.whom == "patient":
        return True
    if callee.record is None or (knows.denied and not knows.permitted):
        return False
    guardian = wording.stated(occasion.content, "guardian", callee.record, ("relationship",))
    return bool(knows.permitted & ABOUT_THEM) or (callee.whom == "proxy" and bool(guardian))
