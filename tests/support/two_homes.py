"""Two servers as one site: an EHR that keeps what is clinical, and a companion that keeps what carefhir writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from carefhir.catalog import STEPS
from carefhir.codes import ELSEWHERE
from carefhir.doctor.routing import left_out
from carefhir.fhir.capability import Capabilities, Limits, read_capabilities
from carefhir.fhir.commit import CommitWay
from carefhir.fhir.elsewhere import OtherNames, spell_out, written_out
from carefhir.fhir.gather import Way
from carefhir.fhir.homes import Home
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import Failure, Request, Response
from carefhir.sandbox import Knobs
from tests.support.backends import EXAMPLE, Backend, exchange_of, new_mark, sandbox_backend

Json = dict[str, Any]
EHR = "ehr"
CLINICAL = frozenset(
    "AllergyIntolerance Appointment Condition Coverage DiagnosticReport DocumentReference Encounter Immunization List "
    "Medication MedicationAdministration MedicationDispense MedicationRequest MedicationStatement Observation "
    "Procedure RelatedPerson".split()
)
"""What an EHR keeps, and a story puts there."""
ROLE = "PractitionerRole"
SHADOWED = ("Organization", "Practitioner", "Patient")
"""Whoever has a record on both, in an order in which each may point to those before."""


@dataclass
class TwoHomes(Backend):
    """The companion as a backend, with an EHR beside it. What the stories set up by hand goes where it belongs."""

    ehr: Backend = field(kw_only=True)
    seen: Capabilities = field(init=False)
    """What the EHR states to whoever asks over the wire, where that is not what it is."""
    ehr_limits: Limits = field(
        kw_only=True, default=Limits(transaction=False, batch=False, revinclude=False, offset=False)
    )
    writes: frozenset[str] = field(kw_only=True, default=frozenset())
    """The types of which the site lets records in the EHR be changed."""
    notes: frozenset[str] = field(kw_only=True, default=frozenset())
    """The steps after which a note goes into the EHR."""

    @property
    def names(self) -> OtherNames:
        return OtherNames(EHR, self.ehr.base)

    @property
    def is_fresh(self) -> bool:
        return False

    def fork(self) -> TwoHomes | None:
        """A copy of both, where both can be copied."""
        companion, ehr = super().fork(), self.ehr.fork()
        if companion is None or ehr is None:
            return None
        made = object.__new__(TwoHomes)
        made.name, made.base, made.capabilities, made.sandbox = (
            self.name,
            self.base,
            self.capabilities,
            companion.sandbox,
        )
        made.ehr, made.ehr_limits = ehr, self.ehr_limits
        made.writes, made.notes = self.writes, self.notes
        made.exchange = _routed(companion, ehr)
        return made

    def shaped(self, knobs: Knobs) -> TwoHomes:
        """The same, with an EHR that behaves otherwise to whoever asks over the wire; by hand it is asked as before."""
        made = self.fork()
        assert made is not None
        ehr = made.ehr.otherwise(knobs)
        ehr.capabilities = ehr.run(read_capabilities())
        companion = object.__new__(Backend)
        companion.sandbox = made.sandbox
        assert made.sandbox is not None
        companion.exchange = exchange_of(made.sandbox)
        if not ehr.capabilities.can(ROLE, "search-type"):
            made._keep_roles()
        made.exchange = _routed(companion, ehr)
        made.seen, made.ehr_limits = ehr.capabilities, Limits()
        return made

    def _keep_roles(self) -> None:
        """Who somebody is by profession, on the companion: where the EHR does not tell, the site keeps it there."""
        shadows = self._shadows()
        for role in self.ehr.search(f"{ROLE}?_count=200"):
            kept = {name: role[name] for name in ("resourceType", "active", "code") if name in role}
            of_whom = shadows.get(role["practitioner"]["reference"])
            if of_whom:
                super().create({**kept, "practitioner": {"reference": of_whom}})

    def server(
        self, *, way: Way | None = None, commit: CommitWay | None = None, limits: Limits | None = None
    ) -> Server:
        main = super().server(way=way, commit=commit, limits=limits)
        seen = getattr(self, "seen", self.ehr.capabilities)
        home, stated = Home.at(self.ehr.base, name=EHR), seen.limited(self.ehr_limits)
        other = as_doctor_proposes(OtherHome(home, stated, writes=self.writes, notes=self.notes))
        return replace(main, home=replace(main.home, others=(self.names,)), beside=(other,))

    # -- what the stories do by hand

    def load(self, name: str, mark: str = "") -> None:
        """The example in the EHR; whoever has to be linked has a shadow on the companion."""
        self.ehr.load(name, mark)
        for type_ in SHADOWED:
            for resource in self.ehr.search(f"{type_}?_count=200"):
                self.link(f"{type_}/{resource['id']}")

    def link(self, place: str) -> str:
        """The shadow of a record of the EHR, made where there is none."""
        shadows = self._shadows()
        if place in shadows:
            return shadows[place]
        resource = self.ehr.get(place)
        known = (
            "resourceType",
            "identifier",
            "name",
            "active",
            "birthDate",
            "telecom",
            "gender",
            "communication",
            "deceasedBoolean",
        )
        shadow = {name: resource[name] for name in known if name in resource}
        # Not its number of the examples: on a server that others use, too, they find their own people by it.
        numbers = [one for one in shadow.get("identifier", []) if one.get("system") != EXAMPLE]
        shadow["identifier"] = [*numbers, self.names.identifier(place)]
        shadow["meta"] = {"source": f"{self.ehr.base}/{place}"}
        return super().create(shadow)

    def find(self, type_: str, example: str) -> str:
        query = f"{type_}?identifier={EXAMPLE}%7C{example}"
        there = self.ehr.search(query)
        if not there:  # the story has put it on the companion itself
            return super().find(type_, example)
        assert len(there) == 1, (type_, example, len(there))
        place = f"{type_}/{there[0]['id']}"
        return self._shadows().get(place) or self.names.named(place)

    def create(self, resource: Json) -> str:
        if resource["resourceType"] not in CLINICAL or self._is_ours(resource):
            return super().create(written_out(resource, (self.names,)))
        return self.names.named(self.ehr.create(self._as_theirs(resource)))

    def get(self, target: str) -> Json:
        place = None if "?" in target else self.names.place_of(target.partition("/_history")[0])
        if place is None:
            return self._named(super().get(target))
        return self._as_ours(self.ehr.get(place))

    def put(self, resource: Json) -> Json:
        place = self.names.place_of(f"{resource['resourceType']}/{resource['id']}")
        if place is None:
            return super().put(written_out(resource, (self.names,)))
        return self._as_ours(self.ehr.put(self._as_theirs({**resource, "id": place.partition("/")[2]})))

    def search(self, target: str) -> list[Json]:
        here = [self._named(each) for each in super().search(target)]
        type_, _, query = target.partition("?")
        if type_ not in CLINICAL:
            return here
        theirs = {ours: place for place, ours in self._shadows().items()}
        for ours, place in theirs.items():
            for slash in ("/", "%2F"):
                query = query.replace(ours.replace("/", slash), place.replace("/", slash))
        return [*here, *(self._as_ours(each) for each in self.ehr.search(f"{type_}?{query}"))]

    def _named(self, resource: Json) -> Json:
        """A record of the companion, with what is in the EHR by its name."""
        spell_out(resource, (self.names,))
        named: Json = _without_places(resource, self.names)
        return named

    def _is_ours(self, resource: Json) -> bool:
        """Whether it points to what only the companion has."""
        shadows = set(self._shadows().values())
        return any(ours not in shadows and not self.names.place_of(ours) for ours in _references(resource))

    def _shadows(self) -> dict[str, str]:
        """By place in the EHR: the reference on the companion."""
        return {
            place: f"{type_}/{each['id']}"
            for type_ in SHADOWED
            for each in Backend.search(self, f"{type_}?identifier={self._numbers(type_)}&_count=200")
            for place in self.names.places_of(each)
        }

    def _numbers(self, type_: str) -> str:
        """The identifiers of the shadows of all of a type that the EHR holds."""
        places = [f"{type_}/{each['id']}" for each in self.ehr.search(f"{type_}?_count=200")]
        tokens = [f"{ELSEWHERE}%7C{self.ehr.base}/{place}" for place in places]
        return ",".join(tokens) or "nobody"

    def _as_theirs(self, resource: Json) -> Json:
        theirs = {ours: place for place, ours in self._shadows().items()}

        def place(reference: str) -> str:
            return self.names.place_of(reference) or theirs.get(reference, reference)

        made: Json = _with_references(resource, place)
        return made

    def _as_ours(self, resource: Json) -> Json:
        shadows = self._shadows()

        def name(reference: str) -> str:
            return shadows.get(reference) or self.names.named(reference)

        made: Json = _with_references(resource, name)
        return {**made, "id": f"{EHR}.{made['id']}"}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str) and "/" in value["reference"] and ":" not in value["reference"]:
            yield value["reference"]
        for item in value.values():
            yield from _references(item)


def _without_places(value: Any, names: OtherNames) -> Any:
    """Without what a logical reference has beside the name that was put on it."""
    if isinstance(value, list):
        return [_without_places(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _without_places(item, names) for name, item in value.items()}
    if isinstance(made.get("reference"), str) and names.place_in(made.get("identifier")):
        del made["identifier"]
        made.pop("type", None)
    elif isinstance(made.get("reference"), str) and names.place_of(made["reference"].partition("/_history")[0]):
        made.pop("type", None)
    return made


def _with_references(value: Any, to: Any) -> Any:
    if isinstance(value, list):
        return [_with_references(item, to) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _with_references(item, to) for name, item in value.items()}
    if isinstance(made.get("reference"), str) and "/" in made["reference"] and ":" not in made["reference"]:
        made["reference"] = to(made["reference"])
    return made


def as_doctor_proposes(other: OtherHome) -> OtherHome:
    """With `CAREFHIR_EHR_TYPES` as `carefhir doctor` proposes it: without what would stop a step for nothing."""
    left = left_out(other, STEPS)
    return replace(other, reads=frozenset(other.capabilities.types) - left) if left else other


def _routed(companion: Backend, ehr: Backend) -> Any:
    def exchange(request: Request) -> Response | Failure:
        return (ehr if request.home == EHR else companion).exchange(request)

    return exchange


def two_homes(companion: Backend | None = None, ehr: Backend | None = None) -> TwoHomes:
    """Two sandboxes; their ids differ, for on one site they would, too."""
    companion, ehr = companion or sandbox_backend(), ehr or sandbox_backend()
    ehr.base = f"http://ehr{new_mark()}.localhost/fhir"
    if companion.sandbox is not None:
        for _ in range(40):
            companion.create({"resourceType": "Basic", "code": {"text": "takes a number"}})
    made = object.__new__(TwoHomes)
    made.name, made.base, made.sandbox = companion.name, companion.base, companion.sandbox
    made.capabilities, made.ehr = companion.capabilities, ehr
    made.ehr_limits = Limits(transaction=False, batch=False, revinclude=False, offset=False)
    made.exchange = _routed(companion, ehr)
    return made
