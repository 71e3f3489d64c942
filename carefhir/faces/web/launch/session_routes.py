"""Addresses within a session, `/s/LAUNCH/…`: what the bearer API does, for the patient of the launch alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from carefhir import catalog
from carefhir.engine.step import AnyStep, Step
from carefhir.errors import CarefhirError
from carefhir.faces.web import statuses
from carefhir.faces.web.answering import Spoken, of_error, of_result
from carefhir.faces.web.app_context import AskedStep
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.launch import cookies, pages
from carefhir.faces.web.launch.abilities import CANNOT, Ability, abilities
from carefhir.faces.web.launch.chart_heading import HeadingReader
from carefhir.faces.web.launch.flow import RELAUNCH, EhrLaunch
from carefhir.faces.web.launch.reading_page import not_read, reading_page, sections_of
from carefhir.faces.web.launch.requests import FORM, SentForm, from_our_form, sent_form, typed
from carefhir.faces.web.launch.routes import Launches, shown
from carefhir.faces.web.launch.sessions import LaunchSession, form_token
from carefhir.faces.web.operations import Call
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import encode

Body = Callable[[Request], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class LaunchVisit:
    """One request in a session."""

    launch: EhrLaunch
    session: LaunchSession
    handle: str = field(repr=False)

    @property
    def patient_id(self) -> str:
        """The id of the only patient there is."""
        return self.session.patient.partition("/")[2]

    async def caller(self) -> Caller:
        """Who works in it, with a token that holds."""
        return await self.launch.caller(self.session.launch_id, self.handle)


class SessionRoutes:
    """Answers everything within a session. `body` reads what was posted, as far as the service takes it."""

    def __init__(self, desk: Launches, body: Body) -> None:
        self._desk, self._body = desk, body
        self._headings = {
            alias: HeadingReader(launch.ehr.settings, desk.tools.client) for alias, launch in desk.launches.items()
        }

    def add(self, app: FastAPI) -> None:
        """Puts the addresses on an application."""
        app.add_route("/s/{launch_id}/", self.first, methods=["GET"])
        app.add_route("/s/{launch_id}/readings/{name}", self.reading, methods=["GET"])
        app.add_route("/s/{launch_id}/steps/{name}", self.form, methods=["GET"])
        app.add_route("/s/{launch_id}/steps/{name}", self.step, methods=["POST"])
        app.add_route("/s/{launch_id}/logout", self.logout, methods=["POST"])

    async def first(self, request: Request) -> Response:
        """The first page of a launch."""

        async def work(visit: LaunchVisit) -> Response:
            caller = await visit.caller()
            asked = AskedStep.read(visit.session.came_for) if visit.session.came_for else None
            return pages.launched(await self._frame(visit, caller), abilities(caller), asked)

        return await self._visited(request, work)

    async def reading(self, request: Request) -> Response:
        """A reading: as a page for whoever takes one and where it has parts, else as JSON."""
        if "text/html" in request.headers.get("accept", ""):
            return await self._visited(request, lambda visit: self._read(request, visit))
        spoken = Spoken(False)
        try:
            visit = await self._visit(request)
            result = await self._shown(request, visit, await visit.caller())
        except CarefhirError as error:
            return of_error(error, spoken)
        return of_result(result, spoken)

    async def _read(self, request: Request, visit: LaunchVisit) -> Response:
        caller, name = await visit.caller(), request.path_params["name"]
        reading = next((entry for entry in catalog.READINGS if entry.name == name), None)
        title = reading.title if reading else "No such page"
        try:
            result = await self._shown(request, visit, caller)
        except CarefhirError as error:
            kind = statuses.kind_of_error(error)
            if kind == "not-signed-in":
                raise
            frame, asked = await self._frame(visit, caller), dict(request.query_params)
            if kind == "bad-input" and reading is not None:
                content = visit.launch.ehr.care.occasion().content
                return pages.reading_form(frame, reading, content, asked=asked, why=error.message)
            return not_read(frame, title, error)
        if sections_of(result) is None:
            return of_result(result, Spoken(False))
        return reading_page(await self._frame(visit, caller), title, result)

    async def _shown(self, request: Request, visit: LaunchVisit, caller: Caller) -> object:
        # A form sends what was left empty, too.
        query = tuple((name, value) for name, value in request.query_params.multi_items() if value)
        call = Call(fhir=False, authorization="", query=query, caller=caller)
        return await visit.launch.ehr.reading(request.path_params["name"], visit.patient_id, call)

    async def form(self, request: Request) -> Response:
        """The form of a step."""

        async def work(visit: LaunchVisit) -> Response:
            step, caller = _step(request), await visit.caller()
            ability = _ability(step, caller)
            frame = await self._frame(visit, caller)
            if ability.how == CANNOT:
                return pages.impossible(frame, ability)
            asked = AskedStep.read(f"{step.name}:{about}") if (about := request.query_params.get("about")) else None
            given = asked.given if asked else {}
            return pages.step_form(frame, step, visit.launch.ehr.care.occasion().content, ability=ability, values=given)

        return await self._visited(request, work)

    async def step(self, request: Request) -> Response:
        """Carries out a step, or previews it: from a form as a page, from JSON as JSON."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
            return await self._visited(request, lambda visit: self._by_form(request, visit))
        spoken = Spoken(False, writes=True)
        try:
            visit = await self._visit(request)
            sent = await self._sent(request, visit)
            result = await self._done(request, visit, sent, values=dict(sent.values), caller=await visit.caller())
        except CarefhirError as error:
            return of_error(error, spoken)
        return of_result(result, spoken)

    async def _by_form(self, request: Request, visit: LaunchVisit) -> Response:
        sent = await self._sent(request, visit)
        step, caller = _step(request), await visit.caller()
        frame, ability = await self._frame(visit, caller), _ability(step, caller)
        content = visit.launch.ehr.care.occasion().content
        try:
            values = typed(sent.values, step.command)
            result = await self._done(request, visit, sent, values=values, caller=caller)
        except CarefhirError as error:
            return pages.failed(frame, step, content, ability=ability, error=error, values=sent.values)
        return pages.became(frame, step, content, ability=ability, result=result, values=sent.values)

    async def _sent(self, request: Request, visit: LaunchVisit) -> SentForm:
        """What was posted. Raises `Denied` unless it comes from a page of this launch, for its patient."""
        session = visit.session
        sent = sent_form(request, await self._body(request))
        from_our_form(request, sent, handle=visit.handle, launch_id=session.launch_id, address=self._desk.tools.address)
        if sent.patient not in (session.patient, visit.patient_id):
            raise Denied(
                "conflict",
                "the form is for another patient than this launch: nothing was written; open the page again, and check "
                "whose chart it is",
            )
        return sent

    async def _done(
        self, request: Request, visit: LaunchVisit, sent: SentForm, *, values: dict[str, object], caller: Caller
    ) -> object:
        call = Call(
            fhir=False,
            authorization="",
            body=encode(values),
            query=(("preview", "true"),) if sent.preview else (),
            expect=sent.expect,
            moment=sent.moment,
            caller=caller,
        )
        return await visit.launch.ehr.step(request.path_params["name"], visit.patient_id, call)

    async def logout(self, request: Request) -> Response:
        """Ends the session, here and at the EHR."""

        async def work(visit: LaunchVisit) -> Response:
            await self._sent(request, visit)
            revoked = await visit.launch.leave(visit.session, visit.handle)
            response = pages.signed_out(revoked=revoked, framed_by=visit.launch.launch.framed_by)
            response.headers.append("Set-Cookie", cookies.clearing(cookies.PREFIX + visit.session.launch_id))
            return response

        return await self._visited(request, work)

    # -- one visit -----------------------------------------------------------------------------------------------------

    async def _visit(self, request: Request) -> LaunchVisit:
        """The session of the address, by this browser's cookie for it. Raises `Denied` unless both match."""
        launch_id = request.path_params["launch_id"]
        handle = request.cookies.get(cookies.PREFIX + launch_id, "")
        session = await self._desk.tools.sessions.find(launch_id, handle) if handle else None
        if session is None or session.ehr not in self._desk.launches:
            raise Denied("not-signed-in", RELAUNCH)
        return LaunchVisit(self._desk.launches[session.ehr], session, handle)

    async def _visited(self, request: Request, work: Callable[[LaunchVisit], Awaitable[Response]]) -> Response:
        async def visited() -> Response:
            visit = await self._visit(request)
            return await shown(lambda: work(visit), visit.launch.launch.framed_by)

        # Also the page that says that a session is over stands in the EHR's frame.
        alias = request.path_params["launch_id"].rpartition("-")[0]
        return await shown(visited, self._desk.framed_by(alias))

    async def _frame(self, visit: LaunchVisit, caller: Caller) -> pages.LaunchFrame:
        ehr, session = visit.launch.ehr, visit.session
        heading = await self._headings[session.ehr].heading(caller, ehr.care.occasion().now.date())
        return pages.LaunchFrame(
            ehr=ehr.settings.name,
            server=ehr.settings.fhir,
            launch_id=session.launch_id,
            patient=session.patient,
            form_token=form_token(visit.handle, session.launch_id),
            banner=session.banner,
            heading=heading,
            framed_by=visit.launch.launch.framed_by,
        )


def _step(request: Request) -> AnyStep:
    """The step of the address. Raises `Denied` where there is none."""
    for entry in catalog.STEPS:
        if entry.name == request.path_params["name"] and isinstance(entry, Step):
            return entry
    raise Denied("unknown", "there is no such step here")


def _ability(step: AnyStep, caller: Caller) -> Ability:
    for ability in abilities(caller):
        if ability.name == step.name:
            return ability
    raise Denied("unknown", "there is no such step about a patient")
