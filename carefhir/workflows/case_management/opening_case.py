"""Writes a new case: its team, its episode, its consent, its plan with its goals, and its first Tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.chart.chart import Chart
from carefhir.codes import PROGRAM, RESTRICTED
from carefhir.content import supervision
from carefhir.content.clocks import Clock, ClockItem, read_clock
from carefhir.content.loading import Concept
from carefhir.fhir.changes import Create, Plan
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record
from carefhir.mappers import care_team, episode_of_care, labels, plan_draft
from carefhir.mappers.care_plan import CarePlanView
from carefhir.mappers.names import names_of
from carefhir.mappers.plan_draft import PlanDraft, Writing
from carefhir.mappers.task import Work
from carefhir.workflows.case_management.cases import PROGRAM as CASE_MANAGEMENT
from carefhir.workflows.case_management.cases import CaseEvent, standing_plan
from carefhir.workflows.case_management.open_case_command import OpenCase
from carefhir.workflows.consenting import ConsentGiven
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class CaseOpening:
    """Writing down one case."""

    command: OpenCase
    pen: Pen
    chart: Chart
    event: CaseEvent
    consent: ConsentGiven
    people: tuple[Record, ...]
    """Whoever the command names."""

    @property
    def program(self) -> Concept:
        return self.pen.content.concept(PROGRAM, CASE_MANAGEMENT)

    @property
    def clock(self) -> Clock:
        """What is due after a case is opened."""
        return read_clock(self.pen.content, f"program-{CASE_MANAGEMENT}", self.pen.today)

    @property
    def standing(self) -> CarePlanView | None:
        return standing_plan(self.chart)

    @property
    def provider(self) -> str:
        """Who supervises: the one the command names, else the care team's."""
        return self.command.supervising_provider or self.chart.team.supervising_provider

    def plan(self) -> Plan:
        """Plans everything that opens the case, the first Tasks last."""
        command, names = self.command, names_of(self.people)
        team = self._team()
        episode = self._episode(team)
        goals = [self._goal(number, words) for number, words in enumerate(command.goals, 1)]
        care_plan = self._care_plan(team, episode, goals)
        items = self.clock.tasks()
        tasks = [*(self._task(item, care_plan) for item in items), self._closing(episode, care_plan)]
        says = [
            f"case opened around {self.event.words} ({self.event.reference}): the case manager is "
            f"{names.of(command.case_manager)}",
            f"it is expected to be over on {command.expected_end}",
            self._contact(),
            self._plan_in_words(),
            *(f"{item.title} is due {self._due(item)}" for item in items),
        ]
        looked_at = (self.chart.person, self.event.record, *self.people, self.standing and self.standing.record)
        return Plan(
            changes=(team, episode, self.consent.written(self.pen, self.program), *goals, care_plan, *tasks),
            says=tuple(says),
            warnings=(*self.consent.warnings(), *self._beside(), *self.chart.not_visible),
            decided_from=tuple(dict.fromkeys(record for record in looked_at if record)),
            artefacts=(self.clock.canonical,),
            reason=command.reason,
            acting_as=self.pen.occasion.actor.discipline,
            labels=(RESTRICTED,) if self.event.restricted else (),
        )

    def _contact(self) -> str:
        """Who the person calls."""
        manager = self.chart.care_manager
        if not manager:
            return "there is no care manager: the case manager is the person's point of contact"
        called = self.chart.team.called(manager)
        return f"{called} stays the person's single point of contact"

    def _plan_in_words(self) -> str:
        whole = self.standing
        agreed = "nothing in it takes effect before the patient agrees (record-agreement) and the provider signs"
        if whole is None:
            return f"the case has a plan of its own (draft), part of no other: no care plan is in force; {agreed}"
        return f"the case has a plan of its own (draft), part of {whole.title or 'the care plan'}; {agreed}"

    def _beside(self) -> tuple[str, ...]:
        """Names the enrollments and cases in case management that run beside this one."""
        beside = [one for one in self.chart.episodes if CASE_MANAGEMENT in one.programs and not one.over]
        beside = [one for one in beside if not self.pen.act.did(one.record)]
        return tuple(
            f"another case runs beside this one ({episode.record.reference}): agree on who calls the person"
            if episode.event
            else f"the person is also enrolled in case management without an event ({episode.record.reference})"
            for episode in beside
        )

    def _team(self) -> Create:
        command, pen, standing = self.command, self.pen, self.chart.team
        provider = supervision.discipline_named(command.supervising_discipline)
        if not command.supervising_provider:
            provider = standing.disciplines.get(self.provider, "")
        members = [
            ("case-manager", command.case_manager, supervision.discipline_named(command.case_manager_discipline)),
            ("supervising-provider", self.provider, provider),
            ("patient", command.patient, ""),
        ]
        names = {**standing.names, **names_of(self.people).by_reference}
        title = f"Care team, {self.program.display}"
        resource = care_team.write(pen.content, pen.patient, title, start=pen.stamp, members=members, names=names)
        return Create("care-team", resource, "who runs the case, and the provider who supervises")

    def _episode(self, team: Create) -> Create:
        pen, command = self.pen, self.command
        resource = episode_of_care.write(
            pen.patient, self.program, pen.stamp, care_manager=command.case_manager, team=pen.refer(team)
        )
        event = pen.refer(self.event.record)
        extension = episode_of_care.around(event, command.expected_end.isoformat())
        if self.event.record.type == "ServiceRequest":
            resource["referralRequest"] = [event]
        if self.event.record.type == "Condition":
            resource["diagnosis"] = [{"condition": event}]
        because = f"a case around {self.event.words}: {command.reason}"
        return Create("episode", {**resource, "extension": [extension]}, because)

    def _goal(self, number: int, words: str) -> Create:
        return Create(f"goal/{number}", plan_draft.write_team_goal(self._writing, words), f"goal of the case: {words}")

    @property
    def _writing(self) -> Writing:
        pen = self.pen
        return Writing(content=pen.content, patient=pen.patient, author=pen.author, today=pen.today, stamp=pen.stamp)

    @property
    def _title(self) -> str:
        return f"Case: {self.event.words}"

    def _care_plan(self, team: Create, episode: Create, goals: list[Create]) -> Create:
        pen, whole = self.pen, self.standing
        condition = self.event.record.type == "Condition" and not labels.restricted(self.event.record)
        draft = PlanDraft(
            title=self._title,
            addresses=(self.event.record,) if condition else (),
            goals=tuple(map(pen.refer, goals)),
            activities=(),
            supporting=(pen.refer(episode), pen.refer(self.event.record)),
            teams=(),
            notes=(f"Expected to be over on {self.command.expected_end}. {self.command.reason}",),
            part_of=pen.refer(whole.record) if whole else None,
        )
        resource: Json = {**plan_draft.write_plan(self._writing, draft), "careTeam": [pen.refer(team)]}
        return Create("plan", resource, f"{self._title}; expected to be over on {self.command.expected_end}")

    def _due(self, item: ClockItem) -> date:
        """The day on which a first Task is due: never after the case is expected to be over."""
        return min(item.on(self.pen.today, self.pen.occasion.calendar), self.command.expected_end)

    def _task(self, item: ClockItem, care_plan: Create) -> Create:
        work = Work(
            code=item.code,
            words=f"{item.title}. {item.words}",
            start=self.pen.today,
            end=self._due(item),
            owner=self.command.case_manager,
            focus=self.pen.refer(self.event.record),
            based_on=self.pen.refer(care_plan),
        )
        return self.pen.task(f"task/{item.code}", work, f"{item.title}: due {work.end}")

    def _closing(self, episode: Create, care_plan: Create) -> Create:
        """Without it nothing would bring the end up: a case has one in sight."""
        work = Work(
            code="close-case",
            words=f"Close the case around {self.event.words}, or say why it goes on: hand what remains to the care "
            "manager (close-case).",
            start=self.pen.today,
            end=self.command.expected_end,
            owner=self.command.case_manager,
            focus=self.pen.refer(episode),
            based_on=self.pen.refer(care_plan),
        )
        return self.pen.task("close-case", work, f"the case is expected to be over on {work.end}")
