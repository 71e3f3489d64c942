"""`overview`: shows the whole picture on one page, and what could not be read or was not visible. It only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.codes import DOMAIN, PROGRAM, TASK
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.record import moment
from carefhir.fhir.search import Follow, Need, Of, Since
from carefhir.mappers import allergy_intolerance, consent, observation, patient, risk_assessment
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.conclusion import read as read_conclusion
from carefhir.mappers.episode_of_care import EpisodeView
from carefhir.mappers.medication import MedicineView
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion

Rows = tuple[tuple[str, ...], ...]


class Overview(PatientCommand):
    """Shows the whole picture of one patient."""


def _with_people(name: str, people: Follow) -> Need:
    """A need of the chart, and the practitioners it points to, so that they can be named."""
    (need,) = charts.needs(name)
    return replace(need, follow=(*need.follow, people))


PEOPLE = (Follow("careManager", "Practitioner"), Follow("participant.member", "Practitioner"))
"""Where a program and a team name people."""

NEEDS = (
    *charts.needs("patient"),
    _with_people("episodes", PEOPLE[0]),
    _with_people("care_teams", PEOPLE[1]),
    *charts.needs("flags", "risks", "care_plans", "goals", "conditions", "encounters", "tasks", "appointments"),
    *charts.needs("issues", "medication_requests", "medication_statements"),
    *(replace(need, optional=True) for need in (consent.find(), allergy_intolerance.find(), qr.find())),
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


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: a title, and rows of plain words."""

    title: str
    """The heading of this part."""
    rows: Rows
    """What is on record, a row each."""
    empty: str = "none on record"
    """What to show if there are no rows."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture of one patient. Never read `not_visible` as "none"."""

    patient: str
    """`Patient/ID`."""
    heading: str
    """Name, age and gender."""
    found: bool
    """Whether the patient is on this server and visible."""
    sections: tuple[Section, ...] = ()
    """The parts of the page, in order."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""
    odd: tuple[str, ...] = ()
    """What could not be read."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many records were read, by what was asked for."""


