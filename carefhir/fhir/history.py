"""Reads what a resource said in its earlier versions, where the server tells."""

from __future__ import annotations

from collections.abc import Collection

from carefhir.fhir.codec import NotJson
from carefhir.fhir.homes import Home
from carefhir.fhir.pages import read_history
from carefhir.fhir.record import Record
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import Failure, Flow, Response, exchange, get

NAMED = "/_history/"
"""What divides a resource from its version in a reference."""


def histories_of(references: Collection[str], home: Home) -> Flow[dict[str, tuple[Record, ...]]]:
    """The versions of each resource, newest first; none where the server does not tell them. Of a reference that names
    a version (`Goal/2/_history/3`) that one alone."""
    targets = [one if NAMED in one else f"{one}{NAMED.rstrip('/')}" for one in references]
    answers = yield from retrying(exchange(get(target, home=home.name) for target in targets))
    return {
        reference: _version(answer, home, reference) if NAMED in reference else _versions(answer, home)
        for reference, answer in zip(references, answers, strict=True)
    }


def version_named(reference: str, version: str) -> str:
    """The reference of one version of a resource."""
    return f"{reference}{NAMED}{version}"


def _version(answer: Response | Failure, home: Home, reference: str) -> tuple[Record, ...]:
    """The version that was asked for, and no other: a server may answer with the newest."""
    if isinstance(answer, Failure) or answer.status != 200:
        return ()
    try:
        record = Record(answer.body, home=home.name, bases=home.bases, others=home.others)
    except NotJson:
        return ()
    return (record,) if version_named(record.reference, record.version) == reference else ()


def _versions(answer: Response | Failure, home: Home) -> tuple[Record, ...]:
    if isinstance(answer, Failure) or answer.status != 200:
        return ()
    try:
        versions = read_history(answer.body, home)
    except NotJson:
        return ()
    numbered = all(record.version.isdigit() for record in versions)
    return tuple(sorted(versions, key=lambda record: -int(record.version))) if numbered else versions
