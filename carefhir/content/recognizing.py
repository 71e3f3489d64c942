"""Which of our instruments a response answers: by its url, by what its Questionnaire asks, by a safety item in it."""

from __future__ import annotations

from carefhir.content.form_items import flat
from carefhir.content.loading import Content, extensions, value_of
from carefhir.content.safety_items import heard, safety_items
from carefhir.fhir.codec import Json
from carefhir.fhir.record import codings


def recognize(content: Content, canonical: str, other: Json | None, response: Json | None = None) -> Json | None:
    """Our instrument for a response: by its url; by the panel code of the Questionnaire it was made for; by the items
    that this asks, where the instrument with most of them counts (a PHQ-9 asks all of a PHQ-2); or at last by a safety
    item among its answers: even in an unknown form, that answer must be heard."""
    url = canonical.partition("|")[0]
    instruments = [artefact for (type_, _), artefact in content.artefacts.items() if type_ == "Questionnaire"]
    by_url = next((artefact for artefact in instruments if artefact.get("url") == url), None)
    same_panel = next((artefact for artefact in instruments if _same_panel(artefact, other)), None)
    asking = max(instruments, key=lambda artefact: _asked_by(artefact, other))
    if recognized := by_url or same_panel or (asking if _asked_by(asking, other) else None):
        return recognized
    answered = {str(item.get("linkId", "")).rsplit("/", 1)[-1] for item in flat((response or {}).get("item"))}
    scored_first = sorted(instruments, key=lambda artefact: not any(extensions(artefact, "score")))
    for artefact in scored_first:
        if answered & set(safety_items(artefact)):
            return artefact
    return next(
        (artefact for artefact in scored_first if any(True for _ in heard(safety_items(artefact), response or {}))),
        None,
    )


def made_for(instrument: Json, other: Json | None) -> bool:
    """Whether another Questionnaire asks what this instrument asks: its panel code, or every required item's code."""
    return _same_panel(instrument, other) or _asked_by(instrument, other) > 0


def also_asked(content: Content, instrument: Json, other: Json | None) -> tuple[Json, ...]:
    """The instruments that another Questionnaire asks beside the one that was recognized: their answers are not scored
    with it, and somebody must know."""
    covered = {code for item in flat(instrument.get("item")) for code in codings(item, "code")}
    beside = []
    forms = (artefact for (type_, _), artefact in content.artefacts.items() if type_ == "Questionnaire")
    for artefact in sorted(forms, key=lambda form: -_asked_by(form, other)):
        if _asked_by(artefact, other) and not _required(artefact) <= covered:
            covered |= _required(artefact)
            beside.append(artefact)
    return tuple(beside)


def _required(instrument: Json) -> set[tuple[str, str]]:
    """The codes of the items that an instrument requires."""
    return {code for item in flat(instrument.get("item")) if item.get("required") for code in codings(item, "code")}


def _same_panel(instrument: Json, other: Json | None) -> bool:
    return bool(set(codings(instrument, "code")) & set(codings(other or {}, "code")))


def _asked_by(instrument: Json, other: Json | None) -> int:
    """How many required items an instrument has, where another Questionnaire asks all of them; else 0."""
    ours = _required(instrument)
    theirs = {code for item in flat((other or {}).get("item")) for code in codings(item, "code")}
    return len(ours) if ours <= theirs else 0


def short_name(instrument: Json) -> str:
    """What people call it: the abbreviation in its title, else the title."""
    title = str(instrument.get("title", "questionnaire"))
    return title.partition("(")[2].rstrip(")") or title


def respondent(instrument: Json) -> str:
    """Who may answer: `patient` or `anyone`."""
    return next((str(value_of(one)) for one in extensions(instrument, "respondent")), "anyone")
