"""`docs/conformance.md`: which published profiles our records meet, where they do not, and why.

The table is `profiles/conformance.toml`; `tests/conformance` holds it against everything that is written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from scripts.rendering import markdown
from scripts.rendering.markdown import table

TABLE = Path(__file__).resolve().parents[2] / "profiles" / "conformance.toml"


@dataclass(frozen=True)
class Guide:
    """A published implementation guide in one version."""

    key: str
    name: str
    version: str
    read: str
    """What of it was read for this table."""
    types: frozenset[str]
    """The types it has profiles for."""

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Requirement:
    """What a profile demands beyond R4, as a FHIRPath expression that must be true."""

    element: str
    holds: str


@dataclass(frozen=True)
class Shape:
    """One profile as guides publish it."""

    id: str
    guides: tuple[str, ...]
    needs: tuple[tuple[Requirement, frozenset[str]], ...]
    """Each with the guides in which it stands."""

    def demands(self, guide: str) -> tuple[Requirement, ...]:
        """What it demands in one guide."""
        return tuple(need for need, guides in self.needs if guide in guides)


@dataclass(frozen=True)
class Unmet:
    """What a kind of record is known not to meet, and why."""

    shape: str
    element: str
    why: str
    engine: str = ""
    """Why the HL7 engine does not find it; "" where it does."""


@dataclass(frozen=True)
class RecordKind:
    """Records that are held against the same profiles."""

    title: str
    ours: tuple[str, ...]
    """The ids of our profiles."""
    where: str
    """FHIRPath: which of their records; "" for all that no kind before takes."""
    meets: tuple[str, ...]
    but: tuple[Unmet, ...]
    beside: dict[str, str] = field(hash=False)
    """Guides that profile the type and have nothing for it, and why."""


@dataclass(frozen=True)
class NearProfile:
    """Profiles of a guide that look near to what we write, and are not for it."""

    profile: str
    guide: str
    why: str


@dataclass(frozen=True)
class ConformanceTable:
    """The whole table."""

    guides: dict[str, Guide]
    shapes: dict[str, Shape]
    kinds: tuple[RecordKind, ...]
    near: tuple[NearProfile, ...]


@cache
def conformance() -> ConformanceTable:
    """Reads the table. Raises `KeyError` where it names a shape or a guide that it lacks."""
    raw = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    guides = {
        key: Guide(key, each["name"], each["version"], each["read"], frozenset(each["types"].split()))
        for key, each in raw["guides"].items()
    }
    rests_on = {key: frozenset(each.get("rests_on", ())) for key, each in raw["guides"].items()}
    shapes: dict[str, Shape] = {}
    for id_, each in raw["shapes"].items():
        standing = tuple(guides[key].key for key in each["guides"])
        parent = shapes[each["of"]].needs if "of" in each else ()
        inherited = [
            (need, frozenset(key for key in standing if key in at or rests_on[key] & at)) for need, at in parent
        ]
        own = [
            (Requirement(need["element"], need["holds"]), frozenset(need.get("in", standing))) for need in each["needs"]
        ]
        shapes[id_] = Shape(id_, standing, (*inherited, *own))
    kinds = tuple(
        RecordKind(
            title=each["title"],
            ours=tuple(each["ours"]),
            where=each.get("where", ""),
            meets=tuple(shapes[id_].id for id_ in each.get("meets", [])),
            but=tuple(
                Unmet(shapes[one["shape"]].id, one["element"], one["why"], one.get("engine", ""))
                for one in each.get("but", [])
            ),
            beside={guides[key].key: why for key, why in each.get("beside", {}).items()},
        )
        for each in raw["kinds"]
    )
    near = tuple(NearProfile(each["profile"], guides[each["guide"]].key, each["why"]) for each in raw["near"])
    return ConformanceTable(guides, shapes, kinds, near)


def page() -> str:
    """The page."""
    whole = conformance()
    names = tuple(dict.fromkeys(guide.name for guide in whole.guides.values()))
    columns = tuple(f"{name} {', '.join(guide.version for guide in _of(whole, name))}" for name in names)
    rows = [(kind.title, *(_column(whole, kind, name) for name in names)) for kind in whole.kinds]
    return markdown.page(
        "profiles/conformance.toml",
        "# Which published profiles our records meet",
        "Everything that carefhir writes is valid R4 and meets [our own profiles](../profiles/README.md). "
        "This page says which profiles of four guides the records meet as well. It is held by tests against one record "
        "of each kind that the stories, the demo and 25 synthetic patients leave behind: a record that fails where "
        "this page says that it meets, and one that meets where it says that it does not, both fail the tests.",
        table(("what is written", *columns), rows),
        "*but*: an element that is not as the profile wants it; why stands below. –: the guide has no profile for "
        "such a record. Records of other types (Appointment, Communication, Flag, EpisodeOfCare, RiskAssessment, "
        "MedicationStatement ...) have no profile in any of the four.",
        "## Where not, and why",
        table(("what is written", "profile", "element", "why"), _unmet(whole)),
        "## Where a guide has nothing for it, and why",
        table(("what is written", "guide", "why"), _beside(whole)),
        "Profiles that look near, and are not for what carefhir writes:",
        table(
            ("profile", "guide", "why not"),
            [
                (f"`{each.profile.replace(', ', '`, `')}`", whole.guides[each.guide].title, each.why)
                for each in whole.near
            ],
        ),
        "## What *meets* means here",
        "- **Checked**: what must be there, fixed and required codes, invariants, and what a reference may point to. "
        "For US Core 6.1.0 the HL7 engine checks with the published package; for all four, expressions of ours do, "
        "which say what each profile demands beyond R4.",
        "- **Not checked**: *must support*. It asks a system to be able to send an element, not each record to have "
        "it. Codes of LOINC, SNOMED CT and RxNorm are not looked up, and value sets that are bound as extensible or "
        "preferred are not held: roles of a team, say, are ours, with the published code beside it where one means "
        "the same.",
        "- **Not claimed**: no record names one of these profiles in `meta.profile` "
        "([decision 44](decisions/0044-published-profiles.md)). A search by `_profile` finds nothing.",
        "- **Not ours**: what carefhir only reads or amends (patients, encounters, medicines, an EHR's conditions) is "
        "as its source wrote it.",
        "## Versions, and what of them was read",
        table(("guide", "what was read"), [(guide.title, guide.read) for guide in whole.guides.values()]),
        "US Core 6.1.0 is what certified EHRs in the United States must offer; 9.0.0 is the newest. A site that adds "
        "codes of its own adds published codes and categories beside them: ConceptMaps `published-codes` and "
        "`published-categories`, extension `adds-to`.",
    )


def _of(whole: ConformanceTable, name: str) -> list[Guide]:
    return [guide for guide in whole.guides.values() if guide.name == name]


def _column(whole: ConformanceTable, kind: RecordKind, name: str) -> str:
    """What a kind meets of a guide, said once where all its versions agree."""
    cells = {guide.version: _cell(whole, kind, guide.key) for guide in _of(whole, name)}
    if len(set(cells.values())) == 1:
        return next(iter(cells.values()))
    return "; ".join(f"{version}: {cell}" for version, cell in cells.items())


def _cell(whole: ConformanceTable, kind: RecordKind, guide: str) -> str:
    names = [
        f"`{id_}`" + (" *but* " + ", ".join(f"`{element}`" for element in elements) if elements else "")
        for id_ in kind.meets
        if guide in whole.shapes[id_].guides
        for elements in ([each.element.partition(".")[2] for each in kind.but if each.shape == id_],)
    ]
    return ", ".join(names) or "–"


def _unmet(whole: ConformanceTable) -> Iterator[tuple[str, ...]]:
    for kind in whole.kinds:
        for each in kind.but:
            engine = f" The HL7 engine {each.engine}." if each.engine else ""
            yield kind.title, f"`{each.shape}`", f"`{each.element}`", each.why + engine


def _beside(whole: ConformanceTable) -> Iterable[tuple[str, ...]]:
    """A reason that several kinds share stands once."""
    shared: dict[tuple[str, str], list[str]] = {}
    for kind in whole.kinds:
        for guide, why in kind.beside.items():
            shared.setdefault((guide, why), []).append(kind.title)
    return [("; ".join(titles), whole.guides[guide].title, why) for (guide, why), titles in shared.items()]
