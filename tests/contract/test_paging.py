"""Paging: http://hl7.org/fhir/R4/http.html#paging"""

from __future__ import annotations

from itertools import pairwise

import pytest

from . import ledger
from .client import CODES, Server, key, post


@pytest.fixture(scope="module")
def sixty(server: Server) -> tuple[str, set[str]]:
    """A search that finds sixty resources, and their ids."""
    code = key()
    basic = {"resourceType": "Basic", "code": {"coding": [{"system": CODES, "code": code}]}}
    reply = server.transaction(*(post(basic) for _ in range(60)))
    assert reply.status == 200
    ids = {each["response"]["location"].split("/_history/")[0].rpartition("/")[2] for each in reply.entries}
    assert len(ids) == 60
    return f"Basic?code={CODES}|{code}", ids


def test_next_leads_to_the_end_and_loses_nothing(server: Server, sixty: tuple[str, set[str]]) -> None:
    search, ids = sixty
    reply = server.get(f"{search}&_count=7")
    pages = [reply.ids]
    while following := reply.link("next"):
        reply = server.get(following)
        assert reply.status == 200
        pages.append(reply.ids)
    assert [len(each) for each in pages] == [7] * 8 + [4]
    assert sorted(each for page in pages for each in page) == sorted(ids)


def test_what_is_created_meanwhile_loses_nothing(server: Server, sixty: tuple[str, set[str]]) -> None:
    search, ids = sixty
    code = search.rpartition("|")[2]
    reply = server.get(f"{search}&_count=40&_sort=-_lastUpdated")
    later = server.made({"resourceType": "Basic", "code": {"coding": [{"system": CODES, "code": code}]}})
    following = server.get(str(reply.link("next")))
    assert (set(reply.ids) | set(following.ids)) - {later} == ids  # the newcomer may show or not
    server.delete(f"Basic/{later}")


def test_default_and_largest_page(server: Server, sixty: tuple[str, set[str]]) -> None:
    search, _ = sixty
    ledger.expect("page-default", server, len(server.get(search).ids))
    ledger.expect("page-max", server, len(server.get(f"{search}&_count=60").ids))


@pytest.mark.parametrize("size", [7, 10, 40])
def test_pages_by_offset_are_the_whole_and_the_last_says_so(
    server: Server, sixty: tuple[str, set[str]], size: int
) -> None:
    """`_offset` is HAPI's, and not in FHIR; `fhir/offset.py` counts on it where the server is known for it."""
    search, ids = sixty
    replies = [server.get(f"{search}&_count={size}&_sort=_id&_offset={offset}") for offset in range(0, 59, size - 1)]
    pages = [each.ids for each in replies]
    assert all(page[-1] == following[0] for page, following in pairwise(pages))
    assert sorted({each for page in pages for each in page}) == sorted(ids)
    assert sum(map(len, pages)) == 60 + len(pages) - 1
    assert [bool(each.link("next")) for each in replies] == [True] * (len(pages) - 1) + [False]
    assert server.get(f"{search}&_count=7&_total=accurate").json["total"] == 60


def test_an_offset_behind_the_end_finds_nothing(server: Server, sixty: tuple[str, set[str]]) -> None:
    search, _ = sixty
    reply = server.get(f"{search}&_count=7&_sort=_id&_offset=60")
    assert (reply.status, reply.ids, reply.link("next")) == (200, [], None)
