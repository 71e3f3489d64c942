"""Homes: the servers of a site, by name (rules R7, R8).

With one server, the home of everything is `main`. A companion store for what an EHR does not accept is a second home.
Records and changes have carried their home from the start, so nothing has to be rebuilt for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from carefhir.errors import BadInput
from carefhir.fhir.elsewhere import OtherNames
from carefhir.fhir.wire import MAIN


@dataclass(frozen=True, slots=True)
class Home:
    """One FHIR server. `base` has no slash at its end; `also_known_as` lists other bases it calls itself by
    (a badly proxied server names its inner host in `next` links)."""

    base: str
    name: str = MAIN
    also_known_as: tuple[str, ...] = ()
    others: tuple[OtherNames, ...] = ()
    """The homes whose records it names in logical references."""

    @property
    def bases(self) -> tuple[str, ...]:
        """Every base it is known by."""
        return (self.base, *self.also_known_as)

    @classmethod
    def at(cls, url: str, *, name: str = MAIN, also_known_as: tuple[str, ...] = ()) -> Home:
        """Checks a base URL as a person typed it. Raises `BadInput` saying what is wrong with it."""
        try:
            parts = urlsplit(url.strip())
        except ValueError:
            raise BadInput("the server's URL cannot be read as one") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput("the server must be an http or https URL, for example http://127.0.0.1:8080/fhir")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise BadInput("the server's URL must hold no user, password, query or fragment")
        return cls(url.strip().rstrip("/"), name, tuple(base.rstrip("/") for base in also_known_as))

    def target_of(self, url: str) -> str | None:
        """What to ask of *our* base for a link this server gave; None when the link leads elsewhere (R8).

        Of a link under a base listed in `also_known_as`, only path and query are used, on our base.
        """
        if ".." in unquote(url.partition("?")[0]).split("/") or "\\" in url:
            return None
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url):
            return url if url.startswith("?") or not url.startswith("/") else None
        for base in self.bases:
            if url.startswith(base) and url[len(base) : len(base) + 1] in ("", "/", "?"):
                return url[len(base) :].removeprefix("/")
        return None
