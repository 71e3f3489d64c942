"""How another home would be asked, for whoever looks before a step does: `carefhir doctor` (rules R6, R7).

The searches are those of `fhir/asked_elsewhere.py` itself, so that what is looked at is what a run sends.
"""

from __future__ import annotations

from carefhir.fhir.asked_elsewhere import keeps, links_of, not_asked, variants
from carefhir.fhir.search import Need
from carefhir.fhir.server import OtherHome, Server
from carefhir.fhir.wire import Flow


def asked_there(need: Need, other: OtherHome) -> list[Need]:
    """The searches by which another home is asked for a need; none where it is not asked."""
    return [*variants(need, other.capabilities)] if keeps(other, need) and not not_asked(other, need) else []


def not_asked_there(need: Need, other: OtherHome) -> str:
    """Why a home is not asked for what it keeps: it could only be asked about everybody. "" where nothing is said."""
    return not_asked(other, need) if keeps(other, need) else ""


def place_there(reference: str, other: OtherHome, server: Server) -> Flow[str]:
    """Where somebody of the main home is on another one: `Patient/ID` there; "" where nobody has linked them."""
    links = yield from links_of((reference,), other, server)
    return links.places.get(reference, "")
