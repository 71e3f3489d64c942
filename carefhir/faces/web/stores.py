"""Where the service keeps what it must remember between two requests: in its own process, or where several workers
reach it. A store gets keys that say nothing (hashes), and values that are sealed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol
from weakref import WeakValueDictionary

LARGEST_STORE = 10_000
"""Sessions that a process keeps; of more the one that was used longest ago ends."""


class ServiceStore(Protocol):
    """Keeps values for a time. Raises `ServerUnreachable` where it cannot be reached."""

    async def get(self, key: str, *, seconds: float) -> bytes | None:
        """The value, kept for so long from now; None where there is none, or its time is over. Nothing is written
        back: another may be writing what it has renewed."""
        ...

    async def put(self, key: str, value: bytes, *, seconds: float) -> None:
        """Keeps a value, at most for `seconds`."""
        ...

    async def replace(self, key: str, value: bytes, *, seconds: float) -> bool:
        """Keeps a value in the place of one that is still there; says whether it was. What was forgotten meanwhile is
        not brought back."""
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
    """Values in this process: for one worker, and gone when it ends. `clock` gives seconds."""

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

    async def replace(self, key: str, value: bytes, *, seconds: float) -> bool:
        """Keeps a value in the place of one that is still there; says whether it was."""
        if await self.get(key, seconds=seconds) is None:
            return False
        await self.put(key, value, seconds=seconds)
        return True

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
