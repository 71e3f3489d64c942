"""Resources and their versions in memory, with undo: what a failed transaction wrote is taken back whole.

Copies in, copies out: what is kept as truth are the bytes, and nobody outside gets the parsed resource to change.
Nothing here knows HTTP or search; both ask the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from carefhir.sandbox.index import Index
from carefhir.sandbox.outcome import gone, missing
from carefhir.sandbox.parameters import TYPES
from carefhir.sandbox.wire import Json, canonical, encode


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one resource; `resource` is None when this version is its deletion."""

    type: str
    id: str
    number: int
    updated: str
    method: str
    resource: Json | None
    body: bytes

    @property
    def key(self) -> str:
        return f"{self.type}/{self.id}"

    @property
    def path(self) -> str:
        return f"{self.type}/{self.id}/_history/{self.number}"


@dataclass(slots=True)
class StoredRecord:
    """One resource through time; `order` is its place in the order of creation."""

    order: int
    versions: list[Version] = field(default_factory=list)
    targets: list[frozenset[str]] = field(default_factory=list)


def instant(moment: datetime) -> str:
    """An R4 instant in milliseconds."""
    return moment.isoformat(timespec="milliseconds")


class Store:
    """All resources of one server."""

    def __init__(self) -> None:
        self.types: dict[str, dict[str, StoredRecord]] = {name: {} for name in TYPES}
        self._indexes: dict[str, dict[str, Index]] = {name: {} for name in TYPES}
        self._referrers: dict[str, set[str]] = {}
        self._journal: list[tuple[str, str]] = []
        self._orders = 0
        self._ids = 0

    def copy(self) -> Store:
        """Another store with the same resources; what is written to one is not in the other."""
        other = Store()
        for name, records in self.types.items():
            other.types[name] = {
                id_: StoredRecord(one.order, list(one.versions), list(one.targets)) for id_, one in records.items()
            }
        other._referrers = {key: set(names) for key, names in self._referrers.items()}
        other._indexes = {
            name: {code: index.copy() for code, index in indexes.items()} for name, indexes in self._indexes.items()
        }
        other._orders, other._ids = self._orders, self._ids
        return other

    # Reading

    def current(self, type_: str, id_: str) -> Version | None:
        """The newest version, be it a deletion; None when there never was one."""
        record = self.types[type_].get(id_)
        return record.versions[-1] if record else None

    def living(self, type_: str, id_: str) -> Version:
        """The newest version of what is there; 404 or 410 otherwise."""
        version = self.current(type_, id_)
        if version is None:
            raise missing(f"{type_}/{id_}")
        if version.resource is None:
            raise gone(f"{type_}/{id_}")
        return version

    def exists(self, key: str) -> bool:
        """Whether `Type/id` is there now."""
        type_, _, id_ = key.partition("/")
        record = self.types.get(type_, {}).get(id_)
        return record is not None and record.versions[-1].resource is not None

    def versions(self, type_: str, id_: str) -> list[Version]:
        """All versions, oldest first; 404 when there never was one."""
        record = self.types[type_].get(id_)
        if record is None:
            raise missing(f"{type_}/{id_}")
        return list(record.versions)

    def all_ids(self, type_: str) -> Iterator[str]:
        """The ids of what is there, in order of creation."""
        return (id_ for id_, record in self.types[type_].items() if record.versions[-1].resource is not None)

    def order(self, type_: str, id_: str) -> int:
        return self.types[type_][id_].order

    def referrers(self, key: str) -> frozenset[str]:
        """The keys of what refers to `key` now."""
        return frozenset(self._referrers.get(key, ()))

    def index(self, type_: str, code: str) -> Index:
        """The index of a parameter, built when it is first asked for."""
        built = self._indexes[type_].get(code)
        if built is None:
            built = self._indexes[type_][code] = Index(TYPES[type_].params[code])
            for id_ in self.all_ids(type_):
                built.put(id_, self.types[type_][id_].versions[-1].resource)
        return built

    # Writing

    def new_number(self) -> int:
        """A number nobody has, from one sequence for all types."""
        self._ids += 1
        return self._ids

    def write(
        self, type_: str, id_: str, resource: Json, targets: frozenset[str], method: str, at: datetime
    ) -> Version:
        """A new version of the resource, or the old one when it says the same. `resource` is the caller's no more."""
        before = self.current(type_, id_)
        number, updated = (before.number + 1 if before else 1), instant(at)
        stamped_resource = _stamped(resource, type_, id_, str(number), updated)
        if before and before.resource is not None:
            old = before.resource
            same = _stamped(resource, type_, id_, old["meta"]["versionId"], old["meta"]["lastUpdated"])
            if canonical(same) == canonical(old):
                return before
        version = Version(type_, id_, number, updated, method, stamped_resource, encode(stamped_resource))
        self._append(version, targets)
        return version

    def delete(self, type_: str, id_: str, at: datetime) -> Version | None:
        """Marks it deleted; None when there was nothing to delete."""
        before = self.current(type_, id_)
        if before is None or before.resource is None:
            return None
        version = Version(type_, id_, before.number + 1, instant(at), "DELETE", None, b"")
        self._append(version, frozenset())
        return version

    def mark(self) -> int:
        """A place to go back to."""
        return len(self._journal)

    def rollback(self, mark: int) -> None:
        """Undoes all that was written since."""
        while len(self._journal) > mark:
            type_, id_ = self._journal.pop()
            record = self.types[type_][id_]
            self._unlink(record.versions.pop().key, record.targets.pop())
            if not record.versions:
                del self.types[type_][id_]
                self._reindex(type_, id_, None)
                continue
            self._link(record.versions[-1].key, record.targets[-1])
            self._reindex(type_, id_, record.versions[-1].resource)

    def settle(self) -> None:
        """What was written stays: forgets how to undo it."""
        self._journal.clear()

    def _append(self, version: Version, targets: frozenset[str]) -> None:
        record = self.types[version.type].get(version.id)
        if record is None:
            self._orders += 1
            record = self.types[version.type][version.id] = StoredRecord(self._orders)
        else:
            self._unlink(version.key, record.targets[-1])
        record.versions.append(version)
        record.targets.append(targets)
        self._journal.append((version.type, version.id))
        self._link(version.key, targets)
        self._reindex(version.type, version.id, version.resource)

    def _reindex(self, type_: str, id_: str, resource: Json | None) -> None:
        for index in self._indexes[type_].values():
            index.put(id_, resource)

    def _link(self, key: str, targets: frozenset[str]) -> None:
        for target in targets:
            self._referrers.setdefault(target, set()).add(key)

    def _unlink(self, key: str, targets: frozenset[str]) -> None:
        for target in targets:
            self._referrers[target].discard(key)


def _stamped(resource: Json, type_: str, id_: str, number: str, updated: str) -> Json:
    meta = {"versionId": number, "lastUpdated": updated}
    given = resource.get("meta")
    if isinstance(given, dict):
        meta |= {name: value for name, value in given.items() if name not in meta}
    rest = {name: value for name, value in resource.items() if name not in ("resourceType", "id", "meta")}
    return {"resourceType": type_, "id": id_, "meta": meta} | rest
