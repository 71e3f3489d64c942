"""Probes that write, and clean up after themselves (rule R6). They run only when a person asks for them.

Everything made is about no patient, has status `draft`, and carries the probe's own identifier and tag. In the end each
resource is marked `entered-in-error`; nothing is deleted, because many servers cannot, and carefhir never does. What
has no such status stays, and is named: before anything is sent (`leaves`), and afterward (`Left`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from carefhir.doctor.probe import Observed, page_of
from carefhir.fhir.bundle import tags_of
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.changes import derived, match_query
from carefhir.fhir.codec import Json, NotJson, encode
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.pages import read_answers
from carefhir.fhir.record import Record, dig, first_text
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import FHIR_JSON, Failure, Flow, Request, Response, ask, exchange, get

WORDS = "carefhir doctor: a trial of this server, about nobody; may be ignored"
ODD = "carefhirNoSuchElement"

TRIALS: Mapping[str, Json] = {
    "Task": {"status": "draft", "intent": "proposal", "description": WORDS},
    "Basic": {"code": {"text": WORDS}},
}
"""Types to try with, best first: no patient needed, an identifier, and (Task) a status `entered-in-error`."""

_LINK = {"Task": "focus", "Basic": "subject"}
_KEYS = ("once", "odd", "even", "rolled back", "linked", "linking", "doomed", "new")


@dataclass(frozen=True, slots=True)
class Left:
    """What a trial left on the server: marked as entered in error, or unchanged."""

    marked: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()


@dataclass(slots=True)
class _Bench:
    """One trial: what is made, under which keys, and what came of it."""

    type: str
    home: Home
    system: str
    mark: str
    first: str = ""
    stale: str = ""
    receipts: dict[str, None] = field(default_factory=dict)

    def key(self, name: str) -> str:
        return f"{self.mark}-{_KEYS.index(name)}"

    def match(self, name: str) -> str:
        return match_query(self.system, self.key(name))

    def made(self, name: str, **more: object) -> Json:
        tag = {"system": self.system, "code": self.mark}
        identifier = {"system": self.system, "value": self.key(name)}
        return {
            "resourceType": self.type,
            "meta": {"tag": [tag]},
            "identifier": [identifier],
            **TRIALS[self.type],
            **more,
        }

    def link(self, reference: str) -> dict[str, object]:
        return {_LINK[self.type]: {"reference": reference}}

    def carried(self, record: Record, name: str) -> bool:
        return record.type == self.type and self.key(name) in dig(record.json, "identifier.value")


def trial_type(capabilities: Capabilities) -> str:
    """The type to try with: the first that the server says it takes; "" if there is none."""
    writable = (one for one in TRIALS if capabilities.can(one, "create") and capabilities.can(one, "update"))
    return next(writable, "")


def leaves(capabilities: Capabilities) -> tuple[str, ...]:
    """What trying will leave behind, in words; nothing where nothing can be tried."""
    type_ = trial_type(capabilities)
    if not type_:
        return ()
    if type_ == "Task":
        lines = ["up to 9 Tasks of status draft, about nobody, each marked entered-in-error at the end"]
    else:
        lines = [f"up to 9 {type_} resources, about nobody, which stay: they have no status"]
    if capabilities.can("Provenance", "create"):
        lines.append("up to 2 Provenances about the first of them, which stay: a Provenance has no status")
    return tuple(lines)


def try_writes(capabilities: Capabilities, home: Home, system: str, mark: str) -> Flow[tuple[list[Observed], Left]]:
    """Tries what writing relies on, then clears up. `system` names the trial's keys and tags, `mark` this trial."""
    type_ = trial_type(capabilities)
    if not type_:
        return [Observed("create", f"what is stated of {' and '.join(TRIALS)}", "neither may be written")], Left()
    bench = _Bench(type_, home, system, mark)
    observed = yield from _once(bench)
    if bench.first:
        for trial in (_odd, _stale, _rolled_back, _new):
            observed += yield from trial(bench)
        if capabilities.can("Provenance", "create"):
            observed += yield from _receipt(bench)
    return observed, (yield from _cleared(bench))


# -- the trials --------------------------------------------------------------------------------------------------------


def _once(bench: _Bench) -> Flow[list[Observed]]:
    asked = f"POST {bench.type} twice with the same If-None-Exist"
    answers = []
    for _ in range(2):
        answers.append((yield from _post(bench, bench.made("once"), bench.match("once"))))
        if not _written(answers[-1]):
            break
    stand = yield from _standing(bench, "once")
    if not _written(answers[0]):
        return [Observed("create", f"POST {bench.type}", in_words(answers[0]), False, bench.type)]
    words = ", then ".join(in_words(one).removeprefix("the server answered ") for one in answers)
    if stand is None or not stand:
        place = "and it cannot be found by its identifier"
        return [Observed("conditional create", asked, f"{words}; {place}", False)]
    bench.first = stand[0].reference
    holds = len(stand) == 1 and _written(answers[-1])
    return [Observed("conditional create", asked, f"{words}; {len(stand)} to be found", holds)]


