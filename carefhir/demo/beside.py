"""The demo beside an EHR: what a hospital holds is in a sandbox like Epic's or Oracle Health's, that is only read; what
carefhir writes is on a companion. The story is the same."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carefhir.demo.front import EXAMPLE, Front
from carefhir.errors import BadInput
from carefhir.faces.care import Care
from carefhir.faces.sign_in import keyring_of
from carefhir.fhir.capability import Limits
from carefhir.fhir.codec import Json, decode_object, encode
from carefhir.fhir.elsewhere import OtherNames
from carefhir.fhir.homes import Home
from carefhir.settings import Settings
from carefhir.transport.keyring import Keyring
from carefhir.transport.read_homes import ReadHome

if TYPE_CHECKING:
    from carefhir.sandbox import Sandbox

LINKED = ("Patient", "Practitioner")
ROLE = "PractitionerRole"


@dataclass(frozen=True, slots=True)
class FrontBesideEhr(Front):
    """The companion, and beside it an EHR of the demo's own: `hospital` is all that it holds, `ehr` what it shows."""

    ehr: ReadHome | None = None
    hospital: Sandbox | None = None
    links: dict[str, str] = field(default_factory=dict)
    """By place in the EHR: the record on the companion."""

    @property
    def beside(self) -> tuple[ReadHome, ...]:
        """What every step reads as well."""
        return (self.ehr,) if self.ehr else ()

    @property
    def _names(self) -> OtherNames:
        assert self.ehr is not None
        return self.ehr.names

    def post(self, body: bytes, name: str) -> None:
        """Puts an example into the hospital's records, past what its EHR takes; and links whoever is in it."""
        assert self.hospital is not None
        self.hospital.take(body)
        with Care(self.base, beside=self.beside, sign_in=self.keyring, limits=self.limits) as care:
            for type_ in LINKED:
                for resource in self._in_hospital(type_):
                    place = f"{type_}/{resource['id']}"
                    if place not in self.links:
                        self.links[place] = care.link(place).reference
        if not self.hospital.knobs.takes_of(ROLE, "search-type"):
            for role in self._in_hospital(ROLE):
                Front.elsewhere(self, self._role_here(role))

    def _role_here(self, role: Json) -> Json:
        """Who somebody is by profession: an EHR that does not tell leaves it to the site, which keeps it here."""
        of_whom = self.links[role["practitioner"]["reference"]]
        kept: Json = {name: role[name] for name in ("resourceType", "identifier", "active", "code") if name in role}
        return {**kept, "practitioner": {"reference": of_whom}}

    def elsewhere(self, resource: Json) -> None:
        """Something that the hospital writes: once, by the example's identifier; it knows nothing of the companion."""
        key = resource["identifier"][0]["value"]
        if not self._in_hospital(str(resource["resourceType"]), key):
            self._taken(resource)

    def changed_elsewhere(self, reference: str, elements: Json) -> None:
        """Something that the hospital changes in a record of its own."""
        place = self._names.place_of(reference)
        assert place is not None, reference
        type_, _, id_ = place.partition("/")
        (before,) = (each for each in self._in_hospital(type_) if each["id"] == id_)
        self._taken({**before, **self._as_theirs(elements)})

    def find(self, type_: str, name: str) -> str:
        """A record by the example it comes from, as it is called here."""
        (resource,) = self._in_hospital(type_, name)
        place = f"{type_}/{resource['id']}"
        return self.links.get(place) or self._names.named(place)

    def _in_hospital(self, type_: str, name: str = "") -> list[Json]:
        """What the hospital holds, past its EHR."""
        assert self.hospital is not None
        whole = self.hospital.behaving()
        query = f"&identifier={EXAMPLE}%7C{name}" if name else ""
        answer = whole.handle("GET", f"{type_}?_count=200{query}")
        return [entry["resource"] for entry in decode_object(answer.body).get("entry", [])]

    def _taken(self, resource: Mapping[str, Any]) -> None:
        assert self.hospital is not None
        self.hospital.take(encode(self._as_theirs(resource)))

    def _as_theirs(self, value: Any) -> Any:
        """With references as the hospital has them; what leads to the companion alone is not known there."""
        theirs = {reference: place for place, reference in self.links.items()}
        if isinstance(value, list):
            return [item for each in value if (item := self._as_theirs(each)) is not None]
        if not isinstance(value, dict):
            return value
        copy = {name: item for name, each in value.items() if (item := self._as_theirs(each)) is not None}
        reference = copy.get("reference")
        if not isinstance(reference, str) or ":" in reference:
            return copy
        place = self._names.place_of(reference) or theirs.get(reference)
        return {**copy, "reference": place} if place else None


@contextlib.contextmanager
def beside_ehr(like: str, companion: str, settings: Settings, limits: Limits) -> Iterator[Front]:
    """An EHR like this one, and the given companion or one of our own. Raises `BadInput` for a shape that is none."""
    from carefhir.sandbox import Sandbox, start
    from carefhir.sandbox.shapes import UnknownShape, shape

    try:
        hospital = Sandbox(shape(like))
    except UnknownShape as unknown:
        raise BadInput(f"--like: {unknown}") from None
    with contextlib.ExitStack() as running:
        ehr = ReadHome(running.enter_context(start(hospital)).base)
        base = Home.at(companion).base if companion else running.enter_context(start(Sandbox())).base
        keyring = keyring_of(settings) if companion else Keyring()
        yield FrontBesideEhr(base, settings, limits, keyring, ehr=ehr, hospital=hospital)
