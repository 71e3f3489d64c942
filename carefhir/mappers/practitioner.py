"""Practitioners named in a command: there, and active."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.codes import DISCIPLINE
from carefhir.content.loading import Content
from carefhir.fhir.record import Record, codings, truth
from carefhir.fhir.search import Named, Need, Of

ROLES = "roles of the actor"


def find(field: str) -> Need:
    """The practitioner a field of the command names."""
    return Need(field, "Practitioner", (Named(f"{{command.{field}}}"),))


def find_on_call(reference: str) -> Need:
    """Who is named as on call, by their reference."""
    return Need(reference, reference.partition("/")[0], (Named(reference),), optional=True)


def missing(record: Record | None, role: str, asked: str) -> tuple[str, ...]:
    """Why this practitioner cannot take the role."""
    if record is None:
        return (f"the {role} {asked} is not on this server, or not visible to us",)
    if truth(record.json.get("active")) is False:
        return (f"the {role} {asked} is marked inactive",)
    return ()


def find_roles_of_actor() -> Need:
    """The PractitionerRoles of the actor, which give their discipline."""
    return Need(ROLES, "PractitionerRole", (Of("practitioner", "practitioner", "{actor}"),), optional=True)


def disciplines(roles: Iterable[Record], content: Content) -> tuple[str, ...]:
    """The disciplines that active roles are coded with, ours or those our map knows, in the order of the table. Of a
    discipline and a narrower kind of it (a social worker, and one with a license) the narrower one."""
    codes = set()
    for role in roles:
        if truth(role.json.get("active")) is False:
            continue
        for system, code in (*codings(role.json, "code"), *codings(role.json, "specialty")):
            codes |= {code} if system == DISCIPLINE else set(content.mapped("discipline-from-role", system, code))
    concepts = content.concepts(DISCIPLINE)
    wider = {concepts[code].properties.get("kindOf") for code in codes if code in concepts}
    return tuple(one for one in concepts if one in codes and one not in wider)
