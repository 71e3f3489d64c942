"""`carefhir doctor` over a companion and an EHR beside it: the EHR is read and never written, what is said of a step is
what the runner does with both, and the settings that it proposes are the ones it judged by."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from carefhir import AsyncCare, catalog, commands
from carefhir.doctor.judge import NOT_HERE, Report
from carefhir.doctor.judge_site import SiteReport
from carefhir.doctor.routing import NOTED_STEPS
from carefhir.faces.care import Care
from carefhir.transport.read_homes import ReadHome
from tests.faces.conftest import EHRS, Exchange, Site, invoke
from tests.faces.test_doctor import names, reads, steps_of
from tests.support.deep import some

DOCUMENT = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text()
Json = dict[str, Any]


def routes(found: Json) -> dict[str, Json]:
    return {one["type"]: one for one in found["beside"][0]["routes"]}


def pasted(found: Json) -> dict[str, str]:
    lines = (line.removeprefix("export ").split("=", 1) for line in found["settings"])
    return {name: value.strip('"') for name, value in lines}


def asked_there(site: Site) -> list[Exchange]:
    return [one for one in site.ehr.seen if one.target.partition("?")[0] != "metadata"]


# -- what is asked, and of whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("like", some(EHRS, 2))
def test_the_ehr_is_read_and_never_written(beside: Any, like: str) -> None:
    site = beside(like)
    before, here = site.ehr.versions(), site.companion.versions()
    site.ehr.seen.clear()
    assert site.about_rosa()["beside"][0]["requests"] > 100
    assert site.ehr.versions() == before
    assert site.companion.versions() == here
    assert [one for one in site.ehr.seen if not reads(one)] == []


@pytest.mark.parametrize("like", some(EHRS, 2))
def test_a_trial_of_writing_is_the_companions_alone(beside: Any, like: str) -> None:
    site = beside(like)
    before, here = site.ehr.versions(), site.companion.versions()
    assert "writes" in site.report("--probe-writes")["tried"]
    assert site.ehr.versions() == before
    assert site.companion.versions() != here


@pytest.mark.parametrize("like", some(EHRS, 2))
def test_no_search_of_the_ehr_names_an_identifier_or_a_person_in_its_url(beside: Any, like: str) -> None:
    """R9: a patient is asked about by the EHR's own id, in the URL, and by nothing else."""
    site = beside(like)
    site.ehr.seen.clear()
    site.about_rosa()
    targets = [unquote(one.target) for one in site.ehr.seen]
    assert any(site.place.partition("/")[2] in target for target in targets)
    for target in targets:
        assert not re.search(r"[?&](family|given|name|birthdate|address|phone|email)=", target), target
        assert not re.search(r"[?&]identifier=(?!https://carefhir\.org/fhir/sid/)", target), target


def test_each_type_is_searched_as_a_run_searches_it_there(beside: Any) -> None:
    """In the categories that the EHR wants, by GET: the searches of a run are among those the doctor tried."""
    site = beside("epic")
    site.ehr.seen.clear()
    found = site.about_rosa()
    tried = {one.target for one in site.ehr.seen if one.method == "GET"}
    site.ehr.seen.clear()
    with Care(site.companion.base, beside=(ReadHome(site.ehr.base),)) as care:
        care.show(commands.Overview(patient=site.patient))
    run = {one.target for one in asked_there(site) if "_id=" not in one.target and "?" in one.target}
    assert len(run) > 10
    assert run <= tried
    searches = {(one["type"], one["parameters"]) for one in found["beside"][0]["searches"]}
    assert ("CareTeam", "patient, category=longitudinal") in searches


# -- the table of who keeps what ---------------------------------------------------------------------------------------


def test_the_routes_of_an_ehr_that_takes_no_care_plan(beside: Any) -> None:
    found = beside("oracle").about_rosa()
    table = routes(found)
    assert {name for name, one in table.items() if one["read"] == "companion"} >= {"Task", "Flag", "Provenance"}
    assert (table["Condition"]["read"], table["MedicationRequest"]["read"]) == ("both", "ehr")
    assert table["CarePlan"]["written"] == "companion"
    assert all(one["why"] for one in table.values())
    types = pasted(found)["CAREFHIR_EHR_TYPES"].split()
    assert {"Condition", "Encounter", "MedicationRequest", "AllergyIntolerance", "Patient"} <= set(types)
    assert "Task" not in types
    assert pasted(found)["CAREFHIR_EHR_WRITES"] == "Condition"
    assert pasted(found)["CAREFHIR_EHR_NOTES"].split() == list(NOTED_STEPS)


def test_the_notes_are_proposed_after_steps_that_there_are() -> None:
    assert set(NOTED_STEPS) <= {step.name for step in catalog.STEPS}


@pytest.mark.parametrize("like", some(EHRS, 2))
def test_the_settings_to_paste_are_what_was_judged_by(beside: Any, like: str, monkeypatch: pytest.MonkeyPatch) -> None:
    site = beside(like)
    found = site.about_rosa()
    for name, value in pasted(found).items():
        monkeypatch.setenv(name, value)
    again = site.about_rosa()
    assert again["settings"] == found["settings"]
    delivered = {name: one for name, one in steps_of(again).items() if "delivered after the act" not in str(one)}
    assert delivered
    for name, one in delivered.items():
        assert (one["state"], one["why"]) == (steps_of(found)[name]["state"], steps_of(found)[name]["why"]), name


