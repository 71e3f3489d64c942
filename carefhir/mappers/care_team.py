"""CareTeam: the one care manager, the supervising provider, and all other members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from carefhir.codes import DISCIPLINE, TEAM_ROLE
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moments, references, relative
from carefhir.fhir.search import Need, Of
from carefhir.mappers.provenance import DISCIPLINE_EXTENSION

ROLE_WORDS = {
    "care-manager": "the care manager",
    "supervising-provider": "the supervising provider",
    "on-call": "the provider on call",
}
"""Roles as a sentence calls whoever holds them."""


def find() -> Need:
    """A patient's care teams, every kind."""
    return Need("care_teams", "CareTeam", (Of("patient", "subject"),), bounded=True)


@dataclass(frozen=True, slots=True)
class TeamView:
    """Who holds which role of ours, over all of a patient's active teams, and in which discipline."""

    records: tuple[Record, ...] = ()
    roles: dict[str, str] = field(default_factory=dict)
    disciplines: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """The names of members, where the team has them."""

    @property
    def care_manager(self) -> str:
        return self.roles.get("care-manager", "")

    @property
    def supervising_provider(self) -> str:
        return self.roles.get("supervising-provider", "")

    @property
    def on_call(self) -> str:
        return self.roles.get("on-call", "")

    def called(self, member: str) -> str:
        """A member as a sentence calls them: `the care manager, Dana Whitfield (Practitioner/4)`; without a role or a
        name that the team does not have."""
        role = next(
            (ROLE_WORDS[role] for role, other in self.roles.items() if other == member and role in ROLE_WORDS), ""
        )
        called = ", ".join(filter(None, (role, self.names.get(member, ""))))
        return f"{called} ({member})" if called else member


def read(records: Iterable[Record], today: date) -> TeamView:
    """The roles of ours in all active teams; if two teams name one, the team with the first id counts. A member whose
    time in the team is over, or whose team has ended, has no role any more."""
    used: list[Record] = []
    roles: dict[str, str] = {}
    disciplines: dict[str, str] = {}
    names: dict[str, str] = {}
    for record in records:
        if first_text(record.json, "status") not in ("active", None) or over(record.json, today):
            continue
        for participant in dig(record.json, "participant"):
            member = next((m for one in references(participant, "member") if (m := relative(one))), None)
            mine = [code for system, code in codings(participant, "role") if system == TEAM_ROLE]
            if member is None or over(participant, today):
                continue
            if name := first_text(participant, "member.display"):
                names.setdefault(member, name)
            if not mine:
                continue
            used += [record] if record not in used else []
            for role in mine:
                roles.setdefault(role, member)
            for extension in dig(participant, "extension"):
                if isinstance(extension, dict) and extension.get("url") == DISCIPLINE_EXTENSION:
                    code = first_text(extension, "valueCoding.code")
                    disciplines.setdefault(member, code or "")
    return TeamView(tuple(used), roles, disciplines, names)


def over(element: Any, today: date) -> bool:
    """Whether an element's period ended before today."""
    ends = moments(first_text(element, "period.end"))
    return ends is not None and ends[0].date() < today


def write(
    content: Content,
    patient: str,
    name: str,
    *,
    start: str,
    members: Iterable[tuple[str, str, str]],
    names: Mapping[str, str],
) -> Json:
    """An active team; members are (role, reference, discipline or ""). Their names go with them, so that whoever reads
    the team can call them by name."""
    participants = []
    for role, reference, discipline in members:
        participant: Json = {}
        if discipline:
            coding = content.concept(DISCIPLINE, discipline).coding
            participant["extension"] = [{"url": DISCIPLINE_EXTENSION, "valueCoding": coding}]
        participant["role"] = [{"coding": [content.concept(TEAM_ROLE, role).coding]}]
        called = {"display": names[reference]} if reference in names else {}
        participant["member"] = {"reference": reference, **called}
        participants.append(participant)
    return {
        "resourceType": "CareTeam",
        "status": "active",
        "name": name,
        "subject": {"reference": patient},
        "period": {"start": start},
        "participant": participants,
    }
