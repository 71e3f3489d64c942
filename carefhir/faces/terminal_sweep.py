"""A sweep at a terminal: about whom something was found, what, and what could not be seen."""

from __future__ import annotations

from carefhir.faces.terminal import say, tell
from carefhir.workflows.panel.sweep import Swept, SweptPerson


def page(swept: Swept) -> None:
    """What a sweep came to."""
    people = "1 person" if swept.looked_at == 1 else f"{swept.looked_at} people"
    finds = sum(len(row.finds) for row in swept.rows)
    about = f"looked at {people}, found {finds or 'nothing new'}"
    say(f"Panel of {swept.owner}: {about}", "bold")
    if swept.since is not None:
        tell(
            f"only those about whom something changed, or a day has come, since {swept.since:%Y-%m-%d %H:%M %Z}", "dim"
        )
    else:
        tell(f"all of them: {swept.why_everybody}", "dim")
    for row in swept.rows:
        _person(row)
    for gap in swept.not_visible:
        tell(f"not visible: {gap}: about whom it is, nobody can say", "yellow")
    for note in swept.notes:
        tell(note, "yellow")


def _person(row: SweptPerson) -> None:
    who = ", ".join(filter(None, (row.identity.name, row.identity.born, row.identity.number)))
    say("")
    say(f"{who or 'name not visible'} ({row.identity.reference})", "bold red" if row.instructions else "bold")
    for order in row.instructions:
        tell(order, "bold red", indent=2)
    for find in row.finds:
        tell(find, indent=2)
    for warning in row.warnings:
        tell(warning, "yellow", indent=2)
