"""Delivering: whatever an EHR has not been given yet, in the order in which it was decided (rule R7).

It is done after every step, for its patient, and by `carefhir deliver` for everybody. It may be broken off, run twice
or at the same time: the EHR is looked at before anything is written there, and each delivery is settled by an act of
its own with a receipt. One that waits holds up whatever comes after it for the same record, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from carefhir.engine import runner
from carefhir.engine.delivering import DeliveryAttempt, delivered
from carefhir.engine.results import Done, Refused, Result
from carefhir.engine.step import NOTHING, AnyStep, Command
from carefhir.errors import CarefhirError
from carefhir.fhir.gather import Records, gather
from carefhir.fhir.server import Server
from carefhir.fhir.wire import Flow
from carefhir.mappers import delivery
from carefhir.mappers.delivery import Delivery
from carefhir.occasion import Occasion
from carefhir.workflows.delivery.record_delivery import RECORD_DELIVERY, RecordDelivery

AGAIN = "every later step, and carefhir deliver, tries again"
BEFORE = "something decided before it for the same record waits"
BY_CODE = "Task: this server does not state that Tasks are found by their code; name patients instead (--patient)"
NO_HOME = "no server of that name is read beside this one now (CAREFHIR_EHR_NAME)"


@dataclass(frozen=True, slots=True)
class SettledDelivery:
    """One delivery, and what came of it."""

    task: str
    """Its Task."""
    patient: str
    home: str
    """The short name of the home that is to get it."""
    what: str
    """What it is, in words."""
    attempt: DeliveryAttempt
    not_recorded: str = ""
    """Why the Task does not say so yet: the EHR is looked at again then."""

    @property
    def sentence(self) -> str:
        """What became of it, in a sentence."""
        unrecorded = f" (not recorded yet: {self.not_recorded})" if self.not_recorded else ""
        if self.attempt.outcome == "accepted":
            twice = f", and stands there more than once: {', '.join(self.attempt.twins)}" if self.attempt.twins else ""
            return f"{self.home} has taken it: {self.what}{twice}{unrecorded}"
        if self.attempt.outcome == "refused":
            return f"{self.home} has refused it, a Task asks for it: {self.what} ({self.attempt.why}){unrecorded}"
        return f"not yet in {self.home}: {self.what} ({self.attempt.why}); {AGAIN}"


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What came of all that waited."""

    settled: tuple[SettledDelivery, ...] = ()
    not_visible: tuple[str, ...] = ()
    """Why it is not known whether anything else waits."""

    @property
    def whole(self) -> bool:
        """Whether nothing waits or was refused any more, as far as can be seen."""
        good = all(entry.attempt.outcome == "accepted" and not entry.not_recorded for entry in self.settled)
        return good and not self.not_visible

    @property
    def sentences(self) -> tuple[str, ...]:
        """What became of each, and what could not be seen."""
        unseen = (f"whether anything has yet to be put into the EHR is not known: {gap}" for gap in self.not_visible)
        return (*(entry.sentence for entry in self.settled), *unseen)


def delivers(server: Server) -> bool:
    """Whether anything may have to be delivered from here at all."""
    return any(other.writes or other.notes for other in server.beside)


def run(
    step: AnyStep, command: Command, occasion: Occasion, server: Server, *, expect: str | None = None
) -> Flow[Result]:
    """Carries a step out, as `runner.run` does, then delivers what its patient's EHR has not been given yet."""
    result = yield from runner.run(step, command, occasion, server, expect=expect)
    patient = getattr(command, "patient", "")
    if not delivers(server) or not patient:
        return result
    deliveries = yield from deliver(occasion, server, patient=patient)
    return _noted(result, deliveries.sentences)


def _noted(result: Result, sentences: tuple[str, ...]) -> Result:
    if not sentences:
        return result
    if isinstance(result, Done):
        return replace(result, notes=(*result.notes, *sentences))
    if isinstance(result, Refused) and result.kept is not None:
        return replace(result, kept=replace(result.kept, notes=(*result.kept.notes, *sentences)))
    return replace(result, told=replace(result.told, warnings=(*result.told.warnings, *sentences)))


def deliver(occasion: Occasion, server: Server, *, patient: str = "") -> Flow[Deliveries]:
    """Delivers what waits: of one patient, or of everybody. Raises nothing for what fails on the way: it says so."""
    need = delivery.find_waiting_of() if patient else delivery.find_waiting()
    try:
        records = yield from gather((need,), {"patient": patient}, server.capabilities, server.home, way="searches")
    except CarefhirError as error:
        return Deliveries(not_visible=(error.message,))
    unseen = tuple(f"{gap.type}: {gap.why}" for gap in records.gaps)
    if not patient and "code" not in server.capabilities.of("Task").parameters:
        unseen = (*unseen, BY_CODE)
    settled: list[SettledDelivery] = []
    held: set[tuple[str, str]] = set()
    for entry in _in_line(records):
        behind = entry.in_line[:2] in held
        attempt = DeliveryAttempt("waits", BEFORE) if behind else (yield from _attempt(entry, server))
        if attempt.outcome == "waits":
            held.add(entry.in_line[:2])
        settled.append((yield from _settle(entry, attempt, occasion, server)))
    return Deliveries(tuple(settled), unseen)


def deliver_for(patients: tuple[str, ...], occasion: Occasion, server: Server) -> Flow[Deliveries]:
    """The same for each of several patients; for everybody where none is named."""
    if not patients:
        return (yield from deliver(occasion, server))
    settled: list[SettledDelivery] = []
    unseen: list[str] = []
    for patient in patients:
        deliveries = yield from deliver(occasion, server, patient=patient)
        settled += deliveries.settled
        unseen += deliveries.not_visible
    return Deliveries(tuple(settled), tuple(dict.fromkeys(unseen)))


def _in_line(records: Records) -> Iterable[Delivery]:
    waiting = (delivery.read(record) for record in records["waiting"])
    return sorted((entry for entry in waiting if entry.is_one and entry.waits), key=lambda entry: entry.in_line)


def _attempt(entry: Delivery, server: Server) -> Flow[DeliveryAttempt]:
    other = next((each for each in server.beside if each.home.name == entry.home), None)
    if other is None:
        return DeliveryAttempt("waits", NO_HOME)
    return (yield from delivered(entry, other, server))


def _settle(entry: Delivery, attempt: DeliveryAttempt, occasion: Occasion, server: Server) -> Flow[SettledDelivery]:
    """Says on the Task what came of it, in an act of its own."""
    task = entry.task
    settled = SettledDelivery(task.record.reference, task.patient, entry.home, task.description, attempt)
    if attempt.outcome == "waits":
        return settled
    command = RecordDelivery(
        patient=entry.task.patient,
        task=settled.task,
        outcome=attempt.outcome,
        why=attempt.why,
        place=attempt.place,
        twins=attempt.twins,
    )
    try:
        result = yield from runner.run(RECORD_DELIVERY, command, occasion, replace(server, beside=()))
    except CarefhirError as error:
        return replace(settled, not_recorded=error.message)
    if isinstance(result, Done) or (isinstance(result, Refused) and result.why == NOTHING):
        return settled
    why = "; ".join(result.why) if isinstance(result, Refused) else result.why
    return replace(settled, not_recorded=why)
