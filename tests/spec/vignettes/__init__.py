"""The vignettes of clinical practice, as stories. The expected values are the vignettes' own."""

from tests.spec.story import Story
from tests.spec.vignettes.earl import EARL
from tests.spec.vignettes.kim import KIM
from tests.spec.vignettes.rosa import ROSA

STORIES: tuple[Story, ...] = (ROSA, EARL, *KIM)
