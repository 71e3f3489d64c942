"""Findings: what was asked, what was answered, what follows, and what to ask a vendor.

A finding says what the person who runs the interface can act on; what is in order is short. The words are a table, in
`doctor.words`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from carefhir.doctor.probe import Found, Observed, Probes, SearchSeen, Shape
from carefhir.doctor.words import SEARCHES, WORDS, Weight, failed
from carefhir.engine.step import AnyStep
from carefhir.fhir.capability import Capabilities

ORDER: tuple[Weight, ...] = ("refused", "degraded", "not tried", "to know", "not told", "in order")


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
    *,
    required: Collection[Shape],
    off: Sequence[str] = (),
    wrote: bool = False,
) -> tuple[Finding, ...]:
    """Everything found, heaviest first. `required` are the searches without which a step is refused, `off` is what the
    site itself has switched off, `wrote` whether writing was tried."""
    all_findings = [
        *_searches(probes, required),
        *_stated(stated, probes, steps),
        *([] if wrote else _writing_untried(stated)),
        *_searches_untried(probes.searches),
        *(_of_probe(one) for one in probes.observed.values()),
        *_known(stated),
        *([_switched_off(off)] if off else ()),
    ]
    return tuple(sorted(all_findings, key=lambda one: (ORDER.index(one.weight), _place(one.name))))


FIRST = ("transaction", "create of types", "conditional create", "race", "If-Match")
"""What is most dangerous comes first among what weighs the same."""


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


def _searches(probes: Probes, required: Collection[Shape]) -> Iterable[Finding]:
    searches = probes.searches
    groups: dict[tuple[Found, str], list[Shape]] = {}
    for shape, search in searches.items():
        groups.setdefault((search.meaning, search.answer), []).append(shape)
    for (meaning, answer), shapes in groups.items():
        everything = f"every search of the steps ({len(shapes)})"
        if meaning == "answered":
            title = "Searches the steps need"
            finds = sum(searches[one].proof == "finds" for one in shapes)
            answered = f"{len(shapes)} answered, with nothing that was not asked for; {finds} found a known record"
            yield Finding("searches answered", "in order", title, everything, answered=answered, follows="")
        elif len(groups) == 1:
            yield _search(meaning, answer, shapes, required, everything)
        elif meaning == "never finds":
            yield from _never(answer, shapes, probes.by_tag)
        elif RECEIPT in shapes and (meaning in ("refused", "wants more") or len(shapes) == 1):
            rest = [one for one in shapes if one != RECEIPT]
            if rest:
                yield _search(meaning, answer, rest, required)
            words, asked = WORDS["receipt"], f"search of {_listed((RECEIPT,))}"
            short = "no search of Provenance by _tag"
            title = "Receipts cannot be searched"
            yield Finding(
                "receipts " + meaning,
                "refused",
                title,
                asked,
                answered=answer,
                follows=words.follows,
                vendor=words.vendor,
                in_short=short,
            )
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
    return Finding(
        f"searches {meaning}", weight, title, asked, answered=answer, follows=follows, vendor=vendor, in_short=short
    )


def _never(answer: str, shapes: Sequence[Shape], by_tag: Collection[str]) -> Iterable[Finding]:
    """Searches that do not find what is there: of keys that a tag makes up for, and all others."""
    made_up = [one for one in shapes if one[1] == ("identifier",) and one[0] in by_tag]
    rest = [one for one in shapes if one not in made_up]
    if rest:
        yield _search("never finds", answer, rest, rest)
    if made_up:
        finding = _search("never finds", answer, made_up, ())
        yield replace(finding, follows="what has our key is found by its tag instead: two searches for one")


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
            answered=f"no create of {', '.join(cannot)}",
            follows=f"refused before anything is written: {', '.join(by)}",
            vendor="create and update of these types; else a companion FHIR store beside this one",
            in_short=f"no create of {', '.join(cannot)}",
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
            answered=f"no update of {', '.join(fixed)}",
            follows=f"refused where they would amend one, before anything is written: {', '.join(by)}",
            vendor="update of these types with If-Match; else a companion FHIR store beside this one",
            in_short=f"no update of {', '.join(fixed)}",
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


def _writing_untried(stated: Capabilities) -> Iterable[Finding]:
    """What the statement says of writing, where nobody has tried it."""
    types = stated.types.values()
    claims = {
        "transactions": stated.transaction,
        "conditional creates": any(one.conditional_create for one in types),
        "If-Match": any(one.if_match for one in types),
        "create of the types the steps write": any("create" in one.interactions for one in types),
    }
    named = "; ".join(name for name, is_stated in claims.items() if is_stated)
    if named:
        title = "Writing is stated, not tried"
        follows = "a statement is a claim: run again with --probe-writes on a test system before you rely on it"
        yield Finding("writing not tried", "not tried", title, STATEMENT, answered=named, follows=follows)


def untried(searches: Mapping[Shape, SearchSeen]) -> list[Shape]:
    """Searches that are answered, and were tried against no record that they must find."""
    return [shape for shape, one in searches.items() if one.meaning == "answered" and one.proof == "not tried"]


def _searches_untried(searches: Mapping[Shape, SearchSeen]) -> Iterable[Finding]:
    shapes = untried(searches)
    if shapes:
        title = "Searches not tried against a record"
        asked = f"search of {_listed(shapes)}"
        answered = f"{len(shapes)} of {len(searches)} (answered about nobody; no record to find was at hand)"
        follows = "name a patient who has many records (--patient Patient/ID) to try more of them"
        yield Finding("searches not tried", "not tried", title, asked, answered=answered, follows=follows)


def _not_stated(name: str, answer: str, probes: Probes) -> Iterable[Finding]:
    """What is not stated is not used, whatever a probe shows; a failed probe is a finding by itself."""
    holds, words = probes.holds(name), WORDS[name]
    title, vendor = f"No {name} stated", words.vendor
    if holds:
        title, vendor = f"{name} works, and is not stated", f"to state it in the CapabilityStatement: {STATED_AS[name]}"
        answer += "; it was tried and holds: CAREFHIR_WITH lets it be relied on"
    elif holds is None and name == "If-Match":
        answer += f" ({STATED_AS[name]}): it may work all the same, --probe-writes tries it"
    if holds is not False:
        yield Finding(
            f"{name} stated", "degraded", title, STATEMENT, answered=answer, follows=words.follows, vendor=vendor
        )


STATED_AS = {
    "conditional create": "conditionalCreate",
    "If-Match": "versioning: versioned-update",
    "transaction": "interaction: transaction",
}
"""The element that states a feature (hl7.org/fhir/R4/capabilitystatement.html)."""


def _switched_off(names: Sequence[str]) -> Finding:
    """What the site itself does not want used."""
    asked, answered = "the environment: CAREFHIR_WITHOUT", f"{', '.join(names)} switched off"
    return Finding(
        "switched off",
        "to know",
        "Switched off at this site",
        asked,
        answered=answered,
        follows="not used, though stated",
    )


def _of_probe(probe: Observed) -> Finding:
    words = failed(probe.name, probe.value)
    if probe.holds is None:
        title = _whether(words.fine or f"it holds: {probe.name}")
        return Finding(probe.name, "not told", title, probe.asked, answered=probe.answered, follows="")
    if probe.holds:
        return Finding(probe.name, "in order", words.fine, probe.asked, answered=probe.answered, follows="")
    in_short = words.title[0].lower() + words.title[1:]
    if probe.name == "create of types":
        in_short = f"create of {', '.join(probe.value.split())} is not allowed"
    return Finding(
        probe.name,
        words.weight,
        words.title,
        probe.asked,
        answered=probe.answered,
        follows=words.follows,
        vendor=words.vendor,
        in_short=in_short,
    )


def _whether(title: str) -> str:
    """A title as what is open: `Batches work` -> `whether batches work`; an acronym stays as it is."""
    return (
        f"whether {title if title[1:2].isupper() or '-' in title.partition(' ')[0] else title[0].lower() + title[1:]}"
    )


def _known(capabilities: Capabilities) -> Iterable[Finding]:
    if capabilities.include_cap is not None:
        yield Finding(
            "include cap",
            "to know",
            "Known about this product: _revinclude is cut",
            "nothing: the dated table in carefhir/fhir/capability.py",
            answered=f"{capabilities.include_cap} of a type come with a patient at most, without any warning",
            follows="carefhir searches such a long list again by itself, so nothing is lost",
        )
