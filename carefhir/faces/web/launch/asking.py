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
    so an EHR is not asked to have a patient chosen. `beside` a companion the EHR is read, of the types that are set,
    and only what the site lets be put there is."""
    chosen = ("launch/patient",) if standalone and not across else ()
    context = ("openid", "fhirUser", *(chosen if standalone else ("launch",)))
    renewal = (launch.renewal,) if launch.renewal else ()
    first = server.only_first_scopes
    there = None if beside is None else (tuple(beside.types), tuple(beside.writes), bool(beside.notes))
    of_steps = launch.scopes or _of_the_catalog(launch.scope_level, only_first=first, there=there)
    return (*context, *renewal, *of_steps)


@cache
def _of_the_catalog(
    level: str, *, only_first: bool, there: tuple[tuple[str, ...], tuple[str, ...], bool] | None
) -> tuple[str, ...]:
    """`there`: what is read of an EHR, all where no type is named, what may be changed, and whether notes are put
    there; None: all that the steps do."""
    letters: dict[str, set[str]] = {}
    for entry in catalog.ENTRIES:
        if is_patients(entry.command):
            for type_, asked in catalog.asked_of(entry).items():
                letters.setdefault(type_, set()).update(asked)
    if there is not None:
        types, changed, notes = there
        read = set(types or letters) - set(OURS)
        letters = {type_: asked & set("rs") for type_, asked in letters.items() if type_ in read}
        for type_ in changed:
            letters.setdefault(type_, set()).update("rsu")
        if notes:
            letters.setdefault("DocumentReference", set()).update("crs")
    scopes = (
        f"{'user' if type_ in OUTSIDE else level}/{type_}.{catalog.in_order(asked)}"
        for type_, asked in sorted(letters.items())
    )
    return spelled(tuple(scopes), only_first=only_first)
