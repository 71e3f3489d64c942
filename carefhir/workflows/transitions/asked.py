"""Which medicines somebody was asked about: a reconciliation counts only what a person was asked.

Every medicine on a list, before or now, is answered in `taking`; or the command says why nobody could ask, and then the
reconciliation is written down, does not count, and leaves its Task open.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from carefhir.content.loading import Content
from carefhir.mappers import medication
from carefhir.workflows.transitions.reconciliation_decisions import CommandPart

ALL = "all"


class NotAsked(CommandPart):
    """A medicine that nobody was asked about, and why not."""

    medicine: str = Field(min_length=1, description="the medicine, as named in the list; or all, for all that are left")
    why: str = Field(min_length=1, description="why nobody was asked about it, for example: no interpreter today")


@dataclass(frozen=True, slots=True)
class Asked:
    """The medicines that nobody was asked about: why not, or that nothing says why not."""

    unasked: tuple[tuple[str, str], ...] = ()
    """(medicine, why) of each medicine that nobody was asked about."""
    silent: tuple[str, ...] = ()
    """Medicines that are neither in `taking` nor in `not_asked`."""
    why: tuple[str, ...] = ()
    """What is wrong with `not_asked`."""

    @property
    def complete(self) -> bool:
        """Whether somebody was asked about every medicine."""
        return not self.unasked and not self.silent

    @property
    def words(self) -> str:
        """What was not asked, and why: `lisinopril (no interpreter)`."""
        return ", ".join(f"{medicine} ({why})" for medicine, why in self.unasked)

    @property
    def to_ask(self) -> tuple[str, ...]:
        """Asks for what is missing."""
        if not self.silent:
            return ()
        return (
            f"nobody has said whether these are taken: {', '.join(self.silent)}; ask, and answer each in taking (yes, "
            "no, differently), or say in not_asked why nobody was asked: then it does not count",
        )


def asked(content: Content, silent: tuple[str, ...], reasons: tuple[NotAsked, ...]) -> Asked:
    """Pairs the medicines without an answer with the reasons given."""
    given: dict[str, str] = {}
    wrong = []
    for number, reason in enumerate(reasons, 1):
        if reason.medicine.lower() == ALL:
            continue
        named = medication.named(content, reason.medicine)
        key = next((key for key in (reason.medicine, named.key) if key in silent), "")
        if not key:
            name = named.key if named.in_code_system else f"number {number}"
            wrong.append(f"{name} in not_asked needs no reason: it is answered in taking, or on no list")
        given[key] = reason.why
    rest = next((reason.why for reason in reasons if reason.medicine.lower() == ALL), "")
    why = {medicine: given.get(medicine, rest) for medicine in silent}
    return Asked(
        unasked=tuple((medicine, reason) for medicine, reason in why.items() if reason),
        silent=tuple(medicine for medicine, reason in why.items() if not reason),
        why=tuple(wrong),
    )
