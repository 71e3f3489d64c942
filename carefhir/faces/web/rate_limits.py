"""How often a caller may ask, and how often an address may fail to sign in.

Only those two: a limit on an address as such would be one on a whole ward. A caller is known by a keyed hash of whom
their token is for, and no name is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import secrets
import time

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from carefhir.faces.web.metrics import Counting
from carefhir.faces.web.operating import OperatingSettings
from carefhir.faces.web.statuses import Denied


class RateLimits:
    """The limits of one service. `storage` is where counts are kept: in this process, if not said otherwise. `key`
    makes the hashes: processes that share a storage must share it."""

    def __init__(
        self, settings: OperatingSettings, counting: Counting, *, storage: Storage | None = None, key: bytes = b""
    ) -> None:
        self._settings, self._counting = settings, counting
        self._windows = MovingWindowRateLimiter(storage or MemoryStorage())
        self._key = key or secrets.token_bytes(32)

    async def take_caller(self, ehr: str, whom: str) -> None:
        """One request of a caller to an EHR. Raises `Denied` where it is one too many."""
        limit = self._settings.per_caller
        if limit is not None and not await self._windows.hit(limit, "caller", ehr, self._hashed(whom)):
            raise await self._too_many(limit, "caller", ehr=ehr, whom=self._hashed(whom))

    async def look_at_address(self, ehr: str, address: str) -> None:
        """Raises `Denied` where too many requests from an address had no token that holds; "" is never limited."""
        limit = self._settings.failed_sign_ins
        if limit is not None and address and not await self._windows.test(limit, "address", ehr, self._place(address)):
            raise await self._too_many(limit, "address", ehr=ehr, whom=self._place(address))

    async def sign_in_failed(self, ehr: str, address: str) -> None:
        """A request from an address had no token that holds."""
        self._counting.count("tokens_refused", {"ehr": ehr})
        limit = self._settings.failed_sign_ins
        if limit is not None and address:
            await self._windows.hit(limit, "address", ehr, self._place(address))

    async def _too_many(self, limit: RateLimitItem, which: str, *, ehr: str, whom: str) -> Denied:
        self._counting.count("rate_limited", {"limit": which, "ehr": ehr})
        window = await self._windows.get_window_stats(limit, which, ehr, whom)
        seconds = max(1, math.ceil(window.reset_time - time.time()))
        words = {
            "caller": f"more requests than {limit} from one caller: wait {seconds} seconds",
            "address": f"more than {limit} from this address had no token that holds: wait {seconds} seconds",
        }
        return Denied("rate-limited", words[which], headers={"Retry-After": str(seconds)})

    def _place(self, address: str) -> str:
        """An address of version 6 stands for its network of 64 bits, in which one machine has as many as it likes."""
        parsed = ipaddress.ip_address(address)
        if parsed.version == 6:
            parsed = ipaddress.ip_network((parsed, 64), strict=False).network_address
        return self._hashed(str(parsed))

    def _hashed(self, whom: str) -> str:
        return hmac.digest(self._key, whom.encode(), hashlib.sha256).hex()
