"""Two runs of one act at once, on servers that do not keep conditional creates apart: each settles on the same one by a
rule, the other is marked entered-in-error, and nothing points to it. Nobody is told "done" of two of everything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carefhir.catalog import step_for
from carefhir.engine import runner
from carefhir.engine.results import Conflict, Done, Refused, Result
from carefhir.fhir.codec import encode
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.record import Record
from carefhir.fhir.wire import together
from carefhir.fhir.withdrawn import in_order, withdrawn
from carefhir.sandbox import Knobs
from tests.support.backends import sandbox_backend
from tests.support.graph import everything
from tests.support.scenarios import SOME_CASES, Scenario, Stage, with_each
from tests.support.tables import Tally

AT_ONCE = "three runs of one act at once: one of everything stands"
SERVERS: dict[str, tuple[Knobs, CommitWay]] = {
    "none stated": (Knobs(conditional_create=False), "single writes"),
    "stated and ignored, singly": (Knobs(conditional_create=False, boasts=True, software="Other"), "single writes"),
    "stated and ignored": (Knobs(conditional_create=False, boasts=True, software="Other"), "transaction"),
}


def three_at_once(scenario: Scenario, knobs: Knobs, way: CommitWay) -> tuple[Stage, list[Result]]:
    """All gather before any commits, and go on exchange by exchange."""
    staged = scenario.begun(sandbox_backend())
    found = replace(staged, backend=staged.backend.otherwise(knobs))
    command = scenario.command(found)
    server = found.backend.server(commit=way)
    flows = [runner.run(step_for(command), command, found.occasion(scenario.now), server) for _ in range(3)]
    return found, found.backend.run(together(flows))


@pytest.mark.parametrize(("scenario", "server"), with_each(SOME_CASES, tuple(SERVERS)))
def test_one_of_everything_stands(scenario: Scenario, server: str, tally: Tally) -> None:
    knobs, way = SERVERS[server]
    found, results = three_at_once(scenario, knobs, way)
    for result in results:
        told = result.kept if isinstance(result, Refused) else result
        assert isinstance(told, Done | Conflict), result
    command = scenario.command(found)
    again = found.backend.run(
        runner.run(step_for(command), command, found.occasion(scenario.now), found.backend.server(commit=way))
    )
    told = again.kept if isinstance(again, Refused) else again
    assert isinstance(told, Done), again
    records = [Record(encode(one)) for one in everything(found.backend, found.patient)]
    keys: dict[str, list[Record]] = {}
    for record in records:
        for identifier in record.json.get("identifier", []) if isinstance(record.json.get("identifier"), list) else []:
            if identifier.get("system") == "https://carefhir.org/fhir/sid/step":
                keys.setdefault(f"{record.type} {identifier['value']}", []).append(record)
    twice = {key: some for key, some in keys.items() if len(some) > 1}
    for some in twice.values():
        standing = [record for record in some if not withdrawn(record)]
        assert standing == in_order(some)[:1], [record.reference for record in some]
    gone = {record.reference for some in twice.values() for record in some if withdrawn(record)}
    assert not [record.reference for record in records if not withdrawn(record) and _points(record, gone)]
    tally.add("guarantees", row=f"conditional creates: {server}", column=AT_ONCE, how="held")


def _points(record: Record, gone: set[str]) -> bool:
    return any(f'"{reference}"' in encode(record.json).decode() for reference in gone)
