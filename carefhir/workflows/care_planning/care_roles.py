"""Who of the care team does, decides or is told: roles of content become persons on record."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.codes import TEAM_ROLE
from carefhir.content.loading import Content

_INSTEAD = {
    "supervising-provider": ("care-manager",),
    "on-call": ("supervising-provider", "care-manager"),
    # A caregiver owns work only where a Consent permits it, which nobody has looked at here.
    "caregiver": ("care-manager",),
}
"""Who takes over where a role is empty, before it falls to whoever acts."""


@dataclass(frozen=True, slots=True)
class People:
    """The persons behind the roles, for one patient."""

    content: Content
    patient: str
    roles: dict[str, str]
    actor: str

    def of(self, role: str) -> str:
        """The person in a role, else in the nearest one, else whoever acts."""
        chosen = (role, *_INSTEAD.get(role, ()), "care-manager") if role != "caregiver" else _INSTEAD[role]
        return next((self.roles[one] for one in chosen if self.roles.get(one)), self.actor)

    def word(self, role: str) -> str:
        """A role in words."""
        known = self.content.concepts(TEAM_ROLE)
        return known[role].display if role in known else role

    def vacant(self, roles: set[str]) -> tuple[str, ...]:
        """Which of these roles nobody holds, and who has their work now."""
        empty = sorted(one for one in roles if one != "caregiver" and not self.roles.get(one))
        return tuple(
            f"the care team names no {self.word(one)}: that work is with {self.of(one)} for now" for one in empty
        )


def people_of(chart: Chart, content: Content, patient: str, actor: str) -> People:
    """The persons behind the roles: of the team, and of the programme's episode."""
    roles = {**chart.team.roles, "patient": patient}
    if chart.care_manager:
        roles["care-manager"] = chart.care_manager
    return People(content, patient, roles, actor)
