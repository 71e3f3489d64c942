"""Reads the values of a settings file by their keys. Every error names the key and never its value."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from carefhir.errors import BadInput
from carefhir.fhir.homes import Home
from carefhir.settings import Settings


def only(table: Mapping[str, Any], allowed: Set[str], where: str) -> None:
    """Raises `BadInput` for a key that is not one of these; `where` stands before it (`ehr.hospital.`)."""
    unknown = sorted(set(table) - allowed)
    if unknown:
        raise BadInput(f"{where}{unknown[0]}: is not a setting; there are {', '.join(sorted(allowed))}")


def text(table: Mapping[str, Any], name: str, where: str, *, default: str | None = None) -> str:
    """A text; without a default it must be there, and hold something."""
    value = table.get(name, default)
    if value is None:
        raise BadInput(f"{where}{name}: is missing")
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise BadInput(f"{where}{name}: expected a text")
    return value.strip()


def texts(table: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    """A list of texts; one alone is a list of one."""
    value = table.get(name, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) and each for each in values):
        raise BadInput(f"{where}{name}: expected a text or a list of texts")
    return tuple(values)


def whole(table: Mapping[str, Any], name: str, bounds: tuple[int, int], *, unit: str, default: int) -> int:
    """A whole number within bounds, both included, of a unit that the error names."""
    value = table.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not bounds[0] <= value <= bounds[1]:
        raise BadInput(f"{name}: expected a number of {unit} between {bounds[0]} and {bounds[1]}")
    return value


def listener(given: str, key: str) -> tuple[str, int]:
    """Where to listen: `ADDRESS:PORT`, an address of version 6 in brackets."""
    host, _, port = given.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise BadInput(f"{key}: expected ADDRESS:PORT, for example 127.0.0.1:8090")
    return host.strip("[]"), int(port)


def secret(table: Mapping[str, Any], name: str, where: str, environ: Mapping[str, str], *, file: bool = True) -> str:
    """A secret out of the environment variable or the file that is named; "" where neither is. Raises `BadInput`."""
    variable = text(table, f"{name}_env", where, default="")
    path = text(table, f"{name}_file", where, default="") if file else ""
    if variable and path:
        raise BadInput(f"{where}{name}_env, {name}_file: only one of them can be set")
    if variable:
        if not environ.get(variable):
            raise BadInput(f"{where}{name}_env: the variable it names is not set")
        return environ[variable]
    if not path:
        return ""
    try:
        held = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"{where}{name}_file: the file cannot be read") from None
    if not held:
        raise BadInput(f"{where}{name}_file: the file is empty")
    return held


def secure_url(text: str, key: str, *, exact: bool = False) -> str:
    """A URL that nobody can listen in on: https, or this machine. `exact` keeps it as written, since it is compared."""
    try:
        home = Home.at(text)
    except BadInput:
        raise BadInput(f"{key}: expected an https URL, without user, password, query or fragment") from None
    parts = urlsplit(text)
    if parts.scheme == "http" and not on_this_machine(parts.hostname or ""):
        raise BadInput(f"{key}: must be https; http is for this machine only")
    return text.strip() if exact else home.base


def on_this_machine(host: str) -> bool:
    """Whether a host is the loopback address, by number or as `localhost`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL, the usual port filled in."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def site(table: Mapping[str, Any], names: Iterable[str], where: str, environ: Mapping[str, str]) -> Settings:
    """What is set as on the command line, read by the same rules."""
    env = {}
    for name in names:
        value = table.get(name, "")
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            value = (os.pathsep if name == "content" else " ").join(value)
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise BadInput(f"{where}{name}: expected a text, a number or a list of texts")
        if value != "":
            env[f"CAREFHIR_{name.upper()}"] = str(value)
    if given := secret(table, "client_secret", where, environ, file=False):
        env["CAREFHIR_CLIENT_SECRET"] = given
    try:
        return Settings.read(env)
    except BadInput as error:
        words = re.sub(r"CAREFHIR_([A-Z_]+)", lambda match: where + match[1].lower(), error.message)
        raise BadInput(words) from None
