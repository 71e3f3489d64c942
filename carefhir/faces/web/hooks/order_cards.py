"""The cards of `order-sign`: what speaks against an order, what nobody has decided, what could not be compared."""

from __future__ import annotations

from collections.abc import Iterator

from carefhir.faces.web.hooks.cards import Card, listed, paragraphs
from carefhir.faces.web.hooks.feedback import OVERRIDE_REASONS
from carefhir.faces.web.hooks.status_cards import links
from carefhir.faces.web.hooks.unseen import could_not_see, in_words
from carefhir.workflows.transitions.order_check import CheckedOrder, CheckedOrders, OrderRemark

DECIDES = "The prescriber decides; nothing was changed."
NOT_SAFE = "That nothing else is named does not mean that the order is safe."


def cards(checked: CheckedOrders, app: str) -> Iterator[Card]:
    """The cards: one for an order that something speaks against, one for what could not be compared, one for a
    reconciliation that is open."""
    if not checked.there:
        yield could_not_see("this patient, so no order was compared with anything", checked.not_visible)
        return
    for order in checked.orders:
        if order.dangers or order.conflicts or order.undecided:
            yield _against(order)
    if checked.unseen and checked.orders:
        what = f"everything these orders are held against: {in_words(checked.unseen)}"
        yield could_not_see(what, checked.not_visible, *checked.not_checked)
    elif checked.not_checked:
        yield Card(f"Before these orders: {checked.not_checked[0]}", "warning", listed(checked.not_checked))
    if any(order.not_compared for order in checked.orders):
        yield _not_compared(checked)
    if checked.reconciliation:
        yield _reconciliation(checked, app)


def _against(order: CheckedOrder) -> Card:
    remarks = (*order.dangers, *order.conflicts, *order.undecided)
    first = remarks[0]
    more = f", and {len(remarks) - 1} more" if len(remarks) > 1 else ""
    what = first.words if first.words.startswith(first.title) else first.title
    return Card(
        f"{order.name}: {what}{more}",
        "critical" if any(each.prescriber for each in order.dangers) else "warning",
        paragraphs(
            listed(map(_line, (*order.dangers, *order.conflicts))),
            f"Not decided yet:\n\n{listed(map(_line, order.undecided))}" if order.undecided else "",
            f"{DECIDES} {NOT_SAFE}",
        ),
        override_reasons=OVERRIDE_REASONS,
    )


def _line(remark: OrderRemark) -> str:
    if not remark.words or remark.words.startswith(remark.title):
        return remark.words or remark.title
    return f"{remark.title}: {remark.words}"


def _not_compared(checked: CheckedOrders) -> Card:
    orders = [order for order in checked.orders if order.not_compared]
    names = ", ".join(dict.fromkeys(order.name for order in orders))
    return Card(
        f"Not compared, or by name only: {names}",
        "info" if all(order.named for order in orders) else "warning",
        listed(f"{order.name}: {order.not_compared}" for order in orders),
    )


def _reconciliation(checked: CheckedOrders, app: str) -> Card:
    return Card(
        "Medicines are being reconciled after a stay: this order changes what is compared",
        "info",
        paragraphs(listed(checked.reconciliation), "Tell whoever reconciles them, so that the person takes one list."),
        links(app),
    )
