"""Pathways: read to the last element, merged without choosing, and loud about everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from carefhir.chart.chart import Chart
from carefhir.chart.facts import facts_of
from carefhir.codes import BASE, CARE_GOAL, CARE_ITEM, CONDITION_GROUP, CONTRADICTION
from carefhir.content.loading import Content, load
from carefhir.content.pathways import Contradiction, Proposal, contradictions, propose
from carefhir.content.protocols import contradictions_of, protocols_of
from carefhir.errors import ContentError
from tests.support.charts import occasion

Json = dict[str, Any]
CONTENT = load()
NOTHING = facts_of(Chart(), occasion())


def own(name: str, **value: Any) -> Json:
    return {"url": f"{BASE}/StructureDefinition/{name}", **value}


def question(text: str) -> Json:
    return {"language": "text/fhirpath", "expression": text}


def due(count: int, unit: str = "day", anchor: str = "now", **more: Any) -> Json:
    parts = [
        {"url": "count", "valueInteger": count},
        {"url": "unit", "valueCode": unit},
        {"url": "anchor", "valueCode": anchor},
    ]
    return own("due", extension=[*parts, *({"url": key, "valueCode": value} for key, value in more.items())])


def source(text: str) -> Json:
    return own("source", extension=[{"url": "text", "valueString": text}, {"url": "mark", "valueCode": "D"}])


def goal(id_: str, code: str, **more: Any) -> Json:
    return {
        "id": id_,
        "description": {"coding": [{"system": CARE_GOAL, "code": code}], "text": f"{code} as {id_}"},
        "priority": {"coding": [{"code": more.pop("rank", "medium-priority")}]},
        "extension": [source(f"of {id_}"), *more.pop("extension", [])],
        **more,
    }


def action(code: str, *extensions: Json, **more: Any) -> Json:
    made = {"item-class": "now", "makes": "Task", "done-by": "care-manager", **more.pop("ours", {})}
    return {
        "code": [{"coding": [{"system": CARE_ITEM, "code": code}]}],
        "title": code,
        "description": f"Do {code}.",
        "priority": "routine",
        "extension": [*(own(name, valueCode=value) for name, value in made.items()), *(extensions or (due(7),))],
        **more,
    }


def plan(id_: str, group: str, *goals: Json, actions: tuple[Json, ...] = (), **more: Any) -> Json:
    return {
        "resourceType": "PlanDefinition",
        "id": id_,
        "url": f"{BASE}/PlanDefinition/{id_}",
        "version": "1",
        "title": id_.title(),
        "status": "active",
        "type": {"coding": [{"code": "clinical-protocol"}]},
        "useContext": [
            {
                "code": {"code": "focus"},
                "valueCodeableConcept": {"coding": [{"system": CONDITION_GROUP, "code": group}]},
            }
        ],
        "goal": list(goals),
        "action": list(actions),
        **more,
    }


def with_plans(*plans: Json) -> Content:
    """Our code systems, and these pathways instead of ours."""
    kept = {key: one for key, one in CONTENT.artefacts.items() if key[0] != "PlanDefinition"}
    return Content({**kept, **{("PlanDefinition", one["id"]): one for one in plans}})


HEART = plan(
    "heart",
    "heart-failure",
    goal("low", "phq-9", rank="low-priority", target=[{"due": {"value": 90, "code": "d"}}]),
    goal("salt", "less-salt"),
    actions=(
        action("vaccination", due(10), goalId=["low"]),
        action("scale", due(3, "business-day"), ours={"item-class": "order", "makes": "DeviceRequest"}),
    ),
)
SUGAR = plan(
    "sugar",
    "diabetes-type-2",
    goal("high", "phq-9", rank="high-priority", target=[{"due": {"value": 30, "code": "d"}}]),
    actions=(
        action("vaccination", due(5), goalId=["high"], priority="urgent"),
        action("foot-check", reason=[{"coding": [{"system": CONDITION_GROUP, "code": "foot-ulcer"}]}]),
    ),
)


class TestMerging:
    @pytest.fixture
    def both(self) -> Proposal:
        return propose(with_plans(SUGAR, HEART), NOTHING)

    def test_in_an_order_that_never_changes(self, both: Proposal) -> None:
        assert [one.id for one in both.pathways] == ["heart", "sugar"]
        assert [one.groups for one in both.pathways] == [("heart-failure",), ("diabetes-type-2",)]
        assert [one.code for one in both.goals] == ["phq-9", "less-salt"]
        assert [one.code for one in both.items] == ["vaccination", "scale", "foot-check"]
        assert both == propose(with_plans(HEART, SUGAR), NOTHING)

    def test_a_goal_of_both_stands_once_and_addresses_both(self, both: Proposal) -> None:
        one = both.goals[0]
        assert one.addresses == ("heart-failure", "diabetes-type-2")
        assert (one.priority, one.due_days) == ("high-priority", 30)
        assert one.pathways == tuple(f"{BASE}/PlanDefinition/{id_}|1" for id_ in ("heart", "sugar"))
        assert one.words == "phq-9 as low phq-9 as high"
        assert [each.text for each in one.sources] == ["of low", "of high"]

    def test_an_item_of_both_keeps_the_earlier_due_and_the_higher_priority(self, both: Proposal) -> None:
        one = both.items[0]
        assert (one.due, one.priority, one.goals) == ((5, "day"), "urgent", ("phq-9",))
        assert one.addresses == ("heart-failure", "diabetes-type-2")
        assert one.words == "Do vaccination."

    def test_an_item_of_one_is_its_own(self, both: Proposal) -> None:
        scale, feet = both.items[1:]
        assert (scale.kind, scale.makes, scale.due, scale.addresses) == (
            "order",
            "DeviceRequest",
            (3, "business-day"),
            ("heart-failure",),
        )
        assert feet.addresses == ("foot-ulcer",)

    @pytest.mark.parametrize(
        ("first", "second", "kept"),
        [
            ((2, "business-day"), (3, "day"), (2, "business-day")),
            ((2, "day"), (2, "business-day"), (2, "day")),
            ((5, "business-day"), (6, "day"), (6, "day")),
            ((0, "day"), (1, "business-day"), (0, "day")),
        ],
    )
    def test_days_and_business_days_side_by_side(
        self, first: tuple[int, str], second: tuple[int, str], kept: tuple[int, str]
    ) -> None:
        some = [
            plan(id_, "heart-failure", actions=(action("scale", due(*term)),))
            for id_, term in (("a", first), ("b", second))
        ]
        assert propose(with_plans(*some), NOTHING).items[0].due == kept

    @pytest.mark.parametrize("ours", [{"item-class": "plan"}, {"makes": "Appointment"}, {"done-by": "patient"}])
    def test_two_pathways_that_would_make_different_things_are_refused(self, ours: Json) -> None:
        other = plan("other", "heart-failure", actions=(action("vaccination", ours=ours),))
        with pytest.raises(ContentError, match=r"heart.*other.*item vaccination"):
            propose(with_plans(HEART, other), NOTHING)

    def test_two_targets_for_one_goal_are_refused(self) -> None:
        """Which is right is for a person, and before anybody is planned for."""

        def a1c(id_: str, value: int) -> Json:
            measure = {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]}
            target = {"measure": measure, "detailQuantity": {"value": value, "code": "%"}}
            return plan(id_, "diabetes-type-2", goal("a", "a1c", target=[target]))

        with pytest.raises(ContentError, match="goal a1c in different ways"):
            propose(with_plans(a1c("one", 7), a1c("two", 8)), NOTHING)
        assert propose(with_plans(a1c("one", 7), a1c("two", 7)), NOTHING).goals[0].addresses == ("diabetes-type-2",)

    def test_variants_must_exclude_each_other(self) -> None:
        some = plan("heart", "heart-failure", goal("one", "less-salt"), goal("two", "less-salt"))
        with pytest.raises(ContentError, match="PlanDefinition/heart: goals one and two"):
            propose(with_plans(some), NOTHING)


class TestWhenItHolds:
    def test_a_pathway_that_does_not_apply_gives_nothing(self) -> None:
        some = {**HEART, "extension": [own("applies", valueExpression=question("age > 3"))]}
        assert propose(with_plans(some), NOTHING) == Proposal()
        assert propose(with_plans(some), {**NOTHING, "age": [4]}).goals

    @pytest.mark.parametrize(
        ("day", "there"),
        [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
    )
    def test_a_pathway_is_in_force_in_its_period(self, day: str, there: bool) -> None:
        some = {**HEART, "effectivePeriod": {"start": "2026-01-01", "end": "2026-12-31"}}
        assert bool(propose(with_plans(some), NOTHING, date.fromisoformat(day)).pathways) is there

    def test_an_action_and_a_goal_have_conditions_of_their_own(self) -> None:
        condition = [{"kind": "applicability", "expression": question("age > 3")}]
        extension = [own("applies", valueExpression=question("age > 3"))]
        some = plan(
            "heart",
            "heart-failure",
            goal("salt", "less-salt", extension=extension),
            actions=(action("scale", condition=condition), action("vaccination", goalId=["salt"])),
        )
        found = propose(with_plans(some), NOTHING)
        assert (found.goals, [(one.code, one.goals) for one in found.items]) == ((), [("vaccination", ())])
        found = propose(with_plans(some), {**NOTHING, "age": [4]})
        assert [(one.code, one.goals) for one in found.items] == [("scale", ()), ("vaccination", ("less-salt",))]

    @pytest.mark.parametrize(("gone", "left"), [([], None), ([0], (7, "day")), ([3], (4, "day")), ([9], (0, "day"))])
    def test_what_hangs_on_a_discharge_is_counted_from_it(self, gone: list[int], left: tuple[int, str] | None) -> None:
        some = plan("heart", "heart-failure", actions=(action("scale", due(7, anchor="discharge")),))
        found = propose(with_plans(some), {**NOTHING, "days_since_discharge": gone})
        assert found.items[0].due == left


def changed(change: Callable[[Json], Any]) -> Content:
    some = deepcopy(HEART)
    change(some)
    return with_plans(some)


def at(path: str, value: Any) -> Callable[[Json], None]:
    """Sets one element: `goal.0.start`."""

    def change(some: Json) -> None:
        *way, last = path.split(".")
        found: Any = some
        for step in way:
            found = found[int(step)] if step.isdigit() else found[step]
        if isinstance(found, list):
            found.append(value)
        else:
            found[last] = value

    return change


def coded(system: str, *codes: str) -> Json:
    return {"coding": [{"system": system, "code": code} for code in codes]}


LOINC = "http://loinc.org"
REFUSED: Mapping[str, tuple[Callable[[Json], Any], str]] = {
    "a goal in words": (at("goal", ["feel well"]), r"goal\[0\] is not what FHIR has there"),
    "an extension in words": (at("action.0.extension", ["now"]), r"action\[0\] is not what FHIR has there"),
    "a library": (at("library", ["http://x"]), "PlanDefinition/heart.library is not supported"),
    "a subject": (at("subjectCodeableConcept", {}), "PlanDefinition/heart.subjectCodeableConcept"),
    "a modifier": (at("modifierExtension", [{}]), "PlanDefinition/heart.modifierExtension"),
    "an extension": (at("extension", [own("other", valueCode="x")]), "the extension other"),
    "somebody else's": (at("extension", [{"url": "http://x/y", "valueCode": "x"}]), "the extension y"),
    "another context": (at("useContext", [{"code": {"code": "venue"}}]), "only focus"),
    "a goal's start": (at("goal.0.start", {}), r"goal\[0\].start"),
    "a goal's category": (at("goal.1.category", {}), r"goal\[1\].category"),
    "two targets": (at("goal.0.target", [{}, {}]), "one target, not 2"),
    "a text target": (at("goal.0.target", [{"detailString": "low"}]), "target.detailString"),
    "no measure": (at("goal.0.target", [{"detailQuantity": {"value": 1}}]), "without a LOINC measure"),
    "months": (at("goal.0.target", [{"due": {"value": 3, "code": "mo"}}]), "whole days only"),
    "half days": (at("goal.0.target", [{"due": {"value": 1.5, "code": "d"}}]), "whole days only"),
    "no goal code": (at("goal.0.description", {"text": "x"}), "one code of care-goal, not 0"),
    "two goal codes": (at("goal.0.description", coded(CARE_GOAL, "a1c", "phq-9")), "one code of care-goal, not 2"),
    "an unknown goal": (at("goal.0.description", coded(CARE_GOAL, "happiness")), "no code happiness"),
    "an unknown rank": (at("goal.0.priority", coded("x", "top")), "priority is top"),
    "an unknown group": (at("goal.0.addresses", [coded(CONDITION_GROUP, "gout")]), "no code gout"),
    "another system": (at("goal.0.addresses", [coded("http://snomed.info/sct", "1")]), "condition groups only"),
    "an uncoded group": (at("goal.0.addresses", [{"text": "gout"}]), "condition groups only"),
    "no goal id": (lambda some: some["goal"][0].pop("id"), "has no id"),
    "one id twice": (at("goal.1.id", "low"), "two goals have one id"),
    "a lost goal": (at("action.0.goalId", ["gone"]), "no goal has the id gone"),
    "actions in actions": (at("action.0.action", [action("scale")]), r"action\[0\].action is not"),
    "a trigger": (at("action.1.trigger", [{}]), r"action\[1\].trigger"),
    "a timing": (at("action.1.timingTiming", {}), r"action\[1\].timingTiming"),
    "a dynamic value": (at("action.1.dynamicValue", [{}]), "dynamicValue"),
    "a selection": (at("action.1.selectionBehavior", "any"), "selectionBehavior"),
    "an unknown item": (at("action.0.code", [coded(CARE_ITEM, "dance")]), "no code dance"),
    "no item": (at("action.0.code", []), "one code of care-item, not 0"),
    "no class": (at("action.0.extension", [due(7)]), "item-class is missing"),
    "another class": (lambda some: some["action"].append(action("scale", ours={"item-class": "later"})), "is later"),
    "another type": (lambda some: some["action"].append(action("scale", ours={"makes": "Procedure"})), "is Procedure"),
    "another role": (lambda some: some["action"].append(action("scale", ours={"done-by": "cook"})), "no code cook"),
    "no priority": (at("action.0.priority", ""), "priority is missing"),
    "no due": (lambda some: some["action"].append(action("scale", source("x"))), "due is missing"),
    "due before now": (lambda some: some["action"].append(action("scale", due(-1))), "cannot be counted"),
    "due by risk": (lambda some: some["action"].append(action("scale", due(1, risk="high"))), "cannot be counted"),
    "due in weeks": (lambda some: some["action"].append(action("scale", due(1, "week"))), "in week from now"),
    "due from enrolment": (
        lambda some: some["action"].append(action("scale", due(1, anchor="enrolment"))),
        "in day from enrolment",
    ),
    "told": (lambda some: some["action"].append(action("scale", due(1), own("told", valueCode="x"))), "told"),
    "a condition to stop": (at("action.0.condition", [{"kind": "stop"}]), "applicability"),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_supported_is_refused_by_name(change: Callable[[Json], Any], said: str) -> None:
    with pytest.raises(ContentError, match=said):
        protocols_of(changed(change))


def test_what_is_for_people_is_not_in_the_way() -> None:
    content = changed(lambda some: some.update(copyright="x", author=[{"name": "x"}], purpose="To feel well."))
    assert propose(content, NOTHING).pathways[0].expected == "To feel well."


class TestContradictions:
    def named(self, *actions: Json) -> tuple[Contradiction, ...]:
        kept = {"resourceType": "PlanDefinition", "id": "contradictions", "type": {}, "action": list(actions)}
        return contradictions(with_plans(kept), {**NOTHING, "age": [4]})

    def clash(self, *extensions: Json, **more: Any) -> Json:
        return {
            "code": [coded(CONTRADICTION, "tight-a1c")],
            "title": "t",
            "description": "d",
            "priority": "urgent",
            "extension": [own("done-by", valueCode="supervising-provider"), due(1), source("x"), *extensions],
            **more,
        }

    def test_named_with_who_decides_and_who_is_told(self) -> None:
        (found,) = self.named(self.clash(own("told", valueCode="patient"), own("told", valueCode="caregiver")))
        assert (found.code, found.decided_by, found.told) == (
            "tight-a1c",
            "supervising-provider",
            ("patient", "caregiver"),
        )
        assert (found.due, found.priority, found.sources[0].text) == ((1, "day"), "urgent", "x")

    def test_not_named_when_its_question_is_not_true(self) -> None:
        condition = [{"kind": "applicability", "expression": question("age > 4")}]
        assert self.named(self.clash(condition=condition)) == ()

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"goalId": ["x"]}, "goalId"),
            ({"reason": [{}]}, "reason"),
            ({"extension": [due(1)]}, "done-by is missing"),
            ({"code": [coded(CARE_ITEM, "scale")]}, "one code of contradiction, not 0"),
        ],
    )
    def test_it_makes_nothing_and_serves_no_goal(self, more: Json, said: str) -> None:
        with pytest.raises(ContentError, match=said):
            self.named(self.clash(**more))

    def test_ours_name_both_sides_and_decide_nothing(self) -> None:
        """Each asks a question, or says to call and whom to tell."""
        for one in contradictions_of(CONTENT):
            assert "?" in one.rule.title or "?" in one.rule.words or "prescriber" in one.rule.words, one.rule.code
            assert one.rule.expression, one.rule.code


def test_our_own_pathways_can_be_read() -> None:
    assert [one.id for one in protocols_of(CONTENT)] == [
        "pathway-comfort",
        "pathway-copd",
        "pathway-depression",
        "pathway-depression-specialist",
        "pathway-diabetes-type-2",
        "pathway-falls",
        "pathway-heart-failure",
        "pathway-hypertension",
        "pathway-kidney-disease",
        "pathway-social-needs",
        "pathway-stroke",
    ]
    assert len(contradictions_of(CONTENT)) == 26
    assert propose(CONTENT, NOTHING) == Proposal()
    assert contradictions(CONTENT, NOTHING) == ()
