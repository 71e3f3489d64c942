"""What people of the stories do: commands, with what they need looked up on the server as anybody would."""

from __future__ import annotations

from typing import Any

from carefhir import commands
from carefhir.codes import CARE_GOAL, CONTRADICTION, TASK, VERSION_KEY
from carefhir.engine.step import Command
from carefhir.fhir.record import codings, dig
from tests.spec.story import Person, Scene
from tests.spec.tables import Json, hunger, phq_9
from tests.support.backends import EXAMPLE
from tests.support.scenarios import enroll
from tests.support.stories.monitoring import check_in as answers_of
from tests.support.stories.monitoring import measured, weighed

ENDED = ("completed", "cancelled", "rejected", "failed", "entered-in-error")
POUND = "[lb_av]"


# ---- what stands, found as any other system would find it


def standing(scene: Scene, type_: str) -> list[Json]:
    """All of a type about the person, oldest first."""
    found = scene.backend.search(f"{type_}?patient={scene.patient}&_count=200")
    return sorted(found, key=lambda one: (len(one["id"]), one["id"]))


def open_task(scene: Scene, kind: str) -> str:
    """The oldest open Task of a kind; where none is open, the newest that was."""
    every = [one for one in standing(scene, "Task") if (TASK, kind) in codings(one, "code")]
    found = [one for one in every if one["status"] not in ENDED] or every[-1:]
    return f"Task/{found[0]['id']}"


def _transition(scene: Scene) -> str:
    return open_task(scene, "transition")


def _plan(scene: Scene) -> str:
    return f"CarePlan/{standing(scene, 'CarePlan')[-1]['id']}"


def _goals(scene: Scene) -> dict[str, str]:
    """The goals by what they are about; the person's own as `own`."""
    return {
        next((code for system, code in codings(one, "description") if system == CARE_GOAL), "own"): f"Goal/{one['id']}"
        for one in standing(scene, "Goal")
    }


def _act(kind: type[Command], scene: Scene, **fields: Any) -> Command:
    return kind.model_validate({"patient": scene.patient, **fields})


# ---- looking


def looks(scene: Scene) -> Command:
    """At the whole picture."""
    return _act(commands.Overview, scene)


def looks_at_own_work(scene: Scene) -> Command:
    """At what is to be done today."""
    return commands.Worklist()


# ---- asking


def enrolls(scene: Scene) -> Command:
    """Into care management."""
    return enroll(scene.stage)


def asks_phq_9(scene: Scene, answers: tuple[int, ...]) -> Command:
    """The nine questions."""
    return _act(commands.RecordAssessment, scene, response=phq_9(*answers))


def asks_about_food(scene: Scene, first: str, second: str) -> Command:
    """The two questions."""
    return _act(commands.RecordAssessment, scene, response=hunger(first, second))


def confirms_need(scene: Scene, code: str) -> Command:
    """The need of that code."""
    found = [one for one in standing(scene, "Condition") if code in {each for _, each in codings(one, "code")}]
    reason = "skips supper in the last week of the month, she says"
    return _act(commands.ConfirmConcern, scene, concern=f"Condition/{found[-1]['id']}", reason=reason)


def concludes(scene: Scene, at: str, said: dict[str, str]) -> Command:
    """What it came to, domain by domain."""
    conclusions = [{"domain": domain, "words": words} for domain, words in said.items()]
    return _act(commands.ConcludeAssessment, scene, concluded=at, conclusions=conclusions)


# ---- after a discharge


def opens_transition(scene: Scene, stay: str) -> Command:
    """After a stay, by the name of its example."""
    return _act(commands.OpenTransition, scene, encounter=scene.of("Encounter", stay))


def calls(scene: Scene, started: str, outcome: str, topics: tuple[str, ...] = ()) -> Command:
    """One attempt to reach the person."""
    transition = _transition(scene)
    said = {"started": started, "outcome": outcome, "topics": topics}
    return _act(commands.RecordContact, scene, transition=transition, **said)


def teaches(scene: Scene, started: str, understood: str, topics: tuple[str, ...]) -> Command:
    """Topics taught, and whether they were said back."""
    taught = [{"topic": one, "understood": understood, "words": SAID_BACK[one]} for one in topics]
    return _act(commands.RecordTeachBack, scene, transition=_transition(scene), started=started, topics=taught)


SAID_BACK = {
    "medicines": "one water pill of 40, in the morning; the insulin at bedtime",
    "warning-signs": "three pounds, or no breath: I call at once",
    "whom-to-call": "you first, and the number on the fridge at night",
    "next-visit": "Thursday at ten, my daughter drives",
    "self-care": "weigh every morning, feet up after lunch",
}


