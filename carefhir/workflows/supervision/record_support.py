"""`record-support`: decides what is written of who helps a person; `support_command` says what it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from carefhir.chart import chart as charts
from carefhir.chart import support as supports
from carefhir.chart.chart import Chart
from carefhir.chart.support import Support
from carefhir.codes import HELP_GIVEN, HELPER_RELATIONSHIP
from carefhir.content.clocks import read_clock
from carefhir.engine.step import AtMoment, Case, Step, instant
from carefhir.fhir.changes import Act, Plan, Refusal, keys_of
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import consent, patient, related_person
from carefhir.occasion import Occasion
from carefhir.workflows.consenting import ConsentGiven, Form
from carefhir.workflows.pen import Pen
from carefhir.workflows.supervision.helper_leaving import HelperLeaving
from carefhir.workflows.supervision.helper_recorded import HelperRecorded
from carefhir.workflows.supervision.nobody_helps import NobodyHelping
from carefhir.workflows.supervision.support_command import RecordSupport
from carefhir.workflows.supervision.supporting import CLOCK, SupportTalk

NEEDS = (
    *charts.needs("patient", "episodes", "care_teams", "tasks", optional=False),
    *charts.needs("flags", "conditions"),
    replace(supports.HELPERS, optional=False),
    replace(supports.CONSENTS, optional=True),
    replace(supports.ANSWERS, optional=True),
    related_person.find("helper"),
    related_person.find("guardian"),
)


def cause_of(command: RecordSupport, occasion: Occasion) -> AtMoment:
    """Whom it is about, and the moment."""
    about = command.helper or " ".join(command.name.lower().split())
    return AtMoment("nobody" if command.says == "nobody" else about, command.at)


@dataclass(frozen=True, slots=True)
class SupportCase(Case):
    """What was said of one helper, held against what is on record."""

    command: RecordSupport
    occasion: Occasion
    chart: Chart
    support: Support
    helper: Record | None
    """The RelatedPerson that the command names."""
    guardian: Record | None
    people: tuple[Record, ...]
    """Everybody on record around the person."""
    consents: tuple[Record, ...]
    consents_seen: bool

    @property
    def cause(self) -> AtMoment:
        return cause_of(self.command, self.occasion)

    @property
    def asked(self) -> Any:
        """The same moment in another zone is the same."""
        return [instant(self.command.at), self.command.model_dump(mode="json", exclude={"at", "again_after"})]

    @property
    def teams(self) -> tuple[Record, ...]:
        """The care teams of the programs that run."""
        running = {team for each in self.chart.episodes if each.programs and not each.over for team in each.teams}
        return tuple(team for team in self.chart.care_teams if team.reference in running)

    @property
    def given(self) -> ConsentGiven:
        """Whose word it is what the helper may know."""
        form: Form = self.command.consent or "verbal"
        return ConsentGiven(
            patient=self.command.patient,
            form=form,
            told=(),
            guardian=self.command.guardian,
            guardian_record=self.guardian,
            chart=self.chart,
            occasion=self.occasion,
        )

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes who helps, or that they help no more, or that nobody does; or says why not."""
        says = self.command.says
        of_kind = {"helps": self._unfit_helper, "no-longer": self._unfit_end, "nobody": self._unfit_nobody}[says]
        why = (*self._in_the_way(), *of_kind(act))
        if why:
            return Refusal(tuple(dict.fromkeys(why)), warnings=self.chart.not_visible)
        talk = SupportTalk(
            told=self.command,
            chart=self.chart,
            support=self.support,
            helper=self.helper,
            teams=self.teams,
            consents=self.consents,
            given=self.given,
            clock=read_clock(self.occasion.content, CLOCK, self.occasion.today),
            pen=Pen(self.occasion, act, self.command.patient),
        )
        if says == "helps":
            return HelperRecorded(talk).plan()
        return HelperLeaving(talk).plan() if says == "no-longer" else NobodyHelping(talk).plan()

    # ---- why not

    def _in_the_way(self) -> Iterator[str]:
        yield from patient.in_the_way(self.chart.patient, self.command.patient)
        if self.command.at > self.occasion.now:
            yield "at is in the future: record it when it has been said"
        if not self.teams and self.command.says != "no-longer":
            yield "this person is in no program with a care team here: enroll them first (enroll)"

    def _unfit_helper(self, act: Act) -> Iterator[str]:
        """Why this helper cannot be recorded so."""
        command = self.command
        if bool(command.helper) == bool(command.name):
            yield "say who helps: helper (RelatedPerson/ID) for somebody on record, name for somebody who is not"
        if command.helper:
            yield from self._not_theirs(act)
        elif command.name:
            yield from self._on_record_already(act)
            if not command.relationships:
                yield "say in relationships who they are to the person: daughter, neighbor …"
        yield from self._unknown("relationships", HELPER_RELATIONSHIP, command.relationships)
        yield from self._unknown("helps_with", HELP_GIVEN, command.helps_with)
        yield from self._no_word()

    def _not_theirs(self, act: Act) -> Iterator[str]:
        """Why the person named is nobody of this patient's now."""
        named, record = self.command.helper, self.helper
        if record is None:
            yield f"{named} is not on this server, or not visible to us: check the ID"
        elif not related_person.is_of(record, self.command.patient):
            yield f"{named} is not a related person of {self.command.patient}: check the ID"
        elif not act.did(record) and (lapsed := related_person.not_in_force(record, self.occasion.today)):
            yield f"{named} {lapsed}: give the name instead, to record them anew, or have the record corrected"

    def _on_record_already(self, act: Act) -> Iterator[str]:
        """Names whoever has that name on record: one person is recorded once."""
        today, wanted = self.occasion.today, _letters(self.command.name)
        for record in self.people:
            same = _letters(related_person.read(record, today).name) == wanted
            if same and not related_person.not_in_force(record, today) and not act.did(record):
                yield f"somebody of that name is on record already: give helper {record.reference} instead of name"

    def _unknown(self, field: str, system: str, codes: tuple[str, ...]) -> Iterator[str]:
        concepts = self.occasion.content.concepts(system)
        for code in codes:
            if code not in concepts:
                yield f"{field}: there is no {code!r}; choose of: {', '.join(concepts)}"

    def _no_word(self) -> Iterator[str]:
        """Why what they may know cannot be recorded as the person's word."""
        command = self.command
        if not command.may_know:
            if command.consent or command.guardian:
                yield "consent or guardian is given, and may_know is not: name what they may know, or leave both out"
            return
        if "nothing" in command.may_know and len(set(command.may_know)) > 1:
            yield "may_know says nothing, and something: say one of them"
        if not command.consent:
            yield "say in consent how the person said it: verbal or written"
        if not self.consents_seen:
            yield "consents could not be seen: whether one denies it is not known. Record the helper without may_know"
        yield from self.given.not_theirs_to_give()

    def _unfit_end(self, act: Act) -> Iterator[str]:
        """Why nobody can be recorded as helping no more."""
        command = self.command
        if not command.helper:
            yield "say who helps no longer: helper (RelatedPerson/ID)"
            return
        if not command.reason:
            yield "say in reason why they help no longer"
        yield from self._left_over("relationships", "phone", "helps_with", "may_know", "consent", "guardian", "name")
        record = self.helper
        if record is None:
            yield f"{command.helper} is not on this server, or not visible to us: check the ID"
        elif not related_person.is_of(record, command.patient):
            yield f"{command.helper} is not a related person of {command.patient}: check the ID"
        elif not self._has_part(record, act):
            yield f"{command.helper} is not on record as helping: there is nothing to end"

    def _has_part(self, record: Record, act: Act) -> bool:
        """Whether there is anything to end: a part in the team, or a Consent of ours; or this act ended it."""
        helper = self.support.of(record.reference)
        today = self.occasion.today
        ours = (each for each in self.consents if keys_of(each))
        knows = any(consent.word_on(each, record.reference, today) for each in ours)
        return knows or (helper is not None and helper.helps) or any(act.did(each) for each in (record, *self.teams))

    def _unfit_nobody(self, act: Act) -> Iterator[str]:
        """Why it cannot be recorded that nobody helps."""
        names = ("helper", "name", "relationships", "phone", "helps_with", "may_know", "consent", "guardian")
        yield from self._left_over(*names)
        if self.support.unseen:
            yield f"not visible: {', '.join(self.support.unseen)}: whether somebody helps by the record is not known"
        for helper in self.support.helping:
            yield (
                f"{helper.view.called} ({helper.reference}) is on record as helping: record first that they help no "
                "longer (says: no-longer)"
            )

    def _left_over(self, *fields: str) -> Iterator[str]:
        filled = [name for name in fields if getattr(self.command, name)]
        if filled:
            yield f"says is {self.command.says}: leave out {', '.join(filled)}"


def _letters(name: str) -> str:
    return "".join(name.lower().split())


def open_cases(records: Records, command: RecordSupport, occasion: Occasion) -> tuple[SupportCase]:
    """What was said, and what is on record."""
    chart = charts.read(records, occasion)
    return (
        SupportCase(
            command=command,
            occasion=occasion,
            chart=chart,
            support=supports.read(records, chart, occasion),
            helper=records.one("helper"),
            guardian=records.one("guardian"),
            people=records[supports.HELPERS.name],
            consents=records[supports.CONSENTS.name],
            consents_seen=records.visible(supports.CONSENTS.name),
        ),
    )


RECORD_SUPPORT = Step(
    name="record-support",
    title="Record who helps the person, and what they may know",
    command=RecordSupport,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("RelatedPerson", "Consent", "Observation", "Task"),
    amends=("RelatedPerson", "Consent", "CareTeam", "Task"),
    supervised="record-support",
)
