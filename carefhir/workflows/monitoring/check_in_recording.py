"""One check-in: its answers, the color they come to, and everything that is written for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from carefhir.chart.chart import Chart
from carefhir.chart.check_in_facts import Scale
from carefhir.chart.condition_groups import groups_of
from carefhir.chart.whereabouts import CurrentStay
from carefhir.codes import FINDING, WORDS_JUDGED
from carefhir.content import check_in
from carefhir.content.answering import WEIGHED_AT, Answers
from carefhir.content.check_in import PRESSING, Triage
from carefhir.content.rules import Facts
from carefhir.content.scoring import Danger
from carefhir.engine.step import Case
from carefhir.fhir.changes import Act, Amend, Change, Create, Plan, Refusal, add, amend, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import check_in as written
from carefhir.mappers import observation, reading
from carefhir.mappers import patient as patients
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.check_in import Given
from carefhir.mappers.reading import Measurement
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows import answers as form_answers
from carefhir.workflows import safety
from carefhir.workflows.answers import AmendedCause, Beside, EarlierResults, Replaced, ResponseCause
from carefhir.workflows.met_tasks import met, met_by_talking
from carefhir.workflows.monitoring.follow_up import FollowUp
from carefhir.workflows.pen import Pen
from carefhir.workflows.safety import Measures, Safety


@dataclass(frozen=True, slots=True)
class WordsRead:
    """Somebody has read the own words of a check-in that is on record, and says how urgent they are."""

    identity: tuple[str, str]
    """System and value of the response's own identifier."""
    hashed: str
    """The sha-256 of the response."""
    judged: str
    """A code of CodeSystem words-judged."""

    def spelled(self) -> tuple[str, ...]:
        return ("identifier", *self.identity, "words read", self.hashed, self.judged)


@dataclass(frozen=True, slots=True)
class CheckInCase(Case):
    """One response to one of our check-ins, judged."""

    patient: str
    response: Json
    occasion: Occasion
    chart: Chart
    facts: Facts
    form: Json
    answers: Answers
    beside: Beside
    """How it relates to the response with the same identifier that is already on the server."""
    amended: AmendedCause | WordsRead | None
    """The cause, where answers were amended or read since; None where it is a first recording."""
    earlier: tuple[Record, ...]
    """The color and the numbers on record that this judgment replaces."""
    results_visible: bool
    """Whether the server showed the colors on record."""
    objections: tuple[str, ...]
    """Why it does not count as complete."""
    unkeepable: tuple[str, ...]
    """Why it cannot be kept at all."""
    dangers: tuple[Danger, ...]
    stay: CurrentStay | None
    """The stay that the person is in now; a check-in then has no color."""
    result: Triage
    scale: Scale
    at: datetime
    """The moment that the answers are about."""
    authored: str
    """When it was answered, for a response that does not say."""
    drafted: tuple[Measurement, ...]
    """The numbers that an earlier draft of this response already put on record."""
    from_record: Mapping[str, Measurement]
    """The numbers on record from which answers were filled in, by linkId: they are not filed a second time."""
    words_read: str
    """How urgent the person's own words are, by whoever read them; "" while nobody has."""
    done_before: int
    """How many check-ins there were since enrollment or the last discharge, without this one."""

    @property
    def cause(self) -> ResponseCause | AmendedCause | WordsRead:
        whole = not self.unkeepable and not self.objections and not self.stay
        whole = whole or self.beside.relation == "taken back"
        if self.amended and whole:
            return self.amended
        return form_answers.cause_of(self.response, whole=whole, stored=self.beside.stored)

    @property
    def title(self) -> str:
        return str(self.form.get("title", "check-in"))

    @property
    def color(self) -> str:
        """The color to show. A safety finding makes it red at least; its own safety review replaces the escalation."""
        color = self.result.color
        return color if not self.dangers or color in PRESSING else "red-urgent"

    @property
    def replaces(self) -> EarlierResults | None:
        """The color and the numbers that this judgment replaces: where answers were amended, or their words read."""
        unseen = "" if self.results_visible else "colors"
        return EarlierResults(self.earlier, unseen) if self.amended is not None else None

    @property
    def instructions(self) -> tuple[str, ...]:
        """What must be done now."""
        return (*self.result.instructions, *safety.instructions(self.occasion, self.dangers))

    def decide(self, act: Act) -> Plan | Refusal:
        """Writes everything that follows from the answers; or says why not, and what to do now all the same."""
        why = patients.in_the_way(self.chart.patient, self.patient)
        why = why or form_answers.not_theirs(self.response, self.patient)
        why = why or self.beside.amended_since()
        if why:
            return Refusal(why, self.instructions)
        recording = CheckInRecording(self, Pen(self.occasion, act, self.patient))
        cannot = self._not_at_home() or self.unkeepable or form_answers.changed_since(act, self.response)
        if self.objections and self.beside.complete:
            cannot = cannot or (*self.objections, *self._stays())
        return recording.heard(cannot) if cannot else recording.recorded()

    def _not_at_home(self) -> tuple[str, ...]:
        """Says that a check-in has no color while the person is in a hospital, and what fits (rule 25)."""
        if self.stay is None:
            return ()
        return (
            f"the person is {self.stay.words}: a check-in has no color while somebody is in a facility; "
            "put a transition on hold with suspend-transition, and check in once they are home",
        )

    def _stays(self) -> tuple[str, ...]:
        """Says that the answers on record, and their color, are not replaced."""
        where = self.beside.stored.reference if self.beside.stored else "the response"
        return (f"{where} keeps its earlier answers, and their color still stands: ask again, and record it complete",)


