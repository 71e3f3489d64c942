"""An interrupted act is taken up on the records as they are: what somebody changed meanwhile, and the act has not
written yet, is held against what was decided from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carefhir.engine.results import Refused
from carefhir.sandbox import Knobs
from tests.execution.test_kill import act
from tests.support.backends import Interrupted, Killed, sandbox_backend
from tests.support.graph import everything
from tests.support.scenarios import SCENARIOS

SIGNED = next(one for one in SCENARIOS if one.name == "a plan signed")


@pytest.mark.parametrize("history", [True, False], ids=["history", "no history"])
@pytest.mark.parametrize("stopped_after", [1, 3])
def test_a_half_signed_plan_never_signs_what_the_provider_has_not_read(stopped_after: int, history: bool) -> None:
    """Killed after the plan itself, or after two goals more; then a goal that is not signed yet gets another text."""
    calm = SIGNED.staged(sandbox_backend(Knobs(history=history)))
    fork = calm.backend.fork()
    assert fork is not None
    counted = Interrupted(fork, 0, "never")
    act(replace(calm, backend=fork), SIGNED, "single writes", counted)
    driver = Interrupted(calm.backend, counted.writes[stopped_after - 1], "killed after")
    with pytest.raises(Killed):
        act(calm, SIGNED, "single writes", driver)

    goals = [one for one in everything(calm.backend, calm.patient) if one["resourceType"] == "Goal"]
    unsigned = [one for one in goals if one["lifecycleStatus"] == "accepted"][-1]
    name = f"Goal/{unsigned['id']}"
    calm.backend.put({**unsigned, "description": {"text": "A1c below 5"}})
    result = act(calm, SIGNED, "single writes", calm.backend, minutes=5)
    assert isinstance(result, Refused), result
    assert any(f"{name} has changed since the signature was asked for" in why for why in result.why)
    assert calm.backend.get(name)["lifecycleStatus"] == "accepted"
