"""Group: a dated list of people, those of one tier or the candidates for one program. It is written once, and nobody
edits it (decision 0032)."""

from __future__ import annotations

from collections.abc import Iterable

from carefhir.codes import BASE
from carefhir.content.loading import Concept
from carefhir.fhir.codec import Json

SYSTEM = f"{BASE}/sid/panel-group"


def write(owner: str, kind: Concept, at: str, members: Iterable[str]) -> Json:
    """A list of people as it was at a moment; `owner` is whose it is (`Practitioner/ID`), `kind` what they have in
    common, `members` are `Patient/ID`."""
    people = list(members)
    return {
        "resourceType": "Group",
        "identifier": [{"system": SYSTEM, "value": f"{owner}/{kind.code}/{at}"}],
        "active": True,
        "type": "person",
        "actual": True,
        "code": {"coding": [kind.coding], "text": kind.display},
        "name": f"{kind.display}, as of {at[:10]}",
        "quantity": len(people),
        "managingEntity": {"reference": owner},
        "member": [{"entity": {"reference": person}, "period": {"start": at}} for person in people],
    }
