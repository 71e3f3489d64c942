"""The application: routes, the size of bodies, health and readiness."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response

from carefhir.errors import CarefhirError, where
from carefhir.faces.async_care import AsyncCare
from carefhir.faces.limits import limits_of
from carefhir.faces.sign_in import keyring_of
from carefhir.faces.web import definitions
from carefhir.faces.web.answering import (
    FHIR,
    JSON,
    CountedAnswer,
    Spoken,
    answer,
    of_error,
    of_result,
    preferred,
    problem,
)
from carefhir.faces.web.around import RequestFrame
from carefhir.faces.web.bearer import Bearers, bearers_of
from carefhir.faces.web.companion import ehr_as_home, keyring_of_both
from carefhir.faces.web.delivering import DeliveryRounds
from carefhir.faces.web.hooks.client_tokens import HookClients, StoredUses
from carefhir.faces.web.hooks.routes import add_hooks
from carefhir.faces.web.launch.mounting import add_launch
from carefhir.faces.web.launch.requests import FORM
from carefhir.faces.web.monitoring import ExchangeWatch, Monitoring
from carefhir.faces.web.notifications import NotifiedEhr, add_notifications
from carefhir.faces.web.operating import METRICS_PATH
from carefhir.faces.web.operations import Call, Ehr, method_of
from carefhir.faces.web.proxies import arrival_of
from carefhir.faces.web.rate_limits import RateLimits
from carefhir.faces.web.remembering import ServiceMemory, memory_of
from carefhir.faces.web.settings import EhrSettings, ServiceSettings
from carefhir.faces.web.statuses import Denied
from carefhir.faces.web.stopping import Stopping
from carefhir.faces.web.tracing import Tracing, tracing_to
from carefhir.fhir.wire import MAIN
from carefhir.occasion import Site

BARE: Any = {
    "docs_url": None,
    "redoc_url": None,
    "redirect_slashes": False,
    "telemetry": {
        **dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False),
        "exclude": lambda scope: True,
    },
}
"""What FastAPI does by itself, and not here. A redirect would be made from the host that the caller names. Its own
telemetry (0.165) begins as soon as the process has an OpenTelemetry provider, or a variable says so, and holds paths,
queries and the words of exceptions: `carefhir.faces.web.tracing` does it without."""

READY_FOR = 10.0
"""Seconds for which the last look at the FHIR servers is repeated: nobody can make the service flood them."""


def create_app(
    settings: ServiceSettings,
    *,
    client: httpx.AsyncClient | None = None,
    bearers: Mapping[str, Bearers] | None = None,
    hook_clients: Mapping[str, HookClients] | None = None,
    now: datetime | None = None,
    tracing: Tracing | None = None,
    memory: ServiceMemory | None = None,
    wall: Callable[[], float] = time.time,
) -> FastAPI:
    """The service for these settings. `client` sends what it sends, to FHIR servers and issuers (it must not follow
    redirects; left out, one of its own is made and closed at the end); `bearers` check tokens, by EHR, instead of what
    is set, and `hook_clients` those who call hooks; `now` fixes the time of the steps; `wall` gives seconds since 1970,
    by which launches and their tokens end; `tracing` makes spans, and `memory` remembers, instead of what is set.
    `app.state` has `monitoring`, `limits`, `stopping` and `delivery_rounds`. Raises `BadInput` and `ContentError` for
    settings that cannot be used."""
    sender = client or httpx.AsyncClient(trust_env=False, follow_redirects=False, headers={"User-Agent": "carefhir"})
    aliases = frozenset(ehr.alias for ehr in settings.ehrs)
    monitoring = Monitoring(aliases, tracing=tracing or tracing_to(settings.operating.traces))
    remembered = memory or memory_of(settings.operating, wall)
    limits = RateLimits(settings.operating, monitoring.metrics, remembered)
    ehrs = {}
    for ehr in settings.ehrs:
        checked = (bearers or {}).get(ehr.alias)
        ehrs[ehr.alias] = _at_work(ehr, sender, checked, now=now, limits=limits, monitoring=monitoring)

    rounds = [
        DeliveryRounds(alias, ehr.care, companion, monitoring.log)
        for alias, ehr in ehrs.items()
        if (companion := ehr.settings.companion) is not None and companion.deliver_as
    ]

    @contextlib.asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        going = [asyncio.create_task(each.go_on()) for each in rounds]
        yield
        for each in going:
            each.cancel()
        await asyncio.gather(*going, return_exceptions=True)
        if client is None:
            await sender.aclose()
        await remembered.close()
        monitoring.tracing.close()

    app = FastAPI(title="carefhir", lifespan=living, openapi_url="/openapi.json", **BARE)
    # Described when first asked: that takes longer than everything else here.
    app.openapi = functools.cache(lambda: definitions.openapi(settings))  # type: ignore[method-assign]  # FastAPI's way
    app.state.monitoring, app.state.limits, app.state.stopping = monitoring, limits, Stopping()
    app.state.delivery_rounds = rounds
    _health(app, ehrs, remembered)
    _metrics(app, settings, monitoring)
    _fhir(app, settings, ehrs, _largest(settings))
    _api(app, ehrs, _largest(settings))
    add_hooks(
        app,
        settings.address,
        ehrs,
        client=sender,
        body=_largest(settings),
        metrics=monitoring.metrics,
        uses=StoredUses(remembered.store) if remembered.shared else None,
        fixed=hook_clients,
    )
    taken = {alias: NotifiedEhr(ehr.care, each) for alias, ehr in ehrs.items() if (each := ehr.settings.notifications)}
    add_notifications(app, taken, body=_largest(settings))
    forms = _largest(settings, kinds=(JSON, FORM))
    add_launch(app, ehrs, address=settings.address, client=sender, body=forms, wall=wall, memory=remembered)
    _otherwise(app)
    app.add_middleware(RequestFrame, monitoring=monitoring, proxies=settings.operating.proxies)
    return app


def _at_work(
    ehr: EhrSettings,
    client: httpx.AsyncClient,
    bearers: Bearers | None,
    *,
    now: datetime | None,
    limits: RateLimits,
    monitoring: Monitoring,
) -> Ehr:
    site, companion = ehr.site, ehr.companion
    written = companion.site if companion else site
    own = None if ehr.passes_token_on else keyring_of(site)
    care = AsyncCare(
        companion.fhir if companion else ehr.fhir,
        client=client,
        headers={} if companion else ehr.headers,
        headers_beside={companion.home_name: ehr.headers} if companion else {},
        sign_in=keyring_of_both(ehr, companion) if companion else own,
        beside=(ehr_as_home(ehr, companion),) if companion else (),
        timeout=site.timeout,
        now=now,
        zone=site.zone,
        site=Site(site.on_call),
        content=site.content,
        licenses=site.licenses,
        also_known_as=written.also_known_as,
        limits=limits_of(written),
        observer=ExchangeWatch(ehr.alias, monitoring),
    )
    return Ehr(ehr, care, bearers or bearers_of(ehr, client), limits=limits, monitoring=monitoring)


Body = Callable[[Request], Awaitable[bytes]]


def _largest(settings: ServiceSettings, kinds: tuple[str, ...] = (JSON, FHIR)) -> Body:
    async def body(request: Request) -> bytes:
        """The body, as far as the service takes it."""
        largest = settings.largest_request
        length = request.headers.get("content-length", "0")
        too_large = Denied("too-large", f"the body is larger than {largest} bytes")
        if length.isdecimal() and int(length) > largest:
            raise too_large
        parts, size = [], 0
        async for part in request.stream():
            size += len(part)
            if size > largest:
                raise too_large
            parts.append(part)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if size and kind not in kinds:
            raise Denied("not-json", f"the body must be {' or '.join(kinds)}")
        return b"".join(parts)

    return body


def _spoken(request: Request, *, fhir: bool, writes: bool = False) -> Spoken:
    return Spoken(fhir, preferred(request.headers.get("prefer", "")), writes)


def _call(request: Request, body: bytes, *, fhir: bool) -> Call:
    return Call(
        fhir=fhir,
        authorization=request.headers.get("authorization", ""),
        body=body,
        query=tuple(request.query_params.multi_items()),
        expect=request.headers.get(definitions.EXPECT, ""),
        moment=request.headers.get(definitions.MOMENT, ""),
        address=arrival_of(request.scope).address,
    )


def _ehr(ehrs: Mapping[str, Ehr], alias: str) -> Ehr:
    if alias not in ehrs:
        raise Denied("unknown", f"there is no such EHR here; there are: {', '.join(ehrs)}")
    return ehrs[alias]


async def _told(work: Callable[[], Awaitable[object]], spoken: Spoken) -> Response:
    """Every end of a request, as an answer."""
    try:
        return of_result(await work(), spoken)
    except CarefhirError as error:
        return of_error(error, spoken)
    except Exception as error:  # noqa: BLE001  its text may hold patient data, its kind and place do not
        return problem("unexpected", f"unexpected: {where(error)}", spoken)


def _health(app: FastAPI, ehrs: Mapping[str, Ehr], memory: ServiceMemory) -> None:
    looked: dict[str, Any] = {"at": float("-inf"), "document": {}, "remembers": True}

    @app.get("/health")
    async def health() -> Response:
        return answer(200, {"lives": True}, Spoken(False), "health")

    @app.get("/ready")
    async def ready() -> Response:
        if time.monotonic() - looked["at"] > READY_FOR:
            looked["document"] = {alias: await _answers(ehr) for alias, ehr in ehrs.items()}
            looked["remembers"] = await memory.answers()
            looked["at"] = time.monotonic()
        stopping = app.state.stopping.begun
        answering = looked["remembers"] and all(each["answers"] for each in looked["document"].values())
        whole = answering and not stopping
        document = {"ready": whole, "stopping": stopping, "ehrs": looked["document"]}
        if memory.shared is not None:
            document["redis"] = {"answers": looked["remembers"]}
        return answer(200 if whole else 503, document, Spoken(False), "ready")


def _metrics(app: FastAPI, settings: ServiceSettings, monitoring: Monitoring) -> None:
    if not settings.operating.metrics_here:
        return

    @app.get(METRICS_PATH)
    async def metrics() -> Response:
        page, media = monitoring.metrics.page()
        return CountedAnswer(page, status=200, headers={}, media=media, kind="metrics")


async def _answers(ehr: Ehr) -> dict[str, Any]:
    """Whether its FHIR server answers; of an EHR with a companion, whether both do."""
    if ehr.companion is None:
        return await _says(ehr, MAIN)
    there, companion = await _says(ehr, ehr.companion.settings.home_name), await _says(ehr, MAIN)
    return {**there, "answers": there["answers"] and companion["answers"], "companion": companion}


async def _says(ehr: Ehr, home: str) -> dict[str, Any]:
    try:
        return {"answers": True, "software": await ehr.care.software(home)}
    except CarefhirError as error:
        return {"answers": False, "why": error.message}


def _fhir(app: FastAPI, settings: ServiceSettings, ehrs: Mapping[str, Ehr], body: Body) -> None:
    """FHIR's own addresses."""
    day = datetime.now(UTC).date().isoformat()
    by_id = {each["id"]: each for each in definitions.operation_definitions()}

    @app.get("/{ehr}/fhir/metadata")
    async def metadata(ehr: str, request: Request) -> Response:
        spoken = _spoken(request, fhir=True)
        try:
            stated = definitions.capability_statement(settings.address, _ehr(ehrs, ehr).settings, day)
        except CarefhirError as error:
            return of_error(error, spoken)
        return answer(200, stated, spoken, "metadata")

    @app.get("/{ehr}/fhir/OperationDefinition/{name}")
    async def definition(ehr: str, name: str, request: Request) -> Response:
        spoken = _spoken(request, fhir=True)
        if ehr not in ehrs or name not in by_id:
            return problem("unknown", "there is no such OperationDefinition here", spoken)
        return answer(200, by_id[name], spoken, "metadata")

    @app.post("/{ehr}/fhir/Questionnaire/$score")
    async def score(ehr: str, request: Request) -> Response:
        return await _scored(request, ehr, fhir=True)

    @app.post("/{ehr}/api/score")
    async def score_plainly(ehr: str, request: Request) -> Response:
        return await _scored(request, ehr, fhir=False)

    async def _scored(request: Request, alias: str, *, fhir: bool) -> Response:
        async def work() -> object:
            return await _ehr(ehrs, alias).score(_call(request, await body(request), fhir=fhir))

        return await _told(work, _spoken(request, fhir=fhir))

    _entries(app, ehrs, body, "/{ehr}/fhir/Patient/{patient}/${name}", fhir=True)
    _entries(app, ehrs, body, "/{ehr}/fhir/${name}", fhir=True)


