"""R7: every step with a companion, beside EHRs as they are (`carefhir/sandbox/shapes/`), and on one of them alone.

The EHR is read for what `carefhir doctor` proposes, and where it does not tell who is a nurse the companion does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from carefhir.engine.results import Conflict, Done, Refused, Result
from carefhir.errors import CarefhirError
from carefhir.fhir.wire import Request
from carefhir.sandbox.shapes import shape
from tests.execution.test_ehr_shapes import reason, versions
from tests.execution.test_shapes import Told
from tests.execution.test_two_homes import acted
from tests.support.backends import sandbox_backend
from tests.support.deep import some
from tests.support.scenarios import SCENARIOS, Scenario, Stage
from tests.support.tables import Tally
from tests.support.two_homes import EHR, TwoHomes, two_homes

LIKE = ("bare", "epic", "oracle", "fut")
NOT_SHOWN = {"bare": (), "oracle": (), "epic": ("RelatedPerson",)}
"""What these do not show about one person, of what a story names: it is refused then. FUT shows hardly anything."""
ALONE = "fut"
METHODS = re.compile(rb'"method":"([A-Z]+)"')
A_NAME = re.compile(r" \(?[A-Z][a-z]+/[A-Za-z0-9.-]+\)?| of [A-Z]\w+ [A-Z]\w+")
UNSEEN = re.compile(rf"^(\w+) not visible: {EHR}: ")


def stopped_or(found: Stage, scenario: Scenario) -> tuple[Result | None, str]:
    """What became of a story, or why it was stopped."""
    try:
        return acted(found, scenario), ""
    except CarefhirError as error:
        return None, error.message


def limits(result: Result | None) -> Iterator[str]:
    """How a story comes to its end in another way than on one good server."""
    told: Any = getattr(result, "told", None)
    unseen = {match[1] for text in (told.warnings if told else ()) if (match := UNSEEN.match(text))}
    if unseen:
        yield f"{', '.join(sorted(unseen))} not seen"
    if told and any("a Task asks for it" in text for text in told.says):
        yield "a Task asks for the change in the EHR"


def came_to(result: Result | None, stopped: str, wanted: Result) -> str:
    """Works, degraded and how, or refused and why; a story that is refused on one server too works."""
    if result is None or type(result) is not type(wanted):
        why = stopped.replace(f"{EHR}: ", "") or "; ".join(getattr(result, "why", ()))
        return f"refused: {A_NAME.sub('', why)[:90]}"
    how = "; ".join(limits(result))
    return f"degraded: {how}" if how else "works"


def listened(site: TwoHomes) -> list[Request]:
    """Everything that is asked of the EHR from now on."""
    asked: list[Request] = []
    answers = site.exchange

    def exchange(request: Request) -> Any:
        if request.home == EHR:
            asked.append(request)
        return answers(request)

    site.exchange = exchange
    return asked


def read_only(request: Request) -> bool:
    """GET, or a batch of GETs: no search by POST, and nothing that writes."""
    return request.method == "GET" or (request.target == "" and set(METHODS.findall(request.body)) == {b"GET"})


@pytest.mark.parametrize("scenario", some(SCENARIOS, 12), ids=lambda one: f"{one.step}: {one.name}")
def test_an_ehr_as_it_is(scenario: Scenario, tally: Tally) -> None:
    """With a companion the stories come to their end beside those that know the patient, which alone hold hardly a care
    plan; what cannot be seen there is said, or the step says why it stops. No search goes there by POST (R9): none
    names more than the EHR's own id."""
    calm = scenario.staged(two_homes())
    site = calm.backend
    assert isinstance(site, TwoHomes)
    sites = {name: site.shaped(shape(name)) for name in LIKE}
    wanted = acted(calm, scenario)
    for name, shaped in sites.items():
        asked = listened(shaped)
        result, stopped = stopped_or(replace(calm, backend=shaped), scenario)
        assert isinstance(result, Done | Refused) or stopped.startswith("searching ") or f"{EHR}: " in stopped, stopped
        how = came_to(result, stopped, wanted)
        if how.startswith("refused") and name in NOT_SHOWN:
            why = stopped or "; ".join(getattr(result, "why", ()))
            assert any(f"{type_}/{EHR}." in why for type_ in NOT_SHOWN[name]), (name, why)
        assert [request.target for request in asked if not read_only(request)] == []
        tally.add("two homes", row=name, column=scenario.step, how=how)


@pytest.mark.parametrize("scenario", some(SCENARIOS, 12), ids=lambda one: f"{one.step}: {one.name}")
def test_an_ehr_without_a_companion(scenario: Scenario, tally: Tally) -> None:
    """Alone it holds no act of ours: nothing is written, and the step says what is lacking."""
    before = scenario.begun(sandbox_backend())
    calm, found = before.copied(), replace(before, backend=before.backend.otherwise(shape(ALONE)))
    story = Told(scenario, before, scenario.command(calm), [])
    wanted, held = story.act(calm), versions(found)
    result, stopped = None, ""
    try:
        result = story.act(found)
    except CarefhirError as error:
        stopped = error.message
    assert versions(found) == held
    if result is not None:
        assert isinstance(result, Refused | Conflict), result
        assert getattr(result, "kept", None) is None
        stopped = "; ".join(result.why) if isinstance(result, Refused) else result.why
    assert stopped
    same = isinstance(wanted, Refused) and result is not None and result.why == wanted.why
    why = "done already, otherwise" if isinstance(result, Conflict) else reason(stopped)
    how = "works" if same else f"refused: {why}"
    tally.add("two homes", row=f"{ALONE} alone", column=scenario.step, how=how)
