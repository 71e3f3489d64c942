"""Green needs proof (clinical practice, rules 21 to 23, 32 and 34): what makes a check-in less than green.

Rosa, 74, has heart failure and type 2 diabetes, takes insulin, and weighed 180 lb yesterday and the day before. Nobody
is asked for anything here: a response and a chart go in, a judged case comes out (`tests/spec/test_check_in.py` has the
same on servers).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from carefhir.fhir.changes import Act, Plan
from carefhir.workflows.monitoring.check_in_recording import CheckInCase
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn, open_cases
from tests.support.charts import condition, observed, occasion, records_of, taking
from tests.support.stories.monitoring import check_in

Json = dict[str, Any]
NOW = "2026-03-09T10:00:00-05:00"
YESTERDAY = "2026-03-08T10:00:00-05:00"
LOINC = "http://loinc.org"
CALM = {"weight": ("180.0", "[lb_av]"), "glucose-lowest": ("110", "mg/dL"), "glucose-highest": ("180", "mg/dL")}
PERSON: Json = {"resourceType": "Patient", "birthDate": "1951-07-04"}
WEIGHED = observed("29463-7", Decimal("180.0"), "[lb_av]", at=YESTERDAY)
ROSA: tuple[Json, ...] = (PERSON, condition("84114007"), condition("44054006"), taking("insulin glargine"), WEIGHED)
HEART = (PERSON, condition("84114007"), WEIGHED)


def judged(response: Json, *chart: Json, unseen: tuple[str, ...] = (), **more: Any) -> CheckInCase:
    command = RecordCheckIn(patient="Patient/1", response={"authored": NOW, **response}, **more)
    (case,) = open_cases(records_of(*(chart or ROSA), unseen=unseen), command, occasion(NOW))
    assert isinstance(case, CheckInCase)
    return case


def calm(**more: Any) -> Json:
    numbers = {**CALM, **more.pop("numbers", {})}
    return check_in(numbers={name: number for name, number in numbers.items() if number}, **more)


def answering(link_id: str, *answers: Json, **more: Any) -> Json:
    """A calm check-in, but for one question, answered in these words of FHIR."""
    response = calm(**more)
    items = [item for item in response["item"] if item["linkId"] != link_id]
    return {**response, "item": [*items, {"linkId": link_id, "answer": list(answers)}]}


def number(value: Any, unit: str | None = None, **more: Any) -> Json:
    quantity = {"value": Decimal(value) if isinstance(value, str) else value, **more}
    return {"valueQuantity": {**quantity, "unit": unit} if unit is not None else quantity}


def test_calm_is_green() -> None:
    """The table below differs from this in one thing only."""
    case = judged(calm())
    assert (case.color, case.objections) == ("green", ())


# ---- rule 21: every number read

NUMBERS = [
    # systolic pressure: a unit in many spellings, both ends of every limit, and what is a slip
    ("systolic", number("78", "mmHg"), "red-urgent"),
    ("systolic", number("78", "mm Hg"), "red-urgent"),
    ("systolic", number("78", "MMHG."), "red-urgent"),
    ("systolic", number("78", "mmHg", code="mm[Hg]", system="http://unitsofmeasure.org"), "red-urgent"),
    ("systolic", number("78"), "red-urgent"),  # no unit: it can only be this
    ("systolic", number("78", "furlongs"), "red-urgent"),
    ("systolic", number("10.4", "kPa"), "red-urgent"),  # 78 mmHg
    ("systolic", {"valueInteger": 78}, "red-urgent"),
    ("systolic", {"valueDecimal": Decimal("78.0")}, "red-urgent"),
    ("systolic", {"valueString": "78"}, "red-urgent"),
    ("systolic", {"valueString": "78/50"}, "red-urgent"),
    ("systolic", number("90", "mmHg", comparator="<"), "red-urgent"),
    ("systolic", number("90", "mmHg"), "green"),
    ("systolic", number("120", "mmHg"), "green"),
    ("systolic", number("120", "furlongs"), "cannot-say"),
    ("systolic", {"valueString": "about 120"}, "cannot-say"),
    ("systolic", {"valueString": "normal"}, "cannot-say"),
    ("systolic", number("159", "mmHg"), "green"),
    ("systolic", number("160", "mmHg"), "yellow"),
    ("systolic", number("179", "mmHg"), "yellow"),
    ("systolic", number("180", "mmHg"), "red-urgent"),
    ("systolic", number("240", "mmHg"), "red-urgent"),
    ("systolic", number("12", "mmHg"), "red-urgent"),  # not plausible, and judged all the same
    ("systolic", number("1200", "mmHg"), "red-urgent"),
    ("heart-rate", number("49", "bpm"), "red-urgent"),
    ("heart-rate", number("121", "beats/min"), "red-urgent"),
    ("heart-rate", number("80", "{beats}/min"), "green"),
    ("heart-rate", number("80", "Hz"), "cannot-say"),
    # weight against 180.0 lb yesterday
    ("weight", number("195", "lb"), "yellow"),
    ("weight", number("183", "lbs"), "yellow"),
    ("weight", number("183.0", "Pounds"), "yellow"),
    ("weight", number("182.9", "pounds"), "green"),
    ("weight", number("83.1", "kilograms"), "yellow"),
    ("weight", number("81.7", "KG"), "green"),
    ("weight", number("81650", "g"), "green"),
    ("weight", number("180", "lb", code="kg"), "yellow"),  # code and unit disagree: as 397 lb it is a gain
    ("weight", {"valueString": "195 lb"}, "yellow"),
    ("weight", {"valueString": "one ninety five"}, "cannot-say"),
    ("weight", number("404", "lb"), "yellow"),
    # glucose
    ("glucose", number("590", "mg/dL"), "red-urgent"),
    ("glucose", number("400", "mg/dl"), "red-urgent"),
    ("glucose", number("399", "mg/dl"), "yellow"),
    ("glucose", number("300", "mg/dl"), "yellow"),
    ("glucose", number("299", "mg/dl"), "green"),
    ("glucose", number("53", "mg%"), "red-urgent"),
    ("glucose", number("2.9", "mmol/l"), "red-urgent"),  # 52 mg/dL
    ("glucose", number("22.3", "mmol"), "red-urgent"),  # 402 mg/dL
    ("glucose", number("25"), "red-urgent"),  # 25 mg/dL or 450
    ("glucose", number("120"), "cannot-say"),
    ("glucose", number("70", "mg/dL", comparator="<"), "yellow"),
    ("glucose", {"valueString": "HI"}, "emergency"),
    ("glucose", {"valueString": "LO"}, "red-urgent"),
    ("glucose-highest", {"valueString": "high"}, "emergency"),
    ("glucose-lowest", number("300", "mg/dL"), "yellow"),  # the two numbers swapped: each counts as both
    ("glucose-highest", number("60", "mg/dL"), "yellow"),
]


@pytest.mark.parametrize(
    ("link_id", "answer", "color"), NUMBERS, ids=[f"{n}: {c}" for n, (_, _, c) in enumerate(NUMBERS)]
)
def test_a_number_is_read_or_said_to_be_unread(link_id: str, answer: Json, color: str) -> None:
    assert judged(answering(link_id, answer)).color == color


@pytest.mark.parametrize(
    ("systolic", "diastolic", "yes", "color"),
    [
        ("128", "82", (), "green"),
        ("128", "99", (), "green"),
        ("128", "100", (), "yellow"),
        ("150", "119", (), "yellow"),
        ("150", "120", (), "red-urgent"),
        ("240", "130", (), "red-urgent"),
        ("240", "130", ("dizzy",), "emergency"),
        ("150", "120", ("heart-racing",), "emergency"),
        ("128", "49", (), "yellow"),
        ("128", "50", (), "green"),
        ("82", "128", (), "red-urgent"),  # swapped: under 90, over 120; and asked again
        ("128", "128", (), "red-urgent"),
    ],
)
def test_both_numbers_of_a_blood_pressure(systolic: str, diastolic: str, yes: tuple[str, ...], color: str) -> None:
    numbers = {"systolic": (systolic, "mm[Hg]"), "diastolic": (diastolic, "mm[Hg]")}
    case = judged(calm(yes=yes, numbers=numbers))
    assert case.color == color
    assert (case.answers.number("systolic") is None) is (int(diastolic) >= int(systolic))


@pytest.mark.parametrize(
    ("pounds", "filed"), [("199", True), ("200.5", False), ("404", False), ("404.0", False), ("18", False)]
)
def test_what_is_not_plausible_is_asked_again_and_not_filed(pounds: str, filed: bool) -> None:
    """More than 9 kg (19.8 lb) from the last weight of two weeks, or no weight of an adult at all."""
    case = judged(calm(numbers={"weight": (pounds, "[lb_av]")}))
    assert (case.answers.number("weight") is not None) is filed
    assert case.color != "green"
    assert any("ask again" in objection for objection in case.objections) is not filed


@pytest.mark.parametrize(
    ("baseline", "color"),
    [
        ([], "cannot-say"),
        ([observed("29463-7", Decimal("180.0"), "[lb_av]", at="2026-02-20T10:00:00-06:00")], "cannot-say"),  # 17 days
        ([observed("29463-7", Decimal("180.0"), "[lb_av]", at="2026-02-24T10:00:00-06:00")], "green"),  # 13 days
        ([observed("29463-7", Decimal("180.0"), "", at=YESTERDAY)], "cannot-say"),
        ([observed("29463-7", Decimal("180.0"), "cubits", at=YESTERDAY)], "cannot-say"),
        ([WEIGHED, observed("29463-7", Decimal("170.0"), "cubits", at=YESTERDAY)], "cannot-say"),
        ([WEIGHED, observed("29463-7", Decimal("170.0"), "cubits", at="2026-01-01")], "green"),
        ([observed("3141-9", Decimal("180.0"), "[lb_av]", at=YESTERDAY)], "green"),
        ([observed("3141-9", Decimal("81.6"), "kg", at=YESTERDAY)], "green"),
        ([observed("8335-2", Decimal("176.0"), "lb", at=YESTERDAY)], "yellow"),
        ([observed("29463-7", Decimal("1800"), "[lb_av]", at=YESTERDAY)], "cannot-say"),
        ([observed("29463-7", Decimal("180.0"), "[lb_av]", at=YESTERDAY, status="entered-in-error")], "cannot-say"),
    ],
)
def test_a_weight_needs_one_to_be_compared_with(baseline: list[Json], color: str) -> None:
    assert judged(calm(), *ROSA[:-1], *baseline).color == color


def test_another_scale_is_no_comparison() -> None:
    assert judged(calm(no=("same-scale",))).color == "cannot-say"
    assert judged(calm(left_out=("same-scale",))).color == "cannot-say"
    assert judged(calm(no=("same-scale",), numbers={"weight": ("184", "[lb_av]")})).color == "yellow"


def test_ten_pounds_in_two_weeks() -> None:
    """Never 5 lb in a week."""
    crept = [
        observed("29463-7", Decimal(pounds), "[lb_av]", at=f"2026-{day}T10:00:00-06:00")
        for day, pounds in (("02-24", "170.0"), ("02-28", "172.5"), ("03-03", "176.0"), ("03-08", "178.5"))
    ]
    assert judged(calm(numbers={"weight": ("179.9", "[lb_av]")}), *ROSA[:-1], *crept).color == "green"
    assert judged(calm(numbers={"weight": ("180.0", "[lb_av]")}), *ROSA[:-1], *crept).color == "yellow"


# ---- rule 21: every answer understood

YES = [
    {"valueBoolean": True},
    {"valueString": "yes"},
    {"valueString": " Yes. "},
    {"valueString": "Y"},
    {"valueString": "a little, since this morning"},
    {"valueString": ""},
    {"valueInteger": 1},
    {"valueCoding": {"system": LOINC, "code": "LA33-6"}},
    {"valueCoding": {"system": LOINC, "code": "LA33-6", "display": "Yes"}},
    {"valueCoding": {"code": "yes"}},
    {"valueCoding": {"display": "Yes"}},
    {"valueCoding": {"system": "http://terminology.hl7.org/CodeSystem/v2-0136", "code": "Y"}},
    {"valueCoding": {"system": "http://snomed.info/sct", "code": "373066001"}},
    {"valueCoding": {"system": "urn:x", "code": "29857009", "display": "Chest pain"}},
    {"valueCoding": {"system": "https://carefhir.org/fhir/CodeSystem/check-in-answer", "code": "no", "display": "Yes"}},
    {"valueCoding": {}},
    {"valueQuantity": {"value": 7}},
    {"valueDate": "2026-03-09"},
    {"valueReference": {"display": "see note"}},
]


@pytest.mark.parametrize("answer", YES, ids=[str(n) for n in range(len(YES))])
@pytest.mark.parametrize("link_id", ["chest-pain", "breath-at-rest", "fainted", "confused", "meter-hi"])
def test_an_emergency_in_any_form_is_an_emergency(link_id: str, answer: Json) -> None:
    case = judged(answering(link_id, answer))
    assert case.color == "emergency"
    assert "911" in case.instructions[0]


def test_the_worst_of_several_answers_counts() -> None:
    no, yes = ({"valueBoolean": False}, {"valueBoolean": True})
    assert judged(answering("chest-pain", no, yes)).color == "emergency"
    twice = calm()
    twice["item"].append({"linkId": "chest-pain", "answer": [yes]})
    assert judged(twice).color == "emergency"
    assert judged(answering("chest-pain", no, no)).color == "cannot-say"


@pytest.mark.parametrize(
    "answer",
    [
        {"valueBoolean": False},
        {"valueString": "No"},
        {"valueString": "not at all"},
        {"valueCoding": {"system": LOINC, "code": "LA32-8"}},
        {"valueCoding": {"system": LOINC, "code": "LA12688-0"}},
        {"valueString": "don\u2019t know"},
    ],
)
def test_a_no_in_other_words_is_no_alarm_and_not_green(answer: Json) -> None:
    assert judged(answering("chest-pain", answer)).color == "cannot-say"


@pytest.mark.parametrize("link_id", ["swelling", "missed-water-pill", "missed-blood-thinner", "thirst"])
def test_a_question_not_answered_is_not_green(link_id: str) -> None:
    assert judged(calm(left_out=(link_id,))).color == "cannot-say"
    assert judged(calm(unknown=(link_id,))).color == "cannot-say"
    assert judged(answering(link_id, {"extension": [{"url": "http://x", "valueString": "no"}]})).color == "cannot-say"


def test_an_answer_to_no_question_of_ours_is_not_passed_over() -> None:
    response = calm()
    response["item"].append({"linkId": "other-complaints", "answer": [{"valueString": "a cough"}]})
    assert judged(response).color == "cannot-say"


@pytest.mark.parametrize("status", ["in-progress", "stopped", None])
def test_a_draft_is_not_green(status: str | None) -> None:
    assert judged({**calm(), "status": status}).color == "cannot-say"


# ---- rule 21: every pathway in force


@pytest.mark.parametrize(
    ("form", "chart", "color"),
    [
        ("check-in-diabetes-type-2", ROSA, "cannot-say"),
        ("check-in-heart-failure", ROSA, "cannot-say"),
        ("check-in-heart-failure", HEART, "green"),
        ("check-in", HEART, "green"),
        ("check-in-diabetes-type-2", HEART, "cannot-say"),
        ("check-in-heart-failure", (PERSON, WEIGHED), "green"),  # no diagnosis on record, and asked for it whole
    ],
)
def test_every_pathway_in_force_is_asked(form: str, chart: tuple[Json, ...], color: str) -> None:
    items = {"check-in-diabetes-type-2": ("glucose-lowest", "glucose-highest"), "check-in-heart-failure": ("weight",)}
    numbers = {name: CALM[name] for name in items.get(form, tuple(CALM))}
    assert judged(check_in(form, numbers=numbers), *chart).color == color


def test_a_condition_nobody_has_confirmed_yet_is_asked_about() -> None:
    unsure = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "provisional"}]
    }
    chart = (PERSON, condition("44054006"), condition("84114007", verificationStatus=unsure), WEIGHED)
    numbers = {name: CALM[name] for name in ("glucose-lowest", "glucose-highest")}
    assert judged(check_in("check-in-diabetes-type-2", numbers=numbers), *chart).color == "cannot-say"


@pytest.mark.parametrize("need", ["conditions", "medication_requests"])
def test_what_could_not_be_seen_is_not_green(need: str) -> None:
    color = judged(calm(numbers={"glucose-lowest": None}), *ROSA, unseen=(need,)).color
    assert color == "cannot-say"


# ---- rule 21: own words


@pytest.mark.parametrize(
    ("words", "color"),
    [
        ("I do not want to live", "red-urgent"),
        ("i DON\u2019T want to live anymore", "red-urgent"),
        ("sometimes I think they would be better off without me", "red-urgent"),
        ("had some chest pressure last night", "emergency"),
        ("can't catch my breath", "emergency"),
        ("My garden is in bloom", "cannot-say"),
        ("   ", "green"),
        ("No", "green"),
        ("nothing else.", "green"),
    ],
)
def test_own_words_that_nobody_has_read(words: str, color: str) -> None:
    case = judged(answering("own-words", {"valueString": words}))
    assert case.color == color
    assert bool(case.instructions) is (color in ("red-urgent", "emergency"))


@pytest.mark.parametrize(
    ("words", "color"),
    [
        ("my mother had a stroke last year", "cannot-say"),
        ("My dad died of a heart attack 20 years ago.", "cannot-say"),
        ("MY SISTER HAD CHEST PAIN A LONG TIME AGO", "cannot-say"),
        ("my mother had a stroke last night", "emergency"),
        ("my mother had a stroke", "emergency"),
        ("mother had a stroke last year", "emergency"),
        ("my mother had a stroke last year and now my arm is numb", "emergency"),
        ("my mother had a stroke last year. I feel the same", "emergency"),
        ("like my mother had a stroke last year", "emergency"),
        ("I had a stroke last year", "emergency"),
        ("my brother's suicide last year", "red-urgent"),
    ],
)
def test_what_another_person_had_years_ago_is_no_emergency(words: str, color: str) -> None:
    assert judged(answering("own-words", {"valueString": words})).color == color


@pytest.mark.parametrize(
    ("read", "color"),
    [
        ("nothing-urgent", "green"),
        ("call-today", "yellow"),
        ("provider-today", "red-urgent"),
        ("emergency", "emergency"),
        ("thoughts-of-death", "red-urgent"),
    ],
)
def test_own_words_that_somebody_has_read(read: str, color: str) -> None:
    case = judged(answering("own-words", {"valueString": "the chest pain was my sister's"}), words_read=read)
    assert case.color == color
    assert [danger.finding for danger in case.dangers] == ["self-harm-item-positive"] * (read == "thoughts-of-death")


def test_own_words_in_something_else_than_words() -> None:
    assert judged(answering("own-words", {"valueAttachment": {"title": "voice message"}})).color == "cannot-say"


# ---- rules 24 and 25: cared for by a hospice, in a hospital now

HOSPICE: Json = {
    "resourceType": "Flag",
    "status": "active",
    "code": {"text": "Hospice care"},
    "author": {"display": "Quiet Harbor Hospice"},
}


@pytest.mark.parametrize(("yes", "color"), [(("chest-pain",), "emergency"), (("not-eating",), "red-urgent")])
def test_hospice_is_called_first(yes: tuple[str, ...], color: str) -> None:
    case = judged(calm(yes=yes), *ROSA, HOSPICE)
    assert case.color == color
    assert "Call hospice first: Quiet Harbor Hospice" in case.instructions[0]
    assert "call 911 now" not in case.instructions[0]
    assert "911" in judged(calm(yes=yes), *ROSA, {**HOSPICE, "status": "inactive"}).instructions[0]


def test_where_a_hospice_may_care_for_somebody_both_are_said() -> None:
    """Palliative care alone (Z51.5) does not say that a hospice does."""
    palliative = condition("Z51.5", "http://hl7.org/fhir/sid/icd-10-cm")
    words = judged(calm(yes=("chest-pain",)), *ROSA, palliative).instructions[0]
    assert "Call hospice first" in words
    assert "If it does not: Tell the person who answers to call 911 now" in words


def stay(**more: Any) -> Json:
    system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    return {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": system, "code": "IMP"},
        "period": {"start": "2026-03-08T20:00:00-05:00"},
        **more,
    }


@pytest.mark.parametrize(
    ("encounter", "away"),
    [
        (stay(), True),
        (stay(status="arrived"), True),
        (stay(**{"class": {"code": "EMER"}}), True),
        (stay(**{"class": {"code": "OBSENC"}}), True),
        (stay(**{"class": {"code": "AMB"}}), False),
        (stay(status="planned"), False),
        (stay(status="finished", period={"start": "2026-03-01", "end": "2026-03-05"}), False),
    ],
)
@pytest.mark.parametrize("yes", [(), ("chest-pain",)])
def test_in_a_hospital_now_there_is_no_color(encounter: Json, away: bool, yes: tuple[str, ...]) -> None:
    """What is urgent is said and written all the same: the record may be wrong about where somebody is."""
    case = judged(calm(yes=yes), *ROSA, encounter)
    plan = case.decide(Act("record-check-in", "Patient/1", case.cause.spelled(), ""))
    if not away:
        assert isinstance(plan, Plan)
        assert plan.incomplete == ()
        return
    why = plan.incomplete if isinstance(plan, Plan) else plan.why
    assert "suspend-transition" in why[0]
    assert bool(plan.instructions) is bool(yes)
    written = {change.type for change in plan.changes} if isinstance(plan, Plan) else set()
    assert written == ({"Task"} if yes else set())


# ---- what a hostile nurse tried next

DEATH_ITEM = {"linkId": "zz", "text": "Thoughts that you would be better off dead, or of hurting yourself"}


@pytest.mark.parametrize(
    ("item", "color"),
    [
        ({**DEATH_ITEM, "answer": [{"valueBoolean": True}]}, "red-urgent"),
        ({"linkId": "notes", "answer": [{"valueString": "I want to die"}]}, "red-urgent"),
        ({"linkId": "notes", "answer": [{"valueString": "crushing chest pain"}]}, "emergency"),
        ({"linkId": "Chest-Pain", "answer": [{"valueBoolean": True}]}, "emergency"),
        (
            {"linkId": "q7", "text": "Do you have chest pain or pressure?", "answer": [{"valueBoolean": True}]},
            "emergency",
        ),
        ({"linkId": "chest-pain", "answer": [{"valueBoolean": True}]}, "emergency"),
        ({"linkId": "systolic", "answer": [number("240", "mmHg")]}, "red-urgent"),
    ],
)
def test_a_danger_beside_the_form_is_heard(item: Json, color: str) -> None:
    """The diabetes form asks none of this."""
    numbers = {name: CALM[name] for name in ("glucose-lowest", "glucose-highest")}
    response = check_in("check-in-diabetes-type-2", numbers=numbers)
    response["item"].append(item)
    case = judged(response, PERSON, condition("44054006"), taking("insulin glargine"))
    assert case.color == color
    assert case.instructions


@pytest.mark.parametrize("form", [None, "https://example.org/Questionnaire/morning-call"])
def test_a_danger_in_a_form_that_is_not_named_is_heard(form: str | None) -> None:
    response = {**calm(yes=("chest-pain",)), "questionnaire": form}
    case = judged({name: value for name, value in response.items() if value is not None})
    assert case.color == "emergency"
    assert case.objections
    assert "911" in case.instructions[0]


def test_whoever_reads_the_words_does_not_take_a_wish_to_die_away() -> None:
    for read in ("nothing-urgent", "call-today", "emergency"):
        case = judged(answering("own-words", {"valueString": "I want to die"}), words_read=read)
        assert [danger.finding for danger in case.dangers] == ["self-harm-item-positive"]
        assert case.color in ("red-urgent", "emergency")


@pytest.mark.parametrize(
    ("words", "color"),
    [
        ("I have no chest pain", "cannot-say"),
        ("denies any chest pain", "cannot-say"),
        ("no, but chest pain", "emergency"),
        ("never had chest pain like this", "emergency"),
        ("No chest pain like this in all my life", "emergency"),
        ("I had no chest pain until this morning.", "emergency"),
        ("no chest pain before today", "emergency"),
        ("no chest pain, but now I fainted", "emergency"),
        ("no chest pain as bad as today's", "emergency"),
        ("no chest pain ever came on so quickly", "emergency"),
        ("no chest pain, the pressure sits on my left arm", "emergency"),
        ("no chest pain, no swelling, I feel fine", "cannot-say"),
        ("No chest pain or shortness of breath at all today.", "cannot-say"),
        ("No chest pain. I like the new nurse!", "cannot-say"),
        ("no chest pain today", "cannot-say"),
        ("I do not want to live, no suicide", "red-urgent"),
    ],
)
def test_what_is_denied_is_no_emergency(words: str, color: str) -> None:
    assert judged(answering("own-words", {"valueString": words})).color == color


@pytest.mark.parametrize(
    ("pounds", "weighed_at", "color"),
    [
        ("190", "2026-03-08T09:50:00-05:00", "yellow"),  # before the newest weight on record, and judged all the same
        ("180", "2026-03-08T09:50:00-05:00", "cannot-say"),
        ("180", "2026-03-19T10:00:00-05:00", "cannot-say"),  # to come
        ("180", "2026-03", "cannot-say"),
        ("180", "2026-03-09T09:00:00-05:00", "green"),
    ],
)
def test_when_it_was_weighed(pounds: str, weighed_at: str, color: str) -> None:
    response = answering("weighed-at", {"valueDateTime": weighed_at}, numbers={"weight": (pounds, "[lb_av]")})
    earlier = observed("29463-7", Decimal("180.0"), "[lb_av]", at="2026-03-07T10:00:00-05:00")
    assert judged(response, *ROSA, earlier).color == color


@pytest.mark.parametrize("where", ["response", "item", "answer"])
def test_a_modifier_is_never_passed_over(where: str) -> None:
    modifier = {"modifierExtension": [{"url": "http://x", "valueBoolean": True}]}
    response = answering("chest-pain", coded_no())
    if where == "response":
        response |= modifier
    else:
        part = response["item"][-1] if where == "item" else response["item"][-1]["answer"][0]
        part.update(modifier)
    assert judged(response).color == ("cannot-say" if where == "response" else "emergency")


def coded_no(**more: Any) -> Json:
    system = "https://carefhir.org/fhir/CodeSystem/check-in-answer"
    return {"valueCoding": {"system": system, "code": "no", **more}}


def test_words_beside_a_code_count() -> None:
    assert judged(answering("chest-pain", coded_no(display="No, but it feels tight"))).color == "emergency"
    assert judged(answering("chest-pain", coded_no(display="No"))).color == "green"


@pytest.mark.parametrize("shown", ["HI!", "meter reads HI", ">600", "601"])
def test_a_meter_beyond_its_range(shown: str) -> None:
    assert judged(answering("glucose", {"valueString": shown})).color == "emergency"


@pytest.mark.parametrize(
    "code",
    [
        {"text": "Congestive heart failure"},
        {"text": "CHF, stable"},
        {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I50.9"}]},
        {"coding": [{"system": "urn:oid:2.16.840.1.113883.6.90", "code": "I50.9"}]},
        {"coding": [{"code": "I50.9"}]},
    ],
)
def test_a_heart_failure_in_other_words_is_asked_about(code: Json) -> None:
    numbers = {name: CALM[name] for name in ("glucose-lowest", "glucose-highest")}
    heart = {"resourceType": "Condition", "code": code}
    response = check_in("check-in-diabetes-type-2", numbers=numbers)
    assert judged(response, PERSON, condition("44054006"), heart).color == "cannot-say"
    assert judged(response, PERSON, condition("44054006")).color == "green"


def test_old_answers_do_not_say_how_the_person_is() -> None:
    numbers = {name: CALM[name] for name in ("glucose-lowest", "glucose-highest")}
    response = check_in("check-in-diabetes-type-2", numbers=numbers)
    for authored, color in (("2026-03-08T10:00:00-05:00", "green"), ("2026-02-07T10:00:00-06:00", "cannot-say")):
        assert judged({**response, "authored": authored}, PERSON, condition("44054006")).color == color


@pytest.mark.parametrize("kind", ["escalation", "safety-review"])
def test_nobody_is_green_beside_an_open_danger(kind: str) -> None:
    coded = {"coding": [{"system": "https://carefhir.org/fhir/CodeSystem/care-task", "code": kind}]}
    task = {"resourceType": "Task", "status": "requested", "intent": "order", "code": coded}
    assert judged(calm(), *ROSA, task).color == "cannot-say"
    assert judged(calm(), *ROSA, {**task, "status": "completed"}).color == "green"


# ---- rule 32


@pytest.mark.parametrize(
    "link_id", ["missed-water-pill", "missed-blood-thinner", "missed-diabetes-medicine", "cannot-afford-medicine"]
)
def test_a_medicine_missed_or_not_affordable_is_at_least_yellow(link_id: str) -> None:
    assert judged(calm(yes=(link_id,))).color == "yellow"
    assert judged(answering(link_id, {"valueString": "twice, I think"})).color == "yellow"


# ---- rule 34


@pytest.mark.parametrize(
    ("yes", "color"),
    [
        (("vomiting",), "emergency"),
        (("belly-pain",), "emergency"),
        (("fast-breathing",), "emergency"),
        (("breath-walking",), "yellow"),  # heart failure's question
        (("thirst",), "yellow"),
    ],
)
@pytest.mark.parametrize("order", ["empagliflozin 10 MG Oral Tablet", "Jardiance", "Farxiga"])
def test_an_sglt2_inhibitor(yes: tuple[str, ...], color: str, order: str) -> None:
    assert judged(calm(yes=yes), *ROSA, taking(order)).color == color
