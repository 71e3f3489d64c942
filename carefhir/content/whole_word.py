"""A word or phrase as it stands in a text by itself, and not within another word."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=16_384)
def whole_word(phrase: str) -> re.Pattern[str]:
    """The pattern of a phrase between what are no letters, digits or underscores; kept, for the same few thousand words
    of the content are asked for again and again, and Python keeps 512 patterns."""
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")
