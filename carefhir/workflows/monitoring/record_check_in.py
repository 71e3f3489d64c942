"""`record-check-in`: what somebody says between visits becomes a colour with its reasons, and what follows from it.

In one commit: the response; the numbers given as Observations; the result as an Observation with each reason; the
Tasks of that colour; the check-in that was asked for done, and the next one by tier. The colour is the worst of all
pathways in force; green needs evidence, and without it the result is *cannot say* (clinical practice, rule 1).

**An incomplete form never hides a red answer.** It is kept as `in-progress`, judged by what is there, and the step says
what is missing. Answers about death are heard as item 9 of the PHQ-9 is. What is urgent carries its instruction, so
nobody is refused for their discipline then, and instructions are said even where no server can be reached.

The act's cause is the response's identifier, else its hash; a response kept incomplete is an act of its own.
"""

from __future__ import annotations

from dataclasses import replace

from carefhir.chart import chart
from carefhir.chart.chart import Chart
from carefhir.content import check_in, scoring
from carefhir.engine.adapter import FromContext, adapted
from carefhir.fhir.changes import Act, Plan, Refusal
from carefhir.fhir.gather import Records
from carefhir.fhir.search import Canonical, Identified, Need
from carefhir.mappers import patient
from carefhir.mappers import questionnaire_response as qr
from carefhir.occasion import Occasion
from carefhir.workflows import answers as form
from carefhir.workflows import safety
from carefhir.workflows.monitoring.check_in_desk import Context, RecordCheckIn, desk_of

NEEDS = (
    *chart.needs(
        "patient",
        "episodes",
        "care_teams",
        "conditions",
        "medication_requests",
        "medication_statements",
        "readings",
        "encounters",
        "tasks",
        "flags",
        "goals",
        "risks",
    ),
    replace(qr.find(), optional=True),
    Need("named_alike", "QuestionnaireResponse", (Identified("{command.identity}"),), optional=True),
    Need("questionnaires", "Questionnaire", (Canonical("{command.questionnaire}"),), optional=True),
)


def read(records: Records, occasion: Occasion) -> Context:
    """The context."""
    seen = records.without_gaps_of("questionnaires")
    return Context(chart.read(seen, occasion), records["responses"], records["named_alike"], records["questionnaires"])


def causes(context: Context, command: RecordCheckIn, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """The response's identifier, else its hash; both, unless it is complete and nobody's else by that name."""
    desk = desk_of(context, command, occasion, Act("", command.patient, ()))
    whole = desk is not None and not desk.unkeepable and not desk.objections
    return (form.cause_of(command.response, whole=whole).spelled(),)


def decide(context: Context, command: RecordCheckIn, occasion: Occasion, act: Act) -> Plan | Refusal:
    """Everything the answers set going; or why nothing may be written, and what to do now all the same."""
    desk = desk_of(context, command, occasion, act)
    if desk is None:
        theirs = form.nobody_elses(command.response, command.patient)
        known = ", ".join(sorted(check_in.forms(occasion.content)))
        named = form.canonical(command.response) or "(none named)"
        why = theirs or (f"no check-in of ours: {named}; there are {known}; other instruments: record-assessment",)
        return Refusal(why, at_once(command, occasion))
    why = patient.in_the_way(context.chart.patient, command.patient)
    why = why or form.nobody_elses(command.response, command.patient)
    if why:
        return Refusal(why, desk.instructions)
    return desk.heard(desk.unkeepable) if desk.unkeepable else desk.recorded()


def at_once(command: RecordCheckIn, occasion: Occasion) -> tuple[str, ...]:
    """What the answers alone ask for, whatever a server says."""
    nobody = Context(Chart(unseen=frozenset({"encounters"})), (), (), ())
    desk = desk_of(nobody, command, occasion, Act("", command.patient, ()))
    if desk is not None:
        return desk.instructions
    response, other = command.response, form.contained(command.response)
    instrument = scoring.recognize(occasion.content, form.canonical(response), other, response)
    if instrument is None:
        return ()
    return safety.instructions(occasion, scoring.judge(occasion.content, instrument, response, other).dangers)


RECORD_CHECK_IN = adapted(
    name="record-check-in",
    title="Record a check-in and say what it comes to",
    command=RecordCheckIn,
    needs=NEEDS,
    cause=FromContext(causes),
    read=read,
    decide=decide,
    when_stale="decide again",
    creates=("QuestionnaireResponse", "Observation", "Task", "Flag"),
    amends=("QuestionnaireResponse", "Task"),
    at_once=at_once,
    supervised="triage",
)
