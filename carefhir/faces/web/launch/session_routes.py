"""Addresses within a session: every step and reading about the patient of the page, as pages and as JSON.

`/s/LAUNCH/…` in a launch for one patient; `/s/LAUNCH/patients/ID/…` in one for the list of today.
"""

from __future__ import annotations

from typing import cast

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from carefhir import catalog
from carefhir.engine.step import AnyStep, Step
from carefhir.errors import CarefhirError
from carefhir.faces.web import statuses
from carefhir.faces.web.abilities import CANNOT
from carefhir.faces.web.answering import Spoken, of_error, of_result
from carefhir.faces.web.app_context import AskedStep
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.launch import cookies
from carefhir.faces.web.launch.requests import FORM, prefilled, typed
from carefhir.faces.web.launch.visits import LaunchVisit, LaunchVisits, ability_of
from carefhir.faces.web.pages import outside, step_pages
from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.faces.web.pages.reading_pages import not_read, reading_page, sections_of
from carefhir.faces.web.pages.step_pages import FormHelp
from carefhir.faces.web.statuses import Denied
from carefhir.workflows.care_planning.plan_choices import PLAN_CHOICES, ChoicesForPlan
from carefhir.workflows.care_planning.propose_plan import PROPOSE_PLAN
from carefhir.workflows.looking.overview import Picture

PLACES = ("/s/{launch_id}", "/s/{launch_id}/patients/{patient}")
"""Where the pages about a patient lie."""


