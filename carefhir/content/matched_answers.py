"""The answers of a response by the items of our instrument, whichever linkIds they came with.

Questionnaires in the wild name the same item "/44250-9", "44250-9" or "57491": answers are matched by item code where
linkIds differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from carefhir.codes import CHECK_IN_ANSWER
from carefhir.content.form_items import AnsweredItem, flat
from carefhir.content.loading import Content, extensions, parts_of, value_of
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig


def answered(
    content: Content, instrument: Json, response: Json, other: Json | None = None
) -> dict[str, tuple[Json, ...]]:
    """The answers by our linkIds, for forms whose answers are looked at one by one; an item that stands there without
    an answer has none."""
    items = {item["linkId"]: item for item in flat(instrument.get("item")) if item.get("type") != "display"}
    by_code = {code: link_id for link_id, item in items.items() for code in codings(item, "code")}
    given, _, _ = matched(response, items, by_code, results_of(content, instrument), other)
    return {link_id: tuple(answer for one in found for answer in one.answers) for link_id, found in given.items()}


def given_answers(
    content: Content, instrument: Json, response: Json, other: Json | None = None
) -> tuple[dict[str, tuple[Json, ...]], list[str]]:
    """The answers by our linkIds, as `answered` gives them, and a sentence for each answer that no question of ours
    takes: even in somebody else's form nothing that was said is passed over."""
    items = {item["linkId"]: item for item in flat(instrument.get("item")) if item.get("type") != "display"}
    by_code = {code: link_id for link_id, item in items.items() for code in codings(item, "code")}
    spelled = _as_spelled(response, items)
    given, objections, _ = matched(spelled, items, by_code, results_of(content, instrument), other, strict=True)
    if any(each.get("modifierExtension") for each in (response, *flat(response.get("item")))):
        objections.append("an element that may change the meaning of the answers (modifierExtension)")
    if response.get("implicitRules"):
        objections.append("rules of another system that may change the meaning of the answers (implicitRules)")
    answers = {link_id: tuple(answer for item in some for answer in item.answers) for link_id, some in given.items()}
    return answers, objections


def _as_spelled(response: Json, items: Mapping[str, Json]) -> Json:
    """A response whose items have our linkIds where they differ from ours in case only, or ask in our very words; an
    item with a modifier passes it on to its answers."""
    by_text = {str(item.get("text", "")).strip().lower(): link_id for link_id, item in items.items()}
    lower = {link_id.lower(): link_id for link_id in items}

    def spelled(item: Json) -> Json:
        link_id = str(item.get("linkId", ""))
        text = str(item.get("text", "")).strip().lower()
        ours = link_id if link_id in items else lower.get(link_id.lower()) or by_text.get(text) or link_id
        changed = {**item, "linkId": ours}
        if isinstance(item.get("item"), list):
            changed["item"] = [spelled(each) if isinstance(each, dict) else each for each in item["item"]]
        if item.get("modifierExtension") and isinstance(item.get("answer"), list):
            marked = {"modifierExtension": item["modifierExtension"]}
            changed["answer"] = [{**each, **marked} if isinstance(each, dict) else each for each in item["answer"]]
        return changed

    inside = response.get("item")
    if not isinstance(inside, list):
        return response
    return {**response, "item": [spelled(item) if isinstance(item, dict) else item for item in inside]}


def turned_round(content: Content, items: Mapping[str, Json], response: Json) -> frozenset[str]:
    """The linkIds of yes-or-no questions that were put with a word that turns yes and no round, and ours has none
    ("Are you free of chest pain?")."""
    spelled = _as_spelled(response, items)
    return frozenset(
        link_id
        for item in flat(spelled.get("item"))
        if (link_id := str(item.get("linkId", ""))) in items
        and _turning(content, str(item.get("text", ""))) - _turning(content, str(items[link_id].get("text", "")))
    )


def _turning(content: Content, text: str) -> frozenset[str]:
    """The words in a question that turn it round."""
    properties = content.concepts(CHECK_IN_ANSWER)["yes"].properties
    plain = " ".join(text.replace("\u2019", "'").lower().split())
    for words in str(properties.get("notTurned", "")).split(";"):
        plain = plain.replace(words.strip(), "_")
    some = sorted((words.strip() for words in str(properties.get("turned", "")).split(";")), key=len, reverse=True)
    return frozenset(re.findall(rf"(?<!\w)(?:{'|'.join(map(re.escape, some))})(?!\w)", plain))


def link_ids(response: Json) -> tuple[str, ...]:
    """The linkIds of a response, at every depth."""
    return tuple(str(item.get("linkId", "")) for item in flat(response.get("item")))


def words_in(response: Json) -> str:
    """Every word that was given as an answer, wherever it stands."""
    answers = (answer for item in flat(response.get("item")) for answer in dig(item, "answer"))
    texts = (answer.get("valueString") for answer in answers if isinstance(answer, dict))
    return " / ".join(text for text in texts if isinstance(text, str) and text.strip())


def results_of(content: Content, instrument: Json) -> Mapping[tuple[str, str], str]:
    """Codes of the results this instrument computes: an answered "total" item is checked, not read."""
    definitions = {}
    for extension in extensions(instrument, "score"):
        definition = definition_id(extension)
        for code in codings(content.get("ObservationDefinition", definition), "code"):
            definitions[code] = definition
    return definitions


def matched(
    response: Json,
    items: Mapping[str, Json],
    by_code: Mapping[tuple[str, str], str],
    results: Mapping[tuple[str, str], str],
    other: Json | None,
    *,
    strict: bool = False,
) -> tuple[dict[str, tuple[AnsweredItem, ...]], list[str], dict[str, Any]]:
    """Answered items by our linkIds; objections to unknown ones; totals the response claims."""
    codes_of = {str(item.get("linkId", "")): tuple(codings(item, "code")) for item in flat((other or {}).get("item"))}
    given: dict[str, tuple[AnsweredItem, ...]] = {}
    objections: list[str] = []
    totals: dict[str, Any] = {}
    for item in flat(response.get("item")):
        given_answers = item.get("answer")
        answers = tuple(
            answer
            for answer in (given_answers if isinstance(given_answers, list) else [])
            if isinstance(answer, dict) and value_of(answer) is not None
        )
        link_id = str(item.get("linkId", ""))
        last = link_id.rsplit("/", 1)[-1]
        codes = codes_of.get(link_id) or tuple(code for code in (*by_code, *results) if code[1] == last)
        ours = link_id if link_id in items else next((by_code[code] for code in codes if code in by_code), None)
        result = next((results[code] for code in codes if code in results), None)
        if ours is not None:
            modified = bool(item.get("modifierExtension"))
            given[ours] = (*given.get(ours, ()), AnsweredItem(link_id, answers, modified))
        elif result is not None:
            totals.update((result, value_of(one)) for one in answers)
        elif answers and (strict or other is None):
            objections.append(f"linkId {link_id}: not an item of this questionnaire")
    return given, objections, totals


def definition_id(extension: Json) -> str:
    reference = parts_of(extension).get("result") or {}
    return str(reference.get("reference", "")).rpartition("/")[2]
