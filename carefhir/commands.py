"""The commands: what can be asked of `Care`, in the order of the catalog.

Those of steps go to `care.run` and `care.preview`, those that only read to `care.show`. The parts that fields are made
of follow the first command that takes them. Made of the catalog by scripts/render-docs; do not edit, run it again.
"""

from __future__ import annotations

from carefhir.workflows.assessment.conclude_assessment import ConcludeAssessment, Concluded
from carefhir.workflows.assessment.confirm_concern import ConfirmConcern
from carefhir.workflows.assessment.overview import Overview
from carefhir.workflows.assessment.record_assessment import RecordAssessment
from carefhir.workflows.care_planning.propose_plan import ProposePlan
from carefhir.workflows.care_planning.record_agreement import Answer, ItemAnswer, RecordAgreement
from carefhir.workflows.care_planning.request_sign_off import RequestSignOff
from carefhir.workflows.care_planning.return_plan import ReturnPlan
from carefhir.workflows.care_planning.sign_off import SignOff, SignOffDecision
from carefhir.workflows.monitoring.acknowledge import Acknowledge
from carefhir.workflows.monitoring.evaluate_goals import EvaluateGoals
from carefhir.workflows.monitoring.record_check_in import RecordCheckIn
from carefhir.workflows.monitoring.resolve import Resolve
from carefhir.workflows.monitoring.worklist import Worklist
from carefhir.workflows.supervision.enroll import Enroll
from carefhir.workflows.supervision.pause import Pause
from carefhir.workflows.supervision.record_death import RecordDeath
from carefhir.workflows.supervision.resume import Resume
from carefhir.workflows.transitions.book_follow_up import BookFollowUp
from carefhir.workflows.transitions.close_transition import CloseTransition
from carefhir.workflows.transitions.open_at_closing import OpenTask
from carefhir.workflows.transitions.open_transition import OpenTransition
from carefhir.workflows.transitions.reconcile_medications import ReconcileMedications
from carefhir.workflows.transitions.reconciliation_decisions import ReconcileMedicationsDecision, TakingAnswer
from carefhir.workflows.transitions.record_contact import RecordContact
from carefhir.workflows.transitions.record_teach_back import RecordTeachBack, Taught
from carefhir.workflows.transitions.suspend_transition import SuspendTransition

__all__ = [  # noqa: RUF022  in catalog order
    "Enroll",
    "Pause",
    "Resume",
    "RecordAssessment",
    "ConfirmConcern",
    "ConcludeAssessment",
    "Concluded",
    "ProposePlan",
    "RecordAgreement",
    "Answer",
    "ItemAnswer",
    "RequestSignOff",
    "SignOff",
    "SignOffDecision",
    "ReturnPlan",
    "OpenTransition",
    "RecordContact",
    "RecordTeachBack",
    "Taught",
    "ReconcileMedications",
    "TakingAnswer",
    "ReconcileMedicationsDecision",
    "BookFollowUp",
    "SuspendTransition",
    "CloseTransition",
    "OpenTask",
    "RecordCheckIn",
    "Acknowledge",
    "Resolve",
    "EvaluateGoals",
    "RecordDeath",
    "Overview",
    "Worklist",
]
