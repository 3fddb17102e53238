"""Which of many alike are tried each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def marks(number: int, *, one_of: int) -> tuple[pytest.MarkDecorator, ...]:
    """Return the marks of the test of this number: `make test` tries one of so many, `make long` the others."""
    return () if number % one_of == 0 else (pytest.mark.long,)


def dosed(values: Sequence[Any], *, one_of: int) -> list[Any]:
    """Return values as parameters of a test, with their marks."""
    return [pytest.param(value, marks=marks(number, one_of=one_of)) for number, value in enumerate(values)]
