"""One home with what is known of it, and how it is to be used."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from carefhir.fhir.bundle import Prepared
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.commit import CommitWay, best_commit_way
from carefhir.fhir.elsewhere import OtherNames
from carefhir.fhir.gather import Way
from carefhir.fhir.homes import Home


@dataclass(slots=True)
class Learned:
    """What a server turned out to be while it was used; shared by all runs of one client."""

    no_transactions: bool = False
    """A transaction was answered as carried out in part."""
    checks_versions: bool = False
    """A stale If-Match was refused."""


@dataclass(frozen=True, slots=True)
class OtherHome:
    """A home that is read together with the main one: an EHR that takes no care plan."""

    home: Home
    capabilities: Capabilities
    reads: frozenset[str] = frozenset()
    """The types that are read there; nothing where all are that it states."""
    writes: frozenset[str] = frozenset()
    """The types of which records there are changed, by delivery after the act (`engine/delivering.py`); a change of
    any other is asked of a person."""
    notes: frozenset[str] = frozenset()
    """The steps after which a note that a physician can read is put there."""
    partly: Mapping[str, str] = field(default_factory=dict)
    """By type: why less than all of it may be seen there, as the scopes of the token say (`granted.seen_in_part`)."""
    away: str = ""
    """Why nothing can be read there now: what it keeps cannot be seen then, and is not "none"."""
    silent: str = ""
    """Why it is not asked now for what is only shown: it did not answer a moment ago."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Where somebody of the main home is there, as it was found before: it counts while the main home cannot say, and
    what that says otherwise later stops."""
    withheld: frozenset[str] = frozenset()
    """Types that whoever asks may not read there: they are not asked for, for some servers answer with none."""

    def keeps(self, type_: str) -> bool:
        """Whether it keeps a type, as it says itself, and is to be asked for it; one that is away may keep anything."""
        stated = self.away or any(self.capabilities.can(type_, how) for how in ("search-type", "read"))
        return bool(stated) and (not self.reads or type_ in self.reads)

    @property
    def names(self) -> OtherNames:
        """How its records are named on the main home."""
        return OtherNames(self.home.name, self.home.base)


@dataclass(frozen=True, slots=True)
class Server:
    """One home with what is known of it, and how it is to be used."""

    home: Home
    capabilities: Capabilities
    way: Way | None = None
    commit_way: CommitWay | None = None
    budget: float = 30.0
    """Seconds that a commit may wait while others write the same records."""
    jitter: Callable[[], float] = field(default=random.random)
    learned: Learned = field(default_factory=Learned)
    beside: tuple[OtherHome, ...] = ()
    """Other homes that are read together with it; nothing is written there."""
    silent: str = ""
    """Why it is not asked now for what is only shown beside those: it did not answer a moment ago."""

    @property
    def able(self) -> Capabilities:
        """What it can do, with what was learned of it since."""
        return self.capabilities.checking_versions() if self.learned.checks_versions else self.capabilities

    def commit_way_for(self, prepared: Prepared) -> CommitWay:
        """How to write this here: as it was asked for, or the best way that the server states and has not belied."""
        if self.commit_way:
            return self.commit_way
        return "single writes" if self.learned.no_transactions else best_commit_way(self.capabilities, prepared)
