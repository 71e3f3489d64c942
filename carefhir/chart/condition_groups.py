"""Which groups of conditions a condition falls into: by its codes, and by its words where no code is placed."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.chart import wording
from carefhir.codes import CONDITION_GROUP, ICD10CM, SNOMED
from carefhir.content.loading import Content
from carefhir.content.whole_word import whole_word
from carefhir.fhir.record import codings, first_text
from carefhir.mappers.condition import ConditionView


def unconfirmed(condition: ConditionView) -> bool:
    """Whether no one has confirmed it yet."""
    return any(code in ("unconfirmed", "provisional", "differential") for _, code in _verification(condition))


def _verification(condition: ConditionView) -> Iterable[tuple[str, str]]:
    return codings(condition.record.json, "verificationStatus")


def groups_of(content: Content, condition: ConditionView) -> tuple[str, ...]:
    """The condition groups of a condition: by exact SNOMED code, or by the longest ICD-10-CM prefix."""
    return groups_of_codes(content, condition.codes)


def by_words(content: Content, condition: ConditionView) -> tuple[str, ...]:
    """The condition groups that the words of a condition tell of, where no code of it is placed: they are asked about,
    and count as nothing confirmed."""
    texts = (first_text(condition.record.json, "code.text"), first_text(condition.record.json, "code.coding.display"))
    plain = " ".join(text.lower() for text in texts if text)
    groups = content.concepts(CONDITION_GROUP)
    words = {code: str(concept.properties.get("words", "")).split(";") for code, concept in groups.items()}
    return tuple(
        code
        for code, some in words.items()
        if any(whole_word(word.strip()).search(plain) for word in some if word.strip())
    )


def groups_of_codes(content: Content, codes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The condition groups of these codes."""
    groups: dict[str, None] = {}
    for named, code in codes:
        system = wording.system_of(named, code)
        if system == SNOMED:
            groups |= dict.fromkeys(content.mapped("condition-groups", system, code))
        elif system == ICD10CM:
            mapped = content.mapped_by_prefix("condition-groups", system, code)
            groups |= dict.fromkeys(mapped or content.mapped("social-need-leaves", system, code))
    return tuple(groups)
