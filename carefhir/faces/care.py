"""`Care`: steps on one server, for Python (and what it shares with `AsyncCare`).

    care = Care("http://127.0.0.1:8080/fhir", acting="Practitioner/1")
    result = care.run(commands.Enroll(patient="Patient/1", program="care-management", ...))

The two differ only in the driver that sends. Within one process, one step per patient runs at a time: it is the
cheapest cure for contention (20 amendments of one resource at once needed up to 19 attempts each on HAPI).
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, overload

from carefhir.chart.usable_content import usable
from carefhir.content.calendar import Calendar
from carefhir.content.loading import Content, load
from carefhir.errors import BadInput, ServerUnfit
from carefhir.faces.late import Late
from carefhir.fhir.capability import Capabilities, Limits, read_capabilities
from carefhir.fhir.homes import Home
from carefhir.fhir.record import relative
from carefhir.occasion import Actor, Occasion, Site

if TYPE_CHECKING:
    import requests

    from carefhir import catalog
    from carefhir.doctor import ask, ask_site, probe
    from carefhir.doctor.judge import Report
    from carefhir.engine import linking, results, runner
    from carefhir.engine.linking import Linked
    from carefhir.engine.results import Preview, Result
    from carefhir.engine.step import AnyReading, Command
    from carefhir.fhir import granted, r4
    from carefhir.fhir import server as servers
    from carefhir.fhir.server import OtherHome
    from carefhir.fhir.wire import Flow
    from carefhir.transport import keyring, login, read_homes, requests_driver
    from carefhir.transport.keyring import Bearer, Keyring
    from carefhir.transport.login import SignIn
    from carefhir.transport.read_homes import ReadHome
    from carefhir.transport.registered_client import RegisteredClient
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
    from carefhir.workflows.panel import sweep as sweeping
    from carefhir.workflows.panel.keep_group import KeptList
    from carefhir.workflows.panel.sweep import Swept
    from carefhir.workflows.whole_picture.packet_sheet import PacketSheet, ShowPacket
    from carefhir.workflows.whole_picture.plan_sheet import PlanSheet, ShowPlan
    from carefhir.workflows.whole_picture.sign_off_summary import PlanSummary, SummarizePlan
    from carefhir.workflows.whole_picture.timeline import ShowTimeline, Timeline
else:
    r4, granted = Late("carefhir.fhir.r4"), Late("carefhir.fhir.granted")
    catalog, servers = Late("carefhir.catalog"), Late("carefhir.fhir.server")
    results, runner = Late("carefhir.engine.results"), Late("carefhir.engine.runner")
    ask, probe = Late("carefhir.doctor.ask"), Late("carefhir.doctor.probe")
    ask_site = Late("carefhir.doctor.ask_site")
    keyring, login = Late("carefhir.transport.keyring"), Late("carefhir.transport.login")
    requests_driver = Late("carefhir.transport.requests_driver")
    read_homes = Late("carefhir.transport.read_homes")
    linking = Late("carefhir.engine.linking")
    sweeping = Late("carefhir.workflows.panel.sweep")
    keep_group = Late("carefhir.workflows.panel.keep_group")
    deliver = Late("carefhir.workflows.delivery.deliver")
    stratify_list = Late("carefhir.workflows.looking.stratify_list")


class CareOptions(TypedDict, total=False):
    """The options of `Care` and `AsyncCare`."""

    discipline: str
    """The discipline the actor claims (`registered-nurse`); the records take precedence."""
    now: datetime | None
    """The moment for which every step is decided, with a time zone. If left out, the clock is read at each step."""
    zone: tzinfo | None
    """The time zone in which days are counted. If left out, that of `now`, or else the machine's."""
    limits: Limits
    """Features of the server that carefhir must not use, even if the server claims them."""
    site: Site
    """What the site has decided, such as who is on call."""
    calendar: Calendar
    """Other days on which the site's office is closed."""
    content: tuple[Path, ...] | Content
    """Folders with the site's own artefacts; their newer versions override ours. Or content that was read before
    (`carefhir.faces.content_read`)."""
    licenses: tuple[str, ...]
    """Gated instruments whose wording may be shown, by id (`audit-c`): the site has the license that each names."""
    also_known_as: tuple[str, ...]
    """Other base URLs that the server uses for itself, for example behind a proxy."""
    token: str
    """A bearer token for this server and no other."""
    sign_in: RegisteredClient | Keyring | None
    """How to get a token, instead of one: tokens are renewed in time. A `Keyring` holds them for several of these."""
    beside: tuple[ReadHome, ...]
    """Servers that are read together with this one, such as an EHR. Of what is decided of their records, what the site
    lets be changed there (`ReadHome.writes`) is delivered after each step."""


