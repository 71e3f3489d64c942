"""Odd and illegal records, as real servers hold them: the patient stays readable, nothing is silent, nothing is lost.

What becomes of each cell (oddity x record x reading or step) is worked out by comparing answers
(`tests/support/odd.py`). Deep, every cell; else some of each oddity and each type.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carefhir.engine import runner
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.codec import decode_object, encode
from carefhir.fhir.gather import gather
from carefhir.fhir.homes import Home
from carefhir.fhir.legible import FORMS, _has_form
from carefhir.fhir.search import Need, Of
from carefhir.fhir.wire import Response
from carefhir.workflows.looking.overview import OVERVIEW, Overview
from tests.patients import synthea
from tests.support.backends import run_flow
from tests.support.deep import depth
from tests.support.odd import Acting, Answering, Cell, Looking, Oddity, amended, illegal, legal, stored, table
from tests.support.odd_people import exemplars
from tests.support.scenarios import FIRST_OF_EACH_STEP
from tests.support.tables import Tally

Json = dict[str, Any]
STEP = depth(40, 4)
"""Which of the oddities of a record are tried: every n-th."""
STEPS_TRIED = depth(FIRST_OF_EACH_STEP[:2], FIRST_OF_EACH_STEP[::4])
OF_A_STEP = depth(50, 30)


def every(n: int, start: int) -> Callable[[int, Oddity], bool]:
    return lambda number, oddity: number % n == start % n


def held(cells: list[Cell], tally: Tally) -> None:
    """Nothing silent and no crash; the counts are kept with the results of the run."""
    for kind, counts in table(cells):
        for outcome, times in counts.items():
            tally.add("odd records", row=kind, column=outcome, how="", times=times)
    wrong = [f"{cell.outcome}: {cell.name}: {cell.why}" for cell in cells if cell.outcome in ("silent", "crash")]
    assert not wrong, "\n".join(wrong)
    assert {"shown", "counted"} <= {cell.outcome for cell in cells}, "the rule tells them apart"


def test_nothing_is_silent_in_a_reading(tally: Tally) -> None:
    looking = Looking()
    cells = [
        cell
        for number, record in enumerate(looking.references)
        for cell in looking.cells_of(record, every(STEP, number))
    ]
    held(cells, tally)
    types = {reference.partition("/")[0] for reference in looking.references.values()}
    assert {cell.record.partition(",")[0] for cell in cells} == types


DANGEROUS = (
    "AllergyIntolerance",
    "Condition",
    "MedicationRequest",
    "MedicationRequest, not to take",
    "Task",
    "Patient",
)


@pytest.mark.parametrize("record", DANGEROUS)
def test_what_nobody_may_miss_is_told_or_named(record: str) -> None:
    """An allergy, a condition, a medicine, an open escalation, a death: every legal oddity and every code, whatever the
    depth of the run."""
    looking = Looking()
    chosen = lambda number, oddity: oddity.legal or "code" in oddity.kind or "dead" in oddity.kind  # noqa: E731
    wrong = [cell.name for cell in looking.cells_of(record, chosen) if cell.outcome in ("silent", "crash")]
    assert wrong == []


def test_nothing_is_silent_in_a_step(tally: Tally) -> None:
    cells = [
        cell
        for number, scenario in enumerate(STEPS_TRIED)
        for cell in Acting(scenario, 20).cells(every(OF_A_STEP, number))
    ]
    held(cells, tally)


# ---- the short way of looking


def ways_differ(value: Any, path: str = "") -> list[str]:
    """Elements that have their form at the first look (`legible._inside`), and not when they are looked at as a whole,
    as lists are."""
    if isinstance(value, list):
        return [found for item in value for found in ways_differ(item, path)]
    if not isinstance(value, dict):
        return []
    forms = [(name, item, FORMS[name]) for name, item in value.items() if name in FORMS]
    differ = [f"{path}{name}" for name, item, form in forms if form(item) and not _has_form(name, item, form)]
    return differ + [found for name, item in value.items() for found in ways_differ(item, f"{path}{name}.")]


def test_the_first_look_at_an_odd_element_never_passes_what_the_second_does_not() -> None:
    looking = Looking()
    resources = [decode_object(stored(looking.found.backend, reference)) for reference in looking.references.values()]
    odd = [oddity for resource in resources for each in (illegal, legal) for oddity in each(resource)]
    assert len(odd) > 1000
    assert [(oddity.name, found) for oddity in odd if (found := ways_differ(oddity.resource))] == []


@pytest.mark.shared
def test_nor_at_an_element_of_a_synthetic_patient(shared: Path) -> None:
    differ = {
        found
        for key in synthea.patients(shared)
        for resource in synthea.resources(shared, key)
        for found in ways_differ(resource)
    }
    assert differ == set()


# ---- much of it


def searchset(*resources: Json) -> Response:
    entries = [{"resource": resource, "search": {"mode": "match"}} for resource in resources]
    body = {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}
    return Response(200, {}, encode(body))


def found(answer: Response) -> Any:
    """What one search for Observations gives."""
    need = Need("readings", "Observation", (Of("patient", "subject"),), optional=True)
    flow = gather((need,), {"patient": "Patient/1"}, Capabilities(), Home.at("https://fhir.example/r4"))
    return run_flow(flow, lambda asks: tuple(answer for _ in asks))


def observations(count: int, **more: Any) -> list[Json]:
    return [
        {
            "resourceType": "Observation",
            "id": str(number),
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            "subject": {"reference": "Patient/1"},
            **more,
        }
        for number in range(count)
    ]


def test_twenty_thousand_observations_and_the_odd_ones_among_them_are_counted() -> None:
    odd = [{**one, "id": f"odd-{one['id']}", "status": 5} for one in observations(7)]
    records = found(searchset(*observations(20_000), *odd))
    assert len(records["readings"]) == 20_007
    assert [gap.why.partition(" and ")[2] for gap in records.gaps] == ["2 more: status is missing or cannot be read"]


def test_a_bundle_of_five_megabytes_is_read() -> None:
    long = {"status": "generated", "div": f"<div>{'zebra ' * 1_000}</div>"}
    answer = searchset(*observations(900, text=long))
    assert len(answer.body) > 5_000_000
    records = found(answer)
    assert (len(records["readings"]), records.gaps) == (900, ())


# ---- nothing is lost


UNKNOWN: Json = {
    "zebra": {"kept": [1, None, {"deep": "zebra"}]},
    "_zebraDate": {"extension": [{"url": "https://example.org/zebra"}]},
    "language": "es",
}


@pytest.mark.parametrize(
    "scenario", depth(FIRST_OF_EACH_STEP[::4], FIRST_OF_EACH_STEP), ids=lambda scenario: scenario.name
)
def test_an_amendment_keeps_what_it_does_not_know(scenario: Any) -> None:
    """Every record that a step reads is answered with elements that nobody knows: what it writes back has them all."""
    calm = amended(scenario, {})
    odd = amended(scenario, UNKNOWN)
    assert {reference for reference, _ in odd} == {reference for reference, _ in calm}
    # An edit is a whole copy: what R4 knows and the copy leaves out is taken out.
    expected = {name: UNKNOWN[name] for name in UNKNOWN if scenario.step != "edit" or name != "language"}
    for reference, resource in odd:
        assert {name: resource.get(name) for name in expected} == expected, reference


def test_the_oddities_are_odd_and_the_world_is_sane() -> None:
    looking = Looking()
    server = Answering(looking.found.backend)
    said = server.showing(b"", b"").run(
        runner.show(
            OVERVIEW, Overview(patient=looking.found.patient), looking.found.occasion(), server.backend.server()
        )
    )
    assert said.not_visible == ()
    assert set(exemplars(looking.found)) < set(looking.references)
    assert all(stored(looking.found.backend, reference) for reference in looking.references.values())
