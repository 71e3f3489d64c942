"""`check-in-questions`: what to ask a person at the next check-in, and the command to fill in. It only reads.

The questions are those of the one form that asks for all of the person's pathways together; where no pathway is known
to apply, or the conditions could not be seen, that is said, and everything is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from carefhir.chart import chart as charts
from carefhir.codes import CHECK_IN_ANSWER
from carefhir.content import check_in, scoring
from carefhir.content.loading import Content
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import codings
from carefhir.mappers import check_in as check_ins
from carefhir.mappers import patient
from carefhir.occasion import Occasion
from carefhir.workflows.looking import person
from carefhir.workflows.looking.call_sheet import form_for_call
from carefhir.workflows.looking.last_check_in import last_check_in
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.looking.section import Section, Sentence, section

YES_OR_NO = "yes, no or don't know"
NOTE = f"{YES_OR_NO}, where nothing else is said; without those marked * no check-in is green"


class CheckInQuestions(PatientCommand):
    """Shows what to ask a person at the next check-in."""


NEEDS = (
    *charts.with_organizations(
        charts.needs("patient", "episodes", "care_teams", "flags", "encounters", "service_requests", "conditions")
    ),
    *charts.needs("medication_requests", "medication_statements", "tasks", "goals", "care_plans"),
    check_ins.find_triages(),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and what its answer is."""

    link_id: str
    text: str
    takes: str
    """What kind of answer it takes, in words."""
    required: bool
    """Whether no check-in is green without it."""

    @property
    def cells(self) -> tuple[str, ...]:
        answer = "" if self.takes == YES_OR_NO else f" ({self.takes})"
        return ("*" if self.required else "", f"{self.text}{answer}", self.link_id)


@dataclass(frozen=True, slots=True)
class Questions:
    """What to ask, and what to know before. Never read `not_visible` as "none"."""

    patient: str
    """`Patient/ID`."""
    heading: str
    """Name, age, gender, birth date and record number."""
    on_record: bool
    """Whether the patient is on this server and visible."""
    identity: Identity
    form: str
    """The canonical of the Questionnaire."""
    sections: tuple[Section, ...] = ()
    """The parts of the page, in order: `before`, `last-check-in`, `questions`."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""
    to_fill_in: Mapping[str, Any] = field(default_factory=dict)
    """The fields of `record-check-in`, with a response that lacks only its answers."""


def read(records: Records, command: CheckInQuestions, occasion: Occasion) -> Questions:
    """The questions for one person, today."""
    chart = charts.read(records, occasion)
    content = occasion.content
    asked, doubt = form_for_call(chart, occasion)
    questions = tuple(_questions(asked))
    before = [Sentence(words) for words in person.whereabouts_of(chart, occasion)]
    colors = last_check_in(records["triages"], (), occasion)
    return Questions(
        patient=command.patient,
        heading=patient.heading(chart.person, occasion.today),
        on_record=chart.person is not None,
        identity=person.identity(chart, command.patient, occasion.today),
        form=content.canonical("Questionnaire", str(asked["id"])),
        sections=(
            section("before", "Before you call", before, unseen=_unseen(records, "flags", "episodes", "encounters")),
            section("last-check-in", "Last check-in", colors, unseen=_unseen(records, "triages")),
            section("questions", f"Ask: {asked['title']}", questions, note="; ".join(filter(None, (doubt, NOTE)))),
        ),
        not_visible=records.not_visible,
        to_fill_in={"patient": command.patient, "response": _response(content, asked, command.patient, occasion)},
    )


def _unseen(records: Records, *names: str) -> list[str]:
    return [name for name in names if not records.visible(name)]


def _questions(form: Json) -> Iterator[Question]:
    for link_id, item in check_in.items(form).items():
        yield Question(link_id, str(item.get("text", "")), _takes(item), bool(item.get("required")))


def _takes(item: Json) -> str:
    """What kind of answer a question takes, in words."""
    if item.get("type") == "quantity":
        return "a number with its unit"
    offered = [code for option in item.get("answerOption", []) for _, code in codings(option, "valueCoding")]
    if any((CHECK_IN_ANSWER, "yes") in codings(option, "valueCoding") for option in item.get("answerOption", [])):
        return YES_OR_NO
    if offered:
        return "one of its answers"
    return "a day and time" if item.get("type") == "dateTime" else "words"


def _response(content: Content, form: Json, patient_reference: str, occasion: Occasion) -> Json:
    """A response to the form that lacks only its answers. A safety item that may be left out is not in it: one that was
    asked and not answered is heard as a danger."""
    silent = {link_id for link_id, item in scoring.safety_items(form).items() if not item.get("required")}
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": content.canonical("Questionnaire", str(form["id"])),
        "status": "completed",
        "subject": {"reference": patient_reference},
        "authored": occasion.stamp,
        "item": [
            {"linkId": link_id, "text": item["text"]}
            for link_id, item in check_in.items(form).items()
            if link_id not in silent
        ],
    }


CHECK_IN_QUESTIONS = Reading(
    "check-in-questions", "What to ask a person at the next check-in", CheckInQuestions, NEEDS, read
)
