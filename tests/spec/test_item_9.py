"""Item 9 of the PHQ-9, in every form it may come in: the worst reading counts, and what is not understood is no "no".

Given: eight items answered "Not at all", and the ninth in some form. When: it is recorded. Then: a safety review and a
Flag, with the finding; only one coded "Not at all", and nothing else, gives none.
"""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest

from carefhir.commands import RecordAssessment
from carefhir.content import scoring
from carefhir.content.loading import load
from tests.spec.tables import FREQUENCY, PHQ_9, Chart, Json, carried_out, hunger, phq_9
from tests.support.backends import sandbox_backend
from tests.support.scenarios import Stage, stage

WHEN = "2026-03-09T10:00:00-05:00"
LOINC = "http://loinc.org"
POSITIVE, UNANSWERED = "self-harm-item-positive", "self-harm-item-unanswered"
NEVER, SEVERAL, HALF, NEARLY = FREQUENCY
WORDS = "Thoughts that you would be better off dead, or of hurting yourself in some way"
ABSENT = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-declined"}


def coding(code: str, system: str = LOINC, **more: Any) -> Json:
    return {"valueCoding": {"system": system, "code": code, **more}}


def item(*answers: Json, link_id: str = "44260-8", **more: Any) -> Json:
    return {"linkId": link_id, **({"answer": list(answers)} if answers else {}), **more}


