"""Around every request: security headers, one log line, and no fault let through."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from carefhir.errors import where
from carefhir.faces.web.answering import Spoken, problem
from carefhir.faces.web.monitoring import RECORD, Monitoring
from carefhir.faces.web.proxies import ARRIVAL, TrustedProxies

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer. A page that needs another policy sets its own."""


class RequestFrame:
    """Puts the security headers on every answer, has each request counted, logged and traced, and lets no fault
    through: a stack trace may hold patient data."""

    def __init__(self, app: ASGIApp, monitoring: Monitoring, proxies: TrustedProxies) -> None:
        self._app = app
        self._monitoring = monitoring
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        peer = (scope.get("client") or ("",))[0]
        scope[ARRIVAL] = self._proxies.arrival(peer, scope["scheme"], scope["headers"])
        with self._monitoring.request(scope) as record:
            scope[RECORD] = record

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    record.status = message["status"]
                    named = {name.lower() for name, _ in message["headers"]}
                    always = {**HEADERS, "X-Request-Id": record.id}
                    more = [(name.lower().encode(), value.encode()) for name, value in always.items()]
                    message["headers"] = [*message["headers"], *(each for each in more if each[0] not in named)]
                await send(message)

            try:
                await self._app(scope, receive, sending)
            except Exception as error:  # noqa: BLE001  see above
                self._monitoring.log.error("fault", where=where(error), request=record.id)
                if not record.status:
                    response = problem("unexpected", f"unexpected: {where(error)}", Spoken(False, writes=True))
                    await response(scope, receive, sending)
