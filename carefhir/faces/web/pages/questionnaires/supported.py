"""What of a Questionnaire can be shown, as data: the check of an artefact and its documentation read the same lists.

What is in none of them is refused by name when the artefact is loaded. FHIR lets a reader ignore an extension that it
does not know; a form does not: an expression that hides a question, or limits an answer, is an extension, too.
"""

from __future__ import annotations

from carefhir.codes import BASE

_FHIR = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"

ITEM_CONTROL = f"{_FHIR}questionnaire-itemControl"
HIDDEN = f"{_FHIR}questionnaire-hidden"
UNIT_OF_ITEM = f"{_FHIR}questionnaire-unit"
UNIT_OPTION = f"{_FHIR}questionnaire-unitOption"
OPTION_PREFIX = f"{_FHIR}questionnaire-optionPrefix"
MIN_VALUE = f"{_FHIR}minValue"
MAX_VALUE = f"{_FHIR}maxValue"
CALCULATED = f"{_SDC}sdc-questionnaire-calculatedExpression"

CHOICES = ("choice", "open-choice")
NUMBERS = ("integer", "decimal", "quantity")
WORDS = ("string", "text")
NO_ANSWER = ("group", "display")
"""The item types that take no answer."""

VALUES = {
    "boolean": ("valueBoolean",),
    "decimal": ("valueDecimal",),
    "integer": ("valueInteger",),
    "date": ("valueDate",),
    "dateTime": ("valueDateTime",),
    "time": ("valueTime",),
    "string": ("valueString",),
    "text": ("valueString",),
    "quantity": ("valueQuantity",),
    "choice": ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime"),
    "open-choice": ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime"),
}
"""By item type, what an answer to it may be (FHIR R4, Questionnaire, 4.1.2 "Question answer types")."""
OPTION_VALUES = VALUES["choice"]
BOUNDS = {
    "integer": ("valueInteger",),
    "decimal": ("valueDecimal", "valueInteger"),
    "quantity": ("valueDecimal", "valueInteger"),
    "date": ("valueDate",),
    "dateTime": ("valueDateTime", "valueDate"),
    "time": ("valueTime",),
}
"""By item type, what minValue and maxValue may be."""
TYPES = (*NO_ANSWER, *VALUES)

COMPARED = {
    "exists": tuple(VALUES),
    "=": tuple(VALUES),
    "!=": tuple(VALUES),
    **dict.fromkeys((">", "<", ">=", "<="), (*NUMBERS, "date", "dateTime", "time")),
}
"""By enableWhen operator, the types of question it can ask about."""

CONTROLS_OF_DISPLAY = ("help", "header", "unit")
CONTROLS_OF_QUESTIONS = ("radio-button", "drop-down", "check-box", "text-box")

ELEMENTS = frozenset(
    (
        *("id", "extension", "linkId", "definition", "code", "prefix", "text", "type", "enableWhen", "enableBehavior"),
        *("required", "repeats", "readOnly", "maxLength", "answerOption", "initial", "item"),
    )
)
"""The elements of an item that are read, or change nothing."""

READ = frozenset(
    (
        *(ITEM_CONTROL, HIDDEN, UNIT_OF_ITEM, UNIT_OPTION, OPTION_PREFIX, MIN_VALUE, MAX_VALUE, CALCULATED),
        *(
            f"{BASE}/StructureDefinition/{name}"
            for name in ("safety-item", "score", "respondent", "also-accepted", "function-loss", "supports-domain")
        ),
        *(f"{_FHIR}{name}" for name in ("ordinalValue", "itemWeight")),
        f"{_SDC}sdc-questionnaire-itemWeight",
    )
)
"""Extensions that are read, here or when answers are scored."""
CHANGES_NOTHING = frozenset(
    (
        *(f"{BASE}/StructureDefinition/{name}" for name in ("source", "only-by-name", "license", "text-withheld")),
        *(f"{_FHIR}{name}" for name in ("translation", "rendering-style", "rendering-xhtml", "designNote")),
        *(
            f"{_FHIR}questionnaire-{name}"
            for name in ("choiceOrientation", "supportLink", "displayCategory", "derivationType")
        ),
        *(
            f"{_SDC}sdc-questionnaire-{name}"
            for name in ("observationLinkPeriod", "observationExtract", "shortText", "performerType")
        ),
    )
)
"""Extensions that change neither what is asked nor what may be answered."""

SUPPORTED: tuple[tuple[str, str], ...] = (
    ("item types", f"{', '.join(TYPES)}; not attachment, reference, url"),
    ("text, prefix", "shown; a display item with the control help, header or unit stands beside what it belongs to"),
    ("required", "on questions and groups; marked in words"),
    ("repeats", f"on {' and '.join(CHOICES)}"),
    ("answerOption", f"{', '.join(OPTION_VALUES)}; weights, prefixes of options, initialSelected; no answerValueSet"),
    ("enableWhen", f"{', '.join(COMPARED)}; enableBehavior all and any; no expressions"),
    ("readOnly, initial", "shown as words; the initial value is the answer"),
    ("maxLength", "on string, text, open-choice, integer, decimal"),
    ("minValue, maxValue", f"on {', '.join(BOUNDS)}; on a quantity only with a single unit"),
    ("questionnaire-unit, questionnaire-unitOption", "on quantity; the unit of integer and decimal is shown"),
    ("questionnaire-itemControl", ", ".join((*CONTROLS_OF_QUESTIONS, *CONTROLS_OF_DISPLAY))),
    ("questionnaire-hidden", "never shown, with all below it; keeps its initial value"),
    ("sdc-questionnaire-calculatedExpression", "read-only; the server says the value, the expression is not run"),
    ("safety-item", "never hidden, read-only or filled in beforehand"),
    ("other extensions", "refused by name, but for those known to change nothing"),
    ("license", "a form whose wording the site has no license for is not shown"),
    ("modifierExtension, implicitRules", "refused"),
)
"""What is supported of FHIR R4 Questionnaire, and how far."""
