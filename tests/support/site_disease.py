"""An invented disease as a site would add it, in a folder outside the package: codes, facts, pathway, check-in, rules,
and a conflict of advice. Nothing in `carefhir/` knows of it.

"Glass throat" (a made-up illness, coded J30.9 for the sake of the test) is watched by peak flow, in L/min.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from carefhir.codes import BASE

Json = dict[str, Any]
LOINC = "http://loinc.org"
PEAK_FLOW = "33452-4"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def own(name: str, **value: Any) -> Json:
    return {"url": f"{BASE}/StructureDefinition/{name}", **value}


SOURCE = own(
    "source",
    extension=[
        {"url": "text", "valueString": "Invented for a test; nobody has this illness."},
        {"url": "mark", "valueCode": "D"},
    ],
)


def holds(expression: str) -> Json:
    return {"language": "text/fhirpath", "expression": expression}


def fragment(system: str, *concepts: Json) -> Json:
    """Concepts that are added to a code system of ours."""
    return {
        "resourceType": "CodeSystem",
        "id": f"{system}-glass",
        "url": f"{BASE}/CodeSystem/{system}",
        "version": "1",
        "status": "active",
        "content": "fragment",
        "concept": list(concepts),
    }


def concept(code: str, display: str, **properties: Any) -> Json:
    kinds = {bool: "valueBoolean", int: "valueInteger", float: "valueDecimal"}
    given = [{"code": name, kinds.get(type(value), "valueString"): value} for name, value in properties.items()]
    return {"code": code, "display": display, "definition": display, "property": given}


def plan(id_: str, kind: str, **parts: Any) -> Json:
    return {
        "resourceType": "PlanDefinition",
        "id": id_,
        "url": f"{BASE}/PlanDefinition/{id_}",
        "version": "1",
        "title": parts.pop("title"),
        "status": "active",
        "type": {"coding": [{"code": kind}]},
        **parts,
    }


def due(count: int, unit: str = "day") -> Json:
    parts = [
        {"url": "count", "valueInteger": count},
        {"url": "unit", "valueCode": unit},
        {"url": "anchor", "valueCode": "now"},
    ]
    return own("due", extension=parts)


def act(system: str, code: str, expression: str, *, makes: bool) -> Json:
    classes = {"item-class": "plan", "makes": "Task"} if makes else {}
    named = [own(name, valueCode=value) for name, value in {**classes, "done-by": "supervising-provider"}.items()]
    return {
        "code": [{"coding": [{"system": f"{BASE}/CodeSystem/{system}", "code": code}]}],
        "title": code.replace("-", " "),
        "description": f"Do what is called {code}, as this site has it.",
        "priority": "routine",
        "condition": [{"kind": "applicability", "expression": holds(expression)}],
        "extension": [*named, due(7), SOURCE],
    }


def rule(id_: str, color: str, expression: str) -> Json:
    return {
        "id": id_,
        "title": id_.replace("-", " "),
        "description": f"{color} for {id_}",
        "code": [{"coding": [{"system": f"{BASE}/CodeSystem/check-in-triage", "code": color}]}],
        "condition": [{"kind": "applicability", "expression": holds(expression)}],
        "textEquivalent": "Do now what this site says.",
        "extension": [SOURCE],
    }


def question(link_id: str, text: str) -> Json:
    answers = [
        {"valueCoding": {"system": f"{BASE}/CodeSystem/check-in-answer", "code": code}}
        for code in ("yes", "no", "dont-know")
    ]
    return {
        "linkId": link_id,
        "code": [{"system": f"{BASE}/CodeSystem/check-in-item", "code": link_id}],
        "text": text,
        "type": "choice",
        "required": True,
        "answerOption": answers,
    }


ARTEFACTS: tuple[Json, ...] = (
    fragment("condition-group", concept("glass-throat", "glass throat", chronic=True)),
    {
        "resourceType": "ConceptMap",
        "id": "condition-groups-glass",
        "url": f"{BASE}/ConceptMap/condition-groups-glass",
        "version": "1",
        "status": "active",
        "extension": [own("adds-to", valueCanonical=f"{BASE}/ConceptMap/condition-groups")],
        "group": [
            {
                "source": ICD,
                "element": [{"code": "J30.9", "target": [{"code": "glass-throat", "equivalence": "equivalent"}]}],
            }
        ],
    },
    fragment(
        "measure-unit",
        concept("liter-per-minute", "liter per minute", ucum="L/min", dimension="flow", factor=1, spellings="lpm"),
    ),
    fragment(
        "measured-quantity",
        concept(
            "peak-flow",
            "peak flow",
            dimension="flow",
            unit="L/min",
            plausibleLow=30,
            plausibleHigh=900,
            loinc=PEAK_FLOW,
            category="vital-signs",
        ),
    ),
    fragment(
        "named-fact",
        concept("peak_flow", "newest peak flow", takes="newest", quantity="peak-flow", withinDays=90),
        concept("peak_flow_given", "lowest peak flow given", takes="answered-lowest", quantity="peak-flow"),
        concept("glass_visits", "visits", takes="emergency-visits", groups="glass-throat", withinDays=365),
    ),
    fragment("care-goal", concept("clear-throat", "a clear throat")),
    fragment("care-item", concept("throat-review", "review of the throat"), concept("honey", "honey")),
    fragment("contradiction", concept("honey-sugar", "honey, sugar", oneSide="Honey", otherSide="No honey")),
    fragment("check-in-item", concept("glass-feeling", "glass feeling"), concept("no-voice", "no voice")),
    plan(
        "pathway-glass-throat",
        "clinical-protocol",
        title="Glass throat",
        purpose="A throat that does not feel like glass.",
        useContext=[
            {
                "code": {"code": "focus"},
                "valueCodeableConcept": {
                    "coding": [{"system": f"{BASE}/CodeSystem/condition-group", "code": "glass-throat"}]
                },
            }
        ],
        extension=[own("applies", valueExpression=holds("'glass-throat' in conditions")), SOURCE],
        goal=[
            {
                "id": "clear",
                "description": {
                    "coding": [{"system": f"{BASE}/CodeSystem/care-goal", "code": "clear-throat"}],
                    "text": "A clear throat in a month.",
                },
                "priority": {"coding": [{"code": "medium-priority"}]},
                "target": [{"due": {"value": 30, "code": "d"}}],
                "extension": [SOURCE],
            }
        ],
        action=[
            {**act("care-item", "throat-review", "peak_flow < 300", makes=True), "goalId": ["clear"]},
            act("care-item", "honey", "glass_visits = 0", makes=True),
        ],
    ),
    plan(
        "contradictions-glass",
        "eca-rule",
        title="Conflicts of glass throat",
        extension=[own("adds-to", valueCanonical=f"{BASE}/PlanDefinition/contradictions")],
        action=[
            act("contradiction", "honey-sugar", "'honey' in items and 'diabetes-type-2' in conditions", makes=False)
        ],
    ),
    {
        "resourceType": "Questionnaire",
        "id": "check-in-glass-throat",
        "url": f"{BASE}/Questionnaire/check-in-glass-throat",
        "version": "0.1.0",
        "title": "Check-in: glass throat",
        "status": "active",
        "subjectType": ["Patient"],
        "code": [{"system": f"{BASE}/CodeSystem/check-in-item", "code": "check-in"}],
        "item": [
            {
                "linkId": "peak-flow",
                "code": [{"system": LOINC, "code": PEAK_FLOW}],
                "text": "Your peak flow now",
                "type": "quantity",
            },
            question("glass-feeling", "Does your throat feel like glass?"),
            question("no-voice", "Have you lost your voice?"),
        ],
    },
    plan(
        "check-in-rules-glass-throat",
        "eca-rule",
        title="Check-in rules: glass throat",
        relatedArtifact=[{"type": "depends-on", "resource": f"{BASE}/Questionnaire/check-in-glass-throat"}],
        extension=[own("applies", valueExpression=holds("'glass-throat' in conditions_or_concerns"))],
        action=[
            rule("glass-feeling", "yellow", "'glass-feeling' in yes_to"),
            rule("flow-low", "red-urgent", "peak_flow_given < 200"),
            rule("no-voice", "emergency", "'no-voice' in yes_to"),
            rule("all-answered", "green", "unanswered.empty()"),
        ],
    ),
)


def written(folder: Path) -> Path:
    """The folder of a site that has it."""
    for artefact in ARTEFACTS:
        path = folder / f"{artefact['resourceType']}-{artefact['id']}.json"
        path.write_text(json.dumps(artefact), encoding="utf-8")
    return folder
