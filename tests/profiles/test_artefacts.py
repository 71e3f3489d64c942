"""What holds for every artefact under `profiles/`, beyond what the HL7 validator can see.

The vectors come from the sources that the artefacts name: van Walraven 2010 (LACE), Kroenke 2001 (PHQ-9), Hager 2010
(Hunger Vital Sign), and the dates of one discharge worked out by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

PROFILES = Path(__file__).resolve().parents[2] / "profiles"
BASE = "https://carefhir.org/fhir"
SOURCE = f"{BASE}/StructureDefinition/source"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
NUBC = "http://www.nubc.org/patient-discharge"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"

DEFINITIONS = sorted((PROFILES / "definitions").rglob("*.json"))
BUNDLES = sorted((PROFILES / "examples").glob("Bundle-*.json"))


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def artefact(type_: str, id_: str) -> dict[str, Any]:
    return read(PROFILES / "definitions" / type_ / f"{type_}-{id_}.json")


def artefacts(type_: str) -> list[dict[str, Any]]:
    return [read(path) for path in DEFINITIONS if path.name.startswith(f"{type_}-")]


def own(element: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in element.get("extension", []) if one["url"] == f"{BASE}/StructureDefinition/{name}"]


def parts(extension: dict[str, Any]) -> dict[str, Any]:
    return {
        one["url"]: next((value for key, value in one.items() if key.startswith("value")), one)
        for one in extension["extension"]
    }


def codes_of(system: str) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for one in artefact("CodeSystem", system.rpartition("/")[2])["concept"]}


def properties(concept: dict[str, Any]) -> dict[str, Any]:
    return {
        one["code"]: next(value for key, value in one.items() if key.startswith("value")) for one in concept["property"]
    }


def bands(id_: str) -> list[tuple[int, int | None, dict[str, Any]]]:
    return [
        (one["range"]["low"]["value"], one["range"].get("high", {}).get("value"), one)
        for one in artefact("ObservationDefinition", id_)["qualifiedInterval"]
    ]


# ---- identity


CHANGED = frozenset(
    "check-in check-in-heart-failure check-in-diabetes-type-2 check-in-rules-everyone check-in-rules-heart-failure "
    "check-in-rules-diabetes-type-2".split()
)
"""Artefacts whose questions or rules changed since the first release."""


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_an_artefact_says_what_it_is(path: Path) -> None:
    found = read(path)
    type_, id_ = found["resourceType"], found["id"]
    assert path.name == f"{type_}-{id_}.json"
    if type_ == "ObservationDefinition":  # R4 gives it no url
        assert found["identifier"] == [{"system": f"{BASE}/sid/definition", "value": id_}]
        return
    assert found["url"] == f"{BASE}/{type_}/{id_}"
    assert found["version"] == ("0.2.0" if id_ in CHANGED else "0.1.0")
    assert (found["status"], found["experimental"]) == ("active", True)
    assert found.get("description")


@pytest.mark.parametrize("system", artefacts("CodeSystem"), ids=lambda system: system["id"])
def test_a_code_system_is_complete_and_has_its_value_set(system: dict[str, Any]) -> None:
    assert (system["content"], system["caseSensitive"]) == ("complete", True)
    assert system["valueSet"] == f"{BASE}/ValueSet/{system['id']}"
    included = artefact("ValueSet", system["id"])["compose"]["include"]
    assert [(one["system"], sorted(one)) for one in included] == [(system["url"], ["system"])]
    assert all(one.get("display") and one.get("definition") for one in system["concept"])


def test_the_lock_file_holds_no_download_addresses() -> None:
    lock = read(PROFILES / "package-lock.json")
    assert lock["packages"]
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


# ---- numbers carry their source


def numbered() -> Iterator[tuple[str, dict[str, Any]]]:
    for plan in artefacts("PlanDefinition"):
        for n, action in enumerate(plan.get("action", [])):
            yield f"{plan['id']}.action[{n}]", action
        for one in own(plan, "parameter"):
            yield f"{plan['id']}.{parts(one)['name']}", one
    for definition in artefacts("ObservationDefinition"):
        yield definition["id"], definition
    for judged in (*artefacts("Questionnaire"), *artefacts("ConceptMap")):
        yield judged["id"], judged
    for system in ("lace-comorbidity", "care-setting", "discharge-destination"):
        yield system, artefact("CodeSystem", system)


@pytest.mark.parametrize(
    ("where", "element"), list(numbered()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_number_carries_its_source_and_mark(where: str, element: dict[str, Any]) -> None:
    sources = [parts(one) for one in own(element, "source")]
    assert len(sources) == 1, where
    assert sources[0]["mark"] in set("VSDK")
    assert len(sources[0]["text"]) > 10


# ---- instruments


LOWEST = {"hits-total": 4}
"""Where the lowest total of a score is not 0."""


@pytest.mark.parametrize("gender", ["male", "female"])
@pytest.mark.parametrize("id_", [one["id"] for one in artefacts("ObservationDefinition")])
def test_bands_leave_no_gap_and_never_overlap(id_: str, gender: str) -> None:
    found = [band for band in bands(id_) if band[2].get("gender", gender) == gender]
    assert found[0][0] == LOWEST.get(id_, 0)
    for (_, high, _), (low, _, _) in pairwise(found):
        assert high is not None
        assert low == high + 1


def test_phq_9_bands_and_the_positive_ones() -> None:
    found = {one["context"]["text"]: (low, high, bool(own(one, "finding"))) for low, high, one in bands("phq-9-total")}
    assert found == {
        "minimal": (0, 4, False),
        "mild": (5, 9, False),
        "moderate": (10, 14, True),
        "moderately severe": (15, 19, True),
        "severe": (20, 27, True),
    }


PANELS = frozenset(("ahc-hrsn", "ahc-hrsn-supplemental", "prapare"))
"""Forms of several domains, each of which is scored by itself."""


@pytest.mark.parametrize(
    "instrument", [one for one in artefacts("Questionnaire") if own(one, "score")], ids=lambda one: one["id"]
)
def test_a_scored_item_is_required_and_weighed(instrument: dict[str, Any]) -> None:
    """In a panel of several domains each is scored by itself: there nothing is required, and what lacks is said."""
    items = {one["linkId"]: one for one in instrument["item"]}
    for score in own(instrument, "score"):
        scored = [one["valueString"] for one in score["extension"] if one["url"] == "item"]
        assert scored
        assert len(scored) == len(set(scored))
        for link_id in scored:
            item = items[link_id]
            assert item.get("required") or instrument["id"] in PANELS
            assert item["code"][0]["code"] == link_id
            assert any(option.get("extension", [{}])[0].get("url") == ORDINAL for option in item["answerOption"])


def test_phq_9_has_nine_items_in_order_no_total_and_one_safety_item() -> None:
    items = [one for one in artefact("Questionnaire", "phq-9")["item"] if one["type"] == "choice"]
    order = "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8 69722-7"
    assert [one["linkId"] for one in items] == order.split()
    assert [one["linkId"] for one in items if own(one, "safety-item")] == ["44260-8"]
    (safety,) = own(items[8], "safety-item")
    assert parts(safety)["above"] == 0
    assert "988" in parts(safety)["instruction"]
    weights = [[option["extension"][0]["valueDecimal"] for option in one["answerOption"]] for one in items[:9]]
    assert weights == [[0, 1, 2, 3]] * 9


@pytest.mark.parametrize("instrument", artefacts("Questionnaire"), ids=lambda one: one["id"])
def test_an_instrument_says_whose_it_is(instrument: dict[str, Any]) -> None:
    assert len(instrument["copyright"]) > 40
    if any(code["system"] == "http://loinc.org" for item in instrument["item"] for code in item.get("code", [])):
        assert "LOINC is copyright Regenstrief Institute" in instrument["copyright"]


def test_do_not_know_is_no_answer() -> None:
    for item in artefact("Questionnaire", "hunger-vital-sign")["item"]:
        for option in item.get("answerOption", []):
            assert ("extension" in option) is (option["valueCoding"]["code"] != "LA15775-2")


# ---- LACE


def test_lace_weights_are_those_of_the_paper() -> None:
    groups = {code: properties(one) for code, one in codes_of("lace-comorbidity").items()}
    by_weight: dict[int, set[str]] = {}
    for code, found in groups.items():
        by_weight.setdefault(found["weight"], set()).add(code)
    assert by_weight == {
        1: {
            "previous-myocardial-infarction",
            "cerebrovascular-disease",
            "peripheral-vascular-disease",
            "diabetes-uncomplicated",
        },
        2: {"heart-failure", "diabetes-end-organ", "chronic-lung-disease", "mild-liver-or-renal", "any-tumour"},
        3: {"dementia", "connective-tissue-disease"},
        4: {"aids", "moderate-severe-liver-or-renal"},
        6: {"metastatic-tumour"},
    }
    assert {found["supersedes"] for found in groups.values() if "supersedes" in found} <= set(groups)
    assert all(isinstance(found["history"], bool) for found in groups.values())


@pytest.mark.parametrize(
    ("days", "points"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (6, 4), (7, 5), (13, 5), (14, 7), (90, 7)]
)
def test_lace_length_of_stay(days: int, points: int) -> None:
    (found,) = [one for low, high, one in bands("lace-length") if low <= days and (high is None or days <= high)]
    assert found["context"]["coding"][0]["code"] == str(points)


def test_lace_parameters() -> None:
    found = {parts(one)["name"]: parts(one)["value"] for one in own(artefact("PlanDefinition", "lace"), "parameter")}
    assert found == {
        "acuity-emergent": 3,
        "comorbidity-cap-from": 4,
        "comorbidity-capped": 5,
        "emergency-max": 4,
    }


# ---- maps


@pytest.mark.parametrize("map_", artefacts("ConceptMap"), ids=lambda one: one["id"])
def test_a_map_leads_to_codes_that_exist_and_names_a_code_once(map_: dict[str, Any]) -> None:
    """Of a map from or to a code system of ours; published ones are not here to be looked at."""
    for group in map_["group"]:
        ours = {end: codes_of(group[end]) for end in ("source", "target") if group[end].startswith(BASE)}
        assert ours
        sources = [one["code"] for one in group["element"]]
        assert len(sources) == len(set(sources))
        assert "source" not in ours or set(sources) <= set(ours["source"])
        for element in group["element"]:
            assert all(one["code"] in ours.get("target", [one["code"]]) for one in element["target"]), element
            assert "target" in ours or all(one.get("display") for one in element["target"]), element
            assert all(one.get("comment") for one in element["target"] if one["equivalence"] == "inexact")


SDOH = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category", "sdoh"
DOMAIN = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"


def needs_found(definition: dict[str, Any]) -> set[str]:
    """The domains of the social needs that the bands of a result name; {""} where one is no social need."""
    findings = codes_of("finding")
    named = {
        extension["valueCode"]
        for interval in definition.get("qualifiedInterval", [])
        for extension in interval.get("extension", [])
        if extension["url"].endswith("/finding")
    }
    return {str(properties(findings[code]).get("domain", "")) for code in named}


@pytest.mark.parametrize("definition", artefacts("ObservationDefinition"), ids=lambda one: one["id"])
def test_a_result_that_names_social_needs_is_sorted_by_them_and_no_other_is(definition: dict[str, Any]) -> None:
    """A screen for violence is not: who looks for social needs must not come upon it."""
    codings = [(one["system"], one["code"]) for each in definition.get("category", []) for one in each["coding"]]
    domains = needs_found(definition)
    wanted = domains if "" not in domains else set()
    assert {code for system, code in codings if system == DOMAIN} == wanted
    assert (SDOH in codings) == bool(wanted)


def test_a_category_is_written_for_a_need_with_its_domain_and_for_no_other() -> None:
    groups = artefact("ConceptMap", "published-categories")["group"]
    marked = {(one["source"], each["code"]) for one in groups for each in one["element"] if one["target"] == SDOH[0]}
    needs = {(one["source"], each["code"]) for one in groups for each in one["element"] if one["target"] == DOMAIN}
    items = f"{BASE}/CodeSystem/care-item"
    assert {pair for pair in needs if pair[0] == items} == {pair for pair in marked if pair[0] == items} != set()


def test_discharge_status_codes_come_without_their_owners_descriptions() -> None:
    (group,) = [one for one in artefact("ConceptMap", "destination-from-disposition")["group"] if one["source"] == NUBC]
    assert group["element"]
    assert not [one for one in group["element"] if "display" in one]


def test_icd_prefixes_look_like_icd_10_cm() -> None:
    (group,) = [one for one in artefact("ConceptMap", "lace-comorbidities")["group"] if one["source"] == ICD]
    odd = [one["code"] for one in group["element"] if not re.fullmatch(r"[A-Z]\d[\dA-Z](\.\d{1,2})?", one["code"])]
    assert odd == []


def test_every_destination_and_setting_says_whether_the_clock_runs() -> None:
    settings = {code: properties(one) for code, one in codes_of("care-setting").items()}
    destinations = {code: properties(one) for code, one in codes_of("discharge-destination").items()}
    assert {code for code, one in settings.items() if one["lace"]} == {"acute"}
    assert {code for code, one in settings.items() if one["hospitalLevel"]} == {"acute", "observation"}
    assert {code for code, one in settings.items() if not one["tcmOrigin"]} == {"emergency", "other"}
    assert {code for code, one in destinations.items() if one["community"]} == {
        "home",
        "home-health",
        "assisted-living",
        "hospice-home",
        "against-advice",
        "not-stated",
        "not-understood",
    }
    assert {one["setting"] for one in destinations.values() if "setting" in one} <= set(settings)


# ---- clocks


def due_of(plan: str, system: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (action["code"][0]["coding"][0]["code"], parts(own(action, "due")[0]))
        for action in artefact("PlanDefinition", plan)["action"]
        if action["code"][0]["coding"][0]["system"] == f"{BASE}/CodeSystem/{system}"
    ]


@pytest.mark.parametrize("plan", artefacts("PlanDefinition"), ids=lambda one: one["id"])
def test_an_action_has_a_known_code_a_due_term_or_condition_and_plain_words(plan: dict[str, Any]) -> None:
    assert plan["effectivePeriod"]["start"]
    for action in plan.get("action", []):
        coding = action["code"][0]["coding"][0]
        assert coding["code"] in codes_of(coding["system"])
        assert len(own(action, "due")) == 1 or action.get("condition")
        assert action["title"]
        assert len(action["description"]) > 20


def test_the_dates_of_a_discharge_on_friday_6_march_2026() -> None:
    discharge = date(2026, 3, 6)
    found = {
        code: discharge + timedelta(days=due["count"])
        for code, due in due_of("transition-clock", "clock-date")
        if due["unit"] == "day"
    }
    assert found == {
        "visit-7-day": date(2026, 3, 13),
        "visit-14-day": date(2026, 3, 20),
        "period-end": date(2026, 4, 4),
        "discharge-information-by": date(2026, 3, 8),
        "reconciliation-by": date(2026, 4, 5),
        "engagement-from": date(2026, 3, 7),
        "engagement-by": date(2026, 4, 5),
    }


def test_the_contact_is_counted_in_business_days_and_the_visit_by_risk() -> None:
    tasks = due_of("transition-clock", "care-task")
    contact = dict(tasks)["contact-patient"]
    assert (contact["count"], contact["unit"], contact["anchor"]) == (2, "business-day", "discharge")
    visits = {due["risk"]: due["count"] for code, due in tasks if code == "book-follow-up"}
    assert visits == {"high": 7, "not-high": 14}


# ---- examples


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_a_bundle_can_be_loaded_twice_and_refers_to_what_is_there(path: Path) -> None:
    bundle = read(path)
    local = {entry["fullUrl"] for entry in bundle["entry"]}
    team = {
        f"{entry['resource']['resourceType']}?{entry['request']['ifNoneExist']}"
        for entry in read(PROFILES / "examples" / "Bundle-team.json")["entry"]
    }
    assert len(local) == len(bundle["entry"])
    for entry in bundle["entry"]:
        identifier = entry["resource"]["identifier"][0]
        assert entry["request"] == {
            "method": "POST",
            "url": entry["resource"]["resourceType"],
            "ifNoneExist": f"identifier={identifier['system']}|{identifier['value']}",
        }
        assert set(references(entry["resource"])) <= local | team


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parent / "negative").glob("*.json")), ids=lambda path: path.stem
)
def test_a_negative_case_says_which_message_it_wants(path: Path) -> None:
    case = read(path)
    assert set(case) == {"expect", "resource"}
    assert len(case["expect"]) >= 25
