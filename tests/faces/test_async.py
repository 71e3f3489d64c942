"""`AsyncCare` over ASGI says and does what `Care` does over HTTP: the same steps, the same results."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import httpx
import pytest

from carefhir.engine.results import Conflict, Done, Partial, Preview, Refused, plain
from carefhir.engine.step import Command
from carefhir.errors import BadInput, ServerUnfit, ServerUnreachable
from carefhir.faces.async_care import AsyncCare
from carefhir.faces.care import Care
from carefhir.faces.turns import Turns
from carefhir.fhir.capability import Limits
from carefhir.sandbox import Sandbox
from carefhir.sandbox.app import application
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.looking.overview import Overview, Picture
from carefhir.workflows.looking.worklist import Worklist
from carefhir.workflows.supervision.enroll import Enroll
from carefhir.workflows.transitions.open_transition import OpenTransition
from tests.faces.conftest import NOW, Exchange, Ward, response
from tests.support.graph import graph

BASE = "http://sandbox.test/fhir"


def commands(ward: Ward) -> list[Command]:
    """A journey with every kind of end: done, done already, conflict, refused, refused and kept."""
    enrollment: dict[str, Any] = {
        "patient": ward.patient,
        "program": "care-management",
        "care_manager": ward.nurse,
        "supervising_provider": ward.physician,
        "consent": "verbal",
        "told": ("what-it-is", "care-team", "right-to-stop"),
        "reason": "several chronic conditions",
    }
    draft = response("rosa-phq-9", status="in-progress")
    return [
        Enroll(**enrollment),
        Enroll(**enrollment),
        Enroll(**{**enrollment, "reason": "another"}),
        Enroll(**{**enrollment, "program": "none"}),
        RecordAssessment(patient=ward.patient, response=response("rosa-hunger-vital-sign")),
        RecordAssessment(patient=ward.patient, response=draft),
        RecordAssessment(patient=ward.patient, response=response("rosa-phq-9-item-9")),
        OpenTransition(patient=ward.patient, encounter=ward.stay),
        OpenTransition(patient="Patient/nobody", encounter=ward.stay),
    ]


def _client(sandbox: Sandbox) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=application(sandbox)))


def over_asgi(ward: Ward, work: Callable[[AsyncCare], Coroutine[Any, Any, Any]], **more: Any) -> Any:
    """Runs the work with an `AsyncCare` on the ward's own sandbox."""

    async def go() -> Any:
        async with _client(ward.front.sandbox) as client:
            care = AsyncCare(BASE, acting=ward.nurse, client=client, now=datetime.fromisoformat(NOW), **more)
            async with care:
                return await work(care)

    return asyncio.run(go())


def _care(ward: Ward) -> Care:
    return Care(ward.front.base, acting=ward.nurse, now=datetime.fromisoformat(NOW))


def test_the_same_results_and_the_same_graph(serve: Callable[..., Ward]) -> None:
    sync, other = serve(), serve()
    assert sync.patient == other.patient
    with _care(sync) as care:
        told = [(plain(care.preview(one)), plain(care.run(one))) for one in commands(sync)]
        shown = [plain(care.show(one)) for one in (Overview(patient=sync.patient), Worklist())]

    async def work(care: AsyncCare) -> Any:
        told = [(plain(await care.preview(one)), plain(await care.run(one))) for one in commands(other)]
        shown = [plain(await care.show(one)) for one in (Overview(patient=other.patient), Worklist())]
        return told, shown

    assert over_asgi(other, work) == (told, shown)
    outcomes = [after["outcome"] for _, after in told]
    assert outcomes == ["done", "done", "conflict", "refused", "done", "refused", "done", "done", "refused"]
    from tests.faces.test_unfit_servers import _backend

    assert graph(_backend(sync), sync.patient) == graph(_backend(other), other.patient)


def test_expect_binds(ward: Ward) -> None:
    command = commands(ward)[0]

    async def work(care: AsyncCare) -> Any:
        seen = await care.preview(command)
        assert isinstance(seen, Preview)
        other = await care.run(command, expect="0" * 64)
        same = await care.run(command, expect=seen.sha256)
        return seen, other, same

    seen, other, same = over_asgi(ward, work)
    assert isinstance(other, Refused)
    assert isinstance(same, Done)
    assert same.sha256 == seen.sha256
    with _care(ward) as care:
        again = care.run(command)
    assert isinstance(again, Done)
    assert (again.by, again.receipt) == ("an earlier run", same.receipt)


