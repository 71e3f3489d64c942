"""Every step on the shape of every EHR, and on a server that can hardly anything: what is refused is refused before
anything is written, and "done" is said only where the graph of the good server stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace

import pytest

from carefhir.engine.results import Conflict, Done, Refused, Result
from carefhir.errors import ServerUnfit
from carefhir.fhir.wire import Answer, Ask, Request
from carefhir.sandbox import SHAPES, Knobs, Sandbox, described, shape
from tests.execution.test_shapes import Told, kept, told
from tests.support.graph import graph
from tests.support.scenarios import FEW, FIRST_OF_EACH_STEP, Scenario
from tests.support.stage import Stage
from tests.support.tables import Tally

EHRS = [name for name in SHAPES if described(name).seen_how.startswith("read")]
BARE = "bare"
NEEDS_VERSIONS = {"request-sign-off", "sign-off", "edit"}
"""Steps that say to which version they belong."""
NEEDS_HISTORY = {"retract"}
"""Steps that put back what was there before."""


def versions(found: Stage) -> dict[str, int]:
    """How many versions there are of each record, of everybody."""
    sandbox = found.backend.sandbox
    assert sandbox is not None
    types = sandbox._store.types
    return {f"{name}/{id_}": len(record.versions) for name, records in types.items() for id_, record in records.items()}


def reason(words: str) -> str:
    """Why, as the table says it: without the story's own ids."""
    lacking = re.search(r"CapabilityStatement has (no .*?)(;|$)", words)
    searched = re.search(r"searching (\w+): the server answered (\d+)", words)
    if lacking:
        return lacking[1]
    return f"search of {searched[1]}: {searched[2]}" if searched else "what it rests on is not visible"


@pytest.mark.parametrize("name", EHRS)
@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_a_step_on_an_ehr_writes_nothing_and_says_why(scenario: Scenario, name: str, tally: Tally) -> None:
    """No EHR takes the records that carefhir keeps: what it lacks is named, whichever way it is noticed."""
    story = told(scenario)
    found = story.on(name)
    before = versions(found)
    try:
        result = kept(story.act(found))
    except ServerUnfit as unfit:
        words = str(unfit)
    else:
        assert isinstance(result, Refused), result
        words = "; ".join(result.why)
    assert versions(found) == before
    assert words
    tally.add("ehrs", row=name, column=scenario.step, how=reason(words))


@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_a_step_on_a_bare_server(scenario: Scenario, tally: Tally) -> None:
    story = told(scenario)
    found = story.on(BARE)
    before = versions(found)
    result = kept(story.act(found))
    if scenario.step in NEEDS_VERSIONS:
        assert isinstance(result, Refused | Conflict), result
        assert versions(found) == before
        how = "no versions, nothing is written"
    else:
        assert isinstance(result, Done), result
        assert isinstance(kept(story.act(found, minutes=5)), Done)
        same = graph(found.backend.otherwise(Knobs()), found.patient) == story.wanted
        assert same or scenario.step in NEEDS_HISTORY
        how = "works, by single writes" if same else "works, and does not put all back"
    tally.add("ehrs", row=BARE, column=scenario.step, how=how)


AMENDS = [scenario for scenario in FIRST_OF_EACH_STEP if scenario.step == "acknowledge"]
A_TASK = re.compile(r"Task/[^/?]+")


@dataclass
class SomebodyElse:
    """Edits every Task after a step has decided, and before it looks once more whether a version has moved."""

    story: Told
    found: Stage
    edited: list[str] = field(default_factory=list)

    def act(self) -> Result:
        self.real = self.found.backend.exchange
        self.found.backend.exchange = self.between
        return kept(self.story.act(self.found))

    def between(self, asked: Ask) -> Answer:
        assert isinstance(asked, Request)
        if not self.edited and asked.method == "GET" and A_TASK.fullmatch(asked.target):
            for id_ in list(self.sandbox._store.all_ids("Task")):
                task = {**self.task(id_), "description": "call her daughter first"}
                assert self.sandbox.handle("PUT", f"Task/{id_}", {}, json.dumps(task).encode()).status == 200
                self.edited.append(id_)
        return self.real(asked)

    @property
    def sandbox(self) -> Sandbox:
        assert self.found.backend.sandbox is not None
        return self.found.backend.sandbox

    def task(self, id_: str) -> dict[str, object]:
        read: dict[str, object] = json.loads(self.sandbox.handle("GET", f"Task/{id_}").body)
        return read


@pytest.mark.parametrize(
    "knobs",
    [
        pytest.param(replace(shape(BARE), versions=True), id="versions that nobody checks"),
        pytest.param(shape(BARE), id="no versions"),
    ],
)
@pytest.mark.parametrize("scenario", AMENDS, ids=lambda scenario: scenario.name)
def test_an_edit_before_the_last_look_is_kept(scenario: Scenario, knobs: Knobs) -> None:
    story = told(scenario)
    found = replace(story.before, backend=story.before.backend.otherwise(knobs))
    other = SomebodyElse(story, found)
    other.act()
    assert other.edited
    assert {other.task(id_)["description"] for id_ in other.edited} == {"call her daughter first"}
