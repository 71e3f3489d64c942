"""Every step of the catalog under every fault, then run again: the graph of the undisturbed run, or a stated refusal.

What the disturbed run says is held against what is on the server: "done" means all of it, "nothing was written" means
nothing of it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import pytest

from carefhir.engine.results import Conflict, Done, Partial, Refused, Result
from carefhir.errors import CarefhirError
from carefhir.fhir.commit import CommitWay
from carefhir.sandbox import Knobs
from tests.execution.test_kill import WAYS, act, points, stands
from tests.support.backends import Backend, Killed, sandbox_backend
from tests.support.deep import depth
from tests.support.faults import COUNT_IGNORED, ONCE, PAGE_IN_BATCH, STALE, THROUGHOUT, Fault, Proxy, never_finds
from tests.support.graph import everything, graph
from tests.support.scenarios import FEW, FIRST_OF_EACH_STEP, Scenario, Stage, stage
from tests.support.tables import Tally

ROTATED: tuple[tuple[Fault, CommitWay], ...] = tuple(
    (fault, WAYS[number % 2])
    for number, fault in zip(range(3 * len(FIRST_OF_EACH_STEP)), itertools.cycle((*ONCE, STALE)), strict=False)
)


@dataclass
class Story:
    """A story up to its act, on a server; the graphs before the act and after an undisturbed one."""

    scenario: Scenario
    way: CommitWay
    calm: Stage
    before: Backend | None
    unwritten: list[str]
    asked: Proxy
    wanted: list[str]
    done: Done

    def staged(self) -> Stage:
        """The same story up to the act: a copy of the sandbox, or on another server another person's."""
        fork = self.before.fork() if self.before else None
        return replace(self.calm, backend=fork) if fork else self.scenario.staged(self.calm.backend)


def told(scenario: Scenario, calm: Stage, way: CommitWay) -> Story:
    """Does the act undisturbed."""
    before, unwritten = calm.backend.fork(), graph(calm.backend, calm.patient)
    asked = Proxy(calm.backend)
    result = act(calm, scenario, way, asked)
    done = result.kept if isinstance(result, Refused) else result
    assert isinstance(done, Done), result
    return Story(scenario, way, calm, before, unwritten, asked, graph(calm.backend, calm.patient), done)


def disturbed(story: Story, fault: Fault, at: int, found: Stage) -> tuple[Result | CarefhirError, Proxy]:
    proxy = Proxy(found.backend, fault, at)
    try:
        return act(found, story.scenario, story.way, proxy), proxy
    except CarefhirError as error:
        return error, proxy


def truth_of(said: Result | CarefhirError, found: Stage, before: list[str], wanted: list[str]) -> None:
    """Holds what a run said against what is on the server."""
    stands_now = graph(found.backend, found.patient)
    if isinstance(said, CarefhirError):
        unwritten = ("nothing was written", "nothing of it is found")
        assert not any(words in said.message for words in unwritten) or stands_now == before, said.message
    elif stands(said):
        assert stands_now == wanted, ("done, and it is not", said)
    elif isinstance(said, Partial | Conflict):
        there = {f"{one['resourceType']}/{one['id']}" for one in everything(found.backend, found.patient)}
        missing = [line for line in said.written if line.reference not in there]
        assert not missing, ("said to be written", missing)
        assert "nothing was written" not in repr(said) or stands_now == before, said


def tried(story: Story, fault: Fault, at: int) -> str:
    """Does the act under a fault, and again without; says how it ended."""
    found = story.staged()
    said, proxy = disturbed(story, fault, at, found)
    if not proxy.done:
        return ""
    truth_of(said, found, story.unwritten, story.wanted)
    finished(story, found, fault, said)
    return "as it was" if not isinstance(said, CarefhirError) and stands(said) else "finished when run again"


def interrupted(story: Story, fault: Fault, after: int) -> None:
    """Ends the process after an exchange under a fault that lasts, and does the act again."""
    found = story.staged()
    with pytest.raises(Killed):
        act(found, story.scenario, story.way, Proxy(found.backend, fault, killed_after=after))
    finished(story, found, fault, f"killed after exchange {after}")


def finished(story: Story, found: Stage, fault: Fault, said: object) -> None:
    """Run again it stands, and the graph is the wanted one; and once more nothing is written."""
    driver = Proxy(found.backend, fault) if fault.lasts else Proxy(found.backend)
    again = act(found, story.scenario, story.way, driver, minutes=7)
    assert stands(again), (fault.name, said, again)
    assert graph(found.backend, found.patient) == story.wanted, (fault.name, said)
    third = act(found, story.scenario, story.way, driver, minutes=9)
    stood = third.kept if isinstance(third, Refused) else third
    assert isinstance(stood, Done), (fault.name, said, third)
    assert stood.by == "an earlier run"


