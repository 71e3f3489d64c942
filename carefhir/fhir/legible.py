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
from carefhir.fhir.record import Record, codings, dig, moments, relative, truth
from carefhir.lifecycle import STATUS

Form: TypeAlias = Callable[[Any], bool]
"""Whether one value, not a list, has the form."""


def unreadable(record: Record) -> tuple[str, ...]:
    """The elements of a record that cannot be read, or that R4 requires and that are missing, by their path."""
    resource = record.json
    elements = [*_status(resource), *_holding(resource), *_of_its_type(resource), *_leading_nowhere(resource)]
    if resource.get("resourceType") in PEOPLE:
        elements += _inside(resource, "", GROUPS)
    else:
        elements += [name for name in PLAIN if name in resource and not _all_have(_is_text, resource[name])]
        elements += _inside(resource, "", OF_OTHERS)
    return tuple(dict.fromkeys(elements))


def days_unreadable(value: Any) -> bool:
    """Whether a day, a moment, a Period, or a list of these holds one that nobody can read."""
    return any(not (_is_period(each) if isinstance(each, dict) else _is_moment(each)) for each in _each(value))


def _inside(element: Json, path: str, groups: frozenset[str]) -> Iterator[str]:
    """What has not its form. Whether the value has it as it stands is looked at first: this is asked of each element of
    each record, and almost all have it."""
    for name, value in element.items():
        form = FORMS.get(name)
        if form is not None:
            if not form(value) and not _has_form(name, value, form):
                yield f"{path}{name}"
        elif name in groups:
            for each in _each(value):
                if not isinstance(each, dict) or not _says(each):
                    yield f"{path}{name}"
                else:
                    yield from _inside(each, f"{path}{name}.", GROUPS)


def _has_form(name: str, value: Any, form: Form) -> bool:
    """Whether what is there has its form, and is one value where readers see one."""
    return _all_have(form, value) and not (name in SINGLE and value and isinstance(value, list))


def _all_have(form: Form, value: Any) -> bool:
    """Whether what is there, or each item of a list, has the form or is empty."""
    if isinstance(value, list):
        return all(map(form, value)) or all(form(each) or _empty(each) for each in value)
    return form(value) or _empty(value)


def _says(group: Json) -> bool:
    return not group.keys().isdisjoint(SAYING) or any(name.startswith(("value", "_")) for name in group)


def _each(value: Any) -> Iterator[Any]:
    """What is there: a list's items, or the one value; nothing of what is empty."""
    for item in value if isinstance(value, list) else (value,):
        if not _empty(item):
            yield item


def _empty(value: Any) -> bool:
    return not value and (value is None or isinstance(value, str | list | dict))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_moment(value: Any) -> bool:
    return moments(value) is not None


def _is_truth(value: Any) -> bool:
    return truth(value) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_period(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys().isdisjoint(("start", "end", "_start", "_end", "extension")):
        return False
    return all(_empty(end) or _is_moment(end) for end in (value.get("start"), value.get("end")))


def _is_reference(value: Any) -> bool:
    """A Reference; one that only says a name or an identifier is legal."""
    if not isinstance(value, dict):
        return False
    text = value.get("reference")
    return isinstance(text, str) or (
        _empty(text) and not value.keys().isdisjoint(("reference", "identifier", "display", "extension"))
    )


def _leads_somewhere(value: Any) -> bool:
    """A Reference that can be followed here: to this server, or to what is contained."""
    text = value.get("reference") if isinstance(value, dict) else None
    return isinstance(text, str) and (text.startswith(("#", "urn:")) or relative(text) is not None)


def _leads_or_names(value: Any) -> bool:
    return _leads_somewhere(value) or (isinstance(value, dict) and _is_text(value.get("display")))


def _is_concept(value: Any) -> bool:
    """A CodeableConcept or a Coding, in words or in codes."""
    if not isinstance(value, dict):
        return False
    return (
        ("coding" in value or "text" in value or "code" in value or "display" in value or "extension" in value)
        and ("coding" not in value or _all_have(_is_coding, value["coding"]))
        and ("text" not in value or _may_be_text(value["text"]))
        and ("code" not in value or _may_be_text(value["code"]))
        and ("system" not in value or _may_be_text(value["system"]))
        and ("display" not in value or _may_be_text(value["display"]))
    )


def _is_coding(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and ("code" in value or "display" in value or "extension" in value)
        and isinstance(value.get("system", ""), str)
        and isinstance(value.get("code", ""), str)
        and isinstance(value.get("display", ""), str)
    )


def _may_be_text(value: Any) -> bool:
    return isinstance(value, str) or _empty(value)


def _is_concept_or_code(value: Any) -> bool:
    """The same, or a plain code, as it was before R4: it is read as one."""
    return isinstance(value, str) or _is_concept(value)


def _is_words(value: Any) -> bool:
    """Words, or a narrative."""
    return isinstance(value, str) or (isinstance(value, dict) and "div" in value)


def _is_actor(value: Any) -> bool:
    """A participant's actor is a reference; the actor of a Consent's provision holds one, beside a role."""
    return _is_reference(value) or (isinstance(value, dict) and _is_reference(value.get("reference")))


def _is_reference_or_text(value: Any) -> bool:
    """A Reference, or only the text of one."""
    return isinstance(value, str) or _is_reference(value)


def _is_quantity(value: Any) -> bool:
    return isinstance(value, dict) and (_empty(value.get("value")) or _is_number(value["value"]))


def _is_annotation(value: Any) -> bool:
    return isinstance(value, dict) and ("extension" in value or _is_text(value.get("text")))


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
        "subject patient for basedOn partOf encounter managingOrganization practitioner "
        "medicationReference requester performer recorder asserter author source addresses goal "
        "supportingInfo implicated serviceProvider supportingInformation outcomeReference condition "
        "individual other reasonReference valueReference sender recipient",
    ),
    **_named(_is_actor, "actor"),
    **_named(_leads_somewhere, "member derivedFrom focus"),
    **_named(_leads_or_names, "owner careManager"),
    **_named(
        _is_concept,
        "code reasonCode businessStatus medicationCodeableConcept valueCodeableConcept manifestation "
        "achievementStatus substance dischargeDisposition admitSource serviceType appointmentType qualitativeRisk "
        "outcomeCodeableConcept role scope method measure interpretation policyRule relationship",
    ),
    **_named(
        _is_concept_or_code,
        "category clinicalStatus verificationStatus class description type severity criticality language statusReason",
    ),
    **_named(_is_quantity, "valueQuantity detailQuantity"),
    **_named(_is_number, "valueInteger valueDecimal rank"),
    **_named(_is_annotation, "note"),
    **_named(_is_words, "text"),
    **_named(_is_reference_or_text, "reference"),
    **_named(
        _is_text,
        "valueString valueCode title intent gender questionnaire linkId url family given value system display",
    ),
}
"""The form of an element, by its name."""

