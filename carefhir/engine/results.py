"""The results of a step: values that every face shows in its own words.

    Done         everything is on the server: written by us now, by an earlier run, or by another run at the same time
    Refused      a rule said no; `kept` is what was written anyway, because it protects the patient
    Conflict     somebody else changed what we relied on, or did the same act with different details
    Partial      part of it was written (on a server without transactions); run it again to finish
    Preview      what would be written, and its digest

None of these is an error: nothing is lost, and each says what is on the server now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from carefhir.fhir.changes import Act
from carefhir.fhir.codec import Json
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.diagnosis import ChangedMeanwhile
from carefhir.fhir.three_versions import BothSides

UNWRITTEN = "nothing of this request was written"
"""Said where nothing was sent."""
NOT_FOUND = "nothing of it is found on the server"
"""Said where something was sent: what a server does with it later, nobody knows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One resource of an act: what it is, what was or would be done with it, and why."""

    part: str
    """Which part of the act it is, such as `care-team`; unique within the act."""
    type: str
    """Its resource type."""
    how: Literal["create", "amend", "created", "found", "amended", "not written", "not known"]
    """What will be done with it (`create`, `amend`), or what was done."""
    because: str
    """Why it is written, in words."""
    reference: str = ""
    """Its reference on the server (`Type/ID`), once that is known."""
    version: str = ""
    """Its version on the server."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a person should be told about a decision."""

    says: tuple[str, ...] = ()
    """What was decided, in short sentences."""
    instructions: tuple[str, ...] = ()
    """What a person must do now. Show these first, whatever the result is."""
    warnings: tuple[str, ...] = ()
    """What else to know, above all what was not visible and so was not taken into account."""


@dataclass(frozen=True, slots=True)
class Done:
    """The act is done. `by` is "us" (this run), "an earlier run", or "another run" (at the same time)."""

    step: str
    """The step's name."""
    act: str
    """The act's permanent key."""
    by: Literal["us", "an earlier run", "another run"]
    """Who wrote it."""
    receipt: str
    """The Provenance that records the act."""
    written: tuple[Line, ...] = ()
    """What was written or found, one line for each resource."""
    sha256: str = ""
    """The digest of what was sent."""
    way: CommitWay | None = None
    """How it was written: one transaction, or single writes."""
    told: Briefing = field(default_factory=Briefing)
    """What a person should be told."""
    notes: tuple[str, ...] = ()
    """What could not be guaranteed on this server."""


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
    """What a person should be told, with the instructions."""
    to_fill_in: Mapping[str, Any] = field(default_factory=dict)
    """Where only a person's answers are missing: the fields of the command that take them, a blank for each answer."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the decision relied on has changed. Nothing was written except what `written` lists."""

    step: str
    """The step's name."""
    why: str
    """What happened, and what to do."""
    moved: tuple[ChangedMeanwhile, ...] = ()
    """The records that have changed."""
    duplicates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Resources that exist more than once, by part."""
    written: tuple[Line, ...] = ()
    """What was written before the conflict was noticed."""
    told: Briefing = field(default_factory=Briefing)
    """What a person should be told, with the instructions."""
    sides: tuple[BothSides, ...] = ()
    """Where two people changed one record and it cannot be merged: both sides, for a person to decide."""


@dataclass(frozen=True, slots=True)
class Partial:
    """Part of the plan was written; running the step again writes the rest, and nothing twice."""

    step: str
    """The step's name."""
    why: str
    """Why the rest was not written."""
    written: tuple[Line, ...]
    """What was written."""
    unwritten: tuple[Line, ...]
    """What is not written yet."""
    uncertain: bool = False
    """True if the server could not be asked what was written: the `unwritten` lines may be on it after all."""
    told: Briefing = field(default_factory=Briefing)
    """What a person should be told, with the instructions."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent: the transaction Bundle, its digest, and its lines in words."""

    step: str
    """The step's name."""
    act: Act
    """The act, with its permanent key."""
    sha256: str
    """The digest of exactly this preview, for `run(…, expect=…)`."""
    body: Json
    """The transaction Bundle that would be sent."""
    way: CommitWay
    """How it would be written on this server."""
    lines: tuple[Line, ...]
    """What would be written, one line for each resource."""
    told: Briefing
    """What a person should be told, with the instructions."""
    now: datetime
    """The moment for which it was decided. To write exactly this, run for the same moment."""
    incomplete: tuple[str, ...] = ()
    """Why the step would be refused, if only what protects the patient would be written."""


Result: TypeAlias = Done | Refused | Conflict | Partial


def with_earlier(result: Result, before: Sequence[Line]) -> Result:
    """A result that also lists what was written in earlier rounds, before others changed what was decided from."""
    if isinstance(result, Refused):
        kept = with_earlier(result.kept, before) if result.kept else None
        return replace(result, kept=kept) if isinstance(kept, Done) else result
    listed = {(line.reference, line.how) for line in result.written}
    more = (line for line in before if (line.reference, line.how) not in listed)
    return replace(result, written=(*dict.fromkeys(more), *result.written))


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
