"""`transition-packet` (read only): what the next place of care reads after a discharge, on paper.

The sections are those of `send-packet`, from what may be shared (rule 4); with what has been done since the discharge,
what is missing of the discharge information, warning signs, who was told, and whom to call. Where the transition itself
is restricted, or where nobody knows what must stay out, there is no paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from carefhir.chart import chart as charts
from carefhir.chart.chart import Chart
from carefhir.chart.shareable import shareable
from carefhir.codes import TRANSITION_SECTION
from carefhir.content.translating import CopyWords
from carefhir.engine.step import PatientCommand, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, first_text, references, relative
from carefhir.fhir.search import Follow
from carefhir.mappers import communication, labels, packet, patient
from carefhir.mappers.communication import TalkView
from carefhir.occasion import Occasion
from carefhir.workflows.looking import medicine_list, overview, person
from carefhir.workflows.looking.days import day_of
from carefhir.workflows.looking.person import Identity
from carefhir.workflows.looking.transition_sheet import TransitionPart, TransitionSheet
from carefhir.workflows.transitions.packet_sections import PacketSections
from carefhir.workflows.whole_picture import picture
from carefhir.workflows.whole_picture.patient_copy import PersonToCall, people_to_call, warning_signs
from carefhir.workflows.whole_picture.transition_part import transition_sheet

RECIPIENTS = (Follow("recipient", "Practitioner"), Follow("recipient", "Organization"))

NEEDS = (
    *(
        replace(need, follow=(*need.follow, *RECIPIENTS)) if need.name == "communications" else need
        for need in picture.NEEDS
    ),
    *charts.needs("device_requests"),
)

MEDICINES, DIAGNOSES, RESULTS = "medications", "problems", "results"
IN_ORDER = (DIAGNOSES, MEDICINES, "allergies", RESULTS, "vitals", "devices", "plan")
"""The sections that care management has on record, as a clinician reads them."""
DISCHARGE_INFORMATION = "receive-packet"
SINCE = ("contact-patient", "reconcile-medications", "teach-back", "book-follow-up", DISCHARGE_INFORMATION)
"""The parts of a transition that somebody else must know of (CodeSystem care-task)."""


class ShowPacket(PatientCommand):
    """Shows what the next place of care reads about the transition that is followed now."""


@dataclass(frozen=True, slots=True)
class PacketPart:
    """One section of the packet."""

    name: str
    """A code of CodeSystem transition-section."""
    title: str
    lines: tuple[str, ...]
    empty: str
    """What it says where there is nothing: why, and never "none"."""


@dataclass(frozen=True, slots=True)
class PacketSheet:
    """The packet of one transition. Never read `not_visible` as "none"."""

    identity: Identity
    on_record: bool
    """Whether the person is on this server and visible."""
    why_not: str = ""
    """Why there is no packet; "" where there is one."""
    stay: TransitionSheet | None = None
    where_now: tuple[str, ...] = ()
    """Where the person is now, where that is not at home."""
    parts: tuple[PacketPart, ...] = ()
    pending: str = ""
    """What is known of results that were pending at the discharge."""
    uncollected: tuple[str, ...] = ()
    """Sections that care management does not collect, by name."""
    reconciled: str = ""
    since: tuple[TransitionPart, ...] = ()
    """What has been done since the discharge."""
    visits: tuple[str, ...] = ()
    visits_unseen: bool = False
    emergencies: tuple[str, ...] = ()
    same_day: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    """Who was told what, when."""
    told_unseen: bool = False
    people: tuple[PersonToCall, ...] = ()
    withheld: bool = False
    """For whoever makes it: whether something restricted stayed out."""
    not_visible: tuple[str, ...] = ()
    """What the server did not show, and why."""


def read(records: Records, command: ShowPacket, occasion: Occasion) -> PacketSheet:
    """The packet."""
    chart = charts.read(records, occasion)
    sheet = PacketSheet(
        identity=person.identity(chart, command.patient, occasion.today),
        on_record=chart.person is not None,
        not_visible=records.not_visible,
    )
    if against := patient.standing(chart.person):
        return replace(sheet, why_not=against)
    if "conditions" in chart.unseen:
        why = "the conditions on record could not be seen, so nobody knows what must stay off a paper"
        return replace(sheet, why_not=why)
    open_part = shareable(chart, occasion.content)
    names = overview.names_of(records, occasion.today)
    whole = transition_sheet(chart, records, names, occasion=occasion)
    stay = transition_sheet(open_part.chart, records, names, occasion=occasion)
    if why := _why_not(whole, stay, chart):
        return replace(sheet, why_not=why)
    return replace(
        _Packet(records, chart, open_part.chart, occasion).onto(sheet, stay),
        withheld=bool(open_part.withheld) or any(labels.restricted(flag.record) for flag in chart.flags),
    )


def _why_not(whole: TransitionSheet, stay: TransitionSheet, chart: Chart) -> str:
    """Why there is nothing to print about this transition."""
    if whole.unseen:
        return f"{whole.unseen} could not be seen: whether a transition is followed cannot be said"
    if whole.trouble or not whole.reference:
        return whole.trouble or "no transition is followed now: open one first"
    task = chart.task(whole.reference)
    anchors = {task.focus} if task else set()
    closed = any(labels.restricted(each.record) for each in chart.encounters if each.reference in anchors)
    if whole.restricted or closed or stay.reference != whole.reference:
        return "this transition is restricted: it is for the care team only, and on no paper"
    return ""


@dataclass(frozen=True, slots=True)
class _Packet:
    """One packet, being laid out from what may be shared."""

    records: Records
    chart: Chart
    shown: Chart
    occasion: Occasion

    def onto(self, sheet: PacketSheet, stay: TransitionSheet) -> PacketSheet:
        """Everything that it says."""
        records, occasion = self.records, self.occasion
        signs = tuple(warning_signs(self.shown, occasion))
        lists = [record for record in records["medication_lists"] if not labels.restricted(record)]
        return replace(
            sheet,
            stay=stay,
            where_now=person.whereabouts_of(self.shown, occasion),
            parts=tuple(self._parts()),
            pending=self._pending(stay),
            uncollected=tuple(self._uncollected()),
            reconciled=medicine_list.reconciled_in_words(lists, occasion)
            if records.visible("medication_lists")
            else "whether they were reconciled could not be seen",
            since=tuple(part for part in stay.parts if part.code in SINCE),
            visits=tuple(self._visits()),
            visits_unseen="appointments" in self.shown.unseen,
            emergencies=tuple(sign.display for sign in signs if sign.properties.get("do") == "call-911"),
            same_day=tuple(sign.display for sign in signs if sign.properties.get("do") == "call-us"),
            told=tuple(self._told()),
            told_unseen=not records.visible("communications"),
            people=tuple(people_to_call(records, self.chart, CopyWords(occasion.content), occasion)),
        )

    def _parts(self) -> Iterator[PacketPart]:
        sections = PacketSections(
            shown=self.shown,
            allergies=self.records["allergies"],
            unseen=frozenset(gap.need for gap in self.records.gaps),
            written={},
            occasion=self.occasion,
        )
        codes = self.occasion.content.concepts(TRANSITION_SECTION)
        by_code = dict(zip(codes, sections.all(), strict=True))
        for code in IN_ORDER:
            section = by_code[code]
            yield PacketPart(code, section.title, tuple(section.lines), "" if section.lines else section.why)

    def _uncollected(self) -> Iterator[str]:
        for code, concept in self.occasion.content.concepts(TRANSITION_SECTION).items():
            if code not in IN_ORDER:
                yield concept.display

    def _pending(self, stay: TransitionSheet) -> str:
        """Whether the last place of care has said what was pending. Not to have heard of it is not that nothing is."""
        part = next((part for part in stay.parts if part.code == DISCHARGE_INFORMATION), None)
        task = self.shown.task(part.task) if part else None
        if task is not None and RESULTS in packet.on_record(task):
            return (
                "Results, and what was still pending at the discharge, came with the discharge information: see there."
            )
        return "What was still pending at the discharge is not on record here: ask the last place of care."

    def _visits(self) -> Iterator[str]:
        zone = self.occasion.zone
        for visit in person.visits_to_come(self.shown, self.occasion):
            if visit.start:
                standing = "" if visit.status == "booked" else f" ({visit.status}, not booked)"
                yield f"{visit.start.astimezone(zone):%a %Y-%m-%d %H:%M}: {visit.words or 'visit'}{standing}"

    def _told(self) -> Iterator[str]:
        """What was handed over since the discharge, newest first: what, to whom, when."""
        talks = (communication.read(each, self.occasion.zone) for each in self.records["communications"])
        handed = [
            (talk.sent, talk)
            for talk in talks
            if talk.sent and talk.status == "completed" and talk.hands_over and not labels.restricted(talk.record)
        ]
        for sent, talk in sorted(handed, key=lambda pair: (pair[0], pair[1].reference), reverse=True):
            yield f"{day_of(sent, self.occasion)}: {', '.join(self._recipients(talk)) or 'somebody not named'}"

    def _recipients(self, talk: TalkView) -> Iterator[str]:
        by_name = {record.reference: record for follow in RECIPIENTS for record in self.records[follow.name]}
        for text in references(talk.record.json, "recipient"):
            reference = relative(text) or ""
            if reference.startswith("Patient/"):
                yield "the patient"
            elif reference in by_name:
                yield self._name(by_name[reference])
            else:
                yield "somebody whose name could not be read"

    def _name(self, record: Record) -> str:
        """What a person or a place is called."""
        if record.type == "Organization":
            return first_text(record.json, "name") or "a place without a name on record"
        return patient.display(record, self.occasion.today)


TRANSITION_PACKET = Reading("transition-packet", "The transition packet, to be printed", ShowPacket, NEEDS, read)
