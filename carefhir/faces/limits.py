"""What a site has said of its server, as a face hands it on."""

from __future__ import annotations

from carefhir.fhir.capability import Limits
from carefhir.settings import SWITCHES, Settings


def limits_of(settings: Settings) -> Limits:
    """What a site has said of the features of its server."""
    used = {name: name not in settings.without for name in SWITCHES}
    return Limits(
        transaction=used["transaction"],
        batch=used["batch"],
        revinclude=used["revinclude"],
        conditional_create=used["conditional-create"],
        if_match=used["if-match"],
        offset=used["offset"],
        proven=frozenset(settings.proven),
    )
