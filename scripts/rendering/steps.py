"""A page per step and reading, from the catalog: what it writes, its fields, its cause, who may, what it refuses."""

from __future__ import annotations

import re
import sys

from carefhir import catalog
from carefhir.codes import DISCIPLINE, SUPERVISED
from carefhir.content.loading import load
from carefhir.engine.step import AnyReading, AnyStep
from scripts.rendering import refusals
from scripts.rendering.fields import fields_of
from scripts.rendering.markdown import page, plain, table
from scripts.rendering.vignettes import STORIES, telling

STALE = {
    "decide again": "It decides again from what then stands, and writes that.",
    "ask the person": "It stops with a conflict that names what moved: a person looks again.",
}
CAUSES = {
    True: "Done again, the act is found and nothing is written twice. What makes it the same stands in the command: ",
    False: "Done again, the act is found and nothing is written twice. What makes it the same stands in the patient's "
    "records: ",
}


def pages() -> dict[str, str]:
    """Every step's and reading's page, by its name."""
    found = {one.name: _step(one) for one in catalog.STEPS} | {one.name: _reading(one) for one in catalog.READINGS}
    clash = set(found) & {story.slug for story in STORIES}
    if clash:
        raise ValueError(f"stories and steps have one page each, and these names are both: {sorted(clash)}")
    return found


def index() -> str:
    """The list of steps, readings and stories."""
    entries = (*catalog.STEPS, *catalog.READINGS)
    rows = ((f"[{one.name}]({one.name}.md)", one.title, _writes(one)) for one in entries)
    stories = "\n".join(f"- [{story.title}]({story.slug}.md)" for story in STORIES)
    return page(
        "the catalog and tests/spec/vignettes",
        "# Steps and stories",
        "A page per step: its fields, what it writes, what makes it the same act, who may, what it refuses.",
        table(("step", "what it does", "writes"), rows),
        "Stories, told to a server by the tests:",
        stories,
        "## What every step refuses",
        _list(refusals.by_every_step()),
        "Shared by all steps: [lifecycles](../lifecycles.md), [glossary](../glossary.md), "
        "[command line](../command-line.md), [Python reference](../reference.md).",
    )


def _writes(one: AnyStep | AnyReading) -> str:
    return ", ".join(getattr(one, "writes", ())) or "nothing, it only reads"


RULES = re.compile(r"\s*\((clinical\s+practice,\s+)?rules?\s+R?\d+(,\s+R?\d+)*\)|:\s+rules?\s+\d+(?=\))")
"""The numbers of clinical rules, which are for whoever changes the code."""


def prose(one: AnyStep | AnyReading) -> str:
    """The docstring of the step's module, without the name at its beginning and without numbers of rules."""
    text = plain(sys.modules[one.command.__module__].__doc__)
    text = RULES.sub("", re.sub(rf"^`{re.escape(one.name)}`:\s*", "", text))
    return text[:1].upper() + text[1:]


def cause(step: AnyStep) -> str:
    """The sentences of the docstring that speak of the cause, behind where it is found."""
    text = " ".join(prose(step).split())
    told = [one for one in re.split(r"(?<=[.?!])\s+(?=[A-Z*`])", text) if re.search(r"\bcauses?\b", one)]
    return CAUSES[step.early is not None] + (" ".join(told) if told else "the same command is the same act.")


def _step(step: AnyStep) -> str:
    return page(
        "the catalog",
        f"# {step.title}",
        f"`{step.name}` · in Python `commands.{step.command.__name__}` · writes {_writes(step)}, and a receipt.",
        prose(step),
        "## Fields",
        fields_of(step.command),
        "## Once",
        cause(step),
        f"When what it decided from has changed meanwhile: {STALE[step.when_stale]}",
        "## Who may",
        "\n\n".join(map(_supervision, (step.supervised,) if isinstance(step.supervised, str) else step.supervised)),
        "## Refusals",
        "As the tests of this step meet them, besides what [every step refuses](README.md#what-every-step-refuses). "
        "What is filled in each time is shown as ‹ ›.",
        _list(refusals.of(step.name)) or "- nothing of its own",
        _told(step.name),
    )


def _reading(reading: AnyReading) -> str:
    return page(
        "the catalog",
        f"# {reading.title}",
        f"`{reading.name}` · in Python `commands.{reading.command.__name__}` · only reads.",
        prose(reading),
        "## Fields",
        fields_of(reading.command),
        _told(reading.name),
    )


def _supervision(action: str) -> str:
    content = load()
    if not action:
        return "No line of the supervision table is asked for the whole step."
    line = content.concept(SUPERVISED, action)
    names = content.concepts(DISCIPLINE)
    rows = []
    for code, degree in line.properties.items():
        who = names[code].display if code in names else "discipline not on record" if code == "unknown" else ""
        rows += [(who, str(degree))] if who else []
    words = f"Line `{action}` of the supervision table: {line.definition}"
    return f"{words}\n\n{table(('discipline', 'how far'), rows)}"


def _list(found: tuple[str, ...]) -> str:
    return "\n".join(f"- {one}" for one in found)


def _told(name: str) -> str:
    stories = telling(name)
    if not stories:
        return ""
    return "## In the stories\n\n" + "\n".join(f"- [{story.title}]({story.slug}.md)" for story in stories)
