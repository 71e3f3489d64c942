"""Views that nobody thought of, over patients that nobody thought of: DuckDB says row by row what `sqlonfhir` says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from carefhir.population.engines import duckdb_engine
from tests.population.oracle import oracle
from tests.support.deep import depth
from tests.support.views import Json, bag, rows_on, view

pytestmark = pytest.mark.views

WORDS = st.sampled_from(["A", "B", "it's"])


def some(**elements: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """An object with any of the elements; one that has none of them has an id, for no object of FHIR is empty."""
    return st.fixed_dictionaries({}, optional=elements).map(lambda drawn: drawn or {"id": "x"})


def list_of(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, min_size=1, max_size=3)


TELECOM = some(system=st.sampled_from(["phone", "email"]), value=WORDS, rank=st.integers(1, 3))
NAME = some(use=st.sampled_from(["official", "usual"]), family=WORDS, given=list_of(WORDS))
EXTENSION = st.fixed_dictionaries({"url": st.sampled_from(["http://a", "http://b"])}, optional={"valueString": WORDS})
PATIENT = st.fixed_dictionaries(
    {"resourceType": st.just("Patient"), "id": st.sampled_from(["p1", "p2", "p3"])},
    optional={
        "active": st.booleans(),
        "gender": st.sampled_from(["male", "female"]),
        "birthDate": st.sampled_from(["1980-01-01", "1980-01-02", "1979-12-31"]),
        "deceasedBoolean": st.booleans(),
        "name": list_of(NAME),
        "telecom": list_of(TELECOM),
        "extension": list_of(EXTENSION),
        "contact": list_of(some(name=NAME, telecom=list_of(TELECOM), gender=st.sampled_from(["male", "female"]))),
        "managingOrganization": st.sampled_from([{"reference": "Organization/o1"}, {"reference": "Organization/o2"}]),
    },
)
NAME_PATHS = (
    "use",
    "family",
    "given.first()",
    "given[1]",
    "given.exists()",
    "family = 'A'",
    "(use = 'usual').not()",
    "given.where($this = 'B').first()",
    "given.exists() and use = 'official'",
    "family.empty() or use != 'usual'",
)
TELECOM_PATHS = ("system", "value", "rank", "rank < 2", "rank >= 2 and system.exists()", "value = %word")
PATHS = {
    "Patient": (
        "id",
        "getResourceKey()",
        "active",
        "gender",
        "birthDate",
        "birthDate < @1980-01-02",
        "birthDate = @1980-01-01",
        "deceased.ofType(boolean)",
        "deceased.exists()",
        "name.family.first()",
        "name[1].family",
        "name.given.first()",
        "name.first().given.first()",
        "name.where(use = 'official').given.first()",
        "name.exists()",
        "name.given.empty()",
        "name.where(family = %word and use = 'usual').exists()",
        "name.exists(given.exists())",
        "contact.name.exists()",
        "contact.telecom.where(rank > 1).value.first()",
        "(gender = 'male').not()",
        "active and gender = 'male'",
        "active or deceased.ofType(boolean)",
        "extension('http://a').value.ofType(string).first()",
        "'it\\'s'",
        "name.where(given.where($this = 'A').exists()).family.first()",
        "contact.name.given[2]",
    ),
    "HumanName": NAME_PATHS,
    "ContactPoint": TELECOM_PATHS,
    "Patient.contact": (
        "gender",
        "name.family",
        "name.given.first()",
        "telecom.value.first()",
        "telecom.exists()",
        "telecom.where(system = 'phone').rank.first()",
    ),
    "word": ("$this", "$this = 'A'"),
}
EACH = {
    "Patient": {
        "name": "HumanName",
        "name.where(use = 'official')": "HumanName",
        "name[0]": "HumanName",
        "contact": "Patient.contact",
        "contact.telecom": "ContactPoint",
        "telecom": "ContactPoint",
        "contact.name": "HumanName",
        "name.given": "word",
        "telecom.where(rank.exists()).first()": "ContactPoint",
    },
    "HumanName": {"given": "word"},
    "Patient.contact": {"telecom": "ContactPoint", "name": "HumanName", "name.given": "word"},
    "ContactPoint": {},
    "word": {},
}
CONDITIONS = (
    "active",
    "gender = 'male'",
    "name.exists()",
    "deceased.ofType(boolean).exists() and active",
    "(active = true).not()",
    "name.where(use = 'official').exists() or telecom.empty()",
    "birthDate >= @1980-01-01",
    "true",
)


@st.composite
def selects(draw: st.DrawFn, focus: str, depth: int, names: list[str]) -> Json:
    """A select of any shape; `names` is where its columns get theirs, so that no two are the same."""
    select: Json = {}
    loop = draw(st.sampled_from(["", "", "forEach", "forEachOrNull"])) if EACH[focus] else ""
    if loop:
        # The oracle forgets the constants in a forEachOrNull; no path of EACH has one.
        path = draw(st.sampled_from(sorted(EACH[focus])))
        select[loop] = path
        focus = EACH[focus][path]
    paths = draw(st.lists(st.sampled_from(PATHS[focus]), min_size=0 if depth else 1, max_size=3))
    if paths:
        select["column"] = [{"name": names.pop(), "path": path} for path in paths]
    inside = draw(st.integers(0, 2)) if depth else 0
    if inside:
        select["select"] = [draw(selects(focus, depth - 1, names)) for _ in range(inside)]
    if (depth and draw(st.booleans())) or not (paths or inside):
        name = names.pop()
        select["unionAll"] = [draw(branches(focus, name)) for _ in range(draw(st.integers(2, 3)))]
    return select


@st.composite
def branches(draw: st.DrawFn, focus: str, name: str) -> Json:
    """A branch with one column of words, for each item or not."""
    words = {
        "Patient": "id",
        "HumanName": "family",
        "ContactPoint": "value",
        "Patient.contact": "gender",
        "word": "$this",
    }
    each = [path for path, type_ in EACH[focus].items() if type_ in words]
    loop = draw(st.sampled_from(["", "forEach", "forEachOrNull"])) if each else ""
    branch: Json = {}
    if loop:
        path = draw(st.sampled_from(each))
        branch[loop] = path
        focus = EACH[focus][path]
    return branch | {"column": [{"name": name, "path": words[focus]}]}


@st.composite
def views(draw: st.DrawFn) -> Json:
    names = [f"c{number}" for number in range(60)]
    parts = [draw(selects("Patient", 2, names)) for _ in range(draw(st.integers(1, 2)))]
    where = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2))
    return view("Patient", *parts, where=where, constant=[{"name": "word", "valueString": "A"}])


@pytest.fixture(scope="module")
def backend() -> Any:
    return duckdb_engine(memory="1GB", threads=1)


@settings(max_examples=depth(40, 200))
@given(patients=st.lists(PATIENT, max_size=4), definition=views())
def test_duckdb_says_what_the_oracle_says(
    patients: list[Json], definition: Json, backend: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = oracle(patients, definition)
    event(f"rows: {min(len(expected), 3)}")
    assert bag(rows_on(backend, definition, patients, tmp_path_factory.mktemp("views"))) == bag(expected)
