"""High-alert medicines, dangerous pairs, changed intervals (rule 28), allergies (29), pregnancy (38): what is named,
and that it is the prescriber's the same day, whatever a nurse calls it. Expected values are written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.chart import allergies, person_states
from carefhir.chart.chart import Chart as PersonsChart
from carefhir.chart.person_states import PersonState
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import allergy_intolerance, condition, pregnancy_status
from carefhir.occasion import Actor, Occasion
from carefhir.workflows.transitions.list_comparison import compare
from carefhir.workflows.transitions.person_dangers import Person
from tests.spec.tables import Chart, carried_out
from tests.spec.test_reconciliation import CONTENT, b, coded, d, differing, due, lists, request, rosa, run, told
from tests.support.scenarios import Stage
from tests.support.stage import NOW
from tests.support.stories import medications as story

__all__ = ["rosa"]

Json = dict[str, Any]


def both(*names: str) -> list[Record]:
    """The same orders before and at discharge."""
    return [make(name, n=n) for n, name in enumerate(names, 1) for make in (b, d)]


# ---- rule 28: together

TOGETHER: list[tuple[str, list[Record], list[tuple[str, str]]]] = [
    ("two anticoagulants, unchanged", both("warfarin 5 MG", "apixaban 5 MG"),
     [("apixaban", "two-anticoagulants"), ("warfarin", "two-anticoagulants")]),
    ("by brand, in odd spelling", both("COUMADIN 5mg", "Eliquis 5 mg"),
     [("apixaban", "two-anticoagulants"), ("warfarin", "two-anticoagulants")]),
    ("a heparin beside a tablet", both("Lovenox 40 MG/0.4 ML syringe", "rivaroxaban 20 MG"),
     [("enoxaparin", "two-anticoagulants"), ("rivaroxaban", "two-anticoagulants")]),
    ("an antiplatelet is none", both("apixaban 5 MG", "aspirin 81 MG", "clopidogrel 75 MG"), []),
    ("one anticoagulant", both("warfarin 5 MG", "lisinopril 10 MG"), []),
    ("two opioids", both("oxycodone 5 MG", "tramadol 50 MG"),
     [("oxycodone", "two-opioids"), ("tramadol", "two-opioids")]),
    ("one of them inside a combination", both("Percocet 5-325", "morphine ER 15 MG"),
     [("acetaminophen+oxycodone", "two-opioids"), ("morphine", "two-opioids")]),
    ("three opioids", both("oxycodone 5 MG", "tramadol 50 MG", "fentanyl 25 MCG/HR patch"),
     [("fentanyl", "two-opioids"), ("oxycodone", "two-opioids"), ("tramadol", "two-opioids")]),
    ("an opioid with a benzodiazepine", both("oxycodone 5 MG", "Xanax 0.5 mg"),
     [("alprazolam", "opioid-with-benzodiazepine"), ("oxycodone", "opioid-with-benzodiazepine")]),
    ("a benzodiazepine alone", both("lorazepam 1 MG", "sertraline 50 MG"), []),
    ("Entresto beside an ACE inhibitor", both("Entresto 24/26 MG", "lisinopril 10 MG"),
     [("lisinopril", "arni-with-ace-inhibitor"), ("valsartan+sacubitril", "arni-with-ace-inhibitor")]),
    ("Entresto in the place of an ACE inhibitor", [b("lisinopril 10 MG"), d("sacubitril-valsartan 24-26 MG")],
     [("lisinopril", "omitted"), ("valsartan+sacubitril", "added"),
      ("valsartan+sacubitril", "arni-with-ace-inhibitor")]),
    ("an ACE inhibitor in the place of Entresto", [b("Entresto 24/26 MG"), d("Vasotec 5 MG")],
     [("enalapril", "added"), ("enalapril", "arni-with-ace-inhibitor"), ("valsartan+sacubitril", "omitted")]),
    ("an ACE inhibitor given in the hospital", [request(1, "captopril 12.5 MG", on="inpatient"), d("Entresto 24/26")],
     [("valsartan+sacubitril", "added"), ("valsartan+sacubitril", "arni-with-ace-inhibitor")]),
    ("an ACE inhibitor that ended on an unknown day",
     [request(1, "lisinopril 10 MG", status="stopped", authoredOn="2026-02-20"), d("Entresto 24/26")],
     [("valsartan+sacubitril", "added"), ("valsartan+sacubitril", "arni-with-ace-inhibitor")]),
    ("Entresto before and now, an ACE inhibitor gone", [*both("Entresto 24/26"), b("lisinopril 10 MG", n=5)],
     [("lisinopril", "omitted")]),
    ("Entresto in the place of an ARB", [b("losartan 50 MG"), d("Entresto 24/26")],
     [("valsartan+sacubitril", "substituted")]),
    ("two insulins are usual", both("insulin glargine 100 UNT/ML", "insulin lispro 100 UNT/ML"), []),
]  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), [one[1:] for one in TOGETHER], ids=[one[0] for one in TOGETHER])
def test_what_does_not_go_together_is_named(records: list[Record], expected: list[tuple[str, str]]) -> None:
    assert differing(compare(CONTENT, lists(*records), ())) == expected


def test_what_is_taken_counts_beside_what_is_ordered() -> None:
    """The old warfarin from the drawer beside the new apixaban: on no list, and taken."""
    found = compare(CONTENT, lists(d("apixaban 5 MG"), b("apixaban 5 MG")), (told("Jantoven"),))
    assert ("warfarin", "two-anticoagulants") in differing(found)


def test_an_order_counts_though_the_person_says_no() -> None:
    taken = (told("warfarin", "no"), told("apixaban"))
    found = compare(CONTENT, lists(*both("warfarin 5 MG", "apixaban 5 MG")), taken)
    assert ("warfarin", "two-anticoagulants") in differing(found)


# ---- rule 28: the interval

WEEKLY = {"frequency": 1, "period": 1, "periodUnit": "wk"}


def timed(repeat: Json, on: str, name: str = "methotrexate 2.5 MG Oral Tablet") -> Record:
    return request(1, name, on=on, dosageInstruction=[{"timing": {"repeat": repeat}}])


MTX = "methotrexate 2.5 MG Oral Tablet"
INTERVALS: list[tuple[str, list[Record], list[str]]] = [
    ("weekly to daily, in words", [b(MTX, "4 tablets once a week"), d(MTX, "4 tablets daily")], ["interval-changed"]),
    ("daily to weekly", [b(MTX, "1 tablet every day"), d(MTX, "4 tablets weekly")], ["interval-changed"]),
    ("odd spellings", [b(MTX, "4 tabs PO qWk"), d(MTX, "4 tabs PO qd")], ["interval-changed"]),
    ("on Mondays", [b(MTX, "4 tablets on Mondays"), d(MTX, "4 tablets every morning")], ["interval-changed"]),
    ("weekly and not daily", [b(MTX, "4 tablets weekly"), d(MTX, "4 tablets weekly. Do not take daily")],
     ["dose-changed"]),
    ("coded", [timed(WEEKLY, "before"), timed({"frequency": 1, "period": 1, "periodUnit": "d"}, "discharge")],
     ["interval-changed"]),
    ("coded in days", [timed(WEEKLY, "before"), timed({"frequency": 1, "period": 7, "periodUnit": "d"}, "discharge")],
     []),
    ("coded by the day of the week", [timed({"dayOfWeek": ["mon"]}, "before"), timed(WEEKLY, "discharge")], []),
    ("coded on one side, words on the other", [timed(WEEKLY, "before"), d(MTX, "4 tablets daily")],
     ["interval-changed"]),
    ("in words on one side, a code on the other",
     [b(MTX, "4 tablets weekly"),
      request(1, MTX, on="discharge", dosageInstruction=[{"timing": {"code": {"coding": [{"code": "QD"}]}}}])],
     ["interval-changed"]),
    ("only for the person", [b(MTX, "4 tablets once weekly"),
     request(1, MTX, on="discharge", dosageInstruction=[{"patientInstruction": "take 4 tablets each day"}])],
     ["interval-changed"]),
    ("not stated on one side", [b(MTX, "4 tablets weekly"), d(MTX)], []),
    ("any medicine", [b("alendronate 70 MG", "1 tablet weekly"), d("alendronate 70 MG", "1 tablet daily")],
     ["interval-changed"]),
    ("from once to twice a day is another kind", [coded(1, "lisinopril 10 MG", 1, 1, on="before"),
     coded(1, "lisinopril 10 MG", 1, 2, on="discharge")], ["frequency-changed"]),
]  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), [one[1:] for one in INTERVALS], ids=[one[0] for one in INTERVALS])
def test_a_changed_interval_is_named(records: list[Record], expected: list[str]) -> None:
    assert [what for _, what in differing(compare(CONTENT, lists(*records), ()))] == expected


def test_taken_daily_instead_of_weekly() -> None:
    orders = lists(b(MTX, "4 tablets weekly"), d(MTX, "4 tablets weekly"))
    found = compare(CONTENT, orders, (told("methotrexate", "yes", "every day"),))
    assert differing(found) == [("methotrexate", "adherence")]


# ---- rule 28: whose it is


def order(found: Stage, name: str, *, on: str = "discharge") -> None:
    """One more order on Rosa's list."""
    json = dict(request(1, name, on=on).json)
    del json["id"]
    found.backend.create({**json, "subject": {"reference": found.patient}})


