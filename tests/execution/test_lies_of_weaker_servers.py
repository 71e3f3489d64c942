"""What carefhir said on other real servers and was not so (tried 2026-11-28), replayed over HTTP with the command line.

`docs/servers.md` holds what the program of that day answers here beside what it answers now.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest

from carefhir.sandbox import Knobs, shape
from tests.support.backends import Backend, sandbox_backend
from tests.support.faults import ONCE, Fault, is_transaction
from tests.support.served import TOKEN, Served, reading_bundle, served

Json = dict[str, Any]
WHEN = "2026-03-09T10:00:00-05:00"


class Rosa:
    """Rosa on a server of some shape, and who enrolls her."""

    def __init__(self, knobs: Knobs) -> None:
        good = sandbox_backend()
        good.load("team")
        good.load("rosa")
        self.patient = good.find("Patient", "rosa")
        self.nurse = good.find("Practitioner", "nurse")
        self.physician = good.find("Practitioner", "physician")
        self.backend: Backend = good.otherwise(knobs)

    def enrolls(self, base: str) -> tuple[int, Json]:
        """`carefhir run enroll`: its exit code, and what it says."""
        told = [f"told={word}" for word in ("what-it-is", "care-team", "right-to-stop")]
        fields = [
            "program=care-management",
            f"care_manager={self.nurse}",
            f"supervising_provider={self.physician}",
            "consent=verbal",
            "reason=just home",
            "care_manager_discipline=RN",
            *told,
        ]
        return self.runs(base, "enroll", *fields)

    def runs(self, base: str, step: str, *fields: str) -> tuple[int, Json]:
        """`carefhir run`: its exit code, and what it says."""
        words = [word for field in fields for word in ("--set", field)]
        code, text = carefhir(
            "run",
            step,
            "--server",
            base,
            "--as",
            self.nurse,
            "--patient",
            self.patient,
            "--now",
            WHEN,
            "--json",
            *words,
        )
        said: Json = json.loads(text)
        return code, said

    def standing(self, type_: str) -> list[Json]:
        """What is there of a type and not withdrawn."""
        found = self.backend.search(f"{type_}?patient={self.patient}")
        return [one for one in found if one["status"] != "entered-in-error"]


def carefhir(*words: str, **environment: str) -> tuple[int, str]:
    """The command line as a process of its own: exit code and standard output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAREFHIR_")}
    done = subprocess.run(
        [sys.executable, "-m", "carefhir", *words],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.deep
def test_a_part_is_missing_and_it_was_called_done() -> None:
    """A token without Consent writes, on a server that is not atomic: "done", exit 0, and again."""
    rosa = Rosa(replace(shape("medplum"), not_granted=frozenset({"Consent"})))
    with served(rosa.backend) as at:
        for _ in range(2):
            code, said = rosa.enrolls(at.base)
            assert (code, said["outcome"]) == (5, "partly written")
            assert "consent" in said["why"]
    granted = rosa.backend.otherwise(shape("medplum"))
    with served(granted) as at:
        code, said = rosa.enrolls(at.base)
        assert (code, said["outcome"]) == (0, "done")
    assert len(granted.search(f"Consent?patient={rosa.patient}")) == 1


@pytest.mark.deep
def test_six_at_once_left_two_of_everything_and_nobody_was_told() -> None:
    rosa = Rosa(replace(shape("wso2"), blind_for=60))
    with served(rosa.backend) as at:
        answers = at_once(rosa, at, 6)
        assert [answer["outcome"] for _, answer in answers if answer["outcome"] not in ("done", "conflict")] == []
        code, again = rosa.enrolls(at.base)
    assert (code, again["outcome"], again["by"]) == (0, "done", "an earlier run")
    for type_ in ("CareTeam", "EpisodeOfCare", "Consent"):
        assert len(rosa.standing(type_)) == 1, type_


def at_once(rosa: Rosa, at: Served, many: int) -> list[tuple[int, Json]]:
    answers: list[tuple[int, Json]] = []
    threads = [threading.Thread(target=lambda: answers.append(rosa.enrolls(at.base))) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.deep
def test_a_bundle_that_is_too_large_ended_the_step_and_hid_the_reason() -> None:
    rosa = Rosa(replace(shape("medplum-transactions"), most_entries=3))
    with served(rosa.backend) as at:
        code, said = rosa.enrolls(at.base)
    assert (code, said["outcome"], said["way"]) == (0, "done", "single writes")
    assert any('saying "A transaction has at most 3 entries."' in note for note in said["notes"])


@pytest.mark.deep
def test_versioned_was_read_as_no_version_check() -> None:
    rosa = Rosa(shape("helios"))
    pausing = ("program=care-management", f"at={WHEN}", "reason=away for a month", "look_again=2026-04-13")
    with served(rosa.backend) as at:
        rosa.enrolls(at.base)
        code, said = rosa.runs(at.base, "pause", *pausing)
        amended = [request for request in at.proxy.asked if request.method == "PUT"]
    assert (code, said["outcome"], said["way"]) == (0, "done", "transaction"), said
    assert (amended, said["notes"]) == ([], [])


@pytest.mark.deep
def test_a_batch_that_is_cut_in_its_middle_ended_the_step() -> None:
    rosa = Rosa(Knobs())
    truncated = next(fault for fault in ONCE if fault.name == "truncated")
    with served(rosa.backend, replace(truncated, concerns=reading_bundle, throughout=True)) as at:
        code, said = rosa.enrolls(at.base)
    assert (code, said["outcome"]) == (0, "done"), said


@pytest.mark.deep
def test_the_doctor_promised_what_it_had_not_tried() -> None:
    rosa = Rosa(shape("medplum"))
    with served(rosa.backend) as at:
        _, page = carefhir("doctor", at.base)
    assert "all or nothing" not in page
    assert "stated, not tried" in page


@pytest.mark.deep
def test_the_demo_ignored_the_token() -> None:
    with served(sandbox_backend(), token=TOKEN) as at:
        code, page = carefhir("demo", "--no-serve", "--server", at.base, CAREFHIR_TOKEN=TOKEN)
    assert code == 0, page[-600:]


@pytest.mark.deep
def test_too_many_requests_was_read_as_found_0_times() -> None:
    busy = next(fault for fault in ONCE if fault.name == "429")

    def concerns(request: Any) -> bool:
        return request.method == "GET" and "?" in request.target

    with served(sandbox_backend(), Fault(busy.name, busy.says, busy.does, concerns)) as at:
        code, page = carefhir("demo", "--no-serve", "--server", at.base)
        assert at.proxy.done == 1
    assert code == 0, page[-600:]


@pytest.mark.deep
def test_the_demo_on_a_shape_told_twice() -> None:
    with served(sandbox_backend(shape("wso2"))) as at:
        for _ in range(2):
            code, page = carefhir("demo", "--no-serve", "--server", at.base)
            assert code == 0, page[-600:]


def test_a_lost_answer_over_http_is_read_back() -> None:
    """The whole way: socket, driver, command line."""
    rosa = Rosa(Knobs())
    lost = next(fault for fault in ONCE if fault.name == "answer lost")
    with served(rosa.backend, replace(lost, concerns=is_transaction)) as at:
        code, said = rosa.enrolls(at.base)
    assert (code, said["outcome"], said["by"]) == (0, "done", "us")
    assert any("the answer was lost" in note for note in said["notes"])
