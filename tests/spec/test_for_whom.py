"""Rules 24, 35, 38 and 39: whom a pathway is not for, what a hospice changes, and whose consent counts."""

from __future__ import annotations

from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.commands import EvaluateGoals, OpenTransition, ProposePlan
from carefhir.engine.results import Result
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend, sandbox_backend
from tests.support.scenarios import Stage, enroll, stage
from tests.support.stories.monitoring import goal, in_hospice, measured, quantity
from tests.support.stories.spine import mother

Json = dict[str, Any]
SNOMED, ICD = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"
NOW = "2026-03-09T10:00:00-05:00"
HOME = "2026-03-06T15:10:00-06:00"


@pytest.fixture(scope="module")
def server() -> Stage:
    return stage(sandbox_backend(), "rosa")


@pytest.fixture
def rosa(server: Stage) -> Stage:
    """One more Rosa on the same sandbox: type 2 diabetes and heart failure, discharged on 2026-03-06."""
    return stage(server.backend, "rosa")


def said(result: Result) -> str:
    assert isinstance(result, Done), result
    return "\n".join((*result.told.says, *result.told.warnings))


def refused(result: Result) -> str:
    assert isinstance(result, Refused), result
    return "\n".join(result.why)


def words(result: Result) -> str:
    return refused(result) if isinstance(result, Refused) else said(result)


def has(found: Stage, code: str, system: str = ICD, text: str = "", **more: Any) -> str:
    return found.backend.create(
        {
            "resourceType": "Condition",
            "subject": {"reference": found.patient},
            "code": {"coding": [{"system": system, "code": code}]} if code else {"text": text},
            **more,
        }
    )


def born(found: Stage, day: str | None) -> None:
    person = {name: value for name, value in found.backend.get(found.patient).items() if name != "birthDate"}
    found.backend.put({**person, **({"birthDate": day} if day else {})})


def opened(found: Stage, **more: Any) -> Result:
    stay = found.backend.find("Encounter", "rosa-stay" + found.mark)
    return carried_out(found, OpenTransition(patient=found.patient, encounter=stay, **more), HOME)


def proposed(found: Stage, **enrolling: Any) -> Result:
    result = carried_out(found, enroll(found, **enrolling), NOW)
    assert isinstance(result, Done), result
    return carried_out(found, ProposePlan(patient=found.patient, own_goal="see my grandchildren"), NOW)


