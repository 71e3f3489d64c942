"""The commands that show one person, or what is to be done, and write nothing."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from carefhir.engine.step import Command
from carefhir.faces import fields, terminal, terminal_readings
from carefhir.faces.calling import (
    AsOption,
    JsonOption,
    NowOption,
    PatientOption,
    ServerOption,
    actor_of,
    care_of,
    example,
)
from carefhir.faces.leaving import guarded, show_reading
from carefhir.workflows.care_planning.plan_choices import PlanChoices
from carefhir.workflows.case_management.authorization_request import AuthorizationRequest
from carefhir.workflows.looking.check_in_questions import CheckInQuestions
from carefhir.workflows.looking.compare_assessments import CompareAssessments
from carefhir.workflows.looking.overview import Overview
from carefhir.workflows.looking.plan_progress import ShowPlanProgress
from carefhir.workflows.looking.pre_fill import PreFill
from carefhir.workflows.looking.team_list import TeamList
from carefhir.workflows.looking.worklist import Worklist
from carefhir.workflows.whole_picture.plan_sheet import ShowPlan

group = typer.Typer()
"""These commands, in the order of `carefhir --help`."""


def _read(reading: type[Command], server: str, now: str, **given: str) -> Any:
    """What a reading shows, with the fields that were given."""
    command: Any = fields.command(reading, {name: text for name, text in given.items() if text})
    with care_of(server, "", now) as care, terminal.waiting("gathering the records"):
        return care.show(command)


@group.command(epilog=example("carefhir overview --server http://127.0.0.1:8080/fhir --patient Patient/1"))
def overview(
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show one patient's whole picture, and what is unseen."""

    def work() -> int:
        picture = _read(Overview, server, now, patient=patient)
        absent = "" if picture.found else picture.patient
        return show_reading(picture, absent, terminal_readings.picture, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command(epilog=example("carefhir questions --server http://127.0.0.1:8080/fhir --patient Patient/1"))
def questions(
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what to ask a patient at the next check-in.

    With --json, to_fill_in has the fields of record-check-in, with a response that lacks only its answers.
    """

    def work() -> int:
        asked = _read(CheckInQuestions, server, now, patient=patient)
        absent = "" if asked.on_record else asked.patient
        return show_reading(asked, absent, terminal_readings.questions, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command(
    name="request",
    epilog=example("carefhir request --patient Patient/1 --claim Claim/7 --json > request.json"),
)
def authorization_request(
    claim: Annotated[str, typer.Option("--claim", metavar="Claim/ID", help="the request")],
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show a request to a payer as a Bundle to submit.

    Nothing is sent. With --json, bundle is what is submitted to the payer's Claim/$submit (Da Vinci PAS).
    """

    def work() -> int:
        submission = _read(AuthorizationRequest, server, now, patient=patient, claim=claim)
        absent = "" if submission.on_record else submission.claim
        return show_reading(submission, absent, terminal_readings.submission, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command("plan-choices", epilog=example("carefhir plan-choices --patient Patient/1"))
def plan_choices(
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what a new care plan could begin with.

    What propose-plan would draft: what is urgent starts in any case; among the rest, first_things chooses. Writes
    nothing.
    """

    def work() -> int:
        shown = _read(PlanChoices, server, now, patient=patient)
        absent = "" if shown.on_record else shown.patient
        return show_reading(shown, absent, terminal_readings.plan_choices, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command(epilog=example("carefhir plan --patient Patient/1"))
def plan(
    chosen: Annotated[str, typer.Option("--plan", metavar="CarePlan/ID", help="the plan, if not the newest")] = "",
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show a care plan.

    What was agreed, what waits for a signature, conflicting advice, and what changed since it was returned.
    Writes nothing.
    """

    def work() -> int:
        sheet = _read(ShowPlan, server, now, patient=patient, **({"plan": chosen} if chosen else {}))
        absent = "" if sheet.on_record else sheet.patient
        return show_reading(sheet, absent, terminal_readings.plan, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command(epilog=example("carefhir progress --patient Patient/1 --plan CarePlan/7"))
def progress(
    plan: Annotated[str, typer.Option("--plan", metavar="CarePlan/ID", help="the plan")],
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show how a care plan is getting on.

    Goals, scores, check-ins, use of hospitals before and since, Tasks kept and late. Writes nothing, and judges
    nothing: evaluate-plan records what a person concludes.
    """

    def work() -> int:
        shown = _read(ShowPlanProgress, server, now, patient=patient, plan=plan)
        absent = "" if shown.on_record else shown.plan
        return show_reading(shown, absent, terminal_readings.progress, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command(epilog=example("carefhir compare --patient Patient/1"))
def compare(
    instrument: Annotated[str, typer.Option("--instrument", metavar="ID", help="one instrument, as phq-9")] = "",
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show answers beside those of the time before.

    Writes nothing: a finding that the newest answers no longer give is named, and a person decides.
    """

    def work() -> int:
        compared = _read(CompareAssessments, server, now, patient=patient, instrument=instrument)
        absent = "" if compared.on_record else compared.patient
        return show_reading(compared, absent, terminal_readings.comparison, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command(
    name="pre-fill",
    epilog=example("carefhir pre-fill --patient Patient/1 --instrument check-in --json > form.json"),
)
def pre_fill(
    instrument: Annotated[str, typer.Option("--instrument", metavar="ID", help="the instrument, as check-in")],
    server: ServerOption = "",
    patient: PatientOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show a form with what the record already has.

    Each value has its source, and is for a person to confirm. Writes nothing. With --json, to_fill_in has a response
    in which nobody has confirmed anything.
    """

    def work() -> int:
        form = _read(PreFill, server, now, patient=patient, instrument=instrument)
        absent = "" if form.on_record else form.patient
        return show_reading(form, absent, terminal_readings.prefilled, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command(epilog=example("carefhir worklist --server http://127.0.0.1:8080/fhir --as Practitioner/2"))
def worklist(
    server: ServerOption = "",
    acting: AsOption = "",
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what a person has to do today, most urgent first."""

    def work() -> int:
        with care_of(server, actor_of(acting), now) as care, terminal.waiting("gathering the tasks"):
            todo_list = care.show(Worklist())
        absent = "" if todo_list.known else todo_list.owner
        return show_reading(todo_list, absent, terminal_readings.worklist, as_json=as_json)

    guarded(work, as_json=as_json)


@group.command(
    "team-list", epilog=example("carefhir team-list --server http://127.0.0.1:8080/fhir --as Practitioner/2")
)
def team_list(
    server: ServerOption = "",
    acting: AsOption = "",
    now: NowOption = "",
    nobodys: Annotated[bool, typer.Option("--nobodys", help="Only what no person owns.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what your care teams have to do, whoever owns it."""

    def work() -> int:
        with care_of(server, actor_of(acting), now) as care, terminal.waiting("gathering the tasks"):
            todo_list = care.show(TeamList(whose="nobody" if nobodys else "team"))
        absent = "" if todo_list.known else todo_list.owner
        return show_reading(todo_list, absent, terminal_readings.worklist, as_json=as_json)

    guarded(work, as_json=as_json)
