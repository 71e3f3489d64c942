"""An EHR that calls hooks (CDS Hooks 2.0), and can be told to misbehave in each part of a call."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from carefhir.sandbox import Sandbox
from tests.support.issuer import FHIR, Network, ec

Json = dict[str, Any]
EHR_ISSUER = "https://ehr.test/oauth2"
KEY_SET = "https://keys.test/cds/jwks"
ADDRESS = "https://care.test/main/cds-services"
"""Where the services are."""
ACCESS = "token-of-this-call"
ALL_READ = "patient/*.rs"


@dataclass
class HookNetwork(Network):
    """The network of the other tests, with the EHR's key set on it, and everybody else's."""

    keys: list[RSAKey | ECKey] = field(default_factory=lambda: [ec("cds")])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in ("ehr.test", "login.test"):
            return await super().handle_async_request(request)
        self.sent.append(request)
        return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})

    def hosts(self) -> set[str]:
        """Every host that was asked for anything."""
        return {request.url.host for request in self.sent}


@dataclass
class CdsClient:
    """Signs tokens for its calls, prefetches what a service asks for, and makes the calls."""

    fhir: Sandbox
    patient: str
    user: str
    keys: list[RSAKey | ECKey] = field(default_factory=lambda: [ec("cds")])

    def token(
        self,
        address: str,
        *,
        key: RSAKey | ECKey | OctKey | None = None,
        header: Json | None = None,
        **changes: Any,
    ) -> str:
        """A token for an address; None takes a claim or a part of the header away."""
        by = key or self.keys[0]
        algorithm = "RS384" if isinstance(by, RSAKey) else "ES384" if isinstance(by, ECKey) else "HS256"
        now = int(time.time())
        claims = {
            "iss": EHR_ISSUER,
            "aud": address,
            "exp": now + 300,
            "iat": now,
            "jti": str(uuid4()),
            **changes,
        }
        head = {"alg": algorithm, "typ": "JWT", "kid": by.kid, "jku": KEY_SET, **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        body = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(head, body, by, algorithms=[head["alg"]])

    def context(self, hook: str, **more: Any) -> Json:
        """The context of a hook; None takes an element away."""
        context = {"userId": self.user, "patientId": self.patient.partition("/")[2], **more}
        return {name: value for name, value in context.items() if value is not None}

    def request(self, name: str, *, fetch: bool = True, context: Json | None = None, **changes: Any) -> Json:
        """The body of a call. With `fetch` it holds a token with which the service may read."""
        body = {
            "hook": name,
            "hookInstance": str(uuid4()),
            "fhirServer": FHIR,
            "context": self.context(name, **(context or {})),
            **({"fhirAuthorization": self.authorization()} if fetch else {}),
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def authorization(self, **changes: Any) -> Json:
        """A token for the patient, and what it says of itself."""
        given = {
            "access_token": ACCESS,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": ALL_READ,
            "subject": "carefhir",
            "patient": self.patient.partition("/")[2],
            **changes,
        }
        return {name: value for name, value in given.items() if value is not None}

    def prefetch(self, templates: Json, context: Json | None = None) -> Json:
        """What the templates bring, as an EHR fetches it: whole, page by page put together."""
        tokens = {"patientId": self.patient.partition("/")[2], **(context or {})}
        brought = {}
        for name, template in templates.items():
            query = template
            for token, value in tokens.items():
                query = query.replace(f"{{{{context.{token}}}}}", str(value))
            assert "{{" not in query, f"{name}: {template}"
            brought[name] = self.get(query)
            if brought[name]["resourceType"] == "Bundle":  # whoever puts pages together has counted them
                brought[name]["total"] = len(brought[name].get("entry", []))
        return brought

    def get(self, query: str) -> Json:
        """A read or a search, with all its pages in one Bundle."""
        answer = self.fhir.handle("GET", query + ("&_count=500" if "?" in query else ""))
        document: Json = json.loads(answer.body)
        assert answer.status == 200, (answer.status, unquote(query))
        if document["resourceType"] == "Bundle":
            assert not [each for each in document.get("link", []) if each["relation"] == "next"]
        return document
