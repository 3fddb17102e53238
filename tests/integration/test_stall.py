"""What `make stall` measures, in small."""

from __future__ import annotations

import pytest

from tools.stall.bench import Measured, bench
from tools.stall.changes import CHANGES
from tools.stall.clients import summary
from tools.stall.report import Line, page


def test_a_column_comes_and_people_wait_less_than_for_the_plain_statement():
    change = next(change for change in CHANGES if change.name == "a column comes")

    with bench(17, rows=2000, reader_seconds=1.5) as measuring:
        line = Line(change.name, measuring.engine(change), measuring.naive(change))

    assert line.naive.waits > 0
    # A busy machine's own delays are in both.
    assert line.engine.highest_ms < line.naive.highest_ms
    assert line.engine.statements > 0


def test_the_page_tells_what_was_measured():
    quick, slow = Measured(0.1, 1000, 12.3, 4.0, 0), Measured(9.0, 1000, 9000.0, 9000.0, 4)
    lines = [Line("a column comes", quick, slow), Line("an index comes", slow, slow)]

    text = page(lines, rows=2_000_000, reader_seconds=20, major=17, commit="abc1234")

    assert "In 1 of 2 changes nobody waited that long" in text
    assert "at commit abc1234: PostgreSQL 17" in text
    assert "| a column comes | 0.1 | 12 | 4 | 0 | 9.0 | 9000 | 9000 | 4 |" in text


@pytest.mark.parametrize(
    ("took", "highest", "most"), [([], 0, 0), ([0.001] * 999 + [5.0], 5000, 1), ([0.001] * 99 + [5.0], 5000, 5000)]
)
def test_of_a_thousand_statements_the_slowest_is_left_out(took, highest, most):
    found = summary(took)

    assert (found["highest_ms"], found["p999_ms"]) == (highest, most)
