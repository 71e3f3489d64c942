"""What became of a step: values that every face renders, each in its own words.

    Done         everything wanted stands on the server, by us now, by an earlier run, or by another one
    Refused      a rule said no; `written` lists what protects the patient and was written all the same
    Conflict     somebody else changed what we relied on, or did the same act with other particulars
    Partial      some of it was written and some not (servers without transactions); run it again to go on
    Preview      what would be written, and the digest that binds it

None of these is an error: nothing is lost, and each says what stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from carefhir.fhir.changes import Act
from carefhir.fhir.codec import Json
from carefhir.fhir.commit import CommitWay


@dataclass(frozen=True, slots=True)
class Line:
    """One resource of an act: its part, what it is, what became of it (or would), and why."""

    part: str
    type: str
    how: Literal["create", "amend", "created", "found", "amended", "not written", "not known"]
    because: str
    reference: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a person should hear of a decision."""

    says: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The act stands. `by` is "us" (this run), "an earlier run", or "another run" (at the same time)."""

    step: str
    act: str
    by: Literal["us", "an earlier run", "another run"]
    receipt: str
    written: tuple[Line, ...] = ()
    sha256: str = ""
    way: CommitWay | None = None
    told: Told = field(default_factory=Told)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule said no. `kept` is what was done all the same, to protect the patient."""

    step: str
    why: tuple[str, ...]
    kept: Done | None = None
    told: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class Moved:
    """A resource with the version relied on and the one that stands now ("" when it is gone)."""

    reference: str
    had: str
    now: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What we decided from is no longer so; nothing more was written than `written` lists."""

    step: str
    why: str
    moved: tuple[Moved, ...] = ()
    duplicates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    written: tuple[Line, ...] = ()
    told: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class Partial:
    """Half a plan stands; running the step again writes the rest and nothing twice."""

    step: str
    why: str
    written: tuple[Line, ...]
    unwritten: tuple[Line, ...]
    uncertain: bool = False
    """True when the server could not even be asked what stands: the `unwritten` lines may then stand all the same."""
    told: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent: the transaction Bundle, its digest, and its lines in words."""

    step: str
    act: Act
    sha256: str
    body: Json
    way: CommitWay
    lines: tuple[Line, ...]
    told: Told
    now: datetime
    """The moment it was decided for: to write exactly this, run for the same moment."""
    incomplete: tuple[str, ...] = ()


Result: TypeAlias = Done | Refused | Conflict | Partial


def plain(result: object) -> dict[str, Any]:
    """A result as JSON-ready data, its kind under `outcome`."""
    if not is_dataclass(result) or isinstance(result, type):
        raise TypeError("only results can be made plain")
    kinds = {"Done": "done", "Refused": "refused", "Conflict": "conflict", "Partial": "partly written"}
    data = {name: _ready(value) for name, value in asdict(result).items()}
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
