"""A refusal says what to do next, and names only steps that exist: every sentence the tests meet is read here."""

from __future__ import annotations

import re
from typing import Any, Literal, get_args, get_origin

import pytest

from carefhir.catalog import READINGS, STEPS
from carefhir.content.loading import load
from carefhir.fhir.codec import Json
from carefhir.lifecycle import STATUS
from scripts.rendering.refusals import collected

NAMES = {entry.name for entry in (*STEPS, *READINGS)}
PLANNED = tuple(
    "disenroll hand-over assign-assessment dismiss-concern revise-plan share-plan propose-adjustment evaluate-plan "
    "open-case close-case".split()
)
"""Steps that the design names and that are not built: one of them in a refusal sends somebody nowhere. The packets it
speaks of are Tasks, too, which a refusal may name."""

ENGLISH = frozenset({"check-ins", "self-harm", "self-management"})
"""Hyphenated words that are no names of anything."""


def _codes(concepts: list[Json]) -> set[str]:
    return {concept["code"] for concept in concepts}.union(*(_codes(each.get("concept", [])) for each in concepts))


def _choices(annotation: Any) -> set[str]:
    """The words that a field takes, those of a part of it, too."""
    if get_origin(annotation) is Literal:
        return {word for word in get_args(annotation) if isinstance(word, str)}
    inner = [field.annotation for field in getattr(annotation, "model_fields", {}).values()]
    return set[str]().union(*map(_choices, (*get_args(annotation), *inner)))


def known() -> set[str]:
    """The names of steps, the words their fields take, the codes of our content, and FHIR's statuses."""
    forms = {id_ for kind, id_ in load().artefacts if kind == "Questionnaire"}
    systems = [artefact for (kind, _), artefact in load().artefacts.items() if kind == "CodeSystem"]
    codes = set[str]().union(*(_codes(system.get("concept", [])) for system in systems))
    choices = set[str]().union(*(_choices(step.command) for step in STEPS))
    return (
        NAMES | forms | choices | codes | {status for _, statuses in STATUS.values() for status in statuses} | ENGLISH
    )


def test_there_are_refusals_of_every_step() -> None:
    assert set(collected()) == {step.name for step in STEPS}


def test_every_name_in_a_refusal_is_of_something_that_exists() -> None:
    names = known()
    strange = [
        (step, word)
        for step, sentences in collected().items()
        for sentence in sentences
        for word in re.findall(r"(?<![\w/‹-])[a-z]+(?:-[a-z]+)+\b", sentence)
        if word not in names
    ]
    assert strange == []


@pytest.mark.parametrize("planned", [name for name in PLANNED if name not in NAMES])
def test_no_refusal_sends_anybody_to_a_step_that_is_not_built(planned: str) -> None:
    found = [sentence for sentences in collected().values() for sentence in sentences if planned in sentence]
    assert found == []
