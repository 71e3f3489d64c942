"""Two people edit one record: no edit is lost, none is applied twice, order is kept (decision 0026).

Records and pairs of edits are drawn from fixed seeds; what became of each edit is counted by its marker, which occurs
nowhere else (`tests/support/edits.py`). The numbers stand at the end of every run.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from carefhir.content import merge_rules
from carefhir.content.loading import load
from carefhir.fhir.codec import decode_object, encode
from carefhir.fhir.merging import NOT_STOPPED, Clash, Merged, merge
from carefhir.fhir.three_versions import BothSides
from tests.support.deep import depth
from tests.support.edits import ITEMS, STATUS, STOPS, Script, anchors, edited, marked, markers, record

Json = dict[str, Any]
Record = Callable[[str, object], None]
RULES = merge_rules.read(load())
TYPES = ("CarePlan", "Goal", "Task")
PROFILES = Path(__file__).parents[2] / "profiles"
PAIRS = depth(400, 3000)


def examples(type_: str) -> list[Json]:
    """The records of that type among the artefacts, as they are."""
    files = sorted((PROFILES / "samples").glob(f"{type_}-*.json"))
    return [decode_object(file.read_bytes()) for file in files]


def bases(type_: str, die: Random) -> Json:
    """One to start from: mostly made, now and then one of the examples."""
    return marked(die.choice(examples(type_))) if die.random() < 0.2 else record(type_, die)


def pairs(type_: str, number: int, seed: str) -> Iterator[tuple[Json, tuple[Json, Script], tuple[Json, Script]]]:
    """A version, and two that started from it; now and then both did the same, too."""
    die = Random(f"{seed} {type_}")
    for _ in range(number):
        base = bases(type_, die)
        both = base
        if die.random() < 0.3:
            both, _script = edited(base, "s", die, most=2)
        mine, theirs = edited(both, "m", die), edited(both, "t", die)
        theirs[0]["meta"]["versionId"] = "4"
        yield base, mine, theirs


def wanted(base: Json, mine: Json, theirs: Json) -> dict[str, int]:
    """How often each marker must occur where both edits are in one record: what either took out is out, what either
    put in is in, once."""
    was, now, stands = markers(base), markers(mine), markers(theirs)
    every = was | now | stands
    return {mark: min(now[mark], stands[mark]) if mark in was else max(now[mark], stands[mark]) for mark in every}


def said(clash: Clash) -> Counter[str]:
    """The markers that a clash names."""
    return markers([[side.started_from, side.mine, side.theirs] for side in clash.sides])


@pytest.mark.parametrize("type_", TYPES)
def test_no_edit_is_lost_and_none_is_applied_twice(type_: str, record_property: Record) -> None:
    tried: Counter[str] = Counter()
    lost: list[Any] = []
    twice: list[Any] = []
    for base, (mine, my_script), (theirs, their_script) in pairs(type_, PAIRS, "lost"):
        before = encode([base, mine, theirs])
        result = merge(base, mine, theirs, RULES)
        assert encode([base, mine, theirs]) == before, "what was read is never changed"
        tried["tried"] += 1
        if isinstance(result, Clash):
            tried["named as a conflict"] += 1
            assert my_script.stopped or their_script.stopped or _touch(base, mine, theirs), "nobody has to decide this"
            for side in result.sides:
                assert encode(side.mine) != encode(side.theirs), side
                assert encode(side.started_from) not in (encode(side.mine), encode(side.theirs)) or _partly(side), side
            continue
        tried["merged"] += 1
        counted = markers(result.resource)
        overruled = my_script.stopped and any("stopped all the same" in note for note in result.notes)
        for mark, times in wanted(base, mine, theirs).items():
            if overruled and (_of_the_status(mark, theirs) or _of_the_status(mark, base)):
                continue
            lost += [(mark, my_script.did)] * (counted[mark] < times)
            twice += [(mark, my_script.did)] * (counted[mark] > times)
        assert not counted.keys() - wanted(base, mine, theirs).keys()
    assert not lost, lost[:3]
    assert not twice, twice[:3]
    assert min(tried["merged"], tried["named as a conflict"]) > tried["tried"] / 10, tried
    for what, number in tried.items():
        record_property(f"pairs of edits {what}", number)
    record_property("edits lost", len(lost))
    record_property("edits applied twice", len(twice))


def _partly(side: BothSides) -> bool:
    """Whether one side alone changed this, and the other what it belongs to; or stopped all of it."""
    return any(words in side.why for words in ("together", "stopped meanwhile", NOT_STOPPED))


def _touch(base: Json, mine: Json, theirs: Json) -> bool:
    """Whether both sides changed one element, or two that say one thing together."""
    together = {"target": "description", "statusReason": "status", "businessStatus": "status"}
    by_me, by_them = (
        {together.get(key, key) for key in {**base, **side} if base.get(key) != side.get(key) and key != "meta"}
        for side in (mine, theirs)
    )
    return bool(by_me & by_them)


def _of_the_status(mark: str, resource: Json) -> bool:
    """Whether it is in what says why a record has the status it has, which whoever stops it says anew."""
    return any(mark in markers(resource.get(name, "")) for name in ("statusReason", "businessStatus", "statusDate"))


@pytest.mark.parametrize("type_", TYPES)
def test_an_edit_alone_is_taken_as_it_is(type_: str, record_property: Record) -> None:
    """One side alone: to the letter, keys and items in its order."""
    for base, (mine, _), (theirs, _) in pairs(type_, PAIRS // 4, "alone"):
        for one_side, result in ((theirs, merge(base, base, theirs, RULES)), (base, merge(base, base, base, RULES))):
            assert isinstance(result, Merged), result
            assert encode(result.resource) == encode(one_side)
        result = merge(base, mine, base, RULES)
        assert isinstance(result, Merged), result
        assert json.loads(encode(result.resource)) == json.loads(encode(mine))
        assert anchors(result.resource) == anchors(mine)
        again = merge(base, mine, mine, RULES)
        assert isinstance(again, Merged)
        assert encode(again.resource) == encode(mine), "the same edit of both is one edit"
        record_property("edits alone", 4)


@pytest.mark.parametrize("type_", TYPES)
def test_the_order_of_both_is_kept(type_: str, record_property: Record) -> None:
    tried = 0
    for base, (mine, my_script), (theirs, their_script) in pairs(type_, PAIRS, "order"):
        result = merge(base, mine, theirs, RULES)
        if isinstance(result, Clash):
            continue
        assert [key for key in result.resource if key in theirs] == [key for key in theirs if key in result.resource]
        merged = anchors(result.resource)
        for name in ITEMS[type_]:
            moved = name in my_script.moved | their_script.moved
            for side, script in ((mine, my_script), (theirs, their_script)):
                if moved and name not in script.moved:
                    continue
                if name in my_script.moved & their_script.moved:
                    continue
                # What one side moved and the other edited is another item where nothing but its content names it.
                other = theirs if side is mine else mine
                edited_since = set(anchors(other)[name]) - _unedited(base, other, name) if moved else set()
                fixed = set(merged[name]) - edited_since
                kept = [mark for mark in anchors(side)[name] if mark in fixed and not mark.startswith("~s")]
                assert [mark for mark in merged[name] if mark in kept] == kept, (name, my_script.did, their_script.did)
                tried += 1
    record_property("orders compared", tried)


def _unedited(base: Json, side: Json, name: str) -> set[str]:
    """The first markers of the items that one side left as they were."""
    items = [item for item in side.get(name, []) if item in base.get(name, [])]
    return set(anchors({**side, name: items})[name])


@pytest.mark.parametrize("type_", TYPES)
def test_it_does_not_matter_who_came_first(type_: str, record_property: Record) -> None:
    """Where nobody stops anything, the sides can be exchanged: the same is merged, and the same clashes."""
    tried = 0
    for base, (mine, my_script), (theirs, their_script) in pairs(type_, PAIRS // 2, "first"):
        if my_script.stopped or their_script.stopped:
            continue
        tried += 1
        one_way, other_way = merge(base, mine, theirs, RULES), merge(base, theirs, mine, RULES)
        assert type(one_way) is type(other_way), (my_script.did, their_script.did)
        if isinstance(one_way, Merged) and isinstance(other_way, Merged):
            assert markers(one_way.resource) == markers(other_way.resource)
        if isinstance(one_way, Clash) and isinstance(other_way, Clash):
            assert sorted(side.path.partition("[")[0] for side in one_way.sides) == sorted(
                side.path.partition("[")[0] for side in other_way.sides
            )
    record_property("pairs of edits exchanged", tried)


@pytest.mark.parametrize("type_", TYPES)
def test_what_one_stopped_is_not_edited_by_the_other(type_: str, record_property: Record) -> None:
    """A stop beats an edit: of an edit beside it every part is named, and the stop itself always lands."""
    die = Random(f"stop {type_}")
    tried = 0
    for base, (mine, my_script), (theirs, their_script) in pairs(type_, PAIRS // 2, "stop"):
        status = STATUS[type_]
        if base[status] in STOPS[type_] or not base[status] == mine[status] == theirs[status]:
            continue
        stop = die.choice(STOPS[type_])
        stopped = {**copy.deepcopy(base), STATUS[type_]: stop}
        result = merge(base, mine, stopped, RULES)
        fresh = {mark for mark in markers(_data(mine)) if mark not in markers(base)}
        if _data(mine) != _data(base):
            assert isinstance(result, Clash), my_script.did
            assert fresh <= said(result).keys(), (fresh, my_script.did)
            assert all("stopped meanwhile" in side.why for side in result.sides)
        landed = merge(base, stopped, theirs, RULES)
        assert isinstance(landed, Merged), their_script.did
        assert landed.resource[STATUS[type_]] == stop
        another = {**copy.deepcopy(base), STATUS[type_]: next(code for code in STOPS[type_] if code != stop)}
        assert isinstance(merge(base, stopped, another, RULES), Clash), "two different stops"
        tried += 3
    record_property("stops beside an edit", tried)


TOGETHER: dict[str, tuple[tuple[str, ...], ...]] = {
    "what is done, and how much": (("description", "code", "kind", "dailyAmount", "quantity", "scheduledString"),),
    "which, and when": (("productReference", "dailyAmount", "quantity", "scheduledTiming", "doNotPerform"),),
}


@pytest.mark.parametrize("names", [names for group in TOGETHER.values() for names in group], ids=TOGETHER.keys())
def test_a_dose_is_never_put_together_of_two(names: tuple[str, ...], record_property: Record) -> None:
    """One side changes one part of what is done, the other another: whatever the two are."""
    tried = 0
    for first, second in permutations(names, 2):
        for before in ((), (first,), (second,), (first, second)):
            base = {**_walk(before, "b"), "location": {"display": "park"}}
            mine, theirs = {**base, **_walk((first,), "m")}, {**base, **_walk((second,), "t")}
            plans = [_plan_of(detail) for detail in (base, mine, theirs)]
            result = merge(*plans, RULES)
            assert isinstance(result, Clash), (first, second, before)
            assert len(result.sides) == 2
            tried += 1
    record_property("doses of two sides, never put together", tried)


def _walk(names: tuple[str, ...], side: str) -> Json:
    return {name: {"text": f"{side} {name}"} if name[-1] == "e" else f"{side} {name}" for name in names}


def _plan_of(detail: Json) -> Json:
    return {"resourceType": "CarePlan", "id": "1", "status": "active", "activity": [{"id": "a", "detail": detail}]}


def _data(resource: Json) -> Json:
    return {key: value for key, value in resource.items() if key != "meta"}
