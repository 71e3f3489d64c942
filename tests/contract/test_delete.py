"""delete: http://hl7.org/fhir/R4/http.html#delete"""

from __future__ import annotations

from .client import Server, ask, key, known_as, observation, patient


def test_what_is_deleted_is_gone_and_not_found(server: Server) -> None:
    mine = key()
    id_ = server.made(patient(mine))
    assert server.delete(f"Patient/{id_}").status in (200, 204)
    assert server.get(f"Patient/{id_}").status == 410
    assert server.count(f"Patient?{known_as(mine)}") == 0


def test_deleting_again_or_nothing_is_no_error(server: Server) -> None:
    id_ = server.made(patient(key()))
    server.delete(f"Patient/{id_}")
    assert server.delete(f"Patient/{id_}").status in (200, 204)
    assert server.delete(f"Patient/{key()}").status in (200, 204)


def test_what_is_referred_to_stays(server: Server) -> None:
    id_ = server.made(patient(key()))
    server.made(observation(key(), f"Patient/{id_}"))
    assert server.delete(f"Patient/{id_}").status == 409
    assert server.transaction(ask("DELETE", f"Patient/{id_}")).status == 409
    assert server.get(f"Patient/{id_}").status == 200


def test_both_ends_of_a_reference_can_go_in_one_transaction(server: Server) -> None:
    id_ = server.made(patient(key()))
    other = server.made(observation(key(), f"Patient/{id_}"))
    reply = server.transaction(ask("DELETE", f"Patient/{id_}"), ask("DELETE", f"Observation/{other}"))
    assert reply.status == 200
    assert server.get(f"Patient/{id_}").status == 410
    assert server.get(f"Observation/{other}").status == 410
