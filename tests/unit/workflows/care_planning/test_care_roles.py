"""Who has the work of a role that nobody holds, and how that is said."""

from __future__ import annotations

import pytest

from carefhir.content.loading import load
from carefhir.workflows.care_planning.care_roles import CareRoles

NURSE, PHYSICIAN, ACTOR = "Practitioner/6", "Practitioner/7", "Practitioner/8"
BOTH = {"care-manager": NURSE, "supervising-provider": PHYSICIAN}


@pytest.mark.parametrize(
    ("holders", "role", "who", "words"),
    [
        (BOTH, "supervising-provider", PHYSICIAN, ()),
        (BOTH, "on-call", PHYSICIAN, (f"the role of on call: the supervising provider ({PHYSICIAN}) has that work",)),
        (
            {"care-manager": NURSE},
            "supervising-provider",
            NURSE,
            (f"the care manager ({NURSE}) has that work for now",),
        ),
        ({"care-manager": NURSE, "caregiver": "RelatedPerson/1"}, "caregiver", NURSE, ()),
        (
            {},
            "care-manager",
            ACTOR,
            ("nobody on the care team has the role of care manager: that work is yours for now",),
        ),
    ],
)
def test_who_has_the_work(holders: dict[str, str], role: str, who: str, words: tuple[str, ...]) -> None:
    roles = CareRoles(content=load(), holders=holders, actor=ACTOR)
    assert roles.of(role) == who
    said = roles.vacant({role})
    assert len(said) == len(words)
    for line, part in zip(said, words, strict=True):
        assert part in line