ADDED: dict[str, tuple[str, str]] = {
    "warfarin 5 MG": ("warfarin", "high"), "Lovenox 40 MG syringe": ("enoxaparin", "high"),
    "heparin 5000 UNT/ML": ("heparin", "high"), "HumaLOG KwikPen": ("insulin-lispro", "high"),
"Duragesic 25": ("fentanyl", "high"),
    "Lanoxin 125 MCG": ("digoxin", "high"), "Trexall 5 MG": ("methotrexate", "high"),
    "Multaq 400 MG": ("dronedarone", "high"), "Prograf 1 MG": ("tacrolimus", "high"),
    "amlodipine 5 MG": ("amlodipine", ""), "acetaminophen 500 MG": ("acetaminophen", ""),
}  # fmt: skip
"""A medicine added at discharge: its key, and whether an error with it harms soonest."""


@pytest.mark.parametrize("name", ADDED)
@pytest.mark.parametrize("who", ["nurse", "pharmacist"])
def test_nobody_but_a_prescriber_closes_what_harms_soonest(rosa: Stage, name: str, who: str) -> None:
    key, high = ADDED[name]
    order(rosa, name)
    decision = {"medicine": key, "what": "added", "why": "intended", "action": "taught"}
    taking = story.asked({"medicine": key, "taking": "yes"})
    result = run(rosa, who, taking=taking, decisions=(story.FUROSEMIDE, story.GLIPIZIDE, decision))
    assert isinstance(result, Done), result
    assert due(rosa) == {"glipizide": "2026-03-09", **({key: "2026-03-09"} if high else {})}


