"""The companion of one EHR at work: who somebody of the EHR is there, what may be done, and whose token goes where.

The one place in which the service translates people: a launch, a bearer token and a renewal name them as the EHR does,
and everything else as the companion does. Who is not linked is said; nobody is linked without a person's word.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from carefhir import catalog
from carefhir.engine.linking import Linked
from carefhir.errors import CarefhirError, ServerUnfit, ServerUnreachable
from carefhir.faces.async_care import AsyncCare
from carefhir.faces.limits import limits_of
from carefhir.faces.sign_in import client_of
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.companion_settings import CompanionSettings
from carefhir.faces.web.scopes import CompanionGrants, GrantedScopes
from carefhir.faces.web.settings import EhrSettings
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.asked_elsewhere import OURS
from carefhir.fhir.record import Record
from carefhir.fhir.wire import MAIN
from carefhir.transport.keyring import Keyring
from carefhir.transport.read_homes import ReadAs, ReadHome
from carefhir.transport.registered_client import RegisteredClient

NOT_LINKED = (
    "{place}, whom the token names, has no record on the companion yet: whoever runs the service links them "
    "(carefhir link {place}), or they are linked on the page of a launch"
)
NOT_LOOKED_UP = (
    "who this is cannot be looked up now: the companion, where carefhir keeps plans and tasks, does not answer; try "
    "again in a moment"
)
SEEN = 5_000
"""People whose place in the EHR is kept in mind, the latest."""
AWAY = "the companion, where everything of carefhir is written, does not answer now; what the EHR has can still be read"


@dataclass(frozen=True, slots=True)
class Companion:
    """The companion of one EHR."""

    settings: CompanionSettings
    ehr: EhrSettings
    care: AsyncCare
    """With the companion's own sign-in, and nobody who acts."""
    _seen: dict[str, str] = field(default_factory=dict, repr=False)
    """Where people are in the EHR, by their reference, as the companion said last: for while it cannot say."""

    async def linked(self, place: str) -> str:
        """Who somebody of the EHR is on the companion; "" where they are not linked. Raises `BadInput` where several
        records are linked to them, `ServerUnreachable`, `ServerUnfit`."""
        try:
            return await self.care.linked(place, home=self.settings.home_name)
        except ServerUnreachable as error:
            raise ServerUnreachable(f"{NOT_LOOKED_UP} ({error.message})") from error

    async def link(self, place: str, caller: Caller) -> Linked:
        """Links somebody of the EHR, who is read there with the caller's token. Raises what `Care.link` raises."""
        return await self.care_for(caller).link(place, home=self.settings.home_name)

    async def known(self, caller: Caller) -> Caller:
        """A caller whose token names people as the EHR does, as the companion knows them. Raises `Denied` for whoever
        is not linked, and what `linked` raises."""
        places = [place for place in (caller.patient, caller.acting) if place]
        links = {place: await self.linked(place) for place in places}
        for place, reference in links.items():
            if not reference:
                raise Denied("not-granted", NOT_LINKED.format(place=place))
        return await self.able(
            replace(
                caller,
                patient=links.get(caller.patient, ""),
                acting=links.get(caller.acting, ""),
                links={reference: place for place, reference in links.items()},
            )
        )

    async def able(self, caller: Caller) -> Caller:
        """A caller with what they may do on both servers."""
        kept: frozenset[str] = frozenset()
        with contextlib.suppress(CarefhirError):  # what is asked for will say so; the session goes on
            await self.care.capabilities()
        for other in self.care._read_beside():
            if not other.away:
                kept = frozenset(type_ for type_ in _types() if other.keeps(type_)) - frozenset(OURS)
        scopes = self.care._granted_scopes()
        granted = GrantedScopes.read("system/*.cruds" if scopes is None else " ".join(scopes))
        return replace(caller, beside=CompanionGrants(granted, kept))

    def care_for(self, caller: Caller, now: datetime | None = None) -> AsyncCare:
        """Both servers for a caller: their token goes to the EHR alone."""
        there = ReadAs(
            self.settings.home_name,
            caller.bearer if self.ehr.passes_token_on and caller.token else None,
            links={**(self._seen if self.care._does_not_answer() else {}), **caller.links},
            withheld=caller.withheld,
        )
        return self.care.on_behalf_of(caller.acting, now=now, there=there)

    def seen(self, record: Record) -> None:
        """Keeps where somebody is in the EHR, by their record as the companion has it."""
        places = [*self.care.home.others[0].places_of(record.json)]
        self._seen.pop(record.reference, None)
        if len(places) == 1:
            self._seen[record.reference] = places[0]
            while len(self._seen) > SEEN:
                del self._seen[next(iter(self._seen))]

    @staticmethod
    def away(error: ServerUnreachable | ServerUnfit) -> ServerUnreachable:
        """The same error in words that a nurse understands."""
        sent = isinstance(error, ServerUnreachable) and error.sent
        told = ServerUnreachable(f"{AWAY} ({error.message})", sent=sent)
        told.instructions = error.instructions
        return told


def _types() -> frozenset[str]:
    """Every type that the steps and readings ask for."""
    return frozenset(type_ for entry in catalog.ENTRIES for type_ in catalog.asked_of(entry))


def ehr_as_home(ehr: EhrSettings, companion: CompanionSettings) -> ReadHome:
    """The EHR as the server that is read beside its companion."""
    return ReadHome(
        ehr.fhir,
        companion.home_name,
        types=companion.types,
        writes=companion.writes,
        notes=companion.notes,
        also_known_as=ehr.site.also_known_as,
        limits=limits_of(ehr.site),
    )


def keyring_of_both(ehr: EhrSettings, companion: CompanionSettings) -> Keyring:
    """The service's own ways in: to the companion, and to the EHR where no token is passed on there."""
    own = None if ehr.passes_token_on else _reader(ehr, companion)
    clients = {MAIN: client_of(companion.site), companion.home_name: own}
    ways: Mapping[str, RegisteredClient] = {name: client for name, client in clients.items() if client is not None}
    return Keyring(ways)


def _reader(ehr: EhrSettings, companion: CompanionSettings) -> RegisteredClient | None:
    """The client of an EHR that is read: it asks for that, and for what the site lets be put there."""
    client = client_of(ehr.site)
    if client is None or ehr.site.sign_in.scopes:
        return client
    scopes = catalog.scopes_beside(reads=companion.types, writes=companion.writes, notes=bool(companion.notes))
    return replace(client, scopes=scopes)
