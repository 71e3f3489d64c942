"""Reads what a resource said in its earlier versions, where the server tells."""

from __future__ import annotations

from collections.abc import Collection

from carefhir.fhir.codec import NotJson
from carefhir.fhir.homes import Home
from carefhir.fhir.pages import read_history
from carefhir.fhir.record import Record
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import Failure, Flow, Response, exchange, get


def histories_of(references: Collection[str], home: Home) -> Flow[dict[str, tuple[Record, ...]]]:
    """The versions of each resource, newest first; none where the server does not tell them."""
    answers = yield from retrying(exchange(get(f"{reference}/_history", home=home.name) for reference in references))
    return {reference: _versions(answer, home) for reference, answer in zip(references, answers, strict=True)}


def _versions(answer: Response | Failure, home: Home) -> tuple[Record, ...]:
    if isinstance(answer, Failure) or answer.status != 200:
        return ()
    try:
        versions = read_history(answer.body, home)
    except NotJson:
        return ()
    numbered = all(record.version.isdigit() for record in versions)
    return tuple(sorted(versions, key=lambda record: -int(record.version))) if numbered else versions
