"""Probes that write, and clean up after themselves (rule R6). They run only when a person asks for them.

Everything made is about no patient and carries the probe's own identifier and tag. What is made in numbers is marked
`entered-in-error` from the start, the rest in the end; nothing is deleted, because many servers cannot, and carefhir
never does. What has no such status stays, and is named: before anything is sent (`leaves`), and afterward (`Left`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from carefhir.doctor.bench import (
    TRIALS,
    WORDS,
    WRONG,
    Bench,
    creating,
    place_of,
    read,
    said,
    standing,
    standing_of,
    trial_type,
    updating,
    written,
)
from carefhir.doctor.probe import Observed, page_of
from carefhir.doctor.probe_bundles import SIZES, try_bundles
from carefhir.doctor.probe_types import trial_types, try_types
from carefhir.fhir.bundle import tags_of
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.changes import match_query
from carefhir.fhir.codec import Json
from carefhir.fhir.commit import record_of
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.record import Record, codings, first_text
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import FHIR_JSON, Failure, Flow, Request, Response, ask, exchange, get, pause
from carefhir.fhir.withdrawn import WITHOUT_STATUS, withdrawn

ODD = "carefhirNoSuchElement"
RACERS = 6
"""So many conditional creates with one key go out at once."""
SINGLE_TRIALS = 14
"""The most resources that the trials of single resources, linked creates and rollback make."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a trial left on the server: marked as entered in error, or unchanged."""

    marked: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()


def leaves(capabilities: Capabilities, types: Iterable[str] = ()) -> tuple[str, ...]:
    """What trying will leave behind, in words; nothing where nothing can be tried."""
    type_ = trial_type(capabilities)
    if not type_:
        return ()
    most = sum(SIZES) + RACERS + SINGLE_TRIALS
    if type_ == "Task":
        lines = [f"up to {most} Tasks, about nobody, marked entered-in-error: most from the start, the rest at the end"]
    else:
        lines = [f"up to {most} {type_} resources, about nobody, which stay: they have no status"]
    others = [one for one in trial_types(types) if capabilities.can(one, "create")]
    if others:
        lines.append(f"one about nobody, marked entered-in-error from the start, of each: {', '.join(others)}")
    if capabilities.can("Provenance", "create"):
        lines.append("up to 2 Provenances about the first Task or Basic, which stay: a Provenance has no status")
    return tuple(lines)


def try_writes(
    capabilities: Capabilities, home: Home, *, system: str, mark: str, types: Sequence[str] = ()
) -> Flow[tuple[list[Observed], Left, list[Record]]]:
    """Tries what writing relies on, then clears up. `system` names the trial's keys and tags, `mark` this trial,
    `types` what the steps create. Gives what was observed, what was left, and the resources that are there now."""
    type_ = trial_type(capabilities)
    if not type_:
        return [Observed("create", f"what is stated of {' and '.join(TRIALS)}", "neither may be written")], Left(), []
    bench = Bench(type_, home, system, mark)
    observed = yield from _new(bench)
    if bench.first:
        for trial in (_once, _odd, _stale, try_bundles, _race):
            observed += yield from trial(bench)
        if capabilities.can("Provenance", "create"):
            observed += yield from _receipt(bench)
        writable = [one for one in types if capabilities.can(one, "create")]
        observed += yield from try_types(bench, writable)
    left = yield from _cleared(bench)
    return observed, left, list(bench.records.values())


# -- the trials --------------------------------------------------------------------------------------------------------

LATER = (0.0, 1.0, 3.0)
"""Seconds waited, one after the other, for a search to find what was just written."""


def _new(bench: Bench) -> Flow[list[Observed]]:
    """The first create, and whether a search finds it: at once, only past a cache, later, or never."""
    asked = f"search {bench.type} by identifier, create it, search again"
    plain = Request("GET", f"{bench.type}?{bench.match('new')}", (("Accept", FHIR_JSON),), home=bench.home.name)
    yield from ask(plain)
    answer = yield from ask(creating(bench, bench.made("new")))
    again, _ = page_of((yield from ask(plain)), bench.home)
    standing_records: list[Record] | None = []
    for seconds in LATER:
        yield from pause(seconds)
        standing_records = yield from standing(bench, "new")
        if standing_records:
            bench.first = standing_records[0].reference
            bench.wait = sum(LATER[: LATER.index(seconds) + 1])
            return [_found_again(asked, bench.wait, past_cache=not (again and again.records))]
        if not written(answer):
            return [Observed("create", f"POST {bench.type}", in_words(answer), False, value=bench.type)]
    record = yield from _at_its_place(bench, answer)
    if record is None:
        words = f"{said(answer)}, but neither at its place nor by a search is anything to be found"
        return [Observed("create", f"POST {bench.type}", words, False, value=bench.type)]
    bench.first, bench.blind = record.reference, standing_records is not None
    bench.records[record.reference] = record
    if standing_records is None:
        return [Observed("found at once", asked, "no search was answered")]
    words = f"never in {sum(LATER):.0f} s, not even with Cache-Control: no-cache, though it can be read"
    return [Observed("found at once", asked, words, False, value="never")]


