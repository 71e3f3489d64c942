"""A server's own words are shown without anything that may be about a patient (R9)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from carefhir.fhir.codec import encode
from carefhir.fhir.outcome import in_words
from carefhir.fhir.scrubbing import LONGEST, scrubbed
from carefhir.fhir.wire import Response

SHOWN = {
    "A transaction has at most 8 entries.": "A transaction has at most 8 entries.",
    "Constraint failed: ras-2: RiskAssessment.prediction.probability": (
        "Constraint failed: ras-2: RiskAssessment.prediction.probability"
    ),
    'Unknown search parameter "evidence" for resource type "Goal".': (
        "Unknown search parameter … for resource type Goal."
    ),
    "HAPI-0550: HAPI-0989: Trying to update Task/6/_history/3 but this is not the current version": (
        "HAPI-0550: HAPI-0989: … to update … but this is not the current version"
    ),
    "Resource Patient/1, specified in path: Task.for, not found": (
        "Resource …, specified in path: Task.for, not found"
    ),
}
PLANTED = (
    "Delgado",
    "Rosa Delgado",
    "rosa.delgado@example.org",
    "1951-08-14",
    "08/14/1951",
    "RB-104471",
    "555-0120",
    "Patient/8732ce48",
    "12 Example Street",
    "https://example.org/fhir/Patient/1?name=Delgado",
    "warfarin",
    "schizophrenia",
    "Page",
    "85",
    "104471",
)
FRAMES = (
    "The value {} is not valid for Patient.name",
    "{} is not valid",
    "Duplicate identifier: {}",
    'Unable to parse "{}" as a date in element Patient.birthDate',
    "A resource with {} already exists on this server",
    "The transaction has 9 entries, {} is the last",
)


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_about_the_server_is_shown(text: str) -> None:
    assert scrubbed(text) == SHOWN[text]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_in_it_is_not(planted: str, frame: str) -> None:
    shown = scrubbed(frame.format(planted))
    for word in set(re.findall(r"[\w@.-]+", planted)) - {"Patient", "name"}:
        assert not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", shown), shown


WORDS = some.text(some.characters(codec="utf-8"), min_size=1, max_size=12)


@given(some.lists(WORDS, max_size=40))
def test_no_word_comes_through_that_is_not_one_of_ours(words: list[str]) -> None:
    """Whatever a server writes: every word that is shown is a technical one, written as we write it."""
    for word in re.findall(r"\w{2,}", scrubbed(" ".join(words))):
        assert scrubbed(word), word


@pytest.mark.parametrize("text", ["", "Rosa Delgado, born on 14 August", "…", "?!", "Delgado " * 400])
def test_of_which_too_little_is_left_nothing_is_shown(text: str) -> None:
    assert scrubbed(text) == ""


def test_a_long_text_is_cut_at_a_word() -> None:
    shown = scrubbed("the server is not able to update this resource " * 30)
    assert len(shown) <= LONGEST + 2
    assert shown.endswith(" …")


def test_an_answer_says_what_the_server_says() -> None:
    issues = [
        {"severity": "warning", "code": "informational", "diagnostics": "A resource is old"},
        {"severity": "error", "code": "too-costly", "details": {"text": "A transaction has at most 8 entries"}},
    ]
    answer = Response(400, {}, encode({"resourceType": "OperationOutcome", "issue": issues}))
    assert in_words(answer) == (
        'the server answered 400 (informational, too-costly), saying "A transaction has at most 8 entries"'
    )
