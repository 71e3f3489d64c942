"""Two acts at once, each blind to what the other writes: a death and any step that opens something; two check-ins.

One run is stopped before each of its exchanges in turn while the other runs whole, in both orders, by transaction and
by single writes; then one of the two is killed as well, and run again. Whatever each says: nothing of ours stays open
for somebody who has died but the call to the family, and two check-ins leave one next check-in. What the looks after
the write put right is shown by leaving them out: then the same races end wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from carefhir.catalog import STEPS, step_for
from carefhir.engine import runner
from carefhir.engine.results import Done, Result
from carefhir.engine.step import AnyStep, Command
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.wire import Answer, Ask, Flow, Response, Wait, together
from carefhir.sandbox import Knobs
from carefhir.workflows.undo.retract import Retract
from tests.execution.test_kill import ABILITIES
from tests.execution.test_kill import points as spread
from tests.support.backends import Backend, Killed, run_flow, sandbox_backend
from tests.support.deep import depth
from tests.support.graph import everything, graph
from tests.support.scenarios import FEW, SCENARIOS, Scenario, Stage
from tests.support.stage import NOW, enrolled
from tests.support.stories.monitoring import RED, asked, said
from tests.support.stories.supervision import death
from tests.support.tables import Tally

Json = dict[str, Any]
MOST_DEEP = 12
DIED = "a death recorded at the same time: nothing stays open"
MOST_SHALLOW = 3
"""Where the other run breaks in, in the tests that go less deep."""
MOST_POINTS = 2
"""The same, where one of the two is killed as well."""
MOST_DEATHS = 8
"""After how many exchanges, in turn, one of the two dies."""
WAYS: tuple[CommitWay, ...] = ("transaction", "single writes")
ENDED = {
    "Task": {"rejected", "cancelled", "failed", "completed", "entered-in-error"},
    "Appointment": {"fulfilled", "cancelled", "noshow", "entered-in-error"},
    "CommunicationRequest": {"revoked", "completed", "entered-in-error"},
    "ServiceRequest": {"revoked", "completed", "entered-in-error"},
    "DeviceRequest": {"revoked", "completed", "entered-in-error"},
    "Flag": {"inactive", "entered-in-error"},
    "EpisodeOfCare": {"finished", "cancelled", "entered-in-error"},
}
ON_PURPOSE = {"bereavement", "whose-answers", "check-on-person", "finish-retraction"}
"""A call to the family; and what a retraction asks for: answers that were taken back are somebody's."""


@dataclass(frozen=True)
class Run:
    """One person's command, on any copy of the stage."""

    command: Command
    scenario: Scenario | None = None
    looks: bool = True

    @property
    def step(self) -> AnyStep:
        step = step_for(self.command)
        return step if self.looks else replace(step, afterwards=())

    def flow(self, found: Stage, way: CommitWay) -> Flow[Result]:
        now = self.scenario.now if self.scenario else NOW
        return runner.run(self.step, self.command, found.occasion(now), found.backend.server(commit=way))


@dataclass
class Stopped:
    """A driver that lets something else happen before its n-th exchange, and may end the process after another."""

    backend: Backend
    at: int
    meanwhile: Callable[[], object] = lambda: None
    dies_after: int = 0
    count: int = field(default=0)

    def run(self, flow: Flow[Result]) -> Result:
        return run_flow(flow, lambda asks: tuple(self._answer(one) for one in asks))

    def _answer(self, one: Ask) -> Answer:
        if isinstance(one, Wait):
            return self.backend.answer(one)
        self.count += 1
        if self.count == self.at:
            self.meanwhile()
        answer = self.backend.exchange(one)
        if self.count == self.dies_after:
            raise Killed
        return answer


def copied(found: Stage) -> Stage:
    fork = found.backend.fork()
    assert fork is not None
    return replace(found, backend=fork)


def length(found: Stage, run: Run, way: CommitWay) -> int:
    """How many exchanges a run has by itself."""
    copy = copied(found)
    driver = Stopped(copy.backend, 0)
    driver.run(run.flow(copy, way))
    return driver.count


