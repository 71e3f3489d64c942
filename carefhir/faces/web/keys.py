"""The keys of an issuer: fetched when first needed, kept, and fetched once more where a token names one that is not
there, which is what a rotation looks like. No redirect is followed, and no key is fetched from where a token says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from carefhir.errors import ServerUnreachable
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import NotJson, decode

LARGEST = 256 * 1024
"""Bytes of an issuer's answer that are read."""
ANSWERED_WITHIN = 5.0
"""Seconds."""
WHOLE_WITHIN = 30.0
"""Seconds for the whole of an answer, however slowly its parts come."""
KEPT = 3_600.0
"""Seconds for which keys are believed: a key that the issuer has withdrawn must not hold for longer."""
ASKED_AGAIN_AFTER = 60.0
"""Seconds between two fetches for keys that are not there: tokens with made-up keys must not become a flood."""
TRIED_AGAIN_AFTER = 1.0
"""Seconds between two tries to fetch keys at all: many callers wait, and one asks."""

UNCHECKED = "tokens cannot be checked now: the issuer's keys cannot be fetched; nothing was sent, try again"


async def fetched(
    client: httpx.AsyncClient, request: httpx.Request, *, unanswered: str = UNCHECKED
) -> tuple[int, bytes]:
    """An issuer's answer. Raises `ServerUnreachable` where there is none that can be used, saying `unanswered`."""
    try:
        async with asyncio.timeout(WHOLE_WITHIN):
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                parts, size = [], 0
                async for part in response.aiter_bytes():
                    size += len(part)
                    if size > LARGEST:
                        raise ServerUnreachable(unanswered)
                    parts.append(part)
            finally:
                await response.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        raise ServerUnreachable(unanswered) from None
    return response.status_code, b"".join(parts)


class IssuerKeys:
    """The public keys of one issuer. `clock` gives seconds that only go forward."""

    def __init__(self, uri: str, client: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._uri = uri
        self._client = client
        self._clock = clock
        self._keys: tuple[RSAKey | ECKey, ...] = ()
        self._at = float("-inf")
        self._tried_at = float("-inf")
        self._asking = asyncio.Lock()

    async def key(self, kid: str | None, kind: str) -> RSAKey | ECKey:
        """The key that a token names, of a kind (`RSA`, `EC`); one without a name only where a single key fits. Raises
        `Denied` where there is none, `ServerUnreachable` where the keys cannot be fetched."""
        async with self._asking:
            fresh = self._clock() - self._at < KEPT
            if not fresh:
                if self._clock() - self._tried_at < TRIED_AGAIN_AFTER:
                    raise ServerUnreachable(UNCHECKED)
                await self._fetch()
            key = self._fitting(kind, kid)
            if key is None and fresh and self._clock() - self._tried_at >= ASKED_AGAIN_AFTER:
                await self._fetch()
                key = self._fitting(kind, kid)
        if key is None:
            raise Denied("not-signed-in", "the token's key is not one of its issuer's")
        return key

    def _fitting(self, kind: str, kid: str | None) -> RSAKey | ECKey | None:
        keys = [key for key in self._keys if key.key_type == kind and (kid is None or key.get("kid") == kid)]
        return keys[0] if len(keys) == 1 or (keys and kid is not None) else None

    async def _fetch(self) -> None:
        self._tried_at = self._clock()
        request = self._client.build_request(
            "GET", self._uri, headers={"Accept": "application/json"}, timeout=ANSWERED_WITHIN
        )
        status, body = await fetched(self._client, request)
        try:
            document = decode(body) if status == 200 else None
        except NotJson:
            document = None
        listed = document.get("keys") if isinstance(document, dict) else None
        keys = tuple(key for each in (listed if isinstance(listed, list) else ()) if (key := _key(each)) is not None)
        if not keys:
            raise ServerUnreachable(UNCHECKED)
        self._keys, self._at = keys, self._clock()


def _key(listed: Any) -> RSAKey | ECKey | None:
    """A key that tokens may be signed with; None for any other: a shared secret or a key for encryption signs none,
    whatever the document says, and one that cannot be read spoils nothing."""
    if not isinstance(listed, dict) or listed.get("use", "sig") != "sig":
        return None
    kinds: dict[str, type[RSAKey | ECKey]] = {"RSA": RSAKey, "EC": ECKey}
    kind = kinds.get(str(listed.get("kty")))
    try:
        return kind.import_key(listed) if kind is not None else None
    except (JoseError, KeyError, TypeError, ValueError):
        return None
