"""Earl's story: from the hospital to skilled nursing, and home the day before Thanksgiving."""

from __future__ import annotations

from typing import Any

from carefhir import commands
from carefhir.demo.person import StoryPerson
from carefhir.demo.stage import chapter, scene


def at(day: str, clock: str) -> str:
    """A moment of the story, in winter time."""
    return f"2026-{day}T{clock}:00-06:00"


class Earl(StoryPerson):
    """Earl's autumn on one server."""

    __slots__ = ()

    def told(self) -> None:
        """All of it."""
        self.comes_home()
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
        started = at("12-02", "14:00")
        step, transition = commands.ReconcileMedications, self.task("transition")
        self.does(self.cast.social_worker, started, step, transition=transition, started=started, refused=True)

    def comes_home(self) -> None:
        """By way of skilled nursing, until the first call of his care manager reaches nobody."""
        chapter(
            "20. Earl goes to skilled nursing", "Saturday, November 7. Nothing is due after a move to another facility."
        )
        self._opens("11-07", "earl-hospital")
        chapter("21. Earl goes home", "Friday, November 27. Home since Wednesday. Thanksgiving does not count.")
        self._opens("11-27", "earl-snf")
        scene("Friday", "The office is closed, but the day counts. Voicemail.")
        self._calls("11-27", "09:30", "voicemail")

    def _opens(self, day: str, stay: str) -> None:
        encounter = self.cast.find("Encounter", stay)
        self.does(self.cast.nurse, at(day, "09:00"), commands.OpenTransition, encounter=encounter)

    def _calls(self, day: str, clock: str, outcome: str, *topics: str) -> None:
        started = at(day, clock)
        contact: dict[str, Any] = {"transition": self.task("transition"), "started": started, "outcome": outcome}
        self.does(self.cast.nurse, started, commands.RecordContact, topics=topics, **contact)
