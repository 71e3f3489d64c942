"""Whether a person is pregnant by what was observed: a status, a due date, or how many weeks along.

Of two readings the worse one counts: a due date that is not over is enough, and so is the newest status if it says so.
A status is too old after the months in PlanDefinition medication-reconciliation. A due date counts until three weeks
after it, and weeks along until the 43rd: no pregnancy lasts longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from carefhir.content.loading import parameters
from carefhir.fhir.record import Record
from carefhir.mappers.pregnancy_status import PREGNANT, PregnancyView
from carefhir.occasion import Occasion

DAYS_A_MONTH = 31
"""A month at its longest: a status a day too old is still asked about."""
LONGEST = Decimal(43)
"""In weeks from the first day of the last period."""
OVERDUE = timedelta(weeks=3)
"""From the due date, at 40 weeks, to the longest."""


def observed(views: Sequence[PregnancyView], occasion: Occasion) -> tuple[Record, ...]:
    """The records by which they are pregnant now."""
    newest = max(_statuses(views, occasion), key=lambda status: (status[0], status[1].record.id), default=None)
    statuses = () if newest is None or newest[1].says != PREGNANT else (newest[1].record,)
    return (*statuses, *(view.record for view in views if _lasts(view, occasion)))


def _statuses(views: Iterable[PregnancyView], occasion: Occasion) -> Iterator[tuple[datetime, PregnancyView]]:
    """Each status that is not too old. Without a day nobody knows how old it is: it counts as of now."""
    for view in views:
        at = view.at or occasion.now
        if view.says and _since(occasion) <= at.date() and at <= occasion.now:
            yield at, view


def _lasts(view: PregnancyView, occasion: Occasion) -> bool:
    """Whether a due date, or weeks along, tell of a pregnancy that is not over."""
    if view.due is not None:
        return view.due + OVERDUE >= occasion.today
    if view.says:
        return False
    began = (view.at or occasion.now) - timedelta(days=int((view.weeks or 0) * 7))
    return began.date() + timedelta(days=int(LONGEST * 7)) >= occasion.today


def _since(occasion: Occasion) -> date:
    months = parameters(occasion.content.get("PlanDefinition", "medication-reconciliation"))["pregnancy-months"]
    return occasion.today - timedelta(days=months * DAYS_A_MONTH)
