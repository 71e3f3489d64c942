"""What is set for the notifications of an EHR: `[ehr.NAME.notifications]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carefhir.errors import BadInput
from carefhir.faces.web import written
from carefhir.fhir.record import relative

SHORTEST_SECRET = 32
"""Characters of a secret, at least: whoever knows it can make the service look people over."""


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """Whose notifications are taken, and who acts on them."""

    acting: str
    """`Practitioner/ID`: whose panel it is, and who stands in the receipts."""
    secret: str = field(repr=False)
    """What the FHIR server sends as `Authorization: Bearer …` (Subscription.channel.header)."""


def notifications_of(table: Any, where: str, environ: Mapping[str, str], *, signs_in: bool) -> NotificationSettings:
    """Reads `[ehr.NAME.notifications]`. Raises `BadInput` naming a key, never its value."""
    if not isinstance(table, dict):
        raise BadInput(f"{where.removesuffix('.')}: expected a table, [{where.removesuffix('.')}]")
    written.only(table, frozenset({"acting", "secret_env", "secret_file"}), where)
    if not signs_in:
        raise BadInput(f'{where.removesuffix(".")}: needs sign_in = "own": nobody\'s token comes with a notification')
    acting = relative(written.text(table, "acting", where)) or ""
    if not acting.startswith("Practitioner/"):
        raise BadInput(f"{where}acting: expected a reference such as Practitioner/1")
    secret = written.secret(table, "secret", where, environ)
    if len(secret) < SHORTEST_SECRET:
        raise BadInput(f"{where}secret_env, secret_file: a secret of at least {SHORTEST_SECRET} characters is needed")
    return NotificationSettings(acting, secret)
