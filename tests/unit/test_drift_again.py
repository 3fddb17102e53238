"""A sweep looks again where what it looked at was dropped meanwhile, and not for ever."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from supaschema.drift.again import ATTEMPTS, settled

GONE = psycopg.errors.InternalError_("cache lookup failed for index 25833")


def looking(*raised: Exception) -> tuple[Callable[[], str], list[Exception]]:
    """Return a look that raises these, one after another, and then finds something; and what is left to raise."""
    left = [*raised]

    def look() -> str:
        if left:
            raise left.pop(0)
        return "found"

    return look, left


def test_what_went_meanwhile_is_looked_at_again() -> None:
    look, _ = looking(GONE, psycopg.errors.UndefinedTable("relation with OID 5 does not exist"))

    assert settled(look) == "found"


def test_what_fails_each_time_fails() -> None:
    look, left = looking(*[GONE] * (ATTEMPTS + 1))

    with pytest.raises(psycopg.errors.InternalError_):
        settled(look)
    assert len(left) == 1


def test_what_fails_otherwise_is_not_asked_again() -> None:
    look, left = looking(psycopg.errors.InsufficientPrivilege("denied"), GONE)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        settled(look)
    assert left == [GONE]
