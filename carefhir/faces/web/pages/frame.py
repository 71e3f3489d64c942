"""What every page of one launch has around it: whose chart it is, who works, when it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.responses import Response

from carefhir.faces.web.pages import rendering


@dataclass(frozen=True, slots=True)
class ChartHeading:
    """Whose chart it is and who works in it."""

    name: str
    born: str = ""
    sex: str = ""
    number: str = ""
    language: str = ""
    phone: str = ""
    """The number to call; "" if none is on record, or if nobody should call."""
    standing: str = ""
    """In a few words, why not to call or work for this person."""
    deceased: bool = False
    """Whether that is because they have died."""
    who: str = ""
    """Who acts, by name."""
    trouble: str = ""
    """Why it is not known whose chart this is."""
    unsure: str = ""
    """Why name, birth date and telephone may be those of some days ago."""
    away: str = ""
    """Why nothing can be saved now."""


@dataclass(frozen=True, slots=True)
class LaunchFrame:
    """The frame of a page: of one patient's chart, or of everybody's where no patient is chosen."""

    ehr: str
    """The EHR's name."""
    server: str
    launch_id: str
    patient: str
    """`Patient/ID`; "" on a page about several."""
    form_token: str = field(repr=False)
    banner: bool
    """Whether the page shows whose chart it is; false where the EHR does, around it."""
    heading: ChartHeading
    now: datetime
    """When it was read, in the site's zone."""
    across: bool = False
    """Whether the session is for nobody in particular: then there is a list to go back to."""
    only_looks: bool = False
    """Whether nothing was granted but reading: it is said before anybody fills in a form."""
    framed_by: tuple[str, ...] = ()
    companion: str = ""
    """Where the EHR is only read: the server that is written."""

    @property
    def home(self) -> str:
        """The first page of the session."""
        return f"/s/{self.launch_id}/"

    @property
    def base(self) -> str:
        """The first page about this patient."""
        return f"{self.home}patients/{self.patient.partition('/')[2]}/" if self.across and self.patient else self.home

    @property
    def identity(self) -> tuple[str, ...]:
        """Birth date, sex and number, in words; nothing where the EHR shows them."""
        heading = self.heading
        return tuple(filter(None, (heading.born, heading.sex, heading.number))) if self.banner else ()

    @property
    def name(self) -> str:
        """Whose chart it is, if the page says so."""
        return self.heading.name if self.patient and (self.banner or self.heading.trouble) else ""

    @property
    def own_fields(self) -> dict[str, str]:
        """What every form carries, for the service to compare."""
        return {"form_token": self.form_token, "launch": self.launch_id, "patient": self.patient}

    def page(self, template: str, title: str, *, status: int = 200, **values: Any) -> Response:
        """A page within it."""
        return rendering.page(template, status=status, framed_by=self.framed_by, frame=self, title=title, **values)
