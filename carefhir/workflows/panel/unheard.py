"""Answers on record that nobody has looked at: given in a portal, say, or by another program, and never scored; or
changed there after they were scored.

A safety item counts as heard only when a safety review stands for those very answers: a score alone has asked nobody
to call. Which forms count, what is a safety item, and what a score is, is content; answers to a form that is none of
ours are heard where a safety item of ours is among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from carefhir.content import answering, check_in, scoring
from carefhir.content.loading import extensions
from carefhir.content.scoring import Judgment
from carefhir.fhir.codec import Json, digest
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, moments
from carefhir.fhir.search import Need, Of, Since
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers import superseded
from carefhir.mappers.observation import write_score
from carefhir.mappers.task import TaskView
from carefhir.occasion import Occasion
from carefhir.workflows import answers, safety
from carefhir.workflows.answers import CLOCKS_DIFFER, COMPLETE, result_of
from carefhir.workflows.check_in_dangers import check_in_dangers

LOOKS_BACK = "{today-90d}"
"""Answers before that day are not read; how old those may be that are looked at is in PlanDefinition panel-watch."""
RESPONSES = Need(
    "recent responses",
    "QuestionnaireResponse",
    (Of("patient", "subject"), Since("authored", ("authored",), LOOKS_BACK)),
    optional=True,
)
RESULTS = superseded.find_survey_results()


AT_ONCE = ("dangerous", "unjudged")
"""Why answers are to be heard at once: a check-in that nobody has judged may be red."""


@dataclass(frozen=True, slots=True)
class UnheardAnswers:
    """One response that nobody has looked at."""

    record: Record
    title: str
    """Of the form, short."""
    day: str
    why: str
    """`dangerous`, `unjudged` (a check-in), `changed` or `unscored`."""
    instructions: tuple[str, ...] = ()
    """What a person must do now."""

    @property
    def identity(self) -> str:
        """The same for the same answers: those that are changed are looked at anew."""
        return f"{self.record.reference}/{digest(self.record.json.get('item'))[:16]}"


@dataclass(frozen=True, slots=True)
class AnswersOnRecord:
    """The answers of one person, and what was made of them."""

    responses: tuple[Record, ...] = ()
    results: tuple[Record, ...] = ()
    results_seen: bool = False
    """Whether the server showed the results: if not, nobody can say what was scored."""

    @classmethod
    def of(cls, records: Records) -> AnswersOnRecord:
        """Of what was gathered."""
        return cls(records[RESPONSES.name], records[RESULTS.name], records.visible(RESULTS.name))

    def unheard(self, tasks: Iterable[TaskView], occasion: Occasion, *, days: int) -> Iterator[UnheardAnswers]:
        """Those of the last days that nobody has looked at, the dangerous first."""
        reviews = [task for task in tasks if "safety-review" in task.codes]
        unheard = [
            each
            for record in self.responses
            if _within(record, occasion, days) and (each := self._unheard(record, occasion, reviews))
        ]
        yield from sorted(unheard, key=lambda each: (each.why not in AT_ONCE, each.day, each.record.id))

    def _unheard(self, record: Record, occasion: Occasion, reviews: Iterable[TaskView]) -> UnheardAnswers | None:
        content, response = occasion.content, record.json
        other = answers.contained(response)
        instrument = scoring.recognize(content, answers.canonical(response), other, response)
        if instrument is None or response.get("status") == "entered-in-error":
            return None
        judgment = answers.judged(content, response, instrument, other)
        if instrument["url"] in check_in.forms(content):
            given = answering.read_answers(content, instrument, response, answers.foreign(response, instrument, other))
            judgment = replace(
                judgment, dangers=check_in_dangers(content, instrument, response, answers=given, judgment=judgment)
            )
        title, day = scoring.short_name(instrument), qr.authored(response, "")[:10]
        if judgment.dangers and _review(record, reviews, occasion) is None:
            told = safety.instructions(occasion, judgment.dangers)
            return UnheardAnswers(record, title, day, "dangerous", told)
        why = self._unscored(record, instrument, judgment, forms=check_in.forms(content))
        return UnheardAnswers(record, title, day, why) if why else None

    def _unscored(self, record: Record, instrument: Json, judgment: Judgment, *, forms: Iterable[str]) -> str:
        """Why its scores do not stand; "" where they do, or where it has none."""
        is_check_in = instrument["url"] in forms
        if not self.results_seen or record.json.get("status") not in COMPLETE:
            return ""
        if not is_check_in and not any(extensions(instrument, "score")):
            return ""
        results = superseded.results_of(record.reference, self.results)
        if not results:
            return "unjudged" if is_check_in else "unscored"
        if is_check_in or record.json.get("status") != "amended":
            return ""
        scored = {result_of(write_score("", score, "", "", {})) for score in judgment.scores}
        return "" if scored <= {result_of(result.json) for result in results} else "changed"

    def heard(self, find: TaskView, tasks: Iterable[TaskView], occasion: Occasion) -> str:
        """What has been made since of the answers that a find is about, in words; "" where nobody has looked at them.
        A score does not settle what a safety item asks for."""
        record = next((each for each in self.responses if each.reference == find.focus), None)
        if record is None:
            return ""
        review = _review(record, [task for task in tasks if "safety-review" in task.codes], occasion)
        if review is not None:
            return f"{review.record.reference}, a safety review, was asked for"
        results = superseded.results_of(record.reference, self.results)
        return f"scored: {results[0].reference}" if results and self._unheard(record, occasion, ()) is None else ""


def _review(record: Record, reviews: Iterable[TaskView], occasion: Occasion) -> TaskView | None:
    """The safety review that was asked for because of these answers, not because of what stood there before."""
    given = moments(qr.authored(record.json, ""), occasion.zone)
    for task in reviews:
        asked = moments(task.authored, occasion.zone)
        if task.focus != record.reference or task.in_error:
            continue
        if given is None or asked is None or asked[1] > given[0] - CLOCKS_DIFFER:
            return task
    return None


def _within(record: Record, occasion: Occasion, days: int) -> bool:
    """Whether answers were given in the last days; those whose day cannot be read are not passed over."""
    given = moments(qr.authored(record.json, ""), occasion.zone)
    since: datetime = occasion.now - timedelta(days=days)
    return given is None or given[1] > since
