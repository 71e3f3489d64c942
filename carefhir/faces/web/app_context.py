"""What a card tells the app that it launches (SMART `appContext`): a step, and the record it is about. Nothing else.

It comes back through the EHR, and so through other hands: it is read by a strict pattern, and what it names is checked
like anything that a person types. It holds no patient data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from carefhir import catalog
from carefhir.errors import BadInput

FIELDS = {"Task": ("task", "transition", "proposal"), "Encounter": ("encounter",)}
"""The types of record that it is about, and in which field of a command each goes."""
_pattern = re.compile(rf"([a-z][a-z-]{{0,39}}):((?:{'|'.join(FIELDS)})/[A-Za-z0-9\-.]{{1,64}})")


@dataclass(frozen=True, slots=True)
class AskedStep:
    """A step that somebody may want to do next, and the record it is about."""

    step: str
    """Its name in the catalog."""
    about: str
    """`Task/ID` or `Encounter/ID`."""

    @property
    def spelled(self) -> str:
        """`open-transition:Encounter/18`."""
        return f"{self.step}:{self.about}"

    @property
    def given(self) -> dict[str, str]:
        """What it gives the step's form: the record, in the field that takes one of its type."""
        fields = next(entry.command.model_fields for entry in catalog.ENTRIES if entry.name == self.step)
        name = next((each for each in FIELDS[self.about.partition("/")[0]] if each in fields), "")
        return {name: self.about} if name else {}

    @classmethod
    def read(cls, text: object) -> AskedStep:
        """Reads what came back. Raises `BadInput` for anything that we do not write, without repeating it."""
        match = _pattern.fullmatch(text) if isinstance(text, str) and text.isascii() else None
        if match is None or match[1] not in {entry.name for entry in catalog.ENTRIES}:
            raise BadInput("appContext: expected a step and a record, as this service writes it into its cards")
        return cls(match[1], match[2])
