"""The words of the doctor's findings, as a table: what it means where something does not hold, and what to ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from carefhir.doctor.probe import Found

Weight: TypeAlias = Literal["refused", "degraded", "to know", "in order", "not told"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a probe means when it does not hold."""

    weight: Weight
    title: str
    follows: str
    vendor: str = ""
    fine: str = ""
    """Its title when it holds."""


WORDS: dict[str, Words] = {
    "unknown parameter": Words(
        "to know",
        "Search parameters it does not know are ignored, without a word",
        "every answer is filtered again here; a search it cannot do costs time, and is never believed",
        "strict handling by default, or on Prefer: handling=strict (hl7.org/fhir/R4/search.html#errors)",
        "Unknown search parameters are refused",
    ),
    "POST search": Words(
        "degraded",
        "POST _search is not answered",
        "searches by identifiers of other systems must not stand in a URL and cannot be asked: what is named alike is "
        "not seen",
        "POST [type]/_search (hl7.org/fhir/R4/http.html#search): identifiers do not belong into URLs and access logs",
        "POST _search works",
    ),
    "batch": Words(
        "degraded",
        "Batches are not taken",
        "searches run side by side, a few at a time: more requests, nothing lost",
        "batch Bundles of searches, for one request instead of some twenty",
        "Batches work",
    ),
    "search cache": Words(
        "to know",
        "Searches are answered from a cache",
        "every read asks for no cache, so nothing is stale here; other clients of this server may see old lists",
        "how long searches are repeated, and that Cache-Control: no-cache stays honoured",
        "No sign of a search cache (--probe-writes tells for sure)",
    ),
    "without a token": Words(
        "to know",
        "Requests without a token are answered",
        "carefhir sends its token all the same; who else reaches this base reads as well",
        "whether this base is meant to be open",
        "Without a token nothing is answered",
    ),
    "paging": Words(
        "degraded",
        "The next page cannot be had by its link",
        "what is longer than a page cannot be read to its end: the search fails, and its step with it",
        "next links under the base that clients call (X-Forwarded headers, or the server's base setting)",
        "Pages can be turned",
    ),
    "page size": Words(
        "to know",
        "Pages are cut",
        "next is followed to the end: more requests for long lists, nothing lost",
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
        "it is counted every time; what is short is searched again, so nothing is lost",
        "whether there is a cap on _revinclude, and at how many",
        "_revinclude is complete for this patient",
    ),
    "clock": Words(
        "to know",
        "The clocks are apart",
        "times written by us and _lastUpdated of the server cannot be compared; due dates are ours",
        "a synchronized clock (NTP), there or here",
        "The clocks agree",
    ),
    "create": Words("refused", "Nothing could be created for a trial", "whether writes hold is not known"),
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
        "single writes, receipt last, resumable: the result lists what was and was not written",
        "transaction Bundles, all or nothing, with ifMatch and ifNoneExist (hl7.org/fhir/R4/http.html#transaction)",
        "Transactions are all or nothing",
    ),
    "found at once": Words(
        "to know",
        "What was just written is not found by the same search",
        "every read asks for no cache",
        "that Cache-Control: no-cache stays honoured",
        "What was just written is found",
    ),
    "receipt": Words(
        "refused",
        "A receipt cannot be found again",
        "a step could be done twice: nothing is to be written here",
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
        "receipts cannot be found, and a repeat with other particulars cannot be told from a repeat",
        "meta.tag to be kept",
        "Tags survive",
    ),
    "unknown element": Words(
        "to know",
        "Elements nobody defined are accepted",
        "a typing error in an interface stays unnoticed; what carefhir writes is checked against R4 before it is sent",
        "",
        "Elements nobody defined are refused",
    ),
    "reference version": Words(
        "to know",
        "Versions are taken out of references",
        "what a decision was made from is kept as an identifier beside the reference, which survives",
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
