"""R7: every step with a companion, beside EHRs as they are (`carefhir/sandbox/shapes/`)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from carefhir.engine.results import Done, Refused
from carefhir.errors import CarefhirError
from carefhir.sandbox.shapes import shape
from tests.execution.test_two_homes import acted
from tests.support.deep import some
from tests.support.scenarios import SCENARIOS, Scenario
from tests.support.tables import Tally
from tests.support.two_homes import EHR, TwoHomes, two_homes

LIKE = ("bare", "epic", "oracle")
A_NAME = re.compile(r" \(?[A-Z][a-z]+/[A-Za-z0-9.-]+\)?| of [A-Z]\w+ [A-Z]\w+")


@pytest.mark.parametrize("scenario", some(SCENARIOS, 12), ids=lambda one: f"{one.step}: {one.name}")
def test_an_ehr_as_it_is(scenario: Scenario, tally: Tally) -> None:
    """With a companion every story comes to its end beside each of these, which alone hold hardly a care plan; what
    cannot be seen there is said, or the step says why it stops."""
    calm = scenario.staged(two_homes())
    site = calm.backend
    assert isinstance(site, TwoHomes)
    found = [replace(calm, backend=site.shaped(shape(name))) for name in LIKE]
    wanted = acted(calm, scenario)
    for name, beside in zip(LIKE, found, strict=True):
        stopped, result = "", None
        try:
            result = acted(beside, scenario)
        except CarefhirError as error:
            stopped = error.message
        assert isinstance(result, Done | Refused) or stopped.startswith("searching ") or f"{EHR}: " in stopped, stopped
        why = f"refused: {result.why[0]}" if isinstance(result, Refused) else f"stopped: {stopped}"
        same = type(result) is type(wanted)
        tally.add("two homes", row=name, column=scenario.step, how="works" if same else A_NAME.sub("", why)[:70])
