"""How two edits of one record merge, and what an edit takes: read from `CodeSystem/merge-rule` (decision 0026)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from carefhir.codes import MERGE_RULE
from carefhir.content.loading import Concept, Content, ContentKey
from carefhir.fhir.three_versions import MergeRule, MergeRules


def read(content: Content) -> MergeRules:
    """The rules by element path, once for a content."""
    return _read(ContentKey(content))


@lru_cache(maxsize=8)
def _read(hold: ContentKey) -> MergeRules:
    return MergeRules({path: _rule(concept) for path, concept in hold.content.concepts(MERGE_RULE).items()})


def _rule(concept: Concept) -> MergeRule:
    """One rule. A site may ship its own; what it leaves out is what is safe: as a whole, and by nobody's leave less."""
    of: dict[str, Any] = dict(concept.properties)
    return MergeRule(
        how=of.get("how", "whole"),
        together=str(of.get("together", "")),
        choice=of.get("choice") is True,
        stops=frozenset(str(of.get("stops", "")).split()),
        one_side=of.get("additions") == "one-side",
        needs=str(of.get("needs", "")),
        in_effect=str(of.get("inEffect", "")),
        ours=str(of.get("ours", "")),
    )