def test_many_at_once_write_once(ward: Ward) -> None:
    command = commands(ward)[0]

    async def work(care: AsyncCare) -> Any:
        return await asyncio.gather(*(care.run(command) for _ in range(8)))

    results = over_asgi(ward, work)
    assert all(isinstance(one, Done) for one in results)
    assert sorted(one.by for one in results) == ["an earlier run"] * 7 + ["us"]
    assert len({one.receipt for one in results}) == 1
    assert len(ward.front.search(f"EpisodeOfCare?patient={ward.patient}")) == 1


def test_many_event_loops_in_one_process(ward: Ward) -> None:
    """A lock must not outlive the loop it was made in. Which of two is first, the threads of the server decide."""
    command = commands(ward)[0]

    async def work(care: AsyncCare) -> Any:
        return await asyncio.gather(care.run(command), care.run(command))

    assert sorted(one.by for one in over_asgi(ward, work)) == ["an earlier run", "us"]
    assert [one.by for one in over_asgi(ward, work)] == ["an earlier run", "an earlier run"]


def test_a_cancelled_run_releases_the_patient(ward: Ward) -> None:
    command = commands(ward)[0]

    async def work(care: AsyncCare) -> Any:
        first = asyncio.create_task(care.run(command))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await care.run(command)

    assert isinstance(over_asgi(ward, work), Done)


class Cancelling(httpx.AsyncBaseTransport):
    """Cancels the task that sends the `at`-th write: before the server sees it, or when it was carried out."""

    def __init__(self, sandbox: Sandbox, at: int, *, carried_out: bool) -> None:
        self._inner = httpx.ASGITransport(app=application(sandbox))
        self._at, self._carried_out = at, carried_out
        self.writes = 0
        self.task: asyncio.Task[Any] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        reads = request.method == "GET" or request.url.path.endswith("_search") or b'"type":"batch"' in body
        self.writes += not reads
        if reads or self.writes != self._at:
            return await self._inner.handle_async_request(request)
        if self._carried_out:
            await self._inner.handle_async_request(request)
        assert self.task is not None
        self.task.cancel()
        await asyncio.sleep(3600)
        raise AssertionError("not cancelled")


SINGLY = 5
"""Writes of an enrollment without transactions: program, team, consent, receipt, and the Task or Flag beside them."""


@pytest.mark.parametrize("carried_out", [False, True], ids=["before it is seen", "when it was carried out"])
@pytest.mark.parametrize(
    ("transaction", "at"), [(True, 1), *((False, number) for number in range(1, SINGLY + 1))], ids=str
)
def test_a_cancelled_step_leaves_nothing_unsaid(
    serve: Callable[..., Ward], transaction: bool, at: int, carried_out: bool
) -> None:
    """Cancelled at any write: it carries on upward, and the same step run again ends as if nothing had been."""
    whole, ward = serve(transaction=transaction), serve(transaction=transaction)
    command, moment = commands(ward)[0], datetime.fromisoformat(NOW)
    undisturbed = over_asgi(whole, lambda care: care.run(commands(whole)[0]), limits=Limits(transaction=transaction))

    async def go() -> tuple[bool, Any]:
        transport = Cancelling(ward.front.sandbox, at, carried_out=carried_out)
        async with (
            httpx.AsyncClient(transport=transport) as client,
            AsyncCare(
                BASE, acting=ward.nurse, now=moment, client=client, limits=Limits(transaction=transaction)
            ) as care,
        ):
            transport.task = asyncio.create_task(care.run(command))
            with pytest.raises(asyncio.CancelledError):
                await transport.task
            cancelled = transport.task.cancelled()
            return cancelled, await care.run(command)

    cancelled, again = asyncio.run(go())
    assert cancelled
    assert isinstance(undisturbed, Done)
    assert isinstance(again, Done)
    was_the_last = carried_out and at == (1 if transaction else SINGLY)
    assert again.by == ("an earlier run" if was_the_last else "us")
    from tests.faces.test_unfit_servers import _backend

    assert graph(_backend(ward), ward.patient) == graph(_backend(whole), whole.patient)


