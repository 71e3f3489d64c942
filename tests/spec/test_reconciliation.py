"""Reconciliation of medicines (clinical practice, rule 11): pairs of lists and what differs, who may close what, the
stories of Rosa and Earl. Expected values are written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.chart import stays
from carefhir.commands import OpenTransition
from carefhir.content.clocks import read_clock
from carefhir.content.loading import load
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.mappers import encounter, medication
from carefhir.workflows.transitions.discrepancies import Comparison, TakenMedicine
from carefhir.workflows.transitions.list_comparison import compare
from carefhir.workflows.transitions.medication_lists import ListSorter, MedicationLists
from carefhir.workflows.transitions.reconcile_medications import ReconcileMedications
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend
from tests.support.scenarios import Stage, stage
from tests.support.stage import NOW
from tests.support.stories import medications as story

Json = dict[str, Any]
CONTENT = load()
ADMITTED, DISCHARGED = "2026-03-01T04:20:00-06:00", "2026-03-06T14:30:00-06:00"
CATEGORY = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"
WHEN = {"before": "2025-06-20", "inpatient": "2026-03-02", "discharge": "2026-03-06", "since": "2026-03-08"}


def request(n: int, name: str, dose: str = "", route: str = "", *, on: str = "before", **more: Any) -> Record:
    """An order of one of the lists; the dosage as text."""
    category = on if on in ("inpatient", "discharge") else "community"
    made: Json = {
        "resourceType": "MedicationRequest", "id": f"{on}-{n}", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": name}, "authoredOn": WHEN[on], "subject": {"reference": "Patient/p"},
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
    }  # fmt: skip
    dosage: Json = {**({"text": dose} if dose else {}), **({"route": {"text": route}} if route else {})}
    return Record(encode({**made, **({"dosageInstruction": [dosage]} if dosage else {}), **more}))


def coded(n: int, name: str, amount: int, per_day: int, *, on: str) -> Record:
    """An order whose dosage is coded, as Synthea writes them."""
    repeat = {"frequency": per_day, "period": 1, "periodUnit": "d"}
    dosage = {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": {"value": amount, "unit": "tablet"}}]}
    return request(n, name, on=on, dosageInstruction=[dosage])


def lists(*records: Record, referenced: tuple[Record, ...] = ()) -> MedicationLists:
    """The records on their lists, around Rosa's stay."""
    stay_ = {
        "resourceType": "Encounter", "id": "stay", "status": "finished", "subject": {"reference": "Patient/p"},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "period": {"start": ADMITTED, "end": DISCHARGED},
    }  # fmt: skip
    view = encounter.read(Record(encode(stay_)))
    stay = stays.stay_of(CONTENT, view, [view], 24)
    assert stay is not None
    clock = read_clock(CONTENT, "medication-reconciliation", NOW.date())
    known = {one.reference: one for one in referenced}
    zone = NOW.tzinfo
    assert zone is not None
    return ListSorter(stay, clock, zone, NOW).sort(medication.read(one, known, CONTENT) for one in records)


def told(name: str, taking: str = "yes", how: str = "", why: str = "") -> TakenMedicine:
    return TakenMedicine(medication.named(CONTENT, name), taking, how, why)


def differing(found: Comparison) -> list[tuple[str, str]]:
    return [(one.medicine, one.what) for one in found.discrepancies]


LISINOPRIL = "lisinopril 10 MG Oral Tablet"
MORNING = "1 tablet in the morning"
B, D, S = "before", "discharge", "since"
Pair = tuple[str, list[Record], list[TakenMedicine], list[tuple[str, str]]]


def b(name: str, dose: str = "", route: str = "", n: int = 1) -> Record:
    return request(n, name, dose, route, on=B)


def d(name: str, dose: str = "", route: str = "", n: int = 1) -> Record:
    return request(n, name, dose, route, on=D)


