"""The gather planner: one context, whichever way the server allows (`fhir/gather.py`).

The overview's needs are the widest there are. They are gathered for Rosa, and for the synthetic patient with the most
Observations, at the date whose last year has most of them; and with a need of all Observations. On both servers, every
way; on the sandbox also with everything that makes a server worse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from carefhir.catalog import step_for
from carefhir.engine import considering, runner
from carefhir.errors import ServerUnfit
from carefhir.fhir.capability import Limits
from carefhir.fhir.codec import decode_object
from carefhir.fhir.gather import FEW, Records, Way, best_way, gather
from carefhir.fhir.offset import MOST_IN_BATCH
from carefhir.fhir.search import Need, Of, query_text
from carefhir.fhir.wire import Answer, Ask, Request, Response
from carefhir.lifecycle import STATUS
from carefhir.mappers import task
from carefhir.workflows.looking import worklist
from carefhir.workflows.looking.overview import NEEDS
from tests.patients import synthea
from tests.support.backends import Backend, Knobs, run_flow, sandbox_backend
from tests.support.graph import canonical_graph
from tests.support.real_servers import BY_NAME
from tests.support.scenarios import CASES, Scenario, enroll, stage

Json = dict[str, Any]
WAYS: tuple[Way, ...] = get_args(Way)
MOST = "1aec9fb3"
ALL = Need("all_observations", "Observation", (Of("patient", "subject"),))
RIDING = Need("riding_observations", "Observation", (Of("patient", "subject"),), bounded=True)
"""Declared bounded, which it is not: 907 of them come along with the patient, or do not."""
EVERYTHING = (*NEEDS, ALL)
ROSAS_DAY = date(2026, 3, 9)


@dataclass(frozen=True)
class Chart:
    """Somebody on a server, and the day their chart is opened."""

    backend: Backend
    patient: str
    today: date

    @property
    def slots(self) -> dict[str, str]:
        return {"patient": self.patient, "today": self.today.isoformat()}

    def gathered(self, needs: Sequence[Need] = EVERYTHING, way: Way | None = None, **capable: Any) -> Records:
        server = self.backend.server()
        capabilities = replace(server.capabilities, **capable)
        return self.backend.run(gather(needs, self.slots, capabilities, server.home, way=way))


@dataclass
class Counted:
    """A driver that counts what is asked, by way of asking."""

    backend: Backend
    asked: Counter[str]

    def answer(self, asks: Sequence[Ask]) -> tuple[Answer, ...]:
        for one in asks:
            if isinstance(one, Request):
                self.asked["batch" if one.method == "POST" and not one.target else "page or search"] += 1
        return tuple(self.backend.answer(one) for one in asks)


def rosa(backend: Backend) -> Chart:
    return Chart(backend, stage(backend, "rosa").patient, ROSAS_DAY)


def most_observed(backend: Backend, shared: Path) -> Chart:
    """The patient with most Observations, at the day whose last year has most."""
    if backend.sandbox is None:
        synthea.load(backend, shared, lanes=2)
        patient = synthea.find_patient(backend, synthea.patients(shared)[MOST])
    else:
        patient = synthea.load_one(backend, shared, MOST)
    return Chart(backend, patient, _fullest_day(shared))


@cache
def _fullest_day(shared: Path) -> date:
    """The last day of the year with most Observations."""
    observed = [one for one in synthea.resources(shared, MOST) if one["resourceType"] == "Observation"]
    days = [date.fromisoformat(one["effectiveDateTime"][:10]) for one in observed]
    year = timedelta(days=365)
    return max(days, key=lambda day: (sum(day - year <= one <= day for one in days), day))


@pytest.fixture(params=["rosa", pytest.param("most observed", marks=pytest.mark.shared)])
def open_chart(request: pytest.FixtureRequest) -> Callable[[Backend], Chart]:
    if request.param == "rosa":
        return rosa
    shared: Path = request.getfixturevalue("shared")
    return lambda backend: most_observed(backend, shared)


@pytest.fixture
def chart(backend: Backend, open_chart: Callable[[Backend], Chart]) -> Chart:
    return open_chart(backend)


def in_words(records: Records) -> tuple[dict[str, int], list[str]]:
    """How many of each need, and the canonical graph of all of them."""
    distinct = {one.reference: _with_profiles_once(one.json) for found in records.by_need.values() for one in found}
    return {name: len(found) for name, found in records.by_need.items()}, canonical_graph(list(distinct.values()))


def _with_profiles_once(resource: Json) -> Json:
    """Synthea names some profiles twice; HAPI keeps them as a set, in no order."""
    meta = dict(resource.get("meta", {}))
    if "profile" in meta:
        meta["profile"] = sorted(set(meta["profile"]))
    return {**resource, "meta": meta}


# ---- every way, both servers


def test_every_way_gives_the_same_records(chart: Chart) -> None:
    by_way = {way: chart.gathered(way=way) for way in WAYS}
    together = by_way["together"]
    assert together.gaps == ()
    assert together.odd == ()
    assert together["all_observations"]
    for way in WAYS:
        assert by_way[way].way == way
        assert by_way[way] == together, way


def test_counts_are_the_servers_own(chart: Chart) -> None:
    found = chart.gathered(way="together")
    for need in EVERYTHING:
        query = query_text((*(need.query(chart.slots) or ()), ("_summary", "count")))
        total = chart.backend.get(f"{need.type}?{query}")["total"]
        assert len(found[need.name]) == total, need.name


def too_many_to_ride(chart: Chart, found: Records) -> bool:
    """Whether something that grows is too much to come with the patient: its first pages are one more batch."""
    if chart.backend.server().capabilities.include_cap is None:
        return False
    return any(len(found[need.name]) >= FEW for need in EVERYTHING if need.owner and not need.bounded)


def requests(pages: int, records: Records, batches: int = 1) -> dict[str, int]:
    """Batches and pages; following what was found is one more request, a batch where it leads to many types."""
    kinds = sum(1 for name in records.by_need if " at " in name and records[name])
    asked = {"batch": batches + (kinds > 1), "page or search": pages + (kinds == 1)}
    return {name: count for name, count in asked.items() if count}


def test_together_is_one_request_and_one_for_all_further_pages(chart: Chart) -> None:
    """P2; and one more where something found is followed to what it points to."""
    counted = Counted(chart.backend, Counter())
    server = chart.backend.server()
    found = run_flow(gather(EVERYTHING, chart.slots, server.capabilities, server.home, way="together"), counted.answer)
    page = BY_NAME[chart.backend.name].page_max if chart.backend.sandbox is None else 200
    growing = [len(found[need.name]) for need in EVERYTHING if not (need.bounded and need.owner)]
    by_offset = sum(len(range(0, count - 1, page - 1)) for count in growing if count > page)
    if not server.capabilities.offset:
        pytest.skip(f"{chart.backend.name} is not known to take an offset")
    batches = 1 + too_many_to_ride(chart, found) + -(-by_offset // MOST_IN_BATCH)
    assert counted.asked == requests(0, found, batches=batches)


def test_together_without_an_offset_is_one_request_and_the_next_pages(chart: Chart) -> None:
    """P2 where the server is not known to take an offset."""
    counted = Counted(chart.backend, Counter())
    server = chart.backend.server(limits=Limits(offset=False))
    found = run_flow(gather(EVERYTHING, chart.slots, server.capabilities, server.home, way="together"), counted.answer)
    page = BY_NAME[chart.backend.name].page_max if chart.backend.sandbox is None else 200
    growing = [need for need in EVERYTHING if not (need.bounded and need.owner)]
    next_pages = sum((max(len(found[need.name]), 1) - 1) // page for need in growing)
    assert counted.asked == requests(next_pages, found, batches=1 + too_many_to_ride(chart, found))
    assert found == chart.gathered(way="together"), "the same records as by offset"


def test_the_best_way_is_taken_by_itself(chart: Chart) -> None:
    assert chart.gathered(NEEDS).way == "together"


def test_a_real_server_gives_the_same_context(real_server: Backend, open_chart: Callable[[Backend], Chart]) -> None:
    ours, theirs = open_chart(sandbox_backend()), open_chart(real_server)
    assert ours.today == theirs.today
    if any(synthea.is_ours(dict(one.json)) for found in theirs.gathered().by_need.values() for one in found):
        synthea.made_fresh(real_server, theirs.patient)
    assert in_words(ours.gathered()) == in_words(theirs.gathered())


# ---- every step of the catalogue


@pytest.mark.parametrize(("backend", "scenario"), CASES, indirect=["backend"])
def test_every_step_gathers_the_same_every_way_and_all_of_it(backend: Backend, scenario: Scenario) -> None:
    found = scenario.begun(backend)
    backend = found.backend
    command, occasion, server = scenario.command(found), found.occasion(scenario.now), backend.server()
    slots, needs = considering.slots_for(command, occasion), step_for(command).needs
    by_way = {way: backend.run(gather(needs, slots, server.capabilities, server.home, way=way)) for way in WAYS}
    together = by_way["together"]
    assert (together.gaps, together.odd) == ((), ())
    assert all(by_way[way] == together for way in WAYS)
    for need in needs:
        pairs = need.query(slots)
        if pairs is not None:
            total = backend.get(f"{need.type}?{query_text((*pairs, ('_summary', 'count')))}")["total"]
            assert len(together[need.name]) == total, need.name


# ---- worse servers


@pytest.fixture(scope="module")
def good(shared: Path) -> tuple[dict[str, int], list[str]]:
    """What a good server gives of the most observed patient."""
    found = most_observed(sandbox_backend(), shared)
    assert len(found.gathered()["all_observations"]) > 900
    return in_words(found.gathered((*EVERYTHING, RIDING)))


@pytest.mark.shared
@pytest.mark.parametrize(
    "knobs",
    [
        *(
            pytest.param(one, marks=pytest.mark.deep)
            for one in (
                Knobs(include_cap=10),
                Knobs(page_default=10, page_max=10),
                Knobs(batch=False),
                Knobs(search_cache_seconds=60.0),
                Knobs(revinclude=False),
                Knobs(tags_searchable=False),
                Knobs(offset="refused"),
            )
        ),
        Knobs(offset="ignored", page_max=50),
        Knobs(include_cap=10, page_default=7, page_max=7, batch=False),
    ],
    ids=lambda one: ", ".join(
        f"{name}={getattr(one, name)}" for name in Knobs.__slots__ if getattr(one, name) != getattr(Knobs(), name)
    ),
)
def test_a_worse_server_gives_no_smaller_patient(
    knobs: Knobs, good: tuple[dict[str, int], list[str]], shared: Path
) -> None:
    found = most_observed(sandbox_backend(knobs), shared)
    for way in (None, *WAYS):
        records = found.gathered((*EVERYTHING, RIDING), way=way)
        assert records.gaps == (), way
        assert in_words(records) == good, way


@pytest.mark.shared
def test_what_is_cut_is_searched_again_by_itself(shared: Path) -> None:
    """The cap known from the product's table, or proven by counting: both find the cut path out, and only that."""
    whole = most_observed(sandbox_backend(), shared)
    cut = most_observed(sandbox_backend(Knobs(include_cap=900)), shared)
    for capable in ({}, {"include_cap": 900}):
        counted = Counted(cut.backend, Counter())
        server = cut.backend.server()
        capabilities = replace(server.capabilities, **capable)
        records = run_flow(gather((*NEEDS, RIDING), cut.slots, capabilities, server.home), counted.answer)
        assert len(records["riding_observations"]) == len(whole.gathered()["all_observations"]) == 907
        # The first batch, the cut path by itself, and the rest of all long searches together.
        assert counted.asked == requests(0, records, batches=3)


