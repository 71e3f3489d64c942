"""Sixty people drawn by a seed, as a panel may hold them: conditions by age, numbers and medicines that go with them,
needs; and which pathways they have, and what is proposed.

    python -m tests.support.generated_people

How often a condition is drawn is ours and rough: the table shows what content does with mixtures that nobody chose, and
says nothing about a real population.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from carefhir.chart.facts import facts_of
from carefhir.content.pathways import Contradiction, Proposal, contradictions, propose
from carefhir.workflows.care_planning.for_whom import for_whom
from tests.support.charts import NOW, chart_of, condition, observed, occasion, taking

Json = dict[str, Any]
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SEED, PEOPLE = 17, 60

CONDITIONS: tuple[tuple[str, float, float], ...] = (
    ("I10", 0.15, 0.65),
    ("E11.9", 0.06, 0.26),
    ("I50.9", 0.01, 0.16),
    ("N18.31", 0.02, 0.22),
    ("J44.9", 0.02, 0.16),
    ("F33.1", 0.15, 0.15),
    ("Z91.81", 0.0, 0.25),
    ("I69.351", 0.01, 0.08),
    ("M17.9", 0.05, 0.4),
    ("E78.5", 0.15, 0.5),
    ("F17.210", 0.15, 0.1),
    ("F31.9", 0.03, 0.01),
    ("E10.9", 0.02, 0.01),
    ("N18.6", 0.0, 0.03),
    ("Z51.5", 0.0, 0.04),
    ("Z59.41", 0.14, 0.1),
    ("Z59.82", 0.08, 0.12),
    ("Z59.12", 0.05, 0.04),
    ("K21.9", 0.1, 0.2),
)
"""Code, how often under 50, how often from 65; between them, in between."""
MEDICINES: tuple[tuple[str, str, float], ...] = (
    ("I10", "lisinopril 20 MG", 0.5),
    ("I10", "amlodipine 5 MG", 0.4),
    ("E11.9", "metformin 1000 MG", 0.7),
    ("E11.9", "glipizide 5 MG", 0.25),
    ("E11.9", "insulin glargine 100 UNT/ML", 0.25),
    ("I50.9", "furosemide 40 MG", 0.8),
    ("I50.9", "carvedilol 12.5 MG", 0.6),
    ("J44.9", "albuterol 90 MCG", 0.9),
    ("F33.1", "sertraline 50 MG", 0.6),
    ("M17.9", "ibuprofen 400 MG", 0.3),
    ("M17.9", "tramadol 50 MG", 0.15),
    ("Z91.81", "lorazepam 1 MG", 0.2),
    ("I69.351", "apixaban 5 MG", 0.4),
)


@dataclass(frozen=True)
class GeneratedPerson:
    """One of them."""

    age: int
    codes: tuple[str, ...]
    records: tuple[Json, ...]


@dataclass(frozen=True)
class Outcome:
    """What content makes of one person."""

    person: GeneratedPerson
    plan: Proposal
    conflicts: tuple[Contradiction, ...]

    @property
    def pathways(self) -> tuple[str, ...]:
        return tuple(pathway.id.removeprefix("pathway-") for pathway in self.plan.pathways)

    @property
    def withheld(self) -> tuple[str, ...]:
        return tuple(pathway.title for pathway in self.plan.withheld)


def people(seed: int = SEED, count: int = PEOPLE) -> tuple[GeneratedPerson, ...]:
    """The same people for the same seed."""
    draw = Random(seed)
    return tuple(_person(draw) for _ in range(count))


def _person(draw: Random) -> GeneratedPerson:
    age = draw.randint(24, 94)
    share = min(max((age - 50) / 15, 0.0), 1.0)
    codes = [code for code, young, old in CONDITIONS if draw.random() < young + (old - young) * share]
    named = [name for code, name, often in MEDICINES if code in codes and draw.random() < often]
    numbers = [observed("8480-6", draw.randint(96, 172), "mm[Hg]", "2026-02-20")] if "I10" in codes else []
    if {"N18.31", "E11.9"} & set(codes):
        numbers.append(observed("98979-8", draw.randint(14, 90), "mL/min/{1.73_m2}", "2026-01-15"))
    if "J44.9" in codes:
        numbers.append(observed("59408-5", draw.randint(86, 97), "%", "2026-03-01"))
    if "F33.1" in codes:
        numbers.append(observed("44261-6", draw.randint(2, 22), "{score}", "2026-02-10"))
    records = (
        {"resourceType": "Patient", "birthDate": f"{2026 - age}-01-15"},
        *(condition(code, ICD) for code in codes),
        *(taking(name) for name in named),
        *numbers,
    )
    return GeneratedPerson(age, tuple(codes), records)


def outcome_of(person: GeneratedPerson) -> Outcome:
    """What is proposed for one person."""
    here, chart = occasion(NOW), chart_of(*person.records)
    plan = propose(here.content, facts_of(chart, here), here.today, for_whom(chart, here).holding)
    codes = {"goals": [goal.code for goal in plan.goals], "items": [item.code for item in plan.items]}
    return Outcome(person, plan, contradictions(here.content, facts_of(chart, here, **codes)))


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """A line each, then the totals."""
    lines = []
    for number, outcome in enumerate(outcomes, start=1):
        withheld = f" (withheld: {', '.join(outcome.withheld)})" if outcome.withheld else ""
        lines.append(
            f"{number:2}  {outcome.person.age:2}  {len(outcome.plan.goals):2} goals {len(outcome.plan.items):2} items  "
            f"{' '.join(outcome.pathways) or '-'}{withheld}  [{' '.join(each.code for each in outcome.conflicts)}]"
        )
    having = [outcome for outcome in outcomes if outcome.pathways]
    several = [outcome for outcome in having if len(outcome.pathways) > 1]
    counted = Counter(name for outcome in outcomes for name in outcome.pathways)
    conflicts = Counter(each.code for outcome in outcomes for each in outcome.conflicts)
    lines += [
        f"{len(having)} of {len(outcomes)} have a pathway, {len(several)} several",
        f"{len([outcome for outcome in outcomes if outcome.withheld])} have one that is withheld",
        "pathways: " + ", ".join(f"{name} {count}" for name, count in counted.most_common()),
        "conflicts: " + ", ".join(f"{name} {count}" for name, count in conflicts.most_common()),
        f"items: median {_median([len(each.plan.items) for each in having])}, "
        f"most {max(len(each.plan.items) for each in having)}; "
        f"goals: median {_median([len(each.plan.goals) for each in having])}, "
        f"most {max(len(each.plan.goals) for each in having)}",
    ]
    return lines


def _median(numbers: list[int]) -> int:
    return sorted(numbers)[len(numbers) // 2]


if __name__ == "__main__":
    print("\n".join(table([outcome_of(person) for person in people()])))
