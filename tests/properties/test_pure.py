"""R1: `decide` is a pure function. It uses no clock, chance, environment, file or network, and says the same twice.

Watched is every function that Python or C code calls while a decision is made, by `sys.setprofile`: nothing has to be
replaced, so nothing can be overlooked by having been imported under another name. A first decision beforehand lets
modules load that are loaded when first used.
"""

from __future__ import annotations

import copy
import gc
import os
import random
import socket
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import FrameType
from typing import Any

import pytest

from carefhir.catalog import STEPS, step_for
from carefhir.content.loading import load
from carefhir.engine import considering
from carefhir.engine.step import AnyStep, Command
from carefhir.fhir.bundle import prepare
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.codec import canonical
from carefhir.fhir.gather import Records, gather
from carefhir.mappers import provenance
from carefhir.occasion import Occasion
from tests.support.backends import sandbox_backend
from tests.support.scenarios import SCENARIOS, SOME, Scenario

CLOCK = (
    "now today utcnow time time_ns monotonic monotonic_ns perf_counter perf_counter_ns localtime gmtime sleep".split()
)
CHANCE = "random getrandbits urandom seed uuid1 uuid4 randbytes choice shuffle".split()
OUTSIDE = (
    "open open_code connect create_connection getaddrinfo gethostbyname socket stat listdir scandir system".split()
)
WORLD = frozenset({*CLOCK, *CHANCE, *OUTSIDE, "getenv", "putenv"})

STAMPED = "fhirpathpy/engine/invocations/constants.py"
"""The FHIRPath engine notes the time before each evaluation, for `now()` and `today()`; no rule of ours asks for it
(`test_no_rule_asks_for_the_time`)."""


def touched(act: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Runs something; gives its value and the functions it called that reach out of it."""
    found: list[str] = []

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if frame.f_code.co_filename.endswith(STAMPED):
            return
        if event == "c_call" and argument.__name__ in WORLD and not _of_a_value(argument):
            found.append(f"{getattr(argument, '__module__', '')}.{argument.__qualname__}")
        elif event == "call" and frame.f_code.co_qualname.startswith(
            ("_Environ.", "Random.", "socket.", "uuid4", "uuid1")
        ):
            found.append(frame.f_code.co_qualname)

    gc.disable()  # others' callbacks on it look at the clock
    sys.setprofile(watch)
    try:
        value = act()
    finally:
        sys.setprofile(None)
        gc.enable()
    return value, found


def _of_a_value(function: Any) -> bool:
    """A method of a datetime, not of its class: `moment.time()`."""
    return isinstance(getattr(function, "__self__", None), date)


def test_what_reaches_out_is_seen() -> None:
    def reach(what: Callable[[], Any]) -> list[str]:
        return touched(what)[1]

    def fails() -> None:
        with socket.socket() as one:
            one.getsockname()

    for what in (
        lambda: datetime.now(UTC),
        date.today,
        time.time,
        lambda: random.Random(1).choice([1, 2]),
        random.random,
        uuid.uuid4,
        lambda: os.environ.get("HOME"),
        lambda: open(os.devnull).close(),
        fails,
    ):
        assert reach(what), what
    assert reach(lambda: datetime(2026, 3, 7, tzinfo=UTC).time()) == []


def staged(scenario: Scenario) -> tuple[AnyStep, Records, Command, Occasion]:
    """What a step has gathered, and the command, before it decides."""
    found = scenario.begun(sandbox_backend())
    backend = found.backend
    command = scenario.command(found)
    step = step_for(command)
    occasion = found.occasion(scenario.now)
    server = backend.server()
    slots = considering.slots_for(command, occasion)
    records = backend.run(gather(step.needs, slots, server.capabilities, server.home))
    return step, records, command, occasion


def spelled(decision: Plan | Refusal, command: Command, occasion: Occasion) -> bytes:
    """A decision in one spelling, as it would be sent."""
    if isinstance(decision, Refusal):
        return canonical([list(decision.why), list(decision.instructions)])
    act = Act("pure", "Patient/1", ("cause",), "digest")
    words = [decision.says, decision.instructions, decision.warnings, decision.incomplete, decision.artefacts]
    receipt = provenance.write(decision, occasion, "Patient/1")
    return canonical([[list(one) for one in words], prepare(act, decision.changes, receipt).body()])


@pytest.mark.parametrize("scenario", SOME, ids=lambda one: one.name)
def test_a_decision_touches_nothing_but_its_arguments_and_is_the_same_twice(scenario: Scenario) -> None:
    step, records, command, occasion = staged(scenario)

    def decide() -> bytes:
        return spelled(decided(step, records, command, occasion), command, occasion)

    first = decide()
    second, reached = touched(decide)
    assert reached == []
    assert second == first


def decided(step: AnyStep, records: Records, command: Command, occasion: Occasion) -> Plan | Refusal:
    """What the runner does between gather and commit."""
    opened = step.open(records, command, occasion)
    if isinstance(opened, Refusal):
        return opened
    return opened[0].decide(Act(step.name, "Patient/1", opened[0].cause.spelled(), "digest"))


@pytest.mark.parametrize("scenario", SOME, ids=lambda one: one.name)
def test_a_decision_leaves_what_was_read_and_asked_as_it_was(scenario: Scenario) -> None:
    step, records, command, occasion = staged(scenario)
    before = copy.deepcopy({name: [one.json for one in some] for name, some in records.by_need.items()})
    asked = command.model_dump_json()
    decided(step, records, command, occasion)
    assert {name: [one.json for one in some] for name, some in records.by_need.items()} == before
    assert command.model_dump_json() == asked


def test_no_rule_asks_for_the_time() -> None:
    """What a rule says may depend on facts alone, and facts on the occasion."""
    spelled_out = str([artefact for (type_, _), artefact in load().artefacts.items() if type_ == "PlanDefinition"])
    assert "text/fhirpath" in spelled_out
    assert not [name for name in ("now(", "today(", "timeOfDay(") if name in spelled_out]


def test_every_step_is_among_them() -> None:
    assert {one.name for one in STEPS} == {one.step for one in SCENARIOS}
