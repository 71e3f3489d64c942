"""For every step of the catalog: some command it could be given now, sensible or not, chosen by a die.

The property test of the lifecycles throws them in any order: plans signed before they are agreed, Tasks settled twice,
goals agreed to that were refused, transitions closed and reopened, and a death in the middle of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from carefhir import commands
from carefhir.engine.step import Command
from tests.support.stage import Stage, response
from tests.support.stories import assessment, monitoring

Json = dict[str, Any]
OUTCOMES = ("completed", "unable-to-reach", "declined", "readmitted", "died", "moved", "hospice")


class Chance:
    """The die, the moment, and what stands: any of it may be what a command is about."""

    def __init__(self, found: Stage, seed: int, now: datetime) -> None:
        self.found, self.die, self.now = found, Random(seed), now

    def stands(self, type_: str) -> list[Json]:
        if type_ == "Patient":
            return [self.found.backend.get(self.found.patient)]
        found = self.found.backend.search(f"{type_}?patient={self.found.patient}&_count=500")
        return sorted(found, key=lambda one: int(one["id"]))

    def some(self, type_: str, code: str = "") -> str:
        """Any of a type, in whichever state: `Type/ID`; of a kind where one is named and there is one."""
        found = self.stands(type_)
        of_kind = [one for one in found if code and any(c.get("code") == code for c in one["code"].get("coding", []))]
        chosen = of_kind or found
        return f"{type_}/{self.die.choice(chosen)['id']}" if chosen else f"{type_}/none"

    def one(self, *of: Any) -> Any:
        return self.die.choice(of)

    @property
    def before(self) -> datetime:
        return self.now - timedelta(minutes=self.die.choice((5, 90, 3000)))

    def about(self, kind: type[Command], **fields: Any) -> Command:
        return kind.model_validate({"patient": self.found.patient, **fields})


def _revise(chance: Chance) -> Command:
    """Any goal changed or stopped, any Task of the plan stopped; or any proposal signed."""
    fields: Json = {
        "plan": chance.some("CarePlan"),
        "revised": chance.before,
        "reason": "talked",
        "patient_agrees": True,
    }
    if chance.one(True, False):
        return chance.about(commands.RevisePlan, **fields, proposal=chance.some("Task", "sign-revision"))
    does = chance.one("change", "stop")
    goals = [{"does": does, "goal": chance.some("Goal"), "words": "to dance more", "reason": "asked"}]
    items = [{"does": "stop", "item": chance.some("Task", "plan-item"), "reason": "done elsewhere"}]
    return chance.about(commands.RevisePlan, **fields, goals=goals, items=items)


def _close(chance: Chance) -> Command:
    """Everything that is not over reached, cancelled or carried, as far as it can be."""
    over = {"completed", "cancelled", "rejected", "revoked"}
    goals = [
        {"goal": f"Goal/{one['id']}", "becomes": chance.one("reached", "cancel", "carry"), "reason": "it ends"}
        for one in chance.stands("Goal")
        if one["lifecycleStatus"] not in over
    ]
    items = [
        {"item": f"{type_}/{one['id']}", "becomes": chance.one("cancel", "carry"), "reason": "it ends"}
        for type_ in ("Task", "ServiceRequest", "DeviceRequest", "CommunicationRequest", "Appointment")
        for one in chance.stands(type_)
        if "item-class" in str(one) and one["status"] not in over
    ]
    becomes = chance.one("completed", "revoked", "goes-on")
    fields: Json = {"plan": chance.some("CarePlan"), "becomes": becomes, "reason": "it is time"}
    return chance.about(commands.ClosePlan, **fields, goals=goals, items=items)


def _answers(chance: Chance) -> list[Json]:
    return [
        {"goal": f"Goal/{one['id']}", "answer": chance.one("agree", "agree", "disagree", "later")}
        for one in chance.stands("Goal")
        if chance.die.random() < 0.8
    ]


def _version(chance: Chance) -> str:
    plans = chance.stands("CarePlan")
    return str(plans[-1]["meta"]["versionId"]) if plans and chance.die.random() < 0.8 else "1"


def _sign(chance: Chance) -> Command:
    decisions = [
        {"issue": f"DetectedIssue/{one['id']}", "decision": "as written"} for one in chance.stands("DetectedIssue")
    ]
    plan = chance.some("CarePlan")
    return chance.about(commands.SignOff, plan=plan, version=_version(chance), decisions=decisions)


def _check_in(chance: Chance) -> Command:
    yes = tuple(chance.die.sample(("new-pillow", "swelling", "breath-at-rest", "dizzy"), chance.die.choice((0, 1, 2))))
    answers = monitoring.check_in(yes=yes, numbers={"weight": (chance.one("180.0", "184.5"), "[lb_av]")})
    return chance.about(commands.RecordCheckIn, response={**answers, "authored": chance.now.isoformat()})


def _reconcile(chance: Chance) -> Command:
    decisions = [
        {"medicine": "furosemide", "what": "dose-changed", "why": "intended", "action": "taught"},
        {"medicine": "glipizide", "what": "omitted", "why": chance.one("unknown", "intended"), "action": "stop it"},
    ]
    transition = chance.some("Task", "transition")
    return chance.about(
        commands.ReconcileMedications, transition=transition, started=chance.before, decisions=decisions
    )


def _book(chance: Chance) -> Command:
    return chance.about(
        commands.BookFollowUp,
        transition=chance.some("Task", "transition"),
        start=chance.now + timedelta(days=chance.one(1, 3, 20)),
        minutes=30,
        with_practitioner=chance.found.physician,
        place="Riverbend",
        transport="a neighbour drives",
        told=chance.one(True, False),
        late_because=chance.one("", "no earlier hour"),
    )


def _teach(chance: Chance) -> Command:
    topics = [
        {"topic": topic, "understood": chance.one("yes", "partly"), "words": "as I see it"}
        for topic in ("medicines", "warning-signs", "whom-to-call", "next-visit", "self-care")
    ]
    transition = chance.some("Task", "transition")
    return chance.about(commands.RecordTeachBack, transition=transition, started=chance.before, topics=topics)


def _call(chance: Chance) -> Command:
    return chance.about(
        commands.RecordContact,
        transition=chance.some("Task", "transition"),
        started=chance.before,
        outcome=chance.one("reached", "voicemail", "no-answer", "wrong-number", "refused"),
        topics=("how she is",),
    )


def _reach(chance: Chance) -> Command:
    """A contact outside transitions, and now and then something they do not want."""
    outcome = chance.one("reached", "reached", "voicemail", "no-answer", "wrong-number", "refused", "sent")
    wishes: Json = chance.one({}, {}, {"opts_out": ("phone",)}, {"opts_in": ("phone",)}, {"declines": "the-program"})
    by = chance.one("phone", "text", "letter") if outcome == "sent" else "phone"
    return chance.about(commands.RecordCall, started=chance.before, outcome=outcome, by=by, **wishes)


def _log(chance: Chance) -> Command:
    started = chance.before
    return chance.about(
        commands.LogTime,
        program="care-management",
        started=started,
        ended=started + timedelta(minutes=chance.one(5, 30)),
        activity=chance.one("talk", "travel"),
    )


def _enroll(chance: Chance) -> Command:
    return chance.about(
        commands.Enroll,
        program="care-management",
        care_manager=chance.found.nurse,
        supervising_provider=chance.found.physician,
        consent="verbal",
        told=("what-it-is", "care-team", "right-to-stop"),
        reason="again",
    )


def _open_case(chance: Chance) -> Command:
    return chance.about(
        commands.OpenCase,
        event=chance.some(chance.one("Encounter", "Condition", "ServiceRequest")),
        case_manager=chance.found.nurse,
        expected_end=(chance.now + timedelta(days=chance.one(5, 60))).date(),
        goals=("home again",),
        consent="verbal",
        told=("what-it-is", "care-team", "right-to-stop"),
        reason="an event",
        supervising_provider=chance.found.physician,
    )


def _authorize(chance: Chance) -> Command:
    said = {"at": chance.before, "reason": "the payer"}
    if not chance.stands("Claim") or chance.die.random() < 0.4:
        about = chance.some(chance.one("Encounter", "ServiceRequest"))
        return chance.about(commands.RequestAuthorization, about=about, provider=chance.found.physician, **said)
    outcome = chance.one("approved", "partly-approved", "denied", "pended", "appealed")
    answer = {"outcome": outcome, "reason": "so they say", "asked_for": "notes", "days": 2}
    return chance.about(commands.RequestAuthorization, claim=chance.some("Claim"), answer=answer, **said)


def _resolve(chance: Chance) -> Command:
    """A Task settled; a review of self-harm mostly with what was answered to a screener."""
    task = chance.some("Task", chance.one("", "escalation", "nurse-call", "weigh-advice", "place-order"))
    reviews = {
        f"Task/{one['id']}"
        for one in chance.stands("Task")
        if any(coding.get("code") == "safety-review" for coding in one["code"].get("coding", []))
    }
    screeners = (monitoring.CALM_SCREENER, monitoring.CALM_SCREENER, monitoring.INTENT, None)
    screener = chance.one(*screeners) if task in reviews else None
    return chance.about(commands.Resolve, task=task, outcome="settled", at=chance.before, screener=screener)


def _answer(chance: Chance) -> Command:
    """A form, now and then one that was sent before, with another answer."""
    name = chance.one("rosa-phq-9", "rosa-phq-9-item-9", "rosa-hunger-vital-sign")
    given = response(name, f"-{chance.found.mark}-{chance.die.randrange(6)}", status=chance.one("completed", "amended"))
    first = given["item"][0]["answer"][0]["valueCoding"]
    if "44250-9" in given["item"][0]["linkId"]:
        first |= {"code": chance.one("LA6568-5", "LA6571-9")}
        first.pop("display", None)
    return chance.about(commands.RecordAssessment, response=given)


def _edit(chance: Chance) -> Command:
    """A record saved with something in it changed, from the newest version or the first."""
    type_ = chance.one("CarePlan", "Goal", "Task", "Task")
    standing = chance.stands(type_)
    if not standing:
        return chance.about(commands.Edit, record=f"{type_}/none", from_version="1", becomes={"resourceType": type_})
    record = chance.die.choice(standing)
    status = {"Goal": "lifecycleStatus"}.get(type_, "status")
    changes: Json = chance.one(
        {"note": [{"text": "as she said"}]},
        {status: chance.one("completed", "cancelled", "on-hold", "active", "revoked", "requested")},
        {"description": {"text": "otherwise"} if type_ == "Goal" else "otherwise"},
        {"restriction": {"period": {"start": "2026-03-01", "end": chance.one("2026-03-08", "2027-01-01")}}}
        if type_ == "Task"
        else {"statusReason": {"text": "so"}},
    )
    version = chance.one(record["meta"]["versionId"], "1")
    becomes = {**{key: value for key, value in record.items() if key != "meta"}, **changes}
    return chance.about(commands.Edit, record=f"{type_}/{record['id']}", from_version=version, becomes=becomes)


def _coordinate(chance: Chance) -> Command:
    """An event of a referral or of equipment, sensible or not."""
    event = chance.one("sent", "booked", "missed", "delivered", "in-use", "result", "declined", "cancelled", "late")
    return chance.about(
        commands.Coordinate,
        order=chance.some(chance.one("ServiceRequest", "DeviceRequest")),
        event=event,
        at=chance.before,
        reason="so",
        to="Riverbend",
        consent=chance.one("", "verbal"),
        start=chance.now + timedelta(days=chance.one(1, 9)),
        place="Riverbend",
        confirmed_by="patient",
        result="as hoped",
        need=chance.one("met", "not-met"),
    )


def _receive(chance: Chance) -> Command:
    items = [
        {"item": item, "presence": chance.one("there", "there", "not-there", "not-legible"), "where": "the fax"}
        for item in ("practitioner", "procedures", "diagnoses", "medicines", "allergies", "results", "instructions")
    ]
    transition = chance.some("Task", "transition")
    return chance.about(
        commands.ReceivePacket, transition=transition, at=chance.before, asked_of="Riverbend", items=items
    )


def _support(chance: Chance) -> Command:
    """Somebody helps, helps no more, or nobody does."""
    says = chance.one("helps", "helps", "no-longer", "nobody")
    helper = chance.one(chance.some("RelatedPerson"), "") if says != "nobody" else ""
    new = says == "helps" and not helper
    return chance.about(
        commands.RecordSupport,
        at=chance.before,
        says=says,
        **({"helper": helper} if helper else {}),
        name=f"Grace {chance.die.randrange(3)}" if new else "",
        relationships=("neighbor",) if new else (),
        may_know=chance.one((), ("plan", "tasks"), ("nothing",)) if says == "helps" else (),
        consent="verbal" if says == "helps" else "",
        strained=chance.one("not-asked", "yes", "no"),
        reason="so they say",
    )


ANY: dict[str, Callable[[Chance], Command]] = {
    "enroll": _enroll,
    "pause": lambda it: it.about(
        commands.Pause,
        program="care-management",
        at=it.before,
        reason="away",
        look_again=(it.now + timedelta(days=it.one(1, 14))).date(),
    ),
    "disenroll": lambda it: it.about(
        commands.Disenroll,
        program="care-management",
        at=it.before,
        why=it.one("goals-met", "moved", "declined", "no-such-reason"),
        reason="as she said",
    ),
    "hand-over": lambda it: it.about(
        commands.HandOver,
        program="care-management",
        at=it.before,
        to=it.found.backend.find("Practitioner", it.one("social-worker", "nurse")),
        reason="moves on",
    ),
    "cover": lambda it: it.about(
        commands.Cover,
        program="care-management",
        by=it.found.backend.find("Practitioner", it.one("social-worker", "nurse")),
        first_day=it.now.date(),
        last_day=it.now.date() + timedelta(days=it.one(0, 7)),
        reason="on vacation",
    ),
    "record-support": _support,
    "resume": lambda it: it.about(commands.Resume, program="care-management", at=it.before, reason="back"),
    "record-assessment": _answer,
    "confirm-concern": lambda it: it.about(commands.ConfirmConcern, concern=it.some("Condition"), reason="asked"),
    "dismiss-concern": lambda it: it.about(commands.DismissConcern, concern=it.some("Condition"), reason="misread"),
    "assign-assessment": lambda it: it.about(commands.AssignAssessment, reason="asked"),
    "conclude-assessment": lambda it: assessment.conclude(it.found, concluded=it.before),
    "set-tier": lambda it: it.about(
        commands.SetTier,
        at=it.before,
        reason="looked again",
        tier=it.one("", "low", "rising", "high"),
        at_least=it.one(True, False),
    ),
    "propose-plan": lambda it: it.about(commands.ProposePlan, own_goal="to dance"),
    "record-agreement": lambda it: it.about(
        commands.RecordAgreement, plan=it.some("CarePlan"), talked=it.before, answers=_answers(it), copy_given=True
    ),
    "request-sign-off": lambda it: it.about(commands.RequestSignOff, plan=it.some("CarePlan")),
    "sign-off": _sign,
    "return-plan": lambda it: it.about(commands.ReturnPlan, plan=it.some("CarePlan"), reason="not yet"),
    "revise-plan": _revise,
    "close-plan": _close,
    "propose-adjustment": lambda it: it.about(commands.ProposeAdjustment, plan=it.some("CarePlan")),
    "evaluate-plan": lambda it: it.about(
        commands.EvaluatePlan,
        plan=it.some("CarePlan"),
        judgment=it.one("working", "not-working", "cannot-say"),
        words="so we think",
        on=it.before.date(),
    ),
    "edit": _edit,
    "find-work": lambda it: it.about(commands.FindWork),
    "escalate": lambda it: it.about(
        commands.Escalate, task=it.some("Task"), at=it.before, reason="no answer", told=it.one("", "voice", "message")
    ),
    "open-transition": lambda it: it.about(commands.OpenTransition, encounter=it.some("Encounter")),
    "record-contact": _call,
    "record-call": _reach,
    "log-time": _log,
    "record-teach-back": _teach,
    "reconcile-medications": _reconcile,
    "book-follow-up": _book,
    "coordinate": _coordinate,
    "share-plan": lambda it: it.about(
        commands.SharePlan, plan=it.some("CarePlan"), to="patient", how="mail", at=it.before
    ),
    "receive-packet": _receive,
    "send-packet": lambda it: it.about(
        commands.SendPacket,
        transition=it.some("Task", "transition"),
        practitioner=it.found.physician,
        how="fax",
        at=it.before,
    ),
    "suspend-transition": lambda it: it.about(
        commands.SuspendTransition, transition=it.some("Task", "transition"), encounter=it.some("Encounter")
    ),
    "close-transition": lambda it: it.about(
        commands.CloseTransition, transition=it.some("Task", "transition"), outcome=it.one(*OUTCOMES), reason="so"
    ),
    "record-check-in": _check_in,
    "acknowledge": lambda it: it.about(
        commands.Acknowledge,
        task=it.some("Task", "escalation"),
        acknowledged_by=it.found.physician,
        how="voice",
        at=it.before,
    ),
    "resolve": _resolve,
    "evaluate-goals": lambda it: it.about(commands.EvaluateGoals),
    "retract": lambda it: it.about(
        commands.Retract,
        what=it.some(it.one("Communication", "QuestionnaireResponse", "Observation", "Task", "Patient")),
        reason="it was somebody else",
    ),
    "open-case": _open_case,
    "request-authorization": _authorize,
    "review-utilization": lambda it: it.about(commands.ReviewUtilization, encounter=it.some("Encounter"), at=it.before),
    "close-case": lambda it: it.about(commands.CloseCase, case=it.some("EpisodeOfCare"), reason="over"),
    "record-death": lambda it: it.about(commands.RecordDeath, told_by="daughter", reason="she called"),
}
"""A command for every step."""