def test_what_is_refused_stays_in_the_list_so_that_it_is_said(beside: Any) -> None:
    """Left out, a refused type would be read as none."""
    site = beside("epic")
    site.refusing(403, "MedicationRequest")
    found = site.about_rosa()
    assert "MedicationRequest" in pasted(found)["CAREFHIR_EHR_TYPES"].split()
    assert "is said" in routes(found)["MedicationRequest"]["why"]
    (asked,) = [text for text in found["beside"][0]["asks"] if "grant of these APIs" in text]
    assert "MedicationRequest by patient: 403" in asked
    assert "with no body: this API is not granted" in asked


def test_what_would_stop_steps_for_nothing_is_left_out_and_named(beside: Any) -> None:
    """Oracle Health's Communication cannot be searched by patient: a call would stop each time for what we wrote."""
    found = beside("oracle").about_rosa()
    assert "Communication" not in pasted(found)["CAREFHIR_EHR_TYPES"].split()
    assert "left out" in routes(found)["Communication"]["why"]
    call = steps_of(found)["record-call"]
    assert call["state"] == "degraded"
    assert any("Communication of ehr is left out" in how for how in call["how"])


def test_what_a_site_has_left_out_is_said(beside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site = beside("oracle")
    monkeypatch.setenv("CAREFHIR_EHR_TYPES", "Patient Encounter")
    site.ehr.seen.clear()
    found = site.about_rosa()
    assert routes(found)["Condition"]["why"].startswith("left out by CAREFHIR_EHR_TYPES")
    assert any("Condition of ehr is left out" in how for how in steps_of(found)["overview"]["how"])
    assert steps_of(found)["overview"]["state"] == "degraded"


def test_an_ehr_that_takes_no_note(beside: Any) -> None:
    site = beside("epic")

    def trouble(exchange: Exchange) -> Any:
        if exchange.target.partition("?")[0] != "metadata":
            return None
        status, headers, body = exchange.real()
        stated = json.loads(body)
        for each in stated["rest"][0]["resource"]:
            if each["type"] == "DocumentReference":
                each["interaction"] = [{"code": "read"}, {"code": "search-type"}]
        return status, headers, json.dumps(stated).encode()

    site.ehr.trouble = trouble
    found = site.report()
    assert "CAREFHIR_EHR_NOTES" not in pasted(found)
    assert any(text.startswith("No DocumentReference create") for text in found["beside"][0]["says"])


# -- each step, with both and without the companion --------------------------------------------------------------------


@pytest.mark.parametrize("like", some(EHRS, 2))
def test_every_step_has_its_line_with_both_and_without(beside: Any, like: str) -> None:
    found = beside(like).about_rosa()
    every = {one.name for one in (*catalog.STEPS, *catalog.READINGS)}
    assert set(steps_of(found)) == every
    alone = {one["name"]: one for one in found["beside"][0]["alone"]}
    assert set(alone) == every
    for one in (*steps_of(found).values(), *alone.values()):
        assert one["state"] == ("refused" if one["why"] else "degraded" if one["how"] else "works")
    if like != "bare":
        assert {alone[step.name]["state"] for step in catalog.STEPS} == {"refused"}


@pytest.mark.parametrize(("status", "words"), some([(403, "403"), (500, "500"), (404, "404")], 2))
def test_a_step_that_must_know_is_refused_by_doctor_and_runner(beside: Any, status: int, words: str) -> None:
    site = beside("oracle")
    site.refusing(status, "Condition")
    found = site.about_rosa()
    step, page = steps_of(found)["confirm-concern"], steps_of(found)["overview"]
    assert (step["state"], page["state"]) == ("refused", "degraded")
    assert words in step["why"][0]
    assert site.doctor("--patient", site.patient).code == 3
    said = invoke(
        "run", "confirm-concern", "--server", site.companion.base, "--patient", site.patient, "--as", "Practitioner/1",
        "--set", "concern=Condition/ehr.1", "--set", "reason=seen by the physician",
    )  # fmt: skip
    assert said.code == 5
    assert "ehr: " in said.words
    assert "Condition" in said.words


def test_what_an_ehr_does_not_keep_is_not_none(beside: Any) -> None:
    found = beside("fut").about_rosa()
    assert "ehr does not keep Encounter: only what the companion holds is seen" in steps_of(found)["overview"]["how"]
    assert steps_of(found)["overview"]["state"] == "degraded"
    assert steps_of(found)["confirm-concern"]["state"] == "refused"


def test_a_change_in_the_ehr_is_asked_of_a_person_or_delivered(beside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site = beside("oracle")
    asked = "a change of Condition of ehr is asked of a person, by a Task"
    assert asked in steps_of(site.report())["confirm-concern"]["how"]
    monkeypatch.setenv("CAREFHIR_EHR_WRITES", "Condition")
    how = steps_of(site.report())["confirm-concern"]["how"]
    assert "a change of Condition of ehr is delivered after the act" in how
    assert asked not in how


# -- what it does not say ----------------------------------------------------------------------------------------------


def says(found: Json) -> str:
    return "\n".join(found["beside"][0]["says"])


def test_no_versions_and_what_that_means(beside: Any) -> None:
    assert says(beside("epic").about_rosa()).startswith("No versions (neither ETag nor meta.versionId was seen)")


def test_versions_where_there_are(beside: Any) -> None:
    assert says(beside("oracle").about_rosa()).startswith("Records name their version")


def test_what_nobody_read_is_not_told(beside: Any) -> None:
    site = beside("epic")
    found = site.report()
    assert any("no patient was named" in text for text in found["beside"][0]["not_proven"])
    assert found["verdict"].endswith("not tried: a patient of the EHR")


def test_no_search_by_post(beside: Any) -> None:
    """Oracle documents none: nothing is lost, for nothing is looked up there by an identifier or a name."""
    site = beside("oracle")
    site.ehr.seen.clear()
    with Care(site.companion.base, beside=(ReadHome(site.ehr.base),)) as care:
        assert care.show(commands.Overview(patient=site.patient)).section("medicines").rows
    assert {one.method for one in site.ehr.seen} == {"GET"}
    assert "POST _search is not there (405" in says(site.about_rosa())


def test_a_patient_who_is_not_linked(beside: Any) -> None:
    site = beside("epic")
    stranger = site.companion.create({"resourceType": "Patient"})
    found = site.report("--patient", stranger)
    assert any("not linked" in text for text in found["beside"][0]["not_proven"])
    assert {one["rows"] for one in found["beside"][0]["searches"]} <= {0, None}


# -- one of the two does not answer ------------------------------------------------------------------------------------


def test_an_ehr_that_does_not_answer(beside: Any) -> None:
    site = beside("epic")
    site.ehr.trouble = lambda exchange: "closed"
    said = site.doctor("--json", "--patient", site.patient)
    assert said.code == 5
    assert (said.json["outcome"], said.json["workflows"]) == ("unfit", [])
    assert said.json["verdict"].startswith(f"{NOT_HERE}: ehr: ")
    assert "works" not in site.doctor().words.replace(NOT_HERE, "")


def test_a_companion_that_does_not_answer(beside: Any) -> None:
    site = beside("epic")
    site.companion.trouble = lambda exchange: "closed"
    said = site.doctor("--json")
    assert said.code == 5
    assert said.json["outcome"] == "unfit"
    assert said.json["verdict"].startswith(f"{NOT_HERE}: the companion: ")
    assert site.doctor().code == 5


def test_an_ehr_that_answers_no_search(beside: Any) -> None:
    site = beside("epic")
    site.ehr.trouble = lambda exchange: None if exchange.target.startswith("metadata") else (401, {}, b"")
    said = site.doctor("--json", "--patient", site.patient)
    assert said.code == 3
    assert {one["state"] for one in steps_of(said.json).values()} <= {"refused", "degraded"}


# -- faces -------------------------------------------------------------------------------------------------------------


def test_without_an_ehr_nothing_is_otherwise(beside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site = beside("epic")
    monkeypatch.delenv("CAREFHIR_EHR")
    assert "beside" not in site.report()


def test_both_clients_examine_both(beside: Any) -> None:
    site = beside("oracle")
    ehr = (ReadHome(site.ehr.base),)
    with Care(site.companion.base, beside=ehr) as care:
        one = care.examine(patient=site.patient)

    async def other() -> Report:
        async with AsyncCare(site.companion.base, beside=ehr) as care:
            return await care.examine(patient=site.patient)

    again = asyncio.run(other())
    assert isinstance(one, SiteReport)
    assert isinstance(again, SiteReport)
    assert (one.verdict, one.workflows, one.settings) == (again.verdict, again.workflows, again.settings)
    assert one.beside[0].routes == again.beside[0].routes


def test_the_page_on_the_screen(beside: Any) -> None:
    said = beside("oracle").doctor()
    assert said.stdout.startswith("With ehr beside the companion")
    for words in ("export CAREFHIR_EHR_TYPES=", "ehr alone, without the companion:", "What to ask its administrators"):
        assert words in said.words, words


def test_all_of_it_names_every_step_and_route(beside: Any) -> None:
    site = beside("oracle")
    found, said = site.about_rosa(), site.doctor("--all", "--patient", site.patient)
    for name in (*steps_of(found), *routes(found)):
        assert name in said.words, name
    for text in (*found["beside"][0]["says"], *found["beside"][0]["not_proven"]):
        assert text in said.words, text


def test_the_document_of_both_is_described(beside: Any) -> None:
    found = beside("epic").about_rosa()
    ehr = found["beside"][0]
    for key in (*found, *ehr, *ehr["routes"][0], *ehr["searches"][0]):
        assert f"`{key}`" in DOCUMENT, key
    assert names(found, "not tried") == {"writing not tried", "searches not tried"}
