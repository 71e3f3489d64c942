"""Which of our profiles a resource of ours is held against: by its type and, where one type plays several parts, by
what it says. Rows are asked in order, and the last row of a type is what it is otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from carefhir.codes import BASE, COMMUNICATION_CATEGORY, CONDITION_CATEGORY, LOINC, OBSERVATION_CATEGORY, TASK_CODE
from carefhir.fhir.record import codings

Json = dict[str, Any]
Says = Callable[[Json], bool]


def has(path: str, system: str, code: str = "") -> Says:
    """Whether a code of a system stands at a path: of ours by the system's last word, any code of it where none is
    named."""
    whole = system if "/" in system else f"{BASE}/CodeSystem/{system}"
    return lambda one: any(s == whole and code in ("", c) for s, c in codings(one, path))


notifies = has("category", COMMUNICATION_CATEGORY, "notification")
"""Whether it tells of something, and is no talk."""


def otherwise(resource: Json) -> bool:
    """Whatever it says."""
    return True


ROWS: tuple[tuple[str, Says, str], ...] = (
    ("Appointment", lambda one: one["status"] in ("proposed", "pending"), "carefhir-planned-visit"),
    ("Appointment", lambda one: "basedOn" in one, "carefhir-referred-visit"),
    ("Appointment", otherwise, "carefhir-visit"),
    ("CarePlan", otherwise, "carefhir-care-plan"),
    ("CareTeam", otherwise, "carefhir-care-team"),
    ("Claim", otherwise, "carefhir-authorization-request"),
    ("Communication", lambda one: "about" in one and notifies(one), "carefhir-hand-over"),
    ("Communication", notifies, "carefhir-handed-over"),
    ("Communication", has("category", COMMUNICATION_CATEGORY, "alert"), "carefhir-alert"),
    ("Communication", has("medium", "contact-means"), "carefhir-call"),
    ("Communication", otherwise, "carefhir-contact"),
    ("CommunicationRequest", has("category", "care-task", "complete-packet"), "carefhir-packet-request"),
    ("CommunicationRequest", otherwise, "carefhir-communication-request"),
    ("Condition", has("category", CONDITION_CATEGORY, "problem-list-item"), "carefhir-problem"),
    ("Condition", otherwise, "carefhir-concern"),
    ("Consent", has("category", "contact-preference"), "carefhir-contact-preference"),
    ("Consent", lambda one: "provision" in one, "carefhir-sharing-consent"),
    ("Consent", otherwise, "carefhir-consent"),
    ("DetectedIssue", lambda one: "mitigation" in one, "carefhir-decided-issue"),
    ("DetectedIssue", has("code", "contradiction"), "carefhir-contradiction"),
    ("DetectedIssue", otherwise, "carefhir-discrepancy"),
    ("DeviceRequest", otherwise, "carefhir-device-request"),
    ("DocumentReference", has("type", LOINC, "34109-9"), "carefhir-note"),
    ("DocumentReference", otherwise, "carefhir-shared-document"),
    ("EpisodeOfCare", otherwise, "carefhir-episode-of-care"),
    ("Flag", otherwise, "carefhir-flag"),
    ("Goal", lambda one: "achievementStatus" in one, "carefhir-evaluated-goal"),
    ("Goal", otherwise, "carefhir-goal"),
    ("Group", otherwise, "carefhir-panel-group"),
    ("List", otherwise, "carefhir-reconciled-medicines"),
    ("MedicationStatement", otherwise, "carefhir-reconciled-medicine"),
    ("Observation", has("code", "assessment-domain"), "carefhir-conclusion"),
    ("Observation", has("code", "plan-evaluation"), "carefhir-plan-judgment"),
    ("Observation", has("code", "check-in-item", "triage"), "carefhir-check-in-triage"),
    ("Observation", has("code", "suicide-screener"), "carefhir-suicide-screener"),
    ("Observation", has("code", "support-answer"), "carefhir-support-answer"),
    ("Observation", has("category", OBSERVATION_CATEGORY, "vital-signs"), "carefhir-given-number"),
    ("Observation", has("category", OBSERVATION_CATEGORY, "laboratory"), "carefhir-given-number"),
    ("Observation", has("code", "care-time"), "carefhir-care-time"),
    ("Observation", otherwise, "carefhir-score"),
    ("Provenance", otherwise, "carefhir-receipt"),
    ("QuestionnaireResponse", otherwise, "carefhir-questionnaire-response"),
    ("RelatedPerson", otherwise, "carefhir-helper"),
    ("RiskAssessment", has("method", "assessment-method", "care-tier"), "carefhir-tier"),
    ("RiskAssessment", otherwise, "carefhir-risk-assessment"),
    ("ServiceRequest", otherwise, "carefhir-service-request"),
    ("SupplyDelivery", otherwise, "carefhir-delivery"),
    ("Task", has("code", TASK_CODE, "fulfill"), "carefhir-referral-task"),
    ("Task", otherwise, "carefhir-task"),
)
"""Type, what it says, and the profile."""


TYPES = frozenset(type_ for type_, _, _ in ROWS)
"""The types we write."""


def profile_for(resource: Json) -> str:
    """The id of the profile a resource of ours is held against. Raises `LookupError` for a type there is none for."""
    for type_, says, profile in ROWS:
        if resource["resourceType"] == type_ and says(resource):
            return profile
    raise LookupError(f"no profile for {resource['resourceType']}: add a row to tests/support/profiles.py")


def claiming(resource: Json) -> Json:
    """The resource as it claims its profile, for the validator to hold it to that."""
    profile = f"{BASE}/StructureDefinition/{profile_for(resource)}"
    return {**resource, "meta": {**resource["meta"], "profile": [profile]}}
