"""The gather planner: declared needs become one complete set of records, in the best way the server allows.

Ways, best first:

1. `together`: one batch with a filtered search for each *growing* type and one `Patient?_id&_revinclude=…` for all
   *bounded* ones. `_revinclude` truncates silently (HAPI: 1,000 per path, the newest lost, no next, no warning), so a
   path counts only when its completeness is proven: below the cap where the product's cap is known, else equal to a
   `_summary=count` in the same batch. Where the cap is known, growing types that are filtered by nothing but the
   patient come along as well (a search costs HAPI 2 ms, a path 1 ms), and count while they are few. An unproven path is
   searched again by itself, paged to the end.
2. `batch`: one batch, a search each.
3. `searches`: one request each, in one round (the driver bounds how many run at once).

Where the server is known to take an offset (`Capabilities.offset`), what is longer than a page is read to its end in
one more batch, if these pages are proven to be the whole (`fhir/offset.py`); else by `next`, as anywhere.

The records are the same whichever way was taken: filters are evaluated again here, and records are ordered by type and
id. `$everything` never decides (4–8 s, 31 pages, no filter). Each search's `next` is followed; pages may be cut to 10
or 50 without notice. A `next` link that leaves our base is never followed (R8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from carefhir.codes import STEP_KEY
from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.codec import NotJson, encode
from carefhir.fhir.homes import Home
from carefhir.fhir.offset import COUNTED, LongSearch, read_at_once
from carefhir.fhir.outcome import in_words
from carefhir.fhir.pages import EntryAnswer, batch, count_of, read_answers, read_page
from carefhir.fhir.record import Record, references, relative
from carefhir.fhir.retry import retrying
from carefhir.fhir.search import Codes, Follow, Identified, Named, Need, OfEach, Slots, filled, query_text
from carefhir.fhir.unused import Brought, changed_in_meaning, unread
from carefhir.fhir.wire import (
    FHIR_JSON,
    MAIN,
    NO_CACHE,
    Failure,
    Flow,
    Request,
    Response,
    ask,
    exchange,
    get,
    post_search,
)

Way: TypeAlias = Literal["together", "batch", "searches"]

PAGE = "200"
"""Requested, but never relied on: HAPI cuts it to 50, others to 10."""
NOT_ALL = "the server says that it has left some of it out, which we may not see or it could not read"
MOST_PAGES = 2_000
FOLLOWED_AT_ONCE = 50
"""Ids in one search."""
FEW = 50
"""Fewer than this of a growing type are all there are, where a product's cap is known: a site may have set the cap
lower than the product does, but hardly below a page."""
PEOPLE_AT_ONCE = 25
"""People in one search: what there is of each should fit a page of 50."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be seen, and why. It never means "there is none" (R10)."""

    need: str
    type: str
    why: str
    about: tuple[str, ...] = ()
    """`Patient/ID` of everybody whom it concerns; () where that may be anybody."""
    home: str = MAIN
    """The home that did not show it."""
    unlinked: bool = False
    """Whether it is because this person is not linked to a record of that home: then nothing of theirs there is
    seen."""

    in_part: bool = field(default=False, compare=False)
    """Whether the home answered, and something of what it gave cannot be used; else all of it was not seen."""

    @property
    def words(self) -> str:
        """A sentence of its own. What a missing link hides is everything, and is said once."""
        return self.why if self.unlinked else f"{self.type}: {self.why}"

    @property
    def warning(self) -> str:
        """The same as a sentence that stands beside others."""
        return self.why if self.unlinked else f"{self.type} not visible: {self.why}"

    def concerns(self, patient: str) -> bool:
        """Whether something about this person could not be seen."""
        return not self.about or patient in self.about


@dataclass(frozen=True, slots=True)
class Records:
    """What a gather found, by the names of its needs; the same for every way of asking."""

    by_need: Mapping[str, tuple[Record, ...]]
    gaps: tuple[Gap, ...] = ()
    odd: tuple[str, ...] = ()
    way: Way | None = field(default=None, compare=False)
    histories: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    """Every version of some records, by reference, newest first (`Step.history`); where the server does not tell them,
    nothing."""

    def __getitem__(self, need: str) -> tuple[Record, ...]:
        return self.by_need.get(need, ())

    def one(self, need: str) -> Record | None:
        """The only or first record of a need."""
        return next(iter(self[need]), None)

    def visible(self, need: str) -> bool:
        """Whether the server showed us this at all."""
        return all(gap.need != need for gap in self.gaps)

    @property
    def not_visible(self) -> tuple[str, ...]:
        """What could not be seen, and why: a sentence for each type and reason, whatever needs it was asked for by."""
        return tuple(dict.fromkeys(gap.words for gap in self.gaps))

    @property
    def warnings(self) -> tuple[str, ...]:
        """The same as sentences that stand beside others."""
        return tuple(dict.fromkeys(gap.warning for gap in self.gaps))

    def without_gaps_of(self, *needs: str) -> Records:
        """The same records without the gaps of these needs: a step is not told about what only the runner asks for."""
        return replace(self, gaps=tuple(gap for gap in self.gaps if gap.need not in needs))


