"""The 25 synthetic patients of the shared archive, on any server: loaded once, found again, and made fresh.

They are Synthea's (Massachusetts), each a transaction Bundle that refers to hospitals and practitioners by identifier;
those come first, as batch Bundles of conditional creates. Patients are known here by the first eight characters of
their Synthea id; no name stands in a test, a message or a table.
"""

from __future__ import annotations

import gc
import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from carefhir.codes import COMMAND_KEY
from carefhir.content.loading import load as load_content
from carefhir.fhir.bundle import tags_of
from carefhir.fhir.wire import Request, Response
from tests.patients.rewind import rewound
from tests.support.backends import Backend

Json = dict[str, Any]

ARCHIVE = Path("data") / "synthea" / "patients-25.tar.xz"
SYNTHEA = "https://github.com/synthetichealth/synthea"
NPI = "http://hl7.org/fhir/sid/us-npi"
FACILITIES = ("hospital", "practitioner")
FHIR = (("Content-Type", "application/fhir+json"), ("Prefer", "return=minimal"))

OURS = (
    "Appointment CarePlan CareTeam Communication CommunicationRequest Condition Consent DetectedIssue DeviceRequest "
    "EpisodeOfCare Flag Goal List MedicationStatement Observation QuestionnaireResponse RiskAssessment ServiceRequest "
    "Task"
).split()
"""The types that steps write, receipts aside."""
TYPES = [
    *OURS,
    *"AllergyIntolerance Device DiagnosticReport DocumentReference Encounter Immunization".split(),
    *"MedicationAdministration MedicationRequest Procedure".split(),
]
"""Every type of the archive or of ours that has a patient."""


@cache
def bundles(shared: Path) -> dict[str, bytes]:
    """The files of the archive by their name, facilities first; patients as they stood after their last stay."""
    with tarfile.open(shared / ARCHIVE) as archive:
        files = [one for one in archive.getmembers() if one.isfile() and one.name.endswith(".json")]
        found = {Path(one.name).name: archive.extractfile(one).read() for one in files}  # type: ignore[union-attr]
    stood = {name: body if name.startswith(FACILITIES) else _as_it_stood(body) for name, body in found.items()}
    return dict(sorted(stood.items(), key=lambda item: (not item[0].startswith(FACILITIES), item[0])))


def _as_it_stood(body: bytes) -> bytes:
    return json.dumps(rewound(load_content(), json.loads(body))).encode()


@cache
def patients(shared: Path) -> dict[str, str]:
    """Synthea's ids of the patients, by their first eight characters."""
    ids = [_id_of(name) for name in bundles(shared) if not name.startswith(FACILITIES)]
    return {id_[:8]: id_ for id_ in sorted(ids)}


def _id_of(name: str) -> str:
    return name.removesuffix(".json").rpartition("_")[2]


@cache
def npis(shared: Path) -> tuple[str, str]:
    """Two practitioners of the archive who take the parts of care manager and supervising provider."""
    body = next(text for name, text in bundles(shared).items() if name.startswith("practitioner"))
    found = sorted(
        identifier["value"]
        for entry in json.loads(body)["entry"]
        if entry["resource"]["resourceType"] == "Practitioner"
        for identifier in entry["resource"]["identifier"]
        if identifier["system"] == NPI
    )
    return found[0], found[1]


def load(backend: Backend, shared: Path, *, lanes: int = 1) -> bool:
    """Puts everybody on a server; says whether nobody was there before."""
    files = bundles(shared)
    missing = [
        body for name, body in files.items() if not name.startswith(FACILITIES) and not _find(backend, _id_of(name))
    ]
    if not missing:
        return False
    with _uncollected(), ThreadPoolExecutor(lanes) as pool:
        for name, body in files.items():
            if name.startswith(FACILITIES):
                _send(backend, body)
        list(pool.map(lambda body: _send(backend, body), missing))
    return len(missing) == len(files) - len(FACILITIES)


