"""One truth: what views count of a population, and what the rules make of it, is what one patient's step says."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("ibis")
pytest.importorskip("duckdb")

from carefhir.content.loading import load
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.occasion import Actor, Occasion
from carefhir.population import by_chart
from carefhir.population.engines import duckdb_engine
from carefhir.population.exported import exported
from carefhir.population.stratifying import Population, stratify, tier_words
from tests.support import made_up_people
from tests.support.made_up_people import KINDS, NOW, TYPES, days_ago, person

Json = dict[str, Any]
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def occasion() -> Occasion:
    return Occasion(NOW, Actor("Practitioner/nurse"), load(), NEW_YORK)


def written(folder: Path, records: list[Json]) -> Path:
    """A folder with a file for each type, empty ones too."""
    folder.mkdir(parents=True, exist_ok=True)
    for type_ in TYPES:
        lines = [encode(each) for each in records if each["resourceType"] == type_]
        (folder / f"{type_}.ndjson").write_bytes(b"".join(line + b"\n" for line in lines))
    return folder


def sorted_of(folder: Path, occasion: Occasion) -> Population:
    return stratify(exported(folder, duckdb_engine(memory="1GB")), occasion)


def by_whole_charts(records: list[Json], occasion: Occasion, unsure: Collection[str] = ()) -> dict[str, Any]:
    """Where each stands by their chart, of whatever mentions them."""
    every = [Record(encode(each)) for each in records]
    pointed = [record for record in every if record.type == "Medication"]
    placed = {}
    for who in (record.reference for record in every if record.type == "Patient"):
        about = [
            record
            for record in every
            if record.reference == who or record.mentions(f'{who}"') or record.mentions(f"{who}/")
        ]
        placed[who] = by_chart.place(who, [*about, *pointed], occasion, unsure=unsure)
    return placed


def test_what_was_planted_is_found(tmp_path: Path, occasion: Occasion) -> None:
    planted = made_up_people.write(tmp_path, 400)
    people = sorted_of(tmp_path, occasion)
    assert {row.patient: tier_words(row.where) for row in people.rows} == planted
    assert people.whole
    assert sum(not row.by_chart for row in people.rows) > 300


@pytest.mark.parametrize("zone_is_set", [True, False])
def test_made_up_people_as_their_charts(tmp_path: Path, occasion: Occasion, zone_is_set: bool) -> None:
    records = [each for number, kind in enumerate(KINDS) for each in made(number, kind, random.Random(number))]
    when = replace(occasion, zone_is_set=zone_is_set)
    rows = sorted_of(written(tmp_path, records), when).rows
    assert {row.patient: row.where for row in rows} == by_whole_charts(records, when)


def made(number: int, kind: str, dice: random.Random) -> list[Json]:
    return person(number, kind, dice, (1000 * number + each for each in count(1)))


# ---- odd records

Change = Callable[[Json, random.Random], None]
PARTIAL = ("2026", "2026-02", "2026-02-20", "2025-03-09", "2026-02-20T10:00:00Z", "2025-03-10T02:00:00Z", "soon", "")
UNITS: tuple[Json, ...] = (
    {"value": 83, "unit": "mmol/mol", "system": "http://unitsofmeasure.org", "code": "mmol/mol"},
    {"value": 9.5, "unit": "percent"},
    {"value": 9.5},
    {"value": 95, "unit": "g/L"},
    {"value": 9.5, "unit": "%", "comparator": ">"},
    {"value": 9.5, "unit": "%{HbA1c}", "code": "%{HbA1c}", "system": "http://unitsofmeasure.org"},
)
PRAPARE = {
    "code": {"coding": [{"system": "http://loinc.org", "code": "93025-5"}]},
    "component": [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": "93031-3"}]},
            "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA30125-1"}]},
        }
    ],
}


def _observation(each: Json, dice: random.Random) -> None:
    change = dice.randrange(9)
    if change == 0:
        each["status"] = dice.choice(("entered-in-error", "preliminary", "amended", "cancelled", "registered"))
    elif change == 1:
        each["effectiveDateTime"] = dice.choice(PARTIAL)
    elif change == 2:
        each["code"] = {
            "coding": [{"system": "http://loinc.org", "code": dice.choice(("4548-4", "17856-6", "44261-6"))}]
        }
        each.pop("valueInteger", None)
        each["valueQuantity"] = dice.choice(UNITS)
    elif change == 3:
        url = "https://carefhir.org/fhir/StructureDefinition/superseded"
        each["extension"] = [{"url": url, "valueReference": {"reference": "Observation/x"}}]
    elif change == 4:
        each["meta"] = {
            "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]
        }
    elif change == 5:
        each.update(copy.deepcopy(PRAPARE))
        each.pop("valueQuantity", None)
    elif change == 6:
        each["subject"] = {"reference": f"{each['subject']['reference']}/_history/3"}
    elif change == 7:
        each.pop("valueQuantity", None)
        each.update(copy.deepcopy(BARTHEL))
    else:
        each["code"]["coding"].insert(0, {"code": "X"})


def _condition(each: Json, dice: random.Random) -> None:
    change = dice.randrange(7)
    if change == 0:
        each["verificationStatus"]["coding"][0]["code"] = dice.choice(("unconfirmed", "refuted", "provisional"))
    elif change == 1:
        each["clinicalStatus"]["coding"][0]["code"] = dice.choice(("inactive", "remission", "relapse", "recurrence"))
    elif change == 2:
        each["code"] = {"text": dice.choice(("Congestive heart failure", "COPD", "was told she is a smoker", "gout"))}
    elif change == 3:
        system = "http://hl7.org/fhir/sid/icd-10-cm"
        each["code"]["coding"].append({"system": system, "code": dice.choice(("I50.22", "E11.9", "F20.0", "Z59.02"))})
    elif change == 4:
        del each["clinicalStatus"]
    elif change == 5:
        each["code"]["coding"][0].pop("system")
    else:
        each["code"]["coding"].insert(0, {"system": "http://snomed.info/sct", "code": "161036002"})


def _encounter(each: Json, dice: random.Random) -> None:
    change = dice.randrange(7)
    period = each["period"]
    if change == 0:
        period.pop("end")
    elif change == 1:
        each["status"] = dice.choice(("planned", "in-progress", "cancelled", "unknown"))
    elif change == 2:
        period["start"], period["end"] = dice.choice(((days_ago(92), days_ago(90)), (days_ago(367), days_ago(365))))
    elif change == 3:
        period["start"], period["end"] = "2025-12-09T04:30:00Z", dice.choice(("2025-12-09T04:30:00Z", "2025-12-09"))
    elif change == 4:
        each["partOf"] = {"reference": "Encounter/r1"}
    elif change == 5:
        each["class"] = dice.choice(({"code": "IMP"}, {"system": made_up_people.ACT, "code": "OBSENC"}, {}))
        period["start"], period["end"] = days_ago(33), days_ago(30)
    else:
        elective = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": "EL"}
        each["priority"] = {"coding": [elective]}


def _medicine(each: Json, dice: random.Random) -> None:
    change = dice.randrange(5)
    if change == 0:
        each["status"] = dice.choice(("stopped", "on-hold", "completed", "draft"))
    elif change == 1:
        each["doNotPerform"] = True
    elif change == 2:
        each.pop("medicationCodeableConcept")
        each["medicationReference"] = {"reference": dice.choice(("Medication/m1", "#m", "Medication/gone"))}
    elif change == 3:
        each["intent"], each["reportedBoolean"] = "plan", dice.choice((True, False))
    else:
        each["medicationCodeableConcept"] = {"text": "Insulin glargine"}


def _patient(each: Json, dice: random.Random) -> None:
    each.update(
        dice.choice(
            (
                {"active": False},
                {"deceasedBoolean": False},
                {"deceasedBoolean": True},
                {"link": [{"type": "replaced-by", "other": {"reference": "Patient/other"}}]},
                {"active": True},
            )
        )
    )


CHANGES: dict[str, Change] = {
    "Observation": _observation,
    "Condition": _condition,
    "Encounter": _encounter,
    "MedicationRequest": _medicine,
    "Patient": _patient,
}


BARTHEL = {"code": {"coding": [{"system": "http://loinc.org", "code": "96761-2"}]}, "valueInteger": 40}


def _ours(number: int, dice: random.Random) -> Iterator[Json]:
    """Something that our own steps leave, for some."""
    who = {"reference": f"Patient/p{number}"}
    task = {"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": "safety-review"}
    if dice.random() < 0.1:
        status = dice.choice(("requested", "completed"))
        yield {"resourceType": "Task", "id": f"t{number}", "status": status, "code": {"coding": [task]}, "for": who}
    if dice.random() < 0.1:
        program = {"system": "https://carefhir.org/fhir/CodeSystem/care-program", "code": "care-management"}
        status = dice.choice(("active", "finished"))
        yield {
            "resourceType": "EpisodeOfCare", "id": f"e{number}", "status": status, "patient": who,
            "type": [{"coding": [program]}],
        }  # fmt: skip


def mutated(seed: int, people: int) -> list[Json]:
    """People of all kinds, a third of their records changed as real records are odd."""
    dice = random.Random(seed)
    records: list[Json] = [
        {"resourceType": "Medication", "id": "m1", "code": {"text": "Warfarin 5 MG Oral Tablet"}},
    ]
    for number in range(people):
        of_person = made(number, dice.choice(list(KINDS)), dice)
        for each in of_person:
            share = 0.05 if each["resourceType"] == "Patient" else 0.1
            if dice.random() < share:
                CHANGES[each["resourceType"]](each, dice)
        records += [*of_person, *_ours(number, dice)]
    return records


@pytest.mark.parametrize("seed", range(5))
def test_odd_records_get_the_same_answer(tmp_path: Path, occasion: Occasion, seed: int) -> None:
    """Whatever is odd about a record, both ways say the same, or say of the same thing that it is not known."""
    records = mutated(seed, 100)
    people = sorted_of(written(tmp_path, records), occasion)
    charts = by_whole_charts(records, occasion, unsure=people.of_nobody)
    assert {row.patient: row.where for row in people.rows} == charts
    assert sum(not row.by_chart for row in people.rows) > 25  # else this would compare charts with charts


def test_what_has_no_file_is_not_known(tmp_path: Path, occasion: Occasion) -> None:
    made_up_people.write(tmp_path, 30)
    (tmp_path / "Task.ndjson").unlink()
    (tmp_path / "Encounter.ndjson").unlink()
    people = sorted_of(tmp_path, occasion)
    assert people.absent == ("Encounter", "Task")
    assert not people.whole
    sorted_people = [row.where for row in people.rows if row.where.tier not in ("", "high")]
    assert sorted_people
    assert all(where.at_least and "not visible: tasks" in where.not_assessed for where in sorted_people)


def test_lines_that_are_no_resource_are_counted(tmp_path: Path, occasion: Occasion) -> None:
    made_up_people.write(tmp_path, 30)
    with (tmp_path / "Condition.ndjson").open("a") as file:
        file.write("{half a line\n")
    people = sorted_of(tmp_path, occasion)
    assert [(lines.file, lines.no_resource) for lines in people.unreadable] == [("Condition.ndjson", 1)]
    assert not people.whole
    sure = [row.patient for row in people.rows if row.where.tier not in ("", "high") and not row.where.at_least]
    assert not sure  # the line may be of anybody


def test_a_record_of_nobody_is_counted(tmp_path: Path, occasion: Occasion) -> None:
    records = made(1, "quiet", random.Random(1))
    heart = {"coding": [{"system": "http://snomed.info/sct", "code": "84114007"}]}
    elsewhere = {"reference": "https://ehr.example.org/fhir/Patient/p1"}
    records.append({"resourceType": "Condition", "id": "c", "code": heart, "subject": elsewhere})
    people = sorted_of(written(tmp_path, records), occasion)
    assert people.of_nobody == {"Condition": 1}
    assert not people.whole
    assert [row.where.at_least for row in people.rows] == [True]
