"""The answers of one question of a form: codes, words and points, against the table of what the instrument has."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from carefhir.content.asked_items import AskedItem, FormFindings, OfferedAnswer
from carefhir.content.known_instruments import KnownItem, answer_words, plain_words
from carefhir.content.loading import Content


def check_answers(
    content: Content, item: AskedItem, entry: KnownItem, findings: FormFindings, *, form_has_points: bool
) -> int:
    """Adds what is wrong with the answers of a question that the table has; returns how many were compared."""
    if not entry.points:
        return 0
    if item.json.get("type") not in ("choice", "open-choice"):
        findings.add("type", item.path, f"{item.json.get('type')}, not choice")
        return 0
    if not item.answers:
        if not item.json.get("answerValueSet"):
            findings.add("answers-missing", item.path, "it offers none")
        return 0
    _twice(item, findings)
    for answer in item.answers:
        _words(content, item, entry, answer, findings)
    _lacking(content, item, entry, findings)
    if entry.scale != "none" and form_has_points:
        _points(content, item, entry, findings)
    else:
        for code in sorted(entry.often_left_out & {answer.code for answer in item.answers}):
            findings.add("answer-needs-care", item.path, f"{code} gives {entry.points[code]} points")
    return len(item.answers)


def check_own_points(item: AskedItem, findings: FormFindings) -> None:
    """Of a question that the table has not: whether some of its answers give points and others none."""
    unscored = [answer for answer in item.answers if answer.points is None]
    if unscored and len(unscored) < len(item.answers):
        findings.add("points-partial", item.path, ", ".join(_named(answer) for answer in unscored))


def _twice(item: AskedItem, findings: FormFindings) -> None:
    counts = Counter(answer.code for answer in item.answers if answer.code)
    for code, count in counts.items():
        if count > 1:
            findings.add("answer-twice", item.path, code)


def _words(content: Content, item: AskedItem, entry: KnownItem, answer: OfferedAnswer, findings: FormFindings) -> None:
    """Whether the code of an answer and its words are one answer of this question."""
    codes = (*entry.points, *entry.without_points)
    spellings = {answer.words, _without_number(answer.words)} - {""}
    meant = [code for code in codes if answer_words(content, code) in spellings]
    if answer.code in codes:
        own = answer_words(content, answer.code)
        if meant and answer.code not in meant and own:
            findings.add("answer-words", item.path, f"{answer.code} is “{own}”")
    elif meant:
        findings.add("answer-code", item.path, f"{answer.code or 'no code'}, and its words are those of {meant[0]}")
    elif answer.points is not None:
        findings.add("points-wrong", item.path, f"{_named(answer)} is no answer of this question and gives points")
    else:
        findings.add("answer-beside", item.path, _named(answer))


def _lacking(content: Content, item: AskedItem, entry: KnownItem, findings: FormFindings) -> None:
    """Points of the instrument that no answer gives: two codes may give the same."""
    offered = {answer.code for answer in item.answers}
    if entry.scale == "none":
        lacking = [code for code in entry.points if code not in offered]
        if lacking:
            findings.add("answers-missing", item.path, ", ".join(lacking))
        return
    by_points: dict[int | None, list[str]] = {}
    for code, points in entry.points.items():
        by_points.setdefault(points, []).append(code)
    alike = len(by_points) < len(entry.points) and entry.scale == "risk"
    groups = [[code] for code in entry.points] if alike else list(by_points.values())
    lacking = [" or ".join(codes) for codes in groups if not offered & set(codes)]
    if lacking:
        findings.add("answers-missing", item.path, ", ".join(lacking))


def _points(content: Content, item: AskedItem, entry: KnownItem, findings: FormFindings) -> None:
    """The points that the form gives, where it gives any."""
    scored = [answer for answer in item.answers if entry.points.get(answer.code) is not None]
    right = {answer.code: Decimal(entry.points[answer.code] or 0) for answer in scored}
    for answer in scored:
        if answer.points is None:
            findings.add("answer-unscored", item.path, f"{_named(answer)} gives {right[answer.code]} points")
    given = {answer.code: answer.points for answer in scored if answer.points is not None}
    if entry.scale == "risk":
        wrong = [code for code, points in given.items() if bool(points) != bool(right[code])]
    else:
        wrong = [code for code, points in given.items() if points != right[code]]
    low, high = min(right.values(), default=Decimal(0)), max(right.values(), default=Decimal(0))
    if wrong and all(points == low + high - right[code] for code, points in given.items()):
        findings.add("points-inverted", item.path)
        return
    for code in wrong:
        findings.add("points-wrong", item.path, f"{code} gives {right[code]}, here {given[code]}")
    for answer in item.answers:
        if answer.code in entry.without_points and answer.points is not None:
            findings.add("points-wrong", item.path, f"{_named(answer)} is no answer, and gives points here")


def _without_number(words: str) -> str:
    """Words of an answer without the points that some write beside them: "0 not at all"."""
    first, _, rest = words.partition(" ")
    return rest if rest and first.isdecimal() else words


def _named(answer: OfferedAnswer) -> str:
    return answer.code or plain_words(answer.words) or "an answer without code"