FORMS: dict[str, tuple[list[Json], str]] = {
    "several days": ([item(coding(SEVERAL))], POSITIVE),
    "nearly every day": ([item(coding(NEARLY))], POSITIVE),
    "not there": ([], UNANSWERED),
    "there, without an answer": ([item()], UNANSWERED),
    "an empty list of answers": ([{"linkId": "44260-8", "answer": []}], UNANSWERED),
    "an answer without a value": ([item({})], UNANSWERED),
    "declined": ([item({"extension": [ABSENT]})], UNANSWERED),
    "declined, on the item": ([item(extension=[ABSENT])], UNANSWERED),
    "a code that is none of its options": ([item(coding("LA32-8"))], UNANSWERED),
    "a code of another system": ([item(coding("0", "http://x.example"))], UNANSWERED),
    "the code for never, in another system": ([item(coding(NEVER, "http://x.example"))], UNANSWERED),
    "the code for several days, in another system": ([item(coding(SEVERAL, "http://x.example"))], POSITIVE),
    "a code without a system": ([item({"valueCoding": {"code": SEVERAL}})], POSITIVE),
    "words of a code only": ([item({"valueCoding": {"display": "Several days"}})], POSITIVE),
    "a code and words that say more": ([item(coding(NEVER, display="Nearly every day"))], POSITIVE),
    "a code and words that say less": ([item(coding(NEARLY, display="Not at all"))], POSITIVE),
    "a whole number, 2": ([item({"valueInteger": 2})], POSITIVE),
    "a whole number, 0": ([item({"valueInteger": 0})], UNANSWERED),
    "a decimal": ([item({"valueDecimal": Decimal("1.0")})], POSITIVE),
    "a quantity": ([item({"valueQuantity": {"value": Decimal(3)}})], POSITIVE),
    "true": ([item({"valueBoolean": True})], POSITIVE),
    "false": ([item({"valueBoolean": False})], UNANSWERED),
    "words": ([item({"valueString": "several days"})], POSITIVE),
    "words in capitals": ([item({"valueString": "  MORE THAN HALF THE DAYS. "})], POSITIVE),
    "words for never": ([item({"valueString": "Not at all"})], UNANSWERED),
    "never, and nearly every day in Spanish": ([item(coding(NEVER, display="Casi todos los días"))], UNANSWERED),
    "never, in words nobody knows": ([item(coding(NEVER, display="sometimes"))], UNANSWERED),
    "never, in another alphabet": ([item(coding(NEVER, display="почти каждый день"))], UNANSWERED),
    "never, and words that hang on it": (
        [item({**coding(NEVER), "item": [{"linkId": "more", "answer": [{"valueString": "most nights"}]}]})],
        UNANSWERED,
    ),
    "words in Spanish": ([item({"valueString": "varios días"})], UNANSWERED),
    "a number as words": ([item({"valueString": "3"})], POSITIVE),
    "a day": ([item({"valueDate": "2026-03-09"})], UNANSWERED),
    "two answers, the second worse": ([item(coding(NEVER), coding(SEVERAL))], POSITIVE),
    "two answers, the first worse": ([item(coding(NEARLY), coding(NEVER))], POSITIVE),
    "two answers, both never": ([item(coding(NEVER), coding(NEVER))], UNANSWERED),
    "two answers, one not understood": ([item(coding(NEVER), {"valueString": "hm"})], UNANSWERED),
    "asked twice, the second worse": ([item(coding(NEVER)), item(coding(SEVERAL))], POSITIVE),
    "asked twice under two names": (
        [item(coding(NEVER)), item(coding(HALF), link_id="/44249-1/44260-8")],
        POSITIVE,
    ),
    "asked twice, once by its words": (
        [item(coding(NEVER)), item(coding(SEVERAL), link_id="q9", text=WORDS)],
        POSITIVE,
    ),
    "under another name": ([item(coding(SEVERAL), link_id="/44260-8")], POSITIVE),
    "by its words only": ([item(coding(SEVERAL), link_id="q9", text=WORDS)], POSITIVE),
    "by other words": (
        [item(coding(SEVERAL), link_id="q9", text="9. THOUGHTS of being BETTER OFF DEAD?")],
        POSITIVE,
    ),
    "by its definition": (
        [item(coding(SEVERAL), link_id="q9", definition="http://loinc.org/44260-8")],
        POSITIVE,
    ),
    "in a group": ([{"linkId": "g", "item": [item(coding(SEVERAL))]}], POSITIVE),
    "under another item's answer": (
        [{"linkId": "69722-7", "answer": [{**coding("LA6573-5"), "item": [item(coding(SEVERAL))]}]}],
        POSITIVE,
    ),
    "with an element that may change its meaning": (
        [item(coding(NEVER), modifierExtension=[{"url": "http://x.example/negated", "valueBoolean": True}])],
        UNANSWERED,
    ),
}
CALM: dict[str, list[Json]] = {
    "never": [item(coding(NEVER))],
    "never, with its words": [item(coding(NEVER, display="Not at all"))],
    "never, with words of another language": [item(coding(NEVER, display="Nunca"))],
    "never, with its points": [item(coding(NEVER, display="0 - Not at all"))],
    "never, in Spanish and in capitals": [item(coding(NEVER, display="NINGÚN DÍA"))],
    "never, under another name": [item(coding(NEVER), link_id="/44260-8")],
    "never, in a group": [{"linkId": "g", "item": [item(coding(NEVER))]}],
}


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "kim")


def form(kim: Stage, ninth: list[Json], **more: Any) -> Json:
    response = phq_9(*[0] * 8, None, source={"reference": kim.patient}, **more)
    return {**response, "item": [*response["item"], *ninth]}


def recorded(kim: Stage, response: Json) -> tuple[Any, list[str], bool]:
    result = carried_out(kim, RecordAssessment(patient=kim.patient, response=response), WHEN)
    chart = Chart(kim.backend, kim.patient)
    flags = [one["code"]["coding"][0]["code"] for one in chart.written("Flag")]
    return result, flags, "safety-review" in chart.tasks()


@pytest.mark.parametrize(("ninth", "finding"), FORMS.values(), ids=FORMS)
def test_every_form_leads_to_the_review(server: Stage, ninth: list[Json], finding: str) -> None:
    kim = stage(server.backend, "kim")
    result, flags, reviewed = recorded(kim, form(kim, ninth))
    assert (flags, reviewed) == ([finding], True)
    assert result.told.instructions


