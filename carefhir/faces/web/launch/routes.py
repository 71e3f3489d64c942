"""Addresses before there is a session: launch, callback, and the public keys of the client."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from carefhir.errors import BadInput, CarefhirError
from carefhir.faces.web.answering import Spoken, problem
from carefhir.faces.web.launch import cookies
from carefhir.faces.web.launch.flow import EhrLaunch, LaunchTools
from carefhir.faces.web.launch.registration import normalized
from carefhir.faces.web.launch.requests import once
from carefhir.faces.web.launch.transaction import AT_MOST, LASTS, LaunchTransaction, TransactionSeal, cookie_of
from carefhir.faces.web.pages import outside
from carefhir.faces.web.pages.rendering import FOLDER, SCRIPT, STYLESHEET, policy
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import encode
from carefhir.fhir.scrubbing import scrubbed

LIVE = 8
"""Sessions that a browser has at once; a further one ends the oldest."""
LONGEST_LAUNCH = 2_048
"""Characters of a launch value that are passed on."""
KEYS_KEPT = "public, max-age=300"
NOT_OURS = "this launch was not begun in this browser, has been used, or its time is over: launch again from the EHR"


@dataclass(frozen=True, slots=True)
class Launches:
    """What the addresses of all launches share."""

    launches: Mapping[str, EhrLaunch]
    tools: LaunchTools
    seal: TransactionSeal

    def by_alias(self, alias: str) -> EhrLaunch:
        """An EHR's launch. Raises `Denied` where there is none."""
        if alias not in self.launches:
            raise Denied("unknown", "no EHR launches here")
        return self.launches[alias]

    def by_iss(self, iss: str) -> EhrLaunch:
        """The launch of the EHR with this FHIR base. Raises `BadInput` where there is none."""
        for launch in self.launches.values():
            if normalized(iss) in launch.launch.iss:
                return launch
        raise BadInput("iss: no EHR that this service knows launches with it; nothing was asked there")

    def framed_by(self, alias: str) -> tuple[str, ...]:
        """The origins that may frame a page about an EHR; none for one that is not known."""
        return self.launches[alias].launch.framed_by if alias in self.launches else ()


Work = Callable[[], Awaitable[Response]]


async def shown(work: Work, framed_by: tuple[str, ...] = ()) -> Response:
    """A page, or the page that says why there is none."""
    try:
        return await work()
    except CarefhirError as error:
        return outside.stopped(error, framed_by=framed_by)


def add_launch_routes(app: FastAPI, desk: Launches) -> None:
    """The addresses before there is a session."""

    async def launch(request: Request) -> Response:
        alias = request.path_params.get("ehr", "")
        return await shown(lambda: _launched(desk, request, alias), desk.framed_by(alias))

    async def standalone(request: Request) -> Response:
        alias = request.path_params["ehr"]
        return await shown(lambda: _standalone(desk, request, alias), desk.framed_by(alias))

    async def callback(request: Request) -> Response:
        alias = request.path_params["ehr"]
        return await shown(lambda: _returned(desk, request, alias), desk.framed_by(alias))

    async def keys(request: Request) -> Response:
        return _keys(desk, request.path_params["ehr"])

    async def today(request: Request) -> Response:
        alias = request.path_params["ehr"]
        return await shown(lambda: _for_today(desk, request, alias), desk.framed_by(alias))

    for path, endpoint in (
        ("/launch", launch),
        ("/{ehr}/launch", launch),
        ("/{ehr}/launch/standalone", standalone),
        ("/{ehr}/launch/today", today),
        ("/{ehr}/launch/callback", callback),
        ("/{ehr}/launch/jwks.json", keys),
    ):
        app.add_route(path, endpoint, methods=["GET"])
    for path, media in ((STYLESHEET, "text/css"), (SCRIPT, "text/javascript")):
        app.add_route(path, _kept(path, media), methods=["GET"])


def _kept(path: str, media: str) -> Callable[[Request], Awaitable[Response]]:
    """Answers with a file that stands beside the templates."""
    content = (FOLDER / path.rpartition("/")[2]).read_bytes()

    async def file(_: Request) -> Response:
        return Response(content, headers={"Cache-Control": KEYS_KEPT}, media_type=media)

    return file


async def _launched(desk: Launches, request: Request, alias: str) -> Response:
    """The EHR launches: `iss` and `launch` (SMART App Launch 2.2, EHR launch)."""
    given = once(request)
    iss, value = given.get("iss", ""), given.get("launch", "")
    if not iss.strip() or not value.strip():
        raise BadInput("iss, launch: are missing; an EHR launches with both")
    if len(value) > LONGEST_LAUNCH:
        raise BadInput("launch: it is too long")
    launch = desk.by_alias(alias) if alias else desk.by_iss(iss)
    return await _sent_to_sign_in(desk, request, launch, iss=iss, value=value)


async def _standalone(desk: Launches, request: Request, alias: str) -> Response:
    """Somebody begins here; the EHR lets them choose a patient."""
    launch = desk.by_alias(alias)
    iss = once(request).get("iss", "") or launch.launch.iss[0]
    return await _sent_to_sign_in(desk, request, launch, iss=iss)


async def _for_today(desk: Launches, request: Request, alias: str) -> Response:
    """Somebody opens the list of today, from the EHR (with `iss` and `launch`) or here; no patient is chosen."""
    launch, given = desk.by_alias(alias), once(request)
    value = given.get("launch", "")
    if len(value) > LONGEST_LAUNCH:
        raise BadInput("launch: it is too long")
    iss = given.get("iss", "") or launch.launch.iss[0]
    return await _sent_to_sign_in(desk, request, launch, iss=iss, value=value, across=True)


