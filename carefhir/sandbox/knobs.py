"""The knobs that make the sandbox a worse server, as real ones are.

Each default is a good server; every other value was seen in practice (see `docs/` and the contract ledger). The
CapabilityStatement is rendered from the same value, so what the sandbox states is what it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Knobs:
    """How this sandbox behaves; frozen, so that one server behaves one way for its whole life."""

    include_cap: int | None = 1000
    """The most resources one `_include` or `_revinclude` path returns; the newest are silently lost."""
    page_default: int = 50
    """Entries on a page when the client does not say."""
    page_max: int = 500
    """Entries on a page at most, whatever `_count` says."""
    offset: Literal["taken", "ignored", "refused"] = "taken"
    """`_offset`, which is HAPI's and not in FHIR: the page begins so far into the matches; or it is overlooked, and the
    first page comes again; or it is an unknown parameter."""
    search_cache_seconds: float = 0.0
    """A search repeated within this time is answered from before, unless `Cache-Control: no-cache`."""
    transaction: bool = True
    atomic: bool = True
    """False: a transaction is stated and answered with 200, and each entry stands for itself, as on Medplum unless its
    `transaction-bundles` are on (tried 2026-11)."""
    most_entries: int | None = None
    """The most entries a transaction may have: one with more is answered with 400 and nothing is written."""
    batch: bool = True
    page_in_batch: int | None = None
    """Entries of a search inside a batch, whatever `_count` says, and no next link; None: as outside of one."""
    conditional_create: bool = True
    """False: If-None-Exist and ifNoneExist are ignored, so a repeat makes a duplicate."""
    blind_for: int = 0
    """Requests for which a conditional create does not see what another has just created: several at once make several,
    and one after the other makes one."""
    if_match: bool = True
    """False: If-Match and ifMatch are ignored, so an update can be lost."""
    versioning: Literal["versioned-update", "versioned"] | None = None
    """What is stated of versions; None: what is done."""
    history: bool = True
    """False: no versions but the newest can be read."""
    read_only: frozenset[str] = frozenset()
    """Resource types that answer every write with 405."""
    not_granted: frozenset[str] = frozenset()
    """Resource types that state writes and answer them with 403: the token has no such scope."""
    unreadable: frozenset[str] = frozenset()
    """Resource types that state searches and answer them with 403: the token has no such scope."""
    dated: bool = True
    """False: answers say no `Date`, as behind a proxy that takes it off."""
    absent: frozenset[str] = frozenset()
    """Resource types this server does not know: not stated, and answered with 404."""
    no_create: frozenset[str] = frozenset()
    """Resource types that can be amended, but not created, as Epic's Task."""
    no_update: frozenset[str] = frozenset()
    """Resource types that can be created, but not amended."""
    require_category: frozenset[str] = frozenset()
    """Resource types whose searches need `category` or `code`, as in some hospital systems."""
    revinclude: bool = True
    """False: not stated, though it works."""
    never_finds: frozenset[str] = frozenset()
    """Parameters that are taken and never find anything: `Encounter.identifier`."""
    refuses_without: frozenset[str] = frozenset()
    """Elements without which a write is refused, although R4 does not ask for them: `RiskAssessment.basis`."""
    tags_searchable: bool = True
    lenient: bool = False
    """True: unknown search parameters are silently ignored, as on many servers."""
    boasts: bool = False
    """True: transactions, conditional creates and If-Match are stated, whatever the other knobs make of them."""
    status_stale: Literal[409, 412] = 412
    """The answer to a stale If-Match: 412 by the specification, 409 on some servers."""
    status_stale_in_transaction: Literal[400, 409, 412] | None = None
    """The same inside a transaction; None: the same."""
    ids: Literal["rising", "falling", "scattered"] = "rising"
    """The ids it gives: numbers that rise, as HAPI's; numbers that fall; or, as of most servers, in no order."""
    software: str = "carefhir sandbox"
    """The name it gives itself: what is known of a product is known by its name."""
    stated_base: str | None = None
    """The base this server believes it has; None: what the client called. Wrong behind many a proxy."""
