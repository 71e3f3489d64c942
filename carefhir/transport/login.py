"""Tries to sign in, step by step, and says what came of it: `carefhir login --check`."""

from __future__ import annotations

from dataclasses import dataclass

from carefhir.errors import BadInput, ServerUnfit, ServerUnreachable
from carefhir.fhir.homes import Home
from carefhir.fhir.outcome import in_words
from carefhir.fhir.retry import retrying
from carefhir.fhir.wire import Failure, Flow, ask, get
from carefhir.transport.keyring import Keyring
from carefhir.transport.registered_client import RegisteredClient

TRIED = "Patient?_summary=count"
"""A search that every step's scopes cover, and that gives no patient."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What signing in came to."""

    server: str
    """The FHIR base."""
    how: str
    """How the program proves itself, in words."""
    token_url: str
    """Where the token came from; empty for a token that was given."""
    lasts: float | None
    """Seconds for which the token holds; None for a token that was given."""
    granted: tuple[str, ...] | None
    """The scopes that were granted; None where the answer does not say."""
    withheld: tuple[str, ...]
    """The scopes that were asked for and not granted, as far as the answer says."""
    accepted: bool
    """Whether the FHIR server has answered a search that was sent with the token."""
    answered: str
    """What the FHIR server answered, in words."""


def check(home: Home, keyring: Keyring) -> Flow[SignIn]:
    """Signs in and asks the FHIR server one question. Raises `BadInput` where there is nothing to sign in with,
    `ServerUnfit` and `ServerUnreachable` where it fails before the FHIR server was asked."""
    access = keyring.access(home.name)
    if access is None:
        raise BadInput(
            "there is nothing to sign in with: set CAREFHIR_CLIENT_ID and a secret or a key, or CAREFHIR_TOKEN"
        )
    answer = yield from retrying(ask(get(TRIED, home=home.name)))
    if isinstance(answer, Failure):
        if answer.kind == "not signed in":
            raise ServerUnfit(answer.detail)
        raise ServerUnreachable(f"signed in, but {in_words(answer)}", sent=answer.sent)
    held, client = access.held, access.how
    assert held is not None
    registered = client if isinstance(client, RegisteredClient) else None
    return SignIn(
        server=home.base,
        how=registered.proves_itself_by if registered else "a token that was given",
        token_url=access.authorization.token_url if access.authorization else "",
        lasts=held.lasts if registered else None,
        granted=held.scopes,
        withheld=_withheld(registered.scopes if registered else (), held.scopes),
        accepted=answer.status == 200,
        answered="a search was answered" if answer.status == 200 else in_words(answer),
    )


def _withheld(asked: tuple[str, ...], granted: tuple[str, ...] | None) -> tuple[str, ...]:
    """What was asked for and not granted, compared by what scopes allow: SMART 1 and 2, any case, wildcards."""
    if granted is None:
        return ()
    allowed = [_allows(scope) for scope in granted]
    return tuple(scope for scope in asked if not _covered(_allows(scope), allowed))


_OLD = {"read": "rs", "write": "cud", "*": "cruds"}


def _allows(scope: str) -> tuple[str, str, frozenset[str]]:
    """Level, type and letters of a scope, in small letters; a scope about no resource is its own level."""
    level, slash, rest = scope.lower().partition("?")[0].partition("/")
    type_, dot, letters = rest.partition(".")
    return (level, type_, frozenset(_OLD.get(letters, letters))) if slash and dot else (scope.lower(), "", frozenset())


def _covered(asked: tuple[str, str, frozenset[str]], granted: list[tuple[str, str, frozenset[str]]]) -> bool:
    level, type_, letters = asked
    given = [some for at, of, some in granted if at == level and of in (type_, "*")]
    return letters <= frozenset().union(*given) if letters else bool(given)
