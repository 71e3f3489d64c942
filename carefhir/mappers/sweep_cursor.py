"""Basic: how far a sweep of one care manager's panel has come, for each type of resource.

R4 has no resource for it. A server without `Basic` keeps no cursor, and every sweep looks at everybody.
"""

from __future__ import annotations

from datetime import UTC, datetime

from carefhir.codes import BASE
from carefhir.fhir.changes import match_query
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, dig, moment
from carefhir.fhir.search import Identified, Need

SYSTEM = f"{BASE}/sid/sweep"
EXTENSION = f"{BASE}/StructureDefinition/sweep-cursor"


def value_of(owner: str, type_: str) -> str:
    """The value of a cursor's identifier: whose panel, and which type."""
    return f"{owner}/{type_}"


def find(owner: str, type_: str) -> Need:
    """The cursor of one type."""
    return Need(f"cursor {type_}", "Basic", (Identified(f"{SYSTEM}|{value_of(owner, type_)}"),), optional=True)


def condition(owner: str, type_: str) -> str:
    """The condition under which a cursor is created."""
    return match_query(SYSTEM, value_of(owner, type_))


def read(record: Record) -> datetime | None:
    """The moment up to which changes were looked at."""
    texts = (one["valueInstant"] for one in dig(record.json, "extension") if _is_ours(one) and "valueInstant" in one)
    return next((at for text in texts if isinstance(text, str) and (at := moment(text)) is not None), None)


def write(owner: str, type_: str, at: datetime) -> Json:
    """A new cursor."""
    return {
        "resourceType": "Basic",
        "identifier": [{"system": SYSTEM, "value": value_of(owner, type_)}],
        "code": {"text": "how far a sweep has come"},
        "author": {"reference": owner},
        "created": at.astimezone(UTC).date().isoformat(),
        "extension": [_extension(at)],
    }


def moved(record: Record, at: datetime) -> Json:
    """The same cursor, further on; everything else stays as it is."""
    others = [one for one in dig(record.json, "extension") if not _is_ours(one)]
    return {**record.json, "extension": [*others, _extension(at)]}


def stamp(at: datetime) -> str:
    """A moment as an instant in UTC, whole seconds: what changed within that second is read again."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _extension(at: datetime) -> Json:
    return {"url": EXTENSION, "valueInstant": stamp(at)}


def _is_ours(extension: object) -> bool:
    return isinstance(extension, dict) and extension.get("url") == EXTENSION