def _odd(bench: _Bench) -> Flow[list[Observed]]:
    """What a server does to what it receives: an undefined element, a tag, a reference with a version."""
    before = yield from _read(bench, bench.first)
    reference = f"{bench.first}/_history/{before.version if before else '1'}"
    asked = f"POST {bench.type} with an undefined element"
    name = "odd"
    answer = yield from _post(bench, bench.made("odd", **bench.link(reference), **{ODD: "x"}))
    strict = isinstance(answer, Response) and answer.status in (400, 422)
    refused = in_words(answer)
    if strict:
        name = "even"
        answer = yield from _post(bench, bench.made("even", **bench.link(reference)))
    stored_records = (yield from _standing(bench, name)) or []
    if not stored_records:
        return [Observed("unknown element", asked, in_words(answer))]
    kept = stored_records[0].json
    words = f"{answer.status if isinstance(answer, Response) else 'accepted'}, and it is " + (
        "kept" if ODD in kept else "gone"
    )
    link = first_text(kept, f"{_LINK[bench.type]}.reference") or "nothing"
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


def _stale(bench: _Bench) -> Flow[list[Observed]]:
    asked = f"PUT {bench.type} with If-Match of its version, then again with the same"
    before = yield from _read(bench, bench.first)
    if before is None:
        return [Observed("If-Match", asked, "what was written cannot be read")]
    words = []
    for priority in ("urgent", "asap"):
        more = {"priority": priority} if bench.type == "Task" else {"code": {"text": f"{WORDS} ({priority})"}}
        answer = yield from _put(bench, bench.first, {**before.json, **more}, before.version)
        words.append(in_words(answer).removeprefix("the server answered "))
        if priority == "urgent" and not _written(answer):
            return [Observed("update", asked, words[0], False)]
    holds = False if _written(answer) else isinstance(answer, Response) and answer.status in (409, 412)
    bench.stale = before.version if holds else ""
    return [Observed("If-Match", asked, ", then ".join(words), holds)]


def _rolled_back(bench: _Bench) -> Flow[list[Observed]]:
    """Two linked creates in one transaction; then one with a create and an amendment that must fail."""
    asked = "POST a transaction of two linked creates, then one of a create and a write that must fail"
    urn = f"urn:uuid:{_urn(bench, 1)}"
    good = [
        _entry(bench, "linked", urn),
        _entry(bench, "linking", f"urn:uuid:{_urn(bench, 2)}", **bench.link(urn)),
    ]
    answer = yield from _transaction(bench, good)
    if isinstance(answer, Failure) or answer.status != 200 or not _all_written(answer, 2):
        return [Observed("transaction", asked, in_words(answer), None if isinstance(answer, Failure) else False)]
    targets, sources = (yield from _standing(bench, "linked")) or [], (yield from _standing(bench, "linking")) or []
    linked = (
        bool(targets and sources)
        and first_text(sources[0].json, f"{_LINK[bench.type]}.reference") == targets[0].reference
    )
    if not linked:
        return [Observed("transaction", asked, "200, but the link between the two is not to be found", False)]
    bad = yield from _doomed(bench)
    failing = yield from _transaction(bench, [_entry(bench, "rolled back", f"urn:uuid:{_urn(bench, 3)}"), bad])
    if isinstance(failing, Response) and failing.status == 200:
        words = "200 and linked; and 200 for one that should have failed"
        return [Observed("transaction", asked, words, False if bench.stale else None)]
    stands = yield from _standing(bench, "rolled back")
    words = f"200 and linked, then {in_words(failing).removeprefix('the server answered ')}"
    if stands is None:
        return [Observed("transaction", asked, words)]
    what = "but its create was kept" if stands else "nothing of it was kept"
    return [Observed("transaction", asked, f"{words}, {what}", not stands)]


def _doomed(bench: _Bench) -> Flow[Json]:
    """An entry that must fail: an amendment of a version long gone; where nobody looks at versions, a link to a
    resource that cannot be found."""
    now = (yield from _read(bench, bench.first)) if bench.stale else None
    if now is None:
        nowhere = f"{bench.type}?{match_query(bench.system, bench.mark + '-nowhere')}"
        return _entry(bench, "doomed", f"urn:uuid:{_urn(bench, 4)}", **bench.link(nowhere))
    request = {"method": "PUT", "url": bench.first, "ifMatch": f'W/"{bench.stale}"'}
    return {"resource": now.json, "request": request}