def load_one(backend: Backend, shared: Path, key: str) -> str:
    """Puts one patient on a server of their own, with no more facilities than they need; gives `Patient/ID`."""
    id_ = patients(shared)[key]
    files = bundles(shared)
    own = next(body for name, body in files.items() if _id_of(name) == id_)
    text = own.decode()
    for name, body in files.items():
        if name.startswith(FACILITIES):
            batch = json.loads(body) | {"type": "transaction"}  # which a server without batches takes, too
            batch["entry"] = [one for one in batch["entry"] if _named_in(text, one["resource"])]
            _send(backend, json.dumps(batch).encode())
    _send(backend, own)
    return find_patient(backend, id_)


@cache
def resources(shared: Path, key: str) -> tuple[Json, ...]:
    """What the archive has of a patient."""
    id_ = patients(shared)[key]
    body = next(body for name, body in bundles(shared).items() if _id_of(name) == id_)
    return tuple(one["resource"] for one in json.loads(body)["entry"])


def _named_in(text: str, resource: Json) -> bool:
    named: list[Json] = resource.get("identifier", [])
    return resource["resourceType"] != "PractitionerRole" and any(one["value"] in text for one in named)


def _send(backend: Backend, body: bytes) -> None:
    answer = backend.exchange(Request("POST", "", FHIR, body))
    assert isinstance(answer, Response), answer
    assert answer.status == 200, (answer.status, answer.body[:500])


def find_patient(backend: Backend, synthea_id: str) -> str:
    """`Patient/ID` of somebody who was loaded."""
    found = _find(backend, synthea_id)
    assert len(found) == 1, (synthea_id[:8], len(found))
    return found[0]


def _find(backend: Backend, synthea_id: str) -> list[str]:
    return [f"Patient/{one['id']}" for one in backend.search(f"Patient?identifier={SYNTHEA}%7C{synthea_id}")]


def find_practitioner(backend: Backend, npi: str) -> str:
    found = backend.search(f"Practitioner?identifier={NPI}%7C{npi}")
    assert len(found) == 1, len(found)
    return f"Practitioner/{found[0]['id']}"


INCLUDED_AT_MOST = 1000
"""Where HAPI cuts a `_revinclude` without a word; nobody in the archive has as many of one type."""


def everything(backend: Backend, patient: str, types: list[str] = TYPES) -> list[Json]:
    """A patient and all that points at them, in one answer: page by page, HAPI takes ten times as long."""
    includes = "".join(f"&_revinclude={type_}:patient" for type_ in types)
    found = backend.search(f"Patient?_id={patient.rpartition('/')[2]}{includes}")
    most = Counter(one["resourceType"] for one in found).most_common(1)
    assert most[0][1] < INCLUDED_AT_MOST, most
    return found


def versions(resources: list[Json]) -> dict[str, str]:
    """The version of each, by reference."""
    return {f"{one['resourceType']}/{one['id']}": one["meta"]["versionId"] for one in resources}


def is_ours(resource: Json) -> bool:
    """Whether a step created it: everything it creates carries the digest of its command."""
    return any(tags_of(resource, COMMAND_KEY))


def made_fresh(backend: Backend, patient: str) -> None:
    """Removes what an earlier run of the steps left on a server that is used again (a new one has nothing of it)."""
    ours = [f"{one['resourceType']}/{one['id']}" for one in everything(backend, patient, OURS) if is_ours(one)]
    if not ours:
        return
    receipts = {
        f"Provenance/{one['id']}"
        for start in range(0, len(ours), 10)
        for one in backend.search(f"Provenance?target={','.join(ours[start : start + 10])}")
    }
    entries = [{"request": {"method": "DELETE", "url": name}} for name in (*sorted(receipts), *ours)]
    backend.post({"resourceType": "Bundle", "type": "transaction", "entry": entries})


@contextmanager
def _uncollected() -> Iterator[None]:
    """Loading makes millions of objects that all stay: looking through them for garbage triples its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
