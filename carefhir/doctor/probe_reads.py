"""Probes of how a server answers, by reading only: GET, POST of a `_search`, POST of a batch of reads (rule R6)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from carefhir.doctor.probe import NOBODY, STRANGER, Observed, page_of, strictly
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.codec import NotJson, decode_object, encode
from carefhir.fhir.gather import PAGE
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.pages import Page, batch, count_of, read_answers
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import (
    FHIR_JSON,
    NO_CACHE,
    Failure,
    Flow,
    Request,
    Response,
    ask,
    exchange,
    get,
    post_search,
    together,
)


def try_reads(
    capabilities: Capabilities, home: Home, *, patient: str = "", riders: Sequence[tuple[str, str]] = (), token: bool
) -> Flow[list[Observed]]:
    """Everything about how a server answers that can be told by reading. `patient` is an id, `riders` are the
    (type, parameter) pairs that would come along with a patient, `token` whether ours is sent at all."""
    flows = (
        _unknown_parameter(home),
        _posted(home),
        _batch(home),
        _cached(home),
        _unauthorized(token),
        _paging(capabilities, home, patient),
        _reverse_include(capabilities, home, patient, riders),
    )
    observed = yield from together([retrying(one) for one in flows])
    return [one for several in observed for one in several]


def _unknown_parameter(home: Home) -> Flow[list[Observed]]:
    asked = "GET Patient?_id=(nobody) with an undefined parameter, also with Prefer: handling=strict"
    target = f"Patient?_id={NOBODY}"
    undefined = f"{target}&carefhir-no-such-parameter=x"
    requests = (get(target, home=home.name), get(undefined, home=home.name), strictly(get(undefined, home=home.name)))
    plain, odd, strict = yield from exchange(requests)
    page, words = page_of(plain, home)
    if page is None:
        return [Observed("unknown parameter", asked, f"without it: {words}")]
    if _passing(odd) or _passing(strict):
        return [Observed("unknown parameter", asked, in_words(odd if _passing(odd) else strict))]
    if isinstance(strict, Response) and strict.status == 200:
        return [Observed("unknown parameter", asked, "200: it ignores what it does not know, also when strict", False)]
    if isinstance(odd, Response) and odd.status == 200:
        words = f"200, and {in_words(strict)} with Prefer: handling=strict"
        return [Observed("unknown parameter", asked, words, True)]
    return [Observed("unknown parameter", asked, in_words(odd), True)]


def _passing(answer: Response | Failure) -> bool:
    return isinstance(answer, Failure) or answer.status >= 500


def _posted(home: Home) -> Flow[list[Observed]]:
    asked = "POST Patient/_search with _id=(nobody) in the body"
    answer = yield from ask(post_search("Patient", f"_id={NOBODY}", home=home.name))
    page, words = page_of(answer, home)
    if page is None:
        shut_out = isinstance(answer, Failure) or answer.status == 401
        return [Observed("POST search", asked, words, None if shut_out else False)]
    if page.records:
        return [
            Observed("POST search", asked, "200 with resources that were not asked for: the body is ignored", False)
        ]
    return [Observed("POST search", asked, "200, no one", True)]


def _batch(home: Home) -> Flow[list[Observed]]:
    asked = "POST a batch Bundle of two searches"
    targets = [f"Patient?_id={NOBODY}", f"Practitioner?_id={NOBODY}"]
    headers = (("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON), NO_CACHE)
    answer = yield from ask(Request("POST", "", headers, encode(batch(targets)), home.name, repeatable=True))
    if isinstance(answer, Failure) or answer.status == 401:
        return [Observed("batch", asked, in_words(answer))]
    if answer.status != 200:
        return [Observed("batch", asked, in_words(answer), False)]
    try:
        entries = read_answers(answer.body, len(targets))
    except NotJson:
        return [Observed("batch", asked, "200, but not the answers to two entries", False)]
    words = " and ".join(str(one.status) for one in entries)
    return [Observed("batch", asked, f"200, the entries {words}", all(one.status == 200 for one in entries))]


def _cached(home: Home) -> Flow[list[Observed]]:
    """A Bundle is made for an answer: the same id and time twice is the same answer twice.

    The search is one that no other probe asks: a fresh answer to it meanwhile would be the one that is repeated."""
    asked = "the same search twice without, then once with Cache-Control: no-cache"
    plain = Request("GET", f"Patient?_id={NOBODY}-again", (("Accept", FHIR_JSON),), home=home.name, repeatable=True)
    first = yield from ask(plain)
    second = yield from ask(plain)
    third = yield from ask(get(plain.target, home=home.name))
    first_bundle, second_bundle, third_bundle = (_made(answer) for answer in (first, second, third))
    if first_bundle is None or second_bundle is None or third_bundle is None:
        return [Observed("search cache", asked, "no Bundles that could be told apart")]
    if first_bundle == second_bundle and second_bundle == third_bundle:
        return [Observed("search cache", asked, "the same Bundle three times, no-cache or not", False, value="stays")]
    if first_bundle == second_bundle:
        return [
            Observed("search cache", asked, "the same Bundle twice; a fresh one with no-cache", False, value="cured")
        ]
    return [Observed("search cache", asked, "a fresh Bundle each time", True)]


def _made(answer: Response | Failure) -> tuple[str, str] | None:
    if isinstance(answer, Failure) or answer.status != 200:
        return None
    try:
        bundle = decode_object(answer.body)
    except NotJson:
        return None
    meta = bundle.get("meta")
    updated = str(meta.get("lastUpdated", "")) if isinstance(meta, dict) else ""
    return (str(bundle.get("id", "")), updated) if bundle.get("id") else None


def _unauthorized(token: bool) -> Flow[list[Observed]]:
    asked = "GET Patient?_id=(nobody) without our token"
    if not token:
        return [Observed("without a token", asked, "no token is set, so every request was one")]
    answer = yield from ask(get(f"Patient?_id={NOBODY}", home=STRANGER))
    if isinstance(answer, Failure):
        return [Observed("without a token", asked, in_words(answer))]
    refused = answer.status in (401, 403)
    challenge = answer.headers.get("www-authenticate", "").partition(" ")[0]
    words = in_words(answer) + (f", challenge {challenge}" if re.fullmatch(r"[A-Za-z]+", challenge) else "")
    return [Observed("without a token", asked, words, refused)]


# -- pages -------------------------------------------------------------------------------------------------------------

_CANDIDATES = "Practitioner Organization Location SearchParameter Questionnaire ValueSet CodeSystem Task Provenance"
"""Types to try paging on, those about no patient first."""


def _paging(capabilities: Capabilities, home: Home, patient: str) -> Flow[list[Observed]]:
    types = [one for one in _CANDIDATES.split() if capabilities.can(one, "search-type")]
    targets = [f"{one}?_count=2" for one in types]
    if patient:
        targets.append(f"Observation?patient=Patient/{patient}&_count=2")
    answers = yield from exchange(get(one, home=home.name) for one in targets)
    for target, answer in zip(targets, answers, strict=True):
        page, _ = page_of(answer, home)
        if page is not None and page.next is not None:
            followed = yield from _followed(target, page, home)
            return [*followed, *(yield from paged_in_batch(target.partition("&")[0].replace("?_count=2", ""), home))]
        if page is not None and len(page.records) > 2:
            words = f"{len(page.records)} at once and no next link: it ignores _count"
            return [Observed("paging", f"GET {_named(target)}, two a page", words, None)]
    return [Observed("paging", "lists, two a page", "nothing to turn: no list of more than two was found")]


def _followed(target: str, page: Page, home: Home) -> Flow[list[Observed]]:
    asked = f"GET {_named(target)}, two a page, and its next link"
    there, base = home.target_of(page.next or ""), ""
    if there is None:
        base = _base_of(page.next or "", target.partition("?")[0])
        there = Home(home.base, home.name, (base,)).target_of(page.next or "") if base else None
    many = target.replace("_count=2", f"_count={PAGE}")
    count = re.sub(r"_count=2", "_summary=count", target)
    requests = [get(many, home=home.name), get(count, home=home.name)]
    if there is not None:
        requests.append(get(there, home=home.name))
    whole, counted, *second = yield from exchange(requests)
    observed = [_turned(asked, page, second[0] if second else None, base, home)]
    observed.append(_cut(f"GET {_named(target)}, {PAGE} a page", whole, home))
    total = count_of(counted.body) if isinstance(counted, Response) and counted.status == 200 else None
    answered = "a total" if total is not None else in_words(counted) + ", no total"
    observed.append(Observed("counting", f"GET {_named(target)} with _summary=count", answered, total is not None))
    return observed


def _turned(asked: str, first: Page, answer: Response | Failure | None, base: str, home: Home) -> Observed:
    if answer is None:
        return Observed("paging", asked, "the link leads to another server, and not to a page of this one", False)
    second, words = page_of(answer, home)
    where = f" (the link names {base})" if base else ""
    if second is None:
        return Observed("paging", asked, f"next page: {words}{where}", False, value=base)
    if {one.reference for one in first.records} & {one.reference for one in second.records}:
        return Observed("paging", asked, f"the next page repeats the first{where}", False, value=base)
    if base:
        return Observed("paging", asked, f"a next page, under another base: {base}", False, value=base)
    return Observed("paging", asked, "a next page with others on it", True)


def paged_in_batch(target: str, home: Home) -> Flow[list[Observed]]:
    """A search of a few a page, by itself and inside a batch: whether the batch honors `_count` and gives a next link.

    WSO2 FHIR 1.0 gives 20 entries in a batch whatever is asked, without a next link: a longer list looks complete."""
    small = f"{target}{'&' if '?' in target else '?'}_count={FEW}"
    asked = f"POST a batch of GET {_named(target)}, {FEW} a page, and the same by itself"
    headers = (("Accept", FHIR_JSON), ("Content-Type", FHIR_JSON), NO_CACHE)
    wrapped = Request("POST", "", headers, encode(batch([small])), home.name, repeatable=True)
    alone, together_ = yield from exchange((get(small, home=home.name), wrapped))
    first, words = page_of(alone, home)
    if first is None or first.next is None:
        return [Observed("paged batch", asked, f"by itself: {words or 'one page, so nothing to turn'}")]
    inside, words = _only_page(together_, home)
    if inside is None:
        return [Observed("paged batch", asked, words)]
    counts = f"{len(inside.records)} and {'a' if inside.next else 'no'} next link"
    if inside.next is not None:
        return [Observed("paged batch", asked, counts, True)]
    return [Observed("paged batch", asked, f"{counts}, though there are more than {len(first.records)}", False)]


FEW = 2
"""Results a page where pages are tried."""


def _only_page(answer: Response | Failure, home: Home) -> tuple[Page | None, str]:
    """The page in a batch of one search, or why there is none, in words."""
    if isinstance(answer, Failure) or answer.status != 200:
        return None, in_words(answer)
    try:
        (entry,) = read_answers(answer.body, 1)
    except NotJson:
        return None, "200, but not the answer to one entry"
    return page_of(Response(entry.status, {"content-type": FHIR_JSON}, entry.body), home)


def _cut(asked: str, answer: Response | Failure, home: Home) -> Observed:
    page, words = page_of(answer, home)
    if page is None:
        return Observed("page size", asked, words)
    if page.next is None and len(page.records) < int(PAGE):
        return Observed("page size", asked, f"all {len(page.records)} at once, too few to tell")
    if page.next is None or len(page.records) == int(PAGE):
        return Observed("page size", asked, f"{len(page.records)} at once", True)
    return Observed("page size", asked, f"{len(page.records)}, and a next link", False, value=str(len(page.records)))


def _base_of(url: str, type_: str) -> str:
    """The base a link was made from; "" where that cannot be seen."""
    base = re.sub(rf"/{type_}(/_search)?/?$", "", url.partition("?")[0])
    return base.rstrip("/") if re.match(r"https?://[^/@]+", base) else ""


def _named(target: str) -> str:
    """A target without values."""
    path, _, query = target.partition("?")
    names = [one.partition("=")[0] for one in query.split("&") if one and not one.startswith("_count")]
    return f"{path} by {' and '.join(names)}" if names else path


# -- what comes along with a patient -----------------------------------------------------------------------------------


def _reverse_include(
    capabilities: Capabilities, home: Home, patient: str, riders: Sequence[tuple[str, str]]
) -> Flow[list[Observed]]:
    paths = [one for one in dict.fromkeys(riders) if capabilities.reverse_includes(*one)]
    named = ", ".join(type_ for type_, _ in paths)
    asked = "GET Patient by _id with _revinclude of each, against _summary=count of each"
    if not paths:
        return [Observed("reverse include", asked, "not stated for any type we would ask for")]
    if not patient:
        return [Observed("reverse include", asked, f"stated for {named}; not tried without --patient")]
    includes = "".join(f"&_revinclude={type_}:{param}" for type_, param in paths)
    counts = [get(f"{type_}?{param}=Patient/{patient}&_summary=count", home=home.name) for type_, param in paths]
    whole, *counted = yield from exchange(
        (get(f"Patient?_id={patient}&_count={PAGE}{includes}", home=home.name), *counts)
    )
    page, words = page_of(whole, home)
    if page is None:
        refused = isinstance(whole, Response) and 400 <= whole.status < 500
        return [Observed("reverse include", asked, words, False, value="refused" if refused else "")]
    if not any(one.type == "Patient" for one in page.records):
        return [Observed("reverse include", asked, "the patient named by --patient is not there to be read")]
    lines, short, untold = [], False, False
    for (type_, _), answer in zip(paths, counted, strict=True):
        came = sum(one.type == type_ for one in page.records)
        there = count_of(answer.body) if isinstance(answer, Response) and answer.status == 200 else None
        lines.append(f"{type_} {came} of {'?' if there is None else there}")
        short, untold = short or (there is not None and came < there), untold or there is None
    return [Observed("reverse include", asked, ", ".join(lines), False if short else None if untold else True)]