def _urn(bench: _Bench, number: int) -> str:
    return derived("probe", bench.mark, number)


def _new(bench: _Bench) -> Flow[list[Observed]]:
    asked = f"search {bench.type} by identifier, create it, search again"
    plain = Request("GET", f"{bench.type}?{bench.match('new')}", (("Accept", FHIR_JSON),), home=bench.home.name)
    yield from ask(plain)
    yield from _post(bench, bench.made("new"))
    again, _ = page_of((yield from ask(plain)), bench.home)
    fresh = yield from _standing(bench, "new")
    if again is None or fresh is None:
        return [Observed("found at once", asked, "no search was answered")]
    if not fresh:
        return [Observed("found at once", asked, "not found, not even with Cache-Control: no-cache", False, "late")]
    if again.records:
        return [Observed("found at once", asked, "found", True)]
    return [Observed("found at once", asked, "found only with Cache-Control: no-cache", False, "cured")]


def _receipt(bench: _Bench) -> Flow[list[Observed]]:
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
        answers.append((yield from _post(bench, receipt, match)))
        if not _written(answers[-1]):
            break
    words = ", then ".join(in_words(one).removeprefix("the server answered ") for one in answers)
    page, why = page_of((yield from retrying(ask(get(f"Provenance?{match}", home=bench.home.name)))), bench.home)
    if page is None:
        return [Observed("receipt", asked, f"{words}; {why}", False)]
    receipts = [one for one in page.records if tag in tags_of(one.json, bench.system)]
    bench.receipts.update(dict.fromkeys(one.reference for one in receipts))
    words += f"; {len(receipts)} found by tag"
    return [
        Observed("receipt", asked, words, bool(receipts)),
        Observed("receipt once", asked, words, len(receipts) == 1 if receipts and _written(answers[-1]) else None),
    ]


# -- clearing up -------------------------------------------------------------------------------------------------------


def _cleared(bench: _Bench) -> Flow[Left]:
    """Finds everything with our keys, whatever was answered, and marks it as entered in error."""
    marked: list[str] = []
    standing = list(bench.receipts)
    for name in _KEYS:
        for record in (yield from _standing(bench, name)) or ():
            wrong = {**record.json, "status": "entered-in-error"}
            wrong.pop(ODD, None)
            answer = (yield from _put(bench, record.reference, wrong, record.version)) if bench.type == "Task" else None
            (marked if answer is not None and _written(answer) else standing).append(record.reference)
    return Left(tuple(marked), tuple(standing))


# -- sending -----------------------------------------------------------------------------------------------------------

_HEADERS = (("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON))


def _post(bench: _Bench, resource: Json, match: str = "") -> Flow[Response | Failure]:
    headers = (*_HEADERS, ("If-None-Exist", match)) if match else _HEADERS
    return (yield from ask(Request("POST", str(resource["resourceType"]), headers, encode(resource), bench.home.name)))


def _put(bench: _Bench, reference: str, resource: Json, version: str) -> Flow[Response | Failure]:
    headers = (*_HEADERS, ("If-Match", f'W/"{version}"'))
    return (yield from ask(Request("PUT", reference, headers, encode(resource), bench.home.name)))


def _transaction(bench: _Bench, entries: Iterable[Json]) -> Flow[Response | Failure]:
    body = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
    return (yield from ask(Request("POST", "", _HEADERS, encode(body), bench.home.name)))


def _entry(bench: _Bench, name: str, urn: str, **more: object) -> Json:
    request = {"method": "POST", "url": bench.type, "ifNoneExist": bench.match(name)}
    return {"fullUrl": urn, "resource": bench.made(name, **more), "request": request}


def _written(answer: Response | Failure) -> bool:
    return isinstance(answer, Response) and answer.status in (200, 201)


def _all_written(answer: Response, expected: int) -> bool:
    try:
        return all(200 <= one.status < 300 for one in read_answers(answer.body, expected))
    except NotJson:
        return False


def _standing(bench: _Bench, name: str) -> Flow[list[Record] | None]:
    """The resources with a key now; None if the server does not say."""
    answer = yield from retrying(ask(get(f"{bench.type}?{bench.match(name)}", home=bench.home.name)))
    page, _ = page_of(answer, bench.home)
    return None if page is None else [one for one in page.records if bench.carried(one, name)]


def _read(bench: _Bench, reference: str) -> Flow[Record | None]:
    (answer,) = yield from retrying(exchange((get(reference, home=bench.home.name),)))
    if isinstance(answer, Failure) or answer.status != 200:
        return None
    try:
        return Record(answer.body, home=bench.home.name, bases=bench.home.bases)
    except NotJson:
        return None