def everywhere(points: int) -> list[int]:
    """Before exchanges from the first to the last; before fewer where a run goes less deep."""
    return spread(list(range(1, points + 1)), depth(MOST_SHALLOW, MOST_DEEP))


def at_the_end(points: int) -> list[int]:
    """Before the last exchanges, when most is written."""
    return list(range(1, points + 1))[-MOST_POINTS:]


def dying(begin: int, end: int) -> list[int]:
    """After which exchanges one of them dies: from the first to the last, and one more, for a run that the other one
    makes longer."""
    return spread(list(range(begin, end + 2)), MOST_DEATHS)


def interleaved(found: Stage, first: Run, second: Run, way: CommitWay) -> Iterator[tuple[str, Stage]]:
    """The first run, stopped before each of its exchanges while the second one runs whole."""
    for at in everywhere(length(found, first, way)):
        copy = copied(found)
        Stopped(copy.backend, at, lambda copy=copy: copy.backend.run(second.flow(copy, way))).run(first.flow(copy, way))
        yield f"{second.step.name} before exchange {at} of {first.step.name}", copy


def killed(found: Stage, first: Run, second: Run, way: CommitWay) -> Iterator[tuple[str, Stage]]:
    """The same, and the first one dies after an exchange that follows, and is run again; or the second one does."""
    for at in at_the_end(length(found, first, way)):
        for after in dying(at, length(found, first, way)):
            copy = copied(found)
            driver = Stopped(
                copy.backend, at, lambda copy=copy: copy.backend.run(second.flow(copy, way)), dies_after=after
            )
            if not _died(driver, first, copy, way):
                break
            copy.backend.run(first.flow(copy, way))
            yield f"{second.step.name} before exchange {at} of {first.step.name}, which died after {after}", copy
        for after in dying(1, length(found, second, way)):
            copy = copied(found)
            inner = Stopped(copy.backend, 0, dies_after=after)
            deaths: list[bool] = []
            driver = Stopped(
                copy.backend,
                at,
                lambda copy=copy, inner=inner, deaths=deaths: deaths.append(_died(inner, second, copy, way)),
            )
            driver.run(first.flow(copy, way))
            if not all(deaths):
                break
            copy.backend.run(second.flow(copy, way))
            yield f"{second.step.name} before exchange {at} of {first.step.name}, and died after {after}", copy


def _died(driver: Stopped, run: Run, found: Stage, way: CommitWay) -> bool:
    try:
        driver.run(run.flow(found, way))
    except Killed:
        return True
    return False


def kinds(task: Json) -> set[str]:
    return {coding["code"] for coding in task.get("code", {}).get("coding", [])}


def ours(resource: Json) -> bool:
    identifiers = resource.get("identifier")
    items = identifiers if isinstance(identifiers, list) else []
    return any(one.get("system") == "https://carefhir.org/fhir/sid/step" for one in items)


def open_still(found: Stage) -> list[str]:
    """What of ours is open, but for what is left on purpose."""
    return [
        f"{one['resourceType']}/{one['id']} {sorted(kinds(one))}"
        for one in everything(found.backend, found.patient)
        if one["resourceType"] in ENDED
        and ours(one)
        and one["status"] not in ENDED[one["resourceType"]]
        and not (one["resourceType"] == "Task" and kinds(one) & ON_PURPOSE)
    ]


def next_check_ins(found: Stage) -> list[Json]:
    return [one for one in tasks(found, "check-in") if one["status"] not in ENDED["Task"]]


def tasks(found: Stage, kind: str) -> list[Json]:
    return [
        one for one in everything(found.backend, found.patient) if one["resourceType"] == "Task" and kind in kinds(one)
    ]


def dead(found: Stage) -> bool:
    return "deceasedDateTime" in found.backend.get(found.patient)


OPENING = [
    scenario
    for scenario in FEW
    if next(step for step in STEPS if step.name == scenario.step).afterwards and scenario.step != "record-death"
]


def both(found: Stage, scenario: Scenario, *, looks: bool = True) -> tuple[Run, Run]:
    """A step, and a death that is told at the same time."""
    return Run(scenario.command(found), scenario, looks), Run(death(found), scenario, looks)


