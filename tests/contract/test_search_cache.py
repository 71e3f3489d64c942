"""A repeated search, and the header that makes it true again."""

from __future__ import annotations

from . import ledger
from .client import Server, key, known_as, patient


def test_repeated_after_a_create(server: Server) -> None:
    mine = key()
    search = f"Patient?{known_as(mine)}"
    # This and no other test lets the server answer from before.
    assert server.get(search, Cache_Control="max-age=60").ids == []
    id_ = server.made(patient(mine))
    ledger.expect("search-cache", server, server.get(search, Cache_Control="max-age=60").ids == [id_])
    assert server.get(search, Cache_Control="no-cache").ids == [id_]
