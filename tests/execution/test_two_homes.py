"""R7: an EHR that is only read, and a companion that holds what carefhir writes, are one chart to every step.

Every story is told twice, on one server and on two: what becomes of it is the same, and the same graph stands. What the
step would have changed in the EHR stands there as a Task.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from carefhir import commands
from carefhir.catalog import READINGS, step_for
from carefhir.codes import ELSEWHERE
from carefhir.engine import runner
from carefhir.engine.results import Done, Refused, Result
from carefhir.errors import CarefhirError
from carefhir.fhir.wire import Request, Response
from carefhir.sandbox.shapes import shape
from tests.execution.test_kill import points
from tests.support.backends import Backend, Interrupted, Killed, http_backend, sandbox_backend
from tests.support.deep import depth, some
from tests.support.graph import canonical_graph, everything
from tests.support.scenarios import FIRST_OF_EACH_STEP, SCENARIOS, Scenario, Stage, enroll
from tests.support.stage import NOW
from tests.support.tables import Tally
from tests.support.two_homes import EHR, TwoHomes, two_homes

Json = dict[str, Any]
OTHERWISE = frozenset(
    {
        "a community service declines",
        "a community service has helped",
        "a death is told",
        "a death of somebody else",
        "a helper may know less than before",
        "what a helper may know was said of somebody else",
    }
)
"""The stories that change a record of the EHR: a Task asks for that, and the record is as it was."""
RECEIPTS = frozenset(
    {
        "it is no longer too much for a helper",
        "it is too much for a helper",
        "nobody helps",
        "somebody on record helps",
        "the last helper helps no longer",
    }
)
"""The stories that leave a record of the EHR as it is, and whose receipt names it only where it could be written."""


def acted(found: Stage, scenario: Scenario, driver: Backend | Interrupted | None = None) -> Result:
    command = scenario.command(found)
    occasion, server = found.occasion(scenario.now), found.backend.server()
    return (driver or found.backend).run(runner.run(step_for(command), command, occasion, server))


def stands(found: Stage) -> list[str]:
    """The graph without the patient: their record on the companion says less."""
    return canonical_graph(everything(found.backend, found.patient)[1:])


def in_ehr(backend: TwoHomes) -> Counter[str]:
    """What the EHR holds, with the version of each."""
    sandbox = backend.ehr.sandbox
    assert sandbox is not None
    return Counter(f"{type_}/{id_}" for type_, some_ in sandbox._store.types.items() for id_ in some_)


@pytest.mark.parametrize("scenario", some(SCENARIOS, 6), ids=lambda one: f"{one.step}: {one.name}")
def test_a_story_on_two_servers_is_the_story_on_one(scenario: Scenario) -> None:
    alone = scenario.staged(sandbox_backend())
    apart = scenario.staged(two_homes())
    assert isinstance(apart.backend, TwoHomes)
    kept = in_ehr(apart.backend)
    wanted, got = acted(alone, scenario), acted(apart, scenario)
    assert type(got) is type(wanted), getattr(got, "why", "")
    assert in_ehr(apart.backend) == kept, "nothing is written to the EHR"
    lacking, more = (Counter(stands(found)) for found in (alone, apart))
    if scenario.name in OTHERWISE:
        assert any("do-elsewhere" in line for line in (more - lacking)), "a Task asks for what the EHR keeps"
    elif scenario.name in RECEIPTS:
        assert {"Provenance" in line for line in (*(lacking - more), *(more - lacking))} == {True}
    else:
        assert (lacking - more, more - lacking) == (Counter(), Counter())


@pytest.mark.parametrize("name", ["epic", "oracle", "bare"])
@pytest.mark.parametrize("scenario", some(SCENARIOS, 24), ids=lambda one: f"{one.step}: {one.name}")
def test_an_ehr_as_it_is(name: str, scenario: Scenario, tally: Tally) -> None:
    """With a companion every story comes to its end beside each of these, which alone hold hardly a care plan; what
    cannot be seen there is said, or the step says why it stops."""
    calm = scenario.staged(two_homes())
    assert isinstance(calm.backend, TwoHomes)
    found = replace(calm, backend=calm.backend.shaped(shape(name)))
    wanted = acted(calm, scenario)
    stopped, result = "", None
    try:
        result = acted(found, scenario)
    except CarefhirError as error:
        stopped = error.message
    assert isinstance(result, Done | Refused) or stopped.startswith("searching ") or f"{EHR}: " in stopped, stopped
    why = f"refused: {result.why[0]}" if isinstance(result, Refused) else f"stopped: {stopped}"
    same = type(result) is type(wanted)
    tally.add("two homes", row=name, column=scenario.step, how="works" if same else A_NAME.sub("", why)[:70])


A_NAME = re.compile(r" \(?[A-Z][a-z]+/[A-Za-z0-9.-]+\)?| of [A-Z]\w+ [A-Z]\w+")

FEW = [one for one in SCENARIOS if one.name in ("enroll", "home from hospital", "a plan proposed, two pathways")]


@pytest.mark.hapi
@pytest.mark.parametrize("scenario", FEW, ids=lambda one: f"{one.step}: {one.name}")
def test_a_companion_that_is_a_real_server(scenario: Scenario, base_of: Callable[[str], str]) -> None:
    """It refuses an absolute reference, and one to what it does not have; ours are neither."""
    alone = scenario.staged(sandbox_backend())
    apart = scenario.staged(two_homes(http_backend(base_of("hapi"))))
    assert isinstance(acted(alone, scenario), Done)
    result = acted(apart, scenario)
    assert isinstance(result, Done), result
    assert stands(apart) == stands(alone)


def test_every_story_that_is_told_otherwise_is_one() -> None:
    assert {scenario.name for scenario in SCENARIOS} >= OTHERWISE | RECEIPTS


STOPPED = [one for one in some(FIRST_OF_EACH_STEP, 12) if not one.rests_on_history]
MOST = 6
"""Exchanges after which a story is stopped: a step asks an EHR thirty things."""


@pytest.mark.parametrize("scenario", STOPPED, ids=lambda one: f"{one.step}: {one.name}")
def test_stopped_and_run_again(scenario: Scenario) -> None:
    """Killed after an exchange with either server, or the answer lost: the graph of the undisturbed run."""
    calm = scenario.staged(two_homes())
    before = calm.backend.fork()
    assert before is not None
    count = Interrupted(calm.backend, 0, "never")
    result = acted(calm, scenario, count)
    if not isinstance(result, Done) and not (isinstance(result, Refused) and result.kept):
        return
    wanted = stands(calm)
    spread = points(sorted({*count.writes, *range(1, count.count + 1, 7)}), MOST)
    for at in depth(count.writes[:2], spread):
        for how in ("killed after", "answer lost"):
            fork = before.fork()
            assert fork is not None
            found = replace(calm, backend=fork)
            with contextlib.suppress(Killed):
                acted(found, scenario, Interrupted(fork, at, how))
            acted(found, scenario)
            assert stands(found) == wanted, (at, how)


# ---- what cannot be seen is said


@pytest.fixture
def apart() -> Stage:
    from tests.support.stage import stage

    return stage(two_homes(), "rosa")


def overview(found: Stage) -> Any:
    (reading,) = (each for each in READINGS if each.name == "overview")
    command = commands.Overview(patient=found.patient)
    return found.backend.run(runner.show(reading, command, found.occasion(NOW), found.backend.server()))


def test_both_homes_are_one_page(apart: Stage) -> None:
    assert isinstance(acted(apart, Scenario("", "enroll", "rosa", lambda _: None, enroll)), Done)
    page = overview(apart)
    assert page.not_visible == ()
    assert page.section("medicines").rows, "from the EHR"
    assert page.section("people").rows, "from the companion"


def refusing(backend: TwoHomes, status: int, *types: str) -> None:
    """The EHR answers so for these types; for all where none is named."""
    answers = backend.ehr.exchange

    def exchange(request: Request) -> Any:
        if not types or request.target.partition("?")[0] in types:
            return Response(status, {"content-type": "text/plain"}, b"")
        return answers(request)

    backend.ehr.exchange = exchange


@pytest.mark.parametrize(("status", "types"), [(403, ("MedicationRequest",)), (503, ())])
def test_what_the_ehr_does_not_show_is_a_gap_with_its_name(apart: Stage, status: int, types: tuple[str, ...]) -> None:
    assert isinstance(apart.backend, TwoHomes)
    refusing(apart.backend, status, *types)
    page = overview(apart)
    assert any(f"{EHR}:" in gap for gap in page.not_visible)
    medicines = page.section("medicines")
    assert medicines.not_visible
    assert not medicines.rows or medicines.not_visible


def test_a_patient_who_is_not_linked_has_gaps_and_not_nothing(apart: Stage) -> None:
    """The same person with no word of where they are in the EHR."""
    backend = apart.backend
    assert isinstance(backend, TwoHomes)
    record = Backend.get(backend, apart.patient)
    record["identifier"] = [one for one in record["identifier"] if one["system"] != ELSEWHERE]
    Backend.put(backend, record)
    page = overview(apart)
    assert any("not linked" in gap for gap in page.not_visible)
    assert page.section("medicines").not_visible


def test_what_must_be_known_and_cannot_be_seen_stops_a_step(apart: Stage) -> None:
    assert isinstance(apart.backend, TwoHomes)
    refusing(apart.backend, 503)
    with pytest.raises(Exception, match=f"{EHR}: "):
        apart.backend.run(
            runner.run(step_for(enroll(apart)), enroll(apart), apart.occasion(NOW), apart.backend.server())
        )
    assert apart.backend.search(f"EpisodeOfCare?patient={apart.patient}") == []
