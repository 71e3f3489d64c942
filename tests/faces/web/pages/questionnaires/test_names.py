"""Names and ids: any linkId goes in, and comes out again."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from carefhir.faces.web.pages.questionnaires.names import OTHER, SHOWN, UNIT, control_name, element_id, parsed_name

PARTS = ("", OTHER, UNIT, SHOWN)


@given(st.text(min_size=1), st.sampled_from(PARTS))
def test_a_name_is_read_back(link_id: str, part: str) -> None:
    name = control_name(link_id, part)
    assert parsed_name(name) == (link_id, part)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", element_id(link_id, part))


@given(st.tuples(st.text(min_size=1), st.sampled_from(PARTS)), st.tuples(st.text(min_size=1), st.sampled_from(PARTS)))
def test_no_two_questions_share_a_name_or_id(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert (control_name(*first) == control_name(*second)) is (first == second)
    assert (element_id(*first) == element_id(*second)) is (first == second)


def test_usual_names_can_be_read() -> None:
    assert control_name("44250-9") == "q.44250-9"
    assert control_name("weight", UNIT) == "q.weight.unit"
    assert control_name("a.unit") != control_name("a", UNIT)
    assert element_id("a b") == "q-a_20b"


def test_other_names_are_no_questions() -> None:
    for name in ("", "q", "q.", "csrf", "q.a.", "q.a.b", "q.a_2", "q.a_zz", "q._FF", "q.a b"):
        assert parsed_name(name) is None, name
