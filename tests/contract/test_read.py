"""read and vread: http://hl7.org/fhir/R4/http.html#read"""

from __future__ import annotations

from .client import Server, issue, key, patient


def test_read_gives_the_current_version(server: Server) -> None:
    mine = patient(key(), gender="male")
    id_ = server.made(mine)
    server.update({**mine, "id": id_, "gender": "other"})
    reply = server.get(f"Patient/{id_}")
    assert reply.status == 200
    assert reply.headers["ETag"] == 'W/"2"'
    assert reply.json["gender"] == "other"
    assert reply.json["meta"]["versionId"] == "2"


def test_vread_gives_an_old_version(server: Server) -> None:
    mine = patient(key(), gender="male")
    id_ = server.made(mine)
    server.update({**mine, "id": id_, "gender": "other"})
    reply = server.get(f"Patient/{id_}/_history/1")
    assert reply.status == 200
    assert reply.json["gender"] == "male"
    assert reply.json["meta"]["versionId"] == "1"


def test_a_version_that_never_was(server: Server) -> None:
    id_ = server.made(patient(key()))
    assert server.get(f"Patient/{id_}/_history/9").status == 404


def test_what_never_was(server: Server) -> None:
    reply = server.get(f"Patient/{key()}")
    assert reply.status == 404
    assert issue(reply)["severity"] == "error"


def test_what_was_deleted(server: Server) -> None:
    id_ = server.made(patient(key()))
    server.delete(f"Patient/{id_}")
    assert server.get(f"Patient/{id_}").status == 410
    assert server.get(f"Patient/{id_}/_history/1").status == 200
    assert server.get(f"Patient/{id_}/_history/2").status == 410


def test_what_has_not_changed_need_not_be_sent(server: Server) -> None:
    id_ = server.made(patient(key()))
    assert server.get(f"Patient/{id_}", If_None_Match='W/"1"').status == 304
    assert server.get(f"Patient/{id_}", If_None_Match='W/"7"').status == 200
