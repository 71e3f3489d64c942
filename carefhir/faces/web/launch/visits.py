"""One request in a session: whose session it is, which chart it is about, who works, and what was posted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from carefhir.engine.step import AnyReading, AnyStep
from carefhir.errors import CarefhirError
from carefhir.faces.web.abilities import DOES, Ability, abilities
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.launch import cookies
from carefhir.faces.web.launch.chart_heading import HeadingReader, heading_of_both
from carefhir.faces.web.launch.flow import RELAUNCH, EhrLaunch
from carefhir.faces.web.launch.requests import SentForm, from_our_form, from_our_site, sent_form, typed_in
from carefhir.faces.web.launch.routes import Launches
from carefhir.faces.web.launch.sessions import LaunchSession, form_token
from carefhir.faces.web.operations import ID, Call, Ehr
from carefhir.faces.web.pages import outside
from carefhir.faces.web.pages.frame import ChartHeading, LaunchFrame
from carefhir.faces.web.pages.rendering import policy
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import encode
from carefhir.occasion import Actor, Occasion

Body = Callable[[Request], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class LaunchVisit:
    """One request in a session."""

    launch: EhrLaunch
    session: LaunchSession
    handle: str = field(repr=False)
    patient: str
    """`Patient/ID`: whose chart the page is about; "" about nobody in particular."""

    @property
    def ehr(self) -> Ehr:
        """The EHR at work."""
        return self.launch.ehr

    @property
    def patient_id(self) -> str:
        """The id of the patient."""
        return self.patient.partition("/")[2]

    @property
    def occasion(self) -> Occasion:
        """Now, where the site is."""
        return self.ehr.care.occasion()

    @property
    def occasion_of_session(self) -> Occasion:
        """The same, with whoever is signed in as the one who acts."""
        return replace(self.occasion, actor=Actor(self.session.acting))

    async def caller(self) -> Caller:
        """Who works in it, with a token that holds; on a page about one patient, for nobody else."""
        caller = await self.launch.caller(self.session.launch_id, self.handle)
        return replace(caller, patient=self.patient) if self.patient and not caller.patient else caller

    async def read(self, name: str, caller: Caller, query: tuple[tuple[str, str], ...] = ()) -> object:
        """What a reading shows. Raises what `Ehr.reading` raises."""
        call = Call(fhir=False, authorization="", query=query, caller=caller)
        return await self.ehr.reading(name, self.patient_id, call)

    async def act(self, step: str, caller: Caller, values: dict[str, object], sent: SentForm) -> object:
        """Previews a step, or carries out what was seen. Raises what `Ehr.step` raises."""
        call = Call(
            fhir=False,
            authorization="",
            body=encode(values),
            query=(("preview", "true"),) if sent.preview else (),
            expect=sent.expect,
            moment=sent.moment,
            caller=caller,
        )
        return await self.ehr.step(step, self.patient_id, call)


class NotLinked(Denied):
    """A session whose patient, or whoever is signed in, has no record on the EHR's companion yet."""

    def __init__(self, session: LaunchSession) -> None:
        places = " and ".join(session.unlinked)
        super().__init__("not-granted", f"{places} of the EHR: not linked to a record on the companion yet")
        self.launch_id = session.launch_id


Work = Callable[[LaunchVisit], Awaitable[Response]]


