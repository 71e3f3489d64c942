"""One patient: what cannot wait, what is due, goals, medicines, numbers, team; then everything else on record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from starlette.responses import Response

from carefhir.content.loading import Content
from carefhir.errors import CarefhirError
from carefhir.faces.web.abilities import CANNOT, Ability
from carefhir.faces.web.app_context import AskedStep
from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.faces.web.pages.goal_chart import GoalChart
from carefhir.faces.web.pages.reading_pages import ShownSection, bare, unseen
from carefhir.faces.web.statuses import TABLE, kind_of_error
from carefhir.workflows.looking.due import Due
from carefhir.workflows.looking.goal_trends import GoalTrend
from carefhir.workflows.looking.last_check_in import LastCheckIn
from carefhir.workflows.looking.medicine_list import ListedMedicine
from carefhir.workflows.looking.overview import Picture
from carefhir.workflows.looking.section import EMPTY, Section
from carefhir.workflows.looking.watched import Watched
from carefhir.workflows.looking.what_matters import OwnWords

LAID_OUT = frozenset(
    {"take-note", "what-matters", "to-do", "last-check-in", "medicines", "vitals", "people", "goals", "support"}
)
"""The parts that have a place of their own on the page; the others follow as tables."""

COLORS = {"green": "green", "yellow": "yellow", "red-urgent": "red", "emergency": "red"}
"""The shape beside the color of a check-in."""

MOST_GOALS, MOST_MEDICINES = 4, 12
"""How many stand open; the rest is folded away, and counted."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class AtOnce:
    """One thing that cannot wait, and everybody who has been asked: copies of a Task are one thing to a reader."""

    what: str
    why: str
    owners: tuple[str, ...]
    task: str
    by_call: bool
    acknowledged: bool
    escalates: bool
    """Whether a provider has to be reached about it."""

    @classmethod
    def of(cls, dues: Iterable[Due]) -> tuple[AtOnce, ...]:
        """Each once, in the order of the list."""
        same: dict[tuple[str, str], list[Due]] = {}
        for each in dues:
            same.setdefault((each.what, each.why), []).append(each)
        return tuple(
            cls(
                what=what,
                why=why,
                owners=tuple(dict.fromkeys(each.owner for each in copies if each.owner)),
                task=copies[0].task,
                by_call=all(each.by_call for each in copies),
                acknowledged=all(each.acknowledged for each in copies),
                escalates="escalation" in copies[0].kinds,
            )
            for (what, why), copies in same.items()
        )


@dataclass(frozen=True, slots=True)
class DuePart:
    """What is due, by when: what one call covers is ticked, and stands together."""

    at_once: tuple[AtOnce, ...]
    by_call: tuple[Due, ...]
    """What one call covers, now or this week."""
    otherwise: tuple[Due, ...]
    this_week: tuple[Due, ...]
    later: tuple[Due, ...]
    on_hold: tuple[Due, ...]

    @property
    def now(self) -> int:
        """How many are due now."""
        by_call = sum(each.group == "now" for each in self.by_call)
        return len(self.at_once) + by_call + len(self.otherwise)

    @classmethod
    def of(cls, dues: Iterable[Due]) -> DuePart:
        """What is due, sorted."""
        every = tuple(dues)
        now = [each for each in every if each.group == "now"]
        week = [each for each in every if each.group == "this week"]
        at_once = [each for each in now if each.when.startswith("NOW")]
        rest = [each for each in now if each not in at_once]
        return cls(
            at_once=AtOnce.of(at_once),
            by_call=tuple(each for each in (*rest, *week) if each.by_call),
            otherwise=tuple(each for each in rest if not each.by_call),
            this_week=tuple(each for each in week if not each.by_call),
            later=tuple(each for each in every if each.group == "later"),
            on_hold=tuple(each for each in every if each.group == "on hold"),
        )


@dataclass(frozen=True, slots=True)
class GoalOnPage:
    """One goal: its words, how far it is, and a picture where it is off its target."""

    words: str
    detail: str
    status: str
    trend: GoalTrend | None
    chart: GoalChart | None


