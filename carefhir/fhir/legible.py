"""What a record says, and nobody can read: it is named, and never taken for "says nothing".

The readers (`record.dig`, `first_text`, `codings` ...) see only what has the form that R4 gives it. So a server that
writes a day as `11/16/2026`, a status as a number or a concept as a text makes the element disappear: without this
table an allergy would be without its reaction, a stay without its days, and nobody would be told. R4 gives an element
of a name the same form on every type that is read here, so the forms go by name; only statuses and the codes that
decide whether something holds are told apart by type. An element that is there and empty (null, "", [], {}) says
nothing, as in R4, and is not named. Cost: a look at the top elements of a record, and into few of them.

Sources: the R4 resource definitions (http://hl7.org/fhir/R4/resourcelist.html) and their required bindings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, moments, truth
from carefhir.lifecycle import STATUS

Form: TypeAlias = Callable[[Any], bool]
"""Whether one value, not a list, has the form."""


def unreadable(resource: Json) -> tuple[str, ...]:
    """The elements of a resource that cannot be read, or that R4 requires and that are missing, by their path."""
    return tuple(dict.fromkeys((*_status(resource), *_holding(resource), *_inside(resource, ""))))


def days_unreadable(value: Any) -> bool:
    """Whether a day, a moment, a Period, or a list of these holds one that nobody can read."""
    return any(not (_is_period(each) if isinstance(each, dict) else _is_moment(each)) for each in _each(value))


def _inside(element: Json, path: str) -> Iterator[str]:
    for name, value in element.items():
        form = FORMS.get(name)
        if form is not None and not all(form(each) for each in _each(value)):
            yield f"{path}{name}"
        elif name in GROUPS:
            for each in _each(value):
                if isinstance(each, dict):
                    yield from _inside(each, f"{path}{name}.")
                elif not (name in PLAIN_TEXT and _is_text(each)):
                    yield f"{path}{name}"


def _each(value: Any) -> Iterator[Any]:
    """What is there: a list's items, or the one value; nothing of what is empty."""
    for item in value if isinstance(value, list) else (value,):
        if not _empty(item):
            yield item


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_moment(value: Any) -> bool:
    return moments(value) is not None


def _is_truth(value: Any) -> bool:
    return truth(value) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_period(value: Any) -> bool:
    ends = (value.get("start"), value.get("end")) if isinstance(value, dict) else ()
    return isinstance(value, dict) and all(_empty(end) or _is_moment(end) for end in ends)


def _is_reference(value: Any) -> bool:
    """A Reference; one that only says a name or an identifier is legal."""
    return isinstance(value, dict) and (_empty(value.get("reference")) or _is_text(value["reference"]))


def _is_concept(value: Any) -> bool:
    """A CodeableConcept or a Coding, in words or in codes; a plain code, as before R4, is read as one."""
    if isinstance(value, str):
        return True
    if not isinstance(value, dict):
        return False
    texts = (value.get("text"), value.get("code"), value.get("display"))
    return all(_empty(text) or _is_text(text) for text in texts) and all(
        isinstance(coding, dict) and all(_is_text(coding.get(name, "")) for name in ("system", "code", "display"))
        for coding in _each(value.get("coding"))
    )


def _is_quantity(value: Any) -> bool:
    return isinstance(value, dict) and (_empty(value.get("value")) or _is_number(value["value"]))


def _is_annotation(value: Any) -> bool:
    return isinstance(value, dict) and _is_text(value.get("text", ""))


def _named(form: Form, names: str) -> Mapping[str, Form]:
    return dict.fromkeys(names.split(), form)


