"""The page on which whoever was launched for is linked to a record on the EHR's companion, by a person who has looked.

Nobody is linked without a word: who somebody is decides what is read of them and what is written about them.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from carefhir.engine.linking import Linked
from carefhir.errors import BadInput, CarefhirError
from carefhir.faces.web import statuses
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.companion import Companion
from carefhir.faces.web.launch.sessions import form_token
from carefhir.faces.web.launch.visits import LaunchVisit, LaunchVisits
from carefhir.faces.web.pages.link_page import PersonToLink, link_page, linked_page
from carefhir.faces.web.pages.rendering import policy
from carefhir.faces.web.statuses import TABLE, Denied

PLACE = "/s/{launch_id}/link"


class LinkRoutes:
    """Answers with the page, and links."""

    def __init__(self, visits: LaunchVisits) -> None:
        self._visits = visits

    def add(self, app: FastAPI) -> None:
        """Puts the addresses on an application."""
        app.add_route(PLACE, self.form, methods=["GET"])
        app.add_route(PLACE, self.sent, methods=["POST"])

    async def form(self, request: Request) -> Response:
        """Who is not linked, and what can be done; once everybody is, the first page of the session."""
        return await self._visits.visited(request, self._form, linking=True)

    async def _form(self, visit: LaunchVisit) -> Response:
        try:
            session = await visit.launch.known(visit.session, visit.handle)
        except CarefhirError as error:
            return await self._shown(visit, error)
        if not session.unlinked:
            return _first_page(visit)
        return await self._shown(replace(visit, session=session))

    async def sent(self, request: Request) -> Response:
        """Links them, or lets whoever is signed in only look."""

        async def work(visit: LaunchVisit) -> Response:
            sent = await self._visits.sent(request, visit, about=False)
            companion = visit.ehr.companion
            try:
                visit = replace(visit, session=await visit.launch.known(visit.session, visit.handle))
            except CarefhirError as error:
                return await self._shown(visit, error)
            if companion is None or not visit.session.unlinked:
                return _first_page(visit)
            if sent.values.get("way") == "look":
                await visit.launch.only_looks(visit.session, visit.handle)
                return _first_page(visit)
            if not visit.session.ehr_acting:
                raise Denied("not-granted", "the EHR does not say which practitioner is signed in: nobody can link")
            return await self._linked(visit, companion)

        return await self._visits.visited(request, work, linking=True)

    async def _linked(self, visit: LaunchVisit, companion: Companion) -> Response:
        caller, done = await visit.caller(), []
        people = await self._people(visit, caller)
        for place in visit.session.unlinked:
            try:
                done.append(await companion.link(place, caller))
            except CarefhirError as error:
                return await self._shown(visit, error, place=place, done=done)
        await visit.launch.known(visit.session, visit.handle)
        return linked_page(visit.ehr.settings.name, people, done, home=_home(visit), framed_by=self._frames(visit))

    async def _shown(
        self,
        visit: LaunchVisit,
        error: CarefhirError | None = None,
        *,
        place: str = "",
        done: list[Linked] | None = None,
    ) -> Response:
        """The page; `error` is why the person at `place` could not be linked, or looked for."""
        if error is not None and statuses.kind_of_error(error) == "not-signed-in":
            raise error
        people = await self._people(visit, await visit.caller())
        return link_page(
            visit.ehr.settings.name,
            people,
            launch_id=visit.session.launch_id,
            form_token=form_token(visit.handle, visit.session.launch_id),
            framed_by=self._frames(visit),
            status=TABLE[statuses.kind_of_error(error)].status if error else 200,
            problem=error.message if error else "",
            person_decides=isinstance(error, BadInput),
            place=place,
            linked=tuple(one.place for one in done or ()),
            may_link=bool(visit.session.ehr_acting),
        )

    async def _people(self, visit: LaunchVisit, caller: Caller) -> tuple[PersonToLink, ...]:
        """Who they are, by what the EHR says of them."""
        session, today = visit.session, visit.occasion.today
        heading = await self._visits.heading_in_ehr(visit, caller, today)
        people = []
        if session.ehr_acting in session.unlinked:
            people.append(PersonToLink(session.ehr_acting, heading.who))
        if session.ehr_patient in session.unlinked:
            facts = () if heading.trouble else (heading.born, heading.number)
            people.append(PersonToLink(session.ehr_patient, heading.name, facts, heading.trouble))
        return tuple(people)

    @staticmethod
    def _frames(visit: LaunchVisit) -> tuple[str, ...]:
        return visit.launch.launch.framed_by


def _home(visit: LaunchVisit) -> str:
    return f"/s/{visit.session.launch_id}/"


def _first_page(visit: LaunchVisit) -> Response:
    return RedirectResponse(_home(visit), 303, {"Content-Security-Policy": policy(visit.launch.launch.framed_by)})
