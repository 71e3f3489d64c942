"""Who may do what, by discipline: the supervision table of clinical practice, read from `CodeSystem/supervised-action`.

Each action is a concept; a property for each discipline says how far it goes (`yes`, `under-protocol`, `propose`,
`draft`, `record`, `collect`, `no`); `unknown` is for someone whose discipline is not on record.
State law and a site's policy may only tighten it: a site ships its own newer version of the code system.
"""

from __future__ import annotations

from carefhir.codes import DISCIPLINE, SUPERVISED
from carefhir.content.loading import Content

DOES = ("yes", "under-protocol", "record")
"""Degrees at which a person does the act itself."""

ABBREVIATIONS = {
    "RN": "registered-nurse",
    "SW": "social-worker",
    "LCSW": "licensed-social-worker",
    "CHW": "community-health-worker",
    "MD": "physician",
    "NP": "nurse-practitioner",
}
"""What people type for a discipline, and its code."""


def discipline_named(typed: str) -> str:
    """The code of a discipline, as people type it."""
    return ABBREVIATIONS.get(typed.upper(), typed)


def degree(content: Content, action: str, discipline: str) -> str:
    """How far a discipline goes in an action. Raises `ContentError` for an action that is not in the table."""
    line = content.concept(SUPERVISED, action).properties
    return str(line.get(discipline or "unknown", line.get("unknown", "no")))


def may(content: Content, action: str, discipline: str) -> bool:
    """Whether a person of this discipline may do the act, not only propose it."""
    return degree(content, action, discipline) in DOES


def refusals(content: Content, action: str, discipline: str) -> tuple[str, ...]:
    """Why a person of this discipline may not do it, and who may; () if they may."""
    if may(content, action, discipline):
        return ()
    concept = content.concept(SUPERVISED, action)
    names = content.concepts(DISCIPLINE)
    able = [names[one].display for one in names if may(content, action, one)]
    who = names[discipline].display if discipline in names else "someone whose discipline is not on record"
    permission = degree(content, action, discipline)
    how = "" if permission == "no" else f" ({who} may {permission} it)"
    return (f"{concept.display} is not for {who}{how}; it is for: {', '.join(able)}",)
