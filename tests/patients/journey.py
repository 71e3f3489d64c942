"""Three steps for one patient, 24 hours after their last stay ended, and what stands on the server afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from carefhir import runner
from carefhir.catalog import step_for
from carefhir.codes import ACT_KEY, BASE, CLOCK_DATE, STEP_KEY, TASK
from carefhir.content import stays
from carefhir.content.loading import load
from carefhir.content.stays import Stay
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import encounter
from carefhir.mappers.encounter import EncounterView
from carefhir.mappers.risk_assessment import LACE_EXTENSION
from carefhir.occasion import Actor, Occasion
from carefhir.results import Done, Refused, Result
from carefhir.steps import Command
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.supervision.enroll import Enroll
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.patients import synthea
from tests.support.backends import Backend

Json = dict[str, Any]

ZONE = ZoneInfo("America/New_York")
"""Where Synthea's Massachusetts is."""
LOINC = "http://loinc.org"
OFTEN = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
"""PHQ-9: not at all, several days, more than half the days, nearly every day (0 to 3)."""
PHQ_9 = "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8".split()
ANSWERS = (2, 2, 2, 2, 1, 1, 2, 2, 0)
HUNGER = (("88122-7", "LA6729-3"), ("88123-5", "LA28398-8"))
"""Hunger Vital Sign: sometimes true, never true."""
STEPS = ("enroll", "phq-9", "hunger", "transition")


@dataclass(frozen=True)
class Person:
    """One patient on one server, and when their story is told."""

    key: str
    reference: str
    stay: Stay | None
    named: EncounterView
    now: datetime


@dataclass
class Ward:
    """Everybody on one server, after the steps were run once and once more."""

    backend: Backend
    people: dict[str, Person] = field(default_factory=dict)
    first: dict[str, dict[str, Result]] = field(default_factory=dict)
    seen: dict[str, list[Json]] = field(default_factory=dict)
    again: dict[str, dict[str, Result]] = field(default_factory=dict)
    seen_again: dict[str, list[Json]] = field(default_factory=dict)
    written: dict[str, list[Json]] = field(default_factory=dict)
    """What carries our tags after the first run, receipts among it."""


def person(backend: Backend, key: str, synthea_id: str) -> Person:
    """The patient, their last stay as the stay finder sees it, and the moment 24 hours after it."""
    reference = synthea.find_patient(backend, synthea_id)
    content = load()
    views = [encounter.read(Record(encode(one))) for one in backend.search(f"Encounter?patient={reference}&_count=500")]
    inside = [one for one in views if stays.is_facility(stays.setting_of(content, one))]
    ended = [one for one in inside or views if one.end]
    last = max(ended, key=lambda one: (one.end, one.reference))
    stay = stays.stay_of(content, last, views, 24)
    end = stay.end if stay else last.end
    assert end is not None
    # any Encounter of a stay names it: the first here, not the one it ends with
    named = stay.encounters[0] if stay else last
    return Person(key, reference, stay, named, (end + timedelta(hours=24)).astimezone(ZONE))


def commands(who: Person, care_manager: str, supervising_provider: str) -> dict[str, Command]:
    """The steps, in their order."""
    return {
        "enroll": Enroll(
            patient=who.reference,
            program="care-management",
            care_manager=care_manager,
            supervising_provider=supervising_provider,
            consent="verbal",
            reason="home after a stay",
            care_manager_discipline="RN",
        ),
        "phq-9": RecordAssessment(patient=who.reference, response=phq_9(who)),
        "hunger": RecordAssessment(patient=who.reference, response=hunger(who)),
        "transition": OpenTransition(patient=who.reference, encounter=who.named.reference),
    }


def run(
    backend: Backend, who: Person, care_manager: str, steps: dict[str, Command], later: int = 0
) -> dict[str, Result]:
    """Runs the steps, acted by the care manager."""
    occasion = Occasion(who.now + timedelta(minutes=later), Actor(care_manager), load(), ZONE)
    server = backend.server()
    return {
        name: backend.run(runner.run(step_for(command), command, occasion, server)) for name, command in steps.items()
    }


def phq_9(who: Person) -> Json:
    items = [_item(item, OFTEN[points]) for item, points in zip(PHQ_9, ANSWERS, strict=True)]
    return _response(who, "phq-9", items)


def hunger(who: Person) -> Json:
    return _response(who, "hunger-vital-sign", [_item(item, code) for item, code in HUNGER])


def _item(item: str, code: str) -> Json:
    return {"linkId": item, "answer": [{"valueCoding": {"system": LOINC, "code": code}}]}


def _response(who: Person, name: str, items: list[Json]) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": "https://example.org/fhir/sid/response", "value": f"{who.key}-{name}"},
        "questionnaire": f"{BASE}/Questionnaire/{name}|0.1.0",
        "status": "completed",
        "subject": {"reference": who.reference},
        "authored": who.now.isoformat(),
        "source": {"reference": who.reference},
        "item": items,
    }


