"""The step `request-authorization`: the request, or the answer to one (`authorization_command`)."""

from __future__ import annotations

from dataclasses import replace

from carefhir.chart import chart as charts
from carefhir.engine.step import AtMoment, Case, Step
from carefhir.fhir.changes import Refusal
from carefhir.fhir.gather import Records
from carefhir.mappers import claim, claim_response, coverage, practitioner
from carefhir.mappers import questionnaire_response as qr
from carefhir.occasion import Occasion
from carefhir.workflows.case_management import authorizations
from carefhir.workflows.case_management.answering import AnswerCase, newest_last
from carefhir.workflows.case_management.asking_payer import AskingCase
from carefhir.workflows.case_management.authorization_command import RequestAuthorization

NEEDS = (
    *charts.needs("patient", "tasks", optional=False),
    *charts.needs("episodes", "care_teams", "care_plans", "conditions", "encounters"),
    *charts.needs("service_requests", "device_requests"),
    replace(qr.find(), optional=True),
    claim.find(),
    claim.find_named("claim"),
    claim_response.find(),
    coverage.find(),
    practitioner.find("provider"),
)


def cause_of(command: RequestAuthorization, occasion: Occasion) -> AtMoment:
    """What is asked for, or the request that is answered, and the moment."""
    return AtMoment(command.claim or command.about, command.at)


def open_cases(records: Records, command: RequestAuthorization, occasion: Occasion) -> tuple[Case] | Refusal:
    """The request, or the answer to one."""
    if bool(command.about) == bool(command.claim):
        return Refusal(
            (
                "name what authorization is asked for in about (ServiceRequest/ID, DeviceRequest/ID, Encounter/ID), or "
                "the request that was answered in claim (Claim/ID): one of the two",
            )
        )
    chart = charts.read(records, occasion)
    if command.claim:
        named = records.one("claim_named")
        return (
            AnswerCase(
                command=command,
                occasion=occasion,
                chart=chart,
                request=claim.read(named) if named else None,
                tasks=authorizations.following(chart.tasks, command.claim),
                responses=newest_last(claim_response.read(one, occasion.content) for one in records["claim_responses"]),
                unseen=not records.visible("claim_responses"),
            ),
        )
    return (
        AskingCase(
            command=command,
            occasion=occasion,
            chart=chart,
            claims=tuple(claim.read(one) for one in records["claims"]),
            coverages=tuple(coverage.read(one) for one in records["coverages"]),
            forms=records["responses"],
            provider=records.one("provider"),
            devices=records["device_requests"],
        ),
    )


REQUEST_AUTHORIZATION = Step(
    name="request-authorization",
    title="Ask a payer for authorization, or record its answer",
    command=RequestAuthorization,
    needs=NEEDS,
    open=open_cases,
    early=cause_of,
    when_stale="decide again",
    creates=("Claim", "Task"),
    amends=("Task",),
    supervised="authorization",
)
