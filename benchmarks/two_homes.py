"""What an EHR beside the companion costs: requests to each, rounds and time, of a reading, a step, and lists of people,
on one server and on two.

    .venv/bin/python benchmarks/two_homes.py [--rounds 7] [--people 60]

In this process, without a network: count rounds, for each costs a site its way to the servers. The requests of a round
go out together.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from carefhir import commands  # noqa: E402
from carefhir.catalog import READINGS, step, step_for  # noqa: E402
from carefhir.content.loading import load  # noqa: E402
from carefhir.engine import runner  # noqa: E402
from carefhir.fhir.wire import Answer, Ask, Flow, Request  # noqa: E402
from carefhir.occasion import Actor, Occasion  # noqa: E402
from carefhir.sandbox import Sandbox  # noqa: E402
from carefhir.sandbox.shapes import shape  # noqa: E402
from carefhir.workflows.delivery import deliver  # noqa: E402
from carefhir.workflows.looking.stratify_list import stratified  # noqa: E402
from carefhir.workflows.panel.sweep import sweep  # noqa: E402
from tests.support.backends import Backend, exchange_of, run_flow, sandbox_backend  # noqa: E402
from tests.support.panel import NOW, gathered  # noqa: E402
from tests.support.scenarios import SCENARIOS, Stage  # noqa: E402
from tests.support.two_homes import TwoHomes, two_homes  # noqa: E402

(OVERVIEW,) = (each for each in READINGS if each.name == "overview")
(WORKLIST,) = (each for each in READINGS if each.name == "worklist")
(PROPOSAL,) = (each for each in SCENARIOS if each.name == "a plan proposed, two pathways")
WITH_NOTE = "propose-plan, and its note into the EHR"
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


LISTS = ("worklist", "stratify", "sweep --full", "sweep, later that day")
"""What is shown of the people of a care manager, or looked for."""


def listed(site: str, people: int) -> Iterator[tuple[str, Counter[str], int, float]]:
    """What each list costs, of so many people about whom there is nothing to find; a day before, they were written."""
    clock = [NOW - timedelta(days=1)]

    def told() -> Backend:
        sandbox = Sandbox(clock=lambda: clock[0])
        return Backend("sandbox", "http://localhost/fhir", exchange_of(sandbox), sandbox)

    found = gathered(told() if site == SITES[0] else two_homes(told(), told()), people=people)
    like = site.rpartition(" like ")[2]
    if isinstance(found.backend, TwoHomes) and " like " in site:
        found = replace(found, backend=found.backend.shaped(shape(like)))
    clock[0], zone = NOW, NOW.tzinfo
    assert zone is not None
    occasion, later = (Occasion(now, Actor(found.nurse), load(), zone) for now in (NOW, NOW + timedelta(hours=9)))
    server = found.backend.server()
    flows: tuple[Flow[Any], ...] = (
        runner.show(WORKLIST, commands.Worklist(), occasion, server),
        stratified(occasion, server),
        sweep(step("find-work"), occasion, server, full=True),
        sweep(step("find-work"), later, server),
    )
    for name, flow in zip(LISTS, flows, strict=True):
        if name == LISTS[-1]:
            clock[0] = later.now
        yield name, *measured(found.backend, flow)


def main() -> None:
    """Prints a table."""
    options = argparse.ArgumentParser(description="what a second server costs")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--people", type=int, default=60)
    chosen = options.parse_args()
    print("| site | what | requests: main, EHR | rounds | ms, median |\n|---|---|---|---|---|")
    for site in SITES:
        for what in ("overview", "propose-plan", WITH_NOTE):
            if what == WITH_NOTE and site == SITES[0]:
                continue
            runs = []
            for _ in range(chosen.rounds):
                found = staged(site)
                if isinstance(found.backend, TwoHomes) and what == WITH_NOTE:
                    found.backend.notes = frozenset({"propose-plan"})
                occasion, server = found.occasion(PROPOSAL.now), found.backend.server()
                asked = PROPOSAL.command(found)
                flow: Flow[Any] = (
                    runner.show(OVERVIEW, commands.Overview(patient=found.patient), occasion, server)
                    if what == "overview"
                    else deliver.run(step_for(asked), asked, occasion, server)
                )
                runs.append(measured(found.backend, flow))
            requests, rounds, _ = runs[-1]
            middle = statistics.median(seconds for _, _, seconds in runs) * 1000
            print(f"| {site} | {what} | {requests['main']}, {requests['ehr']} | {rounds} | {middle:.0f} |")
    print(f"\n| site | of {chosen.people} people | requests: main, EHR | rounds | ms, once |\n|---|---|---|---|---|")
    for site in SITES:
        for name, requests, rounds, seconds in listed(site, chosen.people):
            print(f"| {site} | {name} | {requests['main']}, {requests['ehr']} | {rounds} | {seconds * 1000:.0f} |")


if __name__ == "__main__":
    main()
