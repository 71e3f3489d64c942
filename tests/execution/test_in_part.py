"""Done means written: a server that answers a transaction with 200 and carries a part of it out (as Medplum does unless
told otherwise), with writes of one type not granted. No step of the catalog says done; granted, the same command goes
on, and the graph is that of the undisturbed run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carefhir.engine.results import Done, Partial, Refused
from carefhir.sandbox import Knobs
from tests.execution.test_kill import act, stands
from tests.support.backends import sandbox_backend
from tests.support.deep import depth
from tests.support.graph import graph
from tests.support.scenarios import SOME, Scenario, Stage
from tests.support.tables import Tally


def like(found: Stage, **knobs: object) -> Stage:
    """The same story on a server that is otherwise."""
    return replace(found, backend=found.backend.otherwise(Knobs(**{"atomic": False, **knobs})))  # type: ignore[arg-type]


@pytest.mark.parametrize("scenario", SOME, ids=lambda scenario: scenario.name)
def test_a_part_that_is_not_granted_is_never_done(scenario: Scenario, tally: Tally) -> None:
    calm = scenario.begun(sandbox_backend())
    written = like(calm)
    result = act(written, scenario, "transaction", written.backend)
    assert stands(result), result
    wanted = graph(written.backend, written.patient)
    done = result.kept if isinstance(result, Refused) else result
    assert isinstance(done, Done)
    types = sorted({line.type for line in done.written} - {"Provenance"})
    for type_ in depth(types[:1], types):
        found = like(calm, not_granted=frozenset({type_}))
        short = act(found, scenario, "transaction", found.backend)
        assert isinstance(short, Partial | Refused), (type_, short)
        assert not (isinstance(short, Refused) and short.kept and _names(short.kept, type_)), (type_, short)
        once_more = act(found, scenario, "transaction", found.backend, minutes=3)
        assert isinstance(once_more, Partial | Refused), (type_, once_more)
        granted = like(found)
        finished = act(granted, scenario, "transaction", granted.backend, minutes=7)
        assert stands(finished), (type_, finished)
        assert graph(granted.backend, granted.patient) == wanted, type_
    tally.add(
        "guarantees",
        row="transactions that are carried out in part",
        column="a part is not granted: never done before it is there, then finished",
        how="held",
        times=len(depth(types[:1], types)),
    )


def _names(done: Done, type_: str) -> bool:
    """Whether something of a type counts as written."""
    return any(line.type == type_ for line in done.written)
