"""Every step on every shape of a server that was tried: it works with the graph of the good server, or is refused for a
reason that is true there; three runs at once leave one of everything."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from carefhir.catalog import step, step_for
from carefhir.engine import runner
from carefhir.engine.results import Conflict, Done, Line, Partial, Refused, Result
from carefhir.engine.step import Command
from carefhir.errors import ServerUnfit
from carefhir.fhir.changes import keys_of
from carefhir.fhir.codec import encode
from carefhir.fhir.record import Record
from carefhir.fhir.wire import together
from carefhir.fhir.withdrawn import in_order, withdrawn
from carefhir.sandbox import SHAPES, described, shape
from tests.execution.test_kill import stands
from tests.support.backends import sandbox_backend
from tests.support.graph import everything, graph
from tests.support.scenarios import FEW, Scenario, Stage
from tests.support.tables import Tally

TRIED = [name for name in SHAPES if described(name).seen_how.startswith("tried")]
"""The others are `test_ehr_shapes.py`'s."""


@dataclass
class Told:
    """A story up to its act, the command, and the graph after the act on a good server."""

    scenario: Scenario
    before: Stage
    command: Command
    wanted: list[str]

    def on(self, name: str) -> Stage:
        """The same on a shape."""
        return replace(self.before, backend=self.before.backend.otherwise(shape(name)))

    def act(self, found: Stage, minutes: int = 0) -> Result:
        """The act, written as the server's statement and what is known of it say."""
        occasion = found.occasion(self.scenario.now)
        return found.backend.run(runner.run(step_for(self.command), self.command, occasion, found.backend.server()))


def told(scenario: Scenario) -> Told:
    before = scenario.begun(sandbox_backend())
    fork = before.backend.fork()
    assert fork is not None
    good = replace(before, backend=fork)
    story = Told(scenario, before, scenario.command(good), [])
    assert stands(story.act(good))
    return replace(story, wanted=graph(good.backend, good.patient))


def kept(result: Result) -> Result:
    return result.kept if isinstance(result, Refused) and result.kept else result


def outcome(result: Result) -> str:
    """Works, or degraded and how, or refused and why: as a table says it."""
    done = kept(result)
    if isinstance(done, Done):
        return "works" if done.way == "transaction" else "works, by single writes"
    assert isinstance(done, Partial), done
    return f"all but a {' and a '.join(dict.fromkeys(line.type for line in refused(done)))}, and says so"


def refused(partial: Partial) -> list[Line]:
    """What the server would not have; the receipt is only written when all is."""
    return [line for line in partial.unwritten if line.type != "Provenance"]


def all_refused(scenario: Scenario, name: str) -> bool:
    """Whether the step creates something of a type that the server refuses as we write it: then all that it would have
    written may have been that."""
    refused_types = {path.partition(".")[0] for path in shape(name).refuses_without}
    return bool(set(step(scenario.step).creates) & refused_types)


@pytest.mark.parametrize("name", TRIED)
@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_a_step_on_a_shape(scenario: Scenario, name: str, tally: Tally) -> None:
    story = told(scenario)
    found = story.on(name)
    before = everything(found.backend, found.patient)
    try:
        result, again = story.act(found), story.act(found, minutes=5)
    except ServerUnfit:
        assert all_refused(scenario, name)
        assert everything(found.backend, found.patient) == before
        tally.add("shapes", row=name, column=scenario.step, how="refused, nothing is written")
        return
    done = kept(result)
    if isinstance(done, Done):
        assert graph(found.backend, found.patient) == story.wanted
        assert isinstance(kept(again), Done), again
    else:
        assert isinstance(done, Partial), done
        assert isinstance(again, Partial), again
        wanted_more = {path.partition(".")[0] for path in shape(name).refuses_without}
        assert {line.type for line in refused(done) if not line.reference} == wanted_more, "all else is created"
    tally.add("shapes", row=name, column=scenario.step, how=outcome(result))


@pytest.mark.parametrize("name", TRIED)
@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_six_at_once_on_a_shape(scenario: Scenario, name: str, tally: Tally) -> None:
    """One of each part stands, whoever says what; a repeat says done, and nothing points to what is withdrawn."""
    story = told(scenario)
    found = story.on(name)
    occasion = found.occasion(scenario.now)
    server = found.backend.server()
    flows = [runner.run(step_for(story.command), story.command, occasion, server) for _ in range(6)]
    try:
        results = found.backend.run(together(flows))
    except ServerUnfit:
        assert all_refused(scenario, name)
        return
    assert all(isinstance(kept(result), Done | Conflict | Partial) for result in results), results
    again = kept(story.act(found, minutes=5))
    standing = one_of_each(found)
    if isinstance(again, Done):
        twins = [name for name in standing.withdrawn if name.partition("/")[0] != "Provenance"]
        tally.add("at once", row=name, column=scenario.step, how=f"one stands, {len(twins)} withdrawn")
    else:
        assert isinstance(again, Partial), again
        assert refused(again)


@dataclass
class Standing:
    """What carries a key of a step."""

    withdrawn: list[str]


def one_of_each(found: Stage) -> Standing:
    """Asserts that under each key one resource stands, the others are withdrawn, and nothing that stands points to
    them."""
    records = [Record(encode(resource)) for resource in everything(found.backend, found.patient)]
    by_key: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        for key in keys_of(record):
            by_key.setdefault((record.type, key), []).append(record)
    for some in by_key.values():
        assert [one.reference for one in some if not withdrawn(one)] in ([], [in_order(some)[0].reference]), some
    gone = [one.reference for some in by_key.values() if len(some) > 1 for one in some if withdrawn(one)]
    pointing = [
        one.reference for one in records if not withdrawn(one) and any(one.mentions(f'{name}"') for name in gone)
    ]
    assert not pointing
    return Standing(gone)
