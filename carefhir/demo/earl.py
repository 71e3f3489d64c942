"""Earl's story: from the hospital to skilled nursing, and home the day before Thanksgiving."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir import commands
from carefhir.codes import TASK
from carefhir.demo.stage import Cast, act, chapter, scene
from carefhir.fhir.record import codings


def at(day: str, clock: str) -> str:
    """A moment of the story, in winter time."""
    return f"2026-{day}T{clock}:00-06:00"


@dataclass(frozen=True, slots=True)
class Earl:
    """Earl's story on one server."""

    cast: Cast

    def told(self) -> None:
        """All of it."""
        chapter(
            "13. Earl goes to skilled nursing", "Saturday, November 7. Nothing is due after a move to another facility."
        )
        self._opens("11-07", "earl-hospital")
        chapter(
            "14. Earl goes home", "Friday, November 27. He has been home since Wednesday. Thanksgiving does not count."
        )
        self._opens("11-27", "earl-snf")
        scene("Friday", "The office is closed, but the day counts. Voicemail.")
        self._calls("11-27", "09:30", "voicemail")
        scene(
            "Monday",
            "Voicemail: evidence enough for the program, but Earl needs the call.",
        )
        self._calls("11-30", "10:00", "voicemail")
        scene("Wednesday", "Dana reaches Earl.")
        self._calls("12-02", "11:00", "reached", "his hip", "his pills", "who cooks")
        scene(
            "Wednesday",
            "A social worker tries to reconcile his medicines, and may not.",
        )
        care, started = self.cast.care(self.cast.social_worker, at("12-02", "14:00")), at("12-02", "14:00")
        fields = {"patient": self.cast.earl, "transition": self._transition(), "started": started}
        act(care, commands.ReconcileMedications, fields, refused=True, full=self.cast.full)

    def _opens(self, day: str, stay: str) -> None:
        care = self.cast.care(self.cast.nurse, at(day, "09:00"))
        fields = {"patient": self.cast.earl, "encounter": self.cast.find("Encounter", stay)}
        act(care, commands.OpenTransition, fields, full=self.cast.full)

    def _calls(self, day: str, clock: str, outcome: str, *topics: str) -> None:
        care, about = self.cast.care(self.cast.nurse, at(day, clock)), {"patient": self.cast.earl}
        fields = {"transition": self._transition(), "started": at(day, clock), "outcome": outcome, "topics": topics}
        act(care, commands.RecordContact, {**about, **fields}, full=self.cast.full)

    def _transition(self) -> str:
        """The transition that runs: the newest one."""
        tasks = self.cast.front.written("Task", patient=self.cast.earl)
        return f"Task/{[one for one in tasks if (TASK, 'transition') in codings(one, 'code')][-1]['id']}"