class CareSetup:
    """What both faces share: the server's home, who acts, when, with which content."""

    def __init__(
        self,
        server: str,
        *,
        acting: str = "",
        discipline: str = "",
        now: datetime | None = None,
        zone: tzinfo | None = None,
        limits: Limits = Limits(),  # noqa: B008 — frozen
        site: Site = Site(),  # noqa: B008 — frozen
        calendar: Calendar = Calendar(),  # noqa: B008 — frozen
        content: tuple[Path, ...] | Content = (),
        licenses: tuple[str, ...] = (),
        also_known_as: tuple[str, ...] = (),
        token: str = "",
        sign_in: RegisteredClient | Keyring | None = None,
        beside: tuple[ReadHome, ...] = (),
    ) -> None:
        who = relative(acting) if acting else ""
        if who is None:
            raise BadInput("who acts must be a reference such as Practitioner/1")
        if now is not None and now.tzinfo is None:
            raise BadInput("now must have a time zone")
        self.home = replace(Home.at(server, also_known_as=also_known_as), others=tuple(each.names for each in beside))
        for each in beside:
            _known(each)
        self._beside = beside
        self._others: tuple[OtherHome, ...] = ()
        self._homes = (self.home, Home(self.home.base, probe.STRANGER), *(each.home for each in beside))
        self._keyring = _keyring(self.home, token, sign_in, beside)
        self._actor = Actor(who, discipline)
        self._now = now
        self._zone = zone
        self._limits = limits
        self._site = site
        self._calendar = calendar
        whole = content if isinstance(content, Content) else load(*content, licenses=frozenset(licenses))
        self._content = usable(whole)
        self._capabilities: Capabilities | None = None
        self._learned = servers.Learned()

    def occasion(self, like: str | Preview | None = None) -> Occasion:
        """Now, or the given moment, or the moment of a preview. Whole seconds, as everything written has: so the moment
        that a preview names is exactly the one it was decided for."""
        now = like.now if isinstance(like, results.Preview) else self._now
        now = now or datetime.now().astimezone().replace(microsecond=0)
        zone = self._zone or now.tzinfo
        assert zone is not None
        set_ = self._zone is not None
        return Occasion(now, self._actor, self._content, zone, self._calendar, self._site, zone_is_set=set_)

    def _must_act(self) -> None:
        if not self._actor.reference:
            raise BadInput("who acts? give acting='Practitioner/ID'")

    def _server(self) -> servers.Server:
        assert self._capabilities is not None
        beside = tuple(replace(each, partly=self._partly(each)) for each in self._others)
        return servers.Server(self.home, self._capabilities, learned=self._learned, beside=beside)

    def _partly(self, other: OtherHome) -> Mapping[str, str]:
        """What our own client sees only a part of there, by what it was granted."""
        scopes = self._keyring.granted_to(other.home.name)
        kept = (type_ for type_ in other.capabilities.types if other.keeps(type_))
        return granted.seen_in_part(" ".join(scopes or ()), kept)

    def _asked_homes(self) -> Flow[tuple[Capabilities, tuple[OtherHome, ...]]]:
        """What the servers can do. One that is only read and did not answer is asked again for the next step."""
        main = self._capabilities
        if main is None:
            main = yield from read_capabilities(self._limits)
        others = self._others
        if len(others) < len(self._beside) or any(each.away for each in others):
            others = yield from read_homes.others_of(self._beside)
        return main, others

    def _examination(self, patient: str, mark: str, about_to_write: Callable[[tuple[str, ...]], None]) -> Flow[Report]:
        def now() -> datetime:
            return datetime.now(UTC)

        options: Any = {"limits": self._limits, "patient": patient, "token": bool(self._keyring), "mark": mark}
        options |= {"clock": now, "about_to_write": about_to_write}
        if not self._beside:
            return ask.examine(self.home, catalog.STEPS, catalog.READINGS, **options)
        others = partial(read_homes.others_of, self._beside)
        return ask_site.examine_site(self.home, others, catalog.STEPS, catalog.READINGS, **options)

    def _other(self, home: str) -> OtherHome:
        others = [each for each in self._others if home in ("", each.home.name)]
        if len(others) != 1:
            raise BadInput("which server is read beside this one? set CAREFHIR_EHR, or name it")
        if others[0].away:
            raise ServerUnfit(f"{others[0].home.name}: {others[0].away}")
        return others[0]

    def _delivering(self, occasion: Occasion, patients: Sequence[str]) -> Flow[Deliveries]:
        whom = tuple(_patient(one) for one in patients)
        return deliver.deliver_for(whom, occasion, self._server())

    def _sign_in_check(self) -> Flow[SignIn]:
        return login.check(self.home, self._keyring)

    def _sweeping(self, occasion: Occasion, full: bool, patients: Sequence[str]) -> Flow[Swept]:
        whom = tuple(_patient(one) for one in patients)
        return sweeping.sweep(catalog.step("find-work"), occasion, self._server(), full=full, patients=whom)

    def _stratified(self, patients: Sequence[str]) -> tuple[str, ...]:
        if not patients:
            self._must_act()
        return tuple(_patient(one) for one in patients)

    @staticmethod
    def _reading(command: Command) -> AnyReading:
        for reading in catalog.READINGS:
            if type(command) is reading.command:
                return reading
        raise BadInput(f"{type(command).__name__} is no command that only reads")


