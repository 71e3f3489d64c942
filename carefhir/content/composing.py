"""One check-in form for somebody with several conditions: the questions of each condition's form, each asked once.

Such a form is not stored: its id names its parts, `check-in.copd.heart-failure` for `check-in-copd` and
`check-in-heart-failure`, so that whoever reads a response later can make the same form again. What all parts ask comes
last: thoughts of death and the person's own words end every call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from carefhir.codes import BASE
from carefhir.errors import ContentError
from carefhir.fhir.codec import Json

PART = "check-in-"
_NAME = "check-in."
_URL = f"{BASE}/Questionnaire/"
Artefacts = Mapping[tuple[str, str], Json]


def id_of(parts: Iterable[str]) -> str:
    """The id of the form composed of these forms, by their ids; that of the form itself where there is one."""
    ids = sorted(set(parts))
    odd = next((each for each in ids if not each.startswith(PART) or "." in each), "")
    if odd and len(ids) > 1:
        raise ContentError(f"Questionnaire/{odd} cannot be composed: its id must begin with {PART} and have no dot")
    return ids[0] if len(ids) == 1 else _NAME + ".".join(each.removeprefix(PART) for each in ids)


def by_url(artefacts: Artefacts, url: str) -> Json | None:
    """The composed form of a url; None where the url is not of one, or names a part that is not there."""
    return composed(artefacts, url.removeprefix(_URL)) if url.startswith(_URL + _NAME) else None


def composed(artefacts: Artefacts, id_: str) -> Json | None:
    """The form composed of the parts that an id names; None where it names none, or one that is not there. Raises
    `ContentError` where two parts ask one question differently."""
    names = id_.removeprefix(_NAME).split(".") if id_.startswith(_NAME) else []
    parts = [artefacts.get(("Questionnaire", PART + name)) for name in names]
    forms = [part for part in parts if part is not None]
    if len(forms) < 2 or len(forms) < len(parts) or names != sorted(set(names)):
        return None
    titles = [str(form.get("title", "")).removeprefix("Check-in: ") for form in forms]
    first = forms[0]
    return {
        "resourceType": "Questionnaire",
        "id": id_,
        "url": f"{_URL}{id_}",
        "version": max((str(form.get("version", "")) for form in forms), key=_numbers),
        "title": f"Check-in: {', '.join(titles[:-1])} and {titles[-1]}",
        "status": "active",
        **{name: first[name] for name in ("subjectType", "code", "extension") if name in first},
        "item": _items(forms, id_),
    }


def _items(forms: list[Json], id_: str) -> list[Json]:
    """Every question once: first what each asks, then what all ask."""
    by_link_id: dict[str, Json] = {}
    count: dict[str, int] = {}
    for form in forms:
        for item in form.get("item", []):
            link_id = str(item["linkId"])
            if by_link_id.setdefault(link_id, item) != item:
                raise ContentError(f"Questionnaire/{id_}: its parts ask {link_id} in different ways")
            count[link_id] = count.get(link_id, 0) + 1
    return sorted(by_link_id.values(), key=lambda item: count[str(item["linkId"])] == len(forms))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
