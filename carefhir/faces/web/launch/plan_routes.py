"""Addresses of a patient's plan: to talk it over, to sign it, to print it; and of what waits for whoever signs."""

from __future__ import annotations

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
from carefhir.faces.web.pages import form_pages, pdf
from carefhir.faces.web.pages.form_pages import PageForm
from carefhir.faces.web.pages.papers import summary_paper
from carefhir.faces.web.pages.plan_form import ACTS, PlanForm
from carefhir.faces.web.pages.reading_pages import not_read
from carefhir.faces.web.pages.supervisor import supervisor_page
from carefhir.faces.web.statuses import Denied
from carefhir.workflows.looking.list_rows import List
from carefhir.workflows.whole_picture.plan_sheet import PlanSheet
from carefhir.workflows.whole_picture.sign_off_summary import PlanSummary

OF_ONE_PATIENT = (
    "this launch is for one patient: what waits for your signature, over all patients, is in a launch without one"
)


class PlanRoutes:
    """Answers for the pages of a plan, and for whoever signs plans."""

    def __init__(self, visits: LaunchVisits) -> None:
        self._visits = visits

    def add(self, app: FastAPI) -> None:
        """Puts the addresses on an application."""
        for place in PLACES:
            app.add_route(f"{place}/plan", self.plan, methods=["GET"])
            app.add_route(f"{place}/plan", self.sent, methods=["POST"])
            app.add_route(f"{place}/plan/print", self.printed, methods=["GET"])
            app.add_route(f"{place}/plan/print.pdf", self.as_pdf, methods=["GET"])
            app.add_route(f"{place}/plan/summary", self.summary, methods=["GET"])
            app.add_route(f"{place}/plan/summary.pdf", self.summary_as_pdf, methods=["GET"])
        app.add_route("/s/{launch_id}/supervisor", self.supervisor, methods=["GET"])

    async def plan(self, request: Request) -> Response:
        """The plan as it is."""

        async def work(visit: LaunchVisit) -> Response:
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            try:
                sheet = await _sheet(visit, caller, request.query_params.get("plan", ""))
            except CarefhirError as error:
                _over(error)
                return not_read(frame, "Plan", error)
            return form_pages.shown(frame, PageForm.of_plan(PlanForm(sheet, visit.occasion_of_session)))

        return await self._visits.visited(request, work)

    async def sent(self, request: Request) -> Response:
        """What the patient said, a request for a signature, a signature or a return: to look at or to write."""

        async def work(visit: LaunchVisit) -> Response:
            sent = await self._visits.sent(request, visit)
            if sent.values.get("act") not in ACTS or not sent.values.get("plan"):
                raise BadInput("the form: it is not one of this page; open the plan again")
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            try:
                page = await _page(visit, caller, sent)
            except CarefhirError as error:
                _over(error)
                return not_read(frame, "Plan", error)
            return await answered(frame, visit, caller, page=page, sent=sent)

        return await self._visits.visited(request, work)

    async def printed(self, request: Request) -> Response:
        """The patient's copy."""

        async def work(visit: LaunchVisit) -> Response:
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            try:
                sheet = await _sheet(visit, caller, request.query_params.get("plan", ""))
            except CarefhirError as error:
                _over(error)
                return not_read(frame, "The patient's copy", error)
            return frame.page(
                "plan_print.html",
                "Your care plan",
                copy=sheet.copy,
                identity=sheet.identity,
                pdf=pdf.can_make(),
                plans_unseen="care plans" in sheet.incomplete,
            )

        return await self._visits.visited(request, work)

    async def as_pdf(self, request: Request) -> Response:
        """The same as a PDF."""
        return await pdf.as_pdf(await self.printed(request), "care-plan.pdf")

    async def summary(self, request: Request) -> Response:
        """One page for whoever signs."""

        async def work(visit: LaunchVisit) -> Response:
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            try:
                summary = await visit.read("plan-summary", caller, _of_plan(request.query_params.get("plan", "")))
            except CarefhirError as error:
                _over(error)
                return not_read(frame, "Summary for the signature", error)
            return summary_paper(frame, cast("PlanSummary", summary))

        return await self._visits.visited(request, work)

    async def summary_as_pdf(self, request: Request) -> Response:
        """The same as a PDF."""
        return await pdf.as_pdf(await self.summary(request), "plan-summary.pdf")

    async def supervisor(self, request: Request) -> Response:
        """What waits for whoever acts to sign or decide."""

        async def work(visit: LaunchVisit) -> Response:
            if visit.patient:
                raise Denied("not-granted", OF_ONE_PATIENT)
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            try:
                shown = await visit.read("worklist", caller)
            except CarefhirError as error:
                _over(error)
                return not_read(frame, "To sign and decide", error, again=True)
            return supervisor_page(frame, cast("List", shown))

        return await self._visits.visited(request, work)


async def _sheet(visit: LaunchVisit, caller: Caller, plan: str) -> PlanSheet:
    return cast("PlanSheet", await visit.read("show-plan", caller, _of_plan(plan)))


def _of_plan(plan: str) -> tuple[tuple[str, str], ...]:
    return (("plan", plan),) if plan else ()


async def _page(visit: LaunchVisit, caller: Caller, sent: SentForm) -> PageForm:
    """The form as it was sent, about the plan as it is now."""
    sheet = await _sheet(visit, caller, str(sent.values["plan"]))
    if not sheet.reference:
        raise Denied(
            "unknown", "this plan is not on the server any more, or is not this patient's: nothing was written"
        )
    return PageForm.of_plan(PlanForm(sheet, visit.occasion_of_session, sent.values))


def _over(error: CarefhirError) -> None:
    if statuses.kind_of_error(error) == "not-signed-in":
        raise error
