"""Starts a real authorization server, Keycloak from Maven Central, for a test run, and stops it again.

Its realm knows three clients: one by secret, two by the public keys it is given. Tokens last 60 seconds.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.support.maven import JAVA, java
from tests.support.process import ROOT, Unavailable, last_lines, locked, program, ran

VERSION = "26.7.3"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
START_SECONDS = 240.0
STOP_SECONDS = 20.0
REALM = "hospital"
TOKENS_LAST = 60
"""Seconds."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Keycloak:
    """One that is ready. `base` is its realm's."""

    base: str
    admin: str
    password: str
    secret: str

    @property
    def token_url(self) -> str:
        return f"{self.base}/protocol/openid-connect/token"

    @property
    def keys_url(self) -> str:
        return f"{self.base}/protocol/openid-connect/certs"

    def enable(self, client: str, *, enabled: bool) -> None:
        """Lets a client in, or no longer, as its administrator would."""
        form = {"grant_type": "password", "client_id": "admin-cli", "username": "admin", "password": self.password}
        token_url = f"{self.admin}/realms/master/protocol/openid-connect/token"
        token = requests.post(token_url, data=form, timeout=30).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        clients = f"{self.admin}/admin/realms/{REALM}/clients"
        found = requests.get(clients, params={"clientId": client}, headers=headers, timeout=30).json()
        answer = requests.put(
            f"{clients}/{found[0]['id']}", json={**found[0], "enabled": enabled}, headers=headers, timeout=30
        )
        assert answer.status_code == 204, answer.status_code


def unpacked() -> Path:
    """The server's folder, fetched and unpacked the first time. Raises `Unavailable`."""
    java()
    work = Path(os.environ.get("CAREFHIR_WORK") or ROOT / ".work")
    home = work / f"keycloak-{VERSION}"
    with locked(home.with_name(f"{home.name}.lock")):
        if not (home / "bin" / "kc.sh").exists():
            _unpack(home)
    return home


def _unpack(home: Path) -> None:
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        artifact = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
        maven = program("mvn", part_of=JAVA)
        command = [maven, "-q", "-B", COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
        ran(command, "Maven could not fetch Keycloak")
        with zipfile.ZipFile(next(Path(folder).glob("*.zip"))) as archive:
            archive.extractall(folder)
        shutil.move(Path(folder) / home.name, home)


@dataclass(frozen=True)
class LaunchedApp:
    """An app that Keycloak lets people sign in to: the client `app` is public, `app-key` signs."""

    redirect_uri: str
    scopes: tuple[str, ...]
    key: Json
    """The public key of `app-key`."""
    patient: str
    fhir_user: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    """Of the only user, `dana`."""


@contextmanager
def running(clients: Mapping[str, Json], scopes: tuple[str, ...], app: LaunchedApp | None = None) -> Iterator[Keycloak]:
    """Runs one with a realm of its own. `clients`: the public key of each client that signs, by its id; a client
    `clinic` with a secret is there too."""
    secret, password, port = secrets.token_urlsafe(24), secrets.token_urlsafe(24), _free_port()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "keycloak"
        shutil.copytree(unpacked(), home, symlinks=True)
        imported = home / "data" / "import"
        imported.mkdir(parents=True)
        (imported / "realm.json").write_text(json.dumps(_realm(clients, scopes, secret, app)))
        with (Path(folder) / "log").open("w+b") as log:
            process = subprocess.Popen(
                ["bash", str(home / "bin" / "kc.sh"), *_options(port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": password},
                start_new_session=True,
            )
            try:
                admin = f"http://127.0.0.1:{port}"
                found = Keycloak(f"{admin}/realms/{REALM}", admin, password, secret)
                _wait_until_ready(found, process, Path(log.name))
                yield found
            finally:
                _stop(process)


def _options(port: int) -> list[str]:
    return ["start-dev", "--import-realm", "--http-host=127.0.0.1", f"--http-port={port}", "--log-level=warn"]


def _realm(clients: Mapping[str, Json], scopes: tuple[str, ...], secret: str, app: LaunchedApp | None) -> Json:
    by_itself = {"enabled": True, "publicClient": False, "serviceAccountsEnabled": True, "standardFlowEnabled": False}
    by_itself |= {"protocol": "openid-connect", "optionalClientScopes": list(scopes)}
    by_key = [
        {
            **by_itself,
            "clientId": name,
            "clientAuthenticatorType": "client-jwt",
            "attributes": {"use.jwks.string": "true", "jwks.string": json.dumps({"keys": [{**key, "use": "sig"}]})},
        }
        for name, key in clients.items()
    ]
    launched = _launched(app) if app is not None else {"clients": []}
    everything = tuple(dict.fromkeys((*scopes, *(app.scopes if app else ()))))
    return {
        "realm": REALM,
        "enabled": True,
        "sslRequired": "none",
        **launched,
        "accessTokenLifespan": TOKENS_LAST,
        "clientScopes": [
            {"name": scope, "protocol": "openid-connect", "attributes": {"include.in.token.scope": "true"}}
            for scope in everything
        ],
        "clients": [{**by_itself, "clientId": "clinic", "secret": secret}, *by_key, *launched["clients"]],
    }


def _launched(app: LaunchedApp) -> Json:
    """What a realm has for an app: a user, and two clients whose token answers name the patient."""
    claims = {"patient": app.patient, "need_patient_banner": "true"}
    to_the_app = [_claim(name, value, "access.tokenResponse.claim") for name, value in claims.items()]
    mappers = [
        *to_the_app,
        _claim("fhirUser", app.fhir_user, "id.token.claim"),
        {
            "name": "sub",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-sub-mapper",
            "config": {"access.token.claim": "true", "introspection.token.claim": "true"},
        },
    ]
    client = {
        "enabled": True,
        "protocol": "openid-connect",
        "standardFlowEnabled": True,
        "redirectUris": [app.redirect_uri],
        "optionalClientScopes": list(app.scopes),
        "protocolMappers": mappers,
    }
    pkce = {"pkce.code.challenge.method": "S256"}
    signs = {"use.jwks.string": "true", "jwks.string": json.dumps({"keys": [{**app.key, "use": "sig"}]}), **pkce}
    return {
        "revokeRefreshToken": True,
        "refreshTokenMaxReuse": 0,
        "users": [_user(app)],
        "clients": [
            {**client, "clientId": "app", "publicClient": True, "attributes": pkce},
            {**client, "clientId": "app-key", "clientAuthenticatorType": "client-jwt", "attributes": signs},
        ],
    }


def _user(app: LaunchedApp) -> Json:
    return {
        "username": "dana",
        "enabled": True,
        "email": "dana@example.org",
        "emailVerified": True,
        "firstName": "Dana",
        "lastName": "Nurse",
        "credentials": [{"type": "password", "value": app.password, "temporary": False}],
    }


def _claim(name: str, value: str, where: str) -> Json:
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": "oidc-hardcoded-claim-mapper",
        "config": {"claim.name": name, "claim.value": value, "jsonType.label": "String", where: "true"},
    }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_until_ready(keycloak: Keycloak, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(keycloak.keys_url, timeout=5).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.5)
    raise Unavailable(f"Keycloak did not start:\n{last_lines(log.read_text(errors='replace'))}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends it with the Java process that its script has started."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