PAIRS: list[Pair] = [
    ("the same, word for word", [b(LISINOPRIL, MORNING), d(LISINOPRIL, MORNING)], [], []),
    ("case, white space, tab for tablet", [b(LISINOPRIL, "1 Tab  in the MORNING."), d(LISINOPRIL, MORNING)], [], []),
    ("by mouth and PO", [b(LISINOPRIL, "1 tablet by mouth daily"), d(LISINOPRIL, "1 tab PO daily")], [], []),
    ("other words are for a person", [b(LISINOPRIL, "1 tablet daily"), d(LISINOPRIL, MORNING)], [],
     [("lisinopril", "dose-changed")]),
    ("another strength, the same words", [b("furosemide 20 MG Oral Tablet", MORNING),
     d("furosemide 40 MG Oral Tablet", MORNING)], [], [("furosemide", "dose-changed")]),
    ("a brand and its ingredient", [b("Lasix 20 mg", MORNING), d("furosemide 20 MG Oral Tablet", MORNING)], [], []),
    ("no dose before", [b(LISINOPRIL), d(LISINOPRIL, MORNING)], [], []),
    ("no dose at discharge", [b(LISINOPRIL, MORNING), d(LISINOPRIL)], [], []),
    ("no strength on one side", [b("lisinopril", MORNING), d(LISINOPRIL, MORNING)], [], []),
    ("no route on one side", [b(LISINOPRIL, MORNING, "oral"), d(LISINOPRIL, MORNING)], [], []),
    ("another route", [b("morphine 10 MG", "", "oral"), d("morphine 10 MG", "", "under the skin")], [],
     [("morphine", "route-changed")]),
    ("the same route in other words", [b("morphine 10 MG", "", "Oral route"), d("morphine 10 MG", "", "PO")], [], []),
    ("how often, as coded", [coded(1, LISINOPRIL, 1, 1, on=B), coded(1, LISINOPRIL, 1, 2, on=D)], [],
     [("lisinopril", "frequency-changed")]),
    ("how much, as coded", [coded(1, LISINOPRIL, 1, 1, on=B), coded(1, LISINOPRIL, 2, 1, on=D)], [],
     [("lisinopril", "dose-changed")]),
    ("both, as coded", [coded(1, LISINOPRIL, 1, 1, on=B), coded(1, LISINOPRIL, 2, 2, on=D)], [],
     [("lisinopril", "dose-changed"), ("lisinopril", "frequency-changed")]),
    ("gone", [b(LISINOPRIL), b("glipizide 5 MG Oral Tablet"), d(LISINOPRIL)], [], [("glipizide", "omitted")]),
    ("new", [b(LISINOPRIL), d(LISINOPRIL), d("apixaban 5 MG Oral Tablet", n=2)], [], [("apixaban", "added")]),
    ("another of its class", [b(LISINOPRIL), d("enalapril 5 MG Oral Tablet")], [], [("enalapril", "substituted")]),
    ("insulins do not stand for one another", [b("insulin glargine 100 UNT/ML"), d("insulin lispro 100 UNT/ML")], [],
     [("insulin-glargine", "omitted"), ("insulin-lispro", "added")]),
    ("another salt is another medicine in the hand", [b("metoprolol tartrate 50 MG Oral Tablet"),
     d("24 HR metoprolol succinate 50 MG Extended Release Oral Tablet")], [], [("metoprolol", "dose-changed")]),
    ("a combination product shares an ingredient", [b(LISINOPRIL), d("lisinopril 10 MG / hydrochlorothiazide 12.5 MG")],
     [], [("hydrochlorothiazide+lisinopril", "not-matched")]),
    ("two became one tablet", [b(LISINOPRIL), b("hydrochlorothiazide 12.5 MG", n=2),
     d("lisinopril 10 MG / hydrochlorothiazide 12.5 MG")], [], [("hydrochlorothiazide+lisinopril", "not-matched")]),
    ("one became two tablets", [b("lisinopril 10 MG / hydrochlorothiazide 12.5 MG"), d(LISINOPRIL),
     d("hydrochlorothiazide 12.5 MG", n=2)], [], [("hydrochlorothiazide", "not-matched")]),
    ("the unknown half of a combination counts", [b("amlodipine 5 MG Oral Tablet"),
     d("amlodipine 5 MG / zorvastat 20 MG Oral Capsule")], [], [("amlodipine+zorvastat", "not-matched")]),
    ("twice on the discharge list", [b(LISINOPRIL, MORNING), d(LISINOPRIL, MORNING), d(LISINOPRIL, MORNING, n=2)], [],
     [("lisinopril", "duplicate")]),
    ("a renewal before is no duplicate", [b(LISINOPRIL, MORNING), b(LISINOPRIL, MORNING, n=2), d(LISINOPRIL, MORNING)],
     [], []),
    ("inside a combination as well", [b("acetaminophen 325 MG"), d("acetaminophen 325 MG"),
     d("hydrocodone 5 MG / acetaminophen 325 MG", n=2)], [],
     [("acetaminophen", "duplicate"), ("acetaminophen+hydrocodone", "added")]),
    ("uncoded, unknown, the same name", [b("Herbal Tonic 5 ml"), d("herbal tonic")], [], []),
    ("uncoded, unknown, other names", [b("Herbal Tonic"), d("Green Syrup")], [],
     [("green-syrup", "added"), ("herbal-tonic", "omitted")]),
    ("a quantity before the name", [b("2 ML ondansetron 2 MG/ML Injection"), d("ondansetron 2 MG/ML")], [], []),
    ("taken as ordered", [b(LISINOPRIL, MORNING), d(LISINOPRIL, MORNING)], [told("lisinopril", "yes", MORNING)], []),
    ("taken in other words", [b(LISINOPRIL, MORNING), d(LISINOPRIL, MORNING)], [told("Zestril", "yes", "two at night")],
     [("lisinopril", "adherence")]),
    ("not taken", [b(LISINOPRIL), d(LISINOPRIL)], [told("lisinopril", "no", "", "makes her cough")],
     [("lisinopril", "adherence")]),
    ("not affordable", [b(LISINOPRIL), d(LISINOPRIL)], [told("lisinopril", "no", "", "the copay is too much")],
     [("lisinopril", "cannot-afford")]),
    ("never filled", [d("apixaban 5 MG")], [told("apixaban", "no", "", "did not pick up at the pharmacy")],
     [("apixaban", "added"), ("apixaban", "not-filled")]),
    ("stretching it for money", [b(LISINOPRIL), d(LISINOPRIL)],
     [told("lisinopril", "differently", "every other day", "too expensive")], [("lisinopril", "cannot-afford")]),
    ("from the drug store", [d(LISINOPRIL), b(LISINOPRIL)], [told("ibuprofen")], [("ibuprofen", "over-the-counter")]),
    ("nobody knows what it is", [d(LISINOPRIL), b(LISINOPRIL)], [told("the little white one")],
     [("the-little-white-one", "not-matched")]),
    ("still taking what is gone", [b("glipizide 5 MG"), d(LISINOPRIL), b(LISINOPRIL, n=2)], [told("glipizide")],
     [("glipizide", "omitted")]),
    ("not taking what is on no list", [d(LISINOPRIL), b(LISINOPRIL)], [told("ibuprofen", "no")], []),
    ("taking a part of a combination by itself", [b("lisinopril 10 MG / hydrochlorothiazide 12.5 MG"),
     d("lisinopril 10 MG / hydrochlorothiazide 12.5 MG")], [told("lisinopril")], [("lisinopril", "not-matched")]),
    ("ordered since, and not before", [b(LISINOPRIL), d(LISINOPRIL), request(1, "cephalexin 500 MG", on=S)], [],
     [("cephalexin", "added")]),
    ("ordered since in another dose", [b(LISINOPRIL), d(LISINOPRIL), request(1, "lisinopril 20 MG Oral Tablet", on=S)],
     [], [("lisinopril", "dose-changed")]),
    ("ordered again since, though gone", [b("glipizide 5 MG"), d(LISINOPRIL), b(LISINOPRIL, n=2),
     request(1, "glipizide 5 MG", on=S)], [], [("glipizide", "omitted")]),
    ("in hospital only", [b(LISINOPRIL), d(LISINOPRIL), request(1, "heparin 5000 UNT/ML", on="inpatient")], [], []),
    ("stopped since the discharge", [b(LISINOPRIL), request(1, LISINOPRIL, on=D, status="stopped")], [],
     [("lisinopril", "omitted")]),
]  # fmt: skip


