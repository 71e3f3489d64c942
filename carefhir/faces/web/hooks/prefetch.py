"""Prefetch: what a service asks the EHR to send along, and how what was sent takes the place of a search.

The templates are the searches that a reading declares, in the subset of FHIR queries that every CDS client must take
(CDS Hooks 2.0, Prefetch query restrictions): reads by id and searches by patient, codes and date. What was sent answers
the same search as the server would have, page by page, and is looked through by the same filters. What was not sent, or
may have been cut short, is searched for with the EHR's token, if there is one; else the service cannot answer (412).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import Json, encode
from carefhir.fhir.gather import searching
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import outcome
from carefhir.fhir.record import dig
from carefhir.fhir.search import Codes, Named, Need, Of, Since, Slots, query_text
from carefhir.fhir.wire import FHIR_JSON, Answer, Flow, Request, Response

T = TypeVar("T")

TOKENS: Mapping[str, str] = {"{patient}": "{{context.patientId}}", "{command.encounter}": "{{context.encounterId}}"}
"""The slots of a need that the EHR fills in itself, and how CDS Hooks writes them."""
_STAND_IN = "prefetchToken"
WITHHELD = frozenset({"forbidden", "security", "suppressed"})
"""Issue types (http://hl7.org/fhir/issue-type) that say the user may not see it: asking again gives the same."""
OUTCOME = "OperationOutcome"


def templates(needs: Sequence[Need], today: str, also: Slots | None = None) -> dict[str, str]:
    """The prefetch templates of needs, by name. `today` (YYYY-MM-DD) is the day from which spans of time are counted
    back: a template that the EHR keeps for months asks for more than is needed, and never for less. `also` are slots
    that the content at work fills."""
    stand_ins = {"patient": f"Patient/{_STAND_IN}", "command.encounter": f"Encounter/{_STAND_IN}", "today": today}
    slots = {**(also or {}), **stand_ins}
    pairs = ((need.name, _template(need, slots)) for need in needs)
    return {name: template for name, template in pairs if template}


def _template(need: Need, slots: Slots) -> str:
    """One template; "" for a search that is not in the subset, which is then always our own."""
    if not all(isinstance(each, Of | Codes | Named | Since) for each in need.where):
        return ""
    (first, *rest) = need.where
    if isinstance(first, Named):
        token = TOKENS.get(first.slot, "")
        return f"{need.type}/{token}" if token and not rest else ""
    query = need.query(slots)
    if query is None:
        return ""
    return f"{need.type}?{query_text(query)}".replace(f"Patient/{_STAND_IN}", TOKENS["{patient}"]).replace(
        f"Patient%2F{_STAND_IN}", TOKENS["{patient}"]
    )


@dataclass(frozen=True, slots=True)
class Prefetched:
    """What an EHR has sent along: the answers to searches that then need not be sent."""

    answers: Mapping[str, Response]
    """By the target of the search."""

    def of(self, request: Request) -> Response | None:
        """The answer to a request; None where it must be sent."""
        return self.answers.get(request.target) if request.method == "GET" else None


def prefetched(needs: Sequence[Need], slots: Slots, sent: Mapping[str, Any], *, home: Home) -> Prefetched:
    """Reads what was sent, by the names of the needs. What is missing, cut short or unfit is left out."""
    answers = {}
    for need in needs:
        if need.query(slots) is None:
            continue
        answer = _answer(need, sent.get(need.name), home)
        if answer is not None:
            answers[searching(need, slots, home).target] = answer
    return Prefetched(answers)


def _answer(need: Need, value: Any, home: Home) -> Response | None:
    """What was sent for one need, as the answer to its search."""
    if not isinstance(value, dict):
        return None
    if value.get("resourceType") == OUTCOME:
        codes = [code for code in dig(value, "issue.code") if isinstance(code, str)]
        return _response(403, value) if codes and set(codes) <= WITHHELD else None
    if value.get("resourceType") == need.type and isinstance(need.where[0], Named):
        return _response(200, {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": value}]})
    if value.get("resourceType") != "Bundle" or value.get("type") != "searchset":
        return None
    if _cut(value, home) or _holds_outcome(value):
        return None
    return _response(200, value)


def _holds_outcome(bundle: Json) -> bool:
    """Whether a search says in itself that something went wrong."""
    return any(severity in ("error", "fatal") for severity in dig(bundle, "entry.resource.issue.severity"))


def _cut(bundle: Json, home: Home) -> bool:
    """Whether a Bundle may hold less than there is, and does not say how to go on: fewer than it counts, or a round
    number without an end."""
    links = [each for each in dig(bundle, "link") if isinstance(each, dict) and each.get("relation") == "next"]
    if links:
        return not all(isinstance(each.get("url"), str) and home.target_of(each["url"]) for each in links)
    entries, total = bundle.get("entry", []), bundle.get("total")
    size = len(entries) if isinstance(entries, list) else 0
    if isinstance(total, int):
        return size < total
    return size > 0 and (size % 10 == 0 or size % 25 == 0)


def _response(status: int, document: Json) -> Response:
    return Response(status, {"content-type": FHIR_JSON}, encode(document))


@dataclass(frozen=True, slots=True)
class Fetching:
    """Whether what was not sent may be searched for, and what of it."""

    allowed: bool
    """Whether there is a token of the EHR."""
    lacks: frozenset[str] = frozenset()
    """Resource types for which the token was granted nothing: they are not asked for."""


def carried_out(flow: Flow[T], given: Prefetched, fetching: Fetching) -> Flow[T]:
    """The same flow, with what was sent along answered from there. Raises `Denied` (412) where something must be
    searched for and may not be, or cannot be had."""
    answers: tuple[Answer, ...] | None = None
    while True:
        try:
            asks = flow.send(answers)  # type: ignore[arg-type]  # a new generator takes None
        except StopIteration as stop:
            value: T = stop.value
            return value
        except (ServerUnfit, ServerUnreachable) as error:
            raise Denied("lacks-data", error.message) from None
        here = {at: answer for at, each in enumerate(asks) if (answer := _here(each, given, fetching)) is not None}
        rest = tuple(each for at, each in enumerate(asks) if at not in here)
        if not fetching.allowed:
            _nothing_to_fetch(rest)
        fetched = iter((yield rest)) if rest else iter(())
        answers = tuple(here[at] if at in here else next(fetched, Response(500)) for at in range(len(asks)))


def _here(ask: object, given: Prefetched, fetching: Fetching) -> Response | None:
    """The answer to what needs no server."""
    if not isinstance(ask, Request):
        return None
    answer = given.of(ask)
    if answer is None and fetching.allowed and _type_of(ask) in fetching.lacks:
        return _response(403, outcome("forbidden", "the EHR granted no scope for this"))
    return answer


def _nothing_to_fetch(asks: Sequence[object]) -> None:
    lacks = sorted({_type_of(ask) or "the next page" for ask in asks if isinstance(ask, Request)})
    if lacks:
        raise Denied(
            "lacks-data",
            f"neither prefetch nor a token (fhirAuthorization) gives what is needed: {', '.join(lacks)}",
        )


def _type_of(request: Request) -> str:
    match = re.match(r"[A-Z][A-Za-z]+", request.target)
    return match[0] if match else ""
