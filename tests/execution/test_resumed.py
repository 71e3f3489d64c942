"""An interrupted act is taken up on the records as they are: what somebody changed meanwhile, and the act has not
written yet, is held against what was decided from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carefhir.engine.results import Conflict
from carefhir.sandbox import Knobs
from tests.execution.test_kill import MOST, act, points, stands
from tests.support.backends import Interrupted, Killed, sandbox_backend
from tests.support.deep import depth
from tests.support.faults import Proxy
from tests.support.graph import everything, graph
from tests.support.scenarios import FEW, SCENARIOS, Scenario

SIGNED = next(one for one in SCENARIOS if one.name == "a plan signed")


def _signed(resource: dict[str, object]) -> bool:
    """Whether a plan or a goal was moved by the signature."""
    status = {"CarePlan": "status", "Goal": "lifecycleStatus"}.get(str(resource["resourceType"]), "")
    return bool(status) and resource[status] == "active"


@pytest.mark.parametrize("history", [True, False], ids=["history", "no history"])
@pytest.mark.parametrize("stopped_after", [1, 3])
def test_a_half_signed_plan_never_signs_what_the_provider_has_not_read(stopped_after: int, history: bool) -> None:
    """Killed after the plan itself, or after two goals more; then a goal that is not signed yet gets another text."""
    calm = SIGNED.staged(sandbox_backend(Knobs(history=history)))
    fork = calm.backend.fork()
    assert fork is not None
    counted = Proxy(fork)
    act(replace(calm, backend=fork), SIGNED, "single writes", counted)
    signing = [
        n for n, one in enumerate(counted.asked, 1) if one.method == "PUT" and one.target[:4] in ("Care", "Goal")
    ]
    driver = Proxy(calm.backend, killed_after=signing[stopped_after - 1])
    with pytest.raises(Killed):
        act(calm, SIGNED, "single writes", driver)

    goals = [one for one in everything(calm.backend, calm.patient) if one["resourceType"] == "Goal"]
    unsigned = [one for one in goals if one["lifecycleStatus"] == "accepted"][-1]
    name = f"Goal/{unsigned['id']}"
    calm.backend.put({**unsigned, "description": {"text": "A1c below 5"}})
    result = act(calm, SIGNED, "single writes", calm.backend, minutes=5)
    assert isinstance(result, Conflict), result
    assert f"{name} has changed since the signature was asked for" in result.why
    active = {f"{one['resourceType']}/{one['id']}" for one in everything(calm.backend, calm.patient) if _signed(one)}
    assert active, "the plan itself is signed"
    assert active <= {line.reference for line in result.written}, "what the interrupted run has signed is named"
    assert calm.backend.get(name)["lifecycleStatus"] == "accepted"


@pytest.mark.parametrize("days", [1, 3])
@pytest.mark.parametrize("scenario", FEW, ids=lambda scenario: scenario.name)
def test_an_act_taken_up_on_another_day_keeps_its_first(scenario: Scenario, days: int) -> None:
    """What is still to be written is due by the day on which the rest was decided."""
    calm = scenario.begun(sandbox_backend())
    before = calm.backend.fork()
    assert before is not None
    counted = Interrupted(calm.backend, 0, "never")
    assert stands(act(calm, scenario, "single writes", counted))
    wanted = graph(calm.backend, calm.patient)
    for after in points(counted.writes[:-1], depth(2, MOST)):
        fork = before.fork()
        assert fork is not None
        found = replace(calm, backend=fork)
        with pytest.raises(Killed):
            act(found, scenario, "single writes", Interrupted(fork, after, "killed after"))
        again = act(found, scenario, "single writes", fork, minutes=days * 24 * 60)
        assert stands(again), (after, again)
        assert graph(fork, found.patient) == wanted, after