def reconciles(scene: Scene, started: str, taken: tuple[str, ...] = (), *decided: tuple[str, str, str, str]) -> Command:
    """The lists side by side; what is taken as ordered, and each difference decided as (medicine, what, why, action).
    What was left off the list is not taken."""
    taking = [{"medicine": name, "taking": "yes", "how": "as ordered"} for name in taken]
    taking += [{"medicine": name, "taking": "no"} for name, what, *_ in decided if what == "omitted"]
    names = ("medicine", "what", "why", "action")
    decisions = [dict(zip(names, one, strict=True)) for one in decided]
    transition = _transition(scene)
    said = {"taking": taking, "decisions": decisions}
    return _act(commands.ReconcileMedications, scene, transition=transition, started=started, **said)


def books(scene: Scene, start: str, whom: Person) -> Command:
    """The visit."""
    more = {"minutes": 30, "place": "Riverbend Primary Care", "transport": "her daughter drives", "told": True}
    who = scene.who(whom)
    return _act(commands.BookFollowUp, scene, transition=_transition(scene), start=start, with_practitioner=who, **more)


def suspends(scene: Scene, stay: str) -> Command:
    """For somebody who is back in hospital."""
    transition, back = _transition(scene), scene.of("Encounter", stay)
    return _act(commands.SuspendTransition, scene, transition=transition, encounter=back)


def closes(scene: Scene, outcome: str, reason: str) -> Command:
    """The transition."""
    return _act(commands.CloseTransition, scene, transition=_transition(scene), outcome=outcome, reason=reason)


# ---- the plan


def proposes(scene: Scene, own_goal: str) -> Command:
    """A plan from what is known."""
    return _act(commands.ProposePlan, scene, own_goal=own_goal)


def agrees(scene: Scene, talked: str, declined: str) -> Command:
    """Every goal, but for one."""
    answers = [
        {"goal": goal, "answer": "disagree" if code == declined else "agree"} for code, goal in _goals(scene).items()
    ]
    return _act(commands.RecordAgreement, scene, plan=_plan(scene), talked=talked, answers=answers, copy_given=True)


def agrees_to(scene: Scene, talked: str, item: str, goal: str) -> Command:
    """A service that needs the person's word: one item of the plan, by its code, and the goal that it serves."""
    items = [{"item": request_of(scene, item), "answer": "agree"}]
    answers = [{"goal": _goals(scene)[goal], "answer": "agree"}]
    said = {"talked": talked, "items": items, "answers": answers, "copy_given": True}
    return _act(commands.RecordAgreement, scene, plan=_plan(scene), **said)


def request_of(scene: Scene, item: str) -> str:
    """The request of the plan that has this code."""
    every = (*standing(scene, "ServiceRequest"), *standing(scene, "DeviceRequest"))
    coded = [
        (one, {code for path in ("code", "codeCodeableConcept") for _, code in codings(one, path)}) for one in every
    ]
    found = [one for one, codes in coded if item in codes]
    return f"{found[-1]['resourceType']}/{found[-1]['id']}"


def places(scene: Scene, words: str, at: str) -> Command:
    """An order that waits for the prescriber, by the words of its Task."""
    waiting = [one for one in standing(scene, "Task") if one["status"] not in ENDED]
    task = next(one for one in waiting if words in one.get("description", "") and "Place" in one["description"])
    return _act(commands.Resolve, scene, task=f"Task/{task['id']}", outcome="placed", at=at)


def coordinates(scene: Scene, item: str, event: str, at: str, more: dict[str, Any]) -> Command:
    """One event of something that was arranged."""
    return _act(commands.Coordinate, scene, order=request_of(scene, item), event=event, at=at, **more)


def revises(scene: Scene, at: str, reason: str, item: str, why: str) -> Command:
    """One item of the plan is stopped."""
    items = [{"does": "stop", "item": request_of(scene, item), "reason": why}]
    said = {"revised": at, "reason": reason, "patient_agrees": True, "items": items}
    return _act(commands.RevisePlan, scene, plan=_plan(scene), **said)


def agrees_again(scene: Scene, talked: str, goal: str, barrier: str) -> Command:
    """One goal, with what stands in the way."""
    answers = [{"goal": _goals(scene)[goal], "answer": "agree", "barrier": barrier}]
    return _act(commands.RecordAgreement, scene, plan=_plan(scene), talked=talked, answers=answers, copy_given=True)


def asks_to_sign(scene: Scene) -> Command:
    """The supervising provider."""
    return _act(commands.RequestSignOff, scene, plan=_plan(scene))


def returns(scene: Scene, reason: str) -> Command:
    """The plan, unsigned."""
    return _act(commands.ReturnPlan, scene, plan=_plan(scene), reason=reason)


