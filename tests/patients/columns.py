"""What became of a patient's journey, as the columns of `expected.tsv`.

Read from what stands on the server; refusals, warnings and the medicines' worksheet from what was said.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from carefhir.codes import CARE_GOAL, CHECK_IN_ITEM, CLOCK_DATE, CONTRADICTION, TASK
from carefhir.content.loading import all_parts, extensions, parts_of
from carefhir.engine.results import Done, Refused, Result
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record, codings
from carefhir.mappers import provenance
from carefhir.mappers.risk_assessment import LACE_EXTENSION
from tests.patients.journey import Person
from tests.patients.ward import Story

Json = dict[str, Any]

WITHHELD = "no LACE score: "


def outcome(story: Story) -> dict[str, str]:
    """All columns."""
    who, results, standing = story.who, story.results, story.written
    return {**arrived(who, results, standing), **cared_for(results, standing)}


def cared_for(results: dict[str, Result], standing: list[Json]) -> dict[str, str]:
    """From the tier to the check-in."""
    goals = _codes(standing, "Goal", "description", CARE_GOAL)
    against = _codes(standing, "DetectedIssue", "code", CONTRADICTION)
    return {
        "tier": _tier(standing),
        "pathways": _pathways(standing),
        "goals": " ".join(goals) or "-",
        "items": str(_items(results)),
        "first": str(_first(results, standing)),
        "against": " ".join(sorted(against)) or "-",
        "medicines": worksheet(results.get("medicines")),
        "check-in": " ".join(_triage(standing)) or "-",
        "judged": "; ".join(one.partition(".")[0] for one in said(results.get("goals")) if ": no-change" in one) or "-",
    }


def _pathways(standing: list[Json]) -> str:
    """The pathways that the plan follows, by the ids of their PlanDefinitions, as its receipts name them."""
    receipts = (Record(encode(one)) for one in standing if one["resourceType"] == "Provenance")
    used = {url.partition("|")[0] for receipt in receipts for url in provenance.artefacts_of(receipt)}
    ids = sorted(url.rpartition("/pathway-")[2] for url in used if "/pathway-" in url)
    return ", ".join(id_.replace("-", " ") for id_ in ids) or "-"


def _tier(standing: list[Json]) -> str:
    """The tier with its categories of need, as `at least rising A D`."""
    for one in standing:
        for extension in extensions(one, "tier") if one["resourceType"] == "RiskAssessment" else ():
            parts = parts_of(extension)
            words = ["at least"] if parts["atLeast"] else []
            return " ".join((*words, parts["tier"], *all_parts(extension, "category")))
    return "-"


def _codes(standing: list[Json], type_: str, path: str, system: str) -> list[str]:
    found = [one for one in standing if one["resourceType"] == type_]
    return sorted(code for one in found for of, code in codings(one, path) if of == system)


def _items(results: dict[str, Result]) -> int:
    plan = results.get("plan")
    return len([one for one in plan.written if one.part.startswith("item/")]) if isinstance(plan, Done) else 0


def _first(results: dict[str, Result], standing: list[Json]) -> int:
    """How many items of the plan start in its first two weeks."""
    plan = results.get("plan")
    if not isinstance(plan, Done):
        return 0
    items = {line.reference for line in plan.written if line.part.startswith("item/")}
    starts = [_start(one) for one in standing if f"{one['resourceType']}/{one['id']}" in items]
    return len([day for day in starts if (day - min(starts)).days < 14])


def _start(item: Json) -> date:
    """The day on which an item starts."""
    period = item.get("restriction", {}).get("period") or item.get("occurrencePeriod") or item["requestedPeriod"][0]
    return date.fromisoformat(period["start"])


def _triage(standing: list[Json]) -> list[str]:
    found = [one for one in standing if (f"{CHECK_IN_ITEM}", "triage") in codings(one, "code")]
    return [code for one in found for _, code in codings(one, "valueCodeableConcept")]


def worksheet(result: Result | None) -> str:
    """The medicines side by side: how many are the same, how many differ and how, what was for the hospital only, and
    which orders have ended without a date."""
    if not isinstance(result, Refused):
        return "done" if isinstance(result, Done) else "-"
    counts: Counter[str] = Counter()
    for one in result.why:
        head, _, listed = one.partition(": ")
        kind = head.rpartition("(")[2].rstrip(")") if head.endswith(")") else ""
        if head.startswith("the same") or head == "given in the hospital only":
            counts["same" if head.startswith("the same") else "in hospital"] = len(listed.split(", "))
        elif head.startswith("more than one"):
            counts["twice in a class"] += 1
        elif "ended on an unknown day" in one:
            counts["ended"] += 1
        elif kind and not kind.startswith(("decisions", "MedicationRequest")):
            counts[kind] += 1
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing on record"


def arrived(who: Person, results: dict[str, Result], standing: list[Json]) -> dict[str, str]:
    """From enrolment to the open transition."""
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
        "withheld": next(
            (one.partition("no LACE score: ")[2] for one in said(opened) if "no LACE score: " in one), "-"
        ),
        "warnings": "; ".join(opened.told.warnings) if isinstance(opened, Done) and opened.told.warnings else "-",
    }


def said(result: Result | None) -> tuple[str, ...]:
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
