"""The page lists every case, and nothing else: each case's own test compares its line."""

from __future__ import annotations

from tests.errors.cases import ALL
from tests.support.diagnostics import rows


def test_the_page_lists_every_case_once_in_order():
    assert [line.removeprefix("| ").split(" | ")[0] for line in rows()] == [case.title for case in ALL]