@pytest.mark.parametrize(("records", "taken", "expected"), [one[1:] for one in PAIRS], ids=[one[0] for one in PAIRS])
def test_what_differs(records: list[Record], taken: list[TakenMedicine], expected: list[tuple[str, str]]) -> None:
    assert differing(compare(CONTENT, lists(*records), tuple(taken))) == expected


def test_both_sides_are_cited() -> None:
    found = compare(CONTENT, lists(b("furosemide 20 MG", MORNING), d("furosemide 40 MG", MORNING)), ())
    (one,) = found.discrepancies
    assert [record.reference for record in one.records] == [
        "MedicationRequest/before-1",
        "MedicationRequest/discharge-1",
    ]
    assert one.words == (
        "furosemide 20 MG, 1 tablet in the morning [MedicationRequest/before-1, 2025-06-20] before; "
        "furosemide 40 MG, 1 tablet in the morning [MedicationRequest/discharge-1, 2026-03-06] at discharge"
    )
    assert "[" not in one.told


class TestWhichList:
    """What the record says of when an order stood, and how much of it can be told."""

    def test_stopped_without_a_date_and_ordered_anew_by_the_stay_was_in_force(self) -> None:
        found = lists(request(1, "furosemide 20 MG", on=B, status="stopped"), d("furosemide 40 MG"))
        assert set(found.before) == {"furosemide"}

    def test_stopped_years_before_and_ordered_anew_is_new(self) -> None:
        old = request(1, "amoxicillin 500 MG", on=B, status="stopped", authoredOn="2019-02-01")
        found = lists(old, d("amoxicillin 500 MG"))
        assert (set(found.before), found.ended) == (set(), ())

    def test_stopped_shortly_before_without_a_date_is_asked_about(self) -> None:
        course = request(1, "amoxicillin 500 MG", on=B, status="completed", authoredOn="2026-02-10")
        found = lists(course, d(LISINOPRIL), b(LISINOPRIL))
        assert [one.key for one in found.ended] == ["amoxicillin"]
        assert any("ask whether it was still taken" in one for one in compare(CONTENT, found, ()).warnings)

    @pytest.mark.parametrize(("end", "counts"), [("2026-02-01", False), ("2026-03-03", True)])
    def test_a_stated_end_decides(self, end: str, counts: bool) -> None:
        supply = {"validityPeriod": {"end": end}}
        found = lists(request(1, "glipizide 5 MG", on=B, status="stopped", dispenseRequest=supply), d(LISINOPRIL))
        assert ("glipizide" in found.before) == counts

    def test_ordered_with_the_stay_on_its_last_day_is_a_discharge_order(self) -> None:
        order = request(1, LISINOPRIL, on="since", authoredOn=DISCHARGED, encounter={"reference": "Encounter/stay"})
        found = lists(order)
        assert found.discharge_on_record
        assert set(found.after) == {"lisinopril"}

    def test_no_discharge_list_is_said_never_silent(self) -> None:
        found = lists(b(LISINOPRIL), request(1, "apixaban 5 MG", on="since"))
        assert not found.discharge_on_record
        result = compare(CONTENT, found, ())
        assert differing(result) == [("apixaban", "added")]
        assert any(one.startswith("no discharge list is on record") for one in result.warnings)

    def test_an_order_not_to_take_something_is_on_no_list(self) -> None:
        found = lists(b("ibuprofen 400 MG"), d(LISINOPRIL), request(2, "ibuprofen", on=D, doNotPerform=True))
        result = compare(CONTENT, found, ())
        assert ("ibuprofen", "omitted") in differing(result)
        assert "MedicationRequest/discharge-2 says not to take ibuprofen" in result.warnings

    def test_drafts_plans_and_errors_are_on_no_list(self) -> None:
        found = lists(
            request(1, LISINOPRIL, on=D, status="draft"), request(2, LISINOPRIL, on=D, intent="plan"),
            request(3, LISINOPRIL, on=B, status="entered-in-error"),
        )  # fmt: skip
        assert found.all() == ()

    def test_contained_and_referenced_medicines_are_read(self) -> None:
        inside = {"resourceType": "Medication", "id": "m", "code": {"text": LISINOPRIL}}
        there = Record(encode({"resourceType": "Medication", "id": "9", "code": {"text": "furosemide 40 MG"}}))
        pointing = {"medicationCodeableConcept": None}
        contained = request(1, "", on=D, contained=[inside], medicationReference={"reference": "#m"}, **pointing)
        referenced = request(2, "", on=D, medicationReference={"reference": "Medication/9"}, **pointing)
        named = request(
            3, "", on=D, medicationReference={"reference": "Medication/8", "display": "sertraline"}, **pointing
        )
        found = lists(contained, referenced, named, referenced=(there,))
        assert set(found.after) == {"furosemide", "lisinopril", "sertraline"}

    def test_what_names_no_medicine_is_named(self) -> None:
        blank = request(1, "", on=D, medicationCodeableConcept={"extension": []})
        result = compare(CONTENT, lists(blank, d(LISINOPRIL, n=2), b(LISINOPRIL)), ())
        assert (
            "MedicationRequest/discharge-1 names no medicine that can be read: it was not compared" in result.warnings
        )

    def test_as_synthea_writes_them(self) -> None:
        """Half without dosage, no route, a fifth by reference, what is over merely "stopped"."""
        there = Record(
            encode({"resourceType": "Medication", "id": "1", "code": {"text": "Clopidogrel 75 MG Oral Tablet"}})
        )
        given = {"status": "stopped", "authoredOn": "2026-03-01T03:00:00-06:00"}
        theatre = [
            request(10, "10 ML Fentanyl 0.05 MG/ML Injection", on=B, **given),
            request(11, "Midazolam 1 MG/ML", on=B, **given),
        ]
        found = lists(
            request(1, "", on=B, medicationCodeableConcept=None, medicationReference={"reference": "Medication/1"}),
            request(2, "Simvastatin 20 MG Oral Tablet", on=B),
            coded(3, "Hydrochlorothiazide 25 MG Oral Tablet", 1, 1, on=B),
            request(4, "Penicillin V Potassium 250 MG", on=B, status="stopped", authoredOn="2003-05-01"),
            *theatre,
            referenced=(there,),
        )
        assert set(found.before) == {"clopidogrel", "simvastatin", "hydrochlorothiazide"}
        assert set(found.hospital) == {"fentanyl", "midazolam"}
        assert differing(compare(CONTENT, found, ())) == []


