"""The few codes that Python branches on, and the names of their code systems.

All other codes are in `profiles/`. A code is here only because a line of Python asks for it.
"""

from __future__ import annotations

BASE = "https://carefhir.org/fhir"
"""The base of all our canonical urls: a name, not an address."""

STEP_KEY = f"{BASE}/sid/step"
"""Identifier system of created resources; the value derives from (act, part)."""

ACT_KEY = f"{BASE}/sid/act"
"""Tag system of receipts (Provenance has no identifier in R4); the code is the act's key."""

STEP_NAME = f"{BASE}/sid/step-name"
"""Tag system of the name of the step that a receipt is for: by it `retract` knows which rule holds."""

COMMAND_KEY = f"{BASE}/sid/command"
"""Tag system of the command's digest, on everything an act creates. A run that resumes or repeats an act with different
details is told so, instead of being told that its own details were written."""

ACT_MARK = f"{BASE}/sid/act-mark"
"""Identifier system of the mark the engine puts on everything an act creates or amends: `<act>/<command>/created` or
`<act>/<command>/amended`. An interrupted act recognizes by it what it has already written."""

DECIDED_KEY = f"{BASE}/sid/decided"
"""Tag system, on types with one identifier, of the moment for which an act was decided; elsewhere that is the start of
the period of the act's mark."""

ELSEWHERE = f"{BASE}/sid/elsewhere"
"""Identifier system of where a record is that is on another server: its base and its place there."""

VERSION_KEY = f"{BASE}/sid/version"
"""Identifier system, next to a reference, of the version a decision was made from. Servers strip versions from
references; an identifier survives."""

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM = "http://unitsofmeasure.org"

PROGRAM = f"{BASE}/CodeSystem/care-program"
TASK = f"{BASE}/CodeSystem/care-task"
TASK_STATE = f"{BASE}/CodeSystem/care-task-state"
DISCIPLINE = f"{BASE}/CodeSystem/discipline"
TEAM_ROLE = f"{BASE}/CodeSystem/care-team-role"
LEAVING_REASON = f"{BASE}/CodeSystem/leaving-reason"
CONSENT_TOPIC = f"{BASE}/CodeSystem/consent-topic"
CONSENT_FORM = f"{BASE}/CodeSystem/consent-form"
BAND = f"{BASE}/CodeSystem/score-band"
FINDING = f"{BASE}/CodeSystem/finding"
SETTING = f"{BASE}/CodeSystem/care-setting"
DESTINATION = f"{BASE}/CodeSystem/discharge-destination"
CLOCK_DATE = f"{BASE}/CodeSystem/clock-date"
DELIVERY_PART = f"{BASE}/CodeSystem/delivery-part"
METHOD = f"{BASE}/CodeSystem/assessment-method"
DISCHARGE_SERVICE = f"{BASE}/CodeSystem/discharge-service"
SUPERVISED = f"{BASE}/CodeSystem/supervised-action"
RETRACTION = f"{BASE}/CodeSystem/retraction-rule"
MERGE_RULE = f"{BASE}/CodeSystem/merge-rule"
INSTRUMENT_RESULT = f"{BASE}/CodeSystem/instrument-result"