def signs(scene: Scene) -> Command:
    """The plan in the version that was asked for, every contradiction decided; the same when it is signed again."""
    asked = [one for one in standing(scene, "Task") if (TASK, "sign-off") in codings(one, "code")][-1]
    named = [str(one["value"]) for one in dig(asked, "input.valueReference.identifier") if one["system"] == VERSION_KEY]
    version = next(one.split("/")[-1] for one in named if one.startswith("CarePlan/"))
    plan = _plan(scene)
    issues = [
        one
        for one in standing(scene, "DetectedIssue")
        if any(s == CONTRADICTION for s, _ in codings(one, "code")) and plan in dig(one, "implicated.reference")
    ]
    decisions = [
        {"issue": f"DetectedIssue/{one['id']}", "decision": "no glipizide while food is short"} for one in issues
    ]
    return _act(commands.SignOff, scene, plan=plan, version=version, decisions=decisions)


def evaluates(scene: Scene) -> Command:
    """Where the goals stand."""
    return _act(commands.EvaluateGoals, scene)


# ---- who helps


def tells_of(scene: Scene, helper: str, at: str, said: dict[str, Any]) -> Command:
    """What somebody said of a helper who is on record, by the name of their example."""
    return _act(commands.RecordSupport, scene, helper=scene.of("RelatedPerson", helper), at=at, **said)


def hands_over_to(scene: Scene, item: str, helper: str) -> Command:
    """A Task of the plan, by its code, is to be a helper's."""
    tasks = [one for one in standing(scene, "Task") if item in {code for _, code in codings(one, "reasonCode")}]
    becomes = {**tasks[-1], "owner": {"reference": scene.of("RelatedPerson", helper)}}
    record, version = f"Task/{becomes['id']}", becomes["meta"]["versionId"]
    return _act(commands.Edit, scene, record=record, from_version=version, becomes=becomes, reason="they offered")


def shares_with(scene: Scene, helper: str, at: str) -> Command:
    """The plan, on paper, with a helper."""
    said = {"to": "caregiver", "caregiver": scene.of("RelatedPerson", helper), "how": "in-person", "at": at}
    return _act(commands.SharePlan, scene, plan=_plan(scene), **said)


# ---- watching


def weighs(scene: Scene, at: str, pounds: str) -> None:
    """The scale at home."""
    weighed(scene.stage, at, pounds)


def measures(scene: Scene, loinc: str, at: str, value: str, unit: str) -> None:
    """Some other reading, as a laboratory or a device sends it."""
    measured(scene.stage, loinc, at, value, unit)


def checks_in(scene: Scene, authored: str, pounds: str, yes: tuple[str, ...]) -> Command:
    """The questions of a check-in: no to all but these; a weight, or ""."""
    numbers = {"glucose-lowest": ("112", "mg/dL"), "glucose-highest": ("205", "mg/dL")}
    numbers |= {"weight": (pounds, POUND)} if pounds else {}
    name = {"system": EXAMPLE, "value": f"check-in-{authored[:10]}{scene.stage.mark}"}
    response = answers_of(yes=yes, numbers=numbers, authored=authored, identifier=name)
    return _act(commands.RecordCheckIn, scene, response=response)


def acknowledges(scene: Scene, kind: str, whom: Person, how: str, at: str) -> Command:
    """The oldest open Task of a kind."""
    task, who = open_task(scene, kind), scene.who(whom)
    return _act(commands.Acknowledge, scene, task=task, acknowledged_by=who, how=how, at=at)


def reads_packet(scene: Scene, at: str, asked_of: str) -> Command:
    """The discharge information: every item of it is there."""
    items = ("practitioner", "procedures", "diagnoses", "medicines", "allergies", "results", "instructions")
    checked = [{"item": item, "presence": "there", "where": "fax of March 16"} for item in items]
    return _act(commands.ReceivePacket, scene, transition=_transition(scene), at=at, asked_of=asked_of, items=checked)


def resolves(scene: Scene, kind: str, outcome: str, at: str, more: str | dict[str, str] = "") -> Command:
    """The oldest open Task of a kind; with what becomes of a medicine, with a screener's answers, or with `reached`,
    where it asks for them."""
    asked: dict[str, Any] = {"screener": more} if isinstance(more, dict) else {}
    if more == "reached":
        asked = {"contact": more}
    elif isinstance(more, str) and more:
        asked = {"decided": [{"what": more}]}
    return _act(commands.Resolve, scene, task=open_task(scene, kind), outcome=outcome, at=at, **asked)


def dies(scene: Scene, died: str, told_by: str) -> Command:
    """A death, as told."""
    return _act(commands.RecordDeath, scene, died=died, told_by=told_by, reason="told on the phone")
