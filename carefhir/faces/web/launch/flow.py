"""The launch by one EHR, from the first request to the end of the session."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import httpx

from carefhir.errors import BadInput, ServerUnfit, ServerUnreachable
from carefhir.faces.web.abilities import narrowed
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.launch.asking import asked_scopes
from carefhir.faces.web.launch.discovery import LaunchDiscovery, LaunchServer
from carefhir.faces.web.launch.identity import IdentityCheck, SignedInUser
from carefhir.faces.web.launch.registration import LaunchSettings, normalized
from carefhir.faces.web.launch.sessions import LaunchSession, LaunchSessions, key_of
from carefhir.faces.web.launch.tokens import GrantEnded, TokenEndpoint, TokenGrant
from carefhir.faces.web.launch.transaction import LaunchTransaction
from carefhir.faces.web.operations import Ehr
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import encode
from carefhir.fhir.wire import Failure, Response
from carefhir.transport.keyring import RENEWED_BEFORE

NOT_AGAIN_WITHIN = 5.0
"""Seconds after which a token that the FHIR server refuses is renewed: a server that says 401 to everything must not
make us ask for one token after another."""

TRIED_FOR = 30.0
"""Seconds for which a token is used that holds for less by its answer: it has just been given."""

RENEWED_WITHIN = 60.0
"""Seconds for renewing a token, all in all: less than a lock of the session is held for (`redis_store`)."""
KEPT_AFTER: tuple[float | None, ...] = (0.5, 1.0, 2.0, 4.0, None)
"""Seconds after which a renewed session is kept once more, where its store did not answer."""

RELAUNCH = "the session is over, or it is not one of this browser: launch again from the EHR"
ENDED = "the EHR has ended the session: launch again from the EHR"


@dataclass(frozen=True, slots=True)
class LaunchTools:
    """What the launches by all EHRs share. `wall` gives seconds since 1970."""

    address: str
    client: httpx.AsyncClient
    sessions: LaunchSessions
    wall: Callable[[], float]


class EhrLaunch:
    """How one EHR starts the service."""

    def __init__(self, ehr: Ehr, launch: LaunchSettings, tools: LaunchTools) -> None:
        self.ehr, self.launch = ehr, launch
        self._sessions, self._wall = tools.sessions, tools.wall
        self.redirect_uri = f"{tools.address}/{ehr.settings.alias}/launch/callback"
        """Its own for each EHR (RFC 9700, 4.4.2.2), and made of what is set: no header can move it."""
        self._discovery = LaunchDiscovery(launch, tools.client, tools.wall)
        self._tokens = TokenEndpoint(launch, tools.client, tools.wall)
        self._identity = IdentityCheck(ehr.settings, tools.client, tools.wall)

    # -- the launch ----------------------------------------------------------------------------------------------------

    async def begin(self, iss: str, launch: str = "", *, across: bool = False) -> tuple[str, LaunchTransaction]:
        """Where the browser goes to sign in, and what to remember meanwhile; without `launch` it is a standalone one;
        `across` is one for the list of today, which needs no patient.
        Raises `BadInput` for a FHIR base that is not this EHR's, before anything is asked."""
        if normalized(iss) not in self.launch.iss:
            raise BadInput("iss: it is not this EHR's; nothing was asked there")
        server = await self._discovery.server(normalized(iss))
        transaction = LaunchTransaction(
            self.ehr.settings.alias, iss, int(self._wall()), standalone=not launch, across=across
        )
        query = {
            "response_type": "code",
            "client_id": self.launch.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self._asked(server, standalone=not launch, across=across)),
            "state": transaction.state,
            "aud": self.launch.aud or iss,
            **({"launch": launch} if launch else {}),
            "code_challenge": transaction.challenge,
            "code_challenge_method": "S256",
            "nonce": transaction.nonce,
        }
        return f"{server.authorize_url}{'&' if '?' in server.authorize_url else '?'}{urlencode(query)}", transaction

    def _asked(self, server: LaunchServer, *, standalone: bool, across: bool) -> tuple[str, ...]:
        companion = self.ehr.settings.companion
        return asked_scopes(self.launch, server, standalone=standalone, across=across, beside=companion)

    async def finish(self, transaction: LaunchTransaction, code: str, *, sender: str) -> tuple[LaunchSession, str]:
        """The session and its handle. `sender` is what the callback says of who sent it (RFC 9207). Raises `Denied`
        for whatever must not become a session, `ServerUnfit` and `ServerUnreachable`."""
        server = await self._discovery.server(normalized(transaction.iss))
        if (sender or server.names_itself) and server.issuer and sender != server.issuer:
            raise Denied("not-granted", "the answer comes from another authorization server than the EHR's")
        form = (
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri),
            ("code_verifier", transaction.verifier),
        )
        scopes = self._asked(server, standalone=transaction.standalone, across=transaction.across)
        asked = " ".join(scopes)
        began = self._wall()
        try:
            grant = await self._tokens.exchanged(server, form, asked=asked)
        except GrantEnded as error:
            raise Denied("not-granted", error.message) from None
        user = await self._user(grant, server, transaction.nonce)
        if not grant.patient and not transaction.across:
            raise Denied(
                "not-granted", "there is no patient in context, so nothing was read: open a patient and launch again"
            )
        session = self._session(grant, user, transaction, began=began)
        return session, await self._sessions.begin(session)

    async def _user(self, grant: TokenGrant, server: LaunchServer, nonce: str) -> SignedInUser:
        if grant.id_token:
            return await self._identity.user(grant.id_token, server, client_id=self.launch.client_id, nonce=nonce)
        if self.launch.identity_required:
            raise Denied(
                "not-granted",
                "the EHR does not say who is signed in (no id_token): those who run it allow openid and fhirUser",
            )
        return SignedInUser("")

    def _session(
        self, grant: TokenGrant, user: SignedInUser, transaction: LaunchTransaction, *, began: float
    ) -> LaunchSession:
        apart = self.ehr.companion is not None
        return LaunchSession(
            launch_id=f"{self.ehr.settings.alias}-{secrets.token_hex(16)}",
            ehr=self.ehr.settings.alias,
            iss=normalized(transaction.iss),
            patient="" if apart else grant.patient,
            acting="" if apart else user.acting,
            ehr_patient=grant.patient if apart else "",
            ehr_acting=user.acting if apart else "",
            subject=user.subject,
            granted=grant.scope,
            scope=grant.scope,
            began=began,
            obtained=began,
            ends=began + grant.lasts,
            over=began + self.launch.session_hours * 3_600,
            access_token=grant.access_token,
            refresh_token=grant.refresh_token,
            encounter=grant.encounter,
            banner=grant.banner,
            context=grant.context,
            came_for="" if apart else grant.came_for,  # no card of ours stands in such an EHR
        )

    # -- the session ---------------------------------------------------------------------------------------------------

    async def caller(self, launch_id: str, handle: str) -> Caller:
        """Who works in the session, with a token that holds and is renewed while they work. Raises `Denied` where the
        session is over."""
        session = await self.fresh(launch_id, handle)
        current = session.access_token

        async def renew() -> Response | Failure:
            nonlocal current
            try:
                renewed = await self.fresh(launch_id, handle, refused=current)
            except (Denied, ServerUnfit, ServerUnreachable) as error:
                return Failure("not signed in", False, f"not signed in: {error.message}")
            current = renewed.access_token
            answer = {"access_token": current, "token_type": "Bearer", "expires_in": self._left(renewed)}
            return Response(200, {}, encode(answer))

        caller = Caller(
            narrowed(session.scope, session.granted),
            session.patient,
            session.acting,
            current,
            renew=renew,
            latest=lambda: current,
            lasts=self._left(session),
            links=session.links,
        )
        return caller if self.ehr.companion is None else await self.ehr.companion.able(caller)

    async def known(self, session: LaunchSession, handle: str) -> LaunchSession:
        """The session with its people as the companion knows them, where the EHR has one; whoever is not linked yet is
        still `unlinked` in it. Raises `BadInput` where it is not clear who somebody is, `ServerUnreachable`,
        `ServerUnfit`."""
        companion = self.ehr.companion
        if companion is None or not session.unlinked:
            return session
        references = {place: await companion.linked(place) for place in session.unlinked}
        return await self._amended(
            session,
            handle,
            lambda latest: replace(
                latest,
                patient=latest.patient or references.get(latest.ehr_patient, ""),
                acting=latest.acting or references.get(latest.ehr_acting, ""),
            ),
        )

    async def only_looks(self, session: LaunchSession, handle: str) -> LaunchSession:
        """The session in which nobody acts: whoever is signed in was not linked, and only looks."""
        return await self._amended(session, handle, lambda latest: replace(latest, ehr_acting="", acting=""))

    async def _amended(
        self, session: LaunchSession, handle: str, change: Callable[[LaunchSession], LaunchSession]
    ) -> LaunchSession:
        """Keeps what has changed of a session, as it is now: its token may have been renewed meanwhile."""
        async with self._sessions.store.lock(key_of(handle)):
            latest = await self._sessions.find(session.launch_id, handle)
            if latest is None:
                raise Denied("not-signed-in", RELAUNCH)
            changed = change(latest)
            if changed != latest and not await self._sessions.save(handle, changed):
                raise Denied("not-signed-in", RELAUNCH)
            return changed

    def _left(self, session: LaunchSession) -> float:
        """Seconds for which its token is used."""
        return max(session.ends - self._wall(), TRIED_FOR)

    async def fresh(self, launch_id: str, handle: str, *, refused: str = "") -> LaunchSession:
        """The session with a token that holds; `refused` is one that the FHIR server has refused, or that has ended.
        Of many who ask at once one renews, and the others take what it got. Raises `Denied` where the session is over,
        `ServerUnreachable` and `ServerUnfit` where nobody can renew now."""
        async with self._sessions.store.lock(key_of(handle)):
            session = await self._sessions.find(launch_id, handle)
            if session is None:
                raise Denied("not-signed-in", RELAUNCH)
            now, life = self._wall(), session.ends - session.obtained
            if refused and session.access_token != refused:
                return session
            if refused and now - session.obtained < NOT_AGAIN_WITHIN:
                raise Denied("not-signed-in", "the FHIR server refuses a token that the EHR gave a moment ago")
            if not refused and now < session.ends - min(RENEWED_BEFORE, life / 4):
                return session
            try:
                async with asyncio.timeout(RENEWED_WITHIN):
                    return await self._renewed(session, handle, needed=bool(refused) or now >= session.ends)
            except TimeoutError:
                raise ServerUnreachable(
                    "the EHR's authorization server takes too long to renew the token: try again in a moment"
                ) from None

    async def _renewed(self, session: LaunchSession, handle: str, *, needed: bool) -> LaunchSession:
        if not session.refresh_token:
            if not needed:
                return session
            await self._sessions.end(handle)
            raise Denied("not-signed-in", ENDED)
        server = await self._discovery.server(session.iss)
        form = (("grant_type", "refresh_token"), ("refresh_token", session.refresh_token))
        now = self._wall()
        try:
            grant = await self._tokens.exchanged(server, form, asked=session.scope)
            # The old refresh token may be worth nothing from now on: whatever comes next, the new one is kept.
            session = replace(session, refresh_token=grant.refresh_token or session.refresh_token)
            await self._kept(session, handle, server)
            await self._same(session, grant, server)
        except (GrantEnded, Denied):
            await self._sessions.end(handle)
            raise Denied("not-signed-in", ENDED) from None
        except (ServerUnfit, ServerUnreachable):
            if needed:
                raise
            return session
        renewed = replace(
            session,
            access_token=grant.access_token,
            scope=grant.scope,
            obtained=now,
            ends=now + grant.lasts,
        )
        await self._kept(renewed, handle, server)
        return renewed

    async def _kept(self, session: LaunchSession, handle: str, server: LaunchServer) -> None:
        """Keeps a renewed session, asking again where its store does not answer for a moment: with it the only token
        that can renew would be lost. Raises `Denied` where the session was ended meanwhile; its tokens are taken back.
        """
        for wait in KEPT_AFTER:
            try:
                if not await self._sessions.save(handle, session):
                    await self._taken_back(session, server)
                    raise Denied("not-signed-in", RELAUNCH)
            except ServerUnreachable:
                if wait is None:
                    raise
                await asyncio.sleep(wait)
                continue
            return

    async def _same(self, session: LaunchSession, grant: TokenGrant, server: LaunchServer) -> None:
        """Raises `Denied` where a renewed token is for another patient or another person."""
        if grant.patient and grant.patient != (session.ehr_patient or session.patient):
            raise Denied("not-signed-in", ENDED)
        if grant.id_token:
            user = await self._identity.user(grant.id_token, server, client_id=self.launch.client_id)
            if user.subject != session.subject:
                raise Denied("not-signed-in", ENDED)

    async def leave(self, session: LaunchSession, handle: str) -> bool:
        """Ends the session and takes its tokens back, the refresh token first; says whether the EHR has answered so."""
        async with self._sessions.store.lock(key_of(handle)):  # whoever is renewing its token must not bring it back
            session = await self._sessions.find(session.launch_id, handle) or session
            await self._sessions.end(handle)
        try:
            server = await self._discovery.server(session.iss)
        except (Denied, ServerUnfit, ServerUnreachable):
            return False
        return await self._taken_back(session, server)

    async def _taken_back(self, session: LaunchSession, server: LaunchServer) -> bool:
        if not server.revocation_url:
            return False
        tokens = ((session.refresh_token, "refresh_token"), (session.access_token, "access_token"))
        answers = [await self._tokens.revoke(server, token, kind) for token, kind in tokens if token]
        return all(answers)
