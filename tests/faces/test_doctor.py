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
from carefhir.doctor.judge import HERE, NOT_HERE, WITH_LIMITS, Report
from carefhir.doctor.probe_bundles import SIZES
from carefhir.faces import terminal_doctor
from tests.faces.conftest import Exchange, Said, Ward, invoke
from tests.faces.test_unfit_servers import HTML, LOGIN_PAGE, TROUBLES, WEAK, at
from tests.support.backends import Backend
from tests.support.deep import some
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
    assert said.stdout.startswith(f"{HERE}, as far as reading tells; not tried: writing and ")
    assert "one transaction (stated, not tried)" in said.words
    assert "all or nothing" not in said.words
    assert "nothing was written" in said.words


def test_every_step_of_the_catalog_has_its_line(ward: Ward) -> None:
    found = report(ward)
    assert set(steps_of(found)) == {one.name for one in (*catalog.STEPS, *catalog.READINGS)}
    assert {one["state"] for one in steps_of(found).values()} == {"works"}
    assert found["outcome"] == "works"


def test_a_good_server_that_was_tried_works(ward: Ward) -> None:
    said = doctor(ward, "--probe-writes")
    assert said.code == 0
    assert re.match(rf"{HERE}(; not tried: \d+ of \d+ searches)?\n", said.stdout), said.stdout
    assert "one transaction, all or nothing" in said.words


SCREENS: dict[str, dict[str, Any]] = {
    "good": {},
    "epic": EPIC,
    "oracle": ORACLE,
    "everything a lie": {
        "atomic": False,
        "boasts": True,
        "conditional_create": False,
        "if_match": False,
        "stated_base": "http://inner.example/fhir",
        "page_max": 4,
        "lenient": True,
        "search_cache_seconds": 3600.0,
        "not_granted": frozenset({"Flag", "Consent"}),
        "require_category": frozenset({"Condition", "Task"}),
        "no_update": frozenset({"Goal"}),
    },
}


@pytest.mark.parametrize("more", [(), ("--probe-writes",)], ids=["reading", "writing"])
@pytest.mark.parametrize("what", some(SCREENS, 4))
def test_the_page_is_one_screen(
    serve: Callable[..., Ward], monkeypatch: pytest.MonkeyPatch, what: str, more: tuple[str, ...]
) -> None:
    """Verdict first, then what matters; whatever has no room is named, and there is an option for all of it."""
    monkeypatch.setattr(terminal_doctor.out, "width", 100)
    ward = serve(**SCREENS[what])
    many_practitioners(ward)
    lines = doctor(ward, *more).stdout.splitlines()
    assert lines[0].startswith("carefhir ")
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 100
    assert "--all shows everything" in lines[-1]
    found = report(ward, *more)
    heavy = [one for one in found["findings"] if one["weight"] in ("refused", "degraded")]
    shown = " ".join("\n".join(lines).split())
    named = [one for one in heavy if one["title"] in shown]
    assert len(named) >= min(len(heavy), 4)


def test_all_of_it_names_every_step_finding_and_search(serve: Callable[..., Ward]) -> None:
    ward = serve(**EPIC)
    found, said = report(ward), doctor(ward, "--all")
    for name in steps_of(found):
        assert name in said.words
    for finding in found["findings"]:
        assert finding["title"] in said.words
    for search in found["searches"]:
        assert search["search"] in said.words


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


KINDS: dict[str, dict[str, Any]] = {"good": {}, **WEAK, "epic": EPIC, "oracle": ORACLE}


@pytest.mark.parametrize("what", some(KINDS, 5))
def test_without_probe_writes_nothing_is_sent_that_could_write(serve: Callable[..., Ward], what: str) -> None:
    ward = serve(**KINDS[what])
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
    "no transaction": ({"transaction": False}, 0, "single writes", {"transaction stated"}),
    "no batch": ({"batch": False}, 0, "with the settings at the end", {"batch"}),
    "no conditional create": (
        {"conditional_create": False},
        0,
        "single writes",
        {"conditional create stated"},
    ),
    "no If-Match": ({"if_match": False}, 0, "versions compared before amendments", {"If-Match stated"}),
    "no reverse includes": ({"revinclude": False}, 0, "", set()),
    "five on a page": ({"page_max": 4}, 0, "", set()),
    "cache": ({"search_cache_seconds": 3600.0}, 0, "", set()),
    "lenient": ({"lenient": True}, 0, "", set()),
    "no tags": (
        {"tags_searchable": False},
        3,
        "no search of Provenance by _tag",
        {"receipts refused"},
    ),
    "no receipts": (
        {"read_only": frozenset({"Provenance"})},
        3,
        "no create of Provenance",
        {"types not writable"},
    ),
    "no flags": (
        {"read_only": frozenset({"Flag"})},
        3,
        "no create of Flag",
        {"types not writable"},
    ),
    "no amendments": (
        {"no_update": frozenset({"Task"})},
        3,
        "no update of Task",
        {"types not amendable"},
    ),
    "category": (
        {"require_category": frozenset({"Condition"})},
        3,  # confirming a concern needs to see it; all the others name the gap
        "no search of Condition",
        {"searches wants more"},
    ),
    "another base": (
        {"stated_base": "http://inner.example/fhir"},
        0,
        "with the settings at the end",
        {"paging"},
    ),
}


