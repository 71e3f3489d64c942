"""For each row of the shape of a server that was tried: how it answers there, and what works beside it."""

from __future__ import annotations

from typing import Any

from .client import Reply
from .shape_exchanges import (
    BY_KEY,
    ENCOUNTER,
    GOAL,
    WHO,
    Exchange,
    bundle,
    element,
    entry,
    finds,
    get,
    post,
    put,
    record,
)

STALE = {"If-Match": 'W/"77"'}
KEYED = {**GOAL, "identifier": [{"system": "s", "value": "v"}]}
ANOTHER = {**GOAL, "identifier": [{"system": "s", "value": "w"}]}
RISK = record("RiskAssessment", status="final", subject=WHO, prediction=[{"outcome": {"text": "back in hospital"}}])
LIKELY = {**RISK, "prediction": [{"outcome": {"text": "back in hospital"}, "probabilityDecimal": 0.2}]}
VISIT = record(
    "Encounter",
    status="finished",
    subject=WHO,
    identifier=[{"system": "s", "value": "visit"}],
    **{"class": {"code": "AMB"}},
)


def count(reply: Reply) -> int:
    return len(reply.ids)


def included(reply: Reply) -> int:
    return len(reply.resources("include"))


def in_batch(reply: Reply) -> object:
    """How many a search in a batch gives, and where the next page is."""
    found: Any = reply.json["entry"][0]["resource"]
    return len(found.get("entry", [])), [each for each in found.get("link", []) if each["relation"] == "next"]


VERSIONED = (
    get("metadata", shows=element("rest", 0, "resource", 0, "versioning"), wanted="versioned"),
    put({**GOAL, "id": "g1"}, 412, "conflict", headers=STALE),
    put({**GOAL, "id": "g1"}, headers={"If-Match": 'W/"1"'}),
)
"""No `versioned-update` is stated, and a stale version is refused all the same."""

AT_ONCE = (
    post(KEYED, headers=BY_KEY),
    post(KEYED, headers=BY_KEY),
    get("Goal?identifier=s|v", shows=count, wanted=2),
    get("Goal?patient=p1", shows=count, wanted=4),
)
"""The second does not see what the first has just made."""

PROBABLE = (
    post(RISK, 400),
    post(LIKELY),
)

NO_REVERSE = (
    get("metadata", shows=element("rest", 0, "resource", 0, "searchRevInclude"), wanted=None),
    get("Patient?_id=p1", **finds("p1")),
)

HELIOS: dict[str, tuple[Exchange, ...]] = {
    "versions": (
        *VERSIONED,
        bundle("transaction", 400, "", entry("PUT", "Goal/g1", {**GOAL, "id": "g1"}, ifMatch='W/"77"')),
    ),
    "at-once": (
        *AT_ONCE,
        bundle("transaction", 200, "", *[entry("POST", "Goal", ANOTHER, ifNoneExist="identifier=s|w")] * 2),
        get("Goal?identifier=s|w", shows=count, wanted=1),
    ),
    "unknown-parameters": (
        get("Goal?patient=p1&nobody-knows-it=1", **finds("g1", "g2")),
        get("Goal?patient=p2", **finds()),
    ),
    "pages": (
        get("Flag?patient=p1", shows=count, wanted=20),
        get("Flag?patient=p1&_count=60", shows=count, wanted=60),
        get("Patient?_id=p1&_revinclude=Flag:patient", shows=included, wanted=60),
    ),
}

MEDPLUM: dict[str, tuple[Exchange, ...]] = {
    "not-atomic": (
        bundle(
            "transaction",
            200,
            "",
            entry("POST", "Goal", KEYED),
            entry("PUT", "Goal/g1", {**GOAL, "id": "g1"}, ifMatch='W/"77"'),
        ),
        get("Goal?identifier=s|v", shows=count, wanted=1),
        get("Goal/g1", shows=element("description", "text"), wanted="walk"),
    ),
    "versions": VERSIONED,
    "probability": PROBABLE,
    "reverse-includes": NO_REVERSE,
}

MEDPLUM_TRANSACTIONS: dict[str, tuple[Exchange, ...]] = {
    "most-entries": (
        bundle("transaction", 400, "", *[entry("POST", "Goal", GOAL)] * 9),
        get("Goal?patient=p1", shows=count, wanted=2),
        bundle("transaction", 200, "", *[entry("POST", "Goal", GOAL)] * 8),
    ),
    "versions": VERSIONED,
    "probability": PROBABLE,
    "reverse-includes": NO_REVERSE,
}

WSO2: dict[str, tuple[Exchange, ...]] = {
    "at-once": AT_ONCE,
    "batch-pages": (
        get("Flag?patient=p1&_count=50", shows=count, wanted=50),
        Exchange(
            "POST",
            "",
            200,
            body={
                "resourceType": "Bundle",
                "type": "batch",
                "entry": [entry("GET", "Flag?patient=p1&_count=50")],
            },
            shows=in_batch,
            wanted=(20, []),
        ),
    ),
    "encounter-identifier": (
        post(VISIT),
        get("Encounter?identifier=s|visit", **finds()),
        get("Encounter?patient=p1", shows=count, wanted=2),
        get(ENCOUNTER),
        get("Patient?identifier=s|v", **finds("p1")),
    ),
    "versions": VERSIONED,
}

TRIED = {"helios": HELIOS, "medplum": MEDPLUM, "medplum-transactions": MEDPLUM_TRANSACTIONS, "wso2": WSO2}
