"""What to do at once for somebody a hospice cares for: call the hospice first, not 911 (rule 24)."""

from __future__ import annotations

from dataclasses import replace

from carefhir.chart import whereabouts
from carefhir.chart.chart import Chart
from carefhir.codes import TRIAGE
from carefhir.content.check_in import PRESSING, Triage
from carefhir.occasion import Occasion


def for_hospice(result: Triage, chart: Chart, occasion: Occasion) -> Triage:
    """The same result; where a hospice cares for the person, with what to do in place of what the rules say."""
    hospice = whereabouts.hospice_of(chart, occasion)
    if hospice is None or result.color not in PRESSING:
        return result
    order = str(occasion.content.concept(TRIAGE, result.color).properties["hospiceOrder"])
    call = f"{hospice.call_first[:1].upper()}{hospice.call_first[1:]}"
    if hospice.sure:
        return replace(result, hospice=f"{call}. {order}")
    otherwise = " ".join(result.orders)
    asked = f"{hospice.cares[:1].upper()}{hospice.cares[1:]}: ask whoever answers. If it does: {call}. {order}"
    return replace(result, hospice=f"{asked} If it does not: {otherwise}")