def _api(app: FastAPI, ehrs: Mapping[str, Ehr], body: Body) -> None:
    """The same as plain JSON."""
    _entries(app, ehrs, body, "/{ehr}/api/patients/{patient}/{name}", fhir=False)
    _entries(app, ehrs, body, "/{ehr}/api/{name}", fhir=False)


def _entries(app: FastAPI, ehrs: Mapping[str, Ehr], body: Body, path: str, *, fhir: bool) -> None:
    """Steps and readings at an address."""

    async def post(request: Request) -> Response:
        given = request.path_params

        async def work() -> object:
            call = _call(request, await body(request), fhir=fhir)
            return await _ehr(ehrs, given["ehr"]).step(given["name"], given.get("patient", ""), call)

        return await _told(work, _spoken(request, fhir=fhir, writes=request.query_params.get("preview") != "true"))

    async def get(request: Request) -> Response:
        given = request.path_params

        async def work() -> object:
            call = _call(request, b"", fhir=fhir)
            return await _ehr(ehrs, given["ehr"]).reading(given["name"], given.get("patient", ""), call)

        return await _told(work, _spoken(request, fhir=fhir))

    app.add_route(path, post, methods=["POST"])
    app.add_route(path, get, methods=["GET"])


def _otherwise(app: FastAPI) -> None:
    """Addresses and methods that are not there: nothing of them is said back."""

    async def not_there(request: Request, error: Exception) -> Response:
        kind = "wrong-method" if getattr(error, "status_code", 404) == 405 else "unknown"
        words = {"wrong-method": "a step is posted, a reading is got", "unknown": "there is nothing at this address"}
        spoken = _spoken(request, fhir="/fhir/" in request.url.path)
        if kind == "wrong-method":
            name = request.path_params.get("name", "")
            declared = (getattr(error, "headers", None) or {}).get("Allow", "GET")
            allow = method_of(name) if name in definitions.NAMES else declared
            spoken = replace(spoken, headers={"Allow": allow})
        return problem(kind, words[kind], spoken)

    app.add_exception_handler(404, not_there)
    app.add_exception_handler(405, not_there)
