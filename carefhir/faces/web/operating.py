"""The settings of those who run the service: proxies, limits, metrics, traces, how it stops. All may be left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from limits import RateLimitItem, parse

from carefhir.errors import BadInput
from carefhir.faces.web.proxies import TrustedProxies
from carefhir.faces.web.written import listener, on_this_machine, only, secret, text, texts, whole

OPERATING = frozenset(
    {
        *("trusted_proxies", "metrics", "traces", "limits", "stop_within", "stop_announced"),
        *("workers", "redis", "redis_password_env", "redis_password_file", "shared_key_env", "shared_key_file"),
    }
)
"""The keys at the top of the file."""

PER_CALLER = "600/minute"
"""Requests of one caller to one EHR: a page of a panel may send a hundred at once, a nurse sends no ten a second."""
FAILED_SIGN_INS = "120/minute"
"""Requests of one address whose token does not hold: a ward behind one address, signing in again, stays below."""
STOP_WITHIN = 60
"""Seconds in which acts under way may finish. One that is cut off is finished by the same request, sent again."""
METRICS_PATH = "/metrics"
MOST_WORKERS = 64
REDIS_QUERY: Mapping[str, Mapping[str, str]] = {
    "redis": {},
    "rediss": {"ssl_ca_certs": r"/\S+"},
    "unix": {"db": r"\d{1,4}"},
}
"""The schemes of an address of Redis, and what may stand after its question mark."""
SHORTEST_KEY = 32
"""Characters of the key that workers share: as `openssl rand -hex 32` makes it, or half of that."""


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """What several workers share."""

    url: str
    shared_key: str = field(repr=False)
    """What they seal and hash with; Redis never sees it."""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OperatingSettings:
    """How the service is run."""

    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    metrics_listen: tuple[str, int] | None = None
    """Where metrics are fetched, apart from the service; None: not apart."""
    metrics_here: bool = False
    """Whether metrics are at `/metrics` of the service itself."""
    traces: str = ""
    """The collector to which spans are sent, by OTLP over HTTP; "": nowhere."""
    per_caller: RateLimitItem | None = field(default_factory=lambda: parse(PER_CALLER))
    failed_sign_ins: RateLimitItem | None = field(default_factory=lambda: parse(FAILED_SIGN_INS))
    stop_within: int = STOP_WITHIN
    stop_announced: int = 0
    """Seconds between being told to stop and taking no more connections: `/ready` says 503, so that nothing is sent."""
    workers: int = 1
    """Processes that answer."""
    redis: RedisSettings | None = None
    """Where they share what they must know together; None: there is only one, and it keeps that itself."""

    @classmethod
    def of(cls, written: Mapping[str, Any], environ: Mapping[str, str]) -> OperatingSettings:
        """Reads the keys of the file, and the secrets it names. Raises `BadInput` naming the key that cannot be used,
        and never its value."""
        limits = written.get("limits", {})
        if not isinstance(limits, dict):
            raise BadInput("limits: expected a table, [limits]")
        only(limits, frozenset({"per_caller", "failed_sign_ins"}), "limits.")
        metrics = text(written, "metrics", "", default="")
        here = metrics == METRICS_PATH
        workers = whole(written, "workers", (1, MOST_WORKERS), unit="processes", default=1)
        redis = _redis(written, environ)
        if workers > 1 and redis is None:
            raise BadInput("workers: more than one needs redis, where they know of each other's sessions")
        return cls(
            proxies=TrustedProxies(texts(written, "trusted_proxies", "")),
            metrics_listen=listener(metrics, "metrics") if metrics and not here else None,
            metrics_here=here,
            traces=_collector(text(written, "traces", "", default="")),
            per_caller=_limit(limits, "per_caller", PER_CALLER),
            failed_sign_ins=_limit(limits, "failed_sign_ins", FAILED_SIGN_INS),
            stop_within=whole(written, "stop_within", (1, 3_600), unit="seconds", default=STOP_WITHIN),
            stop_announced=whole(written, "stop_announced", (0, 600), unit="seconds", default=0),
            workers=workers,
            redis=redis,
        )


def _redis(written: Mapping[str, Any], environ: Mapping[str, str]) -> RedisSettings | None:
    url = text(written, "redis", "", default="")
    password, key = (secret(written, name, "", environ).strip() for name in ("redis_password", "shared_key"))
    if not url:
        if password or key:
            raise BadInput("redis: is missing; its password or the shared key is set")
        return None
    parts = urlsplit(url)
    if parts.scheme not in REDIS_QUERY or parts.password or parts.fragment or not _place(url):
        raise BadInput("redis: expected rediss://HOST:PORT/NUMBER or unix:///PATH, without a password")
    options = parse_qsl(parts.query, keep_blank_values=True)
    allowed = REDIS_QUERY[parts.scheme]
    if any(name not in allowed or not re.fullmatch(allowed[name], value) for name, value in options):
        raise BadInput(
            "redis: after the ? may stand ssl_ca_certs=/PATH (rediss) or db=NUMBER (unix), and nothing else: how its "
            "certificate is checked cannot be turned off"
        )
    if parts.scheme == "redis" and not on_this_machine(parts.hostname or ""):
        raise BadInput("redis: must be rediss, over TLS; redis is for this machine only")
    if len(key) < SHORTEST_KEY:
        raise BadInput(
            f"shared_key_file: redis needs it, or shared_key_env: at least {SHORTEST_KEY} characters that nobody can "
            "guess (openssl rand -hex 32), the same for all workers"
        )
    return RedisSettings(url, key, password)


def _place(url: str) -> bool:
    """Whether it says where Redis is."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "unix":
            return bool(parts.path)
        port = parts.port  # raises for one that is none
        return bool(parts.hostname and port != 0 and re.fullmatch(r"/?\d{0,4}", parts.path))
    except ValueError:
        return False


def _limit(table: Mapping[str, Any], name: str, default: str) -> RateLimitItem | None:
    """How often in which time; None for `off`."""
    given = text(table, name, "limits.", default=default)
    if given == "off":
        return None
    try:
        limit = parse(given)
    except ValueError:
        limit = None
    if limit is None or limit.amount < 1 or limit.get_expiry() > 86_400:
        raise BadInput(f'limits.{name}: expected how often in at most a day, such as "600/minute", or "off"')
    return limit


def _collector(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query):
        raise BadInput("traces: expected the URL of a collector, such as http://127.0.0.1:4318/v1/traces")
    return url
