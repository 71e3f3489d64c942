"""P5: what it costs to read a Bundle of 500 resources into a typed chart: ours against fhir.resources (R4B models).

    .venv/bin/python benchmarks/p5_parse.py --shared FOLDER [--rounds 9]

The first 500 of a synthetic patient's Observations, as one searchset page. Ours: the page is read, every filter judged
again, what nobody can read looked for, and the measurements of the chart are made. fhir.resources: the Bundle is
validated into its models, and nothing more. Both must have seen as many. Client CPU only; there is no server.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks.peers import machine, paired, show  # noqa: E402
from carefhir.chart import chart as charts  # noqa: E402
from carefhir.content.loading import load  # noqa: E402
from carefhir.fhir.capability import Capabilities  # noqa: E402
from carefhir.fhir.gather import Records, gather  # noqa: E402
from carefhir.fhir.homes import Home  # noqa: E402
from carefhir.fhir.search import Need, Of  # noqa: E402
from carefhir.fhir.wire import Answer, Ask, Response  # noqa: E402
from carefhir.occasion import Actor, Occasion  # noqa: E402
from tests.patients import synthea  # noqa: E402
from tests.support.backends import run_flow  # noqa: E402

MOST = "1aec9fb3"
NEED = Need("readings", "Observation", (Of("patient", "subject"),))


def page(shared: Path, size: int) -> bytes:
    """A searchset of so many Observations about Patient/1."""
    found = [one for one in synthea.resources(shared, MOST) if one["resourceType"] == "Observation"][:size]
    resources = [
        {**one, "id": str(number), "subject": {"reference": "Patient/1"}, "encounter": {"reference": "Encounter/1"}}
        for number, one in enumerate(found)
    ]
    entries = [{"fullUrl": f"http://x/Observation/{one['id']}", "resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()


def main() -> None:
    from fhir.resources.R4B.bundle import Bundle

    options = argparse.ArgumentParser(description="P5: reading a Bundle of 500")
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--size", type=int, default=500)
    chosen = options.parse_args()
    body = page(chosen.shared, chosen.size)
    now = datetime(2026, 9, 14, 9, tzinfo=UTC)
    occasion = Occasion(now, Actor("Practitioner/1"), load(), UTC)

    def answered(asks: Sequence[Ask]) -> tuple[Answer, ...]:
        return tuple(Response(200, {"content-type": "application/fhir+json"}, body) for _ in asks)

    def ours() -> Records:
        flow = gather((NEED,), {"patient": "Patient/1"}, Capabilities(), Home.at("http://x"))
        records = run_flow(flow, answered)
        charts.read(records, occasion)
        return records

    seen = len(ours()["readings"]), len(Bundle.model_validate_json(body).entry)
    if set(seen) != {chosen.size}:
        raise SystemExit(f"not the same number of resources: {seen}")
    print(machine())
    print(f"{chosen.size} Observations, {len(body) // 1024} KB")
    subjects = {"carefhir, to a chart": ours, "fhir.resources R4B": lambda: Bundle.model_validate_json(body)}
    show(paired(subjects, chosen.rounds), "carefhir, to a chart")


if __name__ == "__main__":
    main()
