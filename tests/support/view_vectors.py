"""What views say of resources, a vector for each rule: asked of DuckDB in every run and of Spark in CI.

The official tests ask most of SQL on FHIR; these ask what they leave open: what unknown means, how exact a date is,
whose key a reference is, and rows of nothing inside each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.support.views import Json, columns, view


@dataclass(frozen=True, slots=True)
class Vector:
    """A view over resources, and the rows that it gives."""

    rule: str
    definition: Json
    resources: tuple[Json, ...]
    rows: tuple[Json, ...]

    def __str__(self) -> str:
        return self.rule


def patient(id_: str, **elements: Any) -> Json:
    return {"resourceType": "Patient", "id": id_, **elements}


def observation(id_: str, **elements: Any) -> Json:
    return {"resourceType": "Observation", "id": id_, "status": "final", **elements}


def same(rule: str, resource: Json, **paths: Any) -> Vector:
    """What paths give of one resource: `name=(path, value)`."""
    return Vector(
        rule,
        view(resource["resourceType"], columns(**{name: path for name, (path, _) in paths.items()})),
        (resource,),
        ({name: value for name, (_, value) in paths.items()},),
    )


ANNA = patient("anna", active=True, name=[{"use": "official", "family": "A", "given": [None, "B"]}, {"family": "C"}])
NOBODY = patient("nobody")
CONTACTS = (
    patient("two", contact=[{"gender": "male", "telecom": [{"value": "1"}, {"value": "2"}]}, {"gender": "female"}]),
    patient("none"),
)
DATES = {"year": "2024", "month": "2024-03", "day": "2024-03-05", "late": "2024-03-05T23:30:00-05:00"}


def dated(rule: str, condition: str, *ids: str) -> Vector:
    """Which of DATES fulfill a condition on the effective date."""
    resources = tuple(observation(id_, effectiveDateTime=date) for id_, date in DATES.items())
    return Vector(
        rule, view("Observation", columns(id="id"), where=[condition]), resources, tuple({"id": id_} for id_ in ids)
    )


def referred(reference: str, to_patient: str | None, to_any: str | None) -> Vector:
    """The keys of a subject: asked for a Patient, and for whatever it is."""
    return same(
        f"the key of {reference}",
        observation("o", subject={"reference": reference}),
        patient=("subject.getReferenceKey(Patient)", to_patient),
        whoever=("subject.getReferenceKey()", to_any),
    )


ONE_RESOURCE = (
    same("a null in a list is no value", ANNA, first=("name.given.first()", "B"), second=("name.given[1]", None)),
    same("an index behind the end gives nothing", ANNA, family=("name[7].family", None)),
    same("an index counts from 0", ANNA, zeroth=("name[0].family", "A"), first=("name[1].family", "C")),
    same("an index is of what has a value", ANNA, use=("name[0].use", "official"), uses=("name.use[1]", None)),
    same(
        "several values are not one of them",
        ANNA,
        equal=("name.family = 'A'", False),
        not_=("name.family != 'A'", True),
    ),
    same("nothing equals nothing", NOBODY, equal=("name.family = 'A'", None), not_=("name.family != 'A'", None)),
    same(
        "and, or with unknown",
        NOBODY,
        one=("active and false", False),
        other=("active or true", True),
        both=("active and true", None),
    ),
    same("the opposite of unknown is unknown", NOBODY, value=("active.not()", None)),
    same(
        "exists is never unknown",
        NOBODY,
        there=("active.exists()", False),
        gone=("active.empty()", True),
        named=("name.exists(family = 'A')", False),
    ),
    same(
        "exists with a condition",
        ANNA,
        there=("name.exists(family = 'C')", True),
        not_there=("name.exists(family = 'B')", False),
    ),
    same(
        "a condition inside a condition",
        ANNA,
        family=("name.where(given.where($this = 'B').exists()).family.first()", "A"),
    ),
    same(
        "a condition that is unknown is not fulfilled",
        ANNA,
        family=("name.where(use = 'official').family.first()", "A"),
        count=("name.where(use != 'official').exists()", False),
    ),
    same(
        "the resource itself under a condition",
        ANNA,
        there=("where(active).exists()", True),
        id=("where(active.not()).id", None),
    ),
    same("of nothing joined, nothing", NOBODY, given=("name.given.join(',')", None)),
    same("joined", ANNA, families=("name.family.join('+')", "A+C")),
    same(
        "a choice that is there, of whatever type",
        patient("p", deceasedDateTime="2024"),
        there=("deceased.exists()", True),
        yes=("deceased.ofType(boolean)", None),
        on=("deceased.ofType(dateTime)", "2024"),
    ),
    same("a choice that is not there", NOBODY, there=("deceased.exists()", False), gone=("deceased.empty()", True)),
    same(
        "choices inside a list",
        observation("o", component=[{"code": {"text": "a"}}, {"code": {"text": "b"}, "valueInteger": 0}]),
        there=("component.value.exists()", True),
        which=("component.where(value.exists()).code.text.first()", "b"),
    ),
    same(
        "nothing inside is asked",
        observation("o", code={"text": "a"}, category=[{"text": "b"}]),
        code=("code.exists()", True),
        category=("category.exists()", True),
        method=("method.exists()", False),
    ),
    same(
        "decimals keep their value",
        observation("o", valueQuantity={"value": 1.50}),
        value=("value.ofType(Quantity).value", Decimal("1.5")),
        less=("value.ofType(Quantity).value < 1.51", True),
        least=("value.ofType(Quantity).value >= -1", True),
    ),
    same(
        "more places than are kept are compared as written",
        observation("o", valueQuantity={"value": 7}),
        less=("value.ofType(Quantity).value < 7.00000001", True),
    ),
    same(
        "extensions by url",
        patient(
            "p",
            extension=[
                {"url": "http://a", "valueString": "x"},
                {"url": "http://b", "extension": [{"url": "c", "valueCoding": {"code": "y"}}]},
            ],
        ),
        a=("extension('http://a').value.ofType(string).first()", "x"),
        c=("extension('http://b').extension('c').value.ofType(Coding).code.first()", "y"),
        d=("extension('http://d').exists()", False),
    ),
    same("the text of a literal", NOBODY, quoted=(r"'it\'s é'", "it's é"), number=("7", 7), whether=("true", True)),
    same(
        "a time of day, with and without fractions",
        observation("o", valueTime="10:00:00"),
        equal=("value.ofType(time) = @T10:00:00.000", True),
        less=("value.ofType(time) < @T10:00:00.5", True),
    ),
    same(
        "instants, whatever their zones",
        observation("o", effectiveDateTime="2024-03-05T23:30:00-05:00", issued="2024-03-06T04:30:00Z"),
        equal=("effective.ofType(dateTime) = issued", True),
        before=("effective.ofType(dateTime) < @2024-03-06T04:30:01Z", True),
        not_=("issued > effective.ofType(dateTime)", False),
    ),
    same(
        "a time that does not say its zone is unknown",
        observation("o", effectiveDateTime="2024-03-05T10:00:00"),
        before=("effective.ofType(dateTime) < @2030-03-06T04:30:01Z", None),
        day=("effective.ofType(dateTime) < @2024-03-06", True),
    ),
    same(
        "a date that nobody can read is unknown",
        observation("o", effectiveDateTime="2024-13-45T99:00:00Z"),
        before=("effective.ofType(dateTime) < @2024-03-06T04:30:01Z", None),
    ),
    referred("Patient/p-1.a", "p-1.a", "p-1.a"),
    referred("Patient/p/_history/3", "p", "p"),
    referred("Group/g", None, "g"),
    referred("http://other.example/fhir/Patient/p", None, None),
    referred("urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7", None, None),
    referred("#contained", None, None),
    referred("Patient?identifier=http://a/b|1", None, None),
    referred("Patient/", None, None),
    referred("Patient/a/b", None, None),
    same(
        "no reference, no key",
        observation("o", subject={"identifier": {"value": "1"}}),
        key=("subject.getReferenceKey(Patient)", None),
    ),
    same(
        "keys of several references",
        patient(
            "p",
            generalPractitioner=[{"reference": "Practitioner/d"}, {"display": "?"}, {"reference": "Organization/o"}],
        ),
        key=("generalPractitioner.getReferenceKey(Practitioner).first()", "d"),
        has=("generalPractitioner.getReferenceKey(Organization).exists()", True),
    ),
)
CONDITIONS = (
    dated("a date is compared as far as both go", "effective.ofType(dateTime) < @2025", *DATES),
    dated("later in an earlier year", "effective.ofType(dateTime) > @2023-12-31", *DATES),
    dated("what a year leaves open is unknown", "effective.ofType(dateTime) >= @2024-03-05", "day"),
    dated("and what is unknown is not the opposite either", "(effective.ofType(dateTime) >= @2024-03-05).not()"),
    dated("a month", "effective.ofType(dateTime) <= @2024-03", "month"),
    dated("the day before", "effective.ofType(dateTime) > @2024-03-04", "day", "late"),
    dated("not equal, as far as both go", "effective.ofType(dateTime) != @2024-04-01", "month", "day", "late"),
    dated("with a time, as an instant", "effective.ofType(dateTime) >= @2024-03-06T04:00:00Z", "late"),
    Vector(
        "several conditions hold together",
        view("Patient", columns(id="id"), where=["active", "name.exists()"]),
        (ANNA, NOBODY),
        ({"id": "anna"},),
    ),
)
GENDER_AND_VALUE = {"forEach": "telecom", **columns(value="value")}
SELECTIONS = (
    Vector(
        "of no item, no row",
        view("Patient", columns(id="id"), {"forEach": "contact", **columns(gender="gender")}),
        CONTACTS,
        ({"id": "two", "gender": "male"}, {"id": "two", "gender": "female"}),
    ),
    Vector(
        "a row of nothing, also for what is fixed or asked whether there",
        view(
            "Patient", columns(id="id"), {"forEachOrNull": "contact", **columns(fixed="'x'", there="gender.exists()")}
        ),
        CONTACTS,
        (
            {"id": "two", "fixed": "x", "there": True},
            {"id": "two", "fixed": "x", "there": True},
            {"id": "none", "fixed": None, "there": None},
        ),
    ),
    Vector(
        "inside a row of nothing everything is nothing",
        view(
            "Patient",
            columns(id="id"),
            {"forEachOrNull": "contact", **columns(gender="gender"), "select": [GENDER_AND_VALUE]},
        ),
        CONTACTS,
        (
            {"id": "two", "gender": "male", "value": "1"},
            {"id": "two", "gender": "male", "value": "2"},
            {"id": "none", "gender": None, "value": None},
        ),
    ),
    Vector(
        "rows of nothing inside rows",
        view(
            "Patient",
            columns(id="id"),
            {
                "forEach": "contact",
                **columns(gender="gender"),
                "select": [{"forEachOrNull": "telecom", **columns(value="value")}],
            },
        ),
        CONTACTS,
        (
            {"id": "two", "gender": "male", "value": "1"},
            {"id": "two", "gender": "male", "value": "2"},
            {"id": "two", "gender": "female", "value": None},
        ),
    ),
    Vector(
        "siblings are multiplied",
        view(
            "Patient",
            {"forEach": "contact", **columns(gender="gender")},
            {"forEach": "contact.telecom", **columns(value="value")},
        ),
        CONTACTS,
        (
            {"gender": "male", "value": "1"},
            {"gender": "male", "value": "2"},
            {"gender": "female", "value": "1"},
            {"gender": "female", "value": "2"},
        ),
    ),
    Vector(
        "one under the other, inside a row of nothing",
        view(
            "Patient",
            columns(id="id"),
            {
                "forEachOrNull": "contact",
                "unionAll": [columns(a="gender"), {"forEach": "telecom", **columns(a="value")}],
            },
        ),
        CONTACTS,
        (
            {"id": "two", "a": "male"},
            {"id": "two", "a": "1"},
            {"id": "two", "a": "2"},
            {"id": "two", "a": "female"},
            {"id": "none", "a": None},
        ),
    ),
    Vector(
        "a union in a union, one branch with a row of nothing",
        view(
            "Patient",
            columns(id="id"),
            {
                "unionAll": [
                    columns(a="id"),
                    {
                        "unionAll": [
                            {"forEachOrNull": "contact", **columns(a="gender")},
                            {"forEach": "contact.telecom", **columns(a="value")},
                        ]
                    },
                ]
            },
        ),
        CONTACTS,
        (
            {"id": "two", "a": "two"},
            {"id": "two", "a": "male"},
            {"id": "two", "a": "female"},
            {"id": "two", "a": "1"},
            {"id": "two", "a": "2"},
            {"id": "none", "a": "none"},
            {"id": "none", "a": None},
        ),
    ),
    Vector(
        "an item that need not be there, for each",
        view("Observation", columns(id="id"), {"forEach": "code", **columns(text="text")}),
        (observation("a", code={"text": "x"}), observation("b")),
        ({"id": "a", "text": "x"},),
    ),
    Vector(
        "an item that need not be there, or null",
        view("Observation", columns(id="id"), {"forEachOrNull": "code", **columns(text="text")}),
        (observation("a", code={"text": "x"}), observation("b")),
        ({"id": "a", "text": "x"}, {"id": "b", "text": None}),
    ),
    Vector(
        "words as items",
        view("Patient", {"forEach": "name.given", **columns(given="$this")}),
        (ANNA, NOBODY),
        ({"given": "B"},),
    ),
    Vector(
        "lists as columns",
        view(
            "Patient",
            {
                "column": [
                    {"name": "id", "path": "id"},
                    {"name": "families", "path": "name.family", "collection": True},
                    {"name": "active", "path": "active", "collection": True},
                ]
            },
        ),
        (ANNA, NOBODY),
        ({"id": "anna", "families": ["A", "C"], "active": [True]}, {"id": "nobody", "families": [], "active": []}),
    ),
    Vector(
        "a constant of each family",
        view(
            "Patient",
            columns(text="'a' = %word", less="1 < %number", day="@2024-03-05 = %day"),
            constant=[
                {"name": "word", "valueCode": "a"},
                {"name": "number", "valueDecimal": 1.5},
                {"name": "day", "valueDate": "2024-03-05"},
            ],
        ),
        (NOBODY,),
        ({"text": True, "less": True, "day": True},),
    ),
    Vector(
        "an empty file has no row",
        view("Patient", columns(id="id"), {"forEachOrNull": "name", **columns(family="family")}),
        (),
        (),
    ),
)
VECTORS = (*ONE_RESOURCE, *CONDITIONS, *SELECTIONS)
