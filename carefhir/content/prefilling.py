"""Which questions may be filled in from the record, and for how long a number on record counts as the answer.

The mapping is content: the extension observationLinkPeriod of SDC on the item of a Questionnaire, beside the item's
code. A safety item is never filled in, whatever its Questionnaire says.
"""

from __future__ import annotations

from datetime import timedelta

from carefhir.content.loading import value_of
from carefhir.content.scoring import safety_items
from carefhir.fhir.codec import Json

LINK_PERIOD = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationLinkPeriod"
_HOURS = {"h": 1, "d": 24, "wk": 7 * 24}
"""Hours of the units (UCUM) in which a period may be given."""


def filled_for(instrument: Json, link_id: str, item: Json) -> timedelta | None:
    """How old a number on record may be to be filled in; None where the question is never filled in. A period in a unit
    that is not known fills in nothing."""
    if link_id in safety_items(instrument):
        return None
    for extension in item.get("extension", []):
        if extension.get("url") == LINK_PERIOD:
            period = value_of(extension)
            hours = _HOURS.get(str(period.get("code", "")))
            return timedelta(hours=float(period["value"]) * hours) if hours else None
    return None