@pytest.mark.parametrize("why", ["match", "intended", "unintended", "unknown"])
@pytest.mark.parametrize("action", ["", "taught", "correct the list", "stop warfarin, she says", "no change"])
def test_a_nurse_neither_calls_two_anticoagulants_meant_nor_stops_one(rosa: Stage, why: str, action: str) -> None:
    for name in ("warfarin 5 MG", "apixaban 5 MG"):
        for on in ("before", "discharge"):
            order(rosa, name, on=on)
    keys = ("apixaban", "warfarin")
    decisions = [{"medicine": key, "what": "two-anticoagulants", "why": why, "action": action} for key in keys]
    taking = story.asked({"medicine": "warfarin", "taking": "no", "why": "the doctor said so"},
                         {"medicine": "apixaban", "taking": "yes"})  # fmt: skip
    adherence = {"medicine": "warfarin", "what": "adherence", "why": why, "action": action}
    decided = (story.FUROSEMIDE, story.GLIPIZIDE, *decisions, adherence)
    result = run(rosa, taking=taking, decisions=decided)
    assert isinstance(result, Done), result
    assert {"apixaban", "warfarin"} <= due(rosa).keys()
    issues = Chart(rosa.backend, rosa.patient).written("DetectedIssue")
    assert {one["status"] for one in issues} == {"preliminary"}
    assert len(issues) == 4
    statuses = {
        one["medicationCodeableConcept"]["text"].split()[0]: one["status"]
        for one in Chart(rosa.backend, rosa.patient).written("MedicationStatement")
    }
    assert (statuses["apixaban"], statuses["warfarin"]) == ("active", "not-taken")


def test_a_prescriber_decides_each_of_the_two(rosa: Stage) -> None:
    for name in ("warfarin 5 MG", "apixaban 5 MG"):
        for on in ("before", "discharge"):
            order(rosa, name, on=on)
    decisions = (
        {"medicine": "apixaban", "what": "two-anticoagulants", "why": "unintended", "action": "continue apixaban"},
        {"medicine": "warfarin", "what": "two-anticoagulants", "why": "unintended", "action": "stop warfarin"},
    )
    taking = story.asked({"medicine": "warfarin", "taking": "yes"}, {"medicine": "apixaban", "taking": "yes"})
    glipizide = {**story.GLIPIZIDE, "action": "stop"}
    result = run(rosa, "physician", taking=taking, decisions=(story.FUROSEMIDE, glipizide, *decisions))
    assert isinstance(result, Done), result
    assert due(rosa) == {}
    chart = Chart(rosa.backend, rosa.patient)
    statuses = {
        one["medicationCodeableConcept"]["text"].split()[0]: one["status"]
        for one in chart.written("MedicationStatement")
    }
    assert (statuses["apixaban"], statuses["warfarin"]) == ("active", "stopped")


