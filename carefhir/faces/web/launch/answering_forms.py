"""Answers a page that was sent: the form again, what would be written, or what became of it."""

from __future__ import annotations

from starlette.responses import Response

from carefhir.faces.web.abilities import CANNOT, abilities
from carefhir.faces.web.bearer import Caller
from carefhir.faces.web.launch.acting import looked_at, written
from carefhir.faces.web.launch.requests import SentForm
from carefhir.faces.web.launch.visits import LaunchVisit
from carefhir.faces.web.pages import form_pages
from carefhir.faces.web.pages.form_pages import PageForm
from carefhir.faces.web.pages.frame import LaunchFrame


def in_the_way(frame: LaunchFrame, page: PageForm, caller: Caller) -> Response | None:
    """The form with what keeps it from being looked at: what is wrong with it, or what the launch may not do; None
    where nothing does."""
    if page.wrong or not page.acts:
        return form_pages.shown(frame, page, tried=True, status=422)
    able = {ability.name: ability for ability in abilities(caller)}
    lacking = [able[act.step.name] for act in page.acts if able[act.step.name].how == CANNOT]
    return form_pages.shown(frame, page, lacking=lacking, status=403) if lacking else None


async def answered(
    frame: LaunchFrame, visit: LaunchVisit, caller: Caller, *, page: PageForm, sent: SentForm
) -> Response:
    """What is shown for a form that somebody sent: its field `way` says whether they change it, look at what would be
    written, or write what they have seen."""
    way = str(sent.values.get("way", ""))
    if way == "change":
        return form_pages.shown(frame, page)
    if (stopped := in_the_way(frame, page, caller)) is not None:
        return stopped
    if way == "write":
        as_seen = {name: str(value) for name, value in sent.values.items() if name.startswith("seen.")}
        results = await written(visit, caller, page.acts, as_seen)
        return form_pages.became(frame, page, results)
    return form_pages.looked_at(frame, page, await looked_at(visit, caller, page.acts))
