"""`overview`: shows the whole picture on one page, and what could not be read or was not visible. It only reads.

What a nurse does first comes first: who it is and what to know before a call, what is due, how the last check-in
went, what was measured, what is taken. What is restricted is marked and stands by itself at the end (rule 4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from carefhir.chart import chart as charts
from carefhir.chart import support as supports
from carefhir.chart.chart import Chart
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.search import Follow, Need, Of, Since
from carefhir.mappers import (
    allergy_intolerance,
    communication,
    consent,
    labels,
    medication_list,
    patient,
    related_person,
    support_answer,
)
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.questionnaire_response import KeptDraft
from carefhir.occasion import Occasion
from carefhir.workflows.looking import background, due, medicine_list, person
from carefhir.workflows.looking.call_sheet import CallSheet, call_sheet
from carefhir.workflows.looking.goal_trends import GoalTrend, goal_trends
from carefhir.workflows.looking.last_check_in import last_check_in
from carefhir.workflows.looking.medicine_sheet import MedicineSheet
from carefhir.workflows.looking.person import Identity, LastContact
from carefhir.workflows.looking.section import EMPTY, Row, Section, Sentence, section
from carefhir.workflows.looking.transition_sheet import TransitionSheet
from carefhir.workflows.looking.watched import watched
from carefhir.workflows.looking.what_matters import what_matters


class Overview(PatientCommand):
    """Shows the whole picture of one patient."""


PEOPLE = {
    "episodes": Follow("careManager", "Practitioner"),
    "care_teams": Follow("participant.member", "Practitioner"),
    "tasks": Follow("owner", "Practitioner"),
}
"""By the name of a need: where its records name people, so that they can be called by name."""

NEEDS = tuple(
    replace(need, follow=(*need.follow, PEOPLE[need.name])) if need.name in PEOPLE else need
    for need in (
        *charts.with_organizations(
            charts.needs("patient", "episodes", "care_teams", "flags", "encounters", "service_requests", "conditions")
        ),
        *charts.needs("risks", "care_plans", "goals", "tasks", "appointments", "issues", "readings"),
        *charts.needs("medication_requests", "medication_statements"),
        *(
            replace(need, optional=True)
            for need in (
                related_person.find_all(),
                support_answer.find(),
                consent.find(),
                allergy_intolerance.find(),
                qr.find(),
                communication.find(),
                medication_list.find(),
            )
        ),
        Need(
            "observations",
            "Observation",
            (
                Of("patient", "subject"),
                Since(
                    "date",
                    ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "effectiveTiming.event"),
                    "{today-365d}",
                ),
            ),
            optional=True,
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture of one patient. Never read `not_visible` as "none"."""

    patient: str
    """`Patient/ID`."""
    heading: str
    """Name, age, gender, birth date and record number."""
    found: bool
    """Whether the patient is on this server and visible."""
    identity: Identity
    """How the person is told apart and called."""
    last_contact: LastContact
    """When somebody last talked with them."""
    sections: tuple[Section, ...] = ()
    """The parts of the page, in order."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Who is around them, by reference: care team, owners of Tasks, relatives; by name."""
    drafts: tuple[KeptDraft, ...] = ()
    """Forms that somebody has begun to answer, the newest first."""
    call: CallSheet | None = None
    """What a call with them is about."""
    trends: tuple[GoalTrend, ...] = ()
    """What the open goals measure, over time."""
    transition: TransitionSheet | None = None
    """What follows the last discharge; None where nobody looked for it."""
    medicines: MedicineSheet | None = None
    """The lists of medicines around that stay, side by side; None where there is no stay to compare them around."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""
    unseen: frozenset[str] = frozenset()
    """The needs that could not be seen, by name."""
    odd: tuple[str, ...] = ()
    """What could not be read."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many records were read, by what was asked for."""

    def section(self, name: str) -> Section:
        """One part of the page, by its name. Raises `KeyError` if there is none."""
        for part in self.sections:
            if part.name == name:
                return part
        raise KeyError(name)


def read(records: Records, command: Overview, occasion: Occasion) -> Picture:
    """The page."""
    return picture_of(charts.read(records, occasion), records, command, occasion=occasion)


