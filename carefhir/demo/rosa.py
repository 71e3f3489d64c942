"""Rosa's story: from coming home after a stay for heart failure to the closed transition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from carefhir import commands
from carefhir.codes import ACT_CODE, BASE, CARE_GOAL, CONTRADICTION, TASK, UCUM, VERSION_KEY
from carefhir.content.loading import load
from carefhir.demo.front import EXAMPLE
from carefhir.demo.stage import Cast, act, chapter, example, scene
from carefhir.engine.results import Preview
from carefhir.engine.step import Command
from carefhir.faces import terminal, terminal_readings
from carefhir.faces.care import Care
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings, dig

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, NEXT, LAST = (
    f"2026-{day}T" for day in ("03-09", "03-10", "03-11", "03-12", "03-16", "04-06")
)


def at(day: str, clock: str) -> str:
    """A moment of the story, in Springfield, Illinois."""
    return f"{day}{clock}:00-05:00"


@dataclass(frozen=True, slots=True)
class Rosa:
    """Rosa's story on one server."""

    cast: Cast

    def told(self) -> None:
        """All of it, chapter by chapter."""
        self._arrives()
        self._asked()
        self._comes_home()
        self._called()
        self._medicines()
        self._concluded()
        self._planned()
        self._signed()
        self._watched()
        self._closed()

    def _does(
        self, who: str, day: str, clock: str, kind: type[Command], *, most: int = terminal.MOST, **fields: Any
    ) -> None:
        act(self._care(who, day, clock), kind, {"patient": self.cast.rosa, **fields}, full=self.cast.full, most=most)

    def _nurse(self, day: str, clock: str, kind: type[Command], *, most: int = terminal.MOST, **fields: Any) -> None:
        self._does(self.cast.nurse, day, clock, kind, most=most, **fields)

    def _physician(self, day: str, clock: str, kind: type[Command], **fields: Any) -> None:
        self._does(self.cast.physician, day, clock, kind, **fields)

    def _hers(self, name: str) -> Json:
        """A form that she answered herself."""
        return {**example(name), "source": {"reference": self.cast.rosa}}

    def _care(self, who: str, day: str, clock: str) -> Care:
        return self.cast.care(who, at(day, clock))

    def _arrives(self) -> None:
        chapter("1. Overview", "Monday, March 9, 2026, 9:00. Dana Whitfield, a nurse, opens Rosa's chart.")
        care = self._care(self.cast.nurse, MONDAY, "09:00")
        terminal_readings.picture(care.show(commands.Overview(patient=self.cast.rosa)))

        chapter("2. Enrolled", "Rosa agrees on the phone. Dana is her care manager, supervised by Dr. Okafor.")
        self._nurse(
            MONDAY,
            "09:05",
            commands.Enroll,
            program="care-management",
            care_manager=self.cast.nurse,
            supervising_provider=self.cast.physician,
            consent="verbal",
            told=("what-it-is", "care-team", "right-to-stop"),
            reason="several chronic conditions, just home after a stay for heart failure",
            care_manager_discipline="RN",
            most=1,
        )

    def _asked(self) -> None:
        chapter("3. Questions about mood and food", "Dana asks the PHQ-9, nine questions about depression.")
        self._nurse(MONDAY, "09:20", commands.RecordAssessment, response=self._hers("rosa-phq-9"))
        scene("9:30", "Food 'sometimes' runs out: a concern, not yet confirmed.")
        self._nurse(MONDAY, "09:30", commands.RecordAssessment, response=example("rosa-hunger-vital-sign"))
        scene("9:35", "Dana asks more about it and confirms the social need. A nurse may do that.")
        concern = self._newest("Condition", lambda one: "Z59.41" in _codes(one, "code"))
        reason = "skips supper in the last week of the month, she says"
        self._nurse(MONDAY, "09:35", commands.ConfirmConcern, concern=concern, reason=reason)

    def _comes_home(self) -> None:
        chapter("4. The transition", "Rosa went home on Friday: all due days count from then. Previewed, then written.")
        care = self._care(self.cast.nurse, MONDAY, "09:40")
        stay = self.cast.find("Encounter", "rosa-stay")
        command = {"patient": self.cast.rosa, "encounter": stay}
        preview_or_result = care.preview(commands.OpenTransition.model_validate(command))
        expect = preview_or_result if isinstance(preview_or_result, Preview) else None
        act(care, commands.OpenTransition, command, expect=expect, full=self.cast.full, most=7)
        scene("9:41", "The same step again, by mistake: its receipt is found.")
        self._nurse(MONDAY, "09:41", commands.OpenTransition, encounter=stay)

    def _called(self) -> None:
        chapter("5. The first call", "They talk about how she is, her medicines and her worries, so the call counts.")
        transition = self._task("transition")
        self._nurse(
            MONDAY,
            "10:00",
            commands.RecordContact,
            transition=transition,
            started=at(MONDAY, "09:50"),
            outcome="reached",
            topics=("how she is", "medicines", "what worries her"),
            words="tired, legs less swollen; afraid of the next night",
        )
        scene("10:05", "Teach-back: she explains all herself, except the warning signs.")
        taught = [{"topic": topic, "understood": "yes", "words": words} for topic, words in SAID_BACK.items()]
        taught.append({"topic": "warning-signs", "understood": "partly", "words": "when I cannot breathe, I wait"})
        self._teaches(MONDAY, "10:00", taught)
        scene("10:10", "The first check-in, in the same call: 180.0 pounds at home.")
        first = morning(MONDAY, "10:10", "180.0", scale="no")
        self._nurse(MONDAY, "10:10", commands.RecordCheckIn, response=first)
        scene("10:12", "No earlier weight from this scale: she weighs again tomorrow.")
        outcome = "she weighs on the same scale tomorrow morning, and calls if anything changes"
        self._settles(self.cast.nurse, MONDAY, "10:12", self._tasks("nurse-call")[0], outcome, contact="reached")
        scene("10:15", "With heart failure she must be seen within 7 days. Dana books Thursday.")
        self._nurse(
            MONDAY,
            "10:15",
            commands.BookFollowUp,
            transition=transition,
            start=at(THURSDAY, "10:00"),
            minutes=30,
            with_practitioner=self.cast.physician,
            place="Riverbend Primary Care",
            transport="her daughter drives",
            told=True,
        )

    def _teaches(self, day: str, clock: str, taught: list[dict[str, str]]) -> None:
        transition, started = self._task("transition"), at(day, clock)
        step = commands.RecordTeachBack
        self._nurse(day, clock, step, transition=transition, started=started, topics=taught, most=7)

    def _medicines(self) -> None:
        chapter("6. Her medicines", "Dana compares the lists from before and after the stay. What differs?")
        fields = {"patient": self.cast.rosa, "transition": self._task("transition"), "started": at(MONDAY, "10:20")}
        care = self._care(self.cast.nurse, MONDAY, "10:20")
        act(care, commands.ReconcileMedications, fields, refused=True, full=self.cast.full)
        scene("10:40", "Dana asks Rosa. Nobody knows why glipizide stopped.")
        decisions = [
            {"medicine": "furosemide", "what": "dose-changed", "why": "intended", "action": "taught: one of 40 mg"},
            {"medicine": "glipizide", "what": "omitted", "why": "unknown", "action": "for the prescriber to decide"},
        ]
        taking: list[dict[str, str]] = [{"medicine": name, "taking": "yes", "how": "as ordered"} for name in TAKEN]
        taking.append({"medicine": "glipizide", "taking": "no"})
        again = {**fields, "started": at(MONDAY, "10:40"), "taking": taking, "decisions": decisions}
        act(
            self._care(self.cast.nurse, MONDAY, "10:45"),
            commands.ReconcileMedications,
            again,
            full=self.cast.full,
            most=4,
        )

    def _concluded(self) -> None:
        chapter("7. Conclusions", "Dana concludes each domain in words. What is not assessed yet gets a Task.")
        conclusions = [{"domain": domain, "words": words} for domain, words in CONCLUSIONS.items()]
        self._nurse(
            MONDAY,
            "11:10",
            commands.ConcludeAssessment,
            concluded=at(MONDAY, "11:00"),
            conclusions=conclusions,
            most=1,
        )

    def _planned(self) -> None:
        chapter("8. A plan", "Two pathways and a social need become one plan. Conflicting advice is listed.")
        own_goal = "to dance at my granddaughter's wedding in June"
        self._nurse(MONDAY, "11:30", commands.ProposePlan, own_goal=own_goal, most=17)
        chapter("9. Agreed", "1:00 pm. Dana goes through the goals with Rosa, who does not want one of them.")
        answers = []
        for code, goal in self._goals().items():
            words = "not salt on top of everything else" if code == DECLINED else ""
            answer = {"answer": "disagree", "words": words} if words else {"answer": "agree", **WORDS.get(code, {})}
            answers.append({"goal": goal, **answer})
        self._talks("13:00", answers)
        scene("1:10 pm", "Food is short and she takes insulin: the call of today, done.")
        food = self._tasks("nurse-call")[1]
        words = "reached her: no lows yet; she eats at noon, and her daughter shops today"
        self._settles(self.cast.nurse, MONDAY, "13:10", food, words, contact="reached")
        scene("1:20 pm", "Dana asks Dr. Okafor to sign the plan, before the scale in it is due.")
        self._nurse(MONDAY, "13:20", commands.RequestSignOff, plan=self._plan(), most=2)

    def _talks(self, clock: str, answers: list[dict[str, str]]) -> None:
        fields = {"talked": at(MONDAY, clock), "answers": answers, "copy_given": True}
        self._nurse(MONDAY, clock, commands.RecordAgreement, plan=self._plan(), **fields, most=1)

    def _signed(self) -> None:
        chapter("10. Signed", "3:00 pm. Dr. Okafor returns the plan: Rosa cannot read her scale, so who does?")
        reason = "she cannot read her scale: say who does, then ask me again"
        self._physician(MONDAY, "15:00", commands.ReturnPlan, plan=self._plan(), reason=reason)
        scene("3:20 pm", "Dana calls again. Her daughter Elena reads the scale.")
        barrier = "cannot read the scale: her daughter reads it and writes it down"
        goal = self._goals()["daily-weights"]
        self._talks("15:20", [{"goal": goal, "answer": "agree", "priority": "high", "barrier": barrier}])
        self._nurse(MONDAY, "15:30", commands.RequestSignOff, plan=self._plan(), most=1)
        scene("4:00 pm", "Dr. Okafor decides the conflicting advice, and signs.")
        signed = {"plan": self._plan(), "version": self._version_asked_for(), "decisions": self._decisions()}
        self._does(self.cast.physician, MONDAY, "16:00", commands.SignOff, **signed, most=1)

    def _watched(self) -> None:
        chapter("11. Tuesday morning", "7:40. Rosa has gained 3.5 pounds since yesterday, and sleeps on more pillows.")
        answers = morning(TUESDAY, "07:40", "183.5", "new-pillow")
        self._nurse(TUESDAY, "07:40", commands.RecordCheckIn, response=answers)
        scene("7:55", "Dana reaches Dr. Okafor by phone. Who knew, and when, is recorded.")
        heard = {"acknowledged_by": self.cast.physician, "how": "voice", "at": at(TUESDAY, "07:55")}
        self._nurse(TUESDAY, "07:56", commands.Acknowledge, task=self._tasks("escalation")[0], **heard, most=1)
        scene("12:00", "Dr. Okafor has seen Rosa. He closes the escalation and stops glipizide.")
        outcome = "seen; water pill changed by me; call tomorrow"
        self._settles(self.cast.physician, TUESDAY, "12:00", self._tasks("escalation")[0], outcome)
        stop = [{"what": "stop"}]
        for task in self._tasks("resolve-discrepancy"):
            self._settles(self.cast.physician, TUESDAY, "12:10", task, "lows when food runs out", decided=stop, most=3)
        for task in self._tasks("tell-patient"):
            self._settles(self.cast.nurse, TUESDAY, "12:30", task, "told; she said it back: no more glipizide")
        scene("5:00 pm", "Dana's list: one row for each person, and what one call to them covers.")
        terminal_readings.worklist(self._care(self.cast.nurse, TUESDAY, "17:00").show(commands.Worklist()))

    def _closed(self) -> None:
        chapter("12. The weeks after", "Wednesday, March 11. The scale is ordered, the first lessons are taught.")
        for item in ("place order: A scale at home", "place order: Dry weight"):
            task = self._titled(item)
            self._settles(self.cast.physician, WEDNESDAY, "08:30", task, "ordered", most=0)
        for lesson in ("Teach-back: low glucose", "Teach-back: zones of heart failure"):
            words = "taught; she and her daughter said it back"
            self._settles(self.cast.nurse, WEDNESDAY, "09:20", self._titled(lesson), words, most=0)
        scene("9:30", "The day after red: 180.5 pounds on the same scale, no symptoms.")
        self._nurse(WEDNESDAY, "09:30", commands.RecordCheckIn, response=morning(WEDNESDAY, "09:30", "180.5"))
        scene("March 12", "Rosa comes to her visit; another system records it.")
        self.cast.front.elsewhere(self._visit())
        scene("March 16", "Dana teaches the warning signs again, and now Rosa can explain them.")
        words = "three pounds, or no breath: I call at once"
        self._teaches(NEXT, "09:00", [{"topic": "warning-signs", "understood": "yes", "words": words}])
        for code, outcome in ARRIVED.items():
            for task in self._tasks(code):
                self._settles(self.cast.nurse, NEXT, "09:20", task, outcome, most=0)
        scene("April 6", "30 days are over. Closing names what goes on, and what is late.")
        fields: dict[str, Any] = {"outcome": "completed", "reason": "30 days at home, no readmission"}
        transition = self._task("transition")
        self._nurse(LAST, "09:10", commands.CloseTransition, transition=transition, most=4, **fields)

    def _visit(self) -> Json:
        """Thursday's visit, as the practice's system writes it."""
        return {
            "resourceType": "Encounter",
            "identifier": [{"system": EXAMPLE, "value": "rosa-visit"}],
            "status": "finished",
            "class": {"system": ACT_CODE, "code": "AMB"},
            "subject": {"reference": self.cast.rosa},
            "participant": [{"individual": {"reference": self.cast.physician}}],
            "appointment": [{"reference": self._newest("Appointment", lambda one: one["status"] == "booked")}],
            "period": {"start": at(THURSDAY, "10:05"), "end": at(THURSDAY, "10:35")},
        }

    def _settles(
        self, who: str, day: str, clock: str, task: str, outcome: str, *, most: int = terminal.MOST, **more: Any
    ) -> None:
        self._does(who, day, clock, commands.Resolve, most=most, task=task, outcome=outcome, at=at(day, clock), **more)

    # ---- what the server holds, found as any other system would find it

    def _stands(self, type_: str) -> list[Json]:
        return self.cast.front.written(type_, patient=self.cast.rosa)

    def _newest(self, type_: str, wanted: Callable[[Json], bool]) -> str:
        newest = [one for one in self._stands(type_) if wanted(one)][-1]
        return f"{type_}/{newest['id']}"

    def _tasks(self, code: str) -> list[str]:
        return [f"Task/{one['id']}" for one in self._stands("Task") if (TASK, code) in codings(one, "code")]

    def _titled(self, title: str) -> str:
        """The Task of that name."""
        return self._newest("Task", lambda one: one["code"].get("text") == title)

    def _task(self, code: str) -> str:
        return self._tasks(code)[-1]

    def _plan(self) -> str:
        return self._newest("CarePlan", lambda one: "assess-plan" in _codes(one, "category"))

    def _goals(self) -> dict[str, str]:
        """The goals of her plan by what they are about; her own as `own`."""
        goals = {}
        for goal in self._stands("Goal"):
            code = next((code for system, code in codings(goal, "description") if system == CARE_GOAL), "own")
            goals[code] = f"Goal/{goal['id']}"
        return goals

    def _version_asked_for(self) -> str:
        """The version of the plan that the newest request for a signature names."""
        asked = [one for one in self._stands("Task") if (TASK, "sign-off") in codings(one, "code")][-1]
        named = [one for one in dig(asked, "input.valueReference.identifier") if one.get("system") == VERSION_KEY]
        versions = [str(one["value"]).split("/") for one in named]
        return next((parts[-1] for parts in versions if parts[0] == "CarePlan"), "")

    def _decisions(self) -> list[dict[str, str]]:
        """What Dr Okafor says to each contradiction of the plan."""
        decisions = []
        for issue in self._stands("DetectedIssue"):
            code = next((code for system, code in codings(issue, "code") if system == CONTRADICTION), "")
            if code:
                decisions.append({"issue": f"DetectedIssue/{issue['id']}", "decision": DECISIONS.get(code, LATER)})
        return decisions


