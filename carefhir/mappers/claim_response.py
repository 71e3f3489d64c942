"""ClaimResponse: what a payer answered to a request for authorization, as far as it can be read.

Read as Da Vinci Prior Authorization Support 2.2.1 writes it: a review action (X12 element 306) for each item, as an
extension of the item or of its adjudication, the number and the days beside it. R4's own `preAuthRef` and
`preAuthPeriod` are read too. What no code says is not guessed: a response without a review action decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from carefhir.codes import AUTHORIZATION_ANSWER
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, first_text, moments, words_of
from carefhir.fhir.search import Need, Of

PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition"
REVIEW_ACTION = f"{PAS}/extension-reviewAction"
REVIEW_ACTION_CODE = f"{PAS}/extension-reviewActionCode"
ITEM_PERIOD = f"{PAS}/extension-itemPreAuthPeriod"
ITEM_DETAIL = f"{PAS}/extension-itemAuthorizedDetail"


def find() -> Need:
    """The payer's answers to the request that the command names."""
    filters = (Of("patient", "patient"), Of("request", "request", "{command.claim}"))
    return Need("claim_responses", "ClaimResponse", filters, optional=True)


@dataclass(frozen=True, slots=True)
class PayerResponseView:
    """One answer of a payer."""

    record: Record
    answer: str
    """Its code in CodeSystem authorization-answer; "" where no code that we know decides."""
    why_not: str
    """Why it cannot be read; "" where it can."""
    number: str
    first_day: date | None
    last_day: date | None
    units: Decimal | None
    reason: str
    """In the payer's words: the disposition, the reasons of the review, the notes."""
    created: str

    @property
    def reference(self) -> str:
        return self.record.reference


def read(record: Record, content: Content) -> PayerResponseView:
    """A payer's answer, leniently."""
    json = record.json
    actions = list(_actions(json))
    answer, why_not = _answer(json, [code for code, _, _ in actions], content)
    days = sorted(day for period in _periods(json) for day in period)
    units = [number for one in _extensions(json, ITEM_DETAIL) if (number := _quantity(one)) is not None]
    notes = [text for text in dig(json, "processNote.text") if isinstance(text, str)]
    reasons = [words_of(reason) for _, _, reason in actions]
    sentences = filter(None, (first_text(json, "disposition"), *reasons, *notes))
    return PayerResponseView(
        record,
        answer,
        why_not,
        next(filter(None, (first_text(json, "preAuthRef"), *(number for _, number, _ in actions))), ""),
        days[0] if days else None,
        days[-1] if len(days) > 1 else None,
        sum(units, Decimal(0)) if units else None,
        "; ".join(dict.fromkeys(sentences)),
        first_text(json, "created") or "",
    )


def _answer(json: Json, codes: list[str], content: Content) -> tuple[str, str]:
    """What the payer decided, and why that cannot be read. Items that differ make a part: what is approved is not all
    of it."""
    by_code = {
        action: answer.code
        for answer in content.concepts(AUTHORIZATION_ANSWER).values()
        for action in str(answer.properties.get("reviewAction", "")).split()
    }
    if unknown := [code for code in codes if code not in by_code]:
        return "", f"its review action {', '.join(dict.fromkeys(unknown))} is not one we know"
    answers = {by_code[code] for code in codes}
    if "pended" in answers or (not answers and first_text(json, "outcome") == "queued"):
        return "pended", ""
    if not answers:
        return "", "no review action says what was decided"
    return (answers.pop(), "") if len(answers) == 1 else ("partly-approved", "")


def _actions(json: Json) -> Iterator[tuple[str, str, Any]]:
    """Code, number and reason of each review action."""
    for action in _extensions(json, REVIEW_ACTION):
        parts = [one for one in dig(action, "extension") if isinstance(one, dict)]
        codes = [first_text(one, "valueCodeableConcept.coding.code") for one in parts if _is(one, REVIEW_ACTION_CODE)]
        codes += [first_text(one, "valueCodeableConcept.coding.code") for one in parts if _is(one, "code")]
        number = next((first_text(one, "valueString") for one in parts if _is(one, "number")), "")
        reason = next((one.get("valueCodeableConcept") for one in parts if _is(one, "reasonCode")), None)
        yield next(filter(None, codes), ""), number or "", reason


def _extensions(json: Json, url: str) -> Iterator[Json]:
    """The extensions of that url, wherever an answer may have them."""
    paths = (
        "item.extension",
        "item.adjudication.extension",
        "addItem.adjudication.extension",
        "adjudication.extension",
    )
    for path in paths:
        yield from (one for one in dig(json, path) if isinstance(one, dict) and _is(one, url))


def _is(extension: Json, url: str) -> bool:
    return extension.get("url") == url


def _periods(json: Json) -> Iterator[tuple[date, ...]]:
    """The days that are authorized: each item's own, else the whole's."""
    items = [period for one in _extensions(json, ITEM_PERIOD) if isinstance(period := one.get("valuePeriod"), dict)]
    whole = json.get("preAuthPeriod")
    for period in items or ([whole] if isinstance(whole, dict) else []):
        ends = (moments(first_text(period, end)) for end in ("start", "end"))
        yield tuple(end[0].date() for end in ends if end)


def _quantity(detail: Json) -> Decimal | None:
    for part in dig(detail, "extension"):
        if isinstance(part, dict) and _is(part, "quantity"):
            try:
                return Decimal(str(part["valueQuantity"]["value"]))
            except (KeyError, TypeError, InvalidOperation):
                return None
    return None
