"""`retract` takes back a step whose source was wrong: a death of the wrong person, answers on another chart (rule 40).

Which steps it takes back, what is left to a person then, and what to do instead where it takes nothing back, is content
(CodeSystem retraction-rule).

What the step created is marked as entered in error, with the reason; what it amended goes back to what it was, read
from the server's history. Nothing is deleted, and nothing that somebody has changed since is written over: it is named,
and a Task asks the care manager to decide it. **A retraction never silently removes a danger**: answers that called for
action belong to somebody, so the step says at once to find out whose they are, and a Task for it is due now.

The act's cause is the act that is taken back, which happens once. The engine does not take what was taken back for
done (`runner`): recorded once more, it is another act, or is refused with what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import AfterValidator, Field, computed_field

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.content import retraction, supervision
from carefhir.engine.step import Case, Once, PatientCommand, Step
from carefhir.fhir.changes import RETRACT, Act, Create, Plan, Refusal
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, relative
from carefhir.mappers import communication, consent, episode_of_care, patient
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.task import Work
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.undo import acts
from carefhir.workflows.undo.undoing import Undoing, Undone


def _any_reference(value: str) -> str:
    reference = relative(value.strip())
    if reference is None:
        raise ValueError("expected Type/ID, for example QuestionnaireResponse/12")
    return reference


class Retract(PatientCommand):
    """Takes back a step whose source was wrong."""

    what: Annotated[str, AfterValidator(_any_reference)] = Field(
        description="something the step wrote (QuestionnaireResponse/ID, Communication/ID, Consent/ID …), or its "
        "receipt (Provenance/ID); for a death, Patient/ID"
    )
    reason: str = Field(min_length=1, description="why it was wrong, in plain words, without anybody's name")

    @computed_field(repr=False)  # type: ignore[prop-decorator]  # pydantic's own pattern
    @property
    def receipt(self) -> str:
        """The receipt, where one is named."""
        return self.what if self.what.startswith("Provenance/") else ""

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @property
    def named(self) -> str:
        """What the step wrote, where that is named."""
        return "" if self.receipt else self.what


NEEDS = (
    *charts.needs("patient", "tasks", optional=False),
    *charts.needs("care_teams", "episodes", "encounters", "flags"),
    *charts.needs("conditions", "conclusions", "risks", "goals", "care_plans"),
    replace(communication.find(), optional=True),
    replace(consent.find(), optional=True),
    *acts.NEEDS,
)


@dataclass(frozen=True, slots=True)
class RetractCase(Case):
    """One act of another step, to be taken back."""

    command: Retract
    occasion: Occasion
    chart: Chart
    undoing: Undoing

    @property
    def cause(self) -> Once:
        """The act that is taken back: that happens once."""
        return Once(self.undoing.act.key)

    @property
    def asked(self) -> Any:
        """The act: whoever finds it wrong, in whichever words, and whatever of it they name."""
        return [self.command.patient, self.undoing.act.key]

    def decide(self, act: Act) -> Plan | Refusal:
        """Takes everything back that can be; or says why not, and what to do now all the same."""
        why = (*self._in_the_way(), *self._not_theirs_to_do())
        if why:
            return Refusal(why, self._instructions)
        pen = Pen(self.occasion, act, self.command.patient)
        undone = self.undoing.undone(pen)
        step, reason = self.undoing.act.step, self.command.reason
        in_part = (f"taken back in part: a person must decide about {len(undone.by_hand)} more",)
        return Plan(
            changes=(*self._to_do(pen, undone), *undone.changes),
            says=(
                f"{step} is taken back: {reason}",
                *undone.says,
                *undone.stay,
                *(in_part if undone.by_hand else ()),
                *self._next,
            ),
            instructions=self._instructions,
            warnings=(*undone.by_hand, *self.chart.not_visible),
            decided_from=(self.undoing.act.receipt,),
            reason=f"{step} taken back: {reason}",
            acting_as=self.occasion.actor.discipline,
            labels=self._labels,
        )

    def _in_the_way(self) -> tuple[str, ...]:
        """Why nothing can be taken back here at all."""
        person, undoing = self.chart.patient, self.undoing
        if person is None or person.replaced_by:
            return patient.in_the_way(person, self.command.patient)
        strangers = acts.strangers((*undoing.act.touched,), self.command.patient)
        if strangers:
            return (f"not about {self.command.patient}: {', '.join(strangers)}; check which patient it belongs to",)
        if not undoing.act.touched:
            return (f"nothing that {undoing.act.in_words} wrote can be read here",)
        if self.undoing.act.step == "coordinate" and (events := undoing.later_events()):
            return (
                f"what happened later rests on it: {', '.join(events)} was recorded since. Take that back first, the "
                "newest first",
            )
        later = {record.reference for record in undoing.act.touched if self._amended_later(record)}
        if later:
            return (
                f"other answers were recorded on {', '.join(sorted(later))} since: take those back first; name it to "
                "see what was done to it",
            )
        lost = undoing.earlier_answers_lost()
        if lost:
            return (
                f"the earlier answers of {', '.join(lost)} cannot be read on this server: record the right answers "
                f"again with {undoing.act.step}, with status amended",
            )
        return ()

    def _amended_later(self, record: Record) -> bool:
        """Whether another act of ours replaced the answers since: it has to be taken back before."""
        others = acts.others_on(record, self.undoing.act.key, self.command.patient)
        return record.type == "QuestionnaireResponse" and bool(others)

    def _not_theirs_to_do(self) -> tuple[str, ...]:
        """Why whoever acts may not take this back."""
        content, actor = self.occasion.content, self.occasion.actor
        if self.undoing.act.step == "record-death":
            return supervision.refusals(content, "retract-death", actor.discipline)
        mine = actor.reference == self.undoing.act.by
        why = () if mine else supervision.refusals(content, "retract", actor.discipline)
        if self.undoing.pressing:
            why = why or supervision.refusals(content, "retract-danger", actor.discipline)
        return why

    @property
    def _instructions(self) -> tuple[str, ...]:
        """What must be done now, whether or not it can be taken back."""
        if not self.undoing.pressing:
            return ()
        what = "THESE ANSWERS" if self._answers else "THESE WORDS"
        return (
            f"{what} ARE SOMEBODY'S, AND THEY CALL FOR ACTION. Find out now whose they are, act on them, and "
            f"record them on that person's chart with {self.undoing.act.step}.",
        )

    @property
    def _answers(self) -> bool:
        return self.undoing.act.rule.told == "answers"

    @property
    def _next(self) -> tuple[str, ...]:
        """What else to do after it."""
        if not self._answers:
            return (self.undoing.act.rule.beside,) if self.undoing.act.rule.beside else ()
        if self.undoing.pressing:
            return ()
        return (f"if these answers are somebody else's, record them on that chart with {self.undoing.act.step}",)

    # ---- what is left to do

    @property
    def _manager(self) -> str:
        """The care manager, also of an enrollment that the act ended; else whoever acts."""
        ended = (episode_of_care.read(one) for one in self.undoing.act.amended if one.type == "EpisodeOfCare")
        named = next((episode.care_manager for episode in ended if episode.care_manager), "")
        return self.chart.care_manager or named or self.occasion.actor.reference

    def _to_do(self, pen: Pen, undone: Undone) -> tuple[Create, ...]:
        """The Tasks that a retraction asks for: first of all what protects somebody."""
        tasks = []
        reason, step = self.command.reason, self.undoing.act.step
        if step == "record-death":
            words = (
                f"A death was recorded here in error: {reason}. Reach the person today. Visits, messages, check-ins "
                "and medicines may have stopped, and the family may have been called: look at each of them."
            )
            tasks.append(self._task(pen, "check-on-person", words, days=0, priority="urgent"))
        elif self.undoing.urgent:
            urgency = "stat" if self.undoing.pressing else "urgent"
            what, again = (
                ("Answers", "under a new identifier")
                if self._answers
                else ("Words", "and name the receipt of this retraction in again_after")
            )
            words = (
                f"{what} that call for action were taken back from this chart: {reason}. Find out whose they are, act "
                f"on them, and record them on that person's chart with {step}. If they are this person's after all, "
                f"record them here again {again}."
            )
            tasks.append(self._task(pen, "whose-answers", words, days=0, priority=urgency))
        if undone.by_hand:
            words = f"{step} was taken back: {reason}. Decide by hand: {'; '.join(undone.by_hand)}."
            days, priority = (0, "urgent") if self.undoing.act.rule.handed_over else (1, "routine")
            tasks.append(self._task(pen, "finish-retraction", words, days=days, priority=priority))
        return tuple(tasks)

    def _task(self, pen: Pen, code: str, words: str, *, days: int, priority: str) -> Create:
        due = pen.occasion.calendar.add_business_days(pen.today, days) if days else pen.today
        focus: Json = {"reference": self.command.patient}
        work = Work(
            code=code, words=words, start=pen.today, end=due, owner=self._manager, priority=priority, focus=focus
        )
        return pen.task(code, work, f"{code.replace('-', ' ')}: due {due}")

    @property
    def _labels(self) -> tuple[Json, ...]:
        """The security labels of everything that is taken back: they travel to what is written about it."""
        labels = (label for record in self.undoing.act.touched for label in qr.labels_of(record))
        return tuple({str(label): label for label in labels}.values())


def history(records: Records, command: Retract, occasion: Occasion) -> tuple[str, ...]:
    """The records of which every version must be seen: all that the act wrote."""
    candidates = acts.acts_on(records, occasion.content, command.patient)
    return tuple(record.reference for record in candidates[0].touched) if len(candidates) == 1 else ()


def open_cases(records: Records, command: Retract, occasion: Occasion) -> tuple[RetractCase] | Refusal:
    """Finds the act that wrote what the command names; refuses where there is none, or more than one."""
    candidates = acts.acts_on(records, occasion.content, command.patient)
    if len(candidates) > 1:
        names = "; ".join(act.in_words for act in candidates)
        return Refusal(
            (f"{len(candidates)} steps wrote {command.what}: take back one of them, the newest first: {names}",)
        )
    if not candidates:
        return Refusal((_nothing(records, command, occasion),))
    chart = charts.read(records, occasion)
    undoing = Undoing(
        act=candidates[0],
        patient=command.patient,
        reason=command.reason,
        chart=chart,
        records=records,
        occasion=occasion,
    )
    return (RetractCase(command=command, occasion=occasion, chart=chart, undoing=undoing),)


def _nothing(records: Records, command: Retract, occasion: Occasion) -> str:
    """Says why there is no act to be taken back."""
    if instead := acts.not_taken_back(records, occasion.content):
        return f"{command.what} was written by a step that cannot be taken back. Do this instead: {'; '.join(instead)}"
    if any(records[need.name] for need in acts.NEEDS):
        steps = ", ".join(retraction.taken_back(occasion.content))
        return f"{command.what} was written by a step that cannot be taken back; only these can be: {steps}"
    if command.receipt:
        return f"{command.what} is not on this server, or not visible to us: check the ID"
    return (
        f"no receipt says that a step of ours wrote {command.what}: check the ID, or name something else that the step "
        "wrote; where a step was interrupted, run it again first, so that it is whole"
    )


RETRACT_STEP = Step(
    name=RETRACT,
    title="Take back a step whose source was wrong",
    command=Retract,
    needs=NEEDS,
    open=open_cases,
    when_stale="decide again",
    creates=("Task",),
    amends=("Patient", *acts.TYPES),
    supervised=("retract", "retract-danger", "retract-death"),
    history=history,
    again="it cannot be taken back twice",
)
