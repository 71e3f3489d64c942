"""Addresses of the pages after a discharge: the transition, and the table of medicines.

The table goes three ways, as a call note does: `look` shows what would be written, `change` the table again, `write`
writes what was seen. Whatever somebody else has reconciled meanwhile is said, and what was typed is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from carefhir.errors import BadInput, CarefhirError
from carefhir.faces.web import statuses
from carefhir.faces.web.abilities import abilities
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.launch.acting import looked_at, written
from carefhir.faces.web.launch.answering_forms import in_the_way
from carefhir.faces.web.launch.session_routes import PLACES
from carefhir.faces.web.launch.visits import LaunchVisit, LaunchVisits
from carefhir.faces.web.pages import form_pages, pdf
from carefhir.faces.web.pages.form_pages import PageForm
from carefhir.faces.web.pages.frame import LaunchFrame
from carefhir.faces.web.pages.papers import packet_paper
from carefhir.faces.web.pages.reading_pages import not_read
from carefhir.faces.web.pages.reconcile_form import ReconcileForm
from carefhir.faces.web.pages.step_pages import Outcome
from carefhir.faces.web.pages.transition_page import transition_page
from carefhir.workflows.looking.medicine_sheet import MedicineSheet
from carefhir.workflows.looking.overview import Picture
from carefhir.workflows.whole_picture.packet_sheet import PacketSheet


class TransitionRoutes:
    """Answers for the pages after a discharge."""

    def __init__(self, visits: LaunchVisits) -> None:
        self._visits = visits

    def add(self, app: FastAPI) -> None:
        """Puts the addresses on an application."""
        for place in PLACES:
            app.add_route(f"{place}/transition", self.transition, methods=["GET"])
            app.add_route(f"{place}/transition/print", self.packet, methods=["GET"])
            app.add_route(f"{place}/transition/print.pdf", self.packet_as_pdf, methods=["GET"])
            app.add_route(f"{place}/reconcile", self.table, methods=["GET"])
            app.add_route(f"{place}/reconcile", self.table_sent, methods=["POST"])

    async def transition(self, request: Request) -> Response:
        """What follows the last discharge."""

        async def work(visit: LaunchVisit) -> Response:
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            try:
                picture = await _picture(visit, caller)
            except CarefhirError as error:
                return _not_read(frame, "Transition", error)
            return transition_page(frame, picture, abilities(caller))

        return await self._visits.visited(request, work)

    async def packet(self, request: Request) -> Response:
        """What the next place of care reads, to be printed."""

        async def work(visit: LaunchVisit) -> Response:
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            try:
                sheet = await visit.read("transition-packet", caller)
            except CarefhirError as error:
                return _not_read(frame, "Transition packet", error)
            return packet_paper(frame, cast("PacketSheet", sheet))

        return await self._visits.visited(request, work)

    async def packet_as_pdf(self, request: Request) -> Response:
        """The same as a PDF."""
        return await pdf.as_pdf(await self.packet(request), "transition-packet.pdf")

    async def table(self, request: Request) -> Response:
        """The table of medicines, with nothing filled in."""

        async def work(visit: LaunchVisit) -> Response:
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            try:
                picture = await _picture(visit, caller)
            except CarefhirError as error:
                return _not_read(frame, "Reconcile the medicines", error)
            if picture.medicines is None:
                return transition_page(frame, picture, abilities(caller))
            table = ReconcileForm.opened(picture.medicines, visit.occasion_of_session)
            return form_pages.shown(frame, PageForm.of_reconcile(table))

        return await self._visits.visited(request, work)

    async def table_sent(self, request: Request) -> Response:
        """The table, to look at or to write."""

        async def work(visit: LaunchVisit) -> Response:
            sent = await self._visits.sent(request, visit)
            sheet = MedicineSheet.read(str(sent.values.get("sheet", "")))
            if sheet is None:
                raise BadInput("the form: it is not one of this page; open the table of medicines again")
            caller = await visit.caller()
            frame = await self._visits.frame(visit, caller)
            table = ReconcileForm.sent(sheet, visit.occasion_of_session, sent.values)
            way = str(sent.values.get("way", ""))
            if way == "change":
                return form_pages.shown(frame, PageForm.of_reconcile(table))
            as_seen = {name: str(value) for name, value in sent.values.items() if name.startswith("seen.")}
            return await _TableAtWork(visit, caller, frame).answered(table, as_seen if way == "write" else None)

        return await self._visits.visited(request, work)


class _TableAtWork:
    """One table that was sent."""

    def __init__(self, visit: LaunchVisit, caller: Caller, frame: LaunchFrame) -> None:
        self._visit, self._caller, self._frame = visit, caller, frame

    async def answered(self, table: ReconcileForm, as_seen: dict[str, str] | None) -> Response:
        """What it comes to; `as_seen` is what somebody has seen of it and wants written, None where they only look."""
        page = PageForm.of_reconcile(table)
        if (stopped := in_the_way(self._frame, page, self._caller)) is not None:
            return stopped
        return await (self._looked(table, page) if as_seen is None else self._written(table, page, as_seen))

    async def _looked(self, table: ReconcileForm, page: PageForm) -> Response:
        looks = await looked_at(self._visit, self._caller, page.acts)
        if all(each.done_before for each in looks):
            return form_pages.looked_at(self._frame, page, looks)
        renewed = await self._read_anew(table)
        blank = _with_blanks(renewed, [each.outcome for each in looks])
        if blank.changed or not any(each.digest for each in looks):
            outcome = next((each.outcome for each in looks if not each.digest), None)
            told = None if blank.refused else outcome
            status = 409 if blank.changed else 422
            return form_pages.shown(
                self._frame, PageForm.of_reconcile(blank), tried=blank.refused, outcome=told, status=status
            )
        return form_pages.looked_at(self._frame, page, looks)

    async def _written(self, table: ReconcileForm, page: PageForm, as_seen: dict[str, str]) -> Response:
        results = await written(self._visit, self._caller, page.acts, as_seen)
        if all(each.done for each in results):
            return form_pages.became(self._frame, page, results)
        blank = _with_blanks(await self._read_anew(table), [each.outcome for each in results])
        again = PageForm.of_reconcile(blank)
        return form_pages.shown(self._frame, again, tried=blank.refused, results=results, status=409)

    async def _read_anew(self, table: ReconcileForm) -> ReconcileForm:
        """The answers on the lists as they are now; where those cannot be read, as they were."""
        try:
            picture = await _picture(self._visit, self._caller)
        except CarefhirError as error:
            if statuses.kind_of_error(error) == "not-signed-in":
                raise
            return table
        return table.read_anew(picture.medicines) if picture.medicines else table


def _with_blanks(table: ReconcileForm, outcomes: Sequence[Outcome]) -> ReconcileForm:
    """The table with a row for each answer that the step still wants."""
    for outcome in outcomes:
        if outcome.blanks:
            table = table.with_blanks(outcome.blanks, outcome.messages)
    return table


async def _picture(visit: LaunchVisit, caller: Caller) -> Picture:
    return cast("Picture", await visit.read("overview", caller))


def _not_read(frame: LaunchFrame, title: str, error: CarefhirError) -> Response:
    """Why there is nothing to read. Raises `Denied` where the session is over."""
    if statuses.kind_of_error(error) == "not-signed-in":
        raise error
    return not_read(frame, title, error)
