"""How another home would be asked, for whoever looks before a step does: `carefhir doctor` (rules R6, R7).

The searches are those of `fhir/both_homes.py` itself, so that what is looked at is what a run sends.
"""

from __future__ import annotations

from carefhir.fhir.both_homes import OURS, SaidAlong, _keeps, _links, _variants
from carefhir.fhir.search import Named, Need, Of
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import Flow

__all__ = ["OURS", "SaidAlong", "asked_there", "not_asked_there", "place_there"]


def asked_there(need: Need, other: OtherHome) -> list[Need]:
    """The searches by which another home is asked for a need; none where it is not asked."""
    return [*_variants(need, other.capabilities)] if _keeps(other, need) and not not_asked_there(need, other) else []


def not_asked_there(need: Need, other: OtherHome) -> str:
    """Why a home is not asked for what it keeps: it could only be asked about everybody. "" where nothing is said."""
    if not _keeps(other, need):
        return ""
    whose = [one for one in need.where if isinstance(one, Of | Named)]
    if need.beside is not None or not whose:
        return "is not asked for lists of people"
    known = other.capabilities.of(need.type).parameters | {"_id"}
    unknown = next((one.param for one in whose if one.param not in known), "")
    return f"cannot be asked for by {unknown}, and is not read of everybody" if unknown else ""


def place_there(reference: str, other: OtherHome, server: Server) -> Flow[str]:
    """Where somebody of the main home is on another one: `Patient/ID` there; "" where nobody has linked them."""
    links = yield from _links(other, {"who": reference}, server)
    return links.get(reference, "")
