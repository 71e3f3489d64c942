"""Findings: what was asked, what was answered, what follows, and what to ask a vendor.

A finding says what the person who runs the interface can act on; what is in order is short. The words are a table, in
`doctor.words`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from carefhir.doctor.probe import Found, Observed, Probes, SearchSeen, Shape
from carefhir.doctor.words import SEARCHES, WORDS, Weight
from carefhir.engine.step import AnyStep
from carefhir.fhir.capability import Capabilities

ORDER: tuple[Weight, ...] = ("refused", "degraded", "to know", "not told", "in order")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found."""

    name: str
    weight: Weight
    title: str
    asked: str
    answered: str
    follows: str
    vendor: str = ""
    in_short: str = ""
    """For the verdict, of what is refused."""


STATEMENT = "GET metadata (the CapabilityStatement)"


def findings(
    stated: Capabilities,
    probes: Probes,
    steps: Sequence[AnyStep],
    required: Collection[Shape],
    off: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Everything found, heaviest first. `required` are the searches without which a step is refused, `off` is what the
    site itself has switched off."""
    all_findings = [
        *_searches(probes.searches, required),
        *_stated(stated, probes, steps),
        *(_of_probe(one) for one in probes.observed.values()),
        *_known(stated),
        *([_switched_off(off)] if off else ()),
    ]
    return tuple(sorted(all_findings, key=lambda one: ORDER.index(one.weight)))


def _searches(searches: Mapping[Shape, SearchSeen], required: Collection[Shape]) -> Iterable[Finding]:
    groups: dict[tuple[Found, str], list[Shape]] = {}
    for shape, search in searches.items():
        groups.setdefault((search.meaning, search.answer), []).append(shape)
    for (meaning, answer), shapes in groups.items():
        everything = f"every search of the steps ({len(shapes)})"
        if meaning == "answered":
            title = "Searches the steps need"
            answered = f"{len(shapes)} answered, with nothing that was not asked for"
            yield Finding("searches answered", "in order", title, everything, answered, "")
        elif len(groups) == 1:
            yield _search(meaning, answer, shapes, required, everything)
        elif RECEIPT in shapes and (meaning in ("refused", "wants more") or len(shapes) == 1):
            rest = [one for one in shapes if one != RECEIPT]
            if rest:
                yield _search(meaning, answer, rest, required)
            words, asked = WORDS["receipt"], f"search of {_listed((RECEIPT,))}"
            short = "no search of Provenance by _tag"
            title = "Receipts cannot be searched"
            yield Finding("receipts " + meaning, "refused", title, asked, answer, words.follows, words.vendor, short)
        else:
            yield _search(meaning, answer, shapes, required)


def _search(
    meaning: Found, answer: str, shapes: Sequence[Shape], required: Collection[Shape], asked: str = ""
) -> Finding:
    weight, title, follows, vendor = SEARCHES[meaning]
    if weight == "refused" and not set(shapes) & set(required):
        weight = "degraded"
    short = f"no search of {', '.join(sorted({type_ for type_, _ in shapes}))}"
    asked = asked or f"search of {_listed(shapes)}"
    return Finding(f"searches {meaning}", weight, title, asked, answer, follows, vendor, short)


RECEIPT: Shape = ("Provenance", ("_tag",))


def _listed(shapes: Iterable[Shape]) -> str:
    """Searches by type: `Condition by identifier or patient`."""
    by_type: dict[str, list[str]] = {}
    for type_, parameters in sorted(shapes):
        by_type.setdefault(type_, []).append(" and ".join(parameters) or "nothing")
    return ", ".join(f"{type_} by {' or '.join(ways)}" for type_, ways in by_type.items())


def _stated(stated: Capabilities, probes: Probes, steps: Sequence[AnyStep]) -> Iterable[Finding]:
    """What the statement alone says no to, for the types our steps write."""
    types = sorted({type_ for step in steps for type_ in step.creates} | {"Provenance"})
    cannot = [one for one in types if not stated.can(one, "create")]
    if cannot:
        by = [step.name for step in steps if {*step.creates, "Provenance"} & set(cannot)]
        yield Finding(
            "types not writable",
            "refused",
            "Types that may not be created",
            STATEMENT,
            f"no create of {', '.join(cannot)}",
            f"refused before anything is written: {', '.join(by)}",
            "create and update of these types; else a companion FHIR store beside this one",
            f"no create of {', '.join(cannot)}",
        )
    amended = {type_ for step in steps for type_ in step.amends} - set(cannot)
    fixed = sorted(type_ for type_ in amended if not stated.can(type_, "update"))
    if fixed:
        by = [step.name for step in steps if set(step.amends) & set(fixed)]
        stopped = any(set(step.amends) & set(fixed) and not step.creates for step in steps)
        yield Finding(
            "types not amendable",
            "refused" if stopped else "degraded",
            "Types that may not be amended",
            STATEMENT,
            f"no update of {', '.join(fixed)}",
            f"refused where they would amend one, before anything is written: {', '.join(by)}",
            "update of these types with If-Match; else a companion FHIR store beside this one",
            f"no update of {', '.join(fixed)}",
        )
    lacking = {
        "conditional create": [one for one in types if one not in cannot and not stated.of(one).conditional_create],
        "If-Match": [
            one for one in types if one != "Provenance" and stated.can(one, "update") and not stated.of(one).if_match
        ],
    }
    for name, lack in lacking.items():
        where = "every type the steps write" if len(lack) == len(types) - (name == "If-Match") else ", ".join(lack)
        if lack:
            yield from _not_stated(name, f"no {name} for {where}", probes)
    if not stated.transaction:
        yield from _not_stated("transaction", "no transaction", probes)


def _not_stated(name: str, answer: str, probes: Probes) -> Iterable[Finding]:
    """What is not stated is not used, whatever a probe shows; a failed probe is a finding by itself."""
    holds, words = probes.holds(name), WORDS[name]
    if holds:
        answer += "; it was tried and holds, but what is not stated is not relied on"
    if holds is not False:
        title = f"No {name} stated"
        yield Finding(f"{name} stated", "degraded", title, STATEMENT, answer, words.follows, words.vendor)


def _switched_off(names: Sequence[str]) -> Finding:
    """What the site itself does not want used."""
    asked, answered = "the environment: CAREFHIR_WITHOUT", f"{', '.join(names)} switched off"
    return Finding("switched off", "to know", "Switched off at this site", asked, answered, "not used, though stated")


def _of_probe(probe: Observed) -> Finding:
    words = WORDS[probe.name]
    if probe.holds is None:
        return Finding(probe.name, "not told", probe.name[0].upper() + probe.name[1:], probe.asked, probe.answered, "")
    if probe.holds:
        return Finding(probe.name, "in order", words.fine, probe.asked, probe.answered, "")
    weight, title, follows = words.weight, words.title, words.follows
    if probe.name == "paging" and probe.value:
        weight, title = "degraded", "Its next links use another base URL"
        follows = (
            "lists longer than a page fail until CAREFHIR_ALSO_KNOWN_AS names that base URL (see below); then "
            "carefhir uses "
            "only the path and query of such a link, on the base URL you gave"
        )
    if probe.value in ("late", "stays"):
        weight = "degraded"
        follows = (
            "no-cache does not help: a list may be old, and a step that is repeated at once may not see what it wrote"
        )
    return Finding(
        probe.name, weight, title, probe.asked, probe.answered, follows, words.vendor, title[0].lower() + title[1:]
    )


def _known(capabilities: Capabilities) -> Iterable[Finding]:
    if capabilities.include_cap is not None:
        yield Finding(
            "include cap",
            "to know",
            "Known about this product: _revinclude is cut",
            "nothing: the dated table in carefhir/fhir/capability.py",
            f"{capabilities.include_cap} of a type come with a patient at most, without any warning",
            "carefhir searches such a long list again by itself, so nothing is lost",
        )
