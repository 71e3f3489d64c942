"""Every element of R4 that is not supported is refused by name; the table of features has every element of R4."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from fhir.resources.R4B import plandefinition, questionnaire

from carefhir.content import protocols
from carefhir.content.form_features import QUESTIONNAIRE_FEATURE
from carefhir.content.loading import Content, load
from carefhir.errors import ContentError

Json = dict[str, Any]
OURS = load()
ID = "pathway-heart-failure"
FEATURES = OURS.concepts(QUESTIONNAIRE_FEATURE)
SUPPORTED = {
    "": "resourceType id meta language text url identifier version name title subtitle type status experimental date "
    "publisher contact description useContext jurisdiction purpose usage copyright approvalDate lastReviewDate "
    "effectivePeriod topic author editor reviewer endorser relatedArtifact extension goal action",
    "goal": "id extension description priority addresses target",
    "target": "measure detailQuantity detailRange detailCodeableConcept due",
    "action": "id extension title description priority code reason goalId condition",
}
"""Written out here: what a pathway may use."""
MODELS = {
    "": plandefinition.PlanDefinition,
    "goal": plandefinition.PlanDefinitionGoal,
    "target": plandefinition.PlanDefinitionGoalTarget,
    "action": plandefinition.PlanDefinitionAction,
}


def refused() -> list[tuple[str, str]]:
    return [
        (place, name)
        for place, model in MODELS.items()
        for name in model.elements_sequence()
        if name not in SUPPORTED[place].split()
    ]


@pytest.mark.parametrize(("place", "name"), refused())
def test_every_other_element_of_a_pathway_is_refused_by_name(place: str, name: str) -> None:
    plan: Json = deepcopy(OURS.get("PlanDefinition", ID))
    goal = next(each for each in plan["goal"] if each.get("target"))
    where = {"": plan, "goal": goal, "target": goal["target"][0], "action": plan["action"][0]}
    where[place][name] = [{"text": "x"}]
    with pytest.raises(ContentError, match=rf"{ID}.*\b{name} is not supported"):
        protocols.protocol_of(Content({**OURS.artefacts, ("PlanDefinition", ID): plan}), ID)


def test_what_is_refused_is_most_of_it() -> None:
    assert len(refused()) > 40
    assert {"library", "dynamicValue", "timingTiming", "trigger", "participant", "documentation"} <= {
        name for _, name in refused()
    }


@pytest.mark.parametrize(
    ("prefix", "model"),
    [
        ("", questionnaire.Questionnaire),
        ("item-", questionnaire.QuestionnaireItem),
        ("option-", questionnaire.QuestionnaireItemAnswerOption),
    ],
)
def test_the_table_of_features_has_every_element_of_r4(prefix: str, model: Any) -> None:
    elsewhere = {"id", "extension", "modifierExtension"}
    assert [name for name in model.elements_sequence() if f"{prefix}{name}" not in FEATURES] == [
        name for name in model.elements_sequence() if name in elsewhere and f"{prefix}{name}" not in FEATURES
    ]


def test_a_feature_is_used_ignored_or_refused() -> None:
    assert {each.properties["support"] for each in FEATURES.values()} == {"used", "ignored", "refused"}
    assert all(each.definition for each in FEATURES.values())
