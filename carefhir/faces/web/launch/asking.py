"""Which scopes a launch asks for: what the steps and readings about a patient declare, and no more.

`user/` by default, confined by the service to the patient of the launch: what a step reads beside the patient
(practitioners, organizations, in R4 also Tasks) is not in the patient's compartment, and `patient/` scopes say nothing
of it (https://hl7.org/fhir/R4/compartmentdefinition-patient.html).
"""

from __future__ import annotations

from functools import cache

from carefhir import catalog
from carefhir.faces.web.companion_settings import CompanionSettings
from carefhir.faces.web.launch.discovery import LaunchServer
from carefhir.faces.web.launch.registration import LaunchSettings
from carefhir.faces.web.parameters import is_patients
from carefhir.fhir.asked_elsewhere import OURS
from carefhir.transport.granting import spelled

OUTSIDE = frozenset({"Organization", "Practitioner", "PractitionerRole", "Questionnaire", "Slot", "Task"})
"""Types that steps read and that are not in the compartment of a patient."""


def asked_scopes(
    launch: LaunchSettings,
    server: LaunchServer,
    *,
    standalone: bool,
    across: bool = False,
    beside: CompanionSettings | None = None,
) -> tuple[str, ...]:
    """The scopes of one launch, in the words of the version that the EHR knows. `across`: it is for the list of today,
    so an EHR is not asked to have a patient chosen. `beside` a companion the EHR is only read, of the types that are
    set."""
    chosen = ("launch/patient",) if standalone and not across else ()
    context = ("openid", "fhirUser", *(chosen if standalone else ("launch",)))
    renewal = (launch.renewal,) if launch.renewal else ()
    first = server.only_first_scopes
    read = None if beside is None else tuple(beside.types)
    of_steps = launch.scopes or _of_the_catalog(launch.scope_level, only_first=first, only_read=read)
    return (*context, *renewal, *of_steps)


@cache
def _of_the_catalog(level: str, *, only_first: bool, only_read: tuple[str, ...] | None) -> tuple[str, ...]:
    """`only_read`: what is read of these types, or of all where none is named; None: all that the steps do."""
    letters: dict[str, set[str]] = {}
    for entry in catalog.ENTRIES:
        if is_patients(entry.command):
            for type_, asked in catalog.asked_of(entry).items():
                letters.setdefault(type_, set()).update(asked)
    if only_read is not None:
        read = set(only_read or letters) - set(OURS)
        letters = {type_: asked & set("rs") for type_, asked in letters.items() if type_ in read}
    scopes = (
        f"{'user' if type_ in OUTSIDE else level}/{type_}.{catalog.in_order(asked)}"
        for type_, asked in sorted(letters.items())
    )
    return spelled(tuple(scopes), only_first=only_first)
