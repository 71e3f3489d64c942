"""The overview as the catalog has it: with the transition and the lists of medicines, from one reading of the chart."""

from __future__ import annotations

from dataclasses import replace

from carefhir.chart import chart as charts
from carefhir.fhir.gather import Records
from carefhir.occasion import Occasion
from carefhir.workflows.looking import overview
from carefhir.workflows.looking.overview import OVERVIEW, Overview, Picture
from carefhir.workflows.transitions import kept_visit
from carefhir.workflows.whole_picture.medicine_part import medicine_sheet
from carefhir.workflows.whole_picture.transition_part import transition_sheet

NEEDS = (
    *(
        replace(need, follow=(*need.follow, *kept_visit.FOLLOWED)) if need.name == "encounters" else need
        for need in overview.NEEDS
    ),
    *charts.needs("pregnancy_statuses"),
)


def read(records: Records, command: Overview, occasion: Occasion) -> Picture:
    """The page, with what follows the last discharge."""
    chart = charts.read(records, occasion)
    picture = overview.picture_of(chart, records, command, occasion=occasion)
    names = overview.names_of(records, occasion.today)
    sheet = transition_sheet(chart, records, names, occasion=occasion)
    medicines = medicine_sheet(chart, records, sheet.reference, names=names, occasion=occasion)
    return replace(picture, transition=sheet, medicines=medicines)


WHOLE_PICTURE = replace(OVERVIEW, needs=NEEDS, read=read)
