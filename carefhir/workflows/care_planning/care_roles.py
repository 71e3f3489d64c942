"""Who of the care team does, decides or is told: roles of content become persons on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.codes import TEAM_ROLE
from carefhir.content.loading import Content
from carefhir.workflows.pen import Pen

_INSTEAD = {
    "supervising-provider": ("care-manager",),
    "on-call": ("supervising-provider", "care-manager"),
    # A caregiver owns work only where a Consent permits it, which nobody has looked at here.
    "caregiver": ("care-manager",),
}
"""Who takes over where a role is empty, before it falls to whoever acts."""


@dataclass(frozen=True, slots=True)
class CareRoles:
    """The persons behind the roles, for one patient."""

    content: Content
    holders: dict[str, str]
    """References by role."""
    actor: str

    def of(self, role: str) -> str:
        """The person in a role, else in the nearest one, else whoever acts."""
        chosen = (role, *_INSTEAD.get(role, ()), "care-manager") if role != "caregiver" else _INSTEAD[role]
        return next((self.holders[name] for name in chosen if self.holders.get(name)), self.actor)

    def word(self, role: str) -> str:
        """A role in words."""
        roles = self.content.concepts(TEAM_ROLE)
        return roles[role].display if role in roles else role

    def vacant(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Which of these roles nobody holds, and who has their work now."""
        empty = sorted(role for role in set(roles) if role != "caregiver" and not self.holders.get(role))
        return tuple(
            f"the care team names no {self.word(role)}: that work is with {self.of(role)} for now" for role in empty
        )


def care_roles(chart: Chart, pen: Pen) -> CareRoles:
    """The persons behind the roles: of the team, and of the programme's episode."""
    holders = {**chart.team.roles, "patient": pen.patient}
    if chart.care_manager:
        holders["care-manager"] = chart.care_manager
    return CareRoles(content=pen.content, holders=holders, actor=pen.author)
