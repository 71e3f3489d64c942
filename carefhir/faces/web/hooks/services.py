"""The services: which hook each answers, what it reads, and the cards it makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from carefhir.engine.step import AnyReading, Command
from carefhir.errors import BadInput
from carefhir.faces.web.hooks import discharge_cards, order_cards, prefetch, status_cards
from carefhir.faces.web.hooks.calls import HookCall
from carefhir.faces.web.hooks.cards import Card
from carefhir.fhir.codec import Json
from carefhir.mappers import reading
from carefhir.occasion import Occasion
from carefhir.workflows.looking.care_status import CARE_STATUS, ShowCareStatus
from carefhir.workflows.transitions import draft_orders
from carefhir.workflows.transitions.discharge_notice import DISCHARGE_NOTICE, NoticeDischarge
from carefhir.workflows.transitions.order_check import ORDER_CHECK, CheckOrders

VERSION = "1.0.0"
"""Of every service: raised when what a card means changes."""


@dataclass(frozen=True, slots=True)
class HookService:
    """One service."""

    id: str
    """Its place in the address."""
    hook: str
    title: str
    description: str
    reading: AnyReading
    command: Callable[[HookCall], Command]
    """What is asked, from a call. Raises `BadInput`."""
    cards: Callable[[Any, str], Iterator[Card]]
    """The cards of what was read; the second is the launch address of the app."""

    def document(self, occasion: Occasion) -> Json:
        """Its entry in the discovery (CDS Hooks 2.0, Discovery)."""
        also = reading.slots(occasion.content)
        return {
            "id": self.id,
            "hook": self.hook,
            "title": self.title,
            "description": self.description,
            "version": VERSION,
            "prefetch": prefetch.templates(self.reading.needs, occasion.today.isoformat(), also),
        }


def _status(call: HookCall) -> Command:
    return ShowCareStatus(patient=f"Patient/{call.patient}")


def _discharge(call: HookCall) -> Command:
    return NoticeDischarge(patient=f"Patient/{call.patient}", encounter=f"Encounter/{call.context['encounterId']}")


def _orders(call: HookCall) -> Command:
    patient = f"Patient/{call.patient}"
    drafts = draft_orders.resources(call.context["draftOrders"])
    if draft_orders.of_others(drafts, patient):
        raise BadInput("context.draftOrders: one of the orders is for another patient than the context")
    return CheckOrders(patient=patient, orders=drafts)


SERVICES: tuple[HookService, ...] = (
    HookService(
        "care-management-status",
        "patient-view",
        "Care management: status",
        "Open escalations and overdue work, the person's programs and tier, and whether they are a candidate for a "
        "program. No card means that nothing was found, not that nothing is needed.",
        CARE_STATUS,
        _status,
        status_cards.cards,
    ),
    HookService(
        "open-transition",
        "encounter-discharge",
        "Care management: transition after a stay",
        "Whether a transition is to be opened after this stay, by when to call and what else is due.",
        DISCHARGE_NOTICE,
        _discharge,
        discharge_cards.cards,
    ),
    HookService(
        "order-check",
        "order-sign",
        "Care management: check of medicine orders",
        "Holds medicines that are about to be signed against allergies, other medicines, conflicting advice, and a "
        "reconciliation that is open. It looks at medicines only. No card does not mean that an order is safe.",
        ORDER_CHECK,
        _orders,
        order_cards.cards,
    ),
)


def service_named(name: str) -> HookService | None:
    """A service by its id."""
    return next((service for service in SERVICES if service.id == name), None)
