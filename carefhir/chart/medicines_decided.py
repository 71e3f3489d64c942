"""What a prescriber has decided about a medicine, read from the issues that were closed with a decision.

What became of it is in the statement that the decision moved; when, by whom and why is on the issue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from carefhir.chart.chart import Chart
from carefhir.fhir.record import moment
from carefhir.mappers.detected_issue import IssueView
from carefhir.mappers.medication import MedicineView
from carefhir.occasion import Occasion


@dataclass(frozen=True, slots=True)
class MedicineDecided:
    """One decision of a prescriber about one medicine."""

    issue: IssueView
    medicine: str
    at: datetime
    words: str
    """The decision in a sentence: what it was about, the day, who, why."""


def decisions(chart: Chart, occasion: Occasion, since: datetime | None) -> Iterator[MedicineDecided]:
    """Every decision about a medicine taken since a moment, the oldest first."""
    taken = []
    for issue in chart.issues:
        at = moment(issue.decided_at, occasion.zone)
        if issue.medicine and not issue.open and at is not None and (since is None or at >= since):
            who = chart.team.called(issue.decided_by) if issue.decided_by else "somebody who is not named"
            day = occasion.local_date(at)
            words = f"{issue.medicine} ({issue.what}) was decided on {day} by {who}: {issue.decision}"
            taken.append(MedicineDecided(issue, issue.medicine, at, f"{words} [{issue.reference}]"))
    yield from sorted(taken, key=lambda decided: decided.at)


def statement_of(chart: Chart, medicine: str) -> MedicineView | None:
    """The newest statement of ours about a medicine: what is taken, or no longer."""
    ours = [view for view in chart.medicines if view.ours and not view.is_order and view.key == medicine]
    standing = [view for view in ours if view.status != "completed"]
    return max(standing, key=lambda view: (view.asserted, view.record.id), default=None)
