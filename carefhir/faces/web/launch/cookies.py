"""Cookies, written by hand: an EHR shows the pages in a frame, where a browser keeps only a cookie that is
`SameSite=None; Secure; Partitioned` (tried with Chromium), and Starlette writes the last only from Python 3.14 on.

They hold a handle or something sealed, and never a token."""

from __future__ import annotations

from starlette.requests import Request

PREFIX = "__Host-cf_"
"""A browser takes a cookie of this prefix only for this host, by https, for the whole of it (RFC 6265bis)."""
TRANSACTION = f"{PREFIX}tx_"
LARGEST = 4_096
"""Bytes of name and value that every browser keeps."""


def setting(name: str, value: str, *, seconds: int | None = None) -> str:
    """A `Set-Cookie` header; without `seconds` it lasts as long as the browser runs."""
    lasts = "" if seconds is None else f"; Max-Age={seconds}"
    return f"{name}={value}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned{lasts}"


def clearing(name: str) -> str:
    """A `Set-Cookie` header that takes a cookie away."""
    return setting(name, "", seconds=0)


def handles(request: Request) -> dict[str, str]:
    """The handles of a browser's launches, by launch id."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in request.cookies.items()
        if name.startswith(PREFIX) and not name.startswith(TRANSACTION)
    }