class TestPathways:
    @pytest.mark.parametrize(
        ("given", "diabetes", "heart_failure"),
        [
            ({"code": "Z33.1"}, False, False),
            ({"code": "O24.410"}, False, False),
            ({"code": "", "text": "Pregnancy, 20 weeks"}, False, False),
            ({"code": "O80", "onsetDateTime": "2026-02-01"}, False, False),
            ({"code": "E10.9"}, False, True),
            ({"code": "", "text": "T1DM"}, False, True),
            ({"code": "Z99.2"}, False, False),
            ({"code": "N18.6"}, False, False),
            ({"code": "O80", "onsetDateTime": "2025-10-01"}, True, True),
            ({"code": "N18.4"}, True, True),
            ({"code": "Z32.02"}, True, True),
        ],
        ids=[
            "pregnant",
            "diabetes in pregnancy",
            "pregnant, in words",
            "a birth last month",
            "type 1 beside type 2",
            "type 1, abbreviated",
            "dialysis",
            "end-stage kidney disease",
            "a birth long ago",
            "kidney disease",
            "not pregnant",
        ],
    )
    def test_not_for_them(self, rosa: Stage, given: Json, diabetes: bool, heart_failure: bool) -> None:
        reference = has(rosa, **given)
        result = proposed(rosa)
        for title, there in (("Type 2 diabetes", diabetes), ("Heart failure", heart_failure)):
            assert (f"{title} is not proposed" in words(result)) is not there, words(result)
        if not (diabetes and heart_failure):
            assert reference in words(result)
        plans = Chart(rosa.backend, rosa.patient).written("CarePlan")
        titles = " ".join(plan["title"] for plan in plans)
        assert ("Type 2 diabetes" in titles, "Heart failure" in titles) == (diabetes, heart_failure)

    @pytest.mark.parametrize(("answer", "there"), [("LA15173-0", False), ("LA26683-5", True)])
    def test_pregnant_by_a_status(self, rosa: Stage, answer: str, there: bool) -> None:
        status = {
            "resourceType": "Observation",
            "status": "final",
            "subject": {"reference": rosa.patient},
            "code": {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]},
            "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": answer}]},
            "effectiveDateTime": "2026-02-20",
        }
        reference = rosa.backend.create(status)
        result = words(proposed(rosa))
        assert ("Heart failure is not proposed" in result) is not there
        assert (f"who is pregnant ({reference})" in result) is not there

    @pytest.mark.parametrize(("day", "there"), [("2008-03-10", False), ("2008-03-09", True), ("2026-03-01", False)])
    def test_under_18(self, rosa: Stage, day: str, there: bool) -> None:
        born(rosa, day)
        guardian = {} if there else {"guardian": mother(rosa)}
        result = proposed(rosa, **guardian)
        assert ("is not proposed: it is not for somebody under 18" in words(result)) is not there

    def test_an_age_that_is_not_on_record_is_said(self, rosa: Stage) -> None:
        born(rosa, None)
        assert "the date of birth is not on record: ask whether the person is under 18" in said(proposed(rosa))

    def test_a_restricted_reason_is_not_named(self, rosa: Stage) -> None:
        label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
        reference = has(rosa, "Z33.1", meta={"security": [label]})
        result = words(proposed(rosa))
        assert "Heart failure is not proposed" in result
        assert "with something restricted on record" in result
        assert reference not in result
        assert "pregnant" not in result


class TestHospice:
    def test_no_pathway_is_proposed(self, rosa: Stage) -> None:
        in_hospice(rosa)
        result = words(proposed(rosa))
        assert "Type 2 diabetes is not proposed: it is not for somebody whom a hospice cares for" in result
        assert "call hospice first" in result
        assert not Chart(rosa.backend, rosa.patient).written("CarePlan")

    def test_no_transition_clock_starts(self, rosa: Stage) -> None:
        in_hospice(rosa)
        why = refused(opened(rosa))
        assert "no transition clock starts" in why
        assert "call hospice first" in why
        assert not Chart(rosa.backend, rosa.patient).written("Task")

    def test_home_with_hospice_starts_none(self, rosa: Stage) -> None:
        stay = rosa.backend.get(rosa.backend.find("Encounter", "rosa-stay" + rosa.mark))
        coding = {"system": "http://www.nubc.org/patient-discharge", "code": "50"}
        rosa.backend.put({**stay, "hospitalization": {"dischargeDisposition": {"coding": [coding]}}})
        assert "the person went home with hospice" in refused(opened(rosa))

    @pytest.mark.parametrize("code", ["Z51.5", "Z515"])
    def test_palliative_care_asks_first(self, rosa: Stage, code: str) -> None:
        has(rosa, code)
        assert "ask whether a hospice cares for the person" in refused(opened(rosa))
        told = said(opened(rosa, no_hospice="her daughter, on the phone"))
        assert "no hospice cares for the person, as told: her daughter" in told
        (note,) = Chart(rosa.backend, rosa.patient).tasks()["transition"]["note"]
        assert note["text"].endswith("as told: her daughter, on the phone")

    def test_a_hospice_that_was_declined_starts_the_clock(self, rosa: Stage) -> None:
        flag = rosa.backend.get(in_hospice(rosa))
        rosa.backend.put({**flag, "code": {"text": "Hospice declined"}})
        said(opened(rosa))

    def test_goals_against_the_disease_are_proposed_for_stopping(self, rosa: Stage) -> None:
        detail = {"detailQuantity": {**quantity("7.0", "%"), "comparator": "<"}}
        a1c = goal(rosa, "a1c", "4548-4", detail, "2026-01-01")
        mood = {"detailQuantity": {**quantity("5", "{score}"), "comparator": "<"}}
        phq = goal(rosa, "phq-9", "44261-6", mood, "2026-01-01")
        for day, value in (("2025-12-20", "14"), ("2026-03-01", "8")):
            measured(rosa, "44261-6", f"{day}T08:00:00-06:00", value, "{score}")
        in_hospice(rosa)
        first = said(carried_out(rosa, EvaluateGoals(patient=rosa.patient), NOW))
        assert "proposed for stopping, not judged: A1c in its range" in first
        assert "call hospice first" in first
        stopped = rosa.backend.get(a1c)
        assert stopped["lifecycleStatus"] == "active"
        assert "achievementStatus" not in stopped
        assert stopped["note"][-1]["text"].startswith("Proposed for stopping")
        (task,) = list(Chart(rosa.backend, rosa.patient).written("Task"))
        assert task["code"]["coding"][0]["code"] == "review-plan"
        assert "mood better: improving" in said(carried_out(rosa, EvaluateGoals(patient=rosa.patient), NOW))
        assert "achievementStatus" in rosa.backend.get(phq)

    def test_enrolling_says_it(self, rosa: Stage) -> None:
        in_hospice(rosa)
        assert "a hospice cares for this person" in said(carried_out(rosa, enroll(rosa), NOW))


