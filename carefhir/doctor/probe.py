"""Tries what a server does, instead of believing what it states: the results of probes, and the searches (rule R6).

A probe asks something whose honest answer is known beforehand: a tag that cannot exist has no resources, an undefined
parameter is not understood. No probe knows care management. What is reported is counts, statuses and issue codes, never
what was read. How a server answers is in `probe_reads`, how it writes in `probe_writes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Literal, TypeAlias, TypeVar

from carefhir.fhir.capability import Capabilities, Limits
from carefhir.fhir.codec import NotJson
from carefhir.fhir.gather import searching
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words, issue_codes
from carefhir.fhir.pages import Page, read_page
from carefhir.fhir.record import Record
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import Need, Slots
from carefhir.fhir.wire import Answer, Ask, Failure, Flow, Request, Response, exchange

T = TypeVar("T")

NOBODY = "carefhir-doctor-nobody"
"""An id that does not exist, so that any result for it shows that a search does not filter."""

STRANGER = "stranger"
"""The home of a request sent without our token, to the same base."""

Shape: TypeAlias = tuple[str, tuple[str, ...]]
"""A search without its values: a type and the parameters it is asked by."""

Found: TypeAlias = Literal[
    "answered", "not filtered", "wants more", "not let in", "refused", "failed", "not told", "never finds"
]
Proof: TypeAlias = Literal["finds", "not tried"]
"""Whether a search was tried against a record that it must find."""


@dataclass(frozen=True, slots=True)
class SearchSeen:
    """The result of one search: `answer` in words, `meaning` as what it means."""

    type: str
    parameters: tuple[str, ...]
    answer: str
    meaning: Found
    status: int = 0
    proof: Proof = "not tried"

    @property
    def words(self) -> str:
        return f"{self.type} by {' and '.join(self.parameters)}" if self.parameters else f"all {self.type}"


@dataclass(frozen=True, slots=True)
class Observed:
    """One probe: what was asked, what was answered, and whether what it asks after holds (None: it cannot be told)."""

    name: str
    asked: str
    answered: str
    holds: bool | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Probes:
    """What a server showed."""

    searches: Mapping[Shape, SearchSeen] = field(default_factory=dict)
    observed: Mapping[str, Observed] = field(default_factory=dict)
    by_tag: frozenset[str] = frozenset()
    """Types of which a resource was found by its tag, where its key may not find it."""

    def holds(self, name: str) -> bool | None:
        observed = self.observed.get(name)
        return observed.holds if observed else None

    def value(self, name: str) -> str:
        observed = self.observed.get(name)
        return observed.value if observed else ""

    def with_more(self, observed: Iterable[Observed]) -> Probes:
        return replace(self, observed={**self.observed, **{one.name: one for one in observed}})


def limits_shown(probes: Probes, *, trusted: bool = False) -> Limits:
    """What not to use, because it was tried and does not work. `trusted`: conditional creates of this product count as
    holding under a race, so that a run would not look again by itself."""
    no = {name for name, one in probes.observed.items() if one.holds is False}
    overwrites = "If-Match inside a transaction" in no and probes.value("If-Match inside a transaction") == "written"
    stops = "transaction size" in no and probes.value("transaction size") == "none"
    duplicates = "race" in no and trusted
    return Limits(
        transaction=not ("transaction" in no or overwrites or stops),
        batch=not {"batch", "paged batch"} & no,
        revinclude=not ("reverse include" in no and probes.value("reverse include") == "refused"),
        conditional_create=not ({"conditional create", "receipt once"} & no or duplicates),
        if_match="If-Match" not in no,
        proven=frozenset(switch for name, switch in PROVEN_BY.items() if probes.holds(name)),
    )


PROVEN_BY = {"If-Match": "if-match"}
"""What a probe can prove, whatever is stated. That conditional creates hold under a race it cannot: a race that left
one resource may leave two the next time."""


def corrected(capabilities: Capabilities, probes: Probes) -> Capabilities:
    """What is stated, without what was shown not to work, with what was proven: as it is with the settings that the
    report names."""
    return capabilities.limited(limits_shown(probes, trusted=capabilities.one_of_each))


# -- watching what goes out --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its answer, between two readings of a clock that was passed in."""

    request: Request
    answer: Response | Failure
    began: datetime
    ended: datetime


