"""What payers ask of a program, as content: what a person is told, how many conditions, minutes, what excludes what.

Nothing here says that anything can be billed: it says what is asked, so that people can compare it with what is on
record. Numbers and the days on which they hold are in PlanDefinitions (`billing-ccm` …), words in CodeSystem
billing-program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.codes import BILLING_ELEMENT, BILLING_PROGRAM, TIME_ACTIVITY
from carefhir.content import supervision
from carefhir.content.loading import Concept, Content, parameters


@dataclass(frozen=True, slots=True)
class PayersRules:
    """What payers ask of one program, on one day."""

    program: Concept
    """A concept of CodeSystem billing-program."""
    canonical: str
    in_force: bool
    """Whether the rules hold on that day."""
    conditions: int
    """How many chronic conditions the person must have at least."""
    expected_months: int
    """For how long they must be expected to last; 0 where nothing is said."""
    minutes: int
    """How many minutes a calendar month asks for; 0 where minutes are not counted."""
    told: tuple[str, ...]
    """What the person must be told before they consent (CodeSystem consent-topic)."""
    excludes: tuple[str, ...]
    """Other programs that cannot be claimed for the same month by the same practitioner."""

    @property
    def code(self) -> str:
        return self.program.code


def rules_of(content: Content, code: str, day: date) -> PayersRules:
    """What payers ask of a program on a day. Raises `ContentError` for one that content does not have."""
    program = content.concept(BILLING_PROGRAM, code)
    plan_id = str(program.properties["rules"])
    plan, in_force = content.in_force(plan_id, day)
    numbers = parameters(plan)
    return PayersRules(
        program=program,
        canonical=content.canonical("PlanDefinition", plan_id),
        in_force=in_force,
        conditions=numbers.get("conditions", 0),
        expected_months=numbers.get("expected-months", 0),
        minutes=numbers.get("minutes", 0),
        told=_words(program, "consent"),
        excludes=_words(program, "excludes"),
    )


def elements_of(content: Content, code: str) -> tuple[Concept, ...]:
    """What payers ask for in a program besides minutes."""
    return tuple(
        element for element in content.concepts(BILLING_ELEMENT).values() if element.properties.get(code) is True
    )


def excluding(content: Content, code: str, others: tuple[str, ...]) -> tuple[Concept, ...]:
    """Those of other programs that cannot be claimed beside one for the same month; it holds both ways."""
    programs = content.concepts(BILLING_PROGRAM)
    mine = set(_words(programs[code], "excludes")) if code in programs else set()
    return tuple(
        programs[other]
        for other in dict.fromkeys(others)
        if other in programs and other != code and (other in mine or code in _words(programs[other], "excludes"))
    )


def why_not_counted(content: Content, activity: str, discipline: str) -> str:
    """Why minutes are not of the kind that payers count; "" where they are."""
    concept = content.concepts(TIME_ACTIVITY).get(activity)
    if concept is None:
        return "what was done is not said"
    if concept.properties.get("counts") is not True:
        return f"{concept.display} is not care management"
    if not supervision.may(content, "time-evidence", discipline):
        return "not by clinical staff" if discipline else "in which discipline is not on record"
    return ""


def _words(concept: Concept, name: str) -> tuple[str, ...]:
    text = str(concept.properties.get(name, ""))
    return tuple(word.strip() for word in text.split(";") if word.strip())
