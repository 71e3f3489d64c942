"""What carefhir writes, held against the profiles that `profiles/conformance.toml` names: US Core 6.1.0 and 9.0.0, SDOH
Clinical Care, MCC Care Plan. What is not met stands in the table with its reason; both a new one and one that is mended
fail here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from carefhir.content.loading import load
from scripts.rendering.conformance import conformance
from tests.support.conformance import (
    CURSOR,
    Failure,
    as_claimed,
    by_engine,
    element_of,
    failures,
    is_met,
    is_true,
    kind_of,
    sort_of,
    unmet,
    unmet_by_engine,
)
from tests.support.deep import depth
from tests.support.profiles import ROWS, claiming
from tests.support.scenarios import FIRST_OF_EACH_STEP, SCENARIOS
from tests.support.validator import DEFINITIONS, Issue, validate
from tests.support.written import beside_stories, by_scenarios, distinct, in_the_demo

Json = dict[str, Any]
TABLE = conformance()
SHADOWS = {"shadow-Patient", "shadow-Practitioner"}


@pytest.fixture(scope="module")
def records() -> list[Json]:
    """One of each kind; of the stories one of each step, or all of them."""
    return distinct([*by_scenarios(depth(FIRST_OF_EACH_STEP, SCENARIOS)), *in_the_demo(), *beside_stories()])


def found_in(records: list[Json]) -> set[Failure]:
    return {failure for each in records for failure in failures(TABLE, each)}


# ---- what is written


def test_nothing_lacks_what_its_kind_is_said_to_meet(records: list[Json]) -> None:
    assert found_in(records) - unmet(TABLE) == set()


@pytest.mark.deep
def test_what_is_said_not_to_be_met_is_not_met(records: list[Json]) -> None:
    """Whoever mends one takes it out of the table."""
    assert unmet(TABLE) - found_in(records) == set()


@pytest.mark.deep
def test_each_kind_is_written(records: list[Json], record_property: Any) -> None:
    counts = Counter(kind.title if (kind := kind_of(TABLE, each)) else sort_of(each) for each in records)
    record_property("records held against published profiles", sum(counts[each.title] for each in TABLE.kinds))
    assert [each.title for each in TABLE.kinds if not counts[each.title]] == []
    assert {profile for _, _, profile in ROWS} <= {sort_of(each) for each in records}, "of each profile of ours one"


def test_what_has_no_kind_is_of_a_type_that_no_guide_profiles(records: list[Json]) -> None:
    profiled = frozenset().union(*(guide.types for guide in TABLE.guides.values()))
    assert {each["resourceType"] for each in records if kind_of(TABLE, each) is None} & profiled == set()


@pytest.mark.hapi
def test_all_of_it_is_valid_r4_and_meets_our_profiles(java: None, records: list[Json]) -> None:
    plain = SHADOWS | {CURSOR}
    reports = validate([each if sort_of(each) in plain else claiming(each) for each in records])
    assert len(reports) == len(records) > 200
    assert [f"{one.resource_type}: {issue}" for one in reports for issue in one.errors] == []


@pytest.mark.hapi
@pytest.mark.shared
@pytest.mark.deep
def test_the_engine_agrees_about_us_core(java: None, records: list[Json], shared: Path) -> None:
    held, found = by_engine(TABLE, records, shared)
    assert held > 400
    assert found == unmet_by_engine(TABLE)


@pytest.mark.hapi
@pytest.mark.shared
@pytest.mark.deep
def test_the_engine_would_find_what_a_profile_lacks(java: None, records: list[Json], shared: Path) -> None:
    """That it finds nothing says something only if it looks: the same records without what US Core asks for."""
    removed = {
        "us-core-goal": ("description",),
        "us-core-careplan": ("category",),
        "us-core-careteam": ("participant",),
        "us-core-condition-problems-health-concerns": ("category",),
        "us-core-servicerequest": ("code",),
        "us-core-observation-screening-assessment": ("category",),
        "us-core-documentreference": ("type",),
        "us-core-questionnaireresponse": ("authored",),
        "us-core-pulse-oximetry": ("effectiveDateTime",),
        "us-core-relatedperson": ("active",),
    }
    spoiled = {}
    for each in records:
        kind = kind_of(TABLE, each)
        for id_ in kind.meets if kind else ():
            if id_ in removed:
                spoiled[id_] = {name: value for name, value in each.items() if name not in removed[id_]}
    assert set(spoiled) == set(removed)
    base = "http://hl7.org/fhir/us/core/StructureDefinition/"
    folder = shared / "data" / "us-core"
    claimed = [as_claimed(each, base + id_) for id_, each in spoiled.items()]
    reports = validate(claimed, (DEFINITIONS, folder), (folder / "us_core_610.tgz",))
    assert [id_ for id_, report in zip(spoiled, reports, strict=True) if not report.errors] == []


# ---- the table itself


@pytest.mark.parametrize("kind", TABLE.kinds, ids=lambda one: one.title)
def test_a_kind_says_of_each_guide_that_profiles_its_type_what_it_meets_or_why_nothing(kind: Any) -> None:
    types = {type_ for type_, _, profile in ROWS if profile in kind.ours} or {kind.ours[0].partition("-")[2]}
    for guide in TABLE.guides.values():
        met = [id_ for id_ in kind.meets if guide.key in TABLE.shapes[id_].guides]
        reason = kind.beside.get(guide.key)
        assert bool(met or reason) == bool(types & guide.types), guide.title
        assert not (met and reason), guide.title


def test_the_table_names_what_there_is() -> None:
    ours = {profile for _, _, profile in ROWS} | SHADOWS
    assert {id_ for kind in TABLE.kinds for id_ in kind.ours} <= ours
    assert {id_ for kind in TABLE.kinds for id_ in kind.meets} | {"us-core-vital-signs"} == set(TABLE.shapes)
    for kind in TABLE.kinds:
        for each in kind.but:
            assert each.shape in kind.meets, kind.title
            needs = {need.element for need, _ in TABLE.shapes[each.shape].needs}
            assert each.element in needs, (kind.title, each.element)
            assert each.why.endswith("."), kind.title


def test_a_profile_builds_on_what_its_own_guide_builds_on() -> None:
    """MCC on US Core 6.1.0, which wants the category of a plan; 9.0.0 wants none."""
    plan, mcc = TABLE.shapes["us-core-careplan"], TABLE.shapes["mccCarePlan"]
    assert "CarePlan.category" in {need.element for need in mcc.demands("mcc")}
    assert "CarePlan.category" in {need.element for need in plan.demands("us-core-6")}
    assert "CarePlan.category" not in {need.element for need in plan.demands("us-core-9")}


ADDED: dict[str, Any] = {
    "activity": [{"detail": {"status": "unknown"}}, {"reference": {"reference": "Group/1"}}],
    "abatementString": "later",
    "addresses": [{"reference": "Group/1"}],
    "asserter": {"reference": "Group/1"},
    "bodySite": {"text": "left"},
    "context": {"encounter": [{"reference": "Encounter/1"}, {"reference": "Encounter/2"}]},
    "contributor": [{"reference": "Group/1"}],
    "goal": [{"reference": "Group/1"}],
    "specimen": {"reference": "Specimen/1"},
    "stage": [{"summary": {"text": "II"}}],
    "statusReason": {"coding": [{"code": "1"}]},
    "target": [{"dueDuration": {"value": 1}}, {}],
    "telecom": [{}],
    "text": {"status": "empty"},
    "valueQuantity": {"value": 1, "system": "other"},
}
"""What may be put into a record to make it one that some profile does not take."""


def spoiled(resource: Json) -> Iterator[Json]:
    """The record made worse in one place: something gone, something else, something too much or out of place."""
    yield {"resourceType": resource["resourceType"]}
    yield from ({**resource, name: value} for name, value in ADDED.items())
    for path in _paths(resource):
        for change in (_gone, _other, _twice):
            copy = deepcopy(resource)
            if change(copy, path):
                yield copy


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        if not path and name in ("meta", "id", "resourceType"):
            continue
        yield (*path, name)
        yield from _paths(item, (*path, name))


def _parent(resource: Json, path: tuple[Any, ...]) -> Any:
    value: Any = resource
    for name in path[:-1]:
        value = value[name]
    return value


def _gone(resource: Json, path: tuple[Any, ...]) -> bool:
    del _parent(resource, path)[path[-1]]
    return True


def _other(resource: Json, path: tuple[Any, ...]) -> bool:
    parent = _parent(resource, path)
    if isinstance(parent[path[-1]], str):
        parent[path[-1]] = "ready" if path[-1] == "status" else "2026"
        return True
    return False


def _twice(resource: Json, path: tuple[Any, ...]) -> bool:
    parent = _parent(resource, path)
    if isinstance(parent, list):
        parent.append(deepcopy(parent[path[-1]]))
        return True
    return False


@pytest.mark.deep
@pytest.mark.parametrize("id_", sorted(TABLE.shapes))
def test_each_need_of_a_profile_can_fail(records: list[Json], id_: str) -> None:
    """An expression with a slip in it would be true of everything, or of nothing."""
    shape = TABLE.shapes[id_]
    meeting = [each for each in records if (kind := kind_of(TABLE, each)) and id_ in kind.meets]
    of_type = meeting or [each for each in records if sort_of(each) == "carefhir-given-number"]
    for need in {need for need, _ in shape.needs}:
        sound = [each for each in of_type if is_met(need, each)]
        assert any(not is_met(need, worse) for each in sound or of_type for worse in spoiled(each)), need.element


def test_an_expression_that_answers_neither_true_nor_false_is_a_slip() -> None:
    with pytest.raises(ValueError, match="gives"):
        is_true("code.coding.code", {"resourceType": "Goal", "code": {"coding": [{"code": "a"}, {"code": "b"}]}})


@pytest.mark.parametrize(
    ("location", "message", "element"),
    [
        ("Observation", "Observation.category: minimum required = 1, but only found 0", "Observation.category"),
        (
            "Observation",
            "Slice 'Observation.category:survey': a matching slice is required",
            "Observation.category:survey",
        ),
        ("Goal.target[0].due", "is not a date", "Goal.target.due"),
        ("Provenance", "must have an agent", "Provenance: must have an agent"),
    ],
)
def test_what_the_engine_says_is_read_as_an_element(location: str, message: str, element: str) -> None:
    assert element_of(Issue("error", location, message)) == element


# ---- what a site adds


def test_a_code_of_a_site_carries_published_codes_and_categories_too(tmp_path: Path) -> None:
    for name, artefact in SITE.items():
        (tmp_path / name).write_text(artefact)
    content = load(tmp_path)
    item = content.concept("https://carefhir.org/fhir/CodeSystem/care-item", "legal-aid")
    assert [each["coding"][0]["code"] for each in content.published_categories(item)] == ["sdoh"]
    assert content.published_codings(item) == [item.coding]
    goal = content.concept("https://carefhir.org/fhir/CodeSystem/care-goal", "enough-food")
    assert [each["code"] for each in content.published_codings(goal)] == ["enough-food", "1078229009"]


SITE = {
    "CodeSystem-care-item-legal.json": """{
        "resourceType": "CodeSystem", "id": "care-item-legal", "status": "active", "version": "1",
        "url": "https://carefhir.org/fhir/CodeSystem/care-item", "content": "fragment",
        "concept": [{"code": "legal-aid", "display": "legal aid",
                     "designation": [{"value": "We ask a lawyer to help you"}]}]
    }""",
    "ConceptMap-published-categories-legal.json": """{
        "resourceType": "ConceptMap", "id": "published-categories-legal", "status": "active", "version": "1",
        "url": "https://site.example/fhir/ConceptMap/published-categories-legal",
        "extension": [{"url": "https://carefhir.org/fhir/StructureDefinition/adds-to",
                       "valueCanonical": "https://carefhir.org/fhir/ConceptMap/published-categories"}],
        "group": [{"source": "https://carefhir.org/fhir/CodeSystem/care-item",
                   "target": "http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
                   "element": [{"code": "legal-aid", "target": [{"code": "sdoh", "equivalence": "wider"}]}]}]
    }""",
}