WHEN: dict[str, tuple[str, str, str, str]] = {
    "Friday evening": ("2026-03-13T18:30:00-05:00", "2026-03-13", "on-call", "stat"),
    "Saturday": ("2026-03-14T10:00:00-05:00", "2026-03-14", "on-call", "stat"),
    "Sunday night": ("2026-03-15T23:00:00-05:00", "2026-03-15", "on-call", "stat"),
    "before the office opens": ("2026-03-13T06:00:00-05:00", "2026-03-13", "on-call", "stat"),
    "Friday noon": ("2026-03-13T12:00:00-05:00", "2026-03-13", "supervising", "urgent"),
}
"""When a high-alert difference is passed on: the day it is due, whose it is, and how urgent."""


@pytest.mark.parametrize("name", WHEN)
def test_out_of_hours_it_goes_on_call(rosa: Stage, name: str) -> None:
    when, day, whose, priority = WHEN[name]
    nurse = rosa.backend.find("Practitioner", "nurse")
    on_call = rosa.backend.find("Practitioner", "nurse-practitioner")
    decisions = ({**story.FUROSEMIDE, "why": "unknown"}, story.GLIPIZIDE)
    command = story.reconcile(rosa, started=when, taking=story.ROSA_ASKED, decisions=decisions)
    result = carried_out(rosa, command, when, actor=nurse, on_call=on_call)
    assert isinstance(result, Done), result
    tasks = {
        task["description"].removeprefix("Decide: ").partition(",")[0]: task
        for task in Chart(rosa.backend, rosa.patient).written("Task")
        if task["code"]["coding"][0]["code"] == "resolve-discrepancy"
    }
    owner = on_call if whose == "on-call" else rosa.physician
    glipizide = tasks["glipizide"]
    assert (glipizide["restriction"]["period"]["end"], glipizide["priority"]) == (day, priority)
    assert glipizide["owner"]["reference"] == owner
    assert tasks["furosemide"]["owner"]["reference"] == rosa.physician, "what can wait waits for the office"
    assert any(one.startswith("the office is closed: call") for one in result.told.warnings) == (whose == "on-call")


def test_nobody_on_call_is_said(rosa: Stage) -> None:
    when = "2026-03-14T10:00:00-05:00"
    command = story.reconcile(rosa, started=when, taking=story.ROSA_ASKED,
                              decisions=(story.FUROSEMIDE, story.GLIPIZIDE))  # fmt: skip
    result = carried_out(rosa, command, when, actor=rosa.nurse)
    assert isinstance(result, Done), result
    assert "nobody is on record as on call: reach a prescriber by voice now: glipizide" in " ".join(
        result.told.warnings
    )


# ---- rule 29


def allergy(text: str = "", *coding: Json, **more: Any) -> Json:
    code = {**({"text": text} if text else {}), **({"coding": list(coding)} if coding else {})}
    return {"resourceType": "AllergyIntolerance", "id": "a", "code": code, **more}


RX, SCT = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://snomed.info/sct"
STATUS = "http://terminology.hl7.org/CodeSystem/allergyintolerance-"


def status(clinical: str = "active", verification: str = "confirmed") -> Json:
    return {
        "clinicalStatus": {"coding": [{"system": f"{STATUS}clinical", "code": clinical}]},
        "verificationStatus": {"coding": [{"system": f"{STATUS}verification", "code": verification}]},
    }


