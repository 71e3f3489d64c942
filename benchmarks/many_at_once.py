"""Many steps at once on one event loop: 200 on 100 patients through `AsyncCare`; then a modest pace, and the memory.

    .venv/bin/python benchmarks/many_at_once.py --server http://127.0.0.1:8080/fhir [--patients 100] [--minutes 10]

First every patient is enrolled and, at the same moment, a questionnaire recorded. Then for so many minutes, each second
a few of: the overview of somebody, and a step of theirs run again (it must say that it is done). Errors are counted by
kind, and memory is the resident set of this process, each half minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import requests  # noqa: E402

from carefhir import AsyncCare, commands  # noqa: E402
from carefhir.faces.turns import RUNNING  # noqa: E402

Json = dict[str, Any]
NOW = datetime.fromisoformat("2026-03-09T10:00:00-05:00")
SCREEN = ROOT / "profiles" / "responses" / "QuestionnaireResponse-rosa-hunger-vital-sign.json"
MARK = "https://carefhir.org/benchmarks"


def created(base: str, resource: Json) -> str:
    headers = {"Content-Type": "application/fhir+json"}
    answer = requests.post(f"{base}/{resource['resourceType']}", json.dumps(resource), headers=headers, timeout=60)
    answer.raise_for_status()
    return f"{resource['resourceType']}/{answer.json()['id']}"


def people(base: str, count: int) -> tuple[list[str], str, str]:
    """New patients, a nurse and a physician."""
    run = uuid.uuid4().hex[:8]
    patients = [
        created(
            base,
            {
                "resourceType": "Patient",
                "active": True,
                "birthDate": "1950-01-01",
                "name": [{"family": f"Crowd{number}"}],
                "identifier": [{"system": MARK, "value": f"crowd-{run}-{number}"}],
            },
        )
        for number in range(count)
    ]
    practitioner = {"resourceType": "Practitioner", "active": True, "name": [{"family": "Crowd"}]}
    return patients, created(base, practitioner), created(base, practitioner)


def enroll(patient: str, nurse: str, physician: str) -> commands.Enroll:
    return commands.Enroll(
        patient=patient,
        program="care-management",
        care_manager=nurse,
        care_manager_discipline="RN",
        supervising_provider=physician,
        consent="verbal",
        told=("what-it-is", "care-team", "right-to-stop"),
        reason="several chronic conditions",
    )


def screen(patient: str) -> commands.RecordAssessment:
    response = json.loads(SCREEN.read_text())
    response["identifier"]["value"] = f"{response['identifier']['value']}-{patient}"
    return commands.RecordAssessment(patient=patient, response=response)


async def counted(work: Coroutine[Any, Any, Any], tally: Counter[str], seconds: list[float]) -> None:
    began = time.perf_counter()
    try:
        result = await work
        tally[type(result).__name__] += 1
    except Exception as error:  # noqa: BLE001 — every kind is counted
        tally[f"ERROR {type(error).__name__}: {error}"[:120]] += 1
    seconds.append(time.perf_counter() - began)


def resident() -> float:
    """Megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def told(title: str, tally: Counter[str], seconds: list[float], began: float) -> None:
    middle = sorted(seconds)[len(seconds) // 2]
    kinds = ", ".join(f"{name} {count}" for name, count in sorted(tally.items()))
    print(f"{title}: {kinds}; a step took {middle:.2f} s (median), {max(seconds):.2f} s (longest); "
          f"all {time.perf_counter() - began:.1f} s; memory {resident():.0f} MB", flush=True)  # fmt: skip


async def at_once(care: AsyncCare, some: list[commands.Enroll | commands.RecordAssessment]) -> None:
    tally: Counter[str] = Counter()
    seconds: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(counted(care.run(command), tally, seconds) for command in some))
    told(f"{len(some)} steps at once, at most {RUNNING} running", tally, seconds, began)


async def at_a_pace(
    care: AsyncCare, some: list[commands.Enroll | commands.RecordAssessment], minutes: float, each_second: int
) -> None:
    chosen = random.Random(1)
    tally: Counter[str] = Counter()
    seconds: list[float] = []
    began = last_line = time.perf_counter()
    under_way: set[asyncio.Task[None]] = set()
    while time.perf_counter() - began < minutes * 60:
        for _ in range(each_second):
            command = chosen.choice(some)
            again = chosen.random() < 0.5
            work = care.run(command) if again else care.show(commands.Overview(patient=command.patient))
            task = asyncio.create_task(counted(work, tally, seconds))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.sleep(1)
        if time.perf_counter() - last_line > 30:
            last_line = time.perf_counter()
            print(f"  {last_line - began:4.0f} s: {sum(tally.values())} done, {len(under_way)} under way, "
                  f"memory {resident():.1f} MB", flush=True)  # fmt: skip
    await asyncio.gather(*under_way)
    told(f"{minutes:g} minutes at {each_second} a second", tally, seconds, began)


async def measured(chosen: argparse.Namespace) -> None:
    patients, nurse, physician = people(chosen.server, chosen.patients)
    some = [made for one in patients for made in (enroll(one, nurse, physician), screen(one))]
    async with AsyncCare(chosen.server, acting=nurse, discipline="registered-nurse", now=NOW) as care:
        print(f"memory before {resident():.0f} MB")
        await at_once(care, some)
        await at_once(care, some)
        if chosen.minutes:
            await at_a_pace(care, some, chosen.minutes, chosen.pace)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("--patients", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pace", type=int, default=2, help="steps each second")
    asyncio.run(measured(parser.parse_args()))


if __name__ == "__main__":
    main()
