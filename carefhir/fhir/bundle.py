"""A plan, made ready to send: with keys and receipt, as one transaction Bundle (rules R2, R3).

The Bundle is what a preview shows and what is POSTed; its digest ties the two together. On a server without
transactions the same entries are sent one by one, in an order in which every link points to something that already
exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from carefhir.codes import ACT_KEY, COMMAND_KEY, STEP_KEY, STEP_NAME
from carefhir.errors import ContentError
from carefhir.fhir.changes import (
    SINGLE_IDENTIFIER,
    WITHOUT_IDENTIFIER,
    Act,
    Amend,
    Change,
    Create,
    keys_of,
    labeled,
    marked_by,
    match_query,
    own_identifier,
    strings_in,
)
from carefhir.fhir.codec import Json, copied, digest
from carefhir.fhir.elsewhere import OtherNames, written_out
from carefhir.fhir.record import Record
from carefhir.fhir.search import Identified, Tagged

RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Entry:
    """One write: a conditional create (`match` is its condition) or an amendment of the version that was read."""

    part: str
    because: str
    type: str
    urn: str
    resource: Json
    key: tuple[str, str] = ("", "")
    match: str = ""
    reference: str = ""
    version: str = ""
    was: str = ""
    """The digest of what was read, where the server gives no versions: what an amendment is held against then."""

    @property
    def creates(self) -> bool:
        return not self.reference

    @property
    def command(self) -> str:
        """The digest of the command that creates it, which its tag carries."""
        return next(tags_of(self.resource, COMMAND_KEY), "")

    @property
    def ours(self) -> bool:
        """Whether the key is one of our own, opaque ones; an author's identifier must not be in a URL (R9)."""
        return self.key[0] in (STEP_KEY, ACT_KEY)

    def carried_by(self, resource: Json) -> bool:
        """Whether a resource carries this entry's key: a server may ignore a search parameter it does not know."""
        by = Tagged("|".join(self.key)) if self.match.startswith("_tag=") else Identified("|".join(self.key))
        return resource.get("resourceType") == self.type and by.holds(resource, {})


@dataclass(frozen=True, slots=True)
class Prepared:
    """What will be sent, in order, receipt last."""

    act: Act
    entries: tuple[Entry, ...]

    @property
    def command_digest(self) -> str:
        """What was asked for."""
        return self.act.asked

    @property
    def receipt(self) -> Entry:
        return self.entries[-1]

    def body(self) -> Json:
        """The transaction Bundle."""
        return {"resourceType": "Bundle", "type": "transaction", "entry": [_bundle_entry(one) for one in self.entries]}

    def sha256(self) -> str:
        """The digest of the canonical spelling of the Bundle."""
        return digest(self.body())


def prepare(
    act: Act,
    changes: tuple[Change, ...],
    receipt: Json,
    labels: tuple[Json, ...] = (),
    others: tuple[OtherNames, ...] = (),
) -> Prepared:
    """Adds keys to what is created and the act's mark to everything, orders the writes, adds the receipt. Amendments
    that change nothing are left out.

    The receipt also targets what was already as wanted: a resumed act says the same as one without interruption.

    A reference to a record of one of the `others` is written as a logical one (`fhir/elsewhere.py`).

    Raises `ContentError` when two parts have one key: HAPI silently makes them one resource and one answer.
    """
    entries = [
        _entry(act, change, labels)
        for change in changes
        if not (isinstance(change, Amend) and not change.changes_anything)
    ]
    ordered = _in_order(entries)
    receipt_with_targets = copied(receipt)
    stands = [change.record.reference for change in changes if isinstance(change, Amend)]
    targets = [one.urn for one in ordered if one.creates] + stands
    receipt_with_targets["target"] = [{"reference": one} for one in targets] or receipt_with_targets["target"]
    ordered.append(_entry(act, Create(RECEIPT, receipt_with_targets, "the receipt of this act"), labels))
    keys = [one.match for one in ordered if one.creates] + [one.reference for one in ordered if not one.creates]
    parts = [one.part for one in ordered]
    for names in (keys, parts):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ContentError(f"the plan of {act.step} has two entries under one key ({twice}); nothing was sent")
    if others:
        ordered = [replace(one, resource=written_out(one.resource, others)) for one in ordered]
    return Prepared(act, tuple(ordered))