@dataclass(frozen=True, slots=True)
class CheckInRecording:
    """Writes one check-in and what follows from it."""

    case: CheckInCase
    pen: Pen

    def heard(self, why: tuple[str, ...]) -> Plan | Refusal:
        """Writes what protects the patient, for a response that cannot be kept."""
        measures, follow = self._measures(None), self._follow_up(None)
        calls = (*PRESSING, "yellow")
        urgent, warnings = follow.tasks() if self.case.result.color in calls else ((), ())
        if not measures.changes and not urgent:
            return Refusal(why, self.case.instructions)
        return self._plan(
            changes=(*urgent, *measures.changes),
            says=("the check-in is not kept",),
            warnings=(*warnings, *measures.warnings),
            cadence=follow.canonical,
            incomplete=why,
        )

    def recorded(self) -> Plan:
        """Writes the response, its numbers, its color and all that follows; as a draft where something is missing."""
        whole = not self.case.objections
        response, reference = self._response("completed" if whole else "in-progress")
        measures, follow = self._measures(reference), self._follow_up(reference)
        tasks, warnings = follow.tasks()
        numbers = self._numbers(reference)
        color = self._color(reference, numbers, final=whole)
        replaced = form_answers.replacing(self.pen, self.case.replaces, (color, *numbers), reference)
        after: tuple[Change, ...] = ()
        if whole and self.case.amended is None:
            after = (*self._asked_for(reference), *follow.next(self.case.color, self.case.done_before))
        elif self.case.amended is not None and self.case.color != "green":
            after = follow.next(self.case.color, self.case.done_before)
        plan = self._plan(
            # First what protects the patient: where single writes are interrupted, it is there before the rest.
            changes=(*response, *tasks, *measures.changes, *replaced.creates, *replaced.amends, *after),
            says=(
                *self._says(),
                *self._replaced_in_words(replaced),
                *(change.because for change in (*tasks, *after)),
                *self._paused(),
            ),
            warnings=(*warnings, *measures.warnings, *replaced.warnings),
            cadence=follow.canonical,
            incomplete=self.case.objections,
        )
        return form_answers.or_at_least(
            plan,
            self.pen,
            self.case.response,
            lambda pen: replace(self, pen=pen).heard(()),
            stored=self.case.beside.stored,
        )

    def _paused(self) -> tuple[str, ...]:
        """Says that no next check-in is set, where the program waits or nobody follows the person any more."""
        if self.case.chart.left:
            return (
                "the person has left every program: nobody follows this check-in, and no next one is set. Act on it "
                "now, tell whoever treats them, or enroll them again (enroll)",
            )
        return ("the program is paused: no next check-in is set",) if self.case.chart.paused else ()

    # ---- what is told

    def _says(self) -> tuple[str, ...]:
        """What a nurse wants to read back: the color, its reasons, and what is not known."""
        case = self.case
        color = case.color.replace("-", " ").upper()
        unknown = check_in.named(case.form, case.result.unanswered)
        return (
            f"{case.title}: {color}",
            *self._heard(),
            *self._weights(),
            *(f"{rule.title} ({rule.code.replace('-', ' ')})" for rule in case.result.rules),
            *self._yes(),
            *self._unclear(),
            *self._own_words(),
            *self._missing(),
            *((f"not known: {' '.join(unknown)}",) if unknown else ()),
        )

    def _weights(self) -> tuple[str, ...]:
        """The newest weight and the one before it, where the form asks for a weight."""
        if "weight" not in check_in.items(self.case.form):
            return ()
        newest = [
            f"{weight.pounds:.1f} lb ({self.pen.occasion.local_date(weight.at)})" for weight in self.case.scale.last_two
        ]
        return (f"weight {' to '.join(newest)}",) if newest else ("no weight is on record",)

    def _missing(self) -> tuple[str, ...]:
        """What is missing for green; not shown beside a red or an emergency, where it does not matter."""
        return () if self.case.color in PRESSING else self.case.result.missing

    def _heard(self) -> tuple[str, ...]:
        """The answers that put a life at risk."""
        names = self.pen.content.concepts(FINDING)
        return tuple(f"{names[danger.finding].display} (red urgent)" for danger in self.case.dangers)

    def _yes(self) -> tuple[str, ...]:
        """Every question about the person answered with yes, whether a rule uses it or not; not that of the scale."""
        items = check_in.items(self.case.form)
        symptoms = (link_id for link_id in self.case.answers.yes if items.get(link_id, {}).get("required", True))
        questions = check_in.named(self.case.form, symptoms)
        return (f"answered yes: {' '.join(questions)}",) if questions else ()

    def _unclear(self) -> tuple[str, ...]:
        """Every question whose answer is not understood; it counts as yes."""
        questions = check_in.named(self.case.form, self.case.answers.unclear)
        return (f"not understood, counted as yes until somebody asks: {' '.join(questions)}",) if questions else ()

    def _own_words(self) -> tuple[str, ...]:
        """Whether the person's own words were read. The words themselves stay in the response."""
        if not self.case.answers.own_words:
            return ()
        if self.case.words_read:
            judged = self.pen.content.concept(WORDS_JUDGED, self.case.words_read).display
            return (f"their own words were read: {judged}",)
        return ("their own words were NOT read yet: read them, and say how urgent they are with words_read",)

    # ---- what is written

    def _plan(
        self,
        *,
        changes: tuple[Change, ...],
        says: tuple[str, ...],
        warnings: tuple[str, ...],
        cadence: str,
        incomplete: tuple[str, ...],
    ) -> Plan:
        case = self.case
        form_used = f"{case.form['url']}|{case.form.get('version', '')}"
        return Plan(
            changes=changes,
            says=says,
            instructions=case.instructions,
            warnings=(*warnings, *case.chart.not_visible),
            decided_from=self._sources(),
            artefacts=(form_used, *case.result.artefacts, cadence),
            incomplete=incomplete,
            reason=f"{case.title} recorded",
            acting_as=self.pen.occasion.actor.discipline,
            labels=form_answers.labels(case.response, case.beside.stored),
        )

    def _sources(self) -> tuple[Record, ...]:
        """The records that the color rests on."""
        chart = self.case.chart
        used = [
            condition.record
            for condition in chart.conditions
            if condition.holds and condition.current and groups_of(self.pen.content, condition)
        ]
        weighed = [weight.record for weight in self.case.scale.last_two if weight.record is not None]
        person = [chart.patient.record] if chart.patient else []
        filled = dict.fromkeys(number.record for number in self.case.from_record.values())
        return tuple(dict.fromkeys((*person, *chart.team.records, *used, *weighed, *filled)))

    def _measures(self, response: Json | None) -> Measures:
        chart = self.case.chart
        protection = Safety(self.pen, chart.team, chart.tasks, chart.flags)
        return protection.measures(self.case.dangers, "check-in", response)

    def _follow_up(self, response: Json | None) -> FollowUp:
        return FollowUp(
            pen=self.pen,
            chart=self.case.chart,
            facts=self.case.facts,
            result=self.case.result,
            response=response,
        )

    def _response(self, status: str) -> tuple[tuple[Change, ...], Json]:
        """The response, created, completed or amended on the server, and a reference to it."""
        case, pen, stored = self.case, self.pen, self.case.beside.stored
        resource = qr.write(case.response, pen.patient, pen.author, case.authored, status=status)
        because = "the answers to the check-in"
        if stored is None:
            create = Create("response", resource, because)
            return (create,), pen.refer(create)
        if isinstance(case.amended, AmendedCause):
            return (form_answers.amending(stored, resource, f"amended: {because}"),), pen.refer(stored)
        if isinstance(case.amended, WordsRead):
            return (), pen.refer(stored)
        return (form_answers.completing(stored, resource, because),), pen.refer(stored)

    def _replaced_in_words(self, replaced: Replaced) -> tuple[str, ...]:
        """Says what this judgment replaces."""
        if self.case.amended is None:
            return ()
        answers_amended = isinstance(self.case.amended, AmendedCause)
        replaces = "the answers are amended: they replace the earlier answers"
        what = replaces if answers_amended else "their own words have been read: this color replaces the earlier one"
        records = [change.record for change in replaced.amends]
        return (what, *(f"superseded: {observation.in_words(each.json)} ({each.reference})" for each in records))

    def _given(self, performer: str, response: Json) -> Given:
        at = self.case.at.isoformat(timespec="seconds")
        return Given(patient=self.pen.patient, at=at, performer=performer, derived_from=response)

    def _numbers(self, response: Json) -> tuple[Create, ...]:
        """Writes the numbers given as Observations, by whoever answered."""
        given = self._given(qr.source(self.case.response) or self.pen.patient, response)
        numbers = (
            *(self._number(link_id, given) for link_id in written.kinds(self.pen.content)),
            self._pressure(given),
        )
        return tuple(create for create in numbers if create)

    def _number(self, link_id: str, given: Given) -> Create | None:
        number = self.case.answers.number(link_id)
        if number is None or link_id in self.case.from_record:
            return None
        if self._drafted(written.kinds(self.pen.content)[link_id][0], number.value):
            return None
        weighed = self.case.answers.text(WEIGHED_AT) if link_id == "weight" else ""
        clear = weighed and not any(WEIGHED_AT in sentence for sentence in self.case.answers.odd)
        when = replace(given, at=weighed) if clear else given
        resource = written.write_number(self.pen.content, link_id, number.value, number.unit, given=when)
        return Create(f"number/{link_id}", resource, f"{link_id} {number.value} {number.unit}")

    def _pressure(self, given: Given) -> Create | None:
        high, low = self.case.answers.number("systolic"), self.case.answers.number("diastolic")
        if high is None or "systolic" in self.case.from_record or self._drafted(reading.SYSTOLIC, high.value):
            return None
        resource = written.write_pressure(high.value, low.value if low else None, given)
        return Create("number/pressure", resource, f"blood pressure {high.value}")

    def _drafted(self, code: str, value: Decimal) -> bool:
        """Whether an earlier draft of this response already put the same number on record."""
        return any((number.code, number.value) == (code, value) for number in self.case.drafted)

    def _color(self, response: Json, numbers: Iterable[Create], *, final: bool) -> Create:
        """Writes the color, with each reason as a note."""
        case = self.case
        notes = [f"{rule.code}: {rule.title} ({rule.id})" for rule in case.result.rules]
        notes += [*self._heard(), *self._weights(), *self._yes(), *self._unclear(), *self._own_words()]
        notes += self._missing()
        sources = dict.fromkeys(number.record for number in case.from_record.values())
        rests_on = [response, *(self.pen.refer(number) for number in numbers)]
        rests_on += [self.pen.refer(source) for source in sources]
        given = self._given(self.pen.author, response)
        resource = written.write_triage(self.pen.content, case.color, notes, given, rests_on, final=final)
        return Create("triage", resource, f"the color of the check-in: {case.color.replace('-', ' ')}")

    def _asked_for(self, response: Json) -> tuple[Amend, ...]:
        """Completes the Tasks that asked for a check-in."""
        output = {"type": {"text": "response"}, "valueReference": response}
        edits = (put("status", "completed"), self.pen.changed_now(), add("output", output))
        because = "the check-in that was due is recorded"
        tasks = self.case.chart.tasks
        asked = (
            amend(f"asked-for/{task.record.id}", task.record, because, *edits)
            for task in tasks
            if task.open and self._asks(task)
        )
        others = [task for task in tasks if "reach-person" not in task.codes]
        met_now = met("record-check-in", others, self.pen, "a check-in is recorded")
        return (*asked, *met_now, *self._reached({task.record.reference for task in others}))

    def _reached(self, others: Collection[str]) -> Iterator[Amend]:
        """Completes what asks to reach the person, where they themselves have answered, and are at home."""
        case, named = self.case, qr.respondent(self.case.response)
        if not case.stay and (not named.element or named.who == case.patient):
            yield from met_by_talking("record-check-in", case.chart, self.pen, case.at, about_care=False, but=others)

    def _asks(self, task: TaskView) -> bool:
        asked = (check_in.is_check_in(self.pen.content, form) for form in task.instruments)
        return "check-in" in task.codes or any(asked)
