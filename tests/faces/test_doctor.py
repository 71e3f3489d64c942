"""`carefhir doctor`: the page somebody forwards to their vendor, over good, weak and broken servers.

Three promises: it reads only unless told otherwise; what it says of a step is what the runner then does; what it says
of a server is what the sandbox's knobs (or HAPI) really make of it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carefhir import AsyncCare, Care, catalog
from carefhir.doctor.judge import Report
from tests.faces.conftest import Exchange, Said, Ward, invoke
from tests.faces.test_unfit_servers import HTML, LOGIN_PAGE, TROUBLES, WEAK, at
from tests.support.backends import Backend
from tests.support.planted import NAMES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text()

EPIC: dict[str, Any] = {
    "transaction": False,
    "batch": False,
    "conditional_create": False,
    "if_match": False,
    "revinclude": False,
    "tags_searchable": False,
    "page_max": 10,
    "read_only": frozenset("CarePlan Goal Appointment Encounter EpisodeOfCare Flag Consent Provenance".split()),
    "no_create": frozenset({"Task"}),
    "absent": frozenset({"RiskAssessment", "MedicationStatement"}),
    "require_category": frozenset({"Condition", "Observation", "CareTeam"}),
}
"""Epic R4, from its published statement, as far as knobs can."""

ORACLE: dict[str, Any] = {
    "transaction": False,
    "batch": False,
    "conditional_create": False,
    "revinclude": False,
    "status_stale": 409,
    "read_only": frozenset("CarePlan Goal ServiceRequest Consent MedicationStatement".split()),
    "absent": frozenset("Task EpisodeOfCare Flag RiskAssessment".split()),
    "require_category": frozenset({"CarePlan"}),
}
"""Oracle Health (Millennium) R4, likewise; it creates Provenance."""


def doctor(ward: Ward, *more: str) -> Said:
    return invoke("doctor", ward.front.base, *more)


def report(ward: Ward, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = doctor(ward, "--json", *more).json
    return found


def steps_of(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for flow in found["workflows"] for one in flow["steps"]}


def names(found: dict[str, Any], weight: str) -> set[str]:
    return {one["name"] for one in found["findings"] if one["weight"] == weight}


# -- a good server -----------------------------------------------------------------------------------------------------


def test_a_good_server_works(ward: Ward) -> None:
    said = doctor(ward)
    assert said.code == 0
    assert said.stdout.splitlines()[0] == "works"
    assert f"export CAREFHIR_SERVER={ward.front.base}" in said.stdout.splitlines()[-1]
    assert "nothing was written" in said.words


def test_every_step_of_the_catalog_has_its_line(ward: Ward) -> None:
    found = report(ward)
    assert set(steps_of(found)) == {one.name for one in (*catalog.STEPS, *catalog.READINGS)}
    assert {one["state"] for one in steps_of(found).values()} == {"works"}
    assert found["outcome"] == "works"


def test_the_server_may_stand_in_the_environment(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREFHIR_SERVER", ward.front.base)
    assert invoke("doctor").code == 0
    monkeypatch.delenv("CAREFHIR_SERVER")
    assert invoke("doctor").code == 2


@pytest.mark.parametrize("wrong", ["Practitioner/1", "1"])
def test_a_patient_is_named_as_one(ward: Ward, wrong: str) -> None:
    assert doctor(ward, "--patient", wrong).code == 2


# -- reads only --------------------------------------------------------------------------------------------------------


def reads(one: Exchange) -> bool:
    """GET, POST of a search, POST of a batch of which every entry is a GET."""
    if one.method == "GET":
        return True
    if one.method != "POST":
        return False
    if re.fullmatch(r"[A-Z][A-Za-z]+/_search", one.target):
        return True
    bundle = json.loads(one.body) if one.target == "" else {}
    return bundle.get("type") == "batch" and {each["request"]["method"] for each in bundle["entry"]} == {"GET"}


@pytest.mark.parametrize("knobs", [{}, *WEAK.values(), EPIC, ORACLE], ids=["good", *WEAK, "epic", "oracle"])
def test_without_probe_writes_nothing_is_sent_that_could_write(
    serve: Callable[..., Ward], knobs: dict[str, Any]
) -> None:
    ward = serve(**knobs)
    before = ward.front.versions()
    ward.front.seen.clear()
    for more in ((), ("--patient", ward.patient)):
        _ = doctor(ward, *more)
    assert len(ward.front.seen) > 50
    assert [one for one in ward.front.seen if not reads(one)] == []
    assert ward.front.written_since(before) == []


def test_no_patient_data_is_shown(ward: Ward) -> None:
    said = doctor(ward, "--patient", ward.patient, "--probe-writes")
    for text in (said.stdout + said.stderr, doctor(ward, "--patient", ward.patient, "--json").stdout):
        assert not [name for name in NAMES if re.search(rf"\b{re.escape(name)}\b", text)]
    assert ward.patient not in said.stdout


# -- weak servers ------------------------------------------------------------------------------------------------------

WEAKNESSES: dict[str, tuple[dict[str, Any], int, str, set[str]]] = {
    "no transaction": ({"transaction": False}, 0, "works, with single writes", {"transaction stated"}),
    "no batch": ({"batch": False}, 0, "works, with the settings at the end", {"batch"}),
    "no conditional create": (
        {"conditional_create": False},
        0,
        "works, with single writes",
        {"conditional create stated"},
    ),
    "no If-Match": ({"if_match": False}, 0, "works, with single writes for amendments", {"If-Match stated"}),
    "no reverse includes": ({"revinclude": False}, 0, "works", set()),
    "five on a page": ({"page_max": 4}, 0, "works", set()),
    "cache": ({"search_cache_seconds": 3600.0}, 0, "works", set()),
    "lenient": ({"lenient": True}, 0, "works", set()),
    "no tags": (
        {"tags_searchable": False},
        3,
        "cannot be used for 3 of 5 steps: no search of Provenance by _tag",
        {"receipts refused"},
    ),
    "no receipts": (
        {"read_only": frozenset({"Provenance"})},
        3,
        "cannot be used for 3 of 5 steps: no create of Provenance",
        {"types not writable"},
    ),
    "no flags": (
        {"read_only": frozenset({"Flag"})},
        3,
        "cannot be used for 1 of 5 steps: no create of Flag",
        {"types not writable"},
    ),
    "no amendments": (
        {"no_update": frozenset({"Task"})},
        3,
        "cannot be used for 1 of 5 steps: no update of Task",
        {"types not amendable"},
    ),
    "category": (
        {"require_category": frozenset({"Condition"})},
        3,  # confirming a concern needs to see it; all the others name the gap
        "cannot be used for 1 of 5 steps: no search of Condition",
        {"searches wants more"},
    ),
    "another base": (
        {"stated_base": "http://inner.example/fhir"},
        0,
        "works, with the settings at the end",
        {"paging"},
    ),
}


@pytest.mark.parametrize("what", WEAKNESSES)
def test_what_is_weak_is_named(serve: Callable[..., Ward], what: str) -> None:
    knobs, code, verdict, heavy = WEAKNESSES[what]
    ward = serve(**knobs)
    many_practitioners(ward)
    said = doctor(ward, "--json")
    found = said.json
    assert said.code == code
    verdict = re.sub(r"(\d) of \d+ steps", rf"\1 of {len(steps_of(found))} steps", verdict)
    count = len([one for one in steps_of(found).values() if one["state"] == "refused"])
    assert found["verdict"] == re.sub(r"for \d+ of", f"for {count} of", verdict)
    assert names(found, "refused") | names(found, "degraded") == heavy


def many_practitioners(ward: Ward) -> None:
    for _ in range(3):
        ward.front.create({"resourceType": "Practitioner"})


def test_the_settings_to_paste_are_what_was_shown(serve: Callable[..., Ward], monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that boasts: after the settings are pasted, doctor and runner say and do the same."""
    lies = {"boasts": True, "transaction": False, "conditional_create": False, "if_match": False}
    ward = serve(**lies, stated_base="http://inner.example/fhir")
    many_practitioners(ward)
    assert report(ward)["verdict"] == "works, with the settings at the end"
    found = report(ward, "--probe-writes")
    assert found["verdict"] == "works, with single writes, with the settings at the end"
    lines = dict(line.removeprefix("export ").split("=", 1) for line in found["settings"])
    assert lines == {
        "CAREFHIR_SERVER": ward.front.base,
        "CAREFHIR_ALSO_KNOWN_AS": '"http://inner.example/fhir"',
        "CAREFHIR_WITHOUT": '"transaction conditional-create if-match"',
    }
    for name, value in lines.items():
        monkeypatch.setenv(name, value.strip('"'))
    said = ward.enroll("--json")
    assert (said.code, said.json["way"]) == (0, "single writes")
    assert "switched off" in names(report(ward), "to know")
    again = report(ward, "--probe-writes")
    assert again["settings"] == found["settings"]
    assert again["verdict"] == found["verdict"]