def witnessed(flow: Flow[T], exchanges: list[Exchange], clock: Callable[[], datetime]) -> Flow[T]:
    """Runs a flow, noting every exchange."""
    try:
        asks: tuple[Ask, ...] = flow.send(None)  # type: ignore[arg-type]  # a new generator takes None
        while True:
            began = clock()
            answers: tuple[Answer, ...] = yield asks
            ended = clock()
            for request, answer in zip(asks, answers, strict=True):
                if isinstance(request, Request) and isinstance(answer, Response | Failure):
                    exchanges.append(Exchange(request, answer, began, ended))
            asks = flow.send(answers)
    except StopIteration as stop:
        value: T = stop.value
        return value


def clock_of(exchanges: Sequence[Exchange]) -> Observed:
    """How far the server's clock is from ours, by the Date of its first answer."""
    asked = "the Date header of its first answer, against the clock of this machine"
    for round_trip in exchanges:
        date_header = round_trip.answer.headers.get("date", "") if isinstance(round_trip.answer, Response) else ""
        try:
            theirs = parsedate_to_datetime(date_header)
        except ValueError:
            continue
        if theirs.tzinfo is None:
            continue
        ours = round_trip.began + (round_trip.ended - round_trip.began) / 2
        apart = round(abs((theirs - ours).total_seconds()))
        way = "ahead" if theirs > ours else "behind"
        return Observed("clock", asked, f"{apart} s {way}", apart <= CLOCK_TOLERANCE, value=str(apart))
    return Observed("clock", asked, "no Date header")


CLOCK_TOLERANCE = 60
"""Seconds by which two clocks may differ without a finding."""


# -- searches ----------------------------------------------------------------------------------------------------------


def shape(need: Need) -> Shape:
    """A need without its values."""
    return need.type, tuple(one.param for one in need.where)


def strictly(request: Request) -> Request:
    """The same, asking that an unknown search parameter is refused rather than ignored (R4, search, "Errors")."""
    return replace(request, headers=(*request.headers, ("Prefer", "handling=strict")))


def try_searches(asked: Sequence[tuple[Need, Slots]], home: Home) -> Flow[tuple[dict[Shape, SearchSeen], list[Record]]]:
    """Each search once, as a gather would send it but strictly, two results at most. Also gives what was found."""
    requests = [strictly(searching(need, slots, home, page="2")) for need, slots in asked]
    answers = yield from retrying(exchange(requests))
    pages = [page_of(one, home)[0] for one in answers]
    searches = {
        shape(need): _judged(need, slots, answer, home) for (need, slots), answer in zip(asked, answers, strict=True)
    }
    return searches, [record for page in pages if page is not None for record in page.records]


def _judged(need: Need, slots: Slots, answer: Response | Failure, home: Home) -> SearchSeen:
    type_, parameters = shape(need)
    if isinstance(answer, Failure):
        return SearchSeen(type_, parameters, in_words(answer), "failed")
    page, words = page_of(answer, home)
    if page is not None:
        foreign = [one for one in page.records if one.type == type_ and not need.wants(one.json, slots)]
        words = f"200 with {_plural(len(foreign), 'resource')} that we did not ask for" if foreign else "answered"
        return SearchSeen(type_, parameters, words, "not filtered" if foreign else "answered", status=200)
    return SearchSeen(type_, parameters, words, _meaning(answer, need, slots), status=answer.status)


def _meaning(answer: Response, need: Need, slots: Slots) -> Found:
    codes = set(issue_codes(answer.body))
    invented = any(NOBODY in (one.query(slots) or "") for one in need.where)
    if answer.status in (401, 403):
        return "not let in"
    if answer.status >= 500 or answer.status == 200:
        return "failed"
    if "required" in codes:
        return "wants more"
    if invented and codes and codes <= {"not-found", "value", "invalid"}:
        return "not told"
    return "refused"


def page_of(answer: Response | Failure, home: Home) -> tuple[Page | None, str]:
    """A searchset, or why it is not one, in words."""
    if isinstance(answer, Failure) or answer.status != 200:
        return None, in_words(answer)
    try:
        return read_page(answer.body, home), ""
    except NotJson:
        return None, f"{in_words(answer)}, but no searchset Bundle"


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