class SessionRoutes:
    """Answers for steps and readings."""

    def __init__(self, visits: LaunchVisits) -> None:
        self._visits = visits

    def add(self, app: FastAPI) -> None:
        """Puts the addresses on an application."""
        for place in PLACES:
            app.add_route(f"{place}/readings/{{name}}", self.reading, methods=["GET"])
            app.add_route(f"{place}/steps/{{name}}", self.form, methods=["GET"])
            app.add_route(f"{place}/steps/{{name}}", self.step, methods=["POST"])
        app.add_route("/s/{launch_id}/logout", self.logout, methods=["POST"])

    async def reading(self, request: Request) -> Response:
        """A reading: as a page for whoever takes one and where it has parts, else as JSON."""
        if "text/html" in request.headers.get("accept", ""):
            return await self._visits.visited(request, lambda visit: self._read(request, visit))
        spoken = Spoken(False)
        try:
            visit = await self._visits.open(request)
            result = await visit.read(request.path_params["name"], await visit.caller(), _query(request))
        except CarefhirError as error:
            return of_error(error, spoken)
        return of_result(result, spoken)

    async def _read(self, request: Request, visit: LaunchVisit) -> Response:
        caller, name = await visit.caller(), request.path_params["name"]
        reading = next((entry for entry in catalog.READINGS if entry.name == name), None)
        title = reading.title if reading else "No such page"
        try:
            result = await visit.read(name, caller, _query(request))
        except CarefhirError as error:
            kind = statuses.kind_of_error(error)
            if kind == "not-signed-in":
                raise
            frame, asked = await self._visits.frame(visit, caller), dict(request.query_params)
            if kind == "bad-input" and reading is not None:
                content = visit.occasion.content
                return step_pages.reading_form(frame, reading, content, asked=asked, why=error.message)
            return not_read(frame, title, error)
        if sections_of(result) is None:
            return of_result(result, Spoken(False))
        return reading_page(await self._visits.frame(visit, caller), title, result)

    async def form(self, request: Request) -> Response:
        """The form of a step."""

        async def work(visit: LaunchVisit) -> Response:
            step, caller = _step(request), await visit.caller()
            ability, frame = ability_of(step, caller), await self._visits.frame(visit, caller)
            if ability.how == CANNOT:
                return step_pages.impossible(frame, ability)
            asked = AskedStep.read(f"{step.name}:{about}") if (about := request.query_params.get("about")) else None
            given = asked.given if asked else prefilled(request, step.command)
            around = await _around(visit, caller, step, frame)
            return step_pages.form(frame, step, visit.occasion.content, ability=ability, values=given, around=around)

        return await self._visits.visited(request, work)

    async def step(self, request: Request) -> Response:
        """Carries out a step, or previews it: from a form as a page, from JSON as JSON."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
            return await self._visits.visited(request, lambda visit: self._by_form(request, visit))
        spoken = Spoken(False, writes=True)
        try:
            visit = await self._visits.open(request)
            sent = await self._visits.sent(request, visit)
            result = await visit.act(request.path_params["name"], await visit.caller(), dict(sent.values), sent)
        except CarefhirError as error:
            return of_error(error, spoken)
        return of_result(result, spoken)

    async def _by_form(self, request: Request, visit: LaunchVisit) -> Response:
        """A page writes only what somebody has seen: without a preview it comes to one."""
        sent = (await self._visits.sent(request, visit)).with_ticks()
        step, caller = _step(request), await visit.caller()
        frame, ability = await self._visits.frame(visit, caller), ability_of(step, caller)
        content, zone = visit.occasion.content, visit.occasion.zone
        around = await _around(visit, caller, step, frame)
        if sent.again:
            return step_pages.form(frame, step, content, ability=ability, values=sent.values, around=around)
        if problems := step_pages.left_empty(step.command, sent.values):
            return step_pages.form(
                frame,
                step,
                content,
                ability=ability,
                values=sent.values,
                around=around,
                outcome=step_pages.Outcome.of_words(sent.values, around),
                problems=problems,
                status=400,
            )
        try:
            values = typed(sent.values, step.command, zone)
            result = await visit.act(step.name, caller, values, sent if sent.expect else sent.as_preview())
        except CarefhirError as error:
            return step_pages.failed(
                frame, step, content, ability=ability, error=error, values=sent.values, around=around
            )
        return step_pages.became(
            frame, step, content, ability=ability, result=result, values=sent.values, around=around
        )

    async def logout(self, request: Request) -> Response:
        """Ends the session, here and at the EHR."""

        async def work(visit: LaunchVisit) -> Response:
            await self._visits.sent(request, visit, about=bool(visit.patient))
            revoked = await visit.launch.leave(visit.session, visit.handle)
            response = outside.signed_out(revoked=revoked, framed_by=visit.launch.launch.framed_by)
            response.headers.append("Set-Cookie", cookies.clearing(cookies.PREFIX + visit.session.launch_id))
            return response

        return await self._visits.visited(request, work, linking=True)  # also whoever is not linked can sign out


async def _around(visit: LaunchVisit, caller: Caller, step: AnyStep, frame: LaunchFrame) -> FormHelp:
    """Who is around the patient, for a step that names somebody, by name: where that cannot be read, whoever acts."""
    people = {caller.acting: frame.heading.who} if caller.acting and frame.heading.who else {}
    if step.name in CHOSEN:
        name, reading = CHOSEN[step.name]
        try:
            offered = cast("ChoicesForPlan", await visit.read(reading, caller))
        except CarefhirError:
            return FormHelp(people, frame.now, visit.occasion)  # codes are typed
        choices = tuple((choice.code, choice.in_words) for choice in offered.choices)
        if not choices:
            return FormHelp(people, frame.now, visit.occasion)
        urgent = f"starts in any case: {', '.join(offered.urgent)}" if offered.urgent else ""
        return FormHelp(people, frame.now, visit.occasion, {name: choices}, {name: urgent})
    if any(step_pages.refers_to(shown) in PEOPLE for shown in step.command.model_fields.values()):
        try:
            picture = cast("Picture", await visit.read("overview", caller))
        except CarefhirError:
            return FormHelp(now=frame.now, occasion=visit.occasion)  # names are typed, as references
        people = {**picture.people, **people}
    return FormHelp(people, frame.now, visit.occasion)


CHOSEN = {PROPOSE_PLAN.name: ("first_things", PLAN_CHOICES.name)}
"""Of a step the field whose values the chart offers, and the reading that has them."""

PEOPLE = frozenset({"Practitioner", "RelatedPerson"})
"""The types of records that a form can offer by name."""


def _query(request: Request) -> tuple[tuple[str, str], ...]:
    """What an address asks for; a form sends what was left empty, too."""
    return tuple((name, value) for name, value in request.query_params.multi_items() if value)


def _step(request: Request) -> AnyStep:
    """The step of the address. Raises `Denied` where there is none."""
    for entry in catalog.STEPS:
        if entry.name == request.path_params["name"] and isinstance(entry, Step):
            return entry
    raise Denied("unknown", "there is no such step here")