TAKEN = ("carvedilol", "furosemide", "insulin glargine", "lisinopril", "sertraline")
CONCLUSIONS = {
    "clinical": "decompensated heart failure, now better; diabetes on insulin above its range",
    "function": "walks indoors, tires on the stairs",
    "behavioural": "moderate depressive symptoms, no thoughts of death",
    "social": "food runs out at the end of the month",
    "supports": "daughter nearby, drives and shops",
    "language-literacy": "Spanish, with an interpreter; reads large print",
}
SAID_BACK = {
    "medicines": "one water pill of 40, in the morning; the insulin at bedtime",
    "whom-to-call": "you first, and the number on the fridge at night",
    "next-visit": "Thursday at ten, my daughter drives",
    "self-care": "weigh every morning, feet up after lunch",
}
DECLINED = "less-salt"
WORDS = {
    "a1c": {"priority": "medium", "words": "sugar steady, without the shakes"},
    "daily-weights": {"priority": "high"},
    "enough-food": {"priority": "high", "words": "supper every day"},
}
DECISIONS = {
    "hold-never-skip": "a written sick-day plan first; until then she calls before skipping anything",
    "salt-substitute-potassium": "no salt substitute; potassium again in two weeks",
    "food-insecurity-lows": "no glipizide while food is short; insulin looked at on Thursday",
}
LATER = "read; decided at the visit on Thursday"
ARRIVED = {
    "check-equipment": "scale there and used; strips there",
    "pending-results": "potassium came back, seen by the physician",
    "receive-packet": "discharge summary received, nothing missing",
}


