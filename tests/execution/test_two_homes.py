"""R7: an EHR that is only read, and a companion that holds what carefhir writes, are one chart to every step.

Every story is told twice, on one server and on two: what becomes of it is the same, and the same graph stands. What the
step would have changed in the EHR stands there as a Task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from carefhir import commands
from carefhir.catalog import READINGS, step_for
from carefhir.codes import ELSEWHERE
from carefhir.engine import runner
from carefhir.engine.results import Done, Result
from carefhir.fhir.wire import Request, Response
from tests.support.backends import Backend, Interrupted, http_backend, sandbox_backend
from tests.support.deep import some
from tests.support.graph import canonical_graph, everything
from tests.support.scenarios import SCENARIOS, Scenario, Stage, enroll
from tests.support.stage import NOW
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
    return Counter(
        f"{type_}/{id_} {record.versions[-1].number}"
        for type_, records in sandbox._store.types.items()
        for id_, record in records.items()
    )


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
