"""Earl's left hip: a case with an end in sight, beside his chronic care, and a payer that first says no."""

from __future__ import annotations

from typing import Any

from carefhir import commands
from carefhir.codes import ACT_CODE, SNOMED
from carefhir.demo.front import EXAMPLE
from carefhir.demo.person import StoryPerson, codes
from carefhir.demo.stage import chapter, example, scene
from carefhir.faces import terminal_stratify
from carefhir.fhir.codec import Json

OWN_GOAL, GOAL = "stay in my house", "walk to the mailbox without a cane"
NOT_PROVEN = "six weeks of physical therapy are not on record"
TOLD = ("what-it-is", "care-team", "right-to-stop")


def at(day: str, clock: str) -> str:
    """A moment of the story, in the winter of 2027."""
    return f"2027-{day}T{clock}:00-06:00"


class EarlsHip(StoryPerson):
    """Earl's winter on one server."""

    __slots__ = ()

    def told(self) -> None:
        """All of it, chapter by chapter."""
        self._chosen()
        self._cared_for()
        self._case()
        self._payer()
        self._stay()
        self._ended()

    def _chosen(self) -> None:
        chapter("22. Who needs it", "January 11, 2027. What the rules say of three people. A person decides.")
        people = (self.patient, self.cast.rosa, self.cast.kim)
        with self.cast.care(self.cast.nurse, at("01-11", "08:30")) as care:
            terminal_stratify.page(care.stratify(patients=people))

    def _cared_for(self) -> None:
        chapter(
            "23. Earl's own care",
            "He joins care management: food runs out. The plan is signed the same day.",
        )
        nurse, physician = self.cast.nurse, self.cast.physician
        team: dict[str, Any] = {"care_manager": nurse, "supervising_provider": physician}
        consented: dict[str, Any] = {
            "consent": "verbal",
            "told": TOLD,
            "reason": "high blood pressure and brittle bones",
        }
        self.does(nurse, at("01-11", "09:00"), commands.Enroll, program="care-management", most=0, **team, **consented)
        self.does(nurse, at("01-11", "09:10"), commands.RecordAssessment, response=self._food(), most=0)
        need = self.newest("Condition", lambda one: "Z59.41" in codes(one, "code"))
        reason = "the pantry is empty by the end of the month, he says"
        self.does(nurse, at("01-11", "09:20"), commands.ConfirmConcern, concern=need, reason=reason, most=0)
        self.does(nurse, at("01-11", "09:30"), commands.ProposePlan, own_goal=OWN_GOAL, most=0)
        answers = [{"goal": goal, "answer": "agree"} for goal in self.goals_of_care()]
        self.talks(nurse, at("01-11", "09:40"), answers, most=0)
        self.does(nurse, at("01-11", "09:45"), commands.RequestSignOff, plan=self.plan(), most=0)
        decided = "enough to eat comes first; no salt substitute"
        decisions = [{"issue": issue, "decision": decided} for issue in self.conflicting_advice().values()]
        self.signs(physician, at("01-11", "12:00"), decisions, most=0)

    def _case(self) -> None:
        chapter(
            "24. A case around his hip",
            "The surgeon orders a new left hip. Maribel Santos, a social worker, runs a case.",
        )
        self.cast.front.elsewhere(self._order())
        self.cast.front.elsewhere(self._coverage())
        worker, physician = self.cast.social_worker, self.cast.physician
        consented: dict[str, Any] = {"consent": "verbal", "told": TOLD, "reason": "a new hip, and the stairs at home"}
        runs: dict[str, Any] = {"case_manager": worker, "case_manager_discipline": "SW", "expected_end": "2027-04-30"}
        hip = self.cast.find("ServiceRequest", "earl-left-hip")
        if self._cases():
            scene(
                "9:00",
                "The case was opened when the story was told before: there is never a second one.",
            )
        else:
            self.does(
                worker, at("01-12", "09:00"), commands.OpenCase, event=hip, goals=(GOAL,), most=3, **runs, **consented
            )
        scene("9:20", "Earl agrees to its goal, and Dr. Okafor signs.")
        plan = self.plan_of_case()
        answer = {"goal": self.goal(GOAL), "answer": "agree"}
        self.talks(worker, at("01-12", "09:20"), [answer], plan=plan, most=0)
        self.does(worker, at("01-12", "09:25"), commands.RequestSignOff, plan=plan, most=0)
        self.signs(physician, at("01-12", "09:50"), plan=plan, most=0)

    def _payer(self) -> None:
        chapter("25. The payer", "Maribel asks for authorization. It is written down; a site sends it itself.")
        hip = self.cast.find("ServiceRequest", "earl-left-hip")
        asked = at("01-12", "10:00")
        ordered: dict[str, Any] = {"about": hip, "reason": "the surgeon's order"}
        self.does(self.cast.social_worker, asked, commands.RequestAuthorization, at=asked, most=4, **ordered)
        scene("January 15", "Denied.")
        self._answers("01-15", "11:00", outcome="denied", by="2027-03-16", reason=NOT_PROVEN)
        scene("January 19", "Appealed, with the therapist's notes.")
        self._answers("01-19", "09:00", outcome="appealed")
        scene("February 1", "Approved: four days in an acute hospital.")
        days: dict[str, str] = {"first_day": "2027-02-15", "last_day": "2027-02-18", "level": "acute"}
        self._answers("02-01", "10:00", outcome="approved", number="PA-7781", **days)

    def _answers(self, day: str, clock: str, **answer: str) -> None:
        """What the payer says on the telephone."""
        fields: dict[str, Any] = {"at": at(day, clock), "claim": self.newest("Claim"), "answer": answer}
        reason = "told on the telephone"
        self.does(
            self.cast.social_worker, at(day, clock), commands.RequestAuthorization, reason=reason, most=2, **fields
        )

    def _stay(self) -> None:
        chapter("26. The stay", "February 15. The hospital admits him. The next day Maribel counts the days.")
        self.cast.front.elsewhere(self._surgery())
        self._reviews("02-16", "10:00")
        scene("February 19", "He is still there, a day longer than was authorized.")
        self._reviews("02-19", "09:00")

    def _reviews(self, day: str, clock: str) -> None:
        encounter = self.cast.find("Encounter", "earl-surgery")
        step, when = commands.ReviewUtilization, at(day, clock)
        self.does(self.cast.social_worker, when, step, encounter=encounter, at=when)

    def _ended(self) -> None:
        chapter(
            "27. The case ends",
            "April 12. He is home and walks. What remains goes back to Dana.",
        )
        self.cast.front.changed_elsewhere(self.cast.find("Encounter", "earl-surgery"), self._home())
        case = self._cases()[-1]
        reason = "he is home and walks with a cane"
        self.does(self.cast.social_worker, at("04-12", "10:00"), commands.CloseCase, case=case, reason=reason, most=6)

    def _food(self) -> Json:
        """What he answers about food: as Rosa did."""
        name = {"system": EXAMPLE, "value": "earl-hunger-vital-sign"}
        about = {"identifier": name, "authored": at("01-11", "09:08"), "source": {"reference": self.patient}}
        return {**example("rosa-hunger-vital-sign"), **about}

    def _cases(self) -> list[str]:
        """His cases, the newest last."""
        episodes = self.stands("EpisodeOfCare")
        return [f"EpisodeOfCare/{one['id']}" for one in episodes if "case-management" in codes(one, "type")]

    # ---- what other systems write

    def _order(self) -> Json:
        """The surgeon's order."""
        return {
            "resourceType": "ServiceRequest",
            "identifier": [{"system": EXAMPLE, "value": "earl-left-hip"}],
            "status": "active",
            "intent": "order",
            "code": {
                "coding": [{"system": SNOMED, "code": "52734007"}],
                "text": "total replacement of the left hip",
            },
            "subject": {"reference": self.patient},
            "authoredOn": "2027-01-08",
            "requester": {"reference": self.cast.physician},
        }

    def _coverage(self) -> Json:
        """Who pays, as registration has it."""
        return {
            "resourceType": "Coverage",
            "identifier": [{"system": EXAMPLE, "value": "earl-plan"}],
            "status": "active",
            "type": {"text": "Medicare Advantage"},
            "beneficiary": {"reference": self.patient},
            "payor": [{"display": "Prairie Health Plan"}],
        }

    def _surgery(self) -> Json:
        """His stay, as the hospital has it while he is there."""
        return {
            "resourceType": "Encounter",
            "identifier": [{"system": EXAMPLE, "value": "earl-surgery"}],
            "status": "in-progress",
            "class": {"system": ACT_CODE, "code": "IMP"},
            "subject": {"reference": self.patient},
            "period": {"start": at("02-15", "07:00")},
            "reasonCode": [{"text": "replacement of the left hip"}],
        }

    def _home(self) -> Json:
        """What the hospital changes when he goes home."""
        return {"status": "finished", "period": {"start": at("02-15", "07:00"), "end": at("02-20", "11:00")}}
