"""R9, watched over a whole test run: names planted in the patients must appear in no log line, exception or URL.

The synthetic people of the examples carry these names; every record logged anywhere in the process, every error of
ours that is made, and every URL either driver or the sandbox is asked for passes by here. Where tests load the service,
so do the labels of what it counts and the spans it makes. Where the tests run in several workers each watches its own
process, and tells the run what it saw when it ends.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from carefhir.errors import CarefhirError
from carefhir.fhir.wire import Request, TokenRequest
from carefhir.sandbox import Sandbox
from carefhir.transport.httpx_driver import HttpxDriver
from carefhir.transport.requests_driver import RequestsDriver

NAMES = ("Delgado", "Jensen", "Tran", "555-0120", "1951-08-14", "1947-05-03", "1979-09-09", "Plantedname")
NAMES = (*NAMES, "RB-104471", "RB-087203", "RB-133958")
SECRET = "correct horse battery"
NAMES = (*NAMES, SECRET, "token-1")
"""Family names, a phone number, birth dates and record numbers of the examples; `Plantedname` for tests that need one
more; a client's secret, and the tokens it gets for it."""
_pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" if name.isalpha() else re.escape(name) for name in NAMES))


class _Listener(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.DEBUG)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.see("log line", record.getMessage())


class Watch:
    """Counts what passes by and keeps what leaks."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.leaks: list[str] = []
        self._started = False
        self._serving = False

    def see(self, kind: str, text: str) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        found = _pattern.search(text)
        if found:
            self.leaks.append(f"{kind}: …{found[0]}…")

    def told(self) -> dict[str, Any]:
        """What a worker tells the run it belongs to."""
        return {"counts": self.counts, "leaks": self.leaks}

    def add(self, told: dict[str, Any]) -> None:
        """What a worker saw, as if seen here."""
        for kind, count in told["counts"].items():
            self.counts[kind] = self.counts.get(kind, 0) + count
        self.leaks += told["leaks"]

    def summary(self) -> str:
        seen = ", ".join(f"{count} {kind}s" for kind, count in sorted(self.counts.items())) or "nothing"
        return f"planted names: {len(self.leaks)} leaks in {seen}"

    def start(self) -> None:
        """Listens from now on; once."""
        if self._started:
            return
        self._started = True
        logging.getLogger().addHandler(_Listener(self))
        for name in ("httpx", "httpcore", "urllib3", "uvicorn", "uvicorn.error", "carefhir", "asyncio"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        self._errors()
        self._urls()

    def watch_service(self) -> None:
        """Watches what the service counts and traces, too; for tests that load it, once."""
        if self._serving:
            return
        self._serving = True
        from opentelemetry.trace import get_current_span

        from carefhir.faces.web.metrics import ServiceMetrics
        from carefhir.faces.web.tracing import OpenTelemetryTracing

        labeled, spans = ServiceMetrics._of, OpenTelemetryTracing.span

        def of(metrics: ServiceMetrics, name: str, labels: Mapping[str, str]) -> Any:
            child = labeled(metrics, name, labels)
            self.see("metric", f"{name} {child._labelvalues if hasattr(child, '_labelvalues') else ''}")
            return child

        @contextmanager
        def span(tracing: OpenTelemetryTracing, name: str, attributes: Mapping[str, str | int]) -> Iterator[Any]:
            with spans(tracing, name, attributes) as note:
                current: Any = get_current_span()
                yield note
            self.see("span", f"{name} {dict(current.attributes or {})}")

        ServiceMetrics._of = of  # type: ignore[method-assign]
        OpenTelemetryTracing.span = span  # type: ignore[method-assign]

    def _errors(self) -> None:
        made = CarefhirError.__init__
        watch = self

        def init(error: CarefhirError, message: str) -> None:
            watch.see("exception", message)
            made(error, message)

        CarefhirError.__init__ = init  # type: ignore[method-assign]

    def _urls(self) -> None:
        watch = self
        handle = Sandbox.handle

        def handled(sandbox: Sandbox, method: str, target: str, *more: Any) -> Any:
            watch.see("url", target)
            return handle(sandbox, method, target, *more)

        Sandbox.handle = handled  # type: ignore[method-assign,assignment]
        sends = RequestsDriver._send
        asends = HttpxDriver._send

        def send(driver: RequestsDriver, request: Request | TokenRequest) -> Any:
            watch.see("url", request.url if isinstance(request, TokenRequest) else request.target)
            return sends(driver, request)

        async def asend(driver: HttpxDriver, request: Request | TokenRequest) -> Any:
            watch.see("url", request.url if isinstance(request, TokenRequest) else request.target)
            return await asends(driver, request)

        RequestsDriver._send = send  # type: ignore[method-assign]
        HttpxDriver._send = asend  # type: ignore[method-assign,assignment]


watch = Watch()