def wrong_after_death(races: Iterator[tuple[str, Stage]]) -> tuple[int, list[str]]:
    """How many races were run, and those that left something open."""
    tried, wrong = 0, []
    for what, found in races:
        tried += 1
        assert dead(found), what
        wrong += [f"{what}: {', '.join(open_still(found))}"] if open_still(found) else []
    return tried, wrong


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scenario", OPENING, ids=lambda scenario: scenario.name)
def test_nothing_stays_open_for_somebody_who_has_died_meanwhile(
    scenario: Scenario, way: CommitWay, tally: Tally
) -> None:
    found = scenario.begun(sandbox_backend())
    step, told = both(found, scenario)
    for first, second in ((step, told), (told, step)):
        tried, wrong = wrong_after_death(interleaved(found, first, second, way))
        assert tried > 1
        assert not wrong, "\n".join(wrong)
        tally.add("guarantees", row=ABILITIES[way], column=DIED, how="held", times=tried)


KILLED = depth(
    ("record-check-in",),
    ("enroll", "record-assessment", "record-check-in", "open-transition", "record-contact"),
)


@pytest.mark.deep
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scenario", [one for one in OPENING if one.step in KILLED], ids=lambda scenario: scenario.name)
def test_nor_where_one_of_them_is_killed_and_run_again(scenario: Scenario, way: CommitWay) -> None:
    found = scenario.begun(sandbox_backend())
    step, told = both(found, scenario)
    for first, second in ((step, told), (told, step)):
        tried, wrong = wrong_after_death(killed(found, first, second, way))
        assert tried > 1
        assert not wrong, "\n".join(wrong)


def test_without_the_looks_something_would_stay_open() -> None:
    """The races are races: a step that does not look leaves an escalation for somebody who has died."""
    scenario = next(one for one in SCENARIOS if one.name == "check-in: red")
    found = scenario.begun(sandbox_backend())
    blind = both(found, scenario, looks=False)
    _, wrong = wrong_after_death(interleaved(found, *blind, "transaction"))
    assert any("escalation" in one for one in wrong), wrong
    _, none = wrong_after_death(interleaved(found, *both(found, scenario), "transaction"))
    assert not none


def test_both_are_told_what_was_ended() -> None:
    """In lockstep: whoever ends it says so, and the receipt of that names it."""
    scenario = next(one for one in SCENARIOS if one.name == "check-in: red")
    found = scenario.begun(sandbox_backend())
    results = found.backend.run(together([run.flow(found, "transaction") for run in both(found, scenario)]))
    assert all(isinstance(one, Done) for one in results), results
    assert not open_still(found)
    told = [warning for one in results for warning in one.told.warnings if "ended: " in warning]
    escalations = [f"Task/{one['id']}" for one in tasks(found, "escalation")]
    assert escalations
    assert all(any(name in warning for warning in told) for name in escalations), told
    reasons = {one["statusReason"]["text"] for one in tasks(found, "escalation")}
    assert reasons == {"the person has died"}
    receipts = [one for one in everything(found.backend, found.patient) if one["resourceType"] == "Provenance"]
    named = [
        {each["reference"] for each in one["target"]} for one in receipts if "at the same time" in str(one["reason"])
    ]
    assert any(set(escalations) <= each for each in named)


def test_a_death_that_is_told_again_ends_what_was_opened_since() -> None:
    """The look of the first run was cut off; the same command says "done already", and looks again."""
    scenario = next(one for one in SCENARIOS if one.name == "check-in: red")
    found = scenario.begun(sandbox_backend())
    step, told = both(found, scenario, looks=False)
    Stopped(found.backend, 2, lambda: found.backend.run(told.flow(found, "transaction"))).run(
        step.flow(found, "transaction")
    )
    assert open_still(found)
    again = found.backend.run(replace(told, looks=True).flow(found, "transaction"))
    assert isinstance(again, Done), again
    assert again.by == "an earlier run"
    assert not open_still(found)
    before = everything(found.backend, found.patient)
    found.backend.run(replace(told, looks=True).flow(found, "transaction"))
    assert everything(found.backend, found.patient) == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("history", [True, False], ids=["history", "no history"])
