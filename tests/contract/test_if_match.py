"""Version-aware updates: http://hl7.org/fhir/R4/http.html#concurrency"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from . import ledger
from .client import Server, issue, key, patient


def test_the_current_version_is_updated(server: Server) -> None:
    mine = patient(key())
    id_ = server.made(mine)
    reply = server.update({**mine, "id": id_, "active": True}, If_Match='W/"1"')
    assert reply.status == 200
    assert reply.json["meta"]["versionId"] == "2"


def test_a_stale_version_is_not_updated(server: Server) -> None:
    mine = patient(key())
    id_ = server.made(mine)
    server.update({**mine, "id": id_, "active": True})
    reply = server.update({**mine, "id": id_, "active": False}, If_Match='W/"1"')
    ledger.expect("stale-if-match", server, reply.status)
    assert issue(reply)["severity"] == "error"
    assert server.get(f"Patient/{id_}").json["active"] is True


def test_a_deleted_one_is_not_revived(server: Server) -> None:
    mine = patient(key())
    id_ = server.made(mine)
    server.delete(f"Patient/{id_}")
    ledger.expect("stale-if-match", server, server.update({**mine, "id": id_}, If_Match='W/"1"').status)
    assert server.get(f"Patient/{id_}").status == 410


def test_an_absent_one(server: Server) -> None:
    reply = server.update(patient(key(), id=f"c-{key()}"), If_Match='W/"1"')
    ledger.expect("if-match-on-absent", server, reply.status)


def test_of_ten_at_once_one_wins(server: Server) -> None:
    mine = patient(key())
    id_ = server.made(mine)

    def attempt(number: int) -> int:
        each = Server(server.name, server.base)
        with each.session:
            changed = {**mine, "id": id_, "multipleBirthInteger": number + 1}
            return each.update(changed, If_Match='W/"1"').status

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(attempt, range(10)))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 412}
    assert server.get(f"Patient/{id_}").json["meta"]["versionId"] == "2"
