"""Nora has heart failure, kidney disease and depression, a daughter who helps, and no car."""

from __future__ import annotations

from base64 import b64decode

from tests.spec.story import After, Row, Story, Then
from tests.spec.vignettes import acts, seen
from tests.spec.vignettes.people import DANA, SAMUEL, TEAM

INTRO = (
    "Nora Haddad, 71, has heart failure, chronic kidney disease and depression, and takes what is left of the bus. She "
    "comes home on Tuesday, 2026-05-12, after an emergency stay. Her daughter Samira helps her."
)
OWN_GOAL = "to tend the tomatoes again"


def _plan_status(after: After) -> str:
    (plan,) = after.chart.written("CarePlan")
    status: str = plan["status"]
    return status


AGREED: tuple[Row, ...] = (
    Row(
        when="2026-05-13T09:00:00-05:00",
        who=DANA,
        words="enrolls Nora in care management",
        step="enroll",
        does=acts.enrolls,
    ),
    Row(
        when="2026-05-13T09:10:00-05:00",
        who=DANA,
        words="opens the transition after {}",
        given=("nora-stay",),
        step="open-transition",
        does=acts.opens_transition,
        then=(
            seen.due("contact-patient", "2026-05-14", "call Nora by {}"),
            seen.due("book-follow-up", "2026-05-19", "book the visit by {} (heart failure)"),
        ),
    ),
    Row(
        when="2026-05-13T14:00:00-05:00",
        who=DANA,
        words="drafts a care plan with Nora's own goal: '{}'",
        given=(OWN_GOAL,),
        step="propose-plan",
        does=acts.proposes,
        then=(Then("the plan is a {}", "draft", _plan_status),),
    ),
    Row(
        when="2026-05-13T14:30:00-05:00",
        who=DANA,
        words="goes through the plan with Nora ({}), who agrees to every goal but one: {}",
        given=("2026-05-13T14:05:00-05:00", "less-salt"),
        step="record-agreement",
        does=acts.agrees,
    ),
    Row(
        when="2026-05-13T14:35:00-05:00",
        who=DANA,
        words="asks Nora ({}), who wants the rides ({}, for the goal {})",
        given=("2026-05-13T14:20:00-05:00", "transport-referral", "transport"),
        step="record-agreement",
        does=acts.agrees_to,
    ),
    Row(
        when="2026-05-13T14:40:00-05:00",
        who=DANA,
        words="asks the supervising provider to sign the plan",
        step="request-sign-off",
        does=acts.asks_to_sign,
        then=(seen.owners("sign-off", {SAMUEL}, "the Task is for {}"),),
    ),
    Row(
        when="2026-05-13T16:00:00-05:00",
        who=SAMUEL,
        words="signs the plan",
        step="sign-off",
        does=acts.signs,
        then=(Then("the plan is {}", "active", _plan_status),),
    ),
)

SAMIRA = "nora-daughter"
CALLED, ASKED = "2026-05-13T16:20:00-05:00", "2026-05-13T16:50:00-05:00"


def _helper(after: After) -> str:
    """Who helps, by the name the care team has."""
    (team,) = after.chart.all("CareTeam")
    (name,) = [each["member"]["display"] for each in team["participant"] if seen.codes(each["role"][0]) & {"caregiver"}]
    return str(name)


def _allowed(after: After) -> set[str]:
    """What the Consents in force that name a helper permit."""
    consents = [one for one in after.chart.written("Consent") if "provision" in one and one["status"] == "active"]
    return {seen.code(topic) for one in consents for topic in one["provision"]["code"]}


def _owner_of(after: After, item: str) -> str:
    """Who has a Task of the plan."""
    (task,) = [one for one in after.chart.written("Task") if item in str(one.get("reasonCode", ""))]
    helper = after.scene.of("RelatedPerson", SAMIRA)
    return "Samira" if task["owner"]["reference"] == helper else "somebody else"


def _shared(after: After) -> str:
    """The plan as it was given away, in plain words."""
    document = after.one("DocumentReference")
    (plain,) = [each["attachment"] for each in document["content"] if each["attachment"]["contentType"] == "text/plain"]
    return b64decode(plain["data"]).decode()


