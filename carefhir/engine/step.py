"""What a step is: gather, decide, commit (the one path).

`needs` are data with slots, `read` makes of the records one frozen context, `decide` makes of context, command and
occasion the whole wanted graph of changes, or a refusal. Nothing here touches a server; the runner does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.record import relative
from carefhir.fhir.search import Need
from carefhir.occasion import Occasion


class Command(BaseModel):
    """What a person asks for: typed, frozen, and the form every face shows."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _reference_to(type_: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value.strip() if "/" in value else f"{type_}/{value.strip()}"
        found = relative(text)
        if found is None or not found.startswith(type_ + "/"):
            raise ValueError(f"expected {type_}/ID")
        return found

    return BeforeValidator(check)


Moment: TypeAlias = AwareDatetime
"""A moment somebody names, with its offset."""


def instant(moment: datetime) -> str:
    """A moment as causes hold it: UTC, whole seconds, so that one spelled in another zone is the same."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


PatientRef: TypeAlias = Annotated[str, _reference_to("Patient")]
PractitionerRef: TypeAlias = Annotated[str, _reference_to("Practitioner")]
EncounterRef: TypeAlias = Annotated[str, _reference_to("Encounter")]
ConditionRef: TypeAlias = Annotated[str, _reference_to("Condition")]
CarePlanRef: TypeAlias = Annotated[str, _reference_to("CarePlan")]
GoalRef: TypeAlias = Annotated[str, _reference_to("Goal")]
TaskRef: TypeAlias = Annotated[str, _reference_to("Task")]
RelatedPersonRef: TypeAlias = Annotated[str, _reference_to("RelatedPerson")]


class PatientCommand(Command):
    """A command about one patient."""

    patient: PatientRef = Field(description="whom it is about: Patient/ID")


C = TypeVar("C", bound=Command)
X = TypeVar("X")


@dataclass(frozen=True, slots=True)
class FromCommand(Generic[C]):
    """The cause of an act is in the command: its receipt is asked for together with everything else."""

    of: Callable[[C, Occasion], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FromContext(Generic[C, X]):
    """The cause of an act is in the patient's records (the last ended episode, the stay's anchor): its receipt is asked
    for once they are read.

    Several causes are acts that follow on one another (a transition, its first correction, its second): the first one
    without a receipt is the act to do, so that none is begun before the one it rests on is whole. None at all where
    the records show no such thing; `decide` then refuses.
    """

    of: Callable[[X, C, Occasion], tuple[tuple[str, ...], ...]]


def _nothing(command: Command, occasion: Occasion) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Step(Generic[C, X]):
    """One act of care management."""

    name: str
    title: str
    command: type[C]
    needs: tuple[Need, ...]
    cause: FromCommand[C] | FromContext[C, X]
    read: Callable[[Records, Occasion], X]
    decide: Callable[[X, C, Occasion, Act], Plan | Refusal]
    when_stale: Literal["decide again", "ask the person"]
    creates: tuple[str, ...]
    """The resource types it may create. What a plan really needs is checked against the server before it is sent; this
    is what can be said beforehand (`doctor`)."""
    at_once: Callable[[C, Occasion], tuple[str, ...]] = _nothing
    """What must be done now by what the command alone says, even if no server can be reached."""
    particulars: Callable[[X, C, Occasion], Any] | None = None
    """What makes a repeat the same request, where the command says the same thing in several ways; else its fields."""
    amends: tuple[str, ...] = ()
    """The resource types it may amend."""
    supervised: str | tuple[str, ...] = ""
    """Its line in the supervision table (CodeSystem supervised-action): who, by discipline, may do it at all. What only
    parts of a command need (a diagnosis, a target) `decide` asks for by itself (`supervision.refusals`), and so it does
    where there are several lines: which one holds depends on what is asked."""

    @property
    def writes(self) -> tuple[str, ...]:
        """All types it may write, created or amended."""
        return tuple(dict.fromkeys((*self.creates, *self.amends)))


@dataclass(frozen=True, slots=True)
class Reading(Generic[C, X]):
    """A step whose plan is always empty: it only shows."""

    name: str
    title: str
    command: type[C]
    needs: tuple[Need, ...]
    read: Callable[[Records, C, Occasion], X]


AnyStep: TypeAlias = Step[Any, Any]
AnyReading: TypeAlias = Reading[Any, Any]