# ---- Rosa, on a server


@pytest.fixture
def rosa(backend: Backend) -> Stage:
    found = stage(backend, "rosa")
    story.home(found)
    return found


WHEN_CALLED = "2026-03-09T10:30:00-05:00"


def run(found: Stage, who: str = "nurse", when: str = WHEN_CALLED, **changes: Any) -> Done | Refused:
    command = story.reconcile(found, **{"taking": story.ROSA_ASKED, **changes})
    result = carried_out(found, command, when, actor=found.backend.find("Practitioner", who))
    assert isinstance(result, Done | Refused), result
    return result


def state(chart: Chart) -> dict[str, str]:
    """How each medicine stands, by its name."""
    return {
        (one["medicationCodeableConcept"]["text"]).split()[0]: one["status"]
        for one in chart.written("MedicationStatement")
        if "end" not in one["effectivePeriod"]
    }


def due(found: Stage) -> dict[str, str]:
    """The day by which the prescriber decides, by medicine."""
    return {
        task["description"].removeprefix("Decide: ").partition(",")[0]: task["restriction"]["period"]["end"]
        for task in Chart(found.backend, found.patient).written("Task")
        if task["code"]["coding"][0]["code"] == "resolve-discrepancy"
    }


class TestRosa:
    def test_a_first_run_is_the_worksheet(self, rosa: Stage) -> None:
        result = run(rosa)
        assert isinstance(result, Refused)
        assert result.why[0].startswith("2 differences to decide")
        assert [one.partition(":")[0] for one in result.why[1:3]] == [
            "furosemide (dose-changed)",
            "glipizide (omitted)",
        ]
        assert "1 tablet in the morning" in result.why[1]
        assert "at discharge" in result.why[1]
        assert "carvedilol, insulin-glargine, lisinopril, sertraline" in result.why[3]
        assert Chart(rosa.backend, rosa.patient).written("List") == []

    def test_the_nurse_closes_what_was_meant_and_passes_on_the_rest(self, rosa: Stage) -> None:
        result = run(rosa, decisions=(story.FUROSEMIDE, story.GLIPIZIDE))
        assert isinstance(result, Done), result
        chart = Chart(rosa.backend, rosa.patient)
        assert state(chart) == {
            "carvedilol": "active", "furosemide": "active", "glipizide": "unknown", "insulin": "active",
            "lisinopril": "active", "sertraline": "active",
        }  # fmt: skip
        (made,) = chart.written("List")
        assert (made["status"], made["mode"], made["title"]) == ("current", "snapshot", "Reconciled medicines")
        assert made["code"]["coding"][0]["code"] == "10160-0"
        assert len(made["entry"]) == 6
        assert made["source"]["reference"] == rosa.nurse
        (issue,) = chart.written("DetectedIssue")
        assert (issue["status"], issue["severity"]) == ("preliminary", "high")
        assert issue["code"]["coding"][0]["code"] == "omitted"
        glipizide = rosa.backend.find("MedicationRequest", "rosa-glipizide" + rosa.mark)
        assert issue["implicated"] == [{"reference": glipizide}]
        task = chart.tasks()["resolve-discrepancy"]
        assert task["owner"]["reference"] == rosa.physician
        assert task["priority"] == "urgent"
        assert task["focus"]["reference"] == f"DetectedIssue/{issue['id']}"
        assert task["restriction"]["period"]["end"] == "2026-03-09", "a sulfonylurea: the same day"
        done = chart.tasks()["reconcile-medications"]
        assert done["status"] == "completed"
        assert done["businessStatus"]["coding"][0]["code"] == "done"
        assert done["output"][0]["valueReference"]["reference"] == f"List/{made['id']}"
        assert done["note"][0]["text"] == (
            "reconciled on 2026-03-09 by a registered nurse, in time (due by 2026-04-05)"
        )

    def test_what_does_not_harm_at_once_is_due_the_next_business_day(self, rosa: Stage) -> None:
        decisions = ({**story.FUROSEMIDE, "why": "unknown"}, {**story.GLIPIZIDE, "why": "intended"})
        assert isinstance(run(rosa, decisions=decisions), Done)
        assert due(rosa) == {"furosemide": "2026-03-10", "glipizide": "2026-03-09"}

    def test_the_prescriber_decides_and_no_task_follows(self, rosa: Stage) -> None:
        decisions = (story.FUROSEMIDE, {**story.GLIPIZIDE, "action": "restart glipizide 5 mg with breakfast"})
        result = run(rosa, "physician", decisions=decisions)
        assert isinstance(result, Done), result
        chart = Chart(rosa.backend, rosa.patient)
        assert "resolve-discrepancy" not in chart.tasks()
        assert state(chart)["glipizide"] == "active"
        (issue,) = chart.written("DetectedIssue")
        assert issue["status"] == "final"
        assert issue["mitigation"][0]["action"]["text"] == "restart glipizide 5 mg with breakfast"

    def test_a_prescriber_says_what_is_to_be_done(self, rosa: Stage) -> None:
        result = run(rosa, "physician", decisions=(story.FUROSEMIDE, story.GLIPIZIDE))
        assert isinstance(result, Refused)
        assert result.why[0].startswith("glipizide (omitted): say in action what to do with it")

    def test_a_later_reconciliation_takes_the_place_of_the_first(self, rosa: Stage) -> None:
        assert isinstance(run(rosa, decisions=(story.FUROSEMIDE, story.GLIPIZIDE)), Done)
        decisions = (story.FUROSEMIDE, {**story.GLIPIZIDE, "action": "stop it"})
        later = run(
            rosa, "physician", "2026-03-09T15:00:00-05:00", started="2026-03-09T14:50:00-05:00", decisions=decisions
        )
        assert isinstance(later, Done), later
        chart = Chart(rosa.backend, rosa.patient)
        assert sorted(one["status"] for one in chart.written("List")) == ["current", "retired"]
        assert state(chart)["glipizide"] == "stopped"
        assert len(state(chart)) == 6
        (issue,) = chart.written("DetectedIssue")
        assert issue["status"] == "final"
        assert chart.tasks()["resolve-discrepancy"]["status"] == "completed"
        glipizide = rosa.backend.find("MedicationRequest", "rosa-glipizide" + rosa.mark)
        assert any(
            glipizide in one and "change them in the system that placed them" in one for one in later.told.warnings
        )

    def test_what_is_told_stands_in_the_statements(self, rosa: Stage) -> None:
        result = run(rosa, taking=story.ROSA_TAKES, decisions=story.ROSA_DECIDES)
        assert isinstance(result, Done), result
        chart = Chart(rosa.backend, rosa.patient)
        (ibuprofen,) = [
            one for one in chart.written("MedicationStatement")
            if one["medicationCodeableConcept"]["text"] == "ibuprofen"
        ]  # fmt: skip
        assert ibuprofen["informationSource"]["reference"] == rosa.patient
        assert ibuprofen["dosage"] == [{"text": "for her knees, most evenings"}]
        assert "derivedFrom" not in ibuprofen
        issues = {one["code"]["coding"][0]["code"]: one for one in chart.written("DetectedIssue")}
        assert issues["over-the-counter"]["implicated"] == [{"reference": f"MedicationStatement/{ibuprofen['id']}"}]

    def test_not_taken_is_not_taken(self, rosa: Stage) -> None:
        taking = story.asked({"medicine": "lisinopril", "taking": "no", "why": "the cough"})
        decision = {"medicine": "lisinopril", "what": "adherence", "why": "unintended"}
        decisions = (story.FUROSEMIDE, story.GLIPIZIDE, decision)
        assert isinstance(run(rosa, taking=taking, decisions=decisions), Done)
        assert state(Chart(rosa.backend, rosa.patient))["lisinopril"] == "not-taken"

    def test_after_the_last_day_it_is_done_and_does_not_count(self, rosa: Stage) -> None:
        late = "2026-04-06T09:00:00-05:00"
        result = run(
            rosa, when="2026-04-06T10:00:00-05:00", started=late, decisions=(story.FUROSEMIDE, story.GLIPIZIDE)
        )
        assert isinstance(result, Done), result
        assert any("too late to count" in one for one in result.told.says)
        assert any("2026-04-05" in one for one in result.told.warnings)

    def test_for_tcm_not_after_the_visit(self, rosa: Stage) -> None:
        patient = {"actor": {"reference": rosa.patient}, "status": "accepted"}
        visit = rosa.backend.create(
            {
                "resourceType": "Appointment", "status": "booked", "participant": [patient],
                "start": "2026-03-12T09:00:00-05:00", "end": "2026-03-12T09:30:00-05:00",
            }
        )  # fmt: skip
        decisions = (story.FUROSEMIDE, story.GLIPIZIDE)
        result = run(rosa, when="2026-03-13T10:00:00-05:00", started="2026-03-13T09:00:00-05:00", decisions=decisions)
        assert isinstance(result, Done), result
        assert any(f"reconciled after the visit on 2026-03-12 ({visit})" in one for one in result.told.warnings)

    def test_before_the_visit_is_said(self, rosa: Stage) -> None:
        result = run(rosa, decisions=(story.FUROSEMIDE, story.GLIPIZIDE))
        assert any(one.startswith("no visit is booked yet") for one in result.told.says)

    def test_what_is_stated_on_record_since_counts_as_told(self, rosa: Stage) -> None:
        """The person's own statement in a portal, coded as it came."""
        code = {
            "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "5640"}],
            "text": "ibuprofen",
        }
        statement = rosa.backend.create(
            {
                "resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": code,
                "subject": {"reference": rosa.patient}, "dateAsserted": "2026-03-08T12:00:00-05:00",
                "informationSource": {"reference": rosa.patient},
            }
        )  # fmt: skip
        decision = {"medicine": "ibuprofen", "what": "over-the-counter", "why": "intended", "action": "taught"}
        result = run(rosa, decisions=(story.FUROSEMIDE, story.GLIPIZIDE, decision))
        assert isinstance(result, Done), result
        made = [
            one for one in Chart(rosa.backend, rosa.patient).written("MedicationStatement")
            if one["medicationCodeableConcept"] == code
        ]  # fmt: skip
        assert [one["derivedFrom"] for one in made] == [[{"reference": statement}]]
        assert made[0]["informationSource"]["reference"] == rosa.nurse


