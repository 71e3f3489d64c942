"""The day's list for a panel: how many rows, requests and seconds for 200 patients of one care manager.

    .venv/bin/python benchmarks/worklist.py [--server URL] [--patients 200] [--rounds 5] [--peer]

On a sandbox of its own, or on the server named. Each patient has eight Tasks (two of them due today), a program, a care
team, two conversations, an Encounter and a visit to come. What an earlier run left is used again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import requests  # noqa: E402

from carefhir import Care, commands  # noqa: E402
from carefhir.fhir.search import OfEach, query_text  # noqa: E402
from carefhir.sandbox import Sandbox, start  # noqa: E402
from carefhir.workflows.looking import worklist  # noqa: E402

Json = dict[str, Any]
MARK = "https://carefhir.org/benchmarks"
TODAY = date(2026, 3, 16)
TASK = "https://carefhir.org/fhir/CodeSystem/care-task"
KINDS = (
    "nurse-call",
    "check-in",
    "teach-back",
    "assessment",
    "check-equipment",
    "receive-packet",
    "education",
    "plan-item",
)


def panel(patients: int) -> Iterator[Json]:
    """One transaction for each patient: entries that are created once."""
    for number in range(patients):
        yield {"resourceType": "Bundle", "type": "transaction", "entry": [*_entries(number)]}


def _entries(number: int) -> Iterator[Json]:
    me, nurse = (
        f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        {"reference": f"Practitioner?identifier={MARK}|nurse"},
    )
    about = {"subject": {"reference": me}}
    yield _once(f"p{number}", _patient(number), me)
    for place, kind in enumerate(KINDS):
        due = TODAY + timedelta(days=(0, 0, 3, 10, 20, 30, 40, 60)[place])
        yield _once(f"p{number}-task{place}", {
            "resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": me}, "owner": nurse,
            "code": {"coding": [{"system": TASK, "code": kind}]}, "restriction": {"period": {"end": due.isoformat()}},
        })  # fmt: skip
    yield _once(f"p{number}-episode", {
        "resourceType": "EpisodeOfCare", "status": "active", "patient": {"reference": me}, "careManager": nurse,
        "period": {"start": "2026-01-05"},
    })  # fmt: skip
    yield _once(f"p{number}-team", {"resourceType": "CareTeam", "status": "active", **about})
    for place, day in enumerate(("2026-03-02", "2026-03-09")):
        sent = {"sent": f"{day}T10:00:00-05:00", "status": "completed"}
        yield _once(f"p{number}-talk{place}", {"resourceType": "Communication", **about, **sent})
    yield _once(f"p{number}-visit", {
        "resourceType": "Appointment", "status": "booked", "start": "2026-03-20T10:00:00-05:00",
        "end": "2026-03-20T10:30:00-05:00", "participant": [{"actor": {"reference": me}, "status": "accepted"}],
    })  # fmt: skip
    ambulatory = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
    yield _once(
        f"p{number}-encounter", {"resourceType": "Encounter", "status": "in-progress", "class": ambulatory, **about}
    )


def _patient(number: int) -> Json:
    name = {"family": f"Benchmark{number}", "given": ["Ann"]}
    return {"resourceType": "Patient", "active": True, "name": [name], "birthDate": "1950-01-01"}


def _once(key: str, resource: Json, full_url: str = "") -> Json:
    many = resource["resourceType"] not in ("QuestionnaireResponse",)
    identifier: Any = {"system": MARK, "value": key}
    asked = {"method": "POST", "url": resource["resourceType"], "ifNoneExist": f"identifier={MARK}|{key}"}
    named = {"fullUrl": full_url} if full_url else {}
    return {**named, "resource": {**resource, "identifier": [identifier] if many else identifier}, "request": asked}


class CountedSession(requests.Session):
    """A session that counts what is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.sent = 0

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        self.sent += 1
        return super().send(request, **more)


def measured(base: str, chosen: argparse.Namespace) -> None:
    """Loads the panel, then shows the list so often; prints rows, requests and seconds."""
    nurse = _posted(base, "Practitioner", {"resourceType": "Practitioner", "active": True}, "nurse")
    for bundle in panel(chosen.patients):
        _post(base, bundle)
    seconds, session = [], CountedSession()
    for _ in range(chosen.rounds):
        session.sent = 0
        with Care(base, acting=nurse, now=datetime.fromisoformat("2026-03-16T07:45:00-05:00"), session=session) as care:
            began = time.perf_counter()
            todo_list = care.show(commands.Worklist())
            seconds.append(time.perf_counter() - began)
    asked = f"{session.sent} requests each time, the CapabilityStatement among them"
    print(f"{len(todo_list.rows)} rows, {todo_list.to_do} Tasks to do, {asked}; not visible: {todo_list.not_visible}")
    print(f"median {statistics.median(seconds):.2f} s of {', '.join(f'{each:.2f}' for each in seconds)}")
    if chosen.peer:
        began = time.perf_counter()
        asked = one_by_one(base, nurse, [row.patient for row in todo_list.rows])
        took = time.perf_counter() - began
        ratio = took / statistics.median(seconds)
        print(f"one request each for the same, in sequence: {asked} requests, {took:.2f} s, {ratio:.1f} times as long")


def one_by_one(base: str, nurse: str, people: list[str]) -> int:
    """Asks for the same about one person after another, as a script without us would; gives how many requests."""
    session = CountedSession()
    session.headers["Cache-Control"] = "no-cache"
    slots = {"today": TODAY.isoformat()}
    for person in people:
        targets = [f"Task?patient={person}&owner={nurse}&status=requested", f"Patient?_id={person.partition('/')[2]}"]
        for need in (need for need in worklist.NEEDS if need.beside):
            about = [replace(one, slot=person) if isinstance(one, OfEach) else one for one in need.where]
            targets.append(f"{need.type}?{query_text(replace(need, where=tuple(about)).query(slots) or ())}")
        for target in targets:
            session.get(f"{base}/{target}&_count=50", timeout=60).raise_for_status()
    return session.sent


def _posted(base: str, type_: str, resource: Json, key: str) -> str:
    """A resource, created once: `Type/ID`."""
    resource = {**resource, "identifier": [{"system": MARK, "value": key}]}
    headers = {"Content-Type": "application/fhir+json", "If-None-Exist": f"identifier={MARK}|{key}"}
    answer = requests.post(f"{base}/{type_}", data=json.dumps(resource), headers=headers, timeout=60)
    answer.raise_for_status()
    found = answer.json().get("id") or answer.headers["Location"].split(f"{type_}/")[1].split("/")[0]
    return f"{type_}/{found}"


def _post(base: str, bundle: Json) -> None:
    headers = {"Content-Type": "application/fhir+json"}
    requests.post(base, data=json.dumps(bundle), headers=headers, timeout=60).raise_for_status()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="")
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", action="store_true", help="also ask person by person, need by need")
    chosen = parser.parse_args()
    if chosen.server:
        measured(chosen.server, chosen)
        return
    with start(Sandbox()) as running:
        measured(running.base, chosen)


if __name__ == "__main__":
    main()