def test_what_cannot_be_found_by_its_key(serve: Callable[..., Ward]) -> None:
    """With conditional creates it matters only after a conflict; without them nothing can be written safely."""
    wanting = {"require_category": frozenset({"Task"})}
    enrol = steps_of(report(serve(**wanting)))["enroll"]
    assert enrol["state"] == "degraded"
    assert "Task cannot be searched by its key" in enrol["how"][0]
    enrol = steps_of(report(serve(**wanting, conditional_create=False)))["enroll"]
    assert enrol["state"] == "refused"
    assert "no conditional create of Task" in enrol["why"][0]


def test_a_switch_nobody_knows(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREFHIR_WITHOUT", "everything")
    said = doctor(ward)
    assert said.code == 2
    assert "everything" not in said.words


# -- doctor and runner agree -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [*WEAK, *WEAKNESSES, "epic", "oracle"])
def test_the_runner_does_what_the_doctor_says(serve: Callable[..., Ward], what: str) -> None:
    knobs = {"epic": EPIC, "oracle": ORACLE}.get(what) or (WEAK[what] if what in WEAK else WEAKNESSES[what][0])
    ward = serve(**knobs)
    told = steps_of(report(ward))
    before = ward.front.versions()
    for name, said in (("enroll", ward.enroll("--json")), ("open-transition", ward.transition("--json"))):
        step = told[name]
        if step["state"] == "refused":
            assert said.code in (3, 5), (name, said)
            assert ward.front.written_since(before) == []
        else:
            assert said.code == 0, (name, said)
            way = "transaction" if step["writes"].startswith("one transaction") else "single writes"
            assert said.json["way"] == way
            before = ward.front.versions()


# -- the EHRs ----------------------------------------------------------------------------------------------------------


def test_like_epic(serve: Callable[..., Ward]) -> None:
    said = doctor(serve(**EPIC))
    assert said.code == 3
    for words in (
        "cannot be used for",
        "no search of Provenance by _tag",
        "Provenance, Task: no act can have a receipt",
        "Condition not visible (search by patient: 400 (required))",
        "to answer these searches by patient alone",
        "a companion FHIR store",
        "Batches are not accepted",
        "a few searches at the same time",
    ):
        assert words in said.words, words
    found = report(serve(**EPIC))
    assert steps_of(found)["overview"]["state"] == "degraded"
    (types,) = [one for one in found["findings"] if one["name"] == "types not writable"]
    for type_ in ("EpisodeOfCare", "Flag", "Consent", "Task", "RiskAssessment", "Provenance"):
        assert type_ in types["answered"]
    assert "Observation" not in types["answered"]


def test_like_oracle(serve: Callable[..., Ward]) -> None:
    found = report(serve(**ORACLE))
    assert found["outcome"] == "refused"
    assert steps_of(found)["worklist"]["why"] == ["search of Task by owner and status: 404 (not-supported)"]
    (types,) = [one for one in found["findings"] if one["name"] == "types not writable"]
    assert "Provenance" not in types["answered"]
    assert "If-Match stated" not in names(found, "degraded")


# -- servers that are none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", TROUBLES)
def test_a_server_whose_statement_cannot_be_had(ward: Ward, what: str) -> None:
    ward.front.trouble = at("metadata", TROUBLES[what])
    said = doctor(ward)
    if what == "429 for ever":
        assert "429" in said.words
    assert said.code == 5
    assert said.stdout.startswith("cannot be used:")
    assert "ask vendor" in said.words
    found = doctor(ward, "--json")
    assert (found.code, found.json["outcome"]) == (5, "unfit")


def test_nobody_answers() -> None:
    said = invoke("doctor", "http://127.0.0.1:9/fhir", "--json")
    assert (said.code, said.json["outcome"]) == (5, "unfit")


@pytest.mark.parametrize("what", [one for one in TROUBLES if one not in ("bundle with nothing in it",)])
def test_a_server_that_answers_no_search(ward: Ward, what: str) -> None:
    ward.front.trouble = at("gather", TROUBLES[what])
    said = doctor(ward, "--json")
    assert said.code in (3, 5)
    assert said.json["verdict"].startswith("cannot be used")
    assert "Delgado" not in said.stdout


def test_who_is_not_let_in_is_told_what_to_ask_for(ward: Ward) -> None:
    ward.front.trouble = at("gather", TROUBLES["401"])
    said = doctor(ward)
    assert said.code == 5
    assert "no search is answered (401" in said.words
    assert "CAREFHIR_TOKEN" in said.words
    assert "every search of the steps" in said.words
    assert "CAREFHIR_WITHOUT" not in said.words


def test_receipts_that_are_not_granted(ward: Ward) -> None:
    def trouble(exchange: Exchange) -> Any:
        return (403, {}, b"") if exchange.target.startswith("Provenance?_tag") else None

    ward.front.trouble = trouble
    found = report(ward)
    assert found["verdict"].endswith("no search of Provenance by _tag")
    assert names(found, "refused") == {"receipts not let in"}


def test_one_type_that_is_not_granted(ward: Ward) -> None:
    def trouble(exchange: Exchange) -> Any:
        return (403, {}, b"") if exchange.target.startswith("Condition") else None

    ward.front.trouble = trouble
    found = report(ward)
    assert found["verdict"].endswith("no search of Condition")
    (finding,) = [one for one in found["findings"] if one["name"] == "searches not let in"]
    assert finding["asked"] == "search of Condition by _id or identifier or patient or patient and code"
    assert "403" in finding["answered"]
    assert "scopes" in finding["vendor"]


def test_next_links_that_lead_to_another_server(ward: Ward) -> None:
    def trouble(exchange: Exchange) -> Any:
        status, headers, body = exchange.real()
        return status, headers, body.replace(ward.front.base.encode() + b"?", b"ftp://elsewhere?")

    many_practitioners(ward)
    ward.front.trouble = trouble
    found = report(ward)
    assert found["verdict"] == "works, no list longer than a page"
    assert found["settings"] == [f"export CAREFHIR_SERVER={ward.front.base}"]


def test_a_web_page_instead_of_a_batch(ward: Ward) -> None:
    def trouble(exchange: Exchange) -> Any:
        return (200, HTML, LOGIN_PAGE) if b'"batch"' in exchange.body else None

    ward.front.trouble = trouble
    assert "batch" in names(report(ward), "degraded")


def test_with_a_token_a_request_without_one_is_tried(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREFHIR_TOKEN", "a-token")
    found = report(ward)
    assert "without a token" in names(found, "to know")
    assert "a-token" not in json.dumps(found)


def test_a_server_that_minds_an_unknown_patient(ward: Ward) -> None:
    """Then nothing can be told of its searches about nobody, and somebody has to be named."""
    missing = json.dumps({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]})

    def trouble(exchange: Exchange) -> Any:
        nobody = "patient=Patient%2Fcarefhir-doctor-nobody" in exchange.target
        return (404, {"Content-Type": "application/fhir+json"}, missing.encode()) if nobody else None

    ward.front.trouble = trouble
    found = report(ward)
    assert found["verdict"] == "works, as far as can be told"
    assert "searches not told" in names(found, "not told")
    assert report(ward, "--patient", ward.patient)["verdict"] == "works"


def test_both_clients_examine(ward: Ward) -> None:
    with Care(ward.front.base, token="a-token") as care:
        one = care.examine(patient=ward.patient)

    async def other() -> Report:
        async with AsyncCare(ward.front.base, token="a-token") as care:
            return await care.examine(patient=ward.patient)

    again = asyncio.run(other())
    assert (one.verdict, one.workflows) == ("works", again.workflows)
    assert [each.name for each in one.findings] == [each.name for each in again.findings]


# -- trying to write ---------------------------------------------------------------------------------------------------


def test_what_will_be_left_is_said_before_and_what_was_after(ward: Ward) -> None:
    before = ward.front.versions()
    said = doctor(ward, "--probe-writes")
    assert said.code == 0
    assert said.stdout.splitlines()[0] == "works"
    assert "about to write" in said.stderr
    assert "Provenance has no status" in said.words
    written = ward.front.written_since(before)
    assert written == ["Provenance", *["Task"] * 5]
    left = [one for one in ward.front.search("Task") if "owner" not in one]
    assert {one["status"] for one in left} == {"entered-in-error"}
    for one in left:
        assert f"Task/{one['id']}" in said.words
    for one in left:
        assert not {"for", "owner", "encounter"} & set(one)


def test_the_document_stays_one_when_writes_are_tried(ward: Ward) -> None:
    found = report(ward, "--probe-writes")
    assert found["tried"] == ["reads", "writes"]
    assert len(found["left"]["marked"]) == 5


def test_a_server_that_takes_nothing(serve: Callable[..., Ward]) -> None:
    ward = serve(read_only=frozenset({"Task", "Basic"}))
    before = ward.front.versions()
    said = doctor(ward, "--probe-writes")
    assert "writes nothing" in said.stderr
    assert ward.front.written_since(before) == []


# -- documents ---------------------------------------------------------------------------------------------------------


def test_the_document_is_described(ward: Ward) -> None:
    found = report(ward, "--probe-writes")
    keys = [*found, *found["findings"][0], *found["workflows"][0], *found["workflows"][0]["steps"][0], *found["left"]]
    for key in keys:
        assert f"`{key}`" in DOCUMENT, key


def test_the_examples_of_the_document_have_its_form(ward: Ward) -> None:
    found = report(ward)
    examples = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", DOCUMENT, re.S)]
    assert len(examples) == 2
    for one in examples:
        assert list(one) == list(found)
        assert all(set(each) == set(found["findings"][0]) for each in one["findings"])


@pytest.mark.hapi
def test_hapi(hapi: Backend) -> None:
    patient = hapi.create({"resourceType": "Patient"})
    for _ in range(3):
        hapi.create({"resourceType": "Practitioner"})
    said = invoke("doctor", hapi.base, "--patient", patient, "--probe-writes", "--json")
    found = said.json
    assert said.code == 0
    assert found["verdict"] == "works"
    assert {one["state"] for one in steps_of(found).values()} == {"works"}
    assert names(found, "refused") | names(found, "degraded") == set()
    assert {"search cache", "found at once", "include cap", "reference version"} <= names(found, "to know")
    order = {"conditional create", "If-Match", "transaction", "receipt", "receipt once", "paging", "reverse include"}
    assert order <= names(found, "in order")
    for reference in found["left"]["marked"]:
        assert hapi.get(reference)["status"] == "entered-in-error"
    assert [one.partition("/")[0] for one in found["left"]["standing"]] == ["Provenance"]
