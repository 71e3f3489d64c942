"""The act that is to be taken back: found by its receipt, recognized by the content its decision used.

A person names what they see: the answers on the wrong chart, the attempt that never was, or the receipt itself. The
receipt lists everything the act wrote; the marks on it say what was created and what was amended (decision 0015).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.codes import ACT_KEY, BASE, COMMAND_KEY
from carefhir.content import check_in, retraction
from carefhir.content.loading import Content
from carefhir.content.retraction import RetractionRule
from carefhir.fhir.bundle import tags_of
from carefhir.fhir.changes import marks_of
from carefhir.fhir.changes import retraction as retraction_of
from carefhir.fhir.codec import Json
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, references, relative
from carefhir.fhir.search import Follow, Named, Need, Of, Slots
from carefhir.mappers import provenance
from carefhir.mappers.patient import find as find_patient

TYPES = (
    "Appointment",
    "CarePlan",
    "CareTeam",
    "Communication",
    "CommunicationRequest",
    "Condition",
    "Consent",
    "DeviceRequest",
    "DocumentReference",
    "EpisodeOfCare",
    "Flag",
    "Goal",
    "Observation",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RiskAssessment",
    "ServiceRequest",
    "SupplyDelivery",
    "Task",
)
"""Everything that the steps which can be taken back write, besides the Patient."""

FOLLOWED = tuple(Follow("target", type_) for type_ in TYPES)


@dataclass(frozen=True, slots=True)
class ReceiptOf(Of):
    """Is a receipt of ours for a resource: other systems' Provenances point to everything a patient has, and none of
    that is read."""

    def holds(self, resource: Json, slots: Slots) -> bool:
        return Of.holds(self, resource, slots) and any(True for _ in tags_of(resource, ACT_KEY))


NEEDS = (
    Need("receipts_of", "Provenance", (ReceiptOf("target", "target", "{command.named}"),), follow=FOLLOWED),
    Need("receipt_named", "Provenance", (Named("{command.receipt}"),), follow=FOLLOWED),
)

_DEATH = f"{BASE}/PlanDefinition/after-death"
_CADENCE = f"{BASE}/PlanDefinition/check-in-cadence"
_CONTACT = f"{BASE}/CodeSystem/contact-outcome"


def step_of(content: Content, receipt: Record) -> str:
    """The step that wrote a receipt, by its name; "" for what is no receipt of ours. A receipt of an earlier release
    names no step: the content it used tells, of the steps that could be taken back then."""
    if not provenance.act_of(receipt):
        return ""
    if step_named := provenance.step_of(receipt):
        return step_named
    used = provenance.artefacts_of(receipt)
    for step, artefact in (("record-death", _DEATH), ("record-check-in", _CADENCE), ("record-contact", _CONTACT)):
        if artefact in used:
            return step
    forms = {str(one["url"]) for (type_, _), one in content.artefacts.items() if type_ == "Questionnaire"}
    return "record-assessment" if used & (forms - check_in.forms(content).keys()) else ""


@dataclass(frozen=True, slots=True)
class ActOnRecord:
    """One act of another step, as the server has it."""

    rule: RetractionRule
    receipt: Record
    created: tuple[Record, ...]
    amended: tuple[Record, ...]
    unseen: tuple[str, ...]
    """What the receipt names and the server did not show."""

    @property
    def step(self) -> str:
        """The step whose act it is."""
        return self.rule.step

    @property
    def key(self) -> str:
        return provenance.act_of(self.receipt)

    @property
    def by(self) -> str:
        """Whoever did it."""
        return provenance.author(self.receipt)

    @property
    def touched(self) -> tuple[Record, ...]:
        """Everything it wrote."""
        return (*self.created, *self.amended)

    @property
    def in_words(self) -> str:
        """The act as a person recognizes it."""
        return f"{self.receipt.reference} ({self.step}, recorded {provenance.recorded(self.receipt)[:16]})"


def acts_on(records: Records, content: Content, patient: str) -> tuple[ActOnRecord, ...]:
    """The acts that wrote what a command names, and that were not taken back; newest first. Where all of them were
    taken back, the newest one: the retraction's receipt then says that it is done."""
    receipts = _receipts(records)
    keys = {provenance.act_of(receipt) for receipt in receipts.values()}
    acts = [
        _read(rule, receipt, records)
        for receipt in receipts.values()
        if (rule := retraction.rule_of(content, step_of(content, receipt))) and rule.taken_back
    ]
    acts.sort(key=lambda act: (provenance.recorded(act.receipt), act.receipt.reference), reverse=True)
    standing = tuple(act for act in acts if retraction_of(patient, act.key).key not in keys)
    return standing or tuple(acts[:1])


def not_taken_back(records: Records, content: Content) -> tuple[str, ...]:
    """The steps that wrote what a command names and are not taken back: each with what to do instead."""
    receipts = sorted(_receipts(records).values(), key=provenance.recorded, reverse=True)
    steps = dict.fromkeys(step for receipt in receipts if (step := step_of(content, receipt)))
    rules = ((step, retraction.rule_of(content, step)) for step in steps)
    return tuple(f"{step}: {rule.instead}" for step, rule in rules if rule and not rule.taken_back)


def _receipts(records: Records) -> dict[str, Record]:
    return {record.reference: record for need in NEEDS for record in records[need.name]}


def _read(rule: RetractionRule, receipt: Record, records: Records) -> ActOnRecord:
    by_reference = {record.reference: record for follow in FOLLOWED for record in records[follow.name]}
    by_reference |= {record.reference: record for record in records[find_patient().name]}
    targets = provenance.targets(receipt)
    read = [by_reference[target] for target in targets if target in by_reference]
    key, asked = provenance.act_of(receipt), provenance.command_of(receipt)
    created = tuple(record for record in read if _created(record, key, asked))
    return ActOnRecord(
        rule=rule,
        receipt=receipt,
        created=created,
        amended=tuple(record for record in read if record not in created),
        unseen=tuple(target for target in targets if target not in by_reference),
    )


def _created(record: Record, key: str, asked: str) -> bool:
    """Whether an act created a record: by its mark; where there is none, by the digest of the command."""
    mine = [mark for mark in marks_of(record) if mark.startswith(f"{key}/")]
    if mine:
        return any(mark.endswith("/created") for mark in mine)
    return bool(asked) and asked in tags_of(record.json, COMMAND_KEY)


def others_on(record: Record, key: str, patient: str) -> tuple[str, ...]:
    """The keys of the other acts that wrote a record after this one and still stand."""
    keys = list(dict.fromkeys(mark.partition("/")[0] for mark in marks_of(record)))
    later = keys[keys.index(key) + 1 :] if key in keys else keys
    retractions = {retraction_of(patient, one).key for one in keys}
    return tuple(one for one in later if one not in retractions and retraction_of(patient, one).key not in keys)


def about(record: Record) -> frozenset[str]:
    """Whom a record is about."""
    paths = ("subject", "patient", "for", "participant.actor")
    whom = (relative(one) for path in paths for one in references(record.json, path))
    people = frozenset(one for one in whom if one and one.startswith("Patient/"))
    return people | ({record.reference} if record.type == "Patient" else frozenset())


def strangers(records: Iterable[Record], patient: str) -> tuple[str, ...]:
    """The records that are about somebody else."""
    return tuple(record.reference for record in records if about(record) and patient not in about(record))
