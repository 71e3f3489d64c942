"""P1: one patient's context, the overview's needs, on a real server: ours against fhirclient in sequence.

    .venv/bin/python benchmarks/p1_context.py --server http://127.0.0.1:8080/fhir [--shared FOLDER] [--rounds 9]

Rosa of the examples; with --shared, the folder of the synthetic patients, the one with most Observations; and people
made up, each with one of the numbers of Observations that --observations gives, in one year. Who is missing is loaded.
Both get what is there now: HAPI repeats searches from a cache for 60 s, we forbid it to (no-cache), and so does the
peer here; as it comes, allowed to be stale, it is shown besides. Counts are compared with each other and with the
server's own before anything is timed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.peers import Fhirclient, machine, paired, show  # noqa: E402
from benchmarks.stub import without_batch  # noqa: E402
from carefhir.fhir.capability import read_capabilities  # noqa: E402
from carefhir.fhir.gather import Records, gather  # noqa: E402
from carefhir.fhir.homes import Home  # noqa: E402
from carefhir.fhir.search import query_text  # noqa: E402
from carefhir.fhir.wire import Failure, Request, Response  # noqa: E402
from carefhir.transport.requests_driver import RequestsDriver  # noqa: E402
from carefhir.workflows.looking.overview import NEEDS  # noqa: E402
from tests.patients import synthea  # noqa: E402
from tests.support.backends import EXAMPLE, Backend, http_backend  # noqa: E402

MOST = "1aec9fb3"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


MARK = "https://carefhir.org/benchmarks"
MEASURED = ("29463-7", "8867-4", "2339-0", "4548-4", "718-7", "2160-0", "2951-2", "2823-3", "6690-2", "777-3")
"""LOINC codes of what was observed: four that the overview reads as numbers, and six of a laboratory."""


def made_up(backend: Backend, observations: int) -> str:
    """Somebody with so many Observations in the year before 14 September 2026; created once."""
    key = f"observed-{observations}"
    if already := backend.search(f"Patient?identifier={MARK}%7C{key}"):
        return f"Patient/{already[0]['id']}"
    patient = backend.create(
        {"resourceType": "Patient", "identifier": [{"system": MARK, "value": key}], "name": [{"family": "Benchmark"}]}
    )
    entries = [_observed(patient, number, observations) for number in range(observations)]
    for start in range(0, observations, 500):
        backend.post({"resourceType": "Bundle", "type": "transaction", "entry": entries[start : start + 500]})
    return patient


def _observed(patient: str, number: int, of: int) -> dict[str, object]:
    at = datetime(2025, 9, 16, 8, tzinfo=UTC) + timedelta(days=360) * number / of
    code = {"coding": [{"system": "http://loinc.org", "code": MEASURED[number % len(MEASURED)]}]}
    value = {"value": 60 + number % 90, "unit": "1", "system": "http://unitsofmeasure.org", "code": "1"}
    resource = {
        "resourceType": "Observation", "status": "final", "code": code, "subject": {"reference": patient},
        "category": [{"coding": [{"system": CATEGORY, "code": "laboratory"}]}], "valueQuantity": value,
        "effectiveDateTime": at.isoformat(timespec="seconds"), "issued": at.isoformat(timespec="milliseconds"),
    }  # fmt: skip
    return {"resource": resource, "request": {"method": "POST", "url": "Observation"}}


def people(backend: Backend, shared: Path | None, observations: list[int]) -> dict[str, Mapping[str, str]]:
    """Who, and the slots their needs are filled with."""
    if not backend.search(f"Patient?identifier={EXAMPLE}%7Crosa"):
        backend.load("team")
        backend.load("rosa")
    found = {"Rosa": {"patient": backend.find("Patient", "rosa"), "today": "2026-03-09"}}
    if shared:
        synthea.load(backend, shared)
        patient = synthea.find_patient(backend, synthea.patients(shared)[MOST])
        found[f"synthetic {MOST}"] = {"patient": patient, "today": "2026-09-14"}
    for count in observations:
        found[f"{count} Observations"] = {"patient": made_up(backend, count), "today": "2026-09-14"}
    return found


def compare(backend: Backend, slots: Mapping[str, str], ours: Records, theirs: Mapping[str, list[object]]) -> int:
    """All counts must be equal, and the server's own; gives their sum."""
    for need in NEEDS:
        query = query_text((*(need.query(slots) or ()), ("_summary", "count")))
        counts = (len(ours[need.name]), len(theirs[need.name]), backend.get(f"{need.type}?{query}")["total"])
        if len(set(counts)) != 1:
            raise SystemExit(f"{need.name}: ours, fhirclient's and the server's own counts differ: {counts}")
    followed = [name for name in ours.by_need if " at " in name]
    if any(len(ours[name]) != len(theirs[name]) for name in followed):
        raise SystemExit("what is followed differs")
    return sum(len(found) for found in ours.by_need.values())


