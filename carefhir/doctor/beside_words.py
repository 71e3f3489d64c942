"""What the doctor says of an EHR beside the server: what it keeps, what that means, what to ask for, what is open."""

from __future__ import annotations

from collections.abc import Iterator

from carefhir.catalog import scopes_beside
from carefhir.doctor.findings import Finding
from carefhir.doctor.routing import NOTE, ROLE, AskedBeside, takes_notes, writes_proposed
from carefhir.fhir.capability import Capabilities


def says(each: AskedBeside) -> Iterator[str]:
    """What the EHR states and showed, and what that means."""
    other, able, as_asked = each.other, each.other.capabilities, each.witnessed
    types = able.types.values()
    if as_asked.versions is False:
        yield (
            "No versions (neither ETag nor meta.versionId was seen): a decision names the record it rests on and not "
            "its version, nobody can be told by it that the record was changed since, and a change that is delivered "
            "is compared, element by element, just before"
        )
    elif as_asked.versions:
        yield "Records name their version: a decision says on which it rests"
    else:
        yield "Whether records name their version could not be seen: no record was read"
    if not able.transaction:
        yield "No transaction: nothing there can be all or nothing; what must be, is written to the companion"
    if not any(one.conditional_create for one in types):
        yield "No conditional create: what is sent twice stands twice; what is put there is looked for before"
    if not any(one.if_match for one in types):
        yield "If-Match is not stated: a stale change would not be refused"
    post = _finding(each, "POST search")
    if post and post.weight != "in order":
        yield (
            f"POST _search is not there ({post.answered.removeprefix('the server answered ')}): nothing is lost, for "
            "it is searched by GET alone, by its own ids of patients and by codes; never by an identifier, a name or "
            "a birth date, so none stands in a URL. Who somebody is, is found by reading the one record that "
            "carefhir link names"
        )
    elif post:
        yield "POST _search is there, and not needed: it is searched by GET, by its own ids and by codes"
    if wants := sorted(able.asked_by):
        yield f"Asked by what it wants: {'; '.join(f'{one} by {_by(able, one)}' for one in wants)}"
    if as_asked.turned is not None:
        yield "Next pages come" if as_asked.turned else "Next pages do not come: a list longer than a page is a gap"
    if not other.keeps(ROLE):
        yield (
            f"No {ROLE}: who is a nurse, a physician or a social worker must stand on the companion, as "
            f"{ROLE} of the linked Practitioner, or steps that ask for the discipline are refused"
        )
    if takes_notes(other):
        yield f"{NOTE} create is stated, and search by patient: after the proposed steps a note can be put there"
    elif able.can(NOTE, "create"):
        yield f"{NOTE} create is stated, and no search by patient: a note could not be looked for, so none is put there"
    else:
        yield f"No {NOTE} create is stated: no note can be put there; who reads only there does not see what was done"


def _by(able: Capabilities, type_: str) -> str:
    values = able.asked_by[type_].values
    return f"{values[0][0]} {', '.join(value for _, value in values)}"


def _finding(each: AskedBeside, name: str) -> Finding | None:
    return next((one for one in each.alone.findings if one.name == name), None) if each.alone else None


def asks(each: AskedBeside) -> Iterator[str]:
    """What to ask the EHR's administrators for."""
    able, as_asked = each.other.capabilities, each.witnessed
    scopes = scopes_beside(reads=each.other.reads, writes=writes_proposed(able), notes=takes_notes(each.other))
    yield f"these scopes for the client (SMART 2; `.read` and `.write` where it knows only SMART 1): {' '.join(scopes)}"
    for result, words in (
        ("not let in", "the grant of these APIs to this client"),
        ("failed", "what its log says of these searches, at the time of this report"),
        ("wants more", "which category or code these searches want, so that all there is comes"),
        ("refused", "whether these can be searched in another way"),
    ):
        of_these = [one for one in as_asked.searches if one.result == result]
        if of_these:
            listed = "; ".join(dict.fromkeys(f"{one.type} by {one.parameters}: {one.answered}" for one in of_these))
            yield f"{words}: {listed}"
    yield (
        "an identifier of patients (a medical record number with its system) and of practitioners that the companion "
        "has, too: carefhir link joins by it, and never by name"
    )
    yield "whether its ids of patients stay the same after a merge or an upgrade: links hold them"
    if as_asked.versions is False:
        yield "whether versions can be had (meta.versionId, ETag)"


ABOUT_NOBODY = "every search was asked about nobody, and no row was counted"
OF_A_PATIENT = frozenset({"patient", "subject", "beneficiary"})
"""Search parameters that name the patient."""


def not_proven(each: AskedBeside) -> Iterator[str]:
    as_asked = each.witnessed
    if not each.patient:
        yield f"no patient was named (--patient): {ABOUT_NOBODY}"
    elif not as_asked.place:
        yield f"the patient is not linked to a record there (carefhir link): {ABOUT_NOBODY}"
    with_rows = {one.type for one in as_asked.searches if one.rows}
    empty = sorted({one.type for one in as_asked.searches if one.result == "answered"} - with_rows)
    of_patient = {one.type for one in as_asked.searches if {*one.parameters.split(", ")} & OF_A_PATIENT}
    if as_asked.place and (of_them := [one for one in empty if one in of_patient]):
        yield f"answered, and nothing was there for this patient: {', '.join(of_them)}"
    if as_asked.place and (of_others := [one for one in empty if one not in of_patient]):
        yield f"answered about nobody alone: {', '.join(of_others)}"
    yield "nothing was written there: create, update, and whether what is written is found, are as stated"
    yield "whether Location is relative, and a repeated create makes two: only a write shows it, and carefhir copes"
    yield "load, and how many requests a minute it lets in"
