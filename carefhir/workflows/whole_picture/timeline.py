"""`timeline` (read only): what was done for a person, when and by whom, from the receipts that the acts left.

Nobody edits it: every act writes a Provenance with it, and what was taken back stays and says so. Receipts are asked
for by what they are about, which is every record that carries an act's mark: other systems' Provenances, which point to
everything a patient has, are not read. What is restricted says only that it is (rule 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.shareable import shareable
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.changes import marks_of
from carefhir.fhir.changes import retraction as retraction_of
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, moment
from carefhir.fhir.search import Follow, Need, OfEach
from carefhir.mappers import labels, patient, provenance
from carefhir.occasion import Occasion
from carefhir.workflows.looking import person
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.looking.section import Section, section
from carefhir.workflows.whole_picture import picture

AT_ONCE = 40
"""Records that one search names."""
NEWEST = 20
"""How many acts stand open; the rest is folded away."""
WHO = Follow("agent.who", "Practitioner")
RECEIPTS = Need("receipts", "Provenance", (OfEach("target", "target", "{marked}"),), optional=True, follow=(WHO,))

NEEDS = (
    *(replace(need, follow=()) for need in picture.NEEDS),
    *charts.needs("device_requests", "communication_requests"),
    RECEIPTS,
)
HIDDEN = "a restricted matter: open the chart"

_moment = re.compile(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})")


class ShowTimeline(PatientCommand):
    """Shows what was done for one patient, from the receipts."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One act."""

    at: str
    """Day and time, where the site is."""
    step: str
    """The step, by its name; "" where the receipt does not say."""
    title: str
    """What the step does, in words."""
    words: str
    """What was done, as the receipt says."""
    by: str
    """Who did it, by name."""
    taken_back: bool
    receipt: str
    """`Provenance/ID`."""

    @property
    def cells(self) -> tuple[str, ...]:
        back = "TAKEN BACK since" if self.taken_back else ""
        return (f"{self.at}, {self.by}", self.title, "; ".join(filter(None, (back, self.words))))


@dataclass(frozen=True, slots=True)
class Timeline:
    """What was done for one person. Never read `not_visible` as "none"."""

    patient: str
    """`Patient/ID`."""
    identity: Identity
    on_record: bool
    """Whether the person is on this server and visible."""
    sections: tuple[Section, ...] = ()
    """The newest acts, and those before; the newest first."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why: acts that wrote only such records may be missing, too."""


def receipts_of(records: Records, command: ShowTimeline, occasion: Occasion) -> tuple[Need, ...]:
    """The receipts of everything that an act of ours has marked."""
    marked = sorted({record.reference for some in records.by_need.values() for record in some if any(marks_of(record))})
    return tuple(
        replace(
            RECEIPTS,
            name=f"{RECEIPTS.name} {number}",
            where=(OfEach("target", "target", " ".join(marked[start : start + AT_ONCE])),),
        )
        for number, start in enumerate(range(0, len(marked), AT_ONCE), start=1)
    )


@dataclass(frozen=True, slots=True)
class _Acts:
    """The receipts of one person's chart."""

    records: Records
    chart: Chart
    command: ShowTimeline
    titles: Mapping[str, str]
    occasion: Occasion

    def entries(self) -> Iterator[TimelineEntry]:
        """Each act once, the newest first."""
        receipts = {
            record.reference: record
            for name, some in self.records.by_need.items()
            if name.startswith(RECEIPTS.name)
            for record in some
            if provenance.act_of(record)
        }
        keys = {provenance.act_of(record) for record in receipts.values()}
        closed = {record.reference for record in shareable(self.chart, self.occasion.content).withheld}
        closed |= {r.reference for some in self.records.by_need.values() for r in some if labels.restricted(r)}
        people = {record.reference: record for record in self.records[WHO.name]}
        in_order = sorted(receipts.values(), key=self._moment, reverse=True)
        shown: set[str] = set()
        for receipt in in_order:
            key = provenance.act_of(receipt)
            if key not in shown:  # a receipt that was written twice is one act
                shown.add(key)
                yield self._entry(receipt, people, closed=closed, keys=keys)

    def _moment(self, receipt: Record) -> tuple[str, int, str]:
        """When it was written; of the same moment the one that has the higher number came later."""
        at = moment(provenance.recorded(receipt), self.occasion.zone)
        return (at.astimezone(UTC).isoformat() if at else "", len(receipt.id), receipt.id)

    def _here(self, words: str) -> str:
        """A text with its moments as the clock at the site showed them."""

        def spoken(match: re.Match[str]) -> str:
            at = moment(match[0], self.occasion.zone)
            return f"{at.astimezone(self.occasion.zone):%Y-%m-%d %H:%M}" if at else match[0]

        return _moment.sub(spoken, words)

    def _entry(
        self, receipt: Record, people: Mapping[str, Record], *, closed: set[str], keys: set[str]
    ) -> TimelineEntry:
        step, who = provenance.step_of(receipt), provenance.author(receipt)
        at = moment(provenance.recorded(receipt), self.occasion.zone)
        hidden = labels.restricted(receipt) or bool(closed & set(provenance.targets(receipt)))
        retracting = retraction_of(self.command.patient, provenance.act_of(receipt)).key
        return TimelineEntry(
            at=f"{at.astimezone(self.occasion.zone):%a %Y-%m-%d %H:%M}" if at else "on a day that is not on record",
            step=step,
            title=self.titles.get(step) or step.replace("-", " ").capitalize() or "An act of an earlier release",
            words=HIDDEN if hidden else self._here("; ".join(map(str, dig(receipt.json, "reason.text")))),
            by=patient.display(people[who], self.occasion.today) if who in people else "somebody not named",
            taken_back=retracting in keys,
            receipt=receipt.reference,
        )


def timeline_with(titles: Mapping[str, str]) -> Reading[ShowTimeline, Timeline]:
    """The reading, knowing what each step does in words: `titles`, by the names of the steps."""

    def read(records: Records, command: ShowTimeline, occasion: Occasion) -> Timeline:
        chart = charts.read(records, occasion)
        entries = tuple(_Acts(records, chart, command, titles, occasion).entries())
        return Timeline(
            patient=command.patient,
            identity=person.identity(chart, command.patient, occasion.today),
            on_record=chart.person is not None,
            sections=tuple(_sections(entries, _unseen(records, entries))),
            not_visible=records.not_visible,
        )

    title = "What was done, when, and by whom"
    return Reading("timeline", title, ShowTimeline, NEEDS, read, later=receipts_of)


def _sections(entries: tuple[TimelineEntry, ...], unseen: tuple[str, ...]) -> Iterable[Section]:
    note = "from the receipts of this service: what others did in the record is not in it"
    yield section("newest", "The newest acts", entries[:NEWEST], empty="no act of ours", note=note, unseen=unseen)
    if entries[NEWEST:]:
        yield section("before", "Before that", entries[NEWEST:])


def _unseen(records: Records, entries: tuple[TimelineEntry, ...]) -> tuple[str, ...]:
    """Without receipts nobody knows what was done; nor where none was found, and not all could be looked at that an act
    may have written."""
    hidden = any(gap.type == RECEIPTS.type for gap in records.gaps) or (bool(records.gaps) and not entries)
    return ("receipts",) if hidden else ()