class LaunchVisits:
    """Opens visits. `body` reads what was posted, as far as the service takes it."""

    def __init__(self, desk: Launches, body: Body) -> None:
        self._desk, self._body = desk, body
        self._headings = {
            alias: HeadingReader(launch.ehr.settings, desk.tools.client) for alias, launch in desk.launches.items()
        }

    async def open(self, request: Request, *, linking: bool = False) -> LaunchVisit:
        """The session of the address, by this browser's cookie for it, and the chart of the address. Raises `Denied`
        unless all of them go together, and `NotLinked` for people whom the EHR's companion does not know, except where
        they are being linked."""
        launch_id = request.path_params["launch_id"]
        handle = request.cookies.get(cookies.PREFIX + launch_id, "")
        session = await self._desk.tools.sessions.find(launch_id, handle) if handle else None
        if session is None or session.ehr not in self._desk.launches:
            raise Denied("not-signed-in", RELAUNCH)
        launch = self._desk.launches[session.ehr]
        if session.unlinked and not linking:
            session = await launch.known(session, handle)
            if session.unlinked:
                raise NotLinked(session)
        chart = "" if session.unlinked else _chart(request, session, launch.ehr)
        return LaunchVisit(launch, session, handle, chart)

    async def visited(self, request: Request, work: Work, *, linking: bool = False) -> Response:
        """A page, or the page that says why there is none."""

        # Also the page that says that a session is over stands in the EHR's frame.
        framed_by = self._desk.framed_by(request.path_params["launch_id"].rpartition("-")[0])
        try:
            return await work(await self.open(request, linking=linking))
        except NotLinked as error:
            return RedirectResponse(f"/s/{error.launch_id}/link", 303, {"Content-Security-Policy": policy(framed_by)})
        except CarefhirError as error:
            return outside.stopped(error, framed_by=framed_by, typed=await self._typed(request))

    async def _typed(self, request: Request) -> tuple[tuple[str, str], ...]:
        """What somebody typed into the form of a page that now cannot be answered: it is given back to them, so that it
        can be copied. Nothing is given back to whoever comes from another site."""
        if request.method != "POST" or not from_our_site(request, self._desk.tools.address):
            return ()
        try:
            sent = sent_form(request, await self._posted(request))
            launch = self._desk.launches.get(request.path_params["launch_id"].rpartition("-")[0])
            form = str(sent.values.get("form") or request.path_params.get("form", ""))
            content = launch.ehr.care.occasion().content if launch else None
            return typed_in(sent, content.find("Questionnaire", form) if content else None)
        except CarefhirError:
            return ()

    async def _posted(self, request: Request) -> bytes:
        """The body, which can be read off the wire only once."""
        if not hasattr(request.state, "posted"):
            request.state.posted = await self._body(request)
        posted: bytes = request.state.posted
        return posted

    async def frame(self, visit: LaunchVisit, caller: Caller) -> LaunchFrame:
        """What the page has around it."""
        ehr, session = visit.ehr, visit.session
        now = visit.occasion.now.astimezone(visit.occasion.zone)
        if ehr.companion is not None:
            heading = await heading_of_both(ehr.companion, caller, visit.patient, now.date())
        else:
            heading = await self._headings[session.ehr].heading(caller, visit.patient, now.date())
        return LaunchFrame(
            ehr=ehr.settings.name,
            server=ehr.settings.fhir,
            companion=ehr.settings.companion.fhir if ehr.settings.companion else "",
            launch_id=session.launch_id,
            patient=visit.patient,
            form_token=form_token(visit.handle, session.launch_id),
            banner=session.banner,
            heading=heading,
            now=now,
            across=not session.patient,
            only_looks=not any(ability.writes and ability.how == DOES for ability in abilities(caller)),
            framed_by=visit.launch.launch.framed_by,
        )

    async def heading_in_ehr(self, visit: LaunchVisit, caller: Caller, today: date) -> ChartHeading:
        """Who the patient of a launch and whoever is signed in are, by the EHR alone."""
        session = visit.session
        reader, there = self._headings[session.ehr], replace(caller, acting=session.ehr_acting)
        return await reader.heading(there, session.ehr_patient, today)

    async def sent(self, request: Request, visit: LaunchVisit, *, about: bool = True) -> SentForm:
        """What was posted. Raises `Denied` unless it comes from a page of this launch, and where it is `about` a
        patient, of this one."""
        session = visit.session
        sent = sent_form(request, await self._posted(request))
        from_our_form(request, sent, handle=visit.handle, launch_id=session.launch_id, address=self._desk.tools.address)
        if about and sent.patient not in (visit.patient, visit.patient_id):
            raise Denied(
                "conflict",
                "the form is for another patient than this page: nothing was written; open the page again, and check "
                "whose chart it is",
            )
        return sent


def _chart(request: Request, session: LaunchSession, ehr: Ehr) -> str:
    """Whose chart an address is about: in a launch for one patient nobody else's."""
    asked = request.path_params.get("patient", "")
    if asked and not ID.fullmatch(asked):
        raise Denied("unknown", "the patient of the address is not an id of FHIR")
    if asked and ehr.companion is not None and asked.startswith(f"{ehr.companion.settings.home_name}."):
        raise Denied("unknown", "the patient of the address is named as the EHR names them: use their companion's id")
    reference = f"Patient/{asked}" if asked else session.patient
    if session.patient and reference != session.patient:
        raise Denied("not-granted", "this launch is for another patient: open their chart in the EHR and launch again")
    return reference


def ability_of(entry: AnyStep | AnyReading, caller: Caller) -> Ability:
    """How far a step or reading goes. Raises `Denied` for one that is not about a patient."""
    for ability in abilities(caller):
        if ability.name == entry.name:
            return ability
    raise Denied("unknown", "there is no such step about a patient")
