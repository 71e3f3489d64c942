"""What a step is: gather, decide, commit (the one path).

`needs` are data with slots. `open` makes of what was gathered one *case* for each act there is to do: a frozen value
that holds everything found out about that act, worked out once. The case's `decide` gives the whole wanted graph of
changes, or a refusal. Nothing here touches a server; the runner does, and the runner alone takes up what an interrupted
run has left half-done (`resuming`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Generic, Literal, Protocol, TypeAlias, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.codec import digest
from carefhir.fhir.gather import Records
from carefhir.fhir.record import relative
from carefhir.fhir.search import Need
from carefhir.occasion import Occasion

AGAIN_AFTER = "again_after"
"""The field of a command that names the retraction after which it is done once more."""


YEARS = range(1900, 2200)
"""Of a day or a moment that a command names: any other is a slip of the hand."""


class Command(BaseModel):
    """What a person asks for: typed, frozen, and the form every face shows."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    added_later: ClassVar[tuple[str, ...]] = ()
    """Fields that a later release added. Where one is left at its default, the act is the same as it was without it."""

    @field_validator("*", mode="after")
    @classmethod
    def _can_be_written(cls, value: Any) -> Any:
        """A day or a moment that FHIR can hold and that can be reckoned with, and texts that say something. R4 takes
        offsets of whole minutes up to 14 hours (https://hl7.org/fhir/R4/datatypes.html#dateTime), and no empty text."""
        if isinstance(value, date) and value.year not in YEARS:
            raise ValueError(f"expected a day between the years {YEARS[0]} and {YEARS[-1]}")
        offset = value.utcoffset() if isinstance(value, datetime) else None
        if offset is not None and (abs(offset) > timedelta(hours=14) or offset % timedelta(minutes=1)):
            raise ValueError("expected an offset from UTC of whole minutes, at most 14 hours")
        if isinstance(value, tuple) and "" in value:
            raise ValueError("expected no empty text among several")
        return value

    def details(self) -> dict[str, Any]:
        """What was asked for, as digests are made of it."""
        fields = type(self).model_fields
        values = self.model_dump()
        for name in self.added_later:
            if getattr(self, name) == fields[name].default:
                del values[name]
        values.pop(AGAIN_AFTER, None)
        return values


@dataclass(frozen=True)
class ReferenceTo(BeforeValidator):
    """Takes a reference to one type, or an id of it: what a field of a command says of itself to a face."""

    type: str = ""


def _reference_to(type_: str) -> ReferenceTo:
    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value.strip() if "/" in value else f"{type_}/{value.strip()}"
        reference = relative(text)
        if reference is None or not reference.startswith(type_ + "/"):
            raise ValueError(f"expected {type_}/ID")
        return reference

    return ReferenceTo(check, type=type_)


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
ReceiptRef: TypeAlias = Annotated[str, _reference_to("Provenance")]
AgainAfter: TypeAlias = Annotated[
    ReceiptRef,
    Field(
        description="only where this very act was recorded, taken back with retract, and is right after all: the "
        "receipt of the retraction, Provenance/ID",
    ),
]
"""The retraction after which an act is done once more; never part of what was asked for."""
ClaimRef: TypeAlias = Annotated[str, _reference_to("Claim")]
ClaimResponseRef: TypeAlias = Annotated[str, _reference_to("ClaimResponse")]
CoverageRef: TypeAlias = Annotated[str, _reference_to("Coverage")]
EpisodeRef: TypeAlias = Annotated[str, _reference_to("EpisodeOfCare")]
ResponseRef: TypeAlias = Annotated[str, _reference_to("QuestionnaireResponse")]
DocumentRef: TypeAlias = Annotated[str, _reference_to("DocumentReference")]
OrganizationRef: TypeAlias = Annotated[str, _reference_to("Organization")]
ReportRef: TypeAlias = Annotated[str, _reference_to("DiagnosticReport")]
ScheduleRef: TypeAlias = Annotated[str, _reference_to("Schedule")]
RelatedPersonRef: TypeAlias = Annotated[str, _reference_to("RelatedPerson")]


class PatientCommand(Command):
    """A command about one patient."""

    patient: PatientRef = Field(description="the patient: Patient/ID")


def digest_of(step: str, command: Command, details: Any = None) -> str:
    """The digest of what was asked of a step: its command, or the details that make a repeat the same request."""
    return digest([step, command.details() if details is None else details])


class LookAfter(PatientCommand):
    """What the engine asks of a step that puts right what two acts did at once (`Afterwards`). No person asks it."""

    act: str = Field(description="the key of the act after which it looks")
    asked: str = Field(description="the digest of what was asked of that act")


C = TypeVar("C", bound=Command)
X = TypeVar("X")


class Cause(Protocol):
    """The state that makes an act a new one (rule R3)."""

    def spelled(self) -> tuple[str, ...]:
        """The cause as act keys derive from it; the same for ever, for keys stand on servers."""
        ...