# ---- refusals: what is not decided here


REFUSED: dict[str, tuple[Json, str]] = {
    "no difference at all": (
        {"decisions": (story.FUROSEMIDE, story.GLIPIZIDE,
                       {"medicine": "lisinopril", "what": "dose-changed", "why": "intended"})},
        "decision 3: lisinopril (dose-changed) is not a difference here; nothing about it needs a decision",
    ),
    "another difference of it": (
        {"decisions": ({**story.FUROSEMIDE, "what": "omitted"}, story.GLIPIZIDE)},
        "decision 1: furosemide (omitted) is not a difference here; its differences are: dose-changed",
    ),
    "no kind of difference": (
        {"decisions": ({**story.FUROSEMIDE, "what": "changed"}, story.GLIPIZIDE)},
        "decision 1: what must be one of: match, omitted",
    ),
    "decided twice": (
        {"decisions": (story.FUROSEMIDE, {**story.FUROSEMIDE, "medicine": "Lasix"}, story.GLIPIZIDE)},
        "decision 2: furosemide (dose-changed) is decided twice; decide it once",
    ),
    "told twice": (
        {"taking": ({"medicine": "Lasix", "taking": "yes"}, {"medicine": "4603", "taking": "no"})},
        "furosemide is given twice in taking: give it once",
    ),
    "one undecided": ({"decisions": (story.FUROSEMIDE,)}, "1 difference to decide"),
    "in the future": ({"started": "2026-03-10T10:00:00-05:00"}, "started is in the future"),
    "before the discharge": ({"started": "2026-03-05T10:00:00-06:00"}, "started is before the discharge on 2026-"),
    "no such Task": ({"transition": "Task/none"}, "Task/none is not on this server"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(rosa: Stage, name: str) -> None:
    changes, words = REFUSED[name]
    result = run(rosa, **changes)
    assert isinstance(result, Refused), result
    assert any(one.startswith(words) for one in result.why), result.why
    assert Chart(rosa.backend, rosa.patient).written("List") == []


def test_another_task_is_no_transition(rosa: Stage) -> None:
    task = Chart(rosa.backend, rosa.patient).tasks()["contact-patient"]
    result = run(rosa, transition=f"Task/{task['id']}")
    assert isinstance(result, Refused)
    assert "is not a transition" in result.why[0]


# ---- who may close what


CLOSES = {
    # discipline, why, action -> closed by them
    ("nurse", "match", "the same in other words"): True,
    ("nurse", "intended", "taught: no more of it"): True,
    ("nurse", "intended", "correct the list"): True,
    ("nurse", "intended", "no change"): True,
    ("nurse", "intended", ""): True,
    ("nurse", "intended", "continue"): False,  # what is not on the discharge list goes on only if a prescriber says so
    ("nurse", "intended", "restart at 2.5 mg"): False,
    ("nurse", "intended", "hold until the visit"): False,
    ("nurse", "unintended", "taught"): False,
    ("nurse", "unknown", ""): False,
    ("pharmacist", "match", ""): True,
    ("pharmacist", "intended", "list correction"): True,
    ("pharmacist", "intended", "reduce to 2.5 mg"): False,
    ("pharmacist", "unintended", "stop"): False,
    ("pharmacist", "unknown", ""): False,
    ("physician", "unintended", "stop it"): True,
    ("physician", "unknown", "hold until seen"): True,
    ("physician", "intended", ""): True,
    ("nurse-practitioner", "unintended", "restart"): True,
}


@pytest.mark.parametrize(("who", "why", "action"), CLOSES)
def test_who_closes_what(rosa: Stage, who: str, why: str, action: str) -> None:
    for order in rosa.backend.search(f"MedicationRequest?patient={rosa.patient}&_count=100"):
        discharge = order["category"][0]["coding"][0]["code"] == "discharge"
        if discharge and "sertraline" in order["medicationCodeableConcept"]["text"]:
            rosa.backend.put({**order, "status": "entered-in-error"})
    decision = {"medicine": "sertraline", "what": "omitted", "why": why, "action": action}
    result = run(rosa, who, decisions=(story.FUROSEMIDE, {**story.GLIPIZIDE, "action": "stop"}, decision))
    assert isinstance(result, Done), result
    assert ("sertraline" not in due(rosa)) == CLOSES[who, why, action]
    assert ("glipizide" not in due(rosa)) == (who in ("physician", "nurse-practitioner"))


def test_an_assistant_collects_and_hands_over(rosa: Stage) -> None:
    assistant = rosa.backend.create({"resourceType": "Practitioner", "active": True})
    role = {
        "coding": [{"system": "https://carefhir.org/fhir/CodeSystem/discipline", "code": "community-health-worker"}]
    }
    rosa.backend.create({"resourceType": "PractitionerRole", "practitioner": {"reference": assistant}, "code": [role]})
    result = carried_out(rosa, story.reconcile(rosa), WHEN_CALLED, actor=assistant)
    assert isinstance(result, Refused)
    assert result.why[0].startswith("a community health worker cannot close a reconciliation")
    assert any(one.startswith("glipizide (omitted)") for one in result.why)


class TestEarl:
    """Home from the nursing facility on 2026-11-25: a social worker closing the reconciliation is refused."""

    @pytest.fixture
    def earl(self, backend: Backend) -> Stage:
        found = stage(backend, "earl")
        stay = found.backend.find("Encounter", "earl-snf" + found.mark)
        opened = OpenTransition(patient=found.patient, encounter=stay)
        assert isinstance(carried_out(found, opened, "2026-11-26T09:00:00-06:00"), Done)
        return found

    def reconciled(self, found: Stage, who: str) -> Done | Refused:
        command = ReconcileMedications.model_validate(
            {
                "patient": found.patient,
                "transition": story.transition_of(found),
                "started": "2026-12-02T10:00:00-06:00",
                "taking": [{"medicine": name, "taking": "yes"} for name in ("amlodipine", "Tylenol")],
                "decisions": [{"medicine": "Tylenol", "what": "added", "why": "intended", "action": "taught"}],
            }
        )
        actor = found.backend.find("Practitioner", who)
        result = carried_out(found, command, "2026-12-02T10:30:00-06:00", actor=actor)
        assert isinstance(result, Done | Refused), result
        return result

    def test_a_social_worker_cannot_close_it(self, earl: Stage) -> None:
        result = self.reconciled(earl, "social-worker")
        assert isinstance(result, Refused)
        assert result.why == (
            "a social worker cannot close a reconciliation; it counts when done by: registered nurse, "
            "pharmacist, physician, nurse practitioner",
        )
        chart = Chart(earl.backend, earl.patient)
        assert chart.tasks()["reconcile-medications"]["status"] == "requested"
        assert chart.written("List") == []

    def test_a_nurse_can(self, earl: Stage) -> None:
        result = self.reconciled(earl, "nurse")
        assert isinstance(result, Done), result
        assert any("(due by 2026-12-25)" in one for one in result.told.says)
        assert any(one == "given in the hospital only: oxycodone" for one in result.told.says)
        assert state(Chart(earl.backend, earl.patient)) == {"amlodipine": "active", "acetaminophen": "active"}


def test_security_labels_travel(rosa: Stage) -> None:
    """What one list keeps restricted stays restricted in what is made of it, the receipt too."""
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    order = rosa.backend.get(rosa.backend.find("MedicationRequest", "rosa-sertraline" + rosa.mark))
    rosa.backend.put({**order, "meta": {**order["meta"], "security": [label]}})
    result = run(rosa, decisions=(story.FUROSEMIDE, story.GLIPIZIDE))
    assert isinstance(result, Done), result
    made = {line.reference for line in result.written if line.how == "created"}
    seen = [one for one in Chart(rosa.backend, rosa.patient).resources if f"{one['resourceType']}/{one['id']}" in made]
    assert len(seen) == len(made)
    assert all("R" in {each["code"] for each in one["meta"].get("security", [])} for one in seen)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("simvastatin 20 MG", "atorvastatin 40 MG", "statin on the list now: atorvastatin, simvastatin"),
        ("simvastatin 20 MG", "lovastatin 20 MG", "statin on the list now: lovastatin, simvastatin"),
        ("clopidogrel 75 MG", "prasugrel 10 MG", "p2y12 inhibitor on the list now: clopidogrel, prasugrel"),
        ("clopidogrel 75 MG", "ticagrelor 90 MG", "p2y12 inhibitor on the list now: clopidogrel, ticagrelor"),
        (
            "metoprolol 50 MG",
            "propranolol hydrochloride 60 MG",
            "beta blocker on the list now: metoprolol, propranolol",
        ),
        ("metoprolol 50 MG", "nebivolol 10 MG [Bystolic]", "beta blocker on the list now: metoprolol, nebivolol"),
    ],
)
def test_two_of_a_class_are_worth_a_look(one: str, other: str, said: str) -> None:
    found = lists(b(one), d(one), b(other, n=2), d(other, n=2))
    assert f"more than one {said}" in compare(CONTENT, found, ()).warnings


