"""FHIR servers that are read together with the one that carefhir writes to: an EHR beside a companion store (R7)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from carefhir.errors import BadInput, CarefhirError
from carefhir.fhir.capability import Capabilities, Limits, read_capabilities
from carefhir.fhir.elsewhere import OtherNames
from carefhir.fhir.homes import Home
from carefhir.fhir.server import OtherHome
from carefhir.fhir.wire import Flow
from carefhir.transport.keyring import Bearer
from carefhir.transport.registered_client import RegisteredClient

RESERVED = ("main", "stranger")


@dataclass(frozen=True, slots=True)
class ReadHome:
    """A server that is only read. `name` is how its records are called here (`Condition/ehr.123`); keep it."""

    server: str
    """The FHIR base."""
    name: str = "ehr"
    types: tuple[str, ...] = ()
    """What is read there; left out, all that it states it can be searched for."""
    writes: tuple[str, ...] = ()
    """The types of which records there may be changed: what a step decides of one is delivered after the act. Left out,
    nothing is changed there, and a Task asks a person for it."""
    notes: tuple[str, ...] = ()
    """The steps after which a note that a physician can read (DocumentReference) is put there; left out, none."""
    also_known_as: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    """A bearer token for this server and no other."""
    sign_in: RegisteredClient | None = None
    """How to get one, instead."""
    limits: Limits = field(default_factory=Limits)
    """What it can do otherwise than it states."""

    @property
    def home(self) -> Home:
        """The server as a home. Raises `BadInput` for a base or a name that cannot be used."""
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,15}", self.name) or self.name in RESERVED:
            raise BadInput("the name of a server that is read: expected a short word in small letters, such as ehr")
        return Home.at(self.server, name=self.name, also_known_as=self.also_known_as)

    @property
    def names(self) -> OtherNames:
        """How its records are named on the main home."""
        home = self.home
        return OtherNames(home.name, home.base)

    @property
    def way_in(self) -> RegisteredClient | Bearer | None:
        """How to sign in there; None for a server that asks for nothing."""
        if self.token and self.sign_in is not None:
            raise BadInput("give either token or sign_in, not both")
        return Bearer(self.token) if self.token else self.sign_in


@dataclass(frozen=True, slots=True)
class ReadAs:
    """On whose behalf a server is read that is only read."""

    name: str
    """That server's."""
    token: Bearer | None = field(default=None, repr=False)
    """Theirs, for that server; None where we sign in there ourselves, or it asks for nothing."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Where they and their patient are there, by their reference on the main home."""
    withheld: frozenset[str] = frozenset()
    """The types that they may not read there."""

    def seen(self, other: OtherHome) -> OtherHome:
        """The server as they see it."""
        if other.home.name != self.name:
            return other
        return replace(other, links=self.links, withheld=self.withheld)


def others_of(homes: Sequence[ReadHome]) -> Flow[tuple[OtherHome, ...]]:
    """What each can do, asked of it; one that does not answer is away, and what it keeps cannot be seen."""
    others = []
    for each in homes:
        reads, writes, notes = frozenset(each.types), frozenset(each.writes), frozenset(each.notes)
        try:
            capabilities = yield from read_capabilities(each.limits, each.name)
        except CarefhirError as error:
            others.append(OtherHome(each.home, Capabilities(), reads, writes, notes, away=error.message))
        else:
            others.append(OtherHome(each.home, capabilities, reads, writes, notes))
    return tuple(others)
