"""The section of `docs/supported-content.md` on ViewDefinitions: elements, functions and operators."""

from __future__ import annotations

from carefhir.population.view_definition import ABOUT, COLUMN, CONSTANT_TYPES, SELECT
from carefhir.population.view_path import COMPARISONS, FUNCTIONS, LOGIC, REFUSED_SIGNS, REFUSED_WORDS
from scripts.rendering.markdown import table

ELEMENTS = {
    "select": {
        "column": "values of a row",
        "select": "selections inside; siblings are multiplied",
        "forEach": "a row for each item; of no item, no row",
        "forEachOrNull": "the same; of no item, one row of nothing",
        "unionAll": "rows one under the other; the columns must have the same names and types, in the same order",
    },
    "column": {
        "name": "letters, digits and `_`; no two differ by capitals alone",
        "path": "FHIRPath, see below; it must give one word or number, not a Coding or a Quantity",
        "collection": "`true`: a list of all values. Otherwise several values in one row stop the query; use `first()`",
        "type": "checked: text, number, date, time, or yes or no, as the path gives it",
        "description": "for people",
    },
}
MEANINGS = {
    "where": "what fulfills a condition; unknown does not fulfill it",
    "exists": "whether there is any value; with a condition, any that fulfills it",
    "empty": "whether there is none",
    "not": "the opposite of yes or no",
    "first": "the first value",
    "join": "texts put together; of none, nothing",
    "ofType": "one type of an `element[x]`",
    "extension": "extensions of a url",
    "getResourceKey": "the id of the resource",
    "getReferenceKey": "the id in a relative reference to that type. An absolute reference, one to a contained "
    "resource and an identifier give no key: an id alone could find somebody else",
}


def sections() -> tuple[str, ...]:
    """The headings, texts and tables, in their order."""
    names = {"select": SELECT, "column": COLUMN}
    elements = []
    for element, supported in names.items():
        for name in sorted(supported - {"id"}):
            elements.append((f"`{element}.{name}`", ELEMENTS[element][name]))
    functions = [(f"`{name}({arguments(name)})`", MEANINGS[name]) for name in FUNCTIONS]
    operators = (*COMPARISONS, *LOGIC)
    return (
        "## ViewDefinition (SQL on FHIR)",
        "What views over many patients may have. They become one query on DuckDB or Spark. A view with anything that "
        "is not listed is refused by its name: a part skipped in silence would be people who are not counted. Needed: "
        "`pip install 'carefhir[population]'`, for Spark `carefhir[spark]`.",
        table(
            ("element", "what is read"),
            (
                ("`resource`", "a resource type of R4"),
                ("`constant`", "named values, of " + ", ".join(f"`{name}`" for name in sorted(CONSTANT_TYPES))),
                ("`where`", "conditions on the resource; all must hold"),
                *elements,
            ),
        ),
        "For people, and not read: " + ", ".join(f"`{name}`" for name in sorted(ABOUT)) + ".",
        "Refused are all others, among them `select.repeat`, `column.tag` and `profile`.",
        "A path is an element, an `[index]`, `$this`, a `%constant`, a literal, or one of these functions:",
        table(("function", "what it gives"), functions),
        "Operators: " + listed(operators) + ". Refused: " + listed((*REFUSED_WORDS, *REFUSED_SIGNS)) + ", `%rowIndex`, "
        "`lowBoundary()`, `highBoundary()` and every function that is not listed.",
        "- Only values of one kind are compared: a date with a text is refused, and so is `<` between texts.\n"
        "- Dates are compared as far as both go. `2024-03` is before `2024-04-01`; whether it is before `2024-03-05` "
        "is unknown, and unknown fulfills no condition. Two with a time are compared as instants. With a date that has "
        "no time, the day counts as it was written, in its own time zone.\n"
        "- Several values equal no single one.\n"
        "- Decimals have six places after the point, and twelve before. The seventh place is rounded, and a larger "
        "number is read as absent.\n"
        "- An element that has not the form that R4 gives it (a text for a number, one object for a list) is read as "
        "absent. So is a value that has only an extension (`_birthDate`).",
    )


def arguments(function: str) -> str:
    """The arguments of a function, optional ones in brackets."""
    word = {"where": "condition", "exists": "condition", "join": "text", "extension": "url"}.get(function, "type")
    fewest, most = FUNCTIONS[function]
    return "" if most == 0 else (word if fewest else f"[{word}]")


def listed(signs: tuple[str, ...]) -> str:
    """Signs and words as code."""
    return ", ".join(f"`{sign}`" for sign in signs)
