"""Pages outside a session: why a launch ends, and that somebody has signed out."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from carefhir.errors import CarefhirError
from carefhir.faces.web import statuses
from carefhir.faces.web.pages import rendering
from carefhir.faces.web.statuses import TABLE


def stopped(
    error: CarefhirError,
    *,
    framed_by: tuple[str, ...] = (),
    also: str = "",
    typed: Iterable[tuple[str, str]] = (),
) -> Response:
    """Why a launch ends here. `also` is what the EHR says of it, scrubbed; `typed` what somebody had typed, to be given
    back to them."""
    return rendering.page(
        "outside.html",
        status=TABLE[statuses.kind_of_error(error)].status,
        framed_by=framed_by,
        title="This launch ends here",
        problem=error.message,
        typed=tuple(typed),
        lines=(
            *((f"The EHR says: {also}",) if also else ()),
            "Nothing was written. To start again, launch carefhir from the patient's chart in the EHR.",
        ),
    )


def signed_out(*, revoked: bool, framed_by: tuple[str, ...] = ()) -> Response:
    """The session is over."""
    words = (
        "The EHR has taken the access back."
        if revoked
        else "The EHR has not confirmed that it took the access back: it ends there by itself."
    )
    return rendering.page(
        "outside.html",
        framed_by=framed_by,
        title="Signed out",
        problem="",
        typed=(),
        lines=(f"This session is over. {words}",),
    )
