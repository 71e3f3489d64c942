"""P9: what the service adds to a FHIR call, in CPU of its process.

    .venv/bin/python benchmarks/p9_service.py --server URL [--patients 20] [--rounds 9]

The same overview of the same patients, three ways by turns: the requests alone, sent by a bare pooled client that reads
nothing; through `AsyncCare`, which reads and puts together; and through the service, asked for JSON with a token.
CPU is of this process (`time.process_time`); the FHIR server is another one. What a FHIR call costs is the CPU of a
round, divided by the FHIR calls in it.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import httpx  # noqa: E402

from benchmarks.many_at_once import enroll, people, screen  # noqa: E402
from carefhir import AsyncCare  # noqa: E402
from carefhir.commands import Overview  # noqa: E402
from carefhir.faces.web.app import create_app  # noqa: E402
from carefhir.faces.web.bearer import FixedToken  # noqa: E402
from carefhir.faces.web.serving import sandbox_settings  # noqa: E402

WARM_UP = 2


class Noting(httpx.AsyncHTTPTransport):
    """A pooled transport that notes what is sent while it is asked to."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_connections=64))
        self.noted: list[httpx.Request] | None = None
        self.calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends it."""
        self.calls += 1
        if self.noted is not None:
            self.noted.append(request)
        return await super().handle_async_request(request)


async def measured(base: str, patients: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of CPU for a FHIR call, by way, of every round."""
    some, nurse, physician = people(base, patients)
    transport = Noting()
    client = httpx.AsyncClient(transport=transport, trust_env=False, timeout=120)
    care = AsyncCare(base, client=client, acting=nurse)
    for patient in some:
        await care.run(enroll(patient, nurse, physician))
        await care.run(screen(patient))
    app = create_app(
        sandbox_settings("http://127.0.0.1:8090", base), client=client, bearers={"sandbox": FixedToken("demo", nurse)}
    )
    caller = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://127.0.0.1:8090",
        headers={"Authorization": "Bearer demo"},
    )
    await care.show(Overview(patient=some[0]))
    transport.noted = []
    for patient in some:
        await care.show(Overview(patient=patient))
    plain = [(each.method, str(each.url), dict(each.headers), each.content) for each in transport.noted]
    transport.noted = None

    async def bare() -> None:
        for method, url, headers, content in plain:
            answer = await client.request(method, url, headers=headers, content=content)
            assert answer.status_code == 200, answer.status_code

    async def library() -> None:
        for patient in some:
            await care.show(Overview(patient=patient))

    async def service() -> None:
        for patient in some:
            answer = await caller.get(f"/sandbox/api/patients/{patient.partition('/')[2]}/overview")
            assert answer.status_code == 200, answer.text

    ways: dict[str, Callable[[], Awaitable[None]]] = {"bare client": bare, "AsyncCare": library, "service": service}
    took: dict[str, list[float]] = {name: [] for name in ways}
    names = list(ways)
    for number in range(rounds + WARM_UP):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            calls, began = transport.calls, time.process_time()
            await ways[name]()
            seconds, made = time.process_time() - began, transport.calls - calls
            if number >= WARM_UP:
                took[name].append(seconds / made)
    await caller.aclose()
    await client.aclose()
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("--patients", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    took = asyncio.run(measured(chosen.server.rstrip("/"), chosen.patients, chosen.rounds))
    for name, values in took.items():
        middle = statistics.median(values)
        print(f"{name}: {middle * 1e3:.2f} ms of CPU for a FHIR call (median; {min(values) * 1e3:.2f} to "
              f"{max(values) * 1e3:.2f})")  # fmt: skip
    for name, against in (("service", "AsyncCare"), ("service", "bare client"), ("AsyncCare", "bare client")):
        ratios = [one / other for one, other in zip(took[name], took[against], strict=True)]
        print(f"{name} / {against}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
