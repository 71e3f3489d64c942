"""`docs/sources.md`: where every clinical number comes from, and what was compared with public artefacts.

Made of the artefacts alone: the extension `source` (text and mark) of the element that holds a number or of the nearest
one around it, and the citations of `relatedArtifact` that carry the extension `compared`. A test holds that no number
is without a source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.rendering import markdown
from scripts.rendering.markdown import table

Json = dict[str, Any]
DEFINITIONS = Path(__file__).resolve().parents[2] / "profiles" / "definitions"
BASE = "https://carefhir.org/fhir/StructureDefinition/"
TYPES = ("PlanDefinition", "ObservationDefinition", "Questionnaire", "CodeSystem", "ConceptMap")
OUTCOMES = {"agrees": "agrees", "differs": "differs", "not-taken": "not taken", "lacks": "known gap"}
MARKS = {
    "V": "read in the named source",
    "S": "seen on single pages, or as others cite it",
    "D": "our own judgment",
    "K": "general knowledge, still to be confirmed",
}
_compared = re.compile(r"(?:[<>=]=?|!=)\s*\$?-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of an artefact of ours with a public one."""

    ours: str
    """`Type/id`."""
    theirs: str
    url: str
    version: str
    outcome: str
    """A code of CodeSystem comparison-outcome."""
    text: str


@dataclass(frozen=True, slots=True)
class ClinicalNumber:
    """One number of an artefact, and the source it carries."""

    where: str
    """`Type/id`."""
    what: str
    """What it is about: the title of the rule, the name of the parameter, the code of the concept."""
    number: str
    mark: str
    """V, S, D or K; "" where it has no source."""
    source: str


def artefacts() -> Iterator[Json]:
    """Every artefact that may hold a clinical number, by type and id."""
    for type_ in TYPES:
        for path in sorted((DEFINITIONS / type_).glob("*.json")):
            yield json.loads(path.read_text(encoding="utf-8"))


def name_of(artefact: Json) -> str:
    """`Type/id`."""
    return f"{artefact['resourceType']}/{artefact['id']}"


def comparisons() -> tuple[Comparison, ...]:
    """Every comparison with a public artefact."""
    return tuple(one for artefact in artefacts() for one in _comparisons(artefact))


def _comparisons(artefact: Json) -> Iterator[Comparison]:
    of_systems = [
        each["valueRelatedArtifact"] for each in _own(artefact, "compared-artifact") if "valueRelatedArtifact" in each
    ]
    for related in (*artefact.get("relatedArtifact", ()), *of_systems):
        for extension in _own(related, "compared"):
            parts = _parts(extension)
            yield Comparison(
                ours=name_of(artefact),
                theirs=related["display"],
                url=related.get("url", ""),
                version=parts["version"],
                outcome=parts["outcome"],
                text=parts["text"],
            )


def numbers() -> tuple[ClinicalNumber, ...]:
    """Every clinical number, in the order of the artefacts."""
    return tuple(number for artefact in artefacts() for number in _numbers(artefact, artefact, (), ""))


def _numbers(artefact: Json, element: Any, around: tuple[Json, ...], what: str) -> Iterator[ClinicalNumber]:
    """The numbers in an element and below it. `around`: the elements it lies in, the nearest last."""
    if isinstance(element, list):
        for each in element:
            yield from _numbers(artefact, each, around, what)
        return
    if not isinstance(element, dict):
        return
    named = _named(element) or what
    within = (*around, element)
    found = [str(element[key]) for key in ("valueInteger", "valueDecimal", "value") if _is_number(element.get(key))]
    found += _compared.findall(element.get("expression", "")) if isinstance(element.get("expression"), str) else []
    if found:
        mark, source = _source(within)
        yield ClinicalNumber(name_of(artefact), named, ", ".join(dict.fromkeys(found)), mark, source)
    for key, value in element.items():
        if key not in ("effectivePeriod", "contact", "meta"):
            yield from _numbers(artefact, value, within, named)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _named(element: Json) -> str:
    """What an element is about, in its own words; "" where it does not say."""
    if "code" in element and "property" in element:
        return str(element["code"])
    parts = _parts(element) if "extension" in element and str(element.get("url", "")).endswith("/parameter") else {}
    coded = element.get("description") if isinstance(element.get("description"), dict) else {}
    return str(parts.get("name") or element.get("title") or coded.get("text") or element.get("linkId") or "")


def _source(within: tuple[Json, ...]) -> tuple[str, str]:
    """The mark and the text of the nearest source; "" where there is none."""
    for element in reversed(within):
        for extension in _own(element, "source"):
            parts = _parts(extension)
            return parts["mark"], parts["text"]
    return "", ""


def _own(element: Json, name: str) -> list[Json]:
    return [each for each in element.get("extension", ()) if each.get("url") == BASE + name]


def _parts(extension: Json) -> dict[str, Any]:
    """The parts of a complex extension, by their url."""
    return {
        part["url"]: next((value for key, value in part.items() if key.startswith("value")), "")
        for part in extension.get("extension", ())
    }


def page() -> str:
    """The page."""
    compared, counted = comparisons(), numbers()
    by_artefact: dict[str, list[ClinicalNumber]] = {}
    for number in counted:
        by_artefact.setdefault(number.where, []).append(number)
    return markdown.page(
        "the artefacts in `profiles/definitions`",
        "# Sources",
        "Where every clinical number comes from, and what was compared with public artefacts. carefhir computes no "
        "quality measure; where a measure is named, its published logic was read and compared with a rule of ours. "
        "Measures whose publisher is NCQA were not used, and are not named as a result. No clinician has signed these "
        "comparisons.",
        "## What was compared",
        "*agrees*: the same number, code or population. *differs*: another one, on purpose. *not taken*: theirs has "
        "it, and it does not fit here. *known gap*: theirs has it, and ours should.",
        table(
            ("ours", "public artefact", "version", "came to", "what was compared"),
            (
                (f"`{one.ours}`", one.theirs, one.version, OUTCOMES[one.outcome], one.text)
                for one in sorted(compared, key=lambda one: (one.ours, one.theirs))
            ),
        ),
        "## How sure the numbers are",
        "Marks: " + "; ".join(f"{mark}: {words}" for mark, words in MARKS.items()) + ".",
        table(
            ("artefact", "numbers", *MARKS),
            (
                (f"`{where}`", str(len(some)), *(str(sum(one.mark == mark for one in some)) for mark in MARKS))
                for where, some in sorted(by_artefact.items())
            ),
        ),
        "## Numbers that rest on general knowledge",
        "They are the first to be confirmed.",
        table(
            ("artefact", "what", "number", "what is said of it"),
            sorted({(f"`{one.where}`", one.what, one.number, one.source) for one in counted if one.mark == "K"}),
        ),
        "## Numbers of rules and goals",
        "Goals, actions and parameters of PlanDefinitions with their sources. Scores of instruments, units and classes "
        "of medicines stand in their own artefacts.",
        table(
            ("artefact", "what", "number", "mark", "source"),
            dict.fromkeys(
                (f"`{one.where}`", one.what, one.number, one.mark, one.source)
                for one in counted
                if one.where.startswith("PlanDefinition/")
            ),
        ),
    )
