"""The knobs that make the sandbox a worse server, as real ones are.

Each default is a good server; every other value was seen in practice (see `docs/` and the contract ledger). The
CapabilityStatement is rendered from the same value, so what the sandbox states is what it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

READS = ("read", "vread", "history-instance", "search-type")
"""The interactions that read; the second and the third see older versions."""
WRITES = ("create", "update", "delete")
INTERACTIONS = (*READS, *WRITES)
"""All that this server has, by the codes of http://hl7.org/fhir/R4/valueset-type-restful-interaction.html."""
EVERY_TYPE = "*"
"""Stands for each resource type in `Knobs.takes` and `Knobs.takes_in_transaction`."""


class SearchNeed(NamedTuple):
    """What a search of a type has to hold: all of one of these groups. A criterion is a parameter (`category`), or a
    parameter with the codes it may have (`category=assess-plan`)."""

    type: str
    groups: tuple[tuple[str, ...], ...]


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
    takes_in_transaction: frozenset[tuple[str, str]] | None = None
    """Like `takes`, for the entries of a transaction; None: as outside of one."""
    conditional_create: bool = True
    """False: If-None-Exist and ifNoneExist are ignored, so a repeat makes a duplicate."""
    conditions_in_transaction: bool = True
    """False: a transaction with an ifNoneExist is answered with 400."""
    refuses_same: frozenset[str] = frozenset()
    """Elements that nothing new may have in common with what is there: `Observation.effectiveDateTime`. Of a type, all
    of them together; the answer is 400 (duplicate)."""
    blind_for: int = 0
    """Requests for which a conditional create does not see what another has just created: several at once make several,
    and one after the other makes one."""
    if_match: bool = True
    """False: If-Match and ifMatch are ignored, so an update can be lost."""
    if_match_wanted: Literal[412, 428] | None = None
    """The answer to an update without If-Match; None: it is carried out."""
    versions: bool = True
    """False: no ETag and no `meta.versionId`, so nobody can say which version was read."""
    versioning: Literal["versioned-update", "versioned", "not stated"] | None = None
    """What is stated of versions; None: what is done."""
    history: bool = True
    """False: no versions but the newest can be read."""
    takes: frozenset[tuple[str, str]] | None = None
    """Resource types with the interactions they have: ("Task", "update"). A type that has none is absent. None: all."""
    status_not_taken: Literal[400, 403, 404, 405] = 405
    """The answer to an interaction that a type has not."""
    bodiless: frozenset[int] = frozenset()
    """Refusals with these statuses have no body."""
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
    update_create: bool = True
    """False: an update of what is not there is answered with 404."""
    require_category: frozenset[str] = frozenset()
    """Resource types whose searches need `category` or `code`, as in some hospital systems."""
    search_needs: tuple[SearchNeed, ...] = ()
    """What searches of some types have to hold: without it 400, code `required`."""
    one_value: frozenset[str] = frozenset()
    """Parameters that take one value at a time: `Condition.category`."""
    date_pairs: frozenset[str] = frozenset()
    """Date parameters that take a `ge` together with a `le` and nothing else: `CarePlan.date`."""
    id_alone: bool = False
    """True: `_id` beside another criterion is refused."""
    parameters: frozenset[tuple[str, str]] = frozenset()
    """Resource types with the search parameters they know, beside those that every type has. A type not named here
    knows all of R4's."""
    common_parameters: frozenset[str] | None = None
    """Of the parameters that R4 gives to every type (`_id`, `_lastUpdated` …), those that are known; None: all."""
    refuses: frozenset[str] = frozenset()
    """Words of a search that are refused: `_sort`, `_total`, `_include`, or a modifier, `:not`."""
    revincludes: frozenset[str] | None = None
    """The reverse includes that are taken: `Provenance:target`; None: all."""
    post_search: bool = True
    """False: a search by POST is not there."""
    outcome_when_empty: bool = False
    """True: a search that finds nothing is answered with an OperationOutcome among the entries."""
    hidden_labels: frozenset[str] = frozenset()
    """Codes of `meta.security`: what has one of them is left out of searches without a word, and a read of it is
    answered with 403."""
    says_hidden: bool = False
    """True: an answer from which something was left out for its label says so: an OperationOutcome among the entries,
    code `suppressed`."""
    hides_new: frozenset[str] = frozenset()
    """Resource types of which no search finds what was created here: it waits until a person takes it into the
    chart."""
    fails_on_missing: bool = False
    """True: a read or search that would bring a record without an element that R4 demands is answered with 500."""
    never_shown: frozenset[str] = frozenset()
    """Elements that no answer holds, whatever is there: `CarePlan.activity`."""
    revinclude: bool = True
    """False: neither stated nor taken."""
    never_finds: frozenset[str] = frozenset()
    """Parameters that are taken and never find anything: `Encounter.identifier`."""
    refuses_without: frozenset[str] = frozenset()
    """Elements without which a write is refused, although R4 does not ask for them: `RiskAssessment.basis`."""
    elements: frozenset[tuple[str, str]] = frozenset()
    """Resource types with the elements a write may hold; `onset[x]` for each of its types. Others are answered with
    422, code `business-rule`; `meta` is always taken, and not kept. A type not named here takes all of R4's."""
    drops_elements: frozenset[str] = frozenset()
    """Of those types, the ones that leave other elements out without a word."""
    values_taken: frozenset[tuple[str, str]] = frozenset()
    """Paths with the values they may have: ("Observation.category.coding.code", "vital-signs"). Others are answered
    with 422, code `business-rule`."""
    sets: frozenset[tuple[str, str]] = frozenset()
    """Elements that this server fills by itself where a create leaves them out, with their JSON."""
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
    location: Literal["versioned", "plain", "relative"] = "versioned"
    """What `Location` names: a version, the resource alone, or that below the base: `Patient/1`."""
    returns: Literal["representation", "minimal"] = "representation"
    """What a write answers when the client does not say: the resource, or no body."""
    late_seconds: float = 0.0
    """How long the answer to a write takes over HTTP, after the write was carried out."""
    token_seconds: int = 600
    """How long a token lasts that an authorization server gives in front of this server."""
    stated_base: str | None = None
    """The base this server believes it has; None: what the client called. Wrong behind many a proxy."""

    def takes_of(self, type_: str, interaction: str, *, in_transaction: bool = False) -> bool:
        """Whether a type has an interaction: the one truth behind what is stated and what is answered."""
        if type_ in self.absent or (interaction in ("vread", "history-instance") and not self.history):
            return False
        closed = {"create": self.no_create, "update": self.no_update}.get(interaction, frozenset())
        if type_ in closed or (interaction in WRITES and type_ in self.read_only):
            return False
        taken = self.takes_in_transaction if in_transaction and self.takes_in_transaction is not None else self.takes
        return taken is None or not taken.isdisjoint({(type_, interaction), (EVERY_TYPE, interaction)})

    def has(self, type_: str) -> bool:
        """Whether there is such a type at all."""
        return any(self.takes_of(type_, interaction) for interaction in INTERACTIONS)

    def knows(self, type_: str, parameter: str) -> bool:
        """Whether a type knows a search parameter that R4 has for it."""
        if parameter.startswith("_"):
            common = self.common_parameters is None or parameter in self.common_parameters
            named = (type_, parameter) in self.parameters
            return (common or named) and (parameter != "_tag" or self.tags_searchable)
        return (type_, parameter) in self.parameters or all(named != type_ for named, _ in self.parameters)

    def reverse_includes(self, source: str, code: str) -> bool:
        """Whether `_revinclude=source:code` is taken."""
        open_ = self.revinclude and "_revinclude" not in self.refuses
        return open_ and (self.revincludes is None or f"{source}:{code}" in self.revincludes)
