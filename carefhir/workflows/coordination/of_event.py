"""One event of a loop: when, in one line, and by which day the next thing must have happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from carefhir.mappers.appointment import AppointmentView
from carefhir.workflows.coordination.account import Account
from carefhir.workflows.coordination.loop import Loop, business_days
from carefhir.workflows.pen import Pen


@dataclass(frozen=True, slots=True)
class OfEvent:
    """One event of one loop, and the pen it is written with."""

    loop: Loop
    account: Account
    pen: Pen

    @property
    def stamp(self) -> str:
        """The moment of the event, as FHIR writes it."""
        return self.account.at.astimezone(self.pen.occasion.zone).isoformat(timespec="seconds")

    @property
    def words(self) -> str:
        """The event in one line, as notes and receipts say it."""
        account, told = self.account, [self.account.doer_words, self.account.result, self.account.reason]
        if account.start:
            told.insert(0, f"{self.day_of_visit} {account.start:%H:%M}")
        if account.confirmed_by:
            told.insert(0, f"says the {account.confirmed_by}")
        return f"{account.kind.display}: {self.loop.words}" + "".join(f"; {word}" for word in told if word)

    @property
    def manager(self) -> str:
        return self.loop.chart.care_manager or self.pen.author

    @property
    def day_of_visit(self) -> date:
        assert self.account.start is not None  # asked before
        return self.pen.occasion.days_of(self.account.start).earliest

    @property
    def due(self) -> date | None:
        """The day by which the next thing must have happened; None where nothing is waited for, or nothing new."""
        account, occasion = self.account, self.pen.occasion
        if account.ends or account.event == "late":
            return None
        start = self.day_of_visit if account.event == "booked" else occasion.local_date(account.at)
        name = f"{self.loop.kind}-sent-days" if account.event == "sent" else f"{account.event}-days"
        return business_days(occasion, start, name)

    @property
    def without_result(self) -> bool:
        """Whether the loop ends, and nothing came of it."""
        return self.account.event in ("declined", "cancelled")

    @property
    def replaced(self) -> list[AppointmentView]:
        """The visits to come that the event makes needless."""
        if self.account.event not in ("booked", "declined", "cancelled"):
            return []
        return [visit for visit in self.loop.visits if visit.start and visit.start > self.account.at]
