"""Rosa's other mornings: an emergency, a check-in without a weight; and her death."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from carefhir.engine.step import Command
from tests.spec.story import Person, Row, Scene, Story, Then
from tests.spec.vignettes import acts, seen
from tests.spec.vignettes.people import DANA, SAMUEL, TEAM
from tests.spec.vignettes.rosa import HOME, INTRO
from tests.spec.vignettes.rosa_plan import ROSA, SEND_BACK

ENROLLED = HOME[:1]
ASKED_IN_VAIN = "asks how she is today ({}): weight {}, yes to {}"
ASKED = "asks how she is today ({}): {} lb, yes to {}"


def _without_weight(scene: Scene, authored: str, weight: tuple[str, ...], yes: tuple[str, ...]) -> Command:
    return acts.checks_in(scene, authored, "".join(weight), yes)


BREATHLESS = Story(
    title="Rosa, breathless at rest",
    slug="rosa-breathless",
    intro=INTRO + "On Monday morning she answers the phone and can hardly speak.",
    person="rosa",
    people=TEAM,
    rows=(
        *ENROLLED,
        Row(
            when="2026-03-09T10:00:00-05:00",
            who=DANA,
            words=ASKED,
            given=("2026-03-09T09:58:00-05:00", "183.4", ("breath-at-rest",)),
            step="record-check-in",
            does=acts.checks_in,
            then=(
                seen.do_now("911", "the first words are to call {}, now"),
                Then("the result is {}", "emergency", seen.color),
                seen.owners("escalation", {SAMUEL, DANA}, "the escalation is for each of {}"),
                Then("due {}", {"2026-03-09"}, lambda at: seen.days_of(at, "escalation")),
                Then("with priority {}", {"stat"}, lambda at: seen.each(at, "escalation", "priority")),
            ),
        ),
        Row(
            when="2026-03-09T10:05:00-05:00",
            who=DANA,
            words="would close the {}: '{}' ({})",
            given=("escalation", "the ambulance is there", "2026-03-09T10:05:00-05:00"),
            step="resolve",
            does=acts.resolves,
            expect="refused",
            then=(seen.refuses("is not acknowledged yet"), seen.nothing_new()),
        ),
    ),
)

NO_WEIGHT = Story(
    title="Rosa, without a weight",
    slug="rosa-no-weight",
    intro=INTRO + "Nothing troubles her. The scale stands in the cellar: green needs evidence, and there is none.",
    person="rosa",
    people=TEAM,
    rows=(
        *ENROLLED,
        Row(
            when="2026-03-09T09:55:00-05:00",
            who=None,
            words="the scale at home sends what it showed on {}: {} lb",
            given=("2026-03-08T07:00:00-05:00", "180.0"),
            does=acts.weighs,
            expect="happens",
        ),
        Row(
            when="2026-03-09T20:00:00-05:00",
            who=DANA,
            words=ASKED_IN_VAIN,
            given=("2026-03-09T19:58:00-05:00", (), ()),
            step="record-check-in",
            does=_without_weight,
            then=(
                Then("the result is {}, never green: the last weight is 37 hours old", "cannot-say", seen.color),
                seen.says("180.0 lb (2026-03-08)"),
                Then("escalations: {}", 0, lambda at: seen.open_of(at, "escalation")),
                seen.due("check-in", "2026-03-10", "ask again by {}"),
            ),
        ),
        Row(
            when="2026-03-10T10:00:00-05:00",
            who=DANA,
            words=ASKED_IN_VAIN,
            given=("2026-03-10T09:58:00-05:00", (), ()),
            step="record-check-in",
            does=_without_weight,
            then=(
                Then("two days without one, after a discharge, are {}", "yellow", seen.color),
                seen.owners("nurse-call", {DANA}, "a call by {}"),
                Then("on {}", {"2026-03-10"}, lambda at: seen.days_of(at, "nurse-call")),
                Then(
                    "not settled by {}: the provider is told",
                    {"2026-03-11"},
                    lambda at: seen.days_of(at, "inform-provider"),
                ),
            ),
        ),
    ),
)

ACTIVE = tuple(row for row in ROSA.rows if row.when < "2026-03-09T16:05")
EARLIER, AFTER = "2026-03-11T09:20:00-05:00", "2026-03-11T09:30:00-05:00"
FOOD = {"social": "food runs out at the end of the month"}
FOR_THE_DEAD = seen.refuses("nothing but record-death and closing steps may follow")


def _no(words: str, step: str, does: Callable[..., Command | None], *given: Any, who: Person = DANA) -> Row:
    """Somebody who has not heard goes on, and is refused."""
    return Row(AFTER, who, words, does, step, "refused", (FOR_THE_DEAD, seen.nothing_new()), given)


def _again(words: str, step: str, does: Callable[..., Command | None], *given: Any, who: Person = DANA) -> Row:
    """The same act as before her death: it is found, and nothing is written."""
    then = (seen.notes("today it would be refused"), seen.nothing_new())
    return Row(AFTER, who, words, does, step, "stands already", then, given)


DEATH = Story(
    title="Rosa dies",
    slug="rosa-death",
    intro=INTRO + "Her plan is two days old, and the visit is booked for the day after.",
    person="rosa",
    people=TEAM,
    rows=(
        *ACTIVE,
        Row(
            when="2026-03-11T09:00:00-05:00",
            who=DANA,
            words="records the death of {}, told by a {}",
            given=("2026-03-10", "daughter"),
            step="record-death",
            does=acts.dies,
            then=(
                Then(
                    "open Tasks: {}",
                    ["bereavement"],
                    lambda at: [
                        seen.code(one["code"]) for one in at.chart.written("Task") if one["status"] not in seen.CLOSED
                    ],
                ),
                seen.owners("bereavement", {DANA}, "for {}"),
                seen.due("bereavement", "2026-03-18", "by {}"),
                Then("visits: {}", {"cancelled"}, lambda at: seen.statuses(at, "Appointment")),
                Then("requests: {}", {"revoked"}, lambda at: seen.statuses(at, "ServiceRequest", "DeviceRequest")),
                Then("goals: {}", {"cancelled", "rejected"}, lambda at: seen.statuses(at, "Goal")),
                Then("the plan: {}", {"completed"}, lambda at: seen.statuses(at, "CarePlan")),
                Then("the program: {}", {"finished"}, lambda at: seen.statuses(at, "EpisodeOfCare")),
            ),
        ),
        _no("would enroll her", "enroll", acts.enrolls),
        _no("would ask about food: '{}', '{}'", "record-assessment", acts.asks_about_food, "never", "never"),
        _no("would confirm {}", "confirm-concern", acts.confirms_need, "depression-screen-positive", who=SAMUEL),
        _no("would conclude ({}): {}", "conclude-assessment", acts.concludes, EARLIER, FOOD),
        _no("would propose a plan, with the goal '{}'", "propose-plan", acts.proposes, "to dance"),
        _no("would record a talk ({}), all but {}", "record-agreement", acts.agrees, EARLIER, "less-salt"),
        _again("asks for a signature again", "request-sign-off", acts.asks_to_sign),
        _again("signs again", "sign-off", acts.signs, who=SAMUEL),
        _again("sends the first request back again: '{}'", "return-plan", acts.returns, SEND_BACK, who=SAMUEL),
        _no("would open a transition after {}", "open-transition", acts.opens_transition, "rosa-emergency"),
        _no("would note a call ({}): {}", "record-contact", acts.calls, EARLIER, "voicemail"),
        _no("would teach ({}; {}): {}", "record-teach-back", acts.teaches, EARLIER, "yes", ("self-care",)),
        _no("would reconcile ({})", "reconcile-medications", acts.reconciles, EARLIER),
        _no("would book {} with {}", "book-follow-up", acts.books, "2026-03-13T10:00:00-05:00", SAMUEL),
        _no("would hold the transition for {}", "suspend-transition", acts.suspends, "rosa-emergency"),
        _no("would record a check-in ({}): {} lb, yes to {}", "record-check-in", acts.checks_in, EARLIER, "180.0", ()),
        _no(
            "would note that the {} was heard by {}, by {} ({})",
            "acknowledge",
            acts.acknowledges,
            "check-in",
            SAMUEL,
            "voice",
            EARLIER,
        ),
        _no("would evaluate her goals", "evaluate-goals", acts.evaluates),
        Row(
            when="2026-03-12T11:00:00-05:00",
            who=DANA,
            words="closes what is left, the {}: '{}' ({})",
            given=("bereavement", "called the daughter; she has company", "2026-03-12T10:40:00-05:00"),
            step="resolve",
            does=acts.resolves,
            then=(seen.status("bereavement", "completed", "the call to the family is {}"),),
        ),
    ),
)
VARIANTS = (BREATHLESS, NO_WEIGHT, DEATH)
