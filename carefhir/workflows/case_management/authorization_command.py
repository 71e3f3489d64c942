"""`request-authorization`: asks a payer for authorization, and records what it answers.

With `about` it writes the request: a Claim with use preauthorization, shaped as Da Vinci Prior Authorization Support
2.2.1 has it (items, diagnoses, insurance, answered forms as supporting information), and a Task with the moment by
which the payer must have decided (CMS-0057-F: 72 hours expedited, 7 calendar days standard; PlanDefinition
authorization-clock). Nothing is sent to a payer: `authorization-request` shows the Bundle that a site submits.

With `claim` it records the answer, typed in `answer` or read from a ClaimResponse on this server: approved, partly
approved, denied with its reason, pended with what is asked for, appealed. A denial opens a Task to decide on an appeal,
with its last day. No answer by its time is said, and is never an approval. The act's cause is what is asked for, or the
request that is answered, and the moment.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from carefhir.engine.step import (
    ClaimRef,
    ClaimResponseRef,
    ConditionRef,
    CoverageRef,
    EpisodeRef,
    Moment,
    PatientCommand,
    PractitionerRef,
    ResponseRef,
)
from carefhir.fhir.record import relative

ABOUT = ("ServiceRequest", "DeviceRequest", "Encounter")
"""What a payer can be asked to authorize."""


def _about(value: str) -> str:
    reference = relative(value.strip())
    if reference is None or reference.partition("/")[0] not in ABOUT:
        raise ValueError(f"expected one of {', '.join(f'{type_}/ID' for type_ in ABOUT)}")
    return reference


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class RequestedItem(_Part):
    """One service, thing or stay that is to be authorized."""

    words: str = Field(min_length=1, description="what it is, in plain words")
    code: str = Field(default="", description="its code as system|code, where one is known")
    quantity: Decimal | None = Field(default=None, gt=0, description="how much of it")
    unit: str = Field(default="", description="of what: days, visits, units")
    first_day: date | None = Field(default=None, description="the first day")
    last_day: date | None = Field(default=None, description="the last day")


class PayersAnswer(_Part):
    """What the payer answered, as somebody took it down."""

    outcome: Literal["approved", "partly-approved", "denied", "pended", "appealed"] = Field(
        description="approved, partly-approved, denied, pended (more is asked for), or appealed (we appealed a denial)"
    )
    number: str = Field(default="", description="the authorization number")
    first_day: date | None = Field(default=None, description="the first day that is authorized")
    last_day: date | None = Field(default=None, description="the last day that is authorized")
    days: int | None = Field(
        default=None, gt=0, description="how many days are authorized, where the payer counts days"
    )
    units: Decimal | None = Field(default=None, gt=0, description="how many units or visits are authorized")
    level: str = Field(default="", description="the level of care that is authorized (code of CodeSystem care-setting)")
    reason: str = Field(default="", description="why something is denied, in the payer's words; required then")
    asked_for: str = Field(default="", description="what the payer asks for; required where it is pended")
    by: date | None = Field(
        default=None,
        description="the day the payer names: to send more by, to appeal by, or to have decided an appeal by",
    )


class RequestAuthorization(PatientCommand):
    """Asks a payer for authorization, or records what the payer answered."""

    at: Moment = Field(
        description="when the payer was asked, or answered, or was found not to have answered, with its UTC offset: "
        "2026-03-09T10:00:00-05:00"
    )
    reason: str = Field(min_length=1, description="why it is needed, or how the answer came, in plain words")
    about: Annotated[str, AfterValidator(_about)] = Field(
        default="",
        description="what authorization is asked for: ServiceRequest/ID, DeviceRequest/ID or Encounter/ID; for a "
        "request",
    )
    claim: ClaimRef = Field(default="", description="the request that was answered: Claim/ID; for an answer")
    urgency: Literal["standard", "expedited"] = Field(
        default="standard", description="expedited, where waiting could harm the person"
    )
    items: tuple[RequestedItem, ...] = Field(
        default=(),
        description="what is to be authorized, a list of: words, code, quantity, unit, first_day, last_day; if left "
        "out, what is asked for as a whole",
    )
    provider: PractitionerRef = Field(
        default="", description="who asks: Practitioner/ID; if left out, whoever ordered it"
    )
    diagnoses: tuple[ConditionRef, ...] = Field(
        default=(), description="what it is for: Condition/ID; if left out, the reasons of the order or of the stay"
    )
    coverage: CoverageRef = Field(default="", description="which coverage, where there are several: Coverage/ID")
    forms: tuple[ResponseRef, ...] = Field(
        default=(), description="answered forms that support it: QuestionnaireResponse/ID"
    )
    tell: str = Field(default="", description="what else the payer is told, in words")
    case: EpisodeRef = Field(
        default="",
        description="the case it belongs to: EpisodeOfCare/ID; if left out, the case around what is asked for",
    )
    answer: PayersAnswer | None = Field(
        default=None,
        description="what the payer answered: outcome (approved, partly-approved, denied, pended, appealed), number, "
        "first_day, last_day, days, units, level, reason, asked_for, by; if left out, the answer on this server",
    )
    response: ClaimResponseRef = Field(
        default="", description="the payer's answer on this server, where there are several: ClaimResponse/ID"
    )
