"""Whatever a database becomes by some edits, the engine takes it there, and home again, and no row is lost."""

from __future__ import annotations

import itertools
import os
from collections import Counter

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase

from soak.pairs import pairs
from soak.run import NotMade, outcome

PAIRS = int(os.environ.get("SOAK", "100"))
"""How many pairs are tried; a hundred are the dose of `make long`, the same ones each time."""
SEED = int(os.environ.get("SOAK_SEED", "21"))
AT_ONCE = 50
"""How many pairs a test has."""
AT_MOST = 5
"""Of so many pairs, one may be refused, and one may be no SQL that the server takes."""

_numbers = itertools.count(1)


@pytest.mark.long
@pytest.mark.parametrize("seed", [SEED + place for place in range(-(-PAIRS // AT_ONCE))])
def test_there_and_home_again(seed, maker):
    tally = Counter[str]()

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=min(PAIRS, AT_ONCE),
        phases=(Phase.generate, Phase.shrink),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(pairs())
    def goes(pair):
        try:
            found = outcome(maker, pair, next(_numbers))
        except NotMade:
            tally["not made"] += 1
            hypothesis.reject()
        tally["pairs"] += 1
        tally["refused"] += found.refused is not None
        assert not found.faults, "\n".join((*found.faults, repr(pair)))

    goes()

    # What is refused shows nothing, nor does what the server does not take as SQL.
    print(dict(tally))  # noqa: T201 - who asks for many wants to know
    assert tally["refused"] * AT_MOST <= tally["pairs"]
    assert tally["not made"] * AT_MOST <= tally["pairs"]
