"""update: http://hl7.org/fhir/R4/http.html#update"""

from __future__ import annotations

from . import ledger
from .client import SYSTEM, Server, issue, key, patient


def test_makes_a_new_version(server: Server) -> None:
    mine = patient(key())
    id_ = server.made(mine)
    reply = server.update({**mine, "id": id_, "active": True})
    assert reply.status == 200
    assert reply.headers["ETag"] == 'W/"2"'
    assert reply.json["meta"]["versionId"] == "2"
    assert reply.json["active"] is True


def test_the_same_content_makes_no_new_version(server: Server) -> None:
    mine = patient(key(), gender="female")
    id_ = server.made(mine)
    reply = server.update({**mine, "id": id_})
    assert reply.status == 200
    assert reply.json["meta"]["versionId"] == "1"
    assert server.get(f"Patient/{id_}/_history").json["total"] == 1


def test_leaves_out_what_the_body_leaves_out(server: Server) -> None:
    mine = patient(key())
    id_ = server.made({**mine, "gender": "female"})
    server.update({**mine, "id": id_})
    assert "gender" not in server.get(f"Patient/{id_}").json


def test_creates_under_a_client_given_id(server: Server) -> None:
    id_ = f"c-{key()}"
    reply = server.update(patient(key(), id=id_))
    assert reply.status == 201
    assert server.get(f"Patient/{id_}").json["meta"]["versionId"] == "1"


def test_a_client_cannot_give_a_number_as_id(server: Server) -> None:
    assert server.update(patient(key(), id=str(int(key(), 16)))).status == 400


def test_the_id_must_be_in_the_body(server: Server) -> None:
    id_ = server.made(patient(key()))
    reply = server.call("PUT", f"Patient/{id_}", patient(key()))
    assert reply.status == 400
    assert issue(reply)["diagnostics"]


def test_the_ids_must_agree(server: Server) -> None:
    id_ = server.made(patient(key()))
    assert server.call("PUT", f"Patient/{id_}", patient(key(), id="other")).status == 400


def test_revives_what_was_deleted(server: Server) -> None:
    mine = patient(key())
    id_ = server.made(mine)
    server.delete(f"Patient/{id_}")
    reply = server.update({**mine, "id": id_})
    assert reply.status == 201
    assert reply.json["meta"]["versionId"] == "3"
    assert server.get(f"Patient/{id_}").status == 200


def test_tags_left_out(server: Server) -> None:
    mine = patient(key())
    id_ = server.made({**mine, "meta": {"tag": [{"system": SYSTEM, "code": "t"}]}})
    server.update({**mine, "id": id_, "active": True})
    ledger.expect("tags-after-put", server, len(server.get(f"Patient/{id_}").json["meta"].get("tag", [])))
