"""Checks a Questionnaire that somebody wants to use, before anybody is asked by it (`carefhir check-instrument`).

Forms in the wild carry codes of other questions, answers that no scorer knows and totals of other instruments: each of
these was seen in a public form. What is right is in the tables `known-instrument…`; what is wrong is said in the words
of `form-finding`. What the tables do not have is not checked, and the report says so: nothing found is not *in order*.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from carefhir.codes import ICD10CM
from carefhir.content.asked_items import LEVELS, AskedItem, FormFinding, FormFindings, items_of
from carefhir.content.form_answers import check_answers, check_own_points
from carefhir.content.form_features import check_features
from carefhir.content.known_instruments import KnownInstrument, KnownItem, known_instruments, plain_words
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings

_diagnosis = re.compile(r"[A-TV-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
_loinc = re.compile(r"([0-9]{1,7})-([0-9])")


@dataclass(frozen=True, slots=True)
class FormReport:
    """What is wrong with a form, what was checked and what was not."""

    title: str
    instrument: str
    """What it is taken for; "" where it is none of the table."""
    findings: tuple[FormFinding, ...]
    """Faults first, then doubts, then notes."""
    checked: tuple[str, ...]
    unchecked: tuple[str, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing stands in the way that was looked for."""
        return not any(finding.level == "fault" for finding in self.findings)


def check_form(content: Content, form: Json) -> FormReport:
    """Checks a Questionnaire; anything else is a report with the one fault that it is none."""
    findings = FormFindings(content)
    title = str(form.get("title") or form.get("name") or form.get("id") or "a form without a title")
    if form.get("resourceType") != "Questionnaire" or not isinstance(form.get("item"), list):
        findings.add("not-a-questionnaire", detail=str(form.get("resourceType", "no resourceType")))
        return FormReport(title, "", tuple(findings.all), (), ("nothing was checked",))
    items = list(items_of(form))
    instrument = _instrument(content, form, items)
    _link_ids(items, findings)
    _digits(form, items, findings)
    _header(content, form, items, instrument, findings)
    counts = _Counts()
    if instrument is not None:
        _check_items(content, instrument, items, findings, counts)
        _totals(content, instrument, items, findings)
    for item in items:
        if item.asks and (instrument is None or _known(instrument, item) is None):
            check_own_points(item, findings)
    _notices(content, form, items, instrument, findings)
    counts.features = check_features(content, form, instrument, findings)
    ordered = sorted(findings.all, key=lambda finding: LEVELS.index(finding.level))
    name = instrument.name if instrument else ""
    return FormReport(title, name, tuple(ordered), counts.checked(instrument), _unchecked(instrument, counts))


@dataclass
class _Counts:
    """How much of a form was compared with the tables."""

    items: int = 0
    wordings: int = 0
    answers: int = 0
    beside: int = 0
    features: int = 0

    def checked(self, instrument: KnownInstrument | None) -> tuple[str, ...]:
        lines = ["that linkIds are unique, LOINC codes by their check digits, the code of the form"]
        if instrument is not None:
            lines += [
                f"{self.items} of the {len(instrument.items)} questions we know of {instrument.name}: codes, order",
                f"{self.wordings} questions by key words, {self.answers} answers by code, words and points",
            ]
        return (*lines, "copyright and notices", f"{self.features} parts by the table of features")


def _unchecked(instrument: KnownInstrument | None, counts: _Counts) -> tuple[str, ...]:
    lines = ["every word: the wording was compared by key words only", "what LOINC calls a code today", "translations"]
    if instrument is None:
        lines.insert(0, "codes, answers and points: the form is none of the instruments in our table")
    elif counts.beside:
        lines.insert(0, f"{counts.beside} questions that are not in our table")
    return tuple(lines)


