"""QuestionnaireResponse: a person's answers, kept as they were given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from carefhir.codes import RESTRICTED
from carefhir.fhir.changes import own_identifier
from carefhir.fhir.codec import Json, copied
from carefhir.fhir.record import Record, dig, first_text, references, relative
from carefhir.fhir.search import Need, Of


def find() -> Need:
    """All of a patient's responses."""
    return Need("responses", "QuestionnaireResponse", (Of("patient", "subject"),))


@dataclass(frozen=True, slots=True)
class ResponseView:
    """Somebody's answers on the server: to which form, when, and whether they count as complete."""

    record: Record
    questionnaire: str
    """The url of the form, without version."""
    complete: bool
    authored: str
    identity: tuple[str, str] | None
    """System and value of the response's own identifier."""
    version: str = ""
    """The version of the form; "" where the response names none."""


def read(record: Record) -> ResponseView:
    """A response, leniently."""
    json = record.json
    form = json.get("questionnaire")
    return ResponseView(
        record,
        form.partition("|")[0] if isinstance(form, str) else "",
        json.get("status") in ("completed", "amended"),
        authored(json, ""),
        own_identifier(json),
        form.partition("|")[2] if isinstance(form, str) else "",
    )


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """Answers that somebody keeps to go on with."""

    reference: str
    """`QuestionnaireResponse/ID`."""
    questionnaire: str
    """The url of the form, without version."""
    day: str
    response: Json
    """The answers, as they stand on the server."""


def drafts(responses: Iterable[Record]) -> tuple[KeptDraft, ...]:
    """The responses in progress, the newest first."""
    views = [read(record) for record in responses if record.json.get("status") == "in-progress"]
    newest_first = sorted(views, key=lambda view: (view.authored, view.record.id), reverse=True)
    return tuple(
        KeptDraft(view.record.reference, view.questionnaire, view.authored[:10], _as_answered(view.record))
        for view in newest_first
    )


def _as_answered(record: Record) -> Json:
    """A response without what a server writes beside it."""
    return {name: value for name, value in record.json.items() if name != "meta"}


def newest_of(responses: Iterable[Record], part_of_url: str) -> Record | None:
    """The newest answers to a form whose url has this in it, complete or in progress."""
    views = [view for view in map(read, responses) if part_of_url in view.questionnaire]
    counted = [view for view in views if view.complete or view.record.json.get("status") == "in-progress"]
    newest = max(counted, key=lambda view: (view.authored, view.record.id), default=None)
    return newest.record if newest else None


def in_words(record: Record) -> dict[str, str]:
    """By linkId: what was answered, in words."""
    return dict(_items_in_words(record.json))


def _items_in_words(element: Json) -> Iterator[tuple[str, str]]:
    for item in dig(element, "item"):
        if isinstance(item, dict):
            words = ", ".join(filter(None, map(_answer_in_words, dig(item, "answer"))))
            if words:
                yield str(item.get("linkId", "")), words
            yield from _items_in_words(item)


def _answer_in_words(answer: Any) -> str:
    if not isinstance(answer, dict):
        return ""
    for path in ("valueCoding.display", "valueCoding.code", "valueString", "valueDate", "valueDateTime"):
        if text := first_text(answer, path):
            return text
    quantity = answer.get("valueQuantity")
    if isinstance(quantity, dict) and "value" in quantity:
        return f"{quantity['value']} {quantity.get('unit') or quantity.get('code') or ''}".strip()
    if "valueBoolean" in answer:
        return "yes" if answer["valueBoolean"] is True else "no"
    return str(next((answer[name] for name in ("valueDecimal", "valueInteger") if name in answer), ""))


def same_identity(responses: tuple[Record, ...], identity: tuple[str, str] | None) -> Record | None:
    """The response on the server with the author's identifier."""
    if identity is None:
        return None
    return next((one for one in responses if own_identifier(one.json) == identity), None)


READ_FROM = ("id", "questionnaire", "authored", "source", "author", "item")
"""What tells the answers of a response on the server from all others, where it has no identifier of its own."""


def read_from(responses: tuple[Record, ...], response: Json) -> Record | None:
    """The response on the server that these answers were read from: it has their id and is the same in form, time and
    answers, and neither has an identifier of its own."""
    if own_identifier(response) or "id" not in response:
        return None
    return next(
        (
            stored
            for stored in responses
            if own_identifier(stored.json) is None
            and all(stored.json.get(name) == response.get(name) for name in READ_FROM)
        ),
        None,
    )


def changed_since_read(responses: tuple[Record, ...], response: Json) -> Record | None:
    """The response on the server that these answers have the id of, where it says something else by now."""
    if own_identifier(response) or "id" not in response or read_from(responses, response) is not None:
        return None
    return next((stored for stored in responses if stored.id == response.get("id")), None)


def source(response: Json) -> str:
    """Who answered: `Type/id`, or "" when the response does not say (the subject, then)."""
    return next((relative(one) or one for one in references(response, "source")), "")


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who answered, as the response names them."""

    element: str
    """Where it names them: `source`, else `author`; "" where it names nobody."""
    who: str
    """`Type/id` on this server, else the reference as written; "" where it names somebody without a reference."""


def respondent(response: Json) -> Respondent:
    """Who answered: the source, else the author (R4: whoever received and recorded the answers). Somebody who is named
    by words, by a number or by a reference to another server is somebody all the same."""
    for element in ("source", "author"):
        if response.get(element) is not None:
            return Respondent(element, next((relative(one) or one for one in references(response, element)), ""))
    return Respondent("", "")


OWN_WORDS = "own-words"
"""The question of our forms for whatever the person adds."""


def own_words(record: Record) -> str:
    """What the person added in their own words, to one of our forms; "" if nothing."""
    answers = (
        answer
        for item in dig(record.json, "item")
        if isinstance(item, dict) and item.get("linkId") == OWN_WORDS
        for answer in dig(item, "answer.valueString")
    )
    return " ".join(answer.strip() for answer in answers if isinstance(answer, str)).strip()


def subject(response: Json) -> str:
    """Whom it is about, or "" when it does not say."""
    return next((relative(one) or one for one in references(response, "subject")), "")


def authored(response: Json, otherwise: str) -> str:
    """When it was answered."""
    return first_text(response, "authored") or otherwise


def security(response: Json) -> list[Json]:
    """Its security labels, which travel to all derived from it (R10). One that cannot be read means restricted."""
    meta = response.get("meta")
    if not isinstance(meta, dict) or "security" not in meta:
        return []
    labels = meta["security"]
    read = [one for one in labels if _is_label(one)] if isinstance(labels, list) else []
    return read if read == labels else [*read, RESTRICTED]


def labels_of(record: Record) -> tuple[Json, ...]:
    """The security labels of any record, which travel to what is derived from it."""
    return tuple(security(record.json))


def _is_label(label: Any) -> bool:
    """A Coding as R4 has it, as far as a label goes."""
    texts = {"system", "version", "code", "display"}
    return (
        isinstance(label, dict)
        and "code" in label
        and all(
            name in texts and isinstance(value, str) and value.strip() == value != "" for name, value in label.items()
        )
    )


def write(response: Json, patient: str, author: str, now: str, *, status: str) -> Json:
    """The response with what must be there filled in; the answers are the author's and stay as they are."""
    resource = copied(response)
    for element in ("id", "meta", "text"):
        resource.pop(element, None)
    if security(response):
        resource["meta"] = {"security": security(response)}
    resource["status"] = status
    resource["subject"] = {"reference": patient}
    resource.setdefault("authored", now)
    resource.setdefault("author", {"reference": author})
    return resource
