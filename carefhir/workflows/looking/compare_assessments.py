"""`compare-assessments` (read only): an instrument that was answered again, beside the time before.

For each instrument: the score then and now, and what the change means by the instrument's important difference; the
answers that changed; the safety items always, changed or not; and findings on record that the newest answers no longer
give. Such a finding is proposed for `dismiss-concern` and never dropped by itself: a person decides. Nothing is
written. Only complete answers to the same form in the same version are compared; whatever is not is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from carefhir.chart import chart as charts
from carefhir.chart import scores
from carefhir.chart.chart import Chart
from carefhir.chart.scores import ScoreSeries, TakenScore
from carefhir.codes import FINDING
from carefhir.content import scoring
from carefhir.content.loading import Content, extensions, value_of
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import codings, moment, references, relative
from carefhir.mappers import labels
from carefhir.mappers import questionnaire_response as qr
from carefhir.mappers.condition import ConditionView
from carefhir.mappers.questionnaire_response import ResponseView
from carefhir.mappers.superseded import find_survey_results
from carefhir.occasion import Occasion
from carefhir.workflows.looking import person
from carefhir.workflows.looking.days import day_of
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.looking.section import Section, Sentence, section

NOT_ANSWERED = "not answered"


class CompareAssessments(PatientCommand):
    """Shows an instrument that was answered again beside the time before."""

    instrument: str = Field(default="", description="the instrument, as phq-9; all that were answered when left out")


NEEDS = (*charts.needs("patient", "conditions", "tasks", "flags"), qr.find(), find_survey_results())


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One question, as it was answered then and now."""

    link_id: str
    question: str
    then: str
    now: str
    safety: bool
    """Whether its answer may put a life at risk: such a row is always shown."""

    @property
    def changed(self) -> bool:
        return self.then != self.now

    @property
    def cells(self) -> tuple[str, ...]:
        mark = "SAFETY" if self.safety else ""
        return (self.question, f"{self.then} to {self.now}" if self.changed else f"{self.now}, as before", mark)


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One score of an instrument, then and now."""

    name: str
    then: str
    now: str
    points: int | None
    """Points now less points then; None where there are none."""
    direction: str
    """better, worse, no change, cannot say."""
    rule: str

    @property
    def cells(self) -> tuple[str, ...]:
        change = "" if self.points is None else f"{self.points:+d}"
        return (self.name, f"{self.then} to {self.now}", change, f"{self.direction}; {self.rule}")


@dataclass(frozen=True, slots=True)
class NoLongerGiven:
    """A finding on record that the newest answers no longer give."""

    concern: str
    """`Condition/ID`."""
    words: str
    what_to_do: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.words, self.concern, self.what_to_do)


@dataclass(frozen=True, slots=True)
class ComparedAssessments:
    """Instruments that were answered again, beside the time before. Never read `not_visible` as "none"."""

    patient: str
    """`Patient/ID`."""
    identity: Identity
    on_record: bool
    """Whether the person is on this server and visible."""
    sections: tuple[Section, ...] = ()
    """For each instrument `scores-ID` and `items-ID`; then `no-longer-given` and `unknown`."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""


def read(records: Records, command: CompareAssessments, occasion: Occasion) -> ComparedAssessments:
    """Every instrument that was answered, or the one that is named."""
    chart = charts.read(records, occasion)
    identity = person.identity(chart, command.patient, occasion.today)
    if chart.person is None:
        return ComparedAssessments(command.patient, identity, False, not_visible=records.not_visible)
    comparison = _comparison(records, command, chart, occasion)
    unseen = [need.name for need in NEEDS if not records.visible(need.name)]
    instruments = [part for instrument in comparison.instruments() for part in comparison.parts(instrument)]
    gone = list(comparison.no_longer_given())
    return ComparedAssessments(
        patient=command.patient,
        identity=identity,
        on_record=True,
        sections=(
            *instruments,
            section(
                "no-longer-given",
                "On record, and no longer given by the newest answers",
                gone,
                note="a person decides: nothing is dropped by itself" if gone else "",
                unseen=[name for name in unseen if name in ("conditions", "survey_results", "responses")],
            ),
            section("unknown", "Not compared", [Sentence(words) for words in comparison.unknown()], unseen=unseen),
        ),
        not_visible=records.not_visible,
    )


