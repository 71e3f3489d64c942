"""R10 and rule 4 over two homes: what the EHR restricts stays restricted, and what it hides is never "none"."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest

from carefhir import Done, Refused
from carefhir.catalog import READINGS
from carefhir.codes import RESTRICTED
from carefhir.engine import runner
from carefhir.errors import CarefhirError
from carefhir.fhir.granted import seen_in_part
from carefhir.fhir.server import Server
from carefhir.sandbox import Knobs
from carefhir.workflows.whole_picture.packet_sheet import PacketSheet
from carefhir.workflows.whole_picture.plan_sheet import PlanSheet
from tests.execution.test_two_homes import acted
from tests.spec.tables import Chart, carried_out
from tests.support.backends import Backend
from tests.support.scenarios import SCENARIOS, Scenario
from tests.support.stage import NOW, Stage, stage
from tests.support.stories import coordination as story
from tests.support.two_homes import EHR, TwoHomes, two_homes

Json = dict[str, Any]
WHEN = "2026-05-14T10:00:00-05:00"
SECRETS = ("hit by somebody", "safe place", "shelter", "restricted", "withheld")


@pytest.fixture
def nora() -> Stage:
    """Her plan is in effect, beside an EHR."""
    found = stage(two_homes(), "nora")
    story.planned(found)
    return found


def homes(found: Stage) -> TwoHomes:
    assert isinstance(found.backend, TwoHomes)
    return found.backend


def document_of(found: Stage) -> str:
    """All that the document holds, and the record that it is in."""
    (document,) = Chart(found.backend, found.patient).written("DocumentReference")
    contents = [b64decode(each["attachment"]["data"]).decode() for each in document["content"]]
    return "\n".join([*contents, json.dumps(document, default=str)])


def everything_with(found: Stage, *types: str) -> str:
    return json.dumps([Chart(found.backend, found.patient).written(type_) for type_ in types], default=str)


# ---- what is restricted in the EHR stays out of what is shared


@pytest.mark.parametrize("to", ["patient", "practitioner"])
def test_a_condition_that_the_ehr_restricts_stays_out_of_a_shared_plan_with_all_that_tells_of_it(
    nora: Stage, to: str
) -> None:
    withheld = story.secret(nora)
    assert withheld[0].startswith(f"Condition/{EHR}."), "the EHR keeps it"
    given = {"to": to, "practitioner": nora.physician} if to == "practitioner" else {}
    result = carried_out(nora, story.sharing(nora, **given), WHEN)
    assert isinstance(result, Done), result
    shown = document_of(nora) + everything_with(nora, "Communication")
    for secret in (*SECRETS, *withheld, withheld[0].replace(f"{EHR}.", "")):
        assert secret not in shown, secret
    (told,) = [line for line in result.told.says if line.startswith("left out")]
    assert all(reference in told for reference in withheld)


def test_one_that_the_ehr_hides_without_a_word_closes_what_refers_to_it(nora: Stage) -> None:
    """As Epic does: 200, and fewer rows. The goal here still says which condition it is for."""
    withheld = story.secret(nora)
    hiding = replace(nora, backend=homes(nora).shaped(Knobs(hidden_labels=frozenset({"R"}))))
    result = carried_out(hiding, story.sharing(hiding), WHEN)
    assert isinstance(result, Done), result
    shown = document_of(hiding)
    for secret in (*SECRETS, *withheld):
        assert secret not in shown, secret
    assert any(line.startswith("left out") for line in result.told.says)


def reading(found: Stage, name: str, **command: Any) -> Any:
    (one,) = (each for each in READINGS if each.name == name)
    asked = one.command(patient=found.patient, **command)
    return found.backend.run(runner.show(one, asked, found.occasion(NOW), found.backend.server()))


def told(scenario: str) -> tuple[Stage, Scenario]:
    """A story on two servers, before its act."""
    (one,) = (each for each in SCENARIOS if each.name == scenario)
    return one.staged(two_homes()), one


def label(found: Stage, type_: str, words: str) -> tuple[str, ...]:
    """The EHR restricts the records that say so; their names here."""
    ehr, names = homes(found).ehr, homes(found).names
    saying = [each for each in ehr.search(f"{type_}?_count=200") if words in json.dumps(each, default=str).lower()]
    for record in saying:
        record.setdefault("meta", {})["security"] = [RESTRICTED]
        ehr.put(record)
    assert saying
    return tuple(names.named(f"{type_}/{record['id']}") for record in saying)


def test_a_packet_and_the_copy_for_the_patient_leave_it_out() -> None:
    found, one = told("a transition document is sent")
    medicines = label(found, "MedicationRequest", "furosemide")
    result = acted(found, one)
    assert isinstance(result, Done), result
    sent = document_of(found)
    assert "furosemide" not in sent.lower()
    assert not [medicine for medicine in medicines if medicine in sent]
    assert any(medicines[0] in line for line in result.told.says), "the sender knows"
    sheet = reading(found, "transition-packet")
    assert isinstance(sheet, PacketSheet)
    assert sheet.withheld
    assert "furosemide" not in json.dumps(sheet, default=str).lower()


@pytest.mark.parametrize("restrict", [True, False])
def test_the_copy_for_the_patient_leaves_it_out(nora: Stage, restrict: bool) -> None:
    if restrict:
        label(nora, "MedicationRequest", "furosemide")
    sheet = reading(nora, "show-plan")
    assert isinstance(sheet, PlanSheet)
    assert sheet.copy is not None
    assert sheet.copy.sections
    assert ("furosemide" in str(sheet.copy).lower()) != restrict


# ---- what a step derives of it


def labeled(record: Json) -> bool:
    return any(label.get("code") == "R" for label in record.get("meta", {}).get("security", []))


def points_to(record: Json, reference: str) -> bool:
    return f'"{reference}"' in json.dumps(record, default=str)


def of_companion(found: Stage, type_: str) -> list[Json]:
    return [homes(found)._named(each) for each in Backend.search(found.backend, f"{type_}?_count=200")]


@pytest.mark.parametrize("restrict", [True, False])
def test_what_a_step_writes_about_a_restricted_record_is_restricted(restrict: bool) -> None:
    """The LACE score rests on a heart failure that the EHR has labeled."""
    found, one = told("home from hospital")
    hearts = label(found, "Condition", "heart failure") if restrict else ()
    result = acted(found, one)
    assert isinstance(result, Done), result
    scores = [each for each in of_companion(found, "RiskAssessment") if "lace" in json.dumps(each, default=str).lower()]
    assert scores
    assert all(labeled(each) == restrict for each in scores)
    if restrict:
        assert any(points_to(each, heart) for each in scores for heart in hearts), "it rests on it"
    tasks = [each for each in of_companion(found, "Task") if any(points_to(each, heart) for heart in hearts)]
    assert all(map(labeled, tasks))


def test_a_reconciled_list_of_what_the_ehr_restricts_is_restricted() -> None:
    found, one = told("a pharmacist, all of it meant")
    label(found, "MedicationRequest", "furosemide")
    assert isinstance(acted(found, one), Done)
    lists = of_companion(found, "List")
    assert lists
    assert all(map(labeled, lists))


# ---- a consent that forbids it, wherever it is kept


def agreed(found: Stage, home: str, type_: str, person: str) -> None:
    """A Consent that permits or denies, kept by one of the homes."""
    scope = {"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}
    consent = {
        "resourceType": "Consent", "status": "active", "scope": {"coding": [scope]},
        "category": [{"text": "who may know"}], "patient": {"reference": found.patient},
        "policyRule": {"text": "her plan"},
        "provision": {"type": type_, "actor": [{"role": {"text": "caregiver"}, "reference": {"reference": person}}]},
    }  # fmt: skip
    site = homes(found)
    if home == EHR:
        site.ehr.create(site._as_theirs(consent))
    else:
        site.create(consent)


def daughter_of(found: Stage) -> str:
    daughter = found.backend.find("RelatedPerson", "nora-daughter" + found.mark)
    assert daughter.startswith(f"RelatedPerson/{EHR}.")
    return daughter


@pytest.mark.parametrize("home", ["companion", EHR])
@pytest.mark.parametrize(("consent", "why"), [("permit", ""), ("deny", "is not to know")])
def test_a_consent_counts_whichever_home_keeps_it(nora: Stage, home: str, consent: str, why: str) -> None:
    daughter = daughter_of(nora)
    agreed(nora, home, consent, daughter)
    result = carried_out(nora, story.sharing(nora, to="caregiver", caregiver=daughter), WHEN)
    if why:
        assert isinstance(result, Refused), result
        assert why in "; ".join(result.why)
    else:
        assert isinstance(result, Done), result


@pytest.mark.parametrize("denying", ["companion", EHR])
def test_one_that_denies_counts_more_than_one_of_the_other_home(nora: Stage, denying: str) -> None:
    daughter = daughter_of(nora)
    for home in ("companion", EHR):
        agreed(nora, home, "deny" if home == denying else "permit", daughter)
    result = carried_out(nora, story.sharing(nora, to="caregiver", caregiver=daughter), WHEN)
    assert isinstance(result, Refused), result
    assert "is not to know" in "; ".join(result.why)


def test_consents_that_the_ehr_does_not_show_are_not_known(nora: Stage) -> None:
    daughter = daughter_of(nora)
    agreed(nora, "companion", "permit", daughter)
    blind = replace(nora, backend=homes(nora).shaped(Knobs(unreadable=frozenset({"Consent"}))))
    command = story.sharing(blind, to="caregiver", caregiver=daughter)
    stopped = ""
    try:
        result = carried_out(blind, command, WHEN)
        assert isinstance(result, Refused), result
        stopped = "; ".join((*result.why, *result.told.warnings))
    except CarefhirError as error:
        stopped = error.message
    assert "could not be seen" in stopped or f"{EHR}: " in stopped


# ---- what the EHR filters by scope

TYPES = ("Condition", "MedicationRequest", "AllergyIntolerance")


def narrowed(found: Stage, type_: str, how: str) -> Stage:
    """The EHR shows less than all of a type."""
    site = homes(found)
    if how == "403":
        return replace(found, backend=site.shaped(Knobs(unreadable=frozenset({type_}), bodiless=frozenset({403}))))
    if how == "said beside what was found":
        for record in site.ehr.search(f"{type_}?_count=200")[:1]:
            record.setdefault("meta", {})["security"] = [RESTRICTED]
            site.ehr.put(record)
        return replace(found, backend=site.shaped(Knobs(hidden_labels=frozenset({"R"}), says_hidden=True)))
    fork = site.fork()
    assert fork is not None
    plain = fork.server

    def server(**more: Any) -> Server:
        made = plain(**more)
        partly = seen_in_part(f"patient/*.rs?_security=N patient/{type_}.rs?category=x", [type_])
        return replace(made, beside=tuple(replace(other, partly=partly) for other in made.beside))

    fork.server = server  # type: ignore[method-assign]
    return replace(found, backend=fork)


WAYS = ("403", "said beside what was found", "told by the scopes")


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("how", WAYS)
def test_what_is_filtered_by_scope_is_a_gap_on_the_overview(type_: str, how: str) -> None:
    found = narrowed(stage(two_homes(), "rosa"), type_, how)
    page = reading(found, "overview")
    assert any(gap.startswith(f"{type_}: {EHR}: ") for gap in page.not_visible), page.not_visible


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("a plan is given to the person", "Condition"),
        ("a plan is given to the person", "MedicationRequest"),
        *(("a pharmacist, all of it meant", type_) for type_ in TYPES),
    ],
)
@pytest.mark.parametrize("how", WAYS)
def test_a_step_says_so_or_stops(type_: str, how: str, name: str) -> None:
    found, one = told(name)
    found, stopped, result = narrowed(found, type_, how), "", None
    try:
        result = acted(found, one)
    except CarefhirError as error:
        stopped = error.message
    if result is None:
        assert stopped.startswith(f"searching {type_}: {EHR}: ")
        return
    said = "; ".join((*result.told.warnings, *(result.why if isinstance(result, Refused) else ())))
    assert f"{type_} not visible: {EHR}: " in said or "could not be seen" in said, said
    if isinstance(result, Done) and name.startswith("a plan"):
        assert type_ != "Condition", "what must stay out is not known"
        assert "could not be read" in document_of(found)


def test_a_server_that_hides_nothing_is_no_gap() -> None:
    found = narrowed(stage(two_homes(), "rosa"), "Observation", "told by the scopes")
    page = reading(found, "overview")
    assert not any(gap.startswith("Condition: ") for gap in page.not_visible)
    whole = reading(stage(two_homes(), "rosa"), "overview")
    assert whole.not_visible == ()


def test_the_overview_of_somebody_who_is_not_linked_names_the_command() -> None:
    found = stage(two_homes(), "rosa")
    record = Backend.get(found.backend, found.patient)
    record["identifier"] = [one for one in record["identifier"] if not homes(found).names.place_in(one)]
    Backend.put(found.backend, record)
    page = reading(found, "overview")
    (said,) = [gap for gap in page.not_visible if "not linked" in gap]
    assert f"carefhir link Patient/ID-THERE --to {found.patient}" in said