def morning(day: str, clock: str, pounds: str, *yes: str, scale: str = "yes") -> Json:
    """The answers of one check-in: no to everything but what is told; `scale`: whether it is the same as before."""
    form = load().get("Questionnaire", "check-in")
    numbers = {
        "weight": (pounds, "lb", "[lb_av]"),
        "glucose-lowest": ("112", "mg/dL", "mg/dL"),
        "glucose-highest": ("205", "mg/dL", "mg/dL"),
    }
    items: list[Json] = []
    for item in form["item"]:
        if item["linkId"] in numbers:
            number, unit, code = numbers[item["linkId"]]
            quantity = {"value": Decimal(number), "unit": unit, "system": UCUM, "code": code}
            items.append({"linkId": item["linkId"], "answer": [{"valueQuantity": quantity}]})
        elif item.get("required") or item["linkId"] == "same-scale":
            said_yes = item["linkId"] in yes or (item["linkId"] == "same-scale" and scale == "yes")
            coding = {"system": f"{BASE}/CodeSystem/check-in-answer", "code": "yes" if said_yes else "no"}
            items.append({"linkId": item["linkId"], "answer": [{"valueCoding": coding}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": EXAMPLE, "value": f"rosa-check-in-{day[:10]}"},
        "questionnaire": form["url"],
        "status": "completed",
        "authored": at(day, clock),
        "item": items,
    }


def _codes(resource: Json, path: str) -> set[str]:
    return {code for _, code in codings(resource, path)}