@dataclass(frozen=True, slots=True)
class AssessmentComparison:
    """The answers and the scores of one person, beside those of before."""

    content: Content
    chart: Chart
    wanted: str
    """The id of the instrument that is asked for; "" for all."""
    responses: tuple[ResponseView, ...]
    """Those that may be shown, oldest first."""
    restricted: int
    series: tuple[ScoreSeries, ...]
    taken: tuple[TakenScore, ...]
    occasion: Occasion

    def instruments(self) -> tuple[Json, ...]:
        """The instruments with a score or a safety item that were answered, by their title."""
        answered = {response.questionnaire for response in self.responses}
        ours = [
            artefact
            for (type_, _), artefact in self.content.artefacts.items()
            if type_ == "Questionnaire" and any(extensions(artefact, "score")) and artefact.get("url") in answered
        ]
        named = [each for each in ours if not self.wanted or each["id"] == self.wanted]
        return tuple(sorted(named, key=lambda each: str(each.get("title", ""))))

    def parts(self, instrument: Json) -> Iterator[Section]:
        """Its scores and its answers, then and now."""
        name, id_ = scoring.short_name(instrument), str(instrument["id"])
        results = {pair for each in extensions(instrument, "score") for pair in self._results_of(each)}
        changes = [
            _score_change(each) for each in self.series if results & set(codings(each.scores[-1].definition, "code"))
        ]
        only = [
            each.scores[-1].words for each in self.series if results & set(codings(each.scores[-1].definition, "code"))
        ]
        yield section(
            f"scores-{id_}",
            f"{name}: score",
            [change for change in changes if change],
            empty=f"nothing to compare: {'; '.join(only) or 'no score that stands'}",
        )
        then, now = self._two(instrument)
        if now is None:
            yield section(f"items-{id_}", f"{name}: answers", (), empty="no complete answers are on record")
        elif then is None:
            safety = [row for row in self._items(instrument, None, now) if row.safety]
            day = day_of(now.authored, self.occasion)
            yield section(f"items-{id_}", f"{name}: answers", safety, note=f"answered once only, {day}")
        else:
            rows = [row for row in self._items(instrument, then, now) if row.safety or row.changed]
            days = f"{day_of(then.authored, self.occasion)} and {day_of(now.authored, self.occasion)}"
            yield section(f"items-{id_}", f"{name}: answers", rows, empty="every answer is as before", note=days)

    def _results_of(self, extension: Json) -> tuple[tuple[str, str], ...]:
        for part in extension["extension"]:
            if part["url"] == "result":
                id_ = str(value_of(part)["reference"]).rpartition("/")[2]
                return tuple(codings(self.content.get("ObservationDefinition", id_), "code"))
        return ()

    def _complete(self, instrument: Json) -> list[ResponseView]:
        return [each for each in self.responses if each.complete and each.questionnaire == instrument["url"]]

    def _two(self, instrument: Json) -> tuple[ResponseView | None, ResponseView | None]:
        """The newest complete answers, and those before in the same version."""
        complete = self._complete(instrument)
        if not complete:
            return None, None
        now = complete[-1]
        before = [each for each in complete[:-1] if each.version == now.version]
        return (before[-1] if before else None), now

    def _items(self, instrument: Json, then: ResponseView | None, now: ResponseView) -> Iterator[ItemRow]:
        safety = scoring.safety_items(instrument)
        answers_then = scoring.answered(self.content, instrument, then.record.json) if then else {}
        answers_now = scoring.answered(self.content, instrument, now.record.json)
        for link_id, item in _questions(instrument):
            yield ItemRow(
                link_id=link_id,
                question=str(item.get("text", link_id)),
                then=_in_words(item, answers_then.get(link_id, ())) if then else "not asked before",
                now=_in_words(item, answers_now.get(link_id, ())),
                safety=link_id in safety,
            )

    def no_longer_given(self) -> Iterator[NoLongerGiven]:
        """Concerns that rest on an earlier score, where the newest one of its kind gives no such finding."""
        by_reference = {score.record.reference: score for score in self.taken}
        newest = {str(score.definition["id"]): score for score in self.taken}
        findings = self.content.concepts(FINDING)
        for concern in self.chart.conditions:
            if not concern.holds or not concern.current or labels.restricted(concern.record):
                continue
            evidence = [by_reference[name] for name in _evidence(concern) if name in by_reference]
            for score in sorted(evidence, key=lambda each: each.at)[-1:]:
                now = newest[str(score.definition["id"])]
                given = scores.finding_of(score.definition, score.band)
                if now is score or not given or scores.finding_of(now.definition, now.band) == given:
                    continue
                name = findings[given].display if given in findings else given
                yield NoLongerGiven(
                    concern=concern.record.reference,
                    words=f"{name}: found by {score.name} {score.words}, not by {now.words}",
                    what_to_do=_what_to_do(concern),
                )

    def unknown(self) -> Iterator[str]:
        """What was not compared, and what a lower score does not settle."""
        if self.wanted and not self.instruments():
            yield f"no answers to {self.wanted} are on record, or it is not one of our instruments"
        for each in self.series:
            yield from (f"{each.name}: {why}" for why in each.aside)
        for instrument in self.instruments():
            newest = self._complete(instrument)[-1:]
            drafts = [
                each
                for each in self.responses
                if not each.complete
                and each.record.json.get("status") == "in-progress"
                and each.questionnaire == instrument["url"]
                and (not newest or each.authored > newest[-1].authored)
            ]
            for draft in drafts:
                day = day_of(draft.authored, self.occasion)
                yield f"{scoring.short_name(instrument)}: a draft of {day} is not compared ({draft.record.reference})"
            older = [each for each in self._complete(instrument)[:-1] if newest and each.version != newest[-1].version]
            for other in older:
                name, version = scoring.short_name(instrument), other.version or "none is named"
                yield f"{name}: answers in another version of the form ({version}) are not compared"
        for task in self.chart.tasks:
            if task.open and "safety-review" in task.codes:
                yield f"a safety review is open ({task.record.reference}): a lower score clears nobody"
        if self.restricted:
            yield f"{self.restricted} restricted records are not shown here: open the chart"