@dataclass(slots=True)
class _Thread:
    """One search being followed from page to page."""

    need: Need
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    next: str | None = None
    total: int | None = None
    pages: int = 0
    trouble: str | None = None
    withheld: bool = False
    """Whether the server says that it has left something out."""
    links_followed: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)
    included: set[tuple[str, str]] = field(default_factory=set)
    """Type and id of what came along and was not searched for."""
    by_text: dict[bytes, Record] = field(default_factory=dict)
    """By their bytes, the records that this search or another of the same gather has brought."""
    judged: dict[int, tuple[Record, bool]] = field(default_factory=dict)
    """By the identity of a record, which is held with it: whether the need wants it, by our own check."""

    def wants(self, record: Record, slots: Slots) -> bool:
        """Whether the need wants it; worked out once."""
        judged = self.judged.get(id(record))
        if judged is None:
            judged = self.judged[id(record)] = record, self.need.wants(record.json, slots)
        return judged[1]


def best_way(capabilities: Capabilities) -> Way:
    """The best way of those the server states."""
    if not capabilities.batch:
        return "searches"
    return "together" if capabilities.revinclude else "batch"


def gather(
    needs: Sequence[Need], slots: Slots, capabilities: Capabilities, home: Home, *, way: Way | None = None
) -> Flow[Records]:
    """Reads everything the needs declare. Raises `ServerUnreachable` or `ServerUnfit` when a required need fails."""
    asked = [need for need in needs if need.beside is None and need.query(slots) is not None]
    beside = [need for need in needs if need.beside is not None]
    chosen = way or best_way(capabilities)
    by_text: dict[bytes, Record] = {}
    threads = {need.name: _Thread(need, by_text=by_text) for need in asked}
    if not threads:
        return Records({}, way=chosen)
    if chosen == "searches":
        yield from _searched(threads.values(), slots, home)
    else:
        riders = _riders(asked, capabilities) if chosen == "together" else []
        yield from _batched(threads, riders, slots, capabilities, home)
        if capabilities.offset:
            yield from _at_once(threads.values(), slots, home)
    yield from _paged(threads.values(), home)
    _complain(threads.values())
    targets = _targets(threads.values(), slots)
    second = [*_followed(targets), *_neighbors(targets, beside)]
    yield from _asked_next(second, slots, capabilities, home, chosen)
    more = _targets(second, slots)
    third = _followed(more)
    yield from _asked_next(third, slots, capabilities, home, chosen)
    by_need = {name: _kept(thread, slots) for name, thread in threads.items()}
    by_need |= {follow.name: () for follow in (*targets, *more)}
    for thread in (*second, *third):
        by_need[thread.need.name] = _together((*by_need.get(thread.need.name, ()), *_wanted(thread, slots)))
    every = (*threads.values(), *second, *third)
    gaps = tuple(dict.fromkeys(Gap(t.need.name, t.need.type, t.trouble) for t in every if t.trouble))
    gaps += tuple(dict.fromkeys(Gap(t.need.name, t.need.type, NOT_ALL) for t in every if t.withheld))
    gaps += tuple(dict.fromkeys(gap for thread in every for gap in _unused(thread, slots)))
    odd = tuple(sorted({text for thread in every for text in thread.odd}))
    return Records(by_need, gaps, odd, chosen)


def _riders(needs: Iterable[Need], capabilities: Capabilities) -> list[Need]:
    """The needs that may be read together with the patient: the patient, and what is about the patient, stated as
    includable, and bounded, or filtered by nothing else where the cap is known."""
    return [need for need in needs if need.is_patient or _rides(need, capabilities)]


def _rides(need: Need, capabilities: Capabilities) -> bool:
    if need.owner is None or not capabilities.reverse_includes(need.type, need.owner.param):
        return False
    return need.bounded or (capabilities.include_cap is not None and len(need.where) == 1)


