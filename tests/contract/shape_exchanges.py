"""For each row of an EHR's shape: what is refused, and how, and beside it what works.

Every exchange begins on a server that holds `HELD`, and a row's exchanges follow one another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .client import Reply

PATIENT, ENCOUNTER, WHO = "Patient/p1", "Encounter/e1", {"reference": "Patient/p1"}
CODE = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}
UNIT = {"value": 80, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}


def category(code: str) -> list[Any]:
    return [{"coding": [{"code": code}]}]


def record(type_: str, id_: str = "", **more: Any) -> dict[str, Any]:
    return {"resourceType": type_, **({"id": id_} if id_ else {}), **more}


HELD: tuple[dict[str, Any], ...] = (
    record(
        "Patient", "p1", identifier=[{"system": "s", "value": "v"}], name=[{"family": "Doe"}], birthDate="1950-01-01"
    ),
    record("Patient", "p2", name=[{"family": "Roe"}]),
    record("Encounter", "e1", status="in-progress", subject=WHO, **{"class": {"code": "AMB"}}),
    record("Encounter", "e2", status="finished", subject={"reference": "Patient/p2"}),
    record("Goal", "g1", lifecycleStatus="active", subject=WHO, description={"text": "walk"}),
    record(
        "Goal",
        "g2",
        lifecycleStatus="active",
        subject=WHO,
        description={"text": "private"},
        meta={"security": [{"code": "R"}]},
    ),
    record(
        "CarePlan",
        "c1",
        status="active",
        intent="plan",
        subject=WHO,
        category=[{"coding": [{"code": "38717003"}, {"code": "assess-plan"}]}],
        period={"start": "2026-01-01"},
        activity=[{"detail": {"status": "in-progress"}}],
    ),
    record("CareTeam", "t1", status="active", subject=WHO, category=category("longitudinal")),
    record("Condition", "d1", subject=WHO, code=CODE, category=category("problem-list-item")),
    record("Condition", "d2", subject=WHO, code=CODE, category=category("encounter-diagnosis")),
    record("Observation", "o1", status="final", subject=WHO, code=CODE, category=category("vital-signs")),
    record("Task", "k1", status="requested", intent="order", **{"for": WHO}),
    record("EpisodeOfCare", "i1", status="active", patient=WHO),
    record("ServiceRequest", "s1", status="active", intent="order", subject=WHO),
    record("Organization", "h1", name="Ward"),
    record(
        "Provenance", "v1", recorded="2026-01-01T00:00:00Z", target=[{"reference": "Goal/g1"}], agent=[{"who": WHO}]
    ),
    *(record("Flag", f"f{number}", status="active", subject=WHO, code={"text": "x"}) for number in range(60)),
    *(record("DocumentReference", f"n{number}", status="current", subject=WHO, content=[]) for number in range(12)),
)


@dataclass(frozen=True)
class Exchange:
    """One request, and what has to come of it."""

    method: str
    target: str
    status: int
    code: str = ""
    """The issue code of the OperationOutcome; `-`: no body at all."""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    shows: Callable[[Reply], object] | None = None
    """What else is looked at, and"""
    wanted: object = None
    """what it has to be."""


def get(target: str, status: int = 200, code: str = "", **more: Any) -> Exchange:
    return Exchange("GET", target, status, code, **more)


def post(body: Any, status: int = 201, code: str = "", **more: Any) -> Exchange:
    return Exchange("POST", body["resourceType"], status, code, body, **more)


def put(body: Any, status: int = 200, code: str = "", **more: Any) -> Exchange:
    return Exchange("PUT", f"{body['resourceType']}/{body['id']}", status, code, body, **more)


def bundle(kind: str, status: int, code: str = "", *entries: Any) -> Exchange:
    whole = {"resourceType": "Bundle", "type": kind, "entry": list(entries)}
    return Exchange("POST", "", status, code, whole)


def entry(method: str, url: str, resource: Any = None, **request: str) -> dict[str, Any]:
    inside = {"resource": resource} if resource else {}
    return {**inside, "request": {"method": method, "url": url, **request}}


def finds(*ids: str) -> dict[str, Any]:
    """The search has to find these, in this order."""
    return {"shows": lambda reply: tuple(reply.ids), "wanted": ids}


def element(*path: str | int) -> Callable[[Reply], object]:
    """An element of the answer; None where it is not there."""

    def shown(reply: Reply) -> object:
        value: Any = reply.json
        for step in path:
            there = step < len(value) if isinstance(step, int) else step in value
            value = value[step] if there else None
            if value is None:
                return None
        return value

    return shown


def header(name: str) -> Callable[[Reply], object]:
    return lambda reply: reply.headers.get(name)


def relative(reply: Reply) -> bool:
    return not reply.headers["Location"].startswith("http") and "/_history/" not in reply.headers["Location"]


GOAL = record("Goal", lifecycleStatus="active", subject=WHO, description={"text": "x"})
NOTE = record(
    "DocumentReference",
    status="current",
    subject=WHO,
    content=[{"attachment": {"contentType": "text/plain"}}],
    context={"encounter": [{"reference": ENCOUNTER}]},
)
ALLERGY = record("AllergyIntolerance", patient=WHO, code=CODE)
VITAL = record(
    "Observation",
    status="final",
    subject=WHO,
    encounter={"reference": ENCOUNTER},
    category=category("vital-signs"),
    code=CODE,
    effectiveDateTime="2026-11-30T10:00:00Z",
    valueQuantity=UNIT,
)
PROBLEM = record("Condition", subject=WHO, code=CODE, category=category("problem-list-item"))
TASK = record("Task", "k1", status="accepted", intent="order", **{"for": WHO})
CONSENT = record("Consent", status="active", scope={"text": "x"}, category=[{"text": "x"}], patient=WHO)
BY_KEY = {"If-None-Exist": "identifier=s|v"}
AGAIN = {"Prefer": "return=representation"}


def status(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def without(resource: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in names}


EPIC: dict[str, tuple[Exchange, ...]] = {
    "types": (
        post(GOAL, 405, "not-supported"),
        put({**GOAL, "id": "g1"}, 405, "not-supported"),
        post(without(TASK, "id"), 405, "not-supported"),
        get("Provenance?target=Goal/g1", 405, "not-supported"),
        get("RiskAssessment?patient=p1", 404, "not-supported"),
        get("Provenance/v1"),
        get("Goal/g1"),
        put(TASK),
    ),
    "no-bundles": (bundle("transaction", 405, "not-supported"), bundle("batch", 405, "not-supported"), get("Goal/g1")),
    "not-granted": (
        post(record("Communication", status="completed", subject=WHO), 403, "-"),
        post(record("ServiceRequest", status="active", intent="order", subject=WHO), 403, "-"),
        get("ServiceRequest/s1"),
        post(NOTE),
    ),
    "observation-search": (
        get("Observation?patient=p1", 400, "required"),
        get("Observation?patient=p1&category=vital-signs", **finds("o1")),
        get("Observation?patient=p1&code=29463-7", **finds("o1")),
    ),
    "care-plan-search": (
        get("CarePlan?patient=p1", 400, "required"),
        get("CarePlan?patient=p1&category=assess-plan", 400, "required"),
        get("CarePlan?patient=p1&category=http://snomed.info/sct|38717003"),
        get("CarePlan?patient=p1&category=38717003", **finds("c1")),
    ),
    "care-team-search": (
        get("CareTeam?patient=p1", 400, "required"),
        get("CareTeam?patient=p1&category=episode", 400, "required"),
        get("CareTeam?patient=p1&category=longitudinal", **finds("t1")),
        get("CareTeam/t1"),
    ),
    "one-category": (
        get("Condition?patient=p1&category=problem-list-item,encounter-diagnosis", 400, "invalid"),
        get("Condition?patient=p1&category=problem-list-item", **finds("d1")),
        get("Condition?patient=p1", **finds("d1", "d2")),
    ),
    "no-sort": (get("Flag?patient=p1&_sort=date", 400, "not-supported"), get("Flag?patient=p1")),
    "modifiers": (
        get("Task?patient=p1&status:not=completed", 400, "not-supported"),
        get("Task?patient=p1&_total=accurate", 400, "not-supported"),
        get("Task?patient=p1&_offset=1", 400, "not-supported"),
        get("Task?patient=p1&status=requested,accepted", **finds("k1")),
    ),
    "parameters": (
        get("Task?_tag=x", 400, "not-supported"),
        get("Task?patient=p1&_lastUpdated=gt2020", 400, "not-supported"),
        get("Organization?name=Ward", 400, "not-supported"),
        get("Organization?_id=h1", **finds("h1")),
    ),
    "reverse-includes": (
        get("Patient?_id=p1&_revinclude=Flag:patient", 400, "not-supported"),
        get("Goal?_id=g1&_revinclude=Provenance:target", shows=lambda reply: len(reply.entries), wanted=2),
    ),
    "no-conditions": (
        post(NOTE, headers=BY_KEY),
        post(NOTE, headers=BY_KEY),
        get(f"DocumentReference?encounter={ENCOUNTER}", shows=lambda reply: len(reply.ids) >= 2, wanted=True),
        put({**TASK, "id": "new"}, 404, "not-found"),
        put(TASK),
    ),
    "no-versions": (
        get("Task/k1", shows=header("ETag"), wanted=None),
        get("Task/k1", shows=element("meta", "versionId"), wanted=None),
        put({**TASK, "status": "in-progress"}, headers={"If-Match": 'W/"77"'}),
        get("Task/k1", shows=element("status"), wanted="in-progress"),
    ),
    "answers": (
        post(NOTE, code="-", shows=relative, wanted=True),
        post(NOTE, headers=AGAIN, shows=element("resourceType"), wanted="DocumentReference"),
    ),
    "provisional": (
        post({**PROBLEM, "verificationStatus": status("confirmed")}, 422, "business-rule"),
        post({**PROBLEM, "verificationStatus": status("provisional")}),
        post(
            PROBLEM,
            headers=AGAIN,
            shows=element("verificationStatus", "coding", 0, "code"),
            wanted="provisional",
        ),
    ),
    "holding-tank": (
        post(ALLERGY),
        get("AllergyIntolerance?patient=p1", **finds()),
        post(PROBLEM),
        get("Condition?patient=p1", shows=lambda reply: len(reply.ids) > 2, wanted=True),
    ),
    "vital-signs": (
        post(without(VITAL, "encounter"), 400, "invariant"),
        post({**VITAL, "category": category("survey")}, 422, "business-rule"),
        post(VITAL),
        post(VITAL, 400, "duplicate"),
        post({**VITAL, "effectiveDateTime": "2026-11-30T11:00:00Z"}),
    ),
    "note-encounter": (post(without(NOTE, "context"), 400, "invariant"), post(NOTE)),
    "questionnaires": (
        post(record("QuestionnaireResponse", status="completed", questionnaire="http://x/q"), 422, "business-rule"),
        post(record("QuestionnaireResponse", status="completed", subject=WHO), 400, "invariant"),
        post(record("QuestionnaireResponse", status="completed", questionnaire="Questionnaire/assigned")),
    ),
    "pages": (get("Flag?patient=p1", shows=lambda reply: len(reply.ids), wanted=60),),
    "empty": (
        get("Flag?patient=p2", shows=element("entry", 0, "resource", "resourceType"), wanted="OperationOutcome"),
        get("Flag?patient=p1", shows=element("entry", 0, "resource", "resourceType"), wanted="Flag"),
    ),
    "hidden": (get("Goal?patient=p1", **finds("g1")), get("Goal/g2", 403, "-"), get("Goal/g1")),
}

ORACLE: dict[str, tuple[Exchange, ...]] = {
    "types": (
        get("Task?patient=p1", 404, "not-supported"),
        get("EpisodeOfCare?patient=p1", 404, "not-supported"),
        post(GOAL, 405, "not-supported"),
        put({**GOAL, "id": "g1"}, 405, "not-supported"),
        get("Goal/g1"),
        post(PROBLEM),
    ),
    "no-bundles": (
        bundle("transaction", 405, "not-supported"),
        bundle("batch", 405, "not-supported"),
        Exchange("POST", "Goal/_search?patient=p1", 405, "not-supported"),
        get("Goal?patient=p1"),
    ),
    "parameters": (
        get("Observation?patient=p1&status=final", 400, "not-supported"),
        get("Condition?identifier=s|v", 400, "not-supported"),
        get("Goal?patient=p1&_tag=x", 400, "not-supported"),
        get("Patient?identifier=s|v", **finds("p1")),
    ),
    "who": (
        get("Goal?target-date=ge2026-01-01", 400, "required"),
        get("Appointment?patient=p1", 400, "required"),
        get("Goal?_id=g1", **finds("g1")),
        get("Condition?patient=p1&category=problem-list-item", **finds("d1")),
    ),
    "care-plan-search": (
        get("CarePlan?patient=p1", 400, "required"),
        get("CarePlan?patient=p1&category=38717003", 400, "required"),
        get("CarePlan?patient=p1&category=assess-plan", **finds("c1")),
    ),
    "date-pair": (
        get("CarePlan?patient=p1&category=assess-plan&date=ge2026-01-01", 400, "required"),
        get("CarePlan?patient=p1&category=assess-plan&date=ge2025-01-01&date=le2027-01-01", **finds("c1")),
    ),
    "id-alone": (
        get("Goal?_id=g1&patient=p1", 400, "invalid"),
        get("Goal?_id=g1&_revinclude=Provenance:target", shows=lambda reply: len(reply.entries), wanted=2),
    ),
    "includes": (
        get("Goal?patient=p1&_include=Goal:patient", 400, "not-supported"),
        get("Patient?_id=p1&_revinclude=Observation:patient", 400, "not-supported"),
        get("Goal?patient=p1&_revinclude=Provenance:target", **finds("g1", "g2")),
    ),
    "modifiers": (
        get("Encounter?patient=p1&_sort=date", 400, "not-supported"),
        get("Encounter?patient=p1&_total=accurate", 400, "not-supported"),
        get("Encounter?patient=p1&_offset=1", 400, "not-supported"),
        get("Encounter?patient=p1&status:not=finished", 400, "not-supported"),
        get("Encounter?patient=p1&status:missing=true", 400, "not-supported"),
        get("Encounter?patient=p1&status=in-progress", **finds("e1")),
    ),
    "activities": (
        get("CarePlan/c1", shows=element("activity"), wanted=None),
        get("CarePlan?_id=c1", shows=element("entry", 0, "resource", "activity"), wanted=None),
        get("CarePlan/c1", shows=element("intent"), wanted="plan"),
    ),
    "pages": (
        get("DocumentReference?patient=p1", shows=lambda reply: len(reply.ids), wanted=10),
        get("DocumentReference?patient=p1&_count=100", shows=lambda reply: len(reply.ids), wanted=12),
    ),
    "no-conditions": (
        post(ALLERGY, headers=BY_KEY),
        post(ALLERGY, headers=BY_KEY),
        get("AllergyIntolerance?patient=p1", shows=lambda reply: len(reply.ids), wanted=2),
        put({**PROBLEM, "id": "new"}, 404, "not-found"),
    ),
    "stale": (
        put({**PROBLEM, "id": "d1"}, 409, "conflict", headers={"If-Match": 'W/"77"'}),
        put({**PROBLEM, "id": "d1"}, headers={"If-Match": 'W/"1"'}),
    ),
    "if-match-wanted": (
        put({**PROBLEM, "id": "d2"}, 412, "required"),
        put({**PROBLEM, "id": "d2"}, headers={"If-Match": 'W/"1"'}),
    ),
    "answers": (
        post(PROBLEM, code="-", shows=lambda reply: "/_history/" in reply.headers["Location"], wanted=False),
        post(PROBLEM, headers=AGAIN, shows=element("resourceType"), wanted="Condition"),
    ),
    "elements": (
        post(record("Provenance", recorded="2026-01-01T00:00:00Z", activity={"text": "x"}), 422, "business-rule"),
        post(record("Provenance", recorded="2026-01-01T00:00:00Z", meta={"tag": [{"code": "x"}]})),
        post(
            {**PROBLEM, "identifier": [{"value": "v"}]},
            headers=AGAIN,
            shows=element("identifier"),
            wanted=None,
        ),
        post({**PROBLEM, "onsetString": "long ago"}, headers=AGAIN, shows=element("onsetString"), wanted="long ago"),
    ),
    "condition-categories": (
        post({**PROBLEM, "category": category("health-concern")}, 422, "business-rule"),
        post({**PROBLEM, "category": category("encounter-diagnosis")}),
    ),
    "missing": (
        get("Encounter/e2", 500, "required", shows=element("issue", 0, "severity"), wanted="fatal"),
        get("Encounter?patient=p2", 500, "required"),
        get("Encounter?patient=p1", **finds("e1")),
    ),
}

FUT: dict[str, tuple[Exchange, ...]] = {
    "types": (
        get("Encounter?patient=p1", 404, "not-supported"),
        get("Flag?patient=p1", 404, "not-supported"),
        post(record("CarePlan", status="active", intent="plan", subject=WHO), 400, "not-supported"),
        post(record("Observation", status="final", code=CODE), 400, "not-supported"),
        post(record("Provenance", recorded="2026-01-01T00:00:00Z"), 400, "not-supported"),
        put(TASK, 400, "not-supported"),
        put(record("EpisodeOfCare", "i1", status="finished", patient=WHO), 400, "not-supported"),
        get("Condition?patient=p1", 400, "not-supported"),
        get("Condition/d1"),
        post(without(TASK, "id")),
        post(GOAL),
    ),
    "parameters": (
        get("EpisodeOfCare?date=ge2020", 400, "not-supported"),
        get("EpisodeOfCare?_lastUpdated=ge2020", 400, "not-supported"),
        get("EpisodeOfCare?patient=p1", **finds("i1")),
    ),
    "transaction": (
        bundle("transaction", 400, "not-supported", entry("POST", "Task", without(TASK, "id"))),
        bundle("transaction", 400, "not-supported", entry("PUT", "EpisodeOfCare/i1", record("EpisodeOfCare", "i1"))),
        bundle(
            "transaction",
            200,
            "",
            entry("POST", "CarePlan", record("CarePlan", status="active", intent="plan", subject=WHO)),
            entry("POST", "Goal", GOAL),
        ),
    ),
    "most-entries": (
        bundle("transaction", 400, "invalid", *[entry("POST", "Goal", GOAL)] * 101),
        bundle("transaction", 200, "", *[entry("POST", "Goal", GOAL)] * 100),
    ),
    "no-batch": (
        bundle("batch", 400, "not-supported", entry("GET", "Goal/g1")),
        bundle("transaction", 200, "", entry("GET", "Goal/g1")),
    ),
    "no-conditions": (
        bundle("transaction", 400, "not-supported", entry("POST", "Goal", GOAL, ifNoneExist="identifier=s|v")),
        post(CONSENT, headers={"If-None-Exist": "identifier=s|none"}),
        put({**GOAL, "id": "new"}, 404, "not-found"),
    ),
    "versions": (
        get("metadata", shows=lambda reply: "versioning" in reply.json["rest"][0]["resource"][0], wanted=False),
        get("Goal/g1", shows=header("ETag"), wanted='W/"1"'),
        put({**GOAL, "id": "g1"}, 412, "conflict", headers={"If-Match": 'W/"77"'}),
        put({**GOAL, "id": "g1"}, headers={"If-Match": 'W/"1"'}),
    ),
    "offset": (get("Goal?patient=p1&_offset=1", 400, "not-supported"), get("Goal?patient=p1&_count=1")),
}

BARE: dict[str, tuple[Exchange, ...]] = {
    "types": (
        Exchange("DELETE", "Flag/f0", 405, "not-supported"),
        get("Flag/f0/_history", 405, "not-supported"),
        post(GOAL),
        put({**GOAL, "id": "g1"}),
    ),
    "no-bundles": (
        bundle("transaction", 405, "not-supported"),
        bundle("batch", 405, "not-supported"),
        Exchange("POST", "Goal/_search?patient=p1", 200),
    ),
    "no-conditions": (
        post(GOAL, headers=BY_KEY),
        post(GOAL, headers=BY_KEY),
        put({**GOAL, "id": "g1"}, headers={"If-Match": 'W/"77"'}),
        put({**GOAL, "id": "new"}, 404, "not-found"),
        get("Goal?patient=p1", shows=lambda reply: len(reply.ids), wanted=4),
    ),
    "no-versions": (
        get("Goal/g1", shows=header("ETag"), wanted=None),
        get("Goal/g1", shows=element("meta", "versionId"), wanted=None),
        get("Goal/g1", shows=element("description", "text"), wanted="walk"),
    ),
    "no-includes": (
        get("Goal?patient=p1&_include=Goal:patient", 400, "not-supported"),
        get("Patient?_id=p1&_revinclude=Goal:patient", 400, "not-supported"),
        get("Goal?patient=p1&_offset=1", 400, "not-supported"),
        get("Goal?patient=p1&_sort=_id", **finds("g1", "g2")),
    ),
}

OUTSIDE: frozenset[tuple[str, str]] = frozenset({("oracle", "tokens")})
"""Rows about what stands in front of a FHIR server; `tests/faces/web/test_tiny_ehr.py` has them."""

EXCHANGES: Mapping[str, Mapping[str, tuple[Exchange, ...]]] = {
    "bare": BARE,
    "epic": EPIC,
    "fut": FUT,
    "oracle": ORACLE,
}
