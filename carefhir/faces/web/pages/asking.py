"""A Questionnaire that is being answered: as a page of its own, or as a part of a call note."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from carefhir import catalog
from carefhir.content import check_in
from carefhir.errors import CarefhirError
from carefhir.faces.web.pages.acts import PageAct
from carefhir.faces.web.pages.questionnaires.form import QuestionnaireForm
from carefhir.faces.web.pages.questionnaires.items import FormItem, FormProblem
from carefhir.faces.web.score import scored
from carefhir.fhir.codec import Json
from carefhir.fhir.record import first_text, moment
from carefhir.occasion import Occasion

URI = "urn:ietf:rfc:3986"
AUTHORED, IDENTIFIER, SOURCE, WORDS_READ, DRAFT = "authored", "response_id", "answered_by", "words_read", "draft"
_related = re.compile(r"RelatedPerson/[A-Za-z0-9\-.]{1,96}")
"""Fields of a form beside the answers."""


@dataclass(frozen=True, slots=True)
class AskedForm:
    """One Questionnaire, and the answers that were typed so far."""

    artefact: Json
    form: QuestionnaireForm
    occasion: Occasion
    patient: str
    authored: str
    """When the page was opened, as FHIR writes it: the same however often it is sent."""
    identifier: str
    """A `urn:uuid:` that this response has from the first page on: sent again, it is amended, and no new one."""
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    words_read: str = ""
    source: str = ""
    """Who answered, where it was not the patient: `RelatedPerson/ID`."""

    def of_call(self, began: str, who: str) -> AskedForm:
        """The same as part of a call: answered when it began, by whoever was spoken with. A call has one check-in:
        two tabs, or two nurses, that write it down come to one response."""
        if not began:
            return self
        key = f"{self.patient} {began} {self.form.url}"
        source = who if who.startswith("RelatedPerson/") else ""
        named = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, key)}"
        return replace(self, authored=began, identifier=named, source=source)

    @classmethod
    def opened(
        cls, artefact: Json, occasion: Occasion, patient: str, previous: Mapping[str, str] | None = None
    ) -> AskedForm:
        """A form that nobody has answered yet; a number has the unit of the time before (`previous`: answers in words,
        by linkId). Raises `ContentError` for one that cannot be shown."""
        form, identifier = QuestionnaireForm.of(artefact), f"urn:uuid:{uuid.uuid4()}"
        items = form.shown({}, zone=occasion.zone) if previous else ()
        units = {
            item.unit_name: [unit.value]
            for item in items
            for unit in item.units
            if len(item.units) > 1 and (previous or {}).get(item.link_id, "").endswith(f" {unit.text}")
        }
        return cls(artefact, form, occasion, patient, occasion.stamp, identifier=identifier, typed=units)

    @classmethod
    def resumed(cls, artefact: Json, occasion: Occasion, patient: str, response: Json) -> AskedForm | None:
        """A draft of a page, to go on with; None for one that was made elsewhere, or has what the page cannot show."""
        identity, form = response.get("identifier"), QuestionnaireForm.of(artefact)
        named = str(identity.get("value", "")) if isinstance(identity, dict) else ""
        again = form.typed_of(response, zone=occasion.zone)
        if not _is_urn(named) or again.not_shown:
            return None
        return cls(
            artefact,
            form,
            occasion,
            patient,
            authored=first_text(response, "authored") or occasion.stamp,
            identifier=named,
            typed=again.typed,
            source=first_text(response, "source.reference") or "",
        )

    @classmethod
    def sent(
        cls,
        artefact: Json,
        occasion: Occasion,
        patient: str,
        *,
        values: Mapping[str, Any],
        typed: Mapping[str, Sequence[str]],
    ) -> AskedForm:
        """A form as it was sent; what is odd in its hidden fields is made anew."""
        authored, identifier = str(values.get(AUTHORED, "")), str(values.get(IDENTIFIER, ""))
        return cls(
            artefact,
            QuestionnaireForm.of(artefact),
            occasion,
            patient,
            authored=authored if moment(authored) else occasion.stamp,
            identifier=identifier if _is_urn(identifier) else f"urn:uuid:{uuid.uuid4()}",
            typed=typed,
            words_read=str(values.get(WORDS_READ, "")),
            source=source if _related.fullmatch(source := str(values.get(SOURCE, ""))) else "",
        )

    @property
    def is_check_in(self) -> bool:
        """Whether it is a check-in, of one form or composed of several: then the answers have a color, and no score."""
        return check_in.is_check_in(self.occasion.content, str(self.artefact.get("url", "")))

    @property
    def kept(self) -> dict[str, str]:
        """The fields that every page of this response carries."""
        source = {SOURCE: self.source} if self.source else {}
        return {AUTHORED: self.authored, IDENTIFIER: self.identifier, **source}

    @property
    def answered(self) -> bool:
        """Whether anything is answered at all."""
        return bool(self.response().get("item")) and any(
            value.strip()
            for name, values in self.typed.items()
            if not name.endswith((".shown", ".unit"))
            for value in values
        )

    def items(self, *, was: Mapping[str, str] | None = None, with_problems: bool = False) -> tuple[FormItem, ...]:
        """The questions, as a template lays them out."""
        problems = self.problems() if with_problems else ()
        return self.form.shown(self.typed, was=was or {}, problems=problems, zone=self.occasion.zone)

    def problems(self) -> tuple[FormProblem, ...]:
        """What is wrong with what was typed, and what is not answered yet."""
        return self.form.problems(self.typed, zone=self.occasion.zone)

    @property
    def wrong(self) -> tuple[FormProblem, ...]:
        """What must be mended before anything can be kept: a draft may lack answers, but has none that is wrong."""
        return (*(problem for problem in self.problems() if not problem.missing), *self.new)

    @property
    def new(self) -> tuple[FormProblem, ...]:
        """Questions that these answers ask for and that were on no page yet: nobody has seen them."""
        return self.form.new_questions(self.typed, zone=self.occasion.zone)

    @property
    def unanswered(self) -> tuple[FormProblem, ...]:
        """What is not answered yet."""
        return tuple(problem for problem in self.problems() if problem.missing)

    def response(self, *, draft: bool = False) -> Json:
        """The QuestionnaireResponse; incomplete answers are in progress."""
        status = "in-progress" if draft or self.unanswered else "completed"
        author = self.occasion.actor.reference
        response = self.form.response(
            self.typed,
            patient=self.patient,
            authored=self.authored,
            author=author,
            source=self.source or self.patient,
            status=status,
            zone=self.occasion.zone,
        )
        return {**response, "identifier": {"system": URI, "value": self.identifier}}

    def act(self, *, draft: bool = False) -> PageAct:
        """What records the answers."""
        name = "record-check-in" if self.is_check_in else "record-assessment"
        values: dict[str, Any] = {"response": self.response(draft=draft)}
        if self.is_check_in and self.words_read:
            values["words_read"] = self.words_read
        return PageAct(catalog.step(name), self.form.title, values)

    def score(self) -> ScoreSoFar:
        """What the answers come to so far, and what must be done now: no server is asked."""
        try:
            result = scored(self.occasion, self.response())
        except CarefhirError as error:
            return ScoreSoFar(instructions=error.instructions)
        points = result.scores or result.at_least
        least = "" if result.scores else "at least "
        return ScoreSoFar(
            tuple(
                f"{least}{each.get('points')}, {each.get('label') or each.get('band') or ''}".strip(", ")
                for each in points
            ),
            instructions=result.instructions,
        )


@dataclass(frozen=True, slots=True)
class ScoreSoFar:
    """What answers come to while they are being given."""

    words: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()


def _is_urn(text: str) -> bool:
    try:
        return text.startswith("urn:uuid:") and bool(uuid.UUID(text.removeprefix("urn:uuid:")))
    except ValueError:
        return False
