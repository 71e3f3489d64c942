"""Procedure: what was done to somebody, as the HOSPITAL score asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from carefhir.fhir.record import Record, codings, first_text, moments, references, relative
from carefhir.fhir.search import Need, Of, Since

DONE = frozenset({"in-progress", "completed", "stopped"})
"""Statuses of a procedure that took place, at least in part."""


def find_recent() -> Need:
    """The procedures of a patient that reach into the last 400 days: longer ago no discharge is followed."""
    since = Since("date", ("performedDateTime", "performedPeriod"), "{today-400d}")
    return Need("procedures", "Procedure", (Of("patient", "subject"), since), optional=True)


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """One procedure; its times are None where the record gives none that can be read."""

    record: Record
    took_place: bool
    coded: bool
    """Whether any code says what was done."""
    encounter: str
    """`Encounter/ID`; "" where it names none."""
    start: datetime | None
    end: datetime | None

    def during(self, encounters: frozenset[str], start: datetime, end: datetime) -> bool:
        """Whether it was done during a stay of these Encounters, which lasted from `start` to `end`."""
        if self.encounter:
            return self.encounter in encounters
        return self.start is not None and self.start <= end and (self.end or self.start) >= start


def read(record: Record, zone: tzinfo) -> ProcedureView:
    """A procedure, leniently. A day without time reaches from its start to its end."""
    json = record.json
    at = moments(first_text(json, "performedDateTime") or first_text(json, "performedPeriod.start"), zone)
    until = moments(first_text(json, "performedPeriod.end"), zone) or at
    return ProcedureView(
        record=record,
        took_place=first_text(json, "status") in DONE,
        coded=any(code for _, code in codings(json, "code")),
        encounter=next((target for each in references(json, "encounter") if (target := relative(each))), ""),
        start=at[0] if at else None,
        end=max(until[0], until[1] - timedelta(microseconds=1)) if until else None,
    )
