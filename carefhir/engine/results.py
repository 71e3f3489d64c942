"""The results of a step: values that every face shows in its own words.

    Done         everything is on the server: written by us now, by an earlier run, or by another run at the same time
    Refused      a rule said no; `kept` is what was written anyway, because it protects the patient
    Conflict     somebody else changed what we relied on, or did the same act with different details
    Partial      part of it was written (on a server without transactions); run it again to finish
    Preview      what would be written, and the digest that binds it

None of these is an error: nothing is lost, and each says what is on the server now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from carefhir.fhir.changes import Act
from carefhir.fhir.codec import Json
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.diagnosis import ChangedMeanwhile


@dataclass(frozen=True, slots=True)
class Line:
    """One resource of an act: its part, what it is, what became of it (or would), and why."""

    part: str
    """Which part of the act it is, such as `care-team`; unique within the act."""
    type: str
    """Its resource type."""
    how: Literal["create", "amend", "created", "found", "amended", "not written", "not known"]
    """What becomes of it (`create`, `amend`), or what became of it."""
    because: str
    """Why it is written, in words."""
    reference: str = ""
    """What it is on the server, once that is known."""
    version: str = ""
    """Its version on the server."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a person should hear of a decision."""

    says: tuple[str, ...] = ()
    """What was decided, short, to be read back."""
    instructions: tuple[str, ...] = ()
    """What a person must do now. Show these first, whatever the result is."""
    warnings: tuple[str, ...] = ()
    """What to know: above all what was not visible, and so was not taken into account."""


@dataclass(frozen=True, slots=True)
class Done:
    """The act is done. `by` is "us" (this run), "an earlier run", or "another run" (at the same time)."""

    step: str
    """The step's name."""
    act: str
    """What the act is known by, ever after."""
    by: Literal["us", "an earlier run", "another run"]
    """Who wrote it."""
    receipt: str
    """The Provenance that says so."""
    written: tuple[Line, ...] = ()
    """What was written or found, a line each."""
    sha256: str = ""
    """The digest of what was sent."""
    way: CommitWay | None = None
    """How it was written: one transaction, or single writes."""
    told: Briefing = field(default_factory=Briefing)
    """What a person should hear."""
    notes: tuple[str, ...] = ()
    """What could not be promised on this server."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule said no. `kept` is what was written anyway, to protect the patient."""

    step: str
    """The step's name."""
    why: tuple[str, ...]
    """Every reason, each with what to do about it."""
    kept: Done | None = None
    """What was written anyway, to protect the patient."""
    told: Briefing = field(default_factory=Briefing)
    """What a person should hear; instructions too."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the decision relied on has changed; nothing was written but what `written` lists."""

    step: str
    """The step's name."""
    why: str
    """What happened, and what to do."""
    moved: tuple[ChangedMeanwhile, ...] = ()
    """What changed meanwhile."""
    duplicates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is there more than once, by part."""
    written: tuple[Line, ...] = ()
    """What was written before it was noticed."""
    told: Briefing = field(default_factory=Briefing)
    """What a person should hear; instructions too."""


@dataclass(frozen=True, slots=True)
class Partial:
    """Part of the plan was written; running the step again writes the rest, and nothing twice."""

    step: str
    """The step's name."""
    why: str
    """What kept the rest from being written."""
    written: tuple[Line, ...]
    """What was written."""
    unwritten: tuple[Line, ...]
    """What is not written yet."""
    uncertain: bool = False
    """True when the server could not be asked what it holds: the `unwritten` lines may be there after all."""
    told: Briefing = field(default_factory=Briefing)
    """What a person should hear; instructions too."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent: the transaction Bundle, its digest, and its lines in words."""

    step: str
    """The step's name."""
    act: Act
    """What the act would be known by."""
    sha256: str
    """The digest that binds it: `run(…, expect=preview)`."""
    body: Json
    """The transaction Bundle that would be sent."""
    way: CommitWay
    """How it would be written on this server."""
    lines: tuple[Line, ...]
    """What would be written, a line each."""
    told: Briefing
    """What a person should hear; instructions too."""
    now: datetime
    """The moment it was decided for: to write exactly this, run for the same moment."""
    incomplete: tuple[str, ...] = ()
    """Why it would be refused, where only what protects the patient is written."""


Result: TypeAlias = Done | Refused | Conflict | Partial


def plain(result: object) -> dict[str, Any]:
    """A result as JSON-ready data, its kind under `outcome`."""
    if not is_dataclass(result) or isinstance(result, type):
        raise TypeError("only results can be made plain")
    kinds = {"Done": "done", "Refused": "refused", "Conflict": "conflict", "Partial": "partly written"}
    data = {name: _ready(value) for name, value in asdict(result).items()}
    if isinstance(data.get("act"), dict):
        del data["act"]["asked"]  # known while a run goes on, and no part of what an act is
    return {"outcome": kinds.get(type(result).__name__, type(result).__name__.lower()), **data}


def _ready(value: Any) -> Any:
    """Moments and days as text, inside lists too."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _ready(item) for name, item in value.items()}
    return [_ready(item) for item in value] if isinstance(value, list | tuple) else value
