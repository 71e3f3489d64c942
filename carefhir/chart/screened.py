"""Social needs of screens that are on record as Observations only: many EHRs keep no responses.

An Observation is a result of one of our instruments (by its code, points or answer), or the answer to one of its items.
Which answers are a finding is what the instruments say (`profiles/`). One code may belong to two instruments with other
answers each (71802-3): the answer decides, and one that no instrument knows says nothing. Of two of one kind the newer
counts. A finding that somebody has judged is their concern: an Observation that a condition rests on, or that is older
than a condition of the same meaning, is not read here once more.

Totals about mood are readings (`mappers/reading.py`). Restricted instruments are left out: their results from elsewhere
seldom carry a label, and what is derived from them would tell (clinical practice, rule 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

from carefhir.chart.chart import Chart
from carefhir.codes import FINDING
from carefhir.content.form_items import flat, options_of, weight_of
from carefhir.content.loading import Content, ContentKey, all_parts, extensions, parameters, parts_of, value_of
from carefhir.content.matched_answers import definition_id
from carefhir.content.scoring import banded, restricted_items
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, references, relative
from carefhir.mappers import condition, labels
from carefhir.occasion import Occasion

Pair: TypeAlias = tuple[str, str]
PLAN = "screen-follow-up"


@dataclass(frozen=True, slots=True)
class ScreenedFinding:
    """A finding, and the Observation that says so."""

    finding: str
    record: Record
    at: datetime


@dataclass(frozen=True, slots=True)
class _Meanings:
    """What answers and results mean, by system and code."""

    answers: dict[tuple[Pair, Pair], tuple[tuple[str, str], ...]]
    """By item and answer: which results it gives, each with its finding, "" where it gives none."""
    results: dict[Pair, tuple[str, ...]]
    """By code: the ObservationDefinitions it is the result of."""


def screened(chart: Chart, occasion: Occasion) -> tuple[ScreenedFinding, ...]:
    """The findings of screens that stand on record as Observations, and that nobody has judged."""
    content = occasion.content
    days = parameters(content.get("PlanDefinition", PLAN))["screen-counts-days"]
    since = occasion.now - timedelta(days=days)
    dated = [(view.at, view) for view in chart.conclusions if view.at is not None and since <= view.at <= occasion.now]
    newest: dict[str, ScreenedFinding] = {}
    for at, view in sorted(dated, key=lambda each: (each[0], each[1].record.id)):
        if labels.restricted(view.record):
            continue
        for result, finding in _meant(content, view.record.json):
            newest[result] = ScreenedFinding(finding, view.record, at)
    return tuple(each for each in newest.values() if _is_need(content, each) and not _judged(content, chart, each))


def needs_of(content: Content, observation: Json) -> tuple[str, ...]:
    """The social needs that an Observation names, whenever it was, and whoever has judged them since."""
    return tuple(finding for _, finding in _meant(content, observation) if _of_need(content, finding))


def _is_need(content: Content, screen: ScreenedFinding) -> bool:
    return _of_need(content, screen.finding)


def _of_need(content: Content, finding: str) -> bool:
    kind = content.concept(FINDING, finding).properties.get("kind") if finding else ""
    return kind == "social-need"


def _meant(content: Content, observation: Json) -> Iterator[tuple[str, str]]:
    """The results that an Observation gives, each with its finding."""
    meanings = _meanings(ContentKey(content))
    parts = (observation, *(part for part in dig(observation, "component") if isinstance(part, dict)))
    given: dict[str, str] = {}
    for part in parts:
        for code in codings(part, "code"):
            for answer in codings(part, "valueCodeableConcept"):
                for result, finding in meanings.answers.get((code, answer), ()):
                    given[result] = given.get(result) or finding
            for definition in meanings.results.get(code, ()):
                for finding in _of_result(content, definition, part):
                    given[definition] = given.get(definition) or finding
    yield from given.items()


def _of_result(content: Content, definition: str, part: Json) -> Iterator[str]:
    """The finding of a result, by its points, its coded value, or the band it names; nothing where none of them is
    understood."""
    points = part.get("valueInteger")
    quantity = next(dig(part, "valueQuantity.value"), None)
    number = points if points is not None else quantity
    if isinstance(number, bool) or number is None or number != int(number):
        named = {*codings(part, "valueCodeableConcept"), *codings(part, "interpretation")}
        for interval in content.get("ObservationDefinition", definition).get("qualifiedInterval", []):
            if set(codings(interval, "context")) & named:
                yield next((str(value_of(each)) for each in extensions(interval, "finding")), "")
        return
    try:
        yield banded(content, definition, int(number)).finding
    except ContentError:
        return


@lru_cache(maxsize=8)
def _meanings(key: ContentKey) -> _Meanings:
    """Read once of every instrument that is not restricted."""
    content = key.content
    answers: dict[tuple[Pair, Pair], dict[str, str]] = {}
    results: dict[Pair, dict[str, None]] = {}
    for (type_, _), form in content.artefacts.items():
        if type_ != "Questionnaire":
            continue
        closed = restricted_items(form)
        items = {item["linkId"]: item for item in flat(form.get("item")) if item["linkId"] not in closed}
        for extension in extensions(form, "score"):
            if parts_of(extension).get("restricted") is True:
                continue
            definition = definition_id(extension)
            for pair in codings(content.get("ObservationDefinition", definition), "code"):
                results.setdefault(pair, {})[definition] = None
            if parts_of(extension).get("rule") != "sum":
                wanted = frozenset(map(str, all_parts(extension, "answer")))
                for link_id in map(str, all_parts(extension, "item")):
                    for pair, points in _points_of(items[link_id], wanted):
                        finding = banded(content, definition, points).finding
                        for code in codings(items[link_id], "code"):
                            answers.setdefault((code, pair), {})[definition] = finding
    return _Meanings(
        {pair: tuple(some.items()) for pair, some in answers.items()},
        {pair: tuple(some) for pair, some in results.items()},
    )


def _points_of(item: Json, wanted: frozenset[str]) -> Iterator[tuple[Pair, int]]:
    """Every answer of an item that counts, with its points."""
    for option in options_of(item):
        weight = weight_of(option)
        for pair in codings(option, "valueCoding"):
            if weight is not None:
                yield pair, int(pair[1] in wanted) if wanted else weight


def _judged(content: Content, chart: Chart, screen: ScreenedFinding) -> bool:
    """Whether a condition takes its place."""
    codes = set(condition.concern_codes(content.concept(FINDING, screen.finding)))
    day = (first_text(screen.record.json, "effectiveDateTime") or "")[:10]
    for view in chart.conditions:
        rests_on = {relative(each) for each in references(view.record.json, "evidence.detail")}
        if screen.record.reference in rests_on:
            return True
        same = bool(codes & set(view.codes))
        if same and ((view.holds and view.current) or _last_day(view.record.json) >= day):
            return True
    return False


def _last_day(json: Json) -> str:
    """The last day that a condition tells of."""
    days: Iterable[str] = (first_text(json, name) or "" for name in ("abatementDateTime", "recordedDate"))
    return max(day[:10] for day in days)