def test_the_stated_way_is_the_way_taken() -> None:
    def way(knobs: Knobs) -> Way:
        return best_way(sandbox_backend(knobs).capabilities)

    assert way(Knobs()) == "together"
    assert way(Knobs(batch=False, transaction=False)) == "searches"


def test_a_list_of_people_is_the_same_every_way(backend: Backend) -> None:
    """The worklist's needs, of Encounters and programs in every status: asked for by the statuses that are wanted, or,
    where that is slow, by those that are not."""
    found = rosa(backend)
    nurse = backend.create({"resourceType": "Practitioner", "active": True})
    owner, about = {"reference": nurse}, {"reference": found.patient}
    task_of_nurse = {"resourceType": "Task", "status": "requested", "intent": "order", "for": about, "owner": owner}
    backend.create(task_of_nurse)
    ambulatory = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
    made = {
        status: backend.create({"resourceType": "Encounter", "status": status, "class": ambulatory, "subject": about})
        for status in STATUS["Encounter"][1]
    }
    server, slots = backend.server(), {"actor": nurse, "today": ROSAS_DAY.isoformat()}
    assert server.capabilities.slow_for_several or backend.name == "helios", "HAPI and the sandbox are known to take it"
    plain = replace(server.capabilities, slow_for_several=False, offset=False)
    readings = [
        backend.run(gather(worklist.NEEDS, slots, capabilities, server.home, way=way))
        for way in WAYS
        for capabilities in (server.capabilities, plain)
    ]
    assert all(records == readings[0] for records in readings)
    brought = {record.reference for record in readings[0]["encounters"]}
    under_way = {"arrived", "triaged", "in-progress", "onleave", "unknown"}
    assert brought & set(made.values()) == {made[status] for status in under_way}