@pytest.mark.parametrize("what", some(WEAKNESSES, 3))
def test_what_is_weak_is_named(serve: Callable[..., Ward], what: str) -> None:
    knobs, code, limits, heavy = WEAKNESSES[what]
    ward = serve(**knobs)
    many_practitioners(ward)
    said = doctor(ward, "--json")
    found = said.json
    assert said.code == code
    assert found["verdict"].partition("; not tried")[0] == verdict_on(found, limits)
    assert names(found, "refused") | names(found, "degraded") == heavy


def verdict_on(found: dict[str, Any], limits: str) -> str:
    """The verdict on a server with these limits, read only."""
    steps = steps_of(found).values()
    refused = [one for one in steps if one["state"] == "refused"]
    so_far = ", as far as reading tells"
    if not refused:
        return f"{WITH_LIMITS}{so_far}: {limits}" if limits else f"{HERE}{so_far}"
    if all(one["state"] == "refused" for one in steps if one["writes"] != "reads only"):
        return f"{NOT_HERE}: {limits}"
    do = "does" if len(refused) == 1 else "do"
    return f"{WITH_LIMITS}{so_far}: {len(refused)} of {len(steps)} steps {do} not work ({limits})"


def many_practitioners(ward: Ward) -> None:
    for _ in range(3):
        ward.front.create({"resourceType": "Practitioner"})