def read(records: Records, command: Overview, occasion: Occasion) -> Picture:
    """The page."""
    page = PatientPage(records, charts.read(records, occasion), command.patient, occasion)
    return Picture(
        patient=command.patient,
        heading=patient.heading(page.chart.person, occasion.today),
        found=page.chart.person is not None,
        sections=page.sections(),
        not_visible=tuple(f"{gap.type}: {gap.why}" for gap in records.gaps),
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
            self._section("Take note", self._take_note, "flags", empty="no flags"),
            *self._over(),
            self._section("Allergies", self._allergies, "allergies"),
            self._section("Programs", self._programs, "episodes", "care_teams"),
            self._section("Open tasks", self._tasks, "tasks", empty="no open tasks"),
            self._section("To be decided", self._issues, "issues", empty="nothing open"),
            self._section("Visits to come", self._visits, "appointments", empty="none booked"),
            self._section("Risk", self._risks, "risks"),
            self._section("Scores in the last year", self._scores, "observations"),
            self._section("Assessment, by domain", self._conclusions, "observations"),
            self._section("Conditions, current", self._conditions, "conditions"),
            self._section("Medicines, active", self._medicines, "medication_requests", "medication_statements"),
            self._section("Care plans", self._care_plans, "care_plans"),
            self._section("Goals, open", self._goals, "goals"),
            self._section("Consents", self._consents, "consents"),
            self._section("Last stays and emergency visits", self._stays, "encounters"),
        )

    def _section(self, title: str, rows: Callable[[], Rows], *needs: str, empty: str = "none on record") -> Section:
        """A section; where something it rests on cannot be seen it says so, and never "none" (R10)."""
        unseen = [need for need in needs if not self.records.visible(need)]
        if not unseen:
            return Section(title, rows(), empty)
        words = f"not visible: {', '.join(unseen)}".replace("_", " ")
        shown = rows()
        return Section(title, (*shown, (words,)) if shown else (), words)

    def _take_note(self) -> Rows:
        stands = patient.in_the_way(self.chart.patient, self.patient)
        paused = (f"PAUSED: {self._pause(episode)}" for episode in self.chart.episodes if episode.paused)
        flags = (flag.words for flag in self.chart.flags if flag.in_force(self.occasion.today))
        return tuple((words,) for words in (*stands, *paused, *flags))

    def _over(self) -> tuple[Section, ...]:
        """The Flags that nobody has lifted though their time is over; no section where there are none."""
        over = (flag for flag in self.chart.flags if flag.active and not flag.in_force(self.occasion.today))
        rows = tuple((flag.words, f"until {flag.ended}", flag.record.reference) for flag in over)
        return (Section("Flags whose time is over", rows, ""),) if rows else ()

    def _pause(self, episode: EpisodeView) -> str:
        """Which program waits, since when, and why."""
        since = f" since {self._day(episode.paused_since)}" if episode.paused_since else ""
        return f"{self._program(episode)}{since}: {episode.pause_reason or 'no reason on record'}"

    def _allergies(self) -> Rows:
        """Substance, reactions with severity, and how dangerous it is; what was refuted or resolved is left out."""
        views = [allergy_intolerance.read(record) for record in self.records["allergies"]]
        rows = [
            (
                allergy.substance or "(not named)",
                ", ".join(allergy.reactions) or "reaction not stated",
                ", ".join(filter(None, (allergy.danger, "unconfirmed" if allergy.unconfirmed else ""))),
            )
            for allergy in views
            if allergy.holds
        ]
        return tuple(sorted(rows, key=lambda row: (not row[2].startswith("HIGH"), row)))

    def _programs(self) -> Rows:
        rows = []
        for episode in self.chart.episodes:
            manager = self._named(episode.care_manager) or "not named"
            status = "paused" if episode.paused else episode.status
            rows.append((self._program(episode), status, f"care manager {manager}"))
        provider = self.chart.team.supervising_provider
        if provider:
            rows.append(("team", "", f"supervising provider {self._named(provider)}"))
        return tuple(rows)

    def _program(self, episode: EpisodeView) -> str:
        concepts = self.occasion.content.concepts(PROGRAM)
        names = ", ".join(concepts[code].display if code in concepts else code for code in episode.programs)
        return names or episode.kind or "program"

    def _named(self, reference: str) -> str:
        """A name with its reference, where the person came along with a program or a team; else the reference."""
        for people in PEOPLE:
            for record in self.records[people.name]:
                if record.reference == reference:
                    return f"{patient.display(record, self.occasion.today)} ({reference})"
        return reference

    def _tasks(self) -> Rows:
        """What somebody is to do, most urgent first; then what is held, with the reason, which is never overdue."""
        open_tasks = [task for task in self.chart.tasks if task.to_do or task.held]
        ordered = sorted(
            open_tasks,
            key=lambda task: (task.held, task.priority != "stat", task.due or date.max, task.record.id),
        )
        return tuple(
            (
                self._task_name(task),
                self._when(task),
                self._named(task.owner).removesuffix(f" ({task.owner})"),
                task.record.reference,
            )
            for task in ordered
        )

    def _task_name(self, task: TaskView) -> str:
        concepts = self.occasion.content.concepts(TASK)
        kinds = ", ".join(concepts[code].display if code in concepts else code for code in task.codes)
        return task.title or kinds or "task"

    def _when(self, task: TaskView) -> str:
        if task.held:
            return f"held: {task.why}" if task.why else "held"
        if task.priority == "stat":
            return "NOW"
        if task.due is None:
            return "no due day"
        return f"{'overdue since' if task.due < self.occasion.today else 'due'} {task.due}"

    def _issues(self) -> Rows:
        """What nobody has decided yet: conflicting advice, lists that differ."""
        open_issues = (issue for issue in self.chart.issues if issue.open)
        return tuple(sorted((issue.words or "(not stated)", issue.reference) for issue in open_issues))

    def _visits(self) -> Rows:
        """What is booked or proposed from today on."""
        now, zone = self.occasion.now, self.occasion.zone
        visits = [visit for visit in self.chart.appointments if not visit.over]
        coming = [(visit.start, visit) for visit in visits if visit.start and visit.start >= now]
        return tuple(
            (
                start.astimezone(zone).strftime("%a %Y-%m-%d %H:%M"),
                visit.words or "visit",
                visit.status,
                visit.reference,
            )
            for start, visit in sorted(coming, key=lambda pair: (pair[0], pair[1].reference))
        )

    def _risks(self) -> Rows:
        rows = []
        for risk in map(risk_assessment.read, self.chart.risks):
            score = "" if risk.low is None else str(risk.low) if risk.low == risk.high else f"{risk.low} to {risk.high}"
            if risk.counts:
                rows.append((risk.method, score, risk.level or "level not certain", self._day(risk.at)))
        return tuple(rows)

    def _conclusions(self) -> Rows:
        """The newest conclusion of each domain, in the order of the domains."""
        concepts = self.occasion.content.concepts(DOMAIN)
        zone = self.occasion.zone
        views = [view for record in self.records["observations"] if (view := read_conclusion(record, zone))]
        newest = {view.domain: view for view in sorted(views, key=lambda view: str(view.at)) if view.concluded}
        return tuple(
            (concepts[domain].display, newest[domain].words, self._day(newest[domain].at))
            for domain in concepts
            if domain in newest
        )

    def _scores(self) -> Rows:
        views = [view for record in self.records["observations"] if (view := observation.read_score(record))]
        rows = [
            (score.name, "" if score.points is None else str(score.points), score.band, self._day(score.at))
            for score in views
        ]
        return tuple(sorted(rows, key=lambda row: row[3], reverse=True))

    def _conditions(self) -> Rows:
        current = [condition for condition in self.chart.conditions if condition.holds and condition.current]
        return tuple(
            (condition.text or "(no text)", "unconfirmed" if condition.unconfirmed else "", condition.onset[:10])
            for condition in sorted(current, key=lambda condition: condition.onset, reverse=True)
        )

    def _medicines(self) -> Rows:
        """Each medicine once, with where it is from; doses that differ are shown beside each other, never chosen from.

        Mere proposals and orders not to give something are no medicines somebody takes.
        """
        active = sorted((medicine for medicine in self.chart.medicines if medicine.active), key=_alike)
        rows = []
        for (_, dose), alike in groupby(active, key=_alike):
            medicines = list(alike)
            name = next((medicine.name for medicine in medicines if medicine.name), "(not named)")
            sources = ", ".join(filter(None, (self._sources(medicines), self._reconciled(medicines[0].key))))
            rows.append((name, dose or "dose not stated", sources))
        return tuple(sorted(rows))

    def _reconciled(self, key: str) -> str:
        """That a reconciliation or a prescriber's decision has stopped a medicine whose order is still active."""
        ours = [
            view for view in self.chart.medicines if view.ours and view.key == key != "" and view.status != "completed"
        ]
        newest = max(ours, key=lambda view: (view.asserted, view.record.id), default=None)
        if newest is None or newest.status not in ("stopped", "on-hold", "not-taken"):
            return ""
        return f"{newest.status.replace('-', ' ').upper()} on the reconciled list: the order is still active"

    def _sources(self, medicines: Iterable[MedicineView]) -> str:
        """Whether it is ordered or stated to be taken, each with the newest day."""
        days: dict[str, str] = {}
        for medicine in medicines:
            source = "ordered" if medicine.record.type == "MedicationRequest" else "stated"
            days[source] = max(days.get(source, ""), self._day(medicine.authored))
        return ", ".join(f"{source} {day}".strip() for source, day in sorted(days.items()))

    def _care_plans(self) -> Rows:
        current = (plan for plan in self.chart.care_plans if plan.status in ("active", "draft", "on-hold"))
        rows = [
            (
                plan.title or plan.kind or "(no title)",
                plan.status,
                f"since {self._day(plan.since)}" if plan.since else "",
                f"{plan.reference}, version {plan.record.version}",
            )
            for plan in current
        ]
        return tuple(sorted(rows))

    def _goals(self) -> Rows:
        return tuple(sorted((goal.words or "(no text)", goal.status) for goal in self.chart.goals if not goal.over))

    def _consents(self) -> Rows:
        """What was agreed to or declined, newest first; one that was withdrawn stays visible by its status."""
        rows = []
        for view in map(consent.read, self.records["consents"]):
            declined = "DECLINED, " if view.declined else ""
            if view.status != "entered-in-error":
                kind = f"{declined}{view.kind}" if view.about else declined
                rows.append((view.about or view.kind or "(not stated)", kind, view.status, self._day(view.at)))
        return tuple(sorted(rows, key=lambda row: row[3], reverse=True))

    def _stays(self) -> Rows:
        classes = ("IMP", "ACUTE", "NONAC", "OBSENC", "EMER")
        of_note = [stay for stay in self.chart.encounters if stay.class_code[1] in classes and stay.start]
        rows = []
        for stay in sorted(of_note, key=lambda stay: str(stay.start), reverse=True)[:6]:
            ended = str(stay.end_days) if stay.end_days else ""
            start, end = str(stay.start_day or ""), ended or stay.status
            days = start if start == end else f"{start} to {end}"
            rows.append((stay.kind or stay.class_code[1], days, stay.reference))
        return tuple(rows)

    def _day(self, when: str | datetime | None) -> str:
        """The day by the record's own wall clock; where it was written in UTC, the day in the occasion's zone."""
        text = when.isoformat() if isinstance(when, datetime) else when or ""
        at = moment(text, self.occasion.zone)
        if at and "T" in text and text.endswith(("Z", "+00:00", "-00:00")):
            return self.occasion.local_date(at).isoformat()
        return text[:10]


def _alike(medicine: MedicineView) -> tuple[str, str]:
    """What makes two entries one medicine: its ingredients and its dose."""
    return medicine.key or medicine.name, " ".join(medicine.dose.lower().split())


OVERVIEW = Reading("overview", "The whole picture of one patient", Overview, NEEDS, read)
