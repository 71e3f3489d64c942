"""Why an event of a loop is not recorded: what is missing, what comes first, what the records say otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.chart import attended
from carefhir.content import supervision
from carefhir.fhir.changes import Act
from carefhir.fhir.record import Record, references, refers_to, relative
from carefhir.mappers import related_person
from carefhir.mappers.appointment import AppointmentView
from carefhir.mappers.encounter import EncounterView
from carefhir.occasion import Occasion
from carefhir.workflows.coordination.account import Account
from carefhir.workflows.coordination.loop import Loop

_ENDS_WITHOUT = ("declined", "cancelled")


@dataclass(frozen=True, slots=True)
class Lacking:
    """One event that somebody tells of, held against the records."""

    loop: Loop
    account: Account
    occasion: Occasion
    act: Act

    def refusals(self) -> tuple[str, ...]:
        """Everything in the way, a sentence each."""
        asked = {
            "sent": self._sent,
            "accepted": self._accepted,
            "booked": self._booked,
            "kept": self._kept,
            "missed": self._missed,
            "delivered": self._delivered,
            "in-use": self._in_use,
            "result": self._result,
            "late": self._late,
        }
        lacking = asked.get(self.account.event, lambda: ())
        return (*self._at_all(), *(lacking() if self._fits else ()))

    @property
    def _fits(self) -> bool:
        """Whether such an event belongs to this kind of loop."""
        return self.loop.kind in str(self.account.kind.properties["loops"]).split()

    def _at_all(self) -> tuple[str, ...]:
        account, order, why = self.account, self.loop.order, []
        if not self._fits:
            why.append(f"{order.reference} is a loop of kind {self.loop.kind}: {account.event} is no event of it")
        if account.at > self.occasion.now:
            why.append("at is in the future: record it when it has happened")
        if account.event in (*_ENDS_WITHOUT, "missed") and not account.reason:
            why.append(f"{account.event} needs a reason: say why, in plain words")
        mine = self.act.did(order.record, "amended")
        if order.over and not mine:
            why.append(f"{order.reference} is {order.status}: its loop is closed")
        elif order.status == "draft" and account.event not in _ENDS_WITHOUT and not self.loop.placed:
            why.append(
                f"{order.reference} is a draft: it takes effect by record-agreement or, where it needs a signature, "
                "by sign-off"
            )
        task = self.loop.task
        if task is not None and not task.open and not order.over and not self.act.did(task.record):
            why.append(f"the loop is closed ({task.record.reference} is {task.status}): have a new order written")
        return tuple(why)

    def _not_placed(self) -> tuple[str, ...]:
        """Only a prescriber places what is an order (clinical practice, "Who may do what")."""
        waiting = [
            task.record.reference
            for task in self.loop.chart.tasks
            if "place-order" in task.codes and task.focus == self.loop.order.reference and task.open
        ]
        return tuple(
            f"the prescriber has not placed this order yet ({name}): it is closed with resolve" for name in waiting
        )

    def _sent(self) -> tuple[str, ...]:
        why = list(self._not_placed())
        if not self.account.doer:
            why.append("sent to whom: give a name in to, or organization (Organization/ID)")
        if self.loop.kind == "community" and not self.account.consent:
            why.append(
                "the person's consent is needed before a community service learns of them: ask, and give consent "
                "(verbal or written); if they say no, record it as declined"
            )
        return (*why, *self._unseen("organization", self.account.organization))

    def _accepted(self) -> tuple[str, ...]:
        return () if self.loop.asked(self.act) else ("no community service has been asked yet: record sent first",)

    def _booked(self) -> tuple[str, ...]:
        account, why = self.account, list(self._not_placed())
        if account.start is None:
            why.append("booked needs start: when the visit begins")
        elif account.start <= account.at:
            why.append("the visit would begin before it was booked: check start and at")
        if not account.place:
            why.append("booked needs place: where the visit takes place")
        if not account.doer:
            why.append("booked with whom: give a name in to, or with_practitioner (Practitioner/ID)")
        return (*why, *self._unseen("with_practitioner", account.practitioner))

    def _kept(self) -> tuple[str, ...]:
        encounter, why = kept_encounter(self.loop, self.account, self.occasion)
        if encounter is not None:
            return ()
        looked = f" ({'; '.join(why)})" if why else ""
        return (
            f"no attended Encounter shows that the person was seen{looked}: ask the practice for its record, and name "
            "it in encounter; what the person says of the visit is no proof of it",
        )

    def _missed(self) -> tuple[str, ...]:
        if self._past_visit() is not None:
            return ()
        return ("no visit of this loop was booked for a time that has passed: nothing was missed",)

    def _past_visit(self) -> AppointmentView | None:
        return past_visit(self.loop, self.account, self.act)

    def _delivered(self) -> tuple[str, ...]:
        why = () if self.account.doer else ("delivered by whom: give a name in to, or organization (Organization/ID)",)
        return (*why, *self._unseen("organization", self.account.organization))

    def _in_use(self) -> tuple[str, ...]:
        account, why = self.account, []
        if "delivered" not in self.loop.happened:
            why.append("no delivery is on record: record delivered first")
        if not account.confirmed_by:
            why.append("in-use is the person's own word: say in confirmed_by who says so, patient or caregiver")
        if account.confirmed_by == "caregiver":
            why += self._caregiver()
        return tuple(why)

    def _caregiver(self) -> list[str]:
        record = self.account.records.one("caregiver")
        if not self.account.caregiver:
            return ["name the caregiver who says so: RelatedPerson/ID"]
        if record is None or not related_person.is_of(record, self.account.patient):
            return [f"{self.account.caregiver} is not on record as somebody of this person's, or not visible to us"]
        lapsed = related_person.not_in_force(record, self.occasion.today)
        return [f"{self.account.caregiver} {lapsed}"] if lapsed else []

    def _result(self) -> tuple[str, ...]:
        account, why = self.account, []
        if not account.result:
            why.append("result needs what came of it, in plain words")
        if self.loop.kind == "referral" and "kept" not in self.loop.happened and not account.recorded_in:
            why.append(
                "no attended visit is on record: record kept first, or name the record the result stands in (report or "
                "document)"
            )
        if self.loop.kind == "community" and not account.need:
            why.append("say in need whether the person's need is met, partly, or not-met")
        if account.need == "met":
            discipline = self.occasion.actor.discipline
            why += supervision.refusals(self.occasion.content, "confirm-need", discipline)
        for name, reference in (("report", account.report), ("document", account.document)):
            record = account.records.one(name)
            if reference and (record is None or not refers_to(record.json, "subject", account.patient)):
                why.append(f"{reference} is not about this person, or not visible to us: check the id")
        return tuple(why)

    def _late(self) -> tuple[str, ...]:
        task = self.loop.task
        if task is None:
            return ("nothing of this loop has begun: record sent or booked first",)
        if task.due is None or task.due >= self.occasion.today:
            return (f"the loop is not late: {task.record.reference} is due {task.due or 'on no day'}",)
        waiting = [found.record.reference for found in self.loop.late(self.act)]
        return tuple(f"the care manager is already asked to look into it: {name}" for name in waiting)

    def _unseen(self, need: str, reference: str) -> tuple[str, ...]:
        if not reference or self.account.records.one(need) is not None:
            return ()
        return (f"{reference} is not on this server, or not visible to us: check the id, or give a name in to",)


def past_visit(loop: Loop, account: Account, act: Act) -> AppointmentView | None:
    """The last visit of the loop that was to have begun by that moment and has no end yet."""
    past = [
        visit
        for visit in loop.visits
        if visit.start and visit.start <= account.at and (not visit.over or act.did(visit.record, "amended"))
    ]
    return past[-1] if past else None


def kept_encounter(loop: Loop, account: Account, occasion: Occasion) -> tuple[EncounterView | None, tuple[str, ...]]:
    """The attended Encounter of a visit of the loop; where there is none, why those looked at are none."""
    why = []
    for encounter in sorted(loop.chart.encounters, key=lambda one: (str(one.start), one.reference)):
        if not _may_be(encounter, loop, account, occasion):
            continue
        stay = attended.a_stay(encounter, occasion)
        lacking = "a stay" if stay else attended.saw_nobody(encounter, loop.chart, occasion.content)
        if not lacking:
            return encounter, ()
        why.append(f"{encounter.reference}: {lacking}")
    return None, tuple(why)


def _may_be(encounter: EncounterView, loop: Loop, account: Account, occasion: Occasion) -> bool:
    """Whether an Encounter is one of this loop: it is named, or it points to the order or to a visit, or it began on
    the day of a visit."""
    if encounter.start is None or encounter.start > account.at:
        return False
    if account.encounter:
        return encounter.reference == account.encounter
    based = {r for text in references(encounter.record.json, "basedOn") if (r := relative(text))}
    booked = {visit.reference for visit in loop.visits}
    days = {occasion.local_date(visit.start) for visit in loop.visits if visit.start}
    return loop.order.reference in based or bool(booked & set(encounter.appointments)) or encounter.start_day in days


def sources(account: Account) -> tuple[Record, ...]:
    """The records that the words name."""
    names = ("with_practitioner", "organization", "caregiver", "report", "document")
    return tuple(record for name in names if (record := account.records.one(name)))
