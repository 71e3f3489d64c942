"""`worklist`: shows whom the person asking has to call or work for today, a row each. It only reads.

Whoever covers for somebody sees their Tasks, too, and for how long.
"""

from __future__ import annotations

from dataclasses import replace

from carefhir.engine.step import Command, Reading
from carefhir.fhir.gather import Records
from carefhir.fhir.search import Codes
from carefhir.mappers import task as task_mapper
from carefhir.occasion import Occasion
from carefhir.workflows.looking import covering
from carefhir.workflows.looking.list_rows import AROUND, OF_TEAM, OWNER, PEOPLE, List, OwnersOfTasks, beside, list_of


class Worklist(Command):
    """Shows the open Tasks of whoever acts, a row for each patient."""


NEEDS = (
    replace(task_mapper.find_open_of_actor(), follow=(PEOPLE,)),
    OWNER,
    *AROUND,
    replace(covering.find(), follow=(OF_TEAM,)),
    *(
        replace(need, name=f"{covering.COVERED}{need.name}", beside=OF_TEAM)
        for need in (beside("tasks", Codes("status", "status", task_mapper.TO_DO)), *AROUND)
    ),
)


def read(records: Records, command: Worklist, occasion: Occasion) -> List:
    """The list."""
    covers = covering.read(records, occasion)
    own = map(task_mapper.read, records["tasks"])
    owners = OwnersOfTasks(covers.owner, lambda patient: covers.notes(patient, occasion))
    return list_of(records, NEEDS, (*covers.tasks, *own), owners, occasion)


WORKLIST = Reading("worklist", "Whom to call today, most urgent first", Worklist, NEEDS, read)