GROUPS = frozenset(
    {
        *("restriction", "target", "link", "component", "hospitalization", "participant", "reaction", "entry", "input"),
        *("prediction", "activity", "detail", "name", "telecom", "dosage", "dosageInstruction", "item", "answer"),
        *("communication", "contained", "extension", "provision", "contact", "mitigation", "diagnosis"),
    }
)
"""Elements that hold others that are read."""
SAYING = (
    frozenset(FORMS)
    | GROUPS
    | frozenset(
        "status use id flag action outcome probabilityDecimal probabilityRange sequence timing asNeededBoolean "
        "asNeededCodeableConcept doseAndRate route site additionalInstruction patientInstruction resourceType required "
        "measure detailRange detailString detailBoolean progress outcomeReference relationship deleted repetitions "
        "preAdmissionIdentifier origin reAdmission destination prefix suffix data rationale relativeRisk".split()
    )
)
"""What such elements say; one that says nothing of it, and no value, cannot be read."""

SINGLE = frozenset(
    "system value url linkId reference active deceasedBoolean doNotPerform reportedBoolean valueBoolean "
    "valueQuantity".split()
)
"""Elements of which readers see one value, and no list."""
PEOPLE = frozenset({"Patient", "Practitioner", "RelatedPerson"})
PLAIN = ("name", "detail")
"""Those of them that are plain words at the top of other types: a care team's name, an issue's detail."""
OF_OTHERS = GROUPS - {*PLAIN}

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


def _of_its_type(resource: Json) -> Iterator[str]:
    """A measurement whose code is in words alone, or names no code system: no rule can tell what was measured. A visit
    on a day without its hour, or in a month."""
    kind = resource.get("resourceType")
    if kind == "Observation" and not any(system for system, _ in codings(resource, "code")):
        yield "code"
    if kind == "Consent" and not all(code in ("permit", "deny") for code in dig(resource, "provision.type")):
        yield "provision.type"
    if kind == "Appointment" and isinstance(resource.get("start"), str) and "T" not in resource["start"]:
        yield "start"


def _leading_nowhere(resource: Json) -> Iterator[str]:
    """References to what should be contained, and is not."""
    for name, value in resource.items():
        if isinstance(value, str):
            continue
        for each in value if isinstance(value, list) else (value,):
            text = each.get("reference") if isinstance(each, dict) else None
            if isinstance(text, str) and text.startswith("#") and text != "#" and text not in _contained(resource):
                yield name


def _contained(resource: Json) -> set[str]:
    """How references name what is contained."""
    return {f"#{each.get('id')}".replace("##", "#") for each in _each(resource.get("contained")) if _is_group(each)}


def _is_group(value: Any) -> bool:
    return isinstance(value, dict)


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
        for item in value.values():
            yield from _anywhere(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _anywhere(item, name)
