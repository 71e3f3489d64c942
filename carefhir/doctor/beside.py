"""Asks an EHR that is read beside the server, as the steps ask it there, and notes what it answers (rules R6, R7).

Each search goes out as `fhir/both_homes.py` sends it: by GET, with the EHR's own id of the patient, by the parameters
that it states, in each category by which it wants to be asked. Counts, statuses and issue codes are kept, no record.
Nothing is looked up there by an identifier, a name or a birth date, so none can come into a URL (R9): an EHR without
POST `_search` loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from carefhir.content.loading import load
from carefhir.doctor.probe import NOBODY, page_of
from carefhir.fhir.asked_beforehand import asked_there, place_there
from carefhir.fhir.asked_elsewhere import SaidAlong
from carefhir.fhir.codec import NotJson
from carefhir.fhir.gather import searching
from carefhir.fhir.outcome import in_words, issue_codes
from carefhir.fhir.pages import Page
from carefhir.fhir.record import Record
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import Need, Slots
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import Answer, Failure, Flow, Request, Response, exchange, get
from carefhir.mappers import reading

Result: TypeAlias = Literal["answered", "not told", "wants more", "not let in", "refused", "failed"]
BAD: tuple[Result, ...] = ("wants more", "not let in", "refused", "failed")
"""Results that are a gap whenever a step asks."""
PAGES_TURNED = 3


@dataclass(frozen=True, slots=True)
class SearchThere:
    """One search as it is asked there: what came, in words, and how many records of its type on the first page."""

    type: str
    parameters: str
    """Their names, and the category where one is said along: `patient, category=assess-plan`."""
    result: Result
    answered: str
    rows: int | None = None
    more: bool = False
    """Whether there was a link to a next page."""

    @property
    def short(self) -> str:
        """The answer without the server's own words."""
        return self.answered.partition(", saying ")[0]


@dataclass(frozen=True, slots=True)
class SeenThere:
    """What an EHR showed, asked as the steps ask it."""

    place: str = ""
    """Where the named patient is there; "" where nobody was named, or nobody has linked them."""
    searches: tuple[SearchThere, ...] = ()
    versions: bool | None = None
    """Whether a record that was read names its version (ETag or `meta.versionId`); None: none could be read."""
    turned: bool | None = None
    """Whether a next page came; None: no list was longer than a page."""

    def of(self, type_: str) -> tuple[SearchThere, ...]:
        """The searches of a type."""
        return tuple(one for one in self.searches if one.type == type_)


def look_there(
    needs: Iterable[Need], other: OtherHome, server: Server, *, patient: str, today: date
) -> Flow[SeenThere]:
    """Asks everything once that the steps can ask there, about the patient (an id of the main home), or nobody."""
    place = (yield from place_there(patient, other, server)) if patient else ""
    asked: dict[str, tuple[Need, Request, Slots]] = {}
    for need in needs:
        for variant in asked_there(need, other):
            slots = _slots(variant, place, today)
            request = searching(variant, slots, other.home)
            asked.setdefault(request.target, (variant, request, slots))
    answers = yield from retrying(exchange(request for _, request, _ in asked.values()))
    pages = [page_of(one, other.home)[0] for one in answers]
    searches = tuple(
        _seen(variant, slots, answer, page)
        for (variant, _, slots), answer, page in zip(asked.values(), answers, pages, strict=True)
    )
    turned = yield from _turned([page for page in pages if page is not None and page.next], other)
    versions = yield from _versions(place, pages, other)
    return SeenThere(place, searches, versions=versions, turned=turned)


def _slots(need: Need, place: str, today: date) -> dict[str, str]:
    """A value for every slot: the patient's, where one is named; else of somebody who does not exist."""
    nobody = {one.slot.strip("{}"): f"{need.type}/{NOBODY}" for one in need.where if hasattr(one, "slot")}
    whom = place or f"Patient/{NOBODY}"
    slots_known = {"patient": whom, "people": whom, "actor": f"Practitioner/{NOBODY}", "today": today.isoformat()}
    return {**nobody, **slots_known, **reading.slots(load())}


def asked_with(need: Need) -> str:
    """The parameters of a search as it is asked there, with the values that are said along."""
    parameters = (f"{one.param}={one.value}" if isinstance(one, SaidAlong) else one.param for one in need.where)
    return ", ".join(parameters) or "nothing"


def _seen(need: Need, slots: Slots, answer: Answer, page: Page | None) -> SearchThere:
    names = asked_with(need)
    if page is None:
        return SearchThere(need.type, names, _result(answer, slots), _words(answer))
    rows = sum(record.type == need.type for record in page.records)
    words = f"{rows} on the first page, and a next link" if page.next else f"{rows}"
    return SearchThere(need.type, names, "answered", words, rows, more=bool(page.next))


def _result(answer: Answer, slots: Slots) -> Result:
    if not isinstance(answer, Response) or answer.status >= 500 or answer.status == 200:
        return "failed"
    codes = set(issue_codes(answer.body))
    if answer.status in (401, 403):
        return "not let in"
    if "required" in codes:
        return "wants more"
    invented = any(NOBODY in value for value in slots.values())
    if invented and codes and codes <= {"not-found", "value", "invalid"}:
        return "not told"
    return "refused"


def _words(answer: Answer) -> str:
    """An answer in words, as EHRs mean it: an empty 403 is an API that was not granted."""
    if not isinstance(answer, Response):
        return in_words(answer) if isinstance(answer, Failure) else "nothing"
    words = in_words(answer).removeprefix("the server answered ")
    if answer.status == 403 and not answer.body.strip():
        return f"{words} with no body: this API is not granted"
    if answer.status == 500:
        return f"{words}: it failed, or data that it requires is missing"
    return words


def _turned(pages: Sequence[Page], other: OtherHome) -> Flow[bool | None]:
    """Whether the next pages come, for a few lists."""
    links = [other.home.target_of(page.next or "") for page in pages[:PAGES_TURNED]]
    if not links:
        return None
    if any(link is None for link in links):
        return False
    answers = yield from retrying(exchange(get(link, home=other.home.name) for link in links if link is not None))
    return all(page_of(answer, other.home)[0] is not None for answer in answers)


def _versions(place: str, pages: Sequence[Page | None], other: OtherHome) -> Flow[bool | None]:
    """Whether a record names its version when it is read."""
    records = [record for page in pages if page is not None for record in page.records]
    whom = place or next((record.reference for record in records), "")
    if not whom:
        return None
    (answer,) = yield from retrying(exchange((get(whom, home=other.home.name),)))
    if not isinstance(answer, Response) or answer.status != 200:
        return None
    if answer.headers.get("etag"):
        return True
    try:
        return bool(Record(answer.body, home=other.home.name).version)
    except NotJson:
        return None
