"""Which features of a Questionnaire are used, ignored and refused, by CodeSystem questionnaire-feature.

A form that is asked otherwise than its author meant gives answers that mean something else: so what carefhir does not
carry out is refused by name, and an element that R4 does not have there is, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from carefhir.codes import BASE
from carefhir.content.asked_items import AskedItem, FormFindings, items_of
from carefhir.content.known_instruments import KnownInstrument
from carefhir.content.loading import Content, value_of
from carefhir.fhir.codec import Json

QUESTIONNAIRE_FEATURE = f"{BASE}/CodeSystem/questionnaire-feature"
_STRICT = ("/sdc/", "cqf-", "sdc-questionnaire")
"""Extensions that change what a form does; one of these that is not in the table is refused."""
_COUNTS = ("questionnaire-minOccurs", "questionnaire-maxOccurs")


def check_features(content: Content, form: Json, instrument: KnownInstrument | None, findings: FormFindings) -> int:
    """Adds what is refused, item by item, and in one note what is ignored; returns how many parts were looked at."""
    checker = _FeatureCheck(content, instrument, findings)
    checker.element(form, "form", "")
    for item in items_of(form):
        checker.item(item)
    if checker.ignored:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(checker.ignored.items()))
        findings.add("not-used", detail=names)
    return checker.looked_at


class _FeatureCheck:
    def __init__(self, content: Content, instrument: KnownInstrument | None, findings: FormFindings) -> None:
        self._concepts = content.concepts(QUESTIONNAIRE_FEATURE)
        self._instrument = instrument
        self._findings = findings
        self.ignored: Counter[str] = Counter()
        self.looked_at = 0

    def element(self, element: Json, place: str, where: str) -> None:
        """One element: its parts by the table, and every extension in it."""
        prefix = {"form": "", "item": "item-", "option": "option-"}[place]
        for name in element:
            if name.startswith("_") or name in ("resourceType", "extension", "modifierExtension") or name == "id":
                continue
            concept = self._concepts.get(f"{prefix}{name}")
            if concept is None:
                self._findings.add("element", where, name)
                continue
            self._judge(str(concept.properties["support"]), concept.display, concept.definition, where)
        for extension in _extensions(
            {key: value for key, value in element.items() if key not in ("item", "contained")}
        ):
            self._extension(extension, where)
        if _modified({key: value for key, value in element.items() if key not in ("item", "contained")}):
            modifier = self._concepts["modifierExtension"]
            self._judge("refused", modifier.display, modifier.definition, where)

    def item(self, item: AskedItem) -> None:
        entry = self._known(item)
        whole = {
            name: value
            for name, value in item.json.items()
            if not (name == "repeats" and (value is False or (entry and entry.several))) and name != "answerOption"
        }
        if whole.get("answerValueSet"):
            del whole["answerValueSet"]
            self._findings.add("answers-aside" if item.answers else "answers-not-read", item.path)
        if not all(_compares_codes(condition) for condition in _listed(whole.get("enableWhen"))):
            whole["enableWhen-otherwise"] = whole.pop("enableWhen")
        self.element(whole, "item", item.path)
        options = item.json.get("answerOption")
        for option in options if isinstance(options, list) else []:
            if isinstance(option, dict):
                self.element({name: value for name, value in option.items() if value is not False}, "option", item.path)
        type_ = self._concepts.get(f"type-{item.json.get('type')}")
        if type_ is None:
            self._findings.add("element", item.path, f"type {item.json.get('type')}")
        else:
            self._judge(str(type_.properties["support"]), type_.display, type_.definition, item.path)

    def _known(self, item: AskedItem) -> Any:
        if self._instrument is None:
            return None
        return next((entry for code in item.loinc if (entry := self._instrument.item(code))), None)

    def _extension(self, extension: Json, where: str) -> None:
        url = str(extension.get("url", ""))
        name = url.rpartition("/")[2]
        if name in _COUNTS and value_of(extension) == 1:
            self.ignored[name] += 1
            return
        concept = self._concepts.get(name)
        if concept is not None and concept.properties["where"] == "extension":
            self._judge(str(concept.properties["support"]), concept.display, concept.definition, where)
        elif any(part in url for part in _STRICT):
            self._judge("refused", name, "It is not in the table of features.", where)
        else:
            self._judge("ignored", name, "", where)

    def _judge(self, support: str, name: str, why: str, where: str) -> None:
        self.looked_at += 1
        if support == "refused":
            self._findings.add("feature", where, f"{name}. {why}")
        elif support == "ignored":
            self.ignored[name] += 1


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _compares_codes(condition: Any) -> bool:
    """Whether a condition of enableWhen is one that scoring decides."""
    return (
        isinstance(condition, dict)
        and condition.get("operator") in ("=", "!=")
        and isinstance(condition.get("answerCoding"), dict)
    )


def _extensions(value: Any) -> Iterator[Json]:
    """The extensions in a value, at every depth but inside another extension."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "extension" and isinstance(part, list):
                yield from (each for each in part if isinstance(each, dict))
            elif name != "modifierExtension":
                yield from _extensions(part)
    elif isinstance(value, list):
        for part in value:
            yield from _extensions(part)


def _modified(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value.get("modifierExtension")) or any(_modified(part) for part in value.values())
    return isinstance(value, list) and any(_modified(part) for part in value)