def _found_again(asked: str, wait: float, *, past_cache: bool) -> Observed:
    if wait:
        words = f"found only after {wait:.0f} s, even with Cache-Control: no-cache"
        return Observed("found at once", asked, words, False, value="late")
    if past_cache:
        return Observed(
            "found at once",
            asked,
            "found only with Cache-Control: no-cache",
            False,
            value="cured",
        )
    return Observed("found at once", asked, "found", True)


def _at_its_place(bench: Bench, answer: Response | Failure) -> Flow[Record | None]:
    """What a create says it made, read where it says it is."""
    reference = place_of(answer, bench.home)
    return (yield from read(bench, reference)) if reference else None


def _once(bench: Bench) -> Flow[list[Observed]]:
    asked = f"POST {bench.type} twice with the same If-None-Exist"
    answers = []
    for _ in range(2):
        answers.append((yield from ask(creating(bench, bench.made("once"), bench.match("once")))))
        if not written(answers[-1]):
            break
    words = ", then ".join(map(said, answers))
    stand = yield from standing(bench, "once")
    if not stand:
        told = None if stand is None else False
        return [Observed("conditional create", asked, f"{words}; it cannot be found by its identifier", told)]
    holds = len(stand) == 1 and written(answers[-1])
    return [Observed("conditional create", asked, f"{words}; {len(stand)} to be found", holds)]


def _race(bench: Bench) -> Flow[list[Observed]]:
    """Several conditional creates with one key at the same time, and how many were left."""
    asked = f"{RACERS} POSTs of {bench.type} at once with the same If-None-Exist"
    resource = bench.made("race", bench.wrong_from_the_start)
    answers = yield from exchange([creating(bench, resource, bench.match("race"))] * RACERS)
    stand = yield from standing(bench, "race")
    statuses = ", ".join(sorted({str(one.status) if isinstance(one, Response) else "no answer" for one in answers}))
    if not stand:
        return [Observed("race", asked, f"{statuses}; how many were left cannot be told")]
    return [Observed("race", asked, f"{statuses}; {len(stand)} left", len(stand) == 1, value=str(len(stand)))]


def _odd(bench: Bench) -> Flow[list[Observed]]:
    """What a server does to what it receives: an undefined element, a tag, a reference with a version."""
    before = yield from read(bench, bench.first)
    reference = f"{bench.first}/_history/{before.version if before else '1'}"
    asked = f"POST {bench.type} with an undefined element"
    name = "odd"
    resource = bench.made(name, {**bench.link(reference), ODD: "x"})
    answer = yield from ask(creating(bench, resource, bench.match(name)))
    strict = isinstance(answer, Response) and answer.status in (400, 422)
    refused = in_words(answer)
    if strict:
        name = "even"
        resource = bench.made(name, bench.link(reference))
        answer = yield from ask(creating(bench, resource, bench.match(name)))
    stored_records = (yield from standing(bench, name)) or []
    if not stored_records:
        return [Observed("unknown element", asked, in_words(answer))]
    kept = stored_records[0].json
    words = f"{answer.status if isinstance(answer, Response) else 'accepted'}, and it is " + (
        "kept" if ODD in kept else "gone"
    )
    link = first_text(kept, bench.link_path) or "nothing"
    tagged = bench.mark in tags_of(kept, bench.system)
    return [
        Observed("unknown element", asked, refused if strict else words, strict),
        Observed("tag kept", "reading back what was written with a tag", "there" if tagged else "gone", tagged),
        Observed(
            "reference version",
            "reading back a reference that named a version",
            "the version is there" if "/_history/" in link else "the version is gone",
            "/_history/" in link,
        ),
    ]


