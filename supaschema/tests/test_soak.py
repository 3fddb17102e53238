"""Whatever a database becomes by some edits, the engine takes it there, and home again, and no row is lost."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

import hypothesis
import pytest
from hypothesis import HealthCheck

from soak.pairs import pairs
from soak.run import NotMade, outcome

PAIRS = int(os.environ.get("SOAK", "100"))
"""How many pairs are tried."""
SEED = int(os.environ.get("SOAK_SEED", "1"))
AT_ONCE = 50
"""How many pairs a test has."""
AT_MOST_REFUSED = 5
"""Of so many ways, one may be refused."""

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def tally() -> Iterator[dict[str, int]]:
    """What came of all pairs."""
    yield (found := {"pairs": 0, "refused": 0})
    print(found)  # noqa: T201 - who asks for many wants to know


@pytest.mark.long
@pytest.mark.parametrize("seed", [SEED + place for place in range(-(-PAIRS // AT_ONCE))])
def test_there_and_home_again(seed, maker, tally):
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=min(PAIRS, AT_ONCE), database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(pairs())
    def goes(pair):
        try:
            found = outcome(maker, pair, next(_numbers))
        except NotMade:
            tally["not made"] = tally.get("not made", 0) + 1
            hypothesis.reject()
        tally["pairs"] += 1
        tally["refused"] += found.refused is not None
        assert not found.faults, "\n".join(found.faults)

    goes()
