"""Several acts of one page: each seen before it is written, each with a receipt of its own.

An act that is written changes what the next one is decided from, so its digest cannot be known beforehand. What a
person has seen is therefore kept as words: an act is written only where it still comes to the same lines, instructions
and reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from carefhir.engine.results import Done, Line, Preview, Refused
from carefhir.engine.step import AnyStep
from carefhir.errors import CarefhirError
from carefhir.faces.web.pages.step_pages import Outcome, Receipt
from carefhir.fhir.codec import digest

CHANGED = "this would be written otherwise than you have seen it: look at it again, and save again"


@dataclass(frozen=True, slots=True)
class PageAct:
    """One act that a page asks for."""

    step: AnyStep
    title: str
    values: Mapping[str, Any]
    """The fields of its command."""
    key: str = ""
    """What tells it from another act of the same step."""

    @property
    def name(self) -> str:
        """The field of a form in which it is kept what was seen of it."""
        return f"seen.{self.step.name}{'.' if self.key else ''}{self.key}"


@dataclass(frozen=True, slots=True)
class SeenAct:
    """An act as it was looked at: what it would write, or why it would not."""

    act: PageAct
    outcome: Outcome
    lines: tuple[Line, ...]
    digest: str
    """A digest of the words that a person has seen; "" where there is nothing to write."""
    incomplete: bool
    """Whether only what protects the patient, or a draft, would be written."""
    done_before: bool = False

    @property
    def word(self) -> str:
        """What would become of it, in a few words; "" where all of it would be written."""
        if self.done_before:
            return "saved already"
        if not self.digest:
            return "cannot be saved"
        if not self.incomplete:
            return ""
        draft = any(line.type == "QuestionnaireResponse" for line in self.lines)
        return "kept as a draft, not complete" if draft else "NOT to be saved; only what protects the patient is"

    @classmethod
    def of(cls, act: PageAct, result: object) -> SeenAct:
        """What a preview has come to."""
        outcome = Outcome.of(result)
        if not isinstance(result, Preview):
            return cls(act, outcome, (), "", incomplete=False, done_before=isinstance(result, Done))
        return cls(act, outcome, result.lines, signature(result, act), incomplete=bool(result.incomplete))

    @classmethod
    def of_error(cls, act: PageAct, error: CarefhirError) -> SeenAct:
        """Why nothing can be said of it."""
        return cls(act, Outcome.of_error(error), (), "", incomplete=False)

    def in_names(self, names: Mapping[str, str]) -> SeenAct:
        """The same with people and records called by name."""
        return replace(self, outcome=self.outcome.in_names(names))


@dataclass(frozen=True, slots=True)
class WrittenAct:
    """An act that was to be written, and what became of it."""

    act: PageAct
    outcome: Outcome
    receipt: Receipt | None
    """None where nothing was written."""
    whole: bool = True
    """False where a rule refused it, and only a draft or what protects the patient is written."""

    @property
    def done(self) -> bool:
        """Whether all of it is on the server."""
        return self.receipt is not None and self.whole

    @property
    def is_draft(self) -> bool:
        """Whether the answers themselves are kept, as far as they go."""
        lines = self.receipt.lines if self.receipt else ()
        return not self.whole and any(line.type == "QuestionnaireResponse" for line in lines)

    @property
    def word(self) -> str:
        """What became of it, in a word or two."""
        if self.receipt is None:
            return "not saved"
        if self.whole:
            return "saved"
        return "kept as a draft, not complete" if self.is_draft else "NOT saved; what protects the patient is written"

    @classmethod
    def of(cls, act: PageAct, result: object) -> WrittenAct:
        """What became of it; of a refusal that has kept something, that it is kept."""
        kept = result.kept if isinstance(result, Refused) else None
        written = result if isinstance(result, Done) else kept
        return cls(act, Outcome.of(result), Receipt.of(written) if written else None, whole=kept is None)

    @classmethod
    def of_error(cls, act: PageAct, error: CarefhirError) -> WrittenAct:
        """Why it was not written."""
        return cls(act, Outcome.of_error(error), None)

    def in_names(self, names: Mapping[str, str]) -> WrittenAct:
        """The same with people and records called by name."""
        return replace(self, outcome=self.outcome.in_names(names))


def signature(preview: Preview, act: PageAct) -> str:
    """A digest of what a person sees of a preview, and of what they typed: a decision in words stands in no line."""
    lines = [[line.part, line.type, line.how, line.because] for line in preview.lines]
    told = [list(preview.told.instructions), list(preview.incomplete)]
    return digest([preview.step, lines, *told, act.values])