def counted(driver: RequestsDriver, read: Callable[[], object]) -> int:
    """How many requests one reading takes."""
    send, sent = driver._send, []

    def counting(request: Request) -> Response | Failure:
        sent.append(request)
        return send(request)

    driver._send = counting  # type: ignore[method-assign]
    read()
    driver._send = send  # type: ignore[method-assign]
    return len(sent)


def main() -> None:
    options = argparse.ArgumentParser(description="P1: one patient's context")
    options.add_argument("--server", required=True)
    options.add_argument("--shared", type=Path)
    options.add_argument("--observations", type=int, nargs="*", default=[250, 1000, 2000], help="somebody with so many")
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument(
        "--without-batch", type=float, metavar="MS", help="through a stub that has no batch, so far away"
    )
    options.add_argument("--save", type=Path, help="a file for the raw samples, as JSON")
    chosen = options.parse_args()
    backend = http_backend(chosen.server)
    subjects = people(backend, chosen.shared, chosen.observations)
    print(machine())
    if chosen.without_batch is None:
        saved = measured(backend, chosen.server, subjects, chosen.rounds)
    else:
        with without_batch(chosen.server, chosen.without_batch / 1000) as base:
            saved = measured(backend, base, subjects, chosen.rounds)
    print(machine())
    if chosen.save:
        chosen.save.write_text(json.dumps(saved, indent=1))


def measured(
    backend: Backend, base: str, slots_by_name: Mapping[str, Mapping[str, str]], rounds: int
) -> dict[str, Any]:
    """Compares what both find of everybody, then times them; prints it, and gives the raw samples."""
    home = Home.at(base)
    saved = {}
    for name, slots in slots_by_name.items():
        with RequestsDriver(home) as driver:
            capabilities = driver.run(read_capabilities())
            fresh, stale = Fhirclient(base, fresh=True), Fhirclient(base, fresh=False)

            def ours(slots: Mapping[str, str] = slots, driver: RequestsDriver = driver) -> Records:
                return driver.run(gather(NEEDS, slots, capabilities, home))  # noqa: B023 — used within the round

            size = compare(backend, slots, ours(), fresh.gather(NEEDS, slots))
            asked, theirs = counted(driver, ours), fresh.requests
            print(f"{name}: {size} resources, {len(NEEDS)} needs; carefhir {asked} requests, fhirclient {theirs}")
            subjects = {
                "carefhir, together": ours,
                "fhirclient in sequence": lambda: fresh.gather(NEEDS, slots),  # noqa: B023
                "fhirclient, stale answers allowed": lambda: stale.gather(NEEDS, slots),  # noqa: B023
            }
            samples = paired(subjects, rounds)
            show(samples, "carefhir, together")
            saved[name] = {
                "resources": size,
                "requests": {"carefhir, together": asked, "fhirclient in sequence": theirs},
                "samples": {subject: {"wall": one.wall, "cpu": one.cpu} for subject, one in samples.items()},
            }
    return saved


if __name__ == "__main__":
    main()
