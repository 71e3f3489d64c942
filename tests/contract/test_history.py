"""history of one resource: http://hl7.org/fhir/R4/http.html#history"""

from __future__ import annotations

from .client import Server, key, patient


def test_all_versions_newest_first(server: Server) -> None:
    mine = patient(key())
    id_ = server.made(mine)
    server.update({**mine, "id": id_, "active": True})
    server.delete(f"Patient/{id_}")
    reply = server.get(f"Patient/{id_}/_history")
    assert reply.status == 200
    assert reply.json["type"] == "history"
    assert reply.json["total"] == 3
    assert [each["request"]["method"] for each in reply.entries] == ["DELETE", "PUT", "POST"]
    assert [each["response"]["etag"] for each in reply.entries] == ['W/"3"', 'W/"2"', 'W/"1"']
    assert "resource" not in reply.entries[0]
    assert reply.entries[1]["resource"]["active"] is True
    assert "active" not in reply.entries[2]["resource"]


def test_count_cuts_and_total_tells(server: Server) -> None:
    mine = patient(key())
    id_ = server.made(mine)
    server.update({**mine, "id": id_, "active": True})
    reply = server.get(f"Patient/{id_}/_history?_count=1")
    assert len(reply.entries) == 1
    assert reply.json["total"] == 2


def test_of_what_never_was(server: Server) -> None:
    assert server.get(f"Patient/{key()}/_history").status == 404
