"""`evaluate-goals`: where each measured goal stands, by its readings, with the rule that says so.

Each active goal that a reading tells of gets its achievementStatus, the readings it rests on (outcomeReference), and a
note with the rule. What cannot be compared is named and not used; too little data says so and changes nothing. The
cause is every goal judged with its newest reading: nothing new, nothing to do.
"""

from __future__ import annotations

from carefhir.chart import chart, trajectory
from carefhir.chart.chart import Chart
from carefhir.chart.trajectory import JudgedGoal, NotJudged
from carefhir.codes import CARE_GOAL, GOAL_ACHIEVEMENT, STEP_KEY, concept
from carefhir.engine.adapter import FromContext, adapted
from carefhir.engine.step import PatientCommand
from carefhir.fhir.changes import Act, Amend, Plan, Refusal, add, amend, carries_key, put, refer
from carefhir.mappers import patient
from carefhir.mappers.goal import GoalView
from carefhir.occasion import Occasion


class EvaluateGoals(PatientCommand):
    """Says where each goal stands by its readings."""


NEEDS = chart.needs("patient", "care_teams", "goals", "readings")


def judged(seen: Chart, occasion: Occasion) -> tuple[tuple[GoalView, JudgedGoal | NotJudged], ...]:
    """Every active goal, and where it stands or why that cannot be told."""
    past = [one for one in seen.readings if one.at <= occasion.now]
    return tuple(
        (one, trajectory.judge(occasion.content, one, past, occasion.today, occasion.zone))
        for one in sorted(seen.goals, key=lambda one: one.reference)
        if one.status == "active"
    )


def causes(seen: Chart, command: EvaluateGoals, occasion: Occasion) -> tuple[tuple[str, ...], ...]:
    """Every goal that can be judged, with the newest reading it is judged by."""
    pairs = [
        (one.reference, found.rests_on[-1].record.reference)
        for one, found in judged(seen, occasion)
        if isinstance(found, JudgedGoal)
    ]
    return (tuple(word for pair in pairs for word in pair),) if pairs else ()


def decide(seen: Chart, command: EvaluateGoals, occasion: Occasion, act: Act) -> Plan | Refusal:
    """The goals with where they stand; or why none can be judged."""
    why = patient.in_the_way(seen.patient, command.patient)
    if why:
        return Refusal(why)
    every = judged(seen, occasion)
    left = _left(every, occasion)
    done = [(one, found) for one, found in every if isinstance(found, JudgedGoal)]
    if not done:
        return Refusal((*(left or ("no active goal is on record",)), *seen.not_visible))
    changes = tuple(_stands(one, found, occasion, act) for one, found in done)
    aside = tuple(f"{one.reference}: not comparable, not used: {name}" for one, f in done for name in f.aside)
    readings = {reading.record.reference: reading.record for _, f in done for reading in f.rests_on}
    return Plan(
        changes,
        (*(found.words for _, found in done), *left),
        warnings=(*aside, *seen.not_visible),
        decided_from=(*(one.record for one, _ in done), *readings.values()),
        artefacts=(occasion.content.canonical("CodeSystem", CARE_GOAL.rpartition("/")[2]),),
        reason="goals evaluated by their readings",
        acting_as=occasion.actor.discipline,
    )


def _left(every: tuple[tuple[GoalView, JudgedGoal | NotJudged], ...], occasion: Occasion) -> tuple[str, ...]:
    """Why a goal cannot be judged, a line each; those that no reading ever tells of together, by name, in one."""
    content = occasion.content
    left = [(one, found.why) for one, found in every if isinstance(found, NotJudged)]
    told = [f"{one.reference}: {why}" for one, why in left if trajectory.measure_of(content, one)]
    known = content.concepts(CARE_GOAL)
    untold = [
        ", ".join(known[code].display for code in one.codes if code in known) or one.reference
        for one, _ in left
        if not trajectory.measure_of(content, one)
    ]
    return (*told, f"no reading tells of: {', '.join(untold)}") if untold else tuple(told)


def _stands(one: GoalView, found: JudgedGoal, occasion: Occasion, act: Act) -> Amend:
    """A goal as it stands now; unchanged where an earlier, interrupted run of this act said so."""
    part = f"goal/{one.record.id}"
    own = act.part_key(part)
    if carries_key(one.record, own):
        return amend(part, one.record, found.words)
    note = {
        "authorReference": {"reference": occasion.actor.reference},
        "time": occasion.stamp,
        "text": found.words,
    }
    edits = [add("outcomeReference", refer(reading.record)) for reading in found.rests_on]
    return amend(
        part,
        one.record,
        found.words,
        put("achievementStatus", concept(GOAL_ACHIEVEMENT, found.achievement)),
        *edits,
        add("note", note),
        add("identifier", {"system": STEP_KEY, "value": own}),
    )


EVALUATE_GOALS = adapted(
    name="evaluate-goals",
    title="Say where each goal stands by its readings",
    command=EvaluateGoals,
    needs=NEEDS,
    cause=FromContext(causes),
    read=chart.read,
    decide=decide,
    when_stale="decide again",
    creates=(),
    amends=("Goal",),
    supervised="evaluate-goals",
)
