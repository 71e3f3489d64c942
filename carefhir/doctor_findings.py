"""What was found, one thing at a time: what was asked, what was answered, what follows, and what to ask a vendor.

The words are a table. A finding says what a person who runs the interface can act on; what is in order is short.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from carefhir.fhir.capability import Capabilities
from carefhir.fhir.probe import Found, Observed, Probes, SearchSeen, Shape
from carefhir.steps import AnyStep

Weight: TypeAlias = Literal["refused", "degraded", "to know", "in order", "not told"]
ORDER: tuple[Weight, ...] = ("refused", "degraded", "to know", "not told", "in order")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found."""

    name: str
    weight: Weight
    title: str
    asked: str
    answered: str
    follows: str
    vendor: str = ""
    in_short: str = ""
    """For the verdict, of what is refused."""


STATEMENT = "GET metadata (the CapabilityStatement)"


@dataclass(frozen=True, slots=True)
class _Words:
    """What a probe means when it does not hold."""

    weight: Weight
    title: str
    follows: str
    vendor: str = ""
    fine: str = ""
    """Its title when it holds."""


WORDS: dict[str, _Words] = {
    "unknown parameter": _Words(
        "to know",
        "Search parameters it does not know are ignored, without a word",
        "every answer is filtered again here; a search it cannot do costs time, and is never believed",
        "strict handling by default, or on Prefer: handling=strict (hl7.org/fhir/R4/search.html#errors)",
        "Unknown search parameters are refused",
    ),
    "POST search": _Words(
        "degraded",
        "POST _search is not answered",
        "searches by identifiers of other systems must not stand in a URL and cannot be asked: what is named alike is "
        "not seen",
        "POST [type]/_search (hl7.org/fhir/R4/http.html#search): identifiers do not belong into URLs and access logs",
        "POST _search works",
    ),
    "batch": _Words(
        "degraded",
        "Batches are not taken",
        "searches run side by side, a few at a time: more requests, nothing lost",
        "batch Bundles of searches, for one request instead of some twenty",
        "Batches work",
    ),
    "search cache": _Words(
        "to know",
        "Searches are answered from a cache",
        "every read asks for no cache, so nothing is stale here; other clients of this server may see old lists",
        "how long searches are repeated, and that Cache-Control: no-cache stays honoured",
        "No sign of a search cache (--probe-writes tells for sure)",
    ),
    "without a token": _Words(
        "to know",
        "Requests without a token are answered",
        "carefhir sends its token all the same; who else reaches this base reads as well",
        "whether this base is meant to be open",
        "Without a token nothing is answered",
    ),
    "paging": _Words(
        "degraded",
        "The next page cannot be had by its link",
        "what is longer than a page cannot be read to its end: the search fails, and its step with it",
        "next links under the base that clients call (X-Forwarded headers, or the server's base setting)",
        "Pages can be turned",
    ),
    "page size": _Words(
        "to know",
        "Pages are cut",
        "next is followed to the end: more requests for long lists, nothing lost",
        fine="Pages as large as asked for",
    ),
    "counting": _Words(
        "to know",
        "_summary=count gives no total",
        "lists that come along with a patient cannot be proven complete, and are searched again",
        "_summary=count (hl7.org/fhir/R4/search.html#summary)",
        "_summary=count works",
    ),
    "reverse include": _Words(
        "to know",
        "_revinclude does not bring everything",
        "it is counted every time; what is short is searched again, so nothing is lost",
        "whether there is a cap on _revinclude, and at how many",
        "_revinclude is complete for this patient",
    ),
    "clock": _Words(
        "to know",
        "The clocks are apart",
        "times written by us and _lastUpdated of the server cannot be compared; due dates are ours",
        "a synchronized clock (NTP), there or here",
        "The clocks agree",
    ),
    "create": _Words("refused", "Nothing could be created for a trial", "whether writes hold is not known"),
    "update": _Words("degraded", "A resource of our own could not be amended", "amendments will fail, nothing is lost"),
    "conditional create": _Words(
        "degraded",
        "A conditional create does not hold",
        "single writes, searched by key before and after; a duplicate is named, never retried",
        "If-None-Exist on create (hl7.org/fhir/R4/http.html#ccreate), also for a repeat a moment later",
        "Conditional creates hold",
    ),
    "If-Match": _Words(
        "degraded",
        "If-Match is not looked at",
        "the version is compared just before writing: another system's change in that moment can be lost",
        "If-Match on update, answered 412 (or 409) when stale (hl7.org/fhir/R4/http.html#concurrency)",
        "If-Match protects against lost updates",
    ),
    "transaction": _Words(
        "degraded",
        "Transactions do not hold",
        "single writes, receipt last, resumable: the result lists what was and was not written",
        "transaction Bundles, all or nothing, with ifMatch and ifNoneExist (hl7.org/fhir/R4/http.html#transaction)",
        "Transactions are all or nothing",
    ),
    "found at once": _Words(
        "to know",
        "What was just written is not found by the same search",
        "every read asks for no cache",
        "that Cache-Control: no-cache stays honoured",
        "What was just written is found",
    ),
    "receipt": _Words(
        "refused",
        "A receipt cannot be found again",
        "a step could be done twice: nothing is to be written here",
        "create of Provenance, and search of Provenance by _tag",
        "Receipts are found by tag",
    ),
    "receipt once": _Words(
        "degraded",
        "A conditional create by _tag does not hold",
        "single writes, searched by tag before and after",
        "If-None-Exist with _tag",
        "Receipts are written once",
    ),
    "tag kept": _Words(
        "degraded",
        "Tags are dropped",
        "receipts cannot be found, and a repeat with other particulars cannot be told from a repeat",
        "meta.tag to be kept",
        "Tags survive",
    ),
    "unknown element": _Words(
        "to know",
        "Elements nobody defined are accepted",
        "a typing error in an interface stays unnoticed; what carefhir writes is checked against R4 before it is sent",
        "",
        "Elements nobody defined are refused",
    ),
    "reference version": _Words(
        "to know",
        "Versions are taken out of references",
        "what a decision was made from is kept as an identifier beside the reference, which survives",
        fine="References keep their version",
    ),
}


