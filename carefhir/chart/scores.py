"""Scores of instruments over time: which may be compared, and what a change means.

Two scores are compared only where the same instrument in the same version gave both. A change counts from the
instrument's important difference on (ObservationDefinition, extension important-difference); where it has none, the
change is a number and no more. A score is never judged better because somebody stopped answering: what cannot be
compared is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal, TypeAlias

from carefhir.codes import BAND
from carefhir.content.loading import Content, extensions, parts_of, value_of
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment, references, relative
from carefhir.mappers import labels
from carefhir.mappers.questionnaire_response import ResponseView
from carefhir.mappers.superseded import superseded

COUNTS = frozenset({"final", "amended", "corrected"})
"""Statuses of a result that stands."""

Direction: TypeAlias = Literal["better", "worse", "no change", "cannot say"]
"""What a change means; `cannot say` where the instrument has no important difference, or there are no points."""


@dataclass(frozen=True, slots=True)
class TakenScore:
    """One score on record: of which instrument, when, how much."""

    record: Record
    definition: Json
    """The ObservationDefinition it is a result of."""
    name: str
    points: int | None
    label: str
    """Its band in words; "" where it has none."""
    band: str
    at: datetime
    written: str
    """When, as the record writes it."""
    form: str
    """The url of the questionnaire that was answered; "" where the response cannot be seen."""
    version: str
    """The version of the questionnaire; "" where the response names none."""
    response: str
    """`QuestionnaireResponse/ID`; "" where it names none."""

    @property
    def day(self) -> str:
        return self.written[:10]

    @property
    def words(self) -> str:
        """`14, moderate (2026-03-09)`."""
        points = "" if self.points is None else str(self.points)
        return f"{', '.join(filter(None, (points, self.label))) or 'no result'} ({self.day})"


@dataclass(frozen=True, slots=True)
class ImportantDifference:
    """By how many points a score has to change to be more than noise, and which way is worse."""

    points: int
    worse: str
    """`higher` or `lower`."""


@dataclass(frozen=True, slots=True)
class ComparedScore:
    """The newest score of an instrument beside an earlier one."""

    now: TakenScore
    then: TakenScore
    difference: ImportantDifference | None

    @property
    def change(self) -> int | None:
        """Points now less points then; None where one of them has none."""
        if self.now.points is None or self.then.points is None:
            return None
        return self.now.points - self.then.points

    @property
    def direction(self) -> Direction:
        """What the change means."""
        if self.change is None or self.difference is None:
            return "cannot say"
        if abs(self.change) < self.difference.points:
            return "no change"
        return "worse" if (self.change > 0) == (self.difference.worse == "higher") else "better"

    @property
    def rule(self) -> str:
        """Why it means that, in words."""
        if self.difference is None:
            return "no important difference is on record for this instrument: the change is a number and no more"
        if self.change is None:
            return "there are no points to compare"
        limit = self.difference.points
        return f"a change of {limit} or more counts" if abs(self.change) >= limit else f"a change under {limit} is none"

    @property
    def words(self) -> str:
        """`14, moderate (2026-03-09) to 16, moderately severe (2026-06-01): no change; a change under 5 is none`."""
        return f"{self.then.words} to {self.now.words}: {self.direction}; {self.rule}"


@dataclass(frozen=True, slots=True)
class ScoreSeries:
    """All scores of one kind that stand, oldest first; those before the newest only where they can be compared."""

    name: str
    scores: tuple[TakenScore, ...]
    aside: tuple[str, ...] = ()
    """Scores that cannot be compared with the newest one, each with why."""

    def since(self, began: date, zone: tzinfo) -> ComparedScore | None:
        """The newest score beside the last one up to a day, else the first after it; None where there is one only, or
        the newest is not from after that day."""
        now = self.scores[-1]
        before = [score for score in self.scores[:-1] if score.at.astimezone(zone).date() <= began]
        then = before[-1] if before else self.scores[0]
        newer = then is not now and now.at.astimezone(zone).date() > began
        return self._beside(then) if newer else None

    def last_two(self) -> ComparedScore | None:
        """The newest score beside the one before it."""
        return self._beside(self.scores[-2]) if len(self.scores) > 1 else None

    def _beside(self, then: TakenScore) -> ComparedScore:
        return ComparedScore(self.scores[-1], then, important_difference(self.scores[-1].definition))


def important_difference(definition: Json) -> ImportantDifference | None:
    """The important difference of a score; None where content has none."""
    for extension in extensions(definition, "important-difference"):
        parts = parts_of(extension)
        return ImportantDifference(int(parts["points"]), str(parts["worse"]))
    return None


def definitions(content: Content) -> dict[tuple[str, str], tuple[Json, ...]]:
    """The ObservationDefinitions of our instruments, by system and code of their result: two instruments may have one
    code, with other values each."""
    by_code: dict[tuple[str, str], tuple[Json, ...]] = {}
    for (type_, _), artefact in sorted(content.artefacts.items()):
        for pair in codings(artefact, "code") if type_ == "ObservationDefinition" else ():
            by_code[pair] = (*by_code.get(pair, ()), artefact)
    return by_code


def definition_of(ours: Mapping[tuple[str, str], tuple[Json, ...]], result: Json) -> Json | None:
    """The ObservationDefinition of a result; where several have its code, the one that knows its value."""
    some = next((ours[pair] for pair in codings(result, "code") if pair in ours), ())
    if len(some) < 2:
        return next(iter(some), None)
    values = set(codings(result, "valueCodeableConcept"))
    return next((each for each in some if values & set(codings(each, "qualifiedInterval.context"))), None)


def taken(
    content: Content, observations: Iterable[Record], responses: Iterable[ResponseView], zone: tzinfo
) -> tuple[TakenScore, ...]:
    """The scores of our instruments that stand, whoever wrote them, oldest first; restricted ones are left out."""
    ours = definitions(content)
    answered = {response.record.reference: response for response in responses}
    scores = []
    for record in observations:
        definition = definition_of(ours, record.json)
        written = first_text(record.json, "effectiveDateTime") or ""
        at = moment(written, zone)
        if definition is None or at is None or not _stands(record):
            continue
        made_from = [reference for each in references(record.json, "derivedFrom") if (reference := relative(each))]
        response = next((answered[name] for name in made_from if name in answered), None)
        bands = (code for system, code in codings(record.json, "interpretation") if system == BAND)
        scores.append(
            TakenScore(
                record=record,
                definition=definition,
                name=first_text(definition, "code.text") or "score",
                points=_points(record.json),
                label=first_text(record.json, "interpretation.text") or "",
                band=next(bands, ""),
                at=at,
                written=written,
                form=response.questionnaire if response else "",
                version=response.version if response else "",
                response=response.record.reference if response else "",
            )
        )
    # Of two at one moment the one with more points counts as the later: an id tells no time.
    return tuple(sorted(scores, key=lambda score: (score.at, score.points or 0, score.record.id)))


def restricted_of(content: Content, observations: Iterable[Record]) -> int:
    """How many scores are left out because they are restricted (rule 4)."""
    ours = definitions(content)
    coded = (record for record in observations if any(pair in ours for pair in codings(record.json, "code")))
    return len([record for record in coded if labels.restricted(record)])


def _stands(record: Record) -> bool:
    counts = record.json.get("status") in COUNTS and not superseded(record.json)
    return counts and not labels.restricted(record)


def _points(result: Json) -> int | None:
    """The points of a score, whole numbers only."""
    for value in (result.get("valueInteger"), next(dig(result, "valueQuantity.value"), None)):
        if value is not None and not isinstance(value, bool | str) and value == int(value):
            return int(value)
    return None


def series(scores: Iterable[TakenScore]) -> tuple[ScoreSeries, ...]:
    """The scores by their kind. What was not asked with the same form in the same version as the newest is named, and
    is not compared."""
    by_kind: dict[str, list[TakenScore]] = {}
    for score in scores:
        by_kind.setdefault(str(score.definition["id"]), []).append(score)
    return tuple(_series(some) for some in by_kind.values())


def _series(scores: list[TakenScore]) -> ScoreSeries:
    newest = scores[-1]
    kept = [score for score in scores[:-1] if not _differs(score, newest)]
    aside = tuple(f"{score.words}: {why}" for score in scores[:-1] if (why := _differs(score, newest)))
    return ScoreSeries(newest.name, (*kept, newest), aside)


def _differs(score: TakenScore, newest: TakenScore) -> str:
    """Why two scores cannot be compared; "" where they can."""
    if not score.form or not newest.form:
        return "the answers it was made from cannot be seen, so nobody can say which form was asked"
    if score.form != newest.form:
        return f"another form was asked ({score.form})"
    if score.version != newest.version:
        return f"another version of the form was asked ({score.version or 'none is named'})"
    return ""


def finding_of(definition: Json, band: str) -> str:
    """The finding that a score in a band gives (CodeSystem finding); "" where it gives none."""
    for interval in dig(definition, "qualifiedInterval"):
        if isinstance(interval, dict) and (BAND, band) in set(codings(interval, "context")):
            return next((str(value_of(each)) for each in extensions(interval, "finding")), "")
    return ""
