"""Sessions: one per launch, on the server. The browser holds a handle of 256 bits, in a cookie named for the launch.

A store sees neither handle nor session: its key is the handle's SHA-256, its value is sealed by a key derived from the
handle. Whoever reads a store, in this process or another, can use nothing of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from carefhir.faces.web.stores import ServiceStore

IDLE = 3_600.0
"""Seconds without a request after which a session ends."""

_HEADER = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, slots=True)
class LaunchSession:
    """One launch: for whom, by whom, and with which tokens."""

    launch_id: str
    """The EHR's alias and 128 random bits: whose page it is, is known also when the session is over."""
    ehr: str
    iss: str
    patient: str
    """`Patient/ID`: the session is for nobody else; "" where it is for the list of today, and each of its people."""
    acting: str
    """`Practitioner/ID`; "" where nobody acts."""
    subject: str
    granted: str
    """The scopes that the launch was granted."""
    scope: str
    """The scopes of the present token."""
    began: float
    """Seconds since 1970, as every moment here."""
    obtained: float
    """When the present token was asked for."""
    ends: float
    """When the present token ends."""
    over: float
    """When the session ends, whatever is done."""
    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    encounter: str = ""
    banner: bool = True
    context: tuple[str, ...] = ()
    came_for: str = ""
    """The step and the record that a card of ours asked for; "" for none."""
    ehr_patient: str = ""
    """Where the EHR has a companion: whose chart is open as the EHR names them; `patient` is who that is on the
    companion, "" until they are linked."""
    ehr_acting: str = ""
    """Likewise whoever is signed in; `acting` is who that is on the companion."""

    @property
    def unlinked(self) -> tuple[str, ...]:
        """Who of the EHR is not known on its companion yet: nothing is read or written before they are."""
        pairs = ((self.ehr_acting, self.acting), (self.ehr_patient, self.patient))
        return tuple(place for place, known in pairs if place and not known)

    @property
    def links(self) -> dict[str, str]:
        """Where they are in the EHR, by their reference on the companion."""
        pairs = ((self.acting, self.ehr_acting), (self.patient, self.ehr_patient))
        return {known: place for known, place in pairs if known and place}

    def written(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def read(cls, text: bytes) -> LaunchSession | None:
        """Out of JSON; None for what another release has written."""
        values = json.loads(text)
        if not isinstance(values, dict) or set(values) != {each.name for each in fields(cls)}:
            return None
        return cls(**{**values, "context": tuple(values["context"])})


class LaunchSessions:
    """Sessions behind handles. `clock` gives seconds since 1970."""

    def __init__(self, store: ServiceStore, clock: Callable[[], float]) -> None:
        self.store, self._clock = store, clock

    async def begin(self, session: LaunchSession) -> str:
        """Keeps a new session, and gives its handle: nobody has had it before."""
        handle = secrets.token_urlsafe(32)
        await self.store.put(key_of(handle), _sealed(handle, session.written()), seconds=IDLE)
        return handle

    async def find(self, launch_id: str, handle: str) -> LaunchSession | None:
        """The session of a launch, if the handle is that launch's; None in every other case."""
        sealed = await self.store.get(key_of(handle), seconds=IDLE)
        session = LaunchSession.read(opened) if sealed and (opened := _opened(handle, sealed)) else None
        if session is None or not hmac.compare_digest(session.launch_id, launch_id) or session.over <= self._clock():
            return None
        return session

    async def save(self, handle: str, session: LaunchSession) -> bool:
        """Keeps what has changed of a session that is still there, and says whether it is: one that has ended
        meanwhile is not brought back. Whoever changes a session holds its lock."""
        return await self.store.replace(key_of(handle), _sealed(handle, session.written()), seconds=IDLE)

    async def end(self, handle: str) -> None:
        """Forgets a session."""
        await self.store.delete(key_of(handle))


def key_of(handle: str) -> str:
    """Under which key a store keeps a session."""
    return hashlib.sha256(handle.encode()).hexdigest()


def form_token(handle: str, launch_id: str) -> str:
    """What every form of a launch carries, so that no other site can send one: bound to handle and launch."""
    return hmac.new(handle.encode(), f"form of {launch_id}".encode(), hashlib.sha256).hexdigest()


def _key(handle: str) -> OctKey:
    """The sealing key: a handle is 256 random bits, and one keyed hash of it is as random (RFC 5869, 3.3)."""
    return OctKey.import_key(hmac.new(handle.encode(), b"value of a session", hashlib.sha256).digest())


def _sealed(handle: str, plain: bytes) -> bytes:
    return jwe.encrypt_compact(_HEADER, plain, _key(handle)).encode()


def _opened(handle: str, sealed: bytes) -> bytes | None:
    try:
        opened: Any = jwe.decrypt_compact(sealed, _key(handle), algorithms=["dir", "A256GCM"]).plaintext
    except (JoseError, ValueError):
        return None
    return bytes(opened) if opened else None
