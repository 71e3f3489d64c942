"""P1: one patient's context, the overview's needs, on a real server: ours against fhirclient in sequence.

    .venv/bin/python benchmarks/p1_context.py --server http://127.0.0.1:8080/fhir [--shared FOLDER] [--rounds 9]

Rosa of the examples, and (with --shared, the folder of the synthetic patients) the one with most Observations; who is
missing is loaded. Both get what is there now: HAPI repeats searches from a cache for 60 s, we forbid it to (no-cache),
and so does the peer here; as it comes, allowed to be stale, it is shown besides. Counts are compared with each other
and with the server's own before anything is timed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.peers import Fhirclient, machine, paired, show  # noqa: E402
from carefhir.fhir.capability import read_capabilities  # noqa: E402
from carefhir.fhir.gather import Records, gather  # noqa: E402
from carefhir.fhir.homes import Home  # noqa: E402
from carefhir.fhir.search import query_text  # noqa: E402
from carefhir.transport.requests_driver import RequestsDriver  # noqa: E402
from carefhir.workflows.looking.overview import NEEDS  # noqa: E402
from tests.patients import synthea  # noqa: E402
from tests.support.backends import EXAMPLE, Backend, http_backend  # noqa: E402

MOST = "1aec9fb3"


def people(backend: Backend, shared: Path | None) -> dict[str, Mapping[str, str]]:
    """Who, and the slots their needs are filled with."""
    if not backend.search(f"Patient?identifier={EXAMPLE}%7Crosa"):
        backend.load("team")
        backend.load("rosa")
    found = {"Rosa": {"patient": backend.find("Patient", "rosa"), "today": "2026-03-09"}}
    if shared:
        synthea.load(backend, shared)
        patient = synthea.find_patient(backend, synthea.patients(shared)[MOST])
        found[f"synthetic {MOST}"] = {"patient": patient, "today": "2026-09-14"}
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


def main() -> None:
    options = argparse.ArgumentParser(description="P1: one patient's context")
    options.add_argument("--server", required=True)
    options.add_argument("--shared", type=Path)
    options.add_argument("--rounds", type=int, default=9)
    chosen = options.parse_args()
    backend = http_backend(chosen.server)
    home = Home.at(chosen.server)
    print(machine())
    for name, slots in people(backend, chosen.shared).items():
        with RequestsDriver(home) as driver:
            capabilities = driver.run(read_capabilities())
            fresh, stale = Fhirclient(chosen.server, fresh=True), Fhirclient(chosen.server, fresh=False)

            def ours(slots: Mapping[str, str] = slots, driver: RequestsDriver = driver) -> Records:
                return driver.run(gather(NEEDS, slots, capabilities, home))  # noqa: B023 — used within the round

            size = compare(backend, slots, ours(), fresh.gather(NEEDS, slots))
            print(f"{name}: {size} resources, {len(NEEDS)} needs; fhirclient {fresh.requests} requests")
            subjects = {
                "carefhir, together": ours,
                "fhirclient in sequence": lambda: fresh.gather(NEEDS, slots),  # noqa: B023
                "fhirclient, stale answers allowed": lambda: stale.gather(NEEDS, slots),  # noqa: B023
            }
            show(paired(subjects, chosen.rounds), "carefhir, together")
    print(machine())


if __name__ == "__main__":
    main()
