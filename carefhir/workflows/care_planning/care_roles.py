"""Who in the care team does, decides or is told something: content names roles, the record names people."""

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
    # A caregiver may own work only where a Consent permits it, and no Consent is read here.
    "caregiver": ("care-manager",),
}
"""Who takes over where nobody holds a role; after them, whoever runs the step."""


@dataclass(frozen=True, slots=True)
class CareRoles:
    """The people who hold the roles, for one patient."""

    content: Content
    holders: dict[str, str]
    """References by role."""
    actor: str

    def of(self, role: str) -> str:
        """The person in a role, else in the nearest one, else whoever runs the step."""
        return self.holders.get(self._held_by(role), self.actor)

    def _held_by(self, role: str) -> str:
        """The first role that somebody holds and that does the work of this one; "" where there is none."""
        chosen = (role, *_INSTEAD.get(role, ()), "care-manager") if role != "caregiver" else _INSTEAD[role]
        return next((name for name in chosen if self.holders.get(name)), "")

    def word(self, role: str) -> str:
        """Names a role in words."""
        roles = self.content.concepts(TEAM_ROLE)
        return roles[role].display if role in roles else role

    def vacant(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Says which of these roles nobody holds, and who has their work for now."""
        empty = sorted(role for role in set(roles) if role != "caregiver" and not self.holders.get(role))
        return tuple(
            f"nobody on the care team has the role of {self.word(role)}: {self._for_now(role)}" for role in empty
        )

    def _for_now(self, role: str) -> str:
        instead = self._held_by(role)
        if not instead:
            return "that work is yours for now"
        return f"the {self.word(instead)} ({self.of(role)}) has that work for now"


def care_roles(chart: Chart, pen: Pen) -> CareRoles:
    """Reads who holds the roles: from the team, and the care manager from the program's episode first."""
    holders = {**chart.team.roles, "patient": pen.patient}
    if chart.care_manager:
        holders["care-manager"] = chart.care_manager
    return CareRoles(content=pen.content, holders=holders, actor=pen.author)