def test_aspirin_beside_clopidogrel_is_usual() -> None:
    found = lists(b("aspirin 81 MG"), d("aspirin 81 MG"), b("clopidogrel 75 MG", n=2), d("clopidogrel 75 MG", n=2))
    assert not any("more than one" in one for one in compare(CONTENT, found, ()).warnings)


def test_back_in_hospital_nothing_is_reconciled(rosa: Stage) -> None:
    task = rosa.backend.get(story.transition_of(rosa))
    rosa.backend.put({**task, "status": "on-hold"})
    result = run(rosa, decisions=(story.FUROSEMIDE, story.GLIPIZIDE))
    assert isinstance(result, Refused)
    assert "is on hold because the person is back in a facility" in result.why[0]


def test_orders_compared_with_themselves_are_not_reconciled(rosa: Stage) -> None:
    """No discharge list, and nobody asked: refused; once somebody has told, it is done, and the gap is named."""
    for order in rosa.backend.search(f"MedicationRequest?patient={rosa.patient}&_count=100"):
        if order["category"][0]["coding"][0]["code"] == "discharge":
            rosa.backend.put({**order, "status": "entered-in-error"})
    result = run(rosa, taking=())
    assert isinstance(result, Refused)
    assert result.why[0].startswith("no discharge list is on record and nobody has said what is taken")
    active = [one for one in story.AS_ORDERED if one["medicine"] != "furosemide"]
    again = run(rosa, taking=(*active, {"medicine": "glipizide", "taking": "yes"}))
    assert isinstance(again, Done), again
    assert any("no discharge list was on record" in one for one in again.told.says)
    assert any(one.startswith("no discharge list is on record") for one in again.told.warnings)


