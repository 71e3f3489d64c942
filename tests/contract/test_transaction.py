"""transaction: http://hl7.org/fhir/R4/http.html#transaction"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from . import ledger
from .client import (
    Server,
    ask,
    issue,
    key,
    known_as,
    observation,
    patient,
    place_of,
    post,
    put,
    status_of,
    urn,
)


def test_links_are_replaced_in_any_order(server: Server) -> None:
    link = urn()
    reply = server.transaction(post(observation(key(), link)), post(patient(key()), link))
    assert reply.status == 200
    assert reply.json["type"] == "transaction-response"
    assert [status_of(each) for each in reply.entries] == [201, 201]
    first, second = (place_of(each) for each in reply.entries)
    assert server.get(first).json["subject"]["reference"] == second
    assert all(each["response"]["lastModified"] for each in reply.entries)
    ledger.expect("etag-in-bundle", server, reply.entries[0]["response"]["etag"])


def test_a_link_that_is_a_name_stays(server: Server) -> None:
    link = urn()
    named = {"identifier": [{"system": "urn:ietf:rfc:3986", "value": link}]}
    reply = server.transaction(post({**patient(key()), **named}, link))
    assert server.get(place_of(reply.entries[0])).json["identifier"] == named["identifier"]


def test_all_or_nothing(server: Server) -> None:
    mine, other = key(), key()
    id_ = server.made(patient(other))
    changed = {**patient(other), "id": id_, "active": True}
    reply = server.transaction(
        post(patient(mine)), put(changed), post(observation(key(), "Patient/nobody-has-this-id"))
    )
    assert reply.status == 400
    assert issue(reply)["severity"] == "error"
    assert server.count(f"Patient?{known_as(mine)}") == 0
    assert server.get(f"Patient/{id_}").json["meta"]["versionId"] == "1"


def test_all_or_nothing_where_a_version_is_stale(server: Server) -> None:
    """Whatever a server takes, it refuses this: so that it is all or nothing is shown of each."""
    mine, other = key(), key()
    id_ = server.made(patient(other))
    reply = server.transaction(post(patient(mine)), put(patient(other, id=id_, active=True), ifMatch='W/"7"'))
    ledger.expect("stale-if-match-in-transaction", server, reply.status)
    assert issue(reply)["severity"] == "error"
    assert server.count(f"Patient?{known_as(mine)}") == 0
    assert server.get(f"Patient/{id_}").json["meta"]["versionId"] == "1"


def test_a_failed_one_can_be_sent_again_corrected(server: Server) -> None:
    mine = key()
    wrong = post(observation(key(), "Patient/nobody-has-this-id"))
    create = post(patient(mine), ifNoneExist=known_as(mine))
    assert server.transaction(create, wrong).status == 400
    assert [status_of(each) for each in server.transaction(create).entries] == [201]


def test_sent_twice_makes_nothing_new(server: Server) -> None:
    mine, other, link = key(), key(), urn()
    entries = (
        post(patient(mine), link, ifNoneExist=known_as(mine)),
        post(observation(other, link), ifNoneExist=known_as(other)),
    )
    first, second = server.transaction(*entries), server.transaction(*entries)
    assert [status_of(each) for each in first.entries] == [201, 201]
    assert [status_of(each) for each in second.entries] == [200, 200]
    assert [place_of(each) for each in first.entries] == [place_of(each) for each in second.entries]


def test_a_new_resource_links_to_one_that_was_there(server: Server) -> None:
    mine, link = key(), urn()
    id_ = server.made(patient(mine))
    reply = server.transaction(post(patient(mine), link, ifNoneExist=known_as(mine)), post(observation(key(), link)))
    assert [status_of(each) for each in reply.entries] == [200, 201]
    assert server.get(place_of(reply.entries[1])).json["subject"]["reference"] == f"Patient/{id_}"


def test_a_link_in_a_condition_is_replaced(server: Server) -> None:
    mine, other, link = key(), key(), urn()
    entries = (
        post(patient(mine), link, ifNoneExist=known_as(mine)),
        post(observation(other, link), ifNoneExist=f"{known_as(other)}&subject={link}"),
    )
    assert [status_of(each) for each in server.transaction(*entries).entries] == [201, 201]
    assert [status_of(each) for each in server.transaction(*entries).entries] == [200, 200]


def test_several_matches_of_a_condition(server: Server) -> None:
    mine = key()
    server.made(patient(mine))
    server.made(patient(mine))
    assert server.transaction(post(patient(mine), ifNoneExist=known_as(mine))).status == 412


def test_equal_conditions_make_one_resource(server: Server) -> None:
    mine = key()
    create = [post(patient(mine), urn(), ifNoneExist=known_as(mine)) for _ in range(2)]
    reply = server.transaction(*create)
    assert reply.status == 200
    ledger.expect("equal-conditions-in-bundle", server, " ".join(str(status_of(each)) for each in reply.entries))
    assert len({place_of(each) for each in reply.entries}) == 1
    assert server.count(f"Patient?{known_as(mine)}") == 1


def test_conditional_references(server: Server) -> None:
    mine = key()
    id_ = server.made(patient(mine))
    reply = server.transaction(post(observation(key(), f"Patient?{known_as(mine)}")))
    assert server.get(place_of(reply.entries[0])).json["subject"]["reference"] == f"Patient/{id_}"
    assert server.transaction(post(observation(key(), f"Patient?{known_as(key())}"))).status == 404
    server.made(patient(mine))
    assert server.transaction(post(observation(key(), f"Patient?{known_as(mine)}"))).status == 412


def test_a_conditional_reference_to_what_the_bundle_makes(server: Server) -> None:
    mine = key()
    reply = server.transaction(
        post(patient(mine), urn(), ifNoneExist=known_as(mine)),
        post(observation(key(), f"Patient?{known_as(mine)}")),
    )
    assert reply.status == 200
    first, second = (place_of(each) for each in reply.entries)
    assert server.get(second).json["subject"]["reference"] == first


def test_if_match(server: Server) -> None:
    mine, other = key(), key()
    id_ = server.made(patient(mine))
    changed = put(patient(mine, id=id_, active=True), ifMatch='W/"1"')
    assert [status_of(each) for each in server.transaction(changed).entries] == [200]
    again = server.transaction(changed, post(patient(other)))
    ledger.expect("stale-if-match-in-transaction", server, again.status)
    assert server.count(f"Patient?{known_as(other)}") == 0


def test_update_may_create_and_be_referred_to(server: Server) -> None:
    id_ = f"c-{key()}"
    reply = server.transaction(post(observation(key(), f"Patient/{id_}")), put(patient(key(), id=id_)))
    assert [status_of(each) for each in reply.entries] == [201, 201]


def test_reads_come_after_writes_and_answers_keep_their_places(server: Server) -> None:
    mine, gone = key(), key()
    id_, other = server.made(patient(mine)), server.made(patient(gone))
    reply = server.transaction(
        ask("GET", f"Patient/{id_}"),
        put(patient(mine, id=id_, active=True)),
        post(patient(key())),
        ask("DELETE", f"Patient/{other}"),
    )
    assert [status_of(each) for each in reply.entries] == [200, 200, 201, 204]
    assert reply.entries[0]["resource"]["active"] is True


def test_representation_when_preferred(server: Server) -> None:
    reply = server.transaction(post(patient(key(), gender="other")), Prefer="return=representation")
    assert reply.entries[0]["resource"]["gender"] == "other"
    assert "resource" not in server.transaction(post(patient(key()))).entries[0]


def test_one_resource_changed_twice_is_refused(server: Server) -> None:
    mine = key()
    id_ = server.made(patient(mine))
    twice = [put(patient(mine, id=id_, active=each)) for each in (True, False)]
    assert server.transaction(*twice).status == 400
    assert server.get(f"Patient/{id_}").json["meta"]["versionId"] == "1"


def test_one_full_url_twice_is_refused(server: Server) -> None:
    link = urn()
    assert server.transaction(post(patient(key()), link), post(patient(key()), link)).status == 400


@pytest.mark.parametrize(
    "entry",
    [
        post(observation("x", urn())),
        {"resource": patient("x")},
        {"resource": patient("x"), "request": {"method": "POST", "url": "Nonsense"}},
    ],
    ids=["a link to no entry", "no request", "an unknown type"],
)
def test_refused(server: Server, entry: dict[str, object]) -> None:
    reply = server.transaction(entry)
    assert reply.status == 400
    assert issue(reply)["severity"] == "error"


def test_type_and_url_differ(server: Server) -> None:
    entry = {"resource": patient(key()), "request": {"method": "POST", "url": "Observation"}}
    ledger.expect("type-and-url-differ-in-transaction", server, server.transaction(entry).status)


def test_other_bundles_are_refused(server: Server) -> None:
    assert server.call("POST", "", {"resourceType": "Bundle", "type": "collection"}).status == 400
    assert server.call("POST", "", patient(key())).status == 400


def test_ten_at_once_make_one_graph(server: Server) -> None:
    mine, other, link = key(), key(), urn()
    entries = (
        post(patient(mine), link, ifNoneExist=known_as(mine)),
        post(observation(other, link), ifNoneExist=known_as(other)),
    )

    def attempt(_: int) -> int:
        each = Server(server.name, server.base)
        with each.session:
            return each.transaction(*entries).status

    with ThreadPoolExecutor(10) as pool:
        statuses = set(pool.map(attempt, range(10)))
    assert 200 in statuses
    assert statuses <= {200, 409, 412}
    assert server.count(f"Patient?{known_as(mine)}") == 1
    assert server.count(f"Observation?{known_as(other)}") == 1