def _stale(bench: Bench) -> Flow[list[Observed]]:
    asked = f"PUT {bench.type} with If-Match of its version, then again with the same"
    before = yield from read(bench, bench.first)
    if before is None:
        return [Observed("If-Match", asked, "what was written cannot be read")]
    fresh = yield from ask(updating(bench, bench.first, _worded(bench, before, "urgent"), before.version))
    if not written(fresh):
        return [Observed("update", asked, said(fresh), False)]
    stale = yield from ask(updating(bench, bench.first, _worded(bench, before, "asap"), before.version))
    now = yield from read(bench, bench.first)
    words = f"{said(fresh)}, then {said(stale)}"
    if now is None:
        return [Observed("If-Match", asked, f"{words}; what is there cannot be read")]
    if "asap" in str(now.json.get("priority", now.json.get("code"))):
        return [Observed("If-Match", asked, f"{words}, and the stale one was written", False)]
    refused = isinstance(stale, Response) and stale.status in (409, 412)
    bench.stale = before.version if refused else ""
    return [Observed("If-Match", asked, f"{words}, nothing of it was written", refused)]


def _worded(bench: Bench, record: Record, word: str) -> Json:
    more: Json = {"priority": word} if bench.type == "Task" else {"code": {"text": f"{WORDS} ({word})"}}
    return {**record.json, **more}


def _receipt(bench: Bench) -> Flow[list[Observed]]:
    tag = f"{bench.mark}-receipt"
    match = match_query(bench.system, tag, "_tag")
    receipt: Json = {
        "resourceType": "Provenance",
        "meta": {"tag": [{"system": bench.system, "code": tag}]},
        "target": [{"reference": bench.first}],
        "recorded": "2000-01-01T00:00:00Z",
        "agent": [{"who": {"display": "carefhir doctor"}}],
        "reason": [{"text": WORDS}],
    }
    asked = "POST Provenance twice with If-None-Exist by its tag, and search it by that tag"
    answers = []
    for _ in range(2):
        answers.append((yield from ask(creating(bench, receipt, match))))
        if not written(answers[-1]):
            break
    yield from pause(bench.wait)
    words = ", then ".join(map(said, answers))
    page, why = page_of((yield from retrying(ask(get(f"Provenance?{match}", home=bench.home.name)))), bench.home)
    if page is None:
        return [Observed("receipt", asked, f"{words}; {why}", False)]
    receipts = [one for one in page.records if tag in tags_of(one.json, bench.system)]
    bench.receipts.update(dict.fromkeys(one.reference for one in receipts))
    bench.records.update((one.reference, one) for one in receipts)
    words += f"; {len(receipts)} found by tag"
    return [
        Observed("receipt", asked, words, bool(receipts)),
        Observed("receipt once", asked, words, len(receipts) == 1 if receipts and written(answers[-1]) else None),
    ]


# -- clearing up -------------------------------------------------------------------------------------------------------


def _cleared(bench: Bench) -> Flow[Left]:
    """Finds everything of this trial, whatever was answered, and marks what is not yet marked."""
    yield from standing_of(bench, tuple(bench.names), tag=bench.mark)
    unmarked = [one for one in bench.records.values() if one.type == "Task" and not _is_wrong(one)]
    answers = yield from retrying(exchange(get(one.reference, home=bench.home.name) for one in unmarked))
    records = [now for answer in answers if (now := record_of(answer, bench.home))]
    puts = [updating(bench, one.reference, _wrong(one), one.version) for one in records]
    took = yield from exchange(puts)
    again = [
        get(one.reference, home=bench.home.name) for one, answer in zip(records, took, strict=True) if written(answer)
    ]
    for answer in (yield from retrying(exchange(again))):
        now = record_of(answer, bench.home)
        if now is not None:
            bench.records[now.reference] = now
    marked = tuple(one.reference for one in bench.records.values() if _is_wrong(one))
    return Left(marked, tuple(one for one in bench.records if one not in set(marked)))


def _wrong(record: Record) -> Json:
    return {name: value for name, value in record.json.items() if name != ODD} | {"status": WRONG}


def _is_wrong(record: Record) -> bool:
    """Whether a resource says of itself that it was entered in error, in whatever element its type says so."""
    if record.type in WITHOUT_STATUS:
        return withdrawn(record)
    codes = {
        code for path in ("status", "lifecycleStatus", "verificationStatus") for _, code in codings(record.json, path)
    }
    return WRONG in codes
