"""Rosa's weeks: what is watched, arranged, found, changed and worked out after her first day."""

from __future__ import annotations

from dataclasses import replace
from textwrap import shorten
from typing import Any

from carefhir import commands
from carefhir.codes import ACT_CODE
from carefhir.demo.front import EXAMPLE
from carefhir.demo.person import StoryPerson
from carefhir.demo.rosa_words import (
    ARRIVED,
    BACK,
    FRIDAY,
    LAST,
    NEXT,
    NO_CLASS,
    PACKET,
    REVISED,
    SILENT,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    morning,
)
from carefhir.demo.stage import chapter, scene
from carefhir.faces import terminal_readings, terminal_sweep, terminal_time
from carefhir.fhir.codec import Json
from carefhir.workflows.looking.section import Section, Sentence

WEIGHED = 3
"""The sections of plan-progress that weigh it: what speaks for the plan, against it, and what nobody can say."""
LONGEST = 150
"""So many characters of a sentence are told; `…` stands for the rest."""


def _brief(section: Section) -> Section:
    words = (shorten(" ".join(row.cells), LONGEST, placeholder=" …") for row in section.rows)
    return replace(section, rows=tuple(map(Sentence, words)))


class RosaWeeks(StoryPerson):
    """Rosa's weeks on one server."""

    __slots__ = ()

    def told(self) -> None:
        """All of it, chapter by chapter."""
        self._watched()
        self._arranged()
        self._swept()
        self._delivered()
        self._revised()
        self._closed()
        self._called()
        self._looked_back()

    def turns_red(self) -> None:
        """Tuesday morning, until the check-in is red and nobody has been reached."""
        chapter("12. Tuesday morning", "7:40. Rosa has gained 3.5 pounds since yesterday, and sleeps on more pillows.")
        answers = morning(TUESDAY, "07:40", "183.5", "new-pillow")
        self.does(self.cast.nurse, at(TUESDAY, "07:40"), commands.RecordCheckIn, response=answers)

    def _watched(self) -> None:
        self.turns_red()
        scene("7:55", "Dana reaches Dr. Okafor by phone. Who knew, and when, is recorded.")
        heard: dict[str, Any] = {"acknowledged_by": self.cast.physician, "how": "voice", "at": at(TUESDAY, "07:55")}
        self.does(
            self.cast.nurse,
            at(TUESDAY, "07:56"),
            commands.Acknowledge,
            task=self.tasks("escalation")[0],
            **heard,
            most=1,
        )
        scene("12:00", "Dr. Okafor has seen Rosa. He closes the escalation and stops glipizide.")
        outcome = "seen; water pill changed by me; call tomorrow"
        self.settles(self.cast.physician, at(TUESDAY, "12:00"), self.tasks("escalation")[0], outcome)
        stop = [{"what": "stop"}]
        for task in self.tasks("resolve-discrepancy"):
            self.settles(
                self.cast.physician, at(TUESDAY, "12:10"), task, "lows when food runs out", decided=stop, most=3
            )
        for task in self.tasks("tell-patient"):
            self.settles(
                self.cast.nurse, at(TUESDAY, "12:30"), task, "told; she said it back: no more glipizide", most=0
            )
        scene("5:00 pm", "Dana's list: one row for each person, and what one call to them covers.")
        terminal_readings.worklist(self.cast.care(self.cast.nurse, at(TUESDAY, "17:00")).show(commands.Worklist()))

    def _arranged(self) -> None:
        chapter(
            "13. What was arranged", "Wednesday, March 11. A scale that she can read is ordered; lessons are taught."
        )
        for item in ("place order: A scale at home", "place order: Dry weight"):
            self.settles(self.cast.physician, at(WEDNESDAY, "08:30"), self.titled(item), "ordered", most=0)
        for lesson in ("Teach-back: low glucose", "Teach-back: zones of heart failure"):
            words = "taught; she and her daughter said it back"
            self.settles(self.cast.nurse, at(WEDNESDAY, "09:20"), self.titled(lesson), words, most=0)
        self.settles(self.cast.nurse, at(WEDNESDAY, "09:25"), self.task("pending-results"), ARRIVED, most=0)
        checked = [{"item": item, "presence": "there", "where": "fax of March 11"} for item in PACKET]
        packet: dict[str, Any] = {"transition": self.task("transition"), "asked_of": "Riverbend Hospital"}
        when = at(WEDNESDAY, "09:28")
        self.does(self.cast.nurse, when, commands.ReceivePacket, at=when, items=checked, most=0, **packet)
        scene("9:30", "The day after red: 180.5 pounds on the same scale, no symptoms.")
        answers = morning(WEDNESDAY, "09:30", "180.5")
        self.does(self.cast.nurse, at(WEDNESDAY, "09:30"), commands.RecordCheckIn, response=answers)
        scene("March 12", "Rosa comes to her visit; another system records it.")
        self.cast.front.elsewhere(self._visit())

    def _hears(self, day: str, clock: str, event: str, **more: Any) -> None:
        """What Dana hears of the scale."""
        scale, when = self.item("DeviceRequest", "scale"), at(day, clock)
        self.does(self.cast.nurse, when, commands.Coordinate, order=scale, event=event, at=when, most=2, **more)

    def _swept(self) -> None:
        chapter("14. What nobody told", "Thursday night Rosa was in an emergency room. Friday morning, Dana sweeps.")
        self.cast.front.elsewhere(self._emergency_visit())
        with self.cast.care(self.cast.nurse, at(FRIDAY, "08:00")) as care:
            terminal_sweep.page(care.sweep(patients=(self.patient,)))
        scene("8:40", "Dana calls her, and teaches the warning signs again: understood.")
        words = "dizzy after getting up too fast; checked and sent home; gets up slowly now"
        self.settles(self.cast.nurse, at(FRIDAY, "08:40"), self.task("follow-emergency-visit"), words, most=0)
        words = "three pounds, or no breath: I call at once"
        taught = [{"topic": "warning-signs", "understood": "yes", "words": words}]
        transition, started = self.task("transition"), at(FRIDAY, "08:45")
        step = commands.RecordTeachBack
        self.does(self.cast.nurse, started, step, transition=transition, started=started, topics=taught)

    def _delivered(self) -> None:
        chapter("15. The scale", "Friday afternoon it is delivered. The loop stays open: does she use it?")
        self._hears(FRIDAY, "14:00", "delivered", to="Prairie Medical Supply")
        scene("March 16", "She says that she does.")
        self._hears(NEXT, "09:10", "in-use", confirmed_by="patient")
        self.settles(self.cast.nurse, at(NEXT, "09:20"), self.task("check-equipment"), "scale and strips used", most=0)

    def _revised(self) -> None:
        chapter("16. The plan changes", "March 17. Rosa cannot go to the diabetes classes. Dana proposes to drop them.")
        item = {"does": "stop", "item": self.item("ServiceRequest", "diabetes-education"), "reason": NO_CLASS}
        revision: dict[str, Any] = {
            "plan": self.plan(),
            "reason": "the classes are on Tuesdays, and nobody can take her",
            "patient_agrees": True,
        }
        revised = at(REVISED, "10:00")
        step = commands.RevisePlan
        self.does(self.cast.nurse, at(REVISED, "10:05"), step, revised=revised, items=[item], most=3, **revision)
        scene("4:00 pm", "An order is the prescriber's: it changes when Dr. Okafor signs.")
        proposal = self.task("sign-revision")
        signed = at(REVISED, "16:00")
        self.does(self.cast.physician, signed, step, revised=signed, proposal=proposal, most=3, **revision)

    def _closed(self) -> None:
        chapter("17. Thirty days", "April 6. The transition closes. Closing names what goes on, and what is late.")
        fields: dict[str, Any] = {"outcome": "completed", "reason": "30 days at home, no readmission"}
        transition = self.task("transition")
        self.does(self.cast.nurse, at(LAST, "09:10"), commands.CloseTransition, transition=transition, most=3, **fields)

    def _called(self) -> None:
        chapter("18. Nobody answers", "April 14. Check-ins have stopped. Dana calls, and nobody answers.")
        step = commands.RecordCall
        self.does(self.cast.nurse, at(SILENT, "10:05"), step, started=at(SILENT, "10:00"), outcome="no-answer", most=3)
        scene("April 15", "She answers: she was at her sister's.")
        talk: dict[str, Any] = {"outcome": "reached", "topics": ("how she is", "weighing"), "language": "Spanish"}
        talk |= {"interpreter": "professional", "words": "was at her sister's; weighs herself every day"}
        self.does(
            self.cast.nurse, at(BACK, "10:20"), step, started=at(BACK, "10:00"), words_read="nothing-urgent", **talk
        )
        scene("10:25", "Twenty minutes, logged once: for whom, which program, on what.")
        worked: dict[str, Any] = {
            "program": "care-management",
            "started": at(BACK, "10:00"),
            "ended": at(BACK, "10:20"),
        }
        self.does(self.cast.nurse, at(BACK, "10:25"), commands.LogTime, activity="talk", most=2, **worked)
        with self.cast.care(self.cast.nurse, at(BACK, "10:30")) as care:
            terminal_time.page(care.show(commands.TimeStatement(patient=self.patient, month="2026-04")))

    def _looked_back(self) -> None:
        chapter("19. Is it working?", "What speaks for the plan and against it; `carefhir progress` has all numbers.")
        with self.cast.care(self.cast.nurse, at(BACK, "11:00")) as care:
            shown = care.show(commands.ShowPlanProgress(patient=self.patient, plan=self.plan()))
        terminal_readings.progress(replace(shown, sections=tuple(map(_brief, shown.sections[:WEIGHED]))))

    def _emergency_visit(self) -> Json:
        """Thursday night's visit, as another hospital's system writes it."""
        return {
            "resourceType": "Encounter",
            "identifier": [{"system": EXAMPLE, "value": "rosa-emergency-again"}],
            "status": "finished",
            "class": {"system": ACT_CODE, "code": "EMER"},
            "subject": {"reference": self.patient},
            "period": {"start": at(THURSDAY, "18:10"), "end": at(THURSDAY, "21:40")},
        }

    def _visit(self) -> Json:
        """Thursday's visit, as the practice's system writes it."""
        return {
            "resourceType": "Encounter",
            "identifier": [{"system": EXAMPLE, "value": "rosa-visit"}],
            "status": "finished",
            "class": {"system": ACT_CODE, "code": "AMB"},
            "subject": {"reference": self.patient},
            "participant": [{"individual": {"reference": self.cast.physician}}],
            "appointment": [{"reference": self.newest("Appointment", lambda one: one["status"] == "booked")}],
            "period": {"start": at(THURSDAY, "10:05"), "end": at(THURSDAY, "10:35")},
        }
