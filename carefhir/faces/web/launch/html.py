"""HTML by hand: every text is escaped, no script, no inline style, and only forms that lead back here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from starlette.responses import Response

STYLESHEET = "/s/style.css"

STYLE = """\
:root { color-scheme: light; font: 100%/1.4 system-ui, sans-serif; color: #16202a; background: #fff }
body { margin: 0 auto; max-width: 60rem; padding: 0 1rem 3rem }
.identity { background: #3f4b8c; color: #fff; padding: .5rem 1rem; margin: 0 -1rem }
.identity { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline }
.identity strong { font-size: 1.15rem }
.identity .standing { font-weight: 700; text-decoration: underline }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 1.5rem }
a { color: #2d3a80 } a:focus-visible, button:focus-visible, :focus-visible { outline: 3px solid #b25b00 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .35rem .5rem; vertical-align: top }
tr { border-bottom: 1px solid #cfd6dc } th[scope=row] { font-weight: 400 } th:first-child { width: 60% }
table.parts th:first-child { width: auto } tr.pressing th, tr.pressing td { font-weight: 700; background: #fdecea }
@media (max-width: 40rem) {
table.parts tr { display: block; padding: .35rem 0 } table.parts th, table.parts td { display: block; padding: 0 .5rem }
}
label { display: block; font-weight: 600; margin-top: 1rem } .hint { color: #4a5560; margin: 0; font-size: .9rem }
input, textarea, select { font: inherit; box-sizing: border-box; width: 100%; padding: .4rem }
input, textarea, select { border: 1px solid #4a5560 }
textarea { min-height: 4.5rem } code { overflow-wrap: anywhere }
button { font: inherit; padding: .5rem 1rem; margin: 1rem .5rem 0 0; border: 1px solid #2d3a80; background: #fff }
button.main { background: #2d3a80; color: #fff } button { min-height: 2.6rem; cursor: pointer }
.now { border-left: .4rem solid #a3131f; background: #fdecea; padding: .5rem 1rem }
.note { border-left: .4rem solid #4a5560; background: #f1f3f5; padding: .5rem 1rem }
footer { margin-top: 2rem; color: #4a5560; font-size: .9rem }
"""
"""The one stylesheet; pages proper bring their own."""


def text(value: object) -> str:
    """Any text, so that no browser takes it for more."""
    return escape(str(value), quote=True)


def items(texts: Iterable[object]) -> str:
    """A list; nothing for an empty one."""
    lines = "".join(f"<li>{text(each)}</li>" for each in texts)
    return f"<ul>{lines}</ul>" if lines else ""


def hidden(name: str, value: object) -> str:
    """A field that nobody types."""
    return f'<input type="hidden" name="{text(name)}" value="{text(value)}">'


def page(title: str, body: str, *, status: int = 200, framed_by: Iterable[str] = ()) -> Response:
    """A whole page. `framed_by`: the origins that may show it in a frame."""
    document = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{STYLESHEET}"></head><body>{body}</body></html>'
    )
    return Response(document, status, {"Content-Security-Policy": policy(framed_by)}, "text/html")


def policy(framed_by: Iterable[str]) -> str:
    """The Content-Security-Policy of a page."""
    ancestors = " ".join(framed_by) or "'none'"
    return f"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
