"""`docs/supported-content.md`: what is used and refused of PlanDefinition, Questionnaire, SDC and ViewDefinition."""

from __future__ import annotations

from fhir.resources.R4B import plandefinition as r4

from carefhir.content import protocols
from carefhir.content.form_features import QUESTIONNAIRE_FEATURE
from carefhir.content.loading import load
from scripts.rendering import markdown, supported_views
from scripts.rendering.markdown import table

READ = {
    "PlanDefinition.type": "`clinical-protocol`: a pathway",
    "PlanDefinition.useContext": "`focus` only: the condition groups that a pathway is for",
    "PlanDefinition.effectivePeriod": "whether it is in force on a day",
    "PlanDefinition.purpose": "the expected outcome, in words",
    "PlanDefinition.title": "shown",
    "PlanDefinition.url": "by it an artefact is the same as another",
    "PlanDefinition.version": "the highest one counts",
    "PlanDefinition.status": "only an active one is used",
    "PlanDefinition.extension": "`applies` (FHIRPath over facts), `not-for` (codes of `whereabouts`), `source`",
    "PlanDefinition.relatedArtifact": "in check-in rules, of type `depends-on`: the form whose answers they judge; of "
    "type `citation`: what was compared (`compared`), for people",
    "PlanDefinition.goal": "see below",
    "PlanDefinition.action": "see below",
    "PlanDefinition.goal.id": "by it actions name the goal",
    "PlanDefinition.goal.extension": "`applies`, `due`, `not-for`, `source`",
    "PlanDefinition.goal.description": "one code of `care-goal`, and words",
    "PlanDefinition.goal.priority": "high-, medium- or low-priority",
    "PlanDefinition.goal.addresses": "condition groups",
    "PlanDefinition.goal.target": "one",
    "PlanDefinition.goal.target.measure": "LOINC",
    "PlanDefinition.goal.target.detailQuantity": "the target, with its measure",
    "PlanDefinition.goal.target.detailRange": "the same",
    "PlanDefinition.goal.target.detailCodeableConcept": "the same",
    "PlanDefinition.goal.target.due": "whole days",
    "PlanDefinition.action.id": "in check-in rules: by it a later rule asks whether this one holds",
    "PlanDefinition.action.extension": "`item-class`, `makes`, `done-by`, `due`, `not-for`, `source`; of conflicts "
    "also `told`",
    "PlanDefinition.action.code": "one code of `care-item`; in conflicts `contradiction`, in rules `check-in-triage`",
    "PlanDefinition.action.title": "shown",
    "PlanDefinition.action.description": "shown",
    "PlanDefinition.action.textEquivalent": "in check-in rules: what to do at once",
    "PlanDefinition.action.priority": "stat, asap, urgent or routine",
    "PlanDefinition.action.condition": "one applicability condition in FHIRPath over facts",
    "PlanDefinition.action.goalId": "goals of the same pathway",
    "PlanDefinition.action.reason": "condition groups",
}
FOR_PEOPLE = "for people, not read"


def page() -> str:
    """The page."""
    plan = protocols.SUPPORTED["PlanDefinition"]
    levels = {
        "PlanDefinition": (r4.PlanDefinition, plan),
        "PlanDefinition.goal": (r4.PlanDefinitionGoal, protocols.SUPPORTED["goal"]),
        "PlanDefinition.goal.target": (r4.PlanDefinitionGoalTarget, protocols.SUPPORTED["target"]),
        "PlanDefinition.action": (r4.PlanDefinitionAction, protocols.SUPPORTED["action"]),
    }
    rows, refused = [], []
    for path, (model, supported) in levels.items():
        elements = set(model.elements_sequence())
        for name in model.elements_sequence():
            if name in supported:
                meaning = READ.get(f"{path}.{name}", FOR_PEOPLE if path == "PlanDefinition" else "")
                rows += [(f"`{path}.{name}`", meaning)] if meaning != FOR_PEOPLE else []
        refused.append((f"`{path}`", ", ".join(f"`{name}`" for name in sorted(elements - supported))))
    people = sorted(name for name in plan if f"PlanDefinition.{name}" not in READ and name != "resourceType")
    features = load().concepts(QUESTIONNAIRE_FEATURE).values()
    parts = {support: [each for each in features if each.properties["support"] == support] for support in SUPPORT}
    return markdown.page(
        "carefhir/content/protocols.py, carefhir/population and CodeSystem questionnaire-feature",
        "# What is supported of PlanDefinition, SDC and ViewDefinition",
        "What a site's content may use. Everything else is refused by name when it is loaded "
        "(`carefhir content` lists it, exit code 3): a part skipped in silence would be care that nobody gives, or an "
        "answer that means something else. `carefhir check-instrument` says the same of a form before it is used.",
        "## PlanDefinition: pathways, conflicts of advice, check-in rules",
        "A PlanDefinition is used if it is a pathway (by its type), adds to the conflicts of advice (extension "
        "`adds-to`), has an id that begins with `check-in-rules-`, or replaces one of ours. Others would be used by "
        "nothing, and are refused.",
        table(("element", "what is read"), rows),
        "For people, and not read: " + ", ".join(f"`{name}`" for name in people) + ".",
        "Refused:",
        table(("in", "elements of R4"), refused),
        "Actions inside actions, CQL, libraries, dynamic values, timings and definitions to be applied ($apply) are "
        "among them: a pathway says what is to be done, and a person decides.",
        "## Questionnaire and SDC",
        *(
            part
            for support, (heading, text) in SUPPORT.items()
            for part in (
                f"### {heading}",
                text,
                table(("feature", "where", "what"), [_row(each) for each in parts[support]]),
            )
        ),
        *supported_views.sections(),
    )


SUPPORT = {
    "used": ("Used", "What is asked, read and scored."),
    "ignored": (
        "Ignored",
        "It changes nothing that is asked or scored. Other extensions are ignored, too.",
    ),
    "refused": (
        "Refused",
        "A form with one of these is not used. So is a form with an element that is not listed, or with an extension "
        "of SDC or CQF that is not.",
    ),
}


def _row(feature: object) -> tuple[str, str, str]:
    where = feature.properties["where"]  # type: ignore[attr-defined]
    return f"`{feature.display}`", str(where), feature.definition  # type: ignore[attr-defined]