_SEARCHES: dict[Found, tuple[Weight, str, str, str]] = {
    "wants more": (
        "refused",
        "Searches that want a category or code",
        "carefhir asks for all of a patient's, and does not see these: steps that need them are refused, others name "
        "the gap",
        "to answer these searches by patient alone (category is not mandatory in R4)",
    ),
    "refused": (
        "refused",
        "Searches that are refused",
        "steps that need them are refused, others name the gap and never read it as none",
        "to answer these searches, as R4 defines them",
    ),
    "not let in": (
        "refused",
        "Searches this client is not let in to",
        "steps that need them are refused, others name the gap and never read it as none",
        "a token (CAREFHIR_TOKEN), its scopes, and the APIs granted to this client",
    ),
    "failed": (
        "refused",
        "Searches that fail",
        "steps that need them are refused, others name the gap and never read it as none",
        "what its log says of these searches; the time of this report tells where to look",
    ),
    "not filtered": (
        "degraded",
        "Searches that do not filter",
        "all pages are read and filtered here: slow, and more of other patients passes than should",
        "to honour these search parameters",
    ),
    "not told": (
        "not told",
        "Searches that cannot be told",
        "the server minds values that nobody has; run again with --patient Patient/ID, which tells more",
        "",
    ),
}


def findings(
    stated: Capabilities, probes: Probes, steps: Sequence[AnyStep], required: Collection[Shape]
) -> tuple[Finding, ...]:
    """Everything found, heaviest first. `required` are the searches without which a step is refused."""
    found = [
        *_searches(probes.searches, required),
        *_stated(stated, probes, steps),
        *(_of_probe(one) for one in probes.observed.values()),
        *_known(stated),
    ]
    return tuple(sorted(found, key=lambda one: ORDER.index(one.weight)))


def _searches(seen: Mapping[Shape, SearchSeen], required: Collection[Shape]) -> Iterable[Finding]:
    groups: dict[tuple[Found, str], list[Shape]] = {}
    for shape, one in seen.items():
        groups.setdefault((one.found, one.answer), []).append(shape)
    for (found, answer), shapes in groups.items():
        everything = f"every search of the steps ({len(shapes)})"
        if found == "answered":
            title = "Searches the steps need"
            said = f"{len(shapes)} answered, with nothing that was not asked for"
            yield Finding("searches answered", "in order", title, everything, said, "")
        elif len(groups) == 1:
            yield _search(found, answer, shapes, required, everything)
        elif RECEIPT in shapes and (found in ("refused", "wants more") or len(shapes) == 1):
            rest = [one for one in shapes if one != RECEIPT]
            if rest:
                yield _search(found, answer, rest, required)
            words, asked = WORDS["receipt"], f"search of {_listed((RECEIPT,))}"
            short = "no search of Provenance by _tag"
            title = "Receipts cannot be looked for"
            yield Finding("receipts " + found, "refused", title, asked, answer, words.follows, words.vendor, short)
        else:
            yield _search(found, answer, shapes, required)


