"""Encounter: class *and* type are read, because skilled nursing and rehabilitation may show only in the type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from carefhir.fhir.codec import Json
from carefhir.fhir.record import Record, codings, dig, first_text, moment, moments, references, relative
from carefhir.fhir.search import Named, Need, Of
from carefhir.occasion import Days, days_of


def find() -> Need:
    """All of a patient's encounters."""
    return Need("encounters", "Encounter", (Of("patient", "subject"),))


def find_named() -> Need:
    """The encounter the command names, whoever it is about."""
    return Need("encounter", "Encounter", (Named("{command.encounter}"),))


BEGUN = frozenset({"arrived", "triaged", "in-progress", "onleave", "finished"})
"""Statuses of encounters that take or took place; what is only planned has not happened."""


@dataclass(frozen=True, slots=True)
class EncounterView:
    """One encounter; times are None if the record gives no readable ones.

    Its days are those the record itself writes: a discharge at 23:30 local time is on that day, wherever the reader is.
    Only a time in UTC, which names no place, is counted in the reader's zone; where the site has not set one, the
    earliest day it may be counts, and the latest is kept beside it (rule 37).
    """

    record: Record
    status: str
    class_code: tuple[str, str]
    types: tuple[tuple[str, str], ...]
    start: datetime | None
    end: datetime | None
    start_day: date | None
    end_day: date | None
    part_of: str
    patient: str
    priorities: tuple[tuple[str, str], ...]
    admit_sources: tuple[tuple[str, str], ...]
    dispositions: tuple[tuple[str, str], ...]
    disposition_words: tuple[str, ...]
    """The discharge disposition in words: its texts, and the names of its codes."""
    identities: tuple[str, ...]
    kind: str = ""
    """Its type in words."""
    end_days: Days | None = None
    """The days on which it may have ended."""

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def appointments(self) -> tuple[str, ...]:
        """The appointments it fulfilled."""
        return tuple(r for one in references(self.record.json, "appointment") if (r := relative(one)))

    @property
    def seen_by(self) -> tuple[str, ...]:
        """Who took part: `Practitioner/ID` or `PractitionerRole/ID`."""
        return tuple(r for one in references(self.record.json, "participant.individual") if (r := relative(one)))

    def end_stamp(self, zone: tzinfo) -> str:
        """The end to the second: as the record writes it, in `zone` where it writes UTC or a day."""
        text = first_text(self.record.json, "period.end") or ""
        if len(text) > 10 and self.end is not None and not (text.endswith("Z") or text[-6:] in ("+00:00", "-00:00")):
            return self.end.isoformat(timespec="seconds")
        return (self.end or datetime.max.replace(tzinfo=UTC)).astimezone(zone).isoformat(timespec="seconds")

    @property
    def reach(self) -> datetime | None:
        """Its end; forever if it has begun and not ended; None if that is not known."""
        if self.end is not None or self.status == "finished":
            return self.end
        return datetime.max.replace(tzinfo=UTC) if self.start is not None else None


@dataclass(frozen=True, slots=True)
class EncounterService:
    """The service that cared for somebody during an Encounter: its codes, and its names."""

    codes: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def service(record: Record) -> EncounterService:
    """The service of an Encounter (`serviceType`), leniently; nothing where it names none."""
    names = (each for path in ("serviceType.text", "serviceType.coding.display") for each in dig(record.json, path))
    return EncounterService(
        tuple(codings(record.json, "serviceType")), tuple(each for each in names if _is_words(each))
    )


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who took part in an Encounter: who, and as what."""

    individual: Json
    types: tuple[Json, ...]
    """A CodeableConcept for each part they had."""


def participants(record: Record) -> tuple[Participant, ...]:
    """Everybody who took part, leniently."""
    return tuple(
        Participant(
            part["individual"],
            tuple(type_ for type_ in dig(part, "type") if isinstance(type_, dict)),
        )
        for part in dig(record.json, "participant")
        if isinstance(part, dict) and isinstance(part.get("individual"), dict)
    )


def read(record: Record, zone: tzinfo = UTC, *, zone_is_set: bool = True) -> EncounterView:
    """An encounter, leniently. A day without time ends with that day."""
    json = record.json
    start, end = first_text(json, "period.start"), first_text(json, "period.end")
    until = moments(end, zone)
    return EncounterView(
        record,
        first_text(json, "status") or "",
        next(codings(json, "class"), ("", "")),
        tuple(codings(json, "type")),
        moment(start, zone),
        (until[1] - timedelta(seconds=1) if len(end or "") == 10 else until[0]) if until else None,
        days.earliest if (days := _days(start, zone, zone_is_set)) else None,
        days.earliest if (days := _days(end, zone, zone_is_set)) else None,
        next((r for one in references(json, "partOf") if (r := relative(one))), ""),
        next((r for one in references(json, "subject") if (r := relative(one))), ""),
        tuple(codings(json, "priority")),
        tuple(codings(json, "hospitalization.admitSource")),
        tuple(codings(json, "hospitalization.dischargeDisposition")),
        tuple(dict.fromkeys(text for path in _DISPOSITION for text in dig(json, path) if _is_words(text))),
        (*_identifiers(record), record.reference),
        next(filter(None, (first_text(json, path) for path in ("type.text", "type.coding.display", "type"))), ""),
        _days(end, zone, zone_is_set),
    )


_DISPOSITION = tuple(f"hospitalization.dischargeDisposition{part}" for part in (".text", ".coding.display", ".display"))


def _is_words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _days(text: str | None, zone: tzinfo, zone_is_set: bool) -> Days | None:
    """The day as written if there is an offset, or no time; in `zone` for UTC."""
    at = moment(text, zone)
    if at is None or text is None:
        return None
    if len(text) <= 10 or not (text.endswith("Z") or text[-6:] in ("+00:00", "-00:00")):
        return Days(at.date(), at.date())
    return days_of(at, zone, zone_is_set)


def _identifiers(record: Record) -> list[str]:
    """Business identifiers, the official first, so that one added later is not taken for the first."""
    identifiers = [
        (identifier.get("use") != "official", f"{identifier.get('system', '')}|{identifier['value']}")
        for identifier in dig(record.json, "identifier")
        if isinstance(identifier, dict) and isinstance(identifier.get("value"), str)
    ]
    return [text for _, text in sorted(identifiers)]
