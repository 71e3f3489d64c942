"""Status tables of the resources whose state we follow: data, and two functions.

Source: the R4 required bindings (http://hl7.org/fhir/R4/valueset-<type>-status.html) for the codes; which of them are
final is from R4's own state descriptions for Task, and the plain meaning of the code elsewhere. `MOVES` says from
where to where *our steps* may take a resource: R4's state machines where it draws one (Task, CarePlan and Goal in their
notes), else the plain meaning of the codes. Other systems may do what they like with their resources. Any status may
become entered-in-error, and a final status never changes again; only a retraction goes back, and only the way that a
move of this table came. `docs/lifecycles.md` is drawn from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STATUS: dict[str, tuple[str, frozenset[str]]] = {
    "Appointment": (
        "status",
        frozenset(
            "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in waitlist".split()
        ),
    ),
    "Claim": ("status", frozenset("active cancelled draft entered-in-error".split())),
    "Composition": ("status", frozenset("preliminary final amended entered-in-error".split())),
    "DocumentReference": ("status", frozenset("current superseded entered-in-error".split())),
    "SupplyDelivery": ("status", frozenset("in-progress completed abandoned entered-in-error".split())),
    "CarePlan": ("status", frozenset("draft active on-hold revoked completed entered-in-error unknown".split())),
    "CareTeam": ("status", frozenset("proposed active suspended inactive entered-in-error".split())),
    "Communication": (
        "status",
        frozenset("preparation in-progress not-done on-hold stopped completed entered-in-error unknown".split()),
    ),
    "CommunicationRequest": (
        "status",
        frozenset("draft active on-hold revoked completed entered-in-error unknown".split()),
    ),
    "Consent": ("status", frozenset("draft proposed active rejected inactive entered-in-error".split())),
    "DetectedIssue": (
        "status",
        frozenset("registered preliminary final amended corrected cancelled entered-in-error unknown".split()),
    ),
    "DeviceRequest": (
        "status",
        frozenset("draft active on-hold revoked completed entered-in-error unknown".split()),
    ),
    "Encounter": (
        "status",
        frozenset("planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown".split()),
    ),
    "EpisodeOfCare": (
        "status",
        frozenset("planned waitlist active onhold finished cancelled entered-in-error".split()),
    ),
    "Flag": ("status", frozenset("active inactive entered-in-error".split())),
    "Goal": (
        "lifecycleStatus",
        frozenset("proposed planned accepted active on-hold completed cancelled entered-in-error rejected".split()),
    ),
    "List": ("status", frozenset("current retired entered-in-error".split())),
    "MedicationStatement": (
        "status",
        frozenset("active completed entered-in-error intended stopped on-hold unknown not-taken".split()),
    ),
    "Observation": (
        "status",
        frozenset("registered preliminary final amended corrected cancelled entered-in-error unknown".split()),
    ),
    "QuestionnaireResponse": (
        "status",
        frozenset("in-progress completed amended entered-in-error stopped".split()),
    ),
    "RiskAssessment": (
        "status",
        frozenset("registered preliminary final amended corrected cancelled entered-in-error unknown".split()),
    ),
    "ServiceRequest": (
        "status",
        frozenset("draft active on-hold revoked completed entered-in-error unknown".split()),
    ),
    "Task": (
        "status",
        frozenset(
            "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed "
            "entered-in-error".split()
        ),
    ),
}
"""Element and allowed codes by type (fhir.resources does not check required codes; we do)."""

ENDED: dict[str, frozenset[str]] = {
    "Appointment": frozenset({"fulfilled", "cancelled", "noshow", "entered-in-error"}),
    "Claim": frozenset({"cancelled", "entered-in-error"}),
    "Composition": frozenset({"entered-in-error"}),
    "DocumentReference": frozenset({"superseded", "entered-in-error"}),
    "SupplyDelivery": frozenset({"completed", "abandoned", "entered-in-error"}),
    "CarePlan": frozenset({"revoked", "completed", "entered-in-error"}),
    "CareTeam": frozenset({"inactive", "entered-in-error"}),
    "Communication": frozenset({"not-done", "stopped", "completed", "entered-in-error"}),
    "CommunicationRequest": frozenset({"revoked", "completed", "entered-in-error"}),
    "Consent": frozenset({"rejected", "inactive", "entered-in-error"}),
    "DetectedIssue": frozenset({"cancelled", "entered-in-error"}),
    "DeviceRequest": frozenset({"revoked", "completed", "entered-in-error"}),
    "Encounter": frozenset({"finished", "cancelled", "entered-in-error"}),
    "EpisodeOfCare": frozenset({"finished", "cancelled", "entered-in-error"}),
    "Flag": frozenset({"inactive", "entered-in-error"}),
    "Goal": frozenset({"completed", "cancelled", "entered-in-error", "rejected"}),
    "List": frozenset({"retired", "entered-in-error"}),
    "MedicationStatement": frozenset({"completed", "stopped", "not-taken", "entered-in-error"}),
    "Observation": frozenset({"cancelled", "entered-in-error"}),
    "QuestionnaireResponse": frozenset({"entered-in-error", "stopped"}),
    "RiskAssessment": frozenset({"cancelled", "entered-in-error"}),
    "ServiceRequest": frozenset({"revoked", "completed", "entered-in-error"}),
    "Task": frozenset({"rejected", "cancelled", "failed", "completed", "entered-in-error"}),
}
"""Final codes: nothing further happens."""


_REQUEST = {
    "draft": "active revoked",
    "active": "on-hold revoked completed",
    "on-hold": "active revoked completed",
}
MOVES: dict[str, dict[str, str]] = {
    "Appointment": {
        "proposed": "pending booked cancelled",
        "pending": "booked cancelled",
        "booked": "arrived checked-in fulfilled noshow cancelled",
        "waitlist": "booked cancelled",
        "arrived": "fulfilled",
        "checked-in": "fulfilled",
    },
    "CareTeam": {"proposed": "active inactive", "active": "suspended inactive", "suspended": "active inactive"},
    "Claim": {"draft": "active cancelled", "active": "cancelled"},
    "Consent": {"draft": "proposed active rejected", "proposed": "active rejected", "active": "inactive"},
    "DocumentReference": {"current": "superseded"},
    "SupplyDelivery": {"in-progress": "completed abandoned"},
    "CarePlan": _REQUEST,
    "CommunicationRequest": _REQUEST,
    "DeviceRequest": _REQUEST,
    "ServiceRequest": _REQUEST,
    "DetectedIssue": {"registered": "preliminary final cancelled", "preliminary": "final cancelled"},
    "Encounter": {
        "planned": "arrived in-progress cancelled",
        "arrived": "triaged in-progress cancelled",
        "triaged": "in-progress cancelled",
        "in-progress": "onleave finished",
        "onleave": "in-progress finished",
    },
    "EpisodeOfCare": {
        "planned": "waitlist active cancelled",
        "waitlist": "active cancelled",
        "active": "onhold finished",
        "onhold": "active finished",
    },
    "Flag": {"active": "inactive"},
    "Goal": {
        "proposed": "planned accepted rejected cancelled",
        "planned": "accepted active rejected cancelled",
        "accepted": "active on-hold rejected cancelled",
        "active": "on-hold completed cancelled",
        "on-hold": "active completed cancelled",
    },
    "List": {"current": "retired"},
    "MedicationStatement": {
        "intended": "active not-taken completed stopped",
        "active": "completed stopped on-hold",
        "on-hold": "active completed stopped",
        "unknown": "active completed stopped on-hold not-taken",
    },
    "QuestionnaireResponse": {"in-progress": "completed stopped", "completed": "amended"},
    "Task": {
        "draft": "requested ready cancelled",
        "requested": "received accepted rejected ready in-progress on-hold completed failed cancelled",
        "received": "accepted rejected ready in-progress on-hold completed failed cancelled",
        "accepted": "ready in-progress on-hold completed failed cancelled",
        "ready": "in-progress on-hold completed failed cancelled",
        "in-progress": "on-hold completed failed cancelled",
        "on-hold": "requested accepted ready in-progress completed failed cancelled",
    },
}
"""Where a step may take a resource of a type from a status; what is not listed stays as it is."""


def moves(type_: str, status: str) -> frozenset[str]:
    """The statuses a resource may be taken to from this one."""
    onward = MOVES.get(type_, {}).get(status, "").split()
    wrong = STATUS.get(type_, ("", frozenset()))[1] & {"entered-in-error"} if status != "entered-in-error" else ()
    return frozenset(onward) | frozenset(wrong)


def impossible(
    type_: str, reference: str, was: Mapping[str, Any], becomes: Mapping[str, Any], *, released: bool = False
) -> str:
    """Why a change of status is not possible, naming both; "" when it is possible, or when the status stays.

    What is released goes back: it is possible where the way there was.
    """
    if type_ not in MOVES:
        return ""
    element = STATUS[type_][0]
    before, after = str(was.get(element, "")), str(becomes.get(element, ""))
    if before == after or after in moves(type_, before) or (released and before in moves(type_, after)):
        return ""
    return f"{reference} is {before or 'without status'} and cannot become {after or 'without status'}"


def ended(type_: str, status: str) -> bool:
    """Whether this status is final."""
    return status in ENDED.get(type_, frozenset())
