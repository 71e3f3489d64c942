"""Another language for the copy that a patient takes home: from a translator's files, never from us.

A site's translation is FHIR's own: a CodeSystem that *supplements* one of ours (`content: supplement`, `language`,
`publisher` for who translated, `date`), with two designations for each code: the English that the translator saw, and
the translation. Where our English has changed since, the translation no longer counts. A copy is given in the language
only if every text of ours on it is translated; otherwise it is in English, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from carefhir.codes import CARE_GOAL, CARE_ITEM, PATIENT_COPY_TEXT, PLAN_SECTION, WARNING_SIGN
from carefhir.content.loading import Concept, Content
from carefhir.fhir.codec import Json

TRANSLATED = (PATIENT_COPY_TEXT, PLAN_SECTION, WARNING_SIGN, CARE_GOAL, CARE_ITEM)
"""The code systems whose words stand on a patient's copy."""
ENGLISH = "en"

_filled_in = re.compile(r"\{[a-z]+\}")


def english_of(concept: Concept) -> str:
    """What a patient reads of a concept: its plain words, else its display."""
    return concept.plain or concept.display


@dataclass(frozen=True, slots=True)
class Translation:
    """One language of a site."""

    language: str
    """As the files name it, BCP 47: `es`."""
    by: str
    """Who translated; where several did, each."""
    day: str
    """The newest day of its files, as they write it."""
    words: Mapping[tuple[str, str], tuple[str, str]] = field(repr=False)
    """By code system and code: the English that the translator saw, and the translation."""

    def of(self, concept: Concept) -> str:
        """A concept's text in this language; "" where it has none that fits what the English says today."""
        english, translated = self.words.get((concept.system, concept.code), ("", ""))
        same = english == english_of(concept) and set(_filled_in.findall(english)) == set(
            _filled_in.findall(translated)
        )
        return translated.strip() if same else ""


def translation_for(content: Content, language: str) -> Translation | None:
    """The site's translation into a language: into the very one, else into the language without its region. Nobody's
    name or day on it means that nobody answers for it: such a file is not used."""
    for wanted in dict.fromkeys((language, language.partition("-")[0])):
        files = [each for each in _supplements(content) if str(each["language"]).lower() == wanted.lower()]
        if wanted and files:
            return Translation(
                language=str(files[0]["language"]),
                by=", ".join(dict.fromkeys(str(each["publisher"]) for each in files)),
                day=max(str(each["date"]) for each in files)[:10],
                words={key: words for each in files for key, words in _words(each)},
            )
    return None


def _supplements(content: Content) -> Iterator[Json]:
    for (type_, _), artefact in content.artefacts.items():
        supplement = type_ == "CodeSystem" and artefact.get("content") == "supplement"
        answered_for = all(artefact.get(name) for name in ("language", "publisher", "date"))
        if supplement and answered_for and _system(artefact) in TRANSLATED:
            yield artefact


def _system(supplement: Json) -> str:
    return str(supplement.get("supplements", "")).partition("|")[0]


def _words(supplement: Json) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    language = str(supplement["language"])
    for concept in supplement.get("concept", []):
        by_language = {each.get("language"): str(each.get("value", "")) for each in concept.get("designation", [])}
        yield (
            (_system(supplement), str(concept.get("code"))),
            (by_language.get(ENGLISH, ""), by_language.get(language, "")),
        )


@dataclass(slots=True)
class CopyWords:
    """The words of one copy, in English or in another language; it keeps what a translation lacks."""

    content: Content
    translation: Translation | None = None
    lacking: dict[str, None] = field(default_factory=dict)
    """The English of what was wanted and is not translated."""

    def of(self, concept: Concept) -> str:
        """A concept, as the patient reads it."""
        english = english_of(concept)
        if self.translation is None:
            return english
        translated = self.translation.of(concept)
        if not translated:
            self.lacking[english] = None
        return translated or english

    def text(self, code: str, **values: str) -> str:
        """A text of CodeSystem patient-copy-text, filled in."""
        words = self.of(self.content.concept(PATIENT_COPY_TEXT, code))
        return _filled_in.sub(lambda match: values.get(match[0].strip("{}"), match[0]), words)

    def all_texts(self) -> dict[str, str]:
        """Every one of them, not filled in, by code."""
        return {code: self.of(concept) for code, concept in self.content.concepts(PATIENT_COPY_TEXT).items()}

    def day(self, day: date) -> str:
        """A day, as this language writes it."""
        return self.text("day", month=self.text(f"month-{day.month}"), number=str(day.day), year=str(day.year))

    def weekday(self, day: date) -> str:
        """The day of the week, in short."""
        return self.text(f"weekday-{day.isoweekday()}")


def files_to_translate(content: Content, language: str, *, by: str, day: date) -> dict[str, Json]:
    """What a translator fills in, by file name: every text with its English, and with its translation where the site
    has one that still fits."""
    earlier = translation_for(content, language)
    files = {}
    for system in TRANSLATED:
        name = system.rpartition("/")[2]
        base = content.get("CodeSystem", name)
        files[f"CodeSystem-{name}-{language}.json"] = {
            "resourceType": "CodeSystem",
            "id": f"{name}-{language}".lower(),
            "language": language,
            "url": f"{system}-{language}",
            "version": str(base.get("version", "1")),
            "status": "active",
            "publisher": by,
            "date": day.isoformat(),
            "content": "supplement",
            "supplements": content.canonical("CodeSystem", name),
            "concept": [
                {
                    "code": code,
                    "designation": [
                        {"language": ENGLISH, "value": english_of(concept)},
                        *_before(earlier, language, concept),
                    ],
                }
                for code, concept in content.concepts(system).items()
                if english_of(concept)
            ],
        }
    return files


def _before(earlier: Translation | None, language: str, concept: Concept) -> list[Json]:
    """What was translated before, where it still fits."""
    words = earlier.of(concept) if earlier else ""
    return [{"language": language, "value": words}] if words else []
