"""One thing said of who helps a person, with what every line written of it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.chart.support import IN_DOUBT, Support
from carefhir.content.clocks import Clock
from carefhir.fhir.changes import Amend, Change, Create, Edit, Plan, amend, amendable, keys_of, put
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import consent, related_person
from carefhir.mappers.related_person import RelatedView
from carefhir.mappers.task import TaskView, Work
from carefhir.workflows.consenting import ConsentGiven
from carefhir.workflows.pen import Pen
from carefhir.workflows.supervision.support_command import RecordSupport

CLOCK = "support-in-doubt"


@dataclass(frozen=True, slots=True)
class SupportTalk:
    """One thing said of one helper, or of nobody."""

    told: RecordSupport
    chart: Chart
    support: Support
    helper: Record | None
    """The helper, where they are on record."""
    teams: tuple[Record, ...]
    """The care teams of the programs that run."""
    consents: tuple[Record, ...]
    given: ConsentGiven
    clock: Clock
    pen: Pen

    @property
    def stamp(self) -> str:
        """The moment, as FHIR writes it."""
        return self.told.at.astimezone(self.pen.occasion.zone).isoformat(timespec="seconds")

    @property
    def day(self) -> str:
        return self.stamp[:10]

    @property
    def view(self) -> RelatedView | None:
        """The helper as the record has them."""
        return related_person.read(self.helper, self.pen.today) if self.helper else None

    @property
    def name(self) -> str:
        """What the helper is called."""
        return self.told.name or (self.view.name if self.view else "") or self.told.helper

    @property
    def manager(self) -> str:
        return self.chart.care_manager or self.pen.author

    # ---- their part in the team, and what they may know

    def in_teams(self, why: str, edit: Edit) -> list[Amend]:
        """The care teams, each with the edit; a team that cannot be changed is left out."""
        return [
            amend(f"team/{team.id}", team, why, *(() if self.pen.act.did(team, "amended") else (edit,)))
            for team in self.teams
            if amendable(team)
        ]

    def consents_ended(self, why: str) -> list[Amend]:
        """Our Consents that say what the helper may know, at their end."""
        return [
            amend(f"consent/{record.id}", record, why, put("status", "inactive"))
            for record in self.consents
            if self.ours(record) and (self._names_helper(record) or self.pen.act.did(record, "amended"))
        ]

    def ours(self, record: Record) -> bool:
        """Whether a Consent is one that our steps wrote before this act."""
        return bool(keys_of(record)) and amendable(record) and not self.pen.act.did(record, "created")

    def _names_helper(self, record: Record) -> bool:
        return bool(self.helper and consent.word_on(record, self.helper.reference, self.pen.today))

    # ---- Tasks

    @property
    def asking(self) -> list[TaskView]:
        """The Tasks that ask about help at home, and those that this act closed."""
        act = self.pen.act
        return [
            task
            for task in self.chart.tasks
            if IN_DOUBT in task.codes
            and (task.open or act.did(task.record, "amended"))
            and amendable(task.record)
            and not act.did(task.record, "created")
        ]

    def closed(self, task: TaskView, why: str) -> Amend:
        """A Task that asked, answered."""
        return amend(f"asked/{task.record.id}", task.record, why, *self.pen.ended("completed", "done", why))

    def asks(self, words: str, title: str, focus: Json) -> Create:
        """The Task that asks about help at home."""
        item = next(iter(self.clock.tasks()))
        due = item.on(self.pen.today, self.pen.occasion.calendar)
        work = Work(
            code=item.code,
            words=f"{words} {item.words}",
            title=title,
            start=self.pen.today,
            end=due,
            owner=self.manager,
            focus=focus,
        )
        return self.pen.task("ask", work, f"{item.title}: due {due}")

    def tasks_back(self) -> list[Amend]:
        """The open Tasks that the helper owns, given to the care manager."""
        why = f"{self.name} is not to do it any more"
        edits = (
            put("owner", {"reference": self.manager}),
            self.pen.noted(why, at=self.told.at),
            self.pen.changed_now(),
        )
        return [
            amend(f"owner/{task.record.id}", task.record, why, *(edits if self._owns(task) else ()))
            for task in self.chart.tasks
            if (self._owns(task) and self._writable(task))
            or (task.open and self.helper is not None and self.pen.act.did(task.record, "amended"))
        ]

    def _owns(self, task: TaskView) -> bool:
        return self.helper is not None and task.open and task.owner == self.helper.reference

    def _writable(self, task: TaskView) -> bool:
        return bool(keys_of(task.record)) and amendable(task.record)

    def not_given_back(self) -> tuple[str, ...]:
        """Names the helper's Tasks that no step of ours wrote."""
        theirs = [task.record.reference for task in self.chart.tasks if self._owns(task) and not self._writable(task)]
        words = f"not written by our steps and still {self.name}'s: {', '.join(theirs)}; tell the people responsible"
        return (words,) if theirs else ()

    def given_back_in_words(self, back: Sequence[Amend]) -> list[str]:
        """A line for each Task that the helper had."""
        to = self.chart.team.called(self.manager)
        tasks = {task.record.reference: task for task in self.chart.tasks}
        owned = [tasks[change.record.reference] for change in back]
        words = [(task.title or task.description.partition(".")[0], task.record.reference) for task in owned]
        return [f"goes back to {to}: {title} ({reference})" for title, reference in words]

    def plan(self, changes: Sequence[Change], says: Sequence[str], warnings: Sequence[str]) -> Plan:
        """The plan, decided from the person, the helper and the teams."""
        people = (self.chart.person, self.helper, self.given.guardian_record)
        return Plan(
            changes=tuple(changes),
            says=tuple(says),
            warnings=(*warnings, *self.chart.not_visible),
            decided_from=tuple(record for record in (*people, *self.teams) if record),
            artefacts=(self.clock.canonical,),
            reason=self.told.reason or f"what was said on {self.day} of who helps",
            acting_as=self.pen.occasion.actor.discipline,
        )