async def _sent_to_sign_in(
    desk: Launches, request: Request, launch: EhrLaunch, *, iss: str, value: str = "", across: bool = False
) -> Response:
    url, transaction = await launch.begin(iss, value, across=across)
    response = _redirect(url, launch.launch.framed_by)
    for name in _forgotten(desk, request):
        response.headers.append("Set-Cookie", cookies.clearing(name))
    sealed = desk.seal.seal(transaction)
    response.headers.append("Set-Cookie", cookies.setting(transaction.cookie, sealed, seconds=LASTS))
    return response


def _redirect(url: str, framed_by: tuple[str, ...]) -> Response:
    return RedirectResponse(url, 303, {"Content-Security-Policy": policy(framed_by)})


def _forgotten(desk: Launches, request: Request) -> tuple[str, ...]:
    """The cookies of launches that came to nothing, and of the oldest where there are too many."""
    now, alive, dead = desk.tools.wall(), {}, []
    for name, value in request.cookies.items():
        if name.startswith(cookies.TRANSACTION):
            transaction = desk.seal.open(value)
            if transaction is None or transaction.over(now):
                dead.append(name)
            else:
                alive[name] = transaction.began
    oldest = sorted(alive, key=lambda name: alive[name])[: max(0, len(alive) - AT_MOST + 1)]
    return (*dead, *oldest)


async def _returned(desk: Launches, request: Request, alias: str) -> Response:
    """The EHR sends the browser back, with a code or with why there is none."""
    launch, given = desk.by_alias(alias), once(request)
    state = given.get("state", "")
    transaction = await _transaction(desk, request, alias=alias, state=state)
    if "error" in given:
        response = _not_let_in(launch, given if transaction else {})
    elif transaction is None:
        raise BadInput(NOT_OURS)
    elif not given.get("code"):
        response = outside.stopped(Denied("not-granted", "the EHR sent no code"), framed_by=launch.launch.framed_by)
    else:
        response = await shown(
            lambda: _begun(desk, request, launch, transaction=transaction, given=given), launch.launch.framed_by
        )
    if transaction is not None:
        response.headers.append("Set-Cookie", cookies.clearing(transaction.cookie))
    return response


async def _transaction(desk: Launches, request: Request, *, alias: str, state: str) -> LaunchTransaction | None:
    """The launch that a callback belongs to, once; None for any other."""
    sealed = request.cookies.get(cookie_of(state), "") if state else ""
    transaction = desk.seal.open(sealed) if sealed else None
    if transaction is None or not hmac.compare_digest(transaction.state.encode(), state.encode()):
        return None
    if transaction.ehr != alias or transaction.over(desk.tools.wall()):
        return None
    used = hashlib.sha256(f"state {state}".encode()).hexdigest()
    return transaction if await desk.tools.sessions.store.claim(used, seconds=LASTS + 1) else None


def _not_let_in(launch: EhrLaunch, given: Mapping[str, str]) -> Response:
    """The EHR says no. Its words are shown only where the launch is this browser's own, and scrubbed."""
    codes = {
        "access_denied": "whoever signed in did not allow it, or may not use this app",
        "invalid_scope": "it does not grant the scopes that were asked for",
        "unauthorized_client": "it does not know this app",
        "temporarily_unavailable": "it cannot be reached now",
        "server_error": "it has a fault",
    }
    why = codes.get(given.get("error", ""), "it did not let the launch go on")
    error = Denied("not-granted", f"the EHR ended the launch: {why}")
    also = scrubbed(given.get("error_description", ""))
    return outside.stopped(error, framed_by=launch.launch.framed_by, also=also)


async def _begun(
    desk: Launches, request: Request, launch: EhrLaunch, *, transaction: LaunchTransaction, given: Mapping[str, str]
) -> Response:
    session, handle = await launch.finish(transaction, given["code"], sender=given.get("iss", ""))
    response = _redirect(f"/s/{session.launch_id}/", launch.launch.framed_by)
    for name in await _made_room(desk, request):
        response.headers.append("Set-Cookie", cookies.clearing(name))
    response.headers.append("Set-Cookie", cookies.setting(cookies.PREFIX + session.launch_id, handle))
    return response


async def _made_room(desk: Launches, request: Request) -> tuple[str, ...]:
    """The cookies of sessions that are over, and of the oldest where a browser has too many: those end now."""
    sessions, alive, cleared = desk.tools.sessions, [], []
    for launch_id, handle in cookies.handles(request).items():
        session = await sessions.find(launch_id, handle)
        if session is None:
            cleared.append(cookies.PREFIX + launch_id)
        else:
            alive.append((session.began, launch_id, handle))
    for _, launch_id, handle in sorted(alive)[: max(0, len(alive) - LIVE + 1)]:
        await sessions.end(handle)
        cleared.append(cookies.PREFIX + launch_id)
    return tuple(cleared)


def _keys(desk: Launches, alias: str) -> Response:
    """The public keys of the client (RFC 7517), by which an EHR checks what it signs."""
    if alias not in desk.launches:
        return problem("unknown", "no EHR launches here", Spoken(False))
    listed = [
        {**key.key.as_dict(private=False), "kid": key.id, "use": "sig", "alg": key.algorithm}
        for key in desk.launches[alias].launch.keys
    ]
    return Response(encode({"keys": listed}), headers={"Cache-Control": KEYS_KEPT}, media_type="application/json")
