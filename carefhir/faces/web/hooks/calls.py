"""A call of a hook, read from JSON (CDS Hooks 2.0, HTTP Request): its context, what was sent along, and its token."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from carefhir.errors import BadInput
from carefhir.faces.web.operations import ID
from carefhir.faces.web.scopes import GrantedScopes
from carefhir.faces.web.statuses import Denied
from carefhir.fhir.codec import Json
from carefhir.fhir.homes import Home

CONTEXT: Mapping[str, tuple[str, ...]] = {
    "patient-view": ("userId", "patientId"),
    "encounter-discharge": ("userId", "patientId", "encounterId"),
    "order-sign": ("userId", "patientId", "draftOrders"),
}
"""What the context of each hook must hold (CDS Hooks, hook definitions)."""
_user = re.compile(r"(?:Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9\-.]{1,64}")


@dataclass(frozen=True, slots=True)
class FhirAuthorization:
    """The token with which a service may read for this call, and for nothing else: it is never kept."""

    token: str = field(repr=False)
    scopes: GrantedScopes
    patient: str = ""
    """The one patient's id whom the token is for; "" where it names none."""

    def lacking(self, types: frozenset[str]) -> frozenset[str]:
        """The types for which it was granted no full reading. Scopes about a patient count only where it names one."""
        level = "patient" if self.patient else "user"
        return frozenset(each for each in types if self.scopes.lacking({each: "rs"}, level=level))


@dataclass(frozen=True, slots=True)
class HookCall:
    """One call of a hook."""

    patient: str
    """The patient's id."""
    context: Mapping[str, Any] = field(repr=False)
    prefetch: Mapping[str, Any] = field(default_factory=dict, repr=False)
    authorization: FhirAuthorization | None = None


def call_of(document: Json, hook: str, home: Home) -> HookCall:
    """Reads a call of a hook. Raises `BadInput` for what CDS Hooks does not allow, naming the element and never its
    value; `Denied` (412) where what it names cannot be read together."""
    if document.get("hook") != hook:
        raise BadInput(f"hook: this service is for {hook}")
    _instance(document.get("hookInstance"))
    context = document.get("context")
    if not isinstance(context, dict):
        raise BadInput("context: is missing")
    for name in CONTEXT[hook]:
        if not context.get(name):
            raise BadInput(f"context.{name}: is missing")
    patient = context["patientId"]
    if not isinstance(patient, str) or not ID.fullmatch(patient):
        raise BadInput("context.patientId: expected an id of FHIR")
    if not isinstance(context["userId"], str) or not _user.fullmatch(context["userId"]):
        raise BadInput("context.userId: expected a reference such as Practitioner/1")
    encounter = context.get("encounterId")
    if encounter is not None and not (isinstance(encounter, str) and ID.fullmatch(encounter)):
        raise BadInput("context.encounterId: expected an id of FHIR")
    prefetch = document.get("prefetch")
    if prefetch is not None and not isinstance(prefetch, dict):
        raise BadInput("prefetch: expected an object")
    authorization = _authorization(document, home)
    if authorization is not None and authorization.patient not in ("", patient):
        raise Denied("lacks-data", "fhirAuthorization.patient: the token is for another patient than the context")
    return HookCall(patient, context, prefetch or {}, authorization)


def _instance(value: object) -> None:
    try:
        UUID(str(value))
    except ValueError:
        raise BadInput("hookInstance: expected a UUID") from None


def _authorization(document: Json, home: Home) -> FhirAuthorization | None:
    """The token, where there is one for this EHR's FHIR server. It goes nowhere else, whatever the call says."""
    server, given = document.get("fhirServer"), document.get("fhirAuthorization")
    if server is not None and not (isinstance(server, str) and server.strip().rstrip("/") in home.bases):
        raise Denied("lacks-data", "fhirServer: is not the FHIR server that is configured for this EHR")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise BadInput("fhirAuthorization: expected an object")
    if server is None:
        raise BadInput("fhirServer: is missing, and fhirAuthorization is there")
    token, scope, patient = given.get("access_token"), given.get("scope"), given.get("patient", "")
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]{1,16384}", token):
        raise BadInput("fhirAuthorization.access_token: expected a token")
    if str(given.get("token_type", "")).lower() != "bearer":
        raise BadInput("fhirAuthorization.token_type: expected Bearer")
    if not isinstance(scope, str):
        raise BadInput("fhirAuthorization.scope: is missing")
    if not isinstance(patient, str):
        raise BadInput("fhirAuthorization.patient: expected an id of FHIR")
    return FhirAuthorization(token, GrantedScopes.read(scope), patient.removeprefix("Patient/"))
