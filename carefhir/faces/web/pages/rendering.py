"""Templates: every text is escaped, what is not defined is an error, no script or style stands in a page itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

FOLDER = Path(__file__).parent
STYLESHEET = "/s/carefhir.css"
SCRIPT = "/s/carefhir.js"


@cache
def environment() -> Environment:
    """The templates of the pages."""
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def rendered(template: str, **values: Any) -> str:
    """A template filled in. Raises `jinja2.UndefinedError` where it names a value that is not given."""
    always = {"stylesheet": STYLESHEET, "script": SCRIPT}
    return environment().get_template(template).render({**always, **values})


def page(template: str, *, status: int = 200, framed_by: Iterable[str] = (), **values: Any) -> Response:
    """A whole page. `framed_by`: the origins that may show it in a frame."""
    headers = {"Content-Security-Policy": policy(framed_by)}
    return Response(rendered(template, **values), status, headers, "text/html")


def policy(framed_by: Iterable[str]) -> str:
    """The Content-Security-Policy of a page."""
    ancestors = " ".join(framed_by) or "'none'"
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {ancestors}"
    )
