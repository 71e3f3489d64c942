"""The vignettes of clinical practice, told on both servers, as far as the steps go."""

from __future__ import annotations

import pytest

from tests.spec.story import OUTCOMES, Story, told
from tests.spec.vignettes import STORIES
from tests.support.backends import Backend


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.slug)
def test_what_the_story_says_stands(story: Story, backend: Backend) -> None:
    told(story, backend)


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.slug)
def test_the_story_is_told_in_order_and_whole(story: Story) -> None:
    """Rows follow one another in time, end as something can end, and say every value they are given."""
    assert [row.when for row in story.rows] == sorted(row.when for row in story.rows)
    for row in story.rows:
        assert row.expect in OUTCOMES, row.expect
        assert row.words.count("{}") == len(row.given), row.words
        assert (row.who is None) == (row.expect == "happens"), row.words
        for then in row.then:
            assert then.words.count("{}") == 1, then.words