def _search(
    found: Found, answer: str, shapes: Sequence[Shape], required: Collection[Shape], asked: str = ""
) -> Finding:
    weight, title, follows, vendor = _SEARCHES[found]
    if weight == "refused" and not set(shapes) & set(required):
        weight = "degraded"
    short = f"no search of {', '.join(sorted({type_ for type_, _ in shapes}))}"
    asked = asked or f"search of {_listed(shapes)}"
    return Finding(f"searches {found}", weight, title, asked, answer, follows, vendor, short)


RECEIPT: Shape = ("Provenance", ("_tag",))


def _listed(shapes: Iterable[Shape]) -> str:
    """Searches by type: `Condition by identifier or patient`."""
    by_type: dict[str, list[str]] = {}
    for type_, parameters in sorted(shapes):
        by_type.setdefault(type_, []).append(" and ".join(parameters) or "nothing")
    return ", ".join(f"{type_} by {' or '.join(ways)}" for type_, ways in by_type.items())


def _stated(stated: Capabilities, probes: Probes, steps: Sequence[AnyStep]) -> Iterable[Finding]:
    """What the statement alone says no to, for the types our steps write."""
    asked = STATEMENT
    types = sorted({type_ for step in steps for type_ in step.writes} | {"Provenance"})
    cannot = [one for one in types if not stated.can(one, "create")]
    if cannot:
        by = [step.name for step in steps if {*step.writes, "Provenance"} & set(cannot)]
        yield Finding(
            "types not writable",
            "refused",
            "Types that may not be created",
            asked,
            f"no create of {', '.join(cannot)}",
            f"refused before anything is written: {', '.join(by)}",
            "create and update of these types; else a companion FHIR store beside this one",
            f"no create of {', '.join(cannot)}",
        )
    lacking = {
        "conditional create": [one for one in types if one not in cannot and not stated.of(one).conditional_create],
        "If-Match": [
            one for one in types if one != "Provenance" and stated.can(one, "update") and not stated.of(one).if_match
        ],
    }
    for name, lack in lacking.items():
        if lack and probes.holds(name) is not False:
            shown = "; it was tried and holds, but what is not stated is not relied on" if probes.holds(name) else ""
            where = "every type the steps write" if len(lack) == len(types) - (name == "If-Match") else ", ".join(lack)
            words = WORDS[name]
            said = f"no {name} for {where}{shown}"
            yield Finding(name + " stated", "degraded", f"No {name} stated", asked, said, words.follows, words.vendor)
    if not stated.transaction and probes.holds("transaction") is not False:
        words = WORDS["transaction"]
        shown = (
            "; it was tried and holds, but what is not stated is not relied on" if probes.holds("transaction") else ""
        )
        said = f"no transaction{shown}"
        yield Finding(
            "transaction stated", "degraded", "No transactions stated", asked, said, words.follows, words.vendor
        )


def _of_probe(one: Observed) -> Finding:
    words = WORDS[one.name]
    if one.holds is None:
        return Finding(one.name, "not told", one.name[0].upper() + one.name[1:], one.asked, one.answered, "")
    if one.holds:
        return Finding(one.name, "in order", words.fine, one.asked, one.answered, "")
    weight, title, follows = words.weight, words.title, words.follows
    if one.name == "paging" and one.value:
        weight, title = "degraded", "Its next links name another base"
        follows = (
            "lists longer than a page fail until CAREFHIR_ALSO_KNOWN_AS names that base (see below): then of a link "
            "only path and query are taken, onto the base you gave"
        )
    if one.value in ("late", "stays"):
        weight = "degraded"
        follows = "no-cache does not help: a list may be old, and a step repeated at once may not see itself"
    return Finding(
        one.name, weight, title, one.asked, one.answered, follows, words.vendor, title[0].lower() + title[1:]
    )


def _known(capabilities: Capabilities) -> Iterable[Finding]:
    if capabilities.include_cap is not None:
        yield Finding(
            "include cap",
            "to know",
            "Known of this product: _revinclude is cut",
            "nothing: the dated table in carefhir/fhir/capability.py",
            f"{capabilities.include_cap} of a type come along with a patient at most, without a word",
            "a list that long is searched again by itself, so nothing is lost",
        )
