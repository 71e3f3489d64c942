"""Whether a Questionnaire can be shown: every item that cannot is named, with what of it is not supported.

A question that is shown in another way than its author meant is worse than one that is refused: so what is not on the
lists of `supported` is refused, and so is what contradicts itself (FHIR R4, Questionnaire, invariants que-1 to que-13).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from carefhir.content.licensing import withheld
from carefhir.content.loading import extensions, value_of
from carefhir.faces.web.pages.questionnaires import supported
from carefhir.faces.web.pages.questionnaires.answered import RESERVED
from carefhir.faces.web.pages.questionnaires.questions import (
    answer_of,
    controls,
    extension_values,
    flag,
    option_key,
    unit_codings,
)
from carefhir.faces.web.pages.questionnaires.values import measure, typed_answer
from carefhir.fhir.codec import Json

_TYPED = tuple(kind for kind in supported.VALUES if kind not in (*supported.CHOICES, "quantity"))
_TRUTHS = ("required", "repeats", "readOnly")
_LENGTHS = (*supported.WORDS, "open-choice", "integer", "decimal")


def unsupported(questionnaire: Json) -> tuple[str, ...]:
    """Names every item that cannot be shown, and what of it is not supported; () where all can."""
    items = tuple(_every_item(questionnaire))
    if any(problem for _, _, problem in items):
        return tuple(problem for _, _, problem in items if problem)
    by_id = {item["linkId"]: item for item, _, _ in items}
    counts = Counter(item["linkId"] for item, _, _ in items)
    problems = [f"linkId {link_id}: stands on {count} items" for link_id, count in counts.items() if count > 1]
    problems += [f"the questionnaire: {words}" for words in _of_the_whole(questionnaire)]
    for item, parent, _ in items:
        problems += [f"linkId {item['linkId']}: {words}" for words in _of_item(item, parent, by_id)]
    problems += _out_of_sight(questionnaire, hidden=False)
    return tuple(dict.fromkeys(problems or _circles(items)))


def _out_of_sight(element: Json, *, hidden: bool) -> Iterator[str]:
    """The safety items that nobody is asked, for they or what they stand in are hidden."""
    for item in element.get("item", []):
        below = hidden or flag(item, supported.HIDDEN)
        if below and any(extensions(item, "safety-item")):
            yield f"linkId {item['linkId']}: a safety item that is hidden"
        yield from _out_of_sight(item, hidden=below)


def _every_item(element: Json, where: str = "") -> Iterator[tuple[Json, Json, str]]:
    """Goes through the items at every depth: item, what it stands in, and why it cannot even be looked at."""
    below = element.get("item", [])
    if not isinstance(below, list):
        yield {}, element, f"item {where or 'list'}: no list"
        return
    for number, item in enumerate(below, start=1):
        place = f"{where}{number}"
        yield item, element, _shapeless(item, place)
        if isinstance(item, dict):
            yield from _every_item(item, f"{place}.")


def _shapeless(item: Any, place: str) -> str:
    if not isinstance(item, dict):
        return f"item {place}: no item"
    link_id = item.get("linkId")
    if not isinstance(link_id, str) or not link_id.strip():
        return f"item {place}: no linkId"
    if not isinstance(item.get("type"), str):
        return f"linkId {link_id}: no type"
    odd = [name for name in ("text", "prefix") if not isinstance(item.get(name, ""), str)]
    odd += [name for name in _TRUTHS if not isinstance(item.get(name, False), bool)]
    lists = ("enableWhen", "answerOption", "initial", "extension")
    odd += [name for name in lists if not _is_list_of_elements(item.get(name, []))]
    length = item.get("maxLength", 1)
    odd += ["maxLength"] if not isinstance(length, int) or isinstance(length, bool) or length < 1 else []
    return f"linkId {link_id}: {', '.join(odd)} is not what FHIR has there" if odd else ""


def _is_list_of_elements(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(element, dict) for element in value)


def _of_the_whole(questionnaire: Json) -> Iterator[str]:
    if questionnaire.get("implicitRules"):
        yield "implicitRules"
    if withheld(questionnaire):
        yield "its wording needs a license: name it in CAREFHIR_LICENSES once the site has that license"
    yield from _odd_extensions({name: value for name, value in questionnaire.items() if name not in _APART})


_APART = ("item", "contained", "text", "meta")


def _of_item(item: Json, parent: Json, by_id: Mapping[str, Json]) -> Iterator[str]:
    kind = item["type"]
    if kind not in supported.TYPES:
        yield f"type {kind}"
        return
    yield from _elements(item)
    yield from _odd_extensions({name: value for name, value in item.items() if name not in ("item", "enableWhen")})
    yield from _controls(item, parent)
    yield from _flags(item, parent)
    yield from _options(item)
    yield from _units(item)
    yield from _bounds(item)
    yield from _initial(item)
    yield from _safety(item)
    yield from _enable_when(item, by_id)


def _elements(item: Json) -> Iterator[str]:
    for name in item:
        if name == "answerValueSet":
            yield name
        elif name != "modifierExtension" and name.removeprefix("_") not in supported.ELEMENTS:
            yield f"element {name}"


def _odd_extensions(element: Any) -> Iterator[str]:
    """The extensions anywhere in an element that are on no list."""
    if isinstance(element, list):
        for part in element:
            yield from _odd_extensions(part)
    if not isinstance(element, dict):
        return
    for name, value in element.items():
        if name == "modifierExtension":
            yield name
        elif name == "extension":
            some = value if isinstance(value, list) else [value]
            yield from (_extension_words(extension) for extension in some if not _is_known(extension))
        else:
            yield from _odd_extensions(value)


def _is_known(extension: Any) -> bool:
    url = extension.get("url") if isinstance(extension, dict) else None
    return url in supported.READ or url in supported.CHANGES_NOTHING


def _extension_words(extension: Any) -> str:
    return f"extension {extension.get('url') if isinstance(extension, dict) else 'without url'}"


def _controls(item: Json, parent: Json) -> Iterator[str]:
    kind = item["type"]
    named = controls(item)
    if len(named) < len(tuple(extension_values(item, supported.ITEM_CONTROL))) or len(named) > 1:
        yield "several item controls, or one without code"
    of_kind = {"display": supported.CONTROLS_OF_DISPLAY, "group": ("header",)}
    for control in named:
        if control not in of_kind.get(kind, supported.CONTROLS_OF_QUESTIONS):
            yield f"item control {control} on type {kind}"
        elif control == "unit" and parent.get("type") not in supported.NUMBERS:
            yield "item control unit, and what it stands in takes no number"
        elif control in ("help", "unit") and item.get("enableWhen"):
            yield f"enableWhen on an item with the control {control}"
        elif control == "help" and "linkId" not in parent:
            yield "item control help, and it stands in no item"


def _flags(item: Json, parent: Json) -> Iterator[str]:
    kind = item["type"]
    if not item.get("text") and kind != "group" and not flag(item, supported.HIDDEN):
        yield "no text"
    if item.get("repeats") and kind not in supported.CHOICES:
        yield f"repeats on type {kind}"
    if parent.get("repeats") and kind != "display":
        yield "stands below a question that takes several answers"
    if kind == "display" and (any(item.get(name) for name in _TRUTHS) or item.get("item")):
        yield "a display item that asks"
    if item.get("maxLength") and kind not in _LENGTHS:
        yield f"maxLength on type {kind}"
    if kind in supported.NO_ANSWER and any(True for _ in extension_values(item, supported.CALCULATED)):
        yield f"a calculated {kind}"
    if flag(item, supported.HIDDEN) and item.get("required") and not _fills_itself(item):
        yield "hidden, required, and without a value"


def _fills_itself(item: Json) -> bool:
    selected = any(option.get("initialSelected") for option in item.get("answerOption", []))
    return bool(item.get("initial") or selected or any(True for _ in extension_values(item, supported.CALCULATED)))


def _options(item: Json) -> Iterator[str]:
    options = item.get("answerOption", [])
    if item["type"] not in supported.CHOICES:
        yield from ("answerOption on a question that is no choice",) if options else ()
        return
    if not options and "answerValueSet" not in item:
        yield "no answerOption"
    values = [_option_value(option) for option in options]
    for name in dict.fromkeys(name for name in values if name not in supported.OPTION_VALUES):
        yield f"answerOption with {name or 'no value'}"
    if set(values) <= set(supported.OPTION_VALUES):
        yield from _keys(options)


def _option_value(option: Json) -> str:
    names = [name for name in option if name.startswith("value")]
    return names[0] if len(names) == 1 else ""


def _keys(options: list[Json]) -> Iterator[str]:
    if any(not _is_named(value_of(answer_of(option))) for option in options):
        yield "answerOption without code, or with a value that cannot be posted"
        return
    keys = Counter(option_key(answer_of(option)) for option in options)
    if any(count > 1 for count in keys.values()):
        yield "answerOptions that are the same"


def _is_named(value: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(value.get("code"), str) and bool(value["code"])
    return str(value).strip() == str(value) and str(value) not in RESERVED


def _units(item: Json) -> Iterator[str]:
    kind, units = item["type"], unit_codings(item)
    named = [isinstance(unit, dict) and bool(unit.get("system") and unit.get("code")) for unit in units]
    if not all(named):
        yield "a unit without system and code"
    if kind == "quantity" and not units:
        yield "a quantity without unit"
    if units and kind not in supported.NUMBERS:
        yield f"a unit on type {kind}"
    if kind != "quantity" and len(units) > 1:
        yield f"a choice of units on type {kind}"
    if all(named) and len({(unit["system"], unit["code"]) for unit in units}) < len(units):
        yield "units that are the same"


def _bounds(item: Json) -> Iterator[str]:
    for url in (supported.MIN_VALUE, supported.MAX_VALUE):
        name = url.rpartition("/")[2]
        bounds = [one for one in item.get("extension", []) if one.get("url") == url]
        if len(bounds) > 1:
            yield f"several {name}"
        if any(_option_value(bound) not in supported.BOUNDS.get(item["type"], ()) for bound in bounds):
            yield f"{name} of another type than the answers"
        elif any(not _readable_bound(value_of(bound)) for bound in bounds):
            yield f"{name} that cannot be read"
        if bounds and item["type"] == "quantity" and len(unit_codings(item)) != 1:
            yield f"{name} on a quantity with several units"


def _readable_bound(value: Any) -> bool:
    if isinstance(value, str):
        return isinstance(measure(value), datetime) or typed_answer("time", {"valueTime": value}, UTC) is not None
    return not isinstance(value, bool)


def _initial(item: Json) -> Iterator[str]:
    initial, kind = item.get("initial", []), item["type"]
    selected = [option for option in item.get("answerOption", []) if option.get("initialSelected")]
    if len(initial) + len(selected) > 1 and not item.get("repeats"):
        yield "several initial values"
    if any(_option_value(value) not in supported.VALUES.get(kind, ()) for value in initial):
        yield "an initial value of another type than the answers"
    elif kind in supported.CHOICES and not _offered(item, initial):
        yield "an initial value that is no answerOption"
    elif kind == "quantity" and not all(_has_unit(item, value["valueQuantity"]) for value in initial):
        yield "an initial value whose unit is not offered"
    elif kind in _TYPED and any(typed_answer(kind, answer_of(value), UTC) is None for value in initial):
        yield "an initial value that cannot be typed"


def _offered(item: Json, values: list[Json]) -> bool:
    keys = {option_key(answer_of(option)) for option in item.get("answerOption", [])}
    in_words = item["type"] == "open-choice"
    return all((in_words and "valueString" in value) or option_key(answer_of(value)) in keys for value in values)


def _has_unit(item: Json, quantity: Any) -> bool:
    units = [(unit.get("system"), unit.get("code")) for unit in unit_codings(item) if isinstance(unit, dict)]
    plain = isinstance(quantity, dict) and not set(quantity) - {"value", "unit", "system", "code"}
    return plain and (quantity.get("system"), quantity.get("code")) in units


def _safety(item: Json) -> Iterator[str]:
    if not any(extensions(item, "safety-item")):
        return
    if item["type"] != "choice" or item.get("repeats"):
        yield "a safety item that is not one choice"
    if item.get("readOnly"):
        yield "a safety item that is read-only"
    if _fills_itself(item):
        yield "a safety item that is filled in beforehand"


def _enable_when(item: Json, by_id: Mapping[str, Json]) -> Iterator[str]:
    conditions = item.get("enableWhen", [])
    behavior = item.get("enableBehavior")
    if behavior not in ("all", "any", None) or (len(conditions) > 1 and behavior is None):
        yield "enableBehavior is neither all nor any"
    for condition in conditions:
        if any(name.removeprefix("_").lower().endswith("extension") for name in condition) or any(
            name.startswith("_") for name in condition
        ):
            yield "an expression in enableWhen"
        yield from _condition(condition, by_id)


def _condition(condition: Json, by_id: Mapping[str, Json]) -> Iterator[str]:
    question = by_id.get(str(condition.get("question")))
    operator = condition.get("operator")
    answers = [name.removeprefix("answer") for name in condition if name.startswith("answer")]
    if question is None:
        yield "enableWhen names a question that does not exist"
    elif question["type"] in supported.NO_ANSWER:
        yield "enableWhen names an item that takes no answer"
    elif operator not in supported.COMPARED:
        yield f"enableWhen with the operator {operator}"
    elif question["type"] not in supported.COMPARED[operator]:
        yield f"enableWhen with the operator {operator} on a question of type {question['type']}"
    elif len(answers) != 1 or not _comparable(operator, f"value{answers[0]}", question):
        yield "enableWhen compares with an answer of another type"
    elif question["type"] == "quantity" and operator != "exists":
        yield from _condition_unit(question, condition)


def _comparable(operator: str, name: str, question: Json) -> bool:
    return name == "valueBoolean" if operator == "exists" else name in supported.VALUES[question["type"]]


def _condition_unit(question: Json, condition: Json) -> Iterator[str]:
    """Numbers of different units are never compared: nothing is converted here."""
    quantity = condition.get("answerQuantity")
    codes = {unit.get("code") for unit in unit_codings(question) if isinstance(unit, dict)}
    if not isinstance(quantity, dict) or "value" not in quantity or codes != {quantity.get("code")}:
        yield "enableWhen compares numbers of different units"


def _circles(items: tuple[tuple[Json, Json, str], ...]) -> list[str]:
    """Items that are enabled by their own answer, or by what is enabled by it."""
    leads_to = {
        item["linkId"]: {
            *(condition["question"] for condition in item.get("enableWhen", [])),
            *([parent["linkId"]] if "linkId" in parent else []),
        }
        for item, parent, _ in items
    }
    return [f"linkId {link_id}: enableWhen goes in a circle" for link_id in leads_to if _reaches(link_id, leads_to)]


def _reaches(start: str, leads_to: Mapping[str, set[str]]) -> bool:
    """Whether an item's conditions lead back to it."""
    waiting, passed = list(leads_to[start]), set()
    while waiting:
        link_id = waiting.pop()
        if link_id == start:
            return True
        if link_id not in passed:
            passed.add(link_id)
            waiting += leads_to[link_id]
    return False
