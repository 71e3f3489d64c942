"""The vignettes of clinical practice, as stories. The expected values are the vignettes' own."""

from tests.spec.story import Story
from tests.spec.vignettes.earl import EARLS
from tests.spec.vignettes.earl_hip import EARLS_HIP
from tests.spec.vignettes.kim import KIM
from tests.spec.vignettes.nora import NORA
from tests.spec.vignettes.rosa import CORRECTED
from tests.spec.vignettes.rosa_plan import ROSA
from tests.spec.vignettes.rosa_variants import VARIANTS

STORIES: tuple[Story, ...] = (ROSA, CORRECTED, *VARIANTS, *EARLS, EARLS_HIP, *KIM, NORA)
