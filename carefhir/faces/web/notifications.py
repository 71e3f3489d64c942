"""Notifications of a FHIR server (R4 Subscription, rest-hook): something changed, so the person is looked over.

A notification is a hint and nothing more: of a resource that comes with it only type and id are read, and the resource
itself is asked for. `sweep` then finds what nobody has noticed, and writes a Task for each find, never twice. So a
notification that comes twice, late or out of order changes nothing; one that is lost is made up for by the next sweep.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from weakref import WeakValueDictionary

from fastapi import FastAPI, Request, Response

from carefhir.errors import BadInput, CarefhirError, where
from carefhir.faces.async_care import AsyncCare
from carefhir.faces.web.answering import Spoken, answer, of_error, problem
from carefhir.faces.web.bearer import token_of
from carefhir.faces.web.notification_settings import NotificationSettings
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import Json, NotJson, decode
from carefhir.fhir.gather import gather
from carefhir.fhir.record import relative
from carefhir.fhir.search import Named, Need
from carefhir.workflows.panel.changed_since import NOTIFIED

PATH = "notifications"
SPOKEN = Spoken(fhir=False, writes=True)
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
Body = Callable[[Request], Awaitable[bytes]]


class NotifiedEhr:
    """Takes the notifications of one EHR."""

    def __init__(self, care: AsyncCare, settings: NotificationSettings) -> None:
        self._care, self._secret = care.on_behalf_of(settings.acting), settings.secret
        self._looking: WeakValueDictionary[str, _Turn] = WeakValueDictionary()

    def check(self, authorization: str) -> None:
        """Raises `Denied` unless the secret is the one that was set."""
        if not hmac.compare_digest(token_of(authorization).encode(), self._secret.encode()):
            raise Denied("not-signed-in", "the secret does not hold")

    async def notified(self, reference: str) -> Json:
        """Looks over whom a resource (`Encounter/1`) is about, or, where it is not known which one changed, everybody
        whom a change may concern. Raises what `sweep` raises: the server sends it again."""
        patient = await self._patient(reference) if reference else ""
        if reference and not patient:
            return {"looked_at": 0, "found": 0, "why": "it is not there any more, not visible, or about nobody"}
        turn = self._looking.setdefault(patient, _Turn())
        async with turn.held:  # one after the other: the second sees what the first has written
            swept = await self._care.sweep(patients=(patient,) if patient else ())
        return {
            "looked_at": swept.looked_at,
            "found": sum(len(row.finds) for row in swept.rows),
            "whole": swept.whole,
        }

    async def _patient(self, reference: str) -> str:
        """Whom a resource is about, by the resource as the server has it now."""
        type_ = reference.partition("/")[0]
        need = Need("notified", type_, (Named("{notified}"),))
        await self._care.capabilities()
        server = self._care._server()
        flow = gather((need,), {"notified": reference}, server.capabilities, server.home, way=server.way)
        record = (await self._care._look(flow)).one("notified")
        about = record.json.get(NOTIFIED[type_]) if record is not None else None
        patient = relative(str(about.get("reference", ""))) if isinstance(about, dict) else None
        return patient if patient is not None and patient.startswith("Patient/") else ""


class _Turn:
    """A lock with weak references."""

    def __init__(self) -> None:
        self.held = asyncio.Lock()


def add_notifications(app: FastAPI, notified: Mapping[str, NotifiedEhr], *, body: Body) -> None:
    """Adds the addresses: bare, for notifications that say nothing or bring the resource, and with the resource's own
    place below, where servers put or post it."""

    async def take(request: Request) -> Response:
        try:
            at = notified.get(request.path_params["ehr"])
            if at is None:
                raise Denied("unknown", "no notifications are taken at this address")
            at.check(request.headers.get("authorization", ""))
            reference = _reference(request.path_params, await body(request))
            return answer(200, await at.notified(reference), SPOKEN, "notified")
        except CarefhirError as error:
            return of_error(error, SPOKEN)
        except Exception as error:  # noqa: BLE001  its text may hold patient data, its kind and place do not
            return problem("unexpected", f"unexpected: {where(error)}", SPOKEN)

    app.add_route(f"/{{ehr}}/{PATH}", take, methods=["POST"])
    app.add_route(f"/{{ehr}}/{PATH}/{{type}}/{{id}}", take, methods=["POST", "PUT"])


def _reference(place: Mapping[str, str], body: bytes) -> str:
    """Which resource changed, `Type/id`; "" where the notification does not say. Raises `BadInput`."""
    document: Any = {}
    if body.strip():
        try:
            document = decode(body)
        except NotJson:
            raise BadInput("the body: it is not JSON") from None
        if not isinstance(document, dict):
            raise BadInput("the body: a JSON object was expected")
    type_, id_ = place.get("type") or document.get("resourceType"), place.get("id") or document.get("id")
    if type_ is None and id_ is None:
        return ""
    if type_ not in NOTIFIED:
        raise BadInput(f"notifications are taken of {', '.join(sorted(NOTIFIED))}")
    if not isinstance(id_, str) or not ID.fullmatch(id_):
        raise BadInput("id: expected an id of FHIR")
    return f"{type_}/{id_}"
