"""Cards (CDS Hooks 2.0, CDS Service Response): a value each, written without null and without anything empty.

A summary has fewer than 140 characters. The detail is GitHub Flavored Markdown, in which words of records are escaped:
none of them may become a link, an image or a heading.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from uuid import uuid4

from carefhir.faces.web.app_context import AskedStep
from carefhir.fhir.codec import Json

SOURCE = "Care management (carefhir)"
LONGEST_SUMMARY = 139
"""Characters: CDS Hooks wants fewer than 140."""
LINES = 12
"""Lines of a list in a card: more are counted, for a card is read in passing."""

Indicator: TypeAlias = Literal["info", "warning", "critical"]
OPEN_APP = "Open care management"


@dataclass(frozen=True, slots=True)
class CardLink:
    """A SMART app to be launched from a card."""

    url: str
    context: AskedStep | None = None
    label: str = OPEN_APP

    def document(self) -> Json:
        """As CDS Hooks writes it: `appContext` only where there is one, and only of a SMART app."""
        context = {"appContext": self.context.spelled} if self.context else {}
        return {"label": self.label, "url": self.url, "type": "smart", **context}


@dataclass(frozen=True, slots=True)
class Card:
    """One card."""

    summary: str
    indicator: Indicator
    detail: str = ""
    """Markdown, already escaped (`listed`, `plain_text`)."""
    links: tuple[CardLink, ...] = ()
    override_reasons: tuple[Json, ...] = ()
    """Why somebody may set it aside, a Coding each."""
    source: str = SOURCE
    uuid: str = field(default_factory=lambda: str(uuid4()))
    """What feedback names it by; it says nothing of the patient."""

    def document(self) -> Json:
        """As CDS Hooks writes it."""
        document: dict[str, Any] = {
            "uuid": self.uuid,
            "summary": shortened(self.summary),
            "indicator": self.indicator,
            "source": {"label": self.source},
        }
        if self.detail:
            document["detail"] = self.detail
        if self.links:
            document["links"] = [link.document() for link in self.links]
        if self.override_reasons:
            document["overrideReasons"] = list(self.override_reasons)
        return document


def response(cards: Iterable[Card]) -> Json:
    """The answer of a service: none is an empty list, which says nothing, and not that all is well. The most pressing
    comes first."""
    order: tuple[Indicator, ...] = ("critical", "warning", "info")
    return {"cards": [card.document() for card in sorted(cards, key=lambda card: order.index(card.indicator))]}


def shortened(text: str) -> str:
    """One line of fewer than 140 characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_SUMMARY:
        return line
    return textwrap.shorten(line, LONGEST_SUMMARY, placeholder=" …") or line[: LONGEST_SUMMARY - 2] + " …"


def plain_text(text: str) -> str:
    """A text as Markdown that says just that: no mark, no HTML, and no address that becomes a link (GFM links even
    bare ones)."""
    line = " ".join(text.split())
    escaped = re.sub(r"([\\`*_\[\]~|])", r"\\\1", line)
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = re.sub(r"^([-+#=])", r"\\\1", escaped)
    escaped = re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", escaped)
    escaped = re.sub(r"(?i)\b(https?|ftp|mailto|xmpp):", r"\1&#58;", escaped)
    return re.sub(r"(?i)\b(www)\.", r"\1&#46;", escaped).replace("@", "&#64;")


def listed(lines: Iterable[str]) -> str:
    """Texts as a list in Markdown, each once; what is left out is counted."""
    texts = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
    rest = len(texts) - LINES
    if rest > 0:
        texts = [*texts[:LINES], f"and {rest} more"]
    return "\n".join(f"- {plain_text(text)}" for text in texts)


def paragraphs(*parts: str) -> str:
    """Parts of a detail, those that say something."""
    return "\n\n".join(part for part in parts if part)
