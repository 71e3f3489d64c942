"""The gather planner: one context whichever way was taken, complete or refused, never a smaller patient."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from carefhir.errors import ServerUnfit, ServerUnreachable
from carefhir.fhir.capability import Capabilities, TypeCapability
from carefhir.fhir.gather import Records, Way, best_way, gather
from carefhir.fhir.homes import Home
from carefhir.fhir.search import Codes, Follow, Named, Need, Of, Since
from carefhir.fhir.wire import Failure, Response
from tests.support.backends import run_flow
from tests.unit.fake import BASE, Fake, reply

HOME = Home.at(BASE, also_known_as=("http://inner:8080/fhir",))
SLOTS = {"patient": "Patient/p"}
WAYS: tuple[Way, ...] = ("together", "batch", "searches")
MINE = {"reference": "Patient/p"}

PATIENT = Need("patient", "Patient", (Named("{patient}"),))
FLAGS = Need("flags", "Flag", (Of("patient", "subject"),), bounded=True)
OPEN = Need("open", "Task", (Of("patient", "for"), Codes("status", "status", ("requested",))), bounded=True)
CODED = Need("coded", "Observation", (Of("patient", "subject"), Codes("code", "code", ("l|1", "l|2"))))
DRUGS = Need(
    "drugs",
    "MedicationRequest",
    (Of("patient", "subject"),),
    follow=(Follow("medicationReference", "Medication"),),
)
NEEDS = (PATIENT, FLAGS, OPEN, CODED, DRUGS)


def can(**more: Any) -> Capabilities:
    includes = frozenset({"Flag:patient", "Task:patient"})
    return Capabilities(
        **{"transaction": True, "batch": True, "types": {"Patient": TypeCapability(revincludes=includes)}, **more}
    )


def flag(id_: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Flag", "id": id_, "subject": MINE, "status": "active", **more}


def task(id_: str, status: str = "requested", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Task", "id": id_, "for": MINE, "status": status, **more}


def observation(id_: str, code: str, whose: str = "Patient/p") -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id_,
        "subject": {"reference": whose},
        "status": "final",
        "code": {"coding": [{"system": "l", "code": code}]},
    }


def drug(id_: str, medication: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": id_,
        "subject": MINE,
        "status": "active",
        "medicationReference": {"reference": medication},
        "contained": [{"resourceType": "Medication", "id": "contained", "code": {"text": "digoxin"}}],
    }


def full(**knobs: Any) -> Fake:
    """A patient with something of everything, and a neighbour."""
    return Fake(
        {"resourceType": "Patient", "id": "p"},
        {"resourceType": "Patient", "id": "q"},
        *(flag(f"f{n}") for n in range(3)),
        {"resourceType": "Flag", "id": "other", "subject": {"reference": "Patient/q"}},
        task("t1"),
        task("t2", "completed"),
        task("t3"),
        observation("o1", "1"),
        observation("o2", "2"),
        observation("o3", "3"),
        observation("o4", "1", "Patient/q"),
        drug("d1", "Medication/m1"),
        drug("d2", "Medication/m2/_history/4"),
        drug("d3", "#contained"),
        drug("d4", "http://elsewhere.example/Medication/m9"),
        drug("d5", "urn:uuid:20000000-0000-4000-8000-000000000001"),
        {"resourceType": "Medication", "id": "m1"},
        {"resourceType": "Medication", "id": "m2"},
        {"resourceType": "Medication", "id": "m9"},
        **knobs,
    )


def found(server: Fake, needs: tuple[Need, ...] = NEEDS, way: Way | None = None, **more: Any) -> Records:
    return server.run(gather(needs, SLOTS, can(**more), HOME, way=way))  # type: ignore[no-any-return]


def ids(records: Records) -> dict[str, list[str]]:
    return {name: [one.id for one in some] for name, some in records.by_need.items()}


def asked_again(server: Fake) -> list[str]:
    """The searches after the first round, in a batch or alone."""
    entries = [json.loads(one.body)["entry"] if one.method == "POST" else [] for one in server.asked]
    targets = [
        [entry["request"]["url"] for entry in some] or [one.target]
        for some, one in zip(entries, server.asked, strict=True)
    ]
    return [target for some in targets[1:] for target in some]


EXPECTED = {
    "patient": ["p"],
    "flags": ["f0", "f1", "f2"],
    "open": ["t1", "t3"],
    "coded": ["o1", "o2"],
    "drugs": ["d1", "d2", "d3", "d4", "d5"],
    "Medication at medicationReference": ["m1", "m2"],
}


# The same whichever way ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("page", [100, 2, 1])
@pytest.mark.parametrize("total", [True, False])
def test_the_context_is_equal_whichever_way_was_taken(way: Way, page: int, total: bool) -> None:
    records = found(full(page=page, total=total), way=way)
    assert ids(records) == EXPECTED
    assert (records.gaps, records.odd, records.way) == ((), (), way)
    assert records == found(full(), way="searches")


def test_what_two_needs_bring_is_read_once_and_judged_by_each() -> None:
    every = Need("every", "Observation", (Of("patient", "subject"),))
    records = found(full(), (CODED, every), "batch")
    assert {one.id for one in records["coded"]} < {one.id for one in records["every"]}
    by_id = {one.id: one for one in records["every"]}
    assert all(one is by_id[one.id] for one in records["coded"])


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_filters_badly_gives_the_same_context(way: Way) -> None:
    server = full()
    server.ignores = {"status", "code", "patient", "subject"}
    assert ids(found(server, way=way)) == EXPECTED


def test_a_rider_with_a_filter_is_followed_only_where_it_is_kept() -> None:
    """`_revinclude` cannot filter: what it brings and the filter drops must not be followed either."""
    needs = (Need("open", "Task", OPEN.where, bounded=True, follow=(Follow("owner", "Practitioner"),)),)

    def server() -> Fake:
        return Fake(
            {"resourceType": "Patient", "id": "p"},
            task("t1", owner={"reference": "Practitioner/a"}),
            task("t2", "completed", owner={"reference": "Practitioner/b"}),
            {"resourceType": "Practitioner", "id": "a"},
            {"resourceType": "Practitioner", "id": "b"},
        )

    three = [found(server(), needs, way) for way in WAYS]
    assert ids(three[0]) == {"open": ["t1"], "Practitioner at owner": ["a"]}
    assert three[0] == three[1] == three[2]


def spoil(server: Fake, key: str) -> Fake:
    """Makes a stored resource one that cannot be read."""
    server.store[key]["meta"] = "not a Meta"
    return server


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("total", [True, False])
def test_one_odd_resource_is_named_and_the_patient_stays_readable(way: Way, total: bool) -> None:
    records = found(spoil(full(total=total), "Flag/f1"), way=way)
    assert ids(records) == {**EXPECTED, "flags": ["f0", "f2"]}
    assert len(records.odd) == 1
    assert not records.visible("flags"), "what could not be read is never none"
    assert ids(records) == ids(found(spoil(full(), "Flag/f1"), way="searches"))


@pytest.mark.parametrize("way", WAYS)
def test_a_resource_whose_depth_cannot_be_read_is_odd_and_not_fatal(way: Way) -> None:
    server = full()
    answer = server.answer

    def mangled(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Response:
        said = answer(method, target, headers, body)
        return Response(said.status, said.headers, said.body.replace(b"MANGLED", b"\xff"))

    server.store["Flag/f1"]["text"] = "MANGLED"
    server.answer = mangled  # type: ignore[method-assign]
    records = found(server, way=way)
    assert ids(records)["flags"] == ["f0", "f2"]
    assert len(records.odd) == 1


UNUSED: dict[str, tuple[str, str, dict[str, object]]] = {
    "about nobody": ("conditions", "does not say whom it is about", {"resourceType": "Condition", "subject": None}),
    "a modifier": (
        "conditions",
        "has a modifierExtension",
        {"resourceType": "Condition", "modifierExtension": [{"url": "http://x.example/of-a-relative"}]},
    ),
    "a day as people write it": (
        "observations",
        "has a day that cannot be read",
        {"resourceType": "Observation", "effectiveDateTime": "11/16/2026"},
    ),
    "a period as people write it": (
        "observations",
        "has a day that cannot be read",
        {"resourceType": "Observation", "effectivePeriod": {"end": "11/16/2026"}},
    ),
    "without id": ("conditions", "without id", {"resourceType": "Condition", "id": None}),
    "a number where a text belongs": ("conditions", "cannot be read", {"resourceType": "Condition", "id": ["7"]}),
}


@pytest.mark.parametrize("case", UNUSED)
def test_what_nothing_can_be_made_of_is_said_and_never_none(case: str) -> None:
    """The server returns it in answer to our search; no decision rests on it, and the need is not seen whole."""
    need, why, more = UNUSED[case]
    patient = {"reference": "Patient/p1"}
    resource = {"id": "odd", "subject": patient, **more}
    body = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": resource}]}
    since = Since("date", ("effectiveDateTime", "effectivePeriod"), "2026-01-01")
    where = (Of("patient", "subject"), *((since,) if need == "observations" else ()))
    asked = Need(need, str(more["resourceType"]), where, optional=True)
    flow = gather((asked,), {"patient": "Patient/p1"}, can(batch=False), Home.at("https://fhir.example/r4"))
    answer = Response(200, {}, json.dumps(body).encode())
    records: Records = run_flow(flow, lambda asks: tuple(answer for _ in asks))
    assert records[need] == ()
    assert [gap.need for gap in records.gaps] == [need]
    assert why in records.gaps[0].why
    assert not records.visible(need)


def test_ways_by_what_the_server_states() -> None:
    assert best_way(can()) == "together"
    assert best_way(can(revinclude=False)) == "batch"
    assert best_way(can(batch=False)) == "searches"


# How much is asked --------------------------------------------------------------------------------------------------


def test_requests_are_counted() -> None:
    server = full()
    found(server, way="together")
    assert [(one.method, one.target.partition("?")[0]) for one in server.asked] == [("POST", ""), ("GET", "Medication")]
    entries = [one["request"]["url"] for one in json.loads(server.asked[0].body)["entry"]]
    assert [one.partition("?")[0] for one in entries] == [
        "Observation",
        "MedicationRequest",
        "Patient",
        "Flag",
        "Task",
    ]
    assert "_revinclude=Flag:patient&_revinclude=Task:patient" in entries[2]
    assert entries[3].endswith("_summary=count")


def test_by_searches_all_are_asked_in_one_round() -> None:
    server = full()
    found(server, way="searches")
    assert [len(one) for one in server.rounds] == [5, 1]


def test_where_the_cap_is_known_nothing_is_counted() -> None:
    server = full()
    found(server, way="together", include_cap=1000)
    assert b"_summary=count" not in server.asked[0].body


MORE_PATHS = {
    "Patient": TypeCapability(revincludes=frozenset({"Flag:patient", "Task:patient", "MedicationRequest:patient"}))
}


def test_where_the_cap_is_known_growing_types_come_along_while_they_are_few() -> None:
    server = full()
    records = found(server, (PATIENT, FLAGS, CODED, DRUGS), way="together", include_cap=1000, types=MORE_PATHS)
    entries = [entry["request"]["url"] for entry in json.loads(server.asked[0].body)["entry"]]
    assert [url.partition("?")[0] for url in entries] == ["Observation", "Patient"]
    assert ids(records) == {name: EXPECTED[name] for name in ids(records)}


@pytest.mark.parametrize("offset", [False, True])
def test_a_growing_type_that_is_not_few_is_searched_by_itself(offset: bool) -> None:
    """The site has set its cap to 60, whatever the product does: 60 of 70 come along, and are not taken for all."""
    server = Fake({"resourceType": "Patient", "id": "p"}, *(drug(f"d{n:02}", "#contained") for n in range(70)))
    server.include_cap = 60
    records = found(server, (PATIENT, DRUGS), way="together", include_cap=1000, types=MORE_PATHS, offset=offset)
    assert len(records["drugs"]) == 70


def test_where_something_comes_along_that_is_not_the_patients_the_path_is_searched_by_itself() -> None:
    server = full()
    server.put({"resourceType": "Flag", "id": "f9", "status": "active", "patient": MINE})
    records = found(server, (PATIENT, FLAGS), way="together", include_cap=1000)
    assert asked_again(server) == ["Flag?patient=Patient%2Fp&_count=200"]
    assert [one.id for one in records["flags"]] == ["f0", "f1", "f2"]


def test_next_pages_of_all_searches_are_followed_in_the_same_rounds() -> None:
    server = full(page=1)
    found(server, (FLAGS, CODED), way="searches")
    assert [len(one) for one in server.rounds] == [2, 2, 1]


@pytest.mark.parametrize("way", WAYS)
def test_where_nothing_can_be_asked_nothing_is(way: Way) -> None:
    server = full()
    records = server.run(gather(NEEDS, {}, can(), HOME, way=way))
    assert server.asked == []
    assert records["flags"] == ()


def test_every_read_may_be_repeated_and_is_not_answered_from_a_cache() -> None:
    server = full(page=1)
    found(server, way="together")
    assert all(one.repeatable and ("Cache-Control", "no-cache") in one.headers for one in server.asked)


def test_passing_trouble_is_asked_again() -> None:
    server = full()
    server.fault("POST", "", Failure("broken", True))
    assert ids(found(server, way="together")) == EXPECTED
    assert server.waits == [0.25]


# Completeness of _revinclude ----------------------------------------------------------------------------------------


def test_an_include_that_does_not_match_its_count_is_searched_by_itself() -> None:
    server = full()
    server.include_cap = 2
    assert ids(found(server, way="together")) == EXPECTED
    assert [target.partition("?")[0] for target in asked_again(server)] == ["Flag", "Task", "Medication"]


def test_an_include_at_the_known_cap_is_searched_by_itself() -> None:
    server = full()
    server.include_cap = 3
    assert ids(found(server, way="together", include_cap=3)) == EXPECTED
    assert "Flag?patient=Patient%2Fp&_count=200" in asked_again(server)


def test_two_paths_of_one_type_do_not_prove_each_other() -> None:
    """One path loses a Task and the other brings one: the sum is right and the set is not."""
    by_subject = Need("mine", "Task", (Of("patient", "for"),), bounded=True)
    by_owner = Need("owned", "Task", (Of("owner", "owner", "{patient}"),), bounded=True)
    owned = {"for": {"reference": "Patient/q"}, "owner": MINE}
    server = Fake({"resourceType": "Patient", "id": "p"}, task("t1"), task("t2"), task("u1", **owned))
    server.include_cap = 1
    types = {"Patient": TypeCapability(revincludes=frozenset({"Task:patient", "Task:owner"}))}
    records = found(server, (by_subject, by_owner), way="together", types=types)
    assert ids(records) == {"mine": ["t1", "t2"], "owned": ["u1"]}


def test_a_count_that_fails_proves_nothing() -> None:
    server = full()
    answer = server.answer

    def uncounted(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Response:
        said = json.loads(answer(method, target, headers, body).body)
        for one in said.get("entry", []):
            inner = one.get("resource", {})
            if inner.get("type") == "searchset" and "entry" not in inner:
                one["resource"], one["response"] = {"resourceType": "OperationOutcome"}, {"status": "400"}
        return reply(said)

    server.answer = uncounted  # type: ignore[method-assign]
    assert ids(found(server, way="together")) == EXPECTED
    assert [target.partition("?")[0] for target in asked_again(server)] == ["Flag", "Task", "Medication"]


# Pages --------------------------------------------------------------------------------------------------------------


def paged(*pages: tuple[list[str], str | None], total: int | None = None) -> Fake:
    """A server that answers Flag searches with these pages, in turn."""
    server = Fake()
    for some, following in pages:
        bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "entry": []}
        bundle["entry"] = [{"resource": flag(one)} for one in some]
        if following is not None:
            bundle["link"] = [{"relation": "next", "url": following}]
        if total is not None:
            bundle["total"] = total
        server.fault("GET", r".*", reply(bundle))
    return server


def flags_of(server: Fake, need: Need = FLAGS) -> Records:
    return found(server, (need,), way="searches")


@pytest.mark.parametrize(
    ("link", "target"),
    [
        (f"{BASE}/Flag?p=2", "Flag?p=2"),
        (f"{BASE}?_getpages=x", "?_getpages=x"),
        ("http://inner:8080/fhir?_getpages=x", "?_getpages=x"),
        ("Flag?p=2", "Flag?p=2"),
    ],
)
def test_next_is_followed_on_our_base(link: str, target: str) -> None:
    server = paged((["a"], link), (["b"], None))
    assert ids(flags_of(server)) == {"flags": ["a", "b"]}
    assert server.sent("GET")[1] == target


@pytest.mark.parametrize(
    "link", ["http://evil.example/r4/Flag?p=2", "//evil.example/r4", f"{BASE}X/Flag", f"{BASE}/../x"]
)
def test_a_foreign_next_is_never_followed_and_never_ignored(link: str) -> None:
    server = paged((["a"], link))
    with pytest.raises(ServerUnfit, match="another base"):
        flags_of(server)
    assert len(server.asked) == 1


def test_pages_that_never_end_are_left() -> None:
    server = paged((["a"], "Flag?p=2"), (["b"], "Flag?p=3"), (["c"], "Flag?p=2"))
    with pytest.raises(ServerUnfit, match="never end"):
        flags_of(server)


def test_pages_that_name_a_new_next_for_ever_are_left_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carefhir.fhir.gather.MOST_PAGES", 5)
    server = paged(*(([f"f{n}"], f"Flag?p={n}") for n in range(9)))
    with pytest.raises(ServerUnfit, match="never end"):
        flags_of(server)
    assert len(server.asked) == 5


def test_fewer_than_announced_is_an_error_not_a_smaller_patient() -> None:
    with pytest.raises(ServerUnfit, match="announced 3 and gave 2"):
        flags_of(paged((["a"], "Flag?p=2"), (["b"], None), total=3))


def test_a_record_given_twice_counts_once_and_the_newer_version_stays() -> None:
    server = Fake()
    entries = [flag("a", meta={"versionId": version}) for version in ("2", "10", "9")]
    server.fault(
        "GET", ".*", reply({"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": e} for e in entries]})
    )
    assert [one.version for one in flags_of(server)["flags"]] == ["10"]


def test_included_strangers_are_not_the_needs() -> None:
    server = Fake()
    entries = [flag("a"), {"resourceType": "Practitioner", "id": "x"}, flag("b", subject={"reference": "Patient/q"})]
    server.fault(
        "GET", ".*", reply({"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": e} for e in entries]})
    )
    assert ids(flags_of(server)) == {"flags": ["a"]}


# Trouble ------------------------------------------------------------------------------------------------------------

OPTIONAL = Need("flags", "Flag", (Of("patient", "subject"),), optional=True)
TROUBLES: list[Response | Failure] = [
    Response(403),
    Response(200, {"content-type": "text/html"}, b"<html>Rosa</html>"),
    reply({"resourceType": "OperationOutcome", "issue": [{"code": "forbidden", "diagnostics": "Rosa"}]}, 400),
    Failure("too-large", True),
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_optional_need_that_fails_is_a_gap_and_not_none(trouble: Response | Failure) -> None:
    server = full()
    server.fault("GET", "Flag.*", trouble)
    records = found(server, (OPTIONAL, OPEN), way="searches")
    assert ids(records) == {"flags": [], "open": ["t1", "t3"]}
    assert [(gap.need, gap.type) for gap in records.gaps] == [("flags", "Flag")]
    assert "Rosa" not in records.gaps[0].why
    assert not records.visible("flags")
    assert records.visible("open")


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_required_need_that_fails_stops_the_step(trouble: Response | Failure) -> None:
    server = full()
    server.fault("GET", "Flag.*", trouble)
    with pytest.raises(ServerUnfit, match="searching Flag") as caught:
        found(server, (FLAGS,), way="searches")
    assert "Rosa" not in caught.value.message


def test_a_gap_is_equal_in_a_batch() -> None:
    def closed(way: Way) -> Records:
        server = full()
        read = server._read
        forbidden = reply({"resourceType": "OperationOutcome", "issue": [{"code": "forbidden"}]}, 403)
        server._read = lambda target: forbidden if target.startswith("Flag") else read(target)  # type: ignore[method-assign]
        return found(server, (OPTIONAL, OPEN), way=way)

    assert closed("batch") == closed("searches")
    assert closed("batch").gaps


@pytest.mark.parametrize(("kind", "sent"), [("timeout", True), ("unreachable", False), ("broken", True)])
@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_cannot_be_reached_is_said_to_be(way: Way, kind: Any, sent: bool) -> None:
    server = full()
    for _ in range(40):
        server.fault("GET" if way == "searches" else "POST", ".*", Failure(kind, sent))
    with pytest.raises(ServerUnreachable) as caught:
        found(server, way=way)
    assert caught.value.sent is sent


@pytest.mark.parametrize("status", [400, 405, 501, 404, 422])
@pytest.mark.parametrize("way", ["together", "batch"])
def test_a_server_that_will_have_no_batch_is_searched(way: Way, status: int) -> None:
    server = full()
    server.refuses_batch = status
    records = found(server, way=way)
    assert ids(records) == EXPECTED
    assert records == found(full(), way="searches")
    assert server.sent("POST") == [""]


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, {"content-type": "text/html"}, b"<html>Rosa</html>"),
        reply({"resourceType": "Bundle", "type": "batch-response", "entry": []}),
        Response(500),
        Response(302, {"location": "http://evil.example"}),
    ],
)
def test_a_batch_answered_with_something_else_is_asked_search_by_search(answer: Response) -> None:
    server = full()
    server.fault("POST", "", answer)
    assert found(server, (OPEN, CODED), way="batch") == found(full(), (OPEN, CODED), way="searches")


def test_a_batch_that_the_server_will_not_have_from_us_is_an_error() -> None:
    server = full()
    server.fault("POST", "", Response(401, {}, b"Rosa"))
    with pytest.raises(ServerUnfit) as caught:
        found(server, (OPEN, CODED), way="batch")
    assert "Rosa" not in caught.value.message


@pytest.mark.parametrize("size", [10, 20, 25, 50])
def test_a_page_in_a_batch_that_may_be_cut_is_asked_for_alone(size: int) -> None:
    """WSO2 ignores `_count` in batches: 20 entries, and no next link."""
    task = {"resourceType": "Task", "status": "requested", "for": {"reference": "Patient/p"}}
    tasks = [{**task, "id": f"t{n}"} for n in range(size + 3)]
    server = Fake({"resourceType": "Patient", "id": "p"}, *tasks)
    server.page_in_batch = size
    records = found(server, (OPEN,), way="batch")
    assert len(records[OPEN.name]) == size + 3


# The second stage ---------------------------------------------------------------------------------------------------


def test_nothing_to_follow_asks_nothing_more() -> None:
    server = Fake({"resourceType": "Patient", "id": "p"}, drug("d3", "#contained"))
    assert ids(found(server, (DRUGS,), way="searches")) == {"drugs": ["d3"], "Medication at medicationReference": []}
    assert len(server.asked) == 1


@pytest.mark.parametrize("way", WAYS)
def test_many_are_followed_in_chunks_in_one_round(way: Way) -> None:
    server = Fake(*(drug(f"d{n:03}", f"Medication/m{n:03}") for n in range(120)))
    for n in range(120):
        server.put({"resourceType": "Medication", "id": f"m{n:03}"})
    records = found(server, (DRUGS,), way=way)
    assert ids(records)["Medication at medicationReference"] == [f"m{n:03}" for n in range(120)]
    assert len(server.asked) == (5 if way == "searches" else 3)


def test_what_was_not_asked_for_is_not_taken() -> None:
    server = Fake(drug("d1", "Medication/m1"), {"resourceType": "Medication", "id": "m1"})
    server.put({"resourceType": "Medication", "id": "m2"})
    server.ignores = {"_id"}
    records = found(server, (DRUGS,), way="searches")
    assert ids(records)["Medication at medicationReference"] == ["m1"]


def closed_medications(server: Fake) -> None:
    server.fault("GET", "Medication\\?.*", Response(403))


def odd_medication(server: Fake) -> None:
    spoil(server, "Medication/m1")


def test_what_cannot_be_followed_is_a_gap() -> None:
    server = full()
    closed_medications(server)
    records = found(server, (DRUGS,), way="searches")
    assert [gap.type for gap in records.gaps] == ["Medication"]
    assert ids(records)["drugs"] == EXPECTED["drugs"]


def test_an_odd_one_among_the_followed_is_named() -> None:
    server = full()
    odd_medication(server)
    records = found(server, (DRUGS,), way="searches")
    assert ids(records)["Medication at medicationReference"] == ["m2"]
    assert len(records.odd) == 1


# Records ------------------------------------------------------------------------------------------------------------


def test_one_is_the_only_or_first() -> None:
    records = found(full(), way="searches")
    flags: Callable[[str], Any] = records.one
    assert flags("flags").id == "f0"
    assert flags("nothing") is None
    assert records["nothing"] == ()
