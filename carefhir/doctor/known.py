"""Tries each search against a record that it must find, because the record was read or written before (rule R6).

A search about nobody that finds nothing proves little: WSO2 FHIR 1.0 answers `Encounter?identifier` with 200 and never
finds anything, and "nothing" is then read as "none". What was read is compared and forgotten; only types and parameter
names are reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from carefhir.codes import BASE
from carefhir.doctor.probe import SearchSeen, Shape, page_of, shape, strictly
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.gather import PAGE, searching
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record, codings, dig, first_text, moments, references, relative
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import (
    Canonical,
    Filter,
    Identified,
    Named,
    Need,
    Of,
    OfEach,
    Since,
    Slots,
    Tagged,
    query_text,
)
from carefhir.fhir.wire import Failure, Flow, Request, Response, exchange, get

NOT_ABOUT_PATIENTS = ("Practitioner", "PractitionerRole", "Organization", "Questionnaire", "Medication")
"""Types of which one may be read without naming a patient."""
MOST_PAGES_TURNED = 5

Known: TypeAlias = tuple[Need, Slots, Record]
"""A search, the values to ask with, and the record that it must find."""


def some_records(
    asked: Sequence[tuple[Need, Slots]], capabilities: Capabilities, home: Home, *, patient: str
) -> Flow[list[Record]]:
    """Reads a few records to search for: of types about no patient and, where a patient is named, theirs by another
    parameter than the steps use. `patient` is `Patient/ID` or empty."""
    types = list(dict.fromkeys(need.type for need, _ in asked))
    targets = [f"{one}?_count=2" for one in types if one in NOT_ABOUT_PATIENTS]
    if patient:
        others = [one for one in types if "subject" in capabilities.of(one).parameters]
        targets += [f"{one}?subject={patient}&_count=2" for one in others]
        rest = [one for one in types if one not in others and capabilities.reverse_includes(one, "patient")]
        beside = "".join(f"&_revinclude={one}:patient" for one in rest)
        targets.append(f"Patient?_id={patient.partition('/')[2]}{beside}")
    answers = yield from retrying(exchange(get(one, home=home.name) for one in targets))
    pages = [page_of(one, home)[0] for one in answers]
    return [record for page in pages if page is not None for record in page.records]


def try_known(
    asked: Sequence[tuple[Need, Slots]],
    records: Sequence[Record],
    searches: Mapping[Shape, SearchSeen],
    home: Home,
) -> Flow[dict[Shape, SearchSeen]]:
    """The searches again, now against a record that each must find; what has no such record stays "not tried"."""
    open_ones = [one for one in asked if searches[shape(one[0])].meaning in ("answered", "not told")]
    known_records = [pair for need, slots in open_ones if (pair := _known(need, slots, records))]
    requests = [strictly(_request(need, slots, home)) for need, slots, _ in known_records]
    answers = yield from retrying(exchange(requests))
    result = dict(searches)
    for pair, answer in zip(known_records, answers, strict=True):
        is_found = yield from _finds(pair, answer, home)
        search = searches[shape(pair[0])]
        if is_found:
            result[shape(pair[0])] = replace(search, answer="answered", meaning="answered", proof="finds")
        elif is_found is False:
            words = f"200, and not a {pair[0].type} that is there and has what was searched for"
            result[shape(pair[0])] = replace(search, answer=words, meaning="never finds")
    return result


def _request(need: Need, slots: Slots, home: Home) -> Request:
    """The search as a run sends it: by GET where it names a key of ours, else as `searching` does (rule R9)."""
    keys = [one.query(slots) or "" for one in need.where if isinstance(one, Identified)]
    if keys and all(one.startswith(f"{BASE}/sid/") for one in keys):
        return get(f"{need.type}?{query_text((*(need.query(slots) or ()), ('_count', PAGE)))}", home=home.name)
    return searching(need, slots, home)


def _finds(pair: Known, answer: Response | Failure, home: Home) -> Flow[bool | None]:
    """Whether the record is in the answer or on a further page; None where that cannot be told."""
    need, slots, record = pair
    for _ in range(MOST_PAGES_TURNED):
        page, _words = page_of(answer, home)
        if page is None:
            return None
        if any(one.reference == record.reference for one in page.records):
            return True
        target = home.target_of(page.next) if page.next else None
        if page.next and target is None:
            return None
        if target is None:
            return (yield from _missed(need, slots, record, home))
        (answer,) = yield from retrying(exchange((get(target, home=home.name),)))
    return None


def _missed(need: Need, slots: Slots, record: Record, home: Home) -> Flow[bool | None]:
    """False where the record is still there and still has what was searched for; it may have been changed meanwhile."""
    (answer,) = yield from retrying(exchange((get(record.reference, home=home.name),)))
    if isinstance(answer, Failure) or answer.status != 200:
        return None
    now = Record(answer.body, home=home.name, bases=home.bases, others=home.others)
    return False if need.wants(now.json, slots) else None


def _known(need: Need, slots: Slots, records: Iterable[Record]) -> Known | None:
    """The first record that the need wants once its slots are filled from it; any tag of a record will do."""
    need = replace(need, where=tuple(Tagged("{key}") if isinstance(one, Tagged) else one for one in need.where))
    for record in records:
        if record.type != need.type:
            continue
        filled_from = {**slots, **_values(need.where, record)}
        if need.wants(record.json, filled_from):
            return need, filled_from, record
    return None


def _values(where: Sequence[Filter], record: Record) -> dict[str, str]:
    """Values for the slots of a need, from a record."""
    values: dict[str, str] = {}
    for filter_ in where:
        slot, value = _value(filter_, record)
        if slot and value:
            values[slot] = value
    return values


def _value(filter_: Filter, record: Record) -> tuple[str, str]:
    """The slot of a filter, and what a record has for it; ("", "") where the filter has none."""
    match filter_:
        case Of() | OfEach():
            return _slot(filter_.slot), next(filter(None, map(relative, references(record.json, filter_.path))), "")
        case Named():
            return _slot(filter_.slot), record.reference
        case Identified():
            return _slot(filter_.slot), _identifier(record, filter_.path)
        case Tagged():
            return _slot(filter_.slot), next(
                (f"{system}|{code}" for system, code in codings(record.json, "meta.tag")), ""
            )
        case Canonical():
            return _slot(filter_.slot), first_text(record.json, "url") or ""
        case Since():
            return "today", _day(record, filter_.paths)
    return "", ""


def _slot(text: str) -> str:
    """The name of the slot that a text is; "" where it is more or less than one."""
    return text[1:-1] if text.startswith("{") and text.endswith("}") and text.count("{") == 1 else ""


def _identifier(record: Record, path: str) -> str:
    pairs = ((one.get("system"), one.get("value")) for one in dig(record.json, path) if isinstance(one, dict))
    return next((f"{system}|{value}" for system, value in pairs if system and value), "")


def _day(record: Record, paths: Iterable[str]) -> str:
    """The day of a record, so that a search since some days before it must find it."""
    texts = (text for path in paths for one in dig(record.json, path) for text in _texts(one))
    spans = filter(None, map(moments, texts))
    return next((start.date().isoformat() for start, _ in spans), "")


def _texts(value: object) -> list[str]:
    parts = [value.get("end"), value.get("start")] if isinstance(value, dict) else [value]
    return [one for one in parts if isinstance(one, str)]
