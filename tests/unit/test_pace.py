"""Batches are as large as 20 ms allow, and make way for whoever waits."""

import pytest

from supaschema.engine.pace import Pace


def settled(seconds_a_row: float, most: int = 50_000) -> int:
    pace = Pace(most)
    for _ in range(20):
        pace.took(pace.size * seconds_a_row, waited_for=False)
    return pace.size


@pytest.mark.parametrize(("seconds_a_row", "rows"), [(1e-5, 2000), (1e-4, 200), (1.0, 100), (0.0, 50_000)])
def test_a_batch_takes_as_many_rows_as_its_time_allows(seconds_a_row, rows):
    assert settled(seconds_a_row) == pytest.approx(rows, rel=0.1)


def test_it_takes_no_more_than_it_may():
    assert settled(0.0, most=10) == 10


def test_whoever_waits_goes_first_and_the_next_batch_takes_half_the_time():
    pace = Pace(50_000)
    pace.took(0.005, waited_for=True)

    assert (pace.size, pace.rest) == (200, 0.005)
    pace.took(0.02, waited_for=True)
    assert (pace.size, pace.rest) == (100, 0.02)
    pace.took(0.01, waited_for=False)
    assert (pace.size, pace.rest) == (200, 0.0)


def test_a_batch_that_had_no_lock_is_tried_again_with_fewer_rows():
    pace = Pace(1000)
    pace.took(0.005, waited_for=False)
    pace.refused()

    assert pace.size == 100
