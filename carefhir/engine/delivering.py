"""Puts what was decided into an EHR: looks, writes, looks again, and says what came of it (rule R7).

An EHR may have no version check, answer late, take a create twice, or answer 200 and keep nothing of it. So what is
there is read before and after every write, and only what was seen there counts as accepted. A change is delivered by
the elements that it makes otherwise: what somebody else has changed there meanwhile is theirs, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from carefhir.codes import STEP_KEY
from carefhir.errors import CarefhirError
from carefhir.fhir.asked_elsewhere import SHADOWED, asked_of_other, links_of
from carefhir.fhir.changes import match_query
from carefhir.fhir.codec import Json, Spelled, copied, encode, meaning
from carefhir.fhir.commit import place_of_created, put, record_of, succeeded
from carefhir.fhir.elsewhere import OtherNames, read_as_ours
from carefhir.fhir.outcome import in_words
from carefhir.fhir.record import Record, dig, first_text, moments, relative
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import Need, Of, Since
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import FHIR_JSON, Failure, Flow, Request, Response, ask, get
from carefhir.mappers.delivery import Delivery, ElementChange

MOST = 3
"""So often a write is tried while others write the same record."""
PASSING = frozenset({401, 408, 425, 429, 500, 502, 503, 504})
"""Answers after which it is tried again another time; 409 and 412 are looked into at once, anything else is a no.
Oracle Health answers 500 for missing data (docs/shapes.md): a no that looks like trouble waits, and stays visible."""


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """What came of one delivery."""

    outcome: Literal["accepted", "refused", "waits"]
    why: str = ""
    """Why it was refused, or waits."""
    place: str = ""
    """Where it stands there: `DocumentReference/ID`."""
    twins: tuple[str, ...] = ()
    """Other places where the same stands: the EHR took it more than once."""


def delivered(entry: Delivery, other: OtherHome, server: Server) -> Flow[DeliveryAttempt]:
    """Delivers it, unless it is there already. Raises nothing: whatever happens is what came of it."""
    if other.away:
        return DeliveryAttempt("waits", other.away)
    if not entry.legible:
        return DeliveryAttempt("refused", "what is to be put there cannot be read from its Task")
    held = entry.note if entry.note is not None else [[each.was, each.becomes] for each in entry.changes]
    try:
        links_read = yield from links_of(_named_here(held), other, server)
        for who, why in links_read.unread.items():
            return DeliveryAttempt("waits", f"whether {who} is linked to a record there could not be read: {why}")
        links = links_read.places
        if entry.note is not None:
            return (yield from _note_put(entry.note, other, links))
        return (yield from _changed(entry, other, links))
    except CarefhirError as error:
        return DeliveryAttempt("waits", error.message)


# ---- a change of a record that is there


def _changed(entry: Delivery, other: OtherHome, links: Mapping[str, str]) -> Flow[DeliveryAttempt]:
    place = other.names.place_of(entry.record)
    if place is None:
        return DeliveryAttempt("refused", "the record that is to be changed cannot be read from its Task")
    if unlinked := sorted(_unlinked([each.becomes for each in entry.changes], other.names, links)):
        why = f"it names {' and '.join(unlinked)}, which nobody has linked to a record there"
        return DeliveryAttempt("refused", why)
    answered: Response | Failure | None = None
    for _ in range(MOST):
        answer = yield from retrying(ask(get(place, home=other.home.name)))
        now = record_of(answer, other.home)
        if now is None or now.reference != place:
            return _unread(answer)
        ours = read_as_ours(now.json, other.names, {there: here for here, there in links.items()})
        to_do = [_from_now(each, ours) for each in entry.changes if not _is_there(each, ours.get(each.element))]
        if not to_do:
            return DeliveryAttempt("accepted", place=place)
        if moved := [each.element for each in to_do if not _equal(ours.get(each.element), each.was)]:
            return DeliveryAttempt("refused", f"somebody has changed it there meanwhile: {', '.join(moved)}")
        if answered is not None and succeeded(answered):
            named = ", ".join(each.element for each in to_do)
            return DeliveryAttempt("refused", f"the server answered as if it were done, and does not show it: {named}")
        answered = yield from put(now, _with(now.json, to_do, other.names, links), other.home)
        if isinstance(answered, Response) and _is_a_no(answered):
            return DeliveryAttempt("refused", in_words(answered))
    assert answered is not None
    return DeliveryAttempt("waits", in_words(answered))


def _with(theirs: Json, changes: Iterable[ElementChange], names: OtherNames, links: Mapping[str, str]) -> Json:
    becomes = copied(theirs)
    for each in changes:
        if each.becomes is None:
            becomes.pop(each.element, None)
        else:
            becomes[each.element] = as_theirs(each.becomes, names, links)
    return becomes


def _is_there(change: ElementChange, now: Any) -> bool:
    """Whether an element says what it is to say: in these very words or, where something was added or put in the place
    of something else, with what the server has added to it of its own (a code beside our words)."""
    if _equal(now, change.becomes):
        return True
    return change.becomes is not None and _holds(now, change.becomes) and not _holds(change.was, change.becomes)


def _holds(value: Any, part: Any) -> bool:
    """Whether everything that `part` says is in `value`."""
    if isinstance(part, dict):
        return isinstance(value, dict) and all(_holds(value.get(name), item) for name, item in part.items())
    if isinstance(part, list):
        return isinstance(value, list) and all(any(_holds(each, item) for each in value) for item in part)
    return _equal(value, part)


def _from_now(change: ElementChange, now: Json) -> ElementChange:
    """A change of a list that only adds to it, as an addition to what is there now: two notes that were written one
    after the other are both kept."""
    was, becomes, there = change.was or [], change.becomes, now.get(change.element)
    if not isinstance(was, list) or not isinstance(becomes, list) or not isinstance(there, list):
        return change
    if not _equal(becomes[: len(was)], was):
        return change
    added = [item for item in becomes[len(was) :] if not any(_equal(each, item) for each in there)]
    return ElementChange(change.element, there, [*there, *added])


def _equal(value: Any, other: Any) -> bool:
    return meaning(value) == meaning(other)


def _is_a_no(answer: Response) -> bool:
    return 400 <= answer.status < 600 and answer.status not in (PASSING | {409, 412})


def _unread(answer: Response | Failure) -> DeliveryAttempt:
    """What it means that the record there cannot be read."""
    if isinstance(answer, Response) and answer.status in (404, 410):
        return DeliveryAttempt("refused", "it is not there any more, or not visible to us")
    if isinstance(answer, Response) and answer.status != 200 and _is_a_no(answer):
        return DeliveryAttempt("refused", in_words(answer))
    if isinstance(answer, Response) and answer.status == 200:
        return DeliveryAttempt("waits", "what the server answered cannot be read as the record")
    return DeliveryAttempt("waits", in_words(answer))


# ---- a note


def _note_put(note: Json, other: OtherHome, links: Mapping[str, str]) -> Flow[DeliveryAttempt]:
    document = as_theirs(_without_strangers(note, other.names, links), other.names, links)
    patient = first_text(note, "subject.reference") or ""
    if patient not in links and not other.names.place_of(patient):
        return DeliveryAttempt("refused", "the patient is not linked to a record there (carefhir link)")
    there = yield from _notes_there(document, other)
    if there:
        return _accepted(there)
    if other.capabilities.note_of_a_visit:
        visit = yield from _latest_visit(document, other)
        if visit is None:
            return DeliveryAttempt("refused", "a note has to name a visit there, and none can be seen")
        document = {**document, "context": {"encounter": [{"reference": visit}]}}
    key: Json = next((entry for entry in dig(document, "identifier") if entry.get("system") == STEP_KEY), {})
    conditional = other.capabilities.of("DocumentReference").conditional_create and key.get("value")
    match = (("If-None-Exist", match_query(STEP_KEY, key["value"])),) if conditional else ()
    headers = (("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON), *match)
    request = Request("POST", "DocumentReference", headers, encode(document), home=other.home.name)
    answer = yield from ask(request)
    if isinstance(answer, Response) and _is_a_no(answer):
        return DeliveryAttempt("refused", in_words(answer))
    there = yield from _notes_there(document, other)
    if there:
        return _accepted(there)
    place = place_of_created(answer, other.home)
    if place:
        read = yield from retrying(ask(get(place, home=other.home.name)))
        if record_of(read, other.home) is not None:
            return DeliveryAttempt("accepted", place=place)
    if succeeded(answer):
        return DeliveryAttempt("waits", "the server answered as if it were done, and does not show it yet")
    return DeliveryAttempt("waits", in_words(answer))


def _latest_visit(document: Json, other: OtherHome) -> Flow[str | None]:
    """The patient's latest Encounter there, for a server that takes no note without one. The note says itself when and
    why it was written."""
    need = Need("visits", "Encounter", (Of("patient", "subject", "{subject}"),))
    slots = {"subject": first_text(document, "subject.reference") or ""}
    visits = yield from asked_of_other(need, slots, other)
    begun = [
        (started[0], visit.reference)
        for visit in visits
        if (started := moments(first_text(visit.json, "period.start")))
        and first_text(visit.json, "status") not in ("entered-in-error", "cancelled")
    ]
    return max(begun)[1] if begun else None


def _accepted(there: list[Record]) -> DeliveryAttempt:
    first, *more = sorted(there, key=lambda record: (len(record.id), record.id))
    return DeliveryAttempt("accepted", place=first.reference, twins=tuple(record.reference for record in more))


def _notes_there(document: Json, other: OtherHome) -> Flow[list[Record]]:
    """Those of the patient's documents there that are this note: by our identifier where it was kept, else by moment,
    kind and title. Raises `ServerUnfit` where they cannot be looked at: nobody could say whether it is there."""
    day = (first_text(document, "date") or "")[:10]
    where: list[Any] = [Of("patient", "subject", "{subject}")]
    if "date" in other.capabilities.of("DocumentReference").parameters:
        where.append(Since("date", ("date",), "{day}"))
    need = Need("notes", "DocumentReference", tuple(where))
    slots = {"subject": first_text(document, "subject.reference") or "", "day": _day_before(day)}
    records = yield from asked_of_other(need, slots, other)
    return [record for record in records if _same_note(record.json, document)]


def _day_before(day: str) -> str:
    """A day earlier: where the EHR is, it may still be yesterday."""
    parsed = moments(day)
    return datetime.fromordinal(parsed[0].date().toordinal() - 1).date().isoformat() if parsed else day


def _same_note(theirs: Json, ours: Json) -> bool:
    if first_text(theirs, "status") == "entered-in-error":
        return False
    keys = [entry for entry in dig(ours, "identifier") if entry.get("system") == STEP_KEY]
    if any(entry in keys for entry in _bare(dig(theirs, "identifier"))):
        return True
    kept = any(entry.get("system") == STEP_KEY for entry in _bare(dig(theirs, "identifier")))
    return (
        not kept
        and _moment(theirs) == _moment(ours)
        and first_text(theirs, "description") == first_text(ours, "description")
    )


def _bare(identifiers: Iterable[Any]) -> Iterator[Json]:
    for entry in identifiers:
        if isinstance(entry, dict):
            yield {name: entry[name] for name in ("system", "value") if name in entry}


def _moment(document: Json) -> datetime | None:
    at_first = moments(first_text(document, "date"))
    return at_first[0].astimezone(UTC) if at_first else None


def _without_strangers(note: Json, names: OtherNames, links: Mapping[str, str]) -> Json:
    """A note whose author is named in words where nobody has linked them to a record there."""
    kept = copied(note)
    authors = []
    for author in dig(note, "author"):
        if isinstance(author, dict) and set(_unlinked(author, names, links)):
            author = {name: value for name, value in author.items() if name != "reference"}
        authors.append(author)
    kept["author"] = [author for author in authors if author]
    if not kept["author"]:
        del kept["author"]
    return kept


# ---- names here and there


def as_theirs(value: Any, names: OtherNames, links: Mapping[str, str]) -> Any:
    """A copy with the references that the other home has: what `read_as_ours` did, undone."""
    if isinstance(value, list):
        return [as_theirs(item, names, links) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {name: as_theirs(item, names, links) for name, item in value.items()}
    written = copy.get("reference")
    if isinstance(written, str):
        meant = written.means if isinstance(written, Spelled) else written
        bare, _, version = meant.partition("/_history/")
        place = names.place_of(bare) or links.get(bare)
        if place:
            copy["reference"] = f"{place}/_history/{version}" if version else place
    return copy


def _named_here(value: Any) -> Iterator[str]:
    """Every reference in it to a record, without its version."""
    if isinstance(value, list):
        for item in value:
            yield from _named_here(item)
    elif isinstance(value, dict):
        written = value.get("reference")
        if isinstance(written, str) and (target := relative(str(written))):
            yield target
        for item in value.values():
            yield from _named_here(item)


def _unlinked(value: Any, names: OtherNames, links: Mapping[str, str]) -> Iterator[str]:
    return (entry for entry in _named_here(value) if not names.place_of(entry) and entry not in links)


def can_be_told(value: Any, names: OtherNames) -> bool:
    """Whether everything that is referred to can have a name on the other home: it is there, or may have a shadow."""
    return all(names.place_of(entry) or entry.partition("/")[0] in SHADOWED for entry in _named_here(value))
