"""Thoughts of death are heard in every form they can be answered in (rule 2; PHQ-9, item 9).

Each case is a PHQ-9 with every kind of answer, drawn at random from a fixed seed. Whatever is not a plain "Not at all"
to item 9 leads to a review and to 988, however incomplete, odd or draft the rest of the form is. `scripts/test --deep`
throws more than 10,000; the number is printed at the end of every run.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from carefhir.workflows.assessment.record_assessment import AssessmentCase, RecordAssessment, at_once, open_cases
from tests.spec.tables import FREQUENCY, PHQ_9
from tests.support.charts import occasion, records_of
from tests.support.deep import depth

Json = dict[str, Any]
LOINC = "http://loinc.org"
OCCASION = occasion()
ITEM_9 = PHQ_9[-1]


def coded(answer: int, **more: str) -> Json:
    return {"valueCoding": {"system": LOINC, "code": FREQUENCY[answer], **more}}


NOT_AT_ALL: tuple[list[Json], ...] = ([coded(0)], [coded(0, display="Not at all")])
HEARD: tuple[list[Json], ...] = (
    [coded(1)],
    [coded(2)],
    [coded(3, display="Nearly every day")],
    [],
    [coded(0), coded(2)],
    [coded(1), coded(0)],
    [coded(0, display="Several days")],
    [{"valueCoding": {"system": LOINC, "code": "LA15775-2"}}],
    [{"valueCoding": {"system": "urn:local", "code": "3"}}],
    [{"valueCoding": {"display": "Several days"}}],
    [{"valueString": "Several days"}],
    [{"valueString": "sometimes"}],
    [{"valueInteger": 1}],
    [{"valueDecimal": 2}],
    [{"valueBoolean": True}],
    [{"valueQuantity": {"value": 2}}],
    [{"valueDate": "2026-03-09"}],
    [{"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}],
)
ANY: tuple[list[Json], ...] = (*NOT_AT_ALL, *HEARD)


def response(chance: random.Random, ninth: list[Json]) -> Json:
    """A PHQ-9 with anything in its first items, its ninth in some place, whole or not."""
    items = [{"linkId": link_id, "answer": chance.choice(ANY)} for link_id in PHQ_9[:-1] if chance.random() < 0.9]
    last: Json = {"linkId": chance.choice((ITEM_9, f"/{ITEM_9}", f"phq/{ITEM_9}")), "answer": ninth}
    if chance.random() < 0.9 or ninth:
        items.insert(chance.randrange(len(items) + 1), last)
    nested = [{"linkId": "group", "item": items}] if chance.random() < 0.2 else items
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://carefhir.org/fhir/Questionnaire/phq-9" + chance.choice(("", "|0.1.0", "|9.9.9")),
        "status": chance.choice(("completed", "amended", "in-progress")),
        "item": nested,
    }


@pytest.mark.parametrize("chunk", range(10))
def test_item_9_is_always_heard(chunk: int, record_property: Callable[[str, object], None]) -> None:
    chance = random.Random(f"never unheard {chunk}")
    tried = 0
    for _ in range(depth(25, 1050)):
        calm = chance.random() < 0.2
        answered = response(chance, chance.choice(NOT_AT_ALL if calm else HEARD))
        command = RecordAssessment(patient="Patient/1", response=answered)
        case = open_cases(records_of(), command, OCCASION)[0]
        assert isinstance(case, AssessmentCase)
        heard = [danger for danger in case.judgment.dangers if danger.link_id == ITEM_9]
        tried += 1
        assert bool(heard) is not calm, answered
        assert any("988" in order for order in at_once(command, OCCASION)) is not calm, answered
    record_property("PHQ-9 forms judged", tried)