class TestTrend:
    def aimed(self, rosa: Stage) -> str:
        detail = {"detailQuantity": {**quantity("5", "{score}"), "comparator": "<"}}
        return goal(rosa, "phq-9", "44261-6", detail, "2025-06-01")

    @pytest.mark.parametrize(
        ("first", "newest", "judged"),
        [
            ("2025-12-01", "2025-12-09", True),
            ("2025-11-30", "2025-12-08", False),
            ("2024-12-09", "2025-12-09", True),
            ("2024-12-08", "2025-12-09", False),
        ],
        ids=["90 days ago", "91 days ago", "compared with a year before", "a year and a day before"],
    )
    def test_only_of_the_last_90_days(self, rosa: Stage, first: str, newest: str, judged: bool) -> None:
        self.aimed(rosa)
        for day, value in ((first, "14"), (newest, "8")):
            measured(rosa, "44261-6", f"{day}T12:00:00-06:00", value, "{score}")
        result = words(carried_out(rosa, EvaluateGoals(patient=rosa.patient), NOW))
        assert ("mood better: improving" in result) is judged, result

    @pytest.mark.parametrize("class_", ["IMP", "OBSENC", "EMER", "inpatient"])
    def test_none_in_a_hospital(self, rosa: Stage, class_: str) -> None:
        reference = self.aimed(rosa)
        for day, value in (("2026-02-01", "14"), ("2026-03-01", "8")):
            measured(rosa, "44261-6", f"{day}T12:00:00-06:00", value, "{score}")
        stay = rosa.backend.create(
            {
                "resourceType": "Encounter",
                "status": "in-progress",
                "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": class_},
                "subject": {"reference": rosa.patient},
                "period": {"start": "2026-03-08T10:00:00-05:00"},
            }
        )
        why = refused(carried_out(rosa, EvaluateGoals(patient=rosa.patient), NOW))
        assert stay in why
        assert "no trend is judged" in why
        assert "achievementStatus" not in rosa.backend.get(reference)