def _asking(way: RegisteredClient | Bearer, home: ReadHome) -> RegisteredClient | Bearer:
    """A way in to a server that is only read; a client that names no scopes asks for what is read there."""
    if isinstance(way, keyring.Bearer) or way.scopes:
        return way
    return replace(way, scopes=catalog.scopes_beside(reads=home.types, writes=home.writes, notes=bool(home.notes)))


def _known(home: ReadHome) -> None:
    """Raises `BadInput` where a step or a type is set for a home that is none: nothing would ever be put there."""
    for name in home.notes:
        catalog.step(name)
    for type_ in home.writes:
        if not r4.is_type(type_):
            raise BadInput(f"what may be changed on {home.name}: there is no resource type {type_!r}")


def _patient(named: str) -> str:
    """`Patient/ID` as somebody names it. Raises `BadInput` for anything else."""
    reference = relative(named)
    if reference is None or not reference.startswith("Patient/"):
        raise BadInput("patients: expected Patient/ID")
    return reference


def _keyring(home: Home, token: str, sign_in: RegisteredClient | Keyring | None, beside: Sequence[ReadHome]) -> Keyring:
    """The ring of all homes: to each its own token (R8). A client that names no scopes asks for what the steps need."""
    if token and sign_in is not None:
        raise BadInput("give either token or sign_in, not both")
    if isinstance(sign_in, keyring.Keyring):
        return sign_in
    ways: dict[str, RegisteredClient | keyring.Bearer] = {
        each.name: _asking(way, each) for each in beside if (way := each.way_in) is not None
    }
    if sign_in is not None:
        ways[home.name] = sign_in if sign_in.scopes else replace(sign_in, scopes=catalog.scopes())
    elif token:
        ways[home.name] = keyring.Bearer(token)
    return keyring.Keyring(ways)


_locks: weakref.WeakValueDictionary[tuple[str, str], Any] = weakref.WeakValueDictionary()
_guard = threading.Lock()


class _Lock:
    """A lock with weak references, so that the table of patients does not grow forever."""

    def __init__(self) -> None:
        self.held = threading.Lock()


def sha_of(expect: str | Preview | None) -> str | None:
    """The digest that is expected."""
    return expect.sha256 if isinstance(expect, results.Preview) else expect


def lock_for(kind: type[Any], base: str, command: Command, loop: int = 0) -> Any:
    """The lock of one patient on one server (and, for asyncio, in one event loop). Keep it as long as it is held."""
    key = (f"{kind.__name__} {loop} {base}", getattr(command, "patient", ""))
    with _guard:
        return _locks.setdefault(key, kind())


