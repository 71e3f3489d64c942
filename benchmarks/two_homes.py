"""What an EHR beside the companion costs: requests to each, rounds and time, of a reading and of a step, on one server
and on two.

    .venv/bin/python benchmarks/two_homes.py [--rounds 7]

In this process, without a network: count rounds, for each costs a site its way to the servers. The requests of a round
go out together.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from carefhir import commands  # noqa: E402
from carefhir.catalog import READINGS, step_for  # noqa: E402
from carefhir.engine import runner  # noqa: E402
from carefhir.fhir.wire import Answer, Ask, Flow, Request  # noqa: E402
from carefhir.sandbox.shapes import shape  # noqa: E402
from tests.support.backends import Backend, run_flow, sandbox_backend  # noqa: E402
from tests.support.scenarios import SCENARIOS, Stage  # noqa: E402
from tests.support.two_homes import TwoHomes, two_homes  # noqa: E402

(OVERVIEW,) = (each for each in READINGS if each.name == "overview")
(PROPOSAL,) = (each for each in SCENARIOS if each.name == "a plan proposed, two pathways")
SITES = ("one server", "two, the EHR a good server", "two, the EHR like epic", "two, the EHR like oracle")


def staged(site: str) -> Stage:
    """Rosa before her plan is proposed."""
    alone: Backend = sandbox_backend() if site == SITES[0] else two_homes()
    found = PROPOSAL.staged(alone)
    like = site.rpartition(" like ")[2]
    if isinstance(found.backend, TwoHomes) and " like " in site:
        return replace(found, backend=found.backend.shaped(shape(like)))
    return found


def measured(backend: Backend, flow: Flow[Any]) -> tuple[Counter[str], int, float]:
    """Requests by home, rounds, seconds."""
    requests: Counter[str] = Counter()
    rounds = 0

    def answered(asks: Sequence[Ask]) -> tuple[Answer, ...]:
        nonlocal rounds
        sent = [each for each in asks if isinstance(each, Request)]
        rounds += bool(sent)
        requests.update(each.home for each in sent)
        return tuple(map(backend.answer, asks))

    began = time.perf_counter()
    run_flow(flow, answered)
    return requests, rounds, time.perf_counter() - began


def main() -> None:
    """Prints a table."""
    options = argparse.ArgumentParser(description="what a second server costs")
    options.add_argument("--rounds", type=int, default=7)
    chosen = options.parse_args()
    print("| site | what | requests: main, EHR | rounds | ms, median |\n|---|---|---|---|---|")
    for site in SITES:
        for what in ("overview", "propose-plan"):
            runs = []
            for _ in range(chosen.rounds):
                found = staged(site)
                occasion, server = found.occasion(PROPOSAL.now), found.backend.server()
                asked = PROPOSAL.command(found)
                flow: Flow[Any] = (
                    runner.show(OVERVIEW, commands.Overview(patient=found.patient), occasion, server)
                    if what == "overview"
                    else runner.run(step_for(asked), asked, occasion, server)
                )
                runs.append(measured(found.backend, flow))
            requests, rounds, _ = runs[-1]
            middle = statistics.median(seconds for _, _, seconds in runs) * 1000
            print(f"| {site} | {what} | {requests['main']}, {requests['ehr']} | {rounds} | {middle:.0f} |")


if __name__ == "__main__":
    main()
