"""A sorted population at a terminal: how many, of which tier, why; nobody by name, and no small counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from carefhir.faces.terminal import new_table, plain, say, show, tell

if TYPE_CHECKING:
    from carefhir.population.stratifying import Population

SMALL = 11
"""Counts below this may point at a person: CMS shows none below 11 (cell size suppression policy)."""


def page(people: Population, programs: Mapping[str, str]) -> None:
    """How many people are in each tier, by which rules, who are candidates, and what was not read."""
    say(f"{len(people.rows):,} people", "bold")
    for type_ in people.absent:
        tell(f"there is no file of {type_}: whether there are any is not known, and every tier may be higher", "yellow")
    for lines in people.unreadable:
        tell(
            f"{lines.file}: {lines.no_resource:,} lines are no FHIR resource, {lines.other_type:,} are of another "
            "type: they count for nobody",
            "yellow",
        )
    for type_, number in people.of_nobody.items():
        tell(f"{number:,} of {type_} name no patient by a relative reference: they count for nobody", "yellow")
    for name in people.passed_over:
        tell(f"{name}: not named for a type of record, and not read", "yellow")
    _counts("tier", people.by_tier, of_everybody=True)
    _counts("rules that hold", Counter(reason for row in people.rows for reason in row.where.reasons))
    candidates = Counter(code for row in people.rows for code, _ in row.where.candidate_for)
    _counts("candidates for", Counter({programs.get(code, code): number for code, number in candidates.items()}))
    _counts("not known, and may call for more", Counter(what for row in people.rows for what in row.where.not_assessed))
    whole = sum(row.by_chart for row in people.rows)
    say(f"{len(people.rows) - whole:,} by views alone, {whole:,} by their whole chart", "dim")


def _counts(title: str, counts: Counter[str], *, of_everybody: bool = False) -> None:
    """`of_everybody`: whether the counts add up to everybody, so that one that is hidden alone could be worked out."""
    if not counts:
        return
    say(title, "bold")
    table = new_table()
    hidden = {words for words, number in counts.items() if number < SMALL}
    if of_everybody and len(hidden) == 1 and len(counts) > 1:
        hidden.add(min(counts.keys() - hidden, key=lambda words: (counts[words], words)))
    for words, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        table.add_row(plain("not shown" if words in hidden else f"{number:,}"), plain(words))
    show(table)
    if hidden:
        tell(f"not shown: counts under {SMALL}, and what would give them away", "dim")