def _instrument(content: Content, form: Json, items: Sequence[AskedItem]) -> KnownInstrument | None:
    """What a form is taken for: by its questions, where most of an instrument is there; else by its panel code; else by
    its title."""
    instruments = known_instruments(content)
    codes = {code for item in items for code in item.loinc}
    panels = {code for _, code in codings(form, "code")} | codes

    def share(instrument: KnownInstrument) -> tuple[bool, int]:
        needed = [item.loinc for item in instrument.items if item.needed]
        there = [code for code in needed if code in codes]
        return len(there) == len(needed) > 0, len(there) if 2 * len(there) >= len(needed) else 0

    claimed = next((each for each in instruments if each.panel and each.panel in panels), None)
    best = max(instruments, key=share)
    if claimed is not None and (share(claimed)[1] or not share(best)[1] or not share(best)[0]):
        return claimed
    if share(best)[1] > 1:
        return best
    names = plain_words(" ".join(str(form.get(name, "")) for name in ("title", "name", "id")))
    return claimed or next((each for each in instruments if each.named_in(names)), None)


def _known(instrument: KnownInstrument, item: AskedItem) -> KnownItem | None:
    return next((entry for code in item.loinc if (entry := instrument.item(code))), None)


def _link_ids(items: Sequence[AskedItem], findings: FormFindings) -> None:
    link_ids = Counter(str(item.json.get("linkId", "")) for item in items)
    for item in items:
        link_id = item.json.get("linkId")
        if not isinstance(link_id, str) or not link_id:
            findings.add("link-id", item.path, "missing")
    for link_id, count in link_ids.items():
        if count > 1 and link_id:
            where = next(item.path for item in items if item.json.get("linkId") == link_id)
            findings.add("link-id", where, f"{link_id} stands {count} times")


def _digits(form: Json, items: Sequence[AskedItem], findings: FormFindings) -> None:
    """LOINC codes whose check digit is wrong: a slip of the pen."""
    placed = [("", code) for system, code in codings(form, "code") if system == "http://loinc.org"]
    placed += [(item.path, code) for item in items for code in item.loinc]
    for where, code in dict.fromkeys(placed):
        if not _is_loinc(code):
            findings.add("loinc-digit", where, code)


def _is_loinc(code: str) -> bool:
    """Whether a code is spelled as LOINC spells them, with the check digit (Luhn's) of its number."""
    spelled = _loinc.fullmatch(code)
    if spelled is None:
        return False
    total = 0
    for place, digit in enumerate(reversed(spelled[1])):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return (10 - total % 10) % 10 == int(spelled[2])


def _header(
    content: Content, form: Json, items: Sequence[AskedItem], instrument: KnownInstrument | None, findings: FormFindings
) -> None:
    header = list(codings(form, "code"))
    for system, code in header:
        if system == ICD10CM or "icd-10" in system or (not system and _diagnosis.fullmatch(code)):
            findings.add("header-diagnosis", "", code)
    if instrument is None or not instrument.panel:
        return
    groups = [code for item in items if not item.asks for code in item.loinc]
    panels = {code for _, code in header} | set(groups)
    others = [each for each in known_instruments(content) if each.panel in panels - {""} and each is not instrument]
    for other in others:
        if instrument.panel not in panels or other.panel in {code for _, code in header}:
            findings.add("panel-of-another", "", f"{other.panel} is {other.name}; the questions are {instrument.name}")
    if instrument.panel not in panels and not others:
        findings.add("panel-missing", "", f"{instrument.panel} for {instrument.name}")


def _check_items(
    content: Content, instrument: KnownInstrument, items: Sequence[AskedItem], findings: FormFindings, counts: _Counts
) -> None:
    asked = [item for item in items if item.asks]
    form_has_points = any(answer.points is not None for item in asked for answer in item.answers)
    present: list[tuple[AskedItem, KnownItem]] = []
    for item in asked:
        entry = _known(instrument, item)
        if entry is None:
            _foreign(content, instrument, item, asked, findings, counts)
            continue
        present.append((item, entry))
        counts.items += 1
        counts.wordings += _wording(instrument, item, entry, findings)
        counts.answers += check_answers(content, item, entry, findings, form_has_points=form_has_points)
    if not form_has_points and any(entry.scale == "points" for _, entry in present):
        findings.add("points-absent")
    _completeness(instrument, present, findings)