def searching(need: Need, slots: Slots, home: Home, *, page: str = PAGE) -> Request:
    """A search by GET, or by POST where it names an identifier that is not one of our opaque keys (R9)."""
    for parameter in need.where:
        if isinstance(parameter, Identified) and not (filled(parameter.slot, slots) or "").startswith(f"{STEP_KEY}|"):
            query = query_text((*(need.query(slots) or ()), ("_count", page)))
            return post_search(need.type, query, home=home.name)
    return get(_target(need, slots, page), home=home.name)


def _target(need: Need, slots: Slots, page: str = PAGE) -> str:
    return f"{_filters(need, slots)}&{query_text((('_count', page),))}"


def _filters(need: Need, slots: Slots) -> str:
    return f"{need.type}?{query_text(need.query(slots) or ())}"


def _first(need: Need, slots: Slots, capabilities: Capabilities) -> str:
    """The first page of a search in a batch; counted, where the rest may then be asked for by offset. What is asked for
    by id is never long, and of several people at once a page is taken: counting would take HAPI four times as long."""
    if any(isinstance(one, OfEach) for one in need.where):
        return _target(need.for_several() if capabilities.slow_for_several else need, slots)
    may_be_long = capabilities.offset and not any(isinstance(one, Named) for one in need.where)
    return f"{_target(need, slots)}&{query_text((COUNTED,))}" if may_be_long else _target(need, slots)


def _searched(threads: Iterable[_Thread], slots: Slots, home: Home) -> Flow[None]:
    chosen = list(threads)
    answers = yield from retrying(exchange(searching(thread.need, slots, home) for thread in chosen))
    for thread, answer in zip(chosen, answers, strict=True):
        _take(thread, answer, home)


def _batched(
    threads: Mapping[str, _Thread], riders: list[Need], slots: Slots, capabilities: Capabilities, home: Home
) -> Flow[None]:
    paths = list(dict.fromkeys((need.type, need.owner.param) for need in riders if need.owner))
    riding = {need.name for need in riders} if paths else set()
    singles = [thread for name, thread in threads.items() if name not in riding]
    targets = [_first(thread.need, slots, capabilities) for thread in singles]
    counted = [path for path in paths if capabilities.include_cap is None]
    patient = slots.get("patient", "").rpartition("/")[2]
    if paths:
        includes = tuple(("_revinclude", f"{type_}:{param}") for type_, param in paths)
        targets.append(f"Patient?{query_text((('_id', patient), ('_count', PAGE), *includes))}")
        targets += [f"{t}?{query_text(((param, f'Patient/{patient}'), ('_summary', 'count')))}" for t, param in counted]
    answers = yield from _send_batch(targets, home)
    if answers is None:
        yield from _searched(threads.values(), slots, home)
        return
    yield from _taken(singles, answers[: len(singles)], slots, home)
    if paths:
        rest = answers[len(singles) :]
        counts = {path: count_of(one.body) for path, one in zip(counted, rest[1:], strict=True)}
        whole = _Thread(Need("patient and neighbors", "Patient", ()), by_text=next(iter(threads.values())).by_text)
        _take(whole, _as_response(rest[0]), home)
        yield from _paged([whole], home)
        unproven = _settle(threads, riders, whole, counts, capabilities, slots)
        yield from _first_pages(unproven, slots, capabilities, home)


def _first_pages(threads: Sequence[_Thread], slots: Slots, capabilities: Capabilities, home: Home) -> Flow[None]:
    """Asks for the first page of each search, in a batch where there are several."""
    targets = [_first(thread.need, slots, capabilities) for thread in threads]
    answers = (yield from _send_batch(targets, home)) if targets and (capabilities.offset or len(targets) > 1) else None
    if answers is None:
        yield from _searched(threads, slots, home)
    else:
        yield from _taken(threads, answers, slots, home)


def _taken(threads: Sequence[_Thread], answers: Sequence[EntryAnswer], slots: Slots, home: Home) -> Flow[None]:
    """Adds the first pages that a batch has brought. What failed, or may have been cut short, is asked again alone."""
    alone = []
    for thread, answer in zip(threads, answers, strict=True):
        if answer.status not in (200, *NOT_GRANTED):
            alone.append(thread)
            continue
        _take(thread, _as_response(answer), home)
        if _perhaps_cut(thread):
            alone.append(thread)
    yield from _searched(alone, slots, home)


NOT_GRANTED = (401, 403, 404)
"""Answers that are the same however often one asks."""


def _perhaps_cut(thread: _Thread) -> bool:
    """Whether the first page looks as if it had been cut where its end was not said: WSO2 ignores `_count` in a batch
    and gives 20 entries without a next link (tried 2026-11). Pages are round numbers."""
    size = len(thread.records) + len(thread.odd)
    return thread.next is None and thread.total is None and 0 < size < int(PAGE) and (size % 10 == 0 or size % 25 == 0)