class TestConsent:
    def test_a_minor_needs_a_guardian(self, rosa: Stage) -> None:
        born(rosa, "2012-05-01")
        assert "a minor's consent is a guardian's" in refused(carried_out(rosa, enroll(rosa), NOW))
        guardian = mother(rosa)
        said(carried_out(rosa, enroll(rosa, guardian=guardian), NOW))
        (consent,) = Chart(rosa.backend, rosa.patient).written("Consent")
        assert consent["performer"] == [{"reference": guardian}]
        assert consent["policyRule"]["text"].startswith("care management: the guardian was told what it is")

    @pytest.mark.parametrize(
        ("relationship", "fits"),
        [
            ([{"text": "mother"}], True),
            ([{"text": "Legal guardian"}], True),
            ([{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0063", "code": "GRD"}]}], True),
            ([], True),
            ([{"text": "neighbor"}], False),
            ([{"text": "grandmother"}], False),
            ([{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "WIFE"}]}], False),
        ],
    )
    def test_who_is_a_guardian(self, rosa: Stage, relationship: list[Json], fits: bool) -> None:
        born(rosa, "2012-05-01")
        person = {"resourceType": "RelatedPerson", "patient": {"reference": rosa.patient}}
        guardian = rosa.backend.create({**person, **({"relationship": relationship} if relationship else {})})
        result = carried_out(rosa, enroll(rosa, guardian=guardian), NOW)
        assert isinstance(result, Done) is fits, result

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"period": {"end": "2026-03-01"}}, "was a related person until 2026-03-01"),
            ({"period": {"start": "2026-04-01"}}, "only from 2026-04-01 on"),
            ({"active": False}, "is marked inactive"),
            ({"birthDate": "2010-01-01"}, "may be, under 18"),
            ({"birthDate": "2008"}, "may be, under 18"),
            ({"period": {"start": "2012-05-01", "end": "2026-03-09"}}, ""),
            ({"birthDate": "2008-03-09"}, ""),
            ({"active": True, "birthDate": "1985"}, ""),
        ],
    )
    def test_a_guardian_who_is_none_now_or_is_a_minor(self, rosa: Stage, more: Json, words: str) -> None:
        born(rosa, "2012-05-01")
        person = {"resourceType": "RelatedPerson", "patient": {"reference": rosa.patient}, **more}
        guardian = rosa.backend.create({**person, "relationship": [{"text": "mother"}]})
        result = carried_out(rosa, enroll(rosa, guardian=guardian), NOW)
        if not words:
            assert isinstance(result, Done), result
            return
        assert words in refused(result)
        assert "name another one" in refused(result)

    def test_somebody_elses_mother_is_refused(self, rosa: Stage, server: Stage) -> None:
        born(rosa, "2012-05-01")
        why = refused(carried_out(rosa, enroll(rosa, guardian=mother(server)), NOW))
        assert "is not a related person of" in why

    def test_an_unknown_age_is_said(self, rosa: Stage) -> None:
        born(rosa, None)
        assert "if the patient is under 18, only a guardian can consent" in said(carried_out(rosa, enroll(rosa), NOW))

    def test_it_says_what_was_entered(self, rosa: Stage) -> None:
        told = ("what-it-is", "care-team", "right-to-stop", "cost-sharing")
        said(carried_out(rosa, enroll(rosa, told=told), NOW))
        (consent,) = Chart(rosa.backend, rosa.patient).written("Consent")
        assert consent["policyRule"]["text"] == (
            "care management: the patient was told what it is; who is in the care team; "
            "that they may leave at any time; what it may cost them"
        )

    @pytest.mark.parametrize("told", [(), ("what-it-is",), ("what-it-is", "care-team", "cost-sharing")])
    def test_nothing_is_said_that_nobody_entered(self, rosa: Stage, told: tuple[str, ...]) -> None:
        why = refused(carried_out(rosa, enroll(rosa, told=told), NOW))
        assert "right-to-stop" in why
        assert "name it in told" in why
        assert not Chart(rosa.backend, rosa.patient).written("Consent")


def test_a_repeat_of_an_old_enrollment_is_the_same_request(backend: Backend) -> None:
    """A field that came later does not make an act of before another one."""
    found = stage(backend, "rosa")
    said(carried_out(found, enroll(found), NOW))
    again = carried_out(found, enroll(found), NOW)
    assert isinstance(again, Done)
    assert again.by == "an earlier run"
