"""Sessions: one per launch, on the server. The browser holds a handle of 256 bits, in a cookie named for the launch.

A store sees neither handle nor session: its key is the handle's SHA-256, its value is sealed by a key derived from the
handle. Whoever reads a store, in this process or another, can use nothing of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Protocol
from weakref import WeakValueDictionary

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

IDLE = 3_600.0
"""Seconds without a request after which a session ends."""
LARGEST_STORE = 10_000
"""Sessions that a process keeps; of more the one that was used longest ago ends."""

_HEADER = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, slots=True)
class LaunchSession:
    """One launch: for whom, by whom, and with which tokens."""

    launch_id: str
    """The EHR's alias and 128 random bits: whose page it is, is known also when the session is over."""
    ehr: str
    iss: str
    patient: str
    """`Patient/ID`: the session is for nobody else."""
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


class SessionStore(Protocol):
    """Where sessions are: by keys that say nothing, sealed."""

    async def get(self, key: str, *, seconds: float) -> bytes | None:
        """The value, kept for so long from now; None where there is none, or its time is over. Nothing is written
        back: another may be writing what it has renewed."""
        ...

    async def put(self, key: str, value: bytes, *, seconds: float) -> None:
        """Keeps a value, at most for `seconds`."""
        ...

    async def delete(self, key: str) -> None:
        """Forgets a value."""
        ...

    async def claim(self, key: str, *, seconds: float) -> bool:
        """Whether nobody has claimed this key in the last `seconds`: for what counts once."""
        ...

    def lock(self, key: str) -> AbstractAsyncContextManager[None]:
        """Held by one at a time."""
        ...


class _KeyLock:
    """A lock with weak references."""

    def __init__(self) -> None:
        self.held = asyncio.Lock()


class ProcessStore:
    """Sessions in this process: for one worker, and gone when it ends. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float], *, largest: int = LARGEST_STORE) -> None:
        self._clock, self._largest = clock, largest
        self._values: dict[str, tuple[float, bytes]] = {}
        self._claims: dict[str, float] = {}
        self._locks: WeakValueDictionary[str, _KeyLock] = WeakValueDictionary()

    async def get(self, key: str, *, seconds: float) -> bytes | None:
        """The value, kept for so long from now; None where there is none, or its time is over."""
        until, value = self._values.pop(key, (float("-inf"), b""))
        if until <= self._clock():
            return None
        self._values[key] = (self._clock() + seconds, value)
        return value

    async def put(self, key: str, value: bytes, *, seconds: float) -> None:
        """Keeps a value, at most for `seconds`; what was used longest ago makes room."""
        self._values.pop(key, None)
        self._values[key] = (self._clock() + seconds, value)
        if len(self._values) > self._largest:
            self._values = {name: each for name, each in self._values.items() if each[0] > self._clock()}
        while len(self._values) > self._largest:
            del self._values[next(iter(self._values))]

    async def delete(self, key: str) -> None:
        """Forgets a value."""
        self._values.pop(key, None)

    async def claim(self, key: str, *, seconds: float) -> bool:
        """Whether nobody has claimed this key in the last `seconds`."""
        now = self._clock()
        self._claims = {name: until for name, until in self._claims.items() if until > now}
        if key in self._claims:
            return False
        self._claims[key] = now + seconds
        return True

    @asynccontextmanager
    async def lock(self, key: str) -> AsyncIterator[None]:
        """Held by one at a time."""
        lock = self._locks.setdefault(key, _KeyLock())
        async with lock.held:
            yield


class LaunchSessions:
    """Sessions behind handles. `clock` gives seconds since 1970."""

    def __init__(self, store: SessionStore, clock: Callable[[], float]) -> None:
        self.store, self._clock = store, clock

    async def begin(self, session: LaunchSession) -> str:
        """Keeps a new session, and gives its handle: nobody has had it before."""
        handle = secrets.token_urlsafe(32)
        await self.save(handle, session)
        return handle

    async def find(self, launch_id: str, handle: str) -> LaunchSession | None:
        """The session of a launch, if the handle is that launch's; None in every other case."""
        sealed = await self.store.get(key_of(handle), seconds=IDLE)
        session = LaunchSession.read(opened) if sealed and (opened := _opened(handle, sealed)) else None
        if session is None or not hmac.compare_digest(session.launch_id, launch_id) or session.over <= self._clock():
            return None
        return session

    async def save(self, handle: str, session: LaunchSession) -> None:
        """Keeps what has changed. Whoever changes a session holds its lock."""
        await self.store.put(key_of(handle), _sealed(handle, session.written()), seconds=IDLE)

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
