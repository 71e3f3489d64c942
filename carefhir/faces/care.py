"""`Care`: steps on one server, for Python (and what it shares with `AsyncCare`).

    care = Care("http://127.0.0.1:8080/fhir", acting="Practitioner/1")
    result = care.run(commands.Enroll(patient="Patient/1", program="care-management", ...))

The two differ only in the driver that sends. Within one process, one step per patient runs at a time: it is the
cheapest cure for contention (20 amendments of one resource at once needed up to 19 attempts each on HAPI).
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Any, TypedDict, Unpack, overload

import requests

from carefhir import catalog
from carefhir.content.calendar import Calendar
from carefhir.content.loading import load
from carefhir.doctor.ask import examine
from carefhir.doctor.judge import Report
from carefhir.doctor.probe import STRANGER
from carefhir.engine import runner
from carefhir.engine.results import Preview, Result
from carefhir.engine.step import AnyReading, Command
from carefhir.errors import BadInput
from carefhir.fhir.capability import Capabilities, Limits, read_capabilities
from carefhir.fhir.homes import Home
from carefhir.fhir.record import relative
from carefhir.fhir.server import Learned, Server
from carefhir.fhir.wire import Flow
from carefhir.occasion import Actor, Occasion, Site
from carefhir.transport.keyring import Bearer, Keyring
from carefhir.transport.login import SignIn, check
from carefhir.transport.registered_client import RegisteredClient
from carefhir.transport.requests_driver import RequestsDriver
from carefhir.workflows.looking.check_in_questions import CheckInQuestions, Questions
from carefhir.workflows.looking.overview import Overview, Picture
from carefhir.workflows.looking.worklist import List, Worklist


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
    content: tuple[Path, ...]
    """Folders with the site's own artefacts; their newer versions override ours."""
    also_known_as: tuple[str, ...]
    """Other base URLs that the server uses for itself, for example behind a proxy."""
    token: str
    """A bearer token for this server and no other."""
    sign_in: RegisteredClient | Keyring | None
    """How to get a token, instead of one: tokens are renewed in time. A `Keyring` holds them for several of these."""


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
        content: tuple[Path, ...] = (),
        also_known_as: tuple[str, ...] = (),
        token: str = "",
        sign_in: RegisteredClient | Keyring | None = None,
    ) -> None:
        who = relative(acting) if acting else ""
        if who is None:
            raise BadInput("who acts must be a reference such as Practitioner/1")
        if now is not None and now.tzinfo is None:
            raise BadInput("now must have a time zone")
        self.home = Home.at(server, also_known_as=also_known_as)
        self._homes = (self.home, Home(self.home.base, STRANGER))
        self._keyring = _keyring(self.home, token, sign_in)
        self._actor = Actor(who, discipline)
        self._now = now
        self._zone = zone
        self._limits = limits
        self._site = site
        self._calendar = calendar
        self._content = load(*content)
        self._capabilities: Capabilities | None = None
        self._learned = Learned()

    def occasion(self, like: str | Preview | None = None) -> Occasion:
        """Now, or the given moment, or the moment of a preview. Whole seconds, as everything written has: so the moment
        that a preview names is exactly the one it was decided for."""
        now = like.now if isinstance(like, Preview) else self._now or datetime.now().astimezone().replace(microsecond=0)
        zone = self._zone or now.tzinfo
        assert zone is not None
        set_ = self._zone is not None
        return Occasion(now, self._actor, self._content, zone, self._calendar, self._site, zone_is_set=set_)

    def _must_act(self) -> None:
        if not self._actor.reference:
            raise BadInput("who acts? give acting='Practitioner/ID'")

    def _server(self) -> Server:
        assert self._capabilities is not None
        return Server(self.home, self._capabilities, learned=self._learned)

    def _examination(self, patient: str, mark: str, about_to_write: Callable[[tuple[str, ...]], None]) -> Flow[Report]:
        return examine(
            self.home,
            catalog.STEPS,
            catalog.READINGS,
            clock=lambda: datetime.now(UTC),
            limits=self._limits,
            patient=patient,
            token=bool(self._keyring),
            mark=mark,
            about_to_write=about_to_write,
        )

    def _sign_in_check(self) -> Flow[SignIn]:
        return check(self.home, self._keyring)

    @staticmethod
    def _reading(command: Command) -> AnyReading:
        for reading in catalog.READINGS:
            if type(command) is reading.command:
                return reading
        raise BadInput(f"{type(command).__name__} is no command that only reads")


def _keyring(home: Home, token: str, sign_in: RegisteredClient | Keyring | None) -> Keyring:
    """The ring of one home. A client that names no scopes asks for what the steps need."""
    if token and sign_in is not None:
        raise BadInput("give either token or sign_in, not both")
    if isinstance(sign_in, Keyring):
        return sign_in
    if sign_in is None:
        return Keyring({home.name: Bearer(token)} if token else {})
    return Keyring({home.name: sign_in if sign_in.scopes else replace(sign_in, scopes=catalog.scopes())})


_locks: weakref.WeakValueDictionary[tuple[str, str], Any] = weakref.WeakValueDictionary()
_guard = threading.Lock()


class _Lock:
    """A lock with weak references, so that the table of patients does not grow forever."""

    def __init__(self) -> None:
        self.held = threading.Lock()


def sha_of(expect: str | Preview | None) -> str | None:
    """The digest that is expected."""
    return expect.sha256 if isinstance(expect, Preview) else expect


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
        lanes: int = 6,
        **options: Unpack[CareOptions],
    ) -> None:
        super().__init__(server, acting=acting, **options)
        self._driver = RequestsDriver(
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
        if self._capabilities is None:
            self._capabilities = self._driver.run(read_capabilities(self._limits))
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
                return self._driver.run(runner.run(step, command, occasion, self._server(), expect=sha_of(expect)))

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
    def show(self, command: CheckInQuestions) -> Questions: ...
    def show(self, command: Command) -> Any:
        """Runs a step that only reads: `commands.Overview` gives the whole picture of one patient, `commands.Worklist`
        the list of whoever acts, `commands.CheckInQuestions` what to ask a patient at the next check-in. Raises
        `BadInput` for a command that writes, `ServerUnreachable` and `ServerUnfit`."""
        reading = self._reading(command)
        _ = self.capabilities
        return self._driver.run(runner.show(reading, command, self.occasion(), self._server()))

    def examine(
        self, *, patient: str = "", mark: str = "", about_to_write: Callable[[tuple[str, ...]], None] = lambda _: None
    ) -> Report:
        """What works on this server and what does not, for every step, by trying it: `carefhir doctor`.

        Reads only. With a `patient` (`Patient/1`) it also counts what is read together with one. With a `mark`, which
        must be unique, it tries to write, with resources about no patient; `about_to_write` first gets what will be
        left.
        """
        return self._driver.run(self._examination(patient, mark, about_to_write))

    def check_sign_in(self) -> SignIn:
        """Signs in, and tries the token on the FHIR server: `carefhir login --check`. Reads no patient. Raises
        `ServerUnreachable` and `ServerUnfit` with a sentence that says why there is no token."""
        return self._driver.run(self._sign_in_check())
