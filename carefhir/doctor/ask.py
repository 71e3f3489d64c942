"""Asks a server for everything the catalog needs, then has the answers assessed.

`questions` are the searches of all steps, each kind once, with values that do not exist: so no patient is read, and any
result shows that a search does not filter. Then each is asked again for a record that it must find, where there is one:
of a type about no patient, of the patient that was named, or written by the doctor itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from carefhir.codes import BASE, STEP_KEY
from carefhir.content.loading import load
from carefhir.doctor.findings import RECEIPT
from carefhir.doctor.judge import Report, Trial, asked_by, assess, by_key, by_tag, stamp, unfit
from carefhir.doctor.known import some_records, try_known
from carefhir.doctor.probe import NOBODY, Exchange, Probes, SearchSeen, Shape, clock_of, shape, try_searches, witnessed
from carefhir.doctor.probe_reads import try_reads
from carefhir.doctor.probe_writes import Left, leaves, try_writes
from carefhir.engine.step import AnyReading, AnyStep
from carefhir.errors import CarefhirError
from carefhir.fhir.capability import Capabilities, Limits, read_capabilities
from carefhir.fhir.homes import Home
from carefhir.fhir.search import Canonical, Identified, Need, Slots
from carefhir.fhir.wire import Flow
from carefhir.mappers import reading

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
    types = _created(steps, capabilities)
    writes = bool(mark and leaves(capabilities))
    asked = questions(steps, readings, capabilities, patient, clock().date())
    if writes:
        asked += [(need, _slots(need, patient, clock().date())) for need in map(by_tag, types)]
    riders = [(need.type, need.owner.param) for need, _ in asked if need.bounded and need.owner]
    searches, records = yield from witnessed(try_searches(asked, home), exchanges, clock)
    reads = try_reads(capabilities, home, patient=patient.rpartition("/")[2], riders=riders, token=token)
    observed = yield from witnessed(reads, exchanges, clock)
    left = Left()
    if mark:
        about_to_write(leaves(capabilities, types))
        writing = try_writes(capabilities, home, system=TRIAL, mark=mark, types=types)
        more, left, written = yield from witnessed(writing, exchanges, clock)
        observed, records = [*observed, *more], [*records, *written]
    records += yield from witnessed(some_records(asked, capabilities, home, patient=patient), exchanges, clock)
    searches = yield from witnessed(try_known(asked, records, searches, home), exchanges, clock)
    probes = _shown(searches, types).with_more([clock_of(exchanges), *observed])
    trial = Trial(
        at=stamp(clock()),
        requests=len(exchanges),
        seconds=round((exchanges[0].ended - exchanges[0].began).total_seconds(), 2),
        tried=("reads", *(("a patient's records",) if patient else ()), *(("writes",) if writes else ())),
        left=left,
        limits=limits,
    )
    return assess(home, stated, probes, steps, readings, trial)


def _shown(searches: Mapping[Shape, SearchSeen], types: Iterable[str]) -> Probes:
    """What the searches showed; those by tag, which only make up for a key that is never found, apart."""
    tags = {shape(by_tag(one)) for one in types} & set(searches) - {RECEIPT}
    tagged = frozenset(one[0] for one in tags if searches[one].proof == "finds")
    return Probes({one: search for one, search in searches.items() if one not in tags}, by_tag=tagged)


def questions(
    steps: Iterable[AnyStep],
    readings: Iterable[AnyReading],
    capabilities: Capabilities,
    patient: str,
    today: date,
) -> list[tuple[Need, Slots]]:
    """Every search the catalog can ask for, each shape once, about nobody (or about the patient that was named).

    What is created is searched for by its key; what cannot be created never is."""
    needs = [need for step in steps for need in asked_by(step)]
    needs += map(by_key, _created(steps, capabilities))
    for each in readings:
        needs += asked_by(each)
    once = {shape(need): need for need in reversed(needs)}
    return [(need, _slots(need, patient, today)) for need in sorted(once.values(), key=shape)]


def _created(steps: Iterable[AnyStep], capabilities: Capabilities) -> list[str]:
    """The types that the steps create and the server says may be created."""
    types = {type_ for step in steps for type_ in step.creates}
    return sorted(one for one in types if capabilities.can(one, "create"))


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
        **reading.slots(load()),
    }
    kinds = {type(one) for one in need.where}
    if Canonical in kinds:
        return _Nobody(f"{BASE}/{NOBODY}", given)
    return _Nobody(f"{TRIAL}|{NOBODY}" if Identified in kinds else f"{need.type}/{NOBODY}", given)
