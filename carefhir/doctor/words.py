"""The words of the doctor's findings, as a table: what it means if something does not work, and what to ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from carefhir.doctor.probe import Found

Weight: TypeAlias = Literal["refused", "degraded", "to know", "in order", "not told"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a failed probe means."""

    weight: Weight
    title: str
    follows: str
    vendor: str = ""
    fine: str = ""
    """Its title when it works."""


WORDS: dict[str, Words] = {
    "unknown parameter": Words(
        "to know",
        "Unknown search parameters are silently ignored",
        "every answer is filtered again here; a search the server cannot do takes time, and is never trusted",
        "strict handling by default, or on Prefer: handling=strict (hl7.org/fhir/R4/search.html#errors)",
        "Unknown search parameters are refused",
    ),
    "POST search": Words(
        "degraded",
        "POST _search is not answered",
        "searches by identifiers of other systems must not be in a URL, so they are not made: resources with the same "
        "identifier are not seen",
        "POST [type]/_search (hl7.org/fhir/R4/http.html#search): identifiers do not belong in URLs and access logs",
        "POST _search works",
    ),
    "batch": Words(
        "degraded",
        "Batches are not taken",
        "searches run side by side, a few at a time: more requests, nothing lost",
        "batch Bundles of searches: one request instead of about twenty",
        "Batches work",
    ),
    "search cache": Words(
        "to know",
        "Searches are answered from a cache",
        "every read asks for no cache, so nothing is stale here; other clients of this server may see old lists",
        "how long searches are repeated, and that Cache-Control: no-cache stays honored",
        "No sign of a search cache (--probe-writes tells for sure)",
    ),
    "without a token": Words(
        "to know",
        "Requests without a token are answered",
        "carefhir sends its token anyway; anyone else who reaches this base can read too",
        "whether this base is meant to be open",
        "Without a token nothing is answered",
    ),
    "paging": Words(
        "degraded",
        "The link to the next page does not work",
        "lists longer than a page cannot be read to the end: the search fails, and so does its step",
        "next links under the base that clients call (X-Forwarded headers, or the server's base setting)",
        "Pages can be turned",
    ),
    "page size": Words(
        "to know",
        "Pages are cut",
        "carefhir follows next to the end: more requests for long lists, nothing lost",
        fine="Pages as large as asked for",
    ),
    "counting": Words(
        "to know",
        "_summary=count gives no total",
        "lists that come along with a patient cannot be proven complete, and are searched again",
        "_summary=count (hl7.org/fhir/R4/search.html#summary)",
        "_summary=count works",
    ),
    "reverse include": Words(
        "to know",
        "_revinclude does not bring everything",
        "carefhir counts every time, and searches again if something is missing, so nothing is lost",
        "whether there is a cap on _revinclude, and at how many",
        "_revinclude is complete for this patient",
    ),
    "clock": Words(
        "to know",
        "The clocks are apart",
        "times written by carefhir and the server's _lastUpdated cannot be compared; due dates are not affected",
        "a synchronized clock (NTP), there or here",
        "The clocks agree",
    ),
    "create": Words("refused", "Nothing could be created for a trial", "whether writes work is not known"),
    "update": Words("degraded", "A resource of our own could not be amended", "amendments will fail, nothing is lost"),
    "conditional create": Words(
        "degraded",
        "A conditional create does not hold",
        "single writes, searched by key before and after; a duplicate is named, never retried",
        "If-None-Exist on create (hl7.org/fhir/R4/http.html#ccreate), also for a repeat a moment later",
        "Conditional creates hold",
    ),
    "If-Match": Words(
        "degraded",
        "If-Match is not looked at",
        "the version is compared just before writing: another system's change in that moment can be lost",
        "If-Match on update, answered 412 (or 409) when stale (hl7.org/fhir/R4/http.html#concurrency)",
        "If-Match protects against lost updates",
    ),
    "transaction": Words(
        "degraded",
        "Transactions do not hold",
        "single writes, receipt last; an interrupted act can be finished; the result lists what is and is not written",
        "transaction Bundles, all or nothing, with ifMatch and ifNoneExist (hl7.org/fhir/R4/http.html#transaction)",
        "Transactions are all or nothing",
    ),
    "found at once": Words(
        "to know",
        "What was just written is not found by the same search",
        "every read asks for no cache",
        "that Cache-Control: no-cache stays honored",
        "What was just written is found",
    ),
    "receipt": Words(
        "refused",
        "A receipt cannot be found again",
        "a step could be done twice: carefhir writes nothing here",
        "create of Provenance, and search of Provenance by _tag",
        "Receipts are found by tag",
    ),
    "receipt once": Words(
        "degraded",
        "A conditional create by _tag does not hold",
        "single writes, searched by tag before and after",
        "If-None-Exist with _tag",
        "Receipts are written once",
    ),
    "tag kept": Words(
        "degraded",
        "Tags are dropped",
        "receipts cannot be found, and a repeat with different details looks like the same request",
        "meta.tag to be kept",
        "Tags survive",
    ),
    "unknown element": Words(
        "to know",
        "Undefined elements are accepted",
        "a typing error in an interface stays unnoticed; what carefhir writes is checked against R4 before it is sent",
        "",
        "Undefined elements are refused",
    ),
    "reference version": Words(
        "to know",
        "Versions are removed from references",
        "the version a decision was made from is kept as an identifier next to the reference, which survives",
        fine="References keep their version",
    ),
}


SEARCHES: dict[Found, tuple[Weight, str, str, str]] = {
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
        "all pages are read and filtered here: slow, and more data of other patients is sent than should be",
        "to honor these search parameters",
    ),
    "not told": (
        "not told",
        "Searches that cannot be told",
        "the server refuses values that do not exist; run again with --patient Patient/ID, which tells more",
        "",
    ),
}
