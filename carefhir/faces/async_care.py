"""`AsyncCare`: the same as `Care`, on an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Unpack, overload

import httpx

from carefhir import catalog
from carefhir.doctor.judge import Report
from carefhir.engine import runner
from carefhir.engine.results import Preview, Result
from carefhir.engine.step import Command
from carefhir.faces.care import CareOptions, CareSetup, lock_for, sha_of
from carefhir.fhir.capability import Capabilities, read_capabilities
from carefhir.transport.httpx_driver import HttpxDriver
from carefhir.transport.login import SignIn
from carefhir.workflows.looking.check_in_questions import CheckInQuestions, Questions
from carefhir.workflows.looking.overview import Overview, Picture
from carefhir.workflows.looking.worklist import List, Worklist


class _AsyncLock:
    """A lock with weak references."""

    def __init__(self) -> None:
        self.held = asyncio.Lock()


class AsyncCare(CareSetup):
    """The same as `Care`, on an event loop: `run`, `preview`, `show` and `capabilities()` are awaited.

    `client` is your own `httpx.AsyncClient`, one per process; it must not follow redirects, and stays open. Everything
    else is as with `Care`, and so is what is raised.
    """

    def __init__(
        self,
        server: str,
        *,
        acting: str = "",
        client: httpx.AsyncClient | None = None,
        timeout: float = 60.0,
        lanes: int = 6,
        **options: Unpack[CareOptions],
    ) -> None:
        super().__init__(server, acting=acting, **options)
        self._driver = HttpxDriver(
            *self._homes, client=client, keyring=self._keyring, timeout=(5.0, timeout), lanes=lanes
        )

    async def __aenter__(self) -> AsyncCare:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends connections."""
        await self._driver.close()

    async def capabilities(self) -> Capabilities:
        """What the server can do, read once. Raises `ServerUnreachable` and `ServerUnfit`."""
        if self._capabilities is None:
            self._capabilities = await self._driver.run(read_capabilities(self._limits))
        return self._capabilities

    async def run(self, command: Command, *, expect: str | Preview | None = None) -> Result:
        """Carries out a step once, however often it is run. `expect` is a preview, carried out for its moment, or its
        sha-256: anything else is refused. Raises what `Care.run` raises."""
        step = catalog.step_for(command)
        self._must_act()
        occasion = self.occasion(expect)
        lock = lock_for(_AsyncLock, self.home.base, command, id(asyncio.get_running_loop()))
        with runner.hearing(step, command, occasion):
            await self.capabilities()
            async with lock.held:
                return await self._driver.run(
                    runner.run(step, command, occasion, self._server(), expect=sha_of(expect))
                )

    async def preview(self, command: Command) -> Preview | Result:
        """Shows what a step would write, and why; writes nothing. Raises what `run` raises."""
        step = catalog.step_for(command)
        self._must_act()
        occasion = self.occasion()
        with runner.hearing(step, command, occasion):
            await self.capabilities()
            return await self._driver.run(runner.preview(step, command, occasion, self._server()))

    @overload
    async def show(self, command: Overview) -> Picture: ...
    @overload
    async def show(self, command: Worklist) -> List: ...
    @overload
    async def show(self, command: CheckInQuestions) -> Questions: ...
    async def show(self, command: Command) -> Any:
        """Runs a step that only reads: `commands.Overview`, `commands.Worklist`, `commands.CheckInQuestions`.
        Raises what `Care.show` raises."""
        reading = self._reading(command)
        await self.capabilities()
        return await self._driver.run(runner.show(reading, command, self.occasion(), self._server()))

    async def examine(
        self, *, patient: str = "", mark: str = "", about_to_write: Callable[[tuple[str, ...]], None] = lambda _: None
    ) -> Report:
        """What works on this server and what does not, for every step, by trying it: see `Care.examine`."""
        return await self._driver.run(self._examination(patient, mark, about_to_write))

    async def check_sign_in(self) -> SignIn:
        """Signs in, and tries the token on the FHIR server. Raises what `Care.check_sign_in` raises."""
        return await self._driver.run(self._sign_in_check())
