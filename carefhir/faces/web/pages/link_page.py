"""Who the EHR names and its companion does not know yet, and what became of linking them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from carefhir.engine.linking import Linked
from carefhir.faces.web.pages import rendering


@dataclass(frozen=True, slots=True)
class PersonToLink:
    """Somebody of the EHR."""

    place: str
    """Where they are in the EHR: `Patient/ID`."""
    name: str
    facts: tuple[str, ...] = ()
    """Birth date and number."""
    trouble: str = ""
    """Why it is not known who they are."""

    @property
    def is_patient(self) -> bool:
        """Whether they are the patient, and not whoever is signed in."""
        return self.place.startswith("Patient/")


def link_page(
    ehr: str,
    people: Sequence[PersonToLink],
    *,
    launch_id: str,
    form_token: str,
    framed_by: tuple[str, ...],
    status: int = 200,
    problem: str = "",
    person_decides: bool = False,
    place: str = "",
    linked: Sequence[str] = (),
    may_link: bool = True,
) -> Response:
    """Who is not linked, with a button that does it. `problem` is why it could not be done; `person_decides` where no
    button helps; `linked` who was linked before that;
    `may_link` whether somebody acts who could."""
    waiting = [person for person in people if person.place not in linked]
    return rendering.page(
        "link.html",
        status=status,
        framed_by=framed_by,
        title="Not in carefhir yet",
        ehr=ehr,
        people=waiting,
        launch_id=launch_id,
        form_token=form_token,
        problem=problem,
        person_decides=person_decides,
        place=place or (waiting[0].place if waiting else ""),
        may_link=may_link,
        known=may_link and all(not person.trouble for person in waiting),
        may_look=not any(person.is_patient for person in waiting),
    )


HOW = {
    "made": "has a new record in carefhir",
    "joined": "was found in carefhir by a number that both records have, and is linked to that one",
    "linked before": "was linked already",
}
"""What became of each."""


def linked_page(
    ehr: str, people: Sequence[PersonToLink], done: Sequence[Linked], *, home: str, framed_by: tuple[str, ...]
) -> Response:
    """What was done, and the way on."""
    names = {person.place: person.name for person in people}
    lines = [f"{names.get(one.place) or one.place} {HOW[one.how]} ({one.reference})." for one in done]
    onward = "Open the chart" if any(person.is_patient for person in people) else "Go on"
    return rendering.page(
        "linked.html", framed_by=framed_by, title="Linked", ehr=ehr, lines=lines, home=home, onward=onward
    )
