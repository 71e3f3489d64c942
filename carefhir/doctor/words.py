"""The words of the doctor's findings, as a table: what it means if something does not work, and what to ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from carefhir.doctor.probe import Found

Weight: TypeAlias = Literal["refused", "degraded", "not tried", "to know", "in order", "not told"]


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
        "carefhir filters every answer again; a search that the server does not support is slow, but not wrong",
        "strict handling by default, or on Prefer: handling=strict (hl7.org/fhir/R4/search.html#errors)",
        fine="Unknown search parameters are refused",
    ),
    "POST search": Words(
        "degraded",
        "POST _search is not answered",
        "carefhir does not put identifiers of other systems in a URL, so it does not make these searches, and does "
        "not see "
        "resources with the same identifier",
        "POST [type]/_search (hl7.org/fhir/R4/http.html#search), because identifiers must not be in URLs and access "
        "logs",
        fine="POST _search works",
    ),
    "batch": Words(
        "degraded",
        "Batches are not accepted",
        "a few searches run at the same time: more requests, but nothing is lost",
        "batch Bundles of searches: one request instead of about twenty",
        fine="Batches work",
    ),
    "paged batch": Words(
        "degraded",
        "In a batch, long lists are cut without a next link",
        "a list could look complete that is not: batches must not be used here, see the settings",
        "_count and next links for searches in a batch, as for a search by itself",
        fine="Searches in a batch have pages, too",
    ),
    "search cache": Words(
        "to know",
        "Searches are answered from a cache",
        "every read of carefhir bypasses the cache; other clients of this server may see old lists",
        "how long the server caches searches, and that it will keep honoring Cache-Control: no-cache",
        fine="No sign of a search cache (--probe-writes makes sure)",
    ),
    "without a token": Words(
        "to know",
        "Requests without a token are answered",
        "carefhir sends its token, but anyone who can reach this server can read from it",
        "whether this server is meant to be open",
        fine="Requests without a token are not answered",
    ),
    "paging": Words(
        "degraded",
        "The link to the next page does not work",
        "lists longer than one page cannot be read completely: the search fails, and so does the step",
        "next links under the base URL that clients use (X-Forwarded headers, or the server's base URL setting)",
        fine="Links to the next page work",
    ),
    "page size": Words(
        "to know",
        "Pages are cut",
        "carefhir follows every next link: more requests for long lists, but nothing is lost",
        fine="Pages are as large as requested",
    ),
    "counting": Words(
        "to know",
        "_summary=count gives no total",
        "lists that come with a patient may be incomplete, so carefhir searches them again",
        "_summary=count (hl7.org/fhir/R4/search.html#summary)",
        fine="_summary=count works",
    ),
    "reverse include": Words(
        "to know",
        "_revinclude does not return everything",
        "carefhir always counts, and searches again if something is missing, so nothing is lost",
        "whether _revinclude has a limit, and which",
        fine="_revinclude is complete for this patient",
    ),
    "clock": Words(
        "to know",
        "The clocks differ",
        "times written by carefhir cannot be compared with the server's _lastUpdated; due dates are not affected",
        "a synchronized clock (NTP) on the server; check this machine's clock, too",
        fine="The clocks agree",
    ),
    "create": Words("refused", "No test resource could be created", "it is not known whether writing works"),
    "update": Words("degraded", "A test resource could not be updated", "updates will fail, but nothing is lost"),
    "conditional create": Words(
        "degraded",
        "Conditional creates do not work",
        "carefhir uses single writes and searches by key before and after; of two made at once, one is marked "
        "entered-in-error, or both are named",
        "If-None-Exist on create (hl7.org/fhir/R4/http.html#ccreate), also for a repeat a moment later",
        fine="Conditional creates work",
    ),
    "race": Words(
        "degraded",
        "Conditional creates do not hold when several come at once",
        "two runs at once can write an act twice: carefhir looks after each write, keeps the lowest id and marks the "
        "others entered-in-error",
        "that If-None-Exist also holds for requests that come at the same time",
        fine="Conditional creates hold for a few at once",
    ),
    "create of types": Words(
        "refused",
        "Types that may not be created, though it is stated",
        "an act that needs one of them cannot be finished",
        "the scopes or permissions of this client for these types; else a companion FHIR store beside this one",
        fine="Every type that the steps create was created",
    ),
    "transaction size": Words(
        "degraded",
        "Large transactions are refused",
        "a longer act is written singly, the receipt last; it can be interrupted, and is finished by running it again",
        "a higher limit of entries in a transaction, also with ifNoneExist",
        fine="Transactions of 9 and 40 entries work",
    ),
    "If-Match inside a transaction": Words(
        "degraded",
        "ifMatch is ignored inside a transaction",
        "transactions would overwrite the changes of others: they must not be used here, see the settings",
        "ifMatch in transaction entries, answered 412 (or 409) when stale",
        fine="ifMatch protects inside transactions, too",
    ),
    "If-Match": Words(
        "degraded",
        "If-Match is ignored",
        "carefhir compares the version just before writing; a change by another system in that moment can be lost",
        "If-Match on update, answered 412 (or 409) when stale (hl7.org/fhir/R4/http.html#concurrency)",
        fine="If-Match protects against lost updates",
    ),
    "transaction": Words(
        "degraded",
        "Transactions do not work",
        "carefhir uses single writes, the receipt last; an interrupted act can be finished, and the result lists "
        "what is "
        "written and what is not",
        "transaction Bundles, all or nothing, with ifMatch and ifNoneExist (hl7.org/fhir/R4/http.html#transaction)",
        fine="Transactions are all or nothing",
    ),
    "found at once": Words(
        "to know",
        "What was just written is not found by the same search",
        "every read of carefhir bypasses the cache",
        "that the server will keep honoring Cache-Control: no-cache",
        fine="What was just written is found",
    ),
    "receipt": Words(
        "refused",
        "A receipt cannot be found again",
        "a step could be done twice: carefhir writes nothing here",
        "create of Provenance, and search of Provenance by _tag",
        fine="Receipts are found by tag",
    ),
    "receipt once": Words(
        "degraded",
        "Conditional creates by _tag do not work",
        "carefhir uses single writes and searches by tag before and after",
        "If-None-Exist with _tag",
        fine="Receipts are written once",
    ),
    "tag kept": Words(
        "degraded",
        "Tags are dropped",
        "receipts cannot be found, and a repeat with different details looks like the same request",
        "meta.tag to be kept",
        fine="Tags are kept",
    ),
    "unknown element": Words(
        "to know",
        "Undefined elements are accepted",
        "nobody notices a misspelled element in another interface; carefhir checks what it writes against R4",
        "",
        fine="Undefined elements are refused",
    ),
    "reference version": Words(
        "to know",
        "Versions are removed from references",
        "carefhir also keeps the version as an identifier next to the reference, so it is not lost",
        fine="References keep their version",
    ),
}


_OLD_LISTS = "no-cache does not help: a list may be old, and a step that is repeated at once may not see what it wrote"

_OTHERWISE: dict[tuple[str, str], Words] = {
    ("If-Match inside a transaction", ""): replace(
        WORDS["If-Match inside a transaction"],
        weight="to know",
        title="A stale version inside a transaction is not answered with 409 or 412",
        follows="carefhir reads what became of it, and says a conflict only where it sees that a version moved",
    ),
    ("transaction size", "none"): replace(
        WORDS["transaction size"],
        title="Large transactions fail",
        follows="transactions must not be used: see the settings",
    ),
    ("found at once", "cured"): replace(
        WORDS["found at once"], title="What was just written is found only past the cache"
    ),
    ("found at once", "late"): replace(WORDS["found at once"], weight="degraded", follows=_OLD_LISTS),
    ("found at once", "never"): replace(
        WORDS["found at once"],
        weight="refused",
        title="What was written is never found by a search",
        follows="what an act wrote could not be found again, and could be written twice",
    ),
    ("search cache", "stays"): replace(WORDS["search cache"], weight="degraded", follows=_OLD_LISTS),
}
"""By probe and what it noted: where a failure means something else."""

_OTHER_BASE = replace(
    WORDS["paging"],
    title="Its next links use another base URL",
    follows="lists longer than a page fail until CAREFHIR_ALSO_KNOWN_AS names that base URL (see below); then carefhir "
    "uses only the path and query of such a link, on the base URL you gave",
)


def failed(name: str, value: str) -> Words:
    """What it means that a probe failed, and noted this."""
    if name == "paging" and value:
        return _OTHER_BASE
    return _OTHERWISE.get((name, value), WORDS[name])


SEARCHES: dict[Found, tuple[Weight, str, str, str]] = {
    "never finds": (
        "refused",
        "Searches that do not find what is there",
        "carefhir would read it as none: do not use the steps that need them on this server",
        "to index and search these parameters, as R4 defines them",
    ),
    "wants more": (
        "refused",
        "Searches that require a category or code",
        "carefhir searches by patient alone, so it does not see these: steps that need them are refused, others say "
        "what was not visible",
        "to answer these searches by patient alone (category is not mandatory in R4)",
    ),
    "refused": (
        "refused",
        "Searches that are refused",
        "steps that need them are refused; other steps say what was not visible, and never read it as none",
        "to answer these searches, as R4 defines them",
    ),
    "not let in": (
        "refused",
        "Searches this client has no access to",
        "steps that need them are refused; other steps say what was not visible, and never read it as none",
        "a token (CAREFHIR_CLIENT_ID or CAREFHIR_TOKEN), its scopes, and the APIs granted to this client",
    ),
    "failed": (
        "refused",
        "Searches that fail",
        "steps that need them are refused; other steps say what was not visible, and never read it as none",
        "what the server's log says about these searches, at the time of this report",
    ),
    "not filtered": (
        "degraded",
        "Searches that do not filter",
        "carefhir reads and filters all pages: this is slow, and the server sends data of other patients",
        "to honor these search parameters",
    ),
    "not told": (
        "not told",
        "Searches that could not be tested",
        "the server refuses values that do not exist; run again with --patient Patient/ID to learn more",
        "",
    ),
}