@dataclass(frozen=True, slots=True)
class Once:
    """What happens once to something: a Task is acknowledged, a transition is closed, a person dies."""

    about: str

    def spelled(self) -> tuple[str, ...]:
        return (self.about,)


@dataclass(frozen=True, slots=True)
class AtMoment:
    """What happens to something at a moment somebody names: a call, a talk, a visit."""

    about: str
    moment: datetime

    def spelled(self) -> tuple[str, ...]:
        return (self.about, instant(self.moment))


@dataclass(frozen=True, slots=True)
class InState:
    """What happens once to something in a given state: after the last ended episode, under the version signed."""

    about: str
    state: str

    def spelled(self) -> tuple[str, ...]:
        return (self.about, self.state)


class Case(ABC):
    """Everything found out about one act, before anything is decided. Frozen; worked out once, by `Step.open`.

    A case is made of records in which the act's own half-done work does not show (`resuming`), so it never asks
    whether it was begun before.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def cause(self) -> Cause:
        """What makes the act a new one."""

    @property
    def asked(self) -> Any:
        """What makes a repeat the same request, where a command can say one thing in several ways (a moment in another
        zone); None: the command's own fields."""
        return None

    @abstractmethod
    def decide(self, act: Act) -> Plan | Refusal:
        """Everything wanted, or why nothing may be written. Pure (rule R1)."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One look after an act, of several: each that found something has a receipt of its own."""

    after: str
    """The key of the act."""
    number: int

    def spelled(self) -> tuple[str, ...]:
        return (self.after, str(self.number))


def asked_without(command: Command, *names: str) -> dict[str, Any]:
    """The command's fields, without those of these names that say nothing: a field that came later does not make an
    act of before another request."""
    unsaid = {name for name in names if getattr(command, name) == type(command).model_fields[name].default}
    return command.model_dump(exclude=unsaid)


def _nothing(command: Command, occasion: Occasion) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Afterwards:
    """A look after the write (decision 0023).

    Two acts at once each read before the other writes, so neither decides on what the other wrote. Each looks again
    when its own writes stand: whichever comes last sees both. What is in the way then is put right by an act of its
    own, with a receipt of its own.
    """

    needs: tuple[Need, ...]
    """What is read after every run: keep it small."""
    calls: Callable[[Records, LookAfter, Occasion], bool]
    """Whether anything may have to be put right. Pure."""
    step: Step[LookAfter]
    """The step that puts it right. It has no look of its own, and refuses with `NOTHING` where nothing is wrong."""
    about: str
    """What was not seen where it could not be looked at, in words that follow "could not be looked at afterwards:"."""


NOTHING = ("there is nothing to put right",)


@dataclass(frozen=True, slots=True)
class Step(Generic[C]):
    """One kind of act of care management.

    `open` gives the cases in the order in which they must be done (a transition, then its first correction): the
    first one without a receipt is the act to do, so that none is begun before the one it rests on is whole. It refuses
    only where no act can be named at all; every other refusal is the case's to decide, or the receipt would never be
    looked for.

    `early` gives the cause where the command alone names it; the receipt is then asked for together with everything
    else, which saves a round of requests. `open` must give the same.
    """

    name: str
    title: str
    command: type[C]
    needs: tuple[Need, ...]
    open: Callable[[Records, C, Occasion], Sequence[Case] | Refusal]
    when_stale: Literal["decide again", "ask the person"]
    creates: tuple[str, ...]
    """The resource types it may create. What a plan really needs is checked against the server before it is sent; this
    is what can be said beforehand (`doctor`)."""
    early: Callable[[C, Occasion], Cause] | None = None
    at_once: Callable[[C, Occasion], tuple[str, ...]] = _nothing
    """What must be done now by what the command alone says, even if no server can be reached."""
    amends: tuple[str, ...] = ()
    """The resource types it may amend."""
    supervised: str | tuple[str, ...] = ""
    """Its line in the supervision table (CodeSystem supervised-action): who, by discipline, may do it at all. What only
    parts of a command need (a diagnosis, a target) the case asks for by itself (`supervision.refusals`), and so it does
    where there are several lines: which one holds depends on what is asked."""

    history: Callable[[Records, C, Occasion], tuple[str, ...]] | None = None
    """What the step must see as it was before, too: references of which every version is read, or the one that is named
    (`Records.histories`)."""
    again: str = "if it is right after all, name that receipt in again_after"
    """What to do where this was done, was taken back by `retract`, and is right after all."""
    afterwards: tuple[Afterwards, ...] = ()
    """What is looked at once more when its writes stand."""

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
    history: Callable[[Records, C, Occasion], tuple[str, ...]] | None = None
    """What it must see as it was before, too, as in `Step.history`."""
    later: Callable[[Records, C, Occasion], tuple[Need, ...]] | None = None
    """What it can ask for only once it has seen the first: the receipts of what was found. `needs` names it, too, with
    a slot that is not filled, so that it is known what the reading asks a server for."""


AnyStep: TypeAlias = Step[Any]
AnyReading: TypeAlias = Reading[Any, Any]
