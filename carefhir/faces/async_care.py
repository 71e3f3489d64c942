"""`AsyncCare`: the same as `Care`, on an event loop."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar, Unpack, overload

import httpx

from carefhir import catalog
from carefhir.doctor.judge import Report
from carefhir.engine import linking, runner
from carefhir.engine.linking import Linked
from carefhir.engine.results import Preview, Result
from carefhir.engine.step import Command
from carefhir.errors import BadInput
from carefhir.faces.care import CareOptions, CareSetup, lock_for, sha_of
from carefhir.faces.turns import Turns
from carefhir.fhir.both_homes import gathered
from carefhir.fhir.capability import Capabilities, read_capabilities
from carefhir.fhir.gather import Records
from carefhir.fhir.record import relative
from carefhir.fhir.search import Need
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import MAIN, Flow
from carefhir.occasion import Actor
from carefhir.transport.httpx_driver import HttpxDriver
from carefhir.transport.keyring import Bearer, Keyring
from carefhir.transport.login import SignIn
from carefhir.transport.observing import ExchangeObserver, Unobserved
from carefhir.transport.read_homes import ReadAs, others_of
from carefhir.transport.silence import SilenceWatch
from carefhir.workflows.care_planning.plan_choices import ChoicesForPlan, PlanChoices
from carefhir.workflows.case_management.authorization_request import AuthorizationRequest, Submission
from carefhir.workflows.delivery import deliver
from carefhir.workflows.delivery.deliver import Deliveries
from carefhir.workflows.looking import stratify_list
from carefhir.workflows.looking.check_in_questions import CheckInQuestions, Questions
from carefhir.workflows.looking.compare_assessments import CompareAssessments, ComparedAssessments
from carefhir.workflows.looking.list_rows import List
from carefhir.workflows.looking.overview import Overview, Picture
from carefhir.workflows.looking.plan_progress import ShownProgress, ShowPlanProgress
from carefhir.workflows.looking.pre_fill import PreFill, Prefilled
from carefhir.workflows.looking.stratify import Stratified, Stratify
from carefhir.workflows.looking.stratify_list import StratifiedList
from carefhir.workflows.looking.team_list import TeamList
from carefhir.workflows.looking.time_statement import MonthOfTime, TimeStatement
from carefhir.workflows.looking.worklist import Worklist
from carefhir.workflows.panel import keep_group
from carefhir.workflows.panel.keep_group import KeptList
from carefhir.workflows.panel.sweep import Swept
from carefhir.workflows.whole_picture.packet_sheet import PacketSheet, ShowPacket
from carefhir.workflows.whole_picture.plan_sheet import PlanSheet, ShowPlan
from carefhir.workflows.whole_picture.sign_off_summary import PlanSummary, SummarizePlan
from carefhir.workflows.whole_picture.timeline import ShowTimeline, Timeline

T = TypeVar("T")


class _AsyncLock:
    """A lock with weak references."""

    def __init__(self) -> None:
        self.held = asyncio.Lock()


AWAY_FOR = 5.0
"""Seconds after which a server that is read beside this one, and did not answer, is asked again what it can do."""


class _Stated:
    """What the server has stated, once somebody has asked; shared by all who act on it."""

    capabilities: Capabilities | None = None
    others: tuple[OtherHome, ...] = ()
    asked_others: float = float("-inf")


class AsyncCare(CareSetup):
    """The same as `Care`, on an event loop: `run`, `preview`, `show` and `capabilities()` are awaited.

    `client` is your own `httpx.AsyncClient`, one per process; it must not follow redirects, and stays open. At most 16
    steps run at once, and at most 1,000 run or wait: one more raises `ServerUnreachable`, with nothing sent. A step
    that is cancelled stops where it is: run it again, and it is finished, or found done. `headers` go with every
    request to the FHIR server, `headers_beside` (by name) with those to one that is read beside it; `observer` is told
    of each. Everything else is as with `Care`, and so is what is raised.
    """

    def __init__(
        self,
        server: str,
        *,
        acting: str = "",
        client: httpx.AsyncClient | None = None,
        timeout: float = 60.0,
        lanes: int = 8,
        headers: Mapping[str, str] | None = None,
        headers_beside: Mapping[str, Mapping[str, str]] | None = None,
        observer: ExchangeObserver | None = None,
        **options: Unpack[CareOptions],
    ) -> None:
        super().__init__(server, acting=acting, **options)
        self._silence = SilenceWatch(observer or Unobserved())
        self._driver = HttpxDriver(
            *self._homes,
            client=client,
            keyring=self._keyring,
            timeout=(5.0, timeout),
            lanes=lanes,
            headers=headers,
            headers_of={each.name: (headers_beside or {}).get(each.name, {}) for each in self._beside},
            observer=self._silence,
        )
        self._turns = Turns()
        self._asking = asyncio.Lock()
        self._stated = _Stated()
        self._there: ReadAs | None = None
        self._of_nobody = self._driver
        """With the sign-in of nobody in particular: what a server can do is not known by somebody's token."""

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
        async with self._asking:  # of many steps that begin at once, one asks
            stated = self._stated
            if self._beside and (len(stated.others) < len(self._beside) or self._some_away(stated)):
                stated.others = await self._of_nobody.run(others_of(self._beside))
                stated.asked_others = time.monotonic()
            self._others = stated.others
            if stated.capabilities is None:
                stated.capabilities = await self._driver.run(read_capabilities(self._limits))
            self._capabilities = stated.capabilities
            return stated.capabilities

    @staticmethod
    def _some_away(stated: _Stated) -> bool:
        """Whether it is time to ask again one that did not answer."""
        again = time.monotonic() - stated.asked_others >= AWAY_FOR
        return again and any(each.away for each in stated.others)

    def _server(self) -> Server:
        server = super()._server()
        if self._there is None:
            return server
        return replace(server, beside=tuple(map(self._there.seen, server.beside)))

    def _server_to_show(self) -> Server:
        """The same for what is only shown: of several, one that did not answer a moment ago is not asked at once."""
        server = self._server()
        if not server.beside:
            return server
        beside = tuple(replace(each, silent=self._silent(each.home.name)) for each in server.beside)
        return replace(server, beside=beside, silent=self._silent(server.home.name))

    def _does_not_answer(self) -> bool:
        """Whether the server itself did not answer a moment ago."""
        return self._silence.silent(self.home.name)

    def _silent(self, home: str) -> str:
        return "the server did not answer a moment ago" if self._silence.silent(home) else ""

    def on_behalf_of(
        self, acting: str, *, token: str | Bearer = "", now: datetime | None = None, there: ReadAs | None = None
    ) -> AsyncCare:
        """The same server for another person: what a service uses for each request. `acting` is who acts (`""`: nobody,
        for what only reads); `token` is theirs (a `Bearer` may say how it is renewed), and without one the same sign-in
        is used; `now` is their moment; `there` says how a server that is read beside this one is read for them.
        Connections, places among the steps that run, and what is known of the server are shared. Raises `BadInput` for
        a malformed reference."""
        who = relative(acting) if acting else ""
        if who is None:
            raise BadInput("who acts must be a reference such as Practitioner/1")
        other = copy.copy(self)
        other._actor = Actor(who)
        if now is not None:
            other._now = now
        if token:
            other._keyring = Keyring({self.home.name: token if isinstance(token, Bearer) else Bearer(token)})
        other._there = there
        if there is not None and there.token is not None:
            other._keyring = other._keyring.with_way(there.name, there.token)
        if other._keyring is not self._keyring:
            other._driver = self._driver.signing_in_with(other._keyring)
        return other

    async def software(self, home: str = MAIN) -> str:
        """The FHIR server's name for itself, asked now and with nobody's token; for whether it answers at all. `home`
        names one that is read beside it. Raises `ServerUnreachable` and `ServerUnfit`."""
        driver = self._driver.signing_in_with(Keyring())
        return (await driver.run(read_capabilities(self._limits, home))).software

    def _read_beside(self) -> tuple[OtherHome, ...]:
        """What is known of the servers that are read beside this one, once somebody has asked."""
        return self._stated.others

    def _granted_scopes(self) -> tuple[str, ...] | None:
        """What our own sign-in may do here, as far as it is known; None where we do not sign in by ourselves."""
        return self._keyring.granted_to(self.home.name)

    async def run(self, command: Command, *, expect: str | Preview | None = None) -> Result:
        """Carries out a step once, however often it is run. `expect` is a preview, carried out for its moment, or its
        sha-256: anything else is refused. Raises what `Care.run` raises."""
        step = catalog.step_for(command)
        self._must_act()
        occasion = self.occasion(expect)
        lock = lock_for(_AsyncLock, self.home.base, command, id(asyncio.get_running_loop()))
        with runner.hearing(step, command, occasion), self._turns.place():
            await self.capabilities()
            async with lock.held, self._turns.running:
                return await self._driver.run(
                    deliver.run(step, command, occasion, self._server(), expect=sha_of(expect))
                )

    async def preview(self, command: Command) -> Preview | Result:
        """Shows what a step would write, and why; writes nothing. Raises what `run` raises."""
        step = catalog.step_for(command)
        self._must_act()
        occasion = self.occasion()
        with runner.hearing(step, command, occasion), self._turns.place():
            await self.capabilities()
            async with self._turns.running:
                return await self._driver.run(runner.preview(step, command, occasion, self._server()))

    @overload
    async def show(self, command: Overview) -> Picture: ...
    @overload
    async def show(self, command: Worklist) -> List: ...
    @overload
    async def show(self, command: TeamList) -> List: ...
    @overload
    async def show(self, command: CheckInQuestions) -> Questions: ...
    @overload
    async def show(self, command: Stratify) -> Stratified: ...
    @overload
    async def show(self, command: TimeStatement) -> MonthOfTime: ...
    @overload
    async def show(self, command: SummarizePlan) -> PlanSummary: ...
    @overload
    async def show(self, command: ShowPacket) -> PacketSheet: ...
    @overload
    async def show(self, command: ShowTimeline) -> Timeline: ...
    @overload
    async def show(self, command: ShowPlan) -> PlanSheet: ...
    @overload
    async def show(self, command: PlanChoices) -> ChoicesForPlan: ...
    @overload
    async def show(self, command: ShowPlanProgress) -> ShownProgress: ...
    @overload
    async def show(self, command: CompareAssessments) -> ComparedAssessments: ...
    @overload
    async def show(self, command: PreFill) -> Prefilled: ...
    @overload
    async def show(self, command: AuthorizationRequest) -> Submission: ...
    async def show(self, command: Command) -> Any:
        """Runs a step that only reads: `commands.Overview`, `commands.Worklist`, `commands.TeamList`,
        `commands.CheckInQuestions`, `commands.Stratify`, `commands.TimeStatement`, `commands.ShowPlan`,
        `commands.PlanChoices`, `commands.SummarizePlan`, `commands.ShowPlanProgress`, `commands.ShowPacket`,
        `commands.CompareAssessments`, `commands.PreFill`, `commands.AuthorizationRequest`, `commands.ShowTimeline`.
        Raises what `Care.show` raises."""
        reading = self._reading(command)
        with self._turns.place():
            await self.capabilities()
            async with self._turns.running:
                return await self._driver.run(runner.show(reading, command, self.occasion(), self._server_to_show()))

    async def _look(self, flow: Flow[T]) -> T:
        """Carries out a flow that only reads, as `show` does: it takes one place among the steps that run at once.
        Raises `ServerUnreachable` and `ServerUnfit`."""
        with self._turns.place():
            async with self._turns.running:
                return await self._driver.run(flow)

    async def _gathered(self, needs: Sequence[Need], slots: Mapping[str, str]) -> Records:
        """What the servers have of some needs, to be shown. Raises what `show` raises."""
        await self.capabilities()
        return await self._look(gathered(needs, slots, self._server_to_show(), to_show=True))

    async def link(self, place: str, *, to: str = "", home: str = "") -> Linked:
        """Joins a Patient or Practitioner of a server that is read beside this one with a record here: see
        `Care.link`."""
        await self.capabilities()
        return await self._look(linking.link(place, self._server(), self._other(home), to=to))

    async def linked(self, place: str, *, home: str = "") -> str:
        """Who somebody of a server that is read beside this one is here; "" where nobody is linked. That server is not
        asked. Raises `BadInput` where several are, `ServerUnreachable`, `ServerUnfit`."""
        (names,) = (each.names for each in self._beside if home in ("", each.name))
        return await self._look(linking.linked(place, Server(self.home, Capabilities()), names))

    async def sweep(self, *, full: bool = False, patients: Sequence[str] = ()) -> Swept:
        """Looks over the panel of whoever acts for what nobody has noticed: see `Care.sweep`. It takes one place among
        the steps that run at once."""
        self._must_act()
        with self._turns.place():
            await self.capabilities()
            async with self._turns.running:
                return await self._driver.run(self._sweeping(self.occasion(), full, patients))

    async def deliver(self, *, patients: Sequence[str] = ()) -> Deliveries:
        """Puts into the servers that are read beside this one what has not been taken yet: see `Care.deliver`. It takes
        one place among the steps that run at once."""
        self._must_act()
        with self._turns.place():
            await self.capabilities()
            async with self._turns.running:
                return await self._driver.run(self._delivering(self.occasion(), patients))

    async def stratify(self, *, patients: Sequence[str] = ()) -> StratifiedList:
        """How much care each of a list needs: see `Care.stratify`. It takes one place among the steps that run at
        once."""
        whom = self._stratified(patients)
        with self._turns.place():
            await self.capabilities()
            async with self._turns.running:
                flow = stratify_list.stratified(self.occasion(), self._server(), patients=whom)
                return await self._driver.run(flow)

    async def keep_groups(self, people: StratifiedList) -> tuple[KeptList, ...]:
        """Keeps a list as Groups: see `Care.keep_groups`."""
        self._must_act()
        with self._turns.place():
            await self.capabilities()
            async with self._turns.running:
                return await self._driver.run(keep_group.kept(people, self.occasion(), self._server()))

    async def examine(
        self, *, patient: str = "", mark: str = "", about_to_write: Callable[[tuple[str, ...]], None] = lambda _: None
    ) -> Report:
        """What works on this server and what does not, for every step, by trying it: see `Care.examine`."""
        return await self._driver.run(self._examination(patient, mark, about_to_write))

    async def check_sign_in(self) -> SignIn:
        """Signs in, and tries the token on the FHIR server. Raises what `Care.check_sign_in` raises."""
        return await self._driver.run(self._sign_in_check())