def test_the_queue_is_bounded(ward: Ward) -> None:
    """So many run, so many wait, and one more is told at once that nothing was sent."""
    running: list[int] = [0, 0]

    class Slow(httpx.AsyncBaseTransport):
        def __init__(self) -> None:
            self._inner = httpx.ASGITransport(app=application(ward.front.sandbox))

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            running[0] += 1
            running[1] = max(running)
            try:
                await asyncio.sleep(0)
                return await self._inner.handle_async_request(request)
            finally:
                running[0] -= 1

    async def go() -> list[Any]:
        moment = datetime.fromisoformat(NOW)
        async with (
            httpx.AsyncClient(transport=Slow()) as client,
            AsyncCare(BASE, acting=ward.nurse, now=moment, client=client, lanes=50) as care,
        ):
            care._turns = Turns(running=3, under_way=8)
            shown = [care.show(Overview(patient=ward.patient)) for _ in range(10)]
            first = await asyncio.gather(*shown, return_exceptions=True)
            return [*first, await care.show(Overview(patient=ward.patient))]

    results = asyncio.run(go())
    turned_away = [one for one in results if isinstance(one, ServerUnreachable)]
    assert len(turned_away) == 2
    assert all(one.sent is False and "nothing was sent" in one.message for one in turned_away)
    assert len([one for one in results if isinstance(one, Picture)]) == 9, "a place that is free again is taken"
    assert running[1] <= 3


def test_many_that_begin_at_once_ask_once_what_the_server_can_do(ward: Ward) -> None:
    before = len(ward.front.seen)

    async def go() -> None:
        moment = datetime.fromisoformat(NOW)
        async with AsyncCare(ward.front.base, acting=ward.nurse, now=moment) as care:
            await asyncio.gather(*(care.show(Overview(patient=ward.patient)) for _ in range(6)))

    asyncio.run(go())
    assert [one.point for one in ward.front.seen[before:]].count("metadata") == 1


def test_a_reading_is_no_step_and_a_step_no_reading(ward: Ward) -> None:
    async def show(care: AsyncCare) -> Any:
        return await care.show(commands(ward)[0])

    async def run(care: AsyncCare) -> Any:
        return await care.run(Worklist())

    for work in (show, run):
        with pytest.raises(BadInput):
            over_asgi(ward, work)


@pytest.mark.parametrize("status", [200, 401, 404])
def test_an_unfit_server(ward: Ward, status: int) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"<p>Sign in"})

    async def go() -> None:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
        async with client, AsyncCare(BASE, acting=ward.nurse, client=client) as care:
            await care.run(commands(ward)[0])

    with pytest.raises(ServerUnfit, match="CapabilityStatement"):
        asyncio.run(go())


def test_nothing_listens(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(seconds: float) -> None:
        pass

    monkeypatch.setattr("carefhir.transport.httpx_driver.asyncio.sleep", at_once)

    async def go() -> None:
        async with AsyncCare("http://127.0.0.1:9/fhir", acting=ward.nurse) as care:
            await care.show(Worklist())

    with pytest.raises(ServerUnreachable):
        asyncio.run(go())


def test_half_written_over_http(serve: Callable[..., Ward], monkeypatch: pytest.MonkeyPatch) -> None:
    """The async driver over real sockets, against the misbehaving front: the same truth as the sync one."""
    ward = serve(transaction=False)
    count = [0]

    def third(exchange: Exchange) -> Any:
        count[0] += exchange.point == "commit"
        return (403, {}, b"") if exchange.point == "commit" and count[0] >= 3 else None

    ward.front.trouble = third

    async def go() -> Any:
        moment = datetime.fromisoformat(NOW)
        async with AsyncCare(ward.front.base, acting=ward.nurse, now=moment) as care:
            first = await care.run(commands(ward)[0])
            ward.front.trouble = None
            return first, await care.run(commands(ward)[0]), await care.run(commands(ward)[2])

    half, rest, other = asyncio.run(go())
    assert isinstance(half, Partial)
    assert (len(half.written), len(half.unwritten), half.uncertain) == (2, 3, False)
    assert isinstance(rest, Done)
    assert isinstance(other, Conflict)
