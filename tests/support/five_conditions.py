"""One person with type 2 diabetes, heart failure, kidney disease, lung disease and depression, short of food and
without a car, five days home from the hospital: records by hand, and the plan they come to, to be read line by line.

    python -m tests.support.five_conditions

What a clinician would object to, and what was changed, is in docs/decisions/0043-one-person-five-conditions.md.
"""

from __future__ import annotations

from typing import Any

from carefhir.chart.facts import facts_of
from carefhir.content.pathways import Contradiction, Proposal, contradictions, propose
from carefhir.content.rules import Facts
from carefhir.workflows.care_planning.first_things import item_times
from tests.support.charts import NOW, chart_of, condition, observed, occasion, taking

Json = dict[str, Any]
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
FIRST_THREE = ("food-referral", "action-plan", "medication-management")
"""What was chosen to begin with, and why: the decision record."""


def of(code: str, **more: Any) -> Json:
    return condition(code, ICD, **more)


def records() -> tuple[Json, ...]:
    """Everything on record."""
    stay = {
        "resourceType": "Encounter",
        "id": "stay",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "type": [{"coding": [{"system": "http://snomed.info/sct", "code": "32485007"}]}],
        "period": {"start": "2026-02-28T21:00:00-05:00", "end": "2026-03-04T14:00:00-05:00"},
        "priority": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": "EM"}]},
        "reasonCode": [{"coding": [{"system": ICD, "code": "J44.1"}]}],
    }
    return (
        {"resourceType": "Patient", "id": "p", "birthDate": "1953-05-02", "gender": "male"},
        of("E11.22", onsetDateTime="2012"),
        of("I50.22", onsetDateTime="2019", stage=[{"summary": {"text": "NYHA class II"}}]),
        of("N18.32", onsetDateTime="2020"),
        of("J44.1", onsetDateTime="2026-02-28"),
        of("F33.1", onsetDateTime="2018"),
        of("F17.210") | {"code": {"text": "Current smoker"}},
        of("Z59.41"),
        of("Z59.82"),
        stay,
        *(
            taking(name)
            for name in (
                "metformin 1000 MG Oral Tablet",
                "glipizide 5 MG Oral Tablet",
                "furosemide 40 MG Oral Tablet",
                "lisinopril 20 MG Oral Tablet",
                "carvedilol 12.5 MG Oral Tablet",
                "sertraline 100 MG Oral Tablet",
                "tiotropium 18 MCG Inhalation Capsule",
                "albuterol 90 MCG Inhaler",
                "atorvastatin 40 MG Oral Tablet",
            )
        ),
        taking("ibuprofen 200 MG Oral Tablet", resourceType="MedicationStatement"),
        observed("4548-4", 8.4, "%", "2026-01-10"),
        observed("98979-8", 38, "mL/min/{1.73_m2}", "2026-03-03"),
        observed("98979-8", 44, "mL/min/{1.73_m2}", "2025-09-01"),
        observed("9318-7", 340, "mg/g", "2025-09-01"),
        observed("59408-5", 91, "%", "2026-03-04"),
        observed("8480-6", 142, "mm[Hg]", "2026-03-04"),
        observed("10230-1", 35, "%", "2025-11-01"),
        observed("44261-6", 12, "{score}", "2026-02-10"),
    )


def planned() -> tuple[Proposal, tuple[Contradiction, ...], Facts]:
    """The plan, the conflicts of advice in it, and the facts they rest on."""
    here = occasion(NOW)
    chart = chart_of(*records())
    plan = propose(here.content, facts_of(chart, here), here.today)
    codes = {"goals": [each.code for each in plan.goals], "items": [each.code for each in plan.items]}
    known = facts_of(chart, here, **codes)
    return plan, contradictions(here.content, known), known


def main() -> None:
    plan, conflicts, _ = planned()
    print("Pathways:", ", ".join(pathway.title for pathway in plan.pathways))
    print(f"\nGoals ({len(plan.goals)})")
    for goal in plan.goals:
        of_what = ", ".join(goal.addresses)
        print(f"  {goal.priority:16} {goal.due_days or '-':>4} d  {goal.code}: {goal.words}  [{of_what}]")
    print(f"\nItems ({len(plan.items)})")
    times = item_times(plan.items, FIRST_THREE, occasion(NOW))
    for item in sorted(plan.items, key=lambda each: (times[each.code].start, times[each.code].until)):
        time = times[item.code]
        print(
            f"  {time.start} to {time.until}  {item.priority:8} {item.kind:5} {item.makes:15} {item.done_by:20} "
            f"{item.code}: {item.words[:150]}"
        )
    print(f"\nConflicts ({len(conflicts)})")
    for conflict in conflicts:
        print(f"  {conflict.priority:8} {conflict.decided_by:20} {conflict.due}  {conflict.code}: {conflict.title}")


if __name__ == "__main__":
    main()
