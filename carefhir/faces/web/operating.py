"""The settings of those who run the service: proxies, limits, metrics, traces, how it stops. All may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from limits import RateLimitItem, parse

from carefhir.errors import BadInput
from carefhir.faces.web.proxies import TrustedProxies
from carefhir.faces.web.written import listener, only, text, texts, whole

OPERATING = frozenset({"trusted_proxies", "metrics", "traces", "limits", "stop_within", "stop_announced"})
"""The keys at the top of the file."""

PER_CALLER = "600/minute"
"""Requests of one caller to one EHR: a page of a panel may send a hundred at once, a nurse sends no ten a second."""
FAILED_SIGN_INS = "120/minute"
"""Requests of one address whose token does not hold: a ward behind one address, signing in again, stays below."""
STOP_WITHIN = 60
"""Seconds in which acts under way may finish. One that is cut off is finished by the same request, sent again."""
METRICS_PATH = "/metrics"


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

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> OperatingSettings:
        """Reads the keys of the file. Raises `BadInput` naming the key that cannot be used, and never its value."""
        limits = written.get("limits", {})
        if not isinstance(limits, dict):
            raise BadInput("limits: expected a table, [limits]")
        only(limits, frozenset({"per_caller", "failed_sign_ins"}), "limits.")
        metrics = text(written, "metrics", "", default="")
        here = metrics == METRICS_PATH
        return cls(
            proxies=TrustedProxies(texts(written, "trusted_proxies", "")),
            metrics_listen=listener(metrics, "metrics") if metrics and not here else None,
            metrics_here=here,
            traces=_collector(text(written, "traces", "", default="")),
            per_caller=_limit(limits, "per_caller", PER_CALLER),
            failed_sign_ins=_limit(limits, "failed_sign_ins", FAILED_SIGN_INS),
            stop_within=whole(written, "stop_within", (1, 3_600), unit="seconds", default=STOP_WITHIN),
            stop_announced=whole(written, "stop_announced", (0, 600), unit="seconds", default=0),
        )


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
