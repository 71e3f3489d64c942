"""Rosa's story: coming home after a stay for heart failure, and the plan of her first day."""

from __future__ import annotations

from typing import Any

from carefhir import commands
from carefhir.demo.person import StoryPerson, codes
from carefhir.demo.rosa_words import (
    CONCLUSIONS,
    DECISIONS,
    DECLINED,
    LATER,
    MONDAY,
    SAID_BACK,
    TAKEN,
    THURSDAY,
    WORDS,
    at,
    morning,
)
from carefhir.demo.stage import act, chapter, example, scene
from carefhir.engine.results import Preview
from carefhir.faces import terminal_readings
from carefhir.fhir.codec import Json


class Rosa(StoryPerson):
    """Rosa's first Monday on one server."""

    __slots__ = ()

    def told(self) -> None:
        """All of it, chapter by chapter."""
        self._arrives()
        self._helped()
        self._asked()
        self._comes_home()
        self._called()
        self._medicines()
        self._concluded()
        self._planned()
        self._signed()

    def _arrives(self) -> None:
        chapter("1. Overview", "Monday, March 9, 2026, 9:00. Dana Whitfield, a nurse, opens Rosa's chart.")
        care = self.cast.care(self.cast.nurse, at(MONDAY, "09:00"))
        terminal_readings.picture(care.show(commands.Overview(patient=self.patient)))

        chapter("2. Enrolled", "Rosa agrees on the phone. Dana is her care manager, supervised by Dr. Okafor.")
        self.does(
            self.cast.nurse,
            at(MONDAY, "09:05"),
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

    def _helped(self) -> None:
        chapter("3. Who helps", "Rosa says what her daughter Elena may know. Nothing else is told to her.")
        elena: dict[str, Any] = {
            "helper": self.cast.find("RelatedPerson", "rosa-daughter"),
            "helps_with": ("visits", "meals", "measuring"),
        }
        word: dict[str, Any] = {"may_know": ("plan", "visits", "tasks"), "consent": "verbal", "at": at(MONDAY, "09:10")}
        self.does(self.cast.nurse, at(MONDAY, "09:12"), commands.RecordSupport, most=3, **elena, **word)

    def _asked(self) -> None:
        chapter("4. Questions about mood and food", "Dana asks the PHQ-9, nine questions about depression.")
        self.does(self.cast.nurse, at(MONDAY, "09:20"), commands.RecordAssessment, response=self._hers("rosa-phq-9"))
        scene("9:30", "Food 'sometimes' runs out: a concern, not yet confirmed.")
        self.does(
            self.cast.nurse, at(MONDAY, "09:30"), commands.RecordAssessment, response=example("rosa-hunger-vital-sign")
        )
        scene("9:35", "Dana asks more about it and confirms the social need. A nurse may do that.")
        concern = self.newest("Condition", lambda one: "Z59.41" in codes(one, "code"))
        reason = "skips supper in the last week of the month, she says"
        self.does(self.cast.nurse, at(MONDAY, "09:35"), commands.ConfirmConcern, concern=concern, reason=reason, most=0)

    def _comes_home(self) -> None:
        chapter("5. The transition", "Rosa went home on Friday: all due days count from then. Previewed, then written.")
        care = self.cast.care(self.cast.nurse, at(MONDAY, "09:40"))
        stay = self.cast.find("Encounter", "rosa-stay")
        command = {"patient": self.patient, "encounter": stay}
        preview_or_result = care.preview(commands.OpenTransition.model_validate(command))
        expect = preview_or_result if isinstance(preview_or_result, Preview) else None
        act(care, commands.OpenTransition, command, expect=expect, full=self.cast.full, most=4)
        scene("9:41", "The same step again, by mistake: its receipt is found.")
        self.does(self.cast.nurse, at(MONDAY, "09:41"), commands.OpenTransition, encounter=stay)

    def _called(self) -> None:
        chapter("6. The first call", "They talk about how she is, her medicines and her worries, so the call counts.")
        transition = self.task("transition")
        self.does(
            self.cast.nurse,
            at(MONDAY, "10:00"),
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
        self.does(
            self.cast.nurse,
            at(MONDAY, "10:00"),
            commands.RecordTeachBack,
            transition=transition,
            started=at(MONDAY, "10:00"),
            topics=taught,
            most=5,
        )
        scene("10:10", "The first check-in, in the same call: 180.0 pounds at home.")
        first = morning(MONDAY, "10:10", "180.0", scale="no")
        self.does(self.cast.nurse, at(MONDAY, "10:10"), commands.RecordCheckIn, response=first)
        scene("10:12", "No earlier weight from this scale: she weighs again tomorrow.")
        outcome = "she weighs on the same scale tomorrow morning, and calls if anything changes"
        self.settles(
            self.cast.nurse, at(MONDAY, "10:12"), self.tasks("nurse-call")[0], outcome, most=0, contact="reached"
        )
        scene("10:15", "With heart failure she must be seen within 7 days. Dana books Thursday.")
        self.does(
            self.cast.nurse,
            at(MONDAY, "10:15"),
            commands.BookFollowUp,
            transition=transition,
            start=at(THURSDAY, "10:00"),
            minutes=30,
            with_practitioner=self.cast.physician,
            place="Riverbend Primary Care",
            transport="her daughter drives",
            told=True,
        )

    def _medicines(self) -> None:
        chapter("7. Her medicines", "Dana compares the lists from before and after the stay. What differs?")
        fields = {"patient": self.patient, "transition": self.task("transition"), "started": at(MONDAY, "10:20")}
        care = self.cast.care(self.cast.nurse, at(MONDAY, "10:20"))
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
            self.cast.care(self.cast.nurse, at(MONDAY, "10:45")),
            commands.ReconcileMedications,
            again,
            full=self.cast.full,
            most=4,
        )

    def _concluded(self) -> None:
        chapter("8. Conclusions", "Dana concludes each domain in words. What is not assessed yet gets a Task.")
        conclusions = [{"domain": domain, "words": words} for domain, words in CONCLUSIONS.items()]
        self.does(
            self.cast.nurse,
            at(MONDAY, "11:10"),
            commands.ConcludeAssessment,
            concluded=at(MONDAY, "11:00"),
            conclusions=conclusions,
            most=1,
        )

    def _planned(self) -> None:
        chapter("9. A plan", "Four pathways and a social need become one plan. Conflicting advice is listed.")
        own_goal = "to dance at my granddaughter's wedding in June"
        self.does(self.cast.nurse, at(MONDAY, "11:30"), commands.ProposePlan, own_goal=own_goal, most=3)
        chapter("10. Agreed", "1:00 pm. Dana goes through the goals with Rosa, who does not want one of them.")
        answers = []
        for code, goal in self.goals().items():
            words = "not salt on top of everything else" if code == DECLINED else ""
            answer = {"answer": "disagree", "words": words} if words else {"answer": "agree", **WORDS.get(code, {})}
            answers.append({"goal": goal, **answer})
        self.talks(self.cast.nurse, at(MONDAY, "13:00"), answers)
        scene("1:10 pm", "Food is short and she takes insulin: the call of today, done.")
        food = self.tasks("nurse-call")[1]
        words = "reached her: no lows yet; she eats at noon, and her daughter shops today"
        self.settles(self.cast.nurse, at(MONDAY, "13:10"), food, words, most=0, contact="reached")
        scene("1:20 pm", "Dana asks Dr. Okafor to sign the plan, before the scale in it is due.")
        self.does(self.cast.nurse, at(MONDAY, "13:20"), commands.RequestSignOff, plan=self.plan(), most=1)

    def _signed(self) -> None:
        chapter(
            "11. Signed, and shared", "3:00 pm. Dr. Okafor returns the plan: Rosa cannot read her scale, so who does?"
        )
        reason = "she cannot read her scale: say who does, then ask me again"
        self.does(self.cast.physician, at(MONDAY, "15:00"), commands.ReturnPlan, plan=self.plan(), reason=reason)
        scene("3:20 pm", "Dana calls again. Her daughter Elena reads the scale.")
        barrier = "cannot read the scale: her daughter reads it and writes it down"
        goal = self.goals()["daily-weights"]
        answer = {"goal": goal, "answer": "agree", "priority": "high", "barrier": barrier}
        self.talks(self.cast.nurse, at(MONDAY, "15:20"), [answer])
        self.does(self.cast.nurse, at(MONDAY, "15:30"), commands.RequestSignOff, plan=self.plan(), most=0)
        scene("4:00 pm", "Dr. Okafor decides the conflicting advice, and signs.")
        advice = self.conflicting_advice()
        decisions = [{"issue": issue, "decision": DECISIONS.get(code, LATER)} for code, issue in advice.items()]
        self.signs(self.cast.physician, at(MONDAY, "16:00"), decisions)
        scene("4:20 pm", "Elena may know the plan: Dana gives her a copy in plain words.")
        elena: dict[str, Any] = {"to": "caregiver", "caregiver": self.cast.find("RelatedPerson", "rosa-daughter")}
        given = at(MONDAY, "16:20")
        self.does(
            self.cast.nurse,
            given,
            commands.SharePlan,
            plan=self.plan(),
            how="secure-message",
            at=given,
            most=2,
            **elena,
        )

    def _hers(self, name: str) -> Json:
        """A form that she answered herself."""
        return {**example(name), "source": {"reference": self.patient}}