@pytest.mark.parametrize("ninth", CALM.values(), ids=CALM)
def test_one_coded_never_is_the_only_no(server: Stage, ninth: list[Json]) -> None:
    kim = stage(server.backend, "kim")
    result, flags, reviewed = recorded(kim, form(kim, ninth))
    assert (flags, reviewed) == ([], False)
    assert result.told.instructions == ()


@pytest.mark.parametrize("status", ["in-progress", "completed", "amended", "stopped", "entered"])
@pytest.mark.parametrize("url", ["https://carefhir.org/fhir/Questionnaire/phq-9|9.9", "http://x.example/phq9", ""])
def test_in_whichever_state_and_form(server: Stage, status: str, url: str) -> None:
    """A draft, an unknown status, another version, a form nobody knows."""
    kim = stage(server.backend, "kim")
    response = form(kim, [item(coding(SEVERAL), link_id="q9", text=WORDS)], status=status, questionnaire=url)
    result, flags, reviewed = recorded(
        kim, response if url else {k: v for k, v in response.items() if k != "questionnaire"}
    )
    assert (flags, reviewed) == ([POSITIVE], True), result


def test_in_a_form_about_something_else(server: Stage) -> None:
    kim = stage(server.backend, "kim")
    response = hunger("never", "never")
    result, flags, reviewed = recorded(kim, {**response, "item": [*response["item"], item(coding(HALF))]})
    assert (flags, reviewed) == ([POSITIVE], True), result


def test_a_response_whose_meaning_may_be_changed(server: Stage) -> None:
    kim = stage(server.backend, "kim")
    more = {"modifierExtension": [{"url": "http://x.example/about-somebody-else", "valueBoolean": True}]}
    _, flags, reviewed = recorded(kim, form(kim, [item(coding(NEVER))], **more))
    assert (flags, reviewed) == ([UNANSWERED], True)
    assert Chart(kim.backend, kim.patient).written("Observation") == []


def test_adding_any_answer_never_takes_a_finding_away() -> None:
    """All pairs of forms, one after the other in one response: worse or the same, never better."""
    content = load()
    phq = content.get("Questionnaire", "phq-9")
    order = ["", UNANSWERED, POSITIVE]
    eight = phq_9(*[0] * 8, None)["item"]

    def finding(ninth: list[Json]) -> int:
        dangers = scoring.judge(content, phq, {"item": [*eight, *ninth]}).dangers
        return max((order.index(danger.finding) for danger in dangers), default=0)

    every = [*(ninth for ninth, _ in FORMS.values()), *CALM.values()]
    for first, second in itertools.product(every, every):
        if first:
            assert finding([*first, *second]) >= finding(first), (first, second)


@pytest.mark.parametrize("link_id", PHQ_9[:8])
def test_only_item_9_is_a_safety_item(link_id: str) -> None:
    content = load()
    response = phq_9(*[3 if code == link_id else 0 for code in PHQ_9])
    assert scoring.judge(content, content.get("Questionnaire", "phq-9"), response).dangers == ()


@pytest.mark.parametrize("link_id", PHQ_9)
def test_a_code_and_words_that_are_two_answers_are_not_scored(link_id: str) -> None:
    """Which of the two was meant nobody knows; words of another language are no second answer."""
    content = load()
    phq = content.get("Questionnaire", "phq-9")
    for display, scored in (("Nearly every day", False), (" nearly EVERY day. ", False), ("Casi todos los días", True)):
        response = phq_9(*[0] * 9)
        (asked,) = [one for one in response["item"] if one["linkId"] == link_id]
        asked["answer"] = [coding(NEVER, display=display)]
        judgment = scoring.judge(content, phq, response)
        assert bool(judgment.scores) is scored, display
        assert any("two different answers" in one for one in judgment.objections) is not scored
