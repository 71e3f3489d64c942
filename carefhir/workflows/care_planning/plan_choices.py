"""`plan-choices`: what a new plan could begin with, before `propose-plan` drafts it. It only reads.

Nobody can begin two dozen things at once: what the care manager and the patient choose starts in the first two weeks,
beside what is urgent and what the prescriber orders, which never wait and are not theirs to put off (`first_things`).
"""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.chart import chart as charts
from carefhir.codes import CONDITION_GROUP, TEAM_ROLE
from carefhir.content.pathways import ItemDraft
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.changes import Refusal
from carefhir.fhir.gather import Records
from carefhir.occasion import Occasion
from carefhir.workflows.care_planning.chart_for_plan import current_items
from carefhir.workflows.care_planning.first_things import is_urgent, item_times, never_waits
from carefhir.workflows.care_planning.propose_plan import DECLINED, NEEDS, ProposalCase, ProposePlan, open_cases
from carefhir.workflows.looking import person
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.looking.section import Section, Sentence, section


class PlanChoices(PatientCommand):
    """Shows what a new care plan could begin with."""


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """One item that a plan would have."""

    code: str
    """CodeSystem care-item: what `first_things` takes."""
    words: str
    """What it is."""
    because: str
    """What it is for, in words."""
    who: str
    """The role that does it."""
    until: str
    """The day it is due if nothing is chosen."""
    waits: int
    """For how many times two weeks it waits if nothing is chosen; 0 where it is among the first."""

    @property
    def in_words(self) -> str:
        """What it is, for what, and when it comes if it is not chosen."""
        when = f"by {self.until}" if not self.waits else f"otherwise in {2 * self.waits} weeks, by {self.until}"
        return f"{self.words} ({self.because}; {self.who}; {when})"

    @property
    def cells(self) -> tuple[str, ...]:
        when = "among the first" if not self.waits else f"after {2 * self.waits} weeks"
        return (self.code, self.words, self.because, self.who, f"by {self.until}", when)


@dataclass(frozen=True, slots=True)
class ChoicesForPlan:
    """What could start first, and what starts in any case. Never read `not_visible` as "none"."""

    patient: str
    """`Patient/ID`."""
    identity: Identity
    on_record: bool
    """Whether the person is on this server and visible."""
    sections: tuple[Section, ...] = ()
    """`why-not` (no plan can be proposed now), `urgent`, `choices`."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""

    @property
    def urgent(self) -> tuple[str, ...]:
        """What starts in any case, in words."""
        return tuple(row.cells[1] for part in self.sections if part.name == "urgent" for row in part.rows)

    @property
    def choices(self) -> tuple[PlanChoice, ...]:
        """What may wait, and is chosen among; what is due first stands first."""
        return tuple(row for part in self.sections if part.name == "choices" for row in part.rows)  # type: ignore[misc]


def read(records: Records, command: PlanChoices, occasion: Occasion) -> ChoicesForPlan:
    """What a plan proposed now would have."""
    chart = charts.read(records, occasion)
    identity = person.identity(chart, command.patient, occasion.today)
    opened = open_cases(records, ProposePlan(patient=command.patient, own_goal=DECLINED), occasion)
    why = opened.why if isinstance(opened, Refusal) else opened[0].no_room()
    urgent, choices = ((), ()) if isinstance(opened, Refusal) or why else _sorted(opened[0])
    unseen = tuple(sorted(chart.unseen))
    return ChoicesForPlan(
        patient=command.patient,
        identity=identity,
        on_record=chart.person is not None,
        sections=(
            (
                section(
                    "why-not",
                    "Why no plan can be proposed now",
                    tuple(map(Sentence, why)),
                    unseen=tuple(sorted(chart.unseen & {"episodes", "care_plans", "goals"})),
                ),
            )
            if why
            else (
                section("urgent", "Starts in any case", urgent, unseen=unseen),
                section("choices", "Can wait, and can be chosen to start first", choices, unseen=unseen),
            )
        ),
        not_visible=records.not_visible,
    )


def _sorted(case: ProposalCase) -> tuple[tuple[PlanChoice, ...], tuple[PlanChoice, ...]]:
    """What starts in any case, and what can be chosen among."""
    basis, occasion = case.basis(), case.occasion
    current = current_items(basis.usable.chart)
    drafts = [draft for draft in basis.proposal.items if draft.code not in current]
    times = item_times(drafts, (), occasion)
    groups, roles = (occasion.content.concepts(system) for system in (CONDITION_GROUP, TEAM_ROLE))

    def choice(draft: ItemDraft) -> PlanChoice:
        time = times[draft.code]
        because = ", ".join(groups[group].display for group in draft.addresses if group in groups)
        who = roles[draft.done_by].display if draft.done_by in roles else draft.done_by
        return PlanChoice(
            draft.code, draft.title, because or "the care as a whole", who, f"{time.until:%Y-%m-%d}", time.wait
        )

    ordered = sorted(drafts, key=lambda draft: (not is_urgent(draft), times[draft.code].until, draft.code))
    urgent = tuple(choice(draft) for draft in ordered if never_waits(draft))
    return urgent, tuple(choice(draft) for draft in ordered if not never_waits(draft))


PLAN_CHOICES = Reading("plan-choices", "What a new care plan could begin with", PlanChoices, NEEDS, read)
