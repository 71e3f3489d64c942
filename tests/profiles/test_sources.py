"""Where every clinical number comes from, and what was compared with public artefacts (`docs/sources.md`)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts.rendering import sources
from scripts.rendering.sources import Comparison

Json = dict[str, Any]
NUMBERS = sources.numbers()
COMPARISONS = sources.comparisons()


def test_every_clinical_number_has_a_source_or_is_our_own_judgment() -> None:
    without = sorted({f"{one.where}: {one.what} {one.number}" for one in NUMBERS if one.mark not in sources.MARKS})
    assert without == []
    unsaid = {f"{one.where}: {one.what}" for one in NUMBERS if len(one.source) < 10}
    assert unsaid == set()
    assert len(NUMBERS) > 1000


@pytest.mark.parametrize("number", [5, 1.5])
def test_a_number_without_a_source_is_found(number: float) -> None:
    """The check can fail: what holds a number and no source, and what has one around it."""
    bare: Json = {"resourceType": "PlanDefinition", "id": "p", "action": [{"title": "a", "x": {"value": number}}]}
    (found,) = sources._numbers(bare, bare, (), "")
    assert (found.what, found.number, found.mark) == ("a", str(number), "")
    parts = [{"url": "text", "valueString": "our default"}, {"url": "mark", "valueCode": "D"}]
    marked = {**bare, "extension": [{"url": f"{sources.BASE}source", "extension": parts}]}
    (found,) = sources._numbers(marked, marked, (), "")
    assert (found.mark, found.source) == ("D", "our default")


def test_the_limit_of_a_rule_is_a_number() -> None:
    rule = {
        "title": "low",
        "condition": [{"expression": {"expression": "age >= 65 and egfr.where($this < 30).exists()"}}],
    }
    plan: Json = {"resourceType": "PlanDefinition", "id": "p", "action": [rule]}
    assert [one.number for one in sources._numbers(plan, plan, (), "")] == [">= 65, < 30"]


@pytest.mark.parametrize("one", COMPARISONS, ids=lambda one: f"{one.ours}: {one.theirs[:30]} {one.outcome}")
def test_a_comparison_says_what_was_compared_with_which_version(one: Comparison) -> None:
    assert one.outcome in sources.OUTCOMES
    assert one.version
    assert len(one.text) > 20
    assert one.url.startswith("http") or not one.url


def test_every_pathway_and_the_conflicts_name_what_they_were_compared_with() -> None:
    """For social needs no public artefact of goals or numbers was read."""
    ours = {one.ours.removeprefix("PlanDefinition/") for one in COMPARISONS}
    pathways = {
        path.stem.removeprefix("PlanDefinition-")
        for path in (sources.DEFINITIONS / "PlanDefinition").glob("PlanDefinition-pathway-*.json")
    }
    assert pathways - ours == {"pathway-social-needs"}
    assert {"contradictions", "CodeSystem/ingredient", "check-in-rules-copd", "unsafe-reading"} <= ours


def test_no_measure_of_ncqa_is_embedded() -> None:
    """What CMS publishes for NCQA is neither compared nor named by its number."""
    theirs = ("CMS122", "CMS125", "CMS128", "CMS130", "CMS131", "CMS137", "CMS138", "CMS139", "CMS156", "CMS165")
    for artefact in sources.artefacts():
        text = json.dumps(artefact)
        assert not [name for name in theirs if name in text], sources.name_of(artefact)


def test_what_is_missing_is_a_known_gap() -> None:
    """Each `lacks` is told in docs/known-gaps.md."""
    gaps = (sources.DEFINITIONS.parents[1] / "docs" / "known-gaps.md").read_text(encoding="utf-8")
    told = {
        "CMS90": "KCCQ",
        "recommendations 4 and 5": "morphine milligram",
        "recommendation 11": "gabapentinoid",
        "CPIC": "CYP2C19",
    }
    for one in COMPARISONS:
        if one.outcome == "lacks":
            (word,) = [word for name, word in told.items() if name in one.theirs]
            assert word in gaps, one