def _entry(act: Act, change: Change, labels: tuple[Json, ...]) -> Entry:
    if isinstance(change, Amend):
        record = change.record
        return Entry(
            change.part,
            change.because,
            record.type,
            "",
            marked_by(act, change.becomes, "amended"),
            reference=record.reference,
            version=record.version,
            was="" if record.version else digest(record.json),
        )
    resource = copied(labeled(change.resource, labels))
    key = act.part_key(change.part)
    tags = resource.setdefault("meta", {}).setdefault("tag", [])
    if change.type in WITHOUT_IDENTIFIER:
        tags.append({"system": ACT_KEY, "code": act.key})
        tags.append({"system": STEP_NAME, "code": act.step})
        identity, by = (ACT_KEY, act.key), "_tag"
    elif change.type in SINGLE_IDENTIFIER:
        system, value = own_identifier(resource) or (STEP_KEY, key)
        if (system, value) == (STEP_KEY, key):
            resource["identifier"] = {"system": STEP_KEY, "value": key}
        identity, by = (system, value), "identifier"
    else:
        resource.setdefault("identifier", []).append({"system": STEP_KEY, "value": key})
        identity, by = (STEP_KEY, key), "identifier"
    tags.append({"system": COMMAND_KEY, "code": act.asked})
    resource = marked_by(act, resource, "created")
    match = match_query(*identity, by)
    return Entry(change.part, change.because, change.type, act.urn(change.part), resource, identity, match)


def _in_order(entries: list[Entry]) -> list[Entry]:
    """Orders creates so that links point backward, else as given; then amendments."""
    creates = [one for one in entries if one.creates]
    urns = {one.urn for one in creates}
    points_to = {one.urn: set(strings_in(one.resource)) & (urns - {one.urn}) for one in creates}
    done: set[str] = set()
    ordered: list[Entry] = []
    waiting = creates
    while waiting:
        ready = next((one for one in waiting if points_to[one.urn] <= done), None)
        if ready is None:
            raise ContentError("the plan's resources point at each other in a circle; nothing was sent")
        ordered.append(ready)
        done.add(ready.urn)
        waiting = [one for one in waiting if one is not ready]
    return ordered + [one for one in entries if not one.creates]


def _bundle_entry(entry: Entry) -> Json:
    if entry.creates:
        return {
            "fullUrl": entry.urn,
            "resource": entry.resource,
            "request": {"method": "POST", "url": entry.type, "ifNoneExist": entry.match},
        }
    return {
        "resource": entry.resource,
        "request": {"method": "PUT", "url": entry.reference, **_if_match(entry)},
    }


def _if_match(entry: Entry) -> Json:
    """The version that was read; a server that gives none is asked for none."""
    return {"ifMatch": f'W/"{entry.version}"'} if entry.version else {}


def resolved(value: Any, references_by_urn: Mapping[str, str]) -> Any:
    """A copy in which every urn whose reference is known is replaced by it."""
    if isinstance(value, str):
        return references_by_urn.get(str(value), value)
    if isinstance(value, dict):
        return {key: resolved(item, references_by_urn) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, references_by_urn) for item in value]
    return value


def created_by_a_step(record: Record) -> bool:
    """Whether an act of ours created a record: it then carries a key of ours. Being amended by one leaves no key."""
    return bool(keys_of(record)) or any(True for _ in tags_of(record.json, COMMAND_KEY))


def tags_of(resource: Json, system: str) -> Iterator[str]:
    """The codes of a resource's tags in one system."""
    for tag in resource.get("meta", {}).get("tag", []):
        if isinstance(tag, dict) and tag.get("system") == system and isinstance(tag.get("code"), str):
            yield tag["code"]