def _comparison(
    records: Records, command: CompareAssessments, chart: Chart, occasion: Occasion
) -> AssessmentComparison:
    content = occasion.content
    views = [qr.read(record) for record in records[qr.find().name]]
    shown = [view for view in views if not labels.restricted(view.record)]
    observations = records[find_survey_results().name]
    restricted = len(views) - len(shown) + scores.restricted_of(content, observations)
    taken = scores.taken(content, observations, shown, occasion.zone)
    return AssessmentComparison(
        content=content,
        chart=chart,
        wanted=command.instrument.rpartition("/")[2].partition("|")[0],
        responses=tuple(sorted(shown, key=lambda view: _when(view, occasion))),
        restricted=restricted,
        series=scores.series(taken),
        taken=taken,
        occasion=occasion,
    )


def _when(view: ResponseView, occasion: Occasion) -> tuple[bool, Any, str]:
    at = moment(view.authored, occasion.zone)
    return (at is not None, at or 0, view.record.id)


def _questions(instrument: Json) -> Iterator[tuple[str, Json]]:
    """The questions of an instrument, in their order."""
    for item in instrument.get("item", []):
        if item.get("type") not in ("display", "group"):
            yield str(item["linkId"]), item
        yield from _questions(item)


def _in_words(item: Json, answers: Iterable[Json]) -> str:
    """The answers to a question in words: those of the form for its own codes."""
    options = {
        (str(coding.get("system")), str(coding.get("code"))): str(coding.get("display", coding.get("code")))
        for option in item.get("answerOption", [])
        if isinstance(coding := option.get("valueCoding"), dict)
    }
    words = []
    for answer in answers:
        value = value_of(answer)
        if isinstance(value, dict):
            coded = options.get((str(value.get("system")), str(value.get("code"))))
            number = f"{value['value']} {value.get('unit', '')}".strip() if "value" in value else ""
            words.append(coded or number or str(value.get("display") or value.get("code") or "an answer"))
        else:
            words.append(str(value))
    return ", ".join(words) or NOT_ANSWERED


def _score_change(series: ScoreSeries) -> ScoreChange | None:
    compared = series.last_two()
    if compared is None:
        return None
    return ScoreChange(
        name=series.name,
        then=compared.then.words,
        now=compared.now.words,
        points=compared.change,
        direction=compared.direction,
        rule=compared.rule,
    )


def _evidence(concern: ConditionView) -> Iterator[str]:
    return (name for each in references(concern.record.json, "evidence.detail") if (name := relative(each)))


def _what_to_do(concern: ConditionView) -> str:
    if concern.confirmed:
        return "it was confirmed and stays: whoever treats it decides"
    return "if it does not hold: dismiss-concern, with a reason; if it does: confirm-concern"


COMPARE_ASSESSMENTS = Reading(
    "compare-assessments", "An instrument answered again, beside the time before", CompareAssessments, NEEDS, read
)
