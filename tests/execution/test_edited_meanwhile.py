"""R4: somebody edits a record after a step has read it and before it is written. Their edit is never lost: the step
decides again, or a person is shown both versions. Every step, every record that it amends, by servers of different
abilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from carefhir.engine.results import Conflict, Done, Refused
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.wire import Request, Response
from carefhir.sandbox import Knobs
from tests.execution.test_kill import ABILITIES, act
from tests.support.backends import Backend, sandbox_backend
from tests.support.faults import Fault, Proxy, is_write
from tests.support.scenarios import FEW, Scenario, Stage
from tests.support.tables import Tally

EDIT = {"url": "https://example.org/edited", "valueString": "by somebody else"}
SERVERS: dict[str, tuple[Knobs, CommitWay | None]] = {
    ABILITIES["transaction"]: (Knobs(), "transaction"),
    ABILITIES["single writes"]: (Knobs(), "single writes"),
    "transactions, conditional creates; a stale version is answered with 400": (
        Knobs(status_stale_in_transaction=400),
        None,
    ),
    "transactions, conditional creates; versions stated, If-Match ignored": (Knobs(if_match=False), None),
    "conditional creates; versions stated, If-Match ignored": (Knobs(if_match=False, transaction=False), None),
}


def edit(backend: Backend, reference: str) -> None:
    """Another system adds something to a record."""
    resource = backend.get(reference)
    backend.put({**resource, "extension": [*resource.get("extension", []), EDIT]})


def editing(reference: str) -> Fault:
    """An edit just before the record is written, or its version is compared for the last time."""
    edited: list[str] = []

    def does(proxy: Proxy, request: Request) -> object:
        if not edited:
            edited.append(reference)
            edit(proxy.backend, reference)
        return proxy.passed(request)

    def concerns(request: Request) -> bool:
        return is_write(request) or request.target == reference

    return Fault("edited", "", does, concerns, throughout=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_no_edit_is_lost(scenario: Scenario, server: str, tally: Tally) -> None:
    knobs, way = SERVERS[server]
    staged = scenario.begun(sandbox_backend())

    def fresh() -> Stage:
        return replace(staged, backend=staged.backend.otherwise(knobs))

    for reference in amended_by(scenario, fresh, way):
        found = fresh()
        result = act(found, scenario, way, Proxy(found.backend, editing(reference)))  # type: ignore[arg-type]
        done = result.kept if isinstance(result, Refused) and result.kept else result
        assert isinstance(done, Done | Conflict | Refused), (reference, result)
        assert EDIT in found.backend.get(reference).get("extension", []), (reference, result)
        tally.add("guarantees", row=server, column="somebody edits meanwhile: no edit is lost", how="held")


def amended_by(scenario: Scenario, fresh: Callable[[], Stage], way: CommitWay | None) -> list[str]:
    """What a story amends."""
    calm = fresh()
    result = act(calm, scenario, way, calm.backend)  # type: ignore[arg-type]
    done = result.kept if isinstance(result, Refused) else result
    assert isinstance(done, Done), result
    before = fresh().backend
    amended = (line.reference for line in done.written if line.how == "amended")
    return [reference for reference in amended if _is_there(before, reference)]


def _is_there(backend: Backend, reference: str) -> bool:
    """Whether it stands before the act: a look after the write may amend what the act itself has created."""
    answer = backend.exchange(Request("GET", reference))
    return isinstance(answer, Response) and answer.status == 200
