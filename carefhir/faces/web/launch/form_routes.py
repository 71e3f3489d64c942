"""Addresses of the pages on which somebody answers: a call note, and any Questionnaire of the content.

Each goes three ways: `look` shows what would be written, `change` the form again, `write` writes what was seen. The
part that changes while somebody types can be asked for alone; it reads and writes nothing on the FHIR server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from carefhir.errors import BadInput, CarefhirError
from carefhir.faces.web import statuses
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.launch.answering_forms import answered
from carefhir.faces.web.launch.requests import SentForm
from carefhir.faces.web.launch.session_routes import PLACES
from carefhir.faces.web.launch.visits import LaunchVisit, LaunchVisits
from carefhir.faces.web.pages import form_pages
from carefhir.faces.web.pages.asking import AskedForm
from carefhir.faces.web.pages.call_note import CallNote
from carefhir.faces.web.pages.form_pages import PageForm
from carefhir.faces.web.pages.reading_pages import not_read
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import Json
from carefhir.workflows.looking.call_sheet import CallSheet
from carefhir.workflows.looking.overview import Picture

Read = Callable[[LaunchVisit, SentForm], PageForm]
"""Reads a page's form off what was sent."""


class FormRoutes:
    """Answers for pages with questions."""

    def __init__(self, visits: LaunchVisits) -> None:
        self._visits = visits

    def add(self, app: FastAPI) -> None:
        """Puts the addresses on an application."""
        for place in PLACES:
            app.add_route(f"{place}/call", self.call, methods=["GET"])
            app.add_route(f"{place}/call", self.call_sent, methods=["POST"])
            app.add_route(f"{place}/call/so-far", self.call_so_far, methods=["POST"])
            app.add_route(f"{place}/ask", self.instruments, methods=["GET"])
            app.add_route(f"{place}/ask/{{form}}", self.ask, methods=["GET"])
            app.add_route(f"{place}/ask/{{form}}", self.ask_sent, methods=["POST"])
            app.add_route(f"{place}/ask/{{form}}/so-far", self.ask_so_far, methods=["POST"])

    # -- opening -------------------------------------------------------------------------------------------------------

    async def call(self, request: Request) -> Response:
        """An empty call note."""

        async def work(visit: LaunchVisit) -> Response:
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            try:
                picture = cast("Picture", await visit.read("overview", caller))
            except CarefhirError as error:
                if statuses.kind_of_error(error) == "not-signed-in":
                    raise
                return not_read(frame, "Call note", error)
            sheet = picture.call or CallSheet("check-in", "")
            note = CallNote.opened(sheet, visit.occasion_of_session, visit.patient, picture.identity.language)
            return form_pages.shown(frame, PageForm.of_call(note))

        return await self._visits.visited(request, work)

    async def instruments(self, request: Request) -> Response:
        """Every Questionnaire of the content."""

        async def work(visit: LaunchVisit) -> Response:
            frame = await self._visits.frame(visit, await visit.caller())
            return form_pages.instruments(frame, visit.occasion.content)

        return await self._visits.visited(request, work)

    async def ask(self, request: Request) -> Response:
        """One Questionnaire: a draft that somebody goes on with, else one that nobody has answered yet."""

        async def work(visit: LaunchVisit) -> Response:
            caller, artefact = await visit.caller(), _artefact(request, visit)
            asked = await _draft(request, visit, caller, artefact)
            asked = asked or AskedForm.opened(artefact, visit.occasion_of_session, visit.patient)
            return form_pages.shown(await self._visits.frame(visit, caller), PageForm.of_asked(asked))

        return await self._visits.visited(request, work)

    # -- sending -------------------------------------------------------------------------------------------------------

    async def call_sent(self, request: Request) -> Response:
        """A call note, to look at or to write."""
        return await self._visits.visited(request, lambda visit: self._sent(request, visit, _call_of))

    async def ask_sent(self, request: Request) -> Response:
        """Answers, to look at or to write."""
        return await self._visits.visited(request, lambda visit: self._sent(request, visit, _asked_of(request)))

    async def call_so_far(self, request: Request) -> Response:
        """The part of a call note that changes with what is typed."""
        return await self._visits.visited(request, lambda visit: self._so_far(request, visit, _call_of))

    async def ask_so_far(self, request: Request) -> Response:
        """The score so far, and what must be done now."""
        return await self._visits.visited(request, lambda visit: self._so_far(request, visit, _asked_of(request)))

    async def _so_far(self, request: Request, visit: LaunchVisit, read: Read) -> Response:
        page = read(visit, await self._visits.sent(request, visit))
        return form_pages.so_far(page)

    async def _sent(self, request: Request, visit: LaunchVisit, read: Read) -> Response:
        sent = await self._visits.sent(request, visit)
        caller = await visit.caller()
        page, frame = read(visit, sent), await self._visits.frame(visit, caller)
        return await answered(frame, visit, caller, page=page, sent=sent)


async def _draft(request: Request, visit: LaunchVisit, caller: Caller, artefact: Json) -> AskedForm | None:
    """The draft that the address names; None where it names none. Raises `Denied` for one that is not there, is not of
    this form, or cannot be gone on with here."""
    named = request.query_params.get("draft", "")
    if not named:
        return None
    picture = cast("Picture", await visit.read("overview", caller))
    draft = next((each for each in picture.drafts if each.reference == named), None)
    if draft is not None and draft.questionnaire == artefact.get("url"):
        asked = AskedForm.resumed(artefact, visit.occasion_of_session, visit.patient, draft.response)
        if asked is not None:
            return asked
    raise Denied("unknown", "there is no such draft that could be gone on with here: answer the form anew")


def _call_of(visit: LaunchVisit, sent: SentForm) -> PageForm:
    sheet = CallSheet.read(str(sent.values.get("sheet", "")))
    if sheet is None:
        raise BadInput("the form: it is not one of this page; open the call note again")
    occasion = visit.occasion_of_session
    note = CallNote.sent(sheet, occasion, visit.patient, values=sent.values, typed=sent.answers)
    return PageForm.of_call(note)


def _asked_of(request: Request) -> Read:
    def read(visit: LaunchVisit, sent: SentForm) -> PageForm:
        artefact = _artefact(request, visit)
        occasion = visit.occasion_of_session
        asked = AskedForm.sent(artefact, occasion, visit.patient, values=sent.values, typed=sent.answers)
        return PageForm.of_asked(asked, draft=bool(sent.values.get("draft")))

    return read


def _artefact(request: Request, visit: LaunchVisit) -> Json:
    """The Questionnaire of the address. Raises `Denied` where there is none."""
    form = request.path_params["form"]
    artefact = visit.occasion.content.find("Questionnaire", form)
    if artefact is None:
        raise Denied("unknown", "there is no such form here")
    return artefact