def patient_page(
    frame: LaunchFrame, picture: Picture, able: Iterable[Ability], content: Content, asked: AskedStep | None = None
) -> Response:
    """The page."""
    listed = {each.name: each for each in able}
    sections = {section.name: section for section in picture.sections}
    rest = [section for section in picture.sections if section.name not in LAID_OUT]
    take_note = sections["take-note"]
    return frame.page(
        "patient.html",
        "Patient",
        asked=asked,
        came_for=listed.get(asked.step) if asked else None,
        identity=picture.identity,
        last_contact=picture.last_contact.words,
        contacts_unseen="communications" in picture.unseen,
        unseen=unseen(picture),
        take_note=take_note,
        matters=_rows(sections["what-matters"], OwnWords),
        matters_section=sections["what-matters"],
        asked_by=_asked_by(sections, {each.name for each in listed.values() if each.how != CANNOT}),
        support=sections["support"],
        allergies=_allergies(sections["allergies"]),
        due=DuePart.of(_rows(sections["to-do"], Due)),
        due_section=sections["to-do"],
        transition=picture.transition,
        check_in=next(iter(_rows(sections["last-check-in"], LastCheckIn)), None),
        colors=COLORS,
        check_in_section=sections["last-check-in"],
        goals=_goals(picture, sections["goals"]),
        goals_section=sections["goals"],
        most_goals=MOST_GOALS,
        medicines=_rows(sections["medicines"], ListedMedicine),
        medicines_section=sections["medicines"],
        most_medicines=MOST_MEDICINES,
        watched=_rows(sections["vitals"], Watched),
        watched_section=sections["vitals"],
        drafts=_drafts(picture, content),
        people=ShownSection.of(sections["people"]),
        more=tuple(ShownSection.of(section) for section in rest if not bare(section)),
        bare=tuple(section.title for section in rest if bare(section)),
        empty=EMPTY,
        can={name: ability.how != CANNOT for name, ability in listed.items()},
    )


def _asked_by(sections: Mapping[str, Section], able: Collection[str]) -> tuple[str, str]:
    """The step that writes down what matters to the person, and what its link says; "" where none can here."""
    planned = bool(sections["plans"].rows) or bool(sections["plans"].not_visible)
    step = "conclude-assessment" if planned else "propose-plan"
    words = {"propose-plan": "Ask, and begin the plan with it", "conclude-assessment": "Ask, and write it down"}
    return (step, words[step]) if step in able else ("", "")


def _drafts(picture: Picture, content: Content) -> tuple[tuple[str, str], ...]:
    """Where a draft can be gone on with, and its words; those of forms that we do not have are not named."""
    forms = ((draft, content.form(draft.questionnaire)) for draft in picture.drafts)
    return tuple(
        (f"ask/{form['id']}?draft={draft.reference}", f"{form.get('title', form['id'])}, {draft.day}")
        for draft, form in forms
        if form is not None
    )


def without_overview(
    frame: LaunchFrame,
    able: Iterable[Ability],
    *,
    error: CarefhirError,
    asked: AskedStep | None = None,
) -> Response:
    """The page where the whole picture cannot be read: why, and what can be done all the same."""
    listed = tuple(able)
    kind = kind_of_error(error)
    return frame.page(
        "patient_unread.html",
        "Patient",
        status=200 if kind == "not-granted" else TABLE[kind].status,
        why=error.message,
        asked=asked,
        came_for=next((each for each in listed if asked and each.name == asked.step), None),
        steps=[each for each in listed if each.writes],
        readings=[each for each in listed if not each.writes],
    )


def _rows(section: Section, kind: type[R]) -> tuple[R, ...]:
    return tuple(row for row in section.rows if isinstance(row, kind))


def _allergies(section: Section) -> tuple[str, ...]:
    """Substances for the strip below the name; that none are on record, or that not all could be seen."""
    substances = tuple(row.cells[0] for row in section.rows)
    if section.not_visible:
        return (*substances, f"perhaps more ({section.not_visible})" if substances else section.not_visible)
    return substances or (section.empty,)


def _goals(picture: Picture, section: Section) -> tuple[GoalOnPage, ...]:
    """What is measured and off its target first, with its picture; then the other goals."""
    trends: dict[str, list[GoalTrend]] = {}
    for trend in picture.trends:
        trends.setdefault(trend.words, []).append(trend)
    goals = []
    for row in section.rows:
        words, detail, status, *_ = row.cells
        own = trends.get(words, [])
        measured = own.pop(0) if own else None
        chart = GoalChart.of(measured) if measured and measured.off_target else None
        goals.append(GoalOnPage(words, detail, status, measured, chart))
    return tuple(sorted(goals, key=lambda goal: (not (goal.trend and goal.trend.off_target), goal.chart is None)))
