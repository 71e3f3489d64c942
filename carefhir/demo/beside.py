"""The demo beside an EHR: what a hospital holds is in a sandbox like Epic's or Oracle Health's, that is only read; what
carefhir writes is on a companion. The story is the same."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from carefhir import catalog
from carefhir.demo.front import EXAMPLE, Front
from carefhir.doctor.routing import left_out
from carefhir.errors import BadInput
from carefhir.faces.care import Care
from carefhir.faces.sign_in import keyring_of
from carefhir.fhir.capability import Limits
from carefhir.fhir.codec import Json, decode_object, encode
from carefhir.fhir.elsewhere import OtherNames, read_as_ours, written_out
from carefhir.fhir.homes import Home
from carefhir.settings import Settings
from carefhir.transport.keyring import Keyring
from carefhir.transport.read_homes import ReadHome, others_of
from carefhir.transport.requests_driver import RequestsDriver

if TYPE_CHECKING:
    from carefhir.sandbox import Sandbox

LINKED = ("Patient", "Practitioner")
HELD = (
    "PractitionerRole",
    "Encounter",
    "Condition",
    "AllergyIntolerance",
    "Procedure",
    "RelatedPerson",
    "MedicationRequest",
    "Observation",
    "ServiceRequest",
    "DocumentReference",
)
"""What the hospital holds of the story, in an order in which each may point to those before."""


@dataclass(frozen=True, slots=True)
class FrontBesideEhr(Front):
    """The companion, and beside it an EHR of the demo's own: `hospital` is all that it holds, `ehr` what it shows."""

    ehr: ReadHome | None = None
    hospital: Sandbox | None = None
    fed: tuple[str, ...] = ()
    """The types that the EHR does not show about one person: an interface puts them on the companion."""
    links: dict[str, str] = field(default_factory=dict)
    """By place in the EHR: the record on the companion."""

    @property
    def beside(self) -> tuple[ReadHome, ...]:
        """What every step reads as well."""
        return (self.ehr,) if self.ehr else ()

    @property
    def put_here(self) -> tuple[str, ...]:
        """The types that an interface puts on the companion."""
        return self.fed

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
        self._fed()

    def _fed(self) -> None:
        """What the EHR does not show about one person is put on the companion, as an interface of the site would."""
        for type_ in self.fed:
            for resource in self._in_hospital(type_):
                place = f"{type_}/{resource['id']}"
                if place not in self.links:
                    Front.elsewhere(self, self._as_ours(resource))
                    self.links[place] = self.loaded[f"{type_} {resource['identifier'][0]['value']}"]

    def _as_ours(self, resource: Json) -> Json:
        """A record of the hospital as the companion takes it."""
        kept = {name: value for name, value in resource.items() if name not in ("id", "meta")}
        ours: Json = written_out(read_as_ours(kept, self._names, self.links), (self._names,))
        return ours

    def elsewhere(self, resource: Json) -> None:
        """Something that the hospital writes: once, by the example's identifier; it knows nothing of the companion."""
        key = resource["identifier"][0]["value"]
        if not self._in_hospital(str(resource["resourceType"]), key):
            self._taken(resource)
            self._fed()

    def changed_elsewhere(self, reference: str, elements: Json) -> None:
        """Something that the hospital changes in a record of its own."""
        theirs = {ours: place for place, ours in self.links.items()}
        place = self._names.place_of(reference) or theirs[reference]
        type_, _, id_ = place.partition("/")
        (before,) = (each for each in self._in_hospital(type_) if each["id"] == id_)
        self._taken({**before, **self._as_theirs(elements)})
        if type_ in self.fed:
            Front.changed_elsewhere(self, reference, elements)

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
        fed, read = _shown(ehr)
        beside = replace(ehr, types=read)
        yield FrontBesideEhr(base, settings, limits, keyring, ehr=beside, hospital=hospital, fed=fed)


def _shown(ehr: ReadHome) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The types that an EHR does not show about one person, and those that it is read for: what it states, but for
    these and for what `carefhir doctor` leaves out."""
    with RequestsDriver(ehr.home, lanes=1) as driver:
        (other,) = driver.run(others_of((ehr,)))
    able = other.capabilities

    def shown(type_: str) -> bool:
        by = "practitioner" if type_ == "PractitionerRole" else "patient"
        return able.can(type_, "search-type") and by in able.of(type_).parameters

    fed = tuple(type_ for type_ in HELD if not shown(type_))
    return fed, tuple(sorted({*able.types} - {*fed} - left_out(other, catalog.STEPS)))
