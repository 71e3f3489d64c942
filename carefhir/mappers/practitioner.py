"""Practitioners named in a command: there, and active."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.codes import DISCIPLINE
from carefhir.content.loading import Content
from carefhir.fhir.record import Record, codings
from carefhir.fhir.search import Named, Need, Of

ROLES = "roles of the actor"


def find(field: str) -> Need:
    """The practitioner a field of the command names."""
    return Need(field, "Practitioner", (Named(f"{{command.{field}}}"),))


def missing(record: Record | None, role: str, asked: str) -> tuple[str, ...]:
    """Why this practitioner cannot take the role."""
    if record is None:
        return (f"the {role} {asked} is not on this server, or not visible to us",)
    if record.json.get("active") is False:
        return (f"the {role} {asked} is marked inactive",)
    return ()


def find_roles_of_actor() -> Need:
    """The PractitionerRoles of the actor, which give their discipline."""
    return Need(ROLES, "PractitionerRole", (Of("practitioner", "practitioner", "{actor}"),), optional=True)


def disciplines(roles: Iterable[Record], content: Content) -> tuple[str, ...]:
    """The disciplines that active roles are coded with, ours or those our map knows, in the order of the table."""
    codes = set()
    for role in roles:
        if role.json.get("active") is False:
            continue
        for system, code in (*codings(role.json, "code"), *codings(role.json, "specialty")):
            codes |= {code} if system == DISCIPLINE else set(content.mapped("discipline-from-role", system, code))
    return tuple(one for one in content.concepts(DISCIPLINE) if one in codes)
