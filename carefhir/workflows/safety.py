"""What protects a life at once: a review Task due now, a Flag, and words to act on (rules 1, 2).

A review is never refused for want of an on-call owner: it then goes to supervising provider and care manager, saying
so; and where nobody is on record, to whoever is there. It is due today, never the next business day.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.codes import FINDING
from carefhir.content.loading import Concept
from carefhir.content.scoring import Danger
from carefhir.fhir.changes import Create
from carefhir.fhir.codec import Json
from carefhir.mappers.care_team import TeamView
from carefhir.mappers.flag import FlagView
from carefhir.mappers.task import TaskView, Work
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class Measures:
    """What is written, what is said, and what to know about who got it."""

    changes: tuple[Create, ...] = ()
    instructions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Safety:
    """Who and what is known when a danger is heard."""

    pen: Pen
    team: TeamView
    tasks: tuple[TaskView, ...]
    flags: tuple[FlagView, ...]

    def measures(self, dangers: tuple[Danger, ...], source: str, response: Json | None) -> Measures:
        """Tasks and Flags for every danger; `response` is what they point to, where it is kept."""
        if not dangers:
            return Measures()
        owners, warnings = urgent_owners(self.team, self.pen.occasion, "safety review")
        made: list[Create] = []
        for danger in dangers:
            finding = self.pen.content.concept(FINDING, danger.finding)
            made += self._reviews(danger, finding, source, response, owners)
            made += self._flag(finding)
        asked = any(create.type == "Task" for create in made)
        return Measures(tuple(made), instructions(self.pen.occasion, dangers), warnings if asked else ())

    def _reviews(
        self,
        danger: Danger,
        finding: Concept,
        source: str,
        response: Json | None,
        owners: tuple[tuple[str, str], ...],
    ) -> list[Create]:
        """A review Task for every owner, unless the draft of this response raised the same one before."""
        made = []
        today = self.pen.today
        words = f"Now: {_label(finding)} in {source}. {danger.instruction}"
        for role, owner in owners:
            if self._asked_already((response or {}).get("reference", ""), owner, finding):
                continue
            work = Work("safety-review", words, today, today, owner, priority="stat", focus=response, finding=finding)
            because = f"Safety review ({_label(finding)}), {role.replace('-', ' ')}: due now"
            made.append(self.pen.task(f"safety/{finding.code}/{role}", work, because))
        return made

    def _flag(self, finding: Concept) -> list[Create]:
        """A Flag, unless an active one says so already."""
        if any(flag.active and finding.code in flag.findings for flag in self.flags):
            return []
        because = f"Flag ({_label(finding)}): whoever opens the chart must see it"
        return [self.pen.flag(f"flag/{finding.code}", finding, because)]

    def _asked_already(self, response: str, owner: str, finding: Concept) -> bool:
        """Whether the draft of this very response raised the same review with this owner, and it is still open."""
        return bool(response) and any(
            task.open
            and "safety-review" in task.codes
            and finding.code in task.findings
            and task.focus == response
            and task.owner == owner
            for task in self.tasks
        )


def urgent_owners(team: TeamView, occasion: Occasion, what: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Who must act now: on call; else supervising provider and care manager; else whoever is here. With what to know
    about it."""
    on_call = team.on_call or occasion.site.on_call
    if on_call:
        return (("on-call", on_call),), ()
    pair = (("supervising-provider", team.supervising_provider), ("care-manager", team.care_manager))
    known = tuple((role, owner) for role, owner in pair if owner)
    if known:
        names = " and ".join(role.replace("-", " ") for role, _ in known)
        return known, (f"nobody is named as on call; the {what} goes to {names}",)
    words = f"no care team is on record and nobody is on call: the {what} is yours, now"
    return (("actor", occasion.actor.reference),), (words,)


def instructions(occasion: Occasion, dangers: tuple[Danger, ...]) -> tuple[str, ...]:
    """What to do now, in words, whatever becomes of the response."""
    return tuple(
        f"{_label(occasion.content.concept(FINDING, one.finding)).upper()}. {one.instruction}" for one in dangers
    )


def _label(finding: Concept) -> str:
    return str(finding.properties.get("label", finding.display))
