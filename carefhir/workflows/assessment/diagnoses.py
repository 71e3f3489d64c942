"""Codes that somebody confirms: leaf codes of social needs, and diagnoses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from carefhir.chart.condition_groups import groups_of_codes
from carefhir.codes import CONDITION_GROUP, ICD10CM, SNOMED
from carefhir.content.loading import Content
from carefhir.mappers.condition import ConditionView

LEAVES = ("ConceptMap", "social-need-leaves")
SHORT = {"snomed": SNOMED, "sct": SNOMED, "icd-10-cm": ICD10CM, "icd10": ICD10CM}
"""What people type for a code system, and its url."""

_need = re.compile(r"^Z(5[5-9]|6[0-5])(\.|$)")
_icd = re.compile(r"^[A-TV-Z]\d[\dA-Z](\.[\dA-Z]{1,4})?$")
_sct = re.compile(r"^\d{6,18}$")


def spelled(given: str) -> tuple[str, str] | None:
    """Reads a code as somebody typed it (`system|code`); gives None for a system that has no diagnoses."""
    system, bar, code = given.partition("|")
    full = SHORT.get(system.lower(), system)
    return (full, code.strip()) if bar and code.strip() and full in (SNOMED, ICD10CM) else None


def is_need(concern: ConditionView) -> bool:
    """Whether a concern is a social need: by its category, or by a Z code."""
    return concern.sdoh or bool(need_codes(concern))


def need_codes(concern: ConditionView) -> list[str]:
    """The codes of Z55 to Z65 that a concern has."""
    return [code for system, code in concern.codes if system == ICD10CM and _need.match(code)]


def leaf(content: Content, code: str) -> bool:
    """Whether a code is one of Z55 to Z65 and has no more specific code below it."""
    return bool(content.mapped(LEAVES[1], ICD10CM, code))


def not_medical(system: str, code: str) -> tuple[str, ...]:
    """Says why a code is not a diagnosis."""
    if system == ICD10CM and _need.match(code):
        return (f"{code} is a social need, not a diagnosis: give the diagnosis that the screen found",)
    if not (_icd if system == ICD10CM else _sct).match(code):
        return ("the diagnosis code is not in the format of its code system: check it",)
    return ()


def restricted(content: Content, codes: Iterable[tuple[str, str]]) -> bool:
    """Whether a condition with these codes must stay out of shared documents."""
    groups = content.concepts(CONDITION_GROUP)
    return any(groups[one].properties.get("restricted") for one in groups_of_codes(content, codes))
