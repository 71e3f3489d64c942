"""Tries whether each type that the steps create can be created, by creating one about nobody (rule R6).

A token may lack a scope that the statement does not know of. Each resource is marked as entered in error from the
start (a RelatedPerson, which has no status, as not active), and what is there afterward is searched by its key
(`doctor.known`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from carefhir.doctor.bench import NO_PATIENT, WORDS, WRONG, Bench, creating, place_of, said, written
from carefhir.doctor.probe import Observed, page_of
from carefhir.fhir.codec import Json
from carefhir.fhir.commit import record_of
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import Failure, Flow, Response, exchange, get

_LONG_AGO = "2000-01-01T00:00:00Z"
_TEXT: Json = {"text": WORDS}
_NOBODY: Json = {"display": WORDS}
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"

_OF_TYPE: Mapping[str, Json] = {
    "Appointment": {
        "status": WRONG,
        "start": _LONG_AGO,
        "end": _LONG_AGO,
        "participant": [{"actor": NO_PATIENT, "status": "declined"}],
    },
    "CarePlan": {"status": WRONG, "intent": "plan", "subject": NO_PATIENT},
    "CareTeam": {"status": WRONG},
    "Claim": {
        "status": WRONG,
        "type": _TEXT,
        "use": "preauthorization",
        "patient": NO_PATIENT,
        "created": "2026-01-01",
        "provider": _NOBODY,
        "priority": _TEXT,
        "insurance": [{"sequence": 1, "focal": True, "coverage": _NOBODY}],
    },
    "Communication": {"status": WRONG},
    "CommunicationRequest": {"status": WRONG},
    "Condition": {"verificationStatus": {"coding": [{"system": _VERIFIED, "code": WRONG}]}, "subject": NO_PATIENT},
    "Consent": {
        "status": WRONG,
        "scope": {"coding": [{"system": _SCOPE, "code": "treatment"}]},
        "category": [_TEXT],
        "policyRule": _TEXT,
    },
    "DetectedIssue": {"status": WRONG},
    "DeviceRequest": {"status": WRONG, "intent": "proposal", "codeCodeableConcept": _TEXT, "subject": NO_PATIENT},
    "DocumentReference": {"status": WRONG, "content": [{"attachment": {"title": WORDS}}]},
    "EpisodeOfCare": {"status": WRONG, "patient": NO_PATIENT},
    "Flag": {"status": WRONG, "code": _TEXT, "subject": NO_PATIENT},
    "Goal": {"lifecycleStatus": WRONG, "description": _TEXT, "subject": NO_PATIENT},
    "List": {"status": WRONG, "mode": "working"},
    "MedicationStatement": {"status": WRONG, "medicationCodeableConcept": _TEXT, "subject": NO_PATIENT},
    "Observation": {"status": WRONG, "code": _TEXT},
    "QuestionnaireResponse": {"status": WRONG},
    "RelatedPerson": {"active": False, "patient": NO_PATIENT},
    "RiskAssessment": {"status": WRONG, "subject": NO_PATIENT},
    "ServiceRequest": {"status": WRONG, "intent": "proposal", "code": _TEXT, "subject": NO_PATIENT},
    "SupplyDelivery": {"status": WRONG},
}
"""The least that R4 asks of each type, about nobody."""


def trial_types(types: Iterable[str]) -> list[str]:
    """Of these types, those that can be tried, each once."""
    return [one for one in dict.fromkeys(types) if one in _OF_TYPE]


def try_types(bench: Bench, types: Sequence[str]) -> Flow[list[Observed]]:
    """Creates one of each type. `value` lists the types that may not be created, though it is stated."""
    tried = trial_types(types)
    requests = [
        creating(bench, bench.made(f"one {type_}", _OF_TYPE[type_], type_=type_), bench.match(f"one {type_}"))
        for type_ in tried
    ]
    answers = yield from exchange(requests)
    yield from _kept(bench, tried, answers)
    refused = {one: answer for one, answer in zip(tried, answers, strict=True) if not written(answer)}
    closed = [one for one, answer in refused.items() if isinstance(answer, Response) and answer.status in NOT_ALLOWED]
    unclear = [one for one in refused if one not in closed]
    words = [f"{type_}: {said(refused[type_])}" for type_ in (*closed, *unclear)]
    words.append(f"{len(tried) - len(refused)} of {len(tried)} created")
    asked = "POST one about nobody of each type that the steps create"
    holds = False if closed else None if unclear else True
    return [Observed("create of types", asked, "; ".join(words), holds, value=" ".join(closed))] if tried else []


NOT_ALLOWED = (401, 403, 404, 405)
"""Answers that mean no, whoever the resource is about; 400 and 422 may mean that a real patient is wanted."""


def _kept(bench: Bench, types: Sequence[str], answers: Sequence[Response | Failure]) -> Flow[None]:
    """Reads what was made, at the place that was answered, and by its key for an answer may be lost."""
    places = [place for one in answers if written(one) and (place := place_of(one, bench.home))]
    searches = [f"{one}?{bench.match(f'one {one}')}" for one in types]
    answers = yield from retrying(exchange(get(one, home=bench.home.name) for one in (*places, *searches)))
    for answer in answers[: len(places)]:
        record = record_of(answer, bench.home)
        if record is not None:
            bench.records[record.reference] = record
    for type_, answer in zip(types, answers[len(places) :], strict=True):
        page, _ = page_of(answer, bench.home)
        mine = [one for one in page.records if bench.carries(one, f"one {type_}")] if page else []
        bench.records.update((one.reference, one) for one in mine)
