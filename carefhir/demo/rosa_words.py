"""The days of Rosa's story, what she says, and what she answers."""

from __future__ import annotations

from decimal import Decimal

from carefhir.codes import BASE, UCUM
from carefhir.content.loading import load
from carefhir.demo.front import EXAMPLE
from carefhir.fhir.codec import Json

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (f"2026-03-{day}T" for day in ("09", "10", "11", "12", "13"))
NEXT, REVISED = (f"2026-03-{day}T" for day in ("16", "17"))
LAST, SILENT, BACK = (f"2026-04-{day}T" for day in ("06", "14", "15"))


def at(day: str, clock: str) -> str:
    """A moment of the story, in Springfield, Illinois."""
    return f"{day}{clock}:00-05:00"


TAKEN = ("carvedilol", "furosemide", "insulin glargine", "lisinopril", "sertraline")
CONCLUSIONS = {
    "clinical": "decompensated heart failure, now better; diabetes on insulin above its range",
    "function": "walks indoors, tires on the stairs",
    "behavioural": "moderate depressive symptoms, no thoughts of death",
    "social": "food runs out at the end of the month",
    "supports": "daughter nearby, drives and shops",
    "language-literacy": "Spanish, with an interpreter; reads large print",
}
SAID_BACK = {
    "medicines": "one water pill of 40, in the morning; the insulin at bedtime",
    "whom-to-call": "you first, and the number on the fridge at night",
    "next-visit": "Thursday at ten, my daughter drives",
    "self-care": "weigh every morning, feet up after lunch",
}
NO_CLASS = "taught at home instead, in Spanish"
DECLINED = "less-salt"
WORDS = {
    "a1c": {"priority": "medium", "words": "sugar steady, without the shakes"},
    "daily-weights": {"priority": "high"},
    "enough-food": {"priority": "high", "words": "supper every day"},
}
DECISIONS = {
    "hold-never-skip": "a written sick-day plan first; until then she calls before skipping anything",
    "salt-substitute-potassium": "no salt substitute; potassium again in two weeks",
    "food-insecurity-lows": "no glipizide while food is short; insulin looked at on Thursday",
}
LATER = "read; decided at the visit on Thursday"
ARRIVED = "potassium came back, seen by the physician"
PACKET = ("practitioner", "procedures", "diagnoses", "medicines", "allergies", "results", "instructions")
"""The items of the discharge information (receive-packet)."""


def morning(day: str, clock: str, pounds: str, *yes: str, scale: str = "yes") -> Json:
    """The answers of one check-in: no to everything but what is told; `scale`: whether it is the same as before."""
    form = load().get("Questionnaire", "check-in")
    numbers = {
        "weight": (pounds, "lb", "[lb_av]"),
        "glucose-lowest": ("112", "mg/dL", "mg/dL"),
        "glucose-highest": ("205", "mg/dL", "mg/dL"),
    }
    items: list[Json] = []
    for item in form["item"]:
        if item["linkId"] in numbers:
            number, unit, code = numbers[item["linkId"]]
            quantity = {"value": Decimal(number), "unit": unit, "system": UCUM, "code": code}
            items.append({"linkId": item["linkId"], "answer": [{"valueQuantity": quantity}]})
        elif item.get("required") or item["linkId"] == "same-scale":
            said_yes = item["linkId"] in yes or (item["linkId"] == "same-scale" and scale == "yes")
            coding = {"system": f"{BASE}/CodeSystem/check-in-answer", "code": "yes" if said_yes else "no"}
            items.append({"linkId": item["linkId"], "answer": [{"valueCoding": coding}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": EXAMPLE, "value": f"rosa-check-in-{day[:10]}"},
        "questionnaire": form["url"],
        "status": "completed",
        "authored": at(day, clock),
        "item": items,
    }
