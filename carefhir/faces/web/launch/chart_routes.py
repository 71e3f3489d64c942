"""Addresses of the pages that a care manager works in: today, and one patient."""

from __future__ import annotations

from typing import cast

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from carefhir.errors import CarefhirError
from carefhir.faces.web import statuses
from carefhir.faces.web.abilities import abilities
from carefhir.faces.web.app_context import AskedStep
from carefhir.faces.web.launch.session_routes import PLACES
from carefhir.faces.web.launch.visits import LaunchVisit, LaunchVisits
from carefhir.faces.web.pages.patient_page import patient_page, without_overview
from carefhir.faces.web.pages.reading_pages import not_read
from carefhir.faces.web.pages.today import TodayFilter, today_page
from carefhir.workflows.looking.list_rows import List
from carefhir.workflows.looking.overview import Picture


class ChartRoutes:
    """Answers with the pages."""

    def __init__(self, visits: LaunchVisits) -> None:
        self._visits = visits

    def add(self, app: FastAPI) -> None:
        """Puts the addresses on an application."""
        for place in PLACES:
            app.add_route(f"{place}/", self.first, methods=["GET"])
            app.add_route(f"{place}/all", self.everything, methods=["GET"])

    async def first(self, request: Request) -> Response:
        """The first page about a patient; in a session for nobody in particular, the list of today."""

        async def work(visit: LaunchVisit) -> Response:
            return await (self._patient(visit) if visit.patient else self._today(request, visit))

        return await self._visits.visited(request, work)

    async def _today(self, request: Request, visit: LaunchVisit) -> Response:
        caller = await visit.caller()
        frame, wanted = await self._visits.frame(visit, caller), TodayFilter.read(request.query_params)
        try:
            shown = await visit.read(wanted.reading, caller, wanted.asks)
        except CarefhirError as error:
            if statuses.kind_of_error(error) == "not-signed-in":
                raise
            return not_read(frame, "Today", error, again=True)
        return today_page(frame, cast("List", shown), wanted)

    async def _patient(self, visit: LaunchVisit) -> Response:
        caller = await visit.caller()
        frame = await self._visits.frame(visit, caller)
        came_for = visit.session.came_for if visit.session.patient else ""
        asked = AskedStep.read(came_for) if came_for else None
        able = abilities(caller)
        try:
            picture = await visit.read("overview", caller)
        except CarefhirError as error:
            if statuses.kind_of_error(error) == "not-signed-in":
                raise
            return without_overview(frame, able, error=error, asked=asked)
        return patient_page(frame, cast("Picture", picture), able, visit.occasion.content, asked)

    async def everything(self, request: Request) -> Response:
        """Every step and reading, and how far each goes in this launch."""

        async def work(visit: LaunchVisit) -> Response:
            caller = await visit.caller()
            able = abilities(caller)
            return (await self._visits.frame(visit, caller)).page(
                "all.html",
                "All steps and readings",
                steps=[each for each in able if each.writes],
                readings=[each for each in able if not each.writes],
            )

        return await self._visits.visited(request, work)
