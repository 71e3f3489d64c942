"""The command line, the whole journey by commands: in process for speed, and as real processes for what only they show.

Exit codes: 0 done or nothing to do · 2 usage · 3 refused · 4 conflict · 5 server unreachable or unfit.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from carefhir.__main__ import main
from carefhir.fhir.codec import canonical
from tests.faces.conftest import NOW, Exchange, Json, Said, Ward, invoke, response, response_file, sound
from tests.support.backends import EXAMPLES
from tests.support.deep import depth

HERE = Path(__file__).parents[2]
LATER_TODAY = "2026-03-09T16:00:00-05:00"
PATIENCE = 120
"""Seconds after which a process of ours is taken to hang: far more than it needs on a machine under load."""


def process(*arguments: str, given: bytes = b"", **environment: str) -> Said:
    """The command line as a process of its own, its output piped."""
    done = subprocess.run(
        [sys.executable, "-m", "carefhir", *arguments],
        input=given,
        capture_output=True,
        cwd=HERE,
        env=_environment(**environment),
        timeout=PATIENCE,
        check=False,
    )
    said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
    sound(said)
    return said


def _environment(**more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CAREFHIR_", "FORCE_", "COLUMNS"))
    }
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


# -- the journey -------------------------------------------------------------------------------------------------------


def test_the_steps_are_listed() -> None:
    said = invoke("steps")
    assert said.code == 0
    for word in ("enroll", "record-assessment", "open-transition", "care_manager", "retrospective", "default false"):
        assert word in said.words


def test_the_steps_as_json_describe_their_fields() -> None:
    steps = {one["name"]: one for one in invoke("steps", "--json").json}
    assert {"enroll", "record-assessment", "open-transition"} <= set(steps)
    assert steps["enroll"]["fields"]["properties"]["consent"]["enum"] == ["verbal", "written"]
    assert steps["open-transition"]["writes"] == ["Task", "RiskAssessment"]
    assert "response" in steps["record-assessment"]["fields"]["required"]


def test_a_preview_writes_nothing_and_binds(ward: Ward) -> None:
    before = ward.front.versions()
    seen = ward.enroll("--json", verb="preview").json
    assert ward.front.written_since(before) == []
    other = ward.enroll("--expect", "0" * 64)
    assert other.code == 3
    assert "no longer what you saw" in other.words
    assert ward.front.written_since(before) == []
    done = ward.enroll("--expect", seen["sha256"], "--json")
    assert (done.code, done.json["outcome"], done.json["by"]) == (0, "done", "us")
    assert done.json["sha256"] == seen["sha256"]
    assert sorted(one["type"] for one in done.json["written"]) == ward.front.written_since(before)


def test_a_preview_of_another_moment_is_not_what_is_written(ward: Ward) -> None:
    seen = ward.enroll("--json", verb="preview").json
    assert ward.enroll("--expect", seen["sha256"], now=LATER_TODAY).code == 3


def test_what_was_previewed_changed_meanwhile(ward: Ward) -> None:
    seen = ward.transition("--json", verb="preview").json
    ward.front.change(ward.stay, period={"start": "2026-03-01T04:20:00-06:00", "end": "2026-03-06T15:30:00-06:00"})
    before = ward.front.versions()
    said = ward.transition("--expect", seen["sha256"], "--json")
    assert (said.code, said.json["outcome"]) == (3, "refused")
    assert ward.front.written_since(before) == []


@pytest.mark.parametrize("step", ["enroll", "record-assessment", "open-transition"])
def test_the_body_of_a_preview_is_what_a_run_posts(ward: Ward, step: str) -> None:
    def say(verb: str) -> Json:
        if step == "enroll":
            said = ward.enroll("--json", verb=verb)
        elif step == "open-transition":
            said = ward.transition("--json", verb=verb)
        else:
            path = response_file("rosa-phq-9-item-9")
            said = ward.step(verb, step, "--set", f"response=@{path}", "--json")
        assert said.code == 0, said
        found: Json = said.json
        return found

    seen = say("preview")
    body = seen["body"]
    assert (body["resourceType"], body["type"]) == ("Bundle", "transaction")
    assert hashlib.sha256(canonical(body)).hexdigest() == seen["sha256"]
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert hashlib.sha256(plain).hexdigest() == seen["sha256"], "no decimals here: any JSON library gives the spelling"
    assert say("run")["sha256"] == seen["sha256"]
    (posted,) = [one for one in ward.front.seen if one.point == "commit"]
    assert json.loads(posted.body) == body


def test_the_command_a_preview_suggests_is_one_line_and_works(ward: Ward) -> None:
    seen = ward.enroll(verb="preview")
    (line,) = [one for one in seen.stdout.splitlines() if "to write exactly this" in one]
    found = re.search(r"--now (\S+) --expect ([0-9a-f]{64})$", line)
    assert found is not None, line
    assert ward.enroll("--expect", found[2], now=found[1]).code == 0


def test_the_journey(ward: Ward, tmp_path: Path) -> None:
    where = ["--server", ward.front.base, "--now", NOW]
    assert "care manager" in ward.enroll().words

    by_file = ward.step("run", "record-assessment", "--set", f"response=@{response_file('rosa-hunger-vital-sign')}")
    assert (by_file.code, "at risk" in by_file.words) == (0, True)
    by_stdin = ward.record(response("rosa-phq-9-item-9"))
    assert by_stdin.code == 0
    assert by_stdin.stdout.startswith("DO NOW")
    assert "988" in by_stdin.words
    fields = tmp_path / "fields.json"
    fields.write_text(json.dumps({"encounter": ward.stay, "retrospective": False, "patient": ward.patient}))
    opened = invoke("run", "open-transition", "--as", ward.nurse, *where, "--input", str(fields))
    assert opened.code == 0
    for word in ("LACE 11", "2026-03-10", "2026-03-13", "2026-04-05"):
        assert word in opened.words

    picture = invoke("overview", *where, "--patient", ward.patient)
    assert picture.code == 0
    for word in (
        "Rosa",
        "care management",
        "penicillin",
        "LACE",
        "at risk",
        "by Fri 2026-03-13",
        "insulin glargine",
        "Encounter/",
    ):
        assert word in picture.words, word
    day = invoke("worklist", *where, "--as", ward.nurse)
    assert day.code == 0
    rows = [line for line in day.stdout.splitlines() if "Task/" in line]
    assert rows[0].split()[:2] == ["*", "NOW"]
    assert "safety review" in day.words
    assert "Spanish" in day.words

    before = ward.front.versions()
    for again in (
        ward.enroll(now=LATER_TODAY),
        ward.record(response("rosa-phq-9-item-9"), now=LATER_TODAY),
        ward.record(response("rosa-hunger-vital-sign"), now=LATER_TODAY),
        ward.transition(now=LATER_TODAY),
    ):
        assert (again.code, "done already" in again.words) == (0, True), again
    assert ward.front.written_since(before) == []


def test_fields_from_input_and_set_together(ward: Ward) -> None:
    fields = {
        "program": "care-management",
        "care_manager": ward.nurse,
        "supervising_provider": ward.physician,
        "consent": "verbal",
        "told": ["what-it-is", "care-team", "right-to-stop"],
        "reason": "from the file",
    }
    given = json.dumps(fields).encode()
    said = ward.step("preview", "enroll", "--input", "-", "--set", "reason=from the option", "--json", given=given)
    assert said.code == 0
    assert "from the option" in json.dumps(said.json)
    assert "from the file" not in json.dumps(said.json)


def test_settings_stand_in_for_options(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREFHIR_SERVER", ward.front.base)
    monkeypatch.setenv("CAREFHIR_AS", ward.nurse)
    said = invoke("run", "enroll", "--patient", ward.patient.partition("/")[2], "--now", NOW, *ward.enrollment())
    assert said.code == 0, said
    assert invoke("worklist").code == 0
    assert invoke("overview", "--patient", ward.patient).code == 0


def test_the_zone_of_now_counts_the_days(ward: Ward) -> None:
    """23:00 in Chicago is the next day in UTC: enrolled on the 9th, or on the 10th."""
    for now, day in (("2026-03-09T23:00:00-05:00", "2026-04-08"), ("2026-03-10T04:00:00+00:00", "2026-04-09")):
        assert f"due {day}" in ward.enroll(verb="preview", now=now).words


def test_who_acts_is_in_the_receipt(ward: Ward) -> None:
    assert ward.enroll().code == 0
    (receipt,) = ward.front.search("Provenance?_count=10")
    assert receipt["agent"][0]["who"] == {"reference": ward.nurse}
    assert receipt["recorded"] == NOW


# -- one document ------------------------------------------------------------------------------------------------------

OUTCOMES: dict[str, tuple[Callable[[Ward], Said], int, str]] = {
    "preview": (lambda w: w.enroll("--json", verb="preview"), 0, "preview"),
    "done": (lambda w: w.enroll("--json"), 0, "done"),
    "refused": (lambda w: w.enroll("--json", program="x"), 3, "refused"),
    "refused preview": (lambda w: w.enroll("--json", program="x", verb="preview"), 3, "refused"),
    "refused and kept": (lambda w: w.record(response("rosa-phq-9", status="in-progress"), "--json"), 3, "refused"),
    "conflict": (lambda w: (w.enroll(), w.enroll("--json", reason="other"))[1], 4, "conflict"),
    "conflicting preview": (
        lambda w: (w.enroll(), w.enroll("--json", reason="other", verb="preview"))[1],
        4,
        "conflict",
    ),
    "done already, previewed": (lambda w: (w.enroll(), w.enroll("--json", verb="preview"))[1], 0, "done"),
    "usage": (lambda w: w.enroll("--json", consent="nodded"), 2, "error"),
    "unknown step": (lambda w: w.step("run", "enrol", "--json"), 2, "error"),
    "overview": (lambda w: invoke("overview", *_at(w), "--patient", w.patient, "--json"), 0, "picture"),
    "overview of nobody": (lambda w: invoke("overview", *_at(w), "--json"), 2, "error"),
    "worklist": (lambda w: invoke("worklist", *_at(w), "--as", w.nurse, "--json"), 0, "list"),
    "worklist of nobody": (lambda w: invoke("worklist", *_at(w), "--json"), 2, "error"),
    "no server": (lambda w: invoke("worklist", "--as", w.nurse, "--json"), 2, "error"),
}


def _at(ward: Ward) -> list[str]:
    return ["--server", ward.front.base, "--now", NOW]


@pytest.mark.parametrize("what", OUTCOMES)
def test_json_is_one_document_whatever_happens(ward: Ward, what: str) -> None:
    say, code, outcome = OUTCOMES[what]
    said = say(ward)
    assert said.code == code, said
    assert said.json["outcome"] == outcome
    assert said.stdout.count("\n") == 1
    if outcome == "error":
        assert said.json["message"] in said.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "enroll", "--json", "--nosuch", "x"],
        ["run", "--json"],
        ["preview", "enroll", "extra", "--json"],
        ["overview", "--json", "--patient"],
    ],
)
def test_a_usage_error_is_a_document_too(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the entry point itself: Typer finds these before any command of ours begins."""
    monkeypatch.setattr(sys, "argv", ["carefhir", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    written = capsys.readouterr()
    assert left.value.code == 2
    assert json.loads(written.out)["outcome"] == "error"
    assert "Traceback" not in written.err


def test_a_conflict_names_both_versions(ward: Ward) -> None:
    """Somebody changes the assigned Task over and over, just before it is written."""
    task = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "for": {"reference": ward.patient},
        "input": [
            {"type": {"text": "form"}, "valueCanonical": "https://carefhir.org/fhir/Questionnaire/hunger-vital-sign"}
        ],
    }
    where = ward.front.create(task)
    count = [0]

    def meddle(exchange: Exchange) -> None:
        if exchange.point == "commit":
            count[0] += 1
            ward.front.change(where, description=f"changed {count[0]} times")

    ward.front.trouble = meddle
    before = set(ward.front.versions())
    said = ward.record(response("rosa-hunger-vital-sign"), "--json")
    assert said.code == 4, said
    (moved,) = said.json["moved"]
    assert moved["reference"] == where
    assert int(moved["now"]) > int(moved["had"])
    assert set(ward.front.versions()) == before, "nothing was created"
    ward.front.trouble = None
    assert ward.record(response("rosa-hunger-vital-sign")).code == 0


# -- real processes ----------------------------------------------------------------------------------------------------


def _get(url: str) -> Json | None:
    """The answer, or None while there is none or a 503."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            found: Json = json.loads(answer.read())
            return found
    except urllib.error.HTTPError as error:
        error.close()
        return None
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


@contextmanager
def sandbox_process(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`carefhir sandbox` as a process, answering."""
    command = [sys.executable, "-m", "carefhir", "sandbox", "--port", "0", *arguments]
    with subprocess.Popen(  # unbuffered: what is read ahead of its first line would be lost to `communicate`
        command, cwd=HERE, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as running:
        try:
            assert running.stdout is not None
            base = _announced(running.stdout.readline().decode())
            until = time.monotonic() + PATIENCE
            while _get(f"{base}/metadata") is None:
                assert running.poll() is None, running.communicate()
                assert time.monotonic() < until, f"no answer within {PATIENCE} s"
                time.sleep(0.05)
            yield base, running
        finally:
            if running.poll() is None:
                running.kill()


def _announced(line: str) -> str:
    """Where it serves, from the line that says so; the port is the process's own choice, so that no two want one."""
    (base,) = re.findall(r"^sandbox at (http://127\.0\.0\.1:\d+/fhir)\b", line)
    return str(base)


def _stopped(running: subprocess.Popen[bytes], how: signal.Signals) -> Said:
    running.send_signal(how)
    out, err = running.communicate(timeout=PATIENCE)
    return Said(running.returncode, out.decode(), err.decode())


@pytest.fixture(scope="module")
def examples_loaded() -> Iterator[tuple[str, list[Said]]]:
    """One sandbox process with the examples, and what it said when it was told to stop."""
    last: list[Said] = []
    with sandbox_process("--load", *[part for one in _bundles() for part in (one, "--load")][:-1]) as (base, running):
        yield base, last
        last.append(_stopped(running, signal.SIGTERM))
    assert last[0].code in (0, -signal.SIGTERM)
    assert "Traceback" not in last[0].stderr
    assert "ready" in last[0].stdout


def _bundles() -> list[str]:
    return [str(EXAMPLES / f"Bundle-{name}.json") for name in ("rosa", "team", "kim", "earl")]


def _found(base: str, target: str) -> str:
    bundle = _get(f"{base}/{target}")
    assert bundle is not None
    (entry,) = bundle["entry"]
    return f"{entry['resource']['resourceType']}/{entry['resource']['id']}"


@pytest.mark.deep
def test_a_journey_of_processes(examples_loaded: tuple[str, list[Said]]) -> None:
    base, _ = examples_loaded
    example = "identifier=https://carefhir.org/fhir/sid/example%7C"
    rosa, nurse = _found(base, f"Patient?{example}rosa"), _found(base, f"Practitioner?{example}nurse")
    stay = _found(base, f"Encounter?{example}rosa-stay")
    common = ["--patient", rosa, "--as", nurse, "--now", NOW]

    seen = process("preview", "open-transition", *common, "--set", f"encounter={stay}", "--json", CAREFHIR_SERVER=base)
    assert seen.code == 0
    assert seen.stderr == ""
    expect = ["--expect", seen.json["sha256"]]
    done = process("run", "open-transition", *common, "--set", f"encounter={stay}", *expect, CAREFHIR_SERVER=base)
    assert (done.code, done.stderr) == (0, "")
    assert "LACE 11" in done.stdout

    given = json.dumps({"response": response("rosa-phq-9-item-9")}).encode()
    asked = process("run", "record-assessment", "--server", base, *common, "--input", "-", given=given)
    assert (asked.code, asked.stderr) == (0, "")
    assert asked.stdout.startswith("DO NOW\n")

    wrong = process("run", "open-transition", "--server", base, *common, "--set", "encounter=Patient/1")
    assert (wrong.code, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("carefhir: ")
    assert wrong.stderr.count("\n") == 1, "an error is one line"


@pytest.mark.deep
def test_half_a_reader_is_no_fault(examples_loaded: tuple[str, list[Said]]) -> None:
    """`carefhir steps | head -1`: the reader hangs up, and no stack trace follows."""
    with subprocess.Popen(
        [sys.executable, "-m", "carefhir", "steps"],
        cwd=HERE,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        words = running.stderr.read().decode()
        running.wait(timeout=PATIENCE)
    assert "Traceback" not in words
    assert "Exception ignored" not in words


def test_a_port_in_use_is_a_sentence(examples_loaded: tuple[str, list[Said]]) -> None:
    base, _ = examples_loaded
    port = base.rpartition(":")[2].partition("/")[0]
    said = invoke("sandbox", "--port", port)
    assert (said.code, said.stdout) == (2, "")
    for word in (f"--port {port}", "in use"):
        assert word in said.words


def test_a_sandbox_like_an_ehr_says_what_it_does_and_holds_what_was_loaded() -> None:
    with sandbox_process("--like", "epic", "--load", str(EXAMPLES / "Bundle-team.json")) as (base, running):
        nurse = _get(f"{base}/Practitioner?identifier=nurse")
        refused = _get(f"{base}/CarePlan?patient=1")
        said = _stopped(running, signal.SIGINT)
    assert nurse is not None
    assert len(nurse["entry"]) == 1
    assert refused is None
    assert "like Epic, R4" in said.stdout
    assert "A search of CarePlan needs one of six categories" in said.stdout


def test_a_sandbox_like_nothing_that_is_known() -> None:
    said = invoke("sandbox", "--port", "0", "--like", "acme")
    assert (said.code, "there are bare, epic, fut" in said.words) == (2, True)


@pytest.mark.deep
def test_the_whole_examples_folder_can_be_loaded() -> None:
    """The folder holds single examples too; each refers only to what the folder itself brings."""
    with sandbox_process("--load", str(EXAMPLES)) as (base, running):
        bundle = _get(f"{base}/Patient?_count=50")
        said = _stopped(running, signal.SIGINT)
    assert said.stderr == ""
    assert "ready" in said.stdout
    assert bundle is not None
    names = {one["resource"]["name"][0]["family"] for one in bundle["entry"] if one["resource"].get("name")}
    assert len(names) >= 3
    assert "Traceback" not in said.stderr
    assert said.code in (0, 130, -signal.SIGINT)


@pytest.mark.parametrize("what", depth(["absent", "refused"], ["absent", "not JSON", "refused"]))
def test_a_file_that_cannot_be_loaded(tmp_path: Path, what: str) -> None:
    path = tmp_path / "record.json"
    content: dict[str, Any] = {
        "not JSON": "{Rosa Delgado",
        "refused": '{"resourceType": "Patient", "id": "1", "birthDate": "long ago"}',
    }
    if what != "absent":
        path.write_text(content[what])
    say = invoke if what == "absent" else process
    said = say("sandbox", "--port", "0", "--load", str(path))
    assert said.code == 2, said
    assert "--load" in said.stderr
    assert "Rosa" not in said.stderr
    assert "Exception" not in said.stderr


def test_help_is_for_people() -> None:
    said = process("--help")
    assert said.code == 0
    for word in ("sandbox", "steps", "preview", "run", "overview", "worklist", "demo"):
        assert word in said.words
    assert "--expect" in invoke("run", "--help").words


def test_the_demo_tells_its_journey_and_ends() -> None:
    said = process("demo", "--no-serve")
    assert said.code == 0, said
    assert len(said.stdout.splitlines()) <= 530, "a nurse with fifteen minutes reads all of it"
    for word in (
        "Rosa comes home",
        "one call covers these",
        "go on with their owners beside the transition",
        "LACE 11",
        "done already",
        "teach again",
        "differences to decide",
        "the prescriber decides: glipizide",
        "tier high",
        "conflicting advice: ",
        "not wanted",
        "returned unsigned",
        "signed: version",
        "DO NOW",
        "RED URGENT",
        "acknowledged the escalation",
        "the transition is closed: completed",
        "tracked, nothing is due",
        "enough evidence for the program",
        "a social worker cannot close a reconciliation",
        "may know, by the person's word: the plan, the visits, what they are asked to do",
        "the plan was given to",
        "looked at 1 person, found 1",
        "was in the emergency department on 2026-03-12",
        "the loop is closed",
        "nothing that waits for the signature has taken effect",
        "phone: no answer on Tue 2026-04-14",
        "what was open for reaching them is settled",
        "care management: 20 minutes",
        "Speaks against it",
        "Nobody can say",
        "3 people: 1 high, 2 at least low",
        "stays the person's single point of contact",
        "until it does, nothing is approved",
        "denied: six weeks of physical therapy are not on record",
        "authorized: number PA-7781, from 2027-02-15 through 2027-02-18, acute",
        "not authorized: 2027-02-19",
        "the case is closed: he is home and walks with a cane",
        "journey took",
    ):
        assert word in said.words, word


TOLD = re.compile(r"^([a-z][a-z-]+): (done|refused|proposed)", re.M)


@pytest.fixture(scope="module")
def told_alone() -> list[tuple[str, str]]:
    """The acts of the journey on one server, and what they came to."""
    return TOLD.findall(invoke("demo", "--no-serve").stdout)


@pytest.mark.deep
@pytest.mark.parametrize("name", ["epic", "oracle", "bare", "fut"])
def test_the_demo_beside_an_ehr(name: str, told_alone: list[tuple[str, str]]) -> None:
    """The same journey, with the EHR only read: the same acts are told, and come to the same."""
    beside = invoke("demo", "--no-serve", "--like", name)
    assert beside.code == 0, beside.words
    assert f"Beside it an EHR like {name}, which is only read" in beside.stdout
    assert TOLD.findall(beside.stdout) == told_alone
    assert len(told_alone) > 40


def test_the_demo_beside_nothing_has_no_companion() -> None:
    said = invoke("demo", "--no-serve", "--companion", "http://127.0.0.1:9/fhir")
    assert said.code == 2
    assert "--like" in said.stderr


@pytest.mark.deep
def test_the_demo_lists_what_is_written_where_it_is_asked_to() -> None:
    said = process("demo", "--no-serve", "--full")
    assert said.code == 0, said
    assert "created EpisodeOfCare/" in said.words
    assert "lines more" not in said.words


@pytest.mark.deep
def test_the_demo_twice_on_one_server(ward: Ward) -> None:
    """Every act again finds its receipt. A case that was closed is not opened again."""
    assert invoke("demo", "--server", ward.front.base).code == 0
    before = ward.front.versions()
    said = invoke("demo", "--server", ward.front.base)
    assert said.code == 0, said
    assert ward.front.written_since(before) == []
    assert len(ward.front.search(f"EpisodeOfCare?patient={ward.patient}")) == 1
    acts = [line for line in said.stdout.splitlines() if ": done" in line]
    assert len(acts) > 60
    assert [line for line in acts if "nothing is written twice" not in line] == []


@pytest.mark.deep
def test_two_demos_are_equal() -> None:
    """On two servers, word by word, but for the address and the time it took."""
    first, second = (invoke("demo", "--no-serve").stdout.splitlines() for _ in range(2))
    assert [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]] == [
        (first[1], second[1]),
        (first[-1], second[-1]),
    ]


def test_two_different_patients_in_one_command_are_refused(ward: Ward) -> None:
    """In the file one person, in the option another: neither is guessed to be meant."""
    before = ward.front.versions()
    given = json.dumps({"patient": "Patient/somebody", "encounter": ward.stay}).encode()
    said = ward.step("run", "open-transition", "--input", "-", given=given)
    assert said.code == 2, said
    assert "patient" in said.words
    assert ward.front.written_since(before) == []