ALLERGIES: dict[str, tuple[Json, str, str]] = {
    # allergy, medicine, why ("" if nothing)
    "the example": (allergy("Penicillin"), "amoxicillin 500 MG Oral Capsule", "the same class: penicillins"),
    "the same ingredient": (allergy("amoxicillin"), "Amoxil 500 mg", "the same ingredient"),
    "plural": (allergy("Penicillins"), "Augmentin 875", "the same class: penicillins"),
    "short": (allergy("PCN - hives as child"), "piperacillin / tazobactam", "the same class: penicillins"),
    "in capitals with a hyphen": (allergy("BETA-LACTAM"), "ampicillin 500 MG", "the same class: penicillins"),
    "by another member": (allergy("Ampicillin"), "amoxicillin 500 MG", "the same class: penicillins"),
    "coded, RxNorm": (allergy("", {"system": RX, "code": "723", "display": "Amoxicillin"}), "penicillin V 250 MG",
                      "the same class: penicillins"),
    "coded, SNOMED, no words": (allergy("", {"system": SCT, "code": "91936005"}), "amoxicillin 500 MG",
                                "the same class: penicillins"),
    "in a reaction only": (
        allergy("Drug allergy", reaction=[{"substance": {"text": "amoxicillin"}, "manifestation": [{"text": "rash"}]}]),
        "Augmentin 875", "the same ingredient"),
    "a cephalosporin beside it": (
        allergy("Penicillin"), "cephalexin 500 MG",
        "may cross-react, less certain: penicillins and cephalosporins"),
    "the other way round": (
        allergy("cefazolin"), "amoxicillin 500 MG", "may cross-react, less certain: cephalosporins and penicillins"),
    "sulfa drugs": (allergy("sulfa drugs"), "Bactrim DS", "the same class: sulfonamide antibiotics"),
    "sulfa is not a water pill": (allergy("sulfa drugs"), "furosemide 40 MG", ""),
    "sulfite is not sulfa": (allergy("sulfites in wine"), "Bactrim DS", ""),
    "a sulfate is not sulfa": (allergy("sulfa"), "ferrous sulfate 325 MG", ""),
    "penicillamine is no penicillin": (allergy("penicillin"), "penicillamine 250 MG", ""),
    "aspirin and an NSAID": (allergy("Aspirin"), "ibuprofen 400 MG", "the same class: NSAIDs and aspirin"),
    "NSAIDs": (allergy("NSAIDs"), "Aleve", "the same class: anti-inflammatory pain medicines"),
    "an ACE inhibitor": (allergy("lisinopril", **{"type": "intolerance"}), "enalapril 5 MG",
                         "the same class: ACE inhibitors"),
    "a statin": (allergy("statins"), "atorvastatin 40 MG", "the same class: statins"),
    "a quinolone": (allergy("levofloxacin"), "ciprofloxacin 500 MG", "the same class: fluoroquinolones"),
    "a macrolide": (allergy("erythromycin"), "azithromycin 250 MG", "the same class: macrolides"),
    "heparin is not every anticoagulant": (allergy("heparin"), "apixaban 5 MG", ""),
    "amox-clav": (allergy("PCN"), "amox-clav 875-125", "the same class: penicillins"),
    "amox/clav, the other way round": (allergy("Amox/Clav"), "ampicillin 500 MG", "the same class: penicillins"),
    "Augmentin": (allergy("Augmentin"), "amoxicillin 500 MG", "the same ingredient"),
    "ASA": (allergy("ASA"), "aspirin 81 MG", "the same ingredient"),
    "ASA on the list": (allergy("aspirin"), "EC ASA 81", "the same ingredient"),
    "Toradol": (allergy("Toradol"), "ketorolac 10 MG", "the same ingredient"),
    "Toradol and a tablet": (allergy("toradol - hives"), "ibuprofen 400 MG",
                             "the same class: anti-inflammatory pain medicines"),
    "heparin and its short form": (allergy("heparin"), "Lovenox 40 MG", "the same class: heparins"),
    "HIT": (allergy("HIT"), "enoxaparin 40 MG", "the same class: heparins"),
    "HIT in words": (allergy("Heparin-induced thrombocytopenia (HIT) 2019"), "heparin 5000 UNT/ML",
                     "the same ingredient"),
    "HIT, a short form of heparin": (allergy("heparin induced thrombocytopenia"), "dalteparin 5000 UNT",
                                     "the same class: heparins"),
    "HIT, with periods": (allergy("H.I.T."), "enoxaparin 40 MG", "the same class: heparins"),
    "HIT is not fondaparinux": (allergy("HIT"), "Arixtra 2.5 MG", ""),
    "hit by a car is no HIT": (allergy("hit by a car"), "enoxaparin 40 MG", ""),
    "tetracyclines": (allergy("tetracyclines"), "doxycycline 100 MG", "the same class: tetracyclines"),
    "tetracycline": (allergy("Tetracycline"), "Minocin 100 MG", "the same class: tetracyclines"),
    "by a member of the tetracyclines": (allergy("Vibramycin"), "minocycline 100 MG", "the same class: tetracyclines"),
    "a macrolide is no tetracycline": (allergy("tetracycline"), "azithromycin 250 MG", ""),
    "one insulin": (allergy("insulin glargine"), "insulin lispro 100 UNT/ML", ""),
    "one insulin, itself": (allergy("insulin glargine"), "Lantus", "the same ingredient"),
    "one insulin by its brand": (allergy("Lantus insulin"), "NovoLog", ""),
    "insulins": (allergy("insulins"), "NovoLog", "the same class: insulins"),
    "insulin, no more said": (allergy("insulin"), "NovoLog", "the same class: insulins"),
    "Entresto after the face swelled": (
        allergy("lisinopril", reaction=[{"manifestation": [{"text": "Angioedema"}]}]), "Entresto 24/26",
        "not after such a reaction to ACE inhibitors, or one that is not stated"),
    "Entresto, in other words": (allergy("ACE inhibitors - lips swelled"), "sacubitril / valsartan",
                                 "not after such a reaction to ACE inhibitors, or one that is not stated"),
    "Entresto, coded": (
        allergy("enalapril", reaction=[{"manifestation": [{"coding": [{"system": SCT, "code": "41291007"}]}]}]),
        "Entresto", "not after such a reaction to ACE inhibitors, or one that is not stated"),
    "Entresto, reaction not stated": (allergy("lisinopril"), "Entresto",
                                      "not after such a reaction to ACE inhibitors, or one that is not stated"),
    "Entresto after a cough": (
        allergy("lisinopril", reaction=[{"manifestation": [{"text": "cough"}]}]), "Entresto", ""),
    "Entresto after a cough, in the same words": (allergy("lisinopril (dry cough)"), "Entresto", ""),
    "an ARB after the face swelled": (
        allergy("lisinopril", reaction=[{"manifestation": [{"text": "Angioedema"}]}]), "losartan 50 MG", ""),
    "denied": (allergy("No PCN allergy"), "amoxicillin 500 MG", ""),
    "denied, in other words": (allergy("Patient denies penicillin allergy"), "amoxicillin 500 MG", ""),
    "denies it": (allergy("denies PCN"), "amoxicillin 500 MG", ""),
    "not allergic": (allergy("not allergic to penicillin"), "amoxicillin 500 MG", ""),
    "denied behind a colon": (allergy("Penicillin allergy: denies"), "amoxicillin 500 MG", ""),
    "no more of it is no denial": (allergy("PCN - no further doses, anaphylaxis"), "amoxicillin 500 MG",
                                   "the same class: penicillins"),
    "an exception is no denial": (allergy("No known allergies except penicillin"), "amoxicillin 500 MG",
                                  "the same class: penicillins"),
    "a but is no denial": (allergy("no sulfa allergy but PCN allergy"), "amoxicillin 500 MG",
                           "the same class: penicillins"),
    "two sentences are no denial": (allergy("No sulfa allergy. Penicillin allergy"), "amoxicillin 500 MG",
                                    "the same class: penicillins"),
    "no penicillin, please": (allergy("No PCN"), "amoxicillin 500 MG", "the same class: penicillins"),
    "denied, and a reaction": (allergy("No PCN allergy", reaction=[{"manifestation": [{"text": "anaphylaxis"}]}]),
                               "amoxicillin 500 MG", "the same class: penicillins"),
    "by name only": (allergy("Zorvastat"), "zorvastat 20 MG", "the same name"),
    "nothing to do with it": (allergy("Peanut"), "amoxicillin 500 MG", ""),
    "unconfirmed counts": (allergy("penicillin", **status(verification="unconfirmed")), "amoxicillin 500 MG",
                           "the same class: penicillins"),
    "refuted": (allergy("penicillin", **status(verification="refuted")), "amoxicillin 500 MG", ""),
    "entered in error": (allergy("penicillin", **status(verification="entered-in-error")), "amoxicillin 500 MG", ""),
    "resolved": (allergy("penicillin", **status("resolved")), "amoxicillin 500 MG", ""),
    "without a status": (allergy("penicillin", criticality="high"), "amoxicillin 500 MG",
                         "the same class: penicillins"),
}  # fmt: skip


