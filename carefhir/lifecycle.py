"""Status tables of the resources whose state we follow: data, and one function.

Source: the R4 required bindings (http://hl7.org/fhir/R4/valueset-<type>-status.html) for the codes; which of them are
ends of the road is R4's own state descriptions for Task, and the plain meaning of the code elsewhere.
"""

from __future__ import annotations

STATUS: dict[str, tuple[str, frozenset[str]]] = {
    "CarePlan": ("status", frozenset("draft active on-hold revoked completed entered-in-error unknown".split())),
    "CareTeam": ("status", frozenset("proposed active suspended inactive entered-in-error".split())),
    "Consent": ("status", frozenset("draft proposed active rejected inactive entered-in-error".split())),
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
    "CarePlan": frozenset({"revoked", "completed", "entered-in-error"}),
    "CareTeam": frozenset({"inactive", "entered-in-error"}),
    "Consent": frozenset({"rejected", "inactive", "entered-in-error"}),
    "Encounter": frozenset({"finished", "cancelled", "entered-in-error"}),
    "EpisodeOfCare": frozenset({"finished", "cancelled", "entered-in-error"}),
    "Flag": frozenset({"inactive", "entered-in-error"}),
    "Goal": frozenset({"completed", "cancelled", "entered-in-error", "rejected"}),
    "Observation": frozenset({"cancelled", "entered-in-error"}),
    "QuestionnaireResponse": frozenset({"entered-in-error", "stopped"}),
    "RiskAssessment": frozenset({"cancelled", "entered-in-error"}),
    "Task": frozenset({"rejected", "cancelled", "failed", "completed", "entered-in-error"}),
}
"""Codes from which nothing further happens."""


def ended(type_: str, status: str) -> bool:
    """Whether a resource in this status is at the end of its road."""
    return status in ENDED.get(type_, frozenset())