def _wording(instrument: KnownInstrument, item: AskedItem, entry: KnownItem, findings: FormFindings) -> int:
    """Compares the words of a question with its code; returns whether that could be done."""
    if not entry.words:
        return 0
    if entry.told_by(item.words):
        return 1
    others = [each for each in instrument.items if each.told_by(item.words)]
    if others:
        numbers = (
            f"the text is that of question {others[0].number} ({others[0].loinc}), the code {entry.loinc} is that of"
        )
        findings.add("item-code-wrong", item.path, f"{numbers} question {entry.number}")
        return 1
    findings.add("wording", item.path, entry.loinc)
    return 0


def _foreign(
    content: Content,
    instrument: KnownInstrument,
    item: AskedItem,
    asked: Sequence[AskedItem],
    findings: FormFindings,
    counts: _Counts,
) -> None:
    """A question without a code of this instrument: one of its own under a wrong code, another instrument's, or one
    that the tables have not."""
    by_words = next((each for each in instrument.items if each.told_by(item.words)), None)
    there = {code for each in asked for code in each.loinc}
    if any(code in {each.total for each in known_instruments(content)} - {""} for code in item.loinc):
        return
    others = [
        (other, entry)
        for other in known_instruments(content)
        if other is not instrument and (entry := _known(other, item))
    ]
    lacking = [each for each in instrument.items if each.needed and each.loinc not in there]
    if others:
        other, entry = others[0]
        detail = f"{entry.loinc} is that of {other.name}"
        findings.add("item-of-another" if lacking else "item-beside", item.path, detail)
    elif by_words and by_words.loinc not in there:
        if item.loinc:
            findings.add(
                "item-code-wrong", item.path, f"the text is that of {by_words.loinc}, the code is {item.loinc[0]}"
            )
        else:
            findings.add("item-code-missing", item.path, f"{by_words.loinc} by its text")
    else:
        counts.beside += 1
        findings.add("item-unknown", item.path, ", ".join(item.loinc))


def _completeness(
    instrument: KnownInstrument, present: Sequence[tuple[AskedItem, KnownItem]], findings: FormFindings
) -> None:
    """Whether every question is there, once, in order, and must be answered."""
    there = Counter(entry.loinc for _, entry in present)
    for entry in instrument.items:
        if entry.needed and not there[entry.loinc]:
            findings.add("item-missing", "", f"question {entry.number} of {instrument.name}, {entry.loinc}")
        if there[entry.loinc] > 1:
            where = [item.path for item, each in present if each.loinc == entry.loinc]
            findings.add("item-twice", where[-1], entry.loinc)
    numbers = [entry.number for _, entry in present]
    for n in range(1, len(numbers)):
        if numbers[n] < numbers[n - 1]:
            findings.add("order", present[n][0].path, f"question {numbers[n]} comes after question {numbers[n - 1]}")
    for item, entry in present:
        if entry.needed and item.json.get("required") is not True and instrument.license != "gated":
            findings.add("not-required", item.path, entry.loinc)


def _totals(content: Content, instrument: KnownInstrument, items: Sequence[AskedItem], findings: FormFindings) -> None:
    """A result code that is another instrument's."""
    totals = {each.total: each.name for each in known_instruments(content) if each.total}
    for item in items:
        for code in item.loinc:
            if code in totals and code != instrument.total:
                detail = f"{code} is the result of {totals[code]}"
                own = f"; {instrument.name} has {instrument.total}" if instrument.total else ""
                findings.add("total-of-another", item.path, f"{detail}{own}")


def _notices(
    content: Content, form: Json, items: Sequence[AskedItem], instrument: KnownInstrument | None, findings: FormFindings
) -> None:
    notice = plain_words(form.get("copyright"))
    wanted = instrument.notice if instrument is not None and instrument.license == "notice" else ()
    lacking = bool(wanted) and not any(f" {words} " in f" {notice} " for words in wanted)
    if instrument is not None and lacking:
        findings.add("notice-missing", "", f"{instrument.name} (it names {' or '.join(wanted)})")
    elif not notice:
        findings.add("copyright-missing")
    if notice and "loinc" not in notice and any(item.loinc for item in items):
        findings.add("loinc-notice")
    names = plain_words(" ".join(str(form.get(name, "")) for name in ("title", "name")))
    gated = [each for each in known_instruments(content) if each.license == "gated"]
    worded = any(item.words for item in items if item.asks)
    for each in gated:
        if worded and (each is instrument or each.named_in(names)):
            findings.add("gated-text", "", each.name)
