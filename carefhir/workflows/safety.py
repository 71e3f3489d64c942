"""What protects a life at once: a safety review due now, a Flag, and what to do in words (rules 1 and 2).

A safety review is written even where nobody is on call: it then goes to the supervising provider and to the care
manager, and a warning says so; where neither is on record, it goes to whoever is acting. It is due today, also on a
weekend or a holiday, because thoughts of death do not wait for the next business day.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import FINDING
from carefhir.content.loading import Concept
from carefhir.content.scoring import Danger
from carefhir.fhir.changes import Create
from carefhir.fhir.codec import Json
from carefhir.mappers.care_team import ROLE_WORDS, TeamView
from carefhir.mappers.flag import FlagView
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen

ROLES = {**ROLE_WORDS, "actor": "you"}
"""The people who must act now, as a sentence calls them."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What is written for a danger, what to do now, and warnings about who got the Tasks."""

    changes: tuple[Create, ...] = ()
    instructions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Safety:
    """Writes what protects the patient, from the team, the Tasks and the Flags on record."""

    pen: Pen
    team: TeamView
    tasks: tuple[TaskView, ...]
    flags: tuple[FlagView, ...]

    def measures(self, dangers: tuple[Danger, ...], source: str, response: Json | None) -> Measures:
        """Writes Tasks and a Flag for every danger; they point to the response, where it is kept."""
        if not dangers:
            return Measures()
        owners, warnings = urgent_owners(self.team, self.pen.occasion, "safety review")
        creates: list[Create] = []
        for danger in dangers:
            finding = self.pen.content.concept(FINDING, danger.finding)
            creates += self._reviews(danger, finding, source, response, owners)
            creates += self._flag(finding)
        asked = any(create.type == "Task" for create in creates)
        return Measures(tuple(creates), instructions(self.pen.occasion, dangers), warnings if asked else ())

    def _reviews(
        self,
        danger: Danger,
        finding: Concept,
        source: str,
        response: Json | None,
        owners: tuple[tuple[str, str], ...],
    ) -> list[Create]:
        """Writes a safety review for each owner, unless the draft of this response already raised it."""
        reviews = []
        today = self.pen.today
        words = f"Act now: {_label(finding)} ({source}). {danger.instruction}"
        for role, owner in owners:
            if self._asked_already((response or {}).get("reference", ""), owner, finding):
                continue
            work = Work(
                code="safety-review",
                words=words,
                start=today,
                end=today,
                owner=owner,
                priority="stat",
                focus=response,
                finding=finding,
            )
            because = f"safety review ({_label(finding)}) for {ROLES[role]}: due now"
            reviews.append(self.pen.task(f"safety/{finding.code}/{role}", work, because))
        return reviews

    def _flag(self, finding: Concept) -> list[Create]:
        """Writes a Flag, unless an active one already says the same."""
        if any(flag.in_force(self.pen.today) and finding.code in flag.findings for flag in self.flags):
            return []
        because = f"flag ({_label(finding)}): everyone who opens the chart sees it"
        return [self.pen.flag(f"flag/{finding.code}", finding, because)]

    def _asked_already(self, response: str, owner: str, finding: Concept) -> bool:
        """Whether the draft of this response raised the same review for this owner, and it is still open."""
        return bool(response) and any(
            task.open
            and "safety-review" in task.codes
            and finding.code in task.findings
            and task.focus == response
            and task.owner == owner
            for task in self.tasks
        )


def urgent_owners(team: TeamView, occasion: Occasion, what: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Says who must act now, with warnings: the provider on call; else the supervising provider and the care manager;
    else whoever is acting."""
    on_call = occasion.on_call(team.on_call)
    if on_call:
        return (("on-call", on_call),), ()
    pair = (("supervising-provider", team.supervising_provider), ("care-manager", team.care_manager))
    owners = tuple((role, owner) for role, owner in pair if owner)
    if owners:
        names = " and ".join(team.called(owner) for _, owner in owners)
        return owners, (f"{occasion.nobody_on_call}: the {what} goes to {names}",)
    lost = f", and {occasion.nobody_on_call}" if occasion.site.not_found else " and nobody is on call"
    words = f"no care team is on record{lost}: the {what} is yours, act on it now"
    return (("actor", occasion.actor.reference),), (words,)


def instructions(occasion: Occasion, dangers: tuple[Danger, ...]) -> tuple[str, ...]:
    """What to do now, in words, whether or not the response can be recorded."""
    return tuple(
        f"{_label(occasion.content.concept(FINDING, danger.finding)).upper()}. {danger.instruction}"
        for danger in dangers
    )


def _label(finding: Concept) -> str:
    return str(finding.properties.get("label", finding.display))
