"""A dose of what `make chaos` does: thirty rounds, at moments that dice choose; a failure names its seed and round."""

from __future__ import annotations

import random

import pytest

from tools.chaos.cuts import Cut
from tools.chaos.rounds import rounds

SEED = str(random.SystemRandom().randrange(10**6))
# A black hole takes half a minute to be noticed: what is done about it has tests of its own.
QUICK = [kind for kind in Cut if kind is not Cut.BLACK_HOLE]
DOSE = 30


PARTS = 2
"""In as many processes of the tests."""


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_deployments_that_are_cut_off_come_to_the_same_end(pg_major: int, part: int) -> None:
    with rounds(pg_major) as driven:
        for number in range(part, DOSE, PARTS):
            dice = random.Random(f"{SEED}:{number}")  # noqa: S311 - a seed that is told makes a failure repeatable
            done = driven.play(number, dice, QUICK[number // PARTS % len(QUICK)])
            assert not done.problems, (SEED, done)