def where(story: Story, fault: Fault) -> list[int]:
    """At which exchanges a fault is done: the first, the first write and the last; at the first write alone where a run
    goes less deep, and on a real server."""
    writes = story.asked.writes()
    chosen = writes[:1] if story.before is None else depth(writes[:1], sorted({1, *points(writes, 2)}))
    return [at for at in chosen if fault.concerns(story.asked.asked[at - 1])]


DISTURBED = [
    pytest.param(scenario, way, id=f"{scenario.name}-{way}")
    for number, scenario in enumerate(FEW)
    for way in (WAYS if number % 3 == 0 else WAYS[:1])
]
"""One story of each step by transaction, every third by single writes too."""


@pytest.mark.parametrize(("scenario", "way"), DISTURBED)
def test_at_an_exchange(scenario: Scenario, way: CommitWay, tally: Tally) -> None:
    story = told(scenario, scenario.begun(sandbox_backend()), way)
    turn = len(scenario.name)  # another place for the next story, so that each fault is done at each
    for number, fault in enumerate(ONCE):
        places = where(story, fault)
        if places and (ended := tried(story, fault, places[(number + turn) % len(places)])):
            tally.add("faults", row=fault.name, column=scenario.step, how=ended)


IN_TURN = [
    pytest.param(one, ROTATED[number :: len(FIRST_OF_EACH_STEP)], id=one.name)
    for number, one in enumerate(FIRST_OF_EACH_STEP)
]
"""Three faults for each story on a real server, others for the next, so that every fault is done several times."""


@pytest.mark.parametrize(("scenario", "faults"), IN_TURN)
def test_before_a_real_server(
    scenario: Scenario, faults: tuple[tuple[Fault, CommitWay], ...], real_server: Backend, tally: Tally
) -> None:
    for fault, way in faults:
        story = told(scenario, scenario.begun(real_server), way)
        for at in [0] if fault.throughout else where(story, fault):
            tally.add(
                f"faults on {real_server.name}", row=fault.name, column=scenario.step, how=tried(story, fault, at)
            )


def crowded(found: Stage) -> None:
    """Before anything else, more of each kind than a page in a batch holds: all of it is over, and long ago."""
    for _ in range(PAGE_IN_BATCH + 5):
        for resource in OVER:
            found.backend.create(
                {**resource, _ABOUT.get(str(resource["resourceType"]), "subject"): {"reference": found.patient}}
            )


_ABOUT = {"Task": "for"}
OVER: tuple[dict[str, object], ...] = (
    {
        "resourceType": "Task",
        "status": "completed",
        "intent": "order",
        "code": {"coding": [{"system": "https://example.org/errands", "code": "pharmacy-called"}]},
    },
    {
        "resourceType": "Communication",
        "status": "completed",
        "sent": "2019-05-02T10:00:00Z",
        "payload": [{"contentString": "flu clinic on Thursday"}],
    },
    {
        "resourceType": "Goal",
        "lifecycleStatus": "completed",
        "description": {"text": "walk to church"},
    },
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", THROUGHOUT, ids=lambda fault: fault.name)
@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_throughout(scenario: Scenario, way: CommitWay, fault: Fault, tally: Tally) -> None:
    story = told(scenario, scenario.begun(sandbox_backend()), way)
    tally.add("faults", row=fault.name, column=scenario.step, how=tried(story, fault, 0))


@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_a_crowd_where_batches_ignore_count(scenario: Scenario, tally: Tally) -> None:
    """What matters comes after the first page."""
    backend = sandbox_backend()
    calm = replace(stage(backend, scenario.person), site=scenario.site)
    crowded(calm)
    scenario.before(calm)
    if scenario.by != "nurse":
        calm = replace(calm, acting=backend.find("Practitioner", scenario.by.format(mark=calm.mark)))
    story = told(scenario, calm, "transaction")
    tally.add("faults", row=COUNT_IGNORED.name, column=scenario.step, how=tried(story, COUNT_IGNORED, 0))


@pytest.mark.parametrize("conditional", [True, False], ids=["conditional creates stated", "none stated"])
@pytest.mark.parametrize("scenario", FEW[::3], ids=lambda scenario: scenario.name)
def test_a_parameter_that_never_finds(scenario: Scenario, conditional: bool, tally: Tally) -> None:
    """Its own key finds nothing again: killed after any write and run again, nothing is there twice."""
    staged = scenario.begun(sandbox_backend())
    worse = staged.backend.otherwise(Knobs(software="Other", conditional_create=conditional))
    for way in WAYS if conditional else WAYS[1:]:
        fork = worse.fork()
        assert fork is not None
        story = told(scenario, replace(staged, backend=fork), way)
        types = {line.type for line in story.done.written if line.how == "created"} - {"Provenance"}
        faults = [*(never_finds(type_, "identifier") for type_ in sorted(types)), never_finds("Provenance", "_tag")]
        for fault in faults:
            tally.add("faults", row=fault.name, column=scenario.step, how=tried(story, fault, 0))
            for after in points(story.asked.writes(), 2):
                interrupted(story, fault, after)
                tally.add("faults", row=fault.name, column=scenario.step, how="finished when run again")
