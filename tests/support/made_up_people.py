"""A population made up from a seed, with known answers: kinds of people, each with the tier that the rules must give.

The answers are written by hand from the rules of `PlanDefinition/care-tier`, never computed. Everything that a kind
does not ask for is drawn: other illnesses that count for nothing, old visits, readings long ago.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import IO, Any

import msgspec

Json = dict[str, Any]
SNOMED, LOINC, RXNORM = "http://snomed.info/sct", "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
EASTERN = timezone(timedelta(hours=-5))
TODAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 9, 10, tzinfo=EASTERN)
CHRONIC = (
    ("44054006", "Diabetes mellitus type 2"),
    ("13645005", "Chronic obstructive lung disease"),
    ("195967001", "Asthma"),
)
HEART_FAILURE = ("84114007", "Heart failure")
HOMELESS = ("32911000", "Homeless")
OF_NO_GROUP = (("444814009", "Viral sinusitis"), ("10509002", "Acute bronchitis"), ("72892002", "Normal pregnancy"))
MEDICINES = tuple((str(900000 + number), f"Drug{chr(97 + number)}zol 10 MG Oral Tablet") for number in range(14))
TYPES = (
    *("Patient", "Condition", "Observation", "Encounter", "MedicationRequest"),
    *(
        "MedicationStatement",
        "Medication",
        "Task",
        "RiskAssessment",
        "EpisodeOfCare",
        "CareTeam",
        "Flag",
        "Goal",
        "Appointment",
    ),
)


def days_ago(days: int, hour: int = 9) -> str:
    return (
        datetime(TODAY.year, TODAY.month, TODAY.day, hour, tzinfo=EASTERN)
        .replace(microsecond=0)
        .__sub__(timedelta(days=days))
        .isoformat()
    )


@dataclass(slots=True)
class Writing:
    """The records of one person, as they are made."""

    patient: str
    records: list[Json]
    numbers: Iterator[int]

    def add(self, type_: str, **elements: Any) -> None:
        about = {} if type_ == "Patient" else {"subject": {"reference": f"Patient/{self.patient}"}}
        id_ = self.patient if type_ == "Patient" else f"r{next(self.numbers)}"
        self.records.append({"resourceType": type_, "id": id_, **about, **elements})

    def ill(self, code: str, words: str, status: str = "active") -> None:
        system = "http://terminology.hl7.org/CodeSystem/condition"
        self.add(
            "Condition",
            clinicalStatus={"coding": [{"system": f"{system}-clinical", "code": status}]},
            verificationStatus={"coding": [{"system": f"{system}-ver-status", "code": "confirmed"}]},
            code={"coding": [{"system": SNOMED, "code": code, "display": words}], "text": words},
            recordedDate=days_ago(700),
        )

    def measured(self, code: str, value: float, unit: str, days: int) -> None:
        self.add(
            "Observation",
            status="final",
            code={"coding": [{"system": LOINC, "code": code}]},
            effectiveDateTime=days_ago(days),
            valueQuantity={"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        )

    def mood(self, score: int, days: int = 30) -> None:
        self.add(
            "Observation",
            status="final",
            code={"coding": [{"system": LOINC, "code": "44261-6"}]},
            effectiveDateTime=days_ago(days),
            valueInteger=score,
        )

    def not_hungry(self, days: int = 30) -> None:
        self.add(
            "Observation",
            status="final",
            code={"coding": [{"system": LOINC, "code": "88124-3"}]},
            effectiveDateTime=days_ago(days),
            valueCodeableConcept={"coding": [{"system": LOINC, "code": "LA19983-8", "display": "No risk"}]},
        )

    def came(self, class_: str, began: int, ended: int, **more: Any) -> None:
        self.add(
            "Encounter",
            status="finished",
            **{"class": {"system": ACT, "code": class_}},
            period={"start": days_ago(began, 8), "end": days_ago(ended, 15)},
            **more,
        )

    def stay(self, began: int, ended: int) -> None:
        urgent = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": "EM"}]}
        self.came("IMP", began, ended, priority=urgent)

    def takes(self, *medicines: tuple[str, str]) -> None:
        for code, words in medicines:
            self.add(
                "MedicationRequest",
                status="active",
                intent="order",
                medicationCodeableConcept={
                    "coding": [{"system": RXNORM, "code": code, "display": words}],
                    "text": words,
                },
                authoredOn=days_ago(90),
            )

    def assessed(self) -> None:
        self.mood(3)
        self.not_hungry()


def _quiet(w: Writing) -> None:
    w.assessed()


def _three_illnesses(w: Writing) -> None:
    w.assessed()
    for each in CHRONIC:
        w.ill(*each)


def _ended_illness(w: Writing) -> None:
    w.assessed()
    for each in CHRONIC[:2]:
        w.ill(*each)
    w.ill(*CHRONIC[2], status="resolved")


def _ill_and_low(w: Writing) -> None:
    w.mood(14)
    w.not_hungry()
    for each in CHRONIC:
        w.ill(*each)


def _three_categories(w: Writing) -> None:
    _ill_and_low(w)
    w.stay(44, 40)


def _sugar_rises(w: Writing) -> None:
    w.assessed()
    w.measured("4548-4", 7.0, "%", 200)
    w.measured("4548-4", 8.2, "%", 20)


def _sugar_high_elsewhere(w: Writing) -> None:
    """83 mmol/mol is 9.7 percent."""
    w.assessed()
    w.measured("59261-8", 83, "mmol/mol", 20)


def _very_low(w: Writing) -> None:
    w.mood(22)
    w.not_hungry()


def _home_with_a_failing_heart(w: Writing) -> None:
    w.assessed()
    w.ill(*HEART_FAILURE)
    w.stay(14, 10)


def _often_in_the_emergency_department(w: Writing) -> None:
    w.assessed()
    for days in (20, 120, 300):
        w.came("EMER", days, days)


def _two_stays(w: Writing) -> None:
    w.assessed()
    w.stay(304, 300)
    w.stay(204, 200)


def _many_medicines(w: Writing) -> None:
    w.assessed()
    w.takes(*MEDICINES[:10])


def _no_home(w: Writing) -> None:
    w.assessed()
    w.ill(*HOMELESS)


def _dead(w: Writing) -> None:
    w.records[0]["deceasedDateTime"] = "2026-02-01"
    for each in CHRONIC:
        w.ill(*each)


def _never_asked(w: Writing) -> None:
    w.ill(*CHRONIC[0])


KINDS: dict[str, tuple[int, str, Callable[[Writing], None]]] = {
    "quiet": (40, "low", _quiet),
    "never asked": (25, "at least low", _never_asked),
    "three illnesses": (8, "low", _three_illnesses),
    "an illness that ended": (4, "low", _ended_illness),
    "ill, and low in mood": (5, "rising", _ill_and_low),
    "three categories": (2, "high", _three_categories),
    "sugar rises": (2, "rising", _sugar_rises),
    "sugar high, in other units": (2, "low", _sugar_high_elsewhere),
    "very low in mood": (1, "rising", _very_low),
    "home with a failing heart": (1, "high", _home_with_a_failing_heart),
    "often in the emergency department": (1, "low", _often_in_the_emergency_department),
    "two stays": (1, "low", _two_stays),
    "many medicines": (3, "low", _many_medicines),
    "no home": (1, "high", _no_home),
    "dead": (4, "no tier", _dead),
}
"""By kind: how many of a hundred, the tier, and what makes it."""


def person(number: int, kind: str, dice: random.Random, numbers: Iterator[int]) -> list[Json]:
    """The records of one person of a kind, with others that change nothing."""
    writing = Writing(f"p{number}", [], numbers)
    writing.add(
        "Patient",
        name=[{"family": f"Made{number}", "given": ["Up"]}],
        gender=dice.choice(("male", "female")),
        birthDate=f"{dice.randint(1930, 2004)}-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}",
    )
    KINDS[kind][2](writing)
    for _ in range(dice.randint(1, 3)):
        writing.ill(*dice.choice(OF_NO_GROUP))
    for _ in range(dice.randint(1, 5)):
        writing.measured("8302-2", 150 + dice.randint(0, 40), "cm", dice.randint(10, 2000))
    for _ in range(dice.randint(0, 3)):
        days = dice.randint(5, 900)
        writing.came("AMB", days, days)
    if kind != "many medicines":
        writing.takes(*dice.sample(MEDICINES, dice.randint(0, 4)))
    return writing.records


def write(folder: Path, people: int, seed: int = 7) -> dict[str, str]:
    """Writes a folder of NDJSON; gives the planted tier of each (`Patient/ID`)."""
    dice, numbers = random.Random(seed), count(1)
    kinds, weights = list(KINDS), [weight for weight, *_ in KINDS.values()]
    encoder = msgspec.json.Encoder()
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, IO[bytes]] = {type_: (folder / f"{type_}.ndjson").open("wb") for type_ in TYPES}
    planted = {}
    try:
        for number in range(people):
            kind = kinds[number] if number < len(kinds) else dice.choices(kinds, weights)[0]
            planted[f"Patient/p{number}"] = KINDS[kind][1]
            for record in person(number, kind, dice, numbers):
                files[record["resourceType"]].write(encoder.encode(record) + b"\n")
    finally:
        for file in files.values():
            file.close()
    return planted
