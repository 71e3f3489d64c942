"""The addresses of CDS Hooks, for each EHR that has hooks: discovery, services, feedback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response

from carefhir.engine.considering import slots_for
from carefhir.engine.step import Command
from carefhir.errors import BadInput, CarefhirError, where
from carefhir.faces.async_care import AsyncCare
from carefhir.faces.web.answering import Spoken, answer, of_error, problem
from carefhir.faces.web.hooks import cards, prefetch
from carefhir.faces.web.hooks.calls import HookCall, call_of
from carefhir.faces.web.hooks.client_tokens import FirstUses, HookClients, SignedCalls
from carefhir.faces.web.hooks.feedback import CARDS, CardFeedback, meters
from carefhir.faces.web.hooks.hook_settings import HooksSettings
from carefhir.faces.web.hooks.prefetch import Fetching
from carefhir.faces.web.hooks.services import SERVICES, HookService, service_named
from carefhir.faces.web.metrics import Counting, ServiceMetrics
from carefhir.faces.web.operations import Ehr
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.codec import Json, NotJson, decode
from carefhir.fhir.gather import Records, gather
from carefhir.fhir.wire import Flow

PATH = "cds-services"
SPOKEN = Spoken(fhir=True)
"""Errors are OperationOutcomes, as CDS Hooks 3.0 has them; 2.0 leaves it open."""

ANSWERED_WITHIN = 10.0
"""Seconds for everything that is read for a call: somebody waits, and the EHR gives up before."""

Body = Callable[[Request], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class EhrHooks:
    """The hooks of one EHR at work."""

    alias: str
    care: AsyncCare
    clients: HookClients
    app: str
    feedback: CardFeedback
    counter: Counting

    async def discovery(self) -> Json:
        """What can be called, and what to send along."""
        occasion = self.care.occasion()
        return {"services": [service.document(occasion) for service in SERVICES]}

    async def called(self, service: HookService, document: Json) -> Json:
        """The cards of a service. Raises `BadInput`, and `Denied` where it cannot answer."""
        call = call_of(document, service.hook, self.care.home)
        command = service.command(call)
        shown = await self._shown(service, call, command)
        to_show = tuple(service.cards(shown, self.app))
        for card in to_show:
            labels = {"ehr": self.alias, "service": service.id, "indicator": card.indicator}
            self.counter.count(CARDS, labels)
        return cards.response(to_show)

    async def _shown(self, service: HookService, call: HookCall, command: Command) -> Any:
        """What the reading shows, of what was sent along and what the call's own token reaches; never with a token of
        ours, which might see more than whoever looks at the card."""
        authorization, needs = call.authorization, service.reading.needs
        types = frozenset((*(need.type for need in needs), *(each.type for need in needs for each in need.follow)))
        fetching = Fetching(authorization is not None, authorization.lacking(types) if authorization else frozenset())
        care = self.care.on_behalf_of("", token=authorization.token if authorization else "")
        occasion = care.occasion()
        slots = slots_for(command, occasion)
        given = prefetch.prefetched(needs, slots, call.prefetch, home=care.home)
        flow: Flow[Records] = gather(needs, slots, Capabilities(), care.home, way="searches")
        try:
            async with asyncio.timeout(ANSWERED_WITHIN):
                records = await care._look(prefetch.carried_out(flow, given, fetching))
        except TimeoutError:
            raise Denied("lacks-data", "the FHIR server did not answer while somebody waits for a card") from None
        return service.reading.read(records, command, occasion)


def add_hooks(
    app: FastAPI,
    address: str,
    ehrs: Mapping[str, Ehr],
    *,
    client: httpx.AsyncClient,
    body: Body,
    metrics: ServiceMetrics,
    uses: FirstUses | None = None,
    fixed: Mapping[str, HookClients] | None = None,
) -> None:
    """Adds the addresses. `client` fetches keys, `body` reads what is posted; `uses` knows what any worker was called
    with (left out, only this one's calls are known); `fixed` checks calls, by EHR, instead of
    what is set."""
    for meter in meters(ehrs, (service.id for service in SERVICES)):
        metrics.add(meter)
    hooks = {
        alias: _at_work(ehr, client, metrics, uses=uses, fixed=(fixed or {}).get(alias))
        for alias, ehr in ehrs.items()
        if ehr.settings.hooks is not None or alias in (fixed or {})
    }

    _routes(app, address, hooks, body=body)


def _routes(app: FastAPI, address: str, hooks: Mapping[str, EhrHooks], *, body: Body) -> None:
    """Each address, behind the token for exactly that address."""

    async def discovery(request: Request) -> Response:
        async def work(at: EhrHooks) -> Json:
            await at.clients.check(_token(request), f"{address}/{at.alias}/{PATH}")
            return await at.discovery()

        return await _answered(hooks, request, work)

    async def call(request: Request) -> Response:
        async def work(at: EhrHooks) -> Json:
            service = _service(request)
            await at.clients.check(_token(request), f"{address}/{at.alias}/{PATH}/{service.id}")
            return await at.called(service, _document(await body(request)))

        return await _answered(hooks, request, work)

    async def feedback(request: Request) -> Response:
        async def work(at: EhrHooks) -> None:
            service = _service(request)
            await at.clients.check(_token(request), f"{address}/{at.alias}/{PATH}/{service.id}/feedback")
            at.feedback.take(service.id, _document(await body(request)))

        return await _answered(hooks, request, work)

    app.add_route(f"/{{ehr}}/{PATH}", discovery, methods=["GET"])
    app.add_route(f"/{{ehr}}/{PATH}/{{service}}", call, methods=["POST"])
    app.add_route(f"/{{ehr}}/{PATH}/{{service}}/feedback", feedback, methods=["POST"])


def _at_work(
    ehr: Ehr, client: httpx.AsyncClient, counter: Counting, *, uses: FirstUses | None, fixed: HookClients | None
) -> EhrHooks:
    settings = ehr.settings.hooks
    alias = ehr.settings.alias
    clients = fixed or SignedCalls(settings or HooksSettings((), ()), client, uses=uses)
    return EhrHooks(
        alias=alias,
        care=ehr.care,
        clients=clients,
        app=settings.app if settings else "",
        feedback=CardFeedback(alias, counter),
        counter=counter,
    )


async def _answered(
    hooks: Mapping[str, EhrHooks], request: Request, work: Callable[[EhrHooks], Awaitable[Json | None]]
) -> Response:
    """Every end of a call, as an answer."""
    try:
        at = hooks.get(request.path_params["ehr"])
        if at is None:
            raise Denied("unknown", "there are no hooks at this address")
        document = await work(at)
    except CarefhirError as error:
        return of_error(error, SPOKEN)
    except Exception as error:  # noqa: BLE001  its text may hold patient data, its kind and place do not
        return problem("unexpected", f"unexpected: {where(error)}", SPOKEN)
    return Response(status_code=200) if document is None else answer(200, document, Spoken(fhir=False), "read")


def _token(request: Request) -> str:
    return request.headers.get("authorization", "")


def _service(request: Request) -> HookService:
    service = service_named(request.path_params["service"])
    if service is None:
        raise Denied("unknown", f"there is no such service here; there are: {', '.join(each.id for each in SERVICES)}")
    return service


def _document(body: bytes) -> Json:
    try:
        document = decode(body)
    except NotJson:
        raise BadInput("the body: it is not JSON") from None
    if not isinstance(document, dict):
        raise BadInput("the body: a JSON object was expected")
    return document
