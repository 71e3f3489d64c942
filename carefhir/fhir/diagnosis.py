"""What is on the server now: the only way the runner finds out what a failed or lost write meant (rule R4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from carefhir.codes import ACT_MARK, COMMAND_KEY
from carefhir.errors import CarefhirError
from carefhir.fhir.bundle import Entry, Prepared, resolved, tags_of
from carefhir.fhir.capability import Capabilities
from carefhir.fhir.codec import Json, digest
from carefhir.fhir.commit import Wrote
from carefhir.fhir.gather import Way, gather
from carefhir.fhir.homes import Home
from carefhir.fhir.record import Record
from carefhir.fhir.search import Identified, Named, Need, Tagged
from carefhir.fhir.wire import Flow
from carefhir.fhir.withdrawn import in_order, not_withdrawn


@dataclass(frozen=True, slots=True)
class ChangedMeanwhile:
    """A resource that another system changed: the version relied on, and the current one ("" if it is gone)."""

    reference: str
    """The resource."""
    had: str
    """The version relied on."""
    now: str
    """The current version, empty if it is gone."""


@dataclass(slots=True)
class OnServer:
    """What was found: the receipt, resources with our keys, amendments already in place, versions that changed."""

    receipt: Record | None = None
    under_keys: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    withdrawn_too: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    """The same with what is marked entered-in-error: something may still point to that."""
    in_place: dict[str, Record] = field(default_factory=dict)
    unlinked: dict[str, Record] = field(default_factory=dict)
    """What this act has amended, with links of its own that lead nowhere."""
    moved: tuple[ChangedMeanwhile, ...] = ()
    unreadable: str = ""

    @property
    def duplicates(self) -> dict[str, tuple[str, ...]]:
        return {
            part: tuple(one.reference for one in records)
            for part, records in self.under_keys.items()
            if len(records) > 1
        }


def look(
    prepared: Prepared,
    relied_on: Sequence[Record],
    capabilities: Capabilities,
    home: Home,
    wrote: Mapping[str, Wrote] = MappingProxyType({}),
) -> Flow[OnServer]:
    """Reads the receipt, every key of the act, and the versions of everything amended or relied on.

    What this run itself `wrote` is in place at the version the server returned, even if the server added to it.
    """
    creates = [one for one in prepared.entries if one.creates]
    amended = {one.reference: one for one in prepared.entries if not one.creates}
    versions = {one.reference: one.version for one in relied_on if one.version and one.home == home.name} | {
        reference: one.version for reference, one in amended.items()
    }
    slots = {f"key.{index_name(index)}": "|".join(one.key) for index, one in enumerate(creates)}
    needs = [_key_need(index, one) for index, one in enumerate(creates)]
    slots["command"] = f"{COMMAND_KEY}|{prepared.command_digest}"
    doubtful = dict.fromkeys(one.type for one in creates if not capabilities.keeps_apart(one.type))
    needs += [_command_need(type_) for type_ in doubtful]
    for index, reference in enumerate(versions):
        slots[f"version.{index_name(index)}"] = reference
        needs.append(Need(reference, reference.partition("/")[0], (Named(f"{{version.{index_name(index)}}}"),)))
    way: Way = "batch" if capabilities.batch else "searches"
    standing = OnServer()
    try:
        records = yield from gather(needs, slots, capabilities, home, way=way)
    except CarefhirError as error:
        standing.unreadable = error.message
        return standing
    for index, create in enumerate(creates):
        by_tag = (one for one in records[_command_need(create.type).name] if create.carried_by(one.json))
        carrying = {one.reference: one for one in (*records[f"key {index}"], *by_tag)}
        standing.withdrawn_too[create.part] = tuple(carrying.values())
        standing.under_keys[create.part] = not_withdrawn(carrying.values())
    receipts = standing.under_keys[prepared.receipt.part]
    commands = {next(tags_of(receipt.json, COMMAND_KEY), "") for receipt in receipts}
    if len(receipts) == 1 or (len(commands) == 1 and "" not in commands):
        standing.receipt = in_order(receipts)[0]
    links = {one.urn: standing.under_keys[one.part][0].reference for one in creates if standing.under_keys[one.part]}
    moved = []
    for reference, version in versions.items():
        now = records.one(reference)
        entry = amended.get(reference)
        mine = wrote.get(entry.part) if entry is not None else None
        if (
            now is not None
            and entry is not None
            and (
                same_but_meta(now.json, resolved(entry.resource, links))
                or (mine is not None and mine.version == now.version)
            )
        ):
            standing.in_place[entry.part] = now
        elif now is not None and entry is not None and prepared.act.did(now, "amended") and _unlinked(now, creates):
            standing.unlinked[entry.part] = now
        elif now is None or now.version != version or (entry and entry.was and digest(now.json) != entry.was):
            moved.append(ChangedMeanwhile(reference, version, now.version if now else ""))
    standing.moved = tuple(moved)
    return standing


def _unlinked(record: Record, creates: Sequence[Entry]) -> bool:
    """Whether a record holds a link of the act that no server has replaced."""
    return any(record.mentions(create.urn) for create in creates)


def index_name(index: int) -> str:
    """A slot name for a number (slots are letters only)."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(index))


def same_but_meta(resource: Json, other: Json) -> bool:
    """Whether two resources have the same values, apart from the server's own bookkeeping and our marks."""
    return _values(resource) == _values(other)


def _values(resource: Json) -> Json:
    values = {key: value for key, value in resource.items() if key != "meta"}
    identifiers = values.get("identifier")
    if isinstance(identifiers, list):
        kept = [each for each in identifiers if not (isinstance(each, dict) and each.get("system") == ACT_MARK)]
        values = {**values, "identifier": kept} if kept else {k: v for k, v in values.items() if k != "identifier"}
    return values


def _command_need(type_: str) -> Need:
    """Whatever a command has created of a type: not every server finds it by its key (WSO2 finds no Encounter by its
    identifier, tried 2026-11), and not every server takes this search."""
    return Need(f"{type_} of the command", type_, (Tagged("{command}"),), optional=True)


def _key_need(index: int, entry: Entry) -> Need:
    slot = f"{{key.{index_name(index)}}}"
    by = Tagged(slot) if entry.match.startswith("_tag=") else Identified(slot)
    return Need(f"key {index}", entry.type, (by,))
