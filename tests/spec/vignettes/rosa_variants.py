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
ASKED_IN_VAIN = "does a check-in ({}); weight: {}; she says yes to: {}"
ASKED = "does a check-in ({}): {} lb; she says yes to: {}"


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
                seen.do_now("911", "the first instruction is to call {}"),
                Then("the color is {}", "emergency", seen.color),
                seen.owners("escalation", {SAMUEL, DANA}, "one escalation Task each for {}"),
                Then("due {}", {"2026-03-09"}, lambda at: seen.days_of(at, "escalation")),
                Then("with priority {}", {"stat"}, lambda at: seen.each(at, "escalation", "priority")),
            ),
        ),
        Row(
            when="2026-03-09T10:05:00-05:00",
            who=DANA,
            words="tries to close the {} Task: '{}' ({})",
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
    intro=INTRO
    + "She has no complaints, but she cannot weigh herself: the scale is in the basement. Green needs evidence, and "
    "there is none.",
    person="rosa",
    people=TEAM,
    rows=(
        *ENROLLED,
        Row(
            when="2026-03-09T09:55:00-05:00",
            who=None,
            words="the scale at home sends its reading of {}: {} lb",
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
                Then("the color is {}, not green, because the last weight is 37 hours old", "cannot-say", seen.color),
                seen.says("180.0 lb (2026-03-08)"),
                Then("escalation Tasks: {}", 0, lambda at: seen.open_of(at, "escalation")),
                seen.due("check-in", "2026-03-10", "next check-in by {}"),
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
                Then(
                    "the color is {}, because after a discharge two days without a weight are too long",
                    "yellow",
                    seen.color,
                ),
                seen.owners("nurse-call", {DANA}, "a nurse call Task for {}"),
                Then("due {}", {"2026-03-10"}, lambda at: seen.days_of(at, "nurse-call")),
                Then(
                    "a Task to inform the provider if that does not settle it, due {}",
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
    return Row(AFTER, who, words, does, step, "already done", then, given)


DEATH = Story(
    title="Rosa dies",
    slug="rosa-death",
    intro=INTRO + "She dies the day after her plan was signed. Two days later she would have had a visit.",
    person="rosa",
    people=TEAM,
    rows=(
        *ACTIVE,
        Row(
            when="2026-03-11T09:00:00-05:00",
            who=DANA,
            words="records that Rosa died on {}, as reported by her {}",
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
                seen.owners("bereavement", {DANA}, "this Task is for {}"),
                seen.due("bereavement", "2026-03-18", "due {}"),
                Then("status of visits: {}", {"cancelled"}, lambda at: seen.statuses(at, "Appointment")),
                Then(
                    "status of requests: {}",
                    {"revoked"},
                    lambda at: seen.statuses(at, "ServiceRequest", "DeviceRequest"),
                ),
                Then("status of goals: {}", {"cancelled", "rejected"}, lambda at: seen.statuses(at, "Goal")),
                Then("status of the plan: {}", {"completed"}, lambda at: seen.statuses(at, "CarePlan")),
                Then("status of the enrollment: {}", {"finished"}, lambda at: seen.statuses(at, "EpisodeOfCare")),
            ),
        ),
        _no("tries to enroll her", "enroll", acts.enrolls),
        _no(
            "tries to record answers about food: '{}', '{}'",
            "record-assessment",
            acts.asks_about_food,
            "never",
            "never",
        ),
        _no(
            "tries to confirm a concern, {}",
            "confirm-concern",
            acts.confirms_need,
            "depression-screen-positive",
            who=SAMUEL,
        ),
        _no("tries to conclude the assessment ({}): {}", "conclude-assessment", acts.concludes, EARLIER, FOOD),
        _no("tries to draft a care plan with the goal '{}'", "propose-plan", acts.proposes, "to dance"),
        _no(
            "tries to record a talk about the plan ({}), with agreement to every goal but one: {}",
            "record-agreement",
            acts.agrees,
            EARLIER,
            "less-salt",
        ),
        _again("sends the same request for a signature again", "request-sign-off", acts.asks_to_sign),
        _again("signs the same version again", "sign-off", acts.signs, who=SAMUEL),
        _again("returns the plan again with the same reason: '{}'", "return-plan", acts.returns, SEND_BACK, who=SAMUEL),
        _no("tries to open a transition after {}", "open-transition", acts.opens_transition, "rosa-emergency"),
        _no("tries to record a call ({}): {}", "record-contact", acts.calls, EARLIER, "voicemail"),
        _no(
            "tries to record a teach-back ({}); understood: {}; topics: {}",
            "record-teach-back",
            acts.teaches,
            EARLIER,
            "yes",
            ("self-care",),
        ),
        _no("tries to reconcile her medicines ({})", "reconcile-medications", acts.reconciles, EARLIER),
        _no("tries to book a visit ({}) with {}", "book-follow-up", acts.books, "2026-03-13T10:00:00-05:00", SAMUEL),
        _no("tries to put the transition on hold because of {}", "suspend-transition", acts.suspends, "rosa-emergency"),
        _no(
            "tries to record a check-in ({}): {} lb; she says yes to: {}",
            "record-check-in",
            acts.checks_in,
            EARLIER,
            "180.0",
            (),
        ),
        _no(
            "tries to record that the {} was acknowledged by {}, by {} ({})",
            "acknowledge",
            acts.acknowledges,
            "check-in",
            SAMUEL,
            "voice",
            EARLIER,
        ),
        _no("tries to evaluate her goals", "evaluate-goals", acts.evaluates),
        Row(
            when="2026-03-12T11:00:00-05:00",
            who=DANA,
            words="closes the last open Task, the {} call: '{}' ({})",
            given=("bereavement", "called the daughter; she has company", "2026-03-12T10:40:00-05:00"),
            step="resolve",
            does=acts.resolves,
            then=(seen.status("bereavement", "completed", "the call to the family is {}"),),
        ),
    ),
)
VARIANTS = (BREATHLESS, NO_WEIGHT, DEATH)
