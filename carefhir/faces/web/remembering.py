"""What the service remembers between two requests, and with what it seals and hashes: one for each application."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from limits.aio.storage import MemoryStorage, Storage

from carefhir.errors import BadInput
from carefhir.faces.web.operating import OperatingSettings
from carefhir.faces.web.stores import ProcessStore, ServiceStore

if TYPE_CHECKING:
    from carefhir.faces.web.redis_store import RedisStore

REDIS_MISSING = "redis: the service needs the package redis for it: pip install 'carefhir[redis]'"


@dataclass(frozen=True, slots=True)
class ServiceMemory:
    """Sessions, what was used, how often was asked, and the key of the service."""

    store: ServiceStore
    counts: Storage
    """How often was asked."""
    key: bytes = field(repr=False)
    shared: RedisStore | None = None
    """The same store, where other workers have it, too."""

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose: what is known of one tells nothing of another (RFC 5869)."""
        return hmac.digest(self.key, f"carefhir {purpose}".encode(), hashlib.sha256)

    async def answers(self) -> bool:
        """Whether what it keeps can be reached now."""
        return self.shared is None or await self.shared.answers()

    async def close(self) -> None:
        """Lets go of what it holds open."""
        if self.shared is not None:
            await self.shared.close()


def memory_of(settings: OperatingSettings, wall: Callable[[], float]) -> ServiceMemory:
    """The memory that is set: of this process, or in Redis. `wall` gives seconds since 1970. Raises `BadInput` where
    what it needs is not installed."""
    if settings.redis is None:
        return ServiceMemory(ProcessStore(wall), MemoryStorage(), secrets.token_bytes(32))
    if find_spec("redis") is None:
        raise BadInput(REDIS_MISSING)
    from carefhir.faces.web.redis_store import RedisStore  # it loads a package that only some need

    store = RedisStore(settings.redis)
    key = hashlib.sha256(settings.redis.shared_key.encode()).digest()
    return ServiceMemory(store, store.counts, key, store)
