"""Where the sandbox and HAPI 8.6.0 are known to differ, and why each stays different.

The ledger is two-sided. A test states a difference by `expect(id, server, observed)`, which fails when a server's
answer is not the one listed: so a new difference fails the suite, and so does a listed one that has gone. An entry that
no test stated fails the run at its end (`tests/support/book.py`).

The sandbox is changed where HAPI shows it to be wrong; only where HAPI is odd or limited does a difference stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.book import book
from tests.support.real_servers import SANDBOX

from .client import Server

REST = "http://hl7.org/fhir/R4/http.html"
SEARCH = "http://hl7.org/fhir/R4/search.html"
TRIED = "HAPI FHIR 8.6.0 JPA server, tried in November 2026"


@dataclass(frozen=True)
class Difference:
    """One known difference: what is asked, what each server answers, why it stays."""

    id: str
    what: str
    answers: Mapping[str, str]
    """By the server's name; one that is not named answers as the sandbox does."""
    why: str
    source: str

    def of(self, server: str) -> str:
        """What this server answers."""
        return self.answers.get(server, self.answers[SANDBOX])


LEDGER: tuple[Difference, ...] = (
    Difference(
        "stale-if-match",
        "status of a PUT with an If-Match that is not the current version",
        {"sandbox": "412", "hapi": "409"},
        "The specification says 412; a client must take both as a conflict. `Knobs.status_stale` gives HAPI's.",
        f"{REST}#concurrency",
    ),
    Difference(
        "stale-if-match-in-transaction",
        "status of a transaction with a PUT whose ifMatch is not the current version",
        {"sandbox": "412", "hapi": "409", "helios": "400"},
        "Helios answers any transaction that fails with 400, and the entry's own status only in words: after a 400 a "
        "client must read what moved. `Knobs.status_stale_in_transaction` gives it.",
        f"{REST}#transaction",
    ),
    Difference(
        "if-match-on-absent",
        "status of a PUT with If-Match to an id that never was",
        {"sandbox": "412", "hapi": "201"},
        "HAPI creates it. Nothing can match a version that is not there, so the sandbox refuses.",
        f"{REST}#concurrency",
    ),
    Difference(
        "etag-in-bundle",
        "etag of the first version in a transaction's response entry",
        {"sandbox": 'W/"1"', "hapi": "1"},
        "HAPI leaves out the weak form's marks; a client must read both.",
        f"{REST}#versions",
    ),
    Difference(
        "equal-conditions-in-bundle",
        "statuses of the response entries of two creates with the same ifNoneExist in one transaction",
        {"sandbox": "201 200", "hapi": "201"},
        "Both make one resource. HAPI answers one entry for the two, so positions no longer agree: never send such.",
        TRIED,
    ),
    Difference(
        "unknown-element",
        "whether an element that R4 does not know comes back after a create answered 201",
        {"sandbox": "True", "hapi": "False"},
        "HAPI drops it; the sandbox knows no elements and keeps it. A client must not count on either.",
        TRIED,
    ),
    Difference(
        "tags-after-put",
        "tags left after a PUT without any",
        {"sandbox": "0", "hapi": "1"},
        "HAPI keeps tags until they are taken by $meta-delete; the specification makes that the server's choice.",
        "http://hl7.org/fhir/R4/resource.html#tag-updates",
    ),
    Difference(
        "versioned-reference",
        "whether a reference keeps its /_history/1",
        {"sandbox": "True", "hapi": "False"},
        "HAPI strips versions unless told where to keep them.",
        TRIED,
    ),
    Difference(
        "page-default",
        "entries on a page when the client does not say",
        {"sandbox": "50", "hapi": "10", "helios": "20"},
        "Any number is right; clients page to the end.",
        f"{SEARCH}#count",
    ),
    Difference(
        "page-max",
        "entries on a page asked to hold 60",
        {"sandbox": "60", "hapi": "50"},
        "Any limit is right. `Knobs.page_max` gives HAPI's.",
        f"{SEARCH}#count",
    ),
    Difference(
        "total-unasked",
        "Bundle.total of a search of one page, without _total",
        {"sandbox": "None", "hapi": "1"},
        "Optional. HAPI gives it where it happens to know; the sandbox only when asked, so that nobody leans on it.",
        f"{SEARCH}#total",
    ),
    Difference(
        "search-cache",
        "whether a repeated search without Cache-Control finds what was created in between",
        {"sandbox": "True", "hapi": "False"},
        "HAPI answers a repeated search from before for 60 s. `Knobs.search_cache_seconds` gives HAPI's.",
        TRIED,
    ),
    Difference(
        "quantity-precision",
        "which of 5.4 and 5.44 are found by value-quantity=5.4",
        {"sandbox": "5.4 5.44", "hapi": "5.4"},
        "By the specification 5.4 means 5.35 up to 5.45; HAPI compares exactly.",
        f"{SEARCH}#quantity",
    ),
    Difference(
        "string-contains",
        "status of a search with :contains",
        {"sandbox": "200", "hapi": "405"},
        "Switched off in HAPI's default settings.",
        TRIED,
    ),
    Difference(
        "dates-or",
        "status of a search with two dates as alternatives",
        {"sandbox": "200", "hapi": "400"},
        "HAPI takes no comma between dates (HAPI-1930); send two searches.",
        TRIED,
    ),
    Difference(
        "ge-with-a-month",
        "which of a to g are found by date=ge2026-03",
        {"sandbox": "abcdf", "hapi": "df"},
        "HAPI leaves out the month (or year) named itself. Never send ge or le with less than a day.",
        f"{SEARCH}#date",
    ),
    Difference(
        "le-with-a-month",
        "which of a to g are found by date=le2026-03",
        {"sandbox": "abcdef", "hapi": "aef", "helios": "abcef"},
        "HAPI stops at the first day of the month (or year) named. Never send ge or le with less than a day.",
        f"{SEARCH}#date",
    ),
    Difference(
        "profile-missing",
        "resources without a profile found by _profile:missing=true and those with one, of one each",
        {"sandbox": "1 1", "hapi": "2 2"},
        "HAPI does not look: _profile:missing finds all, whether true or false.",
        TRIED,
    ),
    Difference(
        "reference-identifier",
        "status of a search with :identifier on a reference",
        {"sandbox": "200", "hapi": "400"},
        "HAPI does not support the modifier (HAPI-2498).",
        TRIED,
    ),
    Difference(
        "unknown-modifier",
        "status of a search with a modifier that FHIR does not know",
        {"sandbox": "400", "hapi": "200"},
        "HAPI finds nothing, silently; the specification says to refuse.",
        f"{SEARCH}#modifiers",
    ),
    Difference(
        "chained-search",
        "status of a search through a reference, patient.gender=female",
        {"sandbox": "400", "hapi": "200", "helios": "200"},
        "Not needed by any step, so the sandbox does not have it and does not state it.",
        f"{SEARCH}#chaining",
    ),
    Difference(
        "post-search-in-batch",
        "status of a batch entry POST Type/_search?…",
        {"sandbox": "200", "hapi": "400", "helios": "400"},
        "HAPI takes every POST in a Bundle for a create (HAPI-0543); searches in a batch are GETs.",
        TRIED,
    ),
    Difference(
        "type-and-url-differ-in-transaction",
        "status of a transaction that posts a Patient to the url Observation",
        {"sandbox": "400", "hapi": "200"},
        "HAPI goes by the resource and ignores the url.",
        TRIED,
    ),
    Difference(
        "batch-stated",
        "whether the CapabilityStatement names the interaction batch",
        {"sandbox": "True", "hapi": "False"},
        "HAPI does batches and does not say so: a deviation a client must know.",
        TRIED,
    ),
    Difference(
        "conditional-update-stated",
        "whether the CapabilityStatement offers conditional updates",
        {"sandbox": "False", "hapi": "True", "helios": "True"},
        "Not used by carefhir: an update must name the version it is based on.",
        f"{REST}#cond-update",
    ),
)

_BY_ID = {each.id: each for each in LEDGER}


def expect(id: str, server: Server, observed: object) -> None:  # noqa: A002  the entry's id
    """Fails unless this server answered as the ledger says it does."""
    entry = _BY_ID[id]
    wanted = entry.of(server.name)
    assert str(observed) == wanted, f"{id}: {entry.what}: {server.name} answered {observed}, the ledger says {wanted}"
    book.state(server.name, id)