def names_of(records: Records, today: date) -> dict[str, str]:
    """People by reference, as far as they were gathered."""
    return {
        record.reference: patient.display(record, today)
        for name in (related_person.find_all().name, *(follow.name for follow in PEOPLE.values()))
        for record in records[name]
    }


def picture_of(chart: Chart, records: Records, command: Overview, *, occasion: Occasion) -> Picture:
    """The page about somebody whose chart is read already."""
    talks = [communication.read(record, occasion.zone) for record in records["communications"]]
    page = PatientPage(records, chart, command.patient, occasion)
    return Picture(
        patient=command.patient,
        heading=patient.heading(chart.person, occasion.today),
        found=chart.person is not None,
        identity=person.identity(chart, command.patient, occasion.today),
        last_contact=person.last_contact(talks, occasion),
        sections=page.sections(),
        people=page.people,
        drafts=qr.drafts(records["responses"]),
        call=call_sheet(chart, supports.read(records, chart, occasion), records, occasion),
        trends=goal_trends(chart, occasion),
        not_visible=records.not_visible,
        unseen=frozenset(need.name for need in NEEDS if not records.visible(need.name)),
        odd=records.odd,
        counts={name: len(some) for name, some in records.by_need.items()},
    )


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One person's records, section by section."""

    records: Records
    chart: Chart
    patient: str
    occasion: Occasion

    def sections(self) -> tuple[Section, ...]:
        """All sections, in the order in which they are read."""
        return (
            self._take_note(),
            *self._flags_over(),
            self._matters(),
            self._support(),
            self._section("to-do", "To do", self._to_do, "tasks", empty="no open tasks"),
            self._section("last-check-in", "Last check-in", self._last_check_in, "observations"),
            self._section("vitals", "Vitals and labs", self._watched, "readings", "goals"),
            self._medicines(),
            self._section("allergies", "Allergies", self._allergies, "allergies"),
            self._section("to-decide", "To be decided", self._issues, "issues", empty="nothing open"),
            self._section("visits", "Visits to come", self._visits, "appointments", empty="none booked"),
            self._section("concerns", "Concerns and conditions, current", self._concerns, "conditions"),
            self._section("plans", "Care plans", self._care_plans, "care_plans"),
            self._section("goals", "Goals, open", self._goals, "goals"),
            self._section("scores", "Scores in the last year", self._scores, "observations"),
            self._section("risk", "Risk and tier", self._risks, "risks"),
            self._section("assessment", "Assessment, by domain", self._conclusions, "observations"),
            self._section("people", "Programs and team", self._people, "episodes", "care_teams"),
            self._section("stays", "Last stays and emergency visits", self._stays, "encounters"),
            self._section("consents", "Consents", self._consents, "consents"),
            *self._restricted(),
        )

    def _section(
        self, name: str, title: str, rows: Callable[[], Sequence[Row]], *needs: str, empty: str = EMPTY
    ) -> Section:
        return section(name, title, rows(), empty=empty, unseen=self._unseen(*needs))

    def _unseen(self, *needs: str) -> tuple[str, ...]:
        return tuple(need for need in needs if not self.records.visible(need))

    def _take_note(self) -> Section:
        """What everybody must know first. Nobody is "at home" where stays could not be seen."""
        chart, occasion = self.chart, self.occasion
        in_the_way = patient.in_the_way(chart.patient, self.patient)
        sentences = (*in_the_way, *person.whereabouts_of(chart, occasion), *person.flags(chart, occasion.today))
        unseen = self._unseen("flags", "encounters", "episodes")
        return section(
            "take-note", "Take note", [Sentence(words) for words in sentences], empty="no flags", unseen=unseen
        )

    def _flags_over(self) -> tuple[Section, ...]:
        """The Flags that nobody has lifted though their time is over; no section where there are none."""
        rows = [
            background.ChartEntry(
                flag.words or "(a flag without words)", f"until {flag.ended}", "", flag.record.reference
            )
            for flag in self.chart.flags
            if flag.active and not flag.in_force(self.occasion.today) and not labels.restricted(flag.record)
        ]
        return (section("flags-over", "Flags whose time is over", rows),) if rows else ()

    def _support(self) -> Section:
        """Who helps, how to reach them, and what they may know: whoever calls may have them on the line."""
        support = supports.read(self.records, self.chart, self.occasion)
        unseen = self._unseen("related_people", "care_teams", "consents", "support_answers")
        return section("support", "Who helps", [Sentence(words) for words in support.lines()], unseen=unseen)

    def _matters(self) -> Section:
        matters = what_matters(self.chart, self.records["observations"], self.patient, self.occasion)
        unseen = self._unseen("goals", "observations")
        return section("what-matters", "What matters to them", matters.rows, empty=matters.empty, unseen=unseen)

    def _allergies(self) -> Sequence[Row]:
        return background.allergies(self.records["allergies"])

    def _to_do(self) -> Sequence[Row]:
        tasks = [task for task in self.chart.tasks if task.to_do or task.held]
        return due.all_due(
            due.due_of(task, self.occasion, self.people.get(task.owner, task.owner_words)) for task in tasks
        )

    def _last_check_in(self) -> Sequence[Row]:
        return last_check_in(self.records["observations"], self.records["responses"], self.occasion)

    def _watched(self) -> Sequence[Row]:
        return watched(self.chart, self.occasion)

    def _medicines(self) -> Section:
        rows = medicine_list.medicine_list(self.chart, self.occasion)
        unseen = self._unseen("medication_requests", "medication_statements", "medication_lists")
        lists, all_visible = self.records["medication_lists"], self.records.visible("medication_lists")
        note = medicine_list.reconciled_in_words(lists, self.occasion, all_visible=all_visible)
        return section("medicines", "Medicines", rows, note=note, unseen=unseen)

    def _issues(self) -> Sequence[Row]:
        """What nobody has decided yet: conflicting advice, lists that differ."""
        return [
            background.ChartEntry(issue.words or "(not stated)", reference=issue.reference)
            for issue in sorted(self.chart.issues, key=lambda issue: (issue.words, issue.reference))
            if issue.open
        ]

    def _visits(self) -> Sequence[Row]:
        zone = self.occasion.zone
        return [
            background.ChartEntry(
                f"{visit.start.astimezone(zone):%a %Y-%m-%d %H:%M}",
                visit.words or "visit",
                visit.status,
                visit.reference,
            )
            for visit in person.visits_to_come(self.chart, self.occasion)
            if visit.start
        ]

    def _concerns(self) -> Sequence[Row]:
        return background.concerns(self.chart, self.occasion.content, restricted=False)

    def _care_plans(self) -> Sequence[Row]:
        return background.care_plans(self.chart, self.occasion)

    def _goals(self) -> Sequence[Row]:
        return background.goals(self.chart)

    def _scores(self) -> Sequence[Row]:
        return background.scores(self.records["observations"], self.occasion, restricted=False)

    def _risks(self) -> Sequence[Row]:
        return background.risks(self.chart, self.occasion)

    def _conclusions(self) -> Sequence[Row]:
        return background.conclusions(self.records["observations"], self.occasion, restricted=False)

    def _people(self) -> Sequence[Row]:
        return background.people(self.chart, self.people, self.occasion)

    def _stays(self) -> Sequence[Row]:
        return background.stays(self.chart)

    def _consents(self) -> Sequence[Row]:
        return background.consents(self.records["consents"], self.occasion)

    def _restricted(self) -> tuple[Section, ...]:
        """What must not be printed, shared or said to others; no section where nothing is (rule 4)."""
        observations = self.records["observations"]
        flags = [flag for flag in self.chart.flags if flag.active and labels.restricted(flag.record)]
        rows = (
            *(background.ChartEntry(flag.words or "(a flag without words)", "flag") for flag in flags),
            *background.concerns(self.chart, self.occasion.content, restricted=True),
            *background.scores(observations, self.occasion, restricted=True),
            *background.conclusions(observations, self.occasion, restricted=True),
        )
        note = "for the care team only: not for prints, packets, shared plans, family or caregivers"
        return (section("restricted", "RESTRICTED", rows, note=note),) if rows else ()

    @property
    def people(self) -> dict[str, str]:
        """People by reference."""
        return names_of(self.records, self.occasion.today)


OVERVIEW = Reading("overview", "The whole picture of one patient", Overview, NEEDS, read)
