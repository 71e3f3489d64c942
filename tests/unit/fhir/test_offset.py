"""Pages by offset: taken when they are proven to be the whole, else followed by `next`, never a smaller patient."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from carefhir.fhir.capability import Capabilities, Limits
from carefhir.fhir.gather import Records, gather
from carefhir.fhir.homes import Home
from carefhir.fhir.offset import MOST_IN_BATCH, LongSearch
from carefhir.fhir.search import Codes, Need, Of
from carefhir.fhir.wire import Failure, Request, Response
from tests.unit.fake import BASE, Fake, reply

Json = dict[str, Any]
HOME = Home.at(BASE)
SLOTS = {"patient": "Patient/p"}
MANY = Need("many", "Observation", (Of("patient", "subject"),))
OTHERS = Need("others", "Task", (Of("patient", "for"),))
ABLE = Capabilities(batch=True, revinclude=False, offset=True)


def observation(number: int) -> Json:
    coding = [{"system": "http://loinc.org", "code": "29463-7"}]
    return {
        "resourceType": "Observation",
        "id": f"o{number:03}",
        "status": "final",
        "code": {"coding": coding},
        "subject": {"reference": "Patient/p"},
    }


def server_with(count: int = 23, page: int = 5) -> Fake:
    return Fake(*(observation(number) for number in range(count)), page=page)


def read(server: Fake, capabilities: Capabilities = ABLE, needs: tuple[Need, ...] = (MANY,)) -> Records:
    records = server.run(gather(needs, SLOTS, capabilities, HOME))
    assert isinstance(records, Records)
    return records


def ids(records: Records) -> list[str]:
    return [record.id for record in records["many"]]


def everything(count: int = 23) -> list[str]:
    return [f"o{number:03}" for number in range(count)]


def bodies(server: Fake) -> list[list[str]]:
    """What each batch asked for."""
    return [
        [entry["request"]["url"] for entry in json.loads(one.body)["entry"]]
        for one in server.asked
        if isinstance(one, Request) and one.method == "POST"
    ]


def test_the_first_page_is_counted_and_all_others_come_in_one_batch() -> None:
    server = server_with()
    assert ids(read(server)) == everything()
    first, rest = bodies(server)
    assert first == ["Observation?patient=Patient%2Fp&_count=200&_total=accurate"]
    assert [url.rpartition("&")[2] for url in rest] == [f"_offset={offset}" for offset in (0, 4, 8, 12, 16, 20)]
    assert all("&_count=5&_sort=_id&" in url for url in rest)
    assert server.sent("GET") == []


def test_what_is_asked_for_by_codes_is_asked_for_in_no_order() -> None:
    server = server_with()
    coded = Need("many", "Observation", (Of("patient", "subject"), Codes("code", "code", ("29463-7", "3141-9"))))
    assert ids(read(server, needs=(coded,))) == everything()
    assert not any("_sort" in url for url in bodies(server)[1])


def test_what_fits_on_a_page_is_one_request() -> None:
    server = server_with(5)
    assert ids(read(server)) == everything(5)
    assert len(server.asked) == 1


@pytest.mark.parametrize("count", range(6, 20))
def test_every_length_is_read_to_its_end(count: int) -> None:
    server = server_with(count)
    assert ids(read(server)) == everything(count)
    assert server.sent("GET") == []


def test_several_long_searches_share_the_round() -> None:
    server = server_with()
    for number in range(17):
        server.put(
            {"resourceType": "Task", "id": f"t{number:02}", "for": {"reference": "Patient/p"}, "status": "draft"}
        )
    records = read(server, needs=(MANY, OTHERS))
    assert (len(records["many"]), len(records["others"])) == (23, 17)
    assert len(server.asked) == 2


def test_a_batch_is_bounded() -> None:
    count = 4 * MOST_IN_BATCH * 2
    server = server_with(count)
    assert ids(read(server)) == everything(count)
    assert max(map(len, bodies(server))) == MOST_IN_BATCH
    assert len(server.rounds) == 2


@pytest.mark.parametrize(
    "capabilities",
    [Capabilities(batch=True, revinclude=False), ABLE.limited(Limits(offset=False))],
    ids=["not known to take it", "switched off"],
)
def test_where_it_is_not_known_to_be_taken_next_is_followed(capabilities: Capabilities) -> None:
    server = server_with()
    assert ids(read(server, capabilities)) == everything()
    assert not any("_offset" in url or "_total" in url for batch in bodies(server) for url in batch)
    assert len(server.sent("GET")) == 4


def test_a_site_may_say_that_it_is_taken() -> None:
    assert Capabilities().limited(Limits(proven=frozenset({"offset"}))).offset
    assert not Capabilities().limited(Limits(offset=False, proven=frozenset({"offset"}))).offset


# Servers that lie ---------------------------------------------------------------------------------------------------

Lie = Callable[[str, Json], Json]
"""What a server makes of the right answer to one entry of a batch."""


def telling(lie: Lie, server: Fake) -> Fake:
    """The server, with a lie told of each entry of a batch."""
    honest = server.answer

    def answer(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Response:
        said = honest(method, target, headers, body)
        if method != "POST" or target:
            return said
        bundle, asked = json.loads(said.body), json.loads(body)["entry"]
        for entry, one in zip(bundle["entry"], asked, strict=True):
            entry["resource"] = lie(one["request"]["url"], entry["resource"])
        return reply(bundle)

    server.answer = answer  # type: ignore[method-assign]
    return server


def of_the_rest(lie: Lie) -> Lie:
    """The same lie, only of the pages that are asked for by offset."""
    return lambda url, page: lie(url, page) if "_offset" in url else page


def counting(more: int) -> Lie:
    return lambda url, page: {**page, "total": page["total"] + more}


def shifted(url: str, page: Json) -> Json:
    """Somebody deletes the first resource when two pages have been read, and another is created."""
    if int(url.rpartition("=")[2]) < 8:
        return page
    return {**page, "entry": [*page["entry"][1:], {"resource": observation(int(url.rpartition("=")[2]) + 5)}]}


def fewer(url: str, page: Json) -> Json:
    return {**page, "entry": page["entry"][:-1]}


def backwards(url: str, page: Json) -> Json:
    return {**page, "entry": page["entry"][::-1]}


def foreign(url: str, page: Json) -> Json:
    """A resource of another type in place of one of those that were asked for."""
    return (
        {**page, "entry": [*page["entry"][:-1], {"resource": {"resourceType": "Basic", "id": "b"}}]}
        if url.endswith("=20")
        else page
    )


def odd(url: str, page: Json) -> Json:
    return {**page, "entry": [*page["entry"], {"resource": {"resourceType": "Observation"}}]}


def no_page(url: str, page: Json) -> Json:
    return {"resourceType": "OperationOutcome", "issue": []}


@pytest.mark.parametrize(
    "lie",
    [
        counting(-1),
        counting(-3),
        counting(-12),
        *map(of_the_rest, (shifted, fewer, backwards, foreign, odd, no_page)),
        of_the_rest(lambda url, page: {**page, "entry": []}),
        of_the_rest(lambda url, page: {name: value for name, value in page.items() if name != "entry"}),
    ],
)
def test_what_is_not_proven_is_followed_by_next(lie: Lie) -> None:
    server = telling(lie, server_with())
    assert ids(read(server)) == everything()


def test_a_count_that_is_too_high_is_not_met_by_offset_and_next_is_followed() -> None:
    server = telling(counting(1), server_with())
    assert ids(read(server)) == everything()
    assert len(server.sent("GET")) == 4


def test_a_count_that_is_too_high_everywhere_is_said() -> None:
    optional = Need("many", "Observation", (Of("patient", "subject"),), optional=True)
    server = server_with()
    honest = server._read
    server._read = lambda target: reply(counting(1)(target, json.loads(honest(target).body)))  # type: ignore[method-assign]
    records = read(server, needs=(optional,))
    assert [gap.why for gap in records.gaps] == ["it announced 24 and gave 23"]


def test_a_server_that_overlooks_the_offset_gives_the_first_page_again() -> None:
    server = server_with()
    server.ignores.add("_offset")
    assert ids(read(server)) == everything()
    assert len(server.sent("GET")) == 4


@pytest.mark.parametrize(
    "answer",
    [
        Response(400),
        Response(413),
        Response(500),
        Response(200, {"content-type": "text/html"}, b"<html>"),
        reply({"resourceType": "Bundle", "type": "batch-response", "entry": []}),
        Failure("too-large", True),
        Failure("timeout", True),
    ],
)
def test_a_batch_that_fails_or_is_cut_is_followed_by_next(answer: Response | Failure) -> None:
    server = server_with()
    honest = server.answer

    def refusing(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Any:
        return answer if b"_offset" in body else honest(method, target, headers, body)

    server.answer = refusing  # type: ignore[method-assign]
    assert ids(read(server)) == everything()
    assert len(server.sent("GET")) == 4


def test_one_resource_a_page_has_no_overlap_to_prove_anything_by() -> None:
    seen = frozenset({("Observation", "o1")})
    assert not LongSearch("Observation?x=1", seen, 5).fits
    assert not LongSearch("Observation?x=1", seen | {("Observation", "o2")}, 10_000).fits
