"""A check-in is never falsely reassuring (clinical practice, rule 21): thrown at every form, with every kind of answer.

Each case is a person (of every combination of pathways), a form, a state of each answer and of each baseline, drawn at
random from a fixed seed. The states say by themselves what may be expected of them, so nothing here knows a rule:

- anything not asked, not answered, not read, not plausible, beyond a limit, without a comparable baseline: not green;
- an answer made worse, or harder to read: never a better color;
- an emergency in any form: DO NOW, with 911 in it;
- nothing of all this: green, or the tests above would prove nothing.

`scripts/test --deep` throws more than 10,000; the number is printed at the end of every run.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from carefhir.content import check_in as forms
from carefhir.content.check_in import WORST_LAST
from carefhir.content.loading import load
from tests.spec.test_green import judged
from tests.support.charts import condition, observed, taking
from tests.support.deep import depth

Json = dict[str, Any]
CONTENT = load()
ANSWERS = "https://carefhir.org/fhir/CodeSystem/check-in-answer"
NOW = "2026-03-09T10:00:00-05:00"
YESTERDAY = "2026-03-08T10:00:00-05:00"

PEOPLE = {
    "heart failure": (condition("84114007"),),
    "diabetes": (condition("44054006"), taking("insulin glargine")),
    "both": (condition("84114007"), condition("44054006"), taking("glipizide")),
    "nothing on record": (),
}
FORMS = {
    "heart failure": "check-in-heart-failure",
    "diabetes": "check-in-diabetes-type-2",
    "both": "check-in",
    "nothing on record": "check-in",
}

EMERGENCIES = frozenset("breath-at-rest chest-pain fainted pink-froth confused low-unresponsive meter-hi".split())
"""Questions whose yes alone is an emergency (clinical practice, the tables of both pathways)."""


def coded(code: str) -> Json:
    return {"valueCoding": {"system": ANSWERS, "code": code}}


def quantity(value: str, unit: str, **more: Any) -> Json:
    return {"valueQuantity": {"value": Decimal(value), "unit": unit, **more}}


Draw = Callable[[random.Random], list[Json]]
"""The answers that one state of a question gives."""


def of(*answers: Json) -> Draw:
    return lambda chance: [chance.choice(answers)]


UNREAD_WORDS = of(
    {"valueString": "a bit"},
    {"valueString": ""},
    {"valueInteger": 2},
    {"valueCoding": {"system": "urn:x", "code": "7"}},
    {"valueCoding": {"system": ANSWERS, "code": "no", "display": "Yes"}},
    {"valueQuantity": {"value": 3}},
    {"valueDate": "2026-03-09"},
    {"valueAttachment": {"title": "voice"}},
)
YES = of(
    coded("yes"),
    {"valueBoolean": True},
    {"valueString": "Yes"},
    {"valueCoding": {"system": "http://loinc.org", "code": "LA33-6"}},
    {"valueCoding": {"system": "http://terminology.hl7.org/CodeSystem/v2-0136", "code": "Y"}},
)
YES_OR_NO: dict[str, Draw] = {
    "calm": lambda chance: [coded("no")],
    "absent": lambda chance: [],
    "don't know": of(coded("dont-know"), {"valueString": "not sure"}),
    "no, in other words": of({"valueBoolean": False}, {"valueString": "no"}),
    "not understood": UNREAD_WORDS,
    "yes": YES,
    "no and yes": lambda chance: [coded("no"), *YES(chance)],
}
WORSE_ANSWERS = {
    "calm": ("absent", "don't know", "no, in other words", "not understood", "yes", "no and yes"),
    "absent": ("not understood", "yes"),
    "don't know": ("not understood", "yes"),
    "no, in other words": ("not understood", "yes", "no and yes"),
    "not understood": (),
    "yes": (),
    "no and yes": (),
}
"""To which states an answer is made worse or harder to read."""

SPELLINGS = {
    "systolic": ("mmHg", "mm[Hg]", "mm Hg"),
    "diastolic": ("mmHg", "mm[Hg]"),
    "heart-rate": ("/min", "bpm", "beats/min"),
    "weight": ("lb", "lbs", "[lb_av]", "pounds"),
    "glucose": ("mg/dL", "mg/dl"),
    "glucose-lowest": ("mg/dL", "mg/dl"),
    "glucose-highest": ("mg/dL", "mg/dl"),
}
CALM = {
    "systolic": ("90", "128", "159"),
    "diastolic": ("50", "78", "88"),
    "heart-rate": ("50", "72", "120"),
    "weight": ("179.0", "180.0", "182.9"),
    "glucose": ("101", "140", "299"),
    "glucose-lowest": ("101", "120"),
    "glucose-highest": ("150", "249", "299"),
}
BEYOND = {
    "systolic": ("60", "78", "89", "160", "180", "240"),
    "diastolic": ("49", "100", "120"),
    "heart-rate": ("30", "49", "121", "180"),
    "weight": ("183.0", "186", "175.0"),
    "glucose": ("40", "53", "69", "300", "400", "590"),
    "glucose-lowest": ("40", "53", "69", "100"),
    "glucose-highest": ("300", "400", "590"),
}
SLIPS = {
    "systolic": ("12", "900", "-120", "0"),
    "diastolic": ("7", "400"),
    "heart-rate": ("7", "720"),
    "weight": ("404", "18", "1800", "0"),
    "glucose": ("5", "1200"),
    "glucose-lowest": ("1", "-110"),
    "glucose-highest": ("1800", "9999"),
}


def numbers_of(link_id: str) -> dict[str, Draw]:
    def some(values: tuple[str, ...]) -> Draw:
        return lambda chance: [quantity(chance.choice(values), chance.choice(SPELLINGS[link_id]))]

    def unread(chance: random.Random) -> list[Json]:
        value = chance.choice((*CALM[link_id], *BEYOND[link_id]))
        forms: tuple[Json, ...] = (
            quantity(value, "furlong"),
            quantity(value, ""),
            {"valueQuantity": {"value": Decimal(value)}},
            {"valueString": f"about {value}"},
            {"valueDecimal": Decimal(value)},
            {"valueString": "fine"},
            quantity(value, SPELLINGS[link_id][0], comparator="<"),
            {"valueBoolean": True},
        )
        return [chance.choice(forms)]

    return {
        "calm": some(CALM[link_id]),
        "absent": lambda chance: [],
        "unread": unread,
        "beyond": some(BEYOND[link_id]),
        "slip": some(SLIPS[link_id]),
        "twice": lambda chance: [*some(CALM[link_id])(chance), *some(BEYOND[link_id])(chance)],
    }


OWN_WORDS: dict[str, Draw] = {
    "calm": lambda chance: [],
    "nothing": of({"valueString": "no"}, {"valueString": " "}),
    "unread": of({"valueString": "my knee hurts"}, {"valueAttachment": {"title": "voice"}}),
    "alarming": of({"valueString": "I want to die"}, {"valueString": "I have chest pain"}),
}
BASELINES: dict[str, tuple[Json, ...]] = {
    "fresh": (observed("29463-7", Decimal("180.0"), "[lb_av]", at=YESTERDAY),),
    "in kilograms, by another code": (observed("3141-9", Decimal("81.65"), "kg", at=YESTERDAY),),
    "absent": (),
    "unreadable": (observed("29463-7", Decimal("180.0"), "cubit", at=YESTERDAY),),
    "without unit": (observed("29463-7", Decimal("180.0"), "", at=YESTERDAY),),
    "stale": (observed("29463-7", Decimal("180.0"), "[lb_av]", at="2026-01-08T10:00:00-06:00"),),
    "a slip": (observed("29463-7", Decimal("1800"), "[lb_av]", at=YESTERDAY),),
}
COMPARABLE = ("fresh", "in kilograms, by another code")
FREE = ("systolic", "diastolic", "heart-rate", "glucose")
"""Numbers that are judged if they are given, and that nobody must give."""


class Thrown:
    """One case: a person, and the state of every answer and of the baseline."""

    def __init__(self, chance: random.Random, upset: int) -> None:
        self.person = chance.choice(tuple(PEOPLE))
        self.form = CONTENT.get("Questionnaire", FORMS[self.person])
        self.items = {link_id: item for link_id, item in forms.items(self.form).items() if link_id != "weighed-at"}
        self.seed = chance.random()
        self.states = {link_id: self._calm_state(link_id, chance) for link_id in self.items}
        self.baseline = chance.choice(COMPARABLE)
        for link_id in chance.sample(sorted(self.items), k=upset):
            self.states[link_id] = chance.choice(tuple(self.ways(link_id)))
        if upset and chance.random() < 0.2:
            self.baseline = chance.choice(tuple(BASELINES))

    def _calm_state(self, link_id: str, chance: random.Random) -> str:
        if link_id in FREE:
            return chance.choice(("calm", "absent"))
        return "absent" if link_id == "thoughts-of-death" else "calm"

    def ways(self, link_id: str) -> dict[str, Draw]:
        """Every state a question can be in."""
        if link_id in CALM:
            return numbers_of(link_id)
        if link_id == "own-words":
            return OWN_WORDS
        if link_id == "same-scale":
            return {"calm": of(coded("yes")), "absent": lambda chance: [], "another": of(coded("no"))}
        if link_id == "thoughts-of-death":
            several = {"valueCoding": {"system": "http://loinc.org", "code": "LA6569-3"}}
            return {"absent": lambda chance: [], "alarming": of(several)}
        return YES_OR_NO

    def response(self) -> Json:
        items = []
        for link_id, state in self.states.items():
            chance = random.Random(f"{self.seed} {link_id} {state}")
            answers = self.ways(link_id)[state](chance)
            if answers:
                items.append({"linkId": link_id, "answer": answers})
        url = f"{self.form['url']}|{self.form['version']}"
        return {"resourceType": "QuestionnaireResponse", "questionnaire": url, "status": "completed", "item": items}

    def color(self) -> str:
        person = {"resourceType": "Patient", "birthDate": "1951-07-04"}
        return judged(self.response(), person, *PEOPLE[self.person], *BASELINES[self.baseline]).color

    def instructions(self) -> tuple[str, ...]:
        return judged(self.response(), *PEOPLE[self.person], *BASELINES[self.baseline]).instructions

    def calm(self) -> bool:
        """Whether nothing at all is wrong with it."""
        weighed = "weight" not in self.items or self.baseline in COMPARABLE
        return weighed and all(self._is_calm(link_id, state) for link_id, state in self.states.items())

    def _is_calm(self, link_id: str, state: str) -> bool:
        allowed = {"calm", "nothing"} if link_id == "own-words" else {"calm"}
        free = (
            *FREE,
            "thoughts-of-death",
            *(() if self.person in ON_INSULIN else ("glucose-lowest", "glucose-highest")),
        )
        return state in allowed or (state == "absent" and link_id in free)

    def __repr__(self) -> str:
        upset = {name: state for name, state in self.states.items() if not self._is_calm(name, state)}
        return f"{self.person}, baseline {self.baseline}, {upset}, seed {self.seed}"


ON_INSULIN = ("diabetes", "both")
"""Who takes insulin or a sulfonylurea: their lowest and highest glucose must be known."""
CHUNKS = 20


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_check_in_is_falsely_reassuring(chunk: int, record_property: Callable[[str, object], None]) -> None:
    chance = random.Random(f"never green {chunk}")
    tried = 0
    for _ in range(depth(6, 80)):
        thrown = Thrown(chance, chance.choice((0, 1, 1, 1, 2, 3, 8)))
        color = thrown.color()
        tried += 1
        assert (color == "green") is thrown.calm(), thrown
        if any(thrown.states.get(item) in ("yes", "not understood", "no and yes") for item in EMERGENCIES):
            assert color == "emergency", thrown
            assert any("911" in order for order in thrown.instructions()), thrown
        for link_id in chance.sample(sorted(thrown.states), k=2):
            tried += _made_worse(thrown, link_id, color, chance)
    record_property("check-ins judged", tried)


def _made_worse(thrown: Thrown, link_id: str, before: str, chance: random.Random) -> int:
    """Makes one answer worse, or harder to read: the color is never better for it."""
    state = thrown.states[link_id]
    if thrown.ways(link_id) is YES_OR_NO:
        worse = WORSE_ANSWERS[state]
    else:
        others = [other for other in thrown.ways(link_id) if other not in ("calm", "absent", "nothing")]
        worse = tuple(others) if thrown._is_calm(link_id, state) else ()
    if not worse:
        return 0
    thrown.states[link_id] = chance.choice(worse)
    after = thrown.color()
    assert WORST_LAST.index(after) >= WORST_LAST.index(before), f"{link_id}: {state}, {before} -> {after}: {thrown}"
    thrown.states[link_id] = state
    return 1
