"""What becomes of everything that one act wrote, when the act is taken back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from carefhir.chart.chart import Chart
from carefhir.codes import ACT_MARK, TASK
from carefhir.content.loading import Content
from carefhir.fhir.changes import Amend, Edit, amend, amendable, leave_out, put
from carefhir.fhir.gather import Records
from carefhir.fhir.record import Record, dig, first_text, moment, relative
from carefhir.lifecycle import STATUS, ended
from carefhir.mappers import (
    communication,
    delivery,
    in_error,
    observation,
    patient,
    provenance,
    released,
    risk_assessment,
    status,
)
from carefhir.mappers import flag as flags
from carefhir.mappers import loop as loops
from carefhir.mappers import task as tasks
from carefhir.mappers.released import Release
from carefhir.occasion import Occasion
from carefhir.workflows.pen import Pen
from carefhir.workflows.transitions import transition as following
from carefhir.workflows.undo.acts import ActOnRecord
from carefhir.workflows.undo.contact import ContactAgain, contact_again
from carefhir.workflows.undo.reach import ReachAgain, reach_again

NOUNS = {
    "Appointment": "appointment",
    "CarePlan": "care plan",
    "CareTeam": "care team",
    "Communication": "contact or message",
    "CommunicationRequest": "message",
    "Condition": "concern",
    "Consent": "consent",
    "DeviceRequest": "device request",
    "DocumentReference": "document",
    "EpisodeOfCare": "enrollment",
    "Flag": "flag",
    "Goal": "goal",
    "Observation": "result",
    "Patient": "patient",
    "QuestionnaireResponse": "response",
    "RelatedPerson": "helper",
    "RiskAssessment": "tier or risk",
    "ServiceRequest": "service request",
    "SupplyDelivery": "delivery",
    "Task": "Task",
}
"""What each type is called where a person reads of it."""

MAY_MOVE_ON = frozenset(
    {"Appointment", "CommunicationRequest", "Condition", "Consent", "Flag", "RelatedPerson", "SupplyDelivery", "Task"}
)
"""What people work on after it was written: it is only taken back as long as nobody has."""

AS_CREATED = frozenset({"requested", "active", "booked"})
"""The statuses in which our steps create these: in another one, somebody has worked on it. Without a status, active."""

RESTED_ON = frozenset({"Condition", "Observation", "QuestionnaireResponse", "RelatedPerson", "RiskAssessment"})
"""What other records point to as what they were decided from, or whom they are about."""


@dataclass(slots=True)
class Undone:
    """Everything that is taken back, what is said about it, and what a person must decide."""

    changes: list[Amend] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)
    stay: list[str] = field(default_factory=list)
    """What stays on purpose, in words."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """One act that is taken back, and everything found out about what it wrote."""

    act: ActOnRecord
    patient: str
    reason: str
    chart: Chart
    records: Records
    occasion: Occasion

    @property
    def content(self) -> Content:
        return self.occasion.content

    # ---- what may be at stake

    @property
    def pressing(self) -> bool:
        """Whether it raised what calls for action now, whoever it is about: a Flag, or a Task that is due at once."""
        flagged = any(record.type == "Flag" for record in self.act.created)
        return (bool(self.act.rule.told) and flagged) or self._asked("stat")

    @property
    def urgent(self) -> bool:
        """Whether it asked somebody to act the same day."""
        return self.pressing or self._asked("urgent")

    def _asked(self, priority: str) -> bool:
        created = (record for record in self.act.created if record.type == "Task")
        return bool(self.act.rule.told) and any(tasks.read(record).priority == priority for record in created)

    def earlier_answers_lost(self) -> tuple[str, ...]:
        """The answers that the act replaced, where the server does not tell what they were."""
        return tuple(
            record.reference
            for record in self.act.amended
            if record.type == "QuestionnaireResponse"
            and status.read(record) == "amended"
            and self._around(record) is None
        )

    def later_events(self) -> tuple[str, ...]:
        """The events of a loop that were recorded after this one, and rest on it, in words; () where there are none."""
        for record in self.act.touched:
            if record.type != "Task" or "coordinate" not in tasks.read(record).codes:
                continue
            own = released.written_first(self._versions(record), self.act.key)
            happened = loops.happened(tasks.read(record))
            later = happened[len(loops.happened(tasks.read(own))) :] if own else ()
            if later:
                return tuple(dict.fromkeys(later))
        return ()

    # ---- taking back

    def undone(self, pen: Pen) -> Undone:
        """Takes back everything that the act wrote, as far as nobody has worked on it since."""
        result = Undone()
        for record in self.act.created:
            if not pen.act.did(record):
                self._mark(record, pen, result)
        for record in self.act.amended:
            if not pen.act.did(record):
                self._release(record, pen, result)
        result.by_hand += [f"{name} could not be read here" for name in self.act.unseen]
        result.by_hand += [*self._handed_over(), *self._rests_on_it(), *self._ended_in_looks()]
        result.says += self._tier_again(result)
        counts = Counter(change.type for change in result.changes if change.part.startswith("error/"))
        if counts:
            result.says.insert(0, f"entered in error: {_counted(counts)}")
        back = Counter(change.type for change in result.changes if change.releases and change.changes_anything)
        if back:
            result.says.append(f"as it was before: {_counted(back)}")
        return result

    def _mark(self, record: Record, pen: Pen, result: Undone) -> None:
        """Marks what the act created as entered in error, unless somebody has worked on it or relies on it."""
        name = self.called(record)
        if not in_error.stands(record):
            return
        if not amendable(record) or not in_error.possible(record):
            result.by_hand.append(f"{name} cannot be changed here")
            return
        if record.type in MAY_MOVE_ON and self._moved_on(record):
            if (again := self._reaching(record)) and again.task.open:
                result.says.append(again.says)
                result.changes.append(replace(again.amended(pen, self._because), releases=True))
                return
            if record.type == "Task" and (given := self._given_away(record)):
                result.by_hand.append(given)
                return
            now = status.read(record) if record.type != "Condition" else "changed"
            if record.type != "Condition" and ended(record.type, now):
                result.stay.append(f"{name} stays {now}, as a record of what was done since")
            else:
                result.by_hand.append(f"{name} was worked on since")
            return
        if record.type == "Flag" and (other := self._other_finding(record)):
            result.stay.append(f"{name} stays: {other} found the same")
            return
        edits = in_error.edits(record, self.reason, author=pen.author, stamp=pen.stamp)
        because = f"entered in error: {self.reason}"
        result.changes.append(amend(f"error/{record.type}/{record.id}", record, because, *edits))

    def _given_away(self, record: Record) -> str:
        """What another system has been given by it: that is not taken back by itself; "" where nothing was."""
        given = delivery.read(record)
        if delivery.KIND not in given.task.codes or given.task.status != "completed":
            return ""
        return f"{given.home} has been given it, put it right there by hand: {given.task.description}"

    def _moved_on(self, record: Record) -> bool:
        """Whether somebody has worked on what the act created."""
        first = released.written_first(self._versions(record), self.act.key)
        if first is not None:
            return bool(released.differing(first.json, record.json))
        if record.type == "Condition":
            return not any(view.record == record and view.unconfirmed for view in self.chart.conditions)
        return (status.read(record) or "active") not in AS_CREATED or bool(self._other_marks(record))

    def _other_marks(self, record: Record) -> list[str]:
        identifiers = [one for one in dig(record.json, "identifier") if isinstance(one, dict)]
        marks = [str(one.get("value", "")) for one in identifiers if one.get("system") == ACT_MARK]
        return [mark for mark in marks if not mark.startswith(f"{self.act.key}/")]

    def _other_finding(self, record: Record) -> str:
        """A safety review of other answers that found the same: the Flag is theirs, too."""
        findings = set(flags.read(record).findings)
        mine = {created.reference for created in self.act.created}
        for task in self.chart.tasks:
            review = "safety-review" in task.codes and task.status not in ("cancelled", "entered-in-error")
            if review and task.record.reference not in mine and findings & set(task.findings):
                return self.called(task.record)
        return ""

    def _release(self, record: Record, pen: Pen, result: Undone) -> None:
        """Takes back what the act changed in a record that was there before."""
        name = self.called(record)
        if record.type == "Patient":
            self._alive_again(record, result)
            return
        if record.type != "RelatedPerson" and not in_error.stands(record):
            return
        if not amendable(record):
            result.by_hand.append(f"{name} cannot be changed here")
            return
        if record.type == "Consent" and status.read(record) == "inactive" and self.act.rule.not_revived:
            result.by_hand.append(f"{name} {self.act.rule.not_revived}")
            return
        again = self._contact(record)
        if again is not None:
            result.changes.append(again.amended(pen, self._because))
            result.says += again.says
            result.by_hand += again.by_hand
            return
        if self._untouched(record):
            return
        versions = self._around(record)
        if versions is None:
            self._release_without_history(record, pen, result)
            return
        if record.type == "Appointment" and self._is_past(record) and status.read(record) == "cancelled":
            result.by_hand.append(f"{name} was for a time that has passed: it stays {status.read(record)}")
            return
        release = released.released(record, versions)
        if release.moved_on and (reaching := self._reaching(record)):
            if reaching.task.open:
                result.says.append(reaching.says)
                result.changes.append(replace(reaching.amended(pen, self._because), releases=True))
            else:
                result.by_hand.append(reaching.says)
            return
        self._take_back(record, release, pen, result)
        if release.moved_on:
            elements = ", ".join(release.moved_on)
            result.by_hand.append(f"{name} was changed since ({elements}), it is {status.read(record)}")
        elif record.type == "Appointment" and status.read(record) == "cancelled":
            result.by_hand.append(f"{name} is {status.read(versions.before)} again: ask whether the time is still free")

    def _take_back(self, record: Record, release: Release, pen: Pen, result: Undone) -> None:
        edits = release.edits
        if edits and record.type == "Task":
            edits = (*edits, pen.changed_now())
        change = amend(f"back/{record.type}/{record.id}", record, self._because, *edits)
        result.changes.append(replace(change, releases=True))
        element, _ = STATUS.get(record.type, ("status", frozenset()))
        now, becomes = (str(json.get(element, "")) for json in (record.json, change.becomes))
        if self.act.step != "record-death" and ended(record.type, now) and not ended(record.type, becomes):
            due = first_text(change.becomes, "restriction.period.end") if record.type == "Task" else None
            result.says.append(f"{self.called(record)} is {becomes} again" + (f", due {due}" if due else ""))

    def _release_without_history(self, record: Record, pen: Pen, result: Undone) -> None:
        """Takes back what the record itself tells: what points to what is taken back, and a Task that it completed."""
        name, now = self.called(record), status.read(record)
        if record.type == "QuestionnaireResponse":
            edits = in_error.edits(record, self.reason, author=pen.author, stamp=pen.stamp)
            result.changes.append(amend(f"error/{record.type}/{record.id}", record, self._because, *edits))
            return
        edits = released.without(record, (created.reference for created in self.act.created))
        if edits and record.type == "Task" and now == "completed":
            edits = (*edits, put("status", "requested"), leave_out("statusReason"))
            self._take_back(record, Release(edits), pen, result)
        elif edits and record.type == "Observation":
            self._take_back(record, Release(edits), pen, result)
        else:
            result.by_hand.append(f"{name} is {now}: what it was before cannot be read on this server")

    @property
    def _because(self) -> str:
        return f"taken back: {self.reason}"

    def _versions(self, record: Record) -> tuple[Record, ...]:
        return self.records.histories.get(record.reference, ())

    def _around(self, record: Record) -> released.Around | None:
        return released.around(self._versions(record), self.act.key)

    def _untouched(self, record: Record) -> bool:
        """Whether the act had nothing to change in a record that its receipt names: no version has its mark."""
        versions = self._versions(record)
        marks = any(
            released.marked(version, self.act.key)
            for touched in self.act.touched
            for version in (touched, *self._versions(touched))
        )
        return marks and bool(versions) and not any(released.marked(version, self.act.key) for version in versions)

    def _is_past(self, record: Record) -> bool:
        start = moment(next((one for one in dig(record.json, "start") if isinstance(one, str)), None))
        return start is not None and start <= self.occasion.now

    # ---- a contact

    def _contact(self, record: Record) -> ContactAgain | None:
        """The contact Task of a transition, where an attempt is taken back."""
        if self.act.step != "record-contact" or record.type != "Task":
            return None
        task = tasks.read(record)
        parent = next(iter(task.part_of), "")
        attempt = next((one.reference for one in self.act.created if one.type == "Communication"), "")
        followed = following.around(self.chart, self.records, parent, self.occasion)
        if "contact-patient" not in task.codes or isinstance(followed, str) or not attempt:
            return None
        versions = self._around(record)
        release = released.released(record, versions) if versions else None
        return contact_again(followed, self.occasion, attempt, task=task, release=release)

    def _reaching(self, record: Record) -> ReachAgain | None:
        """The Task to reach the person outside transitions, where an attempt is taken back and others are left."""
        attempt = next((each.reference for each in self.act.created if each.type == "Communication"), "")
        if self.act.step != "record-call" or record.type != "Task" or not attempt:
            return None
        talks = [communication.read(each, self.occasion.zone) for each in self.records["communications"]]
        return reach_again(tasks.read(record), talks, attempt)

    # ---- a tier

    def _tier_again(self, result: Undone) -> list[str]:
        """Which tier counts once the act's own does not, and when the next check-in is due."""
        mine = {record.reference for record in self.act.created if record.type == "RiskAssessment"}
        if not mine:
            return []
        left = [risk for risk in self.records["risks"] if risk.reference not in mine]
        tier = risk_assessment.newest(left, self.occasion.zone)
        if "risks" in self.chart.unseen:
            counts = "the tiers on record are not visible: which one counts now is not known"
        elif tier is None:
            counts = "no tier is on record now: set one with set-tier"
        else:
            day = f", set on {self.occasion.local_date(tier.at)}" if tier.at else ""
            counts = f"the tier that counts now: {tier.tier}{day} ({tier.record.reference})"
        return [counts, self._next_check_in(result)]

    def _next_check_in(self, result: Undone) -> str:
        """The check-ins that are set, as they are once everything is taken back."""
        becomes = {change.record.reference: change.becomes for change in result.changes}
        due = [
            f"{first_text(becomes.get(task.record.reference, task.record.json), 'restriction.period.end')} "
            f"({task.record.reference})"
            for task in self.chart.tasks
            if task.open and "check-in" in task.codes
        ]
        return (
            f"next check-in due on {', '.join(due)}"
            if due
            else "no check-in is set: find-work asks for one where a plan is in force"
        )

    # ---- what was handed over

    def _handed_over(self) -> list[str]:
        """What somebody has in their hands: only a person can ask for it back."""
        if not self.act.rule.handed_over:
            return []
        return [
            f"what is in {self.called(record)} {self.act.rule.handed_over} (it went to {self._recipients(record)})"
            for record in self.act.created
            if record.type == "Communication"
        ]

    def _recipients(self, record: Record) -> str:
        """Whom a notice names as recipients."""
        people = [one for one in dig(record.json, "recipient") if isinstance(one, dict)]
        names = (str(one.get("display") or one.get("reference") or "") for one in people)
        named = ("the patient" if relative(name) == self.patient else name for name in names)
        return ", ".join(filter(None, named)) or "somebody it does not name"

    # ---- a death

    def _alive_again(self, record: Record, result: Undone) -> None:
        """Takes the mark of death from the Patient, where the history shows that this act has put it there."""
        marks = ("deceasedBoolean", "deceasedDateTime")
        edits: tuple[Edit, ...] = ()
        if patient.read(record) and record.json.get("deceasedBoolean") is not True and not record.json.get(marks[1]):
            result.says.append("the patient is not marked as deceased")
        elif not amendable(record) or not self._marked_by_the_act(record, marks):
            result.by_hand.append(
                f"{record.reference} is still marked as deceased, and it cannot be seen that this step did it: ask "
                "registration to correct it"
            )
        else:
            edits = tuple(leave_out(mark) for mark in marks)
            result.says.append("the patient is no longer marked as deceased")
        result.changes.append(replace(amend("patient", record, self._because, *edits), releases=True))

    def _marked_by_the_act(self, record: Record, marks: tuple[str, ...]) -> bool:
        """Whether the version after the one the act was decided from differs in the mark of death alone, and the mark
        is still the same. A Patient carries no mark of ours."""
        versions = self._versions(record)
        decided_from = provenance.versions_of(self.act.receipt).get(record.reference, "")
        number = next((n for n, version in enumerate(versions) if version.version == decided_from), 0)
        if number == 0:
            return False
        before, after = versions[number].json, versions[number - 1].json
        changed = released.differing(before, after)
        same = all(record.json.get(mark) == after.get(mark) for mark in marks)
        return bool(changed) and set(changed) <= set(marks) and same

    # ---- words

    def called(self, record: Record) -> str:
        """A record as a sentence calls it, with its reference."""
        kinds = self.content.concepts(TASK)
        noun = NOUNS.get(record.type, record.type)
        if record.type == "Task":
            view = tasks.read(record)
            noun = view.title or next((f"Task: {kinds[code].display}" for code in view.codes if code in kinds), noun)
        elif record.type == "Observation":
            noun = observation.in_words(record.json)
        return f"{noun} ({record.reference})"

    def _rests_on_it(self) -> list[str]:
        """What else rests on what is taken back: a tier, a conclusion, a diagnosis, a Task, a Consent."""
        needs = ("tasks", "conditions", "conclusions", "risks", "goals", "care_plans", "consents", "care_teams")
        mine = {record.reference for record in self.act.touched}
        sources = {record.reference for record in self.act.created if record.type in RESTED_ON}
        others = {record.reference: record for need in needs for record in self.records[need]}
        return [
            f"{self.called(record)} rests on what is taken back: look at it again"
            for reference, record in others.items()
            if reference not in mine
            and in_error.stands(record)
            and (record.type != "Task" or tasks.read(record).open)
            and any(record.mentions(f'"{source}"') for source in sources)
        ]

    def _ended_in_looks(self) -> list[str]:
        """What was ended for the act's sake by a look after the write, which is an act of its own: a Task that was
        opened while a death was recorded; a next check-in that gave way to the one the act has set."""
        mine = {record.reference for record in self.act.touched}
        others = [task for task in self.chart.tasks if not task.open and task.record.reference not in mine]
        died = [task for task in others if self.act.step == "record-death" and task.state == "died"]
        gave_way = [
            task
            for task in others
            if self.act.step == "record-check-in"
            and "check-in" in task.codes
            and any(f"{each.reference}," in task.why for each in self.act.created)
        ]
        return [
            *(f"{self.called(task.record)} was ended because of the death: see what it asks for" for task in died),
            *(f"{self.called(task.record)} gave way to what is taken back: set a check-in again" for task in gave_way),
        ]


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {NOUNS[type_]}{'' if count == 1 else 's'}" for type_, count in counts.items())
