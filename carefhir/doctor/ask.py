"""Asks a server for everything the catalog needs, then has the answers assessed.

`questions` are the searches of all steps, each kind once, with values that do not exist: so no patient is read, and any
result shows that a search does not filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from carefhir.codes import BASE, STEP_KEY
from carefhir.doctor.judge import Report, Trial, asked_by, assess, by_key, stamp, unfit
from carefhir.doctor.probe import NOBODY, Exchange, Probes, clock_of, shape, try_searches, witnessed
from carefhir.doctor.probe_reads import try_reads
from carefhir.doctor.probe_writes import Left, leaves, try_writes
from carefhir.engine.step import AnyReading, AnyStep
from carefhir.errors import CarefhirError
from carefhir.fhir.capability import Capabilities, Limits, read_capabilities
from carefhir.fhir.homes import Home
from carefhir.fhir.search import Canonical, Identified, Need, Slots
from carefhir.fhir.wire import Flow

TRIAL = f"{BASE}/sid/trial"
"""System of the identifiers and tags of what `--probe-writes` makes."""


def examine(
    home: Home,
    steps: Sequence[AnyStep],
    readings: Sequence[AnyReading],
    *,
    clock: Callable[[], datetime],
    limits: Limits = Limits(),  # noqa: B008 — frozen
    patient: str = "",
    token: bool = False,
    mark: str = "",
    about_to_write: Callable[[tuple[str, ...]], None] = lambda _: None,
) -> Flow[Report]:
    """Asks a server everything and reports. With a `mark`, one of a kind, it also tries to write, and says before that
    what this will leave (`about_to_write`)."""
    exchanges: list[Exchange] = []
    try:
        stated = yield from witnessed(read_capabilities(home=home.name), exchanges, clock)
    except CarefhirError as error:
        return unfit(home.base, error, clock())
    capabilities = stated.limited(limits)
    asked = questions(steps, readings, capabilities, patient, clock().date())
    riders = [(need.type, need.owner.param) for need, _ in asked if need.bounded and need.owner]
    searches = yield from witnessed(try_searches(asked, home), exchanges, clock)
    reads = try_reads(capabilities, home, patient=patient.rpartition("/")[2], riders=riders, token=token)
    observed = yield from witnessed(reads, exchanges, clock)
    probes = Probes(searches).with_more([clock_of(exchanges), *observed])
    left = Left()
    if mark:
        about_to_write(leaves(capabilities))
        more, left = yield from witnessed(try_writes(capabilities, home, TRIAL, mark), exchanges, clock)
        probes = probes.with_more(more)
    tried = ("reads", *(("a patient's records",) if patient else ()), *(("writes",) if mark else ()))
    trial = Trial(
        stamp(clock()),
        len(exchanges),
        round((exchanges[0].ended - exchanges[0].began).total_seconds(), 2),
        tried,
        left,
        limits,
    )
    return assess(home, stated, probes, steps, readings, trial)


def questions(
    steps: Iterable[AnyStep],
    readings: Iterable[AnyReading],
    capabilities: Capabilities,
    patient: str,
    today: date,
) -> list[tuple[Need, Slots]]:
    """Every search the catalog can ask for, each shape once, about nobody (or about the patient that was named).

    What is created is searched for by its key; what cannot be created never is."""
    needs: list[Need] = []
    for step in steps:
        needs += [*asked_by(step), *(by_key(one) for one in step.creates if capabilities.can(one, "create"))]
    for reading in readings:
        needs += asked_by(reading)
    once = {shape(need): need for need in reversed(needs)}
    return [(need, _slots(need, patient, today)) for need in sorted(once.values(), key=shape)]


class _Nobody(dict[str, str]):
    """Slots with values that do not exist: any slot has one."""

    def __init__(self, value: str, given: dict[str, str]) -> None:
        super().__init__(given)
        self._value = value

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, self._value)


def _slots(need: Need, patient: str, today: date) -> Slots:
    """A value for every slot of a need, of the form its filter wants."""
    given = {
        "patient": patient or f"Patient/{NOBODY}",
        "people": patient or f"Patient/{NOBODY}",
        "actor": f"Practitioner/{NOBODY}",
        "act": NOBODY,
        "key": f"{STEP_KEY}|{NOBODY}",
        "today": today.isoformat(),
    }
    kinds = {type(one) for one in need.where}
    if Canonical in kinds:
        return _Nobody(f"{BASE}/{NOBODY}", given)
    return _Nobody(f"{TRIAL}|{NOBODY}" if Identified in kinds else f"{need.type}/{NOBODY}", given)
