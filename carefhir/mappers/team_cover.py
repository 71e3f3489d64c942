"""A cover: somebody stands in for a care manager for a time, as a participant of the care team with a period.

Nothing changes hands: Tasks keep their owners, new ones go to whoever covers, and both see them. After its last day a
cover is over by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.codes import BASE, DISCIPLINE, TEAM_ROLE
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moments, references, relative
from carefhir.mappers.provenance import DISCIPLINE_EXTENSION

COVERING = "covering-care-manager"
COVERING_FOR = f"{BASE}/StructureDefinition/covering-for"
"""Our extension of a participant: whom they stand in for."""


@dataclass(frozen=True, slots=True)
class CoverView:
    """Somebody who stands in for a care manager, in one team."""

    patient: str
    """`Patient/ID` of the team."""
    covering: str
    """Who stands in: `Practitioner/ID`."""
    covered: str
    """For whom: `Practitioner/ID`."""
    covered_name: str
    """Their name, where the record has it."""
    covering_name: str
    first: date
    last: date
    """The last day, included."""

    def begun(self, today: date) -> bool:
        return self.first <= today

    def in_force(self, today: date) -> bool:
        """Whether it holds today."""
        return self.first <= today <= self.last

    def overlaps(self, first: date, last: date) -> bool:
        """Whether any of its days is one of these."""
        return self.first <= last and first <= self.last


def covers_of(team: Record | Json) -> tuple[CoverView, ...]:
    """The covers of a team, past and future ones too; one without two days or without names of both is none."""
    json = team.json if isinstance(team, Record) else team
    patient = next((r for one in references(json, "subject") if (r := relative(one))), "")
    return tuple(found for each in dig(json, "participant") if (found := cover_of(each, patient)))


def cover_of(participant: Json, patient: str = "") -> CoverView | None:
    """A participant read as a cover; None for any other."""
    if (TEAM_ROLE, COVERING) not in tuple(codings(participant, "role")):
        return None
    covering = next((r for one in references(participant, "member") if (r := relative(one))), "")
    whom: Json = next((each for each in dig(participant, "extension") if _says_whom(each)), {})
    covered = next((r for one in references(whom, "valueReference") if (r := relative(one))), "")
    first, last = (moments(first_text(participant, f"period.{end}")) for end in ("start", "end"))
    if not (covering and covered and first and last):
        return None
    return CoverView(
        patient=patient,
        covering=covering,
        covered=covered,
        covered_name=first_text(whom, "valueReference.display") or "",
        covering_name=first_text(participant, "member.display") or "",
        first=first[0].date(),
        last=last[0].date(),
    )


def _says_whom(extension: object) -> bool:
    return isinstance(extension, dict) and extension.get("url") == COVERING_FOR


def participant(content: Content, cover: CoverView, discipline: str) -> Json:
    """A cover as a participant of the team."""
    whom = {"reference": cover.covered, **({"display": cover.covered_name} if cover.covered_name else {})}
    who = {"reference": cover.covering, **({"display": cover.covering_name} if cover.covering_name else {})}
    return {
        "extension": [
            {"url": DISCIPLINE_EXTENSION, "valueCoding": content.concept(DISCIPLINE, discipline).coding},
            {"url": COVERING_FOR, "valueReference": whom},
        ],
        "role": [{"coding": content.published_codings(content.concept(TEAM_ROLE, COVERING))}],
        "member": who,
        "period": {"start": cover.first.isoformat(), "end": cover.last.isoformat()},
    }
