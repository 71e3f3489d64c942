"""Asks a server and the EHRs beside it, then has the answers assessed together (rules R6, R7).

The server, the companion, is examined as ever. Each EHR is asked twice: as the steps ask it there, and as if it were
the only server. Nothing is ever written to an EHR.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from carefhir.doctor.ask import examine
from carefhir.doctor.beside import SeenThere, look_there
from carefhir.doctor.judge import Report, asked_by
from carefhir.doctor.judge_site import SiteReport, assess_site
from carefhir.doctor.probe import Exchange, witnessed
from carefhir.doctor.routing import AskedBeside
from carefhir.engine.step import AnyReading, AnyStep
from carefhir.fhir.capability import Capabilities, Limits
from carefhir.fhir.homes import Home
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import Flow

OF_THE_MAIN_HOME = ("without a token",)
"""Findings about what is asked of the main home alone: whether it lets in who sends no token."""


def examine_site(
    home: Home,
    others: Callable[[], Flow[tuple[OtherHome, ...]]],
    steps: Sequence[AnyStep],
    readings: Sequence[AnyReading],
    *,
    clock: Callable[[], datetime],
    limits: Limits = Limits(),  # noqa: B008 — frozen
    patient: str = "",
    token: bool = False,
    mark: str = "",
    about_to_write: Callable[[tuple[str, ...]], None] = lambda _: None,
) -> Flow[SiteReport]:
    """Asks everything of all homes and reports. With a `mark` it also tries to write, to the companion alone."""
    companion = yield from examine(
        home,
        steps,
        readings,
        clock=clock,
        limits=limits,
        patient=patient,
        token=token,
        mark=mark,
        about_to_write=about_to_write,
    )
    asked: list[AskedBeside] = []
    if companion.state != "unfit":
        beside = yield from others()
        for other in beside:
            server = Server(home, Capabilities(), beside=beside)
            asked.append((yield from _asked(other, server, steps, readings, clock=clock, patient=patient)))
    return assess_site(companion, asked, steps, readings)


def _asked(
    other: OtherHome,
    server: Server,
    steps: Sequence[AnyStep],
    readings: Sequence[AnyReading],
    *,
    clock: Callable[[], datetime],
    patient: str,
) -> Flow[AskedBeside]:
    if other.away:
        return AskedBeside(other)
    exchanges: list[Exchange] = []
    every: tuple[AnyStep | AnyReading, ...] = (*steps, *readings)
    needs = [need for one in every for need in asked_by(one)]
    looking = look_there(needs, other, server, patient=patient, today=clock().date())
    as_asked: SeenThere = yield from witnessed(looking, exchanges, clock)
    alone: Report = yield from examine(other.home, steps, readings, clock=clock, patient=as_asked.place)
    findings = tuple(one for one in alone.findings if one.name not in OF_THE_MAIN_HOME)
    there = sum(one.request.home == other.home.name for one in exchanges)
    return AskedBeside(
        other, as_asked, replace(alone, findings=findings), requests=there + alone.requests, patient=bool(patient)
    )
