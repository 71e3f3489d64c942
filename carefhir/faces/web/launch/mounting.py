"""Puts the launches on the application, where any EHR is set to launch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI
from starlette.requests import Request

from carefhir.errors import BadInput
from carefhir.faces.web.launch.chart_routes import ChartRoutes
from carefhir.faces.web.launch.flow import EhrLaunch, LaunchTools
from carefhir.faces.web.launch.form_routes import FormRoutes
from carefhir.faces.web.launch.link_routes import LinkRoutes
from carefhir.faces.web.launch.plan_routes import PlanRoutes
from carefhir.faces.web.launch.routes import Launches, add_launch_routes
from carefhir.faces.web.launch.session_routes import SessionRoutes
from carefhir.faces.web.launch.sessions import LaunchSessions
from carefhir.faces.web.launch.transaction import TransactionSeal
from carefhir.faces.web.launch.transition_routes import TransitionRoutes
from carefhir.faces.web.launch.visits import LaunchVisits
from carefhir.faces.web.operations import Ehr
from carefhir.faces.web.remembering import ServiceMemory


def add_launch(
    app: FastAPI,
    ehrs: Mapping[str, Ehr],
    *,
    address: str,
    client: httpx.AsyncClient,
    body: Callable[[Request], Awaitable[bytes]],
    wall: Callable[[], float],
    memory: ServiceMemory,
) -> None:
    """Adds every address of the launches. `body` reads what a form or a program posts; `wall` gives seconds since 1970;
    sessions are kept in `memory`. Raises `BadInput` for settings that cannot be used."""
    sessions = LaunchSessions(memory.store, wall)
    tools = LaunchTools(address, client, sessions, wall)
    launches = {
        alias: EhrLaunch(ehr, ehr.settings.launch, tools)
        for alias, ehr in ehrs.items()
        if ehr.settings.launch is not None
    }
    if not launches:
        return
    _checked(launches, address)
    desk = Launches(launches, tools, TransactionSeal(memory.derived("launches under way")))
    add_launch_routes(app, desk)
    visits = LaunchVisits(desk, body)
    SessionRoutes(visits).add(app)
    LinkRoutes(visits).add(app)
    ChartRoutes(visits).add(app)
    FormRoutes(visits).add(app)
    PlanRoutes(visits).add(app)
    TransitionRoutes(visits).add(app)


def _checked(launches: Mapping[str, EhrLaunch], address: str) -> None:
    """Raises `BadInput` where a launch could not find its way back, or two EHRs launch with one base."""
    if urlsplit(address).path:
        raise BadInput("address: must have no path where an EHR launches; a session's pages lie at the root")
    owners: dict[str, str] = {}
    for alias, launch in launches.items():
        for iss in launch.launch.iss:
            if owners.setdefault(iss, alias) != alias:
                raise BadInput(f"ehr.{alias}.launch.iss: ehr.{owners[iss]} launches with the same base")
