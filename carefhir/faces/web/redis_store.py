"""A store in Redis: what several workers, on one machine or more, must know together.

Redis is asked for nothing but to keep values for a time, once, and to hold locks that end by themselves. It sees hashes
and sealed values: whoever reads it, or a copy of it, can use nothing of it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis import Redis
from redis.asyncio import ConnectionPool
from redis.asyncio import Redis as AsyncRedis
from redis.backoff import NoBackoff
from redis.exceptions import LockError, LockNotOwnedError, RedisError, ResponseError
from redis.retry import Retry

from carefhir.errors import BadInput, ServerUnreachable

if TYPE_CHECKING:
    from carefhir.faces.web.operating import RedisSettings

PREFIX = "carefhir:"
PROBE = f"{PREFIX}probe"
COUNTS = "carefhir-asked"
"""Before the names under which Redis keeps how often was asked."""
COUNTED_WITHIN = 0.5
"""Seconds for a count."""
ANSWERS_WITHIN = 5.0
"""Seconds for Redis to answer: it is near, and somebody waits."""
LOCK_LASTS = 90.0
"""Seconds after which a lock is free again, whoever held it: longer than a token may take to be renewed, and what a
worker that was killed keeps others from."""
LOCK_WAITS = 60.0
"""Seconds for which a request waits for another that renews its token."""
AWAY = "Redis, which the service's workers share, does not answer now: nothing was sent, try again in a moment"


def connecting(settings: RedisSettings) -> Mapping[str, Any]:
    """How Redis is spoken to, beside its address. A lost connection is made again once."""
    return {
        "password": settings.password or None,
        "socket_timeout": ANSWERS_WITHIN,
        "socket_connect_timeout": ANSWERS_WITHIN,
        "client_name": "carefhir",
    }


def checked(settings: RedisSettings) -> None:
    """Tries all that the service asks of Redis, before anything listens. Raises `BadInput` where it does not answer,
    refuses, or is too old."""
    try:
        with Redis.from_url(settings.url, **connecting(settings), retry=Retry(NoBackoff(), 0)) as client:
            client.set(PROBE, b"1", px=1_000)
            client.getex(PROBE, px=1_000)  # of Redis 6.2, as is everything else that is used
            with client.lock(f"{PROBE}:lock", timeout=1.0, blocking_timeout=1.0):
                client.delete(PROBE)
        asyncio.run(_counted_once(settings))
    except (ResponseError, LockError, StorageError):
        raise BadInput(
            "redis: it answers, and refuses what the service asks: it must be 6.2 or newer, may be written to, has "
            "memory left, and lets this user do what docs/operating.md lists"
        ) from None
    except (RedisError, OSError):
        raise BadInput("redis: it does not answer, or does not let the service in") from None


async def _counted_once(settings: RedisSettings) -> None:
    """Counts as the limits do."""
    store = RedisStore(settings)
    try:
        windows = MovingWindowRateLimiter(store.counts)
        await windows.hit(RateLimitItemPerSecond(1_000), PROBE)
        await windows.get_window_stats(RateLimitItemPerSecond(1_000), PROBE)
    finally:
        await store.close()


class RedisStore:
    """Values in Redis. Every method raises `ServerUnreachable` where it does not answer."""

    def __init__(self, settings: RedisSettings) -> None:
        self._client: AsyncRedis = AsyncRedis.from_url(
            settings.url, **connecting(settings), retry=Retry(NoBackoff(), 1)
        )
        quick = {"socket_timeout": COUNTED_WITHIN, "socket_connect_timeout": COUNTED_WITHIN}
        self._counting: ConnectionPool = ConnectionPool.from_url(settings.url, **{**connecting(settings), **quick})
        # The address says only that it is Redis: the connections are those of the pool.
        self.counts: Storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            wrap_exceptions=True,
            key_prefix=COUNTS,
            connection_pool=self._counting,  # type: ignore[arg-type]  # of the client, as its own documentation says
        )
        """How often was asked. It is not waited for long: a limit must not hold up what it limits."""

    async def get(self, key: str, *, seconds: float) -> bytes | None:
        """The value, kept for so long from now; None where there is none."""
        with _answering():
            value = await self._client.getex(_named("value", key), px=_milliseconds(seconds))
        return value.encode() if isinstance(value, str) else value

    async def put(self, key: str, value: bytes, *, seconds: float) -> None:
        """Keeps a value, at most for `seconds`."""
        with _answering():
            await self._client.set(_named("value", key), value, px=_milliseconds(seconds))

    async def replace(self, key: str, value: bytes, *, seconds: float) -> bool:
        """Keeps a value in the place of one that is still there; says whether it was."""
        with _answering():
            return bool(await self._client.set(_named("value", key), value, px=_milliseconds(seconds), xx=True))

    async def delete(self, key: str) -> None:
        """Forgets a value."""
        with _answering():
            await self._client.delete(_named("value", key))

    async def claim(self, key: str, *, seconds: float) -> bool:
        """Whether nobody has claimed this key in the last `seconds`."""
        with _answering():
            return bool(await self._client.set(_named("claim", key), b"1", px=_milliseconds(seconds), nx=True))

    @asynccontextmanager
    async def lock(self, key: str) -> AsyncIterator[None]:
        """Held by one at a time, of all workers; free again after `LOCK_LASTS`."""
        lock = self._client.lock(
            _named("lock", key), timeout=LOCK_LASTS, blocking_timeout=LOCK_WAITS, raise_on_release_error=False
        )
        with _answering():
            if not await lock.acquire():
                raise ServerUnreachable("another request has renewed the token for too long: try again in a moment")
        try:
            yield
        finally:
            with _answering():
                await lock.release()

    async def answers(self) -> bool:
        """Whether Redis answers now."""
        try:
            with _answering():  # one that is full, or only a copy, answers and keeps nothing
                await self._client.set(PROBE, b"1", px=1_000)
        except ServerUnreachable:
            return False
        return True

    async def close(self) -> None:
        """Lets its connections go."""
        await self._client.aclose()
        await self._counting.disconnect()


def _named(kind: str, key: str) -> str:
    return f"{PREFIX}{kind}:{key}"


def _milliseconds(seconds: float) -> int:
    return max(1, math.ceil(seconds * 1000))


@contextmanager
def _answering() -> Iterator[None]:
    """The words of Redis's errors may hold an address or a password: they are not passed on."""
    try:
        yield
    except (LockError, LockNotOwnedError, RedisError, OSError):
        raise ServerUnreachable(AWAY) from None