class Care(CareSetup):
    """Steps on one FHIR server, one after another.

    `acting` is who acts (`Practitioner/1`), written into every receipt; read-only steps don't need it. `now`
    fixes the time (default: the clock, at each step); its zone, or `zone`, is the one dates are counted in. `session`
    is your own `requests.Session`; `timeout` the seconds to wait for an answer; `lanes` how many requests may run at
    once; `token` or `sign_in` how to be let in. As a context manager it closes its connections
    at the end; a session of your own stays open.

    Raises `BadInput` for a malformed URL or reference, `ContentError` for a site folder that cannot be used. No
    request is sent before the first step.
    """

    def __init__(
        self,
        server: str,
        *,
        acting: str = "",
        session: requests.Session | None = None,
        timeout: float = 60.0,
        lanes: int = 8,
        **options: Unpack[CareOptions],
    ) -> None:
        super().__init__(server, acting=acting, **options)
        self._driver = requests_driver.RequestsDriver(
            *self._homes, session=session, keyring=self._keyring, timeout=(5.0, timeout), lanes=lanes
        )

    def __enter__(self) -> Care:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends connections."""
        self._driver.close()

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do, read once. Raises `ServerUnreachable` and `ServerUnfit`."""
        if self._capabilities is None or self._beside:
            self._capabilities, self._others = self._driver.run(self._asked_homes())
        return self._capabilities

    def run(self, command: Command, *, expect: str | Preview | None = None) -> Result:
        """Carries out a step once, however often it is run. `expect` is a preview, carried out for its moment, or its
        sha-256: anything else is refused.

        The result is `Done`, `Refused`, `Conflict` or `Partial`, each with `told.instructions`: what a person must
        do now. Raises `BadInput` for a command that only reads or when nobody acts,
        `ServerUnreachable`, `ServerUnfit`, `ContentError`, `NotAmendable`; the error has the instructions too.
        """
        step = catalog.step_for(command)
        self._must_act()
        occasion = self.occasion(expect)
        lock = lock_for(_Lock, self.home.base, command)  # held by name: the table of locks only refers to it weakly
        with runner.hearing(step, command, occasion):
            _ = self.capabilities
            with lock.held:
                return self._driver.run(deliver.run(step, command, occasion, self._server(), expect=sha_of(expect)))

    def preview(self, command: Command) -> Preview | Result:
        """Shows what a step would write, and why; writes nothing. If the step cannot be done, returns the result it
        would have. Raises what `run` raises."""
        step = catalog.step_for(command)
        self._must_act()
        occasion = self.occasion()
        with runner.hearing(step, command, occasion):
            _ = self.capabilities
            return self._driver.run(runner.preview(step, command, occasion, self._server()))

    @overload
    def show(self, command: Overview) -> Picture: ...
    @overload
    def show(self, command: Worklist) -> List: ...
    @overload
    def show(self, command: TeamList) -> List: ...
    @overload
    def show(self, command: CheckInQuestions) -> Questions: ...
    @overload
    def show(self, command: Stratify) -> Stratified: ...
    @overload
    def show(self, command: TimeStatement) -> MonthOfTime: ...
    @overload
    def show(self, command: SummarizePlan) -> PlanSummary: ...
    @overload
    def show(self, command: ShowPacket) -> PacketSheet: ...
    @overload
    def show(self, command: ShowTimeline) -> Timeline: ...
    @overload
    def show(self, command: ShowPlan) -> PlanSheet: ...
    @overload
    def show(self, command: PlanChoices) -> ChoicesForPlan: ...
    @overload
    def show(self, command: ShowPlanProgress) -> ShownProgress: ...
    @overload
    def show(self, command: CompareAssessments) -> ComparedAssessments: ...
    @overload
    def show(self, command: PreFill) -> Prefilled: ...
    @overload
    def show(self, command: AuthorizationRequest) -> Submission: ...
    def show(self, command: Command) -> Any:
        """Runs a step that only reads: `commands.Overview` gives the whole picture of one patient, `commands.Worklist`
        the list of whoever acts, `commands.TeamList` that of their care teams' people, `commands.CheckInQuestions` what
        to ask a patient at the next check-in, `commands.Stratify` how much care a patient needs by the rules,
        `commands.TimeStatement` the minutes of a month, `commands.ShowPlan` a plan as it is talked over and signed,
        `commands.PlanChoices` what a new one could begin with, `commands.SummarizePlan` one in a page for whoever signs
        it, `commands.ShowPlanProgress` how one is getting on, `commands.ShowPacket` what the next place of care reads
        after a discharge, `commands.ShowTimeline` what was done, when and by whom, `commands.CompareAssessments`
        instruments answered again beside the time before, `commands.PreFill` a form with the answers that the record
        already has, `commands.AuthorizationRequest` a request to a payer as the Bundle that is submitted. Raises
        `BadInput` for a command that writes, `ServerUnreachable` and `ServerUnfit`."""
        reading = self._reading(command)
        _ = self.capabilities
        return self._driver.run(runner.show(reading, command, self.occasion(), self._server()))

    def sweep(self, *, full: bool = False, patients: Sequence[str] = ()) -> Swept:
        """Looks over the panel of whoever acts for what nobody has noticed, and writes a Task for each find, never
        twice: `carefhir sweep`. Without `full`, only those are looked at about whom something changed since the last
        sweep, or for whom a day has come; run a full one every night. `patients` (`Patient/1`) names whom to look at
        instead. Raises `BadInput` when nobody acts, `ServerUnreachable` and `ServerUnfit`: run it again."""
        self._must_act()
        _ = self.capabilities
        return self._driver.run(self._sweeping(self.occasion(), full, patients))

    def stratify(self, *, patients: Sequence[str] = ()) -> StratifiedList:
        """How much care each of a list needs by the rules, why, who is a candidate for a program, and who may leave
        one: `carefhir stratify`. Writes nothing. `patients` (`Patient/1`) are the people; left out, the panel of
        whoever acts. `show` does the same for one. Raises `BadInput` when nobody acts and nobody is named,
        `ServerUnreachable` and `ServerUnfit`."""
        whom = self._stratified(patients)
        _ = self.capabilities
        return self._driver.run(stratify_list.stratified(self.occasion(), self._server(), patients=whom))

    def keep_groups(self, people: StratifiedList) -> tuple[KeptList, ...]:
        """Keeps what `stratify` gave as Groups: one for each tier that is sure, for candidates, and for those who may
        leave a program. A Group is a dated list that nobody edits; the same list is written once a day. Raises
        `BadInput` when nobody acts, `ServerUnreachable` and `ServerUnfit`: run it again."""
        self._must_act()
        _ = self.capabilities
        return self._driver.run(keep_group.kept(people, self.occasion(), self._server()))

    def deliver(self, *, patients: Sequence[str] = ()) -> Deliveries:
        """Puts into the servers that are read beside this one what was decided for them and has not been taken yet:
        `carefhir deliver`. Every step does the same for its patient; run this for everybody, again and again.
        `patients` (`Patient/1`) are those to deliver for; left out, everybody. What is there already is not put there
        again. Raises `BadInput` when nobody acts, `ServerUnreachable`, `ServerUnfit`: run it again."""
        self._must_act()
        _ = self.capabilities
        return self._driver.run(self._delivering(self.occasion(), patients))

    def link(self, place: str, *, to: str = "", home: str = "") -> Linked:
        """Joins a Patient or Practitioner of a server that is read beside this one with a record here, and makes one
        where there is none: `carefhir link`. `place` is where they are there (`Patient/ID`), `to` who they are here,
        where a person knows it, `home` the name of that server if there are several.

        Raises `BadInput` where it is not clear who it is, or that server does not answer; `ServerUnreachable`,
        `ServerUnfit`."""
        _ = self.capabilities
        return self._driver.run(linking.link(place, self._server(), self._other(home), to=to))

    def examine(
        self, *, patient: str = "", mark: str = "", about_to_write: Callable[[tuple[str, ...]], None] = lambda _: None
    ) -> Report:
        """What works on this server and what does not, for every step, by trying it: `carefhir doctor`.

        Reads only. With a `patient` (`Patient/1`) it also counts what is read together with one. With a `mark`, which
        must be unique, it tries to write, with resources about no patient; `about_to_write` first gets what will be
        left. With servers `beside` this one, these are asked, too, and never written: the report is a `SiteReport`.
        """
        return self._driver.run(self._examination(patient, mark, about_to_write))

    def check_sign_in(self) -> SignIn:
        """Signs in, and tries the token on the FHIR server: `carefhir login --check`. Reads no patient. Raises
        `ServerUnreachable` and `ServerUnfit` with a sentence that says why there is no token."""
        return self._driver.run(self._sign_in_check())