HELPED: tuple[Row, ...] = (
    Row(
        when="2026-05-13T16:25:00-05:00",
        who=DANA,
        words="writes down what {}, Nora's daughter, tells her on the phone ({}): {}",
        given=(SAMIRA, CALLED, {"helps_with": ("visits", "measuring"), "phone": "+1-555-0152"}),
        step="record-support",
        does=acts.tells_of,
        then=(
            Then("in the care team now, as a caregiver: {}", "Samira Haddad", _helper),
            Then("what she may know, by Nora's word: {}", set(), _allowed),
            seen.says("what they may know was not asked: tell them nothing until the person has said so"),
        ),
    ),
    Row(
        when="2026-05-13T16:30:00-05:00",
        who=DANA,
        words="would give a Task ({}) to {}, who offered",
        given=("vaccination", SAMIRA),
        step="edit",
        does=acts.hands_over_to,
        expect="refused",
        then=(seen.nothing_new(), seen.refuses("no Consent in force says that")),
    ),
    Row(
        when="2026-05-13T16:35:00-05:00",
        who=DANA,
        words="would give the plan to {} ({})",
        given=(SAMIRA, "2026-05-13T16:35:00-05:00"),
        step="share-plan",
        does=acts.shares_with,
        expect="refused",
        then=(seen.nothing_new(), seen.refuses("no Consent in force says that")),
    ),
    Row(
        when="2026-05-13T16:55:00-05:00",
        who=DANA,
        words="asks Nora, alone, what {} may know ({}): {}",
        given=(SAMIRA, ASKED, {"may_know": ("plan", "visits", "tasks"), "consent": "verbal"}),
        step="record-support",
        does=acts.tells_of,
        then=(Then("what she may know, by Nora's word: {}", {"plan", "visits", "tasks"}, _allowed),),
    ),
    Row(
        when="2026-05-13T17:00:00-05:00",
        who=DANA,
        words="gives the Task ({}) to {}: to look through the vaccination booklet",
        given=("vaccination", SAMIRA),
        step="edit",
        does=acts.hands_over_to,
        then=(Then("the Task is with {}", "Samira", lambda at: _owner_of(at, "vaccination")),),
    ),
    Row(
        when="2026-05-13T17:05:00-05:00",
        who=DANA,
        words="gives the plan to {} ({})",
        given=(SAMIRA, "2026-05-13T17:04:00-05:00"),
        step="share-plan",
        does=acts.shares_with,
        then=(
            Then("her goal is in it: {}", True, lambda at: OWN_GOAL in _shared(at)),
            Then(
                "the medicines are not, and it says so: {}",
                True,
                lambda at: "Your medicines\n- This part is not shared." in _shared(at),
            ),
        ),
    ),
)

ARRANGED: tuple[Row, ...] = (
    Row(
        when="2026-05-14T09:20:00-05:00",
        who=DANA,
        words="sends it ({}, {}, {}): {}",
        given=(
            "transport-referral",
            "sent",
            "2026-05-14T09:15:00-05:00",
            {"to": "Rides for Health", "consent": "verbal"},
        ),
        step="coordinate",
        does=acts.coordinates,
        then=(Then("open loops: {}", 1, lambda at: seen.open_of(at, "coordinate")),),
    ),
    Row(
        when="2026-05-14T11:00:00-05:00",
        who=DANA,
        words="orders the scale ({}, {}, {}: {}), which the prescriber has not placed",
        given=("scale", "delivered", "2026-05-14T10:00:00-05:00", {"to": "Prairie Medical Supply"}),
        step="coordinate",
        does=acts.coordinates,
        expect="refused",
        then=(seen.nothing_new(),),
    ),
    Row(
        when="2026-05-14T12:00:00-05:00",
        who=SAMUEL,
        words="places the order: {} ({})",
        given=("A scale at home", "2026-05-14T11:55:00-05:00"),
        step="resolve",
        does=acts.places,
    ),
    Row(
        when="2026-05-16T10:00:00-05:00",
        who=DANA,
        words="hears that it was delivered ({}, {}, {}: {})",
        given=("scale", "delivered", "2026-05-15T14:00:00-05:00", {"to": "Prairie Medical Supply"}),
        step="coordinate",
        does=acts.coordinates,
        then=(
            Then("the order is {}", {"active"}, lambda at: seen.statuses(at, "DeviceRequest")),
            Then("deliveries: {}", {"completed"}, lambda at: seen.statuses(at, "SupplyDelivery")),
            Then("open loops: {}", 2, lambda at: seen.open_of(at, "coordinate")),
        ),
    ),
    Row(
        when="2026-05-17T10:00:00-05:00",
        who=DANA,
        words="hears from Nora that she weighs herself on it ({}, {}, {}: {})",
        given=("scale", "in-use", "2026-05-17T09:50:00-05:00", {"confirmed_by": "patient"}),
        step="coordinate",
        does=acts.coordinates,
        then=(
            Then("the order is {}", {"completed"}, lambda at: seen.statuses(at, "DeviceRequest")),
            Then("open loops: {}", 1, lambda at: seen.open_of(at, "coordinate")),
        ),
    ),
    Row(
        when="2026-05-18T10:00:00-05:00",
        who=DANA,
        words="revises the plan ({}; '{}'): stops {}, because '{}'",
        given=(
            "2026-05-18T09:30:00-05:00",
            "nobody can take her there three times a week",
            "cardiac-rehab-referral",
            "no way to get there until the rides are sure",
        ),
        step="revise-plan",
        does=acts.revises,
        then=(seen.owners("sign-revision", {SAMUEL}, "an order is the prescriber's: a Task to sign, for {}"),),
    ),
    Row(
        when="2026-05-19T10:00:00-05:00",
        who=DANA,
        words="hears that the rides have begun, and Nora's need is met ({}, {}, {}: {})",
        given=(
            "transport-referral",
            "result",
            "2026-05-19T09:45:00-05:00",
            {"result": "rides booked for every visit until August", "need": "met"},
        ),
        step="coordinate",
        does=acts.coordinates,
        then=(
            Then("open loops: {}", 0, lambda at: seen.open_of(at, "coordinate")),
            seen.says("the loop is closed"),
        ),
    ),
    Row(
        when="2026-05-20T09:00:00-05:00",
        who=DANA,
        words="hears from {} ({}): {}",
        given=(
            SAMIRA,
            "2026-05-20T08:50:00-05:00",
            {"strained": "yes", "reason": "up with her every night"},
        ),
        step="record-support",
        does=acts.tells_of,
        then=(seen.due("confirm-support", "2026-05-28", "ask Samira how it goes by {}"),),
    ),
)

NORA = Story(
    title="Nora has no car",
    slug="nora",
    intro=INTRO,
    person="nora",
    people=TEAM,
    rows=(*AGREED, *HELPED, *ARRANGED),
)