@pytest.mark.parametrize("way", WAYS)
def test_a_task_just_created_is_seen(backend: Backend, way: Way) -> None:
    """HAPI repeats a search from a cache for 60 s, and this sandbox for longer than any load delays the test: a new
    Task would be invisible."""
    if backend.name == "sandbox":
        backend = sandbox_backend(Knobs(search_cache_seconds=3600.0))
    found = rosa(backend)
    needs = (*NEEDS, replace(task.find(), name="all_tasks"))
    assert found.gathered(needs, way)["tasks"] == ()
    assert _cached(found) == 0
    made = backend.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"text": "call back"},
            "for": {"reference": found.patient},
        }
    )
    if backend.sandbox or BY_NAME[backend.name].caches:
        assert _cached(found) == 0, "the server's cache is not in play"
    records = found.gathered(needs, way)
    assert [one.reference for one in records["tasks"]] == [made]
    assert [one.reference for one in records["all_tasks"]] == [made]


def _cached(chart: Chart) -> int:
    """How many Tasks a client finds that takes what the cache gives."""
    answer = chart.backend.exchange(Request("GET", f"Task?patient={chart.patient}&_count=50"))
    assert isinstance(answer, Response)
    return len(decode_object(answer.body).get("entry", []))


def test_without_a_receipt_to_look_for_nothing_is_written() -> None:
    """A server that cannot search tags cannot say whether an act was done: the step stops before it writes."""
    backend = sandbox_backend(Knobs(tags_searchable=False))
    found = stage(backend, "rosa")
    command = enroll(found)
    with pytest.raises(ServerUnfit, match="Provenance"):
        backend.run(runner.run(step_for(command), command, found.occasion(), backend.server()))
    assert backend.search(f"EpisodeOfCare?patient={found.patient}") == []
