"""The last check-in: its color, why, and what the person said in their own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.codes import TRIAGE
from carefhir.fhir.record import Record
from carefhir.mappers import check_in
from carefhir.mappers import questionnaire_response as qr
from carefhir.occasion import Occasion
from carefhir.workflows.looking.days import day_of

UNCLEAR = "THE COLOR CANNOT BE READ: OPEN {}"


@dataclass(frozen=True, slots=True)
class LastCheckIn:
    """The newest color that counts, and its words."""

    color: str
    """A code of CodeSystem check-in-triage; "" where it cannot be read."""
    words: str
    """The color in words, `RED, URGENT`."""
    day: str
    reasons: tuple[str, ...]
    own_words: str
    """What the person added in their own words; "" if nothing, or if it could not be seen."""
    response: str
    """`QuestionnaireResponse/ID`."""

    @property
    def cells(self) -> tuple[str, ...]:
        own_words = f'in their own words: "{self.own_words}"' if self.own_words else ""
        silent = "nothing alarming was answered" if self.color == "green" else "no reasons on record"
        return (self.words, self.day, "; ".join(filter(None, (*self.reasons, own_words))) or silent)


def last_check_in(
    observations: Iterable[Record], responses: Iterable[Record], occasion: Occasion
) -> tuple[LastCheckIn, ...]:
    """The newest one; () where there is none. A color that amended answers have replaced does not count; one that
    nobody can read is shown as such, for it may be red."""
    colors = occasion.content.concepts(TRIAGE)
    triages = [view for view in map(check_in.read, observations) if view.color or view.unclear]
    newest = max(triages, key=lambda view: (view.at, view.record.id), default=None)
    if newest is None:
        return ()
    answers = {record.reference: record for record in responses}
    response = next((answers[name] for name in newest.rests_on if name in answers), None)
    return (
        LastCheckIn(
            color=newest.color if newest.color in colors else "",
            words=colors[newest.color].display.upper()
            if newest.color in colors
            else UNCLEAR.format(newest.record.reference),
            day=day_of(newest.at, occasion),
            reasons=check_in.reasons_of(newest.record),
            own_words=qr.own_words(response) if response else "",
            response=response.reference if response else next(iter(newest.rests_on), ""),
        ),
    )
