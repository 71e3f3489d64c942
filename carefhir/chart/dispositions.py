"""Reads where a person went at discharge, from the codes and the words of an Encounter's disposition.

Many systems write it in words only: `Expired`, `SNF`, `home w/ HH`. Words are read by CodeSystem discharge-destination;
what cannot be read, and a code beside words that say otherwise, is quoted and asked about: it is never home.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carefhir.chart import wording
from carefhir.codes import DESTINATION
from carefhir.content.loading import Content
from carefhir.mappers.encounter import EncounterView

EXPIRED = "expired"
NOT_UNDERSTOOD = "not-understood"


@dataclass(frozen=True, slots=True)
class Disposition:
    """Where one Encounter says the person went: a code of CodeSystem discharge-destination, and what says so."""

    code: str
    quoted: str
    """The code or the words, as a sentence quotes them."""
    encounter: EncounterView


def dispositions_of(content: Content, encounters: Iterable[EncounterView]) -> list[Disposition]:
    """What these Encounters say, the first one first; nothing where none says anything."""
    stated = [disposition for encounter in encounters if (disposition := _of(content, encounter))]
    return sorted(stated, key=lambda disposition: disposition.code == NOT_UNDERSTOOD)


def died(content: Content, encounter: EncounterView) -> str:
    """What says that the stay ended in death, in code or in words; "" where nothing does."""
    disposition = _of(content, encounter)
    return disposition.quoted if disposition and disposition.code == EXPIRED else ""


def _of(content: Content, encounter: EncounterView) -> Disposition | None:
    """What an Encounter says: death first, then its code, then its words."""
    coded = [
        Disposition(target, code, encounter)
        for system, code in encounter.dispositions
        for target in content.mapped("destination-from-disposition", system, code)
    ]
    written = [
        Disposition(target, f'"{words}"', encounter)
        for words in encounter.disposition_words
        for target in _in_words(content, words)
    ]
    stated = (*coded, *written)
    death = next((one for one in stated if one.code == EXPIRED), None)
    if death is not None:
        return death
    if stated and len({_community(content, one) for one in stated}) == 1:
        return stated[0]
    codes = (code for _, code in encounter.dispositions)
    quoted = (*codes, *(f'"{words}"' for words in encounter.disposition_words))
    return Disposition(NOT_UNDERSTOOD, ", ".join(dict.fromkeys(quoted)), encounter) if quoted else None


def _in_words(content: Content, words: str) -> list[str]:
    """The destinations that words name; several where they name several."""
    return [code for code, concept in content.concepts(DESTINATION).items() if wording.names(concept, words)]


def _community(content: Content, disposition: Disposition) -> bool:
    return bool(content.concept(DESTINATION, disposition.code).properties.get("community"))