DOMAIN = f"{BASE}/CodeSystem/assessment-domain"
TIER = f"{BASE}/CodeSystem/care-tier"
TIER_RULE = f"{BASE}/CodeSystem/tier-rule"
PROGRAM_CRITERION = f"{BASE}/CodeSystem/program-criterion"
FUNCTION_LOSS = f"{BASE}/CodeSystem/function-loss"
TRIAGE = f"{BASE}/CodeSystem/check-in-triage"
CHECK_IN_ITEM = f"{BASE}/CodeSystem/check-in-item"
CHECK_IN_ANSWER = f"{BASE}/CodeSystem/check-in-answer"
MEASURE_UNIT = f"{BASE}/CodeSystem/measure-unit"
MEASURED_QUANTITY = f"{BASE}/CodeSystem/measured-quantity"
NAMED_FACT = f"{BASE}/CodeSystem/named-fact"
ALARMING_WORDS = f"{BASE}/CodeSystem/alarming-words"
WORDS_JUDGED = f"{BASE}/CodeSystem/words-judged"
SUICIDE_SCREENER = f"{BASE}/CodeSystem/suicide-screener"
SUICIDE_INSTRUMENT = f"{BASE}/CodeSystem/suicide-instrument"
SUICIDE_ANSWER = f"{BASE}/CodeSystem/suicide-screener-answer"
SUICIDE_FORM = f"{BASE}/Questionnaire/suicide-screener-result"
CONDITION_GROUP = f"{BASE}/CodeSystem/condition-group"
INGREDIENT = f"{BASE}/CodeSystem/ingredient"
CARE_GOAL = f"{BASE}/CodeSystem/care-goal"
PLAN_EVALUATION = f"{BASE}/CodeSystem/plan-evaluation"
PLAN_JUDGMENT = f"{BASE}/CodeSystem/plan-judgment"
CARE_ITEM = f"{BASE}/CodeSystem/care-item"
ITEM_CLASS = f"{BASE}/CodeSystem/item-class"
CONTRADICTION = f"{BASE}/CodeSystem/contradiction"
CARE_TIME = f"{BASE}/CodeSystem/care-time"
TIME_ACTIVITY = f"{BASE}/CodeSystem/time-activity"
BILLING_PROGRAM = f"{BASE}/CodeSystem/billing-program"
BILLING_ELEMENT = f"{BASE}/CodeSystem/billing-element"
CONTACT_MEANS = f"{BASE}/CodeSystem/contact-means"
CONTACT_PREFERENCE = f"{BASE}/CodeSystem/contact-preference"
INTERPRETER = f"{BASE}/CodeSystem/interpreter-used"
CONTACT_OUTCOME = f"{BASE}/CodeSystem/contact-outcome"
TEACH_TOPIC = f"{BASE}/CodeSystem/teach-topic"
CONTACT_TOPIC = f"{BASE}/CodeSystem/contact-topic"
TRANSITION_OUTCOME = f"{BASE}/CodeSystem/transition-outcome"
TRANSITION_EVIDENCE = f"{BASE}/CodeSystem/transition-evidence"
BILLING_STATEMENT = f"{BASE}/CodeSystem/billing-statement"
DISCREPANCY_WHAT = f"{BASE}/CodeSystem/discrepancy-what"
DISCREPANCY_WHY = f"{BASE}/CodeSystem/discrepancy-why"
RECONCILIATION_ACTION = f"{BASE}/CodeSystem/reconciliation-action"
MEDICINE_FORM = f"{BASE}/CodeSystem/medicine-form"
TAKING_WORDS = f"{BASE}/CodeSystem/taking-words"
DOSING_INTERVAL = f"{BASE}/CodeSystem/dosing-interval"
PREGNANCY_STATUS = f"{BASE}/CodeSystem/pregnancy-status"
ALLERGY_CLASS = f"{BASE}/CodeSystem/allergy-class"
HIGH_ALERT = f"{BASE}/CodeSystem/high-alert-class"
TRANSITION_SECTION = f"{BASE}/CodeSystem/transition-section"
HELPER_RELATIONSHIP = f"{BASE}/CodeSystem/helper-relationship"
HELP_GIVEN = f"{BASE}/CodeSystem/help-given"
MAY_KNOW = f"{BASE}/CodeSystem/may-know"
SUPPORT_ANSWER = f"{BASE}/CodeSystem/support-answer"
PATIENT_COPY_TEXT = f"{BASE}/CodeSystem/patient-copy-text"
PLAN_SECTION = f"{BASE}/CodeSystem/plan-section"
PACKET_ITEM = f"{BASE}/CodeSystem/packet-item"
LOOP_EVENT = f"{BASE}/CodeSystem/loop-event"
WHEREABOUTS = f"{BASE}/CodeSystem/whereabouts"
WARNING_SIGN = f"{BASE}/CodeSystem/warning-sign"
AUTHORIZATION_ANSWER = f"{BASE}/CodeSystem/authorization-answer"
AUTHORIZATION_DETAIL = f"{BASE}/CodeSystem/authorization-detail"
DUE_TAG = f"{BASE}/sid/due"
"""Tag system on Tasks: the due date, as an index for searches only."""

TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"
TASK_STATUS = "http://hl7.org/fhir/task-status"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
PATIENT_CLASS = "http://terminology.hl7.org/CodeSystem/v2-0004"
CONDITION_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CONDITION_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CONDITION_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
US_CORE_CONDITION_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
US_CORE_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category"
CLAIM_TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
PROCESS_PRIORITY = "http://terminology.hl7.org/CodeSystem/processpriority"
GOAL_ACHIEVEMENT = "http://terminology.hl7.org/CodeSystem/goal-achievement"
GOAL_PRIORITY = "http://terminology.hl7.org/CodeSystem/goal-priority"
CAREPLAN_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
DOCUMENT_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
COMMUNICATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/communication-category"
RISK = "http://terminology.hl7.org/CodeSystem/risk-probability"
CONSENT_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
PARTICIPATION_MODE = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"
PROVENANCE_AGENT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
SDOH_CATEGORY = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"


RESTRICTED: dict[str, object] = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "code": "R",
    "display": "restricted",
}
"""Security label of what must stay out of shared documents (clinical practice, rule 4)."""


def concept(system: str, code: str, display: str | None = None, text: str | None = None) -> dict[str, object]:
    """A CodeableConcept with one coding."""
    coding: dict[str, object] = {"system": system, "code": code}
    if display:
        coding["display"] = display
    codeable_concept: dict[str, object] = {"coding": [coding]}
    if text:
        codeable_concept["text"] = text
    return codeable_concept
