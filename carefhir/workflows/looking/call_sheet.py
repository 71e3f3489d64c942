"""What one call with a person is about: whom to reach, the check-in to ask, what is still to be taught, for which
program the minutes count. It is part of the overview, so that a page for the call reads nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from carefhir.chart import facts
from carefhir.chart.chart import Chart
from carefhir.chart.support import Support
from carefhir.codes import CONTACT_MEANS, PROGRAM, TEACH_TOPIC
from carefhir.content import check_in
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.contact_preference import opt_outs
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows.looking import due, person


@dataclass(frozen=True, slots=True)
class TopicToTeach:
    """One topic of the teach-back."""

    code: str
    """A code of CodeSystem teach-topic."""
    words: str
    understood: bool
    """Whether the person has said it back in an earlier talk."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody who may answer for the person."""

    reference: str
    """`RelatedPerson/ID`."""
    words: str


@dataclass(frozen=True, slots=True)
class ProgramOfCall:
    """A running program that minutes are worked for."""

    code: str
    """A code of CodeSystem care-program."""
    words: str


@dataclass(frozen=True, slots=True)
class CallSheet:
    """What a call is about."""

    form: str
    """The id of the check-in's Questionnaire."""
    doubt: str
    """Why everything is asked; "" where the person's pathways are known."""
    previous: Mapping[str, str] = field(default_factory=dict)
    """By linkId: the last answer on record, in words."""
    previous_day: str = ""
    transition: str = ""
    """The transition that is followed, `Task/ID`; "" where there is none."""
    contact_open: bool = False
    """Whether the contact after the discharge is still to be made."""
    topics: tuple[TopicToTeach, ...] = ()
    """What belongs to the teach-back that is open; nothing where none is."""
    helpers: tuple[Reachable, ...] = ()
    programs: tuple[ProgramOfCall, ...] = ()
    attention: tuple[str, ...] = ()
    """What to know before dialing: in hospital, hospice, paused, deceased, means they do not want, what cannot wait."""
    unseen: tuple[str, ...] = ()
    """What this rests on and could not be seen."""

    def written(self) -> str:
        """As JSON: a page keeps it, so that a note is about the same call however often it is sent."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> CallSheet | None:
        """Out of JSON; None for what we have not written."""
        try:
            return _sheet_of(json.loads(text))
        except (TypeError, ValueError, KeyError, AttributeError):
            return None


def _sheet_of(values: Any) -> CallSheet:
    """Raises `TypeError`, `ValueError` or `KeyError` for what we have not written."""
    sheet = CallSheet(
        **{
            **values,
            "topics": tuple(TopicToTeach(**each) for each in values["topics"]),
            "helpers": tuple(Reachable(**each) for each in values["helpers"]),
            "programs": tuple(ProgramOfCall(**each) for each in values["programs"]),
            "attention": tuple(values["attention"]),
            "unseen": tuple(values["unseen"]),
        }
    )
    if not all(isinstance(each, str) for each in strings_of(sheet)) or not isinstance(sheet.previous, dict):
        raise TypeError("other kinds of values than we write")
    return sheet


def strings_of(sheet: CallSheet) -> tuple[object, ...]:
    """Everything in it that is a text."""
    topics = (text for each in sheet.topics for text in (each.code, each.words))
    helpers = (text for each in sheet.helpers for text in (each.reference, each.words))
    programs = (text for each in sheet.programs for text in (each.code, each.words))
    own = (sheet.form, sheet.doubt, sheet.previous_day, sheet.transition)
    listed = (*sheet.attention, *sheet.unseen)
    return (*own, *topics, *helpers, *programs, *listed, *sheet.previous, *sheet.previous.values())


def form_for_call(chart: Chart, occasion: Occasion) -> tuple[Json, str]:
    """The check-in's form for one person, and why it asks everything; "" where it does not."""
    form = check_in.form_for(occasion.content, facts.facts_of(chart, occasion))
    doubt = ""
    if "conditions" in chart.unseen:
        doubt = "the conditions could not be seen, so everything is asked"
    elif form is None:
        doubt = "no pathway with a check-in of its own is known to apply, so everything is asked"
    if doubt or form is None:
        return check_in.form_of_all(occasion.content), doubt
    return form, ""


CHECK_IN = "/Questionnaire/check-in"
"""What the url of a check-in has in it, of whichever pathways."""

CALL_NEEDS = {
    "tasks": "Tasks: what is due, and whether a discharge is followed",
    "encounters": "stays: whether they are at home",
    "flags": "flags",
    "episodes": "programs",
    "consents": "consents: who may be told what",
    "related_people": "who helps",
    "communications": "earlier contacts",
    "conditions": "conditions",
}
"""What a call rests on, in words."""


def call_sheet(chart: Chart, support: Support, records: Records, occasion: Occasion) -> CallSheet:
    """What a call with the person of a chart is about, and what to know before dialing."""
    responses = records["responses"]
    form, doubt = form_for_call(chart, occasion)
    last = qr.newest_of(responses, CHECK_IN)
    transition = next((task for task in chart.tasks if task.to_do and "transition" in task.codes), None)
    parts = [task for task in chart.tasks if transition and transition.record.reference in task.part_of]
    return CallSheet(
        form=str(form["id"]),
        doubt=doubt,
        previous=qr.in_words(last) if last else {},
        previous_day=qr.read(last).authored[:10] if last else "",
        transition=transition.record.reference if transition else "",
        contact_open=any(task.to_do and "contact-patient" in task.codes for task in parts),
        topics=tuple(_topics(parts, occasion)),
        helpers=tuple(Reachable(helper.reference, helper.view.called) for helper in support.helping),
        programs=tuple(_programs(chart, occasion)),
        attention=(*_attention(chart, records, occasion),),
        unseen=tuple(words for name, words in CALL_NEEDS.items() if not records.visible(name)),
    )


def _attention(chart: Chart, records: Records, occasion: Occasion) -> Iterator[str]:
    """Where the person is, by which means they do not want to be reached, and what is open that cannot wait."""
    yield from person.whereabouts_of(chart, occasion)
    means = occasion.content.concepts(CONTACT_MEANS)
    for opt_out in opt_outs(records["consents"]):
        names = ", ".join(means[code].display for code in opt_out.means if code in means)
        yield f"DOES NOT WANT TO BE REACHED BY {names.upper()}, since {opt_out.since[:10] or 'a day not on record'}"
    at_once = (task for task in chart.tasks if task.to_do and task.priority == due.AT_ONCE)
    yield from dict.fromkeys(
        f"OPEN, AT ONCE: {due.due_of(task, occasion).why_in_short or task.title}" for task in at_once
    )


def _topics(parts: list[TaskView], occasion: Occasion) -> Iterator[TopicToTeach]:
    teaching = next((task for task in parts if task.to_do and "teach-back" in task.codes), None)
    if teaching is None:
        return
    understood = {code for system, code, _ in teaching.results if system == TEACH_TOPIC}
    for code, concept in occasion.content.concepts(TEACH_TOPIC).items():
        yield TopicToTeach(code, concept.display, code in understood)


def _programs(chart: Chart, occasion: Occasion) -> Iterator[ProgramOfCall]:
    concepts = occasion.content.concepts(PROGRAM)
    running = (episode for episode in chart.episodes if not episode.over and not episode.paused)
    codes = dict.fromkeys(code for episode in running for code in episode.programs)
    for code in codes:
        yield ProgramOfCall(code, concepts[code].display if code in concepts else code)