def _settle(
    threads: Mapping[str, _Thread],
    riders: list[Need],
    whole: _Thread,
    counts: Mapping[tuple[str, str], int | None],
    capabilities: Capabilities,
    slots: Slots,
) -> list[_Thread]:
    """Gives each rider its records if its path is proven complete; returns the others, to be searched by themselves."""
    unproven = []
    for need in riders:
        thread = threads[need.name]
        of_type = {key: record for key, record in whole.records.items() if record.type == need.type}
        tie = need.owner or Named("{patient}")
        mine = {key: record for key, record in of_type.items() if tie.holds(record.json, slots)}
        if need.owner is None:
            proven = len(mine) == 1
        elif capabilities.include_cap is not None:
            proven = len(mine) < (capabilities.include_cap if need.bounded else FEW)
        else:
            proven = counts.get((need.type, need.owner.param)) == len(mine)
        if proven and len(mine) == len(of_type) and not whole.trouble and not whole.withheld:
            thread.records.update(mine)
            thread.odd += whole.odd
        else:
            unproven.append(thread)
    return unproven


def _send_batch(targets: list[str], home: Home) -> Flow[tuple[EntryAnswer, ...] | None]:
    """Sends a batch of reads; None if this server, whatever it states, does not accept it or answers something else:
    then each search is asked by itself, and says what became of it."""
    request = Request(
        "POST",
        "",
        (("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON), NO_CACHE),
        encode(batch(targets)),
        home=home.name,
        repeatable=True,
    )
    answer = yield from retrying(ask(request))
    if isinstance(answer, Failure):
        if answer.kind == "too-large":
            return None
        raise ServerUnreachable(f"reading the patient's records: {in_words(answer)}", sent=answer.sent)
    if answer.status in (401, 429, 503):
        raise ServerUnfit(f"reading the patient's records: {in_words(answer)}")
    try:
        return read_answers(answer.body, len(targets)) if answer.status == 200 else None
    except NotJson:
        return None


def _as_response(answer: EntryAnswer) -> Response:
    return Response(answer.status, {"content-type": FHIR_JSON}, answer.body)


def _take(thread: _Thread, answer: Response | Failure, home: Home) -> None:
    """Adds one page to a search."""
    thread.next = None
    if isinstance(answer, Failure) or answer.status != 200:
        thread.trouble = in_words(answer)
        if isinstance(answer, Failure) and answer.kind != "too-large" and not thread.need.optional:
            raise ServerUnreachable(f"searching {thread.need.type}: {in_words(answer)}", sent=answer.sent)
        return
    try:
        page = read_page(answer.body, home, thread.by_text)
    except NotJson as error:
        thread.trouble = f"{in_words(answer)}; {error}"
        return
    thread.pages += 1
    for record in page.records:
        key = (record.type, record.id)
        if key not in thread.records or _newer(record, thread.records[key]):
            thread.records[key] = record
    thread.total = page.total if page.total is not None else thread.total
    thread.odd += page.odd
    thread.included |= page.included
    thread.withheld |= page.withheld
    if page.next is None:
        return
    target = home.target_of(page.next)
    if target is None:
        thread.trouble = "the next page lies under another base than the server's own, and is not followed"
    elif target in thread.links_followed or thread.pages >= MOST_PAGES:
        thread.trouble = "the server's pages never end"
    else:
        thread.links_followed.add(target)
        thread.next = target


def _newer(record: Record, other: Record) -> bool:
    return record.version.isdigit() and other.version.isdigit() and int(record.version) > int(other.version)


def _paged(threads: Iterable[_Thread], home: Home) -> Flow[None]:
    """Follows every search's next pages, all searches in the same rounds."""
    open_ones = [thread for thread in threads if thread.next]
    while open_ones:
        answers = yield from retrying(exchange(get(thread.next or "", home=home.name) for thread in open_ones))
        for thread, answer in zip(open_ones, answers, strict=True):
            _take(thread, answer, home)
        open_ones = [thread for thread in open_ones if thread.next]


def _at_once(threads: Iterable[_Thread], slots: Slots, home: Home) -> Flow[None]:
    """Reads what is longer than its first page to the end, all pages in one round; what is not proven to be the whole
    keeps its `next`."""
    long = [
        (thread, _long(thread, slots, thread.total))
        for thread in threads
        if thread.next and thread.total is not None and not thread.odd
    ]
    chosen = [(thread, search) for thread, search in long if search.fits]
    if not chosen:
        return
    by_text = chosen[0][0].by_text
    wholes = yield from read_at_once([search for _, search in chosen], home, by_text)
    for (thread, _), pages in zip(chosen, wholes, strict=True):
        if pages:
            thread.records = {(record.type, record.id): record for page in pages for record in page.records}
            thread.withheld |= any(page.withheld for page in pages)
            thread.next = None


def _long(thread: _Thread, slots: Slots, total: int) -> LongSearch:
    coded = any(isinstance(one, Codes) for one in thread.need.where)
    return LongSearch(_filters(thread.need, slots), frozenset(thread.records), total, ordered=not coded)


def _complain(threads: Iterable[_Thread]) -> None:
    """Stops the step if a required need failed, or a search returned fewer than it announced."""
    for thread in threads:
        matching = [record for record in thread.records.values() if record.type == thread.need.type]
        given = len(matching) + len(thread.odd)
        if thread.trouble is None and thread.total is not None and given < thread.total:
            thread.trouble = f"it announced {thread.total} and gave {given}"
        trouble = thread.trouble or (NOT_ALL if thread.withheld else None)
        if trouble and not thread.need.optional:
            raise ServerUnfit(f"searching {thread.need.type}: {trouble}")


def _kept(thread: _Thread, slots: Slots) -> tuple[Record, ...]:
    return () if thread.trouble else _wanted(thread, slots)


def _wanted(thread: _Thread, slots: Slots) -> tuple[Record, ...]:
    """What a search has brought of what was wanted, however far it came."""
    kept = [
        record for record in thread.records.values() if thread.wants(record, slots) and not changed_in_meaning(record)
    ]
    return tuple(sorted(kept, key=lambda record: (record.type, record.id)))


def _unused(thread: _Thread, slots: Slots) -> Iterator[Gap]:
    """Says what a search has brought and nothing can be made of: it is never "none"."""
    searched_for = [record for key, record in thread.records.items() if key not in thread.included]
    brought = Brought(thread.need, searched_for, slots, lambda record: thread.wants(record, slots))
    for remark in (*unread(thread.odd), *brought.remarks()):
        yield Gap(thread.need.name, thread.need.type, remark.words, remark.about, in_part=True)


def _targets(threads: Iterable[_Thread], slots: Slots) -> dict[Follow, list[str]]:
    """What the references of the records that were found lead to: ids in order, by reference."""
    wanted: dict[Follow, set[str]] = {}
    for thread in threads:
        for follow in thread.need.follow:
            ids = wanted.setdefault(follow, set())
            for record in _kept(thread, slots):
                for text in references(record.json, follow.path):
                    target = relative(text)
                    if target and target.startswith(follow.type + "/"):
                        ids.add(target.partition("/")[2])
    return {follow: sorted(ids) for follow, ids in wanted.items()}


def _followed(targets: Mapping[Follow, list[str]]) -> list[_Thread]:
    """The resources that references lead to, by id."""
    return [
        _Thread(
            Need(follow.name, follow.type, (Named(" ".join(f"{follow.type}/{id_}" for id_ in ids)),), optional=True)
        )
        for follow, all_ids in targets.items()
        for ids in _chunks(all_ids)
    ]


def _neighbors(targets: Mapping[Follow, list[str]], beside: Iterable[Need]) -> list[_Thread]:
    """What is asked for about everybody whom a reference leads to."""
    return [
        _Thread(_about(need, [f"{need.beside.type}/{id_}" for id_ in ids]))
        for need in beside
        if need.beside is not None
        for ids in _chunks(targets.get(need.beside, []), PEOPLE_AT_ONCE)
    ]


def _about(need: Need, people: Iterable[str]) -> Need:
    """The need with these people in its slot."""
    slot = " ".join(people)
    return replace(need, where=tuple(replace(one, slot=slot) if isinstance(one, OfEach) else one for one in need.where))


def _asked_next(
    threads: Sequence[_Thread], slots: Slots, capabilities: Capabilities, home: Home, way: Way
) -> Flow[None]:
    """A further stage, in one round."""
    if not threads:
        return
    if way == "searches":
        yield from _searched(threads, slots, home)
    else:
        yield from _first_pages(threads, slots, capabilities, home)
        if capabilities.offset:
            yield from _at_once(threads, slots, home)
    yield from _paged(threads, home)
    _complain(threads)


def _together(records: Iterable[Record]) -> tuple[Record, ...]:
    """The records of several searches, each once, by type and id."""
    by_name = {(record.type, record.id): record for record in records}
    return tuple(by_name[name] for name in sorted(by_name))


def _chunks(ids: list[str], size: int = FOLLOWED_AT_ONCE) -> list[list[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
