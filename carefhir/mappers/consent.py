"""Consent: to a program, that it was asked for, how it was given, when; and to what somebody around the patient may
know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from carefhir.codes import ACT_CODE, CONSENT_FORM, CONSENT_SCOPE, MAY_KNOW, PARTICIPATION, concept
from carefhir.content.loading import Content
from carefhir.fhir.codec import Json
from carefhir.fhir.record import (
    Record,
    codings,
    dig,
    first_text,
    moments,
    references,
    refers_to,
    relative,
    words_of,
)
from carefhir.fhir.search import Need, Of

TELLS_OTHERS = "patient-privacy"
"""The scope of a consent to tell others something."""


def find() -> Need:
    """All of a patient's consents."""
    return Need("consents", "Consent", (Of("patient", "patient"),), bounded=True)


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What was agreed to or declined; one that was withdrawn shows it by its status."""

    record: Record
    status: str
    about: str
    """What it is about; "" where only its kind is known."""
    kind: str
    declined: bool
    at: str


def read(record: Record) -> ConsentView:
    """A consent, leniently."""
    json = record.json
    return ConsentView(
        record=record,
        status=first_text(json, "status") or "",
        about=first_text(json, "policyRule.text") or words_of(json.get("scope")),
        kind=", ".join(filter(None, (words_of(each) for each in dig(json, "category")))),
        declined=first_text(json, "provision.type") == "deny",
        at=first_text(json, "dateTime") or "",
    )


def write(
    content: Content, patient: str, form: str, at: str, policy: str, *, given_by: str = "", scope: str = "treatment"
) -> Json:
    """An active consent; `policy` says in words what was agreed to (R4 wants a policy or a rule). `given_by` is the
    guardian, where it is not the patient. One of scope patient-privacy is about telling others, and says so."""
    discloses = [concept(ACT_CODE, "IDSCL", "information disclosure")] if scope == TELLS_OTHERS else []
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": concept(CONSENT_SCOPE, scope),
        "category": [{"coding": [content.concept(CONSENT_FORM, form).coding]}, *discloses],
        "patient": {"reference": patient},
        "dateTime": at,
        "performer": [{"reference": given_by or patient}],
        "policyRule": {"text": policy},
    }


# ---- what somebody around the patient may know

TOPICS = ("plan", "medicines", "visits", "condition", "tasks")
"""The codes of CodeSystem may-know."""
_EVERYTHING = frozenset(TOPICS)
_LIMITS = ("securityLabel", "purpose", "class", "code", "dataPeriod", "data")
"""What else in a provision says that it is about a part only."""
_LETS_KNOW = ("access", "disclose")


@dataclass(frozen=True, slots=True)
class ConsentWord:
    """What one consent says of what one person may know."""

    record: Record
    permits: frozenset[str]
    """Codes of CodeSystem may-know."""
    denies: frozenset[str]
    unread: bool = False
    """Whether it permits a part only, in a way that is not understood here: nothing counts as permitted by that."""


def word_on(record: Record, person: str, today: date) -> ConsentWord | None:
    """What a consent in force says of a person today; None where it does not name them.

    A provision that permits without saying what permits everything; one that denies without saying what denies
    everything. A part that is not understood is not permitted, and what is denied in part only is denied as a whole.
    """
    if first_text(record.json, "status") != "active":
        return None
    permits: set[str] = set()
    denies: set[str] = set()
    named = unread = False
    for provision in _about(record.json.get("provision"), person, today, named=False):
        named = True
        topics, limited = _topics(provision)
        if first_text(provision, "type") == "deny":
            denies |= _EVERYTHING if limited or not topics else topics
        elif limited:
            unread = True
        else:
            permits |= topics or _EVERYTHING
    if not named:
        return None
    return ConsentWord(record=record, permits=frozenset(permits), denies=frozenset(denies), unread=unread)


def named_people(record: Record) -> tuple[str, ...]:
    """The related people whom a consent names: `RelatedPerson/ID`."""
    actors = (actor for each in _all(record.json.get("provision")) for actor in dig(each, "actor"))
    named = (relative(one) for actor in actors for one in references(actor, "reference"))
    return tuple(dict.fromkeys(who for who in named if who and who.startswith("RelatedPerson/")))


def _all(provision: object) -> Iterator[Json]:
    if isinstance(provision, dict):
        yield provision
        for inner in dig(provision, "provision"):
            yield from _all(inner)


def _about(provision: object, person: str, today: date, *, named: bool) -> Iterator[Json]:
    """The provisions of today that name a person; those within one, too, unless they name somebody else."""
    if not isinstance(provision, dict) or not _today(provision, today):
        return
    actors = list(dig(provision, "actor"))
    named = any(refers_to(actor, "reference", person) for actor in actors) if actors else named
    if named:
        yield provision
    for inner in dig(provision, "provision"):
        yield from _about(inner, person, today, named=named)


def _today(provision: Json, today: date) -> bool:
    start, end = moments(first_text(provision, "period.start")), moments(first_text(provision, "period.end"))
    return not ((start and start[0].date() > today) or (end and end[0].date() < today))


def _topics(provision: Json) -> tuple[frozenset[str], bool]:
    """The topics of ours that a provision names, and whether it is limited in another way."""
    coded = [list(codings({"code": each}, "code")) for each in dig(provision, "code")]
    topics = frozenset(code for pairs in coded for system, code in pairs if system == MAY_KNOW and code in _EVERYTHING)
    ours = all(any(system == MAY_KNOW and code in _EVERYTHING for system, code in pairs) for pairs in coded)
    limits = [name for name in _LIMITS if provision.get(name) and not (name == "code" and ours)]
    actions = [code for _, code in codings(provision, "action")]
    other = bool(provision.get("action")) and not set(actions) & set(_LETS_KNOW)
    return topics, bool(limits) or other


def write_sharing(
    content: Content,
    patient: str,
    helper: Json,
    topics: Iterable[str],
    *,
    form: str,
    at: str,
    policy: str,
    given_by: str = "",
) -> Json:
    """What a helper (a Reference) may know by the patient's word, from a moment on: these topics and no other. Without
    a topic they may know nothing."""
    allowed = [topic for topic in TOPICS if topic in frozenset(topics)]
    written = write(content, patient, form, at, policy, given_by=given_by, scope=TELLS_OTHERS)
    actor = [{"role": concept(PARTICIPATION, "IRCP"), "reference": helper}]
    provision: Json = {"type": "permit" if allowed else "deny", "period": {"start": at}, "actor": actor}
    others = [topic for topic in TOPICS if topic not in allowed]
    if allowed:
        provision["code"] = [{"coding": [content.concept(MAY_KNOW, topic).coding]} for topic in allowed]
        if others:
            codes = [{"coding": [content.concept(MAY_KNOW, topic).coding]} for topic in others]
            provision["provision"] = [{"type": "deny", "actor": actor, "code": codes}]
    written["provision"] = provision
    return written
