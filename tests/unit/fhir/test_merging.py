"""Merging two edits of one resource, as tables: what each side made of it, and what becomes of both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from carefhir.content import merge_rules
from carefhir.content.loading import load
from carefhir.fhir.codec import encode
from carefhir.fhir.merging import Clash, Merged, apart, changed, merge
from carefhir.fhir.three_versions import MergeRules

Json = dict[str, Any]
RULES = merge_rules.read(load())


def plan(**more: Any) -> Json:
    """A plan, active where nothing else is said."""
    return {"resourceType": "CarePlan", "id": "1", "status": "active", **more}


def goal(**more: Any) -> Json:
    return {"resourceType": "Goal", "id": "1", "lifecycleStatus": "active", **more}


def merged(base: Json, mine: Json, theirs: Json) -> Json:
    result = merge(base, mine, theirs, RULES)
    assert isinstance(result, Merged), result
    return result.resource


def clash(base: Json, mine: Json, theirs: Json) -> dict[str, str]:
    """The paths that clash, and why."""
    result = merge(base, mine, theirs, RULES)
    assert isinstance(result, Clash), result
    return {side.path: side.why for side in result.sides}


def refs(*names: str) -> list[Json]:
    return [{"reference": f"Condition/{name}"} for name in names]


def coded(code: str, **more: Any) -> Json:
    return {"code": {"coding": [{"system": "s", "code": code}]}, **more}


LISTS: dict[str, tuple[str, str, str, str]] = {
    "mine alone": ("abc", "abxc", "abc", "abxc"),
    "both add": ("abc", "axbc", "abcy", "axbcy"),
    "both add the same": ("abc", "abcx", "abcx", "abcx"),
    "both add, one of it the same": ("abc", "abcxy", "abcx", "abcxy"),
    "mine takes out": ("abc", "ac", "abcy", "acy"),
    "theirs takes out": ("abc", "abcx", "bc", "bcx"),
    "both take out the same": ("abc", "bc", "bc", "bc"),
    "both take out all": ("abc", "", "", ""),
    "mine moves": ("abc", "cab", "abcy", "cyab"),
    "theirs moves": ("abc", "abcx", "cab", "cxab"),
    "both move alike": ("abc", "cab", "cab", "cab"),
    "mine adds at the front": ("abc", "xabc", "abcy", "xabcy"),
    "mine replaces beside theirs": ("abc", "axc", "aby", "axy"),
    "theirs replaces beside mine": ("abc", "aby", "axc", "axy"),
    "into an empty one": ("", "x", "y", "yx"),
}


@pytest.mark.parametrize(("base", "mine", "theirs", "both"), LISTS.values(), ids=LISTS.keys())
def test_items_known_by_what_they_refer_to(base: str, mine: str, theirs: str, both: str) -> None:
    versions = [goal(**({"addresses": refs(*names)} if names else {})) for names in (base, mine, theirs)]
    result = merged(*versions)
    assert [one["reference"].partition("/")[2] for one in result.get("addresses", [])] == list(both)
    assert result.get("addresses") != [], "R4 has no empty lists"


MOVED = {
    "each moves another way": ("abc", "cab", "bca"),
    "each replaces the same item": ("abc", "axc", "ayc"),
    "one takes out what the other replaces": ("abc", "ac", "ayc"),
}


@pytest.mark.parametrize(("base", "mine", "theirs"), MOVED.values(), ids=MOVED.keys())
def test_what_of_a_list_nobody_can_tell(base: str, mine: str, theirs: str) -> None:
    versions = [goal(addresses=refs(*names)) for names in (base, mine, theirs)]
    assert clash(*versions).keys() == {"Goal.addresses"}


def test_an_item_that_was_edited_and_taken_out() -> None:
    base, mine = goal(addresses=refs("a", "b")), goal(addresses=refs("b"))
    theirs = goal(addresses=[{"reference": "Condition/a", "display": "her heart"}, *refs("b")])
    assert clash(base, mine, theirs) == {"Goal.addresses[Condition/a]": "one side took it out, the other changed it"}


def test_both_added_the_same_item_with_other_values() -> None:
    base, mine = goal(), goal(target=[{"measure": coded("a1c")["code"], "detailQuantity": {"value": 7}}])
    theirs = goal(target=[{"measure": coded("a1c")["code"], "detailQuantity": {"value": 8}}])
    assert clash(base, mine, theirs) == {"Goal.target[s|a1c]": "both sides added it, each with other values"}


def test_an_id_of_its_own_does_not_make_it_another_measure() -> None:
    base = goal(target=[])
    mine, theirs = (
        goal(target=[{"id": id_, "measure": coded("a1c")["code"], "detailQuantity": {"value": value}}])
        for id_, value in (("x", 7), ("y", 8))
    )
    assert clash(base, mine, theirs) == {"Goal.target": "both sides added it, each with other values"}


def test_targets_that_nothing_tells_apart_are_not_put_together() -> None:
    base, mine, theirs = goal(), goal(target=[{"dueDate": "2026-05-01"}]), goal(target=[{"dueDate": "2026-06-01"}])
    assert "nothing tells apart" in clash(base, mine, theirs)["Goal.target"]
    assert [one["dueDate"] for one in merged(base, mine, mine)["target"]] == ["2026-05-01"]


def test_targets_of_two_measures_are() -> None:
    mine, theirs = (goal(target=[{"measure": coded(code)["code"], "dueDate": "2026-05-01"}]) for code in ("a1c", "bp"))
    assert len(merged(goal(), mine, theirs)["target"]) == 2


def test_an_unnamed_activity_that_both_changed_is_never_two_activities() -> None:
    """Two doses of one medicine, known by nothing but its words."""
    base, mine, theirs = (
        plan(activity=[{"detail": {"status": "in-progress", "dailyAmount": {"value": value}}}]) for value in (5, 10, 20)
    )
    assert "cannot be told apart" in clash(base, mine, theirs)["CarePlan.activity"]


ACTIVITY: dict[str, tuple[Json, Json, set[str]]] = {
    "where, and how it goes": ({"location": {"display": "park"}}, {"performer": refs("her")}, set()),
    "how much, and where": ({"dailyAmount": {"value": 2}}, {"location": {"display": "park"}}, set()),
    "how much, and how often": (
        {"dailyAmount": {"value": 2}},
        {"scheduledString": "daily"},
        {"dailyAmount", "scheduled"},
    ),
    "how much, and of what": ({"quantity": {"value": 2}}, {"productReference": refs("x")[0]}, {"quantity", "product"}),
    "how often, in two ways": ({"scheduledString": "daily"}, {"scheduledTiming": {"event": ["2026"]}}, {"scheduled"}),
    "do not, and how much": ({"doNotPerform": True}, {"dailyAmount": {"value": 2}}, {"doNotPerform", "dailyAmount"}),
    "done, and the reason of before": ({"status": "completed"}, {"statusReason": {"text": "so"}}, set()),
    "where, after it was stopped": ({"location": {"display": "park"}}, {"status": "stopped"}, {"location", "status"}),
    "two stops": ({"status": "completed"}, {"status": "stopped"}, {"status"}),
    "a stop over another status": ({"status": "stopped"}, {"status": "scheduled"}, set()),
    "two statuses": ({"status": "not-started"}, {"status": "scheduled"}, {"status"}),
}


@pytest.mark.parametrize(("mine", "theirs", "paths"), ACTIVITY.values(), ids=ACTIVITY.keys())
def test_what_of_an_activity_says_one_thing(mine: Json, theirs: Json, paths: set[str]) -> None:
    base, my_plan, their_plan = (
        plan(activity=[{"detail": coded("walk", status="in-progress", **more)}]) for more in ({}, {}, {})
    )
    my_plan["activity"][0]["detail"] |= mine
    their_plan["activity"][0]["detail"] |= theirs
    if paths:
        where = "CarePlan.activity[s|walk].detail"
        assert clash(base, my_plan, their_plan).keys() == {f"{where}.{path}" for path in paths}
    else:
        detail = merged(base, my_plan, their_plan)["activity"][0]["detail"]
        assert all(detail[name] == value for name, value in mine.items())


def test_a_stop_that_is_not_written_is_named() -> None:
    base, mine, theirs = plan(title="a"), plan(status="revoked", title="m"), plan(title="t")
    expected = {"CarePlan.title": "both sides changed it", "CarePlan.status": "your stop is not written either"}
    assert clash({**base, "status": "active"}, mine, theirs) == expected


def test_a_whole_that_both_changed_alike_in_part() -> None:
    """Both completed it, and one says why."""
    base = goal()
    mine = goal(lifecycleStatus="completed", statusReason={"text": "done"})
    assert merged(base, mine, goal(lifecycleStatus="completed"))["statusReason"] == {"text": "done"}
    assert merged(base, goal(lifecycleStatus="completed"), mine)["statusReason"] == {"text": "done"}


def test_numbers_are_compared_to_the_digit() -> None:
    def of(value: str) -> Json:
        return goal(target=[{"measure": coded("a1c")["code"], "detailQuantity": {"value": Decimal(value)}}])

    assert b"1.50" in encode(merged(of("1"), of("1.50"), of("1")))
    assert b"1.50" in encode(merged(of("1.5"), of("1.5"), of("1.50")))
    assert clash(of("1"), of("1.50"), of("1.5"))


def test_keys_keep_their_order() -> None:
    base = plan(title="a", note=[{"text": "n"}])
    mine = {
        "resourceType": "CarePlan",
        "id": "1",
        "status": "active",
        "title": "a",
        "description": "m",
        "note": [{"text": "n"}],
    }
    theirs = {"resourceType": "CarePlan", "id": "1", "note": [{"text": "n"}], "status": "active", "title": "t"}
    assert list(merged(base, mine, theirs)) == ["resourceType", "id", "note", "status", "title", "description"]


def test_a_text_and_what_belongs_to_it_are_one() -> None:
    """`_title` holds the extensions of title."""
    base = plan(title="a")
    mine, theirs = plan(title="b"), plan(title="a", _title={"extension": [{"url": "u", "valueString": "x"}]})
    assert clash(base, mine, theirs) == {"CarePlan.title": "both sides changed it"}


# ---- what never changes, labels, narrative

FIXED: dict[str, Json] = {
    "whom it is about": {"subject": {"reference": "Patient/2"}},
    "which it is": {"id": "2"},
    "by which rules": {"implicitRules": "http://example.org"},
}


@pytest.mark.parametrize("change", FIXED.values(), ids=FIXED.keys())
def test_what_never_changes(change: Json) -> None:
    base = plan(subject={"reference": "Patient/1"})
    assert set(clash(base, {**base, **change}, base).values()) == {"this never changes"}
    assert set(clash(base, {**base, "title": "t"}, {**base, **change}).values()) == {"this never changes"}


def meta(version: str, **labels: list[str]) -> Json:
    return {
        "versionId": version,
        **{name: [{"system": "s", "code": one} for one in codes] for name, codes in labels.items()},
    }


def test_version_and_time_are_the_servers_and_labels_are_kept() -> None:
    base = plan(meta=meta("1", tag=["a"], security=["R"]))
    mine = plan(meta=meta("1", tag=["a", "m"], security=["R"]), title="t")
    theirs = plan(meta=meta("2", tag=["a", "t"], security=["R", "V"]))
    assert merged(base, mine, theirs)["meta"] == meta("2", tag=["a", "m", "t"], security=["R", "V"])
    assert merged(base, plan(title="t"), theirs)["meta"] == theirs["meta"], "a copy without meta leaves it as it is"


@pytest.mark.parametrize("name", ["tag", "security"])
def test_an_edit_takes_no_label_off(name: str) -> None:
    base = plan(meta=meta("1", **{name: ["a", "b"]}))
    mine = plan(meta=meta("1", **{name: ["a"]}))
    assert clash(base, mine, base) == {f"CarePlan.meta.{name}": "an edit takes no label off"}
    assert merged(base, {**base, "title": "t"}, mine)["meta"] == mine["meta"], "what they took off is off"


def text(words: str, status: str = "generated") -> Json:
    return {"text": {"status": status, "div": f"<div>{words}</div>"}}


NARRATIVES: dict[str, tuple[Json, Json, Json, str | None]] = {
    "of data that both changed": (text("a"), text("m") | {"title": "t"}, text("t") | {"note": [{"text": "n"}]}, None),
    "of data that both changed, not renewed": (text("a"), text("a") | {"title": "t"}, text("a") | {"note": []}, None),
    "of mine alone": (text("a"), text("m") | {"title": "t"}, text("a"), "m"),
    "of theirs alone": (text("a"), text("a"), text("t") | {"title": "t"}, "t"),
    "mine reworded, theirs changed": (text("a"), text("m"), text("t") | {"title": "t"}, "t"),
}


@pytest.mark.parametrize(("base", "mine", "theirs", "kept"), NARRATIVES.values(), ids=NARRATIVES.keys())
def test_a_narrative_never_describes_other_data(base: Json, mine: Json, theirs: Json, kept: str | None) -> None:
    if theirs.get("note") == []:
        theirs = {**theirs, "note": [{"text": "n"}]}
    result = merge(plan(**base), plan(**mine), plan(**theirs), RULES)
    assert isinstance(result, Merged)
    assert result.resource.get("text", {}).get("div") == (kept and f"<div>{kept}</div>")
    edits = [each["text"]["div"] for each in (mine, theirs) if each["text"] != base["text"]]
    lost = any(div != result.resource.get("text", {}).get("div") for div in edits) or kept is None
    assert bool(result.notes) is lost, "what is left out is said"


def test_a_narrative_by_hand_is_never_left_out() -> None:
    base = plan(**text("a", "additional"))
    mine, theirs = {**base, "title": "t"}, {**base, "note": [{"text": "n"}]}
    result = merge(base, mine, theirs, RULES)
    assert isinstance(result, Merged)
    assert result.resource["text"] == base["text"]
    assert "written by hand" in result.notes[0]
    theirs |= text("t", "additional")
    mine |= text("m", "additional")
    assert clash(base, mine, theirs) == {"CarePlan.text": "both sides changed it"}


# ---- what it is compared with


def test_what_one_side_changed() -> None:
    base = plan(meta=meta("1"), **text("a"))
    side = {**base, "title": "t", "meta": meta("2"), **text("b"), "activity": []}
    assert changed(base, side, RULES) == ("title", "activity")


def test_two_versions_without_the_one_they_started_from() -> None:
    (side,) = apart(plan(title="m", meta=meta("1")), plan(title="t", meta=meta("2")), RULES, "not known")
    assert (side.path, side.started_from, side.mine, side.theirs) == ("CarePlan.title", None, "m", "t")


def test_without_rules_everything_merges_as_a_whole() -> None:
    """Parts that no rule names are not taken apart."""
    base, mine, theirs = (
        plan(activity=[{"detail": coded("walk", **more)}]) for more in ({}, {"location": {}}, {"goal": []})
    )
    assert isinstance(merge(base, mine, theirs, MergeRules({})), Clash)