def written(backend: Backend, seen: list[Json], results: dict[str, Result]) -> list[Json]:
    """What carries our tags among all that was seen of this patient; and the receipts, by the references given."""
    return [one for one in seen if synthea.is_ours(one)] + [
        backend.get(one.receipt) for one in results.values() if isinstance(one, Done)
    ]


def names(resources: list[Json]) -> list[str]:
    return sorted(f"{one['resourceType']}/{one['id']}" for one in resources)


# ---- the outcome, as the columns of expected.tsv


def outcome(who: Person, results: dict[str, Result], standing: list[Json]) -> dict[str, str]:
    """What became of a patient, read from what stands on the server; refusals and warnings from what was said."""
    opened = results["transition"]
    tasks = {_code_of(one): one for one in standing if one["resourceType"] == "Task"}
    dates = _dates(tasks.get("transition", {}))
    return {
        "stay": f"{who.stay.setting.code} x{len(who.stay.encounters)}" if who.stay else "none",
        "enroll": _enrolled(results["enroll"], who),
        "phq9": _scored(results["phq-9"], who, "PHQ-9: "),
        "hunger": _scored(results["hunger"], who, "Hunger Vital Sign: "),
        "transition": _refusal(opened, who) or ("tracked" if "track-facility-stay" in tasks else "TCM"),
        "destination": _destination(opened),
        "discharge": dates.get("discharge", "-"),
        "contact": _due(tasks.get("contact-patient")),
        "visit": _due(tasks.get("book-follow-up")),
        "reconcile": _due(tasks.get("reconcile-medications")),
        "ends": dates.get("period-end", "-"),
        "lace": _lace(standing),
        "withheld": next((one.partition("withheld: ")[2] for one in said(opened) if "withheld: " in one), "-"),
        "warnings": "; ".join(opened.told.warnings) if isinstance(opened, Done) and opened.told.warnings else "-",
    }


def said(result: Result) -> tuple[str, ...]:
    return result.told.says if isinstance(result, Done | Refused) else ()


def _refusal(result: Result, who: Person) -> str:
    """The reasons with the references in them named by what they are: ids differ from server to server."""
    if isinstance(result, Done):
        return ""
    assert isinstance(result, Refused), result
    assert result.kept is None
    why = "; ".join(result.why)
    return "refused: " + why.replace(who.reference, "the patient").replace(who.named.reference, "the encounter")


def _enrolled(result: Result, who: Person) -> str:
    due = next((one.rpartition(" ")[2] for one in said(result) if one.startswith("First assessment is due")), "?")
    return _refusal(result, who) or f"assess by {due}"


def _scored(result: Result, who: Person, prefix: str) -> str:
    return _refusal(result, who) or next(
        (one.removeprefix(prefix) for one in said(result) if one.startswith(prefix)), "?"
    )


def _code_of(task: Json) -> str:
    return next((one["code"] for one in task["code"].get("coding", []) if one["system"] == TASK), "")


def _due(task: Json | None) -> str:
    return str(task["restriction"]["period"]["end"]) if task else "-"


def _dates(parent: Json) -> dict[str, str]:
    """The clock on the parent Task; the discharge as a local day."""
    found = {}
    for one in parent.get("input", []):
        for coding in one["type"]["coding"]:
            if coding["system"] == CLOCK_DATE:
                found[coding["code"]] = str(one.get("valueDate") or one["valueDateTime"][:10])
    return found


def _destination(result: Result) -> str:
    first = next((one for one in said(result) if one.startswith("discharged ")), "")
    return first.partition(" to ")[2].partition(" (")[0] or "-"


def _lace(standing: list[Json]) -> str:
    """The parts and the total with its band, as `L4 A0-3 C0 E0 = 4-7`."""
    for one in standing:
        for extension in one.get("extension", []) if one["resourceType"] == "RiskAssessment" else []:
            if extension["url"] == LACE_EXTENSION:
                part = {x["url"]: x.get("valueString", x.get("valueInteger")) for x in extension["extension"]}
                total = part["low"] if part["low"] == part["high"] else f"{part['low']}-{part['high']}"
                band = one["prediction"][0].get("qualitativeRisk", {}).get("coding", [{}])[0].get("code", "not certain")
                names_ = zip("LACE", ("length", "acuity", "comorbidity", "emergency"), strict=True)
                return " ".join(f"{letter}{part[name]}" for letter, name in names_) + f" = {total} {band}"
    return "-"


def keys_of(resource: Json) -> list[str]:
    """Our keys on a resource."""
    identifiers = resource.get("identifier", [])
    held = identifiers if isinstance(identifiers, list) else [identifiers]
    found = [one["value"] for one in held if one.get("system") == STEP_KEY]
    return found + [one["code"] for one in resource.get("meta", {}).get("tag", []) if one.get("system") == ACT_KEY]
