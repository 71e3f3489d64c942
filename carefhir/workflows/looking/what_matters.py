"""What matters to the person, in their own words with the day they said it: their own goals, and the conclusion of the
domain of that name. What was not asked is said, and never silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from carefhir.chart.chart import Chart
from carefhir.fhir.record import Record
from carefhir.mappers import labels
from carefhir.mappers.conclusion import read as read_conclusion
from carefhir.occasion import Occasion
from carefhir.workflows.looking.days import day_of

DOMAIN_CODE = "what-matters"
"""A code of CodeSystem assessment-domain."""
GIVEN_UP = frozenset({"rejected", "cancelled", "entered-in-error"})
"""A goal of their own that no longer stands."""
NOT_ASKED = "not asked yet, as far as goals and recent assessments say"
RESTRICTED = "what they said is restricted: it stands with what is restricted"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Something that the person said matters to them."""

    words: str
    day: str
    """When they said it, or when it was written down; "" where the record does not say."""
    kind: str
    """Where it stands: a goal of their own, or the assessment."""
    reached: bool
    """Whether it is a goal that they have reached."""
    reference: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.words, self.day, f"{self.kind}, reached" if self.reached else self.kind, self.reference)


@dataclass(frozen=True, slots=True)
class WhatMatters:
    """Everything that a person said matters to them."""

    rows: tuple[OwnWords, ...]
    """The newest first; what they have reached comes last."""
    empty: str
    """What to say where there are no rows."""


def what_matters(chart: Chart, observations: Iterable[Record], patient: str, occasion: Occasion) -> WhatMatters:
    """What they said. What is restricted stands with what is restricted (rule 4)."""
    every = (*_goals(chart, patient), *_conclusion(observations, occasion))
    rows = [words for record, words in every if not labels.restricted(record)]
    rows.sort(key=lambda words: (words.day, words.reference), reverse=True)
    return WhatMatters(tuple(sorted(rows, key=lambda words: words.reached)), RESTRICTED if every else NOT_ASKED)


def _goals(chart: Chart, patient: str) -> Iterator[tuple[Record, OwnWords]]:
    for goal in chart.goals:
        if goal.is_own(patient) and goal.words and goal.status not in GIVEN_UP:
            reached = goal.status == "completed"
            yield goal.record, OwnWords(goal.words, goal.start[:10], "a goal of their own", reached, goal.reference)


def _conclusion(observations: Iterable[Record], occasion: Occasion) -> Iterator[tuple[Record, OwnWords]]:
    """The newest conclusion of the domain: an older one may hold no longer."""
    views = [view for each in observations if (view := read_conclusion(each, occasion.zone, occasion.content))]
    mine = [view for view in views if view.domain == DOMAIN_CODE and view.concluded and view.words]
    newest = max(mine, key=lambda view: (str(view.at), view.record.reference), default=None)
    if newest is not None:
        day, reference = day_of(newest.at, occasion), newest.record.reference
        yield newest.record, OwnWords(newest.words, day, "from the assessment", reached=False, reference=reference)
