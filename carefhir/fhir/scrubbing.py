"""What a server says of a refusal in its own words, without anything that may be about a patient (R9).

A server's `diagnostics` says more than any code ("a transaction has at most 8 entries"), and may quote what was sent: a
name, a day, a number. So nothing is taken out of such a text: it is put together anew from what may be in it. A word
stays where it is one of the few hundred below, written small or at the start of a sentence, the name of a resource
type, a path of FHIR elements, or the key of an invariant. A number stays where it counts entries or bytes. Everything
else becomes "…", and a text of which less than half is left is not shown at all.
"""

from __future__ import annotations

import re

LONGEST = 200
"""Characters of a text that are shown."""

_WORDS = frozenset(
    """
    a about above absent accept accepted accepts access action active actual after again against all allow allowed
    already also an and another any are argument array as assertion at attempt attribute audience authenticated
    authentication authorization authorized available bad base batch be because been before being below beyond body
    both bundle but by cannot cardinality chain change changed character characters check client code coded codes
    coding collision condition conditional conflict conflicting constraint contain contained contains content could
    create created creating credentials criteria current data database datatype date decimal declared defined delete
    deleted denied deny did different disabled does duplicate duplicates each either element elements empty enabled
    encountered end enough entries entry error errors even every exactly exceeded exceeds exist existing exists
    expected expired expression extension failed fails failure false field fields fixed for forbidden form format
    found from full future given grant granted greater had has have header headers id identifier identifiers ids if in
    inactive include included index instead integer interaction internal into invalid invariant is issue it its json
    key known large last least length less limit limited links list locked long longer lookup malformed many match
    matched matches matching maximum media method minimum missing modified more most multiple must name named
    namespace need needed needs new next no non none not nothing null number object of on one only operation or order
    other out outcome over page parameter parameters parse parsed parsing part patch path pattern payload permission
    permitted positive precondition present previous primary processing profile profiles prohibited property provided
    query range read reading received recognized record reference referenced references referential refused rejected
    repeat repeating request requested require required requires resolve resolved resource resources response returned
    rule rules same scope scopes search server set should signature single size slice specified stale started state
    status store stored string structure subscription such supplied support supported supports syntax system tag
    temporarily term text than that the their them then there these they this time timed timeout to token too total
    transaction true type types unable unauthorized undefined unexpected unique unknown unrecognized unresolved
    unsupported update updated updating uri url use used uses using valid validate validated validation value values
    version versioned versions was were when where which while with within without write writing wrong xml you your
    zero
    """.split()
)
_NAMES = frozenset({"grant", "long", "page", "read", "small", "scope", "chain", "slice"})
"""Words that are surnames, too: only written small."""
_TYPES = frozenset(
    """
    AllergyIntolerance Appointment Bundle CapabilityStatement CarePlan CareTeam Communication CommunicationRequest
    Condition Consent DetectedIssue DeviceRequest DocumentReference Encounter EpisodeOfCare Flag Goal List Location
    Medication MedicationRequest MedicationStatement Observation OperationOutcome Organization Patient PlanDefinition
    Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson RiskAssessment
    SearchParameter ServiceRequest Subscription Task ValueSet CodeSystem
    """.split()
)
_HEADERS = frozenset("If-Match If-None-Exist JSON XML FHIR HAPI HTTP URL UTF POST PUT GET".split())
_PATH = re.compile(r"([A-Z][A-Za-z]+)(\.[a-z][A-Za-z]{1,30}(\[[0-9]{1,3}\]|\[x\])?){1,6}")
_INVARIANT = re.compile(r"[a-z]{2,4}-[0-9]{1,2}[a-z]?|HAPI-[0-9]{4}")
_COUNTED = re.compile(r"entr(y|ies)|resources|bytes|characters|[KM]B")
_TOKEN = re.compile(r"[^\s()\[\]{}\"'`,;:!?<>=]+|[()\[\]{}\"'`,;:!?<>=]")


def scrubbed(text: str) -> str:
    """A server's text with everything left out that may be about a patient; "" where too little is left."""
    pieces = [word for word in _TOKEN.findall(text[: 4 * LONGEST]) if word not in "\"'`"]
    words = [number for number, word in enumerate(pieces) if any(map(str.isalnum, word))]
    kept = {number for number in words if _stays(pieces, number)}
    if 2 * len(kept) < len(words) or not kept:
        return ""
    shown = (word if number in kept or number not in words else "…" for number, word in enumerate(pieces))
    joined = re.sub(r"\s+([.,;:!?)\]}])", r"\1", re.sub(r"([(\[{])\s+", r"\1", " ".join(shown)))
    short = re.sub(r"…(?:\s*…)+", "…", joined)
    return short if len(short) <= LONGEST else f"{short[: LONGEST - 1].rsplit(' ', 1)[0]} …"


def _stays(pieces: list[str], number: int) -> bool:
    """Whether a word can be about nobody."""
    bare = pieces[number].strip(".…")
    if bare.isascii() and bare.isdigit():
        return len(bare) <= 4 and any(_COUNTED.fullmatch(near.strip(".")) for near in _neighbors(pieces, number))
    path = _PATH.fullmatch(bare)
    if path:
        return path[1] in _TYPES
    if bare in _WORDS or bare in _TYPES or bare in _HEADERS or _INVARIANT.fullmatch(bare):
        return True
    begins = number == 0 or pieces[number - 1].endswith((".", ":", "!", "?"))
    small = bare.lower()
    return begins and bare == small.capitalize() and small in _WORDS and small not in _NAMES


def _neighbors(pieces: list[str], number: int) -> list[str]:
    return [*pieces[max(0, number - 1) : number], *pieces[number + 1 : number + 2]]
