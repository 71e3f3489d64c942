"""Two days of the story, to be opened in a browser: each on a sandbox of its own, and the clock stands still in it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from carefhir.demo.beside import FrontBesideEhr, beside_ehr
from carefhir.demo.earl import Earl
from carefhir.demo.front import Front
from carefhir.demo.rosa import Rosa
from carefhir.demo.rosa_weeks import RosaWeeks
from carefhir.demo.stage import Cast, load
from carefhir.faces.web.serving import charts_at
from carefhir.fhir.capability import Limits
from carefhir.sandbox import Sandbox, start
from carefhir.settings import Settings


@dataclass(frozen=True, slots=True)
class StoryDay:
    """A moment of the story at which somebody can go on by themselves."""

    title: str
    now: datetime
    told: Callable[[Cast], None]
    """What has happened before."""


def _rosa(cast: Cast) -> None:
    Rosa(cast, cast.rosa).told()
    RosaWeeks(cast, cast.rosa).turns_red()


def _earl(cast: Cast) -> None:
    Earl(cast, cast.earl).comes_home()


DAYS = (
    StoryDay(
        "Rosa, Tuesday, March 10, 2026, 7:45: her check-in is red, and nobody has been reached",
        datetime.fromisoformat("2026-03-10T07:45:00-05:00"),
        _rosa,
    ),
    StoryDay(
        "Earl, Monday, November 30, 2026, 9:00: home from skilled nursing, not reached yet",
        datetime.fromisoformat("2026-11-30T09:00:00-06:00"),
        _earl,
    ),
)


@contextlib.contextmanager
def opened(say: Callable[..., None], like: str = "") -> Iterator[None]:
    """Serves the days for the length of the block, and says where they are; with `like` each beside an EHR of that
    shape, which is only read."""
    with contextlib.ExitStack() as stack:
        say("")
        say("To work in it yourself, open in a browser (a tiny EHR: choose who you are), until Ctrl-C:")
        for day in DAYS:
            say(f"  {day.title}:")
            say(f"    {stack.enter_context(served(day, like))}")
        say("Begin with 'Today, as Dana Whitfield'. In each of them the clock stands still.", "dim")
        yield


@contextlib.contextmanager
def served(day: StoryDay, like: str = "") -> Iterator[str]:
    """Tells what has happened before a day, and serves it; gives the address of its tiny EHR."""
    if like:
        with beside_ehr(like, "", Settings(), Limits()) as front, _at_day(day, front) as address:
            yield address
        return
    sandbox = Sandbox()
    with start(sandbox) as running:
        with contextlib.redirect_stdout(io.StringIO()):  # told once already
            day.told(load(Front(running.base, sandbox=sandbox)))
        with charts_at(sandbox, running.base, day.now) as address:
            yield address


@contextlib.contextmanager
def _at_day(day: StoryDay, front: Front) -> Iterator[str]:
    """The same beside an EHR: launched from there, and written to the companion."""
    assert isinstance(front, FrontBesideEhr)
    assert front.hospital is not None
    with contextlib.redirect_stdout(io.StringIO()):
        day.told(load(front))
    with charts_at(front.hospital, front.beside[0].server, day.now, companion=front.base) as address:
        yield address
