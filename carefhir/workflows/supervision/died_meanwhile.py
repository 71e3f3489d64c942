"""What a step opened for a person who has died meanwhile, and what was opened while their death was recorded.

A step that has read a living person and writes a minute later cannot know of a death recorded in between, and
`record-death` cannot see what a step has not written yet. So each looks again when its own writes stand (`Afterwards`):
where the Patient is marked as deceased, a step ends what it has just opened, in the way of `record-death`; and
`record-death` ends what has come to be open for them since it read. A call to the family stays.

Only the mark on the Patient counts. On a server where it cannot be put there, nothing tells of a death until
registration marks it; then a repeat of either step ends what is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from carefhir.chart import chart as charts
from carefhir.engine.afterwards import looks
from carefhir.engine.step import NOTHING, Afterwards, AnyStep, Case, LookAfter, Looked, Once, Step
from carefhir.fhir.changes import RETRACT, Act, Amend, Plan, Refusal, retraction, written_for
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record
from carefhir.mappers import patient
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.supervision.endings import ENDINGS, SOURCES, DeathEndings, counted, ending, open_of_ours

RECORD_DEATH = "record-death"
MOST_DEATHS = 5
"""So many deaths of one person, each but the last taken back, are told from other acts."""
Opened = Callable[[Record, LookAfter], bool]
"""Whether a look is about a record."""


@dataclass(frozen=True, slots=True)
class DiedMeanwhile(Case):
    """One person who is on record as deceased, and what may still be open for them."""

    command: LookAfter
    occasion: Occasion
    look: Looked
    person: patient.PatientView | None
    open_still: tuple[Record, ...]
    """Of ours: what the look is about, ended or not."""

    @property
    def cause(self) -> Looked:
        return self.look

    def decide(self, act: Act) -> Plan | Refusal:
        """Ends what is open, as the death does."""
        if self.person is None or not self.person.deceased:
            return Refusal(NOTHING)
        endings = DeathEndings(Pen(self.occasion, act, self.command.patient), self.person.died_at)
        ends = tuple(
            endings.end(record) if ending(record) else endings.as_it_is(record)
            for record in self.open_still
            if ending(record) or act.did(record, "amended")
        )
        return self._plan(ends, self.person) if ends else Refusal(NOTHING)

    def _plan(self, ends: tuple[Amend, ...], person: patient.PatientView) -> Plan:
        names = ", ".join(change.record.reference for change in ends)
        return Plan(
            changes=ends,
            warnings=(
                f"{person.record.reference} is recorded as deceased: what was opened meanwhile does not stay open",
                *(f"{each} ({names})" for each in counted(ends)),
            ),
            decided_from=(person.record,),
            reason="the person has died, and this was opened at the same time",
            acting_as=self.occasion.actor.discipline,
        )


def _step(name: str, title: str, opened: Opened) -> Step[LookAfter]:
    """The step that ends what a look is about."""

    def open_cases(records: Records, command: LookAfter, occasion: Occasion) -> Sequence[Case]:
        may_be_open = tuple(record for need in SOURCES.values() for record in records[need] if opened(record, command))
        case = DiedMeanwhile(
            command=command,
            occasion=occasion,
            look=Looked(command.act, 0),
            person=patient.read(records.one("patient")),
            open_still=open_of_ours(may_be_open, occasion.content),
        )
        return tuple(replace(case, look=look) for look in looks(name, command, records))

    return Step(
        name=name,
        title=title,
        command=LookAfter,
        needs=charts.needs("patient", *SOURCES.values()),
        open=open_cases,
        when_stale="decide again",
        creates=(),
        amends=tuple(ENDINGS),
    )


def _created_by_the_act(record: Record, command: LookAfter) -> bool:
    return written_for(record, command.asked, "created")


def _opened_again_by_the_act(record: Record, command: LookAfter) -> bool:
    """Whether a retraction amended it. What a retraction creates stays: the answers it took back are somebody's. Nor is
    the retraction of a death undone, where the mark of death is registration's."""
    return written_for(record, command.asked, "amended") and not _took_back_a_death(command)


def _took_back_a_death(command: LookAfter) -> bool:
    death = Act(RECORD_DEATH, command.patient, cause_of_death().spelled())
    for _ in range(MOST_DEATHS):
        retracting = retraction(command.patient, death.key)
        if retracting.key == command.act:
            return True
        death = death.again(retracting)
    return False


def _any_of_ours(record: Record, command: LookAfter) -> bool:
    return True


def cause_of_death() -> Once:
    """The death: there is only one."""
    return Once("death")


def has_died(records: Records, command: LookAfter, occasion: Occasion) -> bool:
    """Whether the Patient is marked as deceased now."""
    person = patient.read(records.one("patient"))
    return person is not None and person.deceased


_step_of_the_act = _step(
    "end-what-it-opened", "End what a step has opened for a person who has died", _created_by_the_act
)
_step_of_a_retraction = _step(
    "end-what-it-reopened", "End what a retraction has opened again for a person who has died", _opened_again_by_the_act
)
_step_of_the_death = _step("end-what-was-opened", "End what was opened while a death was recorded", _any_of_ours)
ABOUT = "whether the person has died meanwhile"
OF_THE_ACT = Afterwards(needs=charts.needs("patient"), calls=has_died, step=_step_of_the_act, about=ABOUT)
"""What a step opened itself. What else is open is for `record-death` to end."""
OF_A_RETRACTION = replace(OF_THE_ACT, step=_step_of_a_retraction)
OF_ALL_STEPS = Afterwards(
    needs=charts.needs("patient"),
    calls=has_died,
    step=_step_of_the_death,
    about="whether anything was opened while the death was recorded",
)


def looking(step: AnyStep) -> AnyStep:
    """A step that looks whether the person has died meanwhile, wherever it opens anything that a death ends."""
    opens = set(step.creates) & set(ENDINGS)
    if not opens or OF_ALL_STEPS in step.afterwards:
        return step
    look = OF_A_RETRACTION if step.name == RETRACT else OF_THE_ACT
    return replace(step, afterwards=(look, *step.afterwards))
