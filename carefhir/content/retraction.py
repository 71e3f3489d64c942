"""What can be taken back, step by step: read from `CodeSystem/retraction-rule`.

A site may ship its own newer version of the code system, to take back less than we do.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import RETRACTION
from carefhir.content.loading import Concept, Content


@dataclass(frozen=True, slots=True)
class RetractionRule:
    """What becomes of one step whose source was wrong."""

    step: str
    taken_back: bool
    instead: str
    """What to do instead, where it is not taken back."""
    beside: str
    """What else to do once it is taken back; "" where nothing is."""
    handed_over: str
    """What a person must do the same day, where something was handed over; "" elsewhere."""
    told: str
    """What may have called for action, and is somebody else's then: `answers` or `words`; "" where nothing may."""
    not_revived: str
    """What to do about a Consent that the step ended, which stays ended; "" where none does."""


def rule_of(content: Content, step: str) -> RetractionRule | None:
    """The rule for a step; None where the content has none: then it is not taken back."""
    concept = content.concepts(RETRACTION).get(step)
    return _rule(concept) if concept else None


def taken_back(content: Content) -> tuple[str, ...]:
    """The steps that are taken back, by name."""
    rules = map(_rule, content.concepts(RETRACTION).values())
    return tuple(rule.step for rule in rules if rule.taken_back)


def _rule(concept: Concept) -> RetractionRule:
    properties = concept.properties

    def words(name: str) -> str:
        return str(properties.get(name, ""))

    return RetractionRule(
        step=concept.code,
        taken_back=bool(properties.get("takenBack")),
        instead=words("instead"),
        beside=words("beside"),
        handed_over=words("handedOver"),
        told=words("told"),
        not_revived=words("notRevived"),
    )
