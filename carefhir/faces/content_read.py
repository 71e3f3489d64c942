"""The content in force at a site: ours, its folders', and, where the site wants it, the server's."""

from __future__ import annotations

from carefhir.content.loading import Content, load
from carefhir.content.served import with_served
from carefhir.faces.sign_in import keyring_of
from carefhir.fhir.homes import Home
from carefhir.settings import Settings
from carefhir.transport.requests_driver import RequestsDriver


def content_in_force(settings: Settings, base: str = "") -> Content:
    """What a site decides by, read once. Whether all of it can be used is asked by `usable`. Raises `ContentError` for
    what cannot be read, `ServerUnreachable` and `ServerUnfit` where the server was to be asked."""
    content = load(*settings.content, licenses=frozenset(settings.licenses))
    if not settings.content_on_server or not (base or settings.server):
        return content
    home = Home.at(base or settings.server, also_known_as=settings.also_known_as)
    with RequestsDriver(home, keyring=keyring_of(settings), timeout=(5.0, settings.timeout)) as driver:
        return driver.run(with_served(content, home))
