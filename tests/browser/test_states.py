"""Every page in every state, looked at: empty, partly visible, server away or asking for patience, read-only, and where
somebody is. What a form comes to when it is sent: test_sent_forms.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import PageLook
from tests.browser.moody import MoodyServer, answers, hides, in_hospice, in_hospital, moody_ward, pause
from tests.browser.ward import BrowserWard
from tests.browser.watching import PageWatch

if TYPE_CHECKING:
    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser

ACROSS = {"today": "", "supervisor": "supervisor"}
"""Pages about everybody: their addresses below the session."""
OF_ONE = {
    "patient": "",
    "assessments": "ask",
    "ask": "ask/phq-9",
    "check-in": "ask/check-in",
    "call": "call",
    "plan": "plan",
    "copy": "plan/print",
    "transition": "transition",
    "reconcile": "reconcile",
    "step": "steps/pause",
    "reading": "readings/overview",
    "all": "all",
}
"""Pages about one patient: their addresses below hers."""
NOTHING_READ = tuple(
    page for page in (*ACROSS, *OF_ONE) if page not in ("assessments", "ask", "check-in", "step", "all")
)
"""Pages that say something of the chart."""
FALSE_COMFORT = ("Nothing is due", "Nothing due today", "Nothing waits for", "None found", "No transition is open")


@dataclass(frozen=True)
class PageState:
    """A state that every page is looked at in."""

    comes: Callable[[BrowserWard, MoodyServer], object]
    """Brings it about, before the launch."""
    says: dict[str, str]
    """Words that stand on a page, by its name."""
    once_launched: Callable[[MoodyServer], object] = field(default=lambda moody: None)
    empty: bool = False
    only_reads: bool = False
    trouble: str = ""
    """What the browser's console says of pages in it."""
    never: tuple[str, ...] = ()
    """Words that stand on no page in it."""


def _mood(moody: MoodyServer, mood: object) -> None:
    moody.mood = mood  # type: ignore[assignment]


def _standing(words: str) -> dict[str, str]:
    return {page: words for page in OF_ONE if page not in ("copy",)}


STATES = {
    "empty": PageState(
        lambda ward, moody: None,
        {
            "today": "Nothing due today",
            "supervisor": "Nothing waits for your signature",
            "patient": "last contact",
            "plan": "No care plan of ours is under way",
            "copy": "There is no plan of ours to copy",
            "transition": "No transition is open",
            "reconcile": "No transition is open",
        },
        empty=True,
    ),
    "partly": PageState(
        lambda ward, moody: None,
        {
            "today": "Not on this page",
            "supervisor": "Not on this page",
            "patient": "Not on this page",
            "call": "Not visible, so not on this page",
            "plan": "This may not be the whole plan",
            "transition": "Not on this page",
            "reconcile": "Not on this page",
            "reading": "Not on this page",
        },
        once_launched=lambda moody: _mood(moody, hides("Flag", "Appointment", "Consent", "Goal", "DetectedIssue")),
        trouble="status of 403",
    ),
    "away": PageState(
        lambda ward, moody: None,
        dict.fromkeys(NOTHING_READ, "could not be read"),
        once_launched=lambda moody: _mood(moody, answers(503)),
        trouble="status of 50",
        never=FALSE_COMFORT,
    ),
    "too-many": PageState(
        lambda ward, moody: None,
        dict.fromkeys(NOTHING_READ, "could not be read"),
        once_launched=lambda moody: _mood(moody, answers(429)),
        trouble="status of ",
        never=FALSE_COMFORT,
    ),
    "read-only": PageState(
        lambda ward, moody: None,
        {**dict.fromkeys((*ACROSS, *OF_ONE), "This launch only looks"), "copy": "Your care plan"},
        only_reads=True,
        trouble="",
    ),
    "deceased": PageState(
        lambda ward, moody: moody.change(ward.find("Patient", "rosa"), deceasedBoolean=True),
        {**_standing("Nothing is written about this person"), "copy": "There is no copy"},
    ),
    "in-hospital": PageState(
        lambda ward, moody: moody.create(in_hospital(ward.find("Patient", "rosa"))),
        {"today": "hospital", "patient": "hospital", "call": "hospital"},
    ),
    "hospice": PageState(
        lambda ward, moody: moody.create(in_hospice(ward.find("Patient", "rosa"))),
        {"today": "ospice", "patient": "ospice", "call": "ospice", "copy": "hospice first"},
    ),
    "paused": PageState(
        lambda ward, moody: pause(ward),
        {"today": "PAUSED", "patient": "PAUSED", "call": "PAUSED"},
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_every_page(name: str, browse: Browse, look: PageLook, watch: PageWatch) -> None:
    state = STATES[name]
    lacking: list[str] = []
    with moody_ward(empty=state.empty) as (ward, moody):
        state.comes(ward, moody)
        frame = ward.launch_today(browse(), only_reads=state.only_reads)
        state.once_launched(moody)
        home, rosa = frame.url, ward.find("Patient", "rosa").partition("/")[2]
        places = {**ACROSS, **{page: f"patients/{rosa}/{address}" for page, address in OF_ONE.items()}}
        for page, address in places.items():
            frame.goto(f"{home}{address}")
            try:
                look(frame, f"state-{page}-{name}")
            except AssertionError as faults:  # all pages are looked at, and all is told at once
                lacking.append(str(faults))
            text = frame.locator("body").inner_text()
            if state.says.get(page, "") not in text:
                lacking.append(f"{page} does not say {state.says[page]!r}")
            lacking += [f"{page} says {words!r}" for words in state.never if words in text]
    if state.trouble and watch.complaints:
        watch.expect("console", state.trouble)
    assert not lacking, "\n".join(lacking)
