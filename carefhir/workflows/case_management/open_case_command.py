"""`open-case`: opens a case around one event, with an end in sight, beside care management or without it.

Writes an EpisodeOfCare of the program `case-management` that names the event (a stay, a condition, a request or a
claim) and the day on which it is expected to be over; a CareTeam with the case manager; the Consent; a draft CarePlan
of its own, part of the standing plan where one is in force; the goals of the case, to be agreed (`record-agreement`)
and signed (`request-sign-off`, `sign-off`) as any other; and the first Tasks, as content says. Where the person has a
care manager, that stays their single point of contact.

`enroll` takes somebody into a program that is around no event. A case is always around one: it may run beside such an
enrollment, and beside a case around another event, but there is never a second one around the same. The act's cause is
the event and the last case around it that ended.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, computed_field

from carefhir.engine.step import PatientCommand, PractitionerRef, RelatedPersonRef
from carefhir.fhir.record import relative
from carefhir.workflows.case_management.cases import EVENTS
from carefhir.workflows.consenting import Form, Topic


def _event(value: str) -> str:
    reference = relative(value.strip())
    if reference is None or reference.partition("/")[0] not in EVENTS:
        raise ValueError(f"expected one of {', '.join(f'{type_}/ID' for type_ in EVENTS)}")
    return reference


class OpenCase(PatientCommand):
    """Opens a case around one event, with an end in sight."""

    event: Annotated[str, AfterValidator(_event)] = Field(
        description="what the case is around: Encounter/ID, Condition/ID, ServiceRequest/ID or Claim/ID"
    )
    case_manager: PractitionerRef = Field(description="who runs the case: Practitioner/ID")
    expected_end: date = Field(description="the day on which the case is expected to be over")
    goals: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        min_length=1, description="what the case is to reach, in plain words; the patient agrees to it afterwards"
    )
    consent: Form = Field(description="how the patient consented")
    told: tuple[Topic, ...] = Field(
        default=(), description="what the patient, or their guardian, was told before they consented"
    )
    guardian: RelatedPersonRef = Field(
        default="", description="who consented for the patient, for everybody under 18: RelatedPerson/ID"
    )
    supervising_provider: PractitionerRef = Field(
        default="",
        description="the physician or nurse practitioner who signs the plan: Practitioner/ID; needed where the care "
        "team names none",
    )
    reason: str = Field(min_length=1, description="why a case is needed, in plain words")
    case_manager_discipline: str = Field(default="registered-nurse", description="the case manager's discipline")
    supervising_discipline: str = Field(default="physician", description="the supervising provider's discipline")

    @computed_field(repr=False)  # type: ignore[prop-decorator]  # pydantic's own pattern
    @property
    def claim(self) -> str:
        """The event, where it is a claim."""
        return self.event if self.event.startswith("Claim/") else ""
