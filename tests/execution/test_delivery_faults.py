"""R7: whatever befalls a companion and an EHR, delivering again comes to the same, and nothing is there twice."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import replace

import pytest

from carefhir.engine.results import Done, Refused
from carefhir.errors import CarefhirError
from carefhir.fhir.wire import Request, Response
from tests.execution.test_kill import points
from tests.execution.test_two_homes import OTHERWISE, in_ehr, stands
from tests.support.backends import Interrupted, Killed
from tests.support.deep import depth, some
from tests.support.delivering import (
    RECOVERING,
    Befallen,
    delivered,
    delivering,
    done,
    notes_there,
    tasks,
    writes,
)
from tests.support.scenarios import FIRST_OF_EACH_STEP, SCENARIOS, Scenario, Stage
from tests.support.tables import Tally
from tests.support.two_homes import EHR, TwoHomes

_every = (*FIRST_OF_EACH_STEP, *(one for one in SCENARIOS if one.name in OTHERWISE))
TOLD = list({(one.step, one.name): one for one in _every if not one.rests_on_history}.values())
TABLE = "faults between two homes"


def site_of(found: Stage) -> TwoHomes:
    assert isinstance(found.backend, TwoHomes)
    return found.backend


def ends_of(found: Stage) -> tuple[list[str], Counter[str], list[str]]:
    """Everything that two ends must have in common: the graph, the EHR's records, and how each delivery ended."""
    return stands(found), in_ehr(site_of(found)), sorted(each["status"] for each in tasks(found, "deliver"))


def calm_and_fork(scenario: Scenario) -> tuple[Stage, Stage]:
    """The undisturbed end, and the beginning to disturb; skips nothing: where a story delivers nothing, both say so."""
    begun = delivering(scenario)
    fork = begun.backend.fork()
    assert fork is not None
    done(begun, scenario)
    return begun, replace(begun, backend=fork)


def again(begun: Stage) -> Stage:
    fork = begun.backend.fork()
    assert fork is not None
    return replace(begun, backend=fork)


@pytest.mark.parametrize("scenario", some(TOLD, 12), ids=lambda one: f"{one.step}: {one.name}")
def test_what_befalls_a_delivery_is_made_good(scenario: Scenario, tally: Tally) -> None:
    calm, begun = calm_and_fork(scenario)
    wanted = ends_of(calm)
    if not wanted[2]:
        assert not notes_there(calm)
        return
    assert set(wanted[2]) == {"completed"}
    for fault, befalls in RECOVERING.items():
        found = again(begun)
        case = Befallen(site_of(found), befalls)
        with contextlib.suppress(CarefhirError):
            done(found, scenario)
        case.end()
        assert len(tasks(found, "deliver")) == len(wanted[2]), "the act stands, and what the EHR is to get"
        first = delivered(found, scenario)
        assert first.whole, (fault, first.sentences)
        done(found, scenario)
        assert ends_of(found) == wanted, fault
        assert delivered(found, scenario).settled == ()
        tally.add(TABLE, row=fault, column=scenario.step, how="finished when run again")


@pytest.mark.parametrize("scenario", some(TOLD, 12), ids=lambda one: f"{one.step}: {one.name}")
def test_killed_between_the_act_and_its_delivery(scenario: Scenario, tally: Tally) -> None:
    """After each exchange from the commit on, and with each answer lost: run again, the same stands in both homes."""
    begun = delivering(scenario)
    calm = again(begun)
    count = Interrupted(calm.backend, 0, "never")
    result = done(calm, scenario, count)
    wanted = ends_of(calm)
    if not wanted[2]:
        assert isinstance(result, Done | Refused) or not result.written
        return
    commit = count.writes[0]
    spread = points(list(range(commit, count.count + 1)), 12)
    for at in depth(spread[::4], spread):
        for how in ("killed after", "answer lost"):
            found = again(begun)
            with contextlib.suppress(Killed, CarefhirError):
                done(found, scenario, Interrupted(found.backend, at, how))
            done(found, scenario)
            assert ends_of(found) == wanted, (at, how)
            tally.add(TABLE, row=f"{how} an exchange", column=scenario.step, how="finished when run again")


REFUSALS = (400, 403, 405, 422)


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize("scenario", some(TOLD, 12), ids=lambda one: f"{one.step}: {one.name}")
def test_what_the_ehr_refuses_is_asked_of_a_person(scenario: Scenario, status: int, tally: Tally) -> None:
    calm, begun = calm_and_fork(scenario)
    wanted = len(tasks(calm, "deliver"))

    def refuses(case: Befallen, request: Request) -> Response | None:
        return Response(status, {}, b"") if request.home == EHR and writes(request) else None

    found = again(begun)
    kept = in_ehr(site_of(found))
    by_hand = len(tasks(found, "do-elsewhere"))
    case = Befallen(site_of(found), refuses)
    result = done(found, scenario)
    assert len(tasks(found, "deliver")) == wanted
    assert {each["status"] for each in tasks(found, "deliver")} <= {"failed"}
    assert len(tasks(found, "do-elsewhere")) == by_hand + wanted
    assert in_ehr(site_of(found)) == kept
    if wanted:
        kept_done = result.kept if isinstance(result, Refused) else result
        assert isinstance(kept_done, Done)
        assert any(f"{EHR} has refused it" in note and str(status) in note for note in kept_done.notes)
    case.end()
    assert delivered(found, scenario).settled == (), "a refusal is settled: nothing is tried behind a person's back"
    tally.add(TABLE, row="the EHR refuses", column=scenario.step, how="as it was", times=wanted)