FORMS: Mapping[str, Form] = {
    **_named(
        _is_moment,
        "birthDate deceasedDateTime onsetDateTime abatementDateTime recordedDate lastOccurrence effectiveDateTime "
        "effectiveInstant issued authoredOn dateAsserted sent received authored date dateTime created start end "
        "startDate statusDate dueDate occurrenceDateTime identifiedDateTime lastModified recorded valueDateTime",
    ),
    **_named(
        _is_period,
        "period effectivePeriod onsetPeriod occurrencePeriod identifiedPeriod performedPeriod executionPeriod",
    ),
    **_named(_is_truth, "active deceasedBoolean doNotPerform reportedBoolean valueBoolean preferred"),
    **_named(
        _is_reference,
        "subject patient for owner focus basedOn partOf encounter context careManager managingOrganization member "
        "actor practitioner medicationReference requester performer recorder asserter author source addresses goal "
        "supportingInfo implicated individual other reasonReference derivedFrom valueReference sender recipient item",
    ),
    **_named(
        _is_concept,
        "code category clinicalStatus verificationStatus class reasonCode statusReason businessStatus "
        "medicationCodeableConcept valueCodeableConcept description type manifestation achievementStatus priorityCode "
        "substance severity criticality dischargeDisposition admitSource serviceType appointmentType method "
        "qualitativeRisk outcomeCodeableConcept role scope",
    ),
    **_named(_is_quantity, "valueQuantity detailQuantity"),
    **_named(_is_number, "valueInteger valueDecimal rank"),
    **_named(_is_annotation, "note"),
    **_named(_is_text, "valueString title lifecycleStatus intent questionnaire preferenceType"),
}
"""The form of an element, by its name."""

GROUPS = frozenset(
    {
        *("restriction", "target", "link", "component", "hospitalization", "participant", "reaction", "entry", "input"),
        *("prediction", "activity", "detail", "name", "telecom"),
    }
)
"""Elements that hold others that are read."""

PLAIN_TEXT = frozenset({"name", "detail"})
"""Those of them that are plain words on other types: a care team's name."""

STATUSES: Mapping[str, tuple[str, frozenset[str]]] = {
    **STATUS,
    "MedicationRequest": (
        "status",
        frozenset("active on-hold cancelled completed entered-in-error stopped draft unknown".split()),
    ),
}
"""The element that says in which state a resource is, and the codes of it that R4 has, by type."""

HOLDING: Mapping[str, Mapping[str, frozenset[str]]] = {
    "AllergyIntolerance": {
        "clinicalStatus": frozenset({"active", "inactive", "resolved"}),
        "verificationStatus": frozenset({"unconfirmed", "confirmed", "refuted", "entered-in-error"}),
        "criticality": frozenset({"low", "high", "unable-to-assess"}),
    },
    "Condition": {
        "clinicalStatus": frozenset({"active", "recurrence", "relapse", "inactive", "remission", "resolved"}),
        "verificationStatus": frozenset(
            {"unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"}
        ),
    },
}
"""The other codes that decide whether something holds, by type; a value that has none of R4's cannot be read."""


def _status(resource: Json) -> Iterator[str]:
    element, r4_codes = STATUSES.get(str(resource.get("resourceType")), ("", frozenset()))
    if element and not (isinstance(resource.get(element), str) and resource[element] in r4_codes):
        yield element


def _holding(resource: Json) -> Iterator[str]:
    for element, r4_codes in HOLDING.get(str(resource.get("resourceType")), {}).items():
        if any(True for _ in _each(resource.get(element))) and not _has_one(resource, element, r4_codes):
            yield element


def _has_one(resource: Json, element: str, r4_codes: frozenset[str]) -> bool:
    return any(code in r4_codes for _, code in codings(resource, element))


def modified(resource: Json) -> bool:
    """Whether a resource says, anywhere in it, that it may mean something else than it says (modifierExtension,
    implicitRules): nobody decides on it."""
    return not _empty(resource.get("implicitRules")) or any(
        not _empty(found) for found in _anywhere(resource, "modifierExtension")
    )


def _anywhere(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        if name in value:
            yield value[name]
        for key, item in value.items():
            if key != "contained":
                yield from _anywhere(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _anywhere(item, name)
