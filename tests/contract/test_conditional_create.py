"""Conditional create: http://hl7.org/fhir/R4/http.html#ccreate"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from .client import Server, issue, key, known_as, patient


def test_creates_what_is_not_there(server: Server) -> None:
    mine = key()
    reply = server.create(patient(mine), If_None_Exist=known_as(mine))
    assert reply.status == 201
    assert server.count(f"Patient?{known_as(mine)}") == 1


def test_a_second_time_names_the_first(server: Server) -> None:
    mine = key()
    first = server.create(patient(mine), If_None_Exist=known_as(mine))
    second = server.create(patient(mine, gender="male"), If_None_Exist=known_as(mine))
    assert second.status == 200
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["ETag"] == 'W/"1"'
    assert "gender" not in server.get(f"Patient/{first.json['id']}").json


def test_names_the_current_version_of_what_was_changed_since(server: Server) -> None:
    mine = key()
    id_ = server.made(patient(mine))
    server.update(patient(mine, id=id_, active=True))
    reply = server.create(patient(mine), If_None_Exist=known_as(mine))
    assert reply.status == 200
    assert reply.headers["Location"].endswith(f"/Patient/{id_}/_history/2")


def test_several_matches_are_refused(server: Server) -> None:
    mine = key()
    server.made(patient(mine))
    server.made(patient(mine))
    reply = server.create(patient(mine), If_None_Exist=known_as(mine))
    assert reply.status == 412
    assert issue(reply)["severity"] == "error"
    assert server.count(f"Patient?{known_as(mine)}") == 2


def test_what_was_deleted_does_not_match(server: Server) -> None:
    mine = key()
    server.delete(f"Patient/{server.made(patient(mine))}")
    assert server.create(patient(mine), If_None_Exist=known_as(mine)).status == 201


def test_twenty_at_once_make_one(server: Server) -> None:
    mine = key()

    def attempt(_: int) -> int:
        each = Server(server.name, server.base)
        with each.session:
            return each.create(patient(mine), If_None_Exist=known_as(mine)).status

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(attempt, range(20)))
    # A loser of the race may be told of a conflict instead of the winner; it must not make a second one.
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409}
    assert server.count(f"Patient?{known_as(mine)}") == 1