@pytest.mark.deep
def test_the_settings_to_paste_are_what_was_shown(serve: Callable[..., Ward], monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that boasts: after the settings are pasted, doctor and runner say and do the same."""
    lies = {"boasts": True, "transaction": False, "conditional_create": False, "if_match": False}
    ward = serve(**lies, stated_base="http://inner.example/fhir")
    many_practitioners(ward)
    assert "single writes" not in report(ward)["verdict"]
    found = report(ward, "--probe-writes")
    assert found["verdict"].startswith(f"{WITH_LIMITS}: single writes, with the settings at the end")
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


@pytest.mark.parametrize("what", some([*WEAK, *WEAKNESSES, "epic", "oracle"], 9))
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
    said = doctor(serve(**EPIC), "--all")
    assert said.code == 3
    for words in (
        NOT_HERE,
        "no search of Provenance by _tag",
        "Provenance, Task: no act can have a receipt",
        "Condition not visible (search by patient: 400 (required)",
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
    (why,) = steps_of(found)["worklist"]["why"]
    assert why.startswith("search of Task by owner and status: 404 (not-supported)")
    (types,) = [one for one in found["findings"] if one["name"] == "types not writable"]
    assert "Provenance" not in types["answered"]
    assert "If-Match stated" not in names(found, "degraded")


# -- servers that are none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", some(TROUBLES, 3))
def test_a_server_whose_statement_cannot_be_had(ward: Ward, what: str) -> None:
    ward.front.trouble = at("metadata", TROUBLES[what])
    said = doctor(ward)
    if what == "429 for ever":
        assert "429" in said.words
    assert said.code == 5
    assert said.stdout.startswith(NOT_HERE)
    assert "ask vendor" in said.words
    found = doctor(ward, "--json")
    assert (found.code, found.json["outcome"]) == (5, "unfit")


def test_nobody_answers() -> None:
    said = invoke("doctor", "http://127.0.0.1:9/fhir", "--json")
    assert (said.code, said.json["outcome"]) == (5, "unfit")


@pytest.mark.parametrize("what", some((one for one in TROUBLES if one != "bundle with nothing in it"), 5))
def test_a_server_that_answers_no_search(ward: Ward, what: str) -> None:
    ward.front.trouble = at("gather", TROUBLES[what])
    said = doctor(ward, "--json")
    assert said.code in (3, 5)
    assert said.json["outcome"] in ("refused", "unfit")
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
    assert found["verdict"] == f"{NOT_HERE}: no search of Provenance by _tag"
    assert names(found, "refused") == {"receipts not let in"}


def test_one_type_that_is_not_granted(ward: Ward) -> None:
    def trouble(exchange: Exchange) -> Any:
        return (403, {}, b"") if exchange.target.startswith("Condition") else None

    ward.front.trouble = trouble
    found = report(ward)
    assert found["verdict"].endswith("(no search of Condition)")
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
    assert "no list longer than a page" in found["verdict"]
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
    assert "not all searches could be tested" in found["verdict"]
    assert "searches not told" in names(found, "not told")
    assert report(ward, "--patient", ward.patient)["outcome"] == "works"


def test_both_clients_examine(ward: Ward) -> None:
    with Care(ward.front.base, token="a-token") as care:
        one = care.examine(patient=ward.patient)

    async def other() -> Report:
        async with AsyncCare(ward.front.base, token="a-token") as care:
            return await care.examine(patient=ward.patient)

    again = asyncio.run(other())
    assert (one.state, one.verdict, one.workflows) == ("works", again.verdict, again.workflows)
    assert [each.name for each in one.findings] == [each.name for each in again.findings]


# -- trying to write ---------------------------------------------------------------------------------------------------


@pytest.mark.deep
def test_what_will_be_left_is_said_before_and_what_was_after(ward: Ward) -> None:
    before = ward.front.versions()
    said = doctor(ward, "--probe-writes")
    assert said.code == 0
    assert "about to write" in said.stderr
    assert "Provenance has no status" in said.words
    written = ward.front.written_since(before)
    assert written.count("Provenance") == 1
    assert set(written) == {"Provenance", *(type_ for step in catalog.STEPS for type_ in step.creates)}
    assert f"{written.count('Task')} Task" in said.words
    left = [one for one in ward.front.search("Task?_count=500") if "owner" not in one]
    assert {one["status"] for one in left} == {"entered-in-error"}
    said = doctor(ward, "--probe-writes", "--all")
    again = [one for one in ward.front.search("Task?_count=500") if one not in left and "owner" not in one]
    assert {f"Task/{one['id']}" for one in again} == set(re.findall(r"\bTask/\d+", said.words))
    for one in left:
        assert not {"for", "owner", "encounter"} & set(one)


@pytest.mark.deep
def test_the_document_stays_one_when_writes_are_tried(ward: Ward) -> None:
    found = report(ward, "--probe-writes")
    assert found["tried"] == ["reads", "writes"]
    assert len(found["left"]["marked"]) > sum(SIZES)


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "transactions in part": ({"atomic": False}, "Transactions do not work"),
    "transactions in part, no versions": (
        {"atomic": False, "if_match": False, "boasts": True},
        "Transactions do not work",
    ),
    "no transactions": ({"transaction": False, "boasts": True}, "Transactions do not work"),
    "no conditional creates": ({"conditional_create": False, "boasts": True}, "Conditional creates do not work"),
    "no If-Match": ({"if_match": False, "boasts": True}, "If-Match is ignored"),
    "eight entries": ({"most_entries": 8}, "Large transactions are refused"),
    "a scope that is lacking": ({"not_granted": frozenset({"Consent"})}, "Types that may not be created, though"),
    "no search by tag": ({"tags_searchable": False}, "Receipts cannot be searched"),
    "another base": ({"stated_base": "http://inner.example/fhir"}, "Its next links use another base URL"),
    "category": ({"require_category": frozenset({"Condition"})}, "Searches that require a category or code"),
    "no create": ({"no_create": frozenset({"Flag"})}, "Types that may not be created"),
}
"""What a server does otherwise than it states, or than carefhir needs, and what the page calls it."""


@pytest.mark.parametrize("what", some(LIES, 4))
def test_a_lie_is_named_on_the_screen_with_what_to_do(serve: Callable[..., Ward], what: str) -> None:
    knobs, title = LIES[what]
    ward = serve(**knobs)
    many_practitioners(ward)
    said = doctor(ward, "--probe-writes")
    assert said.words.startswith((WITH_LIMITS, NOT_HERE))
    assert f"- {title}" in said.words
    assert "ask vendor:" in said.words


@pytest.mark.deep
def test_versions_that_are_checked_and_not_stated(ward: Ward) -> None:
    """`versioned` says nothing about If-Match; it is to be tried (Medplum, WSO2 and Helios state no more, 2026-11)."""

    def trouble(exchange: Exchange) -> Any:
        status, headers, body = exchange.real()
        return status, headers, body.replace(b'"versioned-update"', b'"versioned"')

    ward.front.trouble = trouble
    (finding,) = [one for one in report(ward)["findings"] if one["name"] == "If-Match stated"]
    assert "it may work all the same, --probe-writes tries it" in finding["answered"]
    (finding,) = [one for one in report(ward, "--probe-writes")["findings"] if one["name"] == "If-Match stated"]
    assert finding["title"] == "If-Match works, and is not stated"
    assert "versioned-update" in finding["vendor"]


@pytest.mark.parametrize("type_", ["CareTeam", "Consent"])
def test_a_search_that_does_not_find_what_the_patient_has(ward: Ward, type_: str) -> None:
    """It would be read as "none"; another way to the same records shows that there are some."""

    def trouble(exchange: Exchange) -> Any:
        nothing = {"resourceType": "Bundle", "type": "searchset", "total": 0}
        answer = (200, {"Content-Type": "application/fhir+json"}, json.dumps(nothing).encode())
        return answer if exchange.target.startswith(f"{type_}?patient=") else None

    assert ward.enroll().code == 0
    by_patient = ("--patient", ward.patient)
    sound = report(ward, *by_patient)
    ward.front.trouble = trouble
    found, said = report(ward, *by_patient), doctor(ward, *by_patient)
    results = [{one["search"]: one["result"] for one in each["searches"]} for each in (sound, found)]
    assert [each[f"{type_} by patient"] for each in results] == ["finds", "never finds"]
    assert (said.code, steps_of(found)["overview"]["state"]) == (3, "refused")
    assert f"- Searches that do not find what is there: {type_} by patient" in said.words


def test_a_server_that_takes_nothing(serve: Callable[..., Ward]) -> None:
    ward = serve(read_only=frozenset({"Task", "Basic"}))
    before = ward.front.versions()
    said = doctor(ward, "--probe-writes")
    assert "writes nothing" in said.stderr
    assert "reading only; nothing was written" in said.words
    assert ward.front.written_since(before) == []


# -- documents ---------------------------------------------------------------------------------------------------------


def test_the_document_is_described(ward: Ward) -> None:
    found = report(ward, "--probe-writes")
    keys = [
        *found,
        *found["findings"][0],
        *found["workflows"][0],
        *found["workflows"][0]["steps"][0],
        *found["left"],
        *found["searches"][0],
    ]
    for key in keys:
        assert f"`{key}`" in DOCUMENT, key


def test_the_examples_of_the_document_have_its_form(ward: Ward) -> None:
    found = report(ward)
    examples = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", DOCUMENT, re.S)]
    assert len(examples) == 2
    for one in examples:
        assert list(one) == list(found)
        assert all(set(each) == set(found["findings"][0]) for each in one["findings"])


TO_KNOW = {
    "hapi": {"search cache", "found at once", "include cap", "reference version"},
    "helios": {"If-Match inside a transaction", "unknown element"},
}
"""What is said of each real server under "to know"."""
SOMETIMES: dict[str, set[str]] = {"hapi": set(), "helios": {"race"}}
"""What some rounds find in its way of working, and others in order."""


def test_a_real_server(real_server: Backend) -> None:
    patient = real_server.create({"resourceType": "Patient"})
    for _ in range(3):
        real_server.create({"resourceType": "Practitioner"})
    said = invoke("doctor", real_server.base, "--patient", patient, "--probe-writes", "--json")
    found = said.json
    assert said.code == 0
    assert {one["state"] for one in steps_of(found).values()} == {"works"}
    assert names(found, "refused") == set()
    to_know, sometimes = TO_KNOW[real_server.name], SOMETIMES[real_server.name]
    degraded = names(found, "degraded")
    assert degraded <= sometimes
    assert degraded or found["verdict"].partition(";")[0] == HERE
    assert to_know <= names(found, "to know")
    order = {"conditional create", "If-Match", "transaction", "receipt", "receipt once", "paging", "reverse include"}
    order |= {"race", "transaction size", "If-Match inside a transaction", "paged batch", "create of types"}
    assert order - to_know - sometimes <= names(found, "in order")
    for reference in found["left"]["marked"]:
        left = real_server.get(reference)
        # A RelatedPerson has no status to be in error: it is inactive.
        assert '"entered-in-error"' in json.dumps(left) or left.get("active") is False, reference
    assert [one.partition("/")[0] for one in found["left"]["standing"]] == ["Provenance"]
