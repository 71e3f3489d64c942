"""The layout of pages about people with very long words, other scripts, or hardly anything on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import PageLook
from tests.browser.moody import moody_ward
from tests.support.odd_records_of_rosa import OF_ROSA, odd_records

if TYPE_CHECKING:
    from tests.browser.conftest import Browse

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("how", ["long-words", "right-to-left", "nothing"])
def test_pages_hold_them(how: str, browse: Browse, look: PageLook) -> None:
    """Nothing overflows, and the name stands whole in the banner."""
    with moody_ward() as (ward, moody):
        patient = ward.find("Patient", "rosa")
        frame = ward.launch_today(browse())
        for record in odd_records(patient):
            moody.create(record)
        moody.change(patient, **OF_ROSA[how])
        home = frame.url
        for name in ("", "supervisor", "patient", "call", "plan", "plan/print", "reconcile", "transition"):
            of_one = f"patients/{patient.partition('/')[2]}/{name.removeprefix('patient')}"
            frame.goto(f"{home}{name if name in ('', 'supervisor') else of_one}")
            look(frame, f"odd-{how}-{name.replace('/', '-') or 'today'}")
            if name not in ("", "supervisor", "plan/print"):
                banner = frame.locator(".identity strong")
                assert banner.evaluate("name => name.scrollWidth <= name.clientWidth + 1")
                assert banner.inner_text().strip()