@pytest.mark.parametrize("what", ["a death", "a check-in"])
def test_a_look_that_is_killed_is_finished(what: str, way: CommitWay, history: bool) -> None:
    """After every exchange of a look that ends something: run again, the graph of the undisturbed run stands."""
    found, first, second = looking_for(what)
    found = replace(found, backend=found.backend.otherwise(Knobs(history=history)))

    def raced(run: Run, dies_after: int = 0) -> tuple[Stage, Stopped]:
        copy = copied(found)
        driver = Stopped(copy.backend, 2, lambda: copy.backend.run(second.flow(copy, way)), dies_after=dies_after)
        _died(driver, run, copy, way)
        return copy, driver

    _, blind = raced(replace(first, looks=False))
    whole, looked = raced(first)
    wanted = graph(whole.backend, whole.patient)
    assert looked.count > blind.count + 1, "the look found something"
    for at in range(blind.count, looked.count + 1):
        copy, _ = raced(first, dies_after=at)
        result = copy.backend.run(first.flow(copy, way))
        assert isinstance(result, Done), result
        assert graph(copy.backend, copy.patient) == wanted, f"after exchange {at} of {looked.count}"


def looking_for(what: str) -> tuple[Stage, Run, Run]:
    """A run whose look finds what the other one opened."""
    if what == "a check-in":
        # The other is due later, so it is the one to be cancelled.
        found, calm, red = two(TWICE[2], looks=True)
        return found, red, replace(calm, looks=False)
    scenario = next(one for one in SCENARIOS if one.name == "check-in: red")
    found = scenario.begun(sandbox_backend())
    step, told = both(found, scenario)
    return found, told, replace(step, looks=False)


def test_what_is_open_for_the_living_stays() -> None:
    """Registration takes the mark of death back: no repeat of either ends anything."""
    scenario = next(one for one in SCENARIOS if one.name == "check-in: red")
    found = scenario.begun(sandbox_backend())
    step, told = both(found, scenario)
    found.backend.run(told.flow(found, "transaction"))
    person = found.backend.get(found.patient)
    del person["deceasedDateTime"]
    found.backend.put(person)
    result = found.backend.run(step.flow(found, "transaction"))
    assert isinstance(result, Done), result
    stands = open_still(found)
    assert any("escalation" in one for one in stands)
    for run in (told, step):
        found.backend.run(run.flow(found, "transaction"))
    assert open_still(found) == stands


def test_what_could_not_be_looked_at_is_said() -> None:
    """The server falls silent after the write: done, and that nobody knows whether the person lives."""
    scenario = next(one for one in SCENARIOS if one.name == "check-in: red")
    found = scenario.begun(sandbox_backend())
    step, _ = both(found, scenario)
    written = length(found, replace(step, looks=False), "transaction")

    def silent(one: Ask) -> Answer:
        driver.count += not isinstance(one, Wait)
        return found.backend.answer(one) if driver.count <= written else Response(403, {}, b"")

    driver = Stopped(found.backend, 0)
    result = run_flow(step.flow(found, "transaction"), lambda asks: tuple(silent(one) for one in asks))
    assert isinstance(result, Done), result
    assert any("could not be looked at afterwards: whether the person has died" in one for one in result.told.warnings)


@dataclass(frozen=True)
class Twice:
    """Two check-ins of one person at once."""

    name: str
    before: Callable[[Stage], None]
    other: Json
    """How the second one differs from a calm one."""
    nights: int
    """Until the next check-in: that of the more pressing one."""


TWICE = (
    Twice("both green, none was asked for", enrolled, {}, 7),
    Twice("both green, one was asked for", asked, {}, 7),
    Twice("green and red", enrolled, RED, 1),
    Twice("green and red, one was asked for", asked, RED, 1),
    Twice("green and yellow", enrolled, {"yes": ("swelling",)}, 1),
)


def two(story: Twice, *, looks: bool = True) -> tuple[Stage, Run, Run]:
    scenario = next(one for one in SCENARIOS if one.step == "record-check-in")
    found = replace(scenario, before=story.before).begun(sandbox_backend())
    return found, Run(said(found), looks=looks), Run(said(found, "another", **story.other), looks=looks)


