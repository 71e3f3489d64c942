"""What the service counts, for Prometheus. A label's values come from a list; nothing of a path or a body is one."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from carefhir.errors import BadInput

OTHER = "other"
"""The value of a label for anything that is not on its list."""
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus_client keeps counts in a folder, where workers count together."""
EXCHANGE_ENDS = frozenset({"2xx", "3xx", "4xx", "5xx", "unreachable", "timeout", "broken", "too-large"})
"""How an exchange with a FHIR server ends: an answer's class, or why there is none."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Something that is counted: its name after `carefhir_`, and each label with all the values it may have."""

    name: str
    meaning: str
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Counting(Protocol):
    """Counts. For what counts without knowing of Prometheus."""

    def count(self, name: str, labels: Mapping[str, str]) -> None:
        """One more of a meter. A value that is not on its label's list counts as `other`."""
        ...


class ServiceMetrics:
    """Counts and durations of one application, in a registry of its own. Where workers count together
    (`TOGETHER`), its page tells of all of them, and each has had its counts before it was made."""

    def __init__(self, *, ehrs: Iterable[str], steps: Iterable[str], kinds: Iterable[str], version: str) -> None:
        ehr, step = {"ehr": frozenset({*ehrs, "-"})}, {"step": frozenset({*steps, "-"})}
        self._registry = CollectorRegistry()
        self._allowed: dict[str, Mapping[str, frozenset[str]]] = {}
        self._meters: dict[str, Any] = {}
        ProcessCollector(registry=self._registry)
        for meter in (
            Meter("requests", "Requests, by what became of them", {**step, "outcome": frozenset(kinds), **ehr}),
            Meter("fhir_exchanges", "Requests to the FHIR server", {"outcome": EXCHANGE_ENDS, **ehr}),
            Meter("tokens_refused", "Requests whose token does not hold, or that have none", ehr),
            Meter("rate_limited", "Requests that were refused for being too many", {"limit": LIMITS, **ehr}),
        ):
            self.add(meter)
        buckets: dict[str, Any] = {"buckets": SECONDS, "registry": self._registry}
        self._took("request_seconds", Histogram, "How long requests took", labels={**step, **ehr}, **buckets)
        self._took("fhir_exchange_seconds", Histogram, "How long the FHIR server took", labels=ehr, **buckets)
        running: dict[str, Any] = {"registry": self._registry, "multiprocess_mode": "livesum"}
        self._took("requests_running", Gauge, "Requests that are being carried out", labels={}, **running)
        release = {"version": frozenset({version})}
        newest: dict[str, Any] = {"registry": self._registry, "multiprocess_mode": "livemax"}
        self._took("release", Gauge, "1 for the release that runs", labels=release, **newest)
        self._meters["release"].labels(version).set(1)

    def _took(self, name: str, kind: type, meaning: str, *, labels: Mapping[str, frozenset[str]], **more: Any) -> None:
        self._allowed[name] = labels
        self._meters[name] = kind(f"carefhir_{name}", meaning, tuple(labels), **more)

    def add(self, meter: Meter) -> None:
        """Counts this, too, from now on."""
        self._took(meter.name, Counter, meter.meaning, labels=meter.labels, registry=self._registry)

    def count(self, name: str, labels: Mapping[str, str]) -> None:
        """One more of a meter; `KeyError` for one that was never added."""
        self._of(name, labels).inc()

    def took(self, name: str, seconds: float, labels: Mapping[str, str]) -> None:
        """How long something took."""
        self._of(name, labels).observe(seconds)

    def running(self, change: int) -> None:
        """A request begins (1) or has ended (-1)."""
        self._meters["requests_running"].inc(change)

    def _of(self, name: str, labels: Mapping[str, str]) -> Any:
        allowed = self._allowed[name]
        given = {label: labels.get(label, "-") for label in allowed}
        return self._meters[name].labels(
            **{label: value if value in allowed[label] else OTHER for label, value in given.items()}
        )

    def page(self) -> tuple[bytes, str]:
        """Everything that was counted, as Prometheus reads it, and its media type."""
        folder = os.environ.get(TOGETHER, "")
        return generate_latest(counted_together(folder) if folder else self._registry), CONTENT_TYPE_LATEST

    def listen(self, host: str, port: int) -> MetricsListener:
        """Shows the page at an address of its own. Raises `BadInput` where that cannot be used."""
        return listening(self._registry, host, port)


def counted_together(folder: str) -> CollectorRegistry:
    """What all workers count, in a folder."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]  # the library has no types there
    return registry


def listening(registry: CollectorRegistry, host: str, port: int) -> MetricsListener:
    """Shows what is counted at an address of its own. Raises `BadInput` where that cannot be used."""
    try:
        server, thread = start_http_server(port, host, registry)
    except (OSError, OverflowError):
        raise BadInput("metrics: cannot be used, or is in use") from None
    return MetricsListener(server, thread)


LIMITS = frozenset({"caller", "address"})


@dataclass(frozen=True, slots=True)
class MetricsListener:
    """Metrics at an address of their own."""

    server: Any
    thread: threading.Thread

    @property
    def port(self) -> int:
        """The port it has: a free one where 0 was asked for."""
        port: int = self.server.server_address[1]
        return port

    def close(self) -> None:
        """Shows nothing any more."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
