"""The parts of a chart behind the day's work: allergies, concerns, goals, plans, scores, people, stays, consents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.chart import shareable
from carefhir.chart.chart import Chart
from carefhir.codes import DOMAIN
from carefhir.content.loading import Content
from carefhir.fhir.record import Record
from carefhir.mappers import allergy_intolerance, consent, labels, observation, risk_assessment
from carefhir.mappers.conclusion import read as read_conclusion
from carefhir.occasion import Occasion
from carefhir.workflows.looking.days import day_of
from carefhir.workflows.looking.person import program


@dataclass(frozen=True, slots=True)
class ChartEntry:
    """Something on record: what, what is said of it, since or on which day, and its name on the server."""

    what: str
    detail: str = ""
    day: str = ""
    reference: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.what, self.detail, self.day, self.reference)


def allergies(records: Iterable[Record]) -> tuple[ChartEntry, ...]:
    """Substance, reactions with severity, and how dangerous it is, the most dangerous first; what was refuted or
    resolved is left out."""
    rows = []
    for allergy in map(allergy_intolerance.read, records):
        if allergy.holds:
            reactions = ", ".join(allergy.reactions) or "reaction not stated"
            danger = ", ".join(filter(None, (allergy.danger, "unconfirmed" if allergy.unconfirmed else "")))
            rows.append(ChartEntry(allergy.substance or "(not named)", ", ".join(filter(None, (danger, reactions)))))
    return tuple(sorted(rows, key=lambda row: (not row.detail.startswith("HIGH"), row.what, row.detail)))


def concerns(chart: Chart, content: Content, *, restricted: bool) -> tuple[ChartEntry, ...]:
    """Current conditions and concerns, the newest first: those that are restricted, by their label or by what they are,
    or those that are not."""
    return tuple(
        ChartEntry(
            condition.text or "(no text)",
            "not confirmed" if condition.unconfirmed else "",
            condition.onset[:10],
            condition.record.reference if condition.unconfirmed else "",
        )
        for condition in sorted(chart.conditions, key=lambda condition: condition.onset, reverse=True)
        if condition.holds and condition.current and shareable.restricted(condition, content) is restricted
    )


def goals(chart: Chart) -> tuple[ChartEntry, ...]:
    """The goals that are not over, with what was last judged of them."""
    rows = [
        ChartEntry(goal.words or "(no text)", goal.achievement.replace("-", " "), goal.status)
        for goal in chart.goals
        if not goal.over
    ]
    return tuple(sorted(rows, key=lambda row: (row.day != "active", row.what)))


def care_plans(chart: Chart, occasion: Occasion) -> tuple[ChartEntry, ...]:
    """The plans that are in force, on hold or drafted."""
    rows = [
        ChartEntry(
            plan.title or plan.kind or "(no title)",
            plan.status,
            f"since {day_of(plan.since, occasion)}" if plan.since else "",
            f"{plan.reference}, version {plan.record.version}",
        )
        for plan in chart.care_plans
        if plan.status in ("active", "draft", "on-hold")
    ]
    return tuple(sorted(rows, key=lambda row: (row.what, row.reference)))


def risks(chart: Chart, occasion: Occasion) -> tuple[ChartEntry, ...]:
    """Risk scores and the tier of care."""
    rows = []
    for record in chart.risks:
        risk = risk_assessment.read(record)
        if risk.counts:
            level = ", ".join(filter(None, (risk.score, risk.level or "level not certain")))
            rows.append(ChartEntry(risk.method, level, day_of(risk.at, occasion)))
    return tuple(rows)


def scores(observations: Iterable[Record], occasion: Occasion, *, restricted: bool) -> tuple[ChartEntry, ...]:
    """Scores of the last year in words, the newest first: those that are restricted, or those that are not."""
    rows = []
    for record in observations:
        score = observation.read_score(record)
        if score and labels.restricted(record) is restricted:
            points = "" if score.points is None else str(score.points)
            rows.append(
                ChartEntry(score.name, ", ".join(filter(None, (points, score.band))), day_of(score.at, occasion))
            )
    return tuple(sorted(rows, key=lambda row: row.day, reverse=True))


def conclusions(observations: Iterable[Record], occasion: Occasion, *, restricted: bool) -> tuple[ChartEntry, ...]:
    """The newest conclusion of each domain, in the order of the domains."""
    concepts = occasion.content.concepts(DOMAIN)
    views = [
        view
        for record in observations
        if (view := read_conclusion(record, occasion.zone, occasion.content))
        and labels.restricted(record) is restricted
    ]
    newest = {view.domain: view for view in sorted(views, key=lambda view: str(view.at)) if view.concluded}
    return tuple(
        ChartEntry(concepts[domain].display, newest[domain].words, day_of(newest[domain].at, occasion))
        for domain in concepts
        if domain in newest
    )


def people(chart: Chart, named: dict[str, str], occasion: Occasion) -> tuple[ChartEntry, ...]:
    """The programs with their care managers, the cases with whoever runs them, and who supervises: by name."""
    rows = []
    for episode in chart.episodes:
        status = "paused" if episode.paused else episode.status
        status = f"{status} ({episode.left_because})" if episode.left_because else status
        manager = named.get(episode.care_manager) or episode.manager_words or "not named"
        role = "case manager" if episode.event else "care manager"
        until = f", expected to be over on {episode.expected_end}" if episode.expected_end and not episode.over else ""
        rows.append(
            ChartEntry(program(episode, occasion), f"{status}, {role} {manager}{until}", "", episode.care_manager)
        )
    for cover in chart.team.covers:
        covering, covered = (
            named.get(who) or words or "not named"
            for who, words in ((cover.covering, cover.covering_name), (cover.covered, cover.covered_name))
        )
        rows.append(ChartEntry("cover", f"{covering} covers for {covered} until {cover.last}", "", cover.covering))
    provider = chart.team.supervising_provider
    if provider:
        rows.append(ChartEntry("team", f"supervising provider {named.get(provider, 'not named')}", "", provider))
    return tuple(rows)


def stays(chart: Chart) -> tuple[ChartEntry, ...]:
    """The last six stays and emergency visits."""
    classes = ("IMP", "ACUTE", "NONAC", "OBSENC", "EMER")
    of_note = [stay for stay in chart.encounters if stay.class_code[1] in classes and stay.start]
    rows = []
    for stay in sorted(of_note, key=lambda stay: str(stay.start), reverse=True)[:6]:
        start, end = str(stay.start_day or ""), str(stay.end_days) if stay.end_days else stay.status
        days = start if start == end else f"{start} to {end}"
        rows.append(ChartEntry(stay.kind or stay.class_code[1], days, "", stay.reference))
    return tuple(rows)


def consents(records: Iterable[Record], occasion: Occasion) -> tuple[ChartEntry, ...]:
    """What was agreed to or declined, newest first; one that was withdrawn stays visible by its status."""
    rows = []
    for view in map(consent.read, records):
        if view.status != "entered-in-error":
            declined = "DECLINED" if view.declined else ""
            kind = view.kind if view.about else ""
            detail = ", ".join(filter(None, (declined, kind, view.status)))
            rows.append(ChartEntry(view.about or view.kind or "(not stated)", detail, day_of(view.at, occasion)))
    return tuple(sorted(rows, key=lambda row: row.day, reverse=True))