def wrong_next(story: Twice, races: Iterator[tuple[str, Stage]]) -> tuple[int, list[str]]:
    tried, wrong = 0, []
    for what, found in races:
        tried += 1
        dues = [one["restriction"]["period"]["end"] for one in next_check_ins(found)]
        wrong += [f"{what}: {dues}"] if len(dues) != 1 else []
        escalations = [one["status"] for one in tasks(found, "escalation")]
        assert set(escalations) == ({"requested"} if story.other is RED else set()), (what, escalations)
    return tried, wrong


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("story", depth(TWICE[2:4], TWICE), ids=lambda story: story.name)
def test_two_check_ins_at_once_leave_one_next_check_in(story: Twice, way: CommitWay) -> None:
    found, one, other = two(story)
    for first, second in ((one, other), (other, one)):
        tried, wrong = wrong_next(story, interleaved(found, first, second, way))
        assert tried > 1
        assert not wrong, "\n".join(wrong)


@pytest.mark.deep
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("story", depth(TWICE[2:4], TWICE), ids=lambda story: story.name)
def test_so_do_two_of_which_one_is_killed_and_run_again(story: Twice, way: CommitWay) -> None:
    found, one, other = two(story)
    for first, second in ((one, other), (other, one)):
        tried, wrong = wrong_next(story, killed(found, first, second, way))
        assert tried > 1
        assert not wrong, "\n".join(wrong)


def test_without_the_look_two_would_stand() -> None:
    found, one, other = two(TWICE[0], looks=False)
    _, wrong = wrong_next(TWICE[0], interleaved(found, one, other, "transaction"))
    assert wrong


@pytest.mark.parametrize("story", depth(TWICE[2:4], TWICE), ids=lambda story: story.name)
def test_the_earliest_stays_and_the_reason_is_said(story: Twice) -> None:
    """In lockstep, by transaction: both runs say the same of the one that stays."""
    found, one, other = two(story)
    results = found.backend.run(together([run.flow(found, "transaction") for run in (one, other)]))
    assert all(isinstance(each, Done) for each in results), results
    (stays,) = next_check_ins(found)
    due = date.fromisoformat(stays["restriction"]["period"]["end"])
    assert (due - NOW.date()).days == story.nights
    set_here = [each for each in tasks(found, "check-in") if "restriction" in each and each["id"] != stays["id"]]
    for gone in set_here:
        assert gone["status"] in ("cancelled", "completed")
        if gone["status"] == "cancelled":
            assert f"Task/{stays['id']}" in gone["statusReason"]["text"]
            assert any(f"Task/{gone['id']}" in line for each in results for line in each.told.says)


def taken_back(found: Stage, what: str) -> Done:
    retraction = Run(Retract(patient=found.patient, what=what, reason="it was somebody else"))
    physician = replace(found, acting=found.physician)
    result = found.backend.run(retraction.flow(physician, "transaction"))
    assert isinstance(result, Done), result
    return result


def test_a_death_that_is_taken_back_names_what_was_opened_meanwhile() -> None:
    """The person lives, and the escalation of their red check-in was ended: a person must see to it."""
    scenario = next(one for one in SCENARIOS if one.name == "check-in: red")
    found = scenario.begun(sandbox_backend())
    found.backend.run(together([run.flow(found, "transaction") for run in both(found, scenario)]))
    escalations = [f"Task/{one['id']}" for one in tasks(found, "escalation")]
    assert escalations
    result = taken_back(found, found.patient)
    (by_hand,) = tasks(found, "finish-retraction")
    for name in escalations:
        assert any(name in warning for warning in result.told.warnings)
        assert name in by_hand["description"]


def test_a_check_in_that_is_taken_back_names_the_one_that_gave_way() -> None:
    found, one, other = two(TWICE[0])
    found.backend.run(together([run.flow(found, "transaction") for run in (one, other)]))
    (stays,) = next_check_ins(found)
    (gone,) = [each for each in tasks(found, "check-in") if each["status"] == "cancelled"]
    result = taken_back(found, f"Task/{stays['id']}")
    assert any(f"Task/{gone['id']}" in warning for warning in result.told.warnings), result.told