def test_without_a_provider_the_tasks_are_said_to_be_yours(backend: Backend) -> None:
    found = stage(backend, "rosa")
    stay = found.backend.find("Encounter", "rosa-stay" + found.mark)
    assert isinstance(carried_out(found, OpenTransition(patient=found.patient, encounter=stay), WHEN_CALLED), Done)
    result = run(found, decisions=(story.FUROSEMIDE, story.GLIPIZIDE))
    assert isinstance(result, Done), result
    assert any(one.startswith("no supervising provider is on record") for one in result.told.warnings)


def test_an_entry_says_what_why_and_what_is_done(rosa: Stage) -> None:
    assert isinstance(run(rosa, decisions=(story.FUROSEMIDE, story.GLIPIZIDE)), Done)
    (made,) = Chart(rosa.backend, rosa.patient).written("List")
    said = [
        {part["url"]: next(value for key, value in part.items() if key != "url") for part in one["extension"]}
        for entry in made["entry"]
        for one in entry.get("extension", [])
    ]
    assert said == [
        {"what": "dose-changed", "why": "intended", "action": "taught: the new tablets", "open": False},
        {"what": "omitted", "why": "unintended", "open": True},
    ]
    flags = [entry["flag"]["text"] for entry in made["entry"] if "flag" in entry]
    assert flags == [
        "dose changed, intended: taught: the new tablets",
        "unknown; omitted, unintended, with the prescriber",
    ]