def person(*allergies_: Json, **more: Any) -> Person:
    views = [allergy_intolerance.read(Record(encode(one))) for one in allergies_]
    return Person(allergens=tuple(allergies.read(CONTENT, one) for one in views), allergies_read=True, **more)


@pytest.mark.parametrize("name", ALLERGIES)
def test_an_allergy_is_found(name: str) -> None:
    recorded, medicine, why = ALLERGIES[name]
    found = compare(CONTENT, lists(*both(medicine)), (), person(recorded))
    hits = [one for one in found.discrepancies if one.what == "allergy"]
    assert len(hits) == bool(why)
    assert all(one.words.endswith(f": {why}") and "AllergyIntolerance/a" in one.words for one in hits)
    assert not hits or not found.matched


HIT: dict[str, tuple[Json, bool]] = {
    "by words": ({"text": "Heparin induced thrombocytopenia"}, True),
    "by ICD-10": ({"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "D75.829"}]}, True),
    "history": ({"text": "Hx of HIT (type II)"}, True),
    "another thrombocytopenia": ({"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "D69.6"}]}, False),
    "hit by a car": ({"text": "Pedestrian hit by a car"}, False),
}


@pytest.mark.parametrize("name", HIT)
def test_heparins_after_a_diagnosis_of_hit(name: str) -> None:
    code, found = HIT[name]
    json = {"resourceType": "Condition", "id": "h", "code": code}
    view = condition.read(Record(encode(json)))
    someone = Person(allergies_read=True, diagnoses=tuple(allergies.of_conditions(CONTENT, [view])))
    compared = compare(CONTENT, lists(*both("Lovenox 40 MG")), (), someone)
    hits = [each for each in compared.discrepancies if each.what == "allergy"]
    assert len(hits) == found
    assert all("[Condition/h]" in each.words and each.words.endswith("the same class: heparins") for each in hits)
    assert any(line.startswith("no allergy is on record") for line in compared.says)


SAYS: dict[str, tuple[Person, str]] = {
    "not visible": (Person(allergies_hidden=True), "no allergy list could be read: ask about allergies"),
    "none recorded": (person(), "no allergy is on record, nor that there is none"),
    "none known": (person(allergy("No Known Allergies")), "'No Known Allergies' is on record"),
    "none known, coded": (person(allergy("", {"system": SCT, "code": "716186003"})), "'716186003' is on record"),
    "not understood": (
        person(allergy("Zorvastat")),
        "an allergy to Zorvastat [AllergyIntolerance/a] could be compared",
    ),
    "resolved": (person(allergy("penicillin", **status("resolved"))), "an allergy to penicillin is recorded as over"),
    "only refuted": (person(allergy("penicillin", **status(verification="refuted"))), "no allergy is on record"),
}


@pytest.mark.parametrize("name", SAYS)
def test_what_is_not_known_of_allergies_is_said(name: str) -> None:
    who, words = SAYS[name]
    found = compare(CONTENT, lists(*both("amoxicillin 500 MG")), (), who)
    assert any(one.startswith(words) for one in found.says), found.says
    assert not any("no allergies" in one.lower() and "known" not in one.lower() for one in found.says)


def test_an_allergy_is_the_prescribers_today_whatever_a_nurse_says(rosa: Stage) -> None:
    for on in ("before", "discharge"):
        order(rosa, "amoxicillin 500 MG", on=on)
    reaction = {"manifestation": [{"text": "anaphylaxis"}], "severity": "severe"}
    rosa.backend.create({**allergy("Penicillin", reaction=[reaction], criticality="high"), "id": None,
                         "patient": {"reference": rosa.patient}})  # fmt: skip
    taking = story.asked({"medicine": "amoxicillin", "taking": "yes"})
    first = run(rosa, taking=taking)
    assert isinstance(first, Refused)
    (words,) = [one for one in first.why if one.startswith("amoxicillin (allergy)")]
    assert "allergy to Penicillin (anaphylaxis (severe); HIGH RISK)" in words
    decision = {
        "medicine": "amoxicillin",
        "what": "allergy",
        "why": "intended",
        "action": "no change, she tolerates it",
    }
    result = run(rosa, taking=taking, decisions=(story.FUROSEMIDE, story.GLIPIZIDE, decision))
    assert isinstance(result, Done), result
    assert due(rosa)["amoxicillin"] == "2026-03-09"
    issues = {
        one["code"]["coding"][0]["code"]: one for one in Chart(rosa.backend, rosa.patient).written("DetectedIssue")
    }
    assert issues["allergy"]["severity"] == "high"
    assert issues["allergy"]["status"] == "preliminary"
    assert any(one["reference"].startswith("AllergyIntolerance/") for one in issues["allergy"]["implicated"])


# ---- rule 38


def occasion() -> Occasion:
    zone = NOW.tzinfo
    assert zone is not None
    return Occasion(NOW, Actor("Practitioner/1"), CONTENT, zone)


ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def problem(system: str = "", code: str = "", text: str = "", **more: Any) -> Json:
    coding = [{"system": system, "code": code}] if code else []
    return {"resourceType": "Condition", "id": "c", "code": {"coding": coding, "text": text}, **more}


def stated(day: str = "2026-02-01", **value: Any) -> Json:
    return {"resourceType": "Observation", "id": "o", "status": "final", "effectiveDateTime": day, **value}


def observed(code: str, day: str = "2026-02-09", **value: Any) -> Json:
    return {**stated(day, **value), "code": {"coding": [{"system": "http://loinc.org", "code": code}]}}


def coded_answer(code: str) -> Json:
    return {"valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": code}]}}


PREGNANT: dict[str, tuple[list[Json], bool]] = {
    "Z33.1": ([problem(ICD, "Z33.1")], True),
    "an O code without a dot": ([problem(ICD, "O2441")], True),
    "weeks of gestation": ([problem(ICD, "Z3A.12")], True),
    "SNOMED CT": ([problem("http://snomed.info/sct", "77386006")], True),
    "in words": ([problem(text="Normal pregnancy")], True),
    "status": ([stated(**coded_answer("LA15173-0"))], True),
    "status in words": ([stated(valueString="Pregnant")], True),
    "a status nine months old": ([stated("2025-06-15", **coded_answer("LA15173-0"))], True),
    "a status a year old": ([stated("2025-03-01", **coded_answer("LA15173-0"))], False),
    "not pregnant": ([stated(**coded_answer("LA26683-5"))], False),
    "not pregnant, in words": ([stated(valueString="not pregnant")], False),
    "the newer status counts": (
        [stated("2026-01-01", **coded_answer("LA26683-5")),
         {**stated("2026-02-01", **coded_answer("LA15173-0")), "id": "p"}], True),
    "a pregnancy recorded before a later no": (
        [problem(ICD, "Z33.1", recordedDate="2025-12-01"), stated("2026-02-01", **coded_answer("LA26683-5"))], True),
    "a positive screen for something else": ([problem(text="depression screen positive (PHQ-9: 14)")], False),
    "a pregnancy recorded after a no": (
        [problem(ICD, "Z33.1", recordedDate="2026-02-20"), stated("2026-02-01", **coded_answer("LA26683-5"))], True),
    "a problem of three years ago, never closed": ([problem(ICD, "Z33.1", recordedDate="2023-02-20")], False),
    "over": ([problem(ICD, "O80")], False),
    "due next month": ([observed("11778-8", valueDateTime="2026-04-10")], True),
    "due last week": ([observed("11779-6", "2025-09-01", valueDateTime="2026-03-02")], True),
    "due a month ago": ([observed("11780-4", valueDateTime="2026-02-08")], False),
    "12 weeks a month ago": ([observed("18185-9", valueQuantity={"value": 12, "unit": "wk", "code": "wk"})], True),
    "40 weeks a month ago": ([observed("11884-4", valueQuantity={"value": 40, "unit": "weeks"})], False),
    "270 days in February": ([observed("49051-6", valueQuantity={"value": 270, "unit": "d", "code": "d"})], True),
    "weeks that nobody can read, in February": ([observed("49051-6", valueString="many")], True),
    "weeks entered by mistake": ([{**observed("49051-6", valueString="9"), "status": "entered-in-error"}], False),
    "so many pregnancies and weeks": ([problem(text="G2P1 at 22 weeks")], True),
    "weeks and days": ([problem(text="G3P2002, 31w4d")], True),
    "IUP": ([problem(text="IUP 14 wks")], True),
    "third trimester": ([problem(text="third trimester")], True),
    "children born": ([problem(text="G2P2")], False),
    "children born, and a visit": ([problem(text="G2P2, wound check at 6 weeks")], False),
    "a miscarriage": ([problem(text="first trimester miscarriage 2024")], False),
    "nothing": ([], False),
}  # fmt: skip


@pytest.mark.parametrize("name", PREGNANT)
def test_who_is_pregnant(name: str) -> None:
    resources, expected = PREGNANT[name]
    records = [Record(encode(one)) for one in resources]
    chart = PersonsChart(conditions=tuple(condition.read(one) for one in records if one.type == "Condition"))
    observed = (pregnancy_status.read(one, CONTENT, UTC) for one in records if one.type == "Observation")
    chart = replace(chart, pregnancy_statuses=tuple(filter(None, observed)))
    assert person_states.pregnant(chart, occasion()).holds is expected


@pytest.mark.parametrize(
    ("medicine", "named"),
    [
        ("lisinopril 10 MG", True), ("Losartan 50 mg", True), ("Lipitor 40", True), ("methotrexate 2.5 MG", True),
        ("Coumadin 5 mg", True), ("Depakote ER 500", True), ("isotretinoin 40 MG", True), ("CellCept 500", True),
        ("labetalol 100 MG", False), ("insulin glargine 100 UNT/ML", False), ("acetaminophen 500 MG", False),
    ],
)  # fmt: skip
def test_a_medicine_that_harms_in_pregnancy_is_named(medicine: str, named: bool) -> None:
    record = Record(encode(problem(ICD, "Z33.1")))
    pregnant = Person(pregnant=PersonState("pregnant", True, "", (record,)))
    found = compare(CONTENT, lists(*both(medicine)), (), pregnant)
    assert any(what == "harms-in-pregnancy" for _, what in differing(found)) == named
    assert not any(what == "harms-in-pregnancy" for _, what in differing(compare(CONTENT, lists(*both(medicine)), ())))


def test_in_pregnancy_it_is_the_prescribers_today(rosa: Stage) -> None:
    rosa.backend.create({**problem(ICD, "Z33.1", recordedDate="2026-02-20"), "subject": {"reference": rosa.patient}})
    decision = {"medicine": "lisinopril", "what": "harms-in-pregnancy", "why": "intended", "action": "as ordered"}
    result = run(rosa, decisions=(story.FUROSEMIDE, story.GLIPIZIDE, decision))
    assert isinstance(result, Done), result
    assert due(rosa)["lisinopril"] == "2026-03-09"
