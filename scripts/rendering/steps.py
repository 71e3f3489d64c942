"""A page per step and reading, from the catalog: what it writes, its fields, its cause, who may do it, its refusals."""

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
    "decide again": "the step decides again from the changed records, and writes that decision.",
    "ask the person": "the step stops with a conflict that names what has changed, and a person looks again.",
}
CAUSES = {
    True: "If the step is run again for the same cause, it finds its earlier act and writes nothing twice. The "
    "cause is "
    "taken from the command. ",
    False: "If the step is run again for the same cause, it finds its earlier act and writes nothing twice. The "
    "cause is "
    "worked out from the command and the patient's records. ",
}


ALLOWED = {
    "under-protocol": "yes, under a protocol",
    "record": "yes, to record it",
    "propose": "may propose it",
    "draft": "may draft it",
    "collect": "may collect the information for it",
}
"""What the codes of the supervision table mean; `yes` and `no` say so themselves."""


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
        "Each step has a page: its fields, what it writes, what happens when it is run again, who may do it, and "
        "what it "
        "refuses.",
        table(("step", "what it does", "writes"), rows),
        "Stories, each carried out by a test on a real server:",
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
    return CAUSES[step.early is not None] + (" ".join(told) if told else "The cause is the command itself.")


def _step(step: AnyStep) -> str:
    return page(
        "the catalog",
        f"# {step.title}",
        f"`{step.name}` · in Python `commands.{step.command.__name__}` · writes {_writes(step)}, and a receipt.",
        prose(step),
        "## Fields",
        fields_of(step.command),
        "## Run again",
        cause(step),
        f"If the records change while the step runs, {STALE[step.when_stale]}",
        "## Who may do it",
        "\n\n".join(map(_supervision, (step.supervised,) if isinstance(step.supervised, str) else step.supervised)),
        "## Refusals",
        "These are the refusals that the tests of this step have met, in addition to what "
        "[every step refuses](README.md#what-every-step-refuses). ‹ › stands for what is filled in each time.",
        _list(refusals.of(step.name)) or "- none of its own",
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
        return "No single line of the supervision table covers this step."
    line = content.concept(SUPERVISED, action)
    names = content.concepts(DISCIPLINE)
    rows = []
    for code, degree in line.properties.items():
        who = names[code].display if code in names else "discipline not on record" if code == "unknown" else ""
        rows += [(who, ALLOWED.get(str(degree), str(degree)))] if who else []
    words = f"The supervision table says, for `{action}` ({line.definition.rstrip('.')}):"
    return f"{words}\n\n{table(('discipline', 'allowed'), rows)}"


def _list(found: tuple[str, ...]) -> str:
    return "\n".join(f"- {one}" for one in found)


def _told(name: str) -> str:
    stories = telling(name)
    if not stories:
        return ""
    return "## In the stories\n\n" + "\n".join(f"- [{story.title}]({story.slug}.md)" for story in stories)
